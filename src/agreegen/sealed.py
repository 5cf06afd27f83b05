"""Sealed: values in the cache folder, each written whole, and read only as it was written, by the same code.

What is read is pickled, which is code: the folder must be the user's own and closed to others, or it is not used.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import pickle
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

PRIVATE: Final = 0o700
_DIGEST: Final = 32
_UNKEPT: Final = (OSError, pickle.PicklingError, TypeError, AttributeError, RecursionError, MemoryError)
"""What tells that a value can't be kept: no room, no permission, or something in it that isn't plain."""


def private(folder: Path, *, make: bool = False) -> bool:
    """True when the folder is there, ours, and closed to others."""
    if make:
        with contextlib.suppress(OSError):
            folder.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
    try:
        found = folder.lstat()
    except OSError:
        return False
    if not folder.is_dir() or folder.is_symlink():
        return False
    return os.name == "nt" or (found.st_uid == os.getuid() and not found.st_mode & 0o077)


def read(path: Path, head: bytes) -> Any:
    """The value of a file in a private folder; None if it isn't there, is damaged, or starts otherwise."""
    try:
        data = path.read_bytes()
    except OSError:
        return None
    start = len(head) + _DIGEST
    body = data[start:]
    if not data.startswith(head) or hashlib.blake2b(body, digest_size=_DIGEST).digest() != data[len(head) : start]:
        return None
    with contextlib.suppress(OSError):
        os.utime(path)  # the last time it was used
    return pickle.loads(body)  # noqa: S301 - the folder is private, and the digest is right


def write(path: Path, head: bytes, value: Any) -> None:
    """Writes a value whole or not at all, piece by piece; silently not, where that can't be.

    Whatever happens, no piece remains; what isn't the value's fault or the folder's is raised.
    """
    with contextlib.suppress(*_UNKEPT):
        handle, name = tempfile.mkstemp(dir=path.parent, suffix=".new")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(head + bytes(_DIGEST))
                body = _Body(file)
                pickle.Pickler(body, protocol=5).dump(value)
                file.seek(len(head))
                file.write(body.digest.digest())
            Path(name).replace(path)
        except BaseException:
            with contextlib.suppress(OSError):
                Path(name).unlink(missing_ok=True)
            raise


class _Body:
    """A file that is written to, and the digest of what was."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.digest = hashlib.blake2b(digest_size=_DIGEST)

    def write(self, data: Any) -> int:
        """Writes bytes."""
        self.digest.update(data)
        return self._file.write(data)


def version(sources: Iterable[Path]) -> str:
    """What code is, by its files: a digest of names, times and sizes, so that changed code never meets old values."""
    said = hashlib.sha256()
    for source in sources:
        found = source.stat()
        said.update(f"{source.name}:{found.st_mtime_ns}:{found.st_size}".encode())
    return said.hexdigest()


def thinned(folder: Path, pattern: str, most: int) -> None:
    """Throws away the files that were not used for longest, if there are many."""
    with contextlib.suppress(OSError):
        files = [*folder.glob(pattern)]
        if len(files) > most:
            for path in sorted(files, key=lambda p: p.stat().st_mtime_ns)[:-most]:
                path.unlink(missing_ok=True)

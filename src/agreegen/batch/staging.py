"""The output folder of a batch: files are laid ready in a folder beside their places, then put in place one by one."""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import shutil
import uuid
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from agreegen.batch.entry import FileRecord
from agreegen.errors import UsageError

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Collection, Iterator

STAGING: Final = ".agreegen-batch.tmp"
_NAME: Final = uuid.uuid4().hex  # of this process, on whatever machine
_COUNT: Final = itertools.count()


@dataclass(frozen=True, slots=True)
class Staged:
    """A finished file that lies ready: where, and its record."""

    path: pathlib.Path
    record: FileRecord


def staged(folder: pathlib.Path, data: bytes) -> Staged:
    """The data as a file of the staging folder; OSError if it can't be written."""
    path = _fresh(folder)
    try:
        path.write_bytes(data)
    except OSError:
        with contextlib.suppress(OSError):
            path.unlink()
        raise
    return Staged(path, FileRecord.of(data))


def emptied(folder: pathlib.Path) -> pathlib.Path:
    """The staging folder, empty; UsageError if it can't be made. For the batch that holds the folder's lock."""
    staging = folder / STAGING
    try:
        shutil.rmtree(staging, ignore_errors=True)
        staging.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"the folder {folder} can't be written to: {error.strerror}",
                         "give another --output, or get permission to write there") from None  # fmt: skip
    return staging


def closed(staging: pathlib.Path) -> None:
    """Takes the staging folder away, with what was never put in place."""
    shutil.rmtree(staging, ignore_errors=True)


@contextlib.contextmanager
def beside(folder: pathlib.Path) -> Iterator[pathlib.Path]:
    """A path to write a file to before it is put in its place in the folder; nothing remains of it, at the latest
    when the next batch begins.
    """
    staging = folder / STAGING
    staging.mkdir(exist_ok=True)
    path = _fresh(staging)
    try:
        yield path
    finally:
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)
            staging.rmdir()  # unless a batch's files lie there


def replaced(path: pathlib.Path, data: bytes) -> None:
    """Puts the content in the place of the file, whole or not at all; OSError if that can't be."""
    with beside(path.parent) as ready:
        ready.write_bytes(data)
        ready.replace(path)


class OursNoMoreError(Exception):
    """The file in the way isn't what we wrote last; `known` says whether we ever wrote one of that name."""

    def __init__(self, known: bool) -> None:
        super().__init__()
        self.known = known


def place(ready: Staged, target: pathlib.Path, ours: Collection[str], *, force: bool = False) -> FileRecord:
    """Puts a file in its place; its record there. `ours` are the digests of what we may have written there before.

    OursNoMoreError if something else stands there; OSError if it can't be replaced.
    """
    if not force:
        present = _digest(target)
        if present is not None and present != ready.record.sha256 and present not in ours:
            raise OursNoMoreError(bool(ours))
    target.parent.mkdir(parents=True, exist_ok=True)
    ready.path.replace(target)
    return replace(ready.record, mtime_ns=target.stat().st_mtime_ns)


def _fresh(staging: pathlib.Path) -> pathlib.Path:
    return staging / f"{_NAME}-{next(_COUNT)}.tmp"


def _digest(path: pathlib.Path) -> str | None:
    """The SHA-256 of a file that stands there; None if none does."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except (FileNotFoundError, NotADirectoryError):
        return None

"""The output folder of a batch: files are laid ready in a folder beside their places, then put in place one by one."""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import os
import pathlib
import shutil
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from agreegen.batch.entry import FileRecord
from agreegen.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

STAGING: Final = ".agreegen-batch.tmp"
_NAME: Final = uuid.uuid4().hex  # of this process, on whatever machine
_COUNT: Final = itertools.count()
_TOGETHER: Final = 64  # files that lie in one folder
_FLAGS: Final = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0)


@dataclass(frozen=True, slots=True)
class Staged:
    """A finished file that lies ready: where, and its record."""

    path: str
    record: FileRecord

    def __reduce__(self) -> tuple[object, ...]:
        """Each of ten thousand comes from a worker."""
        return Staged, (self.path, self.record)


def staged(folder: pathlib.Path, data: bytes) -> Staged:
    """The data as a file of the staging folder; OSError if it can't be written.

    Processes that make files in one folder, and take them away, wait for each other: each has folders of its own, and
    begins a new one while the files of the last are put in place.
    """
    number = next(_COUNT)
    own = f"{folder}/{_NAME}-{number // _TOGETHER}"
    path = f"{own}/{number}.tmp"
    try:
        try:
            _write(path, data)
        except FileNotFoundError:
            pathlib.Path(own).mkdir(exist_ok=True)
            _write(path, data)
        return Staged(path, FileRecord.of(data, os.stat(path)))  # noqa: PTH116 (as below); renamed, it keeps its time
    except OSError:
        with contextlib.suppress(OSError):
            os.unlink(path)  # noqa: PTH108 (as below)
        raise


def _write(path: str, data: bytes) -> None:
    """Writes a file; its bytes are handed over at once, as they are."""
    file = os.open(path, _FLAGS, 0o666)
    try:
        left = memoryview(data)
        while left:
            left = left[os.write(file, left) :]
    finally:
        os.close(file)


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


def stored(folder: pathlib.Path, name: str, data: bytes) -> None:
    """Puts the content in the place of a file of the output folder, whole or not at all; OSError if that can't be.

    What a kill leaves lies in the staging folder, where the next batch finds it and takes it away.
    """
    with beside(folder) as ready:
        ready.write_bytes(data)
        ready.replace(folder / name)


class InTheWayError(Exception):
    """A file that isn't ours, or was edited, stands where one belongs; `known` says whether we ever wrote it."""

    def __init__(self, path: str, *, known: bool) -> None:
        super().__init__(path)
        self.path = path
        self.known = known


class UnplacedError(Exception):
    """A file can't be put in its place; `error` is the system's."""

    def __init__(self, path: str, error: OSError) -> None:
        super().__init__(path)
        self.path = path
        self.error = error


def place(
    folder: pathlib.Path, ready: Mapping[str, Staged], ours: Callable[[str], Collection[str]], *, force: bool = False
) -> dict[str, FileRecord]:
    """Puts the files of an agreement in their places, all or none; their records there.

    `ours` gives the digests of what we may have written to a path before. InTheWayError if something else stands
    there; UnplacedError if one can't be replaced, after what stood there before was put back.
    """
    base = str(folder)
    for path in ready if not force else ():
        try:
            present = _digest(f"{base}/{path}")
        except OSError as error:
            raise UnplacedError(path, error) from error
        if present is None or present == ready[path].record.sha256:
            continue
        known = ours(path)
        if present not in known:
            raise InTheWayError(path, known=bool(known))
    found: dict[str, FileRecord] = {}
    before: dict[str, bytes | None] = {}
    for path, one in ready.items():
        target = f"{base}/{path}"
        try:
            before[path] = _content(target) if len(ready) > 1 else None
            _moved(one.path, target)
            found[path] = one.record
        except OSError as error:
            _put_back(folder, {p: before[p] for p in found})
            raise UnplacedError(path, error) from error
    return found


def _moved(path: str, target: str) -> None:
    """Puts a file in the place of another, whose folder is made if it isn't there."""
    try:
        os.replace(path, target)  # noqa: PTH105 (ten thousand of them; a Path takes three times as long)
    except FileNotFoundError:
        pathlib.Path(target).parent.mkdir(parents=True, exist_ok=True)
        os.replace(path, target)  # noqa: PTH105 (as above)


def _put_back(folder: pathlib.Path, before: Mapping[str, bytes | None]) -> None:
    for path, content in before.items():
        with contextlib.suppress(OSError):
            if content is None:
                (folder / path).unlink(missing_ok=True)
            else:
                stored(folder, path, content)


def _fresh(staging: pathlib.Path) -> pathlib.Path:
    return staging / f"{_NAME}-{next(_COUNT)}.tmp"


def _digest(path: str) -> str | None:
    """The SHA-256 of a file that stands there; None if none does."""
    content = _content(path)
    return None if content is None else hashlib.sha256(content).hexdigest()


def _content(path: str) -> bytes | None:
    try:
        os.stat(path)  # noqa: PTH116 (as above; as a rule nothing is there, and this tells it sooner)
        with open(path, "rb") as file:  # noqa: PTH123 (as above)
            return file.read()
    except (FileNotFoundError, NotADirectoryError):
        return None

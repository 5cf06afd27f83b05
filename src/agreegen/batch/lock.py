"""Lock: one batch at a time in a folder; the system releases it when the process ends, however it ends."""

from __future__ import annotations

import contextlib
import datetime as dt
import getpass
import json
import os
import socket
import sys
import time
import weakref
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

from agreegen.errors import UsageError

if TYPE_CHECKING:
    import io
    import pathlib

LOCK: Final = ".agreegen-batch.lock"
CLAIM: Final = ".agreegen-batch.claim"
"""Stands for the lock where the file system has none, as on some network drives."""

_BEYOND: Final = 1 << 30  # Windows lets nobody read what is locked: a byte after all that is written
_SAID_WITHIN: Final = 0.2  # seconds from the lock until its holder has written who it is
_OPEN: Final[weakref.WeakSet[Lock]] = weakref.WeakSet()


class _Held(Exception):  # noqa: N818 (an answer, not an error)
    """Another batch has it."""


class _NoLocks(Exception):  # noqa: N818 (as above)
    """The file system has none."""


@dataclass(slots=True, eq=False, weakref_slot=True)
class Lock:
    """A folder that is ours until `release`, or until the process ends."""

    folder: pathlib.Path
    file: io.FileIO | None = None
    claim: pathlib.Path | None = None

    @classmethod
    def take(cls, folder: pathlib.Path) -> Lock:
        """The lock of a folder, which is made; UsageError, with who has it and since when, if another batch has it, or
        if it can't be made.
        """
        path = folder / LOCK
        try:
            folder.mkdir(parents=True, exist_ok=True)
            file = path.open("r+b" if path.exists() else "w+b", buffering=0)
        except OSError as error:
            there = next((str(path) for path in (folder, *folder.parents) if os.path.isfile(path)), "")  # noqa: PTH113
            why = f"{there} is a file, and agreements go into a folder" if there else error.strerror
            raise UsageError(f"the folder {folder} can't be written to: {why}",
                             "give another --output, or get permission to write there") from None  # fmt: skip
        try:
            _locked(file)
        except _Held:
            file.close()
            raise _busy(folder, path, "wait until it ends, or give another --output") from None
        except _NoLocks:
            file.close()
            return cls(folder, None, _claimed(folder))
        lock = cls(folder, file)
        file.truncate(0)
        file.write(_holder())
        _OPEN.add(lock)
        return lock

    def release(self) -> None:
        """Lets the next batch in; a second call does nothing."""
        if self.file is not None:
            with contextlib.suppress(OSError):
                self.file.truncate(0)
            self.file.close()
            self.file = None
            _OPEN.discard(self)
        if self.claim is not None:
            with contextlib.suppress(OSError):
                self.claim.unlink()
            self.claim = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.release()


def _left_to_the_parent() -> None:
    """Closes, in a worker that was forked, the locks of its parent: they end with the parent, not with the worker."""
    for lock in tuple(_OPEN):
        if lock.file is not None:
            lock.file.close()
            lock.file = None


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_left_to_the_parent)


if sys.platform == "win32":

    def _locked(file: io.FileIO) -> None:
        """Locks the file; _Held if another process has it."""
        import msvcrt  # noqa: PLC0415 (only there)

        file.seek(_BEYOND)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except PermissionError:
            raise _Held from None
        except OSError:
            raise _NoLocks from None
        finally:
            file.seek(0)

else:
    import errno
    import fcntl

    def _locked(file: io.FileIO) -> None:
        """Locks the file; _Held if another process has it."""
        try:
            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise (_Held if error.errno in (errno.EWOULDBLOCK, errno.EACCES) else _NoLocks) from None


def _claimed(folder: pathlib.Path) -> pathlib.Path:
    """A file that only one process can make; one that a process of this machine left when it died is taken over."""
    path = folder / CLAIM
    for _ in range(2):
        try:
            with path.open("xb") as file:
                file.write(_holder())
        except FileExistsError:
            if not _dead(path):
                raise _busy(folder, path, f"wait until it ends; if none is running any more, delete {path}") from None
            with contextlib.suppress(OSError):
                path.unlink()
        except OSError as error:
            raise UsageError(f"{path} can't be written: {error.strerror}", "give another --output") from None
        else:
            return path
    raise _busy(folder, path, "run it again")


def _holder() -> bytes:
    """Which process of whom has the folder, and since when, as JSON."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError, ImportError):
        user = ""
    since = dt.datetime.now().astimezone().isoformat(sep=" ", timespec="minutes")
    return json.dumps({"pid": os.getpid(), "host": socket.gethostname(), "user": user, "since": since}).encode()


def _read(path: pathlib.Path) -> dict[str, object]:
    try:
        said = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return said if isinstance(said, dict) else {}


def _busy(folder: pathlib.Path, path: pathlib.Path, hint: str) -> UsageError:
    until = time.monotonic() + _SAID_WITHIN
    while not (read := _read(path)) and time.monotonic() < until:
        time.sleep(0.01)
    said = {name: str(value)[:80] for name, value in read.items()}
    who = (
        f": {said.get('user') or 'somebody'} on {said.get('host', '?')} since {said.get('since', '?')}, "
        if said
        else ""
    )
    process = f"process {said.get('pid', '?')}" if said else ""
    return UsageError(f"another batch is writing to {folder}{who}{process}", hint)


def _dead(path: pathlib.Path) -> bool:
    """True when the process that left the file ran on this machine and is gone; false where that can't be known."""
    said = _read(path)
    pid = said.get("pid")
    if said.get("host") != socket.gethostname() or not isinstance(pid, int) or pid <= 0 or sys.platform == "win32":
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False

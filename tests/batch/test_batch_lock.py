"""One batch at a time: who has the folder is said, and a process that ends, or is killed, lets the next one in."""

from __future__ import annotations

import errno
import fcntl
import json
import multiprocessing
import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from agreegen.batch import lock as module
from agreegen.batch.lock import CLAIM, LOCK, Lock
from agreegen.errors import UsageError

if TYPE_CHECKING:
    import pathlib

HOLD = """
import pathlib, sys, time
from agreegen.batch.lock import Lock
lock = Lock.take(pathlib.Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""


def holder(folder: pathlib.Path) -> subprocess.Popen[str]:
    """Another process that has the lock of the folder until its input ends."""
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(folder)], stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE, text=True)  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def end(process: subprocess.Popen[str]) -> None:
    process.communicate()
    assert process.returncode is not None


def test_second_batch_is_told_who_has_the_folder(tmp_path: pathlib.Path) -> None:
    process = holder(tmp_path / "out")
    with pytest.raises(UsageError, match=rf"another batch is writing to .*out: .+ since \d+.* process {process.pid}"):
        Lock.take(tmp_path / "out")
    end(process)
    Lock.take(tmp_path / "out").release()


def test_killed_process_lets_the_next_in(tmp_path: pathlib.Path) -> None:
    process = holder(tmp_path)
    os.kill(process.pid, signal.SIGKILL)
    end(process)
    Lock.take(tmp_path).release()


def test_one_process_has_it_once(tmp_path: pathlib.Path) -> None:
    with Lock.take(tmp_path) as lock, pytest.raises(UsageError, match=f"process {os.getpid()}"):
        Lock.take(tmp_path)
    lock.release()
    Lock.take(tmp_path).release()
    assert (tmp_path / LOCK).read_bytes() == b""


def _worker(ready: object, end_of: object) -> None:
    ready.set()  # type: ignore[attr-defined]
    end_of.wait(20)  # type: ignore[attr-defined]


def test_forked_worker_does_not_keep_it(tmp_path: pathlib.Path) -> None:
    fork = multiprocessing.get_context("fork")
    ready, end_of = fork.Event(), fork.Event()
    lock = Lock.take(tmp_path)
    worker = fork.Process(target=_worker, args=(ready, end_of))
    worker.start()
    ready.wait(20)
    with pytest.raises(UsageError):
        Lock.take(tmp_path)
    assert lock.file is not None
    lock.file.close()  # as the system does when the parent dies
    Lock.take(tmp_path).release()
    end_of.set()
    worker.join()


def test_folder_that_cannot_be_written_is_told(tmp_path: pathlib.Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(UsageError, match="can't be written to"):
        Lock.take(tmp_path / "file" / "out")


# ------------------------------------------------------------------------------------------------ without locks
@pytest.fixture
def without_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file system that has no locks."""

    def refused(*_: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", refused)


@pytest.mark.usefixtures("without_locks")
def test_claim_stands_in_for_the_lock(tmp_path: pathlib.Path) -> None:
    lock = Lock.take(tmp_path)
    with pytest.raises(UsageError, match=f"process {os.getpid()}") as error:
        Lock.take(tmp_path)
    assert CLAIM in error.value.hint
    lock.release()
    assert not (tmp_path / CLAIM).exists()
    Lock.take(tmp_path).release()


@pytest.mark.usefixtures("without_locks")
def test_claim_of_a_dead_process_is_taken_over_and_of_another_machine_is_not(tmp_path: pathlib.Path) -> None:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    left = json.loads(module._holder())
    (tmp_path / CLAIM).write_text(json.dumps({**left, "pid": process.pid, "host": "elsewhere.example.gov"}))
    with pytest.raises(UsageError, match=r"elsewhere\.example\.gov"):
        Lock.take(tmp_path)
    (tmp_path / CLAIM).write_text(json.dumps({**left, "pid": process.pid}))
    Lock.take(tmp_path).release()


@pytest.mark.usefixtures("without_locks")
@pytest.mark.parametrize("content", [b"", b"[]", b"\xff", b'{"pid": "x"}'])
def test_unreadable_claim_is_nobodys_to_take(tmp_path: pathlib.Path, content: bytes) -> None:
    (tmp_path / CLAIM).write_bytes(content)
    with pytest.raises(UsageError, match="another batch is writing"):
        Lock.take(tmp_path)

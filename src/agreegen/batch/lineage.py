"""Lineage: a process with everything that it started, wherever that put itself, ended together."""

from __future__ import annotations

import contextlib
import os
import pathlib
import signal
import subprocess
from typing import Final

from agreegen.pdf import windows

_PROCESSES: Final = pathlib.Path("/proc")
_ROUNDS: Final = 20
"""How often we look for what a process started while we looked."""


def end(pid: int) -> None:
    """Ends a process and all that it started; one that is gone already is no error."""
    if os.name == "nt":
        command = [str(windows.program("taskkill.exe")), "/T", "/F", "/PID", str(pid)]
        subprocess.run(command, capture_output=True, check=False)  # noqa: S603 (a program of the system)
        return
    if pid != os.getpid():
        _send(pid, signal.SIGSTOP)  # it starts nothing more
    for child in _stopped_below(pid):
        _send(child, signal.SIGKILL)
    _send(pid, signal.SIGKILL)


def end_below(pid: int) -> None:
    """Ends all that a process started, but not the process."""
    if os.name != "nt":
        for child in _stopped_below(pid):
            _send(child, signal.SIGKILL)


def below(pid: int) -> set[int]:
    """The processes that a process started, and those that they started."""
    parents = _parents()
    found: set[int] = set()
    fresh = {pid}
    while fresh:
        fresh = {child for child, parent in parents.items() if parent in fresh} - found - {pid}
        found |= fresh
    return found


def _stopped_below(pid: int) -> set[int]:
    """The processes below one, stopped, so that there are no more of them a moment later."""
    stopped: set[int] = set()
    for _ in range(_ROUNDS):
        fresh = below(pid) - stopped
        for child in fresh:
            _send(child, signal.SIGSTOP)
        stopped |= fresh
        if not fresh:
            break
    return stopped


def _parents() -> dict[int, int]:
    """The parent of each process."""
    if not (_PROCESSES / "self" / "stat").is_file():
        listed = subprocess.run(["/bin/ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=False)
        return {int(pid): int(parent) for pid, parent in (line.split() for line in listed.stdout.splitlines())}
    parents = {}
    for stat in _PROCESSES.glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):  # it ended meanwhile
            after_name = stat.read_bytes().rpartition(b")")[2]  # a name may have spaces and brackets
            parents[int(stat.parent.name)] = int(after_name.split()[1])
    return parents


def _send(pid: int, sign: int) -> None:
    with contextlib.suppress(OSError):
        os.kill(pid, sign)

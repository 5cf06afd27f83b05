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
    """Ends a process and all that it started; one that is gone already is no error.

    Nothing is only stopped on the way: were we to end then ourselves, it would stay so.
    """
    if os.name == "nt":
        command = [str(windows.program("taskkill.exe")), "/T", "/F", "/PID", str(pid)]
        subprocess.run(command, capture_output=True, check=False)  # noqa: S603 (a program of the system)
        return
    started = below(pid)
    if pid != os.getpid():
        _send(pid, signal.SIGKILL)  # it starts nothing more
    _end_all(pid, started)
    _send(pid, signal.SIGKILL)


def end_below(pid: int) -> None:
    """Ends all that a process started, but not the process."""
    if os.name != "nt":
        _end_all(pid, below(pid))


def end_left(pid: int) -> None:
    """Ends what a process that is gone left in its group; nothing where its number is another process's by now.

    A number isn't given away while a group is called by it: whoever has it now, nothing of the old group was left.
    """
    if os.name != "nt" and pid not in _processes():
        _end_all(pid, below(pid))


def below(pid: int) -> set[int]:
    """The processes that a process started, and those that they started; with what is of its group and lost them."""
    processes = _processes()
    found: set[int] = set()
    fresh = {pid}
    while fresh:
        fresh = {p for p, above in processes.items() if fresh.intersection(above)} - found - {pid}
        found |= fresh
    return found


def _end_all(pid: int, started: set[int]) -> None:
    """Ends what a process started, and what that starts meanwhile."""
    ended: set[int] = set()
    for _ in range(_ROUNDS):
        fresh = (started | below(pid)) - ended
        for child in fresh:
            _send(child, signal.SIGKILL)
        ended |= fresh
        if not fresh:
            break


def _processes() -> dict[int, tuple[int, int]]:
    """The parent of each process, and the leader of its group."""
    if not (_PROCESSES / "self" / "stat").is_file():
        listed = subprocess.run(
            ["/bin/ps", "-A", "-o", "pid=,ppid=,pgid="], capture_output=True, text=True, check=False
        )
        rows = (map(int, line.split()) for line in listed.stdout.splitlines())
        return {pid: (parent, group) for pid, parent, group in rows}
    processes = {}
    for stat in _PROCESSES.glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):  # it ended meanwhile
            after_name = stat.read_bytes().rpartition(b")")[2].split()  # a name may have spaces and brackets
            processes[int(stat.parent.name)] = int(after_name[1]), int(after_name[2])
    return processes


def _send(pid: int, sign: int) -> None:
    with contextlib.suppress(OSError):
        os.kill(pid, sign)

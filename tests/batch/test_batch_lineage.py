"""A process is ended with all that it started, and nobody stays behind stopped."""

from __future__ import annotations

import os
import pathlib
import subprocess
import sys
import time

import pytest

from agreegen.batch import lineage

pytestmark = pytest.mark.skipif(not pathlib.Path("/proc/self/stat").is_file(), reason="looks at /proc")

FAMILY = """
import os, subprocess, sys, time
os.setsid()
own = "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(100)'])"
code = "import subprocess, sys, time; " + own + "; time.sleep({})"
for seconds in (100, 0):  # a child with a child, and a child that leaves its own behind
    subprocess.Popen([sys.executable, "-c", code.format(seconds)])
time.sleep(100)
"""

LEAVER = """
import os, subprocess, sys
os.setsid()
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(100)"], stdout=subprocess.DEVNULL)
print(os.getpid(), child.pid)
"""


def states(processes: set[int]) -> list[str]:
    """What those that are still there do."""
    found = []
    for pid in processes:
        try:
            found.append(pathlib.Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()[0].decode())
        except OSError:
            continue
    return [state for state in found if state != "Z"]


def grown(pid: int, count: int) -> set[int]:
    """What is below a process, as soon as it is that many."""
    end = time.monotonic() + 60
    while time.monotonic() < end and len(states(lineage.below(pid))) < count:
        time.sleep(0.02)
    return lineage.below(pid)


def test_a_process_is_ended_with_all_that_it_started() -> None:
    family = subprocess.Popen([sys.executable, "-c", FAMILY])
    time.sleep(0.5)
    there = grown(family.pid, 3)
    assert len(states(there)) >= 3
    lineage.end(family.pid)
    family.wait(60)
    end = time.monotonic() + 60
    while (left := states(there | lineage.below(family.pid))) and time.monotonic() < end:
        time.sleep(0.02)
    assert left == []
    lineage.end(family.pid)  # gone already


def test_of_a_process_that_is_gone_its_group_is_ended() -> None:
    gone = subprocess.run([sys.executable, "-c", LEAVER], stdout=subprocess.PIPE, check=True, text=True)
    leader, child = map(int, gone.stdout.split())
    assert len(states({child})) == 1
    lineage.end_left(leader)
    end = time.monotonic() + 60
    while (left := states({child})) and time.monotonic() < end:
        time.sleep(0.02)
    assert left == []
    lineage.end_left(leader)  # nothing is left


def test_who_has_the_number_of_a_process_that_is_gone_is_left_alone() -> None:
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(100)"], start_new_session=True) as other:
        lineage.end_left(other.pid)
        time.sleep(0.1)
        alive = other.poll() is None
        lineage.end(other.pid)
    assert alive


def test_nobody_is_only_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever ends others may be killed himself in between."""
    sent = []
    monkeypatch.setattr(os, "kill", lambda pid, sign: sent.append((pid, sign.name)))
    with subprocess.Popen([sys.executable, "-c", FAMILY]) as family:
        grown(family.pid, 3)
        lineage.end(family.pid)
        monkeypatch.undo()
        lineage.end(family.pid)
    assert {sign for _, sign in sent} == {"SIGKILL"}
    assert sent[0][0] == family.pid

"""A batch that is killed: whole files only, nothing lost, nobody left at work, and the next run completes it.

Two ways to the moment of death: a process that kills itself before each of its operations on files in turn, and real
commands that are killed from outside, at random.
"""

from __future__ import annotations

import json
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pypdfium2
import pytest
import test_batch_run
from test_batch_run import COUNTIES, files, order, outcomes, parts, write_list

from agreegen import batch, generate
from agreegen.batch.entry import MADE, UNCHANGED
from agreegen.batch.journal import JOURNAL
from agreegen.batch.lock import LOCK
from agreegen.batch.manifest import NAME
from agreegen.law.tables import table
from agreegen.plate import press

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

STEP = 2
"""Every so many operations on files a batch is killed: all of them take twice as long."""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL; on Windows taskkill /F is the same"),
]

place = test_batch_run.place  # the fixture
MARK = "AGREEGEN_TEST_MARK"
SOON = 60.0
"""Seconds after which nobody is at work any more, on a busy machine."""

MORTAL = """
import json, os, pathlib, signal, sys
from agreegen import batch, generate, workspace
from agreegen.batch import running
from agreegen.plate import press
from agreegen.reading.partner_list import read_partner_list

for module in (generate, press):
    module.quick_contents = lambda docx, *_, **__: docx
place = pathlib.Path(sys.argv[1])
CHANGES = {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "shutil.rmtree", "os.truncate", "tempfile.mkstemp"}

def order(output):
    here = workspace.find(place, format="docx", output=output)
    partners = read_partner_list("counties.yaml", place).partners
    return batch.Order((place / "coverage.yaml",), partners, here, jobs=1)

def mortal(output, last, together):
    met = []
    if together:
        running._lots = lambda jobs, *_: iter([jobs])
    def hook(event, arguments):
        if event not in CHANGES and not (event == "open" and (arguments[2] or 0) & (os.O_WRONLY | os.O_RDWR)):
            return
        if not str(arguments[0]).startswith(output):
            return
        met.append(event)
        if len(met) == last:
            os.kill(os.getpid(), signal.SIGKILL)
    sys.addaudithook(hook)
    batch.run(order(output))
    return len(met)

batch.run(order(str(place / "warm")))
for line in sys.stdin:
    output, last, together = json.loads(line)
    ends, begins = os.pipe()
    child = os.fork()
    if not child:
        os.close(ends)
        os.write(begins, str(mortal(output, last, together)).encode())
        os._exit(0)
    os.close(begins)
    said = os.read(ends, 100).decode()
    os.close(ends)
    print(json.dumps([os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), int(said or 0)]), flush=True)
"""
"""For each line of its input, a batch into that folder that kills itself before its n-th operation on files there, its
agreements made one by one or as one lot."""


class Mortal:
    """A program that runs batches and kills them at exact places."""

    def __init__(self, place: pathlib.Path) -> None:
        self._process = subprocess.Popen([sys.executable, "-c", MORTAL, str(place)], text=True, stdin=subprocess.PIPE,
                                         stdout=subprocess.PIPE)  # fmt: skip

    def run(self, output: pathlib.Path, last: int, *, together: bool = False) -> tuple[int, int]:
        """The exit code of a batch that dies before that operation, and how many it had if it didn't."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps([str(output), last, together]) + "\n")
        self._process.stdin.flush()
        code, count = json.loads(self._process.stdout.readline())
        return code, count

    def close(self) -> None:
        self._process.communicate()


@pytest.fixture(autouse=True)
def cache(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """One cache for all, and for their processes."""
    monkeypatch.setenv("AGREEGEN_CACHE", str(tmp_path_factory.getbasetemp() / "cache"))


@pytest.fixture
def mortal(place: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Mortal]:
    """The program, and here the same contents: page numbers aren't the subject, and take a drawing."""
    for module in (generate, press):
        monkeypatch.setattr(module, "quick_contents", lambda docx, *_, **__: docx)
    write_list(place, COUNTIES[:2])
    program = Mortal(place)
    yield program
    program.close()


def remains(folder: pathlib.Path) -> set[str]:
    """The names of what stands in a folder besides the agreements."""
    return {p.name for p in folder.rglob("*") if p.suffix not in (".docx", ".pdf")}


WHOLE = {NAME, LOCK, "summary.html", "summary.csv"}


def into(place: pathlib.Path, output: pathlib.Path) -> batch.Batch:
    """The same batch, undisturbed."""
    one = order(place)
    return batch.run(replace(one, workspace=replace(one.workspace, output=output), jobs=1))


@pytest.mark.parametrize("together", [False, True])
def test_killed_before_any_operation_a_first_batch_is_completed(
    place: pathlib.Path, tmp_path: pathlib.Path, mortal: Mortal, together: bool
) -> None:
    code, count = mortal.run(tmp_path / "whole", 0, together=together)
    assert (code, count > 20) == (0, True)
    expected = files(tmp_path / "whole")
    for last in range(1, count + 1, STEP):
        output = tmp_path / f"killed-{last}"
        assert mortal.run(output, last, together=together) == (-signal.SIGKILL, 0)
        for name in files(output) if output.is_dir() else ():
            assert (output / name).read_bytes() == expected[name]
        done = into(place, output)
        assert done.whole, last
        assert files(output) == expected, last
        assert remains(output) == WHOLE, last


@pytest.mark.parametrize("together", [False, True])
def test_killed_before_any_operation_a_later_batch_loses_nothing_of_the_first(
    place: pathlib.Path, tmp_path: pathlib.Path, mortal: Mortal, together: bool
) -> None:
    into(place, tmp_path / "old")
    before = files(tmp_path / "old")
    proposal = place / "coverage.yaml"
    text = proposal.read_text(encoding="utf-8")
    _, first = mortal.run(tmp_path / "fresh", 0, together=together)
    proposal.write_text(text.replace("About 1,800 children", "About 1,900 children"), encoding="utf-8")
    into(place, tmp_path / "new")
    after = files(tmp_path / "new")
    assert all(before[name] != after[name] for name in before)
    for last in range(1, first + 20, STEP):
        output = tmp_path / f"killed-{last}"
        shutil.copytree(tmp_path / "old", output)
        code, _ = mortal.run(output, last, together=together)
        for name, data in files(output).items():
            assert data in (before[name], after[name]), (last, name)
        assert files(output).keys() == before.keys(), last
        done = into(place, output)
        assert done.whole, (last, outcomes(done))
        assert files(output) == after, last
        assert remains(output) == WHOLE, last
        if code == 0:
            return
    pytest.fail("the later batch has more operations than were tried")


# ------------------------------------------------------------------------------------------------------ from outside
COMMAND = """
from agreegen import cli
from agreegen.batch import running
running.FEW = 0 if "2" in {argv} else 150
cli.main({argv})
"""
"""The command; with two jobs even a few Word documents are made by workers."""


def started(place: pathlib.Path, mark: str, *more: str, out: int = subprocess.DEVNULL) -> subprocess.Popen[str]:
    """The command as a process, which can be found with all that it starts by a mark in their environment."""
    arguments = ["batch", "coverage.yaml", "--partners", "counties.yaml", *more]
    return subprocess.Popen([sys.executable, "-c", COMMAND.format(argv=arguments)], cwd=place, text=True, stdout=out,
                            stderr=out, env=os.environ | {MARK: mark})  # fmt: skip


def at_work(mark: str) -> list[int]:
    """Processes with the mark in their environment."""
    found = []
    for environment in pathlib.Path("/proc").glob("[0-9]*/environ"):
        try:
            if f"{MARK}={mark}".encode() in environment.read_bytes().split(b"\0"):
                found.append(int(environment.parent.name))
        except OSError:  # it ended, or is somebody else's
            continue
    return found


def gone(mark: str) -> bool:
    """Whether all of them end within seconds."""
    until = time.monotonic() + SOON
    while time.monotonic() < until:
        if not at_work(mark):
            return True
        time.sleep(0.05)
    return False


def until(wanted: Callable[[], bool], running: subprocess.Popen[str], seconds: float = 60) -> None:
    """Waits until something is there, or the process has ended."""
    end = time.monotonic() + seconds
    while running.poll() is None and time.monotonic() < end and not wanted():
        time.sleep(0.001)


def whole(output: pathlib.Path) -> None:
    """Every file of the folder opens."""
    for path in output.rglob("*.docx"):
        assert parts(path), path
    for path in output.rglob("*.pdf"):
        with pypdfium2.PdfDocument(path) as document:
            assert len(document) > 4, path


def all_of(output: pathlib.Path) -> dict[str, object]:
    """The agreements, Word documents part by part."""
    documents = {path.name: parts(path) for path in output.glob("*.docx")}
    return documents | {path.name: path.read_bytes() for path in output.glob("*.pdf")}


def count_of(output: pathlib.Path) -> int:
    return sum(path.suffix in (".docx", ".pdf") for path in output.iterdir()) if output.is_dir() else 0


@pytest.mark.skipif(not pathlib.Path("/proc/self/environ").is_file(), reason="finds processes by their environment")
@pytest.mark.parametrize(("kills", "arguments", "counties"), [
    (13, ("-f", "docx", "-j", "1"), COUNTIES),
    (4, ("-f", "docx", "-j", "2"), COUNTIES),
    (3, ("-f", "both", "-j", "2"), COUNTIES[:3]),
])  # fmt: skip
def test_killed_from_outside_at_random_moments(
    place: pathlib.Path, kills: int, arguments: tuple[str, ...], counties: tuple[str, ...]
) -> None:
    write_list(place, counties)
    start = time.monotonic()
    assert started(place, "whole", *arguments, "-o", "whole").wait(120) == 0
    took = time.monotonic() - start
    expected = all_of(place / "whole")
    assert len(expected) == len(counties) * (2 if "both" in arguments else 1)
    killed = 0
    for kill in range(kills):
        moment = random.Random(f"{arguments} {kill}")
        output, mark = place / f"out-{kill}", f"{place}-{kill}"
        running = started(place, mark, *arguments, "-o", output.name)
        if kill % 2:  # anywhere, most often while it starts
            time.sleep(moment.random() * took)
        else:  # while it makes, and places, and saves
            wanted = moment.randrange(len(expected) + 1)
            until(lambda: count_of(output) >= wanted, running)  # noqa: B023
            time.sleep(moment.random() * 0.05)
        killed += running.poll() is None
        running.kill()
        running.wait()
        assert gone(mark), (kill, at_work(mark))
        if output.is_dir():
            whole(output)
            assert all(expected[name] == data for name, data in all_of(output).items())
        assert started(place, mark, *arguments, "-o", output.name).wait(120) == 0, kill
        assert all_of(output) == expected, kill
        assert remains(output) == WHOLE, kill
    assert killed > kills // 3, "too many had ended before"


@pytest.mark.skipif(not pathlib.Path("/proc/self/environ").is_file(), reason="finds processes by their environment")
def test_killed_while_another_program_draws_nobody_is_left(
    place: pathlib.Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """A soffice that never ends, as a stuck one does; its files go with it."""
    programs, temporary = tmp_path_factory.mktemp("programs"), tmp_path_factory.mktemp("temporary")
    stuck = programs / "soffice"
    stuck.write_text(f"#!/bin/sh\ntouch {programs}/drawing\nsleep 300 &\nsleep 300\n", encoding="utf-8")
    stuck.chmod(0o755)
    write_list(place, COUNTIES[:1])
    for sign in (signal.SIGKILL, signal.SIGINT):
        arguments = ["batch", "coverage.yaml", "-p", "counties.yaml", "-f", "pdf", "-j", "1", "--pdf-engine",
                     "libreoffice"]  # fmt: skip
        mark = f"{place}-{sign}"
        environment = os.environ | {MARK: mark, "PATH": f"{programs}:{os.environ['PATH']}", "TMPDIR": str(temporary)}
        running = subprocess.Popen([sys.executable, "-m", "agreegen.cli", *arguments], cwd=place, env=environment,
                                   stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL, text=True)  # fmt: skip
        until((programs / "drawing").exists, running)
        assert (programs / "drawing").exists()
        (programs / "drawing").unlink()
        assert len(at_work(mark)) > 3
        running.send_signal(sign)
        running.wait(SOON)
        assert gone(mark), at_work(mark)
        assert not list(temporary.iterdir())


# ------------------------------------------------------------------------------------------------------- two at once
GATE = """
import pathlib, sys, time
from agreegen import batch, cli, generate
from agreegen.batch import running
from agreegen.plate import press
gate = pathlib.Path(sys.argv[1])
take = running.Lock.take
def held(folder):
    lock = take(folder)
    while not gate.with_suffix(".told").exists():
        time.sleep(0.01)
    return lock
running.Lock.take = held
print("ready", flush=True)
while not gate.exists():
    time.sleep(0.0005)
cli.main(sys.argv[2:])
"""
"""A command that begins at a sign, and that goes on with the folder's lock when the other one was told of it."""


def together(place: pathlib.Path, gate: pathlib.Path, *lists: str) -> list[tuple[int, str]]:
    """Two commands that begin at the same moment: how each left, and what it said."""
    running = []
    for name in lists:
        arguments = ["batch", "coverage.yaml", "--partners", name, "-f", "docx"]
        running.append(subprocess.Popen([sys.executable, "-c", GATE, str(gate), *arguments], cwd=place, text=True,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE))  # fmt: skip
    for process in running:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    gate.touch()
    while all(process.poll() is None for process in running):
        time.sleep(0.01)
    gate.with_suffix(".told").touch()
    said = [process.communicate(timeout=120) for process in running]
    return [(process.returncode, err) for process, (_, err) in zip(running, said, strict=True)]


def test_two_at_once_are_one_and_one_that_is_told(place: pathlib.Path) -> None:
    counties = tuple(county["county"] for county in table("lists")["counties"])
    write_list(place, counties)
    for attempt in range(2):
        ends = together(place, place / f"gate-{attempt}", "counties.yaml", "counties.yaml")
        assert sorted(code for code, _ in ends) == [0, 2], ends
        (told,) = [err for code, err in ends if code == 2]
        assert "another batch is writing to" in told
        assert f"on {os.uname().nodename} since" in told
        assert "Traceback" not in told
        whole(place / "output")
        assert len(files(place / "output")) == len(counties) == 58
        again = [
            sys.executable,
            "-c",
            COMMAND.format(argv=["batch", "coverage.yaml", "-p", "counties.yaml", "-f", "docx"]),
        ]
        assert "58 unchanged" in subprocess.run(again, cwd=place, capture_output=True, text=True, check=True).stdout
        assert remains(place / "output") == WHOLE
        proposal = place / "coverage.yaml"
        text = proposal.read_text(encoding="utf-8")
        proposal.write_text(text.replace("children whose", "children and youth whose", 1), encoding="utf-8")


def test_a_later_batch_of_other_partners_keeps_the_record_of_the_first(place: pathlib.Path) -> None:
    batch.run(order(place))
    first = files(place / "output")
    write_list(place, ("Napa", "Inyo"))
    assert set(outcomes(batch.run(order(place))).values()) == {MADE}
    write_list(place)
    assert set(outcomes(batch.run(order(place))).values()) == {UNCHANGED}
    assert {name: data for name, data in files(place / "output").items() if name in first} == first
    record = json.loads((place / "output" / NAME).read_bytes())
    assert {key.partition("/")[2] for key in record["entries"]} == {
        *(f"{name.lower().replace(' ', '-')}-county" for name in COUNTIES), "napa-county", "inyo-county",
    }  # fmt: skip
    assert not (place / "output" / JOURNAL).exists()

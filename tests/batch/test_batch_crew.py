"""Lanes of workers: every job has one result, whatever happens to a worker."""

from __future__ import annotations

import contextlib
import importlib
import math
import multiprocessing.connection
import os
import pathlib
import random
import subprocess
import sys
import threading
import time
from concurrent.futures import BrokenExecutor, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from agreegen import workspace
from agreegen.batch import crew, lineage
from agreegen.batch.ahead import ahead
from agreegen.batch.crew import Here, Lost, Process, carried_out
from agreegen.batch.manifest import NAME

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from concurrent.futures import Future

CRASH, HANG, ONCE = 1000, 2000, 3000
"""Jobs at or above these numbers end their worker, never end, or end their worker the first time only."""


def doubled(lot: Sequence[int]) -> list[int]:
    """The work: each number twice."""
    return [2 * n for n in lot]


@dataclass(frozen=True)
class Treacherous:
    """The work, with jobs that crash or hang; who hangs leaves a mark."""

    folder: pathlib.Path

    def __call__(self, lot: Sequence[int]) -> list[int]:
        for n in lot:
            if CRASH <= n < HANG:
                os._exit(7)
            if n >= HANG:
                (self.folder / "hangs").touch()
                time.sleep(600)
        return doubled(lot)


@pytest.fixture
def hasty(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who hangs has had its time: in seconds it would have to do for the slowest machine."""
    hangs, right = tmp_path / "hangs", crew.wait

    def wait(running: dict[Future[object], crew._Run[int]], timeout: float, return_when: str) -> object:
        end = time.monotonic() + timeout
        while not (known := right(running, 0.02, return_when)).done and time.monotonic() < end:
            if hangs.exists():
                hangs.unlink()
                (run,) = [run for run in running.values() if any(n >= HANG for n in run.lot)]
                run.until = 0.0
                break
        return known

    monkeypatch.setattr(crew, "wait", wait)


def lots(jobs: Sequence[int], size: int) -> list[tuple[int, ...]]:
    return [tuple(jobs[i : i + size]) for i in range(0, len(jobs), size)]


def each(lots: Sequence[Sequence[int]], work: object, lanes: Sequence[crew.Lane], limit: float) -> list[Any]:
    """The jobs with their results, whatever lot they were of."""
    return [told for lot in carried_out(lots, work, lanes, limit) for told in lot]  # type: ignore[arg-type]


@pytest.fixture
def lanes() -> Iterator[list[Process]]:
    made = [Process(), Process()]
    yield made
    for lane in made:
        lane.stop()


def test_here_every_job_has_its_result() -> None:
    assert dict(each(lots(range(100), 7), doubled, [Here()], 5)) == {n: 2 * n for n in range(100)}


def test_processes_do_the_same_as_this_one(lanes: list[Process]) -> None:
    assert dict(each(lots(range(50), 7), doubled, lanes, 60)) == {n: 2 * n for n in range(50)}


@pytest.mark.slow
@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize("seed", range(3))
def test_crashes_and_hangs_cost_their_own_jobs_only(lanes: list[Process], seed: int, tmp_path: pathlib.Path) -> None:
    """Two jobs that crash and one that hangs, anywhere among others."""
    jobs = [*range(24), CRASH, CRASH + 1, HANG]
    random.Random(seed).shuffle(jobs)
    results = dict(each(lots(jobs, 5), Treacherous(tmp_path), lanes, 300))
    assert {n: r for n, r in results.items() if n < CRASH} == {n: 2 * n for n in range(24)}
    assert isinstance(results[CRASH], Lost)
    assert results[CRASH + 1] == Lost("the worker ended unexpectedly")
    assert results[HANG] == Lost("not done after 300 seconds, and stopped")


@pytest.mark.parametrize("limit", [math.inf, 1e10, 2 * threading.TIMEOUT_MAX])
def test_a_limit_may_be_longer_than_any_system_waits(limit: float) -> None:
    with ThreadPoolExecutor(1) as pool:
        assert each([(1,), (2,)], doubled, [crew.Remote(pool)], limit) == [(1, 2), (2, 4)]


def test_who_waits_longer_than_a_system_can_looks_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threading, "TIMEOUT_MAX", 0.01)
    with ThreadPoolExecutor(1) as pool:
        assert each([(1,)], rested, [crew.Remote(pool)], math.inf) == [(1, 2)]


def rested(lot: Sequence[int]) -> list[int]:
    time.sleep(0.1)
    return doubled(lot)


@pytest.mark.slow
def test_what_hangs_is_stopped_at_its_limit(lanes: list[Process], tmp_path: pathlib.Path) -> None:
    """By the clock: tried twice, each time for as many seconds."""
    start = time.monotonic()
    assert dict(each([(HANG,)], Treacherous(tmp_path), lanes, 1.5)) == {
        HANG: Lost("not done after 1.5 seconds, and stopped")
    }
    assert time.monotonic() - start >= 3


class Fragile:
    """Work that ends its worker the first time that a job is tried."""

    def __init__(self, folder: pathlib.Path) -> None:
        self.folder = folder

    def __call__(self, lot: Sequence[int]) -> list[int]:
        for n in lot:
            mark = self.folder / str(n)
            if not mark.exists():
                mark.touch()
                os._exit(1)
        return doubled(lot)


@pytest.mark.slow
def test_a_job_that_fails_once_is_tried_again(lanes: list[Process], tmp_path: pathlib.Path) -> None:
    assert dict(each(lots(range(3), 1), Fragile(tmp_path), lanes, 60)) == {0: 0, 1: 2, 2: 4}


def whose(lot: Sequence[int]) -> list[int]:
    return [os.getpid() for _ in lot]


@pytest.mark.slow
def test_a_process_is_replaced_after_its_share_of_jobs() -> None:
    lane = Process(recycled_after=4)
    found = dict(each(lots(range(12), 2), whose, [lane], 60))
    lane.stop()
    assert len(set(found.values())) == 3


@pytest.mark.slow
def test_who_stops_early_leaves_no_worker_busy(lanes: list[Process], tmp_path: pathlib.Path) -> None:
    pids = {pid for _, pid in each([(1,), (2,)], whose, lanes, 60)}
    results = carried_out([(HANG,), (1,), (HANG + 1,)], Treacherous(tmp_path), lanes, 600)
    assert next(results) == [(1, 2)]
    start = time.monotonic()
    results.close()  # type: ignore[attr-defined]
    assert time.monotonic() - start < 30
    for _ in range(100):
        if sum(map(alive, pids)) <= 1:  # the one that was idle
            return
        time.sleep(0.1)
    pytest.fail("the busy worker is still there")


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def left_behind(lot: Sequence[str]) -> list[int]:
    """A worker that starts another program, says its number, and is gone."""
    (file,) = lot
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(100)"])
    pathlib.Path(file).write_text(str(child.pid), encoding="ascii")
    os._exit(3)


@pytest.mark.skipif(not hasattr(os, "setsid"), reason="groups of processes")
def test_a_worker_that_is_gone_is_not_ended_by_its_number_and_what_it_left_is(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended: list[int] = []
    monkeypatch.setattr(lineage, "end", ended.append)
    lane = Process()
    with pytest.raises(BrokenExecutor):
        lane.submit(left_behind, [str(tmp_path / "child")]).result()
    lane.stop()
    assert ended == []
    child = int((tmp_path / "child").read_text(encoding="ascii"))
    for _ in range(500):
        if not running(child):
            return
        time.sleep(0.01)
    pytest.fail("what the worker started is still there")


def running(pid: int) -> bool:
    """Whether a process is there and hasn't ended."""
    said = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout
    return bool(said) and not said.startswith("Z")


class Slowly:
    """Work that is done while something is looked at; the first lot is begun at once."""

    def __init__(self, folder: pathlib.Path) -> None:
        self.folder = folder

    def __call__(self, lot: Sequence[int]) -> list[int]:
        for n in lot:
            (self.folder / str(n)).touch()
        return doubled(lot)


def test_a_worker_goes_on_while_what_it_did_is_looked_at(tmp_path: pathlib.Path) -> None:
    lane = Process()
    results = carried_out([(1,), (2,), (3,)], Slowly(tmp_path), [lane], 60)
    assert next(results) == [(1, 2)]
    for _ in range(500):
        if (tmp_path / "2").exists():
            break
        time.sleep(0.01)
    else:
        pytest.fail("the second lot isn't begun before the first one was looked at")
    assert [*results] == [[(2, 4)], [(3, 6)]]
    lane.stop()


def test_here_nothing_is_begun_before_what_was_done_is_looked_at(tmp_path: pathlib.Path) -> None:
    results = carried_out([(1,), (2,)], Slowly(tmp_path), [Here()], 60)
    assert next(results) == [(1, 2)]
    assert not (tmp_path / "2").exists()
    assert [*results] == [[(2, 4)]]


def test_an_exception_of_the_work_itself_is_no_loss() -> None:
    def faulty(lot: Sequence[int]) -> list[int]:
        raise ValueError("a fault")

    with pytest.raises(ValueError, match="a fault"):
        list(carried_out([(1,)], faulty, [Here()], 5))


def test_a_job_is_tried_twice_at_most() -> None:
    assert crew.ATTEMPTS == 2


def known(lot: Sequence[str]) -> list[bool]:
    return [name in sys.modules for name in lot]


def test_workers_that_were_started_ahead_have_loaded_what_they_need_and_end_with_the_batch() -> None:
    with crew.ahead(1, 1000, partial(importlib.import_module, "this")) as (lane,):
        (pid,) = [process.pid for process in lane._started]
        assert pid is not None
        assert each([("this",)], known, [lane], 60) == [("this", True)]
        assert each([(1,)], whose, [lane], 60) == [(1, pid)]
    for _ in range(100):
        if not alive(pid):
            return
        time.sleep(0.1)
    pytest.fail("the worker is still there")


@pytest.mark.parametrize(("format_", "jobs", "size", "made", "count"), [
    ("docx", 2, 10_000_000, False, 2),
    ("docx", 2, 20_000, False, 0),  # a short list
    ("docx", 1, 10_000_000, False, 0),
    ("docx", 2, 10_000_000, True, 0),  # perhaps nothing has changed
    ("docx", 200, 200_000, False, 200),
    ("pdf", 3, 10_000, False, 3),
    ("pdf", 64, 1, False, 1),  # names, of perhaps one partner
    ("pdf", 64, 5_500, False, 5),  # a list of a few
    ("pdf", 1, 1, False, 1),  # PDFs are made by workers, however few
    ("both", 3, 0, False, 0),  # workers elsewhere
])  # fmt: skip
def test_workers_are_started_ahead_where_they_are_likely_to_be_needed(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, format_: str, jobs: int, size: int, made: bool, count: int
) -> None:
    started: list[int] = []
    monkeypatch.setattr(crew, "ahead", lambda count, *_: contextlib.nullcontext(started.append(count)))
    if made:
        (tmp_path / NAME).touch()
    with ahead(replace(workspace.find(tmp_path), format=format_, output=tmp_path), jobs, size):
        assert started == [count]


def half_told(lot: Sequence[str]) -> list[str]:
    """Tells half of its result, and no more: as a process does that is ended while it writes to a full pipe."""

    def send(self: Any, data: bytes, *_: object) -> None:
        os.write(self.fileno(), bytes(data)[: len(data) // 2])
        pathlib.Path(lot[0]).touch()
        time.sleep(600)

    multiprocessing.connection.Connection._send = send  # type: ignore[attr-defined]
    return ["told" * 1000]


@pytest.mark.skipif(sys.platform == "win32", reason="pipes are others there")
def test_a_worker_that_is_ended_while_it_tells_a_result_holds_nobody_up(tmp_path: pathlib.Path) -> None:
    lane = crew.Process()
    told = tmp_path / "told"
    future = lane.submit(half_told, [str(told)])
    until = time.monotonic() + 60
    while not told.exists() and time.monotonic() < until:
        time.sleep(0.01)
    time.sleep(0.2)  # the pool has begun to read it
    stopping = threading.Thread(target=lane.stop, daemon=True)
    stopping.start()
    stopping.join(30)
    assert (stopping.is_alive(), future.done()) == (False, True)


def test_what_a_worker_writes_while_it_ends_goes_too(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it draws is ended, and it tries that again in a folder of its own, before it is ended itself."""
    ended: list[int] = []
    tries = iter(range(3))

    def below(_: int) -> None:
        if next(tries, None) is not None:
            (tmp_path / "own").mkdir(exist_ok=True)
            monkeypatch.setattr(crew.shutil, "rmtree", interrupted)

    def interrupted(folder: str, **_: object) -> None:
        monkeypatch.setattr(crew.shutil, "rmtree", real)  # it couldn't: something was written meanwhile

    real = crew.shutil.rmtree
    parent = SimpleNamespace(join=lambda: None)
    monkeypatch.setattr(crew.multiprocessing, "parent_process", lambda: parent)
    monkeypatch.setattr(crew.lineage, "end_below", below)
    monkeypatch.setattr(crew.lineage, "end", ended.append)
    crew._end_with_parent(str(tmp_path))
    assert (tmp_path.exists(), ended) == (False, [os.getpid()])

"""Who does the work: this process, worker processes of its own, or the workers of another executor.

Work is handed out in lots of a few jobs. A lot that crashes its worker or passes its time is taken apart, and each of
its jobs tried once more alone: what fails then is that job's fault, and costs that job only.
"""

from __future__ import annotations

import contextlib
import gc
import multiprocessing
import multiprocessing.connection
import multiprocessing.process
import os
import shutil
import signal
import tempfile
import threading
import time
from collections import deque
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Generic, Protocol, TypeVar

from agreegen.batch import lineage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

J = TypeVar("J")
R = TypeVar("R")

ATTEMPTS: Final = 2
"""How often a job is tried before it is given up."""

RECYCLED_AFTER: Final = 1000
"""PDFs after which a worker process is replaced: what libraries leak stays small."""
WORD_RECYCLED_AFTER: Final = 50_000
"""Word documents after which it is replaced: what a worker has learned of them is worth keeping."""

DYING: Final = 5.0
"""Seconds at most from when a process lets go of its files until it is gone."""


def recycled_after(format_: str) -> int:
    """The number of agreements of a format after which a worker process is replaced."""
    return WORD_RECYCLED_AFTER if format_ == "docx" else RECYCLED_AFTER


@dataclass(frozen=True, slots=True)
class Lost:
    """What is left of a job that crashed its worker, or took too long, each time that it was tried."""

    reason: str


class Lane(Protocol):
    """A worker that takes one lot at a time.

    `losses` are the exceptions that mean that the worker is gone; `apart`, whether it works while this process does.
    """

    losses: tuple[type[BaseException], ...]
    apart: bool

    def submit(self, work: Callable[[Sequence[J]], R], lot: Sequence[J]) -> Future[R]:
        """Starts the work on a lot."""

    def stop(self) -> None:
        """Ends the worker, whatever it is doing."""


class Here:
    """This process: the work is done when it is handed out."""

    losses: tuple[type[BaseException], ...] = ()
    apart = False

    def submit(self, work: Callable[[Sequence[J]], R], lot: Sequence[J]) -> Future[R]:
        """The work, done."""
        future: Future[R] = Future()
        future.set_result(work(lot))
        return future

    def stop(self) -> None:
        """Nothing: there is no worker."""


class Process:
    """A process of its own, started on first use with nothing shared (`spawn`), replaced after many jobs.

    What it keeps in temporary files, and what it starts, ends with it.
    """

    losses: tuple[type[BaseException], ...] = (BrokenExecutor,)
    apart = True

    def __init__(self, recycled_after: int = RECYCLED_AFTER) -> None:
        """No process yet."""
        self._recycled_after = recycled_after
        self._pool: ProcessPoolExecutor | None = None
        self._folder = ""
        self._started: list[multiprocessing.process.BaseProcess] = []
        self._done = 0

    def submit(self, work: Callable[[Sequence[J]], R], lot: Sequence[J]) -> Future[R]:
        """Starts the work on a lot, in a new process if the old one has done its share."""
        if self._pool is not None and self._done >= self._recycled_after:
            self.stop()
        self._done += len(lot)
        return self._pool.submit(work, lot) if self._pool is not None else self._begun(work, lot)

    def prepare(self, ready: Callable[[], R]) -> None:
        """Starts the process, and has it make itself ready, before there is any work."""
        self._begun(ready)

    def _begun(self, work: Callable[..., R], *what: object) -> Future[R]:
        """Starts the process with something to do."""
        self._folder = tempfile.mkdtemp(prefix="agreegen-")
        context = multiprocessing.get_context("spawn")
        pool = self._pool = ProcessPoolExecutor(1, mp_context=context, initializer=_settle, initargs=(self._folder,))
        before = multiprocessing.active_children()
        with _uninterrupted():
            future = pool.submit(work, *what)
            self._started = [process for process in multiprocessing.active_children() if process not in before]
        return future

    def stop(self) -> None:
        """Ends the process, whatever it is doing, and all that it started; its temporary files go."""
        pool, self._pool = self._pool, None
        self._done = 0
        if pool is None:
            return
        for process in self._started:
            if process.pid is None:
                continue
            if _is_there(process):
                lineage.end(process.pid)
            else:
                lineage.end_left(process.pid)  # its number may be another's by now
        _closed_to_results(pool)
        pool.shutdown(wait=True, cancel_futures=True)
        shutil.rmtree(self._folder, ignore_errors=True)


class Remote:
    """Workers of another executor, such as Dask's: they look after themselves."""

    losses: tuple[type[BaseException], ...] = (Exception,)
    apart = True

    def __init__(self, executor: Executor) -> None:
        """One of as many lanes as the executor has workers."""
        self._executor = executor
        self._last: Future[Any] | None = None

    def submit(self, work: Callable[[Sequence[J]], R], lot: Sequence[J]) -> Future[R]:
        """Starts the work on a lot, somewhere."""
        future = self._executor.submit(work, lot)
        self._last = future
        return future

    def stop(self) -> None:
        """Takes back what hasn't started yet."""
        if self._last is not None:
            self._last.cancel()


@contextlib.contextmanager
def ahead(count: int, recycled_after: int, ready: Callable[[], object]) -> Iterator[tuple[Process, ...]]:
    """Workers that get ready while this process finds out what there is to do; they end with the `with`."""
    started = tuple(Process(recycled_after) for _ in range(count))
    try:
        for one in started:
            one.prepare(ready)
        yield started
    finally:
        for one in started:
            one.stop()


def _closed_to_results(pool: ProcessPoolExecutor) -> None:
    """Lets the pool see the end of a result whose process was ended while it told it: else it waits for ever for the
    rest, since it keeps the other end of the pipe open itself.
    """
    writer = getattr(getattr(pool, "_result_queue", None), "_writer", None)  # no promise of Python's
    if writer is not None:
        with contextlib.suppress(OSError):
            writer.close()


def _is_there(process: multiprocessing.process.BaseProcess) -> bool:
    """Whether a process hasn't ended; the end of one that is about to is waited for."""
    if multiprocessing.connection.wait([process.sentinel], 0):
        until = time.monotonic() + DYING
        while process.is_alive() and time.monotonic() < until:
            time.sleep(0.001)
    return process.is_alive()


@contextlib.contextmanager
def _uninterrupted() -> Iterator[None]:
    """Ctrl-C comes afterwards, and never to a process that is started meanwhile."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _settle(folder: str) -> None:
    """Makes a worker process one that ends with the process that started it, and not by Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.set_threshold(50_000)  # a document is many objects and hardly a cycle
    if hasattr(os, "setsid"):
        with contextlib.suppress(OSError):
            os.setsid()
    tempfile.tempdir = folder
    threading.Thread(target=_end_with_parent, args=(folder,), daemon=True).start()


def _end_with_parent(folder: str) -> None:
    parent = multiprocessing.parent_process()
    if parent is None:
        return
    parent.join()
    until = time.monotonic() + DYING
    while Path(folder).is_dir() and time.monotonic() < until:  # what it does goes on meanwhile, and may write there
        lineage.end_below(os.getpid())
        shutil.rmtree(folder, ignore_errors=True)
        time.sleep(0.01)
    lineage.end(os.getpid())


@dataclass(slots=True)
class _Run(Generic[J]):
    """A lot under way: where, since when, how long it may take."""

    lot: tuple[J, ...]
    tried: int
    lane: Lane
    until: float


def carried_out(
    lots: Iterable[Sequence[J]],
    work: Callable[[Sequence[J]], Sequence[R]],
    lanes: Sequence[Lane],
    limit: float,
) -> Iterator[list[tuple[J, R | Lost]]]:
    """The jobs with their results, lot by lot as they come; `work` gives one result for each job of a lot, in order.

    `limit`: seconds that one job may take; a lot of several gets a second more for each further job. An exception of
    `work` itself is raised here. When the caller stops early, workers that are busy are ended.
    """
    under_way = _UnderWay(iter(lots), work, list(lanes), limit)
    try:
        while under_way.begin():
            for lane, results in under_way.ended():
                if lane.apart:
                    under_way.begin()  # it goes on while the caller looks at what it did
                if results:
                    yield results
    finally:
        under_way.stop()


@dataclass(slots=True)
class _UnderWay(Generic[J, R]):
    """Lots that wait, and those that are being worked on."""

    fresh: Iterator[Sequence[J]]
    work: Callable[[Sequence[J]], Sequence[R]]
    free: list[Lane]
    limit: float
    again: deque[tuple[tuple[J, ...], int]] = field(default_factory=deque)
    running: dict[Future[Sequence[R]], _Run[J]] = field(default_factory=dict)

    def begin(self) -> bool:
        """Hands a lot to every worker that is free; whether any is being worked on."""
        while self.free and (taken := _next(self.again, self.fresh)):
            lot, tried = taken
            lane = self.free.pop(0)
            until = time.monotonic() + self.limit + len(lot) - 1
            self.running[_started(lane, self.work, lot)] = _Run(lot, tried, lane, until)
        return bool(self.running)

    def ended(self) -> Iterator[tuple[Lane, list[tuple[J, R | Lost]]]]:
        """The workers that are free again, and what is to be told of their lots, as soon as there are any."""
        left = min(run.until for run in self.running.values()) - time.monotonic()
        patience = min(max(0.0, left), threading.TIMEOUT_MAX)  # no system waits longer, and then we look again
        done, _ = wait(self.running, timeout=patience, return_when=FIRST_COMPLETED)
        now = time.monotonic()
        for future in [f for f, run in self.running.items() if f in done or run.until <= now]:
            run = self.running.pop(future)
            results, reason = _ending(future, future in done, run.lane, self.limit)
            self.free.append(run.lane)
            told: list[tuple[J, R | Lost]] = []
            if results is not None:
                told += zip(run.lot, results, strict=True)
            elif len(run.lot) > 1:
                self.again.extend(((job,), run.tried + 1) for job in run.lot)
            elif run.tried + 1 < ATTEMPTS:
                self.again.append((run.lot, run.tried + 1))
            else:
                told.append((run.lot[0], Lost(reason)))
            yield run.lane, told

    def stop(self) -> None:
        """Ends the workers that are busy."""
        for run in self.running.values():
            run.lane.stop()


def _started(lane: Lane, work: Callable[[Sequence[J]], R], lot: Sequence[J]) -> Future[R]:
    """The work under way; a worker that ended between two lots is replaced, and one that can't be has lost the lot."""
    for _ in range(ATTEMPTS):
        try:
            return lane.submit(work, lot)
        except lane.losses as error:
            lane.stop()
            reason = error
    future: Future[R] = Future()
    future.set_exception(reason)
    return future


def _next(waiting: deque[tuple[tuple[J, ...], int]], fresh: Iterator[Sequence[J]]) -> tuple[tuple[J, ...], int] | None:
    """What was tried before comes first, so that a fault is known early."""
    if waiting:
        return waiting.popleft()
    lot = next(fresh, None)
    return None if lot is None else (tuple(lot), 0)


def _ending(future: Future[Sequence[R]], done: bool, lane: Lane, limit: float) -> tuple[Sequence[R] | None, str]:
    """The results of a lot, or why there are none; the lane is ready for the next lot then."""
    if not done:
        lane.stop()
        return None, f"not done after {limit:g} seconds, and stopped"
    try:
        return future.result(), ""
    except lane.losses as error:
        lane.stop()
        said = "" if isinstance(error, BrokenExecutor) else f": {type(error).__name__}"
        return None, f"the worker ended unexpectedly{said}"

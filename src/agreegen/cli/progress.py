"""Progress of a batch or a check on standard error: a bar with rate and estimate; silent where nobody looks on."""

from __future__ import annotations

import contextlib
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from agreegen.progress import Progress


@contextlib.contextmanager
def shown(*, quiet: bool = False) -> Iterator[Callable[[Progress], None]]:
    """A function that shows how far the work is, for the time of a `with`; nothing remains of the bar."""
    if quiet or not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich import progress as rich
    from rich.console import Console

    columns = (
        rich.TextColumn("{task.description}"),
        rich.BarColumn(),
        rich.MofNCompleteColumn(),
        rich.TextColumn("{task.fields[rate]}"),
        rich.TimeRemainingColumn(elapsed_when_finished=True),
        rich.TextColumn("{task.fields[failed]}"),
    )
    with rich.Progress(*columns, console=Console(stderr=True), transient=True, redirect_stdout=False) as bar:
        task = bar.add_task("reading", total=None, rate="", failed="")

        def show(now: Progress) -> None:
            speed = bar.tasks[0].speed
            rate = f"{speed:.0f}/s" if speed and speed >= 10 else f"{speed:.1f}/s" if speed else ""
            failed = f"{now.failed} failed" if now.failed else ""
            if bar.tasks[0].description != now.step:
                bar.reset(task, description=now.step, total=now.total)
            bar.update(task, completed=now.done, total=now.total, rate=rate, failed=failed)

        yield show

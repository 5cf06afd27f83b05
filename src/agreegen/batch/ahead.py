"""Ahead: worker processes that get ready while the list is still being read, where a batch is likely to need them."""

from __future__ import annotations

import functools
import os
from typing import TYPE_CHECKING, Final

from agreegen.batch import crew
from agreegen.package import BATCH

if TYPE_CHECKING:
    import contextlib

    from agreegen.workspace import Workspace

LONG: Final = 150_000
"""Bytes of a list that has more partners than one process would be asked to make Word documents for."""

PARTNER: Final = 1_000
"""Bytes of a list that are a partner's, about: for one more, one process more is started ahead."""


def ahead(workspace: Workspace, jobs: int, size: int) -> contextlib.AbstractContextManager[tuple[crew.Process, ...]]:
    """The processes of a batch whose list has that many bytes, for the time of a `with`; none where it may need none.

    It may need none where the list is short, or where agreements were made before; and never more than the list is
    likely to have partners. What is missing is started with the first agreement that it makes.
    """
    wide = jobs or os.cpu_count() or 1
    words = workspace.format == "docx"
    likely = size > LONG and wide > 1 if words else size > 0
    needed = likely and not (workspace.output / BATCH).exists()
    ready = functools.partial(_ready, "" if words else workspace.pdf_engine)
    count = min(wide, max(1, size // PARTNER)) if needed else 0
    return crew.ahead(count, crew.recycled_after(workspace.format), ready)


def _ready(engine: str) -> None:
    """Loads what a worker's first agreement will need, and starts what draws its PDF, if an engine is named."""
    from agreegen import plate, series  # noqa: F401, PLC0415 (in a worker only)
    from agreegen.batch import work  # noqa: F401, PLC0415 (as above)

    if not engine:
        return
    from agreegen.pdf import AUTO, EMBEDDED, finish  # noqa: F401, PLC0415 (as above)
    from agreegen.pdf.worker import WORKERS  # noqa: PLC0415 (as above)

    if engine in (AUTO, EMBEDDED.name):
        WORKERS.warm()

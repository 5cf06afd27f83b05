"""Ahead: worker processes that get ready while the list is still being read, where a batch is likely to need them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from agreegen.batch import crew
from agreegen.package import BATCH

if TYPE_CHECKING:
    import contextlib

    from agreegen.workspace import Workspace

LONG: Final = 150_000
"""Bytes of a list that has more partners than one process would be asked to make Word documents for."""

_MODULES: Final = ("agreegen.batch.work", "agreegen.series", "agreegen.plate")
_PDF_MODULES: Final = ("agreegen.batch.work", "agreegen.series", "agreegen.pdf.finish", "agreegen.pdf.drawn")


def ahead(workspace: Workspace, jobs: int, size: int) -> contextlib.AbstractContextManager[tuple[crew.Process, ...]]:
    """The processes of a batch whose list has that many bytes, for the time of a `with`; none where it may need none.

    It may need none where the list is short, or where agreements were made before.
    """
    wide = jobs or os.cpu_count() or 1
    words = workspace.format == "docx"
    likely = size > LONG and wide > 1 if words else size > 0
    needed = likely and not (workspace.output / BATCH).exists()
    modules = _MODULES if words else _PDF_MODULES
    return crew.ahead(wide if needed else 0, crew.recycled_after(workspace.format), modules)

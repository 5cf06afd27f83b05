"""The sheet to fill in, a row for each partner: exactly the columns that a proposal and its masters need."""

from __future__ import annotations

import pathlib
from typing import TYPE_CHECKING

from agreegen import new_file
from agreegen.partner_sheet.needs import Column, columns
from agreegen.partner_sheet.writing import csv_bytes, workbook_bytes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agreegen.workspace import Workspace

__all__ = ["Column", "columns", "create", "csv_bytes", "workbook_bytes"]

ENDINGS = (".xlsx", ".csv")


def create(
    proposal: pathlib.Path,
    workspace: Workspace,
    *,
    output: pathlib.Path | None = None,
    kinds: Sequence[str] = (),
    force: bool = False,
) -> pathlib.Path:
    """The file written: a workbook, or a CSV file with the header alone; nothing that exists is replaced by itself."""
    file = output or pathlib.Path(f"{proposal.stem}-partners.xlsx")
    new_file.ready(file, ENDINGS, force=force)
    found = columns(proposal, workspace, kinds)
    content = csv_bytes(found) if file.suffix.lower() == ".csv" else workbook_bytes(found, proposal.stem)
    return new_file.written(file, content, ending=file.suffix.lower(), force=force)

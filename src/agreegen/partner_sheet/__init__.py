"""The sheet to fill in, a row for each partner: exactly the columns that a proposal and its masters need."""

from __future__ import annotations

import pathlib
from typing import TYPE_CHECKING

from agreegen.errors import UsageError
from agreegen.package import replaced
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
    if file.suffix.lower() not in ENDINGS:
        raise UsageError(f"{file} isn't an Excel workbook or a CSV file", "end its name with .xlsx or .csv")
    if file.is_dir() or (file.exists() and not force):
        raise UsageError(f"{file} exists", "give another name, or replace it with --force")
    found = columns(proposal, workspace, kinds)
    content = csv_bytes(found) if file.suffix.lower() == ".csv" else workbook_bytes(found, proposal.stem)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        replaced(file, content)
    except OSError as error:
        raise UsageError(f"{file} can't be written: {error.strerror}",
                         "close it in Excel, or choose another folder") from None  # fmt: skip
    return file

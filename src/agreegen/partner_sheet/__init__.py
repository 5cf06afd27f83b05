"""The sheet to fill in, a row for each partner: exactly the columns that a proposal and its masters need."""

from __future__ import annotations

import pathlib
from typing import TYPE_CHECKING

from agreegen import new_file
from agreegen.errors import UsageError
from agreegen.partner_sheet.filling import Taken, filled, taken
from agreegen.partner_sheet.needs import Column, columns
from agreegen.partner_sheet.writing import csv_bytes, workbook_bytes
from agreegen.reading.partner_list import rows_lost

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from agreegen.workspace import Workspace

__all__ = ["Column", "Taken", "columns", "create", "csv_bytes", "taken", "workbook_bytes"]

ENDINGS = (".xlsx", ".csv")


def create(
    proposal: pathlib.Path,
    workspace: Workspace,
    *,
    output: pathlib.Path | None = None,
    kinds: Sequence[str] = (),
    rows: Taken | None = None,
    force: bool = False,
) -> pathlib.Path:
    """The file written: a workbook, or a CSV file without help; with a row for each partner of `rows`.

    Its columns are for the kinds that are named, else for those of the partners, else for all. Nothing that exists is
    replaced by itself, and a sheet with filled rows never: UsageError.
    """
    file = output or pathlib.Path(f"{proposal.stem}-partners.xlsx")
    new_file.ready(file, ENDINGS, force=force)
    rows = rows or Taken()
    table = file.suffix.lower() == ".csv"

    def write(found: Sequence[Column], records: Sequence[Mapping[str, Any]]) -> bytes:
        return csv_bytes(found, records) if table else workbook_bytes(found, proposal.stem, records)

    content = filled(columns(proposal, workspace, kinds or rows.kinds), rows, write, file.as_posix())
    _spare(file, content, proposal)
    return new_file.written(file, content, ending=file.suffix.lower(), force=force)


def _spare(file: pathlib.Path, content: bytes, proposal: pathlib.Path) -> None:
    """Nothing; UsageError where the file has rows that another content would delete."""
    count = rows_lost(file, content)
    if count < 0:
        raise UsageError(f"{file} can't be read whole, and may have rows that would be lost",
                         "give another name with --output")  # fmt: skip
    if count:
        rows = "a filled row" if count == 1 else f"{count:,} filled rows"
        paths = (proposal, file, file.with_stem(f"{file.stem}-new"))
        which, old, new = (f'"{path}"' if " " in str(path) else str(path) for path in paths)
        command = f"agreegen partners template {which} --from {old} --output {new}"
        raise UsageError(f"{file} has {rows}, which would be lost", f"take them into a new sheet: `{command}`")

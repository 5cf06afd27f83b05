"""CSV files: rows with the line of each, columns by name, however Excel saved them."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

from agreegen.finding import Finding, Location, Severity
from agreegen.reading.source import plain_key


@dataclass(frozen=True, slots=True)
class Row:
    """One row: values by column name, and the line on which it starts."""

    line: int
    values: dict[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a file, its columns in order, and what was wrong."""

    file: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    findings: tuple[Finding, ...]
    header: int = 1
    """The line on which the header stands."""


def read_table(content: bytes, file: str) -> Table:
    """The rows of a CSV file with comma, semicolon or tab; empty cells are left out, empty rows too."""
    text, finding = _decoded(content, file)
    if text is None:
        return Table(file, (), (), (finding,) if finding else ())
    findings = [finding] if finding else []
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=False)
    rows: list[Row] = []
    columns: tuple[str, ...] = ()
    line = header = 1
    for cells in reader:
        start, line = line, reader.line_num + 1
        if not any(cell.strip() for cell in cells):
            continue
        if not columns:
            columns = tuple(plain_key(" ".join(cell.split())) for cell in cells)
            header = start
            findings += _repeated(columns, file, start)
            continue
        if len(cells) > len(columns) and any(cell.strip() for cell in cells[len(columns) :]):
            findings.append(Finding("D005", Severity.ERROR, Location(file, start, 1),
                                    f"this row has {len(cells)} cells and the header {len(columns)}",
                                    "put a cell that holds a comma in quotes"))  # fmt: skip
        values = {c: v.strip() for c, v in zip(columns, cells, strict=False) if c and v.strip()}
        rows.append(Row(start, values))
    if not columns:
        findings.append(Finding("D005", Severity.ERROR, Location(file, 1, 1), "the file has no header row",
                                "the first row names the columns"))  # fmt: skip
    return Table(file, columns, tuple(rows), tuple(findings), header)


def _decoded(content: bytes, file: str) -> tuple[str | None, Finding | None]:
    try:
        wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
        return content.decode("utf-16" if wide else "utf-8-sig"), None
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        return None, Finding("Y005", Severity.ERROR, Location(file, line, 1), "the file isn't UTF-8 text",
                             "in Excel choose Save As, CSV UTF-8 (comma delimited)")  # fmt: skip


def _repeated(columns: tuple[str, ...], file: str, line: int) -> list[Finding]:
    twice = sorted({c for c in columns if c and columns.count(c) > 1})
    return [
        Finding("Y002", Severity.ERROR, Location(file, line, 1), f"the column '{c}' stands here twice", "rename one")
        for c in twice
    ]

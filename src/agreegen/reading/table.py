"""CSV files: rows with the line of each, columns by name, however Excel saved them."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from agreegen.finding import Finding, Location, Severity, plain_key
from agreegen.late import dataclass
from agreegen.reading.source import unprintable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


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
    if finding is not None:
        return Table(file, (), (), (finding,))
    findings: list[Finding] = []
    delimiter = _delimiter(text)
    lines = list(_lines(text, file, delimiter, findings))
    if not lines:
        empty = _wrong(file, 1, "the file has no header row", "the first row names the columns")
        return Table(file, (), (), (*findings, empty))
    header, names = lines[0]
    columns = tuple(plain_key(" ".join(name.split())) for name in names)
    findings += _repeated(columns, file, header)
    between = NAMES[delimiter]
    read = ((n, _values(n, cells, columns, file, findings, between=between)) for n, cells in lines[1:])
    rows = tuple(Row(n, values) for n, values in read if values)
    return Table(file, columns, rows, tuple(findings), header)


NAMES = {",": "comma", ";": "semicolon", "\t": "tab"}
"""What stands between cells."""


def split(text: str) -> Iterable[str]:
    """The lines of a text as a file has them that is opened for `csv`, each with its end."""
    if text.count("\r") != text.count("\r\n"):
        return io.StringIO(text, newline="")
    *lines, last = text.split("\n")
    return [*(f"{line}\n" for line in lines), *([last] if last else [])]


def place_after(text: str, file: str, column: int = 1) -> Location:
    """Where a file stands after a text of it: the line, and the row as a spreadsheet counts it."""
    line = text.count("\n") + 1
    try:
        row = sum(1 for _ in csv.reader(split(f"{text}x")))  # what comes next begins a row, or goes on with one
    except csv.Error:
        row = line
    return Location(file, line, column, cell=f"row {row}")


def _delimiter(text: str) -> str:
    """What stands between the cells of a file, by its header."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    return max(NAMES, key=first.count)


def _lines(text: str, file: str, delimiter: str, findings: list[Finding]) -> Iterator[tuple[int, list[str]]]:
    """The rows that aren't empty, each with the line on which it starts; a row that can't be read ends the file."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    while True:
        start = line
        try:
            cells = next(reader, None)
        except csv.Error as error:
            hint = "close each quotation mark; inside a quoted cell write it twice"
            findings.append(_wrong(file, start, f"the row can't be read: {error}", hint))
            return
        if cells is None:
            return
        line = reader.line_num + 1
        if any(cell.strip() for cell in cells):
            yield start, cells


def _values(
    line: int, cells: list[str], columns: tuple[str, ...], file: str, findings: list[Finding], *, between: str
) -> dict[str, str]:
    """The cells by column; none, with a finding, where a cell has no column."""
    if any(cell.strip() for cell in cells[len(columns) :]):
        findings.append(_wrong(file, line, f"this row has {len(cells)} cells and the header {len(columns)}",
                               f"put a cell that holds a {between} in quotes"))  # fmt: skip
        return {}
    if any(cell.strip() and not name for name, cell in zip(columns, cells, strict=False)):
        findings.append(_wrong(file, line, "a cell of this row stands in a column without a name",
                               "name the column in the first row"))  # fmt: skip
        return {}
    return {c: v.strip() for c, v in zip(columns, cells, strict=False) if v.strip()}


def _wrong(file: str, line: int, message: str, hint: str) -> Finding:
    return Finding("D005", Severity.ERROR, Location(file, line, 1), message, hint)


def _decoded(content: bytes, file: str) -> tuple[str, Finding | None]:
    try:
        wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
        text = content.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        return "", Finding("Y005", Severity.ERROR, Location(file, line, 1), "the file isn't UTF-8 text",
                           "in Excel choose Save As, CSV UTF-8 (comma delimited)")  # fmt: skip
    if bad := unprintable(text):
        at, message, hint = bad
        return "", Finding("Y005", Severity.ERROR, Location(file, *at), message, hint)
    return text, None


def _repeated(columns: tuple[str, ...], file: str, line: int) -> list[Finding]:
    twice = sorted({c for c in columns if c and columns.count(c) > 1})
    return [
        Finding("Y002", Severity.ERROR, Location(file, line, 1), f"the column '{c}' stands here twice", "rename one")
        for c in twice
    ]

"""Tables in the notation: a head line with the table's properties, then its rows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeVar

from agreegen.errors import UsageError
from agreegen.template.directive import DIRECTIVE, ROW_DIRECTIVE
from agreegen.template.notation import NAME, Paragraph, Row, Span, Table
from agreegen.template.notation.inline import spans, split, trimmed, written
from agreegen.template.notation.lines import guard, joined, named, styled, styled_line

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Result = TypeVar("Result")
LOOKS = ("grid", "plain")
_PROPERTY = re.compile(r"(caption|title|widths|header|headcol|look):(?: (.*))?")
_LEAD = re.compile(r"-(?= |$)|<")


def cell_style(table_header: int, headcol: bool, row: int, column: int) -> str:
    """The style that a cell's paragraphs have unless they name another."""
    return "Table Heading" if row < table_header or (headcol and column == 0) else "Table Text"


def table(lines: Sequence[str]) -> Table:
    """The table that these lines describe."""
    rows = [_numbered(i, _cells, line) for i, line in enumerate(lines)]
    head = [_PROPERTY.fullmatch(c) for c in rows[0]]
    given = {m[1]: trimmed(m[2] or "") for m in head if m}
    if given and len(given) != len(head):
        raise UsageError("a table's first line mixes properties and cells", "separate properties with |")
    body = rows[1:] if given else rows
    if not body:
        raise UsageError("a table without rows", "write its rows below, each as | cell | cell |")
    columns = max(len(r) for r in body)
    widths = _widths(given.get("widths", ""), columns)
    header, headcol = _number(given, "header"), _number(given, "headcol") == 1
    look = given.get("look", "grid")
    if look not in LOOKS:
        raise UsageError(f"look “{look}”", "known: grid, plain")
    if header >= len(body) and header:
        raise UsageError(f"{header} header rows, but {len(body)} rows in all", "a header needs rows below")
    styles = [(cell_style(header, headcol, i, 0), cell_style(header, headcol, i, 1)) for i in range(len(body))]
    above = len(rows) - len(body)
    found = tuple(_numbered(i + above, _row, r, *styles[i]) for i, r in enumerate(body))
    title = "".join(s.text for s in spans(given.get("title", "")))
    return Table(found, widths, spans(given.get("caption", "")), title, header, headcol, look)


def _numbered(i: int, read: Callable[..., Result], *given: object) -> Result:
    """What `read` gives; a complaint names the row."""
    try:
        return read(*given)
    except UsageError as e:
        raise UsageError(f"row {i + 1}: {e.message}", e.hint) from e


def _cells(line: str) -> list[str]:
    pieces = split(line, "|")
    if len(pieces) < 3 or trimmed(pieces[-1]):
        raise UsageError("a table row doesn't end with |", "write | cell | cell |, and \\| for a literal bar")
    return [trimmed(p) for p in pieces[1:-1]]


def _widths(text: str, columns: int) -> tuple[int, ...]:
    if not text:
        each = 100 // columns
        return (*([each] * (columns - 1)), 100 - each * (columns - 1))
    try:
        found = tuple(int(x) for x in text.split(","))
    except ValueError:
        raise UsageError(f"widths “{text}”", "write whole percents, as in widths: 20,30,50") from None
    if sum(found) != 100 or min(found) < 1 or len(found) < columns:
        raise UsageError(
            f"widths {text} for {columns} columns add up to {sum(found)}", "one width a column, 100 together"
        )
    return found


def _number(given: dict[str, str], key: str) -> int:
    text = given.get(key, "0")
    if not text.isdecimal():
        raise UsageError(f"{key} “{text}”", "write a number")
    return int(text)


def _row(cells: Sequence[str], first: str, other: str) -> Row:
    if len(cells) == 1 and ROW_DIRECTIVE.fullmatch(cells[0]):
        return Row(((Paragraph("Directive", (Span(cells[0]),)),),))
    return Row(tuple(_cell(c, other if i else first) for i, c in enumerate(cells)))


def _cell(text: str, default: str) -> tuple[Paragraph, ...]:
    return tuple(_paragraph(p, default) for p in split(text, " // "))


def _paragraph(text: str, default: str) -> Paragraph:
    if DIRECTIVE.fullmatch(text):
        return named(text, "Directive")
    if text == "-" or text.startswith("- "):
        return named(text[2:], "Table Bullet")
    style, rest = styled(text, default)
    return named(rest, style)


# ---------------------------------------------------------------- printing
def table_lines(t: Table) -> list[str]:
    """The lines of a table."""
    given = {
        "caption": written(t.caption, cell=True),
        "title": written((Span(t.title),), cell=True),
        "widths": ",".join(str(w) for w in t.widths),
        "header": str(t.header or ""),
        "headcol": "1" if t.headcol else "",
        "look": "" if t.look == "grid" else t.look,
    }
    lines = ["| " + " | ".join(f"{k}: {v}" for k, v in given.items() if v) + " |"]
    for i, row in enumerate(t.rows):
        if _is_directive(row):
            lines.append(f"|{row.cells[0][0].text}|")
            continue
        styles = [cell_style(t.header, t.headcol, i, j) for j in range(len(row.cells))]
        cells = (_written(c, s) for c, s in zip(row.cells, styles, strict=True))
        lines.append("|" + "".join(f" {c} |" if c else " |" for c in cells))
    return lines


def _is_directive(row: Row) -> bool:
    return len(row.cells) == 1 and len(row.cells[0]) == 1 and bool(ROW_DIRECTIVE.fullmatch(row.cells[0][0].text))


def _written(cell: tuple[Paragraph, ...], default: str) -> str:
    return " // ".join(_line(p, default, alone=len(cell) == 1) for p in cell)


def _line(p: Paragraph, default: str, *, alone: bool) -> str:
    text = written(p.spans, cell=True)
    if p.style == "Directive" and DIRECTIVE.fullmatch(text):
        return text
    rest = joined(f"{{#{p.name}#}}", text) if p.name else guard(text, NAME)
    if p.style == "Table Bullet":
        return joined("-", rest)
    if p.style == default and not p.label and (rest or alone) and not DIRECTIVE.fullmatch(rest):
        return rest if p.name else guard(rest, _LEAD)
    return styled_line(p, rest)

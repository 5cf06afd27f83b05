"""Tables: which cells are headers of what, and how many rows and columns they span."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agreegen.late import dataclass
from agreegen.pdf.look import heads_rows
from agreegen.pdf.parts import OFF, W, value
from agreegen.pdf.tags.element import Element

if TYPE_CHECKING:
    from lxml import etree

    from agreegen.pdf.displayed import Displayed


@dataclass(slots=True)
class Cell:
    """A cell of the grid; `element` is none where the cell above covers it."""

    source: etree._Element
    column: int
    columns: int
    is_covered: bool
    element: Element | None = None
    rows: int = 1
    scope: bytes = b""


def grid(table: etree._Element, shown: Displayed, into: Element) -> list[list[Cell]]:
    """The rows of a table with their cells, whose elements are put into `into`; every row gets as many columns."""
    rows = list(shown.rows(table))
    heads = _heads(rows)
    first = not rows or heads_rows(table) or (not heads and _has_labels(rows, shown))
    found: list[list[Cell]] = []
    above: dict[int, Cell] = {}
    merges = next(table.iter(W + "gridSpan", W + "vMerge"), None) is not None
    for r, row in enumerate(rows):
        element = into.add("TR")
        column = _skipped(row, "gridBefore")
        _fill(element, column)
        cells: list[Cell] = []
        for source in shown.cells(row):
            span, covered = _merged(source) if merges else (1, False)
            cell = Cell(source, column, span, covered)
            upper = above.get(column)
            if covered and upper is not None and upper.columns == span:
                upper.rows += 1
            else:
                cell.scope = b"Column" if r < heads else b"Row" if first and column == 0 else b""
                cell.element = element.add("TH" if cell.scope else "TD")
                above[column] = cell
            cells.append(cell)
            column += span
        found.append(cells)
    _complete(into, found, rows)
    return found


def settle(cells: list[list[Cell]]) -> None:
    """Writes spans and scopes, now that it is known what was drawn: an empty cell is no header."""
    for cell in (c for row in cells for c in row if c.element is not None):
        element = cell.element
        assert element is not None
        if element.kind == "TH" and not element.kids:
            element.kind, cell.scope = "TD", b""
        attributes = b"/Scope/%s" % cell.scope if cell.scope else b""
        attributes += b"/ColSpan %d" % cell.columns if cell.columns > 1 else b""
        attributes += b"/RowSpan %d" % cell.rows if cell.rows > 1 else b""
        element.attributes = b"/O/Table" + attributes if attributes else b""


def _heads(rows: list[etree._Element]) -> int:
    """How many rows at the top are headers."""
    for r, row in enumerate(rows):
        mark = row.find(f"{W}trPr/{W}tblHeader")
        if mark is None or mark.get(W + "val") in OFF:
            return r
    return len(rows) if len(rows) < 2 else 0


def _has_labels(rows: list[etree._Element], shown: Displayed) -> bool:
    """Whether each row is a label and a text: two cells, set in different styles throughout."""
    sides: tuple[set[str], set[str]] = set(), set()
    for row in rows:
        cells = list(shown.cells(row))
        if len(cells) != len(sides):
            return False
        for side, cell in zip(sides, cells, strict=True):
            side.update(shown.styles.of(p) for p in shown.paragraphs(cell) if len(p))
    return not sides[0] & sides[1]


def _merged(cell: etree._Element) -> tuple[int, bool]:
    """How many columns a cell spans, and whether the cell above covers it."""
    span, covered = 1, False
    about = cell.find(W + "tcPr")
    for e in about if about is not None else ():
        if e.tag == W + "gridSpan":
            span = max(int(e.get(W + "val") or 1), 1)
        elif e.tag == W + "vMerge":
            covered = e.get(W + "val") in (None, "continue")
    return span, covered


def _skipped(row: etree._Element, side: str) -> int:
    return int(value(row.find(W + "trPr"), W + side) or 0)


def _fill(row: Element, columns: int) -> None:
    """An empty cell in the place of columns that a row leaves out."""
    if columns > 0:
        row.add("TD").attributes = b"/O/Table/ColSpan %d" % columns if columns > 1 else b""


def _complete(into: Element, cells: list[list[Cell]], rows: list[etree._Element]) -> None:
    """Gives short rows a cell in the place of what they lack."""
    ends = [
        (c[-1].column + c[-1].columns if c else _skipped(r, "gridBefore")) for c, r in zip(cells, rows, strict=True)
    ]
    width = max(ends, default=0)
    trs = [k for k in into.kids if isinstance(k, Element) and k.kind == "TR"]
    for row, end in zip(trs, ends, strict=True):
        _fill(row, width - end)

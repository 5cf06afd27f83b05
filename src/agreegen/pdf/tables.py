"""Tables of a tagged PDF: header cells that say what they head, captions that belong to their table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pikepdf import Array, Dictionary, Name

from agreegen.pdf.look import heads_rows
from agreegen.pdf.parts import W
from agreegen.pdf.tree import Element

if TYPE_CHECKING:
    from agreegen.pdf.parts import Parts
    from agreegen.pdf.tree import Tree


def repair(tree: Tree, parts: Parts) -> None:
    """Repairs every table in place."""
    found = {e: list[Element]() for e in tree.find("Table")}
    for row in tree.find("TR"):
        if (table := _table_of(row)) in found:
            found[table].append(row)
    written = list(parts.body.iter(W + "tbl"))
    matched = written if len(written) == len(found) else [None] * len(found)
    for (table, rows), source in zip(found.items(), matched, strict=True):
        _headers(rows, by_name=source is not None and heads_rows(source))
        _caption(table)


def _table_of(row: Element) -> Element | None:
    above = row.parent
    while above is not None and above.role != "Table":
        above = above.parent
    return above


def _headers(rows: list[Element], *, by_name: bool) -> None:
    placed = _placed(rows)
    width = max((column + span for row in placed for _, column, span in row), default=0)
    for n, row in enumerate(placed):
        heads = all(cell.role == "TH" for cell, _, _ in row) and (len(row) > 1 or n == 0)
        for cell, column, span in row:
            if cell.role == "TH":
                _scope(cell, "Column" if heads else "Row")
            elif by_name and column == 0 and span < width and cell.kids:
                cell.become("TH")
                _scope(cell, "Row")


def _placed(rows: list[Element]) -> list[list[tuple[Element, int, int]]]:
    """(cell, its column, how many it spans) of each row; cells that hang down from rows above are counted."""
    hanging: dict[int, int] = {}  # column -> rows that it is still taken
    found = []
    for row in rows:
        column, placed, next_ = 0, [], {c: n - 1 for c, n in hanging.items() if n > 1}
        for cell in row.elements():
            if cell.role not in ("TH", "TD"):
                continue
            while column in hanging:
                column += 1
            across, down = _span(cell, "/ColSpan"), _span(cell, "/RowSpan")
            placed.append((cell, column, across))
            if down > 1:
                next_ |= dict.fromkeys(range(column, column + across), down - 1)
            column += across
        hanging = next_
        found.append(placed)
    return found


def _span(cell: Element, name: str) -> int:
    return next((int(a[name]) for a in cell.attributes() if name in a), 1)


def _scope(cell: Element, scope: str) -> None:
    """Says that a header cell heads its row, or its column."""
    attributes = cell.attributes()
    own = next((a for a in attributes if isinstance(a, Dictionary) and a.get("/O") == Name.Table), None)
    if own is None:
        own = Dictionary(O=Name.Table)
        cell.obj.A = Array([*attributes, own])
        own = cell.obj.A[-1]
    own.Scope = Name(f"/{scope}")


def _caption(table: Element) -> None:
    """Takes the paragraph of the caption style before a table into it."""
    above = table.parent
    if above is None:
        return
    at = above.kids.index(table)
    before = above.kids[at - 1] if at else None
    if before is None or isinstance(before, int) or getattr(before, "name", "").casefold() != "caption":
        return
    above.put([k for k in above.kids if k is not before])
    before.become("Caption")
    table.put([before, *table.kids])

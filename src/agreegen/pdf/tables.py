"""Tables of a tagged PDF: header cells that say what they head, captions that belong to their table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pikepdf import Array, Dictionary, Name

from agreegen.pdf.parts import OFF, W
from agreegen.pdf.tree import Element

if TYPE_CHECKING:
    from lxml import etree

    from agreegen.pdf.parts import Parts
    from agreegen.pdf.tree import Tree

_FIRST_COLUMN: Final = 0x80  # in the value of w:tblLook


def repair(tree: Tree, parts: Parts) -> None:
    """Repairs every table in place."""
    found = {e: list[Element]() for e in tree.find("Table")}
    for row in tree.find("TR"):
        if (table := _table_of(row)) in found:
            found[table].append(row)
    written = list(parts.body.iter(W + "tbl"))
    matched = written if len(written) == len(found) else [None] * len(found)
    for (table, rows), source in zip(found.items(), matched, strict=True):
        _headers(rows, by_name=source is not None and _heads_rows(source))
        _caption(table)


def _table_of(row: Element) -> Element | None:
    above = row.parent
    while above is not None and above.role != "Table":
        above = above.parent
    return above


def _heads_rows(table: etree._Element) -> bool:
    """Whether Word shows the first column as headings of the rows."""
    look = table.find(f"{W}tblPr/{W}tblLook")
    if look is None:
        return False
    said = look.get(W + "firstColumn")
    return said not in OFF if said is not None else bool(int(look.get(W + "val") or "0", 16) & _FIRST_COLUMN)


def _headers(rows: list[Element], *, by_name: bool) -> None:
    for n, row in enumerate(rows):
        cells = [c for c in row.elements() if c.role in ("TH", "TD")]
        heads = bool(cells) and all(c.role == "TH" for c in cells) and (len(cells) > 1 or n == 0)
        for column, cell in enumerate(cells):
            if heads:
                _scope(cell, "Column")
            elif cell.role == "TH":
                _scope(cell, "Row")
            elif by_name and column == 0 and len(cells) > 1 and cell.kids:
                cell.rename("TH")
                _scope(cell, "Row")


def _scope(cell: Element, scope: str) -> None:
    """Says that a header cell heads its row, or its column."""
    held: Any = cell.obj.get("/A")
    attributes = list(held) if isinstance(held, Array) else [held] if held is not None else []
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
    before.rename("Caption")
    table.put([before, *table.kids])

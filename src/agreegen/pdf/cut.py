"""Tables that LibreOffice 7.4 cuts off: where only a row or two fit below a caption that is kept with its table, the
rows that belong on the next page aren't drawn at all. The proof finds it; such a table is sent to the next page whole.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from agreegen.pdf import pagination
from agreegen.pdf.displayed import Displayed
from agreegen.pdf.parts import BODY, Parts, W
from agreegen.pdf.styles import Styles

if TYPE_CHECKING:
    from lxml import etree

    from agreegen.pdf.completeness import Followed


def mended(docx: bytes, followed: Followed) -> bytes | None:
    """A copy of the document in which the tables of which rows are missing start a page; None if there are none."""
    lost = {f.location.paragraph for f in followed.findings if f.code == "D201" and f.location.cell}
    if not lost:
        return None
    parts = Parts(docx)
    styles = Styles(parts)
    shown = list(Displayed(parts).paragraphs(parts.body))
    tables = [_table(p) for p, said in zip(shown, followed.paragraphs, strict=True) if said.number in lost]
    sent = [pagination.send(_first(table, styles)) for table in dict.fromkeys(t for t in tables if t is not None)]
    return parts.pack({BODY}) if any(sent) else None


def _table(p: etree._Element) -> etree._Element | None:
    """The outermost table that holds a paragraph."""
    return next(reversed(list(p.iterancestors(W + "tbl"))), None)


def _first(table: etree._Element, styles: Styles) -> etree._Element:
    """The first of the paragraphs that are kept with a table, or its own first one."""
    first = next(table.iter(W + "p"))
    before = table.getprevious()
    while before is not None and before.tag == W + "p" and styles.paragraph_on(before, "keepNext"):
        first, before = before, before.getprevious()
    return first

"""Heights as Word and LibreOffice count them: a line has whole twips, and a border is as high as it is wide.

dxpdf counts fractions of a twip, and draws borders without counting them: after thirty lines of a table, a row more or
less stands on the page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lxml import etree

from agreegen.pdf import fonts, holders
from agreegen.pdf.parts import W, path

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from agreegen.pdf.parts import Parts
    from agreegen.pdf.styles import Styles

_SINGLE: Final = 240  # w:line of single spacing
_TWIPS: Final = 2.5  # in an eighth of a point, the unit of border widths
_EASE: Final = 12  # twips
_EASE_WIDE: Final = 20  # of landscape pages of a section that ends with text
_SIDES: Final = (("top", "before"), ("bottom", "after"))
_LINE, _RULE, _AFTER, _ID = (W + x for x in ("line", "lineRule", "after", "styleId"))
_PPR, _SPACING, _P, _CELL = (W + x for x in ("pPr", "spacing", "p", "tc"))
_NONE: Final = frozenset(("none", "nil"))
_SAID: Final = tuple(W + name for name in ("t", "tab", "drawing", "pict", "object", "sym"))
_EARLIER: Final = frozenset(
    W + name
    for name in ("pStyle", "keepNext", "keepLines", "pageBreakBefore", "framePr", "widowControl", "numPr", "pBdr",
                 "shd", "suppressLineNumbers", "tabs", "suppressAutoHyphens", "kinsoku", "wordWrap", "overflowPunct")
)  # fmt: skip
"""What stands before w:spacing in the properties of a paragraph."""


def round_lines(parts: Parts, styles: Styles) -> None:
    """Gives the paragraph styles of the temporary copy lines of whole twips, where they are more than single spaced."""
    root = parts.tree("word/styles.xml")
    found = list(root.iterfind(f"{W}style[@{W}type='paragraph']")) if root is not None else []
    said: dict[etree._Element, dict[str, str]] = {}  # of each style itself
    for style, high in [(s, _line(s.get(_ID, ""), styles, said)) for s in found]:
        if high:
            own = spacing(style)
            own.set(W + "line", str(high))
            own.set(W + "lineRule", "atLeast")
    styles.forget_lines()


def _line(name: str, styles: Styles, known: dict[etree._Element, dict[str, str]]) -> int:
    """The height of a style's lines in twips, 0 where dxpdf counts as others do."""
    said, size = _said(name, styles, known), styles.size(name)
    line = said.get(_LINE, str(_SINGLE))
    if said.get(_RULE, "auto") != "auto" or not line.isdecimal() or size is None or not size.isdecimal():
        return 0
    letters = fonts.height(fonts.family(styles.font(None, name))) * int(size) * 10  # twips, from half points
    high = round(letters) * int(line) // _SINGLE
    return high if high > letters else 0


def _said(style: str, styles: Styles, known: dict[etree._Element, dict[str, str]]) -> dict[str, str]:
    """The attributes of w:spacing that hold for a style."""
    found: dict[str, str] = {}
    for holder in reversed(styles.chain(style)):
        if holder not in known:
            own = holder.find(path("pPr", "spacing"))
            known[holder] = {str(k): str(v) for k, v in own.items()} if own is not None else {}
        found |= known[holder]
    return found


def make_room(body: etree._Element, styles: Styles) -> None:
    """Gives the width of its borders to each paragraph and table of the temporary copy."""
    own = holders.paragraphs(body, "pBdr")
    bordered: dict[str, bool] = {}
    for p in body.iter(W + "p"):
        style = styles.of(p)
        if style not in bordered:
            bordered[style] = styles.style_borders(style) is not None
        if not bordered[style] and p not in own:
            continue
        borders = styles.borders(p)
        for border, side in _SIDES:
            if width := _width(borders, border):
                _grow(p, side, width, styles)
    for table in body.iter(W + "tbl"):
        found = _table_borders(table, styles)
        first, after = table.find(W + "tr"), table.getnext()
        if first is not None and (width := _width(found, "top")):
            for cell in first.iterfind(_CELL):
                if (top := cell.find(_P)) is not None:
                    _grow(top, "before", width, styles)
        if after is None or after.tag != W + "p" or not (width := _width(found, "bottom")):
            continue
        if after.find(f"{W}pPr/{W}sectPr") is None:  # one without text must not fill a page
            _grow(after, "before", width, styles)  # a row fits on a page whose last border doesn't


def ease(body: etree._Element) -> None:
    """Gives each page of the temporary copy up to a point more.

    Others let the last line of a page stand without what its spacing adds (1.25 points of body text), dxpdf wants all
    of it; rows of tables need theirs. These values were found by trying: with them, pages were most often as many as
    LibreOffice's. Landscape pages hold tables: only text at the end of their section gets more.
    """
    for section in body.iter(W + "sectPr"):
        size, margins = section.find(W + "pgSz"), section.find(W + "pgMar")
        bottom = margins.get(W + "bottom", "") if margins is not None else ""
        wide = size is not None and size.get(W + "orient") == "landscape"
        more = _EASE_WIDE if wide and not _ends_with_rows(section) else _EASE
        if margins is not None and bottom.isdecimal() and int(bottom) > more:
            margins.set(W + "bottom", str(int(bottom) - more))


def _ends_with_rows(section: etree._Element) -> bool:
    """Whether the last that a section shows is a table."""
    block: etree._Element | None = next(section.iterancestors(W + "p"), section)
    while block is not None and block.tag != W + "tbl" and next(block.iter(*_SAID), None) is None:
        block = block.getprevious()
    return block is not None and block.tag == W + "tbl"


def end_pages(found: Sequence[etree._Element], styles: Styles) -> None:
    """Takes the space off after the last paragraph before a page break, which dxpdf wants on the page, too.

    The last one is that before a paragraph which ends a section and says nothing.
    """
    sections = holders.paragraphs(holders.story(found[0]), "sectPr") if found else {}
    ends = [p in sections for p in found]
    starts = holders.switched(found, styles, "pageBreakBefore")
    for i, p in enumerate(found[:-1]):
        last = ends[i] or starts[i + 1] or (ends[i + 1] and next(found[i + 1].iter(*_SAID), None) is None)
        if last and styles.line(p).get(_AFTER, "0") != "0":
            spacing(p).set(W + "after", "0")


def _table_borders(table: etree._Element, styles: Styles) -> etree._Element | None:
    """The borders that hold for a table."""
    found = (h.find(path("tblPr", "tblBorders")) for h in _table_holders(table, styles))
    return next((b for b in found if b is not None), None)


def _table_holders(table: etree._Element, styles: Styles) -> Iterator[etree._Element]:
    yield table
    style = table.find(path("tblPr", "tblStyle"))
    yield from styles.chain(style.get(W + "val", "")) if style is not None else ()


def _width(borders: etree._Element | None, name: str) -> int:
    """The width of a border in twips, 0 if there is none."""
    border = borders.find(W + name) if borders is not None else None
    if border is None or border.get(W + "val") in _NONE:
        return 0
    size = border.get(W + "sz", "")
    return round(int(size) * _TWIPS) if size.isdecimal() else 0


def _grow(p: etree._Element, side: str, twips: int, styles: Styles) -> None:
    """Adds to the space before or after a paragraph."""
    said = styles.line(p).get(W + side, "0")
    spacing(p).set(W + side, str((int(said) if said.isdecimal() else 0) + twips))


def spacing(holder: etree._Element) -> etree._Element:
    """The spacing of a paragraph or style; a new one if it had none."""
    ppr = holder.find(_PPR)
    if ppr is None:
        ppr = etree.Element(W + "pPr")
        holder.insert(0 if holder.tag == W + "p" else sum(c.tag != W + "rPr" for c in holder), ppr)
    found = ppr.find(_SPACING)
    if found is None:
        found = etree.Element(W + "spacing")
        ppr.insert(sum(child.tag in _EARLIER for child in ppr), found)
    return found

"""Headings kept with the first lines of their text, where Word and LibreOffice put them, in one drawing.

dxpdf reads "keep with next" as "keep with the whole next paragraph", which moves half a page of text. So in the
temporary copy an empty paragraph goes between a heading and a text that may be split: it is no line high but has
as much space after it as the lines that must stand with the heading. The heading is kept with that space, and the
text takes it back: paragraphs of one style with "no space between paragraphs of the same style" swallow it.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

from lxml import etree

from agreegen.pdf import fonts
from agreegen.pdf.parts import W, properties, value

if TYPE_CHECKING:
    from agreegen.pdf.styles import Styles

_THREE_LINES: Final = 220  # characters, at the narrowest indent of our styles
_TWO: Final = 2  # lines that widow control keeps together at the foot of a page
_SIZE: Final = 20  # half points, where nothing says
_SINGLE: Final = 240  # the unit of line spacing that isn't exact
_FRAMED: Final = ("pBdr", "shd", "framePr")  # what an empty paragraph of that style would show


def keep(found: list[etree._Element], styles: Styles) -> None:
    """Keeps headings with the first lines of what comes next, in place; `found`: the paragraphs of the body."""
    for p, after in pairwise(found):
        if not styles.paragraph_on(p, "keepNext") or styles.outline(p) is None or _is_whole(after):
            continue
        if _may_part(p, after, styles):
            p.addnext(_space(after, styles))
            switch(after, "contextualSpacing", on=True)
        else:
            switch(p, "keepNext", on=False)


def _is_whole(p: etree._Element) -> bool:
    """Whether the whole of a paragraph stays with a heading: the first of a table, or surely three lines at most."""
    if next(p.iterancestors(W + "tbl"), None) is not None:
        return True  # dxpdf then keeps the heading with the first row
    return sum(len(t.text or "") for t in p.iter(W + "t")) < _THREE_LINES and next(p.iter(W + "br"), None) is None


def _may_part(p: etree._Element, after: etree._Element, styles: Styles) -> bool:
    """Whether space between a heading and the paragraph after it would be seen by nobody."""
    style = styles.of(after)
    plain = not any(styles.says(after, x) for x in _FRAMED)
    return p.getparent() is after.getparent() and bool(style) and style != styles.of(p) and plain


def _space(after: etree._Element, styles: Styles) -> etree._Element:
    """The empty paragraph before the text: in its style, with its space before, and two lines of space after."""
    space = etree.Element(W + "p")
    ppr = etree.SubElement(space, W + "pPr")
    etree.SubElement(ppr, W + "pStyle", {W + "val": styles.of(after)})
    for name in ("keepNext", "keepLines", "pageBreakBefore"):
        etree.SubElement(ppr, W + name, {W + "val": "0"})
    etree.SubElement(etree.SubElement(ppr, W + "numPr"), W + "numId", {W + "val": "0"})
    own = after.find(f"{W}pPr/{W}spacing")
    before = {k: x for k, x in own.attrib.items() if "before" in str(k)} if own is not None else {}
    lines = str(int(_TWO * _line(after, styles)))
    room = {W + "after": lines, W + "afterAutospacing": "0", W + "line": "0", W + "lineRule": "exact"}
    etree.SubElement(ppr, W + "spacing", {**{str(k): str(x) for k, x in before.items()}, **room})
    etree.SubElement(ppr, W + "contextualSpacing", {W + "val": "0"})
    etree.SubElement(ppr, W + "outlineLvl", {W + "val": "9"})
    return space


def _line(p: etree._Element, styles: Styles) -> float:
    """The height of a line of a paragraph, in twentieths of a point."""
    style = styles.of(p)
    first = next((r for r in p.iter(W + "r") if r.find(W + "t") is not None), None)
    rpr = properties(first) if first is not None else None
    size = int(value(rpr, W + "sz") or styles.size(style) or _SIZE)
    natural = size * 10 * fonts.height(fonts.family(styles.font(rpr, style)))
    spacing = styles.line(p)
    height = float(spacing.get(W + "line") or _SINGLE)
    if spacing.get(W + "lineRule", "auto") == "auto":
        return natural * height / _SINGLE
    return max(natural, height) if spacing.get(W + "lineRule") == "atLeast" else height


def switch(p: etree._Element, name: str, *, on: bool) -> None:
    """Turns a switch of a paragraph, such as keepNext, on or off."""
    ppr = properties(p)
    if ppr is None:
        ppr = etree.Element(W + "pPr")
        p.insert(0, ppr)
    for old in ppr.findall(W + name):
        ppr.remove(old)
    at = 1 if len(ppr) and ppr[0].tag == W + "pStyle" else 0
    ppr.insert(at, etree.Element(W + name, {} if on else {W + "val": "0"}))

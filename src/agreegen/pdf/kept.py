"""Headings kept with the first lines of their text, where Word and LibreOffice put them, in one drawing.

dxpdf reads "keep with next" as "keep with the whole next paragraph", which moves half a page of text. So in the
temporary copy an empty paragraph goes between a heading and a text that may be split: it is no line high but has
as much space after it as the lines that must stand with the heading. The heading is kept with that space, and the
text takes it back: paragraphs of one style with "no space between paragraphs of the same style" swallow it.

What is kept together, such as the lines to sign on, dxpdf keeps with the space after it, too. That space goes to an
empty paragraph, which stays behind at the foot of a page whatever its space.
"""

from __future__ import annotations

import copy
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from lxml import etree

from agreegen.pdf import heights, holders, measures
from agreegen.pdf.parts import W, properties

if TYPE_CHECKING:
    from agreegen.pdf.styles import Styles

_THREE_LINES: Final = 220  # characters, at the narrowest indent of our styles
_TWO: Final = 2  # lines that widow control keeps together at the foot of a page
_FRAMED: Final = ("pBdr", "shd", "framePr")  # what an empty paragraph of that style would show
_FAR: Final = 150  # twips: what each page gets more makes up for less than that


def keep(found: list[etree._Element], styles: Styles) -> None:
    """Keeps headings with the first lines of what comes next, in place; `found`: the paragraphs of the body."""
    for (p, after), on in zip(pairwise(found), holders.switched(found[:-1], styles, "keepNext"), strict=True):
        if not on:
            continue
        table = next(after.iterancestors(W + "tbl"), None)
        if table is not None:
            _keep_with_rows(p, table, styles)
        elif styles.outline(p) is None or _is_whole(after):
            continue
        elif _may_part(p, after, styles):
            own = after.find(f"{W}pPr/{W}spacing")
            before = {str(k): str(x) for k, x in own.attrib.items() if "before" in str(k)} if own is not None else {}
            p.addnext(_empty(styles.of(after), before, room=_TWO * heights.line(after, styles)))
            switch(after, "contextualSpacing", on=True)
        else:
            switch(p, "keepNext", on=False)


def release(found: list[etree._Element], styles: Styles) -> None:
    """Sets what is kept together free of the space after it, in place; `found`: the paragraphs of the body."""
    kept = holders.switched(found, styles, "keepNext")
    for before, (p, after) in zip(pairwise(kept), pairwise(found[1:]), strict=False):
        if before != (True, False) or p.getnext() is not after or p.getparent() is not holders.story(p):
            continue
        said = styles.line(p)
        room = said.get(W + "after", "")
        if not room.isdecimal() or int(room) < _FAR or said.get(W + "afterAutospacing", "0") != "0":
            continue
        if not any(styles.says(p, x) for x in (*_FRAMED, "contextualSpacing")):
            measures.spacing(p).set(W + "after", "0")
            p.addnext(_empty(styles.of(p), {W + "before": "0"}, room=int(room)))


def _keep_with_rows(p: etree._Element, table: etree._Element, styles: Styles) -> None:
    """Keeps a heading or caption with the header rows of a table and the row after them.

    dxpdf sees to the first row. A table doesn't take space back, so another empty paragraph does.
    """
    room = heights.header(table, styles) if p.getnext() is table else 0
    if room:
        style, none = styles.default, {W + "before": "0"}
        taker = _empty(style, none, room=0)
        switch(taker, "contextualSpacing", on=True)
        p.addnext(taker)
        p.addnext(_empty(style, none, room=room))


def _is_whole(p: etree._Element) -> bool:
    """Whether a paragraph surely has three lines at most: widow control keeps these together."""
    return sum(len(t.text or "") for t in p.iter(W + "t")) < _THREE_LINES and next(p.iter(W + "br"), None) is None


def _may_part(p: etree._Element, after: etree._Element, styles: Styles) -> bool:
    """Whether space between a heading and the paragraph after it would be seen by nobody."""
    style = styles.of(after)
    plain = not any(styles.says(after, x) for x in _FRAMED)
    return p.getparent() is after.getparent() and bool(style) and style != styles.of(p) and plain


def _empty(style: str, before: dict[str, str], *, room: float) -> etree._Element:
    """A paragraph without lines: with the space before of another, and `room` after it."""
    return copy.deepcopy(_pattern(style, tuple(before.items()), int(room)))


@lru_cache(maxsize=64)
def _pattern(style: str, before: tuple[tuple[str, str], ...], room: int) -> etree._Element:
    empty = etree.Element(W + "p")
    ppr = etree.SubElement(empty, W + "pPr")
    etree.SubElement(ppr, W + "pStyle", {W + "val": style})
    for name in ("keepNext", "keepLines", "pageBreakBefore"):
        etree.SubElement(ppr, W + name, {W + "val": "0"})
    etree.SubElement(etree.SubElement(ppr, W + "numPr"), W + "numId", {W + "val": "0"})
    after = {W + "after": str(room), W + "afterAutospacing": "0", W + "line": "0", W + "lineRule": "exact"}
    etree.SubElement(ppr, W + "spacing", dict(before) | after)
    etree.SubElement(ppr, W + "contextualSpacing", {W + "val": "0"})
    etree.SubElement(ppr, W + "outlineLvl", {W + "val": "9"})
    return empty


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

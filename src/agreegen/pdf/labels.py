"""List numbers written out, for an engine that counts otherwise than Word: each label becomes a sign of its own."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Final

from lxml import etree

from agreegen.pdf.parts import W, value
from agreegen.template import numbering

if TYPE_CHECKING:
    from agreegen.pdf.parts import Parts
    from agreegen.pdf.styles import Styles

NUMBERING: Final = "word/numbering.xml"
_FIRST: Final = 90_000  # ids that no document has
_ORDER: Final = ("pStyle", "keepNext", "keepLines", "pageBreakBefore", "framePr", "widowControl")


def write_labels(parts: Parts, styles: Styles) -> bool:
    """Gives each numbered paragraph a list whose sign is its number, in place; False if there are none."""
    root = parts.tree(NUMBERING)
    if root is None:
        return False
    levels = _Levels(root, styles)
    known: dict[tuple[str, int, str], str] = {}
    for n in numbering.number(parts.document, parts.tree("word/styles.xml"), root):
        if n.level is None or n.bullet:
            continue
        key = (n.num_id, n.level, n.label)
        if key not in known and (level := levels.find(n.num_id, n.level)) is not None:
            known[key] = str(_FIRST + len(known))
            levels.add(known[key], level, n.label)
        if key in known:
            _join(n.paragraph, known[key], styles)
    levels.settle()
    return bool(known)


class _Levels:
    """The levels of the lists of a document, and those that are made of them."""

    def __init__(self, root: etree._Element, styles: Styles) -> None:
        self._root, self._styles = root, styles
        self._abstract = {e.get(W + "abstractNumId", ""): e for e in root.iterfind(W + "abstractNum")}
        self._nums = {e.get(W + "numId", ""): e for e in root.iterfind(W + "num")}
        self._made: list[tuple[etree._Element, etree._Element]] = []

    def find(self, num_id: str, level: int) -> etree._Element | None:
        """The definition of a level of a list."""
        num = self._nums.get(num_id)
        if num is None:
            return None
        own = num.find(f"{W}lvlOverride[@{W}ilvl='{level}']/{W}lvl")
        if own is not None:
            return own
        named = num.find(W + "abstractNumId")
        abstract = self._abstract.get(named.get(W + "val", "") if named is not None else "")
        if abstract is None:
            return None
        if (style := value(abstract, W + "numStyleLink")) is not None:
            there = next((x for s in self._styles.chain(style) if (x := value(s, f"{W}pPr/{W}numPr/{W}numId"))), "")
            return self.find(there, level) if there != num_id else None
        return abstract.find(f"{W}lvl[@{W}ilvl='{level}']")

    def add(self, num_id: str, level: etree._Element, label: str) -> None:
        """A list of this level alone, whose sign is the label."""
        abstract = etree.Element(W + "abstractNum", {W + "abstractNumId": num_id})
        etree.SubElement(abstract, W + "multiLevelType", {W + "val": "hybridMultilevel"})
        own = copy.deepcopy(level)
        own.set(W + "ilvl", "0")
        for tag in ("pStyle", "isLgl", "lvlRestart", "lvlPicBulletId"):
            for e in own.findall(W + tag):
                own.remove(e)
        for tag, text in (("numFmt", "bullet"), ("lvlText", label)):
            for e in own.iter(W + tag):
                e.attrib.clear()
                e.set(W + "val", text)
        abstract.append(own)
        num = etree.Element(W + "num", {W + "numId": num_id})
        etree.SubElement(num, W + "abstractNumId", {W + "val": num_id})
        self._made.append((abstract, num))

    def settle(self) -> None:
        """Puts what was made where it belongs: all w:abstractNum stand before all w:num."""
        first = self._root.find(W + "num")
        at = self._root.index(first) if first is not None else len(self._root)
        self._root[at:at] = [abstract for abstract, _ in self._made]
        for _, num in self._made:
            self._root.append(num)


def _join(p: etree._Element, num_id: str, styles: Styles) -> None:
    ppr = p.find(W + "pPr")
    if ppr is None:
        ppr = etree.Element(W + "pPr")
        p.insert(0, ppr)
    place = ppr.find(W + "numPr")
    if place is None:
        place = etree.Element(W + "numPr")
        at = sum(1 for e in ppr if etree.QName(e).localname in _ORDER)
        ppr.insert(at, place)
        _keep_indent(ppr, styles.of(p), styles)
    for e in list(place):
        place.remove(e)
    etree.SubElement(place, W + "ilvl", {W + "val": "0"})
    etree.SubElement(place, W + "numId", {W + "val": num_id})


def _keep_indent(ppr: etree._Element, style: str, styles: Styles) -> None:
    """Writes the indent of the style down: a list named by the paragraph itself would win over it."""
    named = next((x for s in styles.chain(style) if (x := s.find(f"{W}pPr/{W}ind")) is not None), None)
    if ppr.find(W + "ind") is None and named is not None:
        before = [e for e in ppr if etree.QName(e).localname in ("jc", "textAlignment", "outlineLvl", "rPr", "sectPr")]
        ppr.insert(ppr.index(before[0]) if before else len(ppr), copy.deepcopy(named))

"""Footnotes and endnotes: how they are numbered, and endnotes as paragraphs behind the text."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Final

from lxml import etree

from agreegen.pdf.changes import remove, replace
from agreegen.pdf.numerals import numeral
from agreegen.pdf.parts import OFF, XML_SPACE, R, W, value
from agreegen.pdf.squeeze import NOTE

if TYPE_CHECKING:
    from agreegen.pdf.parts import Parts

ENDNOTES: Final = "word/endnotes.xml"
FOOTNOTES: Final = "word/footnotes.xml"
_SHAPES: Final = {"footnote": "decimal", "endnote": "lowerRoman"}


class Count:
    """Numbers the notes of one kind, as the settings or their section say.

    Notes that are numbered anew on each page are a sign each: only who reads the pages knows their numbers.
    """

    def __init__(self, parts: Parts, kind: str) -> None:
        """Before the first note."""
        self._settings = parts.tree("word/settings.xml")
        self._kind = kind
        self._sections: dict[etree._Element, etree._Element | None] = {}  # of each mark
        waiting: list[etree._Element] = []
        for e in parts.body.iter(f"{W}{kind}Reference", W + "sectPr"):
            if e.tag == W + "sectPr":
                self._sections |= dict.fromkeys(waiting, e)
                waiting = []
            else:
                waiting.append(e)
        self._section = next(parts.body.iter(W + "sectPr"), None)
        self._next = self._start(self._section)

    def _says(self, section: etree._Element | None, name: str) -> str:
        said = (value(e, f"{W}{self._kind}Pr/{W}{name}") for e in (section, self._settings))
        return next((x for x in said if x), "")

    def _start(self, section: etree._Element | None) -> int:
        start = self._says(section, "numStart")
        return int(start) if start.isdecimal() else 1

    def next(self, reference: etree._Element) -> str:
        """The number of the next note; nothing where a mark of the author's own follows the reference."""
        if reference.get(W + "customMarkFollows", "0") not in OFF:
            return ""
        section = self._sections.get(reference, self._section)
        restart, shape = self._says(section, "numRestart"), self._says(section, "numFmt") or _SHAPES[self._kind]
        if section is not self._section and restart in ("eachSect", "eachPage"):
            self._next = self._start(section)
        self._section = section
        number, self._next = self._next, self._next + 1
        return NOTE if (restart, shape) == ("eachPage", "decimal") else numeral(number, shape)


def gather(parts: Parts) -> None:
    """Moves the endnotes behind the text as paragraphs, their marks as raised numbers: no engine has its own way."""
    root = parts.tree(ENDNOTES)
    marks = list(parts.body.iter(W + "endnoteReference"))
    if root is None or not marks:
        return
    by_id = {n.get(W + "id"): n for n in root.iterfind(W + "endnote")}
    count, blocks = Count(parts, "endnote"), []
    for mark in marks:
        label = count.next(mark)
        _raise(mark, label)
        note = copy.deepcopy(by_id.get(mark.get(W + "id")))
        if note is None:
            continue
        for ref in list(note.iter(W + "endnoteRef")):
            _raise(ref, label)
        blocks += list(note)
    for note in [n for n in by_id.values() if n.get(W + "type", "normal") == "normal"]:
        root.remove(note)  # an engine may draw what is there
    _adopt(parts, blocks, "endnotes")
    last = parts.body.find(W + "sectPr")
    at = len(parts.body) if last is None else parts.body.index(last)
    parts.body[at:at] = [_rule(), *blocks]


def behind_tables(parts: Parts) -> None:
    """Puts the text of footnotes of tables behind their table, for an engine that leaves it out there.

    The marks stay where they are.
    """
    root = parts.tree(FOOTNOTES)
    marks = list(parts.body.iter(W + "footnoteReference"))
    by_id = {n.get(W + "id"): n for n in root.iterfind(W + "footnote")} if root is not None else {}
    count = Count(parts, "footnote")
    blocks: dict[etree._Element, list[etree._Element]] = {}
    for mark in marks:
        label = count.next(mark)
        tables = list(mark.iterancestors(W + "tbl"))
        note = copy.deepcopy(by_id.get(mark.get(W + "id")))
        if not tables or note is None:
            continue
        for ref in list(note.iter(W + "footnoteRef")):
            _raise(ref, label)
        blocks.setdefault(tables[-1], [_rule()]).extend(note)
    _adopt(parts, [b for found in blocks.values() for b in found], "footnotes")
    for table, found in blocks.items():
        for block in reversed(found):
            table.addnext(block)


def _raise(mark: etree._Element, label: str) -> None:
    run = mark.getparent()
    if not label or run is None:
        remove(mark)
        return
    t = etree.Element(W + "t", {XML_SPACE: "preserve"})
    t.text = label
    replace(mark, [t])
    rpr = run.find(W + "rPr")
    if rpr is None:
        rpr = etree.Element(W + "rPr")
        run.insert(0, rpr)
    if rpr.find(W + "vertAlign") is None:
        etree.SubElement(rpr, W + "vertAlign", {W + "val": "superscript"})


def _rule() -> etree._Element:
    """An empty paragraph with a short line over it, as Word draws between text and notes."""
    p = etree.Element(W + "p")
    ppr = etree.SubElement(p, W + "pPr")
    border = etree.SubElement(ppr, W + "pBdr")
    etree.SubElement(border, W + "top", {W + "val": "single", W + "sz": "4", W + "space": "1", W + "color": "auto"})
    etree.SubElement(ppr, W + "spacing", {W + "before": "240", W + "after": "0"})
    etree.SubElement(ppr, W + "ind", {W + "right": "6480"})
    return p


def _adopt(parts: Parts, blocks: list[etree._Element], kind: str) -> None:
    """Gives the body the relationships of what comes from the notes."""
    rels, own = parts.tree(f"word/_rels/{kind}.xml.rels"), parts.tree("word/_rels/document.xml.rels")
    if rels is None or own is None:
        return
    by_id = {r.get("Id", ""): r for r in rels}
    for e in (e for block in blocks for e in block.iter(etree.Element)):
        for key in [k for k in e.attrib if str(k).startswith(R) and e.attrib[k] in by_id]:
            adopted = copy.deepcopy(by_id[str(e.attrib[key])])
            adopted.set("Id", f"rIdOf{kind.title()}{len(own)}")
            own.append(adopted)
            e.set(str(key), adopted.get("Id", ""))

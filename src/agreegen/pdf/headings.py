"""The entries of a table of contents: which headings a TOC field asks for, and the paragraphs that list them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from lxml import etree

from agreegen.late import dataclass
from agreegen.pdf.displayed import OPEN, Displayed
from agreegen.pdf.parts import XML_SPACE, W, properties
from agreegen.pdf.squeeze import LEADER
from agreegen.pdf.styles import Styles
from agreegen.template.numbering import Numbered

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from agreegen.pdf.field import Field
    from agreegen.pdf.parts import Parts

_FIRST_MARK: Final = 900000001
_P, _STYLE, _VAL, _TABLE, _ROW, _CELL = (W + x for x in ("p", "pStyle", "val", "tbl", "tr", "tc"))
_LIST: Final = f"{W}pPr/{W}numPr"
_DELETED: Final = f"{W}trPr/{W}del"
_AROUND: Final = {_CELL: _P, _ROW: _CELL, _TABLE: _ROW}  # what stands directly in each
_HEADING: Final = re.compile(r"heading ([1-9])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading that the contents list."""

    paragraph: etree._Element
    level: int
    label: str
    title: str


@dataclass(frozen=True, slots=True)
class Wish:
    """What a TOC field asks for: built-in headings, named styles, paragraphs with an outline level."""

    top: int
    bottom: int
    styles: dict[str, int]
    by_outline: bool


def wish(instruction: str) -> Wish:
    r"""Reads the switches \o, \t and \u."""
    levels = re.search(r'\\o\s*"?(\d)\s*-\s*(\d)', instruction)
    named = re.search(r'\\t\s*"([^"]*)"', instruction)
    parts = [x.strip() for x in re.split(r"[,;]", named[1])] if named else []
    pairs = {name.casefold(): int(n) for name, n in zip(parts[::2], parts[1::2], strict=False) if n.isdigit()}
    by_outline = re.search(r"\\u\b", instruction) is not None
    if levels:
        return Wish(int(levels[1]), int(levels[2]), pairs, by_outline)
    return Wish(1, 9 if by_outline or not named or r"\o" in instruction else 0, pairs, by_outline)


def listed(parts: Parts, field: Field, numbers: Iterable[Numbered]) -> list[Heading]:
    """The headings that the field asks for, in order, those of the contents themselves left out.

    `numbers` are those of the paragraphs of the body.
    """
    wanted = wish(field.instruction)
    shown = Displayed(parts)
    labels = {n.paragraph: n.label for n in numbers}
    own = set(field.paragraphs)
    found = []
    for p in _possible(parts.body, wanted, shown):
        level = _level(p, wanted, shown.styles) if p not in own else None
        title = " ".join(shown.text(p, None).replace(LEADER, " ").split()) if level else ""
        if level and title:
            found.append(Heading(p, level, labels.get(p, ""), title))
    return found


def _possible(body: etree._Element, wanted: Wish, shown: Displayed) -> Iterable[etree._Element]:
    """The displayed paragraphs that may be headings, by the styles that they name; all, where that says too little."""
    if wanted.by_outline or _is_listed(shown.styles.default, wanted, shown.styles):
        return shown.paragraphs(body)
    said = [(e, e.get(_VAL, "")) for e in body.iter(_STYLE)]
    ids = {style for style in {s for _, s in said} if _is_listed(style, wanted, shown.styles)}
    named = (e.getparent() for e, style in said if style in ids)
    above = (e.getparent() for e in named if e is not None)
    return (p for p in dict.fromkeys(above) if p is not None and p.tag == _P and is_displayed(p, body))


def is_displayed(p: etree._Element, body: etree._Element) -> bool:
    """Whether `Displayed.paragraphs` gives a paragraph: in the body, or in cells of rows that aren't deleted."""
    below, e = _P, p.getparent()  # a table counts as a paragraph: a block
    while e is not None and e is not body:
        if e.tag not in OPEN:
            if _AROUND.get(str(e.tag)) != below or (e.tag == _ROW and e.find(_DELETED) is not None):
                return False
            below = _P if e.tag == _TABLE else str(e.tag)
        e = e.getparent()
    return e is body and below == _P


def _is_listed(style: str, wanted: Wish, styles: Styles) -> bool:
    """Whether the contents list paragraphs of a style."""
    name = styles.name(style).casefold()
    return name in wanted.styles or _HEADING.fullmatch(name) is not None


def _level(p: etree._Element, wanted: Wish, styles: Styles) -> int | None:
    """The level of a paragraph in the contents, None if they don't list it."""
    name = styles.name(styles.of(p)).casefold()
    if name in wanted.styles:
        return wanted.styles[name]
    built_in = _HEADING.fullmatch(name)
    level = int(built_in[1]) if built_in else styles.outline(p) if wanted.by_outline else None
    return level if level is not None and wanted.top <= level <= wanted.bottom else None


def fill(parts: Parts, field: Field, entries: Sequence[Heading], pages: Iterable[str]) -> list[etree._Element]:
    """Writes the entries in the place of the field's paragraphs; the w:t elements that show the page numbers."""
    first, last = field.paragraphs[0], field.paragraphs[-1]
    parent = first.getparent()
    if not entries or parent is None or last.getparent() is not parent:
        return []
    styles = Styles(parts)
    lines, results = [], []
    marks, levels = _Marks(parts.body), {level: _entry_style(styles, level) for level in {e.level for e in entries}}
    for entry, page in zip(entries, pages, strict=True):
        style, indented = levels[entry.level]
        line, result = _line(entry, style, page, marks.of(entry.paragraph))
        if indented:  # LibreOffice 7.4 drops the number at a tab stop beyond the right indent, so an entry has none
            etree.SubElement(line[0], W + "ind", {W + "right": "0"})
        lines.append(line)
        results.append(result)
    for at, run in enumerate((_char("begin"), _code(f" {field.instruction.strip()} "), _char("separate")), 1):
        lines[0].insert(at, run)
    lines[-1].append(_char("end"))  # in the last entry: no empty line after it
    kept = properties(last)
    section = kept.find(W + "sectPr") if kept is not None else None
    if section is not None:
        lines[-1][0].append(section)
    at = parent.index(first)
    parent[at : parent.index(last) + 1] = lines
    return results


def filled(
    parts: Parts, field: Field, results: Sequence[etree._Element], numbers: Sequence[Numbered]
) -> list[Numbered] | None:
    """The numbers of the paragraphs once `fill` gave these results; None where they must be counted again.

    What was in the place of the entries had no numbers, and neither have they.
    """
    if not results:
        return list(numbers)
    old, styles = set(field.paragraphs), Styles(parts)
    lines = [Numbered(p) for t in results for p in t.iterancestors(_P)]
    holders = {s for style in {styles.of(line.paragraph) for line in lines} for s in styles.chain(style)}
    if any(n.num_id for n in numbers if n.paragraph in old) or any(s.find(_LIST) is not None for s in holders):
        return None
    at = next((i for i, n in enumerate(numbers) if n.paragraph in old), 0)
    return [*numbers[:at], *lines, *(n for n in numbers[at:] if n.paragraph not in old)]


def _entry_style(styles: Styles, level: int) -> tuple[str, bool]:
    """The style of the entries of a level, and whether it has an indent at the right."""
    style = styles.by_name(f"toc {level}") or f"TOC{level}"
    return style, any(s.find(f"{W}pPr/{W}ind[@{W}right]") is not None for s in styles.chain(style))


class _Marks:
    """The bookmarks of a body, and those that headings are given."""

    def __init__(self, body: etree._Element) -> None:
        marks = list(body.iter(W + "bookmarkStart"))
        self._names = {m.get(W + "name") for m in marks}
        self._number = _FIRST_MARK
        self._id = max((int(m.get(W + "id", "0")) for m in marks), default=0)
        self._given: dict[etree._Element, str] = {}  # the first of each paragraph
        for m in marks:
            if m.get(W + "name", "").startswith("_Toc"):
                for p in m.iterancestors(_P):
                    self._given.setdefault(p, m.get(W + "name", ""))

    def of(self, p: etree._Element) -> str:
        """The name of the heading's `_Toc` bookmark, which it has or is given."""
        if p in self._given:
            return self._given[p]
        while (name := f"_Toc{self._number}") in self._names:
            self._number += 1
        self._names.add(name)
        self._id += 1
        at = 0 if properties(p) is None else 1
        p.insert(at, etree.Element(W + "bookmarkStart", {W + "id": str(self._id), W + "name": name}))
        etree.SubElement(p, W + "bookmarkEnd", {W + "id": str(self._id)})
        return name


def _line(entry: Heading, style: str, page: str, mark: str) -> tuple[etree._Element, etree._Element]:
    p = etree.Element(W + "p")
    etree.SubElement(etree.SubElement(p, W + "pPr"), W + "pStyle", {W + "val": style})
    link = etree.SubElement(p, W + "hyperlink", {W + "anchor": mark, W + "history": "1"})
    if entry.label:
        link.extend([_text(entry.label), _run(etree.Element(W + "tab"))])
    link.extend([_text(entry.title), _run(etree.Element(W + "tab")), _char("begin"), _code(f" PAGEREF {mark} \\h ")])
    shown = _text(page)
    link.extend([_char("separate"), shown, _char("end")])
    return p, shown[0]


def _run(*children: etree._Element) -> etree._Element:
    r = etree.Element(W + "r")
    r.extend(children)
    return r


def _text(text: str) -> etree._Element:
    e = etree.Element(W + "t", {XML_SPACE: "preserve"})
    e.text = text
    return _run(e)


def _char(kind: str) -> etree._Element:
    return _run(etree.Element(W + "fldChar", {W + "fldCharType": kind}))


def _code(instruction: str) -> etree._Element:
    e = etree.Element(W + "instrText", {XML_SPACE: "preserve"})
    e.text = instruction
    return _run(e)

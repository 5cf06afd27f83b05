"""How paragraphs of the body are set: the letters of each piece of text, and the room that a line has.

Only what our masters use is answered; where a paragraph has more (tabs, pictures, indents of its own list), there is no
answer, and its own words count.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from agreegen.pdf import fonts, heights
from agreegen.pdf.parts import W, properties, value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml import etree

    from agreegen.pdf.parts import Parts
    from agreegen.pdf.styles import Styles

_TWIPS: Final = 20.0  # in a point
_SIDES: Final = (("left", "start"), ("right", "end"))
_SILENT: Final = frozenset(
    W + x for x in ("pPr", "rPr", "bookmarkStart", "bookmarkEnd", "proofErr", "lastRenderedPageBreak", "fldChar",
                    "instrText")
)  # fmt: skip
_AROUND: Final = frozenset((W + "r", W + "hyperlink"))
_BOLD, _ITALIC = 1, 2
_SIGNS: Final = "\u2010\u2011\u2013\u2014\u2018\u2019\u201c\u201d\u2022\u2026"
_ODD: Final = ("spacing", "w", "kern", "vertAlign", "fitText")


class Face(NamedTuple):
    """Letters: the file of the font, and their size in points."""

    file: str
    size: float


@dataclass(frozen=True, slots=True)
class Setting:
    """A paragraph that is set: its text, the face of each letter, and the room of its lines, in points.

    `unsure` are places where it may be broken or not: the engine breaks between a link and what is next to it.
    """

    text: str
    faces: tuple[Face, ...]
    room: float
    unsure: frozenset[int]


class Geometry:
    """Answers for one document."""

    def __init__(self, parts: Parts, styles: Styles) -> None:
        """Finds the room of each section."""
        self._styles = styles
        self._numbering = parts.tree("word/numbering.xml")
        body = parts.body
        self._rooms: dict[etree._Element, float] = {}
        waiting: list[etree._Element] = []
        for block in body:
            waiting.append(block)
            section = block if block.tag == W + "sectPr" else block.find(f"{W}pPr/{W}sectPr")
            if section is not None:
                room = _section(section)
                self._rooms |= dict.fromkeys(waiting, room)
                waiting = []

    def setting(self, p: etree._Element, *, entry: bool = False, tabs: bool = False) -> Setting | None:
        """How a paragraph is set, None if that isn't certain; tabs and indents of an `entry` don't count.

        `tabs`: nor do tabs, without indents.
        """
        room, indents = self._room(p), self._indents(p, entry=entry)
        text: list[str] = []
        faces: list[Face] = []
        unsure: set[int] = set()
        linked = False
        for piece, face, links in self._pieces(p, tabs=entry or tabs):
            if face is None:
                return None
            unsure |= {len(faces)} if links or linked else set()
            linked = links
            text.append(piece)
            faces += [face] * len(piece)
        if room is None or room <= 0 or indents is None:
            return None
        return Setting("".join(text), tuple(faces), room - indents, frozenset(unsure))

    def stops(self, p: etree._Element) -> tuple[float, ...]:
        """The tab stops of a paragraph, at which text goes on to the right; none if it has others."""
        chain = (s.find(f"{W}pPr/{W}tabs") for s in self._styles.chain(self._styles.of(p)))
        said = [(_number(t, "pos"), t.get(W + "val")) for tabs in chain if tabs is not None for t in tabs]
        plain = all(at is not None and kind in ("left", "start") for at, kind in said)
        return tuple(sorted({at for at, _ in said if at is not None})) if plain else ()

    # ------------------------------------------------------------------ text
    def _pieces(self, p: etree._Element, *, tabs: bool) -> Iterator[tuple[str, Face | None, bool]]:
        """(text, face, whether it is a link) of what a paragraph shows; a face that is None means that nobody knows."""
        style = self._styles.of(p)
        depth: list[bool] = []
        for e in _inside(p):
            if e.tag == W + "fldChar":
                _turn(e, depth)
            elif e.tag == W + "t" and all(depth):
                run = e.getparent()
                linked = bool(depth) or (run is not None and run.getparent() is not p)
                yield e.text or "", self._face(properties(run) if run is not None else None, style), linked
            elif e.tag == W + "tab" and tabs:
                continue
            elif e.tag not in _SILENT and e.tag not in _AROUND and e.tag != W + "t":
                yield "", None, False

    def _face(self, rpr: etree._Element | None, style: str) -> Face | None:
        styles = self._styles
        font = styles.font(rpr, style)
        if not fonts.is_twin(font) or any(styles.run_on(rpr, style, x) for x in ("caps", "smallCaps", "vanish")):
            return None
        if rpr is not None and any(rpr.find(W + x) is not None for x in _ODD):
            return None
        character = value(rpr, W + "rStyle")
        said = value(rpr, W + "sz") or (styles.size(character) if character and _sized(styles, character) else None)
        size = said or styles.size(style) or "20"
        faces = fonts.FAMILIES[fonts.family(font)]
        at = _BOLD * styles.run_on(rpr, style, "b") + _ITALIC * styles.run_on(rpr, style, "i")
        if not size.isdecimal() or at >= len(faces):
            return None
        return Face(faces[at], int(size) / 2)

    # ------------------------------------------------------------------ room
    def _room(self, p: etree._Element) -> float | None:
        holder = p.getparent()
        if holder is None:
            return None
        if holder.tag == W + "tc":
            return _cell(holder, self._styles)
        return self._rooms.get(p)

    def _indents(self, p: etree._Element, *, entry: bool) -> float | None:
        """The indents of a paragraph together; None if they aren't certain, or the first line starts elsewhere."""
        ppr, said = properties(p), dict[str, float]()
        if ppr is not None and any(ppr.find(W + x) is not None for x in ("framePr", "numPr", "tabs")):
            return None
        chain = (s.find(W + "pPr") for s in self._styles.chain(self._styles.of(p)))
        for h in (h for h in (ppr, *chain) if h is not None):
            said = _indent(h.find(W + "ind")) | said
            if (number := h.find(W + "numPr")) is not None:
                level = self._level(number)
                if level is None:
                    return None
                said = _indent(level.find(f"{W}pPr/{W}ind")) | said
                if said.get("hanging", 0) <= 0:
                    return None  # the text starts at a tab stop behind the label
                said["hanging"] = 0.0
        elsewhere = said.get("firstLine", 0.0) or said.get("hanging", 0.0)
        return None if elsewhere and not entry else said.get("left", 0.0) + said.get("right", 0.0)

    def _level(self, number: etree._Element) -> etree._Element | None:
        root = self._numbering
        num, level = value(number, W + "numId"), value(number, W + "ilvl") or "0"
        if root is None or num is None:
            return None
        named = root.find(f"{W}num[@{W}numId='{num}']")
        if named is None or named.find(W + "lvlOverride") is not None:
            return None
        return root.find(
            f"{W}abstractNum[@{W}abstractNumId='{value(named, W + 'abstractNumId')}']/{W}lvl[@{W}ilvl='{level}']"
        )


def _inside(p: etree._Element) -> Iterator[etree._Element]:
    """What is in a paragraph; the properties of paragraph and runs are not entered."""
    for e in p:
        yield e
        if e.tag in _AROUND:
            yield from _inside(e)


def _turn(e: etree._Element, depth: list[bool]) -> None:
    """Keeps account of fields: True where what comes is shown."""
    kind = e.get(W + "fldCharType")
    if kind == "begin":
        depth.append(False)
    elif kind == "separate" and depth:
        depth[-1] = True
    elif kind == "end" and depth:
        depth.pop()


def _sized(styles: Styles, character: str) -> bool:
    return any(s.find(f"{W}rPr/{W}sz") is not None for s in styles.chain(character))


def _indent(ind: etree._Element | None) -> dict[str, float]:
    """The indents that an element names, in points."""
    found: dict[str, float] = {}
    for name, other in (*_SIDES, ("hanging", ""), ("firstLine", "")) if ind is not None else ():
        said = ind.get(W + name) or (ind.get(W + other) if other else None) if ind is not None else None
        if said is not None and said.lstrip("-").isdecimal():
            found[name] = int(said) / _TWIPS
    return found


def _number(e: etree._Element | None, name: str) -> float | None:
    said = e.get(W + name) if e is not None else None
    return int(said) / _TWIPS if said is not None and said.isdecimal() else None


def _section(section: etree._Element) -> float:
    """The room between the margins of a section; 0 if it isn't certain."""
    size, margins, columns = section.find(W + "pgSz"), section.find(W + "pgMar"), section.find(W + "cols")
    found = (_number(size, "w"), _number(margins, "left"), _number(margins, "right"), _number(margins, "gutter") or 0.0)
    if None in found or (columns is not None and columns.get(W + "num", "1") != "1"):
        return 0.0
    wide, left, right, gutter = (x or 0.0 for x in found)
    return wide - left - right - gutter


def _cell(cell: etree._Element, styles: Styles) -> float | None:
    """The room in a cell of a table of fixed columns."""
    row = cell.getparent()
    table = row.getparent() if row is not None else None
    if row is None or table is None or table.tag != W + "tbl" or row.find(f"{W}trPr/{W}gridBefore") is not None:
        return None
    layout = table.find(f"{W}tblPr/{W}tblLayout")
    if layout is None or layout.get(W + "type") != "fixed" or cell.find(f"{W}tcPr/{W}tcMar") is not None:
        return None
    grid = [_number(c, "w") for c in table.iterfind(f"{W}tblGrid/{W}gridCol")]
    at = 0
    for e in row.iterfind(W + "tc"):
        span = int(value(e, f"{W}tcPr/{W}gridSpan") or 1)
        if e is cell:
            wide = grid[at : at + span]
            margins = _margins(table, styles)
            return None if None in wide else sum(x or 0.0 for x in wide) - margins
        at += span
    return None


def _margins(table: etree._Element, styles: Styles) -> float:
    """The margins at both sides of a table's cells together."""
    style = value(table, f"{W}tblPr/{W}tblStyle") or ""
    total = 0.0
    for side, other in _SIDES:
        named = (h.find(f"{W}tblPr/{W}tblCellMar/{W}{x}") for h in (table, *styles.chain(style)) for x in (side, other))
        found = next((m for m in named if m is not None), None)
        total += _number(found, "w") or 0.0 if found is not None else 5.75
    return total


@lru_cache(maxsize=16)
def widths(file: str) -> dict[str, float]:
    """The widths of the letters of a font that values may have, in sizes of the letters."""
    family = next(name for name, files in fonts.FAMILIES.items() if file in files)
    letters = (*map(chr, range(0x20, 0x180)), *_SIGNS)
    return {c: heights.letter(c, file) for c in letters if ord(c) in fonts.coverage(family)}

"""How high lines and table rows will be drawn, from the widths of letters: rather too low than too high."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from agreegen.pdf import fonts
from agreegen.pdf.glyphs import Outlines
from agreegen.pdf.parts import W, path, properties, value

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from lxml import etree

    from agreegen.pdf.styles import Styles

_R, _T, _TR, _TC, _P, _WIDE, _SZ = (W + x for x in ("r", "t", "tr", "tc", "p", "w", "sz"))
_LINE, _RULE = W + "line", W + "lineRule"
_TR_PR, _TC_PR, _HEADS, _SPAN = (W + x for x in ("trPr", "tcPr", "tblHeader", "gridSpan"))
_SIZE: Final = 20  # half points, where nothing says
_HALF_POINT: Final = 10  # twentieths of a point
_SINGLE: Final = 240  # the unit of line spacing that isn't exact
_MARGIN: Final = 115  # twentieths of a point at the sides of a cell, where nothing says
_EIGHTH: Final = 2.5  # twentieths of a point: the unit of borders
_SLACK: Final = 0.99  # of a letter's width: pairs of letters are set closer
_MEASURE: Final = re.compile(r"(\d+(?:\.\d+)?)(pt|in|cm|mm|pc|pi)?")
_UNITS: Final = {"pt": 20.0, "in": 1440.0, "cm": 1440 / 2.54, "mm": 144 / 2.54, "pc": 240.0, "pi": 240.0}
_SIDES: Final = path("tblPr", "tblCellMar") + "/*"
_BREAKS: Final = re.compile(r"[^\s-]*-|[^\s-]+|\s+")


def line(p: etree._Element, styles: Styles) -> float:
    """The height of a line of a paragraph, in twentieths of a point."""
    return _line(p, _look(styles.of(p), _first_look(p), styles).height, styles)


def _line(p: etree._Element, natural: float, styles: Styles) -> float:
    """The height of a line of a paragraph whose letters have this one."""
    spacing = styles.line(p)
    height = _twips(spacing.get(_LINE)) or _SINGLE
    if spacing.get(_RULE, "auto") == "auto":
        return natural * height / _SINGLE
    return max(natural, height) if spacing.get(_RULE) == "atLeast" else height


def header(table: etree._Element, styles: Styles) -> float:
    """The height of the header rows of a table with the row after them; 0 if it has none."""
    rows: list[etree._Element] = []  # those that head it and the one after them
    heads = 0
    for row in table.iterchildren(_TR):
        rows.append(row)
        if (said := row.find(_TR_PR)) is None or said.find(_HEADS) is None:
            break
        heads += 1
    if not 0 < heads < len(rows):
        return 0
    grid = [_twips(c.get(_WIDE)) for c in table.iterfind(path("tblGrid", "gridCol"))]
    margins, looks = _margins(table, styles), _Looks(styles)
    return sum(_row(r, grid, margins, looks) for r in rows) + heads * _border(table, styles)


def _border(table: etree._Element, styles: Styles) -> float:
    """The width of the line between two rows."""
    holders = (table, *styles.chain(value(table, path("tblPr", "tblStyle")) or ""))
    named = (h.find(path("tblPr", "tblBorders", "insideH")) for h in holders)
    found = next((b for b in named if b is not None), None)
    return _twips(found.get(W + "sz")) * _EIGHTH if found is not None else 0


def _row(row: etree._Element, grid: Sequence[float], margins: Mapping[str, float], looks: _Looks) -> float:
    sides, ends = margins.get("left", _MARGIN) + margins.get("right", _MARGIN), margins.get("top", 0)
    found, at = [0.0], 0
    for cell in row.iterchildren(_TC):
        span = round(_twips(value(cell.find(_TC_PR), _SPAN))) or 1
        width = sum(grid[at : at + span]) - sides
        at += span
        text = sum(_height(p, width, looks) for p in cell.iterchildren(_P))
        found.append(text + ends + margins.get("bottom", 0))
    named = row.find(path("trPr", "trHeight"))
    return max(*found, _twips(named.get(W + "val")) if named is not None else 0.0)


def _margins(table: etree._Element, styles: Styles) -> dict[str, float]:
    """The margins of a table's cells, by side."""
    style = value(table, path("tblPr", "tblStyle")) or ""
    found: dict[str, float] = {}
    for holder in (*reversed(styles.chain(style)), table):
        for side in holder.iterfind(_SIDES):
            found[str(side.tag).removeprefix(W)] = _twips(side.get(_WIDE))
    return found


def _height(p: etree._Element, width: float, looks: _Looks) -> float:
    """The height of a paragraph that isn't wider than this."""
    look = looks.of(p)
    return _lines(p, look.file, look.size, width) * _line(p, look.height, looks.styles)


class _Look(NamedTuple):
    """Letters: their font file, how wide they are at least, and how high their lines are."""

    file: str
    size: float
    height: float


def _look(style: str, rpr: etree._Element | None, styles: Styles) -> _Look:
    """How letters look in a run of a paragraph of this style."""
    family = fonts.family(styles.font(rpr, style))
    faces, size = fonts.FAMILIES[family], _size(rpr, style, styles) * 10
    file = faces[min(int(styles.run_on(rpr, style, "b")), len(faces) - 1)]
    return _Look(file, size * _SLACK, size * fonts.height(family))


class _Looks:
    """How the letters of paragraphs look: those whose runs say nothing look as their style says."""

    def __init__(self, styles: Styles) -> None:
        self.styles = styles
        self._plain: dict[str, _Look] = {}

    def of(self, p: etree._Element) -> _Look:
        style, rpr = self.styles.of(p), _first_look(p)
        if rpr is not None:
            return _look(style, rpr, self.styles)
        if style not in self._plain:
            self._plain[style] = _look(style, None, self.styles)
        return self._plain[style]


def _lines(p: etree._Element, file: str, size: float, width: float) -> int:
    """How many lines a paragraph takes at least."""
    pieces = [(piece, _width(piece, file) * size) for piece in _pieces(p)]
    count, used = 1, 0.0
    for piece, taken in pieces:
        if used and used + taken > width and not piece.isspace():
            count, used = count + 1, 0.0
        used += taken
    return count


def _pieces(p: etree._Element) -> Iterator[str]:
    """What isn't broken, and the spaces between."""
    yield from _BREAKS.findall("".join(t.text or "" for t in p.iter(_T)))


def _first_look(p: etree._Element) -> etree._Element | None:
    """The properties of the first run with text."""
    first = next((r for r in p.iter(_R) if r.find(_T) is not None), None)
    return properties(first) if first is not None else None


def _size(rpr: etree._Element | None, style: str, styles: Styles) -> float:
    """The size of letters, in half points."""
    said = value(rpr, _SZ) or styles.size(style) or ""
    return _twips(said) / (1 if said[-1:].isdecimal() else _HALF_POINT) or _SIZE


def _twips(said: str | None) -> float:
    """A measure in twentieths of a point, or a bare number as it is; 0 for what is neither."""
    if not said or said.isdecimal():
        return float(said or 0)
    found = _MEASURE.fullmatch(said)
    return float(found[1]) * _UNITS.get(found[2], 1.0) if found else 0.0


@cache
def _font(file: str) -> Outlines:
    return Outlines((fonts.FOLDER / file).read_bytes())


@cache
def letter(sign: str, file: str) -> float:
    """The width of a letter in a font file, in sizes of the letters."""
    font = _font(file)
    return float(font.width(font.glyph(sign))) / font.em


@lru_cache(maxsize=4096)
def _width(text: str, file: str) -> float:
    """The width of text, in sizes of its letters."""
    return sum(letter(x, file) for x in text)

"""Pages on which no line can be printed over another, as the letters' own outlines show: PDFium is asked of the others.

Boxes here are never smaller than PDFium's: as high as the highest and the lowest letter, as wide as all letters with
the space at their ends. What isn't upright, or isn't in a font that comes along, is left to PDFium.
"""

from __future__ import annotations

import re
import struct
from functools import cache
from operator import itemgetter
from typing import TYPE_CHECKING, Final

from agreegen.errors import EngineError
from agreegen.pdf.fonts import FILES
from agreegen.pdf.glyphs import outlines
from agreegen.pdf.remembered import keep, remembered
from agreegen.pdf.streams import Source

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from agreegen.pdf.operators import Font
    from agreegen.pdf.streams import Page

    Letters = tuple[bytes, str, float, float, bytes]
    """A font, its letters in a row, how far from the left and from the bottom they stand, their size."""
    Piece = tuple[float, float, float, float]
    """(bottom, top, left, right) of letters that stand in a row."""

_UPRIGHT: Final = b" Tf\n1 0 0 -1 "
_TOP: Final = re.compile(rb"1 0 0 -1 0 ([\d.]+) cm\n")
_UPRIGHT_TEXT: Final = re.compile(
    rb"BT\n/(\w+) ([^ ]+) Tf\n1 0 0 -1 ([^ ]+) ([^ ]+) Tm\n(<[^>\n]*> Tj\n|(?:[^\n]*T[jJ]\n)+)ET\n"
)
_SPREAD: Final = (b" TJ\n", b" Tc\n", b" Tw\n", b" Tz\n", b" Ts\n")
_SHARED: Final = 0.3  # of the lower piece; who is asked says 0.35
_LEAST: Final = 0.9  # points high: who is asked says 1
_WIDE: Final = 1.9  # times as wide as high; who is asked says 2
_TALLER: Final = 65 / 64  # PDFium adds that to letters
_KEPT: Final = 20_000  # texts of a font
_ROUNDED: Final = 0.002  # of the size: it counts thousandths

_CLEAR: Final[dict[tuple[bytes, ...], bool]] = remembered({})
"""Pages that were looked at: agreements of one kind have most of them in common."""


def crowdable(pdf: bytes, numbers: Collection[int]) -> list[int]:
    """Those of the pages (from 1) of a PDF of the embedded engine that may print a line of text over another."""
    try:
        source = Source.of(pdf)
        leaves = dict(enumerate(source.leaves(), 1))
        return [n for n in numbers if n in leaves and not _is_clear(source, *leaves[n])]
    except EngineError:
        return list(numbers)


def _is_clear(source: Source, number: int, text: bytes) -> bool:
    try:
        fonts = source.fonts(text)
        names = {name: source.face(text, name) for name in fonts}
        key = (*source.drawn(text, fonts), *(x.encode() for x in names.values()))
        if key not in _CLEAR:
            faces = {name: _face(FILES[face]) for name, face in names.items()}
            content = source.content(text)
            letters = _simply(content, fonts)
            if letters is None and _is_plain(content):
                letters = _placed(source.page(number, text))
            keep(_CLEAR, key, letters is not None and _stands_clear(letters, faces))
        return _CLEAR[key]
    except (EngineError, KeyError, ValueError):
        return False


def _is_plain(content: bytes) -> bool:
    """Whether nothing on a page spreads letters otherwise than their font."""
    return not any(x in content for x in _SPREAD)


def _simply(content: bytes, fonts: Mapping[bytes, Font]) -> Iterable[Letters] | None:
    """The letters of a page on which all stand upright and nothing is moved; else none: read it whole."""
    top = _TOP.match(content)
    if top is None or content.count(b" cm\n") > 1 or not _is_plain(content):
        return None
    found = _UPRIGHT_TEXT.findall(content)
    if len(found) != content.count(b"BT\n"):
        return None
    high, heights = float(top[1]), {down: 0.0 for _, _, _, down, _ in found}
    for down in heights:
        heights[down] = high - float(down)
    return [(name, fonts[name][shown], float(across), heights[down], size) for name, size, across, down, shown in found]


def _placed(page: Page) -> Iterable[Letters] | None:
    """The letters of a page that was read; none if some don't stand upright."""
    glyphs = page.glyphs
    upright = {matrix[:4] for _, matrix in glyphs.stretches} <= {(1, 0, 0, -1)}
    if page.content.count(_UPRIGHT) != len(glyphs.texts) or not upright:
        return None
    return zip(glyphs.fonts, glyphs.texts, *page.places, glyphs.sizes, strict=True)


def _stands_clear(letters: Iterable[Letters], faces: dict[bytes, _Face]) -> bool:
    """Whether no line of a page can be over another."""
    sizes = _Sizes()
    rows: dict[float, list[Piece]] = {}
    for name, text, left, base, said in letters:
        low, high, width, wide = faces[name][text]
        size = sizes[said]
        if wide and (high - low) * size > _LEAST:
            piece = (base + low * size, base + high * size, left, left + width * size)
            if base in rows:
                rows[base].append(piece)
            else:
                rows[base] = [piece]
    found = list(rows.values())
    return all(map(_is_in_order, found)) and not any(_share(row, other) for row, other in _neighbors(found))


class _Sizes(dict[bytes, float]):
    """Sizes of letters as they are written -> as numbers."""

    def __missing__(self, said: bytes) -> float:
        self[said] = size = float(said)
        return size


def _is_in_order(row: list[Piece]) -> bool:
    """Whether pieces on one height stand side by side."""
    row.sort(key=itemgetter(2))
    edge = row[0][3] - 1
    for _, _, left, right in row[1:]:
        if edge > left:
            return False
        edge = right - 1
    return True


def _neighbors(rows: Sequence[list[Piece]]) -> Iterator[tuple[list[Piece], list[Piece]]]:
    """The rows that reach into each other's height, two by two."""
    reaches = sorted((min(p[0] for p in row), max(p[1] for p in row), i) for i, row in enumerate(rows))
    for k, (_, top, i) in enumerate(reaches):
        for bottom, _, j in reaches[k + 1 :]:
            if bottom >= top:
                break
            yield rows[i], rows[j]


def _share(row: list[Piece], other: list[Piece]) -> bool:
    """Whether a piece of one row may be over one of another."""
    return any(
        min(top, above) - max(bottom, below) > _SHARED * min(top - bottom, above - below)
        for bottom, top, left, right in row
        for below, above, start, stop in other
        if right - start > 1 and stop - left > 1
    )


class _Face(dict[str, tuple[float, float, float, bool]]):
    """Letters of a font that stand in a row -> how far they reach down and up from their line, how wide they are, in
    sizes of the letters, and whether they are a line of text; KeyError for those that the font lacks.
    """

    def __init__(self, file: str) -> None:
        super().__init__()
        self._file = file

    def __missing__(self, text: str) -> tuple[float, float, float, bool]:
        known = [_letter(sign, self._file) for sign in text]
        inked = [(low, high) for low, high, _ in known if low < high] or [(0.0, 0.0)]
        low, high = min(x for x, _ in inked), max(x for _, x in inked)
        if len(self) >= _KEPT:
            self.clear()
        low, high, width = low - _ROUNDED, high + _ROUNDED, sum(width for _, _, width in known)
        self[text] = found = (low, high, width, width > _WIDE * (high - low))
        return found


@cache
def _face(file: str) -> _Face:
    return _Face(file)


@cache
def _letter(sign: str, file: str) -> tuple[float, float, float]:
    font = outlines(file)
    glyph = font.glyph(sign)
    if not glyph:
        raise KeyError(sign)
    shape, em = font.shape(glyph), font.em
    _, low, _, high = struct.unpack_from(">4h", shape, 2) if shape else (0, 0, 0, 0)
    return low / em, max(high, high * _TALLER) / em, font.width(glyph) / em

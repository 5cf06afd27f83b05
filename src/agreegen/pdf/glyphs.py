"""The outlines of letters in the fonts that come along, as PDF paths; TrueType outlines only."""

from __future__ import annotations

import struct
from functools import cache
from typing import TYPE_CHECKING, Final

from agreegen.pdf.fonts import FOLDER, glyphs

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Point = tuple[float, float, bool]
"""x, y, and whether the outline passes through it."""

Matrix = tuple[float, float, float, float]

_WORDS, _OFFSETS, _MORE, _SCALE, _TWO_SCALES, _MATRIX = 1, 2, 32, 8, 64, 128
_DEPTH: Final = 6  # of letters put together from letters


class Outlines:
    """One font file, read where a letter asks for it."""

    def __init__(self, font: bytes) -> None:
        """Finds the tables."""
        self._font = font
        count = struct.unpack_from(">H", font, 4)[0]
        records = [struct.unpack_from(">4sIII", font, 12 + 16 * i) for i in range(count)]
        self._tables = {tag: offset for tag, _, offset, _ in records}
        self._lengths = {tag: length for tag, _, _, length in records}
        self.em: int = self._number(">H", b"head", 18)
        self._long = self._number(">h", b"head", 50) == 1
        self._metrics = self._number(">H", b"hhea", 34)

    def _number(self, form: str, table: bytes, at: int) -> int:
        return int(struct.unpack_from(form, self._font, self._tables[table] + at)[0])

    def glyph(self, character: str) -> int:
        """The number of a character's glyph, 0 if the font lacks it."""
        return glyphs(self._font).get(ord(character), 0)

    def width(self, glyph: int) -> int:
        """How far the next letter is."""
        return self._number(">H", b"hmtx", 4 * min(glyph, self._metrics - 1))

    def table(self, name: bytes) -> bytes:
        """A table of the font, empty if it has none of that name."""
        start = self._tables.get(name, 0)
        return self._font[start : start + self._lengths.get(name, 0)]

    def _range(self, glyph: int) -> tuple[int, int]:
        table = self._tables[b"loca"] + glyph * (4 if self._long else 2)
        start, end = struct.unpack_from(">II" if self._long else ">HH", self._font, table)
        outlines, unit = self._tables[b"glyf"], 1 if self._long else 2
        return outlines + unit * start, outlines + unit * end

    def shape(self, glyph: int) -> bytes:
        """The outline of a glyph as the font has it; nothing for a space."""
        start, end = self._range(glyph)
        return self._font[start:end]

    def components(self, glyph: int) -> list[int]:
        """The glyphs that a glyph is put together from."""
        start, end = self._range(glyph)
        if start == end or struct.unpack_from(">h", self._font, start)[0] >= 0:
            return []
        return [glyph for glyph, _, _ in self._pieces(start + 10)]

    def contours(self, glyph: int, depth: int = 0) -> list[list[Point]]:
        """The closed curves of a glyph, in units of the em."""
        start, end = self._range(glyph)
        if start == end or depth > _DEPTH:
            return []
        count = struct.unpack_from(">h", self._font, start)[0]
        return self._simple(start + 10, count) if count >= 0 else list(self._composed(start + 10, depth))

    def _simple(self, at: int, count: int) -> list[list[Point]]:
        font = self._font
        ends = struct.unpack_from(f">{count}H", font, at)
        at += 2 * count
        at += 2 + struct.unpack_from(">H", font, at)[0]
        flags: list[int] = []
        total = ends[-1] + 1 if ends else 0
        while len(flags) < total:
            flag, at = font[at], at + 1
            times = 1
            if flag & 8:
                times, at = font[at] + 1, at + 1
            flags += [flag] * times
        xs, at = self._coordinates(flags, at, 2, 16)
        ys, at = self._coordinates(flags, at, 4, 32)
        points = [(float(x), float(y), bool(f & 1)) for x, y, f in zip(xs, ys, flags, strict=True)]
        starts = [0, *(e + 1 for e in ends)]
        return [points[a : e + 1] for a, e in zip(starts, ends, strict=False)]

    def _coordinates(self, flags: Sequence[int], at: int, short: int, same: int) -> tuple[list[int], int]:
        value, found = 0, []
        for flag in flags:
            if flag & short:
                value += self._font[at] if flag & same else -self._font[at]
                at += 1
            elif not flag & same:
                value += struct.unpack_from(">h", self._font, at)[0]
                at += 2
            found.append(value)
        return found, at

    def _composed(self, at: int, depth: int) -> Iterator[list[Point]]:
        for glyph, (a, b, c, d), (dx, dy) in self._pieces(at):
            for contour in self.contours(glyph, depth + 1):
                yield [(a * x + c * y + dx, b * x + d * y + dy, on) for x, y, on in contour]

    def _pieces(self, at: int) -> Iterator[tuple[int, Matrix, tuple[int, int]]]:
        """The glyph, matrix and offset of each component."""
        flags = _MORE
        while flags & _MORE:
            flags, glyph = struct.unpack_from(">HH", self._font, at)
            dx, dy = struct.unpack_from(">hh" if flags & _WORDS else ">bb", self._font, at + 4)
            at += 8 if flags & _WORDS else 6
            count = 4 if flags & _MATRIX else 2 if flags & _TWO_SCALES else 1 if flags & _SCALE else 0
            scale = [x / 16384 for x in struct.unpack_from(f">{count}h", self._font, at)]
            at += 2 * count
            yield glyph, _matrix(scale), (dx, dy) if flags & _OFFSETS else (0, 0)


def _matrix(scale: Sequence[float]) -> Matrix:
    if len(scale) == 4:
        return scale[0], scale[1], scale[2], scale[3]
    if len(scale) == 2:
        return scale[0], 0, 0, scale[1]
    return (scale[0], 0, 0, scale[0]) if scale else (1, 0, 0, 1)


@cache
def outlines(file: str) -> Outlines:
    """The outlines of a font file that comes along, such as `liberation/LiberationSans-Bold.ttf`."""
    return Outlines((FOLDER / file).read_bytes())


def path(contours: Sequence[Sequence[Point]], scale: float, x: float = 0, y: float = 0) -> str:
    """The operators of a PDF path, scaled and then moved by x and y."""
    lines: list[str] = []
    for contour in contours:
        if len(contour) > 2:
            lines += _closed([(x + scale * a, y + scale * b, on) for a, b, on in contour])
    return "\n".join(lines)


def _closed(points: list[Point]) -> Iterator[str]:
    """One contour; each quadratic curve becomes the same cubic one."""
    first = next((i for i, p in enumerate(points) if p[2]), None)
    if first is None:  # between two control points the outline passes through their middle
        points = [_middle(points[-1], points[0]), *points]
        first = 0
    points = [*points[first:], *points[: first + 1]]
    at, control = points[0], None
    yield f"{_n(at[0])} {_n(at[1])} m"
    for point in points[1:]:
        if point[2] and control is None:
            yield f"{_n(point[0])} {_n(point[1])} l"
            at = point
        elif control is None:
            control = point
        else:
            end = point if point[2] else _middle(control, point)
            yield _curve(at, control, end)
            at, control = end, None if point[2] else point
    yield "h"


def _middle(a: Point, b: Point) -> Point:
    return (a[0] + b[0]) / 2, (a[1] + b[1]) / 2, True


def _curve(at: Point, control: Point, end: Point) -> str:
    x1, y1 = (s + 2 / 3 * (c - s) for s, c in zip(at[:2], control[:2], strict=True))
    x2, y2 = (e + 2 / 3 * (c - e) for e, c in zip(end[:2], control[:2], strict=True))
    return " ".join([*(_n(v) for v in (x1, y1, x2, y2, end[0], end[1])), "c"])


def _n(value: float) -> str:
    """A number as short as PDF allows."""
    shown = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if shown == "-0" else shown

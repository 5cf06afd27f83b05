"""The watermark of a PDF: outlines behind the text of every page, an artifact of pagination.

No font is needed, nothing is read aloud, and no text of the page changes.
"""

from __future__ import annotations

import math
import unicodedata
from typing import TYPE_CHECKING, Final

import pikepdf
from pikepdf import Array

from agreegen.finding import Finding, Location, Severity
from agreegen.pdf.fonts import FAMILIES, SANS, SYMBOLS
from agreegen.pdf.glyphs import Outlines, outlines, path

if TYPE_CHECKING:
    from collections.abc import Sequence

GRAY: Final = 0.88
"""Of white: black text on it keeps a contrast of 16:1, dark blue 10:1."""

_FONTS: Final = (FAMILIES[SANS][1], FAMILIES[SYMBOLS][0])
_LENGTH, _HEIGHT = 0.72, 0.2  # of the diagonal, of the shorter side: the most that the text takes
_CAPITAL: Final = 0.72  # of the em
Box = tuple[float, float, float, float]


def undrawn(text: str) -> tuple[str, ...]:
    """The characters that no font of ours draws, or that must run from right to left."""
    return tuple(dict.fromkeys(c for c in text if _font(c) is None and not c.isspace()))


def stamp(pdf: pikepdf.Pdf, text: str) -> tuple[Finding, ...]:
    """Puts the text behind every page, from the lower left to the upper right as it is shown; what it can't draw."""
    if not text.strip():
        return ()
    if missing := undrawn(text):
        signs = ", ".join(f"{c} (U+{ord(c):04X})" for c in missing[:3])
        message = f"the watermark “{text}” has characters that the fonts of the PDF don't have: {signs}"
        hint = "write the watermark in Latin, Greek or Cyrillic letters"
        return (Finding("D401", Severity.ERROR, Location(part="watermark"), message, hint),)
    drawing, width = _drawing(text)
    streams: dict[tuple[Box, int], pikepdf.Object] = {}
    for page in pdf.pages:
        box, turned = _box(page), _turned(page)
        if (box, turned) not in streams:
            streams[box, turned] = pdf.make_stream(_content(drawing, width, box, turned))
        _prepend(page, streams[box, turned])
    return ()


def _font(character: str) -> Outlines | None:
    """The first font that has the character; none for what needs shaping, which outlines alone don't give."""
    if unicodedata.bidirectional(character) in ("R", "AL", "AN") or unicodedata.combining(character):
        return None
    return next((o for o in map(outlines, _FONTS) if o.glyph(character)), None)


def _drawing(text: str) -> tuple[str, float]:
    """(path, width) of the text one point high, from the origin."""
    pieces, x = [], 0.0
    for c in " ".join(text.split()):
        font = _font(c)
        assert font is not None
        glyph = font.glyph(c)
        pieces.append(path(font.contours(glyph), 100 / font.em, 100 * x))
        x += font.width(glyph) / font.em
    return "\n".join(p for p in pieces if p), x


def _content(drawing: str, width: float, box: Box, turned: int) -> bytes:
    """The stream for pages of one size: the text on the diagonal of the page as it is shown."""
    wide, high = box[2] - box[0], box[3] - box[1]
    if turned % 180:
        wide, high = high, wide
    diagonal = math.hypot(wide, high)
    size = min(_LENGTH * diagonal / width, _HEIGHT * min(wide, high) / _CAPITAL)
    angle = math.atan2(high, wide) + math.radians(turned)
    cos, sin = math.cos(angle), math.sin(angle)
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    x += -cos * size * width / 2 + sin * size * _CAPITAL / 2
    y += -sin * size * width / 2 - cos * size * _CAPITAL / 2
    matrix = " ".join(f"{v:.5f}" for v in (cos * size / 100, sin * size / 100, -sin * size / 100, cos * size / 100))
    head = "/Artifact <</Type /Pagination /Subtype /Watermark>> BDC\nq\n"
    return f"{head}{GRAY} {GRAY} {GRAY} rg\n{matrix} {x:.2f} {y:.2f} cm\n{drawing}\nf\nQ\nEMC\n".encode()


def _box(page: pikepdf.Page) -> Box:
    """What is shown of the page."""
    a, b, c, d = (float(v) for v in page.cropbox)
    return min(a, c), min(b, d), max(a, c), max(b, d)


def _turned(page: pikepdf.Page) -> int:
    """By how many degrees the page is turned clockwise when it is shown."""
    node: pikepdf.Object | None = page.obj
    while node is not None:
        if "/Rotate" in node:
            return int(node.Rotate) % 360
        node = node.get("/Parent")
    return 0


def _prepend(page: pikepdf.Page, stream: pikepdf.Object) -> None:
    contents = page.obj.get("/Contents")
    streams: Sequence[pikepdf.Object] = []
    if contents is not None:
        streams = list(contents) if isinstance(contents, Array) else [contents]
    page.obj.Contents = Array([stream, *streams])

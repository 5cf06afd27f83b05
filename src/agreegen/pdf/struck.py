"""Lines through struck-through text, which the embedded engine doesn't draw.

Before drawing, each struck run gets a background in a color that nothing else has; in what was drawn, each of these
backgrounds becomes a line. That every struck letter got one is counted.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from lxml import etree

from agreegen.errors import EngineError
from agreegen.pdf.contrast import color_of
from agreegen.pdf.limits import Limit, place
from agreegen.pdf.parts import W, properties
from agreegen.pdf.squeeze import squeeze
from agreegen.pdf.streams import Source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agreegen.pdf.parts import Parts
    from agreegen.pdf.streams import Page
    from agreegen.pdf.styles import Styles

_BEHIND: Final = tuple(
    W + x for x in ("fitText", "vertAlign", "rtl", "cs", "em", "lang", "eastAsianLayout", "specVanish")
)
_PAINTED: Final = re.compile(
    rb"^(?:(?P<turn>[qQ])|[^\n]*?(?P<color>[\d.]+ [\d.]+ [\d.]+) rg|"
    rb"(?P<box>[-\d.]+ [-\d.]+ [-\d.]+ [-\d.]+) re(?=\nf\n))$",
    re.MULTILINE,
)
_HEIGHT: Final = 0.26  # of the line over the baseline, in sizes of the letters
_APART: Final = 0.05
_THICK: Final = 0.05
_NEAR: Final = 0.1  # points
_FIRST: Final = tuple(W + x for x in ("rStyle", "rFonts", "b", "bCs", "i", "iCs", "caps", "smallCaps"))


class Struck:
    """The struck-through text of one document; nothing is done to one without."""

    def __init__(self, parts: Parts, styles: Styles) -> None:
        """Gives the struck runs of a flattened document their backgrounds, in place."""
        self._colors: dict[tuple[str, bool], str] = {}
        self._letters = 0
        self._taken: frozenset[str] | None = None
        self._limits: dict[str, Limit] = {}
        by_style = styles.strikes
        for name, root in parts.stories():
            if not by_style and next(root.iter(W + "strike", W + "dstrike"), None) is None:
                continue
            counts = root.tag not in (W + "hdr", W + "ftr")
            for p in root.iter(W + "p"):
                for lost in dict.fromkeys(self._paragraph(parts, styles, p, counts=counts)):
                    if lost not in self._limits:
                        self._limits[lost] = Limit(lost, place(name, root, p), lost=False)

    @property
    def limits(self) -> tuple[Limit, ...]:
        """What the lines take the place of, or leave out."""
        return tuple(self._limits.values())

    def _paragraph(self, parts: Parts, styles: Styles, p: etree._Element, *, counts: bool) -> Iterator[str]:
        """What is lost in striking the runs of a paragraph."""
        style = styles.of(p)
        struck = False
        for r in p.iter(W + "r"):
            rpr = properties(r)
            doubled = styles.run_on(rpr, style, "dstrike")
            if not doubled and not styles.run_on(rpr, style, "strike"):
                continue
            letters = sum(len(squeeze(t.text or "")) for t in r.iterfind(W + "t"))
            if not letters or next(r.iterancestors(W + "p")) is not p:
                continue
            struck = True
            color = self._color(parts, color_of(rpr, style, styles) or "000000", doubled=doubled)
            if rpr is None:
                r.insert(0, rpr := etree.Element(W + "rPr"))
            if rpr.find(W + "shd") is not None or rpr.find(W + "highlight") is not None:
                yield "the background of struck-through text"
            _mark(rpr, color)
            self._letters += letters if counts else 0
        mark = p.find(f"{W}pPr/{W}rPr")
        if struck and mark is not None and styles.run_on(mark, style, "strike") and styles.says(p, "numPr"):
            yield "the line through the number of struck-through text"

    def _color(self, parts: Parts, text: str, *, doubled: bool) -> str:
        """A color like that of the text, which no background has."""
        if self._taken is None:
            trees = [*(root for _, root in parts.stories()), parts.tree("word/styles.xml")]
            self._taken = frozenset(
                fill.upper() for tree in trees if tree is not None for e in tree.iter(W + "shd")
                if (fill := e.get(W + "fill", ""))
            )  # fmt: skip
        key = (text, doubled)
        if key not in self._colors:
            used, near = {*self._taken, *self._colors.values()}, int(text, 16) ^ 0x010203
            while f"{near:06X}" in used:
                near = near ^ 0x010101 if f"{near ^ 0x010101:06X}" not in used else (near + 0x010203) % 0x1000000
            self._colors[key] = f"{near:06X}"
        return self._colors[key]

    def drawn(self, pdf: bytes) -> bytes:
        """The PDF with the lines; EngineError if a struck letter would have none."""
        if not self._colors:
            return pdf
        colors = {color: doubled for (_, doubled), color in self._colors.items()}
        source = Source(pdf)
        lines = [_Lines(page, colors) for page in source.pages()]
        if sum(x.letters for x in lines) < self._letters:
            raise EngineError("the embedded engine lost struck-through text", "use --pdf-engine libreoffice")
        return source.replaced({x.page.content_number: x.content for x in lines if x.letters})


class _Lines:
    """One page: its content with lines in the place of the backgrounds, and how many letters these are behind."""

    def __init__(self, page: Page, colors: dict[str, bool]) -> None:
        self.page, self._colors = page, colors
        self.letters = 0
        glyphs = page.glyphs
        self._texts = [
            (float(x), float(y), float(size), text)
            for x, y, size, text in zip(glyphs.across, glyphs.down, glyphs.sizes, glyphs.texts, strict=True)
        ]
        self._color = ""
        self._saved: list[str] = []
        self.content = _PAINTED.sub(self._painted, page.content)

    def _painted(self, found: re.Match[bytes]) -> bytes:
        if turn := found["turn"]:
            if turn == b"q":
                self._saved.append(self._color)
            elif self._saved:
                self._color = self._saved.pop()
        elif found["color"]:
            self._color = "".join(f"{round(float(x) * 255):02X}" for x in found["color"].split())
        elif self._color in self._colors:
            left, top, width, height = (float(x) for x in found["box"].split())
            return self._line(left, top, width, height)
        return found[0]

    def _line(self, left: float, top: float, width: float, height: float) -> bytes:
        """The line through what stands in a box, or two; places count from the top of the page."""
        inside = [
            (y, size, text)
            for x, y, size, text in self._texts
            if left - _NEAR <= x < left + width and top < y < top + height
        ]
        self.letters += sum(len(squeeze(text)) for _, _, text in inside)
        base, size, _ = inside[0] if inside else (top + height, height, "")
        middle, thick = base - _HEIGHT * size, _THICK * size
        apart = (-_APART * size, _APART * size) if self._colors[self._color] else (0.0,)
        return b"\n".join(b"%.4f %.4f %.4f %.4f re" % (left, middle + x - thick / 2, width, thick) for x in apart)


def _mark(rpr: etree._Element, color: str) -> None:
    """Gives a run its background in the place of the line that it asks for; a style may ask for it, too."""
    for name in ("strike", "dstrike", "shd", "highlight"):
        for e in rpr.findall(W + name):
            rpr.remove(e)
    for name in ("dstrike", "strike"):
        rpr.insert(sum(e.tag in _FIRST for e in rpr), etree.Element(W + name, {W + "val": "0"}))
    after = next((i for i, e in enumerate(rpr) if e.tag in _BEHIND), len(rpr))
    rpr.insert(after, etree.Element(W + "shd", {W + "val": "clear", W + "color": "auto", W + "fill": color}))

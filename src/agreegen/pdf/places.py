"""Where the lines of signature blocks are on the pages of a PDF, found by the words of each block."""

from __future__ import annotations

import ctypes
import re
from typing import TYPE_CHECKING, Final

import pypdfium2.raw as pdfium

from agreegen.late import dataclass
from agreegen.pdf import drawn
from agreegen.pdf.squeeze import squeeze

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pypdfium2

    from agreegen.marks import Block, Entry

_LEADER: Final = "[_.]"
_ANCHOR: Final = r"(?:/[a-z]{2}\d+/|\{\{[^{}]*\}\})*"
_START, _LENGTH = 108.0, 216.0  # the tabs of our signature lines, where an engine draws the line without letters
_BELOW, _ABOVE, _LEAST = 3.5, 13.5, 8.0
Box = tuple[float, float, float, float]
"""Left, bottom, right and top, in points."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where one line is: the page (from 0), the room on it, and the marked content of its label (-1: none)."""

    page: int
    box: Box
    content: int


Found = dict[tuple[int, int], Place]
"""By number of the block and of its line."""


def places(pdf: bytes, blocks: Sequence[Block]) -> Found:
    """The places of the blank lines; a line that isn't found isn't there."""
    texts = [squeeze(text) for text in drawn.pages(pdf)]
    with drawn.LOCK:
        document = drawn.opened(pdf)
        try:
            return _Search(document, texts).run(blocks)
        finally:
            document.close()


class _Search:
    """One walk through the pages; each block is looked for after the one before."""

    def __init__(self, document: pypdfium2.PdfDocument, texts: list[str]) -> None:
        self._document, self._texts = document, texts
        self._pages: dict[int, _Page] = {}
        self._page, self._at = 0, 0

    def run(self, blocks: Sequence[Block]) -> Found:
        found: Found = {}
        try:
            for number, block in enumerate(blocks):
                found |= {(number, line): place for line, place in self._block(block).items()}
        finally:
            for page in self._pages.values():
                page.close()
        return found

    def _block(self, block: Block) -> dict[int, Place]:
        texts = [re.escape(squeeze(text)) for text in block.texts]
        pieces = texts + [_pattern(entry, f"line{i}") for i, entry in enumerate(block.entries)]
        matches = self._whole(pieces) or self._parted(pieces)
        return {
            i: self._place(page, match, f"line{i}")
            for i, entry in enumerate(block.entries)
            for page, match in matches
            if entry.blank and f"line{i}" in match.re.groupindex
        }

    def _whole(self, pieces: Sequence[str]) -> list[tuple[int, re.Match[str]]]:
        """The next place of the block, and the search goes on after it."""
        for page in range(self._page, len(self._texts)):
            if match := self._match("".join(pieces), page):
                self._page, self._at = page, match.end()
                return [(page, match)]
        return []

    def _parted(self, pieces: Sequence[str]) -> list[tuple[int, re.Match[str]]]:
        """The next place of a block that begins on one page and goes on on the following."""
        for page in range(self._page, len(self._texts) - 1):
            for cut in range(len(pieces) - 1, 0, -1):
                above = self._match("".join(pieces[:cut]), page)
                below = self._match("".join(pieces[cut:]), page + 1) if above else None
                if above and below:
                    self._page, self._at = page + 1, below.end()
                    return [(page, above), (page + 1, below)]
        return []

    def _match(self, pattern: str, page: int) -> re.Match[str] | None:
        if not re.search(pattern, self._texts[page]):
            return None
        if page not in self._pages:
            self._pages[page] = _Page(self._document, page)
        return re.compile(pattern).search(self._pages[page].text, self._at if page == self._page else 0)

    def _place(self, number: int, match: re.Match[str], group: str) -> Place:
        page = self._pages[number]
        box = page.room(match.start(group), *match.span(f"{group}end"))
        return Place(number, box, page.content(match.start(group)))


def _pattern(entry: Entry, group: str) -> str:
    label = re.escape(squeeze(entry.label))
    if not entry.blank:
        return f"{label}:?{_ANCHOR}{re.escape(squeeze(entry.value))}"
    return f"(?P<{group}>{label}:?){_ANCHOR}(?P<{group}end>{_LEADER}*)"


class _Page:
    """The characters of one page, numbered as in its squeezed text."""

    def __init__(self, document: pypdfium2.PdfDocument, index: int) -> None:
        self._page = pdfium.FPDF_LoadPage(document.raw, index)
        self._text = pdfium.FPDFText_LoadPage(self._page)
        self._characters: list[int] = []
        pieces = []
        for i in range(pdfium.FPDFText_CountChars(self._text)):
            pieces.append(squeeze(chr(pdfium.FPDFText_GetUnicode(self._text, i))))
            self._characters += [i] * len(pieces[-1])
        self.text = "".join(pieces)
        self._boxes: list[Box] | None = None

    def close(self) -> None:
        """Frees it."""
        pdfium.FPDFText_ClosePage(self._text)
        pdfium.FPDF_ClosePage(self._page)

    def content(self, at: int) -> int:
        """The number of the marked content that a character is in, -1 if there is none."""
        thing = pdfium.FPDFText_GetTextObject(self._text, self._characters[at])
        return int(pdfium.FPDFPageObj_GetMarkedContentID(thing)) if thing else -1

    def room(self, start: int, leader: int, stop: int) -> Box:
        """The room for a field on a line: along its leader, and up to the text above."""
        x, y = ctypes.c_double(), ctypes.c_double()
        pdfium.FPDFText_GetCharOrigin(self._text, self._characters[start], x, y)
        left, right = x.value + _START, x.value + _START + _LENGTH
        if stop - leader >= 3:
            line = [self._box(self._characters[i]) for i in range(leader, stop)]
            left, right = min(b[0] for b in line), max(b[2] for b in line)
        above = [b[1] for b in self._all() if b[1] > y.value + _LEAST and b[0] < right and b[2] > left]
        top = min([y.value + _ABOVE, *(bottom - 0.5 for bottom in above)])
        return left, y.value - _BELOW, right, max(top, y.value + _LEAST)

    def _all(self) -> list[Box]:
        if self._boxes is None:
            self._boxes = [self._box(i) for i in sorted(set(self._characters))]
        return self._boxes

    def _box(self, character: int) -> Box:
        left, right, bottom, top = (ctypes.c_double() for _ in range(4))
        pdfium.FPDFText_GetCharBox(self._text, character, left, right, bottom, top)
        return left.value, bottom.value, right.value, top.value

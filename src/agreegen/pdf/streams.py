"""What the embedded engine drew, read from the bytes of its own PDFs: text with its places, graphics, images, links.

Fast because it reads nothing else: Skia writes one operator a line, one run of glyphs a text object, classic tables of
objects. Whatever isn't so is an EngineError, never a guess.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from itertools import accumulate, repeat
from typing import TYPE_CHECKING, Final, NamedTuple

from agreegen.errors import EngineError

if TYPE_CHECKING:
    from collections.abc import Iterator

    Matrix = tuple[float, float, float, float, float, float]
    Box = tuple[float, float, float, float]

_PIECES: Final = re.compile(
    rb"(BT\n/(\w+) ([^ ]+) Tf\n[^ ]+ [^ ]+ [^ ]+ [^ ]+ ([^ ]+) ([^ ]+) Tm\n((?:[^\n]*T[jJ]\n)+)ET\n)|([^\n]*\n)"
)
_GLYPHS: Final = re.compile(rb"<([0-9A-Fa-f]*)>")
_UNIT: Final[Matrix] = (1, 0, 0, 1, 0, 0)
_UNMAPPED: Final = "\ufffd"
_MAPPED: Final = re.compile(rb"<([0-9A-Fa-f]+)> ?(?:<([0-9A-Fa-f]+)> ?)?<([0-9A-Fa-f]+)>\n")
_BLOCK: Final = re.compile(rb"begin(bfchar|bfrange)\n(.*?)endbf", re.DOTALL)
_PATH: Final = frozenset((b"m", b"l", b"c", b"v", b"y", b"h", b"re"))
_PAINT: Final = frozenset((b"f", b"F", b"f*", b"S", b"s", b"B", b"B*", b"b", b"b*", b"sh"))
_STATE: Final = frozenset(
    (
        *(b"RG", b"rg", b"G", b"g", b"K", b"k", b"CS", b"cs", b"SC", b"sc", b"SCN", b"scn", b"gs", b"w", b"J", b"j"),
        *(b"M", b"d", b"ri", b"i", b"Tc", b"Tw", b"Tz", b"Tr", b"TL", b"Ts", b"W", b"W*", b""),
    )
)
_NUMBERED: Final = re.compile(rb"(\d+) 0 R")


class Fragment(NamedTuple):
    """A run of glyphs in one font: its text, where it starts (points from the bottom left), its place in the stream."""

    text: str
    x: float
    y: float
    size: float
    start: int
    end: int


class Graphic(NamedTuple):
    """A painted path, or (with a name and a box) an image, and its place in the stream."""

    start: int
    end: int
    image: str = ""
    box: Box = (0, 0, 0, 0)


class Annotation(NamedTuple):
    """A link on a page: the number and the text of its object, its rectangle and what it leads to."""

    number: int
    source: bytes
    box: Box
    target: bytes


@dataclass(frozen=True, slots=True)
class Page:
    """One page as it was drawn; `turns` are the places of q and Q, `marks` those of marked content."""

    number: int
    source: bytes
    box: Box
    content_number: int
    content: bytes
    fragments: list[Fragment]
    graphics: list[Graphic]
    turns: list[int]
    marks: list[tuple[int, int]]
    annotations: list[Annotation]

    @property
    def text(self) -> str:
        """What the page says, in the order of drawing; lines end where the height changes."""
        pieces, height = [], 0.0
        for f in self.fragments:
            if f.y != height:
                pieces.append("\n")
                height = f.y
            pieces.append(f.text)
        return "".join(pieces)


def read(pdf: bytes) -> list[Page]:
    """The pages of a PDF of the embedded engine; EngineError if it is written in another way."""
    return Source(pdf).pages()


def _strange(what: str) -> EngineError:
    return EngineError(f"the PDF of the embedded engine has {what}", "choose another engine with --pdf-engine")


class Source:
    """The objects of one PDF."""

    def __init__(self, pdf: bytes) -> None:
        """Reads the table of objects."""
        self.pdf = pdf
        self.xref = int(self._end(rb"startxref\n(\d+)\n%%EOF\s*\Z"))
        head = re.compile(rb"xref\n0 (\d+)\n").match(pdf, self.xref)
        if not head:
            raise _strange("no plain table of objects")
        self.count = int(head[1])
        self._table = head.end()
        self.root = int(self._end(rb"/Root (\d+) 0 R"))
        self.trailer = pdf[pdf.index(b"trailer", self._table) :]
        self._fonts: dict[int, _Font] = {}

    def _end(self, pattern: bytes) -> bytes:
        found = re.search(pattern, self.pdf[-600:])
        if not found:
            raise _strange("no trailer")
        return found[1]

    def object(self, number: int) -> bytes:
        """The text of an object without a stream."""
        start = self._start(number)
        end = self.pdf.find(b"\nendobj", start)
        if end < 0:
            raise _strange(f"no end of object {number}")
        return self.pdf[start:end]

    def _start(self, number: int) -> int:
        at = self._table + 20 * number
        head = b"%d 0 obj\n" % number
        offset = int(self.pdf[at : at + 10]) if 0 < number < self.count else 0
        if not self.pdf.startswith(head, offset):
            raise _strange(f"no object {number}")
        return offset + len(head)

    def stream(self, number: int) -> bytes:
        """The decoded stream of an object."""
        start = self._start(number)
        body = self.pdf.find(b" stream\n", start)
        head = self.pdf[start:body]
        length = re.search(rb"/Length (\d+)", head)
        if body < 0 or not length:
            raise _strange(f"no stream {number}")
        raw = self.pdf[body + 8 : body + 8 + int(length[1])]
        try:
            return zlib.decompress(raw) if b"/FlateDecode" in head else raw
        except zlib.error as e:
            raise _strange(f"an unreadable stream {number}: {e}") from None

    def reference(self, source: bytes, key: bytes) -> int:
        """The number that a key of a dictionary names."""
        found = re.search(rb"/%s \[?(\d+) 0 R" % key, source)
        if not found:
            raise _strange(f"no {key.decode()} where there should be one")
        return int(found[1])

    def pages(self) -> list[Page]:
        """All pages in order."""
        return [self._page(number, source) for number, source in self.leaves()]

    def leaves(self) -> Iterator[tuple[int, bytes]]:
        """(number, source) of the pages in order."""
        waiting = [self.reference(self.object(self.root), b"Pages")]
        while waiting:
            number = waiting.pop()
            source = self.object(number)
            kids = re.search(rb"/Kids \[([^\]]*)\]", source)
            if kids:
                waiting += [int(n) for n in reversed(_NUMBERED.findall(kids[1]))]
            else:
                yield number, source

    def fonts(self, source: bytes) -> dict[bytes, _Font]:
        """Name -> operators to text, of the fonts of a page."""
        listed = re.search(rb"/Font <<(.*?)>>", source, re.DOTALL)
        named = re.findall(rb"/(\w+) (\d+) 0 R", listed[1]) if listed else []
        return {name: self._font(int(n)) for name, n in named}

    def _page(self, number: int, source: bytes) -> Page:
        contents = self.reference(source, b"Contents")
        content = self.stream(contents)
        reading = _Reading(self.fonts(source))
        reading.read(content)
        annotations = re.search(rb"/Annots \[([^\]]*)\]", source)
        links = [self._annotation(int(n)) for n in _NUMBERED.findall(annotations[1])] if annotations else []
        return Page(
            number, source, _box(source, b"MediaBox"), contents, content, reading.fragments, reading.graphics,
            reading.turns, reading.marks, links,
        )  # fmt: skip

    def _annotation(self, number: int) -> Annotation:
        source = self.object(number)
        target = re.search(rb"/Dest (\S+)>>|/URI \((.*)\)>>>>", source, re.DOTALL)
        if b"/Subtype /Link" not in source or not target:
            raise _strange(f"an annotation {number} that is no link")
        return Annotation(number, source, _box(source, b"Rect"), target[1] or target[2])

    def _font(self, number: int) -> _Font:
        if number not in self._fonts:
            source = self.object(number)
            wide = b"/Subtype /Type0" in source
            mapped = b"/ToUnicode" in source
            table = _unicode(self.stream(self.reference(source, b"ToUnicode"))) if mapped else {}
            self._fonts[number] = _Font(table, 4 if wide else 2)
        return self._fonts[number]


def _box(source: bytes, key: bytes) -> Box:
    found = re.search(rb"/%s \[(\S+) (\S+) (\S+) (\S+)\]" % key, source)
    if not found:
        raise _strange(f"no {key.decode()} where there should be one")
    left, bottom, right, top = map(float, found.groups())
    return left, bottom, right, top


class _Font(dict[bytes, str]):
    """Operators that show glyphs -> their text."""

    def __init__(self, table: dict[int, str], digits: int) -> None:
        super().__init__()
        self.digits = digits
        self.table = {b"%0*X" % (digits, n): text for n, text in table.items()}

    def __missing__(self, shown: bytes) -> str:
        glyphs, n, unknown = shown[1:-5], self.digits, repeat(_UNMAPPED)
        if not glyphs.isalnum():
            glyphs = b"".join(_GLYPHS.findall(shown))
        codes = [glyphs[i : i + n] for i in range(0, len(glyphs), n)]
        self[shown] = text = "".join(map(self.table.get, codes, unknown))
        return text


def _unicode(table: bytes) -> dict[int, str]:
    """Glyph -> text, from a ToUnicode table."""
    found: dict[int, str] = {}
    for kind, block in _BLOCK.findall(table):
        for first, last, text in _MAPPED.findall(block):
            start = bytes.fromhex(text.decode()).decode("utf-16-be", "replace")
            for n in range(int(first, 16), int(last or first, 16) + 1):
                found[n] = start[:-1] + chr(ord(start[-1]) + n - int(first, 16))
        if kind == b"bfrange" and b"[" in block:
            raise _strange("a table of characters in another form")
    return found


class _Reading:
    """One pass over a content stream."""

    def __init__(self, fonts: dict[bytes, _Font]) -> None:
        self.fonts = fonts
        self.fragments: list[Fragment] = []
        self.graphics: list[Graphic] = []
        self.turns: list[int] = []
        self.marks: list[tuple[int, int]] = []
        self._matrix = _UNIT
        self._saved: list[Matrix] = []
        self._path = -1

    def read(self, content: bytes) -> None:
        pieces = _PIECES.findall(content)
        ends = list(accumulate(len(p[0]) or len(p[6]) for p in pieces))
        if (ends[-1] if ends else 0) != len(content):
            raise _strange("a content stream without an end")
        lines = [i for i, p in enumerate(pieces) if not p[0]]
        first = 0
        for i in lines:
            matrix = self._matrix
            start = ends[i - 1] if i else 0
            self._operator(pieces[i][6], start, ends[i])
            if self._matrix is not matrix:
                self._show(pieces[first:i], ends[first:i], matrix)
                first = i + 1
        self._show(pieces[first:], ends[first:], self._matrix)

    def _show(self, pieces: list[tuple[bytes, ...]], ends: list[int], matrix: Matrix) -> None:
        """Takes the fragments that are drawn under one matrix."""
        a, b, c, d, e, f = matrix
        fonts = self.fonts
        self.fragments += [
            Fragment(
                fonts[font][shown],
                a * (h := float(x)) + c * (v := float(y)) + e,
                b * h + d * v + f,
                float(size),
                end - len(whole),
                end,
            )
            for (whole, font, size, x, y, shown, _), end in zip(pieces, ends, strict=True)
            if whole
        ]

    def _operator(self, line: bytes, at: int, end: int) -> None:
        operator = line[line.rfind(b" ") + 1 : -1]
        if operator in _STATE:
            return
        if operator in _PATH:
            self._path = at if self._path < 0 else self._path
        elif operator in _PAINT:
            self.graphics.append(Graphic(at if self._path < 0 else self._path, end))
            self._path = -1
        elif operator == b"n":
            self._path = -1
        else:
            self._rarely(line, operator, at, end)

    def _rarely(self, line: bytes, operator: bytes, at: int, end: int) -> None:
        if operator == b"q":
            self._saved.append(self._matrix)
            self.turns.append(at)
        elif operator == b"Q" and self._saved:
            self._matrix = self._saved.pop()
            self.turns.append(at)
        elif operator == b"cm":
            self._matrix = _product(line, self._matrix)
        elif operator == b"Do":
            self.graphics.append(Graphic(at, end, line[1:-4].decode(), _square(self._matrix)))
        elif line.endswith((b"BDC\n", b"BMC\n")) or operator == b"EMC":
            self.marks.append((at, end))
        else:
            raise _strange(f"an operator “{line[:40].decode('latin-1').strip()}”")


def _product(line: bytes, onto: Matrix) -> Matrix:
    a, b, c, d, e, f = map(float, line.split()[:6])
    p, q, r, s, t, u = onto
    return a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u


def _square(m: Matrix) -> Box:
    """Where the unit square, which an image fills, is on the page."""
    a, b, c, d, e, f = m
    across, up = sorted((e, e + a, e + c, e + a + c)), sorted((f, f + b, f + d, f + b + d))
    return across[0], up[0], across[-1], up[-1]

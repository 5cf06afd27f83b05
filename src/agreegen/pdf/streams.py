"""What the embedded engine drew, read from the bytes of its own PDFs: text with its places, graphics, images, links.

Fast because it reads nothing else: Skia writes one operator a line, one run of glyphs a text object, classic tables of
objects. Whatever isn't so is an EngineError, never a guess.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from agreegen.late import dataclass
from agreegen.pdf.operators import Font, Fragment, Reading, strange, unicode_table
from agreegen.pdf.remembered import forget_all, keep, remembered

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from agreegen.pdf.operators import Box, Glyphs, Graphic

    Drawn = tuple[bytes, ...]
    """What decides how a page reads: its packed content, and the names and tables of its fonts."""

_NUMBERED: Final = re.compile(rb"(\d+) 0 R")
_BASE: Final = re.compile(rb"/BaseFont /(?:[A-Z]+\+)?(\S+)")
_ASIDE: Final = re.compile(rb"/Parent \d+ 0 R|/StructParents \d+|/Annots \[[^\]]*\]")


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
    glyphs: Glyphs
    graphics: list[Graphic]
    turns: list[int]
    marks: list[tuple[int, int]]
    annotations: list[Annotation]

    @property
    def fragments(self) -> list[Fragment]:
        """All fragments in the order of drawing; computed anew each time."""
        return [self.fragment(k) for k in range(len(self.glyphs.texts))]

    @property
    def places(self) -> tuple[list[float], list[float]]:
        """How far from the left and from the bottom each fragment stands, in the order of drawing."""
        g = self.glyphs
        across: list[float] = []
        up: list[float] = []
        stops = [*(first for first, _ in g.stretches[1:]), len(g.texts)]
        for (first, (a, b, c, d, e, f)), stop in zip(g.stretches, stops, strict=True):
            xs, ys = list(map(float, g.across[first:stop])), list(map(float, g.down[first:stop]))
            if (a, b, c, e) == (1, 0, 0, 0):
                across += xs
                up += [d * y + f for y in ys]
            else:
                across += [a * x + c * y + e for x, y in zip(xs, ys, strict=True)]
                up += [b * x + d * y + f for x, y in zip(xs, ys, strict=True)]
        return across, up

    def fragment(self, k: int) -> Fragment:
        """One fragment, counted from 0."""
        g = self.glyphs
        x, y, end = float(g.across[k]), float(g.down[k]), g.ends[k]
        a, b, c, d, e, f = next(m for first, m in reversed(g.stretches) if first <= k)
        place = a * x + c * y + e, b * x + d * y + f
        return Fragment(g.texts[k], *place, float(g.sizes[k]), end - g.lengths[k], end)

    @property
    def text(self) -> str:
        """What the page says, in the order of drawing; lines end where the height changes."""
        pieces, height = [], b""
        for text, down in zip(self.glyphs.texts, self.glyphs.down, strict=True):
            if down != height:
                pieces.append("\n")
                height = down
            pieces.append(text)
        return "".join(pieces)


def read(pdf: bytes) -> list[Page]:
    """The pages of a PDF of the embedded engine; EngineError if it is written in another way."""
    return Source.of(pdf).pages()


class Source:
    """The objects of one PDF."""

    def __init__(self, pdf: bytes) -> None:
        """Reads the table of objects."""
        self.pdf = pdf
        self.xref = int(self._end(rb"startxref\n(\d+)\n%%EOF\s*\Z"))
        head = re.compile(rb"xref\n0 (\d+)\n").match(pdf, self.xref)
        if not head:
            raise strange("no plain table of objects")
        self.count = int(head[1])
        self._table = head.end()
        self.root = int(self._end(rb"/Root (\d+) 0 R"))
        self.trailer = pdf[pdf.index(b"trailer", self._table) :]
        self._fonts: dict[int, Font] = {}
        self._contents: dict[int, bytes] = {}
        self._marks: dict[int, bytes] = {}

    @classmethod
    @lru_cache(maxsize=1)
    def of(cls, pdf: bytes) -> Source:
        """The objects of a PDF, whose text is decoded once: for the proof, then for the tags."""
        return cls(pdf)

    def content(self, page: bytes) -> bytes:
        """The content stream of a page, unpacked once."""
        number = self.reference(page, b"Contents")
        if number not in self._contents:
            self._contents[number] = self.stream(number)
        return self._contents[number]

    def drawn(self, page: bytes, fonts: Mapping[bytes, Font]) -> Drawn:
        """What decides how a page reads; the same in two files: the pages read the same."""
        named = (x for name, font in fonts.items() for x in (name, font.key))
        return (*self.packed(self.reference(page, b"Contents")), *named)

    def mark(self, number: int) -> bytes:
        """A digest of an object with all that it refers to, which isn't the same for two that differ; not of where
        it stands, nor of links over a page.
        """
        if number not in self._marks:
            self._marks[number] = b""  # for what leads back to it
            start = self._start(number)
            end = self.pdf.find(b"\nendobj", start)
            streams = self.pdf.find(b" stream\n", start, end) >= 0
            head, raw = self.packed(number) if streams else (self.pdf[start:end], b"")
            head = _ASIDE.sub(b"", head)
            inside = b"".join(self.mark(int(n)) or b"itself" for n in _NUMBERED.findall(head))
            whole = b"%d %d " % (len(head), len(raw)) + _NUMBERED.sub(b"R", head) + inside + raw
            self._marks[number] = hashlib.blake2b(whole, digest_size=20).digest()
        return self._marks[number]

    def _end(self, pattern: bytes) -> bytes:
        found = re.search(pattern, self.pdf[-600:])
        if not found:
            raise strange("no trailer")
        return found[1]

    def object(self, number: int) -> bytes:
        """The text of an object without a stream."""
        start = self._start(number)
        end = self.pdf.find(b"\nendobj", start)
        if end < 0:
            raise strange(f"no end of object {number}")
        return self.pdf[start:end]

    def _start(self, number: int) -> int:
        at = self._table + 20 * number
        head = b"%d 0 obj\n" % number
        offset = int(self.pdf[at : at + 10]) if 0 < number < self.count else 0
        if not self.pdf.startswith(head, offset):
            raise strange(f"no object {number}")
        return offset + len(head)

    def stream(self, number: int) -> bytes:
        """The decoded stream of an object."""
        head, raw = self.packed(number)
        try:
            return zlib.decompress(raw) if b"/FlateDecode" in head else raw
        except zlib.error as e:
            raise strange(f"an unreadable stream {number}: {e}") from None

    def packed(self, number: int) -> tuple[bytes, bytes]:
        """The dictionary of a stream, and its bytes as they are in the file."""
        start = self._start(number)
        body = self.pdf.find(b" stream\n", start)
        head = self.pdf[start:body]
        length = re.search(rb"/Length (\d+)", head)
        if body < 0 or not length:
            raise strange(f"no stream {number}")
        return head, self.pdf[body + 8 : body + 8 + int(length[1])]

    @property
    def information(self) -> bytes:
        """What the file says about itself, "" if it says nothing."""
        found = re.search(rb"/Info (\d+) 0 R", self.trailer)
        return self.object(int(found[1])) if found else b""

    def whole(self, number: int) -> tuple[bytes, bytes | None]:
        """An object as it is in the file: its text, and what is between `stream` and `endstream` if it has that."""
        start = self._start(number)
        end = self.pdf.find(b"\nendobj", start)
        if end < 0:
            raise strange(f"no end of object {number}")
        if self.pdf.find(b" stream\n", start, end) < 0:
            return self.pdf[start:end], None
        head, raw = self.packed(number)
        if not self.pdf.startswith(b"\nendstream\nendobj", start + len(head) + len(raw) + 8):
            raise strange(f"no end of stream {number}")
        return head, raw

    def replaced(
        self, streams: Mapping[int, bytes], objects: Mapping[int, bytes] | None = None, *, level: int = 9
    ) -> bytes:
        """The file with other streams in these objects, and other `objects` without a stream."""
        starts = {n: self._start(n) for n in range(1, self.count) if self._is_used(n)}
        order = sorted(starts, key=starts.__getitem__)
        first = starts[order[0]] - len(b"%d 0 obj\n" % order[0])
        pieces, places, length = [self.pdf[:first]], {}, first
        for n, after in pairwise([*order, 0]):
            end = starts[after] - len(b"%d 0 obj\n" % after) if after else self.xref
            text = self.pdf[starts[n] : end]
            if n in streams:
                packed = zlib.compress(streams[n], level)
                head = re.sub(rb"/Length \d+", b"/Length %d" % len(packed), text[: text.index(b" stream\n")])
                text = b"%s stream\n%s\nendstream\nendobj\n" % (head, packed)
            elif objects and n in objects:
                text = objects[n] + b"\nendobj\n"
            places[n] = length
            pieces.append(b"%d 0 obj\n%s" % (n, text))
            length += len(pieces[-1])
        table = bytearray(self.pdf[self.xref : self.pdf.rindex(b"startxref\n")])
        for n, place in places.items():
            at = self._table - self.xref + 20 * n
            table[at : at + 10] = b"%010d" % place
        return b"".join((*pieces, table, b"startxref\n%d\n%%%%EOF\n" % length))

    def _is_used(self, number: int) -> bool:
        at = self._table + 20 * number
        return self.pdf[at + 17 : at + 18] == b"n"

    def reference(self, source: bytes, key: bytes) -> int:
        """The number that a key of a dictionary names."""
        found = re.search(rb"/%s \[?(\d+) 0 R" % key, source)
        if not found:
            raise strange(f"no {key.decode()} where there should be one")
        return int(found[1])

    def pages(self) -> list[Page]:
        """All pages in order."""
        return [self.page(number, source) for number, source in self.leaves()]

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

    def fonts(self, source: bytes) -> dict[bytes, Font]:
        """Name -> operators to text, of the fonts of a page."""
        listed = re.search(rb"/Font <<(.*?)>>", source, re.DOTALL)
        named = re.findall(rb"/(\w+) (\d+) 0 R", listed[1]) if listed else []
        return {name: self._font(int(n)) for name, n in named}

    def face(self, page: bytes, name: bytes) -> str:
        """What a font of a page is called, without the mark of a subset; nothing if it has no name."""
        found = _BASE.search(self.object(self.reference(page, name)))
        return found[1].decode() if found else ""

    def page(self, number: int, source: bytes) -> Page:
        """One page as it was drawn."""
        contents, content, reading = self.reference(source, b"Contents"), self.content(source), self.reading(source)
        annotations = re.search(rb"/Annots \[([^\]]*)\]", source)
        links = [self._annotation(int(n)) for n in _NUMBERED.findall(annotations[1])] if annotations else []
        return Page(
            number, source, _box(source, b"MediaBox"), contents, content, reading.glyphs, reading.graphics,
            reading.turns, reading.marks, links,
        )  # fmt: skip

    def reading(self, page: bytes) -> Reading:
        """What is drawn on a page, read once."""
        fonts = self.fonts(page)
        drawn = self.drawn(page, fonts)
        found = _READ.get(drawn)
        if found is None:
            found = Reading(fonts)
            found.read(self.content(page))
            keep(_READ, drawn, found)
        return found

    @staticmethod
    def known(drawn: Drawn) -> str | None:
        """The text of a page in one line, if it has been read whole."""
        reading = _READ.get(drawn)
        return None if reading is None else "".join(reading.glyphs.texts)

    def _annotation(self, number: int) -> Annotation:
        source = self.object(number)
        target = re.search(rb"/Dest (\S+)>>|/URI \((.*)\)>>>>", source, re.DOTALL)
        if b"/Subtype /Link" not in source or not target:
            raise strange(f"an annotation {number} that is no link")
        return Annotation(number, source, _box(source, b"Rect"), target[1] or target[2])

    def _font(self, number: int) -> Font:
        if number not in self._fonts:
            source = self.object(number)
            mapped = b"/ToUnicode" in source
            table = self.stream(self.reference(source, b"ToUnicode")) if mapped else b""
            self._fonts[number] = _font(table, 4 if b"/Subtype /Type0" in source else 2)
        return self._fonts[number]


_READ: Final[dict[Drawn, Reading]] = remembered({})
"""Pages as they were read: agreements of one kind have most of them in common."""


def forget() -> None:
    """Forgets the last PDF, and all that is remembered of pages."""
    Source.of.cache_clear()
    forget_all()


@lru_cache(maxsize=16)
def _font(table: bytes, digits: int) -> Font:
    """The font with this ToUnicode table: the same for all documents that draw the same letters with it."""
    return Font(unicode_table(table), digits, table)


def _box(source: bytes, key: bytes) -> Box:
    found = re.search(rb"/%s \[(\S+) (\S+) (\S+) (\S+)\]" % key, source)
    if not found:
        raise strange(f"no {key.decode()} where there should be one")
    left, bottom, right, top = map(float, found.groups())
    return left, bottom, right, top

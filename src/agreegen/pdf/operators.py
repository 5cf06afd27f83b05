"""The operators of the embedded engine's content streams: runs of glyphs, painted paths, images."""

from __future__ import annotations

import re
from binascii import unhexlify
from dataclasses import field
from itertools import accumulate
from typing import TYPE_CHECKING, Final, NamedTuple

from agreegen.errors import EngineError
from agreegen.late import dataclass

if TYPE_CHECKING:
    Matrix = tuple[float, float, float, float, float, float]
    Box = tuple[float, float, float, float]

_PIECES: Final = re.compile(
    rb"(BT\n/(\w+) ([^ ]+) Tf\n[^ ]+ [^ ]+ [^ ]+ [^ ]+ ([^ ]+) ([^ ]+) Tm\n((?:[^\n]*T[jJ]\n)+)ET\n)|([^\n]*\n)"
)
_GLYPHS: Final = re.compile(rb"<([0-9A-Fa-f]*)>")
_UNIT: Final[Matrix] = (1, 0, 0, 1, 0, 0)
_UNMAPPED: Final = "\ufffd"
_CODES: Final = {4: "utf-16-be", 2: "latin-1"}  # digits of a glyph -> how as many bytes are read
_KEPT: Final = 20_000  # texts of a font: more than documents of one kind have
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


@dataclass(slots=True)
class Glyphs:
    """The fragments of a page as columns, as they are written; `stretches` are (first fragment, matrix)."""

    texts: list[str] = field(default_factory=list)
    fonts: list[bytes] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    lengths: list[int] = field(default_factory=list)
    across: list[bytes] = field(default_factory=list)
    down: list[bytes] = field(default_factory=list)
    sizes: list[bytes] = field(default_factory=list)
    stretches: list[tuple[int, Matrix]] = field(default_factory=list)


def strange(what: str) -> EngineError:
    return EngineError(f"the PDF of the embedded engine has {what}", "choose another engine with --pdf-engine")


class _Table(dict[int, str]):
    """Glyph -> text; a sign of its own for a glyph without."""

    def __missing__(self, glyph: int) -> str:
        return _UNMAPPED


class Font(dict[bytes, str]):
    """Operators that show glyphs -> their text, which depends on nothing but the `key`."""

    def __init__(self, table: dict[int, str], digits: int, key: bytes = b"") -> None:
        super().__init__()
        self.digits = digits
        self.table = _Table(table)
        self.key = b"%d %s" % (digits, key)

    def __missing__(self, shown: bytes) -> str:
        glyphs, n = shown[1:-5], self.digits
        if not glyphs.isalnum():
            glyphs = b"".join(_GLYPHS.findall(shown))
        try:  # glyphs as if they were letters: no loop is as fast
            codes = unhexlify(glyphs).decode(_CODES[n])
        except ValueError:
            codes = ""
        if len(codes) * n != len(glyphs):
            codes = "".join(chr(int(glyphs[i : i + n], 16)) for i in range(0, len(glyphs), n))
        if len(self) >= _KEPT:
            self.clear()
        self[shown] = text = codes.translate(self.table)
        return text


def unicode_table(table: bytes) -> dict[int, str]:
    """Glyph -> text, from a ToUnicode table."""
    found: dict[int, str] = {}
    for kind, block in _BLOCK.findall(table):
        for first, last, text in _MAPPED.findall(block):
            start = bytes.fromhex(text.decode()).decode("utf-16-be", "replace")
            for n in range(int(first, 16), int(last or first, 16) + 1):
                found[n] = start[:-1] + chr(ord(start[-1]) + n - int(first, 16))
        if kind == b"bfrange" and b"[" in block:
            raise strange("a table of characters in another form")
    return found


class Reading:
    """One pass over a content stream."""

    def __init__(self, fonts: dict[bytes, Font]) -> None:
        self.fonts = fonts
        self.glyphs = Glyphs()
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
            raise strange("a content stream without an end")
        stretches = [(0, self._matrix)]
        for before, i in enumerate([i for i, p in enumerate(pieces) if not p[0]]):
            matrix = self._matrix
            self._operator(pieces[i][6], ends[i - 1] if i else 0, ends[i])
            if self._matrix is not matrix:
                stretches.append((i - before, self._matrix))
        texts = [i for i, p in enumerate(pieces) if p[0]]
        if texts:
            self._show([pieces[i] for i in texts], [ends[i] for i in texts])
        following = [first for first, _ in stretches[1:]]
        self.glyphs.stretches += [
            stretch for stretch, after in zip(stretches, [*following, len(texts)], strict=True) if stretch[0] < after
        ]

    def _show(self, pieces: list[tuple[bytes, ...]], ends: list[int]) -> None:
        """Takes the fragments of a page."""
        glyphs, fonts = self.glyphs, self.fonts
        whole, names, sizes, across, down, shown, _ = zip(*pieces, strict=True)
        glyphs.texts += [fonts[name][operators] for name, operators in zip(names, shown, strict=True)]
        glyphs.fonts += names
        glyphs.across += across
        glyphs.down += down
        glyphs.sizes += sizes
        glyphs.lengths += map(len, whole)
        glyphs.ends += ends

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
            raise strange(f"an operator “{line[:40].decode('latin-1').strip()}”")


def _product(line: bytes, onto: Matrix) -> Matrix:
    a, b, c, d, e, f = map(float, line.split()[:6])
    p, q, r, s, t, u = onto
    return a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u


def _square(m: Matrix) -> Box:
    """Where the unit square, which an image fills, is on the page."""
    a, b, c, d, e, f = m
    across, up = sorted((e, e + a, e + c, e + a + c)), sorted((f, f + b, f + d, f + b + d))
    return across[0], up[0], across[-1], up[-1]

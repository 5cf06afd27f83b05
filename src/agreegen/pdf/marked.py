"""Marked content of a page: its text, and the marks that an engine forgot."""

from __future__ import annotations

import re
import zlib
from typing import TYPE_CHECKING, Any, Final

from pikepdf import Array, Name, Stream

from agreegen.late import dataclass

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    import pikepdf

_STRING: Final = rb"\((?:[^()\\]|\\.|\((?:[^()\\]|\\.)*\))*\)"
_IMAGE: Final = rb"(?<!\S)BI\s.*?\bID\s.*?\sEI(?!\S)"
_MARKS: Final = re.compile(rb"BDC|BMC|EMC|BI|\(")  # literals only: ten times as fast as with what is around them
_SKIPPED: Final = re.compile(rb"%s|%s" % (_STRING, _IMAGE), re.DOTALL)
_EDGES: Final = frozenset(b" \t\r\n\f\0<>[]()/")
_TOKENS: Final = re.compile(
    rb"%s|(?P<image>%s)|%%[^\r\n]*|<<|>>|<[0-9A-Fa-f\s]*>|[\[\]]|/[^\s()<>\[\]{}/%%]*|(?P<word>[^\s()<>\[\]{}/%%]+)"
    % (_STRING, _IMAGE),
    re.DOTALL,
)
_PAINTED: Final = re.compile(rb"(?<![^\s\])>])(?:T[jJ]|['\"]|[fFSsBb]\*?|Do|sh|EI)(?!\S)")
_DRAWING: Final = frozenset((b"m", b"l", b"c", b"v", b"y", b"h", b"re", b"W", b"W*"))
_PATHS: Final = frozenset((b"f", b"F", b"f*", b"S", b"s", b"B", b"B*", b"b", b"b*"))
_TEXTS: Final = frozenset((b"Tj", b"TJ", b"'", b'"'))
_OTHERS: Final = frozenset((b"Do", b"sh"))
_BEGIN: Final = b"/Artifact BMC\n"
_END: Final = b"\nEMC"
_REPEATED: Final = re.compile(rb"/Artifact BMC(?=\s+(?:q [^\n]*\s)?BT\b)")
_MISNAMED: Final = re.compile(rb"/Artifact(\s*<<[^>]*/MCID)")  # a paragraph in a style that is called so
_PAGINATION: Final = b"/Artifact<</Type/Pagination>>BDC"
_CONTENT: Final = re.compile(rb"/MCID\s+(\d+)[^>]*>>\s*BDC\b(.*?)\bEMC\b", re.DOTALL)
_SHOWN: Final = re.compile(rb"/(\S+)\s+[\d.-]+\s+Tf|<([0-9A-Fa-f\s]+)>|(%s)" % _STRING, re.DOTALL)
_PICTURE: Final = re.compile(rb"/Artifact\s+BMC((?:(?!EMC|Do).)*?/\S+\s+Do\b)", re.DOTALL)
_NUMBER: Final = rb"(-?[\d.]+)\s+"
_PLACED: Final = re.compile(_NUMBER * 6 + rb"cm\b")
_TOLERANCE: Final = 2.0  # points between where a picture is and where the structure says it is
_FAST: Final = 4  # the level of compression


class Page:
    """The content of one page."""

    def __init__(self, obj: Any, fonts: dict[tuple[int, int], Font]) -> None:
        """Reads it; `fonts` remembers what was read of fonts."""
        self._obj, self._fonts = obj, fonts
        self.data = self._drawn = _bytes(obj)
        self._pieces: dict[int, bytes] | None = None

    def text(self, number: int) -> str:
        """What a piece of marked content says."""
        if self._pieces is None:
            self._pieces = {int(m[1]): m[2] for m in _CONTENT.finditer(self.data)}
        said, font = [], _SILENT
        for m in _SHOWN.finditer(self._pieces.get(number, b"")):
            if m[1] is not None:
                font = self._font(m[1].decode("latin-1"))
            else:
                said.append(font.text(bytes.fromhex(m[2].decode()) if m[2] is not None else _plain(m[3])))
        return "".join(said)

    def _font(self, name: str) -> Font:
        holder = self._obj
        while "/Resources" not in holder and "/Parent" in holder:
            holder = holder.Parent
        try:
            font: Any = holder.Resources.Font[f"/{name}"]
        except (AttributeError, KeyError):
            return _SILENT
        if font.objgen not in self._fonts or not font.is_indirect:
            codes = font.get("/ToUnicode")
            self._fonts[font.objgen] = unicode_of(codes.read_bytes()) if isinstance(codes, Stream) else _SILENT
        return self._fonts[font.objgen]

    def claim(self, box: tuple[float, ...], number: int) -> bool:
        """Gives the picture in this box, drawn as an artifact, a number; False if there is none."""
        for found in _PICTURE.finditer(self.data):
            places = _PLACED.findall(found[1])
            if places and _near(_box([float(x) for x in places[-1]]), box):
                mark = b"/Figure<</MCID %d>>BDC" % number
                self.data = self.data[: found.start()] + mark + self.data[found.start(1) :]
                return True
        return False

    def finish(self, pdf: pikepdf.Pdf, dropped: Collection[int]) -> int:
        """Marks as artifacts what has no mark, and the content of these numbers; how often that was text."""
        data = self.data
        for number in dropped:
            data = re.sub(rb"/[^\s<]+\s*<<[^>]*/MCID\s+%d\b[^>]*>>\s*BDC\b" % number, b"/Artifact BMC", data)
        data = _MISNAMED.sub(b"/P\\1", data)
        data, lost = wrapped(_REPEATED.sub(_PAGINATION, data))
        if data != self._drawn:
            stream = pdf.make_stream(zlib.compress(data, _FAST))
            stream.Filter = Name.FlateDecode
            self._obj.Contents = stream
        return lost


def _box(matrix: list[float]) -> tuple[float, ...]:
    """Where a matrix puts the unit square, in which pictures are drawn."""
    a, b, c, d, x, y = matrix
    across, up = (0.0, a, c, a + c), (0.0, b, d, b + d)
    return x + min(across), y + min(up), x + max(across), y + max(up)


def _near(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return len(other) == 4 and all(abs(a - b) < _TOLERANCE for a, b in zip(one, other, strict=True))


def _bytes(page: Any) -> bytes:
    contents = page.get("/Contents")
    if isinstance(contents, Array):
        return b"\n".join(c.read_bytes() for c in contents)
    return bytes(contents.read_bytes()) if contents is not None else b""


def wrapped(data: bytes) -> tuple[bytes, int]:
    """The content with artifact marks around all that is painted outside of marks, and how often that is text."""
    out, at, depth, lost = [], 0, 0, 0
    for start, end in _marks(data):
        if data[start] != ord("E"):
            if depth == 0:
                piece, texts = _wrapped(data[at:start])
                out.append(piece)
                lost += texts
                at = start
            depth += 1
        elif depth:
            depth -= 1
            if depth == 0:
                out.append(data[at:end])
                at = end
    piece, texts = (data[at:], 0) if depth else _wrapped(data[at:])
    return b"".join((*out, piece)), lost + texts


def _marks(data: bytes) -> Iterator[tuple[int, int]]:
    """Where marks begin and end, strings and inline images skipped."""
    at = 0
    while found := _MARKS.search(data, at):
        start, at = found.span()
        skipped = _SKIPPED.match(data, start) if data[start] in b"(B" else None
        if skipped:
            at = skipped.end()
        elif at - start == 3 and (start == 0 or data[start - 1] in _EDGES) and (at == len(data) or data[at] in _EDGES):
            yield start, at


def _wrapped(data: bytes) -> tuple[bytes, int]:
    if len(data) < 3 or not _PAINTED.search(data):
        return data, 0
    out: list[bytes] = []
    texts, copied, start = 0, 0, -1  # start: of the operands, or of the path
    drawing = False
    for m in _TOKENS.finditer(data):
        start = m.start() if start < 0 else start
        word = b"EI" if m["image"] is not None else m["word"]
        if word is None or word[0] in b"0123456789+-.":
            continue
        if word in _DRAWING:
            drawing = True
            continue
        if word in _PATHS or word in _TEXTS or word in _OTHERS or word == b"EI":
            out += [data[copied:start], _BEGIN, data[start : m.end()], _END]
            copied = m.end()
            texts += word in _TEXTS
        elif drawing and word != b"n":
            continue  # a path goes on until it is painted
        start, drawing = -1, False
    return b"".join((*out, data[copied:])), texts


def _plain(literal: bytes) -> bytes:
    """The bytes of a literal string."""
    escapes = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f", b"\n": b""}

    def one(m: re.Match[bytes]) -> bytes:
        return bytes([int(m[1], 8) & 255]) if m[1] else escapes.get(m[2], m[2])

    return re.sub(rb"\\(?:([0-7]{1,3})|(.))", one, literal[1:-1], flags=re.DOTALL)


_BLOCK: Final = re.compile(rb"begin(codespacerange|bfchar|bfrange)(.*?)end", re.DOTALL)
_HEX: Final = re.compile(rb"<([0-9A-Fa-f\s]*)>")
_RANGE: Final = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*(?:<([0-9A-Fa-f\s]+)>|\[([^\]]*)\])")


@dataclass(frozen=True, slots=True)
class Font:
    """What the codes of a font mean, and how many bytes a code has."""

    size: int
    texts: dict[int, str]

    def text(self, codes: bytes) -> str:
        """What these codes say; nothing for those that it doesn't explain."""
        step = self.size
        return "".join(self.texts.get(int.from_bytes(codes[i : i + step]), "") for i in range(0, len(codes), step))


_SILENT: Final = Font(1, {})


def unicode_of(cmap: bytes) -> Font:
    """The font that a ToUnicode map explains."""
    size = 1
    texts: dict[int, str] = {}
    for kind, body in _BLOCK.findall(cmap):
        values = _HEX.findall(body)
        if kind == b"codespacerange":
            size = max(((len(v) + 1) // 2 for v in values), default=1)
        elif kind == b"bfchar":
            texts |= {int(a, 16): _utf16(b) for a, b in zip(values[::2], values[1::2], strict=False)}
        else:
            for first, last, start, each in _RANGE.findall(body):
                low, high = int(first, 16), min(int(last, 16), int(first, 16) + 65535)
                if text := _utf16(start):
                    texts |= {c: text[:-1] + chr(ord(text[-1]) + c - low) for c in range(low, high + 1)}
                else:
                    texts |= {low + i: _utf16(v) for i, v in enumerate(_HEX.findall(each))}
    return Font(max(size, 1), texts)


def _utf16(digits: bytes) -> str:
    return bytes.fromhex(digits.decode()).decode("utf-16-be", "replace")

"""A DOCX from constants that were packed once and values that go between them as they are.

Deflated streams can be joined where one was flushed whole: what is flushed ends as a block that isn't packed begins,
but for its size. So a value stands in such a block between two constants, and nothing does where none is between them.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from agreegen.plate.checksum import counted, over
from agreegen.render import CENTRAL, DEFLATED, DOS_DATE, END, LOCAL, UTF8, VERSION

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agreegen.plate.cast import Cast
    from agreegen.plate.checksum import Onward

_LOCAL: Final = struct.Struct("<IHHHIIIIHH")
_CENTRAL: Final = struct.Struct("<IHHHHIIIIHHHHHI")
_PLACE: Final = struct.Struct("<I")
_END: Final = struct.Struct("<IHHHHIIH")
_SIZE: Final = struct.Struct("<HH")
_BLOCK: Final = 0xFFFF
_SHORT: Final = 512
_SIZES: Final = tuple(_SIZE.pack(size, size ^ _BLOCK) for size in range(_SHORT))
"""What stands before so many bytes that aren't packed, after the mark of such a block."""
_STORED: Final = b"\0"
_LAST: Final = b"\1" + _SIZES[0]
"""A block of nothing that ends a stream."""
_LOOSE: Final = 160
"""Bytes of a constant that aren't worth a block of their own."""


@dataclass(frozen=True, slots=True)
class Run:
    """Bytes that are the same in all agreements of a plate: packed as they stand in the file, and their checksum."""

    raw: bytes  # up to the size of the block that follows, if one does
    size: int
    crc: Onward


@dataclass(frozen=True, slots=True)
class Entry:
    """A member of a ZIP as it stands there: its name, checksum, size and packed bytes."""

    name: bytes
    crc: int
    size: int
    raw: bytes
    head: bytes = field(init=False)  # what stands before the packed bytes
    listed: bytes = field(init=False)  # what the directory says of it, but for its place and its name

    def __post_init__(self) -> None:
        """Most members are the same in many files."""
        flags = 0 if self.name.isascii() else UTF8
        said = flags, DEFLATED, DOS_DATE, self.crc, len(self.raw), self.size, len(self.name), 0
        object.__setattr__(self, "head", _LOCAL.pack(LOCAL, VERSION, *said) + self.name)
        object.__setattr__(self, "listed", _CENTRAL.pack(CENTRAL, VERSION, VERSION, *said, 0, 0, 0, 0))


def _packer(size: int, level: int = 9, strategy: int = zlib.Z_DEFAULT_STRATEGY) -> zlib._Compress:
    """What packs so many bytes; for few of them a small one does, which is made in a tenth of the time."""
    wide, memory = (12, 6) if size <= 1 << 12 else (15, 9)
    return zlib.compressobj(level, zlib.DEFLATED, -wide, memory, strategy)


def packed(data: bytes, *, last: bool, strategy: int = zlib.Z_DEFAULT_STRATEGY) -> bytes:
    """A constant as blocks that can be joined, up to the size of the next; the last one of a part ends the stream."""
    packer = _packer(len(data), strategy=strategy)
    if last:
        return packer.compress(data) + packer.flush()
    return (packer.compress(data) + packer.flush(zlib.Z_FULL_FLUSH)).removesuffix(_SIZES[0])


Values = Sequence[bytes]
"""The value of each slot, also of those whose values don't differ so far."""


@dataclass(frozen=True, slots=True)
class Text:
    """Bytes between two values that stand apart, packed together, with the values among them by their slots."""

    pieces: tuple[bytes | int, ...]

    def filled(self, values: Values) -> bytes:
        """The bytes with values."""
        return b"".join([values[p] if isinstance(p, int) else p for p in self.pieces])


Item = bytes | int | Text
"""A constant, the slot of a value that stands apart, or a text with other values in it."""


class Lot(NamedTuple):
    """Items that hang on values, and the run that follows; a lot of values and short constants alone is never packed,
    whatever the values are.
    """

    slot: int  # of a value that stands alone, else -1
    loose: bytes  # values with short constants, as `%` takes values; empty for others
    pick: itemgetter[Any]  # their values
    items: tuple[Item, ...]
    raw: bytes  # of the run
    crc: Onward
    size: int

    @classmethod
    def of(cls, items: tuple[Item, ...], run: Run) -> Lot:
        """The items before a run."""
        plain = [item for item in items if isinstance(item, int) or (isinstance(item, bytes) and len(item) <= _LOOSE)]
        slots = [item for item in plain if isinstance(item, int)]
        if not slots or len(plain) < len(items):
            return cls(-1, b"", itemgetter(0), items, run.raw, run.crc, run.size)
        loose = b"".join(item.replace(b"%", b"%%") if isinstance(item, bytes) else b"%b" for item in plain)
        if loose == b"%b":
            return cls(slots[0], b"", itemgetter(0), items, run.raw, run.crc, run.size)
        return cls(-1, loose, itemgetter(*slots), items, run.raw, run.crc, run.size)


@dataclass(frozen=True, slots=True)
class Stream:
    """A part ready for values."""

    name: bytes
    lots: tuple[Lot, ...]

    def entry(self, values: Values) -> Entry:
        """The part with values."""
        out: list[bytes] = []
        size, crc, checked, sizes = 0, 0, zlib.crc32, _SIZES
        for slot, loose, pick, items, raw, (near, a, b, c, d, alone), same in self.lots:
            if loose or slot >= 0:
                data = loose % pick(values) if loose else values[slot]
                length = len(data)
                out += (sizes[length], data, raw) if length < _SHORT else (_stored(data), raw)
            elif items:
                blocks, data = _blocks(items, values, first=not out)
                length = len(data)
                out += (*blocks, raw)
            else:
                length, data = 0, b""
                out.append(raw)
            crc = checked(data, crc)
            if a:
                crc = a[crc & 255] ^ b[crc >> 8 & 255] ^ c[crc >> 16 & 255] ^ d[crc >> 24] ^ alone
            else:
                crc = checked(near, crc)
            size += length + same
        return Entry(self.name, crc, size, b"".join(out))


def _blocks(items: Sequence[Item], values: Values, *, first: bool = False) -> tuple[list[bytes], bytes]:
    """Items as they stand in the file, and as they are read: values and short constants as they are, others packed.

    What is the first of a part is packed in any case, so that what isn't packed has the mark of its block before it.
    """
    raw: list[bytes] = []
    read: list[bytes] = []
    loose: list[bytes] = []
    for item in items:
        if isinstance(item, int):
            data = values[item]
        else:
            data = item.filled(values) if isinstance(item, Text) else item
            if len(data) > _LOOSE or (first and not read):
                if loose:
                    raw.append(_stored(b"".join(loose)))
                    loose = []
                raw.append(packed(data, last=False))
                read.append(data)
                continue
        loose.append(data)
        read.append(data)
    if loose:
        raw.append(_stored(b"".join(loose)))
    return raw, b"".join(read)


def _stored(data: bytes) -> bytes:
    """Bytes in blocks that aren't packed, after the mark of the first."""
    size = len(data)
    if size < _SHORT:
        return _SIZES[size] + data
    if size <= _BLOCK:
        return _SIZE.pack(size, size ^ _BLOCK) + data
    return _STORED.join(_stored(data[i : i + _BLOCK]) for i in range(0, size, _BLOCK))


@dataclass(frozen=True, slots=True)
class Places:
    """The slots of a plate: whose values stand apart from what is packed around them, and whose differ so far."""

    apart: frozenset[int]
    open: frozenset[int]


def stream(
    name: str, cast: Cast, base: Sequence[bytes], places: Places, known: dict[tuple[bytes, bool], bytes]
) -> Stream:
    """A part ready for values: those at the open slots differ, the others are those of the `base`.

    What is packed together, and how, hangs on the slots that stand apart, never on which values differ so far: the same
    part always gives the same bytes. Constants that are `known` needn't be packed again.
    """
    lots: list[Lot] = []
    lot: list[Item] = []  # since the last packed constant
    before: tuple[Item, ...] = ()  # the run under way
    raw: list[bytes] = []
    read: list[bytes] = []
    items = [*_items(cast, base, places)]
    for i, item in enumerate(items):
        last = i == len(items) - 1
        if not isinstance(item, bytes) or (len(item) <= _LOOSE and not last and i > 0):
            lot.append(item)
            continue
        if any(_hangs(one, places) for one in lot):
            if raw or before:
                lots.append(Lot.of(before, _run(raw, read)))
            raw, read, before = [], [], tuple(lot)
        elif lot:
            blocks, data = _blocks(lot, base)
            raw += blocks
            read.append(data)
        lot = []
        key = (item, last)
        if key not in known:
            known[key] = packed(item, last=last)
        raw.append(known[key])
        read.append(item)
    lots.append(Lot.of(before, _run(raw, read)))
    return Stream(name.encode(), tuple(lots))


def _items(cast: Cast, base: Sequence[bytes], places: Places) -> Iterator[Item]:
    """The items of a part: values that stand apart, and what is between them; the last one is of bytes."""
    pieces: list[bytes | int] = [cast.constants[0]]
    end = len(cast.slots) - 1
    for i, (slot, constant) in enumerate(zip(cast.slots, cast.constants[1:], strict=True)):
        if slot in places.apart or i == end:
            yield _joined(pieces)
            yield slot
            pieces = [constant]
        else:
            pieces += (slot if slot in places.open else base[slot], constant)
    yield b"".join(p for p in pieces if isinstance(p, bytes))


def _joined(pieces: Sequence[bytes | int]) -> Item:
    """Pieces as one text, or as bytes where no value is among them."""
    constant = [p for p in pieces if isinstance(p, bytes)]
    return b"".join(constant) if len(constant) == len(pieces) else Text(tuple(pieces))


def _hangs(item: Item, places: Places) -> bool:
    return item in places.open if isinstance(item, int) else isinstance(item, Text)


def _run(raw: Sequence[bytes], read: Sequence[bytes]) -> Run:
    data = b"".join(read)
    return Run(b"".join(raw), len(data), over(data))


def entry(name: str, data: bytes, *, level: int = 9) -> Entry:
    """A member that is packed as a whole."""
    packer = _packer(len(data), level)
    return Entry(name.encode(), zlib.crc32(data), len(data), packer.compress(data) + packer.flush())


@dataclass(frozen=True, slots=True)
class Fixed:
    """A text that stays, as it is read and as it is packed."""

    text: bytes
    run: Run

    @classmethod
    def of(cls, text: bytes, strategy: int = zlib.Z_HUFFMAN_ONLY, *, once: bool = False) -> Fixed:
        """The text, packed; letter by letter if nothing else is said, which is best for digests.

        `once`: it is used once, so that nothing is made ready for the next time.
        """
        raw = packed(text, last=False, strategy=strategy)
        return cls(text, Run(raw, len(text), counted(text) if once else over(text)))


def mixed(name: str, pieces: Sequence[bytes | Fixed]) -> Entry:
    """A member of texts that stay, and others between them as they are."""
    raw: list[bytes] = [_STORED]
    waiting: list[bytes] = []
    crc = size = 0
    for piece in pieces:
        if isinstance(piece, bytes):
            waiting.append(piece)
            continue
        data, run = b"".join(waiting), piece.run
        waiting = []
        raw += (_stored(data), run.raw)
        crc, size = run.crc(zlib.crc32(data, crc)), size + len(data) + run.size
    data = b"".join(waiting)
    raw += (_stored(data), _LAST)
    return Entry(name.encode(), zlib.crc32(data, crc), size + len(data), b"".join(raw))


def letters(name: str, data: bytes) -> Entry:
    """A member whose bytes hardly repeat, such as digests: packed letter by letter, which is soon done."""
    packer = _packer(len(data), 6, zlib.Z_HUFFMAN_ONLY)
    return Entry(name.encode(), zlib.crc32(data), len(data), packer.compress(data) + packer.flush())


def zipped(entries: Sequence[Entry]) -> bytes:
    """The members as a ZIP, dated 1980 as all of ours."""
    out: list[bytes] = []
    directory: list[bytes] = []
    at = 0
    for e in entries:
        directory += (e.listed, _PLACE.pack(at), e.name)
        out += (e.head, e.raw)
        at += len(e.head) + len(e.raw)
    entries_size = sum(map(len, directory))
    end = _END.pack(END, 0, 0, len(entries), len(entries), entries_size, at, 0)
    return b"".join((*out, *directory, end))

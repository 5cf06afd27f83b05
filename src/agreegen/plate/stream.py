"""A DOCX from constants that were packed once and values that go between them as they are.

Deflated streams can be joined where one was flushed whole; a value stands in a stored block between two. The checksum
goes over a packed constant by four look-ups.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from agreegen.render import CENTRAL, DEFLATED, DOS_DATE, END, LOCAL, UTF8, VERSION

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from agreegen.plate.cast import Cast

_LOCAL: Final = struct.Struct("<IHHHIIIIHH")
_CENTRAL: Final = struct.Struct("<IHHHHIIIIHHHHHII")
_END: Final = struct.Struct("<IHHHHIIH")
_STORED: Final = struct.Struct("<BHH")
_LOOSE: Final = 96
"""Bytes of a constant that aren't worth a block of their own."""
_SHORT: Final = 4096
"""Bytes whose checksum is sooner counted than looked up."""
_BLOCK: Final = 0xFFFF


@dataclass(frozen=True, slots=True)
class Packed:
    """A constant: as it stands if it is loose, else packed; its size and how the checksum goes over it."""

    loose: bytes
    raw: bytes
    size: int
    crc: Callable[[int], int]


@dataclass(frozen=True, slots=True)
class Entry:
    """A member of a ZIP as it stands there: its name, checksum, size and packed bytes."""

    name: bytes
    crc: int
    size: int
    raw: bytes


def packed(data: bytes, *, last: bool) -> Packed:
    """A constant; the last one of a part ends the stream."""
    if not last and len(data) <= _LOOSE:
        return Packed(data, b"", len(data), lambda crc: zlib.crc32(data, crc))
    packer = zlib.compressobj(9, zlib.DEFLATED, -15, 9)
    raw = packer.compress(data) + packer.flush(zlib.Z_FINISH if last else zlib.Z_FULL_FLUSH)
    return Packed(b"", raw, len(data), _over(data))


def _over(data: bytes) -> Callable[[int], int]:
    """How the checksum goes over the data: it is linear in what it was before."""
    if len(data) < _SHORT:
        return lambda crc: zlib.crc32(data, crc)
    alone = zlib.crc32(data)
    bits = [zlib.crc32(data, 1 << i) ^ alone for i in range(32)]
    tables: list[list[int]] = []
    for byte in range(4):
        table = [0]
        for bit in bits[8 * byte : 8 * byte + 8]:
            table += [bit ^ x for x in table]
        tables.append(table)
    a, b, c, d = tables
    return lambda crc: a[crc & 255] ^ b[crc >> 8 & 255] ^ c[crc >> 16 & 255] ^ d[crc >> 24] ^ alone


@dataclass(frozen=True, slots=True)
class Stream:
    """A part ready for values."""

    name: bytes
    constants: tuple[Packed, ...]
    slots: tuple[int, ...]

    def entry(self, values: Sequence[bytes]) -> Entry:
        """The part with values."""
        first = self.constants[0]
        out, loose, size, crc = [first.raw], [first.loose] if first.loose else [], first.size, first.crc(0)
        crc32, wait = zlib.crc32, len(first.loose)
        for slot, constant in zip(self.slots, self.constants[1:], strict=True):
            value = values[slot]
            crc = constant.crc(crc32(value, crc))
            size += len(value) + constant.size
            loose.append(value)
            wait += len(value)
            if constant.raw:
                out += (_stored(loose, wait), constant.raw)
                loose, wait = [], 0
            else:
                loose.append(constant.loose)
                wait += constant.size
        return Entry(self.name, crc, size, b"".join(out))


def _stored(loose: Sequence[bytes], size: int) -> bytes:
    """Bytes in blocks that aren't packed."""
    data = b"".join(loose)
    if size <= _BLOCK:
        return _STORED.pack(0, size, size ^ 0xFFFF) + data
    return b"".join(_stored([data[i : i + _BLOCK]], len(data[i : i + _BLOCK])) for i in range(0, size, _BLOCK))


def stream(name: str, cast: Cast, known: dict[tuple[bytes, bool], Packed]) -> Stream:
    """A part ready for values; constants that are `known` needn't be packed again."""
    end = len(cast.constants) - 1
    found = []
    for i, constant in enumerate(cast.constants):
        key = (constant, i == end)
        if key not in known:
            known[key] = packed(constant, last=i == end)
        found.append(known[key])
    return Stream(name.encode(), tuple(found), cast.slots)


def entry(name: str, data: bytes, *, level: int = 9) -> Entry:
    """A member that is packed as a whole."""
    packer = zlib.compressobj(level, zlib.DEFLATED, -15, 9)
    return Entry(name.encode(), zlib.crc32(data), len(data), packer.compress(data) + packer.flush())


def letters(name: str, data: bytes) -> Entry:
    """A member whose bytes hardly repeat, such as digests: packed letter by letter, which is soon done."""
    packer = zlib.compressobj(6, zlib.DEFLATED, -15, 9, zlib.Z_HUFFMAN_ONLY)
    return Entry(name.encode(), zlib.crc32(data), len(data), packer.compress(data) + packer.flush())


def zipped(entries: Sequence[Entry]) -> bytes:
    """The members as a ZIP, dated 1980 as all of ours."""
    out: list[bytes] = []
    directory: list[bytes] = []
    at = 0
    for e in entries:
        flags, packed_size, length = 0 if e.name.isascii() else UTF8, len(e.raw), len(e.name)
        local = _LOCAL.pack(LOCAL, VERSION, flags, DEFLATED, DOS_DATE, e.crc, packed_size, e.size, length, 0)
        directory += (
            _CENTRAL.pack(CENTRAL, VERSION, VERSION, flags, DEFLATED, DOS_DATE, e.crc, packed_size, e.size, length,
                          0, 0, 0, 0, 0, at),
            e.name,
        )  # fmt: skip
        out += (local, e.name, e.raw)
        at += len(local) + length + packed_size
    entries_size = sum(map(len, directory))
    end = _END.pack(END, 0, 0, len(entries), len(entries), entries_size, at, 0)
    return b"".join((*out, *directory, end))


def members(entries: Mapping[str, Entry], order: Sequence[str]) -> bytes:
    """The ZIP of members in an order."""
    return zipped([entries[n] for n in order])

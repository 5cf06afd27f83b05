"""How the checksum of a ZIP's member (CRC-32) goes on over bytes that are the same in all agreements of a plate."""

from __future__ import annotations

import zlib
from array import array
from functools import lru_cache
from typing import Final, NamedTuple

_SHORT: Final = 768
"""Bytes whose checksum is sooner counted than looked up."""
_NONE: Final = array("I")


class Onward(NamedTuple):
    """How the checksum goes over bytes: it is linear in what it was before, so four look-ups tell it for many."""

    near: bytes  # all of them if they are few
    first: array[int]  # the look-ups, empty if they are few
    second: array[int]
    third: array[int]
    fourth: array[int]
    alone: int

    def __call__(self, crc: int) -> int:
        """The checksum behind the bytes from that before them; `Stream.entry` does the same by itself."""
        near, a, b, c, d, alone = self
        if not a:
            return zlib.crc32(near, crc)
        return a[crc & 255] ^ b[crc >> 8 & 255] ^ c[crc >> 16 & 255] ^ d[crc >> 24] ^ alone


@lru_cache(maxsize=256)
def _tables(size: int) -> tuple[array[int], array[int], array[int], array[int]]:
    """What becomes of a checksum over so many bytes, whatever they are: 256 numbers for each byte of the checksum."""
    data = bytes(size)
    alone = zlib.crc32(data)
    bits = [zlib.crc32(data, 1 << i) ^ alone for i in range(32)]
    tables: list[array[int]] = []
    for byte in range(4):
        table = [0]
        for bit in bits[8 * byte : 8 * byte + 8]:
            table += [bit ^ x for x in table]
        tables.append(array("I", table))
    one, two, three, four = tables
    return one, two, three, four


def counted(data: bytes) -> Onward:
    """How the checksum goes over a few bytes."""
    return Onward(data, _NONE, _NONE, _NONE, _NONE, 0)


def over(data: bytes) -> Onward:
    """How the checksum goes over the data."""
    return counted(data) if len(data) < _SHORT else Onward(b"", *_tables(len(data)), zlib.crc32(data))

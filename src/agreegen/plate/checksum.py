"""How the checksum of a ZIP's member (CRC-32) goes on over bytes that are the same in all agreements of a plate."""

from __future__ import annotations

import zlib
from array import array
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

_SHORT: Final = 768
"""Bytes whose checksum is sooner counted than looked up."""


@dataclass(frozen=True, slots=True)
class _LookedUp:
    """How the checksum goes over many bytes: it is linear in what it was before, so four look-ups tell it."""

    tables: tuple[array[int], ...]
    alone: int

    @classmethod
    def of(cls, data: bytes) -> _LookedUp:
        """The look-ups for bytes."""
        return cls(_tables(len(data)), zlib.crc32(data))

    def __call__(self, crc: int) -> int:
        a, b, c, d = self.tables
        return a[crc & 255] ^ b[crc >> 8 & 255] ^ c[crc >> 16 & 255] ^ d[crc >> 24] ^ self.alone


@lru_cache(maxsize=256)
def _tables(size: int) -> tuple[array[int], ...]:
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
    return tuple(tables)


def counted(data: bytes) -> Callable[[int], int]:
    """How the checksum goes over a few bytes."""
    return partial(zlib.crc32, data)


def over(data: bytes) -> Callable[[int], int]:
    """How the checksum goes over the data."""
    return counted(data) if len(data) < _SHORT else _LookedUp.of(data)

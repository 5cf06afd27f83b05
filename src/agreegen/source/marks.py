"""The text of a file as digests, kept when it is generated, so that a changed word is noticed and found later.

A digest a block (paragraph, note, page), and two bytes for each few words of a longer block: enough to tell which words
are new, too little to tell what stood there before.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import struct
import zlib
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from agreegen.late import dataclass
from agreegen.pdf.squeeze import squeeze

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from agreegen.finding import Location

READING: Final = 1
"""How the text of a file is read; raised whenever the same file gives other blocks than before."""

MOST: Final = 60_000
HEAD: Final = struct.Struct("<4sH")
_ZLIB: Final = b"\x78\x01"
_HEAD: Final = struct.Struct("<BHH")  # of a block: whether it is the last, its size, and its size again, upside down
_BLOCK: Final = 0xFFFF
SHORT: Final = 6  # words of a block that is shown whole
GROUP: Final = 8  # words of a group at most


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of visible text and its place."""

    text: str
    where: Location


@dataclass(frozen=True, slots=True)
class Mark:
    """What is kept of a block: its digest, and a number for each few words."""

    digest: bytes
    words: tuple[int, ...] = ()


def mark(text: str) -> Mark:
    """The mark of a text; spaces, kinds of hyphen and ligatures make no difference."""
    words = text.split()
    plain = "".join(words) if text.isascii() and "\x02" not in text else squeeze(text)  # as squeezed, done at once
    digest = hashlib.blake2b(plain.encode("utf-8", "replace"), digest_size=4).digest()
    return Mark(digest, tuple([x for _, _, x in spans(words)[:0xFFFF]]))


def spans(words: Sequence[str]) -> list[tuple[int, int, int]]:
    """(start, end, number) of the groups of words; where one ends depends on words only, so changes stay local."""
    if len(words) <= SHORT:
        return []
    crc, last = zlib.crc32, len(words)
    codes = [_code(w) for w in words]
    whole = struct.pack(f"<{last}I", *codes)
    found, start = [], 0
    for n, code in enumerate(codes, 1):
        if code % 6 == 0 or n - start == GROUP or n == last:
            found.append((start, n, crc(whole[4 * start : 4 * n]) & 0xFFFF))
            start = n
    return found


@lru_cache(maxsize=16_384)
def _code(word: str) -> int:
    """The number of a word: most are there many times."""
    return zlib.crc32(word.encode() if word.isascii() else squeeze(word).encode("utf-8", "replace"))


def kept(parts: Mapping[str, Sequence[str]]) -> dict[str, object]:
    """The marks of the texts of all blocks by part, as JSON can hold them."""
    said: dict[str, object] = {"reading": READING}
    for name, texts in parts.items():
        said[name] = packed(map(_marked, texts))
    return said


@lru_cache(maxsize=4096)
def _marked(text: str) -> bytes:
    """The mark of a text as bytes: agreements of one kind have most texts in common."""
    return raw(mark(text))


def raw(found: Mark) -> bytes:
    """A mark as bytes."""
    return HEAD.pack(found.digest, n := len(found.words)) + struct.pack(f"<{n}H", *found.words)


def packed(marks: Iterable[bytes]) -> str:
    """The marks of a part as text, with a checksum; as they are, because digests hardly become smaller."""
    return base64.b64encode(stored(b"".join(marks))).decode()


def stored(data: bytes) -> bytes:
    """The data as zlib reads them, in blocks of 65,535 bytes as they are."""
    blocks = [data[at : at + _BLOCK] for at in range(0, len(data), _BLOCK)] or [b""]
    heads = [_HEAD.pack(n == len(blocks), len(b), len(b) ^ _BLOCK) for n, b in enumerate(blocks, 1)]
    return b"".join((_ZLIB, *(x for pair in zip(heads, blocks, strict=True) for x in pair), ending(data)))


def heading(size: int) -> bytes:
    """What stands before data of up to 65,535 bytes, as `stored`."""
    return _ZLIB + _HEAD.pack(True, size, size ^ _BLOCK)


def ending(data: bytes) -> bytes:
    """What stands behind the data."""
    return zlib.adler32(data).to_bytes(4, "big")


def restored(said: object) -> dict[str, list[Mark]] | None:
    """The marks by part; None if they aren't there or are damaged. Limits hold, whoever wrote them."""
    if not isinstance(said, dict) or said.get("reading") != READING:
        return None
    try:
        return {str(k): list(_marks(v)) for k, v in said.items() if k != "reading"}
    except (ValueError, TypeError, binascii.Error, zlib.error, struct.error):
        return None


def _marks(text: str) -> Iterator[Mark]:
    packed = zlib.decompressobj()
    raw = packed.decompress(base64.b64decode(text, validate=True), MOST * 64)
    if packed.unconsumed_tail:
        raise ValueError
    at = 0
    while at < len(raw):
        digest, count = HEAD.unpack_from(raw, at)
        at += HEAD.size
        yield Mark(digest, struct.unpack_from(f"<{count}H", raw, at))
        at += 2 * count

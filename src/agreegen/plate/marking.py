"""Marks of a text that has values in it: what stands before and after them is read once."""

from __future__ import annotations

import hashlib
import re
import struct
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from agreegen.pdf.squeeze import squeeze
from agreegen.plate.cast import TOKEN
from agreegen.source.marks import GROUP, HEAD, SHORT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_SPACE: Final = re.compile(r"\s")
_MOST: Final = 5_000
_codes: dict[str, tuple[bytes, bool]] = {}


@dataclass(slots=True)
class _Groups:
    """Groups of words while they are counted: their numbers, how many words wait, and the number so far."""

    numbers: list[int]
    count: int = 0
    total: int = 0

    def add(self, words: Iterable[tuple[bytes, bool]]) -> None:
        """Counts words on."""
        count, total, crc = self.count, self.total, zlib.crc32
        for code, ends in words:
            total = crc(code, total)
            count += 1
            if ends or count == GROUP:
                self.numbers.append(total & 0xFFFF)
                count = total = 0
        self.count, self.total = count, total

    def close(self) -> None:
        """Ends the last group."""
        if self.count:
            self.numbers.append(self.total & 0xFFFF)
            self.count = self.total = 0


@dataclass(frozen=True, slots=True)
class Said:
    """A text with slots: what is around them, the numbers of the slots, and the words that no value touches."""

    texts: tuple[str, ...]
    slots: tuple[int, ...]
    before: _Groups
    after: tuple[tuple[bytes, bool], ...]  # up to a word that ends a group whatever was before
    rest: tuple[int, ...]  # the groups after it
    untouched: int  # words
    lead: str  # the part of a word before the first value
    trail: str  # the part of a word after the last

    def filled(self, values: Mapping[int, str]) -> str:
        """The text with values."""
        out = [self.texts[0]]
        for slot, text in zip(self.slots, self.texts[1:], strict=True):
            out += (values[slot], text)
        return "".join(out)

    def mark(self, text: str, values: Mapping[int, str]) -> bytes:
        """The mark of the text with values, as bytes."""
        middle = [self.lead]
        last = len(self.slots) - 1
        for i, slot in enumerate(self.slots):
            middle += (values[slot], self.trail if i == last else self.texts[i + 1])
        words = "".join(middle).split()
        groups = _Groups([])
        if len(words) + self.untouched > SHORT:
            groups = _Groups(self.before.numbers.copy(), self.before.count, self.before.total)
            groups.add(map(_code, words))
            groups.add(self.after)
            groups.close()
            groups.numbers += self.rest
        digest = hashlib.blake2b(squeeze(text).encode("utf-8", "replace"), digest_size=4).digest()
        numbers = groups.numbers
        return HEAD.pack(digest, n := len(numbers)) + struct.pack(f"<{n}H", *numbers)


def said(text: str) -> Said:
    """A text with tokens, cut at them."""
    pieces = TOKEN.split(text)
    texts, slots = tuple(pieces[::2]), tuple(map(int, pieces[1::2]))
    *_, start = (0, *(m.end() for m in _SPACE.finditer(texts[0])))
    end = m.start() if (m := _SPACE.search(texts[-1])) else len(texts[-1])
    head, tail = texts[0][:start].split(), list(map(_code, texts[-1][end:].split()))
    before, rest = _Groups([]), _Groups([])
    before.add(map(_code, head))
    after = next((i for i, (_, ends) in enumerate(tail, 1) if ends), len(tail))
    rest.add(tail[after:])
    rest.close()
    count = len(head) + len(tail)
    return Said(
        texts, slots, before, tuple(tail[:after]), tuple(rest.numbers), count, texts[0][start:], texts[-1][:end]
    )


def _code(word: str) -> tuple[bytes, bool]:
    """The number of a word as bytes, and whether it ends a group."""
    found = _codes.get(word)
    if found is None:
        if len(_codes) > _MOST:
            _codes.clear()
        code = zlib.crc32((word if word.isascii() else squeeze(word)).encode("utf-8", "replace"))
        found = _codes[word] = (code.to_bytes(4, "little"), code % 6 == 0)
    return found

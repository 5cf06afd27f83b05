"""Marks of a text that has values in it: what stands before and after them is read once."""

from __future__ import annotations

import hashlib
import re
import struct
import unicodedata
import zlib
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final

from agreegen.pdf.squeeze import squeeze
from agreegen.plate.cast import TOKEN, UnfitError
from agreegen.source.marks import GROUP, HEAD, SHORT, mark, raw

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_SPACE: Final = re.compile(r"\s")
_MOST: Final = 5_000

Word = tuple[bytes, bool]
"""The number of a word as bytes, and whether it ends a group."""
_codes: dict[str, Word] = {}


class _Groups:
    """Groups of words while they are counted: their numbers, how many words wait, and the number so far."""

    __slots__ = ("count", "numbers", "total")

    def __init__(self, words: Iterable[Word] = ()) -> None:
        """The groups of words."""
        self.numbers: list[int] = []
        self.count = self.total = 0
        for code, ends in words:
            self.total = zlib.crc32(code, self.total)
            self.count += 1
            if ends or self.count == GROUP:
                self.close()

    def close(self) -> None:
        """Ends the last group."""
        if self.count:
            self.numbers.append(self.total & 0xFFFF)
            self.count = self.total = 0


@dataclass(frozen=True, slots=True, eq=False)
class Said:
    """A text with slots: what is around them, the numbers of the slots, and the words that no value touches."""

    touched: str  # what values touch, with parts of words only at both ends, as `%` takes values
    tight: bytes  # all of it, squeezed, as `%` takes values
    slots: tuple[int, ...]
    pick: itemgetter[Any]  # of the slots
    before: _Groups
    after: tuple[Word, ...]  # up to a word that ends a group whatever was before
    rest: _Groups  # those after it
    untouched: int  # words
    is_value: bool  # whether it is a value and nothing else

    def mark(self, values: Mapping[int, str], tight: Mapping[int, bytes]) -> bytes:
        """The mark of the text with values by slot, as bytes; `tight` are the values squeezed."""
        digest = hashlib.blake2b(self.tight % self.pick(tight), digest_size=4).digest()
        words = (self.touched % self.pick(values)).split()
        if len(words) + self.untouched <= SHORT:
            return HEAD.pack(digest, 0)
        numbers = self._numbers(words)
        return HEAD.pack(digest, len(numbers)) + struct.pack(f"<{len(numbers)}H", *numbers)

    def _numbers(self, words: Sequence[str]) -> list[int]:
        """The numbers of the groups, with these words between those that no value touches."""
        numbers, count, total = self.before.numbers.copy(), self.before.count, self.before.total
        crc, known, put = zlib.crc32, _codes, numbers.append
        for code, ends in (*[known.get(w) or _code(w) for w in words], *self.after):
            total = crc(code, total)
            count += 1
            if ends or count == GROUP:
                put(total & 0xFFFF)
                count = total = 0
        if count:
            put(total & 0xFFFF)
        numbers += self.rest.numbers
        return numbers


@lru_cache(maxsize=256)
def of_value(value: str) -> bytes:
    """The mark of a value alone."""
    return raw(mark(value))


def said(text: str) -> Said:
    """A text with tokens, cut at them; UnfitError if a letter of it may be joined to a value's."""
    pieces = TOKEN.split(text)
    texts, slots = pieces[::2], tuple(map(int, pieces[1::2]))
    if any(t and unicodedata.combining(t[0]) for t in texts[1:]):
        raise UnfitError("a sign is joined to a value")
    *_, start = (0, *(m.end() for m in _SPACE.finditer(texts[0])))
    end = m.start() if (m := _SPACE.search(texts[-1])) else len(texts[-1])
    head, tail = texts[0][:start].split(), list(map(_code, texts[-1][end:].split()))
    after = next((i for i, (_, ends) in enumerate(tail, 1) if ends), len(tail))
    rest = _Groups(tail[after:])
    rest.close()
    tight = b"%b".join(squeeze(t).encode("utf-8", "replace").replace(b"%", b"%%") for t in texts)
    around = (texts[0][start:], *texts[1:-1], texts[-1][:end])
    touched = "%s".join(t.replace("%", "%%") for t in around)
    untouched, is_value = len(head) + len(tail), texts == ["", ""]
    before, behind = _Groups(map(_code, head)), tuple(tail[:after])
    return Said(touched, tight, slots, itemgetter(*slots), before, behind, rest, untouched, is_value)


def _code(word: str) -> Word:
    found = _codes.get(word)
    if found is None:
        if len(_codes) > _MOST:
            _codes.clear()
        code = zlib.crc32((word if word.isascii() else squeeze(word)).encode("utf-8", "replace"))
        found = _codes[word] = (code.to_bytes(4, "little"), code % 6 == 0)
    return found

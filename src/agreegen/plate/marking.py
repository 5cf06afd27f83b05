"""Marks of a text that has values in it: what stands before and after them is read once."""

from __future__ import annotations

import hashlib
import re
import unicodedata
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from agreegen.pdf.squeeze import squeeze
from agreegen.plate.cast import TOKEN, UnfitError
from agreegen.source.marks import GROUP, SHORT

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

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


class Value(NamedTuple):
    """A value of a document, with what is made of it wherever it stands."""

    written: bytes  # as XML has it
    words: list[str]
    tight: bytes  # squeezed
    mark: bytes  # of a text that is the value and nothing else
    text: str


@lru_cache(maxsize=256)
def value_of(written: str) -> Value:
    """A value, from how it is written in XML: agreements have many in common."""
    text = written.replace("&amp;", "&")
    words = text.split()
    tight = squeeze(text).encode("utf-8", "replace")
    if len(words) <= SHORT:
        alone = _digest(tight) + _NO_NUMBERS
    else:
        count, total, numbers = _grouped(words, 0, 0, b"")
        alone = _digest(tight) + _counted(numbers + _number(total) if count else numbers)
    return Value(written.encode(), words, tight, alone, text)


Values = Mapping[int, Value]
"""Values by their slots."""


@dataclass(frozen=True, slots=True)
class _Then:
    """The words from a value to the end of a text, for so many that wait before: they go on with a group, and the
    numbers of later groups are the same whatever the value is.
    """

    group: bytes  # its words
    later: bytes

    @classmethod
    def of(cls, waiting: int, words: Sequence[Word]) -> _Then:
        """The words, after so many that wait."""
        size = next((i for i, (_, ends) in enumerate(words, 1) if ends or waiting + i == GROUP), len(words))
        later = _Groups(words[size:])
        later.close()
        return cls(b"".join(code for code, _ in words[:size]), _numbers(later.numbers))


@dataclass(frozen=True, slots=True, eq=False)
class Said:
    """A text with slots: what is around them, the numbers of the slots, and the words that no value touches."""

    touched: str  # what values touch, with parts of words only at both ends, as `%` takes values
    tight: bytes  # all of it, squeezed, as `%` takes values
    slots: tuple[int, ...]
    slot: int  # of the value if it is one and touches no word, else -1
    before: _Groups
    start: bytes  # the numbers before
    then: tuple[_Then, ...]  # by how many words wait
    untouched: int  # words
    is_value: bool  # whether it is a value and nothing else

    def mark(self, values: Values) -> bytes:
        """The mark of the text with values, as bytes."""
        if self.slot >= 0:
            value = values[self.slot]
            digest, words = _digest(self.tight % value.tight), value.words
        else:
            picked = [values[slot] for slot in self.slots]
            digest = _digest(self.tight % tuple([v.tight for v in picked]))
            words = (self.touched % tuple([v.text for v in picked])).split()
        if len(words) + self.untouched <= SHORT:
            return digest + _NO_NUMBERS
        count, total, numbers = _grouped(words, self.before.count, self.before.total, self.start)
        then = self.then[count]
        if count or then.group:
            numbers += _number(zlib.crc32(then.group, total))
        return digest + _counted(numbers + then.later)


def _grouped(words: Sequence[str], count: int, total: int, numbers: bytes) -> tuple[int, int, bytes]:
    """Groups after more words: how many wait, the number of those so far, and the numbers of the finished ones."""
    crc, known = zlib.crc32, _codes
    for word in words:
        code, ends = known.get(word) or _code(word)
        total = crc(code, total)
        count += 1
        if ends or count == GROUP:
            numbers += (total & 0xFFFF).to_bytes(2, "little")
            count = total = 0
    return count, total, numbers


def _number(total: int) -> bytes:
    return (total & 0xFFFF).to_bytes(2, "little")


def _counted(numbers: bytes) -> bytes:
    """Numbers after how many they are: as many as a mark has at most."""
    kept = numbers[: 2 * 0xFFFF]
    return (len(kept) // 2).to_bytes(2, "little") + kept


_NO_NUMBERS: Final = b"\0\0"


def _digest(tight: bytes) -> bytes:
    return hashlib.blake2b(tight, digest_size=4).digest()


def _numbers(numbers: Iterable[int]) -> bytes:
    return b"".join(n.to_bytes(2, "little") for n in numbers)


def said(text: str) -> Said:
    """A text with tokens, cut at them; UnfitError if a letter of it may be joined to a value's."""
    pieces = TOKEN.split(text)
    texts, slots = pieces[::2], tuple(map(int, pieces[1::2]))
    if any(t and unicodedata.combining(t[0]) for t in texts[1:]):
        raise UnfitError("a sign is joined to a value")
    *_, start = (0, *(m.end() for m in _SPACE.finditer(texts[0])))
    end = m.start() if (m := _SPACE.search(texts[-1])) else len(texts[-1])
    head, tail = texts[0][:start].split(), list(map(_code, texts[-1][end:].split()))
    tight = b"%b".join(squeeze(t).encode("utf-8", "replace").replace(b"%", b"%%") for t in texts)
    around = (texts[0][start:], *texts[1:-1], texts[-1][:end])
    touched = "%s".join(t.replace("%", "%%") for t in around)
    untouched, is_value = len(head) + len(tail), texts == ["", ""]
    before, then = _Groups(map(_code, head)), tuple(_Then.of(n, tail) for n in range(GROUP))
    slot = slots[0] if touched == "%s" else -1
    return Said(touched, tight, slots, slot, before, _numbers(before.numbers), then, untouched, is_value)


def _code(word: str) -> Word:
    found = _codes.get(word)
    if found is None:
        if len(_codes) > _MOST:
            _codes.clear()
        code = zlib.crc32((word if word.isascii() else squeeze(word)).encode("utf-8", "replace"))
        found = _codes[word] = (code.to_bytes(4, "little"), code % 6 == 0)
    return found

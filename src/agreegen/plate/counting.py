"""How many lines a paragraph with values takes: rules, by which it counts whatever its values are."""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, NamedTuple

from agreegen.plate.breaking import (
    between,
    broken,
    edges,
    lines_of,
    plain_chunks,
    plain_width,
    plain_words,
)
from agreegen.plate.unbroken import SHORT, Steps

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from agreegen.plate.breaking import Chunk, Words
    from agreegen.plate.setting import Face

_ALONE: Final = 2  # texts around one value
_WORD: Final = "a"  # that may be broken from others
HAIR: Final = 0.02
"""Points: nearer to the edge than this, a word may stand on either line."""


class Few(NamedTuple):
    """The least and the most lines that a text takes."""

    least: int
    most: int
    sign: str


Count = int | Few | str
"""How many lines; between how many, where that isn't certain; or the sign of the text itself."""
Key = tuple[Count, ...]


def sign(text: str) -> str:
    """What stands for a text where only the same one will do: its digest, so that none is kept."""
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


@dataclass(frozen=True, slots=True)
class Way:
    """One way to break a paragraph: what is before the values, and the lines that what comes after them takes."""

    room: float
    most: bool  # broken wherever it may be, not only where it surely may
    x: float
    lines: int
    ends: tuple[float, ...]
    after: tuple[int, ...]

    @classmethod
    def of(cls, room: float, head: Sequence[Chunk], tail: Sequence[Chunk], *, most: bool) -> Way:
        """A way for a room."""
        ends: list[float] = []
        for gap, width, _ in tail:
            ends.append((ends[-1] if ends else 0.0) + gap + width)
        after = [0] * (len(tail) + 1)
        for i in range(len(tail) - 1, -1, -1):
            x, n = tail[i][1], i + 1
            while n < len(tail) and x + sum(tail[n][:2]) <= room:
                x, n = x + sum(tail[n][:2]), n + 1
            after[i] = 1 + after[n]
        return cls(room, most, *broken(head, room, 0.0, 1), tuple(ends), tuple(after))

    def count(self, middle: Sequence[Chunk], face: Face | None) -> int:
        """The lines with the chunks of values; with a face, what is too wide is broken letter by letter."""
        x, lines = broken(middle, self.room, self.x, self.lines, face)
        return lines + self._behind(x)

    def count_unbroken(self, width: float) -> int:
        """The lines with something of that width, which has room on the line where it begins."""
        return self.lines + self._behind(self.x + width)

    def count_words(self, words: Words, size: float, spaces: int) -> int:
        """The lines with words of that size, none wider than a line, behind some spaces."""
        ends, room, lines, at = words.ends, self.room / size, self.lines, 0
        start = -self.x / size - spaces * words.space if self.x else 0.0
        while (at := bisect_right(ends, start + room, at)) < len(ends):
            lines, start = lines + 1, words.starts[at]
            at += 1
        return lines + self._behind((ends[-1] - start) * size)

    def _behind(self, x: float) -> int:
        """The lines that begin after values that end at x."""
        return self.after[bisect_right(self.ends, self.room - x)]

    @property
    def marks(self) -> Iterator[float]:
        """The widths of what has room on the line where it begins, at which another number of lines is needed."""
        yield self.room - self.x
        for end in self.ends:
            yield self.room - self.x - end


@dataclass(frozen=True, slots=True)
class Rule:
    """How the lines of a paragraph are counted, whatever its values are; paragraphs with equal rules share counts."""

    texts: tuple[str, ...]  # around the values, as far as the words go that they are in
    face: Face
    before: str
    behind: str
    ways: tuple[Way, ...]
    room: float
    length: int  # of what isn't in the texts
    lettered: bool  # whether what is too wide for a line is broken
    alike: bool  # whether it is certain where what is around the values may be broken
    headed: bool  # whether a heading is kept with it, more of it if it is short

    def steps(self) -> Steps | None:
        """What it counts for by the width of its values; None if that doesn't tell."""
        indented = self.texts[0][:1] == " " and not all(way.x for way in self.ways)
        if indented and self.length:
            return None
        most = min(way.room - way.x for way in self.ways) if self.length else self.room
        marks = {most, *(mark for way in self.ways for mark in way.marks if mark < most)} if self.length else {most}
        found = Steps.of(self.face, self.texts, (self.before, self.behind), marks, self._unbroken)
        if found is None or not self.headed:
            return found
        return replace(found, letters=self.length + sum(map(len, self.texts)), is_one_more=True)

    def count_words(self, text: str) -> int:
        """What it counts for with values, if the words that they touch can't be broken; 0 if it isn't certain then."""
        said = text.lstrip(" ")
        words = plain_words(said, self.face.file)
        if words is None or not (between(self.before, said) and between(said, self.behind)):
            return 0
        return self.count_those(words, len(text), len(text) - len(said))

    def count_those(self, words: Words, length: int, spaces: int) -> int:
        """As `count_words`, with words that are apart from those around: of a text so long, behind some spaces."""
        size = self.face.size
        if not self.length:
            count = words.lines(self.room / size, (self.room + 2 * HAIR) / size)
        elif self.alike and words.widest <= self.room / size:
            counts = {way.count_words(words, size, spaces) for way in self.ways[::2]}
            count = counts.pop() if len(counts) == 1 else 0
        else:
            count = 0
        return 2 * count + (self.headed and self.length + length < SHORT) if count else 0

    @property
    def blank(self) -> int:
        """How many spaces are before its one value, if there is nothing else around, and it is apart from the words
        beyond if they may be broken from some word; below 0 if not."""
        plain = len(self.texts) == _ALONE and not self.texts[0].strip(" ") and not self.texts[1]
        return len(self.texts[0]) if plain and between(self.before, _WORD) and between(_WORD, self.behind) else -1

    def _unbroken(self, width: float) -> int:
        """Twice the lines with values of that width, which aren't broken; 0 if it isn't certain how many."""
        counts = {2 * way.count_unbroken(width) for way in self.ways} if self.length else {2}
        return counts.pop() if len(counts) == 1 else 0

    def count(self, text: str) -> Count:
        """Twice the lines with values, and one more if it matters that it is short; `Few` or the text if unsure."""
        words = text.strip()
        apart = between(self.before, words) and between(words, self.behind)
        size = 2 + (self.headed and self.length + len(text) < SHORT)
        if apart and not self.length and plain_width(text, self.face) <= self.room:
            return size
        cut = plain_chunks(text, self.face) if apart else None
        if cut is None:
            return sign(text)
        most, least = cut
        sure = most is least and self.alike
        if not self.length:
            lines = lines_of(most, self.room, self.room + 2 * HAIR)
            if lines and (sure or lines_of(least, self.room, self.room + 2 * HAIR) == lines):
                return 2 * lines + size - 2
        face = self.face if self.lettered else None
        ways = self.ways[::2] if sure else self.ways
        counts = {2 * way.count(most if way.most else least, face) + size - 2 for way in ways}
        if sum(width > self.room for _, width, _ in least) > 1:
            return sign(text)
        if len(counts) == 1:
            return counts.pop()
        plain = sure and not self.length and not (face and any(width > self.room for _, width, _ in most))
        decided = _decided(most, *[way.room for way in ways]) if plain else ""
        return Few(min(counts), max(counts), sign(decided or text))


def _decided(parts: Sequence[Chunk], low: float, high: float) -> str:
    """The text up to the one word that decides how many lines there are; "" if more than that does.

    A line is broken as its beginning tells, whatever comes: in texts that begin alike so far, it is the same way.
    """
    near = edges(parts, low, high)
    return "".join((" " if gap else "") + t for gap, _, t in parts[: near.pop() + 1]) if len(near) == 1 else ""


@dataclass(frozen=True, slots=True)
class LineRule:
    """How a paragraph with tabs is counted, such as an entry of the contents: one line if its text has room."""

    texts: tuple[str, ...]
    face: Face
    room: float

    def steps(self) -> Steps | None:
        """What it counts for by the width of its values."""
        found = Steps.of(self.face, self.texts, ("", ""), (self.room,), lambda _: 1)
        return replace(found, letters=sum(map(len, self.texts))) if found else None

    def count_words(self, text: str) -> int:
        """0: it has to be one line."""
        return 0

    def count(self, text: str) -> Count:
        """One line, or the text's sign."""
        return 1 if len(text) < SHORT and plain_width(text, self.face) <= self.room else sign(text)


@dataclass(frozen=True, slots=True)
class WordRule:
    """A paragraph whose text itself counts."""

    texts: tuple[str, ...]

    def steps(self) -> None:
        """None: widths don't tell."""

    def count_words(self, text: str) -> int:
        """0: words don't tell."""
        return 0

    def count(self, text: str) -> Count:
        """The text's sign."""
        return sign(text)


AnyRule = Rule | LineRule | WordRule

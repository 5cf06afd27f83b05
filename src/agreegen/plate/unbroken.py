"""What a paragraph counts for by the width of its values alone, where all that they touch stands on one line.

Letters have the same width wherever they stand, so the widths of values and of the texts around them add up. As long as
nothing of that is broken, only its end matters: how much of what comes after still finds room on that line.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from agreegen.plate.breaking import between, is_apart, plain_width

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from agreegen.plate.setting import Face

SHORT: Final = 220
"""Characters: paragraphs with fewer are kept together."""

_A: Final = "a"
"""A letter beside which a line may be broken."""


@dataclass(frozen=True, slots=True)
class Steps:
    """What a paragraph counts for, by the width of its values and of what they touch."""

    face: Face
    around: float  # the width of what the values touch
    tops: tuple[float, ...]  # up to each of these widths
    counts: tuple[int, ...]  # it counts for so much, for 0 where that isn't certain
    letters: int  # of all but the values; below 0 where it doesn't matter how many there are
    is_one_more: bool  # whether it counts for one more if it is short; else it has to be
    is_beside: bool  # whether words stand before the values or behind them

    @classmethod
    def of(
        cls,
        face: Face,
        texts: Sequence[str],
        words: tuple[str, str],
        marks: Iterable[float],
        count: Callable[[float], int],
    ) -> Steps | None:
        """The steps of a paragraph whose values stand between `texts`, and these between two `words`.

        `count` tells what it counts for at a width; it changes at `marks`, and beyond the last one isn't known. None
        where values alone don't tell.
        """
        first, last = texts[0].strip() or _A, texts[-1].strip() or _A
        around = sum(plain_width(text, face) for text in texts)
        tops = sorted({mark for mark in marks if mark > 0})
        if not (tops and around <= tops[-1] and between(words[0], first) and between(last, words[1])):
            return None
        counts = tuple(count((low + high) / 2) for low, high in pairwise((0.0, *tops)))
        return cls(face, around, tuple(tops), counts, -1, is_one_more=False, is_beside=bool(words[0] or words[1]))

    def count(self, values: Sequence[str]) -> int:
        """What it counts for with values; 0 if that isn't certain."""
        width, face = self.around, self.face
        for value in values:
            width += plain_width(value, face)
        if self.is_beside and not all(map(is_apart, values)):
            return 0
        return self.at(width, sum(map(len, values)))

    def at(self, width: float, length: int) -> int:
        """What it counts for with values that are so long, where they and what they touch are so wide; 0 if unsure."""
        count = self.counts[bisect_left(self.tops, width)] if width <= self.tops[-1] else 0
        if not count or self.letters < 0:
            return count
        is_short = self.letters + length < SHORT
        return count + is_short if self.is_one_more else count if is_short else 0

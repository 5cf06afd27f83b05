"""What one value counts for in all paragraphs in which it stands alone, whose letters are of one font: measured once.

Its width is compared with all widths at which one of their rules counts otherwise; between two of these, all of them
count as they do for any value there, so that this is asked once. What its width doesn't tell, its words do.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from agreegen.plate.breaking import is_apart, plain_width, plain_words
from agreegen.plate.counting import Rule, WordRule
from agreegen.plate.setting import Face
from agreegen.plate.unbroken import SHORT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agreegen.plate.breaking import Words
    from agreegen.plate.counting import AnyRule, Count
    from agreegen.plate.unbroken import Steps

_VALUES: Final = 48  # that are kept
_ROWS: Final = 128

Row = tuple[tuple[int, ...], tuple[int, ...]]
"""What each rule counts for, 0 where that isn't certain; and the numbers of these rules."""


def font(rule: AnyRule) -> str:
    """The file of a rule's letters; "" where they don't matter."""
    return "" if isinstance(rule, WordRule) else rule.face.file


@dataclass(slots=True, eq=False)
class Tally:
    """Rules for one value alone, of one font; what the last values counted for is kept."""

    rules: tuple[AnyRule, ...]
    file: str
    steps: tuple[Steps | None, ...]  # of each rule
    edges: tuple[float, ...]  # widths of values, in sizes of the letters, up to which a rule counts so
    lengths: tuple[int, ...]  # letters of a value from which on it does otherwise
    blanks: tuple[int, ...]  # of each rule
    rows: dict[tuple[int, int, bool], Row] = field(default_factory=dict)
    known: dict[str, tuple[Count, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, rules: Sequence[AnyRule]) -> Tally:
        """That of rules whose letters are of one font."""
        steps = tuple(rule.steps() for rule in rules)
        found = [s for s in steps if s]
        edges = sorted({(top - s.around) / s.face.size for s in found for top in s.tops if top > s.around})
        lengths = sorted({SHORT - s.letters for s in found if s.letters >= 0})
        blanks = tuple(rule.blank if isinstance(rule, Rule) else -1 for rule in rules)
        return cls(tuple(rules), font(rules[0]), steps, tuple(edges), tuple(lengths), blanks)

    def counts(self, value: str) -> tuple[Count, ...]:
        """What a value counts for by each of the rules."""
        found = self.known.get(value)
        if found is None:
            if len(self.known) >= _VALUES:
                self.known.clear()
            found = self.known[value] = self._counted(value)
        return found

    def _counted(self, value: str) -> tuple[Count, ...]:
        if not self.file:
            return tuple([rule.count(value.join(rule.texts)) for rule in self.rules])
        words = plain_words(value, self.file)
        width = words.ends[-1] if words else plain_width(value, Face(self.file, 1.0))
        apart = is_apart(value)
        at = bisect_left(self.edges, width), bisect_right(self.lengths, len(value)), apart
        sure, others = self.rows.get(at) or self._row(*at)
        if not others:
            return sure
        counts: list[Count] = list(sure)
        for n in others:
            counts[n] = self._longer(n, value, words if apart else None)
        return tuple(counts)

    def _row(self, wide: int, long: int, apart: bool) -> Row:
        """What values between two edges count for, by the width in the middle of these."""
        low, high = (0.0, *self.edges)[wide], (*self.edges, math.inf)[wide]
        length, counts = (0, *self.lengths)[long], []
        for s in self.steps:
            width = s.around + (low + high) / 2 * s.face.size if s and (apart or not s.is_beside) else math.inf
            counts.append(s.at(width, length) if s else 0)
        if len(self.rows) >= _ROWS:
            self.rows.clear()
        row = self.rows[wide, long, apart] = tuple(counts), tuple(n for n, count in enumerate(counts) if not count)
        return row

    def _longer(self, number: int, value: str, words: Words | None) -> Count:
        """What a value counts for by a rule that its width doesn't tell; `words` if it has such, and is apart."""
        rule, spaces = self.rules[number], self.blanks[number]
        if words and spaces >= 0 and isinstance(rule, Rule):
            count = rule.count_those(words, spaces + len(value), spaces)
            return count or rule.count(rule.texts[0] + value)
        text = value.join(rule.texts)
        return rule.count_words(text) or rule.count(text)

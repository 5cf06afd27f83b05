"""Stale citations: places in a text that cite law by an old number or a misprint."""

from __future__ import annotations

import functools
import re

from agreegen.late import dataclass
from agreegen.law.tables import table


@dataclass(frozen=True, slots=True)
class StaleCitation:
    """What was found, where it starts in the text, what to write instead, and why."""

    found: str
    start: int
    current: str
    reason: str
    source: str


@functools.cache
def _patterns() -> tuple[tuple[re.Pattern[str], str, dict[str, str]], ...]:
    """Each pattern with a part of whatever it finds, and its row."""
    return tuple((re.compile(row["find"], re.IGNORECASE), row["has"], row) for row in table("stale"))


@functools.cache
def stale_words() -> tuple[str, ...]:
    """Words, in lower case, one of which is in every ASCII text with a stale citation."""
    return tuple(dict.fromkeys(part for _, part, _ in _patterns()))


def stale_citations(text: str) -> tuple[StaleCitation, ...]:
    """Every stale citation of the text, in its order; of overlapping ones the longest."""
    plain = text.lower() if text.isascii() else None
    found = [
        StaleCitation(m[0].strip(), m.start(), row["current"], row["reason"], row["source"])
        for pattern, part, row in _patterns()
        if plain is None or part in plain
        for m in pattern.finditer(text)
    ]
    kept: list[StaleCitation] = []
    for stale in sorted(found, key=lambda s: (s.start, -len(s.found))):
        if not kept or stale.start >= kept[-1].start + len(kept[-1].found):
            kept.append(stale)
    return tuple(kept)

"""Vocabulary: the words that templates have, by which another word is told from a misspelt one."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from agreegen.late import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

WORD = re.compile(r"[A-Za-z]+(?:[-'\u2019][A-Za-z]+)*")
OFTEN = 3
"""Files in which a word that is always capitalized must stand to be one."""


@dataclass(eq=False)
class Vocabulary:
    """The words of templates; `read` gives the text of each by its name, once it is asked for."""

    read: Callable[[], Mapping[str, str]]

    @cached_property
    def texts(self) -> Mapping[str, str]:
        """The text of each template, in small letters, by its name."""
        return {name: text.lower() for name, text in self.read().items()}

    @cached_property
    def small(self) -> Mapping[str, frozenset[str]]:
        """Each word that begins with a small letter, with the templates that have it."""
        return self._files(str.islower)

    @cached_property
    def capital(self) -> Mapping[str, frozenset[str]]:
        """Each word that begins with a capital, in small letters, with the templates that have it."""
        return self._files(str.isupper)

    def _files(self, begins: Callable[[str], bool]) -> Mapping[str, frozenset[str]]:
        found: dict[str, set[str]] = {}
        for name, text in self.read().items():
            for word in set(WORD.findall(text)):
                if begins(word[0]):
                    found.setdefault(word.lower(), set()).add(name)
        return {word: frozenset(files) for word, files in found.items()}

    def has(self, word: str, but: str) -> bool:
        """True for a word that other templates than `but` use in small letters, or several of them with a capital."""
        folded = word.lower()
        others = self.small.get(folded, frozenset()) - {but}
        return bool(others) or len(self.capital.get(folded, frozenset()) - {but}) >= OFTEN

    def says(self, phrase: str, but: str) -> bool:
        """True for words that stand so in another template than `but`, whatever letters are capitals."""
        return any(phrase.lower() in text for name, text in self.texts.items() if name != but)


NO_WORDS = Vocabulary(dict)


def distance(one: str, other: str) -> int:
    """How many letters are another, more, less, or have changed places with the next."""
    older, before, row = [0], [0], list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        older, before, row = before, row, [i]
        for j, b in enumerate(other, 1):
            best = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                best = min(best, older[j - 2] + 1)
            row.append(best)
    return row[-1]

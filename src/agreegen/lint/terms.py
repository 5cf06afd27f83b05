"""Terms: defined terms as they are typed; words that look like one of them, and aren't."""

from __future__ import annotations

import difflib
import functools
import itertools
import re
from dataclasses import field
from typing import TYPE_CHECKING, Final

from agreegen.late import dataclass
from agreegen.lint.rule import Spot, flat, warning
from agreegen.lint.vocabulary import WORD, distance

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from agreegen.lint.line import Line
    from agreegen.lint.page import Page

ENDING = re.compile(r"(?:['\u2019]s|(?<=s)['\u2019])$")
PLURAL = re.compile(r"[^aeo]ys$")
"""No ending of a plural: after another letter, `y` becomes `ies`."""
BEGINNING = re.compile(r"(?:^|[.;:?!(\u201c\"\ufffc\t\n])\s*$")
TITLES = ("heading", "title", "subtitle", "exhibit title", "exhibit heading", "table heading", "caption", "cover",
          "contents", "toc")  # fmt: skip
"""Beginnings of the names of styles, in small letters, in which any word may have a capital."""
SHORT: Final = 4
"""Words of fewer letters are a letter away from too many others."""
LONG: Final = 7
"""From so many letters on, two of them may be wrong."""
ALIKE: Final = 0.55
"""How alike a word that no template has must be to the word of the term that stands in its place."""
BEGIN: Final = 3
"""Letters by which a joined term is looked for."""
MOST: Final = 5
"""Words of the longest terms."""


@dataclass(frozen=True, slots=True)
class Terms:
    """Defined terms, and the ways to those that look like them.

    `near` has terms of several words by all of them but one: (words, place of the one) → terms; `single` those of one
    word with their plurals, `joined` those of several without what stands between the words. `words` are all words of
    those of several, in small letters, `begin` the beginnings of those that may be joined.
    """

    known: frozenset[str]
    near: Mapping[tuple[tuple[str, ...], int], tuple[str, ...]]
    single: Mapping[str, str]
    joined: Mapping[str, str]
    words: frozenset[str]
    begin: frozenset[str]
    seen: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, said: frozenset[str]) -> Terms:
        """The terms that are defined, with the ways to them."""
        own = sorted(said)
        near: dict[tuple[tuple[str, ...], int], tuple[str, ...]] = {}
        for term in own:
            words = tuple(term.lower().split())
            for at in range(len(words)) if len(words) > 1 else ():
                key = (*words[:at], *words[at + 1 :]), at
                near[key] = (*near.get(key, ()), term)
        long = [t for t in own if " " not in t and len(t) > SHORT and t[0].isupper() and not t.isupper()]
        single = {form: t for t in long for form in (t, re.sub("(?<![aeo])y$", "ie", t) + "s")}
        joined = {squeezed(t): t for t in own if " " in t}
        parts = {word for term in own if " " in term for word in term.lower().split()}
        forms = frozenset(form for word in parts for form in (word, word + "s", word + "es"))
        return cls(said, near, single, joined, forms, frozenset(t[:BEGIN] for t in joined))

    def nearest(self, word: str) -> str:
        """The term of one word that a word with a capital is off by a letter or two; nothing if there is none."""
        if word not in self.seen:
            long = len(word) >= SHORT and word[0].isupper() and not word.isupper()
            near = [f for f in self.single if long and off(word, f) and (PLURAL.search(word) or not inflected(word, f))]
            best = min(near, key=lambda f: distance(word.lower(), f.lower()), default="")
            self.seen[word] = self.single.get(best, "")
        return self.seen[word]

    def has(self, words: str) -> bool:
        """True for a term, its plural or its singular."""
        return any(w in self.known for w in (*singular(words), words + "s"))


def singular(word: str) -> tuple[str, ...]:
    """The word, and what it may be the plural of."""
    ends = (("ies", "y"),) if word.endswith("ies") else (("s", ""), ("es", "")) if not PLURAL.search(word) else ()
    return word, *(word.removesuffix(end) + new for end, new in ends if word.endswith(end))


def misspelt_term(page: Page) -> Iterator[Spot]:
    """Words look like a defined term that is misspelt.

    Why: what isn't the defined term has no defined meaning.
    Bad:
        The Data Reciever shall report.
    Good:
        The Data Recipient shall report.
    """
    terms = known(page.terms)
    for line in page.lines:
        words = _words(line.plain, terms)
        end = 0
        for at, word in enumerate(words):
            if word.start < end or not (word.capital or word.known or (word.joins and words[at + 1].known)):
                continue
            found = _Here(page, terms, line, word.start).read(words[at : at + MOST])
            if found is not None:
                end, term = found
                said = flat(line.plain[word.start : end])
                if term:
                    yield Spot(f"{said!r} looks like a misspelt {term!r}", f"write {term}", line, word.start, said)


@functools.cache
def known(said: frozenset[str]) -> Terms:
    """The terms that are defined."""
    return Terms.of(said)


@dataclass(frozen=True, slots=True)
class _Word:
    """A word: what it says without an ending of possession, where it stands, and what is known of it."""

    text: str
    start: int
    end: int
    capital: bool
    known: bool  # as a word of a term of several
    joins: bool  # with the next


def _words(text: str, terms: Terms) -> list[_Word]:
    """The words of a paragraph."""
    found = list(WORD.finditer(text))
    after = [text[a.end() : b.start()] in (" ", "\u00a0") for a, b in itertools.pairwise(found)]
    made = []
    for m, joins in zip(found, (*after, False), strict=False):
        said = ENDING.sub("", m[0]) if m[0][-1] in "s'\u2019" else m[0]
        made.append(_Word(said, *m.span(), m[0][0].isupper(), said.lower() in terms.words, joins))
    return made


@dataclass(frozen=True, slots=True)
class _Here:
    """A place in a paragraph where words begin."""

    page: Page
    terms: Terms
    line: Line
    start: int

    def read(self, words: Sequence[_Word]) -> tuple[int, str] | None:
        """Where the longest term that the words begin with ends, and the right one if it is misspelt."""
        alone = words[0].capital and squeezed(words[0].text)[:BEGIN] in self.terms.begin
        most = next((n for n, word in enumerate(words, 1) if not word.joins), len(words))
        for count in range(most, 0, -1):
            if count > 1 and not alone and sum(not w.known for w in words[:count]) > 1:
                continue
            said = [w.text for w in words[:count]]
            end = words[count - 1].start + len(said[-1])
            if self.terms.has(" ".join(said)):
                return end, ""
            if term := self.meant(said):
                return end, term
        return None

    def meant(self, words: list[str]) -> str:
        """The term that words look like and aren't; nothing if there is none."""
        for one in singular(squeezed(" ".join(words))):
            term = self.terms.joined.get(one, "")
            if term and words[0][0].isupper() and len(words) != len(term.split()):
                return term
        if len(words) == 1:
            return self.single(words[0])
        for at, odd in enumerate(words):
            rest = [w.lower() for w in (*words[:at], *words[at + 1 :])]
            near = [t for last in singular(rest[-1]) for t in self.terms.near.get(((*rest[:-1], last), at), ())]
            if found := [t for t in near if self.is_meant(words, odd, t, t.split()[at])]:
                return min(found, key=lambda t: distance(odd.lower(), t.lower().split()[at]))
        return ""

    def is_meant(self, words: list[str], odd: str, term: str, right: str) -> bool:
        """True when words that are a term but for one were meant to be it."""
        if odd.lower() in (right.lower(), *(f"{right.lower()}{s}" for s in ("s", "es"))):
            return self.is_small(words, term)
        return self.is_off(words, odd, right)

    def single(self, word: str) -> str:
        """The term of one word that a word looks like."""
        close = self.terms.nearest(word)
        return "" if not close or self.page.words.has(word, self.page.name) else close

    def is_off(self, words: list[str], odd: str, right: str) -> bool:
        """True when a word that stands where the term has another was meant to be that."""
        if inflected(odd, right) or len(odd) < SHORT - 1:
            return False
        capital = odd[0].isupper() or not right[0].isupper()
        if not self.page.words.has(odd, self.page.name):
            alike = difflib.SequenceMatcher(None, odd.lower(), right.lower()).ratio() >= ALIKE
            return off(odd, right) or (capital and alike and odd[0].lower() == right[0].lower())
        sure = all(w[0].isupper() for w in words) and not self.in_title()
        return sure and off(odd, right) and not self.page.words.says(" ".join(words), self.page.name)

    def is_small(self, words: list[str], term: str) -> bool:
        """True for a term with a small letter instead of a capital, where no beginning of a sentence explains it."""
        capitals = [w[0].isupper() for w, t in zip(words, term.split(), strict=True) if t[0].isupper()]
        if not term[0].isupper() or not capitals[0]:
            return any(capitals)
        return not all(capitals) and not self.in_title()

    def in_title(self) -> bool:
        """True where a capital may stand for itself: in titles, and at the beginning of a sentence."""
        return self.line.style.lower().startswith(TITLES) or BEGINNING.search(self.line.plain[: self.start]) is not None


def squeezed(words: str) -> str:
    """The letters of words, in small."""
    return "".join(c for c in words.lower() if c.isalpha())


def off(word: str, right: str) -> bool:
    """True when a word is another by a letter, or by two where it is long."""
    most = 2 if min(len(word), len(right)) >= LONG else 1
    return abs(len(word) - len(right)) <= most and 0 < distance(word.lower(), right.lower()) <= most


def inflected(word: str, right: str) -> bool:
    """True when two words differ only by an ending."""
    one, other = sorted((word.lower(), right.lower()), key=len)
    stems = {one, one.removesuffix("e"), one.removesuffix("y"), one.removesuffix("s")}
    return any(other == stem + end for stem in stems for end in ("", "s", "es", "ies", "d", "ed", "ing", "ly", "al"))


RULES = (warning("T245", misspelt_term),)

"""How many lines the changed paragraphs of an agreement take: agreements that agree in this have the same pages."""

from __future__ import annotations

from dataclasses import dataclass, field
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from agreegen.pdf.parts import Parts, W
from agreegen.pdf.styles import Styles
from agreegen.plate.breaking import are_figures_alike, chunks, plain_width, with_one_figure
from agreegen.plate.cast import TOKEN
from agreegen.plate.counting import HAIR, LineRule, Rule, Way, WordRule
from agreegen.plate.course import Course
from agreegen.plate.paging import Paging
from agreegen.plate.places import Places
from agreegen.plate.setting import Geometry
from agreegen.plate.tally import Tally, font

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from lxml import etree

    from agreegen.plate.counting import AnyRule, Count, Key
    from agreegen.plate.setting import Setting
    from agreegen.plate.unbroken import Steps

_SLACK: Final = 0.99  # of the letters' width, by which the engine estimates header rows
_COUNTS: Final = 512  # of paragraphs with several values, that are kept
_PATTERNS: Final = 4
_ANYWHERE: Final = -1
_APART: Final = 2.0  # points between a label and its tab stop, or a value and the edge, that make it certain
_ENTRY: Final = 130.0  # points that the label and the page of an entry of the contents take at most


class Pattern(NamedTuple):
    """Which values are the same, and what is counted of each of them but once."""

    first: itemgetter[Any]  # the first ones of those that are the same
    again: itemgetter[Any]  # and the others
    distinct: itemgetter[Any]
    alone: tuple[tuple[int, Tally], ...]  # for values by number
    several: tuple[tuple[int, tuple[int, ...]], ...]  # rules by number, and for several values
    order: itemgetter[Any]  # of all counts, as paragraphs stand

    def fits(self, values: Sequence[str]) -> bool:
        """Whether of these the same ones are the same."""
        return bool(self.first(values) == self.again(values))


@dataclass(slots=True)
class Lines:
    """The changed paragraphs of a document, in order: their rules, and the numbers of their values."""

    rules: tuple[AnyRule, ...]
    changed: tuple[tuple[int, tuple[int, ...]], ...]
    places: tuple[int, ...]  # the number of each paragraph; below 0 for what concerns every page
    course: Course
    slots: tuple[int, ...] = ()  # the numbers of all values
    figures: tuple[bool, ...] = ()  # for each changed paragraph, whether all figures count as one
    steps: tuple[Steps | None, ...] = ()  # for each rule
    known: dict[tuple[int, tuple[str, ...]], Count] = field(default_factory=dict, compare=False)  # by rule and values
    patterns: dict[tuple[int, ...], Pattern] = field(default_factory=dict, compare=False)
    tallies: dict[tuple[int, ...], Tally] = field(default_factory=dict, compare=False)  # by rules
    latest: Pattern | None = field(default=None, compare=False)

    @classmethod
    def none(cls) -> Lines:
        """No changed paragraphs."""
        return cls((), (), (), Course.none())

    @classmethod
    def of(cls, docx: bytes, beside: Sequence[int] = ()) -> Lines:
        """The changed paragraphs of a document with tokens; values `beside` its body count themselves."""
        parts = Parts(docx)
        styles = Styles(parts)
        places = Places(parts, styles)
        geometry = Geometry(parts, styles)
        rules: dict[AnyRule, int] = {}
        changed: list[tuple[int, int, tuple[int, ...]]] = []
        for slot in beside:
            changed.append((_ANYWHERE, rules.setdefault(WordRule(("", "")), len(rules)), (slot,)))
        for p in places.paragraphs:
            shown = "".join(t.text or "" for t in p.iter(W + "t"))
            if not TOKEN.search(shown):
                continue
            slots = tuple(int(m[1]) for m in TOKEN.finditer(shown))
            for rule in _rules(p, shown, geometry, places):
                changed.append((places.number.get(p, _ANYWHERE), rules.setdefault(rule, len(rules)), slots))
        changed.sort(key=lambda c: c[0])
        numbered = tuple(place for place, _, _ in changed)
        ruled = tuple((rule, slots) for _, rule, slots in changed)
        same = [not isinstance(rule, WordRule) and are_figures_alike(rule.face.file) for rule in rules]
        steps = tuple(rule.steps() for rule in rules)
        numbers = tuple(sorted({s for _, slots in ruled for s in slots}))
        figures = tuple(same[number] for number, _ in ruled)
        return cls(tuple(rules), ruled, numbered, places.course, numbers, figures, steps)

    def paging(self) -> Paging:
        """What drawings will show of such documents."""
        return Paging(self.course, self.places)

    def keys(self, values: Sequence[str]) -> Key:
        """What the pages with values depend on."""
        if not self.slots:
            return ()
        if (pattern := self.latest) is None or not pattern.fits(values):
            pattern = self.latest = self._pattern(values)
        plain = "\0".join(pattern.distinct(values)).replace("&amp;", "&")
        said = [*with_one_figure(plain).split("\0"), *plain.split("\0")]
        counts: list[Count] = []
        for n, tally in pattern.alone:
            counts += tally.counts(said[n])
        for number, several in pattern.several:
            counts.append(self._among(number, tuple([said[n] for n in several])))
        found: Key = pattern.order(counts)[1:]
        return found

    def _pattern(self, values: Sequence[str]) -> Pattern:
        """How values are counted that are the same as these are."""
        firsts: dict[str, int] = {}
        same = tuple([firsts.setdefault(values[slot], slot) for slot in self.slots])
        if same not in self.patterns and len(self.patterns) >= _PATTERNS:
            same = self.slots  # none is taken to be the same as another, which fits all
        if (found := self.patterns.get(same)) is None:
            found = self.patterns[same] = self._counted_once(dict(zip(self.slots, same, strict=True)))
        return found

    def _counted_once(self, same: Mapping[int, int]) -> Pattern:
        """The pattern of values by slot, each of which is the same as that of the first slot so far."""
        distinct = {first: n for n, first in enumerate(dict.fromkeys(same.values()), 1)}
        alone: dict[tuple[int, str], dict[int, None]] = {}
        several: dict[tuple[int, tuple[int, ...]], None] = {}
        wanted: list[tuple[tuple[Any, ...], int]] = []
        for (number, slots), alike in zip(self.changed, self.figures, strict=True):
            numbers = tuple(distinct[same[s]] + (not alike) * (len(distinct) + 1) for s in slots)
            if len(numbers) == 1:
                key = numbers[0], font(self.rules[number])
                alone.setdefault(key, {})[number] = None
                wanted.append((key, number))
            else:
                several[number, numbers] = None
                wanted.append(((number, numbers), number))
        counted = [*((key, number) for key, rules in alone.items() for number in rules), *((k, k[0]) for k in several)]
        at = {one: n for n, one in enumerate(counted)}
        again = [slot for slot, first in same.items() if slot != first]
        return Pattern(
            _picking([same[slot] for slot in again]),
            _picking(again),
            _picking(list(distinct)),
            tuple((n, self._tally(tuple(rules))) for (n, _), rules in alone.items()),
            tuple(several),
            _picking([at[one] for one in wanted]),
        )

    def _tally(self, numbers: tuple[int, ...]) -> Tally:
        """That of rules by number."""
        if numbers not in self.tallies:
            self.tallies[numbers] = Tally.of([self.rules[n] for n in numbers])
        return self.tallies[numbers]

    def _among(self, number: int, said: tuple[str, ...]) -> Count:
        """What a paragraph counts for with several values."""
        key = number, said
        found = self.known.get(key)
        if found is None:
            if len(self.known) >= _COUNTS:
                self.known.clear()
            found = self.known[key] = self.count(*key)
        return found

    def count(self, number: int, shown: Sequence[str]) -> Count:
        """What a paragraph with these values counts for by a rule: as that says, which is found sooner as a rule."""
        rule, steps = self.rules[number], self.steps[number]
        pieces = [rule.texts[0]]
        for value, text in zip(shown, rule.texts[1:], strict=True):
            pieces += (value, text)
        whole = "".join(pieces)
        return rule.count_words(whole) or (steps.count(shown) if steps else 0) or rule.count(whole)


def _picking(places: Sequence[int]) -> itemgetter[Any]:
    """What takes what is at some places, as a tuple behind what is at the first of them, or nothing of none."""
    return itemgetter(places[0], *places) if places else itemgetter(slice(0, 0))


def _rules(p: etree._Element, shown: str, geometry: Geometry, places: Places) -> Iterator[AnyRule]:
    """The rules for a paragraph with tokens."""
    words = WordRule(tuple(TOKEN.split(shown)[::2]))
    if p in places.listed:
        entry = geometry.setting(p, entry=True)
        texts = tuple(TOKEN.split(entry.text)[::2]) if entry else ()
        plain = entry is not None and len(set(entry.faces)) == 1 and len(texts) == len(words.texts)
        yield LineRule(texts, entry.faces[0], entry.room - _ENTRY) if entry and plain else words
        return
    if (labeled := _labeled(p, geometry)) is not None:
        yield labeled
        return
    setting = geometry.setting(p) if not shown.startswith(" ") else None  # the engine draws spaces that come first
    setting = setting if setting and TOKEN.findall(setting.text) == TOKEN.findall(shown) else None
    rule = _rule(setting, setting.room, lettered=True, headed=p in places.following) if setting else None
    yield rule or words
    if p in places.headed:
        estimate = _rule(setting, setting.room / _SLACK, lettered=False) if setting and rule else None
        yield estimate or words


def _labeled(p: etree._Element, geometry: Geometry) -> LineRule | None:
    """The rule for a label and a value behind a tab, as for signatures; None for other paragraphs."""
    shown = ["\t" if e.tag == W + "tab" else e.text or "" for r in p.iter(W + "r") for e in r.iter(W + "t", W + "tab")]
    label, tab, value = "".join(shown).partition("\t")
    setting = geometry.setting(p, tabs=True)
    if not tab or setting is None or len(set(setting.faces)) != 1 or setting.text != label + value:
        return None
    face = setting.faces[0]
    end = plain_width(label, face)
    stop = next((s for s in geometry.stops(p) if s > end - _APART), 0.0)
    if TOKEN.search(label) or not TOKEN.search(value) or stop <= end + _APART:
        return None
    return LineRule(tuple(TOKEN.split(value)[::2]), face, setting.room - stop - _APART)


def _rule(setting: Setting, room: float, *, lettered: bool, headed: bool = False) -> Rule | None:
    """The rule for a paragraph that is set; None if its words count."""
    text, faces = setting.text, setting.faces
    found = list(TOKEN.finditer(text))
    start = len(text[: text.rfind(" ", 0, found[0].start()) + 1].rstrip(" "))
    end = text.find(" ", found[-1].end())
    end = len(text) if end < 0 else end
    if len(set(faces[start:end])) != 1 or any(start < u < end for u in setting.unsure):
        return None
    head = chunks(text[:start], faces[:start], setting.unsure)
    tail = chunks(text[end:], faces[end:], frozenset(u - end for u in setting.unsure if u > end))
    if head is None or tail is None or max((w for _, w, _ in (*head[1], *tail[1])), default=0.0) > room - HAIR:
        return None
    ways = tuple(Way.of(r, head[n], tail[n], most=n == 0) for r in (room - HAIR, room + HAIR) for n in (0, 1))
    before, behind = (text[:start].split() or [""])[-1], (text[end:].split() or [""])[0]
    texts, length = tuple(TOKEN.split(text[start:end])[::2]), start + len(text) - end
    alike = head[0] == head[1] and tail[0] == tail[1]
    return Rule(texts, faces[start], before, behind, ways, room - HAIR, length, lettered, alike, headed)

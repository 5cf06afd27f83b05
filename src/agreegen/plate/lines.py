"""How many lines the changed paragraphs of an agreement take: agreements that agree in this have the same pages."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

from agreegen.pdf.parts import Parts, W
from agreegen.pdf.styles import Styles
from agreegen.plate.breaking import are_figures_alike, chunks, plain_width, with_one_figure
from agreegen.plate.cast import TOKEN
from agreegen.plate.counting import HAIR, LineRule, Rule, Way, WordRule
from agreegen.plate.course import Course
from agreegen.plate.paging import Paging
from agreegen.plate.places import Places
from agreegen.plate.setting import Geometry

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lxml import etree

    from agreegen.plate.counting import AnyRule, Count, Key
    from agreegen.plate.setting import Setting
    from agreegen.plate.unbroken import Steps

_SLACK: Final = 0.99  # of the letters' width, by which the engine estimates header rows
_COUNTS: Final = 512  # of paragraphs with several values, that are kept
_VALUES: Final = 512  # of which is kept what they count for where they are the only one
_ANYWHERE: Final = -1
_APART: Final = 2.0  # points between a label and its tab stop, or a value and the edge, that make it certain
_ENTRY: Final = 130.0  # points that the label and the page of an entry of the contents take at most


class Told(NamedTuple):
    """A value as it is read, the same with all figures as one, and what is known of that, by rule."""

    plain: str
    shown: str
    counts: dict[int, Count]


@dataclass(frozen=True, slots=True)
class Lines:
    """The changed paragraphs of a document, in order: their rules, and the numbers of their values."""

    rules: tuple[AnyRule, ...]
    changed: tuple[tuple[int, tuple[int, ...]], ...]
    places: tuple[int, ...]  # the number of each paragraph; below 0 for what concerns every page
    course: Course
    slots: frozenset[int] = frozenset()  # the numbers of all values
    figures: tuple[bool, ...] = ()  # for each changed paragraph, whether all figures count as one
    steps: tuple[Steps | None, ...] = ()  # for each rule
    known: dict[tuple[int, tuple[str, ...]], Count] = field(default_factory=dict, compare=False)  # by rule and values
    before: dict[tuple[int, tuple[str, ...]], Count] = field(default_factory=dict, compare=False)  # known for longer
    alone: dict[str, dict[int, Count]] = field(default_factory=dict, compare=False)  # by value, then by rule
    alone_before: dict[str, dict[int, Count]] = field(default_factory=dict, compare=False)

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
        numbers = frozenset(s for _, slots in ruled for s in slots)
        figures = tuple(same[number] for number, _ in ruled)
        return cls(tuple(rules), ruled, numbered, places.course, numbers, figures, steps)

    def paging(self) -> Paging:
        """What drawings will show of such documents."""
        return Paging(self.course, self.places)

    def keys(self, values: Sequence[str]) -> Key:
        """What the pages with values depend on."""
        self._age()
        told: dict[str, Told] = {}
        at: dict[int, Told] = {}
        for slot in self.slots:
            value = values[slot]
            if (one := told.get(value)) is None:
                one = told[value] = self._told(value)
            at[slot] = one
        out: list[Count] = []
        for (number, slots), alike in zip(self.changed, self.figures, strict=True):
            if alike and len(slots) == 1:
                one = at[slots[0]]
                found = one.counts.get(number)
                if found is None:
                    found = one.counts[number] = self.count(number, (one.shown,))
            else:
                found = self._among(number, tuple([at[s].shown if alike else at[s].plain for s in slots]))
            out.append(found)
        return tuple(out)

    def _told(self, value: str) -> Told:
        """A value with what is known of it."""
        plain = value.replace("&amp;", "&")
        shown = with_one_figure(plain)
        counts = self.alone.get(shown)
        if counts is None:
            counts = self.alone[shown] = self.alone_before.get(shown) or {}
        return Told(plain, shown, counts)

    def _among(self, number: int, said: tuple[str, ...]) -> Count:
        """What a paragraph counts for with several values, or with one whose figures count."""
        key = number, said
        found = self.known.get(key)
        if found is None:
            found = self.before.get(key)
            self.known[key] = found = self.count(*key) if found is None else found
        return found

    def _age(self) -> None:
        """Forgets what wasn't asked for lately, where much is known."""
        for known, before, most in ((self.known, self.before, _COUNTS), (self.alone, self.alone_before, _VALUES)):
            if len(known) > most:
                before.clear()
                before.update(known)  # type: ignore[arg-type]  # each with its own
                known.clear()

    def count(self, number: int, shown: Sequence[str]) -> Count:
        """What a paragraph with these values counts for by a rule: as that says, which is found sooner as a rule."""
        rule, steps = self.rules[number], self.steps[number]
        if steps is not None and (count := steps.count(shown)):
            return count
        pieces = [rule.texts[0]]
        for value, text in zip(shown, rule.texts[1:], strict=True):
            pieces += (value, text)
        whole = "".join(pieces)
        return rule.count_words(whole) or rule.count(whole)


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
    setting = geometry.setting(p)
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

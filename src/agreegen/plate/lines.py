"""How many lines the changed paragraphs of an agreement take: agreements that agree in this have the same pages."""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, NamedTuple

from agreegen.pdf.parts import Parts, W
from agreegen.pdf.styles import Styles
from agreegen.plate.breaking import (
    are_figures_alike,
    between,
    broken,
    chunks,
    edges,
    lines_of,
    plain_chunks,
    plain_lines,
    plain_width,
    plain_words,
    with_one_figure,
)
from agreegen.plate.cast import TOKEN
from agreegen.plate.course import Course
from agreegen.plate.paging import Paging
from agreegen.plate.places import Places
from agreegen.plate.setting import Geometry, widths
from agreegen.plate.unbroken import SHORT, Steps

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lxml import etree

    from agreegen.plate.breaking import Chunk
    from agreegen.plate.setting import Face, Setting

_HAIR: Final = 0.02  # points: nearer to the edge than this, a word may stand on either line
_SLACK: Final = 0.99  # of the letters' width, by which the engine estimates header rows
_COUNTS: Final = 512  # of paragraphs with several values, that are kept
_VALUES: Final = 512  # of which is kept what they count for where they are the only one
_ANYWHERE: Final = -1
_APART: Final = 2.0  # points between a label and its tab stop, or a value and the edge, that make it certain
_ENTRY: Final = 130.0  # points that the label and the page of an entry of the contents take at most


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

    def count_words(self, words: Sequence[float], before: float, gap: float, size: float) -> int:
        """The lines with words that aren't broken: their widths and those of the gaps, in sizes of the letters."""
        room, x, lines = self.room / size, self.x / size, self.lines
        for width in words:
            if not x or x + before + width > room:
                lines += x > 0
                x = width
            else:
                x += before + width
            before = gap
        return lines + self._behind(x * size)

    def count_unbroken(self, width: float) -> int:
        """The lines with something of that width, which has room on the line where it begins."""
        return self.lines + self._behind(self.x + width)

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
        said, size = text.lstrip(" "), self.face.size
        words = plain_words(said, self.face.file)
        if words is None or not (between(self.before, said) and between(said, self.behind)):
            return 0
        gap = widths(self.face.file)[" "]
        if not self.length:
            count = plain_lines(words, gap, self.room / size, (self.room + 2 * _HAIR) / size)
        elif self.alike and max(words) * size <= self.room:
            before = gap * (len(text) - len(said))
            counts = {way.count_words(words, before, gap, size) for way in self.ways[::2]}
            count = counts.pop() if len(counts) == 1 else 0
        else:
            count = 0
        return 2 * count + (self.headed and self.length + len(text) < SHORT) if count else 0

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
            lines = lines_of(most, self.room, self.room + 2 * _HAIR)
            if lines and (sure or lines_of(least, self.room, self.room + 2 * _HAIR) == lines):
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
    if head is None or tail is None or max((w for _, w, _ in (*head[1], *tail[1])), default=0.0) > room - _HAIR:
        return None
    ways = tuple(Way.of(r, head[n], tail[n], most=n == 0) for r in (room - _HAIR, room + _HAIR) for n in (0, 1))
    before, behind = (text[:start].split() or [""])[-1], (text[end:].split() or [""])[0]
    texts, length = tuple(TOKEN.split(text[start:end])[::2]), start + len(text) - end
    alike = head[0] == head[1] and tail[0] == tail[1]
    return Rule(texts, faces[start], before, behind, ways, room - _HAIR, length, lettered, alike, headed)

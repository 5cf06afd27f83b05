"""The pages of agreements whose lines break alike: learned from drawings, page by page, and walked.

Pages go forward: how a page ends depends on how it begins and on the lines of what comes, up to a page further on. So
of each drawing what is kept is, for each page that begins plainly, where the next such page begins; agreements that
have the same lines there go the same way.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from agreegen.plate.cast import UnfitError
from agreegen.plate.galley import FIRST

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agreegen.plate.counting import Count, Key
    from agreegen.plate.course import Course
    from agreegen.plate.galley import Galley, State

_KEYS: Final = 256
_DRAWN: Final = 128
_MOVES: Final = 8192
_UNSURE: Final = 2  # pages at the end of a part that go on as its end is, not as the document is

_WRITTEN: Final = {n: str(n).encode() for n in range(1000)}

Pages = tuple[bytes, ...]
"""How many pages there are, then the page of each entry of the contents."""


@dataclass(frozen=True, slots=True)
class Move:
    """From how a page begins to how a later one does (None: the end), and the entries before it, by pages from here."""

    then: State | None
    pages: int
    entries: tuple[tuple[int, int], ...]
    forced: bool  # whether the later page begins there in any case


@dataclass(frozen=True, slots=True)
class Span:
    """The counts that a move depends on: a slice, and some apart from it."""

    low: int
    high: int
    apart: tuple[int, ...]
    exact: tuple[int, ...]  # counts of the key, of what may be broken itself: there more lines may need less room

    def key(self, counts: Key) -> Key:
        """Those of an agreement."""
        return (*counts[self.low : self.high], *[counts[i] for i in self.apart])

    def joined(self, other: Span) -> Span:
        """The counts of both."""
        low, high = min(self.low, other.low), max(self.high, other.high)
        return Span(low, high, tuple(sorted({*self.apart, *other.apart} - set(range(low, high)))), ())

    def covers(self, most: Key, least: Key) -> bool:
        """Whether one agreement's counts are nowhere less than another's, and alike where that isn't enough."""
        return all(most[i] == least[i] for i in self.exact) and all(map(_covers, most, least))


class Stage(NamedTuple):
    """Moves up to pages that start in any case, by the counts that they depend on."""

    picked: itemgetter[Any]  # these counts
    moves: dict[Any, Move]

    @classmethod
    def of(cls, span: Span) -> Stage:
        """Those that depend on the counts of a span."""
        return cls(itemgetter(slice(span.low, span.high), *span.apart), {})


def _covers(most: Count, least: Count) -> bool:
    """Whether a count is surely not below another, of which the odd ones are of another sort."""
    if most == least:
        return True
    if isinstance(most, str) or isinstance(least, str):
        return False
    low, high = most if isinstance(most, int) else most.least, least if isinstance(least, int) else least.most
    return low >= high and not (low ^ high) & 1


@dataclass(slots=True)
class Known:
    """What drawings showed for one span."""

    span: Span
    drawn: dict[Key, Move] = field(default_factory=dict)
    between: dict[Key, Move] = field(default_factory=dict)

    def find(self, counts: Key) -> Move | None:
        """The move of an agreement with these lines."""
        key = self.span.key(counts)
        return self.drawn.get(key) or self.between.get(key)

    def note(self, counts: Key, move: Move) -> None:
        """Notes a move that follows from what was drawn."""
        if len(self.between) >= _KEYS:
            self.between.clear()
        self.between[self.span.key(counts)] = move

    def keep(self, key: Key, move: Move) -> int:
        """Keeps what a drawing showed, the oldest no more if it was much; how many there are more."""
        before = len(self.drawn)
        self.drawn[key] = move
        if len(self.drawn) > _DRAWN:
            del self.drawn[next(iter(self.drawn))]
        return len(self.drawn) - before


@dataclass(slots=True)
class Paging:
    """What drawings showed: moves by how a page begins, what they depend on, and the counts of that."""

    course: Course
    places: tuple[int, ...]  # the paragraph of each count, in order; below 0 if it concerns every page
    known: dict[State, dict[Span, Known]] = field(default_factory=dict)
    whole: dict[Key, Pages] = field(default_factory=dict)
    stages: dict[State, dict[Span, Stage]] = field(default_factory=dict)
    moves: int = 0
    begun: tuple[int, ...] = ()  # the first paragraphs that begin on each page but the first, of the last whole drawing
    _whole: frozenset[int] = field(init=False)  # the paragraphs of rows that stand on one page
    _ends: dict[int, int] = field(init=False)  # where the row of a paragraph ends

    def __post_init__(self) -> None:
        """What is asked of rows for every page, told once."""
        rows = self.course.rows
        self._whole = frozenset(i for r in rows if r.whole for i in range(r.start, r.end))
        self._ends = {i: r.end for r in reversed(rows) for i in range(r.start, r.end)}

    def learn(self, counts: Key, pages: Pages) -> None:
        """Keeps the pages of an agreement; UnfitError if another with the same lines had others."""
        if self.find(counts) not in (None, pages):
            raise UnfitError("the same lines are on other pages")
        self.whole[counts] = pages
        if len(self.whole) > _KEYS:
            del self.whole[next(iter(self.whole))]

    def study(self, counts: Key, galley: Galley) -> None:
        """Keeps how the pages of a drawing go on; UnfitError if another with the same lines went on otherwise."""
        if galley.part is None:
            self.begun = galley.ends
        for start, span, move in self._moves(galley):
            spans = self.known.setdefault(start, {})
            if any(k.find(counts) not in (None, move) for k in spans.values()):
                raise UnfitError("the same lines go on otherwise")
            self.known[start] = self.known.pop(start)
            known = spans.setdefault(span, Known(span))
            self.moves += known.keep(span.key(counts), move)
        while self.moves > _MOVES:
            spans = self.known.pop(next(iter(self.known)))
            self.moves -= sum(len(k.drawn) for k in spans.values())

    def find(self, counts: Key) -> Pages | None:
        """The pages of an agreement with these lines, None if no drawing showed them."""
        if (whole := self.whole.get(counts)) is not None:
            return whole
        numbers, page, at = [0] * len(self.course.entries), 1, FIRST
        while (move := self._onward(at, counts)) is not None:
            for entry, after in move.entries:
                numbers[entry] = page + after
            page += move.pages
            if move.then is None:
                return tuple([_WRITTEN.get(n) or str(n).encode() for n in (page - 1, *numbers)])
            at = move.then
        return None

    def _onward(self, at: State, counts: Key) -> Move | None:
        """The moves of an agreement up to the next page that starts in any case, as one, which is kept."""
        stages = self.stages.get(at)
        for picked, moves in stages.values() if stages else ():
            if (known := moves.get(picked(counts))) is not None:
                return known
        pages, entries, then = 0, list[tuple[int, int]](), at
        whole = Span(0, 0, (), ())
        while (found := self._move(then, counts)) is not None:
            span, move = found
            whole = whole.joined(span) if pages else span
            entries += [(entry, pages + after) for entry, after in move.entries]
            pages += move.pages
            if move.then is None or self._is_forced(move.then):
                stage = self.stages.setdefault(at, {}).setdefault(whole, Stage.of(whole))
                if len(stage.moves) >= _KEYS:
                    stage.moves.clear()
                made = stage.moves[stage.picked(counts)] = Move(move.then, pages, tuple(entries), forced=True)
                return made
            then = move.then
        return None

    def path(self, counts: Key) -> list[State]:
        """How the pages begin that an agreement is known to have, up to the first from which no drawing shows more."""
        found, at = [FIRST], FIRST
        while (move := self._move(at, counts)) is not None and move[1].then is not None:
            at = move[1].then
            found.append(at)
        return found

    def _move(self, at: State, counts: Key) -> tuple[Span, Move] | None:
        """The move of an agreement with these lines from how a page begins, and what it depends on."""
        spans = self.known.get(at)
        if spans is None:
            return None
        for known in spans.values():
            if (move := known.find(counts)) is not None:
                return known.span, move
        return self._between(spans, counts)

    def _between(self, spans: dict[Span, Known], counts: Key) -> tuple[Span, Move] | None:
        """As `_move`, where one with more lines and one with fewer have their page end at the same place.

        With more lines all that is before the end has room; with fewer, what is behind it has none.
        """
        fewer: dict[Move, Span] = {}
        for span, known in spans.items():
            key = span.key(counts)
            fewer |= {move: span for k, move in known.drawn.items() if span.covers(key, k)}
        for span, known in spans.items():
            key = span.key(counts)
            for k, move in known.drawn.items():
                other = span if move.forced and move.pages == 1 else fewer.get(move)
                if other is not None and span.covers(k, key):
                    both = span.joined(other)
                    spans.setdefault(both, Known(both)).note(counts, move)
                    return both, move
        return None

    def _moves(self, galley: Galley) -> Iterator[tuple[State, Span, Move]]:
        """What a drawing shows: from each page that begins plainly to the next.

        Where it ends before the document does, its last pages show nothing: what comes after them might be kept with
        what is on them. But nothing is kept with what is before a page that starts in any case.
        """
        plain = [(page, s) for page, s in enumerate(galley.starts) if s is not None and self._is_plain(s)]
        pages = len(galley.starts)
        ends: list[tuple[int, State | None]] = [*plain[1:], (pages, None)]
        if galley.part is not None and galley.part.upto < self.course.size:
            sure = max([pages - 1 - _UNSURE, *(page for page, s in plain if self._is_forced(s))])
            ends = [(page, s) for page, s in plain[1:] if page <= sure]
        for (page, start), (after, then) in zip(plain, ends, strict=False):
            entries = tuple(
                (n, galley.entries[n] - 1 - page)
                for n, place in enumerate(self.course.entries)
                if start <= (place, 0, True) and (then is None or (place, 0, True) < (*then[:2], False))
            )
            forced = then is None or self._is_forced(then)
            break_ = self.course.size if then is None else then[0]
            end = break_ if forced else self._end(galley.ends[after])
            first = break_ if after == page + 1 else start[0]  # what may be broken
            yield start, self._span(start[0], first, break_, end), Move(then, after - page, entries, forced)

    def _is_plain(self, start: State) -> bool:
        """Whether a page may be walked from there."""
        return self.course.free or start == FIRST or start[0] in self.course.fixed

    def _is_forced(self, start: State) -> bool:
        return start[0] in self.course.fixed and not start[1]

    def _end(self, at: int) -> int:
        """The first paragraph from one on before which a page break looks no further back."""
        course = self.course
        while at < course.size and at not in course.fixed and at - 1 in course.tied:
            at += 1
        return at

    def _span(self, start: int, first: int, break_: int, end: int) -> Span:
        """The counts of the paragraphs from one to another, and of what else their height depends on.

        From `first` to those that are kept with the one at the break, paragraphs may be broken.
        """
        low, high = bisect_left(self.places, start), bisect_left(self.places, end)
        apart = set(range(bisect_left(self.places, 0)))
        for table in self.course.tables:
            if table.start < end and start < table.end:
                upto = table.headed if table.fixed else table.end
                apart |= set(range(bisect_left(self.places, table.start), bisect_left(self.places, upto)))
        near = min(self._end(max(self._row_end(break_), break_ + 1)), end) if break_ < end else end
        loose = (i for i in range(low, high) if first <= self.places[i] < near and self.places[i] not in self._whole)
        return Span(low, high, tuple(sorted(apart - set(range(low, high)))), tuple(i - low for i in loose))

    def _row_end(self, place: int) -> int:
        """Where the row ends that a paragraph is in; the paragraph itself if it is in none."""
        return self._ends.get(place, place)

"""A page of type that is set once, with open places: what agreements of one shape share, ready for values."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from operator import itemgetter
from typing import TYPE_CHECKING, Final

from agreegen.pdf.contents import Draft
from agreegen.pdf.parts import hasty
from agreegen.plate.cast import TOTAL, UnfitError, casts, members, page_token, token, with_values
from agreegen.plate.excerpt import Excerpts
from agreegen.plate.galley import galley
from agreegen.plate.inside import Told, source_parts
from agreegen.plate.lines import Lines
from agreegen.plate.marking import value_of
from agreegen.plate.stream import Entry, Places, Stream, entry, stream, zipped
from agreegen.plate.studies import Studies
from agreegen.source.document import CUSTOM

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from agreegen.finding import Finding
    from agreegen.plate.cast import Cast
    from agreegen.plate.counting import Key
    from agreegen.plate.course import Course
    from agreegen.plate.excerpt import Part
    from agreegen.plate.galley import Galley
    from agreegen.plate.inside import Inside
    from agreegen.plate.paging import Pages, Paging
    from agreegen.plate.shape import Shape
    from agreegen.source import Source

_KEYS: Final = 64
_BODY: Final = "word/document.xml"
_PACKED: Final = 512  # constants that are kept packed: each numbering of pages has some of its own
_AHEAD: Final = 8  # pages that are drawn, for a beginning, after the one from which an agreement isn't known
_REFERENCE: Final = re.compile(rb"<w:instrText[^>]*> PAGEREF ")


@dataclass(frozen=True, slots=True)
class Paged:
    """The parts of a plate with their page numbers, in the order of the file; None where the source is told."""

    parts: tuple[Stream | Entry | None, ...]


@dataclass(slots=True)
class Work:
    """What a plate needs to be filled, as long as values differ at its `open` slots only."""

    open: frozenset[int]
    inside: Inside | None
    lines: Lines
    paging: Paging
    studies: Studies
    closed: itemgetter[object]  # of the other slots
    held: object  # what the base has there
    paged: dict[Pages, Paged] = field(default_factory=dict)


@dataclass(slots=True)
class Plate:
    """What agreements of one shape share.

    Every place of a plain value is a slot; those that stand apart, or where a value differed so far, are open, the
    others hold the base's.
    """

    shape: Shape
    findings: tuple[Finding, ...]
    order: tuple[str, ...]
    constants: Mapping[str, Entry]
    casts: Mapping[str, Cast]
    base: tuple[str, ...]
    apart: frozenset[int]  # the slots whose values stand apart from what is packed around them
    read: Mapping[str, bytes]  # the parts with tokens at all slots and the pages of the base
    told: Told | None  # where the source is, if it is inside
    folder: Path | None  # where drawings are kept
    numbered: bool = False  # whether it shows page numbers that only drawing tells
    known: dict[tuple[bytes, bool], bytes] = field(default_factory=dict)
    work: Work = field(init=False)
    _excerpts: Excerpts | None = None
    written: list[bytes] = field(init=False)  # the base's values

    def __post_init__(self) -> None:
        """Values that stand apart are those that differ between partners, as a rule."""
        self.written = [v.encode() for v in self.base]
        self.work = self._worked(self.apart)

    def _worked(self, open_: frozenset[int]) -> Work:
        """What is needed while values differ at these slots."""
        written = [token(i).encode() if i in open_ else v for i, v in enumerate(self.written)]
        parts = {n: with_values(d, written) if n in self.casts else d for n, d in self.read.items()}
        docx = _loose(parts)
        beside = {s for n, c in self.casts.items() if n != _BODY and n.startswith("word/") for s in c.slots} & open_
        lines = Lines.of(docx, sorted(beside)) if open_ and self.numbered else Lines.none()
        studies = Studies.open(self.folder, self._said(open_), lines.course, len(lines.changed))
        others = [i for i in range(len(self.base)) if i not in open_]
        closed = itemgetter(*others) if others else itemgetter(slice(0, 0))
        told = self.told.within(docx, self.apart) if self.told else None
        return Work(open_, told, lines, lines.paging(), studies, closed, closed(self.base))

    def _said(self, open_: frozenset[int]) -> Iterator[bytes]:
        """What all agreements say that differ at these slots only, but for their page numbers."""
        for name, part in self.read.items():
            yield name.encode()
            if name not in self.casts:
                yield part
                continue
            cast = self.casts[name]
            for slot, constant in zip((0, *cast.slots), cast.constants, strict=True):
                yield token(slot).encode() if slot < 0 or slot in open_ else self.written[slot]
                yield constant

    @property
    def learned(self) -> tuple[int, ...]:
        """How much is known of its documents; another one where it has become more."""
        work = self.work
        return len(work.open), work.paging.moves, len(work.paging.whole), len(work.paged)

    def open(self, values: Sequence[str]) -> None:
        """Takes it down where values differ from the base's; what depends on it is made anew if that is new."""
        if self.work.closed(values) != self.work.held:
            differing = {i for i, (one, other) in enumerate(zip(values, self.base, strict=True)) if one != other}
            self.work = self._worked(self.work.open | differing)

    def pages(self, docx: bytes, values: Sequence[str]) -> Pages:
        """The page numbers that a document made otherwise shows, how many there are first."""
        written = tuple(v.encode() for v in values)
        parts = members(docx)
        found: dict[int, bytes] = {}
        for name, cast in self.casts.items():
            for number, page in cast.pages(parts[name], written).items():
                if found.setdefault(number, page) != page:
                    raise UnfitError("a page has two numbers")
        return tuple(found.get(n, b"") for n in range(max(found, default=-1) + 1))

    def found(self, values: Sequence[str]) -> Paged | None:
        """The parts with the page numbers of an agreement; None if none before had lines like it."""
        pages = self.certain(values)
        return self.work.paged.get(pages) or self._set(pages) if pages is not None else None

    def certain(self, values: Sequence[str]) -> Pages | None:
        """The page numbers of an agreement; None if none before had lines like it."""
        self.open(values)
        return self._pages(self.work, self.work.lines.keys(values)) if self.numbered else ()

    def _pages(self, work: Work, counts: Key) -> Pages | None:
        """The page numbers of an agreement with these lines, None if no drawing shows them, here or beside."""
        found, news = work.paging.find(counts), False
        if found is None:
            for known, drawn in work.studies.news():
                work.paging.study(known, drawn)
                news = True
        return work.paging.find(counts) if news else found

    def study(self, values: Sequence[str]) -> Paged | None:
        """As `found`, from a drawing, which is kept for agreements whose lines break alike; None if it can't be."""
        self.open(values)
        lines = self.work.lines
        if not self._is_walked:
            return None
        counts = lines.keys(values)
        for part in self._parts(counts):
            cut = self._excerpts_of(lines.course).cut(self.read, part)
            if cut is None:
                break
            docx = self._drawable(values, cut.members)
            drawn = galley(docx, lines.course, lines.places, part, cut.counting)
            if drawn is None:
                break
            self._note(counts, drawn)
        if pages := self.work.paging.find(counts):
            return self.work.paged.get(pages) or self._set(pages)
        drawn = self._surveyed(values, counts)
        return self.learn(values, drawn.pages) if drawn else None

    def survey(self) -> None:
        """Draws the base as a whole, so that of other agreements parts are enough; nothing if that was done before."""
        if self.numbered and self._is_walked and not self.work.paging.begun:
            self.open(self.base)
            self._surveyed(self.base, self.work.lines.keys(self.base))

    @property
    def _is_walked(self) -> bool:
        """Whether its pages follow from each other, and page numbers are all that a drawing must tell."""
        course = self.work.lines.course
        shown = {s for c in self.casts.values() for s in c.slots if s < 0}
        return course.walked and shown == set(range(-1 - len(course.entries), 0))

    def _surveyed(self, values: Sequence[str], counts: Key) -> Galley | None:
        """A drawing of all pages with values, which was taken down; None if it can't be read."""
        lines = self.work.lines
        drawn = galley(self._drawable(values, self.read), lines.course, lines.places)
        if drawn is not None:
            self._note(counts, drawn)
        return drawn

    def _parts(self, counts: Key) -> Iterator[Part]:
        """The parts whose drawings may show how an agreement goes on where none before does, one after the other.

        The first drawing is one of all of it.
        """
        paging, ahead = self.work.paging, _AHEAD
        while paging.begun and paging.find(counts) is None:
            path = paging.path(counts)
            part = self._excerpts_of(paging.course).part(path, paging.begun, ahead)
            if part is None:
                return
            yield part
            if paging.path(counts) != path:
                ahead = _AHEAD
            elif paging.course.fixed & set(range(path[-1][0] + 1, part.upto)) or part.upto == paging.course.size:
                return
            else:
                ahead *= 2

    def _excerpts_of(self, course: Course) -> Excerpts:
        """What can be drawn alone."""
        if self._excerpts is None:
            self._excerpts = Excerpts(_loose(self.read), course)
        return self._excerpts

    def _note(self, counts: Key, drawn: Galley) -> None:
        """Takes down what a drawing showed, for others too."""
        self.work.paging.study(counts, drawn)
        self.work.studies.keep(counts, drawn)

    def _drawable(self, values: Sequence[str], read: Mapping[str, bytes]) -> bytes:
        """A document of these members with values, as far as a drawing shows it, with the pages of the base."""
        written = [v.encode() for v in values]
        return _loose({n: with_values(d, written) if n in self.casts else d for n, d in read.items()})

    def drawable(self, values: Sequence[str], pages: Pages) -> bytes:
        """The document with values and page numbers that the whole way has drawn: without its source, not packed."""
        written = tuple(v.encode() for v in values)
        return hasty({n: self.casts[n].filled(written, pages) if n in self.casts else d for n, d in self.read.items()})

    def learn(self, values: Sequence[str], pages: Pages) -> Paged:
        """The parts with page numbers, for all agreements whose lines break as with these values."""
        self.open(values)
        work = self.work
        if self.numbered:
            work.paging.learn(work.lines.keys(values), pages)
        return work.paged.get(pages) or self._set(pages)

    def _set(self, pages: Pages) -> Paged:
        made: list[Stream | Entry | None] = []
        work, base = self.work, self.written
        told = work.inside.parts if work.inside else ()
        for name in self.order:
            if name in self.casts:
                cast = self.casts[name].with_pages(pages)
                many = stream(name, cast, base, Places(self.apart, work.open), self.known) if cast.slots else None
                made.append(many or entry(name, cast.constants[0]))
            else:
                made.append(None if name in told else self.constants[name])
        if len(self.known) > _PACKED:
            self.known.clear()
        while len(work.paged) >= _KEYS:
            del work.paged[next(iter(work.paged))]
        work.paged[pages] = Paged(tuple(made))
        return work.paged[pages]

    def docx(self, paged: Paged, values: Sequence[str], source: Source | None) -> bytes:
        """The agreement with values, whose pages were found."""
        work = self.work
        inside, picked = work.inside, [values[i] for i in work.open]
        known = {v: value_of(v) for v in {*picked}}
        said = dict(zip(work.open, [known[v] for v in picked], strict=True))
        written = self.written.copy()
        for i, value in said.items():
            written[i] = value.written
        told = inside.entries(source, said) if inside and source else {}
        entries = []
        for name, part in zip(self.order, paged.parts, strict=True):
            if part is None:
                entries.append(told[name])
            else:
                entries.append(part if isinstance(part, Entry) else part.entry(written))
        return zipped(entries)


@dataclass(frozen=True, slots=True)
class Proof:
    """An agreement that was made the whole way: its values, its bytes, what it was made from, what was found."""

    values: tuple[str, ...]
    docx: bytes
    source: Source | None
    findings: tuple[Finding, ...]


def made(shape: Shape, proof: Proof, dressed: Callable[[Sequence[str]], bytes], folder: Path | None = None) -> Plate:
    """The plate of a shape, which makes the proof again byte for byte; UnfitError if none does.

    `dressed` gives a document with values up to where its contents are filled; `folder` keeps what is drawn.
    """
    parts, tokens = members(proof.docx), [token(i) for i in range(len(shape.slots))]
    filled = _tokens(dressed(tokens), len(_REFERENCE.findall(parts[_BODY])))
    plate = Plate(shape, proof.findings, tuple(parts), {}, casts(filled), proof.values, shape.apart, {}, None, None)
    pages = plate.pages(proof.docx, proof.values)
    written = [t.encode() for t in tokens]
    read = {n: plate.casts[n].filled(written, pages) if n in plate.casts else d for n, d in filled.items()}
    told = Told(source_parts(parts), filled.get(CUSTOM)) if proof.source else None
    apart = {*plate.casts, *(told.parts if told else ())}
    constants = {n: entry(n, d) for n, d in parts.items() if n not in apart}
    plate = Plate(
        shape,
        proof.findings,
        plate.order,
        constants,
        plate.casts,
        proof.values,
        shape.apart,
        read,
        told,
        folder,
        bool(pages),
    )
    paged = plate.learn(proof.values, pages)
    if members(plate.docx(paged, proof.values, proof.source)) != parts:
        raise UnfitError("the plate makes another document than the whole way")
    return plate


def _loose(parts: Mapping[str, bytes]) -> bytes:
    """The document with these parts, not packed."""
    return zipped([entry(n, d, level=0) for n, d in parts.items()])


def _tokens(docx: bytes, entries: int) -> dict[str, bytes]:
    """The parts of a document with tokens, its contents filled with tokens, too."""
    draft = Draft(docx)
    draft.write([page_token(n) for n in range(entries)])
    if draft.is_field:
        if draft.refers:
            raise UnfitError("the text tells pages")
        draft.count(TOTAL)
    return members(draft.pack(stored=True))

"""A page of type that is set once, with open places: what agreements of one shape share, ready for values."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from agreegen.pdf.contents import Draft
from agreegen.plate.cast import TOTAL, UnfitError, casts, page_token, token
from agreegen.plate.inside import Inside, inside
from agreegen.plate.lines import Lines
from agreegen.plate.paging import Paging
from agreegen.plate.stream import Entry, Packed, Stream, entry, letters, stream, zipped
from agreegen.source.document import CUSTOM
from agreegen.source.visible import of_document

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from agreegen.finding import Finding
    from agreegen.plate.cast import Cast
    from agreegen.plate.paging import Pages
    from agreegen.plate.shape import Shape
    from agreegen.source import Source

_KEYS: Final = 64
_BODY: Final = "word/document.xml"
_REFERENCE: Final = re.compile(rb"<w:instrText[^>]*> PAGEREF ")
_DATE: Final = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Paged:
    """The parts of a plate with their page numbers, in the order of the file; None where the source is told."""

    parts: tuple[Stream | Entry | None, ...]


@dataclass(frozen=True, slots=True)
class Plate:
    """What agreements of one shape share."""

    shape: Shape
    findings: tuple[Finding, ...]
    order: tuple[str, ...]
    constants: Mapping[str, Entry]
    casts: Mapping[str, Cast]
    inside: Inside | None
    lines: Lines
    paging: Paging
    numbered: bool = False  # whether it shows page numbers that only drawing tells
    known: dict[tuple[bytes, bool], Packed] = field(default_factory=dict)
    paged: dict[Pages, Paged] = field(default_factory=dict)

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
        pages = self.paging.find(self.lines.keys(values)) if self.numbered else ()
        return self.paged.get(pages) or self._set(pages) if pages is not None else None

    def learn(self, values: Sequence[str], pages: Pages) -> Paged:
        """The parts with page numbers, for all agreements whose lines break as with these values."""
        self.paging.learn(self.lines.keys(values), pages)
        return self.paged.get(pages) or self._set(pages)

    def _set(self, pages: Pages) -> Paged:
        made: list[Stream | Entry | None] = []
        told = self.inside.parts if self.inside else ()
        for name in self.order:
            if name in self.casts:
                cast = self.casts[name].with_pages(pages)
                made.append(stream(name, cast, self.known) if cast.slots else entry(name, cast.constants[0]))
            else:
                made.append(None if name in told else self.constants[name])
        while len(self.paged) >= _KEYS:
            del self.paged[next(iter(self.paged))]
        self.paged[pages] = Paged(tuple(made))
        return self.paged[pages]

    def docx(self, paged: Paged, values: Sequence[str], source: Source | None) -> bytes:
        """The agreement with values."""
        written = [v.encode() for v in values]
        told = self.inside.filled(source, [v.replace("&amp;", "&") for v in values]) if self.inside and source else {}
        entries = []
        for name, part in zip(self.order, paged.parts, strict=True):
            if part is None:
                entries.append(letters(name, told[name]))
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


def made(shape: Shape, proof: Proof, dressed: Callable[[Sequence[str]], bytes]) -> Plate:
    """The plate of a shape, which makes the proof again byte for byte; UnfitError if none does.

    `dressed` gives a document with values up to where its contents are filled.
    """
    parts, tokens = members(proof.docx), [token(i) for i in range(len(shape.slots))]
    filled = _tokens(dressed(tokens), len(_REFERENCE.findall(parts[_BODY])))
    plate = Plate(shape, proof.findings, tuple(parts), {}, casts(filled), None, Lines.none(), Paging(()))
    pages = plate.pages(proof.docx, proof.values)
    written = [t.encode() for t in tokens]
    read = {n: plate.casts[n].filled(written, pages) if n in plate.casts else d for n, d in filled.items()}
    docx = zipped([entry(n, d, level=0) for n, d in read.items()])
    told = inside(of_document(docx), parts, filled.get(CUSTOM)) if proof.source else None
    apart = {*plate.casts, *(told.parts if told else ())}
    constants = {n: entry(n, d) for n, d in parts.items() if n not in apart}
    beside = frozenset(s for n, c in plate.casts.items() if n != _BODY and n.startswith("word/") for s in c.slots)
    lines = Lines.of(docx, sorted(s for s in beside if s >= 0))
    plate = Plate(
        shape, proof.findings, plate.order, constants, plate.casts, told, lines, Paging(lines.entries), bool(pages)
    )
    paged = plate.learn(proof.values, pages)
    if members(plate.docx(paged, proof.values, proof.source)) != parts:
        raise UnfitError("the plate makes another document than the whole way")
    return plate


def _tokens(docx: bytes, entries: int) -> dict[str, bytes]:
    """The parts of a document with tokens, its contents filled with tokens, too."""
    draft = Draft(docx)
    draft.write([page_token(n) for n in range(entries)])
    if draft.is_field:
        if draft.refers:
            raise UnfitError("the text tells pages")
        draft.count(TOTAL)
    return members(draft.pack(stored=True))


def members(docx: bytes) -> dict[str, bytes]:
    """The parts of a document that we made, in their order."""
    with zipfile.ZipFile(io.BytesIO(docx)) as z:
        return {i.filename: z.read(i) for i in z.infolist()}

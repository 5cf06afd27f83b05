"""Passages: the paragraphs of a marked document in order: number, place in a master, and pieces by origin."""

from __future__ import annotations

import functools
import re
from dataclasses import field, replace
from typing import TYPE_CHECKING

from lxml import etree

from agreegen.errors import FindingsError
from agreegen.finding import Location
from agreegen.late import dataclass
from agreegen.provenance.marking import BLANK, MARK
from agreegen.template.base import bookmark_parts
from agreegen.template.container import MC, W
from agreegen.template.failure import failure
from agreegen.template.filling import filled
from agreegen.template.numbering import number

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from agreegen.provenance.marking import Marked
    from agreegen.template.compiled import Template

Element = etree._Element
Within = tuple[tuple[int, int], ...]
"""The branches that something stands in, from outside in: the number of the group, and that of its branch."""

BODY = "word/document.xml"
BLANKS = {W + "tab": "\t", W + "br": "\n", W + "cr": "\n", W + "noBreakHyphen": "-"}
SILENT = (W + "pPr", W + "rPr", W + "tblPr", W + "sectPr")
REF = re.compile(r"\s*REF\s+(\S+)")
PAGES = re.compile(r"\s*(?:PAGE|NUMPAGES)\b")
TITLES = {"Heading1": 0, "ExhibitTitle": 0, "Heading2": 1, "ExhibitHeading": 1, "ContentsHeading": 0}
EXHIBITS = ("ExhibitTitle", "ExhibitHeading")


@dataclass(frozen=True, slots=True)
class Piece:
    """Words of one origin: of the template (no step), a value (its step), or the number that a reference prints."""

    text: str
    within: Within = ()
    step: int | None = None
    ref: str = ""


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph: its place in a file of the master, its number, the headings above it, and what it says."""

    place: Location
    pieces: tuple[Piece, ...] = ()
    within: Within = ()
    label: str = ""  # what stands in front of it: "8.2", "(a)"
    full: str = ""  # what a reference to it prints: "8.2(a)"
    style: str = ""
    clause: str = ""  # the id of the clause, or of the exhibit and its heading
    exhibit: str = ""
    headings: tuple[tuple[str, str], ...] = ()  # number and words of those above, from outside in
    part: str = "body"
    bookmarks: tuple[str, ...] = ()
    row: tuple[int, int, int] | None = None  # table, row and column, where it stands in a table

    @property
    def text(self) -> str:
        """Its words, without its number."""
        return "".join(p.text for p in self.pieces)

    @property
    def is_title(self) -> bool:
        """True for the heading of a part, a clause or an exhibit."""
        return self.style in TITLES

    @property
    def where(self) -> str:
        """`Section 8.2(a), Reporting incidents`, as a person would look it up."""
        above = [f"{n} {w}".strip() for n, w in self.headings]
        own = self.full if self.full and not self.is_title else ""
        if self.part != "body":
            return self.part
        if not above:
            return "cover"
        number_ = own or self.headings[-1][0].rstrip(".")
        lead = "" if not number_ or number_.startswith("Exhibit") else "Section "
        titles = [w for _, w in self.headings] if self.exhibit else [self.headings[-1][1]]
        return f"{lead}{number_}, {', '.join(titles)}".lstrip(", ")


def rendered(marked: Marked, context: Mapping[str, object]) -> tuple[Passage, ...]:
    """The passages of the document that a master and data make; a FindingsError if the data don't fit it."""
    try:
        parts = filled(marked.template, context)
    except Exception as e:  # as `render.render`
        raise FindingsError((failure(marked.template, e, context),)) from e
    return passages(marked, marked.template, parts)


@functools.lru_cache(maxsize=8)
def whole(marked: Marked) -> tuple[Passage, ...]:
    """The passages of a master with every branch after the other; values are pieces without words."""
    return passages(marked, marked.whole, filled(marked.whole, {}))


def passages(marked: Marked, template: Template, parts: Mapping[str, bytes]) -> tuple[Passage, ...]:
    """The passages of the parts of a document: body first, then notes, headers and footers."""
    found: list[Passage] = []
    for part in template.parts:
        if part.name == BODY:
            found += _body(marked, parts)
        elif re.fullmatch(r"word/(header|footer|footnotes)\d*\.xml", part.name):
            label = re.sub(r"\d", "", part.name[5:-4])
            root = _parsed(parts[part.name])
            found += [replace(p.passage(marked), part=label) for p in _read(root)]
    return tuple(found)


def _parsed(data: bytes) -> Element:
    return etree.fromstring(data, etree.XMLParser(resolve_entities=False, huge_tree=True))


def _body(marked: Marked, parts: Mapping[str, bytes]) -> Iterator[Passage]:
    root = _parsed(parts[BODY])
    read = list(_read(root))
    numbering = parts.get(marked.template.numbering.part) or marked.numbering
    styles = _parsed(marked.styles) if marked.styles else None
    counted = {n.paragraph: n for n in number(root, styles, _parsed(numbering) if numbering else None)}
    headings: list[tuple[str, str]] = []
    clause = exhibit = ""
    for p in read:
        found = p.passage(marked)
        numbered = counted.get(p.element)
        label = numbered.label if numbered and not numbered.bullet else ""
        full = numbered.full if numbered and label else ""
        level = TITLES.get(found.style)
        if level is not None and found.text.strip():
            headings = [*headings[:level], (label, " ".join(found.text.split()))]
            ids = [b for name in found.bookmarks if (b := bookmark_parts(name))]
            if found.style not in EXHIBITS:
                exhibit = ""
            elif level == 0:
                exhibit = next((anchor for anchor, _, is_exhibit in ids if is_exhibit), "?")
            clause = next((anchor for anchor, _, _ in ids), "" if level == 0 else clause)
        yield replace(found, label=label, full=full, headings=tuple(headings), clause=clause, exhibit=exhibit)


# ---------------------------------------------------------------------------------------------------- reading
@dataclass(slots=True)
class _Paragraph:
    """A paragraph that is being read."""

    element: Element
    within: Within
    cell: tuple[int, int, int] | None
    at: int | None = None
    pieces: list[Piece] = field(default_factory=list)
    bookmarks: list[str] = field(default_factory=list)
    code: list[str] | None = None  # of the field that begins
    ref: str = ""  # the bookmark of the reference that is shown
    counts: bool = False  # the number of a page is shown, which no document knows

    def passage(self, marked: Marked) -> Passage:
        """What was read."""
        style = self.element.find(f"{W}pPr/{W}pStyle")
        named = (style.get(W + "val") or "") if style is not None else ""
        place = marked.places[self.at] if self.at is not None else Location()
        marks = tuple(self.bookmarks)
        return Passage(place, tuple(self.pieces), self.within, style=named, bookmarks=marks, row=self.cell)


def _read(root: Element) -> Iterator[_Paragraph]:
    reader = _Reader()
    reader.read(root)
    yield from reader.found


class _Reader:
    """Walks a part in the order of its text; `open` are the branches and values that are open."""

    def __init__(self) -> None:
        self.found: list[_Paragraph] = []
        self.open: list[tuple[int, int] | int | str] = []
        self.paragraphs: list[_Paragraph] = []
        self.tables = 0
        self.cells: list[list[int]] = []

    def read(self, e: Element) -> None:
        """Reads an element and all in it."""
        tag = e.tag
        if not isinstance(tag, str) or tag == MC + "Fallback":
            return
        if tag in SILENT:
            return
        if tag == W + "p":
            self._begin(e)
        elif tag == W + "tbl":
            self.tables += 1
            self.cells.append([self.tables, 0, 0])
        elif tag == W + "tr" and self.cells:
            self.cells[-1][1:] = [self.cells[-1][1] + 1, 0]
        elif tag == W + "tc" and self.cells:
            self.cells[-1][2] += 1
        else:
            self._sign(e)
        self.feed(e.text, words=tag == W + "t")
        for child in e:
            self.read(child)
            self.feed(child.tail, words=False)
        if tag == W + "p":
            self.paragraphs.pop()
        elif tag == W + "tbl":
            self.cells.pop()

    def _begin(self, e: Element) -> None:
        cell = (self.cells[-1][0], self.cells[-1][1], self.cells[-1][2]) if self.cells else None
        p = _Paragraph(e, self._within(), cell)
        self.paragraphs.append(p)
        self.found.append(p)

    def _within(self) -> Within:
        return tuple(x for x in self.open if isinstance(x, tuple))

    def _sign(self, e: Element) -> None:
        p = self.paragraphs[-1] if self.paragraphs else None
        if p is None:
            return
        if e.tag in BLANKS:
            self._put(BLANKS[str(e.tag)])
        elif e.tag == W + "bookmarkStart":
            p.bookmarks.append(e.get(W + "name") or "")
        elif e.tag == W + "fldChar":
            kind = e.get(W + "fldCharType")
            if kind == "begin":
                p.code = []
            elif kind == "separate":
                code = "".join(p.code or ())
                named = REF.match(code)
                p.ref, p.code = named[1] if named else "", None
                if PAGES.match(code):
                    self._put(BLANK)
                    p.counts = True
            elif kind == "end":
                p.ref, p.code, p.counts = "", None, False
        elif e.tag == W + "instrText" and p.code is not None:
            p.code.append(MARK.sub("", e.text or ""))

    def feed(self, text: str | None, *, words: bool) -> None:
        """Reads text: its marks, and its words where it is shown."""
        if not text:
            return
        at = 0
        for m in MARK.finditer(text):
            if words:
                self._put(text[at : m.start()])
            at = m.end()
            self._mark(m[1])
        if words:
            self._put(text[at:])

    def _mark(self, mark: str) -> None:
        kind, rest = mark[:1], mark[1:]
        if kind == "p":
            self.paragraphs[-1].at = int(rest)
        elif kind == "b":
            group, _, branch = rest.partition(".")
            self.open.append((int(group), int(branch)))
        elif kind == "v":
            self.open.append(int(rest))
            self._put("", always=True)
        elif kind == "a":
            self.open.append(rest)
            self._put("", always=True)
        else:
            self.open.pop()

    def _put(self, text: str, *, always: bool = False) -> None:
        if (not text and not always) or not self.paragraphs:
            return
        p = self.paragraphs[-1]
        if p.counts:
            return
        step = next((x for x in reversed(self.open) if isinstance(x, int)), None)
        lost = next((x for x in reversed(self.open) if isinstance(x, str)), "")
        piece = Piece(text, self._within(), step, p.ref or lost)
        last = p.pieces[-1] if p.pieces else None
        if (
            last is not None
            and (last.within, last.step, last.ref) == (piece.within, piece.step, piece.ref)
            and not always
        ):
            p.pieces[-1] = replace(last, text=last.text + text)
        else:
            p.pieces.append(piece)

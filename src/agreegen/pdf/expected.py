"""What a PDF of the document must say: every paragraph with its label in order, notes, headers and footers."""

from __future__ import annotations

from dataclasses import field
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from agreegen.late import dataclass
from agreegen.pdf import holders, symbols
from agreegen.pdf.displayed import Displayed
from agreegen.pdf.parts import OFF, Parts, R, W, value
from agreegen.pdf.squeeze import FRAME, squeeze
from agreegen.pdf.styles import Styles, theme
from agreegen.template import numbering

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lxml import etree

    from agreegen.pdf.tags.model import Model

_PICTURES: Final = (
    "{http://schemas.openxmlformats.org/drawingml/2006/main}blip",
    "{urn:schemas-microsoft-com:vml}imagedata",
)
_STYLES: Final = "word/styles.xml"
_LISTS: Final = "word/numbering.xml"
KINDS: Final = ("default", "first", "even")


class Paragraph(NamedTuple):
    """One paragraph: what it displays, and where it is for its author."""

    start: int
    text: str
    number: int
    heading: str
    cell: str


class Row(NamedTuple):
    """A table row: where it ends and where its cells start, in characters of the body."""

    start: int
    end: int
    cells: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its place, and what is repeated at the top of each page."""

    start: int
    end: int
    repeated: str
    after_repeated: int
    ends_blank: bool
    pictures: int = 0  # in what is repeated


@dataclass(frozen=True, slots=True)
class Section:
    """A section: where it starts, its headers and footers by kind, how its pages are numbered."""

    start: int
    headers: dict[str, str]
    footers: dict[str, str]
    own_first: bool
    number: int | None
    format: str
    parts: dict[str, tuple[str, str]] = field(default_factory=dict)  # the parts that headers and footers are in


@dataclass(slots=True)
class Expected:
    """The body as one squeezed string with its landmarks; the notes as another, in the order of their marks."""

    body: str = ""
    notes: str = ""
    paragraphs: list[Paragraph] = field(default_factory=list)
    note_texts: list[tuple[int, int, str]] = field(
        default_factory=list
    )  # place of the mark, start and text of the note
    rows: list[Row] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)
    loose: list[str] = field(default_factory=list)  # paragraphs of text boxes and frames: somewhere
    fixed_rows: bool = False  # rows of exact height: more text than fits runs over
    has_columns: bool = False
    even_differs: bool = False
    hyphenates: bool = False
    parts: Parts | None = None  # what it was read from and by, and the numbers of the paragraphs
    shown: Displayed | None = None
    numbered: dict[etree._Element, numbering.Numbered] = field(default_factory=dict)
    structure: Model | None = None  # if it was made ahead, for one PDF


class Sheet(NamedTuple):
    """What the styles of a document say: of looks, and of the lists that paragraphs are in."""

    styles: Styles
    definitions: numbering.Definitions

    @classmethod
    def of(cls, parts: Parts) -> Sheet:
        """That of a document."""
        return cls(Styles(parts), numbering.Definitions(parts.tree(_STYLES), None))


@lru_cache(maxsize=4)
def _shared(members: tuple[tuple[str, bytes], ...]) -> tuple[Parts, Sheet]:
    """The sheet of documents that have these members, with the trees that it was read from."""
    parts = Parts.of(dict(members))
    return parts, Sheet.of(parts)


def forget_sheets() -> None:
    """Forgets the styles that were read last."""
    _shared.cache_clear()


def read(docx: bytes) -> Expected:
    """What the PDF must say of a document that nobody changes: styles that many documents share are read once."""
    parts = Parts(docx)
    names = (n for n in (_STYLES, theme(parts)) if n in parts.members)
    known, sheet = _shared(tuple((n, parts.members[n]) for n in names))
    parts.share(known)
    return _Reading(parts, Sheet(sheet.styles.again(), sheet.definitions), None).result


def expected(parts: Parts, numbers: Sequence[numbering.Numbered] | None = None) -> Expected:
    """What the PDF must say; `numbers` are those of the paragraphs of the body, if they have been counted."""
    return _Reading(parts, Sheet.of(parts), numbers).result


class _Reading:
    """One walk over the document."""

    def __init__(self, parts: Parts, sheet: Sheet, numbers: Sequence[numbering.Numbered] | None) -> None:
        self.parts = parts
        self.result = Expected()
        self.shown = Displayed(parts, sheet.styles)
        lists = parts.tree(_LISTS)
        anew = symbols.write_bullets(lists) or numbers is None
        self._lists = sheet.definitions.having(lists)
        numbered = numbering.counted(parts.document, self._lists) if anew else numbers or ()
        self.result.parts, self.result.shown = parts, self.shown
        self.result.numbered = {n.paragraph: n for n in numbered}
        self._labels = {n.paragraph: n.label for n in numbered}
        self._pieces: list[str] = []
        self._length = 0
        self._heading = ""
        self._number = 0
        self._carried = ""  # what is left of paragraphs whose ends were deleted
        self._tables = 0
        self._references: dict[str, dict[str, str]] = {"header": {}, "footer": {}}
        self._targets = parts.targets()
        self._section_start = 0
        self._stories: dict[str, str] = {}
        settings = parts.tree("word/settings.xml")
        if settings is not None:
            self.result.even_differs = _is_on(settings, "evenAndOddHeaders")
            self.result.hyphenates = _is_on(settings, "autoHyphenation")
        self.result.fixed_rows = any(h.get(W + "hRule") == "exact" for h in parts.body.iter(W + "trHeight"))
        self.result.has_columns = any(c.get(W + "num", "1") not in ("", "0", "1") for c in parts.body.iter(W + "cols"))
        self._boxed = next(parts.document.iter(W + "txbxContent"), None) is not None
        self._joins = next(parts.document.iter(W + "del", W + "moveFrom"), None) is not None
        self._own = holders.paragraphs(parts.body, "outlineLvl", "framePr")  # the others are as their styles say
        self._ends = holders.paragraphs(parts.body, "sectPr")  # of sections
        self._looks: dict[str, tuple[bool, bool]] = {}  # of a style: whether it makes headings, whether frames
        self._blocks(parts.body, "")
        self._endnotes()
        last = parts.body.find(W + "sectPr")
        if last is not None:
            self._end_section(last)
        self.result.body = "".join(self._pieces)
        self._notes()

    def _blocks(self, parent: etree._Element, cell: str) -> None:
        for e in self.shown.blocks(parent):
            if e.tag == W + "p":
                self._paragraph(e, cell)
            elif e.tag == W + "tbl":
                self._table(e)

    def _paragraph(self, p: etree._Element, cell: str) -> None:
        label = self._labels.get(p, "")
        text = self._carried + self.shown.text(p, self._length)
        self._carried = ""
        if self._joins and numbering.is_joined(p):
            self._carried, text = text, ""
        self._number += 1
        whole = f"{label} {text}" if label and (text or not cell) else text
        heads, framed = self._look(p)
        if heads and text:
            self._heading = whole
        self.result.paragraphs.append(Paragraph(self._length, whole, self._number, self._heading, cell))
        if not framed:
            self._add(squeeze(whole))
        elif said := squeeze(whole):
            self.result.loose.append(said)
        if self._boxed:
            boxes = (self._bullet(q) + self.shown.text(q, None) for q in self.shown.boxed(p))
            self.result.loose += [said for text in boxes if (said := squeeze(text))]
        if (ends := self._ends.get(p)) is not None:
            self._end_section(ends)

    def _look(self, p: etree._Element) -> tuple[bool, bool]:
        """Whether a paragraph is a heading, and whether it is in a frame."""
        styles = self.shown.styles
        if p in self._own:
            return styles.outline(p) is not None, styles.frame(p) is not None
        style = styles.of(p)
        known = self._looks.get(style)
        if known is None:
            known = self._looks[style] = (styles.outline(p) is not None, styles.frame(p) is not None)
        return known

    def _bullet(self, p: etree._Element) -> str:
        place = self._lists.place(p)
        level = self._lists.lists[place[0]].levels[place[1]] if place is not None else None
        return level.text if level is not None and level.form == "bullet" else ""

    def _add(self, piece: str) -> None:
        self._pieces.append(piece)
        self._length += len(piece)

    def _table(self, table: etree._Element) -> None:
        self._tables += 1
        number, start, first, after_repeated, leading = self._tables, self._length, len(self._pieces), 0, True
        pictures = 0
        row_start = start
        merges = next(table.iter(W + "vMerge"), None) is not None
        for r, row in enumerate(self.shown.rows(table), 1):
            leading = leading and _is_on(row.find(W + "trPr"), "tblHeader")
            row_start, cells = self._length, []
            for c, cell in enumerate(self.shown.cells(row), 1):
                cells.append(self._length)
                merged = cell.find(f"{W}tcPr/{W}vMerge") if merges else None
                covered = merged is not None and merged.get(W + "val") in (None, "continue")
                place = f"table {number}, row {r}, column {c}"
                if covered:
                    self._cover(cell)
                else:
                    self._blocks(cell, place)
            self.result.rows.append(Row(row_start, self._length, tuple(cells)))
            if leading:
                after_repeated = self._length
                pictures += sum(1 for _ in row.iter(*_PICTURES))
        repeated = "".join(self._pieces[first:])[: after_repeated - start] if after_repeated else ""
        ends_blank = bool(self.result.rows) and row_start == self._length
        self.result.tables.append(Table(start, self._length, repeated, after_repeated, ends_blank, pictures))

    def _cover(self, cell: etree._Element) -> None:
        """Counts the paragraphs of a cell that the one above it covers: they show nothing."""
        for _ in self.shown.paragraphs(cell):
            self._number += 1
            self.result.paragraphs.append(Paragraph(self._length, "", self._number, self._heading, ""))

    def _end_section(self, sect: etree._Element) -> None:
        stories: dict[str, dict[str, str]] = {"header": {}, "footer": {}}
        for kind, known in self._references.items():
            for ref in sect.iterfind(f"{W}{kind}Reference"):
                known[ref.get(W + "type", "default")] = self._targets.get(ref.get(R + "id", ""), "")
            stories[kind] = {k: self._story(known.get(k, "")) for k in KINDS}
        names = {k: (self._references["header"].get(k, ""), self._references["footer"].get(k, "")) for k in KINDS}
        numbers = sect.find(W + "pgNumType")
        start = numbers.get(W + "start") if numbers is not None else None
        shape = numbers.get(W + "fmt") if numbers is not None else None
        first = _is_on(sect, "titlePg")
        at = self._section_start
        start_number = int(start) if start is not None and start.isdecimal() else None
        self.result.sections.append(
            Section(at, stories["header"], stories["footer"], first, start_number, shape or "decimal", names)
        )
        self._section_start = self._length

    def _story(self, name: str) -> str:
        """The squeezed text of a header or footer."""
        if name not in self._stories:
            root = self.parts.tree(name) if name else None
            found = "" if root is None else "".join(self._texts(root))
            self._stories[name] = found
        return self._stories[name]

    def _texts(self, root: etree._Element) -> Iterator[str]:
        framed = []
        for p in self.shown.paragraphs(root):
            said = squeeze(self.shown.text(p, None))
            if said and self.shown.styles.frame(p) is not None:
                framed.append(FRAME + said)
            else:
                yield said
        yield from framed

    def _endnotes(self) -> None:
        """The endnotes, which stand behind the text."""
        by_id = self._by_id("endnote")
        for note_id, _, label in self.shown.end_marks:
            note = by_id.get(note_id)
            for p in self.shown.paragraphs(note) if note is not None else ():
                self._number += 1
                text = self.shown.text(p, None, label)
                self.result.paragraphs.append(Paragraph(self._length, text, self._number, self._heading, ""))
                self._add(squeeze(text))

    def _notes(self) -> None:
        by_id = self._by_id("footnote")
        pieces, at = [], 0
        for note_id, place, label in self.shown.note_marks:
            note = by_id.get(note_id)
            inside = [] if note is None else [self.shown.text(p, None, label) for p in self.shown.paragraphs(note)]
            text = " ".join(inside)
            self.result.note_texts.append((place, at, text))
            pieces.append(squeeze(text))
            at += len(pieces[-1])
        self.result.notes = "".join(pieces)

    def _by_id(self, kind: str) -> dict[str, etree._Element]:
        root = self.parts.tree(f"word/{kind}s.xml")
        return {n.get(W + "id", ""): n for n in root.iterfind(W + kind)} if root is not None else {}


def _is_on(parent: etree._Element | None, name: str) -> bool:
    return parent is not None and parent.find(W + name) is not None and value(parent, W + name) not in OFF

"""The structure of the document: its elements in reading order, and which characters of the body are whose."""

from __future__ import annotations

import re
from dataclasses import field
from typing import TYPE_CHECKING, Final

from agreegen.late import dataclass
from agreegen.pdf.parts import W, properties
from agreegen.pdf.squeeze import LEADER, squeeze
from agreegen.pdf.tags import decoration, tables
from agreegen.pdf.tags.element import Element
from agreegen.pdf.tags.languages import languages
from agreegen.pdf.tags.lists import Nesting
from agreegen.pdf.tags.notes import MARKS, Mark, Marks
from agreegen.pdf.tags.pictures import alternative, pictures, shown
from agreegen.template.lists import lists

if TYPE_CHECKING:
    from lxml import etree

    from agreegen.pdf.displayed import Displayed
    from agreegen.pdf.expected import Expected, Paragraph

_CONTENTS: Final = re.compile(r"toc ([1-9])", re.IGNORECASE)
_OUTLINE: Final = W + "outlineLvl"
_DEEPEST: Final = 6


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: its level, its element, and its number and title."""

    level: int
    element: Element
    title: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of the document: the paragraph it stands in, and its alternative text (none: decoration)."""

    paragraph: int
    owner: Element
    alternative: str | None
    alone: bool


@dataclass(slots=True)
class Model:
    """The tree, with the places where each element's characters start in the body and in the notes."""

    root: Element = field(default_factory=lambda: Element("Document"))
    starts: list[int] = field(default_factory=list)
    owners: list[Element] = field(default_factory=list)
    blocks: list[int] = field(default_factory=list)  # the paragraph of each start
    note_starts: list[int] = field(default_factory=list)
    note_owners: list[Element] = field(default_factory=list)
    headings: list[Heading] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    grids: list[list[list[tables.Cell]]] = field(default_factory=list)


def model(document: Expected) -> Model:
    """The structure of the document that `expected` has read."""
    return _Walk(document).model


@dataclass(frozen=True, slots=True)
class _Style:
    """What a paragraph's style says: its outline level, the level of an entry of the contents (0: none)."""

    level: int | None = None
    entry: int = 0
    is_caption: bool = False


class _Walk:
    """One walk over the document, in step with the paragraphs of `Expected`."""

    def __init__(self, document: Expected) -> None:
        assert document.shown is not None and document.parts is not None
        self.shown: Displayed = document.shown
        body = document.parts.body
        self.document = document
        self.model = Model()
        self._paragraph = 0
        self._marks = Marks(document)
        self._languages = languages(document.parts)
        self._level = 0
        self._style = _Style()
        self._styles: dict[str, _Style] = {}
        definitions = lists(document.parts.tree("word/numbering.xml"))
        self._forms = {n: tuple(x.form for x in found.levels) for n, found in definitions.items()}
        seen = (*MARKS, W + "drawing", W + "pict", W + "object")
        self._special = {q for e in body.iter(*seen) if (q := next(e.iterancestors(W + "p"), None)) is not None}
        self._inside = document.parts.targets()
        self._strikes = decoration.is_struck_anywhere(document.parts)
        self._blocks(body, self.model.root)
        self._endnotes()

    def _read_style(self, p: etree._Element) -> None:
        """Turns to the style of a paragraph."""
        styles = self.shown.styles
        style = styles.of(p)
        known = self._styles.get(style)
        ppr = properties(p)
        own = ppr is not None and ppr.find(_OUTLINE) is not None
        if known is None or own:
            name = styles.name(style)
            entry = _CONTENTS.fullmatch(name)
            known = _Style(styles.outline(p), int(entry[1]) if entry else 0, name.casefold() == "caption")
            if not own:
                self._styles[style] = known
        self._style = known

    def _own(self, start: int, element: Element) -> None:
        self.model.starts.append(start)
        self.model.owners.append(element)
        self.model.blocks.append(self._paragraph)

    def _blocks(self, parent: etree._Element, into: Element) -> None:
        nesting = Nesting(into, self._forms)
        caption: Element | None = None
        for e in self.shown.blocks(parent):
            if e.tag == W + "tbl":
                nesting.end()
                self._table(e, into, caption)
                caption = None
            elif (made := self._block(e, into, nesting)) is not None:
                caption = made if made.kind == "P" and self._style.is_caption else None

    # ------------------------------------------------------------ paragraphs
    def _block(self, p: etree._Element, into: Element, nesting: Nesting) -> Element | None:
        """The element of a paragraph, none if it shows nothing."""
        said = self.document.paragraphs[self._paragraph]
        after = self.document.paragraphs[self._paragraph + 1 : self._paragraph + 2]
        length = (after[0].start if after else len(self.document.body)) - said.start
        special = p in self._special
        made = self._made(p, said, into, nesting) if length or special else None
        if special and made is not None:
            self._pictures(p, made, alone=not length)
        if made is not None and (special or self._strikes):
            self._inline(p, said, made, self._notes(p, said, made, into) if special else [])
        if made is not None and p in self._languages:
            made.language = self._languages[p]
        self._paragraph += 1
        return made

    def _made(self, p: etree._Element, said: Paragraph, into: Element, nesting: Nesting) -> Element:
        self._read_style(p)
        style = self._style
        numbered = self.document.numbered.get(p)
        label = squeeze(numbered.label) if numbered is not None and numbered.label else ""
        if style.level is not None and said.text:
            nesting.end()
            made = self._heading(said, style.level, into)
        elif style.entry:
            made = nesting.entry(style.entry).add("Reference")
        elif label and numbered is not None and numbered.level is not None and said.text:
            item = nesting.item(numbered)
            labeled = len(label) if self.document.body.startswith(label, said.start) else 0
            if labeled:
                self._own(said.start, item.add("Lbl"))
            made = item.add("LBody")
            self._own(said.start + labeled, made)
            return made
        else:
            nesting.end()
            made = into.add("P")
        self._own(said.start, made)
        return made

    def _heading(self, said: Paragraph, level: int, into: Element) -> Element:
        """A heading; a level that was left out is no level, and there are six."""
        self._level = min(level, self._level + 1, _DEEPEST)
        made = into.add(f"H{self._level}")
        title = " ".join(said.text.replace(LEADER, " ").split())
        self.model.headings.append(Heading(self._level, made, title))
        return made

    # ------------------------------------------------------------ pictures and notes
    def _pictures(self, p: etree._Element, made: Element, *, alone: bool) -> None:
        for e in pictures(p):
            found = Picture(self._paragraph, made, alternative(e), alone)
            self.model.pictures += [found] * shown(e, self._inside)

    def _inline(self, p: etree._Element, said: Paragraph, made: Element, marks: list[Mark]) -> None:
        """The elements within a paragraph: its marks of notes, its struck-through text."""
        own = self._labeled(p, said)
        parts = [(m.at, m.length, Element("Reference", within=made)) for m in marks if m.length]
        for start, length in decoration.struck(p, self.shown) if self._strikes else ():
            at = own + start
            for m in marks:
                at += m.length if m.at <= at else 0
            parts.append((at, length, Element("Span", attributes=decoration.STRUCK, within=made)))
        for at, length, element in sorted(parts, key=lambda part: part[0]):
            self._own(said.start + at, element)
            self._own(said.start + at + length, made)

    def _notes(self, p: etree._Element, said: Paragraph, made: Element, into: Element) -> list[Mark]:
        """The marks of the paragraph's notes, and the footnotes behind it."""
        within = made if made.kind == "LBody" else into
        marks = list(self._marks.of(p, squeeze(said.text), self._labeled(p, said)))
        for mark in marks:
            if mark.footnote is not None and mark.footnote < len(self.document.note_texts):
                _, start, text = self.document.note_texts[mark.footnote]
                note = within.add("Note")
                note.name = f"note{mark.footnote + 1}"
                self._own_note(start, note, squeeze(self.shown.note_marks[mark.footnote][2]), squeeze(text))
        return marks

    def _endnotes(self) -> None:
        """The endnotes, which stand behind the text."""
        assert self.document.parts is not None
        root = self.document.parts.tree("word/endnotes.xml")
        by_id = {n.get(W + "id", ""): n for n in root.iterfind(W + "endnote")} if root is not None else {}
        for number, (note_id, _, label) in enumerate(self.shown.end_marks, 1):
            note = self.model.root.add("Note")
            note.name = f"endnote{number}"
            source = by_id.get(note_id)
            for i, _ in enumerate(self.shown.paragraphs(source) if source is not None else ()):
                said = self.document.paragraphs[self._paragraph]
                labeled = squeeze(label) if i == 0 and squeeze(said.text).startswith(squeeze(label)) else ""
                if labeled:
                    self._own(said.start, note.add("Lbl"))
                self._own(said.start + len(labeled), note.add("P"))
                self._paragraph += 1

    def _labeled(self, p: etree._Element, said: Paragraph) -> int:
        numbered = self.document.numbered.get(p)
        label = squeeze(numbered.label) if numbered is not None else ""
        return len(label) if label and squeeze(said.text).startswith(label) else 0

    def _own_note(self, start: int, note: Element, label: str, text: str) -> None:
        if label and text.startswith(label):
            self.model.note_starts.append(start)
            self.model.note_owners.append(note.add("Lbl"))
            start += len(label)
        self.model.note_starts.append(start)
        self.model.note_owners.append(note.add("P"))

    # ------------------------------------------------------------ tables
    def _table(self, table: etree._Element, into: Element, caption: Element | None) -> None:
        element = Element("Table")
        if caption is not None:
            into.kids.remove(caption)
            caption.kind = "Caption"
            element.kids.append(caption)
        into.kids.append(element)
        cells = tables.grid(table, self.shown, element)
        self.model.grids.append(cells)
        for cell in (c for row in cells for c in row):
            if cell.is_covered:
                self._paragraph += sum(1 for _ in self.shown.paragraphs(cell.source))
            elif cell.element is not None:
                self._blocks(cell.source, cell.element)

"""What a paragraph displays: insertions shown, deletions and hidden text left out, capitals applied."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from agreegen.late import dataclass
from agreegen.pdf import notes, symbols
from agreegen.pdf.parts import MC, W, properties
from agreegen.pdf.settled import form_value
from agreegen.pdf.squeeze import LEADER, PAGE, PAGES
from agreegen.pdf.styles import Styles

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml import etree

    from agreegen.pdf.parts import Parts

OPEN: Final = frozenset(W + x for x in ("sdt", "sdtContent", "ins", "moveTo", "smartTag", "customXml", "dir", "bdo"))
_INLINE: Final = OPEN | {W + "hyperlink", W + "fldSimple"}
_M: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_REFERENCES: Final = (W + "footnoteReference", W + "endnoteReference")
_COUNTED: Final = {"PAGE": PAGE, "NUMPAGES": PAGES}
_R, _T, _TAB, _CHAR, _CODE, _RPR = (W + x for x in ("r", "t", "tab", "fldChar", "instrText", "rPr"))
_BREAKS: Final = (W + "br", W + "cr")
_CHOOSE: Final = MC + "AlternateContent"
_P, _TABLE, _ROW, _CELL = (W + x for x in ("p", "tbl", "tr", "tc"))
_BLOCKS: Final = (_P, _TABLE)
_HOLDERS: Final = {_P: _CELL, _TABLE: _CELL, _ROW: _TABLE, _CELL: _ROW}  # what stands directly in which


class Displayed:
    """Reads one document; `note_marks` and `end_marks`: the id, place and number of each note, in order."""

    def __init__(self, parts: Parts, styles: Styles | None = None) -> None:
        """Nothing read yet; `styles`: those of the document, if they have been read."""
        self.styles = styles or Styles(parts)
        self.note_marks: list[tuple[str, int, str]] = []
        self.end_marks: list[tuple[str, int, str]] = []
        self._parts = parts
        self._counts: dict[str, notes.Count] = {}
        self._leaders: dict[str, bool] = {}
        self._looks: dict[str, tuple[bool, bool, str]] = {}

    def blocks(self, parent: etree._Element) -> Iterator[etree._Element]:
        """The paragraphs and tables directly within `parent`."""
        for e in parent:
            tag = e.tag
            if tag in _BLOCKS:
                yield e
            elif tag in OPEN:
                yield from self.blocks(e)

    def rows(self, table: etree._Element) -> Iterator[etree._Element]:
        """The rows of a table, deleted ones left out."""
        whole = next(table.iter(W + "del"), None) is None
        for e in table:
            if e.tag in OPEN:
                yield from self.rows(e)
            elif e.tag == _ROW and (whole or e.find(f"{W}trPr/{W}del") is None):
                yield e

    def cells(self, row: etree._Element) -> Iterator[etree._Element]:
        """The cells of a row."""
        for e in row:
            if e.tag in OPEN:
                yield from self.cells(e)
            elif e.tag == W + "tc":
                yield e

    def paragraphs(self, root: etree._Element) -> Iterator[etree._Element]:
        """All paragraphs of a header, footer or note, those of its tables too."""
        yield from _plainly(root) or self._paragraphs(root)

    def _paragraphs(self, root: etree._Element) -> Iterator[etree._Element]:
        for e in self.blocks(root):
            if e.tag == W + "p":
                yield e
            else:
                for row in self.rows(e):
                    for cell in self.cells(row):
                        yield from self._paragraphs(cell)

    def boxes(self, p: etree._Element) -> Iterator[str]:
        """What the text boxes anchored in a paragraph display, paragraph by paragraph."""
        yield from (self.text(q, None) for q in self.boxed(p))

    def boxed(self, p: etree._Element) -> Iterator[etree._Element]:
        """The paragraphs of the text boxes anchored in a paragraph."""
        for box in p.iter(W + "txbxContent"):
            if next(box.iterancestors(MC + "Fallback"), None) is None:
                yield from self.paragraphs(box)

    def mark(self, e: etree._Element, place: int) -> str:
        """What the reference to a note shows: its number, or nothing where a mark of the author's own follows."""
        kind = "footnote" if e.tag == W + "footnoteReference" else "endnote"
        if kind not in self._counts:
            self._counts[kind] = notes.Count(self._parts, kind)
        label = self._counts[kind].next(e)
        (self.note_marks if kind == "footnote" else self.end_marks).append((e.get(W + "id", ""), place, label))
        return label

    def text(self, p: etree._Element, place: int | None, note: str = "") -> str:
        """What it displays; `place` is where it starts in the body, `note` the number of the note that it is in."""
        return _Line(self, p, place, note).read()

    def has_leader(self, p: etree._Element) -> bool:
        """Whether one of the paragraph's tab stops draws dots or a line."""
        ppr = properties(p)
        own = ppr.find(W + "tabs") if ppr is not None else None
        if own is not None and any(t.get(W + "leader", "none") != "none" for t in own):
            return True
        style = self.styles.of(p)
        if style not in self._leaders:
            stops = (t for s in self.styles.chain(style) for t in s.iterfind(f"{W}pPr/{W}tabs/{W}tab"))
            self._leaders[style] = any(t.get(W + "leader", "none") != "none" for t in stops)
        return self._leaders[style]

    def look(self, style: str) -> tuple[bool, bool, str]:
        """How a style has the runs of its paragraphs: hidden, in capitals, in which font."""
        known = self._looks.get(style)
        if known is None:
            styles = self.styles
            raised = styles.run_on(None, style, "caps") or styles.run_on(None, style, "smallCaps")
            known = self._looks[style] = styles.run_on(None, style, "vanish"), raised, styles.font(None, style)
        return known


def _plainly(root: etree._Element) -> list[etree._Element]:
    """All paragraphs of a story where they stand in it or in cells and nothing is between; else none: read it whole."""
    if next(root.iter(W + "del"), None) is not None:
        return []
    found = []
    for e in root.iter(*_HOLDERS):
        if e is root:
            continue
        above, tag = e.getparent(), e.tag
        if above is root:
            if tag not in _BLOCKS:
                return []
        elif above is None or above.tag != _HOLDERS[tag]:
            return []
        if tag == _P:
            found.append(e)
    return found


class _Line:
    """The reading of one paragraph."""

    def __init__(self, shown: Displayed, p: etree._Element, place: int | None, note: str) -> None:
        self.shown, self.p, self.place, self.note = shown, p, place, note
        self.style = shown.styles.of(p)
        self.hidden, self.raised, self.font = shown.look(self.style)
        self.pieces: list[str] = []
        self.fields: list[_Field] = []  # the open ones

    def read(self) -> str:
        self._walk(self.p)
        return "".join(self.pieces).strip()

    def _walk(self, parent: etree._Element) -> None:
        for e in parent:
            tag = e.tag
            if tag == _R:
                self._run(e)
            elif tag == W + "fldSimple":
                self._simple(e)
            elif tag in _INLINE:
                self._walk(e)
            elif tag == _CHOOSE:
                for branch in e.iterfind(MC + "Choice"):
                    self._walk(branch)
            elif isinstance(tag, str) and tag.startswith(_M):
                self.pieces.extend(t.text or "" for t in e.iter(_M + "t"))

    def _simple(self, e: etree._Element) -> None:
        name = _name(e.get(W + "instr", ""))
        if name in _COUNTED:
            self.pieces.append(_COUNTED[name])
        else:
            self._walk(e)

    def _run(self, r: etree._Element) -> None:
        rpr = properties(r)
        hidden, raised = self.hidden, self.raised
        if rpr is not None and len(rpr):
            styles = self.shown.styles
            hidden = styles.run_on(rpr, self.style, "vanish")
            raised = styles.run_on(rpr, self.style, "caps") or styles.run_on(rpr, self.style, "smallCaps")
        for e in r:
            tag = e.tag
            if tag == _CHAR:
                self._field(e)
            elif tag == _CODE:
                if self.fields:
                    self.fields[-1].instruction += e.text or ""
            elif tag != _RPR and not hidden and not (self.fields and self._unseen()):
                self._content(e, tag, rpr, raised)

    def _content(self, e: etree._Element, tag: object, rpr: etree._Element | None, raised: bool) -> None:
        if tag == _T:
            text = e.text or ""
            font = self.font if rpr is None or not len(rpr) else self.shown.styles.font(rpr, self.style)
            text = symbols.unicode_of(text, font) if symbols.is_symbol_font(font) else text
            self.pieces.append(text.upper() if raised else text)
        elif tag == _TAB:
            self.pieces.append(f" {LEADER} " if self.shown.has_leader(self.p) else " ")
        elif tag in _BREAKS:
            self.pieces.append(" ")
        elif tag == W + "noBreakHyphen":
            self.pieces.append("-")
        elif tag == W + "sym":
            self.pieces.append(symbols.sign_of(e))
        elif tag in _REFERENCES and self.place is not None:
            self.pieces.append(self.shown.mark(e, self.place))
        elif tag in (W + "footnoteRef", W + "endnoteRef"):
            self.pieces.append(self.note)
        elif tag == W + "ruby":
            self.pieces.extend(t.text or "" for t in e.iter(W + "t"))
        elif tag == _CHOOSE:
            for branch in e.iterfind(MC + "Choice"):
                for x in branch:
                    self._content(x, x.tag, rpr, raised)

    def _field(self, e: etree._Element) -> None:
        kind = e.get(W + "fldCharType", "")
        if kind == "begin":
            self.fields.append(_Field(e, shown=len(self.pieces)))
        elif kind == "separate" and self.fields:
            self.fields[-1].code = False
            self._counted()
        elif kind == "end" and self.fields:
            if self.fields[-1].code:
                self.fields[-1].code = False
                self._counted()
            done = self.fields.pop()
            if not "".join(self.pieces[done.shown :]) and not self._unseen():
                self.pieces.append(form_value(done.begin, _name(done.instruction)) or "")

    def _counted(self) -> None:
        name = _name(self.fields[-1].instruction)
        if name in _COUNTED and not any(f.code for f in self.fields[:-1]):
            self.pieces.append(_COUNTED[name])

    def _unseen(self) -> bool:
        """Within an instruction, or within the cached result of a page number."""
        return any(f.code or _name(f.instruction) in _COUNTED for f in self.fields)


@dataclass(slots=True)
class _Field:
    """An open field: `code` until its separator; `shown` pieces were there before it."""

    begin: etree._Element
    shown: int
    instruction: str = ""
    code: bool = True


def _name(instruction: str) -> str:
    words = instruction.split(None, 1)
    return words[0].upper() if words else ""

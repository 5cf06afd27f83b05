"""Showing: the marks of a whole text become what a person reads: lines for conditions, names of fields, file names."""

from __future__ import annotations

import copy
from dataclasses import field
from typing import TYPE_CHECKING

from lxml import etree

from agreegen.late import dataclass
from agreegen.law.clauses import clauses
from agreegen.law.exhibits import exhibits
from agreegen.provenance.marking import MARK
from agreegen.provenance.phrases import told
from agreegen.provenance.variants import taken
from agreegen.template.base import bookmark_parts
from agreegen.template.container import XML_SPACE, W

if TYPE_CHECKING:
    from agreegen.provenance.marking import Marked

Element = etree._Element
CONDITION, SOURCE, FIELD, ALTERNATIVE = "Condition", "SourceNote", "FieldLabel", "ConditionLabel"
"""The styles of what isn't text of the agreement: two of paragraphs, two of letters."""

BREAKING = ("ExhibitTitle", "Heading1", "Heading2", "ExhibitHeading", "Title")
ALWAYS, NEVER = " (always in this variant)", " (not in this variant)"
"""What is said of a condition that the variant itself decides."""

STEP = 180
"""How far each condition inside another is moved in, in twentieths of a point."""

DEEPEST = 8


@dataclass(slots=True)
class Showing:
    """The work on one part."""

    marked: Marked
    open: list[tuple[int, int] | str] = field(default_factory=list)
    places: list[tuple[Element, int]] = field(default_factory=list)  # paragraphs with the numbers of their places

    def part(self, root: Element, *, files: bool = False) -> None:
        """Shows the marks of a part; with `files`, the name of each file where its text begins."""
        for e in list(root.iter()):
            if not isinstance(e.tag, str):
                continue
            if e.tag == W + "tab" and _signed(e):
                e.tag, e.text = W + "t", " "
                e.set(XML_SPACE, "preserve")
            elif e.tag == W + "t":
                self._letters(e)
            else:
                self._text(e)
            self._tail(e)
        if files:
            self._files()

    # ------------------------------------------------------------------------------------------ in a run
    def _letters(self, t: Element) -> None:
        """Splits the run of a text at its marks."""
        text = t.text or ""
        if not MARK.search(text):
            return
        pieces: list[tuple[str, str]] = []  # style of letters, text
        at = 0
        for m in MARK.finditer(text):
            pieces += [("", text[at : m.start()]), *self._inside(m[1])]
            at = m.end()
        pieces.append(("", text[at:]))
        run = t.getparent()
        assert run is not None
        _split(run, t, [(style, words) for style, words in pieces if words])

    def _inside(self, mark: str) -> list[tuple[str, str]]:
        """What a mark inside of a paragraph shows."""
        kind, rest = mark[:1], mark[1:]
        if kind == "v":
            self.open.append(mark)
            return [(FIELD, f"[{told(self.marked.steps[int(rest)])}]")]
        if kind == "a":
            self.open.append(mark)
            return [(FIELD, f"[{_elsewhere(rest)}]")]
        if kind == "b":
            return [(ALTERNATIVE, self._begun(rest, inline=True))]
        if kind == "p":
            return []
        closed = self._closed()
        return [(ALTERNATIVE, "]")] if closed else []

    # ------------------------------------------------------------------------------------------ conditions
    def _begun(self, rest: str, *, inline: bool) -> str:
        """The words at the beginning of a branch."""
        group, branch = (int(n) for n in rest.split("."))
        self.open.append((group, branch))
        found = self.marked.groups[group]
        step = found.branches[branch]
        if step is None:
            words = "Otherwise" if found.kind == "if" else "If there is none"
        elif found.kind == "for":
            words = f"For {told(self.marked.steps[step])}"
        else:
            words = f"{'Otherwise, if' if branch else 'If'} {told(self.marked.steps[step])}"
        words += {True: ALWAYS, False: NEVER, None: ""}[taken(group, branch, self.marked)]
        if not inline:
            return f"{words}:"
        return f"{' | ' if branch else '['}{words[0].lower() + words[1:] if branch else words}: "

    def _closed(self) -> tuple[int, int] | None:
        """The branch that ends here, if it is the last one of its condition."""
        ended = self.open.pop()
        if isinstance(ended, str):
            return None
        return ended if ended[1] == len(self.marked.groups[ended[0]].branches) - 1 else None

    def _depth(self) -> int:
        return min(sum(isinstance(x, tuple) for x in self.open), DEEPEST)

    def _ended(self, group: int) -> str:
        found = self.marked.groups[group]
        first = found.branches[0]
        assert first is not None
        words = told(self.marked.steps[first])
        return f"End of: {'for' if found.kind == 'for' else 'if'} {words}"

    # ------------------------------------------------------------------------------------------ between blocks
    def _text(self, e: Element) -> None:
        marks = [m[1] for m in MARK.finditer(e.text or "")]
        if not marks:
            return
        e.text = MARK.sub("", e.text or "") or None
        place = 0
        for mark in marks:
            if mark.startswith("p"):
                self.places.append((e, int(mark[1:])))
            elif (made := self._block(mark, e)) is not None:
                e.insert(_first(e) + place, made)
                place += 1

    def _tail(self, e: Element) -> None:
        marks = [m[1] for m in MARK.finditer(e.tail or "")]
        parent = e.getparent()
        if not marks or parent is None:
            return
        e.tail = MARK.sub("", e.tail or "") or None
        at = e
        for mark in marks:
            if (made := self._block(mark, parent)) is not None:
                at.addnext(made)
                at = made

    def _block(self, mark: str, parent: Element) -> Element | None:
        """What a mark between blocks shows: a paragraph, a row, or letters between runs."""
        if parent.tag in (W + "p", W + "hyperlink", W + "r", W + "sdtContent"):
            return next((_run(style, words, None) for style, words in self._inside(mark)), None)
        if mark.startswith("b"):
            depth = self._depth()
            words = self._begun(mark[1:], inline=False)
        else:
            closed = self._closed()
            if closed is None:
                return None
            words, depth = self._ended(closed[0]), self._depth()
        line = _paragraph(CONDITION, words, depth, keep=mark.startswith("b"))
        return _row(line, parent) if parent.tag == W + "tbl" else line

    # ------------------------------------------------------------------------------------------ files
    def _files(self) -> None:
        """Names each file above the first paragraph of it, and below its heading where it begins with one."""
        last, table = "", None
        for p, number in self.places:
            file = self.marked.places[number].file
            around = next((e for e in reversed(list(p.iterancestors(W + "tbl")))), None)
            if not file or file == last or (around is not None and around is table):
                continue
            last, table = file, around
            note = _paragraph(SOURCE, file, 0)
            style = p.find(f"{W}pPr/{W}pStyle")
            if around is not None:
                around.addprevious(note)
            elif style is not None and style.get(W + "val") in BREAKING:
                p.addnext(note)
            else:
                p.addprevious(note)


def _signed(tab: Element) -> bool:
    """True for the tab that draws the line of a signature; names of fields leave no room for it."""
    p = next(tab.iterancestors(W + "p"), None)
    style = p.find(f"{W}pPr/{W}pStyle") if p is not None else None
    run = tab.getparent()
    return style is not None and "Signature" in (style.get(W + "val") or "") and run is not None and run.tag == W + "r"


def _elsewhere(mark: str) -> str:
    """The words for a reference to a clause or exhibit that this variant lacks."""
    parts = bookmark_parts(mark)
    if parts is None:
        return f"number of {mark}, which this variant lacks"
    anchor, _, is_exhibit = parts
    titles = {e.id: e.title for e in exhibits()} if is_exhibit else {c.id: c.heading for c in clauses().values()}
    what = "letter of the exhibit" if is_exhibit else "number of the clause"
    return f"{what} “{titles.get(anchor, anchor)}”, which this variant lacks"


# ---------------------------------------------------------------------------------------------------- elements
def _first(e: Element) -> int:
    """Where the content of an element begins: after its properties."""
    return next((i for i, c in enumerate(e) if not str(c.tag).endswith(("Pr", "tblGrid"))), len(e))


def _run(style: str, words: str, look: Element | None) -> Element:
    run = etree.Element(W + "r")
    if style:
        properties = etree.SubElement(run, W + "rPr")
        etree.SubElement(properties, W + "rStyle").set(W + "val", style)
    elif look is not None:
        run.append(copy.deepcopy(look))
    t = etree.SubElement(run, W + "t")
    t.text = words
    t.set(XML_SPACE, "preserve")
    return run


def _split(run: Element, t: Element, pieces: list[tuple[str, str]]) -> None:
    """Puts a run for each piece in the place of a text in a run; what stood beside the text stays where it was."""
    look = run.find(W + "rPr")
    later = list(run)[run.index(t) + 1 :]
    run.remove(t)
    at = run
    for style, words in pieces:
        made = _run(style, words, look)
        at.addnext(made)
        at = made
    at.tail, run.tail = run.tail if at is not run else at.tail, None if at is not run else run.tail
    if later:
        rest = etree.Element(W + "r")
        if look is not None:
            rest.append(copy.deepcopy(look))
        rest.extend(later)
        at.addnext(rest)
        rest.tail, at.tail = at.tail, None
    parent = run.getparent()
    if parent is not None and all(c.tag == W + "rPr" for c in run):
        _removed(run)


def _removed(e: Element) -> None:
    """Takes an element out and leaves the text behind it."""
    parent, before = e.getparent(), e.getprevious()
    assert parent is not None
    if e.tail and before is not None:
        before.tail = (before.tail or "") + e.tail
    elif e.tail:
        parent.text = (parent.text or "") + e.tail
    e.tail = None
    parent.remove(e)


def _paragraph(style: str, words: str, depth: int, *, keep: bool = False) -> Element:
    """A line of ours, with the next paragraph on one page if it is to be kept with it."""
    p = etree.Element(W + "p")
    properties = etree.SubElement(p, W + "pPr")
    etree.SubElement(properties, W + "pStyle").set(W + "val", style)
    if keep:
        etree.SubElement(properties, W + "keepNext")
    if depth:
        etree.SubElement(properties, W + "ind").set(W + "left", str(depth * STEP))
    p.append(_run("", words, None))
    return p


def _row(line: Element, table: Element) -> Element:
    """A row over the whole width of a table."""
    columns = len(table.findall(f"{W}tblGrid/{W}gridCol")) or 1
    width = sum(int(c.get(W + "w") or 0) for c in table.iterfind(f"{W}tblGrid/{W}gridCol"))
    row = etree.Element(W + "tr")
    etree.SubElement(etree.SubElement(row, W + "trPr"), W + "cantSplit")
    cell = etree.SubElement(row, W + "tc")
    properties = etree.SubElement(cell, W + "tcPr")
    size = etree.SubElement(properties, W + "tcW")
    size.set(W + "w", str(width))
    size.set(W + "type", "dxa")
    if columns > 1:
        etree.SubElement(properties, W + "gridSpan").set(W + "val", str(columns))
    cell.append(line)
    return row

"""Fields whose cached result is what the document says, replaced by it before an engine computes another.

LibreOffice computes references, conditions, dates and counts again when it loads a document, and shows nothing where it
can't. What only drawing can tell stays a field: page numbers, contents, indexes; links stay links.
"""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, Final

from lxml import etree

from agreegen.late import dataclass
from agreegen.pdf import symbols
from agreegen.pdf.changes import remove, replace
from agreegen.pdf.parts import OFF, XML_SPACE, W, value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from agreegen.pdf.targets import Target

LIVE: Final = frozenset(
    ("PAGE", "NUMPAGES", "SECTIONPAGES", "SECTION", "PAGEREF", "TOC", "TOA", "INDEX", "HYPERLINK", "XE", "TC", "TA")
)
_MARK: Final = W + "fldChar"
_CHECKED: Final = {True: "☒", False: "☐"}


@dataclass(slots=True, eq=False)
class Marked:
    """A field that a story marks: its marks, its instruction, the field whose result or instruction it is in."""

    begin: etree._Element
    within: Marked | None
    in_code: bool
    instruction: str = ""
    separator: etree._Element | None = None
    end: etree._Element | None = None
    code: list[etree._Element] = field(default_factory=list)
    result: list[etree._Element] = field(default_factory=list)

    @property
    def name(self) -> str:
        words = self.instruction.split(None, 1)
        return words[0].upper() if words else ""

    @property
    def target(self) -> str:
        """The bookmark that it refers and leads to, if any."""
        words = self.instruction.split()
        return words[1] if self.name == "REF" and len(words) > 2 and "\\h" in words else ""

    @property
    def shown(self) -> str:
        """The text of its cached result."""
        return "".join(e.text or "" for e in self.result if e.tag == W + "t")

    @property
    def runs_over(self) -> bool:
        """Whether its instruction goes on in another paragraph."""
        last = self.end if self.separator is None else self.separator
        return last is not None and self.name not in LIVE and _paragraph(self.begin) is not _paragraph(last)

    @property
    def is_settled(self) -> bool:
        """Whether the cached result is the truth, and taking the rest out leaves no empty paragraph."""
        if self.end is None or self.name in LIVE or self.runs_over:
            return False
        return self.within is None or not self.in_code or self.within.is_settled


def settle(root: etree._Element, targets: Mapping[str, Target], *, links: bool) -> None:
    """Settles the fields of a story in place.

    A reference with \\h to one of the `targets` becomes a link, for an engine that knows no fields (`links`); else it
    stays a field if the engine will compute what it shows: that keeps the link, too.
    """
    for simple in list(root.iter(W + "fldSimple")):
        words = simple.get(W + "instr", "").split(None, 1)
        if not words or words[0].upper() not in LIVE:
            replace(simple, [e for e in simple if e.tag != W + "fldData"])
    for f in [f for f in fields(root) if f.is_settled]:
        target, said = targets.get(f.target), f.shown
        if target is not None and not links and target.may_show(said):
            continue
        shown = form_value(f.begin, f.name) if not said else None
        if shown is not None:
            _write(f.begin, shown)
        if target is not None and links:
            _link(f)
        for e in (f.begin, f.separator, f.end, *f.code):
            if e is not None:
                remove(e)


def form_value(begin: etree._Element, name: str) -> str | None:
    """What a form field of the old kind shows without a cached result: its box, or the chosen entry of its list."""
    data = begin.find(W + "ffData")
    if data is None:
        return None
    box, choices = data.find(W + "checkBox"), data.find(W + "ddList")
    if name == "FORMCHECKBOX" and box is not None:
        state = box.find(W + "checked")
        state = box.find(W + "default") if state is None else state
        return _CHECKED[state is not None and state.get(W + "val") not in OFF]
    if name == "FORMDROPDOWN" and choices is not None:
        entries = [e.get(W + "val", "") for e in choices.iterfind(W + "listEntry")]
        chosen = value(choices, W + "result") or value(choices, W + "default") or "0"
        return entries[int(chosen)] if chosen.isdecimal() and int(chosen) < len(entries) else ""
    return None


def fields(root: etree._Element) -> list[Marked]:
    """The fields of a story in the order of their beginnings."""
    found: list[Marked] = []
    stack: list[Marked] = []
    marked = {mark.getparent() for mark in root.iter(_MARK)}
    for e in (e for run in root.iter(W + "r") if stack or run in marked for e in run):
        if (not stack and e.tag != _MARK) or e.tag == W + "rPr":
            continue
        kind = e.get(W + "fldCharType") if e.tag == _MARK else None
        if kind == "begin":
            _belongs(e, stack)
            outer = stack[-1] if stack else None
            stack.append(Marked(e, outer, outer is not None and outer.separator is None))
            found.append(stack[-1])
        elif kind == "separate" and stack:
            stack[-1].separator = e
            _belongs(e, stack[:-1])
        elif kind == "end" and stack:
            stack[-1].end = e
            _belongs(e, stack[:-1])
            stack.pop()
        else:
            if e.tag == W + "instrText" and stack and stack[-1].separator is None:
                stack[-1].instruction += e.text or ""
            _belongs(e, stack)
    return found


def _belongs(e: etree._Element, around: list[Marked]) -> None:
    for f in around:
        (f.code if f.separator is None else f.result).append(e)


def _write(begin: etree._Element, text: str) -> None:
    run = begin.getparent()
    assert run is not None
    t = etree.Element(W + "t", {XML_SPACE: "preserve"})
    t.text = text
    run.insert(run.index(begin), t)
    if text in _CHECKED.values():
        symbols.set_font(run)


def _link(f: Marked) -> None:
    runs = [e.getparent() for e in (f.begin, f.separator, f.end) if e is not None]
    if len(runs) < 3 or None in runs or len(set(runs)) < 3:
        return
    p = runs[0].getparent() if runs[0] is not None else None
    if p is None or p.tag != W + "p" or any(r is None or r.getparent() is not p for r in runs):
        return
    first, last = (p.index(r) for r in runs[1:] if r is not None)
    inside = list(p)[first + 1 : last]
    if not inside or any(e.tag != W + "r" for e in inside):
        return
    link = etree.Element(W + "hyperlink", {W + "anchor": f.target, W + "history": "1"})
    p.insert(first + 1, link)
    link.extend(inside)


def _paragraph(e: etree._Element) -> etree._Element | None:
    return next(e.iterancestors(W + "p"), None)

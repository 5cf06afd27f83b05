"""What stands in the controls of a filled form: the text of each, its place, and whether it is pending."""

from __future__ import annotations

import contextlib
from dataclasses import field
from typing import TYPE_CHECKING, Final

from lxml import etree

from agreegen.finding import Location
from agreegen.forms.boilerplate import words_of
from agreegen.forms.controls import CHECKED, W14, W
from agreegen.forms.fields import entry_at, field_at, list_titles
from agreegen.forms.identity import gathered, is_field, path_of_control
from agreegen.forms.kinds import RICH, Kind
from agreegen.forms.labels import unnumbered
from agreegen.forms.parts import STORY, parsed
from agreegen.forms.prose import lines_of, lost, text_of
from agreegen.late import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping

    from agreegen.forms.fields import Field, Path

_W: Final = f"{{{W}}}"
_W14: Final = f"{{{W14}}}"
HINTS: Final = frozenset({
    "click or tap here to enter text.", "click here to enter text.", "choose an item.", "choose an item",
    "click or tap to enter a date.", "click here to enter a date.", "click or tap to choose a date.",
})  # fmt: skip
"""What Word itself shows in an empty control."""

PENDING: Final = (f"{_W}ins", f"{_W}del", f"{_W}moveFrom", f"{_W}moveTo")
_HEADINGS: Final = ("FormHeading", "FormSection", "Heading1", "Heading2", "ExhibitTitle", "ExhibitHeading")
_OFF: Final = ("0", "false", "off")


@dataclass(frozen=True, slots=True)
class Shown:
    """One control of a field: what it shows (empty if only its hint), where, and whether changes in it are pending."""

    path: Path
    text: str
    where: Location
    pending: bool = False
    lost: tuple[str, ...] = ()
    """What a proposal can't hold of its look, in words."""


@dataclass(slots=True)
class Filled:
    """The controls of a form by field, controls that proposals know nothing of, and places of pending changes."""

    shown: dict[Path, list[Shown]] = field(default_factory=dict)
    strange: list[tuple[str, str, Location]] = field(default_factory=list)
    pending: list[tuple[str, str, Location]] = field(default_factory=list)
    comments: list[tuple[str, str]] = field(default_factory=list)
    """Who wrote each, as ` by …`, and what it says."""


def filled(members: Mapping[str, bytes], file: str) -> Filled:
    """What stands in the controls of a form's body, headers and notes."""
    found = Filled()
    for name in sorted((n for n in members if STORY.fullmatch(n)), key=lambda n: n != "word/document.xml"):
        try:
            root = parsed(members[name])
        except (etree.XMLSyntaxError, ValueError):
            continue
        gathered(root)
        part = "body" if name == "word/document.xml" else name.removeprefix("word/").removesuffix(".xml")
        _Walk(found, file, part).through(root)
    with contextlib.suppress(etree.XMLSyntaxError, ValueError):
        for comment in parsed(members.get("word/comments.xml", b"<none/>")).iter(f"{_W}comment"):
            author = comment.get(f"{_W}author") or ""
            found.comments.append((f" by {author}" if author else "", lines_of(comment).strip()))
    return found


class _Walk:
    """Goes through a part in the order of its text and knows where it is."""

    def __init__(self, found: Filled, file: str, part: str) -> None:
        self.found = found
        self.file = file
        self.part = part
        self.heading = ""
        self.words = ""
        self.tables = 0
        self.cell: list[str] = []
        self.label = ""
        self.repeats: list[tuple[int, int]] = []

    def where(self) -> Location:
        cell = self.cell[-1] if self.cell else ""
        return Location(self.file, part=self.part, heading=self.heading, cell=cell, text=self.words)

    def through(self, node: etree._Element) -> None:
        for child in node:
            if not isinstance(child.tag, str):
                continue
            if child.tag == f"{_W}p":
                self.words = self.label or words_of(text_of(child))
                style = child.find(f"{_W}pPr/{_W}pStyle")
                if style is not None and style.get(f"{_W}val") in _HEADINGS:
                    self.heading = text_of(child)
                self.through(child)
            elif child.tag == f"{_W}tbl":
                self.table(child)
            elif child.tag == f"{_W}sdt":
                self.control(child)
            else:
                if child.tag in PENDING:
                    self.change(child)
                self.through(child)

    def table(self, node: etree._Element) -> None:
        self.tables += 1
        number, row = self.tables, 0

        def rows(holder: etree._Element) -> None:
            nonlocal row
            for child in holder:
                if child.tag == f"{_W}tr":
                    row += 1
                    self.row(child, number, row)
                elif child.tag == f"{_W}sdt":
                    self.section(child, rows)
                elif isinstance(child.tag, str):
                    rows(child)

        rows(node)

    def row(self, node: etree._Element, table: int, row: int) -> None:
        outer = self.label
        cells = [c for c in node.iter(f"{_W}tc") if next(c.iterancestors(f"{_W}tr")) is node]
        for number, cell in enumerate(cells, 1):
            self.label = self.words = _name(cells[max(number - 2, 0)]) or _name(cells[0])
            self.cell.append(f"table {table}, row {row}, column {number}")
            holder = cell.getparent()
            if holder is not None and holder.tag == f"{_W}sdtContent" and is_field(holder.getparent()):  # type: ignore[arg-type]
                self.control(holder.getparent())  # type: ignore[arg-type]
            else:
                self.through(cell)
            self.cell.pop()
        self.label = outer

    def section(self, sdt: etree._Element, rows: object) -> None:
        """A section of rows that Word repeats: each entry is known by its place, whatever its copies' tags say."""
        content = sdt.find(f"{_W}sdtContent")
        if content is None:
            return
        listing = path_of_control(sdt)
        items = [c for c in content if c.tag == f"{_W}sdt"]
        if not listing or not items:
            rows(content)  # type: ignore[operator]
            return
        for n, item in enumerate(items):
            inner = item.find(f"{_W}sdtContent")
            if inner is not None:
                self.repeats.append((len(listing), n))
                rows(inner)  # type: ignore[operator]
                self.repeats.pop()

    def control(self, sdt: etree._Element) -> None:
        pr, content = sdt.find(f"{_W}sdtPr"), sdt.find(f"{_W}sdtContent")
        if pr is None or content is None:
            return
        path = self.placed(path_of_control(sdt))
        found = field_at(path) if path else None
        if found is None:
            named = [e.get(f"{_W}val") or "" for e in (pr.find(f"{_W}alias"), pr.find(f"{_W}tag")) if e is not None]
            text = lines_of(content).strip()
            known = entry_at(path) is not None or (named and unnumbered(named[0]) in list_titles())
            own = pr.find(f"{_W}docPartObj") is None and pr.find(f"{_W}showingPlcHdr") is None
            if named and text and own and not known:
                self.found.strange.append((named[0], text, self.where()))
            self.through(content)
            return
        if any(path_of_control(inner) for inner in content.iter(f"{_W}sdt")):
            self.through(content)  # LibreOffice wraps boxes, dates and lists of choices in a control of the same name
            return
        pending = next(content.iter(*PENDING), None) is not None
        unheld = lost(pr, content, items=found.kind is Kind.LINES) if found.kind in RICH else ()
        shown = Shown(path, _value(found, pr, content), self.where(), pending, unheld)
        self.found.shown.setdefault(path, []).append(shown)

    def placed(self, path: Path) -> Path:
        """The path with the numbers of the entries that the control really stands in."""
        parts = list(path)
        for at, n in self.repeats:
            if at < len(parts) and isinstance(parts[at], int):
                parts[at] = n
        return tuple(parts)

    def change(self, node: etree._Element) -> None:
        if next(node.iterancestors(*PENDING), None) is not None:
            return
        what = "inserted" if node.tag in (f"{_W}ins", f"{_W}moveTo") else "deleted"
        text = "".join(t.text or "" for t in node.iter(f"{_W}t", f"{_W}delText")).strip()
        if text:
            self.found.pending.append((what, text, self.where()))


def _name(cell: etree._Element) -> str:
    """What the first paragraph of a cell says: the name of what stands beside it."""
    first = next(cell.iter(f"{_W}p"), None)
    return "" if first is None else words_of(text_of(first))


def _value(found: Field, pr: etree._Element, content: etree._Element) -> str:
    """What a control says, as the data part would hold it; empty if it shows its hint."""
    check = pr.find(f"{_W14}checkbox")
    text = lines_of(content)
    if check is not None or found.kind is Kind.CHECK:
        on = check.find(f"{_W14}checked") if check is not None else None
        if on is None:
            return "yes" if CHECKED in text or "\u2611" in text else "no"
        return "no" if on.get(f"{_W14}val") in _OFF else "yes"
    if is_hint(found, text):
        return ""
    text = beside_hint(found, text)
    items = pr.find(f"{_W}dropDownList")
    items = pr.find(f"{_W}comboBox") if items is None else items
    if items is not None:
        codes = {i.get(f"{_W}displayText") or i.get(f"{_W}value"): i.get(f"{_W}value") for i in items}
        return codes.get(text.strip()) or text
    return text


def is_hint(found: Field, text: str) -> bool:
    """True for an empty text, the field's own hint, or one of Word's."""
    said = " ".join(text.split())
    return not said or said == " ".join(found.hint.split()) or said.lower() in HINTS


def beside_hint(found: Field, text: str) -> str:
    """The text without the field's hint, where a person typed before or after it; LibreOffice leaves it standing."""
    return text.strip().removeprefix(found.hint).removesuffix(found.hint) if found.hint in text else text

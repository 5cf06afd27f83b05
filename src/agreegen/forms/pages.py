"""The form's own pages: what it is, what to fill in, what the answers decide, and a control for each open field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from agreegen.forms.controls import control, repeating, stored
from agreegen.forms.fields import Block, Field, Listing, question
from agreegen.forms.kinds import Kind
from agreegen.forms.labels import singular
from agreegen.forms.markup import cell, heading_row, paragraph, plain_table, row, run, table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from agreegen.forms.fields import Entry, Path
    from agreegen.forms.plan import Plan

FIRST_ID: Final = 1000
WIDE: Final = frozenset({Kind.LONG, Kind.RICH, Kind.LINES})
"""Kinds whose answers need a row of their own."""

REPEATED: Final = (
    "One block of rows for each; leave those empty that you don't need. In Word the plus sign at the end of the last "
    "block adds another; where there is none, as in LibreOffice, ask for a form with more blocks."
)


class Pages:
    """Writes the pages of a plan; keeps the values that the data part begins with."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.values: dict[Path, str] = {}
        self.number = FIRST_ID

    def next_id(self, count: int = 1) -> int:
        """A number for a control that no other has."""
        first = self.number + 1
        self.number += count
        return first

    def tables(self, entries: Iterable[Entry], *, first: bool) -> str:
        """A table for each entry at the top that has fields of the first part, or of the second."""
        found = []
        loose: list[Field] = []
        for entry in entries:
            if isinstance(entry, Field):
                loose += [entry] if self._shows(entry, first=first) else []
                continue
            if loose:
                found.append(self._table("About this use case", loose, first=first))
                loose = []
            if self.plan.is_side(entry):
                assert isinstance(entry, Listing)
                found += [self._party(entry, n, first=first) for n in range(self.plan.rows(entry))]
            elif any(self._shows(f, first=first) for f in self.plan.fields(entry)):
                found.append(self._section(entry, first=first))
        if loose:
            found.append(self._table("More about this use case", loose, first=first))
        return "".join(found)

    def _shows(self, field: Field, *, first: bool) -> bool:
        is_there = field.path in self.plan.settled or self.plan.is_open(field.path)
        return is_there and self.plan.belongs(field.path) is first

    def _party(self, side: Listing, index: int, *, first: bool) -> str:
        entry = side.entry(index)
        several = self.plan.rows(side) > 1
        what = {"provider": "The party that provides data", "recipient": "The party that receives data"}
        name = f"{what[str(side.path[0])]}{f', {index + 1}' if several else ''}"
        if not any(self._shows(f, first=first) for f in self.plan.fields(entry)):
            return ""
        return self._table(name, list(entry.entries), first=first)

    def _section(self, entry: Block | Listing, *, first: bool) -> str:
        inner: list[Entry] = [entry] if isinstance(entry, Listing) else list(entry.entries)
        asked: list[Entry] = [question(entry)] if entry.asks and isinstance(entry, Block) else []
        return self._table(entry.label, [*asked, *inner], first=first, about=entry.about)

    def _table(self, name: str, entries: Iterable[Entry], *, first: bool, about: str = "") -> str:
        rows = "".join(self._rows(list(entries), first=first))
        if not rows:
            return ""
        return paragraph(run(name), "FormSection") + table(heading_row(about or name, header=True) + rows, name)

    def _rows(self, entries: list[Entry], *, first: bool, pairs: bool = False) -> Iterator[str]:
        """The rows of entries: short fields two to a row, long ones on a row of their own, blocks under a heading."""
        waiting: list[Field] = []
        for entry in entries:
            if isinstance(entry, Field):
                if not self._shows(entry, first=first):
                    continue
                if entry.kind in WIDE and not pairs:
                    yield from self._flushed(waiting)
                    yield from self._flushed([entry])
                else:
                    waiting.append(entry)
                    if len(waiting) == 2:
                        yield from self._flushed(waiting)
                continue
            yield from self._flushed(waiting)
            if any(self._shows(f, first=first) for f in self.plan.fields(entry)):
                yield from self._inner(entry, first=first, pairs=pairs)
        yield from self._flushed(waiting)

    def _flushed(self, waiting: list[Field]) -> Iterator[str]:
        """The row of the fields that wait for one: one alone has all the room."""
        if len(waiting) == 1:
            yield row(self._label(waiting[0], 0), self._answer(waiting[0], 1, span=3))
        elif waiting:
            one, two = waiting
            yield row(self._label(one, 0), self._answer(one, 1), self._label(two, 2), self._answer(two, 3))
        waiting.clear()

    def _inner(self, entry: Block | Listing, *, first: bool, pairs: bool) -> Iterator[str]:
        if isinstance(entry, Block):
            yield heading_row(entry.label, entry.about)
            asked: list[Entry] = [question(entry)] if entry.asks else []
            yield from self._rows([*asked, *entry.entries], first=first, pairs=pairs)
            return
        given = self.plan.is_given(entry)
        how = "" if given else REPEATED
        yield heading_row(entry.label, " ".join(filter(None, (f"{entry.about}." if entry.about else "", how))))
        if entry.asks:
            yield from self._rows([question(entry)], first=first)
        count = self.plan.rows(entry)
        if not count:
            return
        number = self.next_id(1 + count)
        name = singular(entry.label)
        items = []
        for n in range(count):
            inner = "".join(self._rows(list(entry.entry(n).entries), first=first, pairs=True))
            items.append(heading_row(name) + inner if inner else "")
        if given:
            yield "".join(items)
        else:
            yield repeating(entry, name, number, items)

    def _label(self, field: Field, column: int) -> str:
        asked = self.plan.row(field.path)
        star = " *" if self.plan.is_required(field.path) and field.path not in self.plan.settled else ""
        about = f"{asked.belongs}, such as {asked.example}" if asked and "[" not in asked.example else field.about
        about = about[:1].upper() + about[1:]
        inner = paragraph(run(field.label + star), "TableHeading")
        if about and about != field.label and field.path not in self.plan.settled:
            inner += paragraph(run(about, small=True), "FormHelp")
        return cell(inner, column, shade=True)

    def _answer(self, field: Field, column: int, span: int = 1) -> str:
        if field.path in self.plan.settled:
            from agreegen.forms.controls import lines, shown  # noqa: PLC0415 (only with a proposal)

            text = f"<w:r>{lines(shown(field, self.plan.settled[field.path]))}</w:r>"
            return cell(paragraph(text, "TableText"), column, span=span)
        return cell(paragraph(self.control(field), "TableText"), column, span=span)

    def control(self, field: Field, look: str = "") -> str:
        """The control of an open field; its value stands in the data part."""
        self.values.setdefault(field.path, stored(field, field.preset))
        return control(field, self.next_id(), field.preset, look)


def front(title: str, plan: Plan, overview: list[tuple[str, ...]], decided: list[tuple[str, ...]]) -> str:
    """The first page: what this form is, how it is filled in, its parts, and what the answers decide."""
    how = (
        "Click into a field and type, or choose from its list or calendar. The fields marked * are asked by the "
        "program; the others where they apply.",
        "Write what you have. What is open may stay empty; whoever sent you the form is told what is missing.",
        "The text of the agreement stands behind these pages and is locked. What you enter here shows there, too.",
        "To propose another wording of the agreement, don't change it here: write to whoever sent you the form.",
        "Save the file as a Word document under a name of your own and send it back. It needs no macro and no network.",
    )
    opening = paragraph(run(f"Form: {title}"), "FormHeading")
    if not overview:
        said = "This form has no field to fill in: the proposal says all that it was to ask. It is not for signature."
        return opening + paragraph(run(said))
    pieces = [
        opening,
        paragraph(run("This form asks for the facts of one exchange of data. The answers become the proposal, from "
                      "which the agreement at the end of this file is made. It is not for signature.")),
        paragraph(run("How to fill it in", bold=True)),
        *(paragraph(run(f"{n}. {text}")) for n, text in enumerate(how, 1)),
        paragraph(run("What you fill in"), "FormSection"),
        plain_table("What you fill in", ("Section", "Part 1, asked (*)", "Part 1, others", "Part 2"), overview,
                    (4560, 1700, 1700, 1400)),
    ]  # fmt: skip
    if decided:
        note = (
            "Some exhibits and clauses are printed only where the facts call for them. The text in this file was "
            "printed for the facts that are settled so far; the finished agreement follows your answers."
        )
        pieces += [
            paragraph(run("What your answers decide"), "FormSection"),
            paragraph(run(note)),
            plain_table("Exhibits that depend on answers", ("Exhibit", "Is added if", "In this file"), decided,
                        (3000, 4960, 1400)),
        ]  # fmt: skip
    return "".join(pieces)

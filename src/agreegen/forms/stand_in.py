"""A proposal whose open fields hold signs, so that the agreement's text shows where each of them is printed."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import field
from typing import TYPE_CHECKING, Any, Final

from pydantic import ValidationError

from agreegen.forms.fields import ANSWER, Field, Listing, field_at, top
from agreegen.forms.kinds import Kind
from agreegen.forms.plan import SIDES
from agreegen.late import dataclass
from agreegen.proposal import Proposal
from agreegen.wording import CLOSE, MONTHS, OPEN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agreegen.forms.fields import Entry, Path
    from agreegen.forms.plan import Plan

FAR: Final = dt.date(2950, 1, 1)
"""Signs of dates are days from here on: no real date is."""

_MAIL: Final = "open{0}@form.invalid"
SIGN: Final = re.compile(
    rf"{OPEN}[Ff](?P<text>\d+){CLOSE}|open(?P<mail>\d+)@form\.invalid"
    rf"|(?P<month>{'|'.join(MONTHS)}) (?P<day>\d{{1,2}}), (?P<year>29[5-9]\d)|(?P<iso>29[5-9]\d-\d\d-\d\d)"
)
"""Every form that a sign takes in a document."""


@dataclass(slots=True)
class Signs:
    """The signs that were given out: the number of each is its place in the list of paths."""

    paths: list[Path] = field(default_factory=list)

    def of(self, wanted: Field) -> Any:
        """A value of the field's type that can be found again in a document; None where there is none."""
        if wanted.kind is Kind.DATE:
            return self.dated(wanted.path)
        if wanted.email:
            self.paths.append(wanted.path)
            return _MAIL.format(len(self.paths) - 1)
        if wanted.kind is Kind.LINES and not wanted.words:
            return [self.worded(wanted.path)]
        return self.worded(wanted.path) if wanted.kind in (Kind.TEXT, Kind.LONG, Kind.RICH) else None

    def dated(self, path: Path) -> str:
        """A day for a field."""
        self.paths.append(path)
        return (FAR + dt.timedelta(days=len(self.paths) - 1)).isoformat()

    def worded(self, path: Path) -> str:
        """A sign that is text for a field."""
        self.paths.append(path)
        return f"{OPEN}F{len(self.paths) - 1}{CLOSE}"

    def path(self, found: re.Match[str]) -> Path | None:
        """The field that a sign stands for."""
        if found["text"] or found["mail"]:
            number = int(found["text"] or found["mail"])
        elif found["iso"]:
            number = (dt.date.fromisoformat(found["iso"]) - FAR).days
        else:
            number = (dt.date(int(found["year"]), MONTHS.index(found["month"]) + 1, int(found["day"])) - FAR).days
        return self.paths[number] if 0 <= number < len(self.paths) else None


_WHOLE_SIDES: Final = tuple((side,) for side in SIDES)


def stand_in(data: dict[str, Any], plan: Plan, presumed: dict[Path, Any]) -> tuple[Proposal, Signs]:
    """The proposal of the data with a sign for each open field that the program asks for, and the signs.

    `presumed` are values without which no text could be printed, such as the kinds of the parties.
    """
    signs = Signs()
    for path, value in presumed.items():
        put(data, path, value)
    for wanted in _signed(plan):
        value = signs.of(wanted)
        if value is not None and _at(data, wanted.path) in (None, "", [], ()):
            put(data, wanted.path, value)
    for _ in range(20):
        try:
            return Proposal.model_validate(data), signs
        except ValidationError as error:
            for item in error.errors(include_url=False):
                _take(data, tuple(p for p in item["loc"] if isinstance(p, int | str)))
    return Proposal.model_validate(data), signs


def _signed(plan: Plan) -> Iterator[Field]:
    """The open fields that are printed by a sign: those that the program asks of every proposal, with their entries."""
    for entry in (e for e in top() if e.path[0] != "extra"):
        for found in _first_of(entry, plan):
            of_party = found.path[0] in SIDES and found.path[2:] in (("legal_name",), ("short_name",))
            names = of_party or found.path == ("proposal",)
            wanted = names or plan.is_required(found.path) or _is_of_asked_list(found.path, plan)
            if plan.only_printed:
                wanted = found.path[2:] != ("short_name",)  # the legal name is printed where there is none
            if wanted and plan.is_open(found.path):
                yield found


def _is_of_asked_list(path: Path, plan: Plan) -> bool:
    """True for a field of an entry that every proposal has, such as a data element: tables print all of them."""
    holders = [path[:n] for n, part in enumerate(path) if isinstance(part, int) and path[:n] not in _WHOLE_SIDES]
    return any((row := plan.row(holder)) is not None and row.need == "yes" for holder in holders)


def _first_of(entry: Entry, plan: Plan) -> Iterator[Field]:
    """The fields of an entry; of a list that can grow its first row alone, which stands for all."""
    if isinstance(entry, Field):
        yield entry
        return
    if entry.asks and plan.settled.get((*entry.path, ANSWER)) != "yes" and not plan.is_given(entry):
        return  # whether there is such a thing is open, and the text is printed without it
    if isinstance(entry, Listing):
        many = plan.rows(entry) if plan.is_side(entry) or plan.is_given(entry) else 1
        for n in range(many):
            yield from _first_of(entry.entry(n), plan)
        return
    for inner in entry.entries:
        yield from _first_of(inner, plan)


def put(data: dict[str, Any], path: Path, value: Any) -> None:
    """Puts a value at a path; blocks and entries on the way are made."""
    node: Any = data
    for part, after in zip(path, (*path[1:], None), strict=True):
        if after is None:
            if isinstance(part, int):
                node.append(value)
            else:
                node[part] = value
            return
        empty: Any = [] if isinstance(after, int) else {}
        if isinstance(part, int):
            while len(node) <= part:
                node.append({})
            node = node[part]
        else:
            if not isinstance(node.get(part), dict | list):
                node[part] = empty
            node = node[part]


def _at(data: Any, path: Path) -> Any:
    node = data
    for part in path:
        if isinstance(part, int):
            node = node[part] if isinstance(node, list) and part < len(node) else None
        else:
            node = node.get(part) if isinstance(node, dict) else None
    return node


def _take(data: Any, loc: tuple[int | str, ...]) -> None:
    """Takes away the value that a model refuses: the field that the fault names, or the block that lacks something."""
    node, way = data, []
    for part in loc:
        key: Any = part.replace(" ", "_") if isinstance(part, str) else part
        inner = node.get(key) if isinstance(node, dict) else (
            node[key] if isinstance(node, list) and isinstance(key, int) and key < len(node) else None)  # fmt: skip
        if inner is None and key not in (node if isinstance(node, dict) else ()):
            continue  # the mark of a union, or a field that is missing
        way.append((node, key))
        node = inner
    if not way:
        return
    holder, key = way[-1]
    if isinstance(holder, dict):
        holder.pop(key, None)
    else:
        holder.pop(key)


def label(path: Path) -> str:
    """What stands in the place of a sign where no control can, such as in a title."""
    found = field_at(path)
    return f"[{found.label}]" if found else ""

"""The plan of a form: which fields it asks, which are settled, and how many rows its lists have."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, Final

from agreegen.forms.fields import ANSWER, Block, Field, Listing, question
from agreegen.late import dataclass
from agreegen.rules import complete

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from agreegen.forms.fields import Entry, Path
    from agreegen.law.requirements import Requirement

ROWS: Final = {"elements": 8, "users": 3, "contractors": 3, "products": 4, "opinions": 6, "signatures": 4,
               "attachments": 3, "amendments": 1}  # fmt: skip
"""Rows that a list has for a start; of others two."""


SIDES: Final = ("provider", "recipient")
IDENTITY: Final = (("proposal",), ("reference",), ("dates", "end"))
PARTY: Final = (("legal_name",), ("short_name",), ("kind",), ("unit",))
"""What every form asks: what the use case is called, until when it is, and who the parties are."""

NEEDED: Final = (("legal_name",), ("kind",))
"""What a party can't be without."""


def stem(path: Path) -> str:
    """A field as the table of required fields names it: `data.elements[].name`, `provider.unit`."""
    plain = path[:1] + path[2:] if path[0] in SIDES and len(path) > 1 else path
    return ".".join("[]" if isinstance(p, int) else p for p in plain).replace(".[]", "[]")


@dataclass(frozen=True, slots=True)
class Plan:
    """What a form asks: `settled` values stand there as text; `opened` are the open fields, None for all others.

    `asked` are the rows of the table of required fields by field, without the numbers of entries.
    """

    variant: str
    asked: Mapping[str, Requirement]
    settled: Mapping[Path, str] = field(default_factory=dict)
    opened: frozenset[Path] | None = None
    sizes: Mapping[Path, int] = field(default_factory=dict)
    every: bool = True
    more: Mapping[str, int] = field(default_factory=dict)
    """Rows of lists, by the last word of their names, where other than usual."""
    needed: frozenset[Path] = frozenset()
    """Fields that the template itself declares and can't be without; of lists those of the first entry."""
    only_printed: bool = False
    """True where the template asks for its own fields only: of a proposal's it needs those that it prints."""

    def row(self, path: Path) -> Requirement | None:
        """The row of the table that asks for a field."""
        return self.asked.get(stem(tuple(p for p in path if p != ANSWER)))

    def is_required(self, path: Path) -> bool:
        row = self.row(path)
        if path[0] == "extra":
            return tuple(0 if isinstance(p, int) else p for p in path) in self.needed
        if self.is_asked_question(path):
            return True
        named = path == ("proposal",) or (path[0] in SIDES and path[2:] in NEEDED)
        return named or (row is not None and row.need == "yes")

    def is_asked_question(self, path: Path) -> bool:
        """True for a question that every proposal answers, be it with no."""
        return bool(self.asked) and path[-1] == ANSWER and path[0] in complete.QUESTIONS and len(path) == 2

    def is_open(self, path: Path) -> bool:
        """True where the form has a control for a field."""
        if path in self.settled:
            return False
        if self.opened is not None and not any(path[:n] in self.opened for n in range(1, len(path) + 1)):
            return False
        return self.every or self.belongs(path)

    def belongs(self, path: Path) -> bool:
        """True for a field of the first part: the program asks for it, for its block, or for others of its entry."""
        if self.opened is not None or path in IDENTITY or path[0] == "extra":
            return True
        if path[0] in SIDES and path[2:] in PARTY:
            return True
        if any(self.row(path[:n]) is not None for n in range(1, len(path) + 1)):
            return True
        if path[-1] == ANSWER and any(name.startswith(f"{stem(path[:-1])}.") for name in self.asked):
            return True  # whoever is asked for the details is asked first whether there is such a thing
        entry = max(
            (n for n, p in enumerate(path) if isinstance(p, int) and (n > 1 or path[0] not in SIDES)), default=0
        )
        start = f"{stem(path[: entry + 1])}."
        return entry > 0 and any(name.startswith(start) for name in self.asked)

    def rows(self, listing: Listing) -> int:
        """How many entries the list has for a start."""
        if listing.path in self.sizes:
            return self.sizes[listing.path]
        name = str(listing.path[-1])
        return 1 if self.is_side(listing) else self.more.get(name, ROWS.get(name, 2))

    def is_given(self, listing: Block | Listing) -> bool:
        """True for a list whose entries are settled, so that none can be added."""
        return listing.path in self.sizes

    def is_side(self, entry: Entry) -> bool:
        """True for the parties of a side, whose number is part of the text and isn't changed in the form."""
        return isinstance(entry, Listing) and entry.path in (SIDES[:1], SIDES[1:])

    def fields(self, entry: Entry) -> Iterator[Field]:
        """Every field of an entry that is settled or open, questions included, in order."""
        if isinstance(entry, Field):
            if entry.path in self.settled or self.is_open(entry.path):
                yield entry
            return
        if entry.asks:
            asked = question(entry)
            if asked.path in self.settled or self.is_open(asked.path):
                yield asked
        for inner in self.inner(entry):
            yield from self.fields(inner)

    def inner(self, entry: Block | Listing) -> tuple[Entry, ...]:
        """What an entry holds: a list its rows."""
        if isinstance(entry, Block):
            return entry.entries
        return tuple(entry.entry(n) for n in range(self.rows(entry)))

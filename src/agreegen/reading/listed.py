"""A partner of a list: its record, its overrides, its place; as a file of `partners/`, and as a digest."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from agreegen.finding import plain_key
from agreegen.late import dataclass
from agreegen.law.parties import known_party
from agreegen.reading.fields import key_order
from agreegen.reading.record import OVERRIDES, merged, with_keys
from agreegen.reading.source import UNPRINTABLE, Place, Source

if TYPE_CHECKING:
    from collections.abc import Mapping

    from agreegen.finding import Location
    from agreegen.reading.source import Path


@dataclass(frozen=True, slots=True)
class Heads:
    """The columns of a table: for each the path below a partner's record, its number, its heading."""

    file: str
    sheet: str
    line: int
    columns: tuple[tuple[Path, int, str], ...]


class Row(NamedTuple):
    """The place of a partner in a table."""

    heads: Heads
    row: int
    line: int

    def root(self) -> Place:
        """The place of the row as a whole."""
        at = (self.line, 0)
        return Place(self.heads.file, at, at, sheet=self.heads.sheet, row=self.row)

    def places(self) -> dict[Path, Place]:
        """The place of each field that has a column; the blocks around it are the row's."""
        heads = self.heads
        root = self.root()
        found: dict[Path, Place] = {(): root}
        for path, number, heading in heads.columns:
            place = Place(heads.file, (heads.line, number), (self.line, number), sheet=heads.sheet, row=self.row,
                          heading=heading)  # fmt: skip
            spot = tuple(plain_key(p) if isinstance(p, str) else p for p in path)
            found[spot] = place
            for size in range(1, len(spot)):
                found.setdefault(spot[:size], root)
        return found


@dataclass(frozen=True, slots=True)
class Block:
    """The places of a partner in a YAML file."""

    said: Mapping[Path, Place]

    def root(self) -> Place:
        """The place of the record as a whole."""
        return self.said[()]

    def places(self) -> dict[Path, Place]:
        """The place of each of its fields."""
        return dict(self.said)


@dataclass(frozen=True, slots=True)
class Listed:
    """One partner of a list: its record as a file of `partners/` has it, and what it overrides of the proposal."""

    id: str
    record: Mapping[str, Any]
    overrides: Mapping[str, Any] = field(default_factory=dict)
    origin: Row | Block | None = None
    """Where the list has it; None for a party of the shipped lists."""
    base: Source | None = None
    """The record of `partners/` that the list adds to."""

    def __reduce__(self) -> tuple[object, ...]:
        """Each of ten thousand goes to a worker."""
        return Listed, (self.id, self.record, self.overrides, self.origin, self.base)

    @property
    def place(self) -> Location | None:
        """The row or line of the list, None for a party of the shipped lists."""
        return self.origin.root().location() if self.origin else None

    @property
    def data(self) -> dict[str, Any]:
        """The whole file of `partners/`: the record with its overrides."""
        return {**self.record, **({OVERRIDES: dict(self.overrides)} if self.overrides else {})}

    def source(self) -> Source:
        """The partner as a file of `partners/` is read, with the place of each value in the list."""
        places = dict(self.base.places) if self.base else {}
        if self.origin:
            places.update(self.origin.places())
        file = self.origin.root().file if self.origin else ""
        return Source(file, "", self.data, places)

    def text(self) -> str:
        """The partner as a YAML file of `partners/`: the same partner gives the same text, whatever list it is from."""
        lines = _lines(self.data, 0)
        return "\n".join(lines) + "\n" if lines else "{}\n"

    @property
    def digest(self) -> str:
        """The SHA-256 of what the list says of the partner, whatever the order of its columns."""
        try:
            said = _CANONICAL([self.id, self.record, self.overrides])
        except TypeError:  # what JSON doesn't hold
            said = f"{self.id}\n{self.text()}"
        return hashlib.sha256(said.encode()).hexdigest()

    def whole(self) -> dict[str, Any]:
        """The record with what the shipped lists know of the party that it names."""
        said = self.record.get("party")
        known = known_party(said) if isinstance(said, str) else None
        return merged(with_keys(known), dict(self.record)) if known else dict(self.record)


_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), check_circular=False).encode  # none holds itself
_QUOTED = json.JSONEncoder(ensure_ascii=False).encode
_PLAIN = re.compile(r"[A-Za-z](?:[A-Za-z0-9 _./@()&'-]*[A-Za-z0-9.)])?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_WORDS = frozenset({"true", "false", "null", "yes", "no", "on", "off"})


def _lines(block: Mapping[str, Any], depth: int) -> list[str]:
    """The lines of a block, its keys in the order of the models."""
    start = "  " * depth
    found: list[str] = []
    for key, mark in _marks(tuple(block)):
        value = block[key]
        if type(value) is str:  # nearly all are
            found.append(f"{start}{mark} {_scalar(value)}")
        else:
            found += _entry(start + mark, value, depth)
    return found


@lru_cache(maxsize=1024)
def _marks(keys: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """The keys of a block in the order of the models, each with how its line begins."""
    order = key_order()
    return tuple((k, f"{_scalar(k)}:") for k in sorted(keys, key=lambda k: (order.get(k, len(order)), k)))


def _entry(start: str, value: Any, depth: int) -> list[str]:
    if isinstance(value, dict) and value:
        return [start, *_lines(value, depth + 1)]
    if isinstance(value, list) and value:
        return [start, *(line for item in value for line in _item(item, depth + 1))]
    return [f"{start} {_scalar(value)}"]


def _item(value: Any, depth: int) -> list[str]:
    """The lines of a list's entry; the first key of a block stands behind the hyphen."""
    mark = "  " * depth + "- "
    if isinstance(value, dict) and value:
        first, *rest = _lines(value, depth + 1)
        return [mark + first.lstrip(), *rest]
    if isinstance(value, list) and value:
        return [mark.rstrip(), *(line for item in value for line in _item(item, depth + 1))]
    return [mark + _scalar(value)]


def _scalar(value: Any) -> str:
    """A value as YAML reads it back: in quotes where it would be something else."""
    if isinstance(value, str):
        if _PLAIN.fullmatch(value):
            return value if value.lower() not in _WORDS else f'"{value}"'
        if _DATE.fullmatch(value):
            return value
        return _QUOTED(value) if value.isprintable() else UNPRINTABLE.sub(_escaped, _QUOTED(value))
    if value is None:
        return "null"
    return ("true" if value else "false") if isinstance(value, bool) else json.dumps(value)


def _escaped(found: re.Match[str]) -> str:
    """A character that may not stand in a file, as double quotes take it."""
    code = ord(found[0])
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"

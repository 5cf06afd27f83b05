"""Shared: entries as JSON, in which what many of them have in common stands once and is referred to by its number."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

from agreegen.batch.entry import OUTCOMES, Entry, FileRecord, Row, inside
from agreegen.finding import Finding, Location, Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Mapping

MAPPINGS: Final = ("clauses", "exhibits", "common")
TABLES: Final = ("texts", "names", *MAPPINGS, "findings")
"""What is shared: texts, the names of rows, clauses with digests, exhibits with reasons, a proposal's own values,
findings."""

NUMBERS: Final = ("line", "column", "paragraph", "row")
"""What is a number in the place of a finding."""

_JSON: Final = json.JSONEncoder(separators=(",", ":"))
_HELD: Final = 1000  # mappings whose numbers are kept at hand
_SHORT: Final = 6  # a text of so few characters isn't worth a number


@dataclass(slots=True)
class Numbered:
    """The tables while they are written: each item gets its number when it is first met.

    `items` are those that `taken` hasn't given out yet.
    """

    texts: dict[str, int] = field(default_factory=dict)
    numbers: dict[str, dict[Hashable, int]] = field(default_factory=lambda: {t: {} for t in TABLES[1:]})
    items: dict[str, list[Any]] = field(default_factory=lambda: {t: [] for t in TABLES[1:]})
    _met: dict[tuple[str, int], tuple[object, int]] = field(default_factory=dict)  # by id(), which holds: it keeps it

    @classmethod
    def of(cls, entries: Iterable[Entry]) -> Numbered:
        """Tables in which the texts that more than one entry prints are numbered in their own order."""
        rows = [row for entry in entries for row in (entry.fields, entry.inputs)]
        count = Counter(chain.from_iterable(map(_values, rows)))
        several = sorted(t for t, n in count.items() if n > 1 and len(t) > _SHORT)
        return cls({text: number for number, text in enumerate(several)})

    def row(self, values: Mapping[str, str]) -> list[Any]:
        """The number of the names, and then the values."""
        names = values.names if isinstance(values, Row) else tuple(values)
        texts, said = self.texts, _values(values)
        return [self._number("names", names, list), *(map(texts.get, said, said) if texts else said)]

    def mapping(self, table: str, values: Mapping[str, str]) -> int:
        """The number of a mapping."""
        met = self._met.get((table, id(values)))
        if met is None:
            number = self._number(table, tuple(sorted(values.items())), dict)
            self._met[table, id(values)] = met = (values, number)
        return met[1]

    def finding(self, finding: Finding) -> int:
        """The number of a finding."""
        return self._number("findings", finding, finding_json)

    def taken(self) -> dict[str, tuple[int, list[Any]]]:
        """The items that weren't taken before, by table, each list with the number of its first."""
        fresh = {t: (len(self.numbers[t]) - len(items), items) for t, items in self.items.items() if items}
        if fresh:
            self.items = {table: [] for table in self.items}
        if len(self._met) > _HELD:
            self._met.clear()
        return fresh

    def _number(self, table: str, item: Any, form: Callable[[Any], Any]) -> int:
        numbers = self.numbers[table]
        number = numbers.get(item)
        if number is None:
            number = numbers[item] = len(numbers)
            self.items[table].append(form(item))
        return number


def _values(values: Mapping[str, str]) -> Iterable[str]:
    return values.values_ if isinstance(values, Row) else values.values()


def _encoder() -> Callable[[Any, int], Iterable[str]]:
    """What makes JSON of values; `json` makes one anew for each value, which takes as long as a short one itself.

    It doesn't look whether a value holds itself: none of an entry does.
    """
    text = json.encoder.encode_basestring_ascii
    try:
        make: Callable[..., Callable[[Any, int], Iterable[str]]] = getattr(json.encoder, "c_make_encoder")  # noqa: B009
        return make(None, _JSON.default, text, None, ":", ",", False, False, True)
    except (AttributeError, TypeError):  # no promise of Python's: it may be missing, or take something else
        return lambda said, _: _JSON.iterencode(said)


_ENCODER: Final = _encoder()


def compact(said: Any) -> str:
    """Plain values as JSON in ASCII, without spaces."""
    return "".join(_ENCODER(said, 0))


def entry_json(entry: Entry, tables: Numbered) -> dict[str, Any]:
    """An entry as JSON, but for what `run_json` tells; what is empty is left out."""
    said: dict[str, Any] = {"partner": entry.partner, "proposal": entry.proposal, "name": entry.name}
    if entry.variant:
        said["variant"] = entry.variant
    if entry.engine:
        said["engine"] = entry.engine
    if entry.pages is not None:
        said["pages"] = entry.pages
    said["files"] = {p: [f.sha256, f.text, f.size] for p, f in sorted(entry.files.items())}
    for table in ("inputs", "fields"):
        if values := getattr(entry, table):
            said[table] = tables.row(values)
    for table in MAPPINGS:
        if values := getattr(entry, table):
            said[table] = tables.mapping(table, values)
    if entry.overrides:
        said["overrides"] = list(entry.overrides)
    if entry.findings:
        said["findings"] = [tables.finding(f) for f in entry.findings]
    return said


def run_json(entry: Entry) -> list[Any]:
    """The outcome of the last run, the seconds it took, and when each file was changed, in the order of their paths."""
    return [entry.outcome, round(entry.seconds, 4), *[f.mtime_ns for _, f in sorted(entry.files.items())]]


def entry_of(key: str, said: Mapping[str, Any], run: list[Any], tables: Mapping[str, Any]) -> Entry:
    """The entry that JSON tells; KeyError, TypeError, ValueError, IndexError or AttributeError if it doesn't."""
    get = said.get
    outcome, seconds = run[:2]
    if outcome not in OUTCOMES:
        raise ValueError(outcome)
    files = {}
    for (path, (sha256, text, size)), changed in zip(said["files"].items(), run[2:], strict=True):
        if not (type(sha256) is type(text) is str and type(size) is type(changed) is int and inside(path)):
            raise ValueError(path)
        files[path] = FileRecord(sha256, text, size, changed)
    clauses, exhibits, common = [{} if (n := get(t)) is None else tables[t][n] for t in MAPPINGS]
    partner, proposal, name, pages = said["partner"], said["proposal"], said["name"], get("pages")
    variant, engine, overrides = get("variant", ""), get("engine", ""), get("overrides", [])
    if {*map(type, (partner, proposal, name, variant, engine, *overrides))} != {str}:
        raise TypeError("a value isn't a text")
    if type(pages) not in (int, type(None)) or type(seconds) not in (int, float) or type(overrides) is not list:
        raise TypeError("a value is of another type")
    return Entry(
        key, partner, proposal, name, variant, outcome, files, _row(get("inputs"), tables), tuple(overrides), exhibits,
        clauses, _row(get("fields"), tables), engine, pages, seconds,
        tuple([tables["findings"][n] for n in get("findings", ())]), common,
    )  # fmt: skip


def _text(*values: str) -> str:
    """The first of the values, if all of them are texts."""
    _typed(str, *values)
    return values[0]


def _texts(values: list[str]) -> list[str]:
    _typed(list, values)
    _typed(str, *values)
    return values


def _typed(wanted: type | tuple[type, ...], *values: object) -> None:
    for value in values:
        if not isinstance(value, wanted):
            raise TypeError("a value is of another type")


def _row(said: list[Any] | None, tables: Mapping[str, Any]) -> Mapping[str, str]:
    if said is None:
        return {}
    texts = tables["texts"]
    names = tables["names"][said[0]]
    values = tuple([texts[v] if type(v) is int else v for v in said[1:]])
    if len(names) != len(values) or not {*map(type, values)} <= {str}:
        raise ValueError("a row has other values than names")
    return Row(names, values)


def tables_of(said: Mapping[str, Any]) -> dict[str, list[Any]]:
    """The tables that JSON tells, as entries refer to them; what a table lacks is empty."""
    told: dict[str, list[Any]] = {table: list(said.get(table, ())) for table in TABLES}
    _typed(str, *told["texts"])
    told["names"] = [tuple(_texts(names)) for names in told["names"]]
    for table in MAPPINGS:
        told[table] = [{_text(k, v): v for k, v in item.items()} for item in told[table]]
    told["findings"] = [finding_of(finding) for finding in told["findings"]]
    return told


def finding_json(finding: Finding) -> dict[str, Any]:
    """A finding as JSON; what its place leaves open is left out."""
    place = finding.location
    where = {name: v for name in Location.__slots__ if (v := getattr(place, name)) not in ("", None)}
    return {"code": finding.code, "severity": str(finding.severity), "message": finding.message,
            "hint": finding.hint, "location": where}  # fmt: skip


def finding_of(said: Mapping[str, Any]) -> Finding:
    """The finding that JSON tells."""
    where = {name: v for name, v in said["location"].items() if name in Location.__slots__}
    numbers = [where.pop(name) for name in NUMBERS if name in where]
    _typed(int, *numbers)
    _typed(str, *where.values(), said["message"])
    location = Location(**{name: said["location"][name] for name in said["location"] if name in Location.__slots__})
    return Finding(_text(said["code"]), Severity(said["severity"]), location, said["message"], _text(said["hint"]))

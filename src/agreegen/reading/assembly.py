"""A proposal put together: its YAML, the parties that it names, the CSV files that it lists, the partner of a batch."""

from __future__ import annotations

import re
from dataclasses import field
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from agreegen.answer import OPEN_WORDS
from agreegen.errors import UsageError
from agreegen.finding import Finding, Location, Severity, has_errors, nearest, plain_key
from agreegen.late import dataclass
from agreegen.law import parties as known
from agreegen.proposal import Proposal
from agreegen.reading.mistaken import no_proposal
from agreegen.reading.partial import UNKNOWN, remainder, unknown
from agreegen.reading.problems import dotted, findings_of, place_of
from agreegen.reading.record import OVERRIDES, SAMPLE, merged, override, with_keys
from agreegen.reading.source import Path, Place, Source, read_source
from agreegen.reading.table import read_table

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Mapping

    from agreegen.reading.table import Table

SIDES = ("provider", "recipient")
TOLD_BY_LISTS = ("legal name", "short name", "kind")
"""The keys of a party, as plain keys, that the lists may contradict."""
LISTS = ("classification", "statute", "party")
"""The columns of a CSV file of elements that hold lists."""


@dataclass(frozen=True, slots=True)
class Partners:
    """The parties of `partners/`, by every name that a proposal may use for them."""

    sources: dict[str, Source] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    shared: frozenset[str] = frozenset()
    """Names that more than one file gives its party."""
    samples: Mapping[str, str] = field(default_factory=dict)
    """The file names, as they are written, of records whose facts are made up."""

    def find(self, name: str) -> Source | None:
        """The party's file, by id, short name, legal name or file name; a sample by its file's name only."""
        key = plain_key(name)
        return self.sources.get(key) if self.samples.get(key, name.strip()) == name.strip() else None

    def names(self) -> list[str]:
        """Every name by which a party can be called, lists included."""
        return [*self.sources, *known.known_party_names()]


@dataclass(frozen=True, slots=True)
class Reading:
    """A proposal, or the findings that say why there is none; the source gives places for later findings."""

    proposal: Proposal | None
    source: Source
    findings: tuple[Finding, ...]
    remainder: Proposal | None = None
    """Where there is no proposal: what is left of it without the faulty values."""


def _content(path: pathlib.Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise no_proposal(path) from None
    except IsADirectoryError:
        raise UsageError(f"{path} is a folder", "name one proposal in it") from None
    except OSError as error:
        raise UsageError(f"{path} can't be read: {error.strerror}",
                         "close it in other programs and check your permission") from None  # fmt: skip


def read_partners(folder: pathlib.Path | None) -> Partners:
    """The parties of a folder of YAML files; a missing folder has none."""
    sources: dict[str, Source] = {}
    shared: set[str] = set()
    samples: dict[str, str] = {}
    findings: list[Finding] = []
    for path in sorted(folder.glob("*.y*ml")) if folder and folder.is_dir() else []:
        source = read_source(_content(path), path.as_posix())
        findings += source.findings
        data = source.data
        if not isinstance(data, dict):
            continue
        if data.pop(SAMPLE, None) in (True, "yes"):
            samples[plain_key(path.stem)] = path.stem
            data = {}
        names = {path.stem, *(data.get(k) for k in ("id", "short name", "short_name", "legal name", "legal_name"))}
        for name in {plain_key(n) for n in names if isinstance(n, str)}:
            if name in sources:
                shared.add(name)
            sources[name] = source
    return Partners(sources, tuple(findings), frozenset(shared), samples)


def read_proposal(path: pathlib.Path, partners: Partners | None = None, partner: str | None = None) -> Reading:
    """The proposal of a file, its parties looked up, `partner` put in where the file says `partner`."""
    source = read_source(_content(path), path.as_posix())
    if source.data is None:
        return Reading(None, source, tuple(source.findings))
    if partner is not None and partners and (record := partners.find(partner)):
        override(source, record)
    data = with_keys(source.data)
    assembly = Assembly(path.parent, source, partners or Partners(), partner)
    assembly.complete(data)
    if partner is not None and not assembly.asked:
        assembly.problem(("recipient",), "D006", f"the partner '{partner}' is given, and no party here is `partner`",
                         "write `recipient: partner` or `provider: partner`; between the parties that are named here, "
                         "`agreegen generate` without --partner makes the agreement")  # fmt: skip
    try:
        proposal = Proposal.model_validate(data)
    except ValidationError as error:
        found = _ordered([*source.findings, *findings_of(error, source, Proposal)])
        return Reading(None, source, found, remainder(data, source))
    if has_errors(source.findings):
        return Reading(None, source, _ordered(source.findings), proposal)
    return Reading(proposal, source, _ordered(source.findings))


def _ordered(findings: list[Finding]) -> tuple[Finding, ...]:
    unique = list(dict.fromkeys(findings))
    return tuple(sorted(unique, key=lambda f: (f.location.file, f.location.line or 0, f.location.column or 0)))


class Assembly:
    """A proposal being put together; what is wrong becomes findings of its source."""

    def __init__(self, folder: pathlib.Path, source: Source, partners: Partners, partner: str | None) -> None:
        """The proposal of a source; `folder` has its tables, and `partner` is who it leaves open."""
        self.folder = folder
        self.source = source
        self.partners = partners
        self.partner = partner
        self.asked = False

    def complete(self, data: dict[str, Any]) -> None:
        """Puts parties and CSV rows in their places."""
        for side in SIDES:
            if side in data:
                data[side] = self.parties(data[side], side)
        block = data.get("data")
        if isinstance(block, dict) and isinstance(block.get("elements"), list | str):
            block["elements"] = self.elements(block["elements"])

    def parties(self, value: Any, side: str) -> Any:
        if isinstance(value, list):
            return [self.party(v, (side, i)) for i, v in enumerate(value)]
        return [self.party(value, (side,))]

    def party(self, value: Any, path: Path) -> Any:
        """The record that a name, or a record with `party:`, stands for."""
        if isinstance(value, str):
            return self.named(value, path)
        if isinstance(value, dict):
            if isinstance(value.get("party"), str):
                base = self.named(value["party"], (*path, "party"))
                if base is UNKNOWN:
                    base = unknown(value)
                elif isinstance(base, dict):
                    self.contradicted(value, base, path)
                return merged(base, value) if isinstance(base, dict) else base
            self.contradicted(value, None, path)
        return value

    def contradicted(self, said: Mapping[str, Any], named: Mapping[str, Any] | None, path: Path) -> None:
        """Tells where a record contradicts the party that it names, or what the lists say of it."""
        own = {key: said[key] for key in TOLD_BY_LISTS if key in said}
        if found := known.contradiction(own, named):
            key, message, hint = found
            spot = place_of(self.source, (*path, key)).location(dotted((*path, key)))
            self.source.findings.append(Finding("D008", Severity.ERROR, spot, message, hint))

    def named(self, name: str, path: Path) -> Any:
        asked = plain_key(name) == "partner"
        if asked:
            self.asked = True
            if self.partner is None:
                self.problem(path, "D006", "the partner isn't known yet",
                             "give one on the command line: --partner NAME; many: `agreegen batch PROPOSAL --partners "
                             "LIST`; or write a name here")  # fmt: skip
                return UNKNOWN
            name = self.partner
        if plain_key(name) in self.partners.shared:
            self.problem(path, "D006", f"'{name}' names more than one record in partners/",
                         "write the file's name, or give each record an `id:` of its own")  # fmt: skip
            return UNKNOWN
        found = self.partners.find(name)
        if found is not None:
            return self.from_file(found, path, asked=asked)
        record = known.known_party(name)
        if record is not None:
            return with_keys(record)
        close = known.county_named(name) or nearest(name, self.partners.names())
        county = re.match(r"((?:[A-Z][\w.]* ){1,3}County) (?!of\b)(.+)", name)
        if county and known.known_party(county[1]) is not None:
            self.problem(path, "D006", f"no party is called '{name}'",
                         f"write a block: `party: {county[1]}` and below it `unit: {county[2]}`")  # fmt: skip
            return UNKNOWN
        message = "a party is still to be filled in:" if OPEN_WORDS.fullmatch(name.strip()) else "no party is called"
        self.problem(path, "D006", f"{message} '{name}'",
                     (f"did you mean '{close}'? " if close else "") + "Names come from the lists (departments, "
                     "counties, campuses) and from partners/; or write a block: "
                     f"`{{legal name: {name}, kind: ...}}`")  # fmt: skip
        return UNKNOWN

    def from_file(self, found: Source, path: Path, *, asked: bool = False) -> dict[str, Any]:
        """A partner file's record; its places take part, so that findings point into that file, or into a list's row.

        `asked` is true for the partner of a batch: only then do its overrides hold.
        """
        record: dict[str, Any] = with_keys(found.data)
        above = (*path[:1], *(p for p in path[1:] if isinstance(p, int)))
        for inner, place in found.places.items():
            if inner[:1] != (OVERRIDES,):
                self.source.places.setdefault((*above, *inner), place)
        if asked and () in found.places:
            self.source.places[above] = found.places[()]
        if record.pop(OVERRIDES, None) and not asked:
            spot = found.places.get((OVERRIDES,))
            where = spot.location(OVERRIDES, spot.key) if spot else Location(found.file)
            message = "the overrides of this record don't hold: the proposal names the party itself"
            hint = "write `partner` in the proposal, and name the party with --partner, or in the list of a batch"
            self.source.findings.append(Finding("L008", Severity.WARNING, where, message, hint))
        base = record.pop("party", None)
        if isinstance(base, str):
            known_record = known.known_party(base)
            if known_record is None:
                close = known.county_named(base) or nearest(base, known.known_party_names())
                hint = f"did you mean '{close}'?" if close else "write its legal name and kind"
                message = f"no party of the lists is called '{base}'"
                said = found.places.get(("party",)) or found.places.get(())
                where = said.location() if said else Location(found.file)
                self.source.findings.append(Finding("D006", Severity.ERROR, where, message, hint))
                return merged(unknown(record), record)
            self.contradicted(record, known_record, above)
            return merged(with_keys(known_record), record)
        self.contradicted(record, None, above)
        return record

    def elements(self, value: Any) -> Any:
        """The elements with each CSV file that is named replaced by its rows."""
        items = value if isinstance(value, list) else [value]
        result: list[Any] = []
        moved: dict[Path, Place] = {}
        base: Path = ("data", "elements")
        for index, item in enumerate(items):
            old = (*base, index) if isinstance(value, list) else base
            if isinstance(item, str) and item.lower().endswith(FOREIGN):
                self.problem(old, "D004", f"{item} isn't a CSV file",
                             "in Excel choose Save As, CSV UTF-8 (comma delimited), and name that file")  # fmt: skip
                continue
            if not (isinstance(item, str) and item.lower().endswith(".csv")):
                moved.update(self.moved(old, (*base, len(result))))
                result.append(item)
                continue
            for row, places in self.rows(item, old):
                moved.update({(*base, len(result), *inner): place for inner, place in places.items()})
                result.append(row)
        if isinstance(value, list):
            for path in [p for p in self.source.places if p[:2] == base and len(p) > 2]:
                del self.source.places[path]
        self.source.places.update(moved)
        return result

    def moved(self, old: Path, new: Path) -> dict[Path, Place]:
        size = len(old)
        return {(*new, *p[size:]): place for p, place in self.source.places.items() if p[:size] == old}

    def rows(self, name: str, path: Path) -> list[tuple[dict[str, Any], dict[Path, Place]]]:
        """The rows of a CSV file as elements, each with its places: a value's line, a column's cell in the header."""
        table = self.table(name, path)
        if table is None:
            return []
        heads = {c: (table.header, n) for n, c in enumerate(table.columns, 1)}
        found = []
        for row in table.rows:
            at = (row.line, 1)
            places: dict[Path, Place] = {(): Place(table.file, at, at)}
            cells = {c: Place(table.file, heads[c], (row.line, heads[c][1])) for c in row.values}
            places.update({(COLUMNS.get(c, c),): place for c, place in cells.items()})
            found.append((_split(row.values), places))
        return found

    def table(self, name: str, path: Path) -> Table | None:
        """The CSV file of that name, or None and a finding."""
        file = self.folder / name
        try:
            content = file.read_bytes()
        except OSError as error:
            if file.is_file():
                self.problem(path, "D004", f"the file {name} can't be read: {error.strerror}",
                             "close it in other programs and check your permission")  # fmt: skip
                return None
            beside = [p.name for p in self.folder.glob("*.csv")]
            close = nearest(name, beside)
            self.problem(path, "D004", f"there is no file {name} beside the proposal",
                         f"did you mean {close}?" if close else "put the file beside the proposal")  # fmt: skip
            return None
        table = read_table(content, file.as_posix())
        self.source.findings += table.findings
        names = [COLUMNS.get(c, c) for c in table.columns]
        for column, meant in zip(table.columns, names, strict=True):
            if column != meant and names.count(meant) > 1:
                message = f"the columns '{column}' and '{meant}' mean the same field"
                where = Location(table.file, table.header, 1)
                self.source.findings.append(Finding("Y002", Severity.ERROR, where, message, "keep one of the two"))
        return table

    def problem(self, path: Path, code: str, message: str, hint: str) -> None:
        place = self.source.places.get(path) or self.source.places[()]
        where = place.location(dotted(path))
        self.source.findings.append(Finding(code, Severity.ERROR, where, message, hint))


FOREIGN = (".xlsx", ".xls", ".xlsm", ".ods", ".docx", ".doc", ".tsv", ".txt")
"""Endings of files that people name for data elements and that aren't read."""

COLUMNS = {"field name": "name", "required (y/n)": "required", "why": "why needed", "citation": "statute",
           "data element": "name", "data element name": "name", "element": "name", "field type": "type",
           "data type": "type", "is required?": "required", "governing law": "statute",
           "reason": "why needed"}  # fmt: skip
"""Headings of the official table of data elements, and ours for them."""


def _split(values: dict[str, str]) -> dict[str, Any]:
    """A row's values by our headings; columns that hold lists are split at semicolons."""
    values = {COLUMNS.get(k, k): v for k, v in values.items()}
    lists = {k: [x.strip() for x in values[k].split(";") if x.strip()] for k in LISTS if k in values}
    return {**values, **lists}

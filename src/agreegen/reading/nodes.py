"""YAML lists of partners to entries: a list of records, records by id, or the record of one partner."""

from __future__ import annotations

import pathlib
from typing import TYPE_CHECKING, Any

from agreegen.finding import Location, has_errors, plain_key
from agreegen.reading.cells import canonical
from agreegen.reading.fields import party_fields, proposal_fields
from agreegen.reading.listed import Block
from agreegen.reading.listing import NAME, NO_BLOCK, OVERRIDES_HINT, Entry, unfit_overrides
from agreegen.reading.record import OVERRIDES, SAMPLE, with_keys
from agreegen.reading.source import read_source

if TYPE_CHECKING:
    from agreegen.reading.listing import Gathering
    from agreegen.reading.source import Path, Place, Source

PARTNERS = "partners"
"""The key that a list may stand below."""

PROPOSAL = "proposal"
"""The key by which a file is a proposal, and not records by their ids."""

NAMES = ("party", "legal name", NAME)
"""Keys by one of which a block is a partner's record, and not a list of them by id."""


def read_nodes(content: bytes, file: str, gathering: Gathering) -> list[Entry]:
    """The entries of a YAML file: a list of records, records by their ids, or one record."""
    source = read_source(content, file, lists=True)
    gathering.findings += source.findings
    if source.data is None or has_errors(source.findings):
        return []
    data: Any = source.data
    above: Path = ()
    if isinstance(data, dict) and [plain_key(k) for k in data] == [PARTNERS]:
        data, above = next(iter(data.values())), (PARTNERS,)
    if isinstance(data, dict) and any(plain_key(k) == PROPOSAL and isinstance(v, str) for k, v in data.items()):
        gathering.problem("L001", Location(file, 1, 1), "the file is a proposal, and no list of partners",
                          "name the list: XLSX, CSV, YAML, a folder of records, or a shipped one")  # fmt: skip
        return []
    reader = _Nodes(source, gathering, len(above))
    if isinstance(data, list):
        return [reader.entry(item, (*above, i)) for i, item in enumerate(data)]
    if not isinstance(data, dict):
        return [reader.entry(data, above)]
    if any(isinstance(v, str) for k, v in data.items() if plain_key(k) in NAMES):
        entry = reader.entry(data, above)
        entry.id, entry.file = pathlib.PurePath(file).stem, True
        return [entry]
    return [reader.entry(v if v is not None else k, (*above, plain_key(k)), k) for k, v in data.items()]


class _Nodes:
    """Makes entries of the records of a file, each with the places of its own fields."""

    def __init__(self, source: Source, gathering: Gathering, depth: int) -> None:
        self.source = source
        self.gathering = gathering
        self.places: dict[Path, dict[Path, Place]] = {}
        for path, place in source.places.items():
            if len(path) > depth:
                self.places.setdefault(path[: depth + 1], {})[path[depth + 1 :]] = place

    def entry(self, value: Any, path: Path, key: str = "") -> Entry:
        """The entry of a record, or of a bare name; one that is neither is marked."""
        places = self.places.get(path) or self.source.places
        record = with_keys(value) if isinstance(value, dict) else {NAME: value} if isinstance(value, str) else {}
        said = record.pop(OVERRIDES, None)
        record.pop(SAMPLE, None)
        entry = Entry(canonical(record, party_fields()), {}, Block(places), key)
        if not isinstance(value, dict | str):
            hint = "write the keys of a party below each hyphen or id, such as `party: Alameda County`"
            self.problem(entry, (), "L007", "this entry isn't the record of a partner", hint)
        if said is not None and not isinstance(said, dict):
            self.problem(entry, (OVERRIDES,), "L008", NO_BLOCK, OVERRIDES_HINT)
            return entry
        for name in unfit_overrides(said or {}):
            self.problem(entry, (OVERRIDES, name), "L008", f"'{name}' can't be overridden by a partner", OVERRIDES_HINT)
        entry.overrides = canonical(said or {}, proposal_fields())
        return entry

    def problem(self, entry: Entry, path: Path, code: str, message: str, hint: str) -> None:
        assert entry.origin is not None
        places = entry.origin.places()
        place = places.get(path) or places[()]
        entry.errors += (self.gathering.problem(code, place.location(), message, hint),)

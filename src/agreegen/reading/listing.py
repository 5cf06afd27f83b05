"""Gathering: entries of a list become partners, each with an id of its own, none twice."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from agreegen.answer import code_word
from agreegen.finding import Finding, Location, Severity, nearest, plain_key
from agreegen.late import dataclass
from agreegen.law.parties import contradiction, county_named, known_party, known_party_names
from agreegen.reading.cells import canonical
from agreegen.reading.fields import party_fields, proposal_fields
from agreegen.reading.listed import Listed
from agreegen.reading.record import FIXED, OVERRIDES, merged, with_keys

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from agreegen.reading.assembly import Partners
    from agreegen.reading.listed import Block, Row
    from agreegen.reading.source import Path, Source

NAME = "name"
"""The key under which a list may have a party's name without saying which name it is."""


@dataclass(slots=True)
class Entry:
    """What a list says of one partner, before it is known who that is."""

    record: dict[str, Any]
    overrides: dict[str, Any]
    origin: Row | Block | None
    id: str = ""
    """The key of a mapping, or the name of a file."""
    faulty: bool = False
    file: bool = False
    """True for a file of its own: what it doesn't say isn't added, as where a proposal names it."""


@dataclass(slots=True)
class Gathering:
    """The partners of a list so far, and the findings."""

    folder: Partners
    partners: list[Listed] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    _ids: dict[str, Listed] = field(default_factory=dict)
    _names: dict[tuple[str, str], Listed] = field(default_factory=dict)

    def problem(self, code: str, where: Location, message: str, hint: str, severity: Severity = Severity.ERROR) -> None:
        """Adds a finding."""
        self.findings.append(Finding(code, severity, where, message, hint))

    def add_all(self, entries: Iterable[Entry]) -> None:
        """Adds each entry as a partner, or the finding that says why not."""
        for entry in entries:
            if not entry.faulty:
                self.add(entry)

    def add(self, entry: Entry) -> None:
        """Adds an entry as a partner, or the finding that says why not."""
        wrong = self._named(entry)
        if wrong:
            self._at(entry, *wrong)
            return
        if not entry.record and not entry.overrides:
            return
        base = self._base(entry)
        record, overrides = entry.record, entry.overrides
        own, said = record, {}
        if base is not None:
            said = with_keys(base.data)
            overrides = merged(canonical(said.pop(OVERRIDES, None) or {}, proposal_fields()), overrides)
            record = merged(canonical(said, party_fields()), record)
        known = _known(record.get("party"))
        if known is None and record.get("party") is not None:
            self._unknown(entry, str(record["party"]))
            return
        odd = contradiction(own, said or None) or (contradiction(record, known) if known else contradiction(record))
        if odd and entry.origin is not None:
            self._at(entry, (odd[0],), "D008", *odd[1:])
            return
        legal = str(record.get("legal name") or (known or {}).get("legal_name") or record.get("party") or "")
        named = self._identity(entry, record, known, legal)
        if not named:
            self._at(entry, ("party",), "L007", "the row names no party" if entry.origin else "no party is named",
                     "write the party's name as the lists have it, or its legal name and kind")  # fmt: skip
            return
        self._put(entry, Listed(named, record, overrides, entry.origin, base), legal, str(record.get("unit") or ""))

    def _put(self, entry: Entry, listed: Listed, legal: str, unit: str) -> None:
        """Adds a partner that is none of those before it."""
        by_name = (legal.casefold(), unit.casefold())
        key = plain_key(listed.id)
        same = self._ids.get(key) or (self._names.get(by_name) if legal else None)
        if same is None:
            self._ids[key] = self._names[by_name] = listed
            self.partners.append(listed)
            return
        if entry.origin is None:  # names on a command line may overlap
            return
        first = f": the first is {same.place.cell or f'on line {same.place.line}'}" if same.place else ""
        message = f"the partner '{listed.id}' stands here twice" if plain_key(same.id) == key else (
            f"{legal} stands here twice, as '{same.id}' and '{listed.id}'")  # fmt: skip
        hint = ("delete one of the two if they are one partner, else give one another `id`; units of one body are told "
                "apart by `unit` and by an `id` of their own; none of them is made")  # fmt: skip
        self._twice(listed, message + first, hint)
        self._names.setdefault(by_name, same)
        if any(partner is same for partner in self.partners):
            self.partners = [partner for partner in self.partners if partner is not same]
            there = f": another is {listed.place.cell or f'on line {listed.place.line}'}" if listed.place else ""
            self._twice(same, message + there, hint)

    def _twice(self, listed: Listed, message: str, hint: str) -> None:
        """Adds the finding about a partner that stands in a list twice, at its id."""
        self._at(listed, ("id",) if "id" in listed.record else (), "L004", message, hint)

    def _unknown(self, entry: Entry, said: str) -> None:
        close = county_named(said) or nearest(said, [*known_party_names(), *self.folder.sources])
        hint = f"did you mean '{close}'?" if close else "write the name of a list, or `legal name` and `kind`"
        self._at(entry, ("party",), "D006", f"no party of the lists is called '{said}'", hint)

    def recorded(self, name: str) -> Source | None:
        """The record of `partners/` for a name, by any name that the lists have for the party."""
        known = _known(name)
        names = (name, *(known[k] for k in ("id", "short_name", "legal_name") if known.get(k))) if known else (name,)
        sources = self.folder.sources
        unsure = {*self.folder.shared, *self.folder.samples}
        found = (sources.get(plain_key(n)) for n in names if plain_key(n) not in unsure)
        return next((source for source in found if source is not None), None)

    def _base(self, entry: Entry) -> Source | None:
        said = entry.record.get("party")
        return self.recorded(said) if isinstance(said, str) and self.folder.sources and not entry.file else None

    def _named(self, entry: Entry) -> tuple[Path, str, str, str] | None:
        """Makes of `name` what it is: a party of the lists, a legal or a short name; what is wrong with it."""
        record = entry.record
        name = record.pop(NAME, None)
        if isinstance(name, str):
            if "party" not in record and (_known(name) or self.recorded(name)):
                record["party"] = name
            elif (
                record.setdefault("legal name", name) is not name and record.setdefault("short name", name) is not name
            ):
                return (NAME,), "L003", f"'{name}' is one name more than a party has", "keep one of the columns"
            elif "kind" not in record and "party" not in record:
                close = county_named(name) or nearest(name, known_party_names())
                hint = "Names come from the lists and from partners/; for another party write its `kind`, too"
                meant = f"did you mean '{close}'? " if close else ""
                return (NAME,), "D006", f"no party is called '{name}'", meant + hint
        if "party" not in record and not (entry.file and "kind" in record):
            for key in ("legal name", "short name"):
                known = _known(record.get(key))
                if known and record.get("kind") in (None, code_word(known["kind"]).replace("_", " ")):
                    record["party"] = known["legal_name"]
                    break
        return None

    @staticmethod
    def _identity(entry: Entry, record: Mapping[str, Any], known: Mapping[str, Any] | None, legal: str) -> str:
        """The partner's id: what the list says, else that of the party it names, else its name in small letters."""
        said = record.get("id")
        if isinstance(said, str | int) and not isinstance(said, bool):
            return str(said)
        if entry.id:
            return entry.id
        short = record.get("short name")
        return str(known["id"]) if known else _slug(short if isinstance(short, str) else legal)

    def _at(self, entry: Entry | Listed, path: Path, code: str, message: str, hint: str) -> None:
        """Adds an error at a field of an entry, or at the entry."""
        places = entry.origin.places() if entry.origin else {}
        place = places.get(path) or places.get(())
        self.problem(code, place.location() if place else Location(), message, hint)


def unfit_overrides(overrides: Mapping[str, Any]) -> list[str]:
    """The keys that no partner overrides."""
    return [key for key in overrides if key in FIXED]


@lru_cache(maxsize=4096)
def _found(name: str) -> dict[str, Any] | None:
    return known_party(name)


def _known(name: Any) -> dict[str, Any] | None:
    """What the shipped lists know of a party."""
    return _found(name) if isinstance(name, str) and name else None


_ODD = re.compile(r"[^a-z0-9]+")


def _slug(name: str) -> str:
    """A name in small letters and figures, with hyphens."""
    text = name.casefold()
    if not text.isascii():
        text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
        if not text.isascii():  # of a script that has no Latin letters: its words as they are
            return re.sub(r"[^\w]+", "-", text).strip("-")
    return _ODD.sub("-", text).strip("-")

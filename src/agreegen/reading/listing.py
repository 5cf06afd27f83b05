"""Gathering: entries of a list become partners, each with an id of its own, none twice."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from agreegen.answer import code_word
from agreegen.finding import Finding, Location, Severity, nearest, plain_key
from agreegen.late import dataclass
from agreegen.law.parties import contradiction, county_named, known_party, known_party_names
from agreegen.reading.cells import canonical
from agreegen.reading.fields import party_fields, proposal_fields
from agreegen.reading.listed import Listed
from agreegen.reading.record import FIXED, OVERRIDES, merged, with_keys

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from agreegen.reading.assembly import Partners
    from agreegen.reading.listed import Block, Row
    from agreegen.reading.source import Path, Source

NO_BLOCK = "the overrides aren't a block of fields of the proposal"
OVERRIDES_HINT = "write fields of the proposal, such as `overrides: {dates: {start: 2027-05-01}}`"

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
    file: bool = False
    """True for a file of its own: what it doesn't say isn't added, as where a proposal names it."""
    errors: tuple[Finding, ...] = ()
    """Why it isn't a partner."""
    unclear: tuple[Path, ...] = ()
    """The fields whose cells aren't sure."""

    @property
    def place(self) -> Location:
        """Where the list has it; nowhere for a name on a command line."""
        return self.origin.root().location() if self.origin else Location()


@dataclass(frozen=True, slots=True)
class Unread:
    """An entry of a list that is no partner: its place, its id as far as that is known, and the errors that say why."""

    place: Location
    id: str
    errors: tuple[Finding, ...]


class _Claim(NamedTuple):
    """Who an entry says it is: its id and its names as they are compared, and the partner if it is one."""

    number: int
    entry: Entry
    listed: Listed | None
    id: str
    key: str
    legal: str
    names: tuple[tuple[str, str], ...]


@dataclass(slots=True)
class Gathering:
    """The partners of a list so far, its entries that are none, and the findings."""

    folder: Partners
    partners: list[Listed] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    cut: bool = False
    """True where a part of the list wasn't read: nobody knows how many partners stand there, and which."""

    def problem(
        self, code: str, where: Location, message: str, hint: str, severity: Severity = Severity.ERROR
    ) -> Finding:
        """The finding, which is among those of the list from now on."""
        finding = Finding(code, severity, where, message, hint)
        self.findings.append(finding)
        return finding

    def add_all(self, entries: Iterable[Entry]) -> None:
        """Adds each entry as a partner, or as one that is none; of those that stand there twice, none is made."""
        claims = [claim for n, entry in enumerate(entries) if (claim := self._claim(entry, n)) is not None]
        rivals = _rivals(claims)
        for claim in claims:
            entry, others = claim.entry, rivals.get(claim.number, ())
            if entry.origin is None and any(other.number < claim.number for other in others):
                continue  # names on a command line may overlap
            for other in others if entry.origin is not None and claim.listed is not None else ():
                self._twice(claim, other)
            if claim.listed is None or entry.errors:
                self.unread.append(Unread(entry.place, claim.id, entry.errors))
            else:
                self.partners.append(claim.listed)

    def _claim(self, entry: Entry, number: int) -> _Claim | None:
        """Who an entry says it is, with the findings that say why it is no partner; None for an empty one."""
        if entry.record.get("id") == "":  # as if it weren't there
            del entry.record["id"]
        wrong = self._named(entry)
        if wrong and not entry.errors:
            self._at(entry, *wrong)
        if not entry.record and not entry.overrides and not entry.errors:
            return None
        base = self._base(entry)
        record, overrides = entry.record, entry.overrides
        own, said = record, {}
        if base is not None:
            said = with_keys(base.data)
            overrides = merged(self._overrides(entry, base, said.pop(OVERRIDES, None)), overrides)
            record = merged(canonical(said, party_fields()), record)
        known = _known(record.get("party"))
        if not entry.errors:
            self._contradicted(entry, own, said, record, known)
        legal = str(record.get("legal name") or (known or {}).get("legal_name") or record.get("party") or "")
        named = self._identity(entry, record, known, legal)
        if not named and not entry.errors:
            self._at(entry, ("party",), "L007", "the row names no party" if entry.origin else "no party is named",
                     "write the party's name as the lists have it, or its legal name and kind")  # fmt: skip
        unit = str(record.get("unit") or "").casefold()
        if not entry.errors:
            listed = Listed(named, record, overrides, entry.origin, base)
            called = ((legal.casefold(), unit),) if legal else ()
            return _Claim(number, entry, listed, named, plain_key(named), legal, called)
        said_names = dict.fromkeys((legal.casefold(), str((known or {}).get("legal_name", "")).casefold()))
        names = () if ("unit",) in entry.unclear else tuple((name, unit) for name in said_names if name)
        named = "" if ("id",) in entry.unclear else named
        return _Claim(number, entry, None, named, plain_key(named), legal, names)

    def _contradicted(
        self, entry: Entry, own: Mapping[str, Any], said: Mapping[str, Any], record: Mapping[str, Any],
        known: Mapping[str, Any] | None,
    ) -> None:  # fmt: skip
        """Tells of a party that nobody knows, and of what contradicts it."""
        if known is None and record.get("party") is not None:
            self._unknown(entry, str(record["party"]))
            return
        if known is None and not said and not any(_known(own[key]) for key in _names_of(tuple(own))):
            return  # as nearly all of a long list: where the lists know nobody, nothing contradicts them
        odd = contradiction(own, said or None)
        if not odd and (known or record is not own):
            odd = contradiction(record, known) if known else contradiction(record)
        if odd and entry.origin is not None:
            self._at(entry, (odd[0],), "D008", *odd[1:])

    def _overrides(self, entry: Entry, base: Source, said: Any) -> dict[str, Any]:
        """The overrides of a record of `partners/`; a finding where they aren't a block."""
        if said is None or isinstance(said, dict):
            return dict(canonical(said or {}, proposal_fields()))
        place = base.places.get((OVERRIDES,))
        finding = self.problem("L008", place.location() if place else Location(base.file), NO_BLOCK, OVERRIDES_HINT)
        entry.errors += (finding,)
        return {}

    def _twice(self, claim: _Claim, other: _Claim) -> None:
        """Tells that a partner stands in a list twice, by its id or by its name, and where the other one is."""
        there = f"{'the first' if other.number < claim.number else 'another'} is {_beside(other.entry, claim.entry)}"
        if other.key == claim.key:
            message = f"the partner '{claim.id}' stands here twice: {there}"
        else:
            ids = f", as '{other.id}' and '{claim.id}'" if other.id else ""
            message = f"{claim.legal} stands here twice{ids}: {there}"
        hint = ("delete one of the two if they are one partner, else give one another `id`; units of one body are told "
                "apart by `unit` and by an `id` of their own; none of them is made")  # fmt: skip
        self._at(claim.entry, ("id",) if "id" in claim.entry.record else (), "L004", message, hint)

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
        if isinstance(name, int) and not isinstance(name, bool):
            name = str(name)
        if isinstance(name, str):
            if "party" not in record and (_known(name) or self.recorded(name)):
                record["party"] = name
            elif (
                record.setdefault("legal name", name) is not name and record.setdefault("short name", name) is not name
            ):
                return (NAME,), "L005", f"'{name}' is one name more than a party has", "keep one of the columns"
            elif "kind" not in record and "party" not in record:
                close = county_named(name) or nearest(name, known_party_names())
                hint = "Names come from the lists and from partners/; for another party write its `kind`, too"
                meant = f"did you mean '{close}'? " if close else ""
                return (NAME,), "D006", f"no party is called '{name}'", meant + hint
        elif name is not None:
            return (NAME,), "D003", f"a name is a text: {name}", "write the party's name as the lists have it"
        if "party" not in record and not (entry.file and "kind" in record):
            for key in ("legal name", "short name"):
                known = _known(record.get(key))
                if known and record.get("kind") in (None, code_word(known["kind"]).replace("_", " ")):
                    record["party"] = known["legal_name"]
                    break
        return None

    def _identity(self, entry: Entry, record: Mapping[str, Any], known: Mapping[str, Any] | None, legal: str) -> str:
        """The partner's id: what the list says, else that of the party it names, else its name in small letters."""
        said = record.get("id")
        if isinstance(said, str | int) and not isinstance(said, bool):
            return str(said)
        if said is not None:
            hint = "write a short name of the partner's own, such as `id: alameda-county`; or leave it out"
            self._at(entry, ("id",), "D003", f"an id is a text: {said}", hint)
            return ""
        if entry.id:
            return entry.id
        short = record.get("short name")
        return str(known["id"]) if known else _slug(short if isinstance(short, str) else legal)

    def _at(self, entry: Entry, path: Path, code: str, message: str, hint: str) -> None:
        """Adds an error at a field of an entry, or at the entry, which is no partner then."""
        places = entry.origin.places() if entry.origin else {}
        place = places.get(path) or places.get(())
        entry.errors += (self.problem(code, place.location() if place else Location(), message, hint),)


def _rivals(claims: Sequence[_Claim]) -> dict[int, list[_Claim]]:
    """For each claim that isn't the only one of its id or name: another of that id, and one of that name alone."""
    ids: dict[str, _Claim] = {}
    names: dict[tuple[str, str], _Claim] = {}
    same_id: dict[str, _Claim] = {}  # the second of an id
    same_name: dict[tuple[str, str], _Claim] = {}  # the first of a name that has another id than the first
    for claim in claims:
        if claim.key and ids.setdefault(claim.key, claim) is not claim:
            same_id.setdefault(claim.key, claim)
        for name in claim.names:
            if names.setdefault(name, claim).key != claim.key:
                same_name.setdefault(name, claim)
    found: dict[int, list[_Claim]] = {}
    for claim in claims if same_id or same_name else ():
        second = same_id.get(claim.key)
        others = [second if ids[claim.key] is claim else ids[claim.key]] if second else []
        others += [same_name[name] if names[name].key == claim.key else names[name]
                   for name in claim.names if name in same_name]  # fmt: skip
        if others:
            found[claim.number] = others
    return found


def _beside(other: Entry, entry: Entry) -> str:
    """The place of an entry as one reads it beside another one's."""
    place = other.place
    return str(place) if place.file != entry.place.file else place.cell or f"on line {place.line}"


def unfit_overrides(overrides: Mapping[str, Any]) -> list[str]:
    """The keys that no partner overrides."""
    return [key for key in overrides if key in FIXED]


@lru_cache(maxsize=4096)
def _found(name: str) -> dict[str, Any] | None:
    return known_party(name)


def _known(name: Any) -> dict[str, Any] | None:
    """What the shipped lists know of a party."""
    return _found(name) if isinstance(name, str) and name else None


@lru_cache(maxsize=256)
def _names_of(keys: tuple[str, ...]) -> tuple[str, ...]:
    """The keys under which a record says how its party is called."""
    return tuple(key for key in keys if plain_key(key) in ("legal name", "short name"))


_ODD = re.compile(r"[^a-z0-9]+")


def _slug(name: str) -> str:
    """A name in small letters and figures, with hyphens."""
    text = name.casefold()
    if not text.isascii():
        text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
        if not text.isascii():  # of a script that has no Latin letters: its words as they are
            return re.sub(r"[^\w]+", "-", text).strip("-")
    return _ODD.sub("-", text).strip("-")

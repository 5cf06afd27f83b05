"""Needs: the fields of a partner that a proposal asks for, prints, or decides by, for each kind that it may have."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from agreegen import generate
from agreegen.agreement import program_of, standing_of
from agreegen.answer import code_word, spelled
from agreegen.errors import FindingsError, UsageError
from agreegen.finding import nearest, plain_key
from agreegen.late import dataclass
from agreegen.law.parties import known_names, known_party
from agreegen.law.requirements import requirements
from agreegen.law.tables import table
from agreegen.packs import named, opening
from agreegen.partner import ACTION_WORDS, LOCAL, STATE, Kind
from agreegen.partner_sheet import examples, own
from agreegen.reading import Partners, Source, read_proposal
from agreegen.reading.fields import ENTRY, Field, Form, party_fields
from agreegen.reading.record import OVERRIDES
from agreegen.rules import Case
from agreegen.rules.parties import fitting_master

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from agreegen.law.requirements import Requirement
    from agreegen.packs import Pack
    from agreegen.proposal import Proposal
    from agreegen.reading.fields import Keys
    from agreegen.reading.source import Path
    from agreegen.workspace import Workspace

STAND_IN = "partner-to-be"
SIDES = ("provider", "recipient")
IDENTITY: tuple[Keys, ...] = (("party",), ("legal name",), ("kind",), ("unit",))
"""Who the partner is: the lists know the rest of a party that they have."""

COMMON = frozenset({Kind.COUNTY, Kind.UC, Kind.CSU, Kind.CALHHS_ENTITY, Kind.STATE_AGENCY})
"""The kinds that the lists have."""

GOVERNED = frozenset({*LOCAL, Kind.CCC})
CAMPUSES = frozenset({Kind.UC, Kind.CSU, Kind.AUXILIARY})
ONLY: dict[str, frozenset[Kind]] = {
    "governing body": GOVERNED, "clerk": GOVERNED, "deviations": LOCAL, "charter": frozenset({Kind.CITY}),
    "campus": CAMPUSES, "contracting party": CAMPUSES, "incorporated in": frozenset({Kind.PRIVATE_UNIVERSITY}),
    "parent agency": STATE, "agency data officer": STATE, "idea signatory": STATE, "auxiliary": frozenset({
        Kind.UC, Kind.CSU, Kind.CCC, Kind.PRIVATE_UNIVERSITY}),
}  # fmt: skip
"""The kinds of which a field is asked, by its first key; other fields are everyone's."""

DECIDING = ("hipaa status", "auxiliary")
"""Fields on which clauses and exhibits depend, besides those that the kind implies."""

IMPLIED = ("ipa applies", "public agency", "under governor", "chhs agreement signatory", "short name", "id")
"""Fields that follow from the kind, or that the lists know; a person adds the column where one differs."""

HANGS_ON: dict[Keys, str] = {
    ("governing body", "delegate"): "; must be filled in where `governing body.action` is a delegation",
    (
        "records authority",
    ): "; stays empty where `governing body.may destroy records` is yes: the action itself gives it",
}
"""What is said of a column that another one's answer makes needed, or needless."""

DERIVED = {"full": ("unit",), "signs for": ("unit",), "contracting": ("contracting party",), "campus name": ("campus",)}
"""Words that a template prints, and the field that they are made from."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the sheet: its field, for which kinds it must be filled, what belongs there, an example, why."""

    field: Field
    kinds: tuple[Kind, ...] = ()
    """The kinds that must fill it."""
    always: bool = False
    """True where every partner must."""
    about: str = ""
    example: str = ""
    source: str = ""
    choices: tuple[str, ...] = ()
    """The answers to choose from where they aren't those of the field; another answer may be right, too."""
    fits: bool = True
    """Whether the partner of the example row has something to say here."""
    at: Path = ()
    """The place in a partner's record; none for the field itself, and the first entry of a list."""
    title: str = ""
    """The heading of a column that isn't a field."""

    @property
    def name(self) -> str:
        """The heading without its mark: `contacts.incident.email`, `deviations.1.term`, `override: dates.start`."""
        over = self.at[:1] == (OVERRIDES,)
        said = ".".join(str(part + 1) if isinstance(part, int) else part for part in self.path[over:])
        return self.title or (f"override: {said}" if over and self.at[1] != own.EXTRA else said)

    @property
    def path(self) -> Path:
        """The place in a partner's record; entries of lists are counted from 0."""
        return self.at or tuple(0 if key == ENTRY else key for key in self.field.keys)

    @property
    def words(self) -> tuple[str, ...]:
        """The answers to choose from, as people write them."""
        if self.field.form is Form.YES_NO:
            return ("yes", "no")
        return self.choices or tuple(map(spelled, self.field.words))


@dataclass(frozen=True, slots=True)
class _Standing:
    """A proposal with a partner of one kind in its open place."""

    kind: Kind
    proposal: Proposal
    given: frozenset[Keys]
    variant: str
    case: Case
    pack: Pack


def columns(path: pathlib.Path, workspace: Workspace, kinds: Sequence[str] = ()) -> tuple[Column, ...]:
    """The columns of the sheet for a proposal, in the order of a party's fields; UsageError if none is open in it.

    Fields that its template declares come last; a template that asks for its own fields only asks for no others.
    """
    side = ""
    standings: list[_Standing] = []
    for kind in _kinds(kinds):
        found = _standing(path, workspace, kind)
        if found is not None:
            side = found[0]
            standings.append(found[1])
    if not standings:
        raise UsageError(f"no master fits {path.name} with a partner of this kind", "name other kinds with --kind")
    played = frozenset(s.kind for s in standings)
    official = [s for s in standings if not s.pack.asks_own]
    asked = _asked(official, side)
    wanted = {*asked, *_printed(standings, side, workspace), *((name,) for name in DECIDING if official)}
    given = frozenset.intersection(*(s.given for s in standings))
    listed = _listed(played)
    sample = next(kind for kind in examples.ORDER if kind in played)
    chosen = [field for keys, field in party_fields().items()
              if keys in wanted and keys not in given and _is_for(field, played) and keys not in listed
              and not (field.block and field.form is Form.ANY)]  # fmt: skip
    return (
        *_identity(played, sample),
        *(_column(f, asked.get(f.keys, {}), played, sample) for f in chosen if f.keys not in IDENTITY),
        *_own(standings),
    )


def _own(standings: Sequence[_Standing]) -> Iterator[Column]:
    """The columns for the fields that the templates declare; with a star where every partner must fill them in."""
    found: dict[Keys, list[tuple[Field, bool]]] = {}
    for one in standings:
        for field, needed in own.fields(one.pack, one.proposal.extra):
            found.setdefault(field.keys, []).append((field, needed))
    for declared in found.values():
        field = declared[0][0]
        always = len(declared) == len(standings) and all(needed for _, needed in declared)
        yield Column(field, always=always, about=field.about, example=field.example, at=(OVERRIDES, *field.keys))


def _kinds(said: Sequence[str]) -> list[Kind]:
    """The kinds that are named, or all."""
    found = []
    for name in (part.strip() for text in said for part in text.split(",")):
        try:
            found.append(Kind(code_word(name)))
        except ValueError:
            known = [k.value.replace("_", " ") for k in Kind]
            close = nearest(name, known)
            hint = f"did you mean '{close}'?" if close else f"kinds: {', '.join(known)}"
            raise UsageError(f"no kind of party is called '{name}'", hint) from None
    return list(dict.fromkeys(found)) or list(Kind)


def _standing(path: pathlib.Path, workspace: Workspace, kind: Kind) -> tuple[str, _Standing] | None:
    """The open side, and the proposal with a partner of that kind; None where no master fits."""
    record: dict[str, Any] = {"legal name": "(partner)", "kind": kind.value}
    if kind in STATE:
        record |= {"chhs agreement signatory": kind is Kind.CALHHS_ENTITY, "idea signatory": {"signed": True}}
    folder = generate.partners_of(path, workspace)
    source = Source("", "", record)
    partners = Partners({**folder.sources, plain_key(STAND_IN): source}, (), folder.shared)
    reading = read_proposal(path, partners, STAND_IN)
    proposal = reading.proposal or reading.remainder
    if proposal is None or any(f.code == "D006" and STAND_IN in f.message for f in reading.findings):
        closed = any(f.code == "D006" and STAND_IN in f.message for f in reading.findings)
        if closed:
            raise UsageError(f"no party of {path.name} is open", "write `recipient: partner` or `provider: partner`")
        raise FindingsError(reading.findings)
    side = next((s for s in SIDES if any(p.legal_name == "(partner)" for p in getattr(proposal, s))), "")
    if not side:
        raise FindingsError(reading.findings)
    proposal, pack, wrong = opening.chosen(proposal, reading.source, workspace)
    if wrong:
        raise FindingsError(wrong)
    case = Case.of(proposal, reading.source)
    if not case.variant or (pack is None and any(True for _ in fitting_master(case))):
        return None
    pack = pack or named(case.variant, workspace)
    given = {tuple(p for p in inner if isinstance(p, str))
             for inner in (_below(place, side) for place in reading.source.places) if inner}  # fmt: skip
    return side, _Standing(kind, proposal, frozenset(given), case.variant, case, pack)


def _below(path: tuple[str | int, ...], side: str) -> tuple[str | int, ...]:
    """The path below the open party."""
    if path[:1] != (side,):
        return ()
    return path[2:] if len(path) > 1 and isinstance(path[1], int) else path[1:]


def _asked(standings: Iterable[_Standing], side: str) -> dict[Keys, dict[Kind, Requirement]]:
    """The fields that the table of required fields asks of the partner, with the kinds that it asks."""
    found: dict[Keys, dict[Kind, Requirement]] = {}
    for one in standings:
        standing = standing_of(one.proposal)
        plain = one.proposal.model_dump()
        party = next(p for p in plain[side] if p["legal_name"] == "(partner)")
        names = {"facts": standing.facts, "terms": standing.terms, "variant": one.variant, "proposal": plain,
                 "party": party}  # fmt: skip
        by_law = one.proposal.required_by_law is not None
        for row in requirements(program_of(one.proposal), one.proposal.disputed, by_law):
            if row.field.startswith(f"{side}.") and row.is_needed(names):
                for keys in _leaves(tuple(k.replace("_", " ") for k in row.field.split(".")[1:])):
                    found.setdefault(keys, {})[one.kind] = row
    return found


def _leaves(keys: Keys) -> list[Keys]:
    """The field itself, or the fields of the block that it is."""
    field = party_fields().get(keys)
    if field is None or not field.block:
        return [keys]
    return [inner for inner in party_fields() if inner[:-1] == keys]


def _printed(standings: Iterable[_Standing], side: str, workspace: Workspace) -> set[Keys]:
    """The fields that the masters and the signature blocks print."""
    found: set[Keys] = set()
    signed: set[str] = set()
    for template, variant in dict.fromkeys((s.pack.name, s.variant) for s in standings):
        for name, _ in generate.opened_template(template, workspace).names:
            first, _, rest = name.partition(".")
            signed |= {variant} if first == "blocks" else set()
            if first in ("parties", f"{side}s", side) and rest:
                found.update(_fields(rest))
    for row in table("signatures"):
        if signed & set(row["variants"]) and row.get("side", "any") in ("any", side):
            for name in re.findall(r"\bparty\.([a-z_]+(?:\.[a-z_]+)*)", repr(row)):
                found.update(_fields(name))
    return {keys for keys in found if keys[0] not in IMPLIED}


def _fields(name: str) -> list[Keys]:
    """The fields behind a name that is printed; entries of lists count as one."""
    keys = tuple(key.replace("_", " ") for key in name.split("."))
    keys = DERIVED.get(keys[0], keys)
    return [k for k in (keys, (keys[0], ENTRY, *keys[1:])) if k in party_fields()]


def _is_for(field: Field, played: frozenset[Kind]) -> bool:
    only = ONLY.get(field.keys[0])
    if field.keys[0] == "deviations" and field.keys[-1] == "deviations":
        return False
    return only is None or bool(only & played)


def _listed(played: frozenset[Kind]) -> frozenset[Keys]:
    """The fields that the lists know of every party of these kinds, where each such party stands in a list."""
    if not played <= {Kind.COUNTY, Kind.UC, Kind.CSU}:
        return frozenset()
    sample = {Kind.COUNTY: "Alameda County", Kind.UC: "UC Davis", Kind.CSU: "CSU Chico"}
    known = [frozenset(_flat(known_party(sample[kind]) or {})) for kind in played]
    return frozenset.intersection(*known) - {("party",)}


def _flat(record: Mapping[str, Any], above: Keys = ()) -> list[Keys]:
    """The keys of every value of a record."""
    found: list[Keys] = []
    for key, value in record.items():
        keys = (*above, plain_key(key))
        found += _flat(value, keys) if isinstance(value, dict) else [keys]
    return found


def _identity(played: frozenset[Kind], sample: Kind) -> list[Column]:
    """The columns that say who the partner is."""
    fields = party_fields()
    kinds = ", ".join(k.value.replace("_", " ") for k in Kind if k in played and (len(played) < 4 or k in COMMON))
    about = f"Name of the partner as the lists have it ({kinds}); see `agreegen list parties`"
    names = known_names(played)
    party = Column(fields[("party",)], always=True, about=about, example=examples.listed(sample, names), choices=names)
    unit = Column(fields[("unit",)], about="Department, program or campus unit that is bound; may stay empty",
                  example=examples.of("unit", sample))  # fmt: skip
    if _listed(played):
        return [party, unit]
    alone = not names  # the lists have nobody of the kind: each partner is described
    of = next((kind for kind in examples.ORDER if kind in played and kind in examples.UNLISTED), sample)
    party = replace(party, always=False, about="A record of the folder partners/ that this row adds to" if alone else
                    f"{party.about}; empty for another party")  # fmt: skip
    legal = Column(fields[("legal name",)], always=alone, about="Full legal name of a party that the lists don't have",
                   example=examples.UNLISTED.get(of, ""), fits=alone)  # fmt: skip
    kind = Column(fields[("kind",)], always=alone, about="What it is in law, for a party that the lists don't have",
                  example=spelled(of.value), fits=alone)  # fmt: skip
    return [party, legal, kind, unit]


def _column(field: Field, asked: Mapping[Kind, Requirement], played: frozenset[Kind], sample: Kind) -> Column:
    row = next(iter(asked.values()), None)
    about, example = (row.belongs, row.example) if row and not row.example.startswith("{") else ("", "")
    *above, last = (key for key in field.keys if key != ENTRY)
    if not about:
        is_contact = bool(above) and field.keys[0] in ("contacts", "agency data officer")
        about = f"{above[-1]}: {field.about[:1].lower()}{field.about[1:]}" if is_contact else field.about or last
        example = above[-1].title() if is_contact and last == "name" else field.example
    about += HANGS_ON.get(field.keys, "")
    only = ONLY.get(field.keys[0], played)
    fits = sample in only and (not asked or sample in asked)
    of = sample if sample in only else next((kind for kind in examples.ORDER if kind in played & only), sample)
    always = bool(asked) and asked.keys() >= played
    kinds = () if always else tuple(kind for kind in Kind if kind in asked)
    column = Column(field, kinds, always, about, "", row.source if row else "", CHOICES.get(field.keys, ()), fits)
    first = next(iter(column.words), "")
    return replace(column, example=examples.of(column.name, of) or example or EXAMPLES.get(field.form, first))


CHOICES: dict[Keys, tuple[str, ...]] = {("governing body", "action"): ACTION_WORDS}
"""The answers to choose from in fields that take other words, too."""

EXAMPLES = {Form.DATE: "2027-02-09"}

"""Origins: the fields of a proposal and its parties behind a name that a template prints or asks for."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, Final

from agreegen.answer import spaced
from agreegen.law.exhibits import exhibits
from agreegen.law.tables import table
from agreegen.law.terms import settings
from agreegen.provenance.facts import FACTS
from agreegen.reading.fields import ENTRY, Field, Form, party_fields, proposal_fields

if TYPE_CHECKING:
    from collections.abc import Mapping

SIDES: Final = ("provider", "recipient")
HEADS: Final = {"provider": ("provider",), "providers": ("provider",), "recipient": ("recipient",),
                "recipients": ("recipient",), "parties": SIDES}  # fmt: skip
NAME: Final = ("short name", "legal name", "party")
MADE: Final[dict[str, tuple[str, ...]]] = {
    "name": NAME, "called": NAME, "full": ("legal name", "contracting party", "unit", "kind"),
    "signs_for": ("legal name", "contracting party", "unit", "kind"), "role": ("legal name",),
    "side": ("legal name",), "contracting": ("contracting party", "legal name"), "campus_name": ("campus",),
    "capacity": ("kind",), "is_state": ("kind",), "is_local": ("kind",), "is_university": ("kind",),
    "is_private": ("kind",), "needs_governing_body": ("kind",),
    "acts_by_delegation": ("governing body: action",),
    "action_has_lines": ("kind", "governing body: action"),
    "delegation": ("governing body: action", "governing body: number", "governing body: date",
                   "governing body: delegate", "signatory: title"),
}  # fmt: skip
"""What is made of a party's record, and of which of its fields."""

SIGNERS: Final = ("contacts: data coordinator", "contacts: executive sponsor", "signatory", "governing body", "counsel",
                  "clerk", "reviewers")  # fmt: skip
DERIVED: Final[dict[str, tuple[str, ...]]] = {
    "proposal.disputed": ("dispute",),
    **dict.fromkeys((f"proposal.dispute.{n}" for n in ("outcome", "result", "ended", "act")),
                    ("dispute: outcome", "dispute: decision")),
    "proposal.use.has_contractors": ("use: contractors",),
    "proposal.dates.frequency": ("dates: frequency", "transfer: frequency"),
    "authorities": ("authority: provider: citations", "authority: recipient: citations", "data: elements: statute"),
    "authorities.element": ("data: elements: statute", "data: elements: name"),
    "checklist": ("dates", "opinions", "signatures"),
    "checklist.date": ("dates: draft final", "dates: sent", "dates: start", "dates: end", "opinions: date",
                       "signatures: signed on"),
    "checklist.name": ("opinions: name", "signatures: name"),
    "checklist.department": ("opinions: department",),
    "directions.provider": tuple(f"provider: {n}" for n in NAME),
    "directions.providers": tuple(f"provider: {n}" for n in NAME),
    "directions.recipient": tuple(f"recipient: {n}" for n in NAME),
    "directions.recipients": tuple(f"recipient: {n}" for n in NAME),
    "directions.bound": ("provider: ipa applies", "provider: short name", "direction"),
    "directions.bound_providers": ("provider: ipa applies", "provider: short name", "direction"),
    "directions.bound_names": ("provider: ipa applies", "provider: short name", "direction"),
    "directions.recipient_names": tuple(f"recipient: {n}" for n in NAME),
    "directions.accounted": FACTS["accounting"][1],
    "directions.agent": FACTS["agent"][1],
    "directions.phi": FACTS["phi"][1],
    "directions.back": ("direction",),
    "directions": ("direction",),
    "provided": ("data: elements: party",),
    "provided.party": tuple(f"provider: {n}" for n in NAME),
    "provided.elements": ("data: elements: name", "data: elements: party"),
    "redactions": ("confidential",),
    "redactions.exemption": ("confidential",),
    "document.title": ("terms: body",),
    "document.reference": ("reference",),
    "document.version": ("version",),
    "document.status": ("status",),
    "document.settings": ("terms",),
    "document.beyond": ("terms",),
    "variant": ("provider: kind", "recipient: kind", "variant"),
    "program": ("provider: kind", "recipient: kind", "program"),
    "is_state_form": ("provider: kind", "recipient: kind", "variant"),
    "is_standalone": ("provider: kind", "recipient: kind", "variant"),
    "oversight": ("provider: kind", "recipient: kind", "variant"),
    "regimes.hipaa": ("data: elements: classification", "data: elements: name", "provider: hipaa status",
                      "recipient: hipaa status"),
    "regimes": ("data: elements: classification", "data: elements: name"),
}  # fmt: skip
"""What is made of the proposal, and of which of its fields; the longest name that fits counts."""

SUPPLIED: Final = ("document.template", "document.template_version", "document.template_digest", "document.generator",
                   "times", "blocks.heading", "blocks.statement", "blocks.lines.label", "blocks.lines.anchor",
                   "blocks.together", "checklist.task", "checklist.role")  # fmt: skip
"""What no field decides: it comes from the template, from law, or from agreegen."""


@functools.cache
def known_fields() -> dict[str, Field]:
    """Every field by the key that people write: `dates: start`, `provider: unit`; entries of lists without numbers."""
    found: dict[str, Field] = {}
    for keys, field in proposal_fields().items():
        found.setdefault(written(keys), field)
    for side in SIDES:
        found[side] = Field((side,), Form.ANY, about=f"Who {'provides' if side == 'provider' else 'receives'} data",
                            block=True)  # fmt: skip
        for keys, field in party_fields().items():
            found.setdefault(f"{side}: {written(keys)}", field)
    for name, setting in settings().items():
        found[f"terms: {name.replace('.', ': ').replace('_', ' ')}"] = Field(
            ("terms", name), Form.NUMBER if setting.kind == "number" else Form.WORD, about=setting.about
        )
    return found


def written(keys: tuple[str, ...]) -> str:
    """`dates: start`: keys as people write them, entries of lists without their numbers."""
    return ": ".join(k for k in keys if k != ENTRY)


@functools.lru_cache(maxsize=4096)
def origins(name: str) -> tuple[str, ...]:  # noqa: PLR0911 (one line a kind of name)
    """The fields behind a dotted name of a template, none where no field decides it."""
    head, _, rest = name.partition(".")
    if any(name == s or name.startswith(s + ".") for s in SUPPLIED):
        return ()
    if (derived := _longest(name)) is not None:
        return derived
    match head:
        case "facts":
            return FACTS[rest][1] if rest in FACTS else ()
        case "proposal":
            return _nearest(spaced(rest).split("."))
        case "terms":
            return (f"terms: {spaced(rest).replace('.', ': ')}",)
        case "on":
            return _of_exhibit(rest)
        case "notice":
            return _of_notice(*rest.partition(".")[::2])
        case "opinions":
            return _nearest(["opinions", *spaced(rest).split(".")])
        case "directory":
            return _of_directory(spaced(rest))
        case "blocks":
            return (*(f"{side}: {s}" for side in SIDES for s in SIGNERS), "signatures")
        case _ if head in HEADS:
            return tuple(f for side in HEADS[head] for f in _of_party(side, rest))
    return ()


EXTRA: Final = re.compile(r"proposal\.extra\.([a-z0-9_]+)")


def behind(name: str, own: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """As `origins`, for a template with fields of its own: by their names, the fields of a proposal behind them."""
    extra = EXTRA.match(name)
    head = extra[1] if extra else name.partition(".")[0]
    if head in own:
        return own[head]
    return (f"extra: {spaced(head)}",) if extra else origins(name)


def _longest(name: str) -> tuple[str, ...] | None:
    parts = name.split(".")
    if parts[:2] in (["directions", "authority"], ["directions", "hipaa"]):
        keys = spaced(".".join(parts[1:])).split(".")
        return (*_nearest(keys), *_nearest(["return flow", *keys]))
    for n in range(len(parts), 0, -1):
        if (found := DERIVED.get(".".join(parts[:n]))) is not None:
            return found
    return None


def _nearest(keys: list[str]) -> tuple[str, ...]:
    """The field with these keys, or the one that is nearest above it."""
    known = known_fields()
    for n in range(len(keys), 0, -1):
        if (found := ": ".join(keys[:n])) in known:
            return (found,)
    return ()


def _of_party(side: str, rest: str) -> tuple[str, ...]:
    if not rest:
        return (side,)
    head = rest.partition(".")[0]
    if head in MADE:
        return tuple(f"{side}: {key}" for key in MADE[head])
    return _nearest([side, *spaced(rest).split(".")])


def _of_directory(rest: str) -> tuple[str, ...]:
    if rest in ("", "role", "side"):
        return tuple(f"{side}: contacts" for side in SIDES)
    if rest == "party":
        return tuple(f"{side}: {n}" for side in SIDES for n in NAME)
    ends = re.compile(rf"(?:provider|recipient): (?:contacts: [^:]+|agency data officer): {rest}")
    return tuple(f for f in known_fields() if ends.fullmatch(f))


def _of_exhibit(switch: str) -> tuple[str, ...]:
    exhibit = next((e for e in exhibits() if e.switch == switch), None)
    return decided_by(exhibit.when) if exhibit and exhibit.when else ()


def decided_by(condition: str) -> tuple[str, ...]:
    """The fields behind a condition of the tables of law."""
    dotted = re.findall(
        r"\b(?:facts|proposal|terms)(?:\.[a-z_0-9]+)+|\bauthorities\b|\bprogram\b|\bvariant\b", condition
    )
    return tuple(dict.fromkeys(f for name in dotted for f in origins(name)))


CELLS: Final = {"to": ("to", "also"), "time": ("time",), "actor": ("actor",), "form": ("form",), "applies": ()}


@functools.cache
def _of_notice(rule: str, part: str) -> tuple[str, ...]:
    """The settings that a part of a notice is made of, the field that may say its time, and what switches it."""
    row = next((r for r in table("notices") if r["rule"] == rule), None)
    if row is None:
        return ()
    words = set(re.findall(r"[a-z_0-9]+", repr([row.get(cell) for cell in CELLS.get(part, ())])))
    found = [f"terms: {spaced(n)}" for n in settings() if n in words]
    if part == "time" and "proposal" in row:
        found += _nearest(spaced(str(row["proposal"])).split("."))
    return tuple(dict.fromkeys((*found, *(decided_by(row.get("when") or "") if part == "applies" else ()))))

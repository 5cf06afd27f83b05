"""Agreement: what a template sees of a proposal: parties in words, facts, settings, notices, exhibits that are on.

Pure: the proposal and the tables of `law` go in, a context of plain dictionaries comes out.
"""

from __future__ import annotations

from dataclasses import asdict, field
from typing import TYPE_CHECKING, Any

from agreegen.agreement import rows
from agreegen.agreement.directions import belonging, in_words, objectors, on_side, provided, records
from agreegen.agreement.facts import ACKNOWLEDGED, facts_of
from agreegen.agreement.naming import party_record
from agreegen.agreement.outcome import decider, outcome_words
from agreegen.agreement.signature import blocks
from agreegen.late import dataclass
from agreegen.law import PROGRAM_OF
from agreegen.law.clauses import beyond
from agreegen.law.exhibits import exhibits_on
from agreegen.law.notices import notices
from agreegen.law.terms import settings, terms
from agreegen.law.times import times
from agreegen.partner import Kind
from agreegen.proposal import ReturnFlow
from agreegen.wording import label

if TYPE_CHECKING:
    from collections.abc import Mapping

    from agreegen.law.terms import SettingProblem
    from agreegen.partner import Party
    from agreegen.proposal import Proposal

__all__ = [
    "SIDES",
    "TITLES",
    "Agreement",
    "Identity",
    "Parts",
    "Standing",
    "agreement_of",
    "fields_of",
    "program_of",
    "standing_of",
    "switched",
    "variant_of",
]

TITLES = {
    "intra-agency": "Business Use Case Proposal and Implementing Terms",
    "state-agency": "Business Use Case Proposal and Implementing Terms",
    "local-government": "Data Sharing Agreement",
    "university": "Data Use Agreement",
}
"""What each variant's document is called."""

FORM = "Business Use Case Proposal"
"""What the document is called where counsel prints the form and its exhibits alone."""

READY = "for signature"
"""The status of a document that isn't made as a draft, while the proposal still says draft."""

SIDES = ("provider", "recipient")

OVERSIGHT = {
    "intra-agency": "the Governance Liaison and the Risk Management Subcommittee",
    "state-agency": "the Agency Chief Data Officer and the Chief Data Officer",
}
"""The officers behind the term Program Oversight."""


@dataclass(frozen=True, slots=True)
class Identity:
    """What names the template and the program that made a document."""

    template: str = ""
    version: str = ""
    digest: str = ""
    generator: str = "agreegen"


@dataclass(frozen=True, slots=True)
class Agreement:
    """A proposal ready to be rendered: its variant, its program, the context, the exhibits that are on, in order."""

    proposal: Proposal
    variant: str
    program: str
    context: Mapping[str, Any] = field(repr=False)
    exhibits: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """What follows from the exchange and from what its parties are: variant, program, settings, facts.

    Without a variant (no master fits) there are no settings and no facts; `problems` are those of the settings.
    """

    variant: str
    program: str
    terms: dict[str, Any] = field(default_factory=dict, repr=False)
    facts: dict[str, bool] = field(default_factory=dict, repr=False)
    problems: tuple[SettingProblem, ...] = ()


def variant_of(proposal: Proposal) -> str | None:
    """The variant that the parties call for, or None where no master fits one of them (a nonprofit, say)."""
    if proposal.variant:
        return proposal.variant
    if any(party.kind is Kind.NONPROFIT for party in proposal.parties):
        return None
    if any(party.is_university for party in proposal.parties):
        return "university"
    if any(party.is_local for party in proposal.parties):
        return "local-government"
    if all(party.chhs_agreement_signatory for party in proposal.parties):
        return "intra-agency"
    return "state-agency"


def program_of(proposal: Proposal) -> str:
    """The program whose rules apply: said, or following from the variant."""
    return proposal.program or PROGRAM_OF[variant_of(proposal) or "local-government"]


def standing_of(proposal: Proposal) -> Standing:
    """What is known of an agreement before a word of it is written."""
    variant = variant_of(proposal) or ""
    program = proposal.program or PROGRAM_OF[variant or "local-government"]
    if not variant:
        return Standing("", program)
    facts = facts_of(proposal)
    chosen, problems = terms(variant, proposal.terms, facts)
    facts["acknowledgment"] = bool(chosen["signed_acknowledgment"]) or any(facts[name] for name in ACKNOWLEDGED)
    return Standing(variant, program, chosen, facts, problems)


class Parts:
    """The parts of an agreement that hang on the exchange more than on who its parties are; a series keeps them."""

    def fields(self, proposal: Proposal) -> dict[str, Any]:
        """The proposal's fields, without its parties."""
        return fields_of(proposal)

    def words(self, proposal: Proposal, party: Party) -> dict[str, Any]:
        """A party's record with its words."""
        return party_record(party, proposal)

    def sides(self, proposal: Proposal) -> dict[str, Any]:
        """The fields of the parties of each side."""
        return {side: tuple(party.model_dump() for party in getattr(proposal, side)) for side in SIDES}

    def authorities(self, proposal: Proposal) -> tuple[rows.AuthorityShape, ...]:
        """The rows of authorities, but for the names."""
        return rows.authority_shapes(proposal)

    def regimes(self, proposal: Proposal, facts: Mapping[str, bool]) -> tuple[rows.RegimeShape, ...]:
        """What the rows of the regimes say, but for the names."""
        return rows.regime_shapes(proposal, facts)

    def switched(self, proposal: Proposal, context: Mapping[str, Any]) -> dict[str, Any]:
        """What facts and settings switch."""
        return switched(proposal, context)


PARTS = Parts()


def agreement_of(
    proposal: Proposal, identity: Identity | None = None, standing: Standing | None = None, parts: Parts = PARTS
) -> Agreement:
    """The agreement that a proposal makes."""
    standing = standing or standing_of(proposal)
    if not standing.variant:
        standing = standing_of(proposal.model_copy(update={"variant": "local-government"}))
    variant, facts = standing.variant, standing.facts
    words = {id(p): parts.words(proposal, p) for p in (*proposal.recipient, *proposal.provider)}
    parties = [words[id(p)] for p in proposal.parties]
    side = {s: [words[id(p)] for p in on_side(proposal, s)] for s in SIDES}
    fields = {**parts.fields(proposal), **parts.sides(proposal)}
    context: dict[str, Any] = {
        "variant": variant,
        "program": standing.program,
        "is_state_form": variant in OVERSIGHT,
        "is_standalone": variant not in OVERSIGHT,
        "facts": facts,
        "terms": standing.terms,
        "proposal": fields,
        "directions": records(proposal, fields),
        "provided": provided(proposal),
        "provider": side["provider"][0],
        "recipient": side["recipient"][0],
        "providers": side["provider"],
        "recipients": side["recipient"],
        "parties": parties,
        "authorities": rows.authorities(proposal, parts.authorities(proposal)),
        "opinions": rows.opinions(proposal, parties),
        "checklist": rows.checklist(proposal, parties),
        "directory": rows.directory(parties, variant),
        "regimes": rows.regimes(proposal, parts.regimes(proposal, facts)),
        "oversight": OVERSIGHT.get(variant),
    }
    both = parts.switched(proposal, context)
    context |= {name: both[name] for name in ("redactions", "times", "notice", "on")}
    context["blocks"] = blocks(context)
    context["document"] = _document(proposal, context, identity or Identity(), both)
    exhibits = tuple(switch.replace("_", "-") for switch, on in context["on"].items() if on)
    return Agreement(proposal, variant, standing.program, context, exhibits)


def switched(proposal: Proposal, context: Mapping[str, Any]) -> dict[str, Any]:
    """What facts and settings switch: notices, exhibits, the clauses that no official text has, settings in words."""
    variant, chosen, facts = context["variant"], context["terms"], context["facts"]
    on = exhibits_on(variant, context)
    return {
        "redactions": rows.redactions(proposal),
        "times": times(),
        "notice": {rule: asdict(n) for rule, n in notices(variant, chosen, facts, proposal).items()},
        "on": on,
        "settings": _settings(variant, chosen, context["proposal"]),
        "beyond": [clause.heading for clause in beyond(variant, {**context, "on": on})],
    }


def fields_of(proposal: Proposal) -> dict[str, Any]:
    """The proposal's fields without its parties, with what follows from them."""
    plain = proposal.model_dump(exclude=set(SIDES))
    plain["disputed"] = proposal.disputed
    if proposal.direction == "two_way" and proposal.return_flow is None:
        plain["return_flow"] = ReturnFlow().model_dump()
    plain["use"]["contractors"] = [c.model_dump() for c in proposal.use.named_contractors]
    for entry in (*plain["use"]["contractors"], *(plain["use"]["users"] or ()), *plain["transfer"]["sites"]):
        entry["party"] = belonging(proposal, entry["party"])
    for site in plain["transfer"]["sites"]:
        site["name"] += f" ({site['party']})" if site["party"] else ""
    plain["use"]["has_contractors"] = proposal.use.has_contractors
    for flow in plain["transfer"]["flows"]:
        flow.update({end: in_words(proposal, flow[end]) for end in ("sender", "receiver") if flow[end]})
    if proposal.dispute is not None:
        outcome = proposal.dispute.result
        by = objectors(proposal, proposal.dispute.by)
        plain["dispute"].update(by=by, outcome=outcome, **outcome_words(outcome))
        plain["dispute"]["decided_by"] = decider(proposal.dispute.decided_by)
    plain["dates"]["frequency"] = proposal.dates.frequency or proposal.transfer.frequency
    for element in plain["data"]["elements"]:
        element["statute"] = [rows.cited_authority(s)["citation"] for s in element["statute"]]
    plain["regimes"]["riders"] = [rows.cited_authority(r) for r in proposal.regimes.riders]
    return plain


def status_of(proposal: Proposal) -> str:
    """The status that the document shows; a proposal whose dispute hasn't ended isn't ready to be signed."""
    if proposal.status != "draft":
        return proposal.status.replace("_", " ")
    return "disputed" if proposal.dispute is not None and proposal.dispute.result is None else READY


def _document(
    proposal: Proposal, context: Mapping[str, Any], identity: Identity, both: Mapping[str, Any]
) -> dict[str, Any]:
    variant, chosen = context["variant"], context["terms"]
    return {
        "title": FORM if chosen.get("body") == "proposal_only" else TITLES[variant],
        "reference": proposal.reference,
        "version": proposal.version,
        "status": status_of(proposal),
        "template": identity.template,
        "template_version": identity.version,
        "template_digest": identity.digest,
        "generator": identity.generator,
        "settings": both["settings"],
        "beyond": both["beyond"],
        "unread": rows.unread(context["authorities"]),
    }


def _settings(variant: str, chosen: Mapping[str, Any], proposal: Mapping[str, Any]) -> list[dict[str, str]]:
    """The settings of the variant in words: name, value, source; a value that the proposal states instead is shown."""
    publication = (proposal["research"] or {}).get("publication") or {}
    stated = {f"publication_{name}": publication.get(name) for name in ("review_days", "delay_days")}
    found = []
    for name, setting in settings().items():
        if not setting.exists_in(variant):
            continue
        value: Any = chosen
        for part in name.split("."):
            value = value[part]
        source = setting.source
        if stated.get(name) is not None:
            value, source = stated[name], "the Proposal"
        words = "none" if value is None else ("yes" if value else "no") if isinstance(value, bool) else str(value)
        found.append({"name": setting.about.rstrip("."), "value": label(words), "source": source})
    return found

"""Agreement: what a template sees of a proposal: parties in words, facts, settings, notices, exhibits that are on.

Pure: the proposal and the tables of `law` go in, a context of plain dictionaries comes out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from agreegen import law
from agreegen.partner import Kind, Party
from agreegen.proposal import Proposal

PROGRAMS = {
    "intra-agency": "calhhs",
    "state-agency": "idea",
    "local-government": "standalone",
    "university": "standalone",
}
"""Whose rules apply in each variant."""

TITLES = {
    "intra-agency": "Business Use Case Proposal and Implementing Terms",
    "state-agency": "Business Use Case Proposal and Implementing Terms",
    "local-government": "Data Sharing Agreement",
    "university": "Data Use Agreement",
}
"""What each variant's document is called."""

CAPACITIES = {
    Kind.CALHHS_ENTITY: "a department of the State of California",
    Kind.STATE_AGENCY: "an agency of the State of California",
    Kind.COUNTY: "a political subdivision of the State of California",
    Kind.CITY: "a municipal corporation",
    Kind.SPECIAL_DISTRICT: "a public agency",
    Kind.JPA: "a joint powers agency",
    Kind.SCHOOL_AGENCY: "a public educational agency",
    Kind.UC: "a California public corporation",
    Kind.CSU: "an agency of the State of California",
    Kind.CCC: "a community college district of the State of California",
    Kind.TRIBE: "a federally recognized Indian tribe",
}
"""What each kind of party is in law, as the parties clause prints it."""

CLASS_REGIMES = {"part2": "part2", "fti": "fti", "ssa": "ssa", "cji": "cjis", "hiv": "hiv", "vital": "vital_records"}
"""The regime that a classification of a data element switches on."""


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


def variant_of(proposal: Proposal) -> str | None:
    """The variant that the parties call for, or None where no master fits one of them (a nonprofit, say)."""
    if proposal.variant:
        return proposal.variant
    kinds = {party.kind for party in proposal.parties}
    if Kind.NONPROFIT in kinds:
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
    return proposal.program or PROGRAMS[variant_of(proposal) or "local-government"]


def agreement_of(proposal: Proposal, identity: Identity | None = None) -> Agreement:
    """The agreement that a proposal makes."""
    variant = variant_of(proposal) or "local-government"
    program = program_of(proposal)
    terms = law.terms(variant, proposal.terms)
    facts = facts_of(proposal, variant, terms)
    plain = proposal.model_dump()
    names = {"facts": facts, "terms": terms, "variant": variant, "program": program, "proposal": plain}
    exhibits = tuple(e.id for e in law.exhibits(variant) if e.on(names))
    parties = [_party(p, proposal) for p in proposal.parties]
    side = {name: [_party(p, proposal) for p in getattr(proposal, name)] for name in ("provider", "recipient")}
    context = {
        **names,
        "proposal": _proposal(plain, proposal),
        "is_state_form": variant in ("intra-agency", "state-agency"),
        "is_standalone": variant in ("local-government", "university"),
        "document": _document(proposal, variant, terms, facts, identity or Identity()),
        "provider": side["provider"][0],
        "recipient": side["recipient"][0],
        "providers": side["provider"],
        "recipients": side["recipient"],
        "parties": parties,
        "on": {e.id.replace("-", "_"): e.id in exhibits for e in law.exhibits()},
        "notice": law.notices(variant, terms, facts, proposal),
        "times": law.times(),
        "law": law.citations(),
        "authorities": _authorities(proposal),
        "blocks": law.signature_blocks(proposal, variant, facts),
        "oversight": law.oversight(variant),
    }
    return Agreement(proposal, variant, program, context, exhibits)


def facts_of(proposal: Proposal, variant: str, terms: Mapping[str, Any]) -> dict[str, bool]:
    """The truth values that switch clauses and exhibits."""
    provider, recipient = proposal.lead_provider, proposal.lead_recipient
    classes = proposal.classes()
    regimes = {name: getattr(proposal.regimes, name) is not None for name in
               ("part2", "fti", "ssa", "cjis", "hiv", "vital_records", "tribal")}  # fmt: skip
    for name, regime in CLASS_REGIMES.items():
        regimes[regime] = regimes[regime] or name in classes
    research = proposal.research
    bodies = {a.body.lower() for a in research.approvals} if research else set()
    relationship = proposal.hipaa.relationship
    parties = proposal.parties
    local = {p.kind for p in parties} & {Kind.COUNTY, Kind.CITY, Kind.SPECIAL_DISTRICT, Kind.JPA, Kind.SCHOOL_AGENCY}
    facts = {
        "disputed": proposal.disputed,
        "required_by_law": proposal.required_by_law is not None,
        "two_way": proposal.direction == "two_way",
        "several_providers": len(proposal.provider) > 1,
        "several_recipients": len(proposal.recipient) > 1,
        "research": research is not None,
        "cphs": any("cphs" in b or "protection of human subjects" in b for b in bodies),
        "irb": any("irb" in b or "institutional review" in b for b in bodies),
        "public_products": bool(proposal.use.public_products),
        "contractors": proposal.use.has_contractors,
        "redisclosure": proposal.redisclosure is not None,
        "funds": proposal.funds is not None,
        "ongoing": proposal.dates.mode == "ongoing",
        "open_ended": proposal.dates.end is None,
        "ipa_by_contract": any(not p.ipa_applies for p in proposal.recipient),
        "provider_ipa": any(bool(p.ipa_applies) for p in proposal.provider),
        "recipient_public": all(not p.is_private for p in proposal.recipient),
        "recipient_private": any(p.is_private for p in proposal.recipient),
        "provider_state": any(p.is_state for p in proposal.provider),
        "phi": "phi" in classes,
        "hipaa_any": any(p.hipaa_status not in (None, "none") for p in parties),
        "hipaa_associate": relationship == "business_associate",
        "hipaa_limited": relationship == "limited_data_set",
        "ferpa": proposal.ferpa is not None or "education" in classes,
        "ferpa_audit": proposal.ferpa is not None and proposal.ferpa.kind == "audit",
        "ferpa_studies": proposal.ferpa is not None and proposal.ferpa.kind == "studies",
        **regimes,
        "riders": bool(proposal.regimes.riders) or regimes["hiv"] or regimes["vital_records"],
        "deidentification": proposal.use.deidentification is not None or bool(proposal.use.public_products),
        "ai": proposal.use.artificial_intelligence is not None,
        "auxiliary": any(p.auxiliary for p in parties),
        "governing_body": any(p.needs_governing_body for p in parties),
        "local": bool(local),
        "consent": proposal.authority.consent is not None,
        "attachments": bool(proposal.attachments),
        "confidential": bool(proposal.confidential),
        "joinder": proposal.joinder is not None,
        "provider_under_governor": bool(provider.under_governor),
        "all_under_governor": all(bool(p.under_governor) for p in parties),
        "subawards": bool(research and research.subawards),
        "students": bool(research and research.students),
        "remote": proposal.transfer.remote is not None,
        "cloud": proposal.transfer.cloud is not None,
    }
    facts["acknowledgment"] = bool(terms.get("signed_acknowledgment")) or any(
        facts[name] for name in ("fti", "ssa", "cjis", "hiv")
    )
    facts["same_party_twice"] = provider.legal_name == recipient.legal_name
    return facts


def _party(party: Party, proposal: Proposal) -> dict[str, Any]:
    """A party's record with its words: name, capacity, full designation, role."""
    record = party.model_dump()
    provides = any(p.legal_name == party.legal_name for p in proposal.provider)
    receives = any(p.legal_name == party.legal_name for p in proposal.recipient)
    two_way = proposal.direction == "two_way" or provides and receives
    record.update(
        name=party.name,
        capacity=capacity(party),
        full=designation(party),
        contracting=party.contracting_party or party.legal_name,
        role="Data Provider and Data Recipient" if two_way else "Data Provider" if provides else "Data Recipient",
        side="both" if two_way else "provider" if provides else "recipient",
        is_state=party.is_state,
        is_local=party.is_local,
        is_university=party.is_university,
        is_private=party.is_private,
        needs_governing_body=party.needs_governing_body,
    )
    return record


def capacity(party: Party) -> str:
    """What the party is in law: `a political subdivision of the State of California`."""
    if party.kind is Kind.PRIVATE_UNIVERSITY:
        state = party.incorporated_in or "California"
        return f"a nonprofit corporation organized under the laws of the State of {state}"
    if party.kind is Kind.CITY and party.charter:
        return f"a municipal corporation and {party.charter}"
    if party.legal_name.startswith("City and County"):
        return "a charter city and county of the State of California"
    return CAPACITIES.get(party.kind, "an organization")


def designation(party: Party) -> str:
    """The party as the agreement names it, once, at length."""
    if party.contracting_party and party.contracting_party != party.legal_name:
        words = f"{party.contracting_party}, {capacity(party)}, on behalf of {party.legal_name}"
    else:
        words = f"{party.legal_name}, {capacity(party)}"
    return f"{words}, acting through its {party.unit}" if party.unit else words


def _proposal(plain: dict[str, Any], proposal: Proposal) -> dict[str, Any]:
    """The proposal's fields, with what follows from them."""
    plain["disputed"] = proposal.disputed
    plain["use"]["contractors"] = [c.model_dump() for c in proposal.use.named_contractors]
    plain["use"]["has_contractors"] = proposal.use.has_contractors
    plain["dates"]["frequency"] = proposal.dates.frequency or proposal.transfer.frequency
    for element in plain["data"]["elements"]:
        element["statute"] = [law.citation(s) for s in element["statute"]]
    plain["regimes"]["riders"] = [law.authority(r) for r in proposal.regimes.riders]
    return plain


def _document(
    proposal: Proposal, variant: str, terms: Mapping[str, Any], facts: Mapping[str, bool], identity: Identity
) -> dict[str, Any]:
    return {
        "title": TITLES[variant],
        "reference": proposal.reference,
        "version": proposal.version,
        "status": proposal.status.replace("_", " "),
        "template": identity.template,
        "template_version": identity.version,
        "template_digest": identity.digest,
        "generator": identity.generator,
        "settings": law.settings_chosen(variant, terms),
        "beyond": law.beyond(variant, terms, facts),
    }


def _authorities(proposal: Proposal) -> list[dict[str, Any]]:
    """The authorities that each side cites, and those that elements name."""
    rows: list[dict[str, Any]] = []
    for side in ("recipient", "provider"):
        name = getattr(proposal, side)[0].name
        for cited in getattr(proposal.authority, side).citations:
            rows.append(_authority(name, cited, None))
    for element in proposal.data.elements:
        rows += [_authority(proposal.lead_provider.name, cited, element.name) for cited in element.statute]
    merged: dict[tuple[str, str], dict[str, Any]] = {}
    for row in rows:
        first = merged.setdefault((row["party"], row["citation"]), row)
        if row["element"] and row["element"] not in (first["element"] or ""):
            first["element"] = f"{first['element']}; {row['element']}" if first["element"] else row["element"]
    return list(merged.values())


def _authority(party: str, cited: str, element: str | None) -> dict[str, Any]:
    found = law.authority(cited)
    return {"party": party, "citation": found["citation"], "title": found.get("title"), "allows": found.get("allows"),
            "element": element}  # fmt: skip

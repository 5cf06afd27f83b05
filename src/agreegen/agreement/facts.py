"""Facts: the truth values of a proposal and its parties that switch clauses, exhibits and words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agreegen.agreement.directions import accounts_for, acts_for, directions, elements_of, on_side
from agreegen.law.authorities import find_authority
from agreegen.partner import Kind

if TYPE_CHECKING:
    from agreegen.proposal import Proposal

CLASS_REGIMES = {"part2": "part2", "fti": "fti", "ssa": "ssa", "cji": "cjis", "hiv": "hiv", "vital": "vital_records"}
"""The regime that a classification of a data element switches on."""

ACKNOWLEDGED = ("fti", "ssa", "cjis", "hiv")
"""Regimes whose users sign an acknowledgment whatever counsel chose."""


def facts_of(proposal: Proposal) -> dict[str, bool]:
    """The truth values that switch clauses and exhibits; `acknowledgment` waits for the settings."""
    return {name: fact for group in GROUPS for name, fact in group(proposal).items()}


def exchange(proposal: Proposal) -> dict[str, bool]:
    """What the proposal says of the exchange as a whole."""
    tribal = proposal.regimes.tribal
    return {
        "disputed": proposal.disputed,
        "required_by_law": proposal.required_by_law is not None,
        "two_way": proposal.direction == "two_way",
        "several_providers": len(proposal.provider) > 1,
        "several_recipients": len(proposal.recipient) > 1,
        "funds": proposal.funds is not None,
        "ongoing": proposal.dates.mode == "ongoing",
        "open_ended": proposal.dates.end is None,
        "consent": proposal.authority.consent is not None,
        "attachments": bool(proposal.attachments),
        "confidential": bool(proposal.confidential),
        "joinder": proposal.joinder is not None,
        "tribal": tribal is not None,
        "tribes_outside": tribal is not None and not {p.legal_name for p in proposal.parties}.issuperset(tribal.tribes),
    }


def sides(proposal: Proposal) -> dict[str, bool]:
    """What follows from the parties of each side; in a two-way exchange every party is on both."""
    providers = on_side(proposal, "provider")
    recipients = on_side(proposal, "recipient")
    return {
        "provider_ipa": any(bool(p.ipa_applies) for p in providers),
        "provider_state": any(p.is_state for p in providers),
        "provider_agency": any(bool(p.public_agency) for p in providers),
        "provider_outside_cpra": any(not p.public_agency for p in providers),
        "provider_under_governor": all(bool(p.under_governor) for p in providers),
        "ipa_by_contract": any(not p.ipa_applies for p in recipients),
        "recipient_local": any(p.is_local for p in recipients),
        "recipient_state": any(p.is_state for p in recipients),
        "recipient_public": all(not p.is_private for p in recipients),
        "recipient_private": any(p.is_private for p in recipients),
        "recipient_agency": any(bool(p.public_agency) for p in recipients),
        "recipient_outside_cpra": any(not p.public_agency for p in recipients),
    }


def bodies(proposal: Proposal) -> dict[str, bool]:
    """What follows from the parties, whatever their side."""
    parties = proposal.parties
    return {
        "agency_party": any(bool(p.public_agency) for p in parties),
        "private_party": any(p.is_private for p in parties),
        "state_party": any(p.is_state for p in parties),
        "tribe_party": any(p.kind is Kind.TRIBE for p in parties),
        "uc_csu_party": any(p.kind in (Kind.UC, Kind.CSU) for p in parties),
        "auxiliary_party": any(p.kind is Kind.AUXILIARY for p in parties),
        "auxiliary": any(bool(p.auxiliary) for p in parties),
        "deviations": any(p.deviations for p in parties),
        "governing_body": any(p.needs_governing_body for p in parties),
        "all_under_governor": all(bool(p.under_governor) for p in parties),
        "hipaa_any": any(p.hipaa_status not in (None, "none") for p in parties),
    }


def use(proposal: Proposal) -> dict[str, bool]:
    """What the recipient does with the data."""
    research = proposal.research
    boards = {a.body.lower() for a in research.approvals} if research else set()
    return {
        "research": research is not None,
        "cphs": any("cphs" in b or "protection of human subjects" in b for b in boards),
        "irb": any("irb" in b or "institutional review" in b for b in boards),
        "subawards": bool(research and research.subawards),
        "students": bool(research and research.students),
        "public_products": bool(proposal.use.public_products),
        "deidentification": proposal.use.deidentification is not None or bool(proposal.use.public_products),
        "ai": proposal.use.artificial_intelligence is not None,
        "contractors": proposal.use.has_contractors,
        "redisclosure": proposal.redisclosure is not None,
        "remote": proposal.transfer.remote is not None,
        "cloud": proposal.transfer.cloud is not None,
    }


def law(proposal: Proposal) -> dict[str, bool]:
    """Which special law holds, for each way of the exchange where that differs."""
    ways = directions(proposal)
    there, back = ways[0], ways[1:]
    relationships = {way.hipaa.relationship for way in ways}
    classes = proposal.classes()
    cited = [c for way in ways for side in (way.authority.provider, way.authority.recipient) for c in side.citations]
    found = {f.id for name in (*cited, *proposal.regimes.riders) if (f := find_authority(name)) is not None}
    ferpa = proposal.ferpa
    return {
        "there_ipa": any(bool(p.ipa_applies) for p in there.providers),
        "back_ipa": any(bool(p.ipa_applies) for way in back for p in way.providers),
        "accounting": any(accounts_for(way) and any(p.ipa_applies for p in way.providers) for way in ways),
        "agent": any(acts_for(way) and any(p.ipa_applies for p in way.providers) for way in ways),
        "phi": "phi" in classes,
        "there_phi": any("phi" in e.classification for e in elements_of(proposal, there)),
        "back_phi": any("phi" in e.classification for way in back for e in elements_of(proposal, way)),
        "hipaa_associate": "business_associate" in relationships,
        "hipaa_limited": "limited_data_set" in relationships,
        "ferpa": ferpa is not None or "education" in classes,
        "ferpa_audit": ferpa is not None and ferpa.kind == "audit",
        "ferpa_studies": ferpa is not None and ferpa.kind == "studies",
        "licensed_facility": "lic_breach" in found,
    }


def regimes(proposal: Proposal) -> dict[str, bool]:
    """Regimes that a block of the proposal or the class of a data element switches on."""
    said = proposal.regimes
    classes = proposal.classes()
    found = {regime: getattr(said, regime) is not None or name in classes for name, regime in CLASS_REGIMES.items()}
    return {**found, "riders": bool(said.riders) or found["hiv"] or found["vital_records"]}


GROUPS = (exchange, sides, bodies, use, law, regimes)
"""The groups of facts, in the order in which they are listed."""

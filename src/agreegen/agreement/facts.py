"""Facts: the truth values of a proposal and its parties that switch clauses, exhibits and words."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
    classes = proposal.classes()
    regimes = {name: getattr(proposal.regimes, name) is not None for name in
               ("part2", "fti", "ssa", "cjis", "hiv", "vital_records", "tribal")}  # fmt: skip
    for name, regime in CLASS_REGIMES.items():
        regimes[regime] = regimes[regime] or name in classes
    research = proposal.research
    bodies = {a.body.lower() for a in research.approvals} if research else set()
    relationship = proposal.hipaa.relationship
    parties = proposal.parties
    two_way = proposal.direction == "two_way"
    providers = parties if two_way else proposal.provider
    recipients = parties if two_way else proposal.recipient
    tribal = proposal.regimes.tribal
    named = (*proposal.authority.provider.citations, *proposal.authority.recipient.citations, *proposal.regimes.riders)
    cited = {found.id for name in named if (found := find_authority(name)) is not None}
    return {
        "disputed": proposal.disputed,
        "required_by_law": proposal.required_by_law is not None,
        "two_way": two_way,
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
        "ipa_by_contract": any(not p.ipa_applies for p in recipients),
        "provider_ipa": any(bool(p.ipa_applies) for p in providers),
        "recipient_local": any(p.is_local for p in recipients),
        "recipient_state": any(p.is_state for p in recipients),
        "recipient_public": all(not p.is_private for p in recipients),
        "recipient_agency": any(bool(p.public_agency) for p in recipients),
        "recipient_outside_cpra": any(not p.public_agency for p in recipients),
        "provider_agency": any(bool(p.public_agency) for p in providers),
        "provider_outside_cpra": any(not p.public_agency for p in providers),
        "agency_party": any(bool(p.public_agency) for p in parties),
        "private_party": any(p.is_private for p in parties),
        "state_party": any(p.is_state for p in parties),
        "tribes_outside": tribal is not None and not {p.legal_name for p in parties}.issuperset(tribal.tribes),
        "tribe_party": any(p.kind is Kind.TRIBE for p in parties),
        "uc_csu_party": any(p.kind in (Kind.UC, Kind.CSU) for p in parties),
        "deviations": any(p.deviations for p in parties),
        "licensed_facility": "lic_breach" in cited,
        "recipient_private": any(p.is_private for p in recipients),
        "provider_state": any(p.is_state for p in providers),
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
        "auxiliary": any(bool(p.auxiliary) for p in parties),
        "auxiliary_party": any(p.kind is Kind.AUXILIARY for p in parties),
        "governing_body": any(p.needs_governing_body for p in parties),
        "consent": proposal.authority.consent is not None,
        "attachments": bool(proposal.attachments),
        "confidential": bool(proposal.confidential),
        "joinder": proposal.joinder is not None,
        "provider_under_governor": all(bool(p.under_governor) for p in providers),
        "all_under_governor": all(bool(p.under_governor) for p in parties),
        "subawards": bool(research and research.subawards),
        "students": bool(research and research.students),
        "remote": proposal.transfer.remote is not None,
        "cloud": proposal.transfer.cloud is not None,
    }

"""Rules on parties: who may use which master, and what local governments and universities need."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agreegen.finding import Severity
from agreegen.law import PROGRAM_OF
from agreegen.partner import STATE, Kind
from agreegen.rules.case import Case, Found, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

SIDES = ("provider", "recipient")


def signatories(case: Case) -> Iterator[Found]:
    """A party hasn't signed the agreement under which the proposal is made.

    Why: A proposal under the CalHHS agreement of 2016 or under IDEA binds signatories only; another state body joins
    by stipulation first. Source: IDEA guidebook, step 2; CHHS agreement IX.
    Bad:
        recipient: {legal name: Sample Commission, kind: state agency, idea signatory: {signed: no}}
    Good:
        recipient: {legal name: Sample Commission, kind: state agency, idea signatory: {signed: yes, via: stipulation}}
    """
    for side in SIDES:
        for index, party in enumerate(getattr(case.proposal, side)):
            if case.program == "calhhs" and not party.chhs_agreement_signatory:
                yield (
                    (side, index),
                    f"{party.name} hasn't signed the CalHHS agreement of 2016",
                    ("let it join by stipulation, or set `program: idea` if both parties signed IDEA"),
                )
            joined = party.idea_signatory  # P001 asks for it where it is missing
            if case.program == "idea" and joined is not None and not joined.signed:
                yield (
                    (side, index),
                    f"{party.name} isn't a signatory of IDEA",
                    (
                        "let it join by written stipulation and add `idea signatory: {signed: yes, via: stipulation}`; "
                        "an exchange among CalHHS departments goes under the agreement of 2016"
                    ),
                )


def fitting_master(case: Case) -> Iterator[Found]:
    """No master fits the parties, or the chosen one doesn't.

    Why: Each master is written for certain kinds of parties: a nonprofit, a federal body or another state fits none,
    and a county can't sign IDEA. Source: CHHS agreement, preamble; IDEA 1, 4.
    Bad:
        variant: university
    Good:
        recipient: Alameda County
        variant: local government
    """
    proposal = case.proposal
    if not case.variant:
        odd = next(p for p in proposal.parties if p.kind is Kind.NONPROFIT)
        side = "recipient" if odd in proposal.recipient else "provider"
        yield (
            (side,),
            f"no master fits {odd.name}: it is neither a public body nor a university",
            ("make it a contractor of a party, or a sub-award of a university, and let that party sign"),
        )
        return
    kinds = {p.kind for p in proposal.parties}
    needs = {
        "intra-agency": (kinds <= STATE, "departments and offices of the State"),
        "state-agency": (kinds <= STATE, "departments and offices of the State"),
        "local-government": (any(p.is_local for p in proposal.parties), "a county, city, district, tribe or school"),
        "university": (any(p.is_university for p in proposal.parties), "a university or college"),
    }
    fits, what = needs[case.variant]
    if not fits:
        yield (
            ("variant",),
            f"the master '{case.variant}' needs {what}, and no such party is named",
            ("delete the line: the variant follows from the parties"),
        )
    if proposal.program and PROGRAM_OF[case.variant] != proposal.program:
        yield (
            ("program",),
            f"the program '{proposal.program}' doesn't go with the master '{case.variant}'",
            ("delete the line: the program follows from the parties"),
        )


def two_bodies(case: Case) -> Iterator[Found]:
    """The same party stands on both sides.

    Why: A department that uses its own data needs no agreement; two programs of one body are named by their unit.
    Source: CHHS process flow, first question.
    Bad:
        provider: DHCS
        recipient: DHCS
    Good:
        provider: DHCS
        recipient: CDPH
    """
    for index, party in enumerate(case.proposal.recipient):
        for other in case.proposal.provider:
            same = party.legal_name == other.legal_name and party.unit == other.unit
            if same and case.proposal.direction != "two_way":
                yield (
                    ("recipient", index),
                    f"{party.name} is provider and recipient",
                    ("name the other body; for two units of one body give each its `unit:`"),
                )


def approver(case: Case) -> Iterator[Found]:
    """The approver of a CalHHS department isn't a Chief Deputy or Program Deputy Director.

    Why: The CalHHS form asks for approval at that level on both sides. Source: CalHHS form, field 18; instructions 2.
    Bad:
        provider: {party: DHCS, contacts: {executive sponsor: {name: Section Chief, title: Section Chief, email: a@example.gov, phone: (916) 555-0100}}}
        recipient: CDPH
    Good:
        provider: {party: DHCS, contacts: {executive sponsor: {name: Chief Deputy Director, title: Chief Deputy Director, email: a@example.gov, phone: (916) 555-0100}}}
        recipient: CDPH
    """  # noqa: E501 (YAML that is also run)
    if case.program != "calhhs":
        return
    for side in SIDES:
        for index, party in enumerate(getattr(case.proposal, side)):
            sponsor = party.contacts.executive_sponsor
            level = f"{sponsor.title or ''} {sponsor.name or ''}" if sponsor else ""
            if sponsor and "deputy director" not in level.lower():
                yield (
                    (side, index, "contacts", "executive sponsor"),
                    (f"the approver of {party.name} isn't a Chief Deputy or Program Deputy Director"),
                    "name the deputy director who approves",
                )


def auxiliary(case: Case) -> Iterator[Found]:
    """A campus is named as the party, and its auxiliary organization is who contracts.

    Why: An auxiliary organization is a private corporation: other law on breaches, records, liability and HIPAA holds
    for it than for a public campus. Source: clause of the parties; Civ. Code 1798.82; 45 CFR 164.504(e)(2).
    Bad:
        recipient: {party: CSU Bakersfield, auxiliary: Sample Foundation, contracting party: Sample Foundation}
        research: no
    Good:
        recipient: {legal name: Sample Foundation, kind: auxiliary, campus: "California State University, Bakersfield"}
        research: no
    """
    for side in SIDES:
        for index, party in enumerate(getattr(case.proposal, side)):
            if party.auxiliary and party.auxiliary == party.contracting_party and party.kind is not Kind.AUXILIARY:
                yield (
                    (side, index, "contracting party"),
                    f"{party.auxiliary} is the contracting party, and the record describes {party.name}",
                    f"write `legal name: {party.auxiliary}`, `kind: auxiliary` and `campus: {party.legal_name}`",
                )


RULES = (
    Rule("P020", Severity.ERROR, signatories),
    Rule("P021", Severity.ERROR, fitting_master),
    Rule("P022", Severity.ERROR, two_bodies),
    Rule("P023", Severity.WARNING, approver),
    Rule("P024", Severity.ERROR, auxiliary),
)

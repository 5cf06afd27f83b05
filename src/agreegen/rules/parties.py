"""Rules on parties: who may use which master, and what local governments and universities need."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agreegen.agreement import SIDES
from agreegen.agreement.directions import called, directions, elements_of, on_side
from agreegen.finding import Severity
from agreegen.law import PROGRAM_OF
from agreegen.partner import STATE, Kind
from agreegen.rules.case import Case, Found, Rule
from agreegen.sharing import question

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agreegen.proposal import Proposal


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
    if case.proposal.direction == "two_way":
        return
    for index, party in enumerate(case.proposal.recipient):
        for number in range(len(case.proposal.provider)):
            if _are_one(case.proposal, index, number):
                yield (
                    ("recipient", index),
                    f"{party.name} is provider and recipient",
                    ("name the other body; for two units of one body give each its `unit:`"),
                )


@question
def _are_one(proposal: Proposal, recipient: int, provider: int) -> bool:
    """True where a recipient and a provider are one body, or one unit of it."""
    party, other = proposal.recipient[recipient], proposal.provider[provider]
    return party.legal_name == other.legal_name and party.unit == other.unit


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
        use: {contractors: [{name: Sample Foundation, task: analyzes}]}
    Good:
        recipient: {legal name: Sample Foundation, kind: auxiliary, campus: "California State University, Bakersfield"}
    """
    for side in SIDES:
        for index, party in enumerate(getattr(case.proposal, side)):
            if party.auxiliary and party.auxiliary == party.contracting_party and party.kind is not Kind.AUXILIARY:
                yield (
                    (side, index, "contracting party"),
                    f"{party.auxiliary} is the contracting party, and the record describes {party.name}",
                    f"write `legal name: {party.auxiliary}`, `kind: auxiliary` and `campus: {party.legal_name}`",
                )


ENTRIES = (
    (("data", "elements"), "provider", "data element", "provides"),
    (("use", "users"), "recipient", "user group", "has"),
    (("use", "contractors"), "recipient", "contractor", "has"),
    (("transfer", "sites"), "recipient", "place", "has"),
)
"""Lists whose entries belong to a party: their path, the side, and the words for them."""


def _entries(case: Case, path: tuple[str, str]) -> list[tuple[str, tuple[str, ...]]]:
    """The name of each entry of a list, with the parties that it names."""
    entries = getattr(getattr(case.proposal, path[0]), path[1])
    return [(entry.name, entry.party) for entry in entries] if isinstance(entries, tuple) else []


def whose_entry(case: Case) -> Iterator[Found]:
    """Several parties stand on a side, and an entry doesn't say whose it is.

    Why: Each party is bound for its own data, units, contractors and places; a reader must see whose they are.
    Source: IDEA 5.2, 5.7; clause of the parties.
    Bad:
        provider: [DHCS, Department of Social Services]
    Good:
        provider: [DHCS, Department of Social Services]
        data: {elements: [{name: Birth date, definition: Day of birth, classification: pii, statute: ipa, why needed: gives the age, party: DHCS}, {name: Aid code, definition: Kind of aid, classification: pii, statute: ipa, why needed: tells the program, party: all}]}
    """  # noqa: E501 (YAML that is also run)
    for path, side, what, verb in ENTRIES:
        if len(on_side(case.proposal, side)) < 2:
            continue
        entries = _entries(case, path)
        unsaid = [index for index, (_, said) in enumerate(entries) if not said]
        if unsaid:
            name = entries[unsaid[0]][0]
            some = f"'{name}' and {len(unsaid) - 1} more don't" if len(unsaid) > 1 else f"'{name}' doesn't"
            yield (
                (*path, unsaid[0]),
                f"the {what} {some} say which party {verb} {'them' if len(unsaid) > 1 else 'it'}",
                "add `party:` with the party's name, or `party: all`; in a CSV file a column `party`",
            )
    dispute = case.proposal.dispute
    if dispute is not None and not dispute.by and len(case.proposal.provider) > 1:
        yield (
            ("dispute",),
            "several parties provide data, and the proposal doesn't say which of them objects",
            "add `by:` with the party's name, or `by: all`",
        )


def unknown_owner(case: Case) -> Iterator[Found]:
    """An entry names a party that isn't on its side of the exchange.

    Why: Data comes from a party that provides it; units, contractors and places belong to one that receives it; a flow
    makes its sender a Data Provider; a provider objects. Source: IDEA 5.2, 5.7; clause of the parties.
    Bad:
        transfer: {sites: [{name: "Data center, Sacramento", party: DHCS}]}
    Good:
        transfer: {sites: [{name: "Data center, Sacramento", party: CDPH}]}
    """
    for path, side, what, _ in ENTRIES:
        verb = "provides" if side == "provider" else "receives"
        for index, (entry, said) in enumerate(_entries(case, path)):
            wrong = [w for w in said if not _is_there(case.proposal, w, side)]
            if wrong:
                names = {p.name for p in on_side(case.proposal, side)}
                yield (
                    (*path, index, "party"),
                    f"the {what} '{entry}' names '{wrong[0]}', which isn't a party that {verb} data here",
                    f"write one of: {', '.join(sorted(names))}, or all",
                )
    for index, flow in enumerate(case.proposal.transfer.flows):
        for end in ("sender", "receiver"):
            said = getattr(flow, end)
            if said and not _is_party(case.proposal, said):
                yield (
                    ("transfer", "flows", index, end),
                    f"the {end} of a flow is '{said}', which isn't a party",
                    f"write one of: {', '.join(sorted(p.name for p in case.proposal.parties))}",
                )
    dispute = case.proposal.dispute
    wrong = [w for w in (dispute.by if dispute else ()) if not _is_there(case.proposal, w, "provider")]
    if wrong:
        yield (
            ("dispute", "by"),
            f"'{wrong[0]}' is said to object, and isn't a party that provides data here",
            f"write one of: {', '.join(sorted(p.name for p in on_side(case.proposal, 'provider')))}, or all",
        )


@question
def _is_there(proposal: Proposal, said: str, side: str) -> bool:
    """True where a word names a party of the side."""
    names = {p.name for p in on_side(proposal, side)}
    return any(p.name in names for p in called(proposal, said))


@question
def _is_party(proposal: Proposal, said: str) -> bool:
    """True where a word names a party of the proposal."""
    return bool(called(proposal, said))


def two_ways(case: Case) -> Iterator[Found]:
    """A two-way exchange has data for one way only, or a one-way exchange has terms for the way back.

    Why: Each way has its own data, authority and relationship under HIPAA; a reader must see both. Source: form, fields
    6 and 11.
    Bad:
        direction: two way
        transfer: {flows: [{sender: DHCS, receiver: CDPH}, {sender: CDPH, receiver: DHCS}], sites: [{name: Sacramento, party: all}]}
        use: {users: [{name: Outreach unit, roles: [Analyst], party: all}]}
        data: {elements: [{name: Birth date, definition: Day of birth, classification: pii, statute: ipa, why needed: gives the age, party: DHCS}]}
    Good:
        direction: two way
        transfer: {flows: [{sender: DHCS, receiver: CDPH}, {sender: CDPH, receiver: DHCS}], sites: [{name: Sacramento, party: all}]}
        use: {users: [{name: Outreach unit, roles: [Analyst], party: all}]}
        data: {elements: [{name: Birth date, definition: Day of birth, classification: pii, statute: ipa, why needed: gives the age, party: DHCS}, {name: Birth weight, definition: Weight at birth, classification: pii, statute: ipa, why needed: shows risk, party: CDPH}]}
    """  # noqa: E501 (YAML that is also run)
    proposal = case.proposal
    if proposal.direction != "two_way":
        if proposal.return_flow is not None:
            yield (
                ("return flow",),
                "the exchange is one-way, and terms for the way back are said",
                "write `direction: two way`, or delete this block",
            )
        return
    for way in directions(proposal):
        if proposal.data.elements and not elements_of(proposal, way):
            names = " and ".join(p.name for p in way.providers)
            yield (
                ("data", "elements"),
                f"the exchange is two-way, and no data element comes from {names}",
                "add its elements with `party:`, or write `direction: one way`",
            )


def campus(case: Case) -> Iterator[Found]:
    """The campus that an auxiliary organization serves is a bare place.

    Why: The agreement says whose auxiliary the party is, and the campus concurs by its name. Source: clause of the
    parties; signature block of an auxiliary organization.
    Bad:
        recipient: {legal name: Sample Foundation, kind: auxiliary, campus: Bakersfield}
    Good:
        recipient: {legal name: Sample Foundation, kind: auxiliary, campus: "California State University, Bakersfield"}
    """
    for side in SIDES:
        for index, party in enumerate(getattr(case.proposal, side)):
            named = INSTITUTION.search(party.campus or "")
            if party.kind is Kind.AUXILIARY and party.campus and named is None:
                yield (
                    (side, index, "campus"),
                    f"the campus of {party.name} is said to be '{party.campus}', without the name of the institution",
                    "write the campus by its full name, such as `California State University, Bakersfield`",
                )


INSTITUTION = re.compile(r"(?i)\b(university|college|institute|school|academy|polytechnic)\b")
"""A word that the name of a campus has."""

RULES = (
    Rule("P020", Severity.ERROR, signatories),
    Rule("P021", Severity.ERROR, fitting_master),
    Rule("P022", Severity.ERROR, two_bodies),
    Rule("P023", Severity.WARNING, approver),
    Rule("P024", Severity.ERROR, auxiliary),
    Rule("P025", Severity.ERROR, whose_entry),
    Rule("P026", Severity.ERROR, unknown_owner),
    Rule("P027", Severity.ERROR, two_ways),
    Rule("P028", Severity.WARNING, campus),
)

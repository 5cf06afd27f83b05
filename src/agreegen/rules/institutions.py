"""Rules on bodies by what they are: doubtful names of the lists, recipients of recipients, terms of universities."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agreegen.agreement import SIDES
from agreegen.agreement.directions import on_side
from agreegen.finding import Severity
from agreegen.law.parties import doubt, meant, plain_name
from agreegen.partner import Kind
from agreegen.rules.case import Case, Found, Rule
from agreegen.sharing import question

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agreegen.proposal import Proposal

SYSTEMS = frozenset({Kind.UC, Kind.CSU})
"""Kinds of campuses that aren't bodies of their own in law: their system contracts for them."""


def doubtful_name(case: Case) -> Iterator[Found]:
    """The lists ask to confirm the name of a party.

    Why: The lists have names as the official ones of signatories have them, and some of those bodies were renamed or
    reorganized since; a body that doesn't exist can't sign. Source: list of the signatories of IDEA; lists of parties.
    Bad:
        provider: DHCS
        recipient: Department of Fair Employment and Housing
    Good:
        provider: DHCS
        recipient: {legal name: Sample Department, kind: state agency, idea signatory: {signed: yes}}
    """
    for side in SIDES:
        for index in range(len(getattr(case.proposal, side))):
            if note := _doubt(case.proposal, side, index):
                name = getattr(case.proposal, side)[index].legal_name
                yield (
                    (side, index),
                    f"the lists aren't sure of the name {name}: {note}",
                    "ask the party; under another name give it a record of its own, with `legal name:` and `kind:`",
                )


@question
def _doubt(proposal: Proposal, side: str, index: int) -> str:
    """What the lists ask to be confirmed about a party; nothing where its name is sure."""
    return doubt(getattr(proposal, side)[index].legal_name)


Passed = tuple[tuple[str | int, ...], str]
"""A field that names who gets Data from the recipient, and what stands there."""


def _subawards(proposal: Proposal) -> list[Passed]:
    """The institutions of sub-awards."""
    awards = proposal.research.subawards if proposal.research else ()
    return [(("research", "subawards", n, "institution"), award.institution) for n, award in enumerate(awards)]


def _passed(proposal: Proposal) -> list[Passed]:
    """All to whom Data is passed on: institutions of sub-awards, and recipients of further disclosure."""
    further = proposal.redisclosure.recipients if proposal.redisclosure else ()
    return [*_subawards(proposal), *((("redisclosure", "recipients", n), said) for n, said in enumerate(further))]


def passed_to_itself(case: Case) -> Iterator[Found]:
    """A sub-award or a further disclosure goes to a party that receives the data anyway.

    Why: Nobody binds itself by a written agreement with itself, and a disclosure within a party isn't a further one;
    the agreement would ask for both. Source: clauses on sub-awards and further disclosure; form field 15.
    Bad:
        recipient: UC Davis
        redisclosure: {recipients: "University of California, Davis", terms: As a sub-award}
    Good:
        recipient: UC Davis
        redisclosure: {recipients: Sample College, terms: As a sub-award}
    """
    for path, said in _passed(case.proposal):
        for number, party in enumerate(on_side(case.proposal, "recipient")):
            if _relation(case.proposal, number, said, path[0] == "research") == ITSELF:
                what = "a sub-award" if path[0] == "research" else "a further disclosure"
                yield (
                    path,
                    f"{what} goes to {party.name}, which receives the data itself",
                    "delete it, for a partner of a list by an override; people of another unit of the party are a "
                    "group below `use: users:`",
                )


def passed_within(case: Case) -> Iterator[Found]:
    """A sub-award or a further disclosure goes to a campus or unit of the same legal party.

    Why: The Regents contract for every campus of the University of California, and the Trustees for every campus of the
    California State University: a written agreement between two campuses is one of a party with itself, and the other
    campus isn't outside of the Data Recipient. The agreement gives it access where the list of users names it. Source:
    clauses on the parties and on further disclosure of the university master.
    Bad:
        recipient: {party: UC Davis, contracting party: The Regents of the University of California}
        redisclosure: {recipients: UC Merced, terms: As a sub-award}
    Good:
        recipient: {party: UC Davis, contracting party: The Regents of the University of California}
        use: {users: [{name: "University of California, Merced, School of Engineering", roles: [Analyst]}]}
    """
    for path, said in _passed(case.proposal):
        for number in range(len(on_side(case.proposal, "recipient"))):
            if _relation(case.proposal, number, said, path[0] == "research") == WITHIN:
                yield (
                    path,
                    f"'{said}' and the recipient are one party in law, of which they are campuses or units",
                    "name its people as a group below `use: users:`, which gives them access, and delete it here; "
                    "what it must keep to can be said there",
                )


ITSELF, WITHIN = "itself", "within"


@question
def _relation(proposal: Proposal, number: int, said: str, award: bool) -> str:
    """What the bodies that a text names are to a party that receives: itself, or campuses or units of the same."""
    party = on_side(proposal, "recipient")[number]
    own = {plain_name(party.legal_name), plain_name(party.name)}
    named = meant(said)
    if any(name in own for name, _ in named):
        return WITHIN if party.unit and not award else ITSELF
    body = party.contracting_party if party.kind in SYSTEMS else None
    return WITHIN if body and any(plain_name(other) == plain_name(body) for _, other in named if other) else ""


def university_terms(case: Case) -> Iterator[Found]:
    """Students or sub-awards are said, and no party that receives data is a university.

    Why: Only an agreement with a university has clauses on students and sub-awards; elsewhere its list of users makes
    students Authorized Users and institutions Contractors, and nothing is said of theses. Source: clauses on students
    and sub-awards of the university master; exhibit on users.
    Bad:
        recipient: Alameda County
        research: {title: Sample study, principal investigator: Professor of public health, approvals: [{body: CPHS, number: 2027-001, date: 2027-01-15}, {body: IRB, number: 27-100, date: 2027-01-20}], students: Two trainees}
    Good:
        recipient: Alameda County
        research: {title: Sample study, principal investigator: Professor of public health, approvals: [{body: CPHS, number: 2027-001, date: 2027-01-15}, {body: IRB, number: 27-100, date: 2027-01-20}]}
    """  # noqa: E501 (YAML that is also run)
    research = case.proposal.research
    if research is None or any(p.is_university for p in on_side(case.proposal, "recipient")):
        return
    said = [(key, name) for key, name in (("students", "students"), ("subawards", "sub-awards"))
            if getattr(research, key)]  # fmt: skip
    if said:
        yield (
            ("research", said[0][0]),
            f"{' and '.join(name for _, name in said)} are said, and no recipient is a university: "
            "the agreement takes them for Authorized Users and Contractors, and has no clause of their own for them",
            "if that isn't enough, ask counsel; clearer are roles of a group below `use: users:` for trainees, and "
            "`use: contractors:` for institutions",
        )


RULES = (
    Rule("P062", Severity.WARNING, doubtful_name),
    Rule("P063", Severity.ERROR, passed_to_itself),
    Rule("P064", Severity.WARNING, passed_within),
    Rule("P065", Severity.WARNING, university_terms),
)

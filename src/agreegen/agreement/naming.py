"""Parties in words: name, capacity, full designation, role."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from agreegen.partner import Kind, Party, bare, inside
from agreegen.sharing import question
from agreegen.wording import date, upper_first, with_article

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from agreegen.proposal import Proposal

CAPACITIES = {
    Kind.CALHHS_ENTITY: "a public body of the State of California",
    Kind.STATE_AGENCY: "a public body of the State of California",
    Kind.COUNTY: "a political subdivision of the State of California",
    Kind.CITY: "a municipal corporation",
    Kind.SPECIAL_DISTRICT: "a public agency",
    Kind.JPA: "a joint powers agency",
    Kind.SCHOOL_AGENCY: "a public educational agency",
    Kind.UC: "a California public corporation",
    Kind.CSU: "an agency of the State of California",
    Kind.CCC: "a community college district of the State of California",
    Kind.TRIBE: "a federally recognized Indian tribe",
    Kind.NONPROFIT: "a nonprofit organization",
}
"""What each kind of party is in law, as the parties clause prints it."""

STATE_BODIES = {
    "Agency": "an agency of the State of California",
    "Department": "a department of the State of California",
    "Board": "a board of the State of California",
    "Commission": "a commission of the State of California",
    "Office": "an office of the State of California",
}
"""What a state body is in law, by the word in its name; agency stays with Agencies, a defined term under IDEA."""


def party_record(party: Party, proposal: Proposal, plain: dict[str, Any] | None = None) -> dict[str, Any]:
    """A party's record with its words: name, capacity, full designation, role.

    `plain` is what `model_dump` of the party gives, where that is known; it becomes the record.
    """
    record = party.model_dump() if plain is None else plain
    own = (party.legal_name, party.unit)
    provides, receives = is_on(proposal, "provider", own), is_on(proposal, "recipient", own)
    two_way = proposal.direction == "two_way" or (provides and receives)
    body = capacity(party)
    record.update(
        name=party.name,
        called=party.called,
        capacity=body,
        full=_designated(party, body),
        signs_for=_designated(party, body, inside),
        contracting=inside(party.contracting_party or party.legal_name),
        campus_name=_campus(party) if party.campus else None,
        executive_role=bare(party.executive_role or "") or None,
        clerk=bare(party.clerk or "") or None,
        role="Data Provider and Data Recipient" if two_way else "Data Provider" if provides else "Data Recipient",
        side="both" if two_way else "provider" if provides else "recipient",
        is_state=party.is_state,
        is_local=party.is_local,
        is_university=party.is_university,
        is_private=party.is_private,
        needs_governing_body=party.needs_governing_body,
        acts_by_delegation=party.acts_by_delegation,
        action_has_lines=party.action_has_lines,
        delegation=_delegation(party),
    )
    for block, key in OFFICES:
        if record[block] and record[block][key]:
            record[block] = {**record[block], key: bare(record[block][key])}
    return record


OFFICES = (("governing_body", "name"), ("governing_body", "delegate"), ("counsel", "title"), ("signatory", "title"))
"""Bodies and officers of a party whose names stand after an article of the text."""


@question
def is_on(proposal: Proposal, side: str, body: tuple[str, str | None]) -> bool:
    """True where a body (by its legal name and unit) is a party of the side."""
    return any((p.legal_name, p.unit) == body for p in getattr(proposal, side))


def is_meant(said: str, party: Mapping[str, Any], leads: Mapping[str, str]) -> bool:
    """True when a proposal's word for a party means this one: its name, or its side if it is the lead Party there."""
    word = said.strip().lower()
    if word in leads:
        return leads[word] == str(party["full"])
    return word in {party["name"].lower(), party["legal_name"].lower(), (party.get("id") or "").lower()}


def capacity(party: Party) -> str:
    """What the party is in law: `a political subdivision of the State of California`."""
    form = _LEADING.sub("", party.legal_form or "")
    if party.kind is Kind.AUXILIARY:
        body = f"{form} and auxiliary organization" if form else "auxiliary organization"
        return with_article(body) + (f" of {_campus(party)}" if party.campus else "")
    if party.kind is Kind.PRIVATE_UNIVERSITY:
        law = f" organized under the laws of the State of {party.incorporated_in}" if party.incorporated_in else ""
        return with_article(form or "private university") + law
    if party.kind is Kind.CITY and party.charter:
        return f"a municipal corporation and {party.charter}"
    if party.legal_name.startswith("City and County"):
        return "a charter city and county of the State of California"
    if party.is_state:
        return next((words for word, words in STATE_BODIES.items() if word in party.legal_name), CAPACITIES[party.kind])
    return CAPACITIES.get(party.kind, "an organization")


def _delegation(party: Party) -> str | None:
    """The delegation by which a party acts, with its officer: `Chancellor (Delegation BP 6340, January 14, 2020)`."""
    body = party.governing_body
    if body is None or not party.acts_by_delegation:
        return None
    named = " ".join(str(part) for part in (upper_first(body.action or ""), body.number) if part)
    words = ", ".join((named, *([date(body.date)] if body.date else [])))
    officer = bare(body.delegate or (party.signatory.title if party.signatory else ""))
    return f"{officer} ({words})" if officer else words


_LEADING = re.compile(r"(?i)^an? ")


def _campus(party: Party) -> str:
    """The campus, with the article that the University of California takes."""
    return f"the {party.campus}" if (party.campus or "").startswith("University of ") else str(party.campus)


def designation(party: Party) -> str:
    """The party as the agreement names it, once, at length."""
    return _designated(party, capacity(party))


def _designated(party: Party, body: str, said: Callable[[str], str] = str) -> str:
    """As `designation`, of a party that is this in law; `said` is `inside` for a place inside a sentence."""
    article = "the " if party.legal_name.startswith("University of ") else ""
    if party.contracting_party and party.contracting_party != party.legal_name:
        words = f"{said(party.contracting_party)}, {body}, on behalf of {article}{party.legal_name}"
    else:
        words = f"{said(party.legal_name)}, {body}"
    return f"{words}, acting through its {party.unit}" if party.unit else words

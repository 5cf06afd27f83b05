"""Rules on what a proposal says in one field and denies in another: contractors, grounds under HIPAA, dates."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agreegen.agreement import SIDES
from agreegen.agreement.directions import directions
from agreegen.answer import spaced
from agreegen.finding import Severity
from agreegen.partner import LOCAL, STATE, Kind
from agreegen.rules.case import Case, Found, Rule
from agreegen.rules.regimes import OWN_LAW
from agreegen.sharing import question
from agreegen.wording import date

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agreegen.proposal import Proposal

CONTRACTED = re.compile(
    r"(?i)(?<!\bnot )(?<!\bno )\b(?:(?:sub)?contracted|(?:sub)?contractors?|vendors?|consultants?)\b"
    r"(?! (?:oversight|management|monitoring|relations|compliance|review))"
)
"""Words for people who work for a party by a contract."""


def no_contractors(case: Case) -> Iterator[Found]:
    """The proposal says that there are no contractors, and a group of users seems to be one.

    Why: One table of the agreement would say that no contractor has access, and the next would give it to one, who is
    bound by nothing. Words tell whether a group is a contractor's, so it may be the party's own. Source: IDEA 5.7;
    CHHS agreement II.A.7.
    Bad:
        use: {contractors: no, users: [{name: Contracted clinics, roles: [Enrollment counselor]}]}
    Good:
        use: {contractors: [{name: Clinics, task: enrollment counseling}], users: [{name: Contracted clinics, roles: [Enrollment counselor]}]}
    """  # noqa: E501 (YAML that is also run)
    use = case.proposal.use
    if use.contractors is not False:
        return
    for index, group in enumerate(use.users or ()):
        found = next((m for said in (group.name, *group.roles) if (m := CONTRACTED.search(said))), None)
        if found:
            yield (
                ("use", "users", index),
                f"the group '{group.name}' has access, by its words ('{found[0]}') a contractor's, and `contractors:` "
                "says no",
                "list the contractor: `contractors: [{name: …, task: …}]`, or delete the group",
            )


FEDERAL = re.compile(r"\b(?:45 C\.?F\.?R\.? )?(?:[Ss]ections? |§+ ?)?16[04]\.\d+(?: ?\(\w+\))*")
"""A citation of the HIPAA rules themselves."""


def unnamed_law(case: Case) -> Iterator[Found]:
    """Health information is said to be disclosed because law requires it, and no law is named.

    Why: 45 CFR 164.512(a) permits what another law requires, and no more than that; the agreement would call the
    disclosure required and leave open by what. Source: 45 CFR 164.103, 164.512(a).
    Bad:
        provider: {party: DHCS, hipaa status: covered}
        hipaa: {relationship: required by law, ground: 45 CFR 164.512(a)}
    Good:
        provider: {party: DHCS, hipaa status: covered}
        hipaa: {relationship: required by law, ground: "45 CFR 164.512(a), by Health and Safety Code section 120130"}
    """
    if case.proposal.required_by_law is not None:
        return
    for way in directions(case.proposal):
        ground = FEDERAL.sub("", way.hipaa.ground or "")
        if way.hipaa.relationship == "required_by_law" and not OWN_LAW.search(ground):
            yield (
                (*way.path, "hipaa", "relationship"),
                "the relationship is `required by law`, and no law that requires the disclosure is named",
                "name it in `required by law:`, to the subdivision, or in `ground:`; or choose another relationship",
            )


PERMITTED = {
    "covered_to_covered": "164.506",
    "required_by_law": "164.512(a)",
    "public_health": "164.512(b)",
    "oversight": "164.512(d)",
    "research_waiver": "164.512(i)",
    "limited_data_set": "164.514(e)",
}
"""The paragraph of 45 CFR Part 164 that the agreement prints for each relationship."""

CITED = re.compile(r"\b(164\.506)\b|\b(164\.51[24]) ?\(([a-l])\)")


def other_ground(case: Case) -> Iterator[Found]:
    """The ground under HIPAA is a paragraph that permits something else than the relationship says.

    Why: The agreement prints the paragraph of the relationship, and then the ground as the proposal has it: two grounds
    that need different facts. Source: 45 CFR 164.506, 164.512, 164.514(e).
    Bad:
        provider: {party: DHCS, hipaa status: covered}
        hipaa: {relationship: public health, ground: 45 CFR 164.512(k)(6)(ii)}
    Good:
        provider: {party: DHCS, hipaa status: covered}
        hipaa: {relationship: public health, ground: 45 CFR 164.512(b)}
    """
    for way in directions(case.proposal):
        own = PERMITTED.get(way.hipaa.relationship or "")
        cited = [m[1] or f"{m[2]}({m[3]})" for m in CITED.finditer(way.hipaa.ground or "")]
        if own and cited and own not in cited:
            relationship = spaced(way.hipaa.relationship or "")
            fitting = next((spaced(name) for name, place in PERMITTED.items() if place in cited), "")
            yield (
                (*way.path, "hipaa", "ground"),
                f"the ground cites 45 CFR {cited[0]}, and the relationship '{relationship}' is one of 45 CFR {own}",
                f"write `relationship: {fitting}`, or correct the ground" if fitting else
                "correct the ground, or choose the relationship that it is of",
            )  # fmt: skip


HEALTH = STATE | LOCAL - {Kind.SCHOOL_AGENCY}
"""Kinds of bodies that may be responsible for public health by their official mandate."""

ENTRUSTED = re.compile(r"(?i)public health authorit|grant of authority|contract with|on behalf of|acts? for\b")
"""Words by which another body says that it acts for one of those."""


def health_authority(case: Case) -> Iterator[Found]:
    """Health information goes to a public health authority, and no party that gets it is one by its kind.

    Why: Such an authority is an agency that is responsible for public health by its official mandate, or who acts under
    its grant of authority or contract; a university or a school isn't one by itself, and the agreement would say that
    it is. Source: 45 CFR 164.501, 164.512(b)(1)(i).
    Bad:
        provider: {party: DHCS, hipaa status: covered}
        recipient: UC Davis
        hipaa: {relationship: public health, ground: 45 CFR 164.512(b)}
    Good:
        provider: {party: DHCS, hipaa status: covered}
        recipient: UC Davis
        hipaa: {relationship: public health, ground: "45 CFR 164.512(b), by a grant of authority of the State"}
    """
    for way in directions(case.proposal):
        if way.hipaa.relationship != "public_health" or any(p.kind in HEALTH for p in way.recipients):
            continue
        said = f"{way.hipaa.ground or ''} {way.authority.recipient.text or ''}"
        if not ENTRUSTED.search(said):
            yield (
                (*way.path, "hipaa", "relationship"),
                "the relationship is `public health`, and no recipient is an agency with a mandate for public health",
                "say in `ground:` by whose grant of authority or contract it acts, or choose another relationship",
            )


@question
def _late(proposal: Proposal, side: str, index: int) -> str:
    """The day on which the governing body of a party acts, if that is after the start date."""
    body, start = getattr(proposal, side)[index].governing_body, proposal.dates.start
    return date(body.date) if body and body.date and start and body.date > start else ""


def acts_late(case: Case) -> Iterator[Found]:
    """A governing body acts only after the start date.

    Why: A party that acts by its governing body is bound when that body has acted, and no Data may be delivered before.
    An agreement that starts earlier promises what it forbids. Source: gap (practice of governing bodies); clause of the
    effective date.
    Bad:
        recipient: {party: Alameda County, governing body: {name: Board of Supervisors, action: resolution, number: R-15, date: 2027-08-03}}
    Good:
        recipient: {party: Alameda County, governing body: {name: Board of Supervisors, action: resolution, number: R-15, date: 2027-02-02}}
    """  # noqa: E501 (YAML that is also run)
    for side in SIDES:
        for index, party in enumerate(getattr(case.proposal, side)):
            if day := _late(case.proposal, side, index):
                start, at = case.proposal.dates.start, case.at("dates", "start")
                yield (
                    (side, index, "governing body", "date"),
                    f"the governing body of {party.name} acts on {day}, after the start date, {date(start)}",
                    "correct one of the two, or start after the action; leave out a date that isn't sure yet; "
                    f"the start is at {at}",
                )


RULES = (
    Rule("P066", Severity.WARNING, no_contractors),
    Rule("P067", Severity.WARNING, unnamed_law),
    Rule("P068", Severity.WARNING, other_ground),
    Rule("P069", Severity.WARNING, health_authority),
    Rule("P071", Severity.WARNING, acts_late),
)

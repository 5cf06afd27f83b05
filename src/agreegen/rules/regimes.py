"""Rules on regimes of law: HIPAA, FERPA, Part 2, research."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agreegen.agreement.directions import directions, whose
from agreegen.finding import Severity
from agreegen.law.authorities import find_authority
from agreegen.partner import Kind
from agreegen.rules.case import Case, Found, Rule
from agreegen.wording import listing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agreegen.partner import Party


def hipaa_relationship(case: Case) -> Iterator[Found]:
    """A HIPAA relationship is said that the parties or the proposal don't bear out.

    Why: The exhibit's terms follow from the relationship; a business associate needs a covered entity, and a research
    waiver needs research. Source: 45 CFR 160.103, 164.504(e), 164.512(i).
    Bad:
        hipaa: {relationship: research waiver, ground: 45 CFR 164.512(i)}
        provider: {party: DHCS, hipaa status: covered}
    Good:
        hipaa: {relationship: public health, ground: 45 CFR 164.512(b)}
        provider: {party: DHCS, hipaa status: covered}
    """
    proposal = case.proposal
    covered = any(_status(p) for p in proposal.parties)
    ways = directions(proposal)
    for way in ways:
        relationship, place = way.hipaa.relationship, (*way.path, "hipaa", "relationship")
        if relationship not in (None, "none") and not covered:
            yield (
                place,
                "a HIPAA relationship is said, and no party is a covered entity, business associate or hybrid",
                "add `hipaa status:` to the party that is, or delete the relationship",
            )
        if relationship == "research_waiver" and proposal.research is None:
            yield (
                place,
                "the relationship is a research waiver, and the proposal says that it isn't research",
                "fill in `research:`, or choose another relationship",
            )
        others = {w.hipaa.relationship for w in ways if w is not way}
        if relationship == "from_associate" and "business_associate" not in others:
            yield (
                place,
                "a business associate is said to give data back, and on the other way nobody is one",
                "write `from associate` below `return flow:` only, with `hipaa: business associate` for the way there",
            )


def _status(party: Party) -> bool:
    """True for a party with a status under HIPAA, or whose status isn't said yet, which P001 asks for."""
    return party.hipaa_status != "none"


def associate(case: Case) -> Iterator[Found]:
    """A business associate relationship is said, and no party of a side can stand in it.

    Why: A business associate acts for a covered entity or for another business associate, and whoever handles
    protected health information for one is a business associate, whatever else it is: `none` can't be its status.
    Source: 45 CFR 160.103.
    Bad:
        provider: {party: DHCS, hipaa status: covered}
        recipient: {party: CDPH, hipaa status: none}
        hipaa: business associate
    Good:
        provider: {party: DHCS, hipaa status: covered}
        recipient: {party: CDPH, hipaa status: business associate}
        hipaa: business associate
    """
    for way in directions(case.proposal):
        if way.hipaa.relationship != "business_associate":
            continue
        place = (*way.path, "hipaa", "relationship")
        first = way.recipients[0]
        if not any(map(_status, way.recipients)) and any(map(_status, way.providers)):
            yield (
                place,
                f"{first.name} is said to be a business associate, and its HIPAA status isn't",
                "write `hipaa status: business associate` (or covered, hybrid) in its record, or another relationship",
            )
        if not any(map(_status, way.providers)) and any(map(_status, way.recipients)):
            yield (
                place,
                f"{first.name} is said to be the business associate of {way.providers[0].name}, "
                "which has no status under HIPAA",
                "correct `hipaa status:` of the party that provides, or choose another relationship",
            )


def some_associates(case: Case) -> Iterator[Found]:
    """One of several recipients has no status under HIPAA, and the others are business associates.

    Why: The exhibit forbids to send protected health information to the one without a status. Source: 45 CFR 160.103,
    164.502(e).
    Bad:
        provider: {party: DHCS, hipaa status: covered}
        recipient: [{party: CDPH, hipaa status: business associate}, {party: Department of Social Services, hipaa status: none}]
        hipaa: business associate
        use: {users: [{name: Outreach unit, roles: [Analyst], party: all}]}
        transfer: {sites: [{name: Sacramento, party: all}]}
    Good:
        provider: {party: DHCS, hipaa status: covered}
        recipient: [{party: CDPH, hipaa status: business associate}, {party: Department of Social Services, hipaa status: hybrid}]
        hipaa: business associate
        use: {users: [{name: Outreach unit, roles: [Analyst], party: all}]}
        transfer: {sites: [{name: Sacramento, party: all}]}
    """  # noqa: E501 (YAML that is also run)
    for way in directions(case.proposal):
        without = [p.name for p in way.recipients if not _status(p)]
        if way.hipaa.relationship == "business_associate" and without and len(without) < len(way.recipients):
            yield (
                (*way.path, "hipaa", "relationship"),
                f"{listing(without)} has no status under HIPAA and gets no protected health information",
                "if it gets some as a business associate, write `hipaa status: business associate` in its record",
            )


OWN_LAW = re.compile(r"\b(?:Code|[Ss]ection|U\.S\.C\.|CFR)\b")


def own_duty(case: Case) -> Iterator[Found]:
    """A business associate gets Data on the ground of its own statutory duty, and names none.

    Why: Subdivision (e) is for what the receiving agency does by its own statute, a business associate acts for the
    provider: both can be true, as for a county that decides on Medi-Cal, and then the statute is named. Subdivision (d)
    is for agents of the provider. Source: Civ. Code 1798.24(d), (e); 45 CFR 160.103.
    Bad:
        provider: {party: DHCS, hipaa status: covered}
        recipient: {party: CDPH, hipaa status: business associate}
        hipaa: business associate
        authority: {recipient: {text: CDPH counts visits on behalf of DHCS., citations: [hipaa_mou]}}
    Good:
        provider: {party: DHCS, hipaa status: covered}
        recipient: {party: CDPH, hipaa status: business associate}
        hipaa: business associate
        authority: {provider: {ipa ground: (d)}, recipient: {text: CDPH counts visits on behalf of DHCS., citations: [hipaa_mou]}}
    """  # noqa: E501 (YAML that is also run)
    for way in directions(case.proposal):
        own, ground = way.authority.recipient, way.authority.provider.ipa_ground or ""
        if way.hipaa.relationship != "business_associate" or not ground.startswith("(e)"):
            continue
        cited = [c for c in own.citations if not _act(c) and not c.startswith("hipaa") and "45 CFR 16" not in c]
        if not cited and not OWN_LAW.search(own.text or ""):
            yield (
                (*way.path, "authority", "provider", "ipa ground"),
                "subdivision (e) rests on the recipient's own statutory duty, and its authority names no statute",
                "name the statute below `recipient:`, or write `ipa ground: (d)` where it acts for the provider only",
            )


def _act(cited: str) -> bool:
    """True for a citation of the Information Practices Act."""
    found = find_authority(cited)
    return found is not None and found.id.split("_")[0] == "ipa"


def practices_act(case: Case) -> Iterator[Found]:
    """The Information Practices Act is named for a party that it doesn't bind.

    Why: The Act binds agencies of the State, not counties, cities, districts, schools or private bodies; for them it
    holds by contract only, and the agreement must not say that it governs what they provide. Source: Civ. Code
    1798.3(b).
    Bad:
        provider: Alameda County
        recipient: CDPH
        authority: {provider: {ipa ground: , citations: [hipaa]}}
    Good:
        provider: Alameda County
        recipient: CDPH
        authority: {provider: {ipa ground: , citations: [hipaa]}}
        data: {elements: [{name: Birth date, definition: Day of birth, classification: pii, statute: hipaa, why needed: gives the age}]}
    """  # noqa: E501 (YAML that is also run)
    proposal = case.proposal
    hint = "cite the law that governs its records; the Act then binds the recipient by contract, as the agreement says"
    for index, element in enumerate(proposal.data.elements):
        providing = whose(proposal, element.party, "provider")
        if any(map(_act, element.statute)) and not any(p.ipa_applies for p in providing):
            names = listing([p.name for p in providing])
            message = f"'{element.name}' cites the Information Practices Act, which doesn't bind {names}"
            yield ("data", "elements", index, "statute"), message, hint
    for way in directions(proposal):
        if any(p.ipa_applies for p in way.providers):
            continue
        side, place = way.authority.provider, (*way.path, "authority", "provider")
        acts = [_act(cited) for cited in side.citations]
        names = listing([p.name for p in way.providers]) if side.ipa_ground or any(acts) else ""
        if side.ipa_ground:
            message = f"a ground of Civil Code section 1798.24 is said, and the Act doesn't bind {names}"
            yield (*place, "ipa ground"), message, "delete the line, and name the law that lets it disclose"
        for index, act in enumerate(acts):
            if act:
                message = f"{names} relies on the Information Practices Act, which doesn't bind it"
                yield (*place, "citations", index), message, "cite the law that lets it disclose"


def regime_block(case: Case) -> Iterator[Found]:
    """An element belongs to a regime whose block is missing.

    Why: Education and substance use disorder records move only on the grounds that their law names, and the exhibit
    prints them. Source: 34 CFR 99.31, 99.35; 42 CFR Part 2.
    Bad:
        data: {categories: treatment, elements: [{name: Episode, definition: A treatment episode, classification: part2, statute: part2, why needed: counts episodes}]}
    Good:
        data: {categories: treatment, elements: [{name: Episode, definition: A treatment episode, classification: part2, statute: part2, why needed: counts episodes}]}
        regimes: {part2: {path: audit}}
    """  # noqa: E501 (YAML that is also run)
    proposal = case.proposal
    classes = proposal.classes()
    if "education" in classes and proposal.ferpa is None:
        yield (
            ("ferpa",),
            "an element comes from education records, and there is no `ferpa:` block",
            ("add `ferpa:` with kind, subsection, pii, activity, destruction period, source agency"),
        )
    if "part2" in classes and proposal.regimes.part2 is None:
        yield (
            ("regimes",),
            "an element is a record under 42 CFR Part 2, and `regimes: part2:` is missing",
            ("add `part2: {path: …}`: consent, qso, audit, research, or public health"),
        )


def witnesses(case: Case) -> Iterator[Found]:
    """The destruction of education records has fewer than two witnesses.

    Why: IDEA asks for two witnesses. Source: IDEA B.4.1.
    Bad:
        end of use: {products: Kept, limits: None, within: 30 days, witnesses: 1}
        data: {elements: [{name: Score, definition: Reading score, classification: [pii, education], statute: [ferpa], why needed: tells progress}]}
        ferpa: {kind: studies, studies for: improve instruction, subsection: 34 CFR 99.31(a)(6), pii: Test scores, activity: Study of early reading, destruction period: 90 days after the report, redisclosure policies: None outside the team, schedule: One year, reports: One, individuals: Analysts, methodology: Regression, conflicts: None, source agency: Sample Unified School District}
    Good:
        end of use: {products: Kept, limits: None, within: 30 days, witnesses: 2}
        data: {elements: [{name: Score, definition: Reading score, classification: [pii, education], statute: [ferpa], why needed: tells progress}]}
        ferpa: {kind: studies, studies for: improve instruction, subsection: 34 CFR 99.31(a)(6), pii: Test scores, activity: Study of early reading, destruction period: 90 days after the report, redisclosure policies: None outside the team, schedule: One year, reports: One, individuals: Analysts, methodology: Regression, conflicts: None, source agency: Sample Unified School District}
    """  # noqa: E501 (YAML that is also run)
    number = case.proposal.end_of_use.witnesses
    if case.proposal.ferpa is not None and number is not None and number < 2:
        message = f"the destruction of education records has {number} witness"
        yield ("end of use", "witnesses"), message, "write `witnesses: 2`"


def research_approval(case: Case) -> Iterator[Found]:
    """Personal information that the State holds goes to a university without approval of CPHS.

    Why: Personal information held by the State goes to
    research outside the State only with approval of the Committee for the Protection of Human Subjects (CPHS), which a
    campus board doesn't replace. Source: form field 16; Civ. Code 1798.24(t).
    Bad:
        recipient: UC Davis
        research: {title: Sample study, principal investigator: Professor of public health, approvals: [{body: IRB, number: 27-100, date: 2027-01-20}]}
    Good:
        recipient: UC Davis
        research: {title: Sample study, principal investigator: Professor of public health, approvals: [{body: CPHS, number: 2027-001, date: 2027-01-15}, {body: IRB, number: 27-100, date: 2027-01-20}]}
    """  # noqa: E501 (YAML that is also run)
    research = case.proposal.research
    if research is None:
        return
    bodies = " ".join(a.body.lower() for a in research.approvals)
    outside = any(p.is_university for p in case.proposal.recipient)
    held = any(p.ipa_applies and p.is_state for p in case.proposal.provider)
    if research.approvals and outside and held and "cphs" not in bodies and "protection of human" not in bodies:
        yield (
            ("research", "approvals"),
            ("personal information that the State holds goes to a university without approval of CPHS"),
            "add the approval of CPHS; a campus board doesn't replace it (Civ. Code 1798.24(t))",
        )


def research_ground(case: Case) -> Iterator[Found]:
    """The law that is named lets Data move for research, and the proposal says that the use isn't research.

    Why: Civil Code section 1798.24, subdivision (t), 42 CFR 2.52 and a limited data set for research carry research
    alone; the agreement would say in one Section what it denies in another. Source: Civ. Code 1798.24(t); 42 CFR 2.52;
    45 CFR 164.514(e)(3).
    Bad:
        recipient: UC Davis
        research: no
        authority: {provider: {ipa ground: (t)}}
    Good:
        recipient: UC Davis
        research: no
        authority: {provider: {ipa ground: (e)}}
    """
    proposal = case.proposal
    if proposal.research is not None:
        return
    named: list[tuple[tuple[str, ...], str]] = []
    for way in directions(proposal):
        if (way.authority.provider.ipa_ground or "").startswith("(t)"):
            named.append(((*way.path, "authority", "provider", "ipa ground"), "subdivision (t)"))
        purpose = way.hipaa.limited_data_set_purpose or ""
        if way.hipaa.relationship == "limited_data_set" and purpose.strip().lower() == "research":
            named.append(((*way.path, "hipaa", "limited data set purpose"), "the purpose of the limited data set"))
    if proposal.regimes.part2 and proposal.regimes.part2.path == "research":
        named.append((("regimes", "part2", "path"), "the path under 42 CFR Part 2"))
    for place, what in named:
        yield (
            place,
            f"{what} is one for research, and the proposal says that it isn't research",
            "fill in `research:`, or name another ground",
        )


def research_institution(case: Case) -> Iterator[Found]:
    """Personal information moves on the ground for research, and the recipient isn't an institution of research.

    Why: Civil Code section 1798.24, subdivision (t), reaches the University of California and nonprofit educational or
    research institutions; another agency needs a ground of its own. Source: Civ. Code 1798.24(t).
    Bad:
        recipient: Alameda County
        research: {title: Sample study, principal investigator: Professor of public health, approvals: [{body: CPHS, number: 2027-001, date: 2027-01-15}, {body: IRB, number: 27-100, date: 2027-01-20}]}
        authority: {provider: {text: The law allows it., citations: [ipa_24t], ipa ground: (t)}, recipient: The law allows it.}
    Good:
        recipient: UC Davis
        research: {title: Sample study, principal investigator: Professor of public health, approvals: [{body: CPHS, number: 2027-001, date: 2027-01-15}, {body: IRB, number: 27-100, date: 2027-01-20}]}
        authority: {provider: {text: The law allows it., citations: [ipa_24t], ipa ground: (t)}, recipient: The law allows it.}
    """  # noqa: E501 (YAML that is also run)
    for way in directions(case.proposal):
        others = [p for p in way.recipients if not (p.is_university or p.kind is Kind.NONPROFIT)]
        if others and (way.authority.provider.ipa_ground or "").startswith("(t)"):
            yield (
                (*way.path, "authority", "provider", "ipa ground"),
                f"subdivision (t) reaches universities and nonprofit research institutions, not {others[0].name}",
                "name the subdivision that allows the disclosure to this party",
            )


RULES = (
    Rule("P030", Severity.ERROR, hipaa_relationship),
    Rule("P031", Severity.ERROR, regime_block),
    Rule("P032", Severity.ERROR, witnesses),
    Rule("P033", Severity.ERROR, research_approval),
    Rule("P034", Severity.ERROR, associate),
    Rule("P035", Severity.WARNING, some_associates),
    Rule("P036", Severity.ERROR, practices_act),
    Rule("P037", Severity.WARNING, own_duty),
    Rule("P038", Severity.ERROR, research_ground),
    Rule("P039", Severity.WARNING, research_institution),
)

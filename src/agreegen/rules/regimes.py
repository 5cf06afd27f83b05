"""Rules on regimes of law: HIPAA, FERPA, Part 2, research."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agreegen.finding import Severity
from agreegen.rules.case import Case, Found, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator


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
    relationship = proposal.hipaa.relationship
    covered = any(p.hipaa_status not in (None, "none") for p in proposal.parties)
    if relationship not in (None, "none") and not covered:
        yield (
            ("hipaa", "relationship"),
            ("a HIPAA relationship is said, and no party is a covered entity, business associate or hybrid"),
            "add `hipaa status:` to the party that is, or delete the relationship",
        )
    if relationship == "research_waiver" and proposal.research is None:
        yield (
            ("hipaa", "relationship"),
            ("the relationship is a research waiver, and the proposal says that it isn't research"),
            "fill in `research:`, or choose another relationship",
        )


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
        ferpa: {kind: studies, studies for: improve instruction, subsection: 34 CFR 99.31(a)(6), pii: Test scores, activity: Study of early reading, destruction period: 90 days after the report, redisclosure policies: None outside the team, schedule: One year, reports: One, individuals: Analysts, methodology: Regression, conflicts: None, source agency: Sample Unified School District}
    Good:
        end of use: {products: Kept, limits: None, within: 30 days, witnesses: 2}
        ferpa: {kind: studies, studies for: improve instruction, subsection: 34 CFR 99.31(a)(6), pii: Test scores, activity: Study of early reading, destruction period: 90 days after the report, redisclosure policies: None outside the team, schedule: One year, reports: One, individuals: Analysts, methodology: Regression, conflicts: None, source agency: Sample Unified School District}
    """  # noqa: E501 (YAML that is also run)
    number = case.proposal.end_of_use.witnesses
    if case.proposal.ferpa is not None and number is not None and number < 2:
        yield (
            ("end of use", "witnesses"),
            f"the destruction of education records has {number} witness",
            ("write `witnesses: 2`"),
        )


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


RULES = (
    Rule("P030", Severity.ERROR, hipaa_relationship),
    Rule("P031", Severity.ERROR, regime_block),
    Rule("P032", Severity.ERROR, witnesses),
    Rule("P033", Severity.ERROR, research_approval),
)

"""Rules on regimes of law: HIPAA, FERPA, Part 2, research."""

from __future__ import annotations

from collections.abc import Iterator

from agreegen.finding import Severity
from agreegen.rules.case import Case, Found, Rule

FERPA_NEEDS = {
    "kind": "audit or studies",
    "subsection": "the subsection of 34 CFR 99.31, such as 34 CFR 99.31(a)(6)",
    "pii": "the information from education records that is disclosed",
    "activity": "the audit, evaluation or study",
    "destruction_period": "the time by which the records are destroyed",
    "redisclosure_policies": "the policies against further disclosure",
    "source_agency": "the education agency that is the original source; it signs",
}


def hipaa_relationship(case: Case) -> Iterator[Found]:
    """Protected health information moves, and the HIPAA relationship isn't said or doesn't fit the parties.

    Why: Status alone doesn't show whether the recipient is a business associate; the exhibit's terms depend on it.
    Source: 45 CFR 160.103, 164.504(e); blueprint R17, question 28; domain rule 7.
    Bad:
        data: {elements: [{name: Diagnosis, classification: phi, statute: hipaa_def, why needed: names the condition}]}
    Good:
        data: {elements: [{name: Diagnosis, classification: phi, statute: hipaa_def, why needed: names the condition}]}
        hipaa: {relationship: public health, ground: 45 CFR 164.512(b)}
        provider: {party: DHCS, hipaa status: covered}
    """
    proposal = case.proposal
    relationship = proposal.hipaa.relationship
    if "phi" in proposal.classes() and relationship in (None, "none"):
        yield ("hipaa", "relationship"), "an element is PHI, and the HIPAA relationship isn't said", (
            "add `hipaa: {relationship: …}`: business associate, covered to covered, public health, oversight, "
            "required by law, research waiver, or limited data set"
        )
    covered = any(p.hipaa_status not in (None, "none") for p in proposal.parties)
    if relationship not in (None, "none") and not covered:
        yield ("hipaa", "relationship"), "a HIPAA relationship is said, and no party is covered, business associate or hybrid", (
            "add `hipaa status:` to the party that is, or delete the relationship"
        )
    if relationship == "research_waiver" and proposal.research is None:
        yield ("hipaa", "relationship"), "the relationship is a research waiver, and the proposal says that it isn't research", (
            "fill in `research:`, or choose another relationship"
        )


def hipaa_status(case: Case) -> Iterator[Found]:
    """Protected health information moves, and a party's HIPAA status isn't said.

    Why: The HIPAA exhibit binds only covered entities, business associates and hybrids; a reader must see who is what.
    Source: CHHS agreement III; IDEA A.1, A.3; domain rule 7.
    Bad:
        data: {elements: [{name: Diagnosis, classification: phi, statute: hipaa_def, why needed: names the condition}]}
        hipaa: {relationship: public health, ground: 45 CFR 164.512(b)}
        provider: {party: DHCS, hipaa status: covered}
        recipient: {legal name: Sample Agency, kind: state agency, idea signatory: {signed: yes}, hipaa status: null}
    Good:
        data: {elements: [{name: Diagnosis, classification: phi, statute: hipaa_def, why needed: names the condition}]}
        hipaa: {relationship: public health, ground: 45 CFR 164.512(b)}
        provider: {party: DHCS, hipaa status: covered}
        recipient: {legal name: Sample Agency, kind: state agency, idea signatory: {signed: yes}, hipaa status: none}
    """
    if "phi" not in case.proposal.classes():
        return
    for side in ("provider", "recipient"):
        for index, party in enumerate(getattr(case.proposal, side)):
            if party.hipaa_status is None:
                yield (side, index), f"the HIPAA status of {party.name} isn't said", (
                    "add `hipaa status:` covered, business associate, hybrid, or none"
                )


def ferpa(case: Case) -> Iterator[Found]:
    """Education records move, and the block that FERPA asks for has gaps.

    Why: Without these statements the disclosure isn't allowed. Source: 34 CFR 99.31, 99.35; IDEA B.1.3, B.1.4;
    domain rule 6.
    Bad:
        ferpa: {kind: studies, subsection: 34 CFR 99.31(a)(6)}
    Good:
        ferpa:
          kind: studies
          subsection: 34 CFR 99.31(a)(6)
          pii: Student identifier and test scores
          activity: Study of early reading programs
          destruction period: 90 days after the final report
          redisclosure policies: None outside the study team
          source agency: Sample Unified School District
        end of use: {products: Kept, limits: None, within: 30 days, witnesses: 2}
    """
    proposal = case.proposal
    block = proposal.ferpa
    if block is None:
        if "education" in proposal.classes():
            yield ("ferpa",), "an element comes from education records, and there is no `ferpa:` block", (
                "add `ferpa:` with kind, subsection, pii, activity, destruction period, source agency"
            )
        return
    for name, what in FERPA_NEEDS.items():
        if getattr(block, name) is None:
            yield ("ferpa", name), f"`ferpa: {name.replace('_', ' ')}` is missing", f"say {what}"
    if (proposal.end_of_use.witnesses or 0) < 2:
        yield ("end of use", "witnesses"), "the destruction of education records has two witnesses", (
            "add `witnesses: 2` under `end of use:` (IDEA B.4.1)"
        )


def part2_path(case: Case) -> Iterator[Found]:
    """Substance use disorder records move, and the path that 42 CFR Part 2 allows isn't said.

    Why: Consent, qualified service organization, audit, research and public health each bring other limits; there is no
    default. Source: 42 CFR 2.31, 2.33, 2.11, 2.53, 2.52; blueprint question 30.
    Bad:
        regimes: {part2: yes}
    Good:
        regimes: {part2: {path: audit, scope: Treatment episodes}}
    """
    regime = case.proposal.regimes.part2
    if regime is None and "part2" in case.proposal.classes():
        yield ("regimes",), "an element is a Part 2 record, and `regimes: part2:` is missing", (
            "add `part2: {path: …}`: consent, qso, audit, research, or public health"
        )
    elif regime is not None and regime.path is None:
        yield ("regimes", "part2"), "the path under 42 CFR Part 2 isn't said", (
            "add `path:` consent, qso, audit, research, or public health"
        )


def research_approval(case: Case) -> Iterator[Found]:
    """The use is research, and its approval has gaps.

    Why: Research needs a board's approval with number and date; personal information held by the State goes to
    research outside the State only with approval of the Committee for the Protection of Human Subjects (CPHS), which a
    campus board doesn't replace. Source: form field 16; Civ. Code 1798.24(t); domain rule 4.
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
    if not research.approvals:
        yield ("research",), "the use is research, and no approval is named", (
            "add `approvals: [{body: CPHS, number: …, date: …}]`"
        )
    for index, approval in enumerate(research.approvals):
        missing = [n for n in ("number", "date") if getattr(approval, n) is None]
        if missing:
            yield ("research", "approvals", index), f"the approval of {approval.body} has no {' and no '.join(missing)}", (
                "no Data moves before the approval; add it when it is there, and make a draft with --draft until then"
            )
    bodies = " ".join(a.body.lower() for a in research.approvals)
    outside = any(p.is_university for p in case.proposal.recipient)
    held = any(p.ipa_applies and p.is_state for p in case.proposal.provider)
    if research.approvals and outside and held and "cphs" not in bodies and "protection of human" not in bodies:
        yield ("research", "approvals"), "personal information that the State holds goes to a university without CPHS approval", (
            "add the approval of CPHS; a campus board doesn't replace it (Civ. Code 1798.24(t))"
        )


RULES = (
    Rule("P030", Severity.ERROR, hipaa_relationship),
    Rule("P031", Severity.ERROR, hipaa_status),
    Rule("P032", Severity.ERROR, ferpa),
    Rule("P033", Severity.ERROR, part2_path),
    Rule("P034", Severity.ERROR, research_approval),
)

"""Rules on what a regime covers: its data elements, and the agency that education records come from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agreegen.agreement.directions import called
from agreegen.agreement.facts import CLASS_REGIMES
from agreegen.finding import Severity
from agreegen.rules.case import Case, Found, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator


def covers_nothing(case: Case) -> Iterator[Found]:
    """Terms of a special regime are switched on, and no data element belongs to the regime.

    Why: The exhibit would say that it covers nothing, and a reader couldn't tell which data it protects. Source: clause
    of the special regimes.
    Bad:
        regimes: {ssa: {agreement: SSA-1}}
    Good:
        regimes: {ssa: {agreement: SSA-1}}
        data: {elements: [{name: Month of benefit, definition: Month in which a benefit was paid, classification: [pii, ssa], statute: [ipa], why needed: tells who is served}]}
    """  # noqa: E501 (YAML that is also run)
    proposal = case.proposal
    classes = proposal.classes()
    blocks: list[tuple[tuple[str, ...], str, str]] = [
        (("regimes", name), name, of) for of, name in CLASS_REGIMES.items() if getattr(proposal.regimes, name)
    ]
    if proposal.ferpa is not None:
        blocks.append((("ferpa",), "ferpa", "education"))
    for path, name, of in blocks if proposal.data.elements else ():
        if of not in classes:
            yield (
                path,
                f"the terms of {name.replace('_', ' ')} are switched on, and no data element is classified '{of}'",
                f"add `{of}` to the classification of its elements, or delete the block",
            )


def source_agency(case: Case) -> Iterator[Found]:
    """A party is named as the source of education records, and isn't said to be an educational agency.

    Why: Only an educational agency or institution has education records to begin with, and its approval is asked for.
    Source: 34 CFR 99.3; IDEA B.1.4.
    Bad:
        recipient: UC Davis
        data: {elements: [{name: Grade, definition: Grade of the pupil, classification: [pii, education], statute: [ferpa], why needed: tells pupils of one age apart}]}
        end of use: {witnesses: 2}
        ferpa: {kind: audit, subsection: 34 CFR 99.31(a)(3), pii: Grades, activity: Evaluation, program: Adult education, authorized representative: The recipient, destruction period: One year, redisclosure policies: Policy 12, schedule: June 2028, reports: Two, individuals: [Analysts], methodology: Regression, contacts: Data Coordinator, linkages: None, conflicts: None, source agency: DHCS, data security protocol: Attachment 2}
    Good:
        recipient: UC Davis
        data: {elements: [{name: Grade, definition: Grade of the pupil, classification: [pii, education], statute: [ferpa], why needed: tells pupils of one age apart}]}
        end of use: {witnesses: 2}
        ferpa: {kind: audit, subsection: 34 CFR 99.31(a)(3), pii: Grades, activity: Evaluation, program: Adult education, authorized representative: The recipient, destruction period: One year, redisclosure policies: Policy 12, schedule: June 2028, reports: Two, individuals: [Analysts], methodology: Regression, contacts: Data Coordinator, linkages: None, conflicts: None, source agency: Sample School District, data security protocol: Attachment 2}
    """  # noqa: E501 (YAML that is also run)
    said = case.proposal.ferpa.source_agency if case.proposal.ferpa else None
    found = called(case.proposal, said) if said else ()
    if found and not any(p.education_agency for p in found):
        yield (
            ("ferpa", "source agency"),
            f"{said} is named as the source of education records, and isn't said to be an educational agency",
            "write `education agency: yes` in its record, or name the agency that the records come from",
        )


RULES = (Rule("P058", Severity.WARNING, covers_nothing), Rule("P059", Severity.WARNING, source_agency))

"""Rules on data and use: elements, products, contractors, funds, disputes."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from agreegen.agreement.directions import directions
from agreegen.finding import Severity
from agreegen.rules.case import Case, Found, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

PUBLIC_CLASSES = frozenset({"none"})
RELEASE_LIMIT = 12
"""Highest publication score at which counts go out unmasked (CalHHS guidelines 2.0)."""

IDENTIFIERS = re.compile(
    r"(?i)\b((?:first|last|full|middle|maiden|patient|member|client|family|sur|person'?s) ?names?|name|"
    r"(?:mailing|street|home|postal|e-?mail) address(?:es)?|address(?:es)?|e-?mails?|(?:tele)?phones?(?: numbers?)?|"
    r"fax numbers?|social security numbers?|ssn|medical record numbers?|mrn|beneficiary numbers?|account numbers?|"
    r"license numbers?|ip address(?:es)?|photographs?|fingerprints?)\s*\Z"
)
"""Names of elements that a limited data set can't hold: direct identifiers of 45 CFR 164.514(e)(2)."""


def public_data(case: Case) -> Iterator[Found]:
    """Every data element is public, so no agreement is needed.

    Why: Agreements are for data that law protects; public data goes out without one. Source: IDEA guidebook, step 1.
    Bad:
        data:
          elements:
            - {name: Number of clinics, definition: Open clinics, classification: none, why needed: counts clinics}
    Good:
        data:
          elements:
            - {name: Birth date, definition: Day of birth, classification: pii, statute: ipa, why needed: gives the age}
    """
    elements = case.proposal.data.elements
    if elements and all(set(e.classification) == PUBLIC_CLASSES for e in elements):
        yield (
            ("data", "elements"),
            "every element has the classification none: public data needs no agreement",
            ("correct the classification, or share the data without an agreement"),
        )


def governed(case: Case) -> Iterator[Found]:
    """A protected data element names no statute.

    Why: A late discovery of a governing statute is what delays approval most. Source: CalHHS data plays 6.
    Bad:
        data: {categories: birth, elements: [{name: Birth date, definition: Day of birth, classification: pii, why needed: gives the age}]}
    Good:
        data: {categories: birth, elements: [{name: Birth date, definition: Day of birth, classification: pii, statute: ipa, why needed: gives the age}]}
    """  # noqa: E501 (YAML that is also run)
    for index, element in enumerate(case.proposal.data.elements):
        if element.classification and set(element.classification) != PUBLIC_CLASSES and not element.statute:
            yield (
                ("data", "elements", index),
                f"the element '{element.name}' names no governing statute",
                ("add `statute:` with an id of the catalogue or a citation"),
            )


def element_twice(case: Case) -> Iterator[Found]:
    """Two data elements have the same name.

    Why: A reader can't tell which definition holds.
    Bad:
        data:
          elements:
            - {name: Birth date, definition: Day of birth, classification: pii, statute: ipa, why needed: gives the age}
            - {name: birth date, definition: Day, classification: pii, statute: ipa, why needed: gives the age}
    Good:
        data:
          elements:
            - {name: Birth date, definition: Day of birth, classification: pii, statute: ipa, why needed: gives the age}
            - {name: Death date, definition: Day, classification: pii, statute: ipa, why needed: ends follow-up}
    """
    names = [" ".join(e.name.lower().split()) for e in case.proposal.data.elements]
    counts = Counter(names)
    for index, element in enumerate(case.proposal.data.elements):
        if counts[names[index]] > 1 and names.index(names[index]) != index:
            yield (
                ("data", "elements", index),
                f"the element '{element.name}' stands here twice",
                ("delete one, or name what makes them different"),
            )


def score(case: Case) -> Iterator[Found]:
    """The publication score is above the limit, and no masking is named.

    Why: Tables that score above 12 are masked before release. Source: CalHHS De-Identification Guidelines 2.0, step 3.
    Bad:
        use: {deidentification: {method: ddg, score: 15}}
    Good:
        use: {deidentification: {method: ddg, score: 15, masking: Counts below 11 are suppressed}}
    """
    chosen = case.proposal.use.deidentification
    if chosen and chosen.score is not None and chosen.score > RELEASE_LIMIT and chosen.masking is None:
        message = f"the score {chosen.score} is above {RELEASE_LIMIT}, and no masking is named"
        yield ("use", "deidentification"), message, "add `masking:`"


def contractors(case: Case) -> Iterator[Found]:
    """Contractors have access and aren't listed, or are listed nowhere and a cloud service holds the data.

    Why: Each contractor is bound in writing before access, and the provider sees who it is. Source: IDEA 5.7;
    CHHS agreement II.A.7.
    Bad:
        use: {contractors: yes}
    Good:
        use: {contractors: [{name: Hosting company, task: runs the database}]}
    """
    use = case.proposal.use
    if use.contractors is True:
        yield (
            ("use", "contractors"),
            "contractors have access, and none is listed",
            ("list them: `contractors: [{name: …, task: …}]`"),
        )
    if use.contractors is False and case.proposal.transfer.cloud:
        yield (
            ("transfer", "cloud"),
            "a cloud service holds the data, and `use: contractors:` says no",
            ("list the hosting service as a contractor"),
        )


def funds(case: Case) -> Iterator[Found]:
    """Funds go to UC or CSU by something else than the California Model Agreement.

    Why: No money moves under this agreement; awards to UC and CSU use the model agreement, and this one becomes its
    exhibit. Source: Ed. Code 67325 to 67327.
    Bad:
        recipient: UC Davis
        funds: {instrument: std213, number: 27-0001}
    Good:
        recipient: UC Davis
        funds: {instrument: cma, number: 27-0001}
    """
    said = case.proposal.funds
    recipients = case.proposal.recipient
    if said is not None and said.instrument not in (None, "cma") and any(p.kind in ("uc", "csu") for p in recipients):
        yield (
            ("funds", "instrument"),
            "funds to UC or CSU go by the California Model Agreement",
            ("write `instrument: cma` (Ed. Code 67325 to 67327)"),
        )


def dispute(case: Case) -> Iterator[Found]:
    """The proposal says that it is disputed and why it is undisputed.

    Why: A reader must see one or the other; the decision-makers weigh the provider's written reasons. Source: IDEA 5.2,
    6.1; CHHS agreement I.e, I.r.
    Bad:
        undisputed because: Both sides worked it out together.
        dispute: {objection: The cost is too high., environment: Calm, outside entities: None, consequences: Delay, provider risk: Cost, recipient risk: Delay, alternatives: None, provider: Too dear, recipient: Needed, discussion: Two meetings}
    Good:
        undisputed because: Both sides worked it out together.
    """  # noqa: E501 (YAML that is also run)
    proposal = case.proposal
    if proposal.disputed and proposal.undisputed_because:
        yield ("undisputed because",), "the proposal is disputed and says why it is undisputed", "delete one of the two"


def redisclosure(case: Case) -> Iterator[Found]:
    """Sub-awards pass Data on although the proposal allows no further disclosure.

    Why: Each further recipient is named and bound in writing. Source: form field 15.
    Bad:
        recipient: UC Davis
        redisclosure: no
        use: {contractors: [{name: Sample College, task: analyzes}]}
        research: {title: Sample study, principal investigator: Professor of public health, approvals: [{body: CPHS, number: 2027-001, date: 2027-01-15}], subawards: [{institution: Sample College}]}
    Good:
        recipient: UC Davis
        redisclosure: {recipients: Sample College, terms: As a sub-award}
        use: {contractors: [{name: Sample College, task: analyzes}]}
        research: {title: Sample study, principal investigator: Professor of public health, approvals: [{body: CPHS, number: 2027-001, date: 2027-01-15}], subawards: [{institution: Sample College}]}
    """  # noqa: E501 (YAML that is also run)
    said = case.proposal.redisclosure
    research = case.proposal.research
    if said is None and research and research.subawards:
        yield (
            ("redisclosure",),
            "sub-awards pass Data on, and the proposal allows no further disclosure",
            ("name the institutions under `redisclosure: recipients:`"),
        )


def bodies(case: Case) -> Iterator[Found]:
    """Sub-awards or an auxiliary organization handle Data, and the proposal says that there are no contractors.

    Why: Each of them is a Contractor by the definition, and the form would answer field 7 with `no`. Source: IDEA 5.7;
    CHHS agreement II.A.7.
    Bad:
        recipient: UC Davis
        redisclosure: {recipients: Sample College, terms: As a sub-award}
        research: {title: Sample study, principal investigator: Professor of public health, approvals: [{body: CPHS, number: 2027-001, date: 2027-01-15}], subawards: [{institution: Sample College}]}
    Good:
        recipient: UC Davis
        redisclosure: {recipients: Sample College, terms: As a sub-award}
        use: {contractors: [{name: Sample College, task: analyzes a part of the data as a sub-award}]}
        research: {title: Sample study, principal investigator: Professor of public health, approvals: [{body: CPHS, number: 2027-001, date: 2027-01-15}], subawards: [{institution: Sample College}]}
    """  # noqa: E501 (YAML that is also run)
    if case.proposal.use.contractors is not False:
        return
    what = [name for fact, name in (("subawards", "sub-awards"), ("auxiliary", "an auxiliary")) if case.facts[fact]]
    if what:
        yield (
            ("use", "contractors"),
            f"{' and '.join(what)} handle data, and `contractors:` says no",
            "list each institution with its task: `contractors: [{name: …, task: …}]`",
        )


def direct_identifier(case: Case) -> Iterator[Found]:
    """A limited data set has an element that is called like a direct identifier.

    Why: A data set with names, telephone numbers, street addresses or numbers of persons isn't a limited data set, and
    the agreement would say in one Exhibit what another denies. Source: 45 CFR 164.514(e)(2).
    Bad:
        provider: {party: DHCS, hipaa status: covered}
        hipaa: {relationship: limited data set, limited data set purpose: public health, ground: 45 CFR 164.514(e)}
        data: {categories: visits, elements: [{name: Telephone number, definition: Where a person is reached, classification: phi, statute: hipaa, why needed: to call}]}
    Good:
        provider: {party: DHCS, hipaa status: covered}
        hipaa: {relationship: limited data set, limited data set purpose: public health, ground: 45 CFR 164.514(e)}
        data: {categories: visits, elements: [{name: Date of visit, definition: Day of the visit, classification: phi, statute: hipaa, why needed: counts visits by day}]}
    """  # noqa: E501 (YAML that is also run)
    proposal = case.proposal
    if not any(way.hipaa.relationship == "limited_data_set" for way in directions(proposal)):
        return
    for i, element in enumerate(proposal.data.elements):
        if "phi" in element.classification and IDENTIFIERS.search(element.name.strip()):
            yield (
                ("data", "elements", i, "name"),
                f"a limited data set can't hold '{element.name}': it identifies a person by itself",
                "leave the element out, or name another relationship under HIPAA",
            )


RULES = (
    Rule("P040", Severity.WARNING, public_data),
    Rule("P041", Severity.ERROR, governed),
    Rule("P042", Severity.ERROR, element_twice),
    Rule("P043", Severity.ERROR, score),
    Rule("P044", Severity.ERROR, contractors),
    Rule("P045", Severity.ERROR, funds),
    Rule("P046", Severity.ERROR, dispute),
    Rule("P047", Severity.ERROR, redisclosure),
    Rule("P048", Severity.ERROR, bodies),
    Rule("P049", Severity.WARNING, direct_identifier),
)

"""Facts in words: what each fact of a template says, and the fields of a proposal and its parties that decide it.

A test holds the fields to the code that computes the facts.
"""

from __future__ import annotations

from typing import Final

PROVIDES: Final = ("provider: kind",)
RECEIVES: Final = ("recipient: kind",)
KINDS: Final = (*PROVIDES, *RECEIVES)

FACTS: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "disputed": ("the Proposal is disputed", ("dispute",)),
    "required_by_law": ("Law requires the disclosure", ("required by law",)),
    "two_way": ("data move both ways", ("direction",)),
    "several_providers": ("several Parties provide data", ("provider",)),
    "several_recipients": ("several Parties receive data", ("recipient",)),
    "funds": ("funds move under another instrument", ("funds",)),
    "ongoing": ("the exchange is ongoing", ("dates: mode",)),
    "open_ended": ("no end date is given", ("dates: end",)),
    "consent": ("the people described consented", ("authority: consent",)),
    "attachments": ("the Proposal has attachments", ("attachments",)),
    "confidential": ("parts of the Proposal are confidential", ("confidential",)),
    "joinder": ("a body joins the agreement", ("joinder",)),
    "tribal": ("data are a tribe's or name a tribe", ("regimes: tribal",)),
    "tribes_outside": ("a tribe that is no Party is concerned",
                       ("regimes: tribal: tribes", "provider: legal name", "recipient: legal name")),
    "provider_ipa": ("the Information Practices Act binds a Data Provider",
                     ("provider: ipa applies", *PROVIDES, "direction")),
    "provider_state": ("a Data Provider is a state body", (*PROVIDES, "direction")),
    "provider_agency": ("a Data Provider is a public agency", ("provider: public agency", *PROVIDES, "direction")),
    "provider_outside_cpra": ("a Data Provider is outside the Public Records Act",
                              ("provider: public agency", *PROVIDES, "direction")),
    "provider_under_governor": ("every Data Provider is under the Governor",
                                ("provider: under governor", *PROVIDES, "direction")),
    "ipa_by_contract": ("a Data Recipient is outside the Information Practices Act",
                        ("recipient: ipa applies", *RECEIVES, "direction")),
    "recipient_local": ("a Data Recipient is a local government", (*RECEIVES, "direction")),
    "recipient_state": ("a Data Recipient is a state body", (*RECEIVES, "direction")),
    "recipient_public": ("every Data Recipient is a governmental body", (*RECEIVES, "direction")),
    "recipient_private": ("a Data Recipient is a private body", (*RECEIVES, "direction")),
    "recipient_agency": ("a Data Recipient is a public agency", ("recipient: public agency", *RECEIVES, "direction")),
    "recipient_outside_cpra": ("a Data Recipient is outside the Public Records Act",
                               ("recipient: public agency", *RECEIVES, "direction")),
    "agency_party": ("a Party is a public agency", ("provider: public agency", "recipient: public agency", *KINDS)),
    "private_party": ("a Party is a private body", KINDS),
    "state_party": ("a Party is a state body", KINDS),
    "tribe_party": ("a Party is a tribe", KINDS),
    "uc_csu_party": ("a Party is a campus of UC or CSU", KINDS),
    "auxiliary_party": ("a Party is an auxiliary organization", KINDS),
    "auxiliary": ("an auxiliary of a campus handles the data", ("provider: auxiliary", "recipient: auxiliary")),
    "deviations": ("a local standard term isn't met", ("provider: deviations", "recipient: deviations")),
    "governing_body": ("a Party acts through a governing body", KINDS),
    "all_under_governor": ("every Party is under the Governor",
                           ("provider: under governor", "recipient: under governor", *KINDS)),
    "hipaa_any": ("a Party has a status under HIPAA", ("provider: hipaa status", "recipient: hipaa status")),
    "research": ("the use is research", ("research",)),
    "cphs": ("the state committee (CPHS) approves the research", ("research: approvals",)),
    "irb": ("a review board (IRB) approves the research", ("research: approvals",)),
    "subawards": ("the research has subawards", ("research: subawards",)),
    "students": ("students work on the research", ("research: students",)),
    "public_products": ("a product is public", ("use: products",)),
    "deidentification": ("a product is public, or a method of de-identification is named",
                         ("use: deidentification", "use: products")),
    "ai": ("the Proposal approves a use of artificial intelligence", ("use: artificial intelligence",)),
    "contractors": ("contractors have access", ("use: contractors",)),
    "redisclosure": ("further disclosure is allowed", ("redisclosure",)),
    "remote": ("remote access is used", ("transfer: remote",)),
    "cloud": ("a cloud is used", ("transfer: cloud",)),
    "there_ipa": ("the Information Practices Act binds who provides on the way there",
                  ("provider: ipa applies", *PROVIDES)),
    "back_ipa": ("the Information Practices Act binds who provides on the way back",
                 ("recipient: ipa applies", *RECEIVES, "direction")),
    "accounting": ("a Data Provider keeps an accounting of disclosures",
                   ("authority: provider: ipa ground", "return flow: authority: provider: ipa ground",
                    "provider: ipa applies", *PROVIDES, "recipient: ipa applies", *RECEIVES, "direction")),
    "agent": ("a Data Recipient acts as agent of the Data Provider",
              ("authority: provider: ipa ground", "return flow: authority: provider: ipa ground",
               "provider: ipa applies", *PROVIDES, "direction")),
    "phi": ("health information under HIPAA is among the data", ("data: elements: classification",)),
    "there_phi": ("health information moves on the way there",
                  ("data: elements: classification", "data: elements: party")),
    "back_phi": ("health information moves on the way back",
                 ("data: elements: classification", "data: elements: party", "direction")),
    "hipaa_associate": ("the Data Recipient is a business associate",
                        ("hipaa: relationship", "return flow: hipaa: relationship")),
    "hipaa_limited": ("the data are a limited data set", ("hipaa: relationship", "return flow: hipaa: relationship")),
    "ferpa": ("education records are involved", ("ferpa", "data: elements: classification")),
    "ferpa_audit": ("education records are disclosed for an audit or evaluation", ("ferpa: kind",)),
    "ferpa_studies": ("education records are disclosed for a study", ("ferpa: kind",)),
    "licensed_facility": ("the law on breaches at licensed health facilities is cited",
                          ("authority: provider: citations", "authority: recipient: citations", "regimes: riders",
                           "return flow: authority")),
    "part2": ("substance use disorder records are involved", ("regimes: part2", "data: elements: classification")),
    "fti": ("federal tax information is involved", ("regimes: fti", "data: elements: classification")),
    "ssa": ("data of the Social Security Administration are involved",
            ("regimes: ssa", "data: elements: classification")),
    "cjis": ("criminal justice information is involved", ("regimes: cjis", "data: elements: classification")),
    "hiv": ("HIV records are involved", ("regimes: hiv", "data: elements: classification")),
    "vital_records": ("vital records are involved", ("regimes: vital records", "data: elements: classification")),
    "riders": ("other confidentiality statutes, HIV records or vital records are involved",
               ("regimes: riders", "regimes: hiv", "regimes: vital records", "data: elements: classification")),
    "acknowledgment": ("users sign an acknowledgment",
                       ("terms: signed acknowledgment", "regimes", "data: elements: classification")),
}  # fmt: skip
"""For each fact its words, and the fields that decide it."""

DENIED: Final[dict[str, str]] = {
    "required_by_law": "no law requires the disclosure",
    "two_way": "data move one way only",
    "several_providers": "one Party alone provides data",
    "several_recipients": "one Party alone receives data",
    "funds": "no funds move under another instrument",
    "open_ended": "an end date is given",
    "consent": "no consent of the people described is stated",
    "attachments": "the Proposal has no attachments",
    "confidential": "no part of the Proposal is confidential",
    "tribal": "data are not a tribe's and name no tribe",
    "provider_ipa": "the Information Practices Act binds no Data Provider",
    "accounting": "no accounting of disclosures is needed",
    "there_ipa": "the Information Practices Act doesn't bind who provides on the way there",
    "back_ipa": "the Information Practices Act doesn't bind who provides on the way back",
    "deviations": "every local standard term is met",
    "cphs": "no approval of the state committee (CPHS) is stated",
    "irb": "no approval of a review board (IRB) is stated",
    "subawards": "the research has no subawards",
    "students": "no students work on the research",
    "deidentification": "no product is public, and no method of de-identification is named",
    "ai": "the Proposal approves no use of artificial intelligence",
    "contractors": "no contractors have access",
    "there_phi": "no health information moves on the way there",
    "back_phi": "no health information moves on the way back",
    "riders": "no other confidentiality statutes, HIV records or vital records are involved",
    "acknowledgment": "users sign no acknowledgment",
}
"""The words of facts that don't hold, where they don't follow from those of facts that do."""


def denied(fact: str) -> str:
    """What a fact says where it doesn't hold: `no product is public`, `the use is not research`."""
    words = FACTS[fact][0]
    if fact in DENIED:
        return DENIED[fact]
    for start, other in (("a ", "no "), ("an ", "no "), ("every ", "not every ")):
        if words.startswith(start):
            return other + words.removeprefix(start)
    verb = " is " if " is " in words else " are "
    return words.replace(verb, f"{verb}not ", 1)

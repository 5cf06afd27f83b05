"""What each variant says of its parties where it is read by the other side: addresses, records, capacity, users."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from agreegen.agreement.naming import capacity
from agreegen.law.parties import known_party, known_party_names
from agreegen.partner import Attestation, GoverningBody, Insurance, Kind, Party
from masters import EXAMPLES, example, printed, unchanged

if TYPE_CHECKING:
    from collections.abc import Callable

    from agreegen.proposal import Proposal


def recipient(**values: Any) -> Callable[[Proposal], dict[str, Any]]:
    """The recipient with other values."""
    return lambda proposal: {"recipient": (proposal.lead_recipient.model_copy(update=values),)}


def both_ways(change: Callable[[Proposal], dict[str, Any]]) -> Callable[[Proposal], dict[str, Any]]:
    """The parties of the change with their sides exchanged."""

    def swapped(proposal: Proposal) -> dict[str, Any]:
        changed = proposal.model_copy(update=change(proposal))
        return {"recipient": changed.provider, "provider": changed.recipient}

    return swapped


def clause(text: str, name: str) -> str:
    """The text of a clause."""
    return text.split(f"## [{name}]", 1)[1].split("\n#", 1)[0]


def row(text: str, label: str) -> str:
    """What the one row of a table says beside its label."""
    [found] = re.findall(rf"^\| {re.escape(label)} \| (.*?) \|$", text, re.MULTILINE)
    return str(found)


@pytest.mark.parametrize("variant", EXAMPLES)
def test_each_party_has_an_address_for_paper_or_says_that_it_has_none(variant: str) -> None:
    proposal = example(EXAMPLES[variant])
    table = (
        printed(variant, recipient(address=None))
        .split("caption: Business addresses of the Parties", 1)[1]
        .split("\n\n")[0]
    )
    assert row(table, proposal.lead_recipient.name).startswith("None stated; until the Party announces one")
    known = (
        printed(variant, recipient(address="1 Sample Street"))
        .split("caption: Business addresses", 1)[1]
        .split("\n\n")[0]
    )
    assert row(known, proposal.lead_recipient.name) == "1 Sample Street"
    assert re.search(r"business address that Exhibit [A-Z] states for the addressee", printed(variant))


def test_the_form_alone_has_no_addresses_for_paper() -> None:
    found = printed("state-agency", lambda p: {"terms": {**p.terms, "body": "proposal_only"}})
    assert "Directory of contacts by role" in found and "Business addresses" not in found


RECORDS = "Sample schedule 7"


@pytest.mark.parametrize("variant", EXAMPLES)
@pytest.mark.parametrize("general", ["County schedule", None])
def test_the_law_on_which_a_party_destroys_data_is_printed(variant: str, general: str | None) -> None:
    def change(proposal: Proposal) -> dict[str, Any]:
        use = proposal.end_of_use.model_copy(update={"retention_authority": general})
        return {**recipient(records_authority=RECORDS)(proposal), "end_of_use": use}

    found = printed(variant, change)
    called = example(EXAMPLES[variant]).lead_recipient.called
    assert row(found, f"Law or schedule on which {called} relies to destroy Data") == RECORDS
    assert ("| Records law or schedule | County schedule |" in found) is bool(general)
    said = clause(found, "retention")
    assert ("that one comes first for that Party" in said) is bool(general)
    assert ("on which the Data Recipient relies to destroy Data" in said) is (general is None)
    assert "The Approved Proposal states the Law or schedule" not in found


@pytest.mark.parametrize("variant", EXAMPLES)
def test_without_a_law_of_a_party_no_clause_speaks_of_one(variant: str) -> None:
    found = printed(variant, recipient(records_authority=None))
    assert "relies to destroy Data" not in found and "comes first for that Party" not in found


def test_a_board_that_authorizes_destruction_leaves_the_partys_own_law_standing() -> None:
    def change(proposal: Proposal) -> dict[str, Any]:
        body = {"name": "Board of Supervisors", "action": "resolution", "number": "R-1", "may destroy records": True}
        return recipient(records_authority=RECORDS, governing_body=GoverningBody.model_validate(body))(proposal)

    found = printed("local-government", change)
    said = clause(found, "governing-body-action")
    assert "the action also authorizes the destruction" in said
    assert f"the destruction of Data that this Agreement requires also rests on this authority: {RECORDS}." in said
    assert row(found, "Authority to destroy Data that is a record of the Party") == (
        f"Given by the same action; the Party also relies on: {RECORDS}"
    )


@pytest.mark.parametrize(("change", "count"), [(unchanged, 1), (both_ways(unchanged), 0)])
def test_a_campus_that_receives_data_names_its_law(change: Callable[[Proposal], dict[str, Any]], count: int) -> None:
    said = clause(printed("university", change), "governing-body-action")
    assert said.count("rests on this authority: Records retention schedule of the University.") == count


@pytest.mark.parametrize(
    ("kind", "said", "never"),
    [
        (Kind.COUNTY, "gives to a county, as Government Code sections 26201 and 26202 do.", "34090"),
        (Kind.CITY, "gives to a city, as Government Code section 34090 and the sections that follow do.", "26201 and"),
        (Kind.JPA, "only under authority that the Law that governs its records gives.", "26201 and"),
    ],
)
def test_records_law_is_that_of_the_kind(kind: Kind, said: str, never: str) -> None:
    retention = clause(printed("local-government", recipient(kind=kind)), "retention")
    assert said in retention and never not in retention
    two = printed("local-government", lambda p: {"direction": "two_way", **recipient(kind=kind)(p)})
    assert "for a county, under" in clause(two, "retention") and "34090" in clause(two, "retention")


def state_bodies() -> list[Party]:
    found = [Party.model_validate(known_party(name)) for name in known_party_names()]
    return [p for p in found if p.is_state]


def test_state_bodies_are_what_their_names_say() -> None:
    found = {p.legal_name: capacity(p).removesuffix(" of the State of California") for p in state_bodies()}
    assert len(found) > 100
    for name, said in found.items():
        words = {w.strip(",").lower() for w in name.split()}
        assert said == "a public body" or said.split()[-1] in words, name
    assert found["Mental Health Services Oversight and Accountability Commission"] == "a commission"
    assert found["Office of the Patient Advocate"] == "an office"
    assert found["Center for Data Insights and Innovation"] == found["Emergency Medical Services Authority"]
    assert found["Department of Health Care Services"] == "a department"
    assert found["California Health and Human Services Agency"] == "an agency"


def test_commercial_insurance_is_no_statement_of_cyber_cover() -> None:
    said = clause(printed("local-government", recipient(
        insurance=Insurance.model_validate({"kind": "commercial", "limits": "$2,000,000 for each occurrence"})
    )), "insurance")  # fmt: skip
    assert "meets its risks under this Agreement by commercial insurance, with these limits: $2,000,000" in said
    assert "cyber" not in said


@pytest.mark.parametrize("variant", ["local-government", "state-agency", "intra-agency"])
@pytest.mark.parametrize("body", ["full", "proposal_only"])
def test_institutions_and_students_have_access_as_the_master_provides(variant: str, body: str) -> None:
    if variant == "local-government" and body == "proposal_only":
        body = "full"

    def change(proposal: Proposal) -> dict[str, Any]:
        return {"research": example("university-research").research, "terms": {**proposal.terms, "body": body}}

    users = printed(variant, change).split("@ [access-list]", 1)[1].split("\n@ ", 1)[0]
    assert "Sub-award" not in users and "@@ Other institutions" in users
    assert "It is a Contractor for the purposes of this Agreement" in users and "| Checks results |" in users
    assert "Each of them has access only as an Authorized User of a User Group" in users


def test_a_university_keeps_its_words_for_sub_awards_and_students() -> None:
    users = printed("university").split("@ [access-list]", 1)[1].split("\n@ ", 1)[0]
    assert "caption: Institutions with a Sub-award" in users and "Other institutions" not in users
    assert "Each of them has access only" not in users


def released(proposal: Proposal) -> dict[str, Any]:
    """No research, and what the example's use makes public."""
    assert proposal.use.public_products
    return {"research": None}


def test_a_department_that_receives_from_a_campus_has_no_faculty() -> None:
    said = clause(printed("university", both_ways(unchanged)), "work-product")
    assert "faculty" not in said and "scholarship" not in said.split("\n", 1)[1]
    assert "The Law and the policies that apply to the Data Recipient decide the rights of its staff in them." in said
    own = clause(printed("university"), "work-product")
    assert "owns the scholarship, publications" in own and "Its own policies decide the rights of its faculty" in own
    mixed = clause(printed("university", lambda p: {"direction": "two_way"}), "work-product")
    assert "The policies of a Data Recipient that is a university" in mixed and "any other Data Recipient" in mixed


def test_without_research_only_listed_products_are_published() -> None:
    said = clause(printed("university", released), "publication")
    assert "may publish and present the Public Products that the Approved Proposal lists" in said
    assert "shall not publish other results" in said and "whatever the results are" not in said
    assert "publish and present the results of its work with Data, whatever" in clause(
        printed("university"), "publication"
    )


@pytest.mark.parametrize("variant", EXAMPLES)
def test_what_stands_behind_the_colophon_is_part_of_the_agreement_only_if_it_is_listed(variant: str) -> None:
    note = printed(variant).split("About this document", 2)[-1]
    assert "What stands under this heading is not part of the Agreement" in note
    assert "part of the Agreement only if Exhibit A lists it as an attachment." in note


@pytest.mark.parametrize(
    ("kind", "said"),
    [("other", r"Other; the Party describes it under Section \d+\.\d+"),
     ("campus policy", r"Campus policy, as far as it meets the standard that Section \d+\.\d+ names"),
     ("nist 800-171", r"NIST SP 800-171")],
)  # fmt: skip
def test_evidence_that_says_little_leads_to_its_section(kind: str, said: str) -> None:
    found = printed("university", recipient(security_attestation=Attestation.model_validate({"kind": kind})))
    evidence = found.split("caption: Evidence of security", 1)[1].split("\n\n")[0]
    assert re.fullmatch(said, row(evidence, example(EXAMPLES["university"]).lead_recipient.name).split(" | ")[0])


@pytest.mark.parametrize("kind", [Kind.UC, Kind.CSU])
def test_the_name_of_a_university_is_guarded_by_its_own_law(kind: Kind) -> None:
    said = clause(printed("university", recipient(kind=kind)), "use-of-names")
    assert ("section 92000" in said) is (kind is Kind.UC)
    assert ("use of the name of the California State University" in said) is (kind is Kind.CSU)


def test_a_county_without_an_office_for_it_has_no_head() -> None:
    said = clause(
        printed("local-government", both_ways(recipient(executive_role=None, unit=None))), "access-discretion"
    )
    assert (
        "the officer of Alameda County who has charge of its Data Source Systems" in said and "the head of" not in said
    )


def test_a_county_provider_is_the_venue_itself() -> None:
    said = clause(printed("local-government", both_ways(unchanged)), "governing-law-venue")
    assert "Superior Court of California in the County of Alameda, or," in said and "has its seat" not in said
    state = clause(printed("local-government"), "governing-law-venue")
    assert "in the county in which DHCS has its seat (Sacramento), or," in state


@pytest.mark.parametrize("variant", ["intra-agency", "state-agency"])
@pytest.mark.parametrize("suspension", [True, False])
def test_sections_that_end_an_exchange_are_a_list(variant: str, suspension: bool) -> None:
    found = printed(variant, lambda p: {"terms": {**p.terms, "gap": {"suspension": suspension}}})
    sections = r"\d+\.\d+, \d+\.\d+, or \d+\.\d+" if suspension else r"\d+\.\d+ or \d+\.\d+"
    assert re.search(rf"unless Section {sections} lets the Data Provider do otherwise", found)


def test_a_covered_party_without_health_information_gets_none() -> None:
    def plain(proposal: Proposal) -> dict[str, Any]:
        elements = tuple(e.model_copy(update={"classification": ("pii",)}) for e in proposal.data.elements)
        return {"data": proposal.data.model_copy(update={"elements": elements})}

    said = clause(printed("local-government", plain), "special-regimes")
    assert re.search(r"HIPAA, .*\| No \| — \| — \| Exhibit [A-Z] \(no such information is to be sent\) \|", said)
    assert "no such information" not in printed("local-government")

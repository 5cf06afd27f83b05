"""Two-way exchange: each Party provides and receives, so each is on both sides of what the templates see."""

from __future__ import annotations

import pathlib
from typing import Any

import pytest

from agreegen.agreement import Agreement, agreement_of
from agreegen.proposal import Proposal
from agreegen.reading import read_partners, read_proposal
from agreegen.render import render
from agreegen.template.outline import outline
from masters import master

ROOT = pathlib.Path(__file__).parents[1]
PROPOSALS = ROOT / "proposals"


def county(direction: str) -> Agreement:
    """The county example, in one direction or both."""
    proposal = read_proposal(PROPOSALS / "county-coverage.yaml", read_partners(PROPOSALS / "partners")).proposal
    assert proposal is not None
    return agreement_of(proposal.model_copy(update={"direction": direction}))


def test_one_way_keeps_the_sides_apart() -> None:
    context = county("one_way").context
    assert [p["name"] for p in context["providers"]] == ["DHCS"]
    assert [p["name"] for p in context["recipients"]] == ["Alameda County"]
    assert context["facts"]["recipient_local"] and not context["facts"]["recipient_state"]


def test_two_way_puts_each_party_on_both_sides_its_own_first() -> None:
    context = county("two_way").context
    assert [p["name"] for p in context["providers"]] == ["DHCS", "Alameda County"]
    assert [p["name"] for p in context["recipients"]] == ["Alameda County", "DHCS"]
    assert context["provider"]["name"] == "DHCS" and context["recipient"]["name"] == "Alameda County"
    assert context["facts"]["recipient_local"] and context["facts"]["recipient_state"]
    assert not context["facts"]["several_providers"]


def test_two_way_binds_the_county_by_contract_whichever_side_names_it() -> None:
    proposal = county("two_way").proposal
    turned = proposal.model_copy(update={"provider": proposal.recipient, "recipient": proposal.provider})
    assert agreement_of(turned).context["facts"]["ipa_by_contract"]
    one_way = turned.model_copy(update={"direction": "one_way"})
    assert not agreement_of(one_way).context["facts"]["ipa_by_contract"]


def said(agreement: Agreement) -> str:
    """The outline of the whole agreement, without the backslashes and asterisks of the notation."""
    return outline(render(master(agreement.variant), agreement.context)).replace("\\", "")


RETURN: dict[str, Any] = {
    "authority": {
        "provider": {"text": "Section B lets the other side disclose.", "citations": ["medi_cal"]},
        "recipient": {"text": "Section C lets the first side receive."},
    },
}


def both_ways(name: str, **more: Any) -> Agreement:
    """An example in both directions, its first data element from the party named under `recipient`."""
    proposal = read_proposal(PROPOSALS / f"{name}.yaml", read_partners(PROPOSALS / "partners")).proposal
    assert proposal is not None
    plain = proposal.model_dump(mode="json")
    for index, element in enumerate(plain["data"]["elements"]):
        element["party"] = ["recipient" if index == 0 else "provider"]
    plain.update({"direction": "two_way", "return_flow": RETURN, **more})
    return agreement_of(Proposal.model_validate(plain))


def test_each_way_states_its_own_authority_and_ground() -> None:
    agreement = both_ways("county-coverage")
    text = said(agreement)
    assert "Authority of Alameda County to access and use the Data that DHCS provides" in text
    assert "Authority of DHCS to access and use the Data that Alameda County provides" in text
    assert "Section B lets the other side disclose." in text and "Section C lets the first side receive." in text
    assert "The Parties state their" not in text
    rows = agreement.context["authorities"]
    assert [r["party"] for r in rows if r["citation"] == "Welfare and Institutions Code section 14100.2"]
    assert "that DHCS provides is Personal Information that the Information Practices Act protects" in text
    assert "that Alameda County provides is Personal Information" not in text


def test_each_element_names_the_party_that_provides_it() -> None:
    agreement = both_ways("county-coverage")
    first = agreement.proposal.data.elements[0].name
    assert {"party": "Alameda County", "elements": first} in agreement.context["provided"]
    assert f"| Alameda County | {first} |" in said(agreement)
    assert "Data elements by Data Provider" not in said(county("one_way"))
    governing = [r for r in agreement.context["authorities"] if r["element"] == first]
    assert {r["party"] for r in governing} <= {"Alameda County"}


@pytest.mark.parametrize("back", ["from_associate", "none", "public_health"])
def test_each_way_has_its_own_relationship_under_hipaa(back: str) -> None:
    text = said(both_ways("calhhs-hipaa", return_flow={**RETURN, "hipaa": {"relationship": back}}))
    there = "Relationship for the Data that DHCS provides: HCAI receives protected health information as the business"
    assert there in text
    assert "“Data Provider” stands for DHCS and “Data Recipient” for HCAI" in text
    words = {
        "from_associate": "HCAI gives to DHCS protected health information that it created, received, or maintained as",
        "none": "DHCS is not, for that Data, the business associate of HCAI.",
        "public_health": "HCAI discloses protected health information to a public health authority",
    }
    assert [name for name, found in words.items() if found in text] == (
        ["from_associate"] if back == "from_associate" else ["none"] if back == "none" else ["none", "public_health"]
    )
    assert "this Exhibit does not contain them" not in text


def test_a_limited_data_set_covers_its_own_way_only() -> None:
    back = {"relationship": "limited_data_set", "ground": "x", "limited_data_set_purpose": "public health"}
    agreement = both_ways("calhhs-hipaa", return_flow={**RETURN, "hipaa": back})
    text = said(agreement)
    assert "as far as HCAI provides them to DHCS." in text
    assert agreement.context["regimes"]["hipaa_lds"]["elements"] == agreement.proposal.data.elements[0].name
    assert "Purpose under 45 CFR 164.514(e)(3), for the Data that HCAI provides | Public health" in text


def test_entries_of_several_recipients_say_whose_they_are() -> None:
    proposal = county("one_way").proposal
    plain = proposal.model_dump(mode="json")
    city = {**plain["recipient"][0], "legal_name": "City of Sample", "short_name": None, "kind": "city", "id": None}
    plain["recipient"].append(city)
    plain["use"]["users"][0]["party"] = ["City of Sample"]
    plain["use"]["contractors"][0]["party"] = ["all"]
    plain["transfer"]["sites"] = [{"name": "City Hall", "party": ["City of Sample"]}, {"name": "Data center"}]
    agreement = agreement_of(Proposal.model_validate(plain))
    text = said(agreement)
    assert f"| {plain['use']['users'][0]['name']} (City of Sample) |" in text
    assert f"| {plain['use']['contractors'][0]['name']} (each Data Recipient) |" in text
    assert "City Hall (City of Sample) and Data center" in text
    assert agreement.context["provided"] == [{"party": "DHCS", "elements": "All"}]

"""Every listed party is found by its names and is a valid record."""

from __future__ import annotations

import pytest

from agreegen.law.parties import county_named, known_party, known_party_names
from agreegen.law.tables import table
from agreegen.partner import Kind, Party


@pytest.mark.parametrize(
    ("name", "legal_name", "kind"),
    [
        ("Alameda County", "County of Alameda", "county"),
        ("county of alameda", "County of Alameda", "county"),
        ("San Francisco County", "City and County of San Francisco", "county"),
        ("DHCS", "Department of Health Care Services", "calhhs_entity"),
        ("dhcs", "Department of Health Care Services", "calhhs_entity"),
        ("Department of Health Care Services", "Department of Health Care Services", "calhhs_entity"),
        ("California Department of Public Health", "Department of Public Health", "calhhs_entity"),
        ("State Department of Social Services", "Department of Social Services", "calhhs_entity"),
        ("OSHPD", "Department of Health Care Access and Information", "calhhs_entity"),
        ("Office of Youth & Community Restoration", "Office of Youth and Community Restoration", "calhhs_entity"),
        ("CalHHS", "California Health and Human Services Agency", "calhhs_entity"),
        ("EDD", "Employment Development Department", "state_agency"),
        ("Finance, Department of", "Department of Finance", "state_agency"),
        ("CalEPA", "California Environmental Protection Agency", "state_agency"),
        ("UC Davis", "University of California, Davis", "uc"),
        ("University of California Davis", "University of California, Davis", "uc"),
        ("UCLA", "University of California, Los Angeles", "uc"),
        ("Sacramento State", "California State University, Sacramento", "csu"),
        ("San Jose State University", "San José State University", "csu"),
        ("Cal Poly Pomona", "California State Polytechnic University, Pomona", "csu"),
    ],
)
def test_names(name: str, legal_name: str, kind: str) -> None:
    record = known_party(name)
    assert record is not None
    assert (record["legal_name"], record["kind"]) == (legal_name, kind)


@pytest.mark.parametrize("name", ["", "Alameda", "County of Nowhere", "Department", "UC", "City of Fresno"])
def test_what_the_lists_lack_is_not_guessed(name: str) -> None:
    assert known_party(name) is None


def test_every_row_is_a_valid_party_found_by_its_own_names() -> None:
    assert {name: len(rows) for name, rows in table("lists").items()} == {
        "calhhs": 20, "counties": 58, "csu": 22, "idea": 87, "uc": 10,
    }  # fmt: skip
    ids = set()
    for rows in table("lists").values():
        for row in rows:
            for name in (row["legal_name"], row["short_name"], *row["aliases"].split("; ")):
                if name:
                    record = known_party(name)
                    assert record is not None and record["legal_name"] == row["legal_name"], name
            party = Party.model_validate(known_party(row["legal_name"]))
            assert party.kind is Kind(row["kind"])
            ids.add(party.id)
    assert len(ids) == 197


def test_signatories_and_boards() -> None:
    dhcs = Party.model_validate(known_party("DHCS"))
    assert dhcs.chhs_agreement_signatory and dhcs.idea_signatory is not None and dhcs.idea_signatory.signed
    assert dhcs.parent_agency == "California Health and Human Services Agency"
    assert dhcs.hipaa_status is None
    edd = Party.model_validate(known_party("EDD"))
    assert not edd.chhs_agreement_signatory and edd.idea_signatory is not None
    county = Party.model_validate(known_party("San Francisco"))
    assert county.governing_body is not None and county.counsel is not None
    assert county.governing_body.name == "Board of Supervisors of the City and County of San Francisco"
    assert county.counsel.title == "City Attorney"
    assert Party.model_validate(known_party("UC Merced")).contracting_party == (
        "The Regents of the University of California"
    )
    assert Party.model_validate(known_party("UC Merced")).ipa_applies is True
    assert county.ipa_applies is False


def test_names_to_offer() -> None:
    assert list(known_party_names()) == sorted(known_party_names(), key=str.casefold)
    assert "UC Davis" in known_party_names()


@pytest.mark.parametrize(("name", "county"), [("Napa", "Napa County"), ("lake", "Lake County"),
                                              ("Kings", "Kings County"), ("Nappa", "Napa County"), ("DHCS", ""),
                                              ("Sample School District", "")])  # fmt: skip
def test_counties_by_their_bare_name(name: str, county: str) -> None:
    assert county_named(name) == county

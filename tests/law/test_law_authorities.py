"""The catalogue of authorities: found by id and citation, pointing to things that exist, honest about what was read."""

from __future__ import annotations

import re

import pytest
from law_fields import field_exists

from agreegen.law.authorities import authorities, citation_key, find_authority, nearest_authorities
from agreegen.law.clauses import clauses
from agreegen.law.exhibits import exhibits
from agreegen.law.tables import table
from agreegen.partner import Party
from agreegen.proposal import Proposal


@pytest.mark.parametrize(
    ("text", "id_"),
    [
        ("ipa_24e", "ipa_24e"),
        ("IPA 24e", "ipa_24e"),
        ("Civil Code section 1798.24(e)", "ipa_24e"),
        ("Civ. Code § 1798.24, subd. (e)", "ipa_24e"),
        ("Civ. Code, § 1798.24 (e)", "ipa_24e"),
        ("Civil Code section 1798.24, subdivision (b)", "ipa_24b"),
        ("California Civil Code section 1798.24", "ipa_24"),
        ("Civ. 1798.29", "ipa_breach"),
        ("42 CFR Part 2", "part2"),
        ("42 C.F.R. Part 2", "part2"),
        ("42 CFR 431.300", "medicaid_cfr"),
        ("42 CFR § 431.300", "medicaid_cfr"),
        ("20 USC 1232g", "ferpa"),
        ("34 CFR section 99.31(a)(6)", "ferpa_studies"),
        ("Gov. Code § 7921.505(c)(5)", "cpra_waiver"),
        ("W&I 10850", "wic10850"),
        ("Welf. & Inst. Code § 14100.2", "medi_cal"),
        ("H&S 121025", "hiv"),
        ("Health & Safety Code section 1280.15", "lic_breach"),
        ("State Administrative Manual (SAM) section 5300", "sam5300"),
        ("SAM 5305.8", "sam5305_8"),
        ("45 CFR 164.504(e)(3)(i)(A)", "hipaa_mou"),
        ("NIST Special Publication 800-88", "nist80088"),
        ("Ed. Code 17604", "school_contracts"),
        ("CJIS Security Policy", "cjis"),
    ],
)
def test_found_by_id_and_by_citation(text: str, id_: str) -> None:
    found = find_authority(text)
    assert found is not None and found.id == id_


@pytest.mark.parametrize("text", ["", "Civil Code section 1798.241", "Penal Code section 1", "45 CFR 164", "1798.24"])
def test_what_the_catalogue_lacks_is_not_guessed(text: str) -> None:
    assert find_authority(text) is None


def test_every_form_of_every_citation_leads_to_its_own_entry() -> None:
    rows = authorities()
    assert len(rows) == len(table("authorities")) >= 110
    keys: dict[str, str] = {}
    for authority in rows.values():
        for citation in (authority.citation, *authority.also):
            key = citation_key(citation)
            assert keys.setdefault(key, authority.id) == authority.id, (citation, authority.id)
            found = find_authority(citation)
            assert found is not None and found.id == authority.id, citation
            assert found.citation == citation or citation_key(found.citation) == citation_key(citation), citation


def test_a_subdivision_keeps_its_own_citation() -> None:
    found = find_authority("Gov. Code § 7921.505, subd. (c)(5)")
    assert found is not None
    assert (found.id, found.citation) == ("cpra_waiver", "Government Code section 7921.505(c)(5)")
    assert authorities()["cpra_waiver"].citation == "Government Code section 7921.505"


def test_stale_citations_are_never_current_ones() -> None:
    current = {citation_key(c) for a in authorities().values() for c in (a.citation, *a.also)}
    stale = [s for a in authorities().values() for s in a.supersedes]
    assert len(stale) >= 6
    assert not {citation_key(s) for s in stale} & current
    assert find_authority("Government Code section 6254.5") is None


def test_entries_point_to_clauses_exhibits_and_fields_that_exist() -> None:
    exhibit_ids = {e.id for e in exhibits()}
    for authority in authorities().values():
        assert set(authority.clauses) <= set(clauses()), authority.id
        assert set(authority.exhibits) <= exhibit_ids, authority.id
        assert authority.clauses or authority.exhibits, authority.id
        for field in authority.fields:
            side, _, path = field.partition(".")
            party = side in {"provider", "recipient"}
            assert field_exists(Party, path) if party else field_exists(Proposal, field), (authority.id, field)


def test_each_entry_says_where_it_was_read_or_that_it_was_not() -> None:
    unread = [a for a in authorities().values() if a.verified is None]
    assert 15 < len(unread) < 60
    for authority in authorities().values():
        assert authority.title and authority.applies_when and authority.source, authority.id
        assert authority.verified is None or re.fullmatch(r"20\d\d-\d\d-\d\d", authority.verified), authority.id
        assert (authority.verified is None) == authority.source.startswith("general knowledge"), authority.id
        assert not authority.applies_when.endswith("."), authority.id
    for subdivision in "abcdefghit":
        assert f"ipa_24{subdivision}" in authorities()
    assert authorities()["ipa_24e"].verified and not authorities()["ipa_24t"].verified


def test_nearest() -> None:
    assert nearest_authorities("ipa_24ee")[0].id in {"ipa_24e", "ipa_24"}
    assert "ipa_24e" in [a.id for a in nearest_authorities("Civil Code section 1798.24(ee)")]
    assert nearest_authorities("xxxxxxxx") == ()


@pytest.mark.parametrize(
    ("text", "id_", "citation"),
    [
        ("Civ. Code § 1798.24, subd. (u)", "ipa_24", "Civil Code section 1798.24(u)"),
        ("W&I Code 14100.2(c)", "medi_cal", "Welfare and Institutions Code section 14100.2(c)"),
        ("42 CFR 2.53(b)(1)(A)", "part2_audit", "42 CFR 2.53(b)(1)(A)"),
        ("Civil Code section 56.10(c)(7)", "cmia", "Civil Code section 56.10(c)(7)"),
    ],
)
def test_a_subdivision_is_found_by_its_section_and_claims_nothing_more(text: str, id_: str, citation: str) -> None:
    found = find_authority(text)
    assert found is not None and (found.id, found.citation, found.allows) == (id_, citation, "")


@pytest.mark.parametrize("text", ["45 CFR 164.504(e)(3)", "45 CFR 164.514(b)(2)(ii)", "Penal Code section 9999(a)"])
def test_a_neighbor_of_a_covered_subdivision_is_not_taken_for_it(text: str) -> None:
    assert find_authority(text) is None

"""Names that the lists doubt, recipients of recipients, terms of universities, and fields that contradict others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from complete_proposal import completed, read, written

from agreegen.finding import Severity
from agreegen.law.parties import doubt, known_party, meant
from agreegen.law.tables import table
from agreegen.placing import softened
from agreegen.rules import Case, check
from agreegen.rules.contradictions import CONTRACTED

if TYPE_CHECKING:
    import pathlib

    from agreegen.finding import Finding

STUDY = {"title": "Sample study", "principal investigator": "Professor of public health",
         "approvals": [{"body": "CPHS", "number": "2027-001", "date": "2027-01-15"},
                       {"body": "IRB", "number": "27-100", "date": "2027-01-20"}]}  # fmt: skip
REGENTS = {"contracting party": "The Regents of the University of California"}
TRUSTEES = {"contracting party": "The Trustees of the California State University"}
COVERED = {"party": "DHCS", "hipaa status": "covered"}


def found(folder: pathlib.Path, data: dict[str, Any], *codes: str) -> list[Finding]:
    """The findings of these rules in a proposal that is complete but for what is said."""
    reading = read(written(completed(data))[0], folder)
    assert reading.proposal is not None, reading.findings
    return [f for f in check(Case.of(reading.proposal, reading.source)) if f.code in codes]


def test_every_note_of_the_lists_asks_or_tells() -> None:
    rows = [row for rows in table("lists").values() for row in rows if row.get("note")]
    assert len(rows) >= 8
    asked = {row["legal_name"] for row in rows if doubt(row["legal_name"])}
    assert all(row["note"].startswith("signed under its former name") for row in rows if row["legal_name"] not in asked)
    assert {"Department of Fair Employment and Housing", "Business, Consumer Services, and Housing Agency"} <= asked
    assert doubt("Department of Health Care Access and Information") == doubt("Civil Rights Department") == ""


@pytest.mark.parametrize("side", ["provider", "recipient"])
def test_a_doubtful_name_is_told_at_the_party_with_what_the_lists_say(side: str, tmp_path: pathlib.Path) -> None:
    (one,) = found(tmp_path, {side: "Department of Fair Employment and Housing"}, "P062")
    assert (one.severity, one.location.path) == (Severity.WARNING, f"{side}[1]")
    assert "now the Civil Rights Department" in one.message


@pytest.mark.parametrize(("text", "named"), [
    ("CSUSB", ["california state university san bernardino"]),
    ("UC Davis; Cal Poly Pomona", ["university of california davis", "california state polytechnic university pomona"]),
    ("UC Riverside (School of Education)", ["university of california riverside"]),
    ("The Regents of the University of California", ["regents of the university of california"]),
])  # fmt: skip
def test_bodies_that_a_text_names(text: str, named: list[str]) -> None:
    assert [name for name, _ in meant(text) if name in named] == named
    assert all(body for name, body in meant(text) if name in named)


def test_a_body_that_is_only_mentioned_is_not_named() -> None:
    for text in ("Sample Foundation (UC Davis)", "Foundation of the University of California, Davis"):
        assert not any(name == "university of california davis" for name, _ in meant(text))


@pytest.mark.parametrize(("recipient", "to", "code"), [
    ({"party": "UC Davis", **REGENTS}, "UCD", "P063"),
    ({"party": "UC Davis", **REGENTS}, "Sample College and University of California, Davis", "P063"),
    ({"party": "UC Davis", **REGENTS}, "UC Merced", "P064"),
    ({"party": "UC Davis", **REGENTS}, "The Regents of the University of California", "P064"),
    ({"party": "UC Davis", **REGENTS}, "CSU Fresno", ""),
    ({"party": "UC Davis", **REGENTS}, "UC Davis Health Foundation", ""),
    ({"party": "California State University, San Bernardino", **TRUSTEES}, "CSU Fresno", "P064"),
    ({"party": "Alameda County"}, "County of Alameda", "P063"),
    ({"party": "Alameda County", "unit": "Health Care Services Agency"}, "County of Alameda", "P064"),
    ({"party": "Alameda County"}, "Contra Costa County", ""),
    ({"legal name": "Sample Foundation", "kind": "auxiliary", "campus": "University of California, Davis"}, "UC Davis",
     ""),
])  # fmt: skip
def test_whom_data_is_passed_on_to(recipient: dict[str, Any], to: str, code: str, tmp_path: pathlib.Path) -> None:
    data = {"recipient": recipient, "redisclosure": {"recipients": to, "terms": "In writing"}}
    assert [f.code for f in found(tmp_path, data, "P063", "P064")] == [code] * bool(code)


def test_a_sub_award_to_the_party_itself_is_told_once_a_place(tmp_path: pathlib.Path) -> None:
    name = "California State University, San Bernardino"
    research = {**STUDY, "subawards": [{"institution": name}, {"institution": "Sample College"}]}
    data = {"recipient": {"party": "CSUSB", "unit": "College of Education", **TRUSTEES}, "research": research,
            "use": {"contractors": [{"name": name, "task": "checks"}]},
            "redisclosure": {"recipients": [name], "terms": "As a sub-award"}}  # fmt: skip
    told = found(tmp_path, data, "P063", "P064")
    assert {(f.code, f.location.path) for f in told} == {
        ("P063", "research.subawards[1].institution"), ("P064", "redisclosure.recipients[1]"),
    }  # fmt: skip
    assert all(name in f.message or "San Bernardino" in f.message for f in told)


def test_students_and_sub_awards_of_a_county_are_one_finding_beside_that_of_the_ground(tmp_path: pathlib.Path) -> None:
    research = {**STUDY, "students": "Two trainees", "subawards": [{"institution": "Sample College"}]}
    data = {"recipient": "Alameda County", "research": research,
            "authority": {"provider": {"text": "The law allows it.", "citations": ["ipa_24t"], "ipa ground": "(t)"}},
            "use": {"contractors": [{"name": "Sample College", "task": "checks"}]},
            "redisclosure": {"recipients": "Sample College", "terms": "As a sub-award"}}  # fmt: skip
    told = found(tmp_path, data, "P039", "P065")
    assert [(f.code, f.location.path) for f in told if f.code == "P065"] == [("P065", "research.students")]
    assert sorted(f.code for f in told) == ["P039", "P065"]
    assert "students and sub-awards" in next(f.message for f in told if f.code == "P065")
    assert not found(tmp_path, {**data, "recipient": {"party": "UC Davis", **REGENTS}}, "P065")


@pytest.mark.parametrize("text", ["Contracted clinics", "Contractor staff", "Subcontractors", "Hosting vendor"])
def test_words_for_contractors(text: str) -> None:
    assert CONTRACTED.search(text)


@pytest.mark.parametrize(
    "text", ["Contractor oversight unit", "Contracts office", "Staff, no contractors", "Invendors"]
)
def test_words_for_others(text: str) -> None:
    assert not CONTRACTED.search(text)


@pytest.mark.parametrize(("relationship", "ground", "law", "codes"), [
    ("required by law", "45 CFR 164.512(k)(6)(ii)", None, ["P067", "P068"]),
    ("required by law", "45 CFR 164.512(a)", "Welfare and Institutions Code section 10850(a)", []),
    ("required by law", "45 CFR 164.512 (a)(1), Health and Safety Code section 120130", None, []),
    ("oversight", "45 CFR 164.512(d), within the limits of 42 CFR 2.53", None, []),
    ("oversight", "45 CFR 164.512(b)", None, ["P068"]),
    ("covered to covered", "45 CFR 164.506(c)(4)", None, []),
    ("covered to covered", "45 CFR 164.502(a)(1)", None, []),
    ("business associate", "45 CFR 164.512(b)", None, []),
])  # fmt: skip
def test_grounds_under_hipaa(
    relationship: str, ground: str, law: str | None, codes: list[str], tmp_path: pathlib.Path
) -> None:
    data = {"provider": COVERED, "hipaa": {"relationship": relationship, "ground": ground}, "required by law": law}
    assert sorted(f.code for f in found(tmp_path, data, "P067", "P068")) == codes


def test_the_hint_names_the_relationship_that_the_ground_is_of(tmp_path: pathlib.Path) -> None:
    data = {"provider": COVERED, "hipaa": {"relationship": "public health", "ground": "45 CFR 164.512(d)"}}
    (one,) = found(tmp_path, data, "P068")
    assert "`relationship: oversight`" in one.hint


@pytest.mark.parametrize(("recipient", "ground", "told"), [
    ({"party": "CSU Fresno", **TRUSTEES}, "45 CFR 164.512(b)", 1),
    ({"party": "CSU Fresno", **TRUSTEES}, "45 CFR 164.512(b), under contract with the department", 0),
    ({"party": "Alameda County"}, "45 CFR 164.512(b)", 0),
    ({"legal name": "Sample District", "kind": "school agency"}, "45 CFR 164.512(b)", 1),
])  # fmt: skip
def test_public_health_authorities(recipient: dict[str, Any], ground: str, told: int, tmp_path: pathlib.Path) -> None:
    data = {"provider": COVERED, "recipient": recipient, "hipaa": {"relationship": "public health", "ground": ground}}
    assert len(found(tmp_path, data, "P069")) == told


@pytest.mark.parametrize(("status", "codes"), [(None, ["P001"]), ("none", ["P034"])])
def test_a_business_associate_whose_status_is_not_said_passes_in_a_draft(
    status: str | None, codes: list[str], tmp_path: pathlib.Path
) -> None:
    data = {"provider": COVERED, "recipient": {"party": "Alameda County", "hipaa status": status},
            "hipaa": {"relationship": "business associate", "ground": "45 CFR 160.103"}}  # fmt: skip
    told = found(tmp_path, data, "P001", "P030", "P034", "P035")
    assert [f.code for f in told] == codes
    assert any(softened(f).severity is Severity.ERROR for f in told) is (status == "none")


def test_lists_find_the_names_of_this_file() -> None:
    names = ("CSU Fresno", "CSUSB", "UC Merced", "Cal Poly Pomona")
    assert all(known_party(name) for name in names)

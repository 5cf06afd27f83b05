"""The State's own form, filled in by people: cells become fields, guesses are named, and no word is lost."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from form_samples import imported_from
from official_sample import FILLED, official

from agreegen.errors import UsageError
from agreegen.forms.official_rows import PROMPTS, ROWS, digest, row_of
from agreegen.reading import read_source

if TYPE_CHECKING:
    from agreegen.forms.importing import Imported

NESTED = (
    "<w:tbl><w:tblPr/><w:tblGrid/>"
    + "".join(
        "<w:tr>" + "".join(f"<w:tc><w:tcPr/><w:p><w:r><w:t>{c}</w:t></w:r></w:p></w:tc>" for c in row) + "</w:tr>"
        for row in (("Field name", "Field type", "Definition", "Owner"), ("Telephone", "text", "Number", "County"))
    )
    + "</w:tbl><w:p/>"
)


@pytest.fixture(scope="module")
def found() -> Imported:
    return imported_from(official(FILLED, after="We'd like to start soon."))


def guesses(found: Imported) -> dict[str, str]:
    return {m[1]: f.message for f in found.findings if f.code == "M008" and (m := re.match(r"'([^']*)'", f.message))}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("proposal", "Helping families"),
        ("recipient: contacts: submitter: email", "coordinator@example.gov"),
        ("recipient: contacts: submitter: division", "Data Office"),
        ("recipient: contacts: manager: name", "Chief of Data"),
        ("provider: contacts: submitter: name", "Records Lead"),
        ("provider: contacts: manager: phone", "916-555-0104"),
        ("purpose: scope", "Calls to families & letters"),
        ("purpose: need", "telephone\nnumbers change often"),
        ("purpose: benefits: recipient", "fewer gaps"),
        ("data: categories", "eligibility\ncontact details"),
        ("use: analysis", "who was reached"),
        ("use: contractors", "yes"),
        ("transfer: method", "SFTP each month"),
        ("end of use: action", "destroy"),
        ("end of use: limits", "none but the law's"),
        ("authority: recipient: text", "Welfare and Institutions Code 14005"),
        ("funds", "no"),
        ("redisclosure", "no"),
        ("research", "yes"),
        ("research: description", "Perhaps an evaluation"),
        ("dates: start", "2027-03-01"),
        ("dates: end", "2030-02-28"),
        ("dates: mode", "ongoing"),
        ("dates: frequency", "monthly"),
        ("security: federal", "tax rules"),
        ("security: state", "SAM 5300"),
        ("recipient: contacts: executive sponsor: title", "Deputy Director of Programs"),
    ],
)
def test_a_cell_goes_to_its_field(found: Imported, field: str, value: str) -> None:
    assert found.values[field] == value


def test_lists_are_read_line_by_line(found: Imported) -> None:
    data = read_source(found.text.encode(), "x.yaml").data
    assert data["data"]["elements"] == [
        {"name": "Telephone", "definition": "number of the family"},
        {"name": "Zip code", "definition": "five figures"},
        {"name": "Language"},
    ]
    assert data["use"]["products"] == [{"name": "Work lists (intermediate, not public)", "stage": "intermediate"},
                                       {"name": "Public counts", "public": "yes"}]  # fmt: skip


def test_what_was_read_by_its_form_alone_is_a_guess_with_its_cell(found: Imported) -> None:
    told = guesses(found)
    assert {"data: categories", "data: elements[1]: name", "use: products[2]: public", "transfer: method", "research",
            "dates: start", "end of use: action", "recipient: contacts: submitter: name"} <= set(told)  # fmt: skip
    assert not {"proposal", "purpose: scope", "funds", "security: federal"} & set(told)
    finding = next(f for f in found.findings if "'transfer: method'" in f.message)
    assert finding.location.cell == "table 1, row 9, column 3"
    assert "# M008: 'transfer: method' is a guess" in found.text


def test_what_no_field_takes_is_kept_at_the_end(found: Imported) -> None:
    (told,) = [f for f in found.findings if f.code == "M011"]
    assert re.match(r"\d+ texts of the form fit no field", told.message)
    tail = found.text[found.text.rindex("# filled.docx") - 2000 :]
    for words in ("We'd like to start soon.", "the files are shredded", "No. Never."):
        assert words in tail


@pytest.mark.parametrize("name", [n for n, a in FILLED.items() if isinstance(a, list)])
def test_no_word_is_lost(found: Imported, name: str) -> None:
    whole = re.sub(r"[^a-z0-9]+", " ", (found.text + " ".join(found.values.values())).lower())
    answers = FILLED[name]
    for text in answers if name not in ("Known risks", "Possible alternatives") else []:
        said = text.partition(":")[2] if re.match(r"\w[\w ]{2,20}:", text) else text
        for word in re.findall(r"[a-z0-9]+", re.sub(r"(March|February) \d+, \d+", "", said).lower()):
            assert re.search(rf"\b{word}\b", whole) or word in ("yes", "to", "and", "ongoing"), word


def test_a_dispute_that_isnt_one_is_not_made(found: Imported) -> None:
    assert not re.search(r"(?m)^[# ]*dispute", found.text)
    assert not any(name.startswith("dispute") for name in found.values)


def test_a_dispute_is_read() -> None:
    found = imported_from(
        official({**FILLED, "Known risks": ["Environment: the press", "Outside entities: advocates"]})
    )
    assert found.values["dispute"] == "yes"
    assert found.values["dispute: environment"] == "the press"
    assert found.values["dispute: outside entities"] == "advocates"


def test_a_table_of_elements_within_the_cell() -> None:
    found = imported_from(official({**FILLED, "Data elements": NESTED}))
    data = read_source(found.text.encode(), "x.yaml").data
    assert data["data"]["elements"] == [{"name": "Telephone", "definition": "Number"}]
    assert "owner: County" in found.text


def test_parties_are_missing_and_told(found: Imported) -> None:
    empty = {f.location.path for f in found.findings if f.code == "M002"}
    assert {"provider: legal name", "recipient: kind", "undisputed because"} <= empty
    assert found.form == "official form"


def test_pending_changes_are_named() -> None:
    added = "<w:p><w:ins><w:r><w:t>Two years</w:t></w:r></w:ins></w:p>"
    found = imported_from(official({**FILLED, "Critical dates": added}))
    assert "M006" in {f.code for f in found.findings}
    assert "Two years" in found.text


def test_another_table_is_no_form() -> None:
    with pytest.raises(UsageError, match="is no form"):
        imported_from(official({"Research": ["no"], "Contact information": ["x"], "Approvals": ["y"]}))
    without = {n: a for n, a in FILLED.items() if n != "Use case name"}
    with pytest.raises(UsageError, match="is no form"):
        imported_from(official(without))


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("X No further disclosure", "no"),
        ("\u2610 Yes \u2612 No", "no"),
        ("\u2612 Yes \u2610 No, as agreed", "yes"),
        ("Yes [x] No [ ]", "yes"),
        ("Yes \u2610 No \u2612", "no"),
        ("Yes X  No", "yes"),
        ("Yes / No", ""),
        ("N", "no"),
    ],
)
def test_ticks_are_read_as_the_word_that_they_mark(said: str, answer: str) -> None:
    found = imported_from(official({**FILLED, "Further disclosure": [said]}))
    assert found.values.get("redisclosure", "") == answer
    for words in ("further disclosure", "as agreed", "Yes / No"):
        assert words not in said or words in found.text


def test_people_under_one_question_are_one_of_each_side() -> None:
    answers = ["Approval is given: not disputed", "Jo Doe, Deputy Director", "jo@example.gov, 916-555-0115",
               "Sam Poe, Chief Deputy, sam@example.gov, 916-555-0116", "Lee Moe, Data Coordinator, lee@example.gov",
               "Kim Noe, Data Coordinator, kim@example.gov", "Ty Low, Deputy Director, ty@example.gov"]  # fmt: skip
    found = imported_from(official({**FILLED, "Approvals": answers}))
    assert found.values["recipient: contacts: executive sponsor: name"] == "Jo Doe"
    assert found.values["recipient: contacts: executive sponsor: phone"] == "916-555-0115"
    assert found.values["provider: contacts: executive sponsor: email"] == "sam@example.gov"
    assert found.values["recipient: contacts: data coordinator: name"] == "Lee Moe"
    assert found.values["provider: contacts: data coordinator: name"] == "Kim Noe"
    assert "provider: contacts: executive sponsor" in guesses(found)
    for words in ("Approval is given: not disputed", "Ty Low, Deputy Director, ty@example.gov"):
        assert words in found.text


def test_numbers_before_entries_are_not_their_names() -> None:
    found = imported_from(official({**FILLED, "Data elements": ["1. Telephone", "2) Zip code: five", "(3) Language"]}))
    names = [found.values[f"data: elements[{n}]: name"] for n in (1, 2, 3)]
    assert names == ["Telephone", "Zip code", "Language"]


def test_one_answer_for_several_fields_is_a_guess() -> None:
    found = imported_from(official({**FILLED, "Purpose": ["Benefits: fewer gaps, for all"]}))
    assert "the benefits of several" in guesses(found)["purpose: benefits: recipient"]


def test_rows_are_found_by_their_names() -> None:
    assert row_of("Use Case Name") is ROWS[0]
    assert row_of("Field 3: Scope of the use case") is None
    assert row_of("A long sentence " * 8) is None
    assert len(PROMPTS) > 50
    assert digest("A  b-C") == digest("abc")
    assert digest(" -- ") == ""


def test_prompts_that_are_printed_are_no_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """The printed prompts are known by their digests alone; here two of our own stand for them."""
    from agreegen.forms import official as reader  # noqa: PLC0415 (for this test alone)

    own = frozenset({digest("What the scope is"), digest("The reason to share")})
    monkeypatch.setattr(reader, "PROMPTS", own)
    cell = ["What the scope is: Calls", "The reason to share", "Mail fails"]
    found = imported_from(official({**FILLED, "Purpose": cell}))
    assert found.values["purpose: scope"] == "Calls"
    assert found.values["purpose: reason"] == "Mail fails"
    empty = imported_from(official({**FILLED, "Purpose": ["What the scope is", "The reason to share"]}))
    assert "purpose: scope" not in empty.values

"""Words of a list or a proposal that no agreement may print: told with place and remedy, and nothing is made."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from agreegen.finding import Severity
from agreegen.law.parties import contradiction
from agreegen.partner import Contact, GoverningBody
from agreegen.reading import partners_of, read_partner_list, read_proposal, read_source
from agreegen.reading.assembly import Partners
from agreegen.reading.listed import Block
from agreegen.reading.listing import Entry, Gathering
from agreegen.reading.source import Place
from agreegen.rules import Case, check

if TYPE_CHECKING:
    import pathlib

    from agreegen.finding import Finding
    from agreegen.reading import PartnerList

HEAD = "proposal: Sample\nprovider: DHCS\n"


def put(folder: pathlib.Path, content: str, name: str = "partners.csv") -> PartnerList:
    (folder / name).write_text(content, encoding="utf-8")
    return read_partner_list(name, folder)


def of_proposal(folder: pathlib.Path, text: str) -> tuple[Finding, ...]:
    (folder / "proposal.yaml").write_text(HEAD + text, encoding="utf-8")
    return read_proposal(folder / "proposal.yaml").findings


@pytest.mark.parametrize(
    ("row", "column", "said"),
    [
        ("Alpine County,East Bay Health Care District,special district,,", "B (legal name)", "County of Alpine"),
        ("Alpine County,,special district,,", "C (kind)", "county"),
        (',"University of California, Davis",county,uc-davis,', "C (kind)", "'uc'"),
        (",Yolo County,city,,", "C (kind)", "County of Yolo"),
        ("Colusa County,,,,Napa County", "E (short name)", "County of Colusa"),
    ],
)
def test_row_that_contradicts_its_party_is_not_made(row: str, column: str, said: str, tmp_path: pathlib.Path) -> None:
    found = put(tmp_path, f"party,legal name,kind,id,short name\n{row}\n")
    (finding,) = found.findings
    assert not found.partners
    assert (finding.code, finding.severity) == ("D008", Severity.ERROR)
    assert finding.location.cell == f"row 2, column {column}"
    assert said in finding.message
    assert finding.hint


names = st.sampled_from(["County of Napa", "napa county", "Napa", "CDA", "SF", "Nobody's District", " ", "", 7])


@given(st.dictionaries(st.sampled_from(["legal name", "Legal_Name", "legal-name"]), names, max_size=2),
       st.dictionaries(st.sampled_from(["short name", "Short_Name"]), names, max_size=2),
       st.sampled_from([{}, {"kind": "county"}, {"Kind": "special district"}, {"kind": "city"}]))  # fmt: skip
def test_record_is_told_as_often_as_it_contradicts_the_lists(
    legal: dict[str, Any], short: dict[str, Any], kind: dict[str, str]
) -> None:
    record = legal | short | kind
    gathering = Gathering(Partners())
    entry = Entry(record, {}, Block({(): Place("partners.yaml", (1, 1), (1, 1))}))
    gathering._contradicted(entry, record, {}, record, None)
    odd = contradiction(record)
    assert [(f.message, f.hint) for f in gathering.findings] == ([odd[1:]] if odd else [])


@pytest.mark.parametrize(
    "row",
    [
        "Napa County,County of Napa,county,,",
        "County of Napa,napa county,County,napa,",
        ",Yolo County Flood Control,special district,,",
        ",CDA,nonprofit,cda,CDA",
        "San Francisco,City and County of San Francisco,,,SF",
    ],
)
def test_names_that_agree_are_right(row: str, tmp_path: pathlib.Path) -> None:
    found = put(tmp_path, f"party,legal name,kind,id,short name\n{row}\n")
    assert (len(found.partners), found.findings) == (1, ())


def test_row_that_contradicts_a_record_of_the_folder(tmp_path: pathlib.Path) -> None:
    from agreegen.reading import read_partners  # noqa: PLC0415 (only here)

    (tmp_path / "partners").mkdir()
    (tmp_path / "partners" / "clinic.yaml").write_text("legal name: Sample Clinic\nkind: nonprofit\n")
    (tmp_path / "list.csv").write_text("party,legal name\nclinic,Other Clinic\n")
    found = read_partner_list("list.csv", tmp_path, read_partners(tmp_path / "partners"))
    assert [f.code for f in found.findings] == ["D008"]
    assert not found.partners


@pytest.mark.parametrize(
    "recipient",
    [
        "{party: Alpine County, legal name: County of Butte}",
        "{party: Alpine County, kind: city}",
        "{legal name: County of Butte, kind: city}",
    ],
)
def test_party_of_a_proposal_that_contradicts_itself(recipient: str, tmp_path: pathlib.Path) -> None:
    (finding,) = of_proposal(tmp_path, f"recipient: {recipient}\n")
    assert (finding.code, finding.location.line) == ("D008", 3)
    assert finding.location.path.startswith("recipient.")


@pytest.mark.parametrize("phone", ["call 311", "-", "707-555-01", "9165550135.0", "911", "(916) 555-01000", "none"])
def test_phone_without_ten_digits(phone: str) -> None:
    with pytest.raises(ValueError, match="isn't a telephone number with its area code"):
        Contact.model_validate({"phone": phone})


@pytest.mark.parametrize(
    ("said", "printed"),
    [
        ("(916) 555-0100", "(916) 555-0100"),
        (9165550100, "(916) 555-0100"),
        ("916.555.0100 ext. 4", "916.555.0100 ext. 4"),
        ("+1 760 555 0109", "+1 760 555 0109"),
        ("1-800-555-0100 x12", "1-800-555-0100 x12"),
        ("(916)\u00a0555\u20110100", "(916)\u00a0555\u20110100"),
        ("916/555-0100, or 916/555-0101 at night", "916/555-0100, or 916/555-0101 at night"),
        ("+44 20 7946 0958", "+44 20 7946 0958"),
    ],
)
def test_phones_stay_as_they_are_written(said: str | int, printed: str) -> None:
    assert Contact.model_validate({"phone": said}).phone == printed


def test_address_of_a_link_is_no_mailbox(tmp_path: pathlib.Path) -> None:
    contacts = "contacts: {incident: {email: 'mailto:privacy@example.gov'}}"
    (finding,) = of_proposal(tmp_path, f"recipient: {{party: Alpine County, {contacts}}}\n")
    assert (finding.code, finding.hint) == ("D003", "write `privacy@example.gov` alone")


@pytest.mark.parametrize("action", ["handshake", "yes, approved", "disorderly vote"])
def test_action_is_one_of_the_words(action: str, tmp_path: pathlib.Path) -> None:
    body = f"governing body: {{action: '{action}'}}"
    (finding,) = of_proposal(tmp_path, f"recipient: {{party: Alpine County, {body}}}\n")
    assert (finding.code, "minute order" in finding.hint) == ("D003", True)
    assert action in finding.message


@pytest.mark.parametrize("action", ["resolution", "Minute Order", "board order", "Ordinance", "standing delegation"])
def test_action_by_its_words(action: str) -> None:
    assert GoverningBody.model_validate({"name": "Board", "action": action}).action == action


RUBBISH = ("#REF!", "=VLOOKUP(A2,x,1)", "{{ partner.secret }}", "{% if x %}", "N/A", "n/a", "-", "\u2014", "?", "none",
           "tba", "xxx", "see #N/A", "#DIV/0!", "Err:508")  # fmt: skip


@pytest.mark.parametrize("said", RUBBISH)
def test_rubbish_of_a_partner_is_told(said: str, tmp_path: pathlib.Path) -> None:
    found = put(tmp_path, f'party,records authority\nAlpine County,"{said}"\n')
    (tmp_path / "proposal.yaml").write_text(HEAD + "recipient: partner\n", encoding="utf-8")
    reading = read_proposal(tmp_path / "proposal.yaml", partners_of(found.partners), found.partners[0].id)
    assert reading.proposal is not None
    (finding,) = (f for f in check(Case.of(reading.proposal, reading.source)) if f.code == "P055")
    assert finding.location.cell == "row 2, column B (records authority)"
    assert finding.severity is Severity.ERROR


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("recipient: {party: Alpine County, hipaa status: none}\n", False),
        ("recipient: {party: Alpine County, governing body: {delegation limits: none}}\n", False),
        ("recipient: Alpine County\ndata: {linkage: none}\n", False),
        ("recipient: Alpine County\npurpose: {scope: none}\n", True),
        ("recipient: Alpine County\npurpose: {scope: '= 3 lists, R&D {a} #4 - none of them'}\n", False),
        ("recipient: Alpine County\ndata: {linkage: '#VALUE!'}\n", True),
    ],
)
def test_none_stays_where_a_field_knows_it(text: str, told: bool, tmp_path: pathlib.Path) -> None:
    (tmp_path / "proposal.yaml").write_text(HEAD + text, encoding="utf-8")
    reading = read_proposal(tmp_path / "proposal.yaml")
    proposal = reading.proposal or reading.remainder
    assert proposal is not None
    assert ("P055" in {f.code for f in check(Case.of(proposal, reading.source))}) is told


DATES = "dates: {{start: {start}, end: 2030-03-31, deadlines: '{deadline}'}}\n"


def dated(folder: pathlib.Path, dates: str, listed: str = "party\nAlpine County\n") -> list[Finding]:
    """What the rules on dates find for the first partner of a list."""
    found = put(folder, listed)
    (folder / "proposal.yaml").write_text(HEAD + "recipient: partner\n" + dates, encoding="utf-8")
    reading = read_proposal(folder / "proposal.yaml", partners_of(found.partners), found.partners[0].id)
    assert reading.proposal is not None
    return [f for f in check(Case.of(reading.proposal, reading.source)) if f.code in ("P010", "P014")]


@pytest.mark.parametrize(
    "deadline",
    ["First list on April 1, 2027", "First files in April 2027", "data sent by 2027-04-30", "Delivery: 4/2/2027"],
)
def test_delivery_before_the_start(deadline: str, tmp_path: pathlib.Path) -> None:
    (finding,) = dated(tmp_path, DATES.format(start="2027-05-01", deadline=deadline))
    assert (finding.code, finding.location.path) == ("P014", "dates.deadlines[1]")
    assert deadline in finding.message
    assert finding.hint.count("proposal.yaml:4:") == 2


@pytest.mark.parametrize(
    "deadline",
    ["First list on May 1, 2027", "First files in May 2027", "Test file with made-up data by April 1, 2027",
     "Signatures by April 1, 2027; first list on May 3, 2027", "Fee year begins on January 1, 2027"],
)  # fmt: skip
def test_what_may_come_before_the_start(deadline: str, tmp_path: pathlib.Path) -> None:
    assert dated(tmp_path, DATES.format(start="2027-05-01", deadline=deadline)) == []


def test_override_of_the_start_is_told_at_its_cell(tmp_path: pathlib.Path) -> None:
    listed = "party,dates.start\nAlpine County,2031-05-01\n"
    found = dated(tmp_path, DATES.format(start="2027-04-01", deadline="First list on April 1, 2027"), listed)
    assert sorted(f.code for f in found) == ["P010", "P014"]
    assert {f.location.cell for f in found} == {"row 2, column B (dates.start)"}
    assert all("proposal.yaml:4:" in f.hint for f in found)


def test_number_of_a_day_in_text(tmp_path: pathlib.Path) -> None:
    found = put(tmp_path, "party,security attestation date\nAlpine County,44941\n")
    (tmp_path / "proposal.yaml").write_text(HEAD + "recipient: partner\n", encoding="utf-8")
    reading = read_proposal(tmp_path / "proposal.yaml", partners_of(found.partners), found.partners[0].id)
    (finding,) = (f for f in reading.findings if f.code == "D003" and "date" in f.message)
    assert "Excel counts days so, and means January 15, 2023" in finding.message
    assert "save the list as .xlsx" in finding.hint


def test_date_of_two_meanings_tells_of_workbooks(tmp_path: pathlib.Path) -> None:
    (finding,) = put(tmp_path, "party,dates.start\nAlpine County,2/9/2027\n").findings
    assert "year-month-day" in finding.hint
    assert "save the list as Excel Workbook (.xlsx)" in finding.hint


@pytest.mark.parametrize("recipient", ["CDPH", "{party: CDPH}", '"University of California, Davis"'])
def test_hint_of_a_missing_field_can_be_pasted(recipient: str, tmp_path: pathlib.Path) -> None:
    (tmp_path / "proposal.yaml").write_text(HEAD + f"recipient: {recipient}\n", encoding="utf-8")
    reading = read_proposal(tmp_path / "proposal.yaml")
    assert reading.proposal is not None
    found = [f for f in check(Case.of(reading.proposal, reading.source)) if f.code == "P001"]
    hints = [pasted[1] for f in found if (pasted := re.search(r"`([^`]*: .*?)`(?:,| below)", f.hint))]
    assert any("Deputy Director, Data Services" in hint for hint in hints)
    for hint in hints:
        assert read_source(f"{hint}\n".encode(), "x").findings == []


@pytest.mark.parametrize(
    ("columns", "cells", "column"),
    [
        ("governing body.date,legal name,kind", "2027-02-09,Sample District,special district", "governing body.name"),
        ("legal name,id", "Sample District,a", "kind"),
        ("party,deviations.1.term", "Alpine County,Term", "deviations.1.reason"),
    ],
)
def test_what_a_sheet_lacks_is_a_column(columns: str, cells: str, column: str, tmp_path: pathlib.Path) -> None:
    found = put(tmp_path, f"{columns}\n{cells}\n")
    (tmp_path / "proposal.yaml").write_text(HEAD + "recipient: partner\n", encoding="utf-8")
    reading = read_proposal(tmp_path / "proposal.yaml", partners_of(found.partners), found.partners[0].id)
    (finding,) = (f for f in reading.findings if f.code == "D002")
    assert finding.hint.endswith(f"fill in the column `{column}`")


def test_hidden_rows_are_named(tmp_path: pathlib.Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "list.xlsx") as book:
        sheet = book.add_worksheet("Partners")
        for row, name in enumerate(("party", "Alpine County", "Butte County", "Colusa County")):
            sheet.write(row, 0, name)
        sheet.set_row(2, None, None, {"hidden": True})
        sheet.set_row(9, None, None, {"hidden": True})
    found = read_partner_list("list.xlsx", tmp_path)
    (note,) = found.findings
    assert len(found.partners) == 3
    assert (note.code, note.severity, note.location.cell) == ("L006", Severity.NOTE, "row 3")
    assert note.message.endswith("used like the others: 3")

"""Lists of partners as people keep them: what is read, what is told, and that nothing is lost, invented or guessed."""

from __future__ import annotations

import datetime as dt
import io
import pathlib
import tempfile
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
import xlsxwriter
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from agreegen.errors import UsageError
from agreegen.finding import Severity
from agreegen.reading import (
    PartnerList,
    partners_of,
    read_partner_list,
    read_partners,
    read_proposal,
    read_source,
)
from agreegen.reading.matching import chosen, condition, matching
from agreegen.reading.table import split
from agreegen.report import as_sarif, line_of
from agreegen.rules import Case, check
from agreegen.rules.faults import FAULTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agreegen.finding import Finding
    from agreegen.reading import Listed

PROPOSALS = pathlib.Path(__file__).parents[2] / "proposals"
HEAD = "proposal: Sample\nprovider: DHCS\nrecipient: partner\n"


def put(folder: pathlib.Path, content: str | bytes, name: str = "partners.csv") -> PartnerList:
    """The list that a file with this content is."""
    (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return read_partner_list(name, folder)


def book(*sheets: tuple[str, Sequence[Sequence[Any]]], hidden: Sequence[str] = ()) -> bytes:
    """A workbook with these sheets; a text that starts with = is a formula whose result isn't in the file."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_numbers": False}) as target:
        day = target.add_format({"num_format": "m/d/yyyy"})
        for name, rows in sheets:
            sheet = target.add_worksheet(name)
            for row, cells in enumerate(rows):
                for column, value in enumerate(cells):
                    if isinstance(value, str) and value.startswith("="):
                        sheet.write_formula(row, column, value, None, "")
                    elif isinstance(value, dt.date):
                        sheet.write_datetime(row, column, value, day)
                    elif value is not None:
                        sheet.write(row, column, value)
            if name in hidden:
                sheet.hide()
    return stream.getvalue()


def only(found: PartnerList) -> Listed:
    assert len(found.partners) == 1, [line_of(f) for f in found.findings]
    return found.partners[0]


def told(found: PartnerList) -> Finding:
    assert len(found.findings) == 1, [line_of(f) for f in found.findings]
    return found.findings[0]


def silent(found: PartnerList) -> tuple[Listed, ...]:
    assert found.findings == (), [line_of(f) for f in found.findings]
    return found.partners


# ------------------------------------------------------------------------------------------------------ codes


@pytest.mark.parametrize("code", sorted(c for c in FAULTS if c.startswith("L")))
def test_bad_list_has_the_fault_and_good_has_none(code: str, tmp_path: pathlib.Path) -> None:
    fault = FAULTS[code]
    name = "list.yaml" if fault.bad.startswith("party:") else "list.csv"
    assert {f.code for f in put(tmp_path, fault.bad, name).findings} == {code}
    assert silent(put(tmp_path, fault.good, name))


# ---------------------------------------------------------------------------------------------------- columns


@pytest.mark.parametrize(
    "heading",
    [
        "contacts.incident.email", "Contacts.Incident.Email", "contacts_incident_email", "contacts: incident: email",
        "Incident email", "incident.e-mail", "contacts > incident > email", "contacts.incident.email *",
        "Incident\nEmail", "contacts/incident/email (required)", "INCIDENT  MAILBOX",
    ],
)  # fmt: skip
def test_headings_are_forgiving(heading: str, tmp_path: pathlib.Path) -> None:
    found = put(tmp_path, f'party,"{heading}"\nAlameda County,privacy@example.gov\n')
    assert silent(found)[0].record["contacts"] == {"incident": {"email": "privacy@example.gov"}}


def test_overrides_by_name_and_by_word(tmp_path: pathlib.Path) -> None:
    text = "party,dates.start,override: dates.end,terms.small_cell,use.products\n"
    text += "Alameda County,2027-03-01,2030-02-28,25,a; b"
    assert silent(put(tmp_path, text))[0].overrides == {
        "dates": {"start": "2027-03-01", "end": "2030-02-28"}, "terms": {"small_cell": 25},
        "use": {"products": ["a", "b"]},
    }  # fmt: skip


def test_unknown_column_is_told_with_the_nearest_and_its_cells(tmp_path: pathlib.Path) -> None:
    found = put(tmp_path, "party,hipa status,\nAlameda County,hybrid,\nAlpine County,,\n")
    finding = told(found)
    assert (finding.code, finding.severity) == ("L002", Severity.WARNING)
    assert "1 filled cell" in finding.message
    assert "hipaa status" in finding.hint
    assert len(found.partners) == 2


def test_ambiguous_column_stops_every_row(tmp_path: pathlib.Path) -> None:
    found = put(tmp_path, "party,phone\nAlameda County,(510) 555-0100\n")
    assert (told(found).code, found.partners) == ("L003", ())
    assert "contacts.data coordinator.phone" in told(found).hint


def test_two_columns_of_one_field(tmp_path: pathlib.Path) -> None:
    found = put(tmp_path, "party,incident email,contacts.incident\nAlameda County,a@example.gov,b@example.gov\n")
    assert (told(found).code, found.partners) == ("L003", ())
    assert "B and C" in told(found).message


def test_party_cannot_be_overridden_by_a_column(tmp_path: pathlib.Path) -> None:
    found = put(tmp_path, "party,provider.unit\nAlameda County,Audits\n")
    assert (told(found).code, found.partners) == ("L003", ())


def test_entries_of_lists_are_numbered(tmp_path: pathlib.Path) -> None:
    text = "party,deviations.1.term,deviations.1.reason,deviations.2.term,deviations.2.reason,reviewers\n"
    partner = silent(put(tmp_path, text + "Alameda County,a,b,c,d,Risk Manager; Controller\n"))[0]
    assert partner.record["deviations"] == [{"term": "a", "reason": "b"}, {"term": "c", "reason": "d"}]
    assert partner.record["reviewers"] == ["Risk Manager", "Controller"]


# ------------------------------------------------------------------------------------------------------- cells


@pytest.mark.parametrize(
    ("cell", "date"),
    [("2027-02-09", "2027-02-09"), ("2/19/2027", "2027-02-19"), ("02/02/2027", "2027-02-02"),
     ("February 9, 2027", "2027-02-09"), ("12/31/2027 0:00", "2027-12-31")],
)  # fmt: skip
def test_dates(cell: str, date: str, tmp_path: pathlib.Path) -> None:
    assert silent(put(tmp_path, f'party,dates.start\nAlameda County,"{cell}"\n'))[0].overrides["dates"]["start"] == date


@pytest.mark.parametrize(
    ("cell", "word"),
    [("2/9/2027", "February 9 or September 2"), ("19/2/2027", "month first"), ("2/19/27", "century"),
     ("2/30/2027", "month first"), ("0/5/2027", "month first"), ("5/0/2027", "month first"),
     ("1/2/0000", "month first"), ("0/0/2027", "month first"), ("0-00-0000", "month first")],
)  # fmt: skip
def test_dates_are_never_guessed(cell: str, word: str, tmp_path: pathlib.Path) -> None:
    found = put(tmp_path, f"party,dates.start\nAlameda County,{cell}\nAlpine County,2027-02-09\n")
    assert (told(found).code, told(found).severity) == ("L005", Severity.ERROR)
    assert word in told(found).message
    assert only(found).id == "alpine-county"


@pytest.mark.parametrize(
    ("column", "cell", "value"),
    [
        ("population", "1,650,000", 1650000), ("population", "1650000", 1650000), ("kind", "COUNTY", "county"),
        ("hipaa status", "Business Associate", "business associate"), ("education agency", "TRUE", True),
        ("education agency", "No", False), ("governing body.number", "0017", "0017"), ("unit", " x ", "x"),
        ("reviewers", "Risk Manager", ["Risk Manager"]), ("insurance.kind", "self-insured", "self insured"),
        ("unit", "=1+1", "=1+1"), ("education agency", "perhaps", "perhaps"),
        ("address", "1 Main Street\nSample", None),
    ],
)  # fmt: skip
def test_cells_of_csv(column: str, cell: str, value: Any, tmp_path: pathlib.Path) -> None:
    node: Any = silent(put(tmp_path, f'party,{column}\nAlameda County,"{cell}"\n'))[0].record
    for key in column.split("."):
        node = node[key]
    assert node == (cell if value is None else value)
    assert type(node) is type(cell if value is None else value)


def test_cells_of_a_workbook(tmp_path: pathlib.Path) -> None:
    heads = ["party", "governing body.date", "education agency", "population", "incident phone", "unit", "dates.start"]
    cells = ["Alameda County", dt.date(2027, 2, 9), True, 1650000, 5105550100, "007", dt.datetime(2027, 3, 1)]
    partner = silent(put(tmp_path, book(("List", [heads, cells])), "p.xlsx"))[0]
    assert partner.record == {
        "party": "Alameda County", "governing body": {"date": "2027-02-09"}, "education agency": True,
        "population": 1650000, "contacts": {"incident": {"phone": "5105550100"}}, "unit": "007",
    }  # fmt: skip
    assert partner.overrides == {"dates": {"start": "2027-03-01"}}


def test_dates_of_the_other_epoch(tmp_path: pathlib.Path) -> None:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True, "date_1904": True}) as target:
        sheet = target.add_worksheet()
        sheet.write_row(0, 0, ["party", "dates.start"])
        sheet.write(1, 0, "Alameda County")
        sheet.write_datetime(1, 1, dt.datetime(2027, 3, 1), target.add_format({"num_format": "dd/mm/yyyy"}))
    assert silent(put(tmp_path, stream.getvalue(), "p.xlsx"))[0].overrides == {"dates": {"start": "2027-03-01"}}


def test_number_in_a_format_of_its_own_is_told(tmp_path: pathlib.Path) -> None:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as target:
        sheet = target.add_worksheet("List")
        sheet.write_row(0, 0, ["party", "incident phone", "insurance.limits", "population", "address", "dates.start"])
        sheet.write(1, 0, "Alameda County")
        sheet.write_number(1, 1, 5105550100, target.add_format({"num_format": "(000) 000-0000"}))
        sheet.write_number(1, 2, 1500, target.add_format({"num_format": 5}))
        sheet.write_number(1, 3, 1500, target.add_format({"num_format": "#,##0"}))
        sheet.write_number(1, 4, 1500, target.add_format({"bold": True}))
        sheet.write_datetime(1, 5, dt.datetime(2027, 3, 1), target.add_format({"num_format": "dd/mm/yyyy"}))
    found = put(tmp_path, stream.getvalue(), "p.xlsx")
    assert [(f.code, f.severity, f.location.cell[:15]) for f in found.findings] == [
        ("L005", Severity.WARNING, "row 2, column B"), ("L005", Severity.WARNING, "row 2, column C"),
    ]  # fmt: skip
    assert only(found).record["population"] == 1500


def test_lost_zeros_are_told(tmp_path: pathlib.Path) -> None:
    found = put(tmp_path, book(("List", [["party", "incident phone"], ["Alameda County", 5550100]])), "p.xlsx")
    assert (told(found).severity, only(found).record["contacts"]) == (
        Severity.WARNING,
        {"incident": {"phone": "5550100"}},
    )
    assert str(told(found).location).endswith("p.xlsx, sheet List, row 2, column B (contacts.incident.phone)")


@pytest.mark.parametrize("cell", [dt.date(2027, 3, 4), dt.datetime(2027, 3, 4, 12, 30)])
def test_text_that_excel_made_a_date(cell: Any, tmp_path: pathlib.Path) -> None:
    heads = ["party", "governing body.number"]
    found = put(tmp_path, book(("List", [heads, ["Alameda County", cell]])), "p.xlsx")
    assert (told(found).code, found.partners) == ("L005", ())


def test_number_where_a_date_belongs(tmp_path: pathlib.Path) -> None:
    found = put(tmp_path, book(("List", [["party", "dates.start"], ["Alameda County", 46427]])), "p.xlsx")
    assert (told(found).code, found.partners) == ("L005", ())


def test_formula_without_a_result_is_told(tmp_path: pathlib.Path) -> None:
    rows = [["party", "unit"], ["Alameda County", '=CONCATENATE("a","b")'], ["Alpine County", "x"]]
    found = put(tmp_path, book(("List", rows)), "p.xlsx")
    assert "formula" in told(found).message
    assert only(found).id == "alpine-county"


def test_row_of_formulas_without_results_isnt_lost(tmp_path: pathlib.Path) -> None:
    found = put(tmp_path, book(("List", [["party"], ["=A9"], ["Alpine County"]])), "p.xlsx")
    assert (told(found).code, only(found).id) == ("L005", "alpine-county")


def test_error_of_excel_is_told(tmp_path: pathlib.Path) -> None:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as target:
        sheet = target.add_worksheet()
        sheet.write_row(0, 0, ["party", "unit"])
        sheet.write(1, 0, "Alameda County")
        sheet.write_formula(1, 1, "=NA()", None, "#N/A")
    found = put(tmp_path, stream.getvalue(), "p.xlsx")
    assert ("error of Excel" in told(found).message, found.partners) == (True, ())


def test_too_many_cells_are_told_and_not_moved(tmp_path: pathlib.Path) -> None:
    found = put(tmp_path, "party,unit\nAlameda County,Health, Care\nAlpine County,Health\n")
    assert (told(found).code, only(found).id) == ("L005", "alpine-county")
    assert "'Care'" in told(found).message


# -------------------------------------------------------------------------------------------------- the sheet


def test_title_rows_comments_and_empty_rows(tmp_path: pathlib.Path) -> None:
    text = "Partners of 2027,,\n,,\nParty,Unit,HIPAA status\n# as of May,,\n"
    text += "Alameda County,Health,hybrid\n,,\n\nAlpine County,,\n"
    found = put(tmp_path, text)
    assert [p.id for p in found.partners] == ["alameda-county", "alpine-county"]
    assert (told(found).code, told(found).severity) == ("L006", Severity.NOTE)
    assert [str(p.place).rsplit(", ", 1)[-1] for p in found.partners] == ["row 5", "row 8"]


@pytest.mark.parametrize("mark", [",", ";", "\t"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_forms_of_csv(mark: str, ending: str, encoding: str, tmp_path: pathlib.Path) -> None:
    rows = [["party", "unit", "reviewers"], ["Alameda County", "Niñez", '"a; b"']]
    text = ending.join(mark.join(row) for row in rows) + ending
    assert silent(put(tmp_path, text.encode(encoding)))[0].record == {
        "party": "Alameda County", "unit": "Niñez", "reviewers": ["a", "b"],
    }  # fmt: skip


def test_windows_text_is_read_and_told(tmp_path: pathlib.Path) -> None:
    found = put(tmp_path, "party,unit\nAlameda County,Niñez “Salud”\n".encode("cp1252"))
    assert (told(found).code, told(found).severity) == ("L006", Severity.NOTE)
    assert only(found).record["unit"] == "Niñez “Salud”"


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("party,unit\nAlameda County,Ni\xf1ez\n".encode("cp1252"), "row 2"),
        ('party,unit\n"Alameda\nCounty",x\nAlpine County,Ni\xf1ez\n'.encode("cp1252"), "row 3"),
        (b"party,unit\n\nAlameda County,\x07\n", "row 3"),
        (b'party,unit\nAlameda County,"a\nb\x07"\n', "row 2"),
        (b"one,two\nthree,four\n", "row 1"),
    ],
    ids=("Windows text", "below a cell of two lines", "a character", "in a cell of two lines", "no header"),
)
def test_what_is_told_of_the_file_is_told_by_its_row(text: bytes, place: str, tmp_path: pathlib.Path) -> None:
    where = put(tmp_path, text).findings[0].location
    assert (str(where).rpartition(", ")[2], where.line is None) == (place, False)


def test_cell_with_several_lines_has_row_and_line(tmp_path: pathlib.Path) -> None:
    found = put(tmp_path, 'party,address,dates.start\nAlameda County,"1 Main\nOakland",\nAlpine County,,2/9/2027\n')
    where = told(found).location
    assert (where.cell, where.line, where.column) == ("row 3, column C (dates.start)", 4, 3)


def test_sheets(tmp_path: pathlib.Path) -> None:
    first, second = [["party"], ["Alameda County"]], [["party"], ["Alpine County"]]
    assert only(put(tmp_path, book(("A", first), ("B", second)), "p.xlsx")).id == "alameda-county"
    assert only(put(tmp_path, book(("A", first), ("partners", second)), "p.xlsx")).id == "alpine-county"
    found = put(tmp_path, book(("A", first), ("B", second), hidden=["B"]), "p.xlsx")
    assert (told(found).code, "B" in told(found).message) == ("L006", True)


def test_sheet_that_begins_elsewhere(tmp_path: pathlib.Path) -> None:
    rows: list[list[Any]] = [[], [None, "Our partners"], [], [None, None, "party", "unit"],
                             [None, None, "Alpine County", "x"]]  # fmt: skip
    found = put(tmp_path, book(("A", rows)), "p.xlsx")
    assert str(silent(found)[0].source().places[("unit",)].location()).endswith("row 5, column D (unit)")


# --------------------------------------------------------------------------------------------- who the partner is


def test_listed_party_takes_what_the_list_knows(tmp_path: pathlib.Path) -> None:
    for heading in ("party", "name", "Partner", "legal name", "short name"):
        partner = silent(put(tmp_path, f"{heading},unit\nAlameda County,Health\n"))[0]
        assert partner.id == "alameda-county"
        assert partner.whole()["kind"] == "county", heading
        assert partner.whole()["counsel"] == {"title": "County Counsel"}


def test_party_of_its_own(tmp_path: pathlib.Path) -> None:
    partner = silent(put(tmp_path, "name,kind\nSample Water District,special district\n"))[0]
    assert partner.record == {"legal name": "Sample Water District", "kind": "special district"}
    assert partner.id == "sample-water-district"


def test_unknown_name_without_a_kind(tmp_path: pathlib.Path) -> None:
    found = put(tmp_path, "name\nAlamedda County\n")
    assert (told(found).code, found.partners) == ("D006", ())
    assert "Alameda County" in told(found).hint


@pytest.mark.parametrize("name", ["p.csv", "p.yaml"])
def test_unknown_party_is_told_at_its_place(name: str, tmp_path: pathlib.Path) -> None:
    text = (
        "party\nAlamedda County\nAlpine County\n" if name == "p.csv" else "- party: Alamedda County\n- Alpine County\n"
    )
    found = put(tmp_path, text, name)
    assert (told(found).code, only(found).id) == ("D006", "alpine-county")
    assert "Alameda County" in told(found).hint
    assert str(told(found).location).endswith("row 2, column A (party)" if name == "p.csv" else "p.yaml:1:10")


def test_what_is_missing_is_told_at_the_row_or_its_cell(tmp_path: pathlib.Path) -> None:
    listed = silent(put(tmp_path, "party,incident email,hipaa status\nAlpine County,,hybrid\n"))[0]
    reading = read(tmp_path, "", listed)
    case = Case.of(reading.proposal, reading.source)
    found = {f.message.split("'")[1]: f for f in check(case) if f.message.startswith("'recipient: contacts")}
    incident = found["recipient: contacts: incident: email"]
    assert incident.location.cell == "row 2, column B (contacts.incident.email)"
    assert incident.hint.startswith("fill in the column `contacts.incident.email` of the list")
    assert found["recipient: contacts: data coordinator: email"].location.cell == "row 2"


def test_second_of_two_is_told(tmp_path: pathlib.Path) -> None:
    rows = "Alameda County,a\nAlpine County,b\nCounty of Alameda,c\nAmador County,B\nButte County,d\nColusa County,b\n"
    found = put(tmp_path, "party,id\n" + rows)
    assert [p.id for p in found.partners] == ["d"]  # nobody knows which of two is right
    told = [(f.location.cell, f.message.partition(": ")[2]) for f in found.findings if f.code == "L004"]
    assert told == [
        ("row 2, column B (id)", "another is row 4"), ("row 3, column B (id)", "another is row 5"),
        ("row 4, column B (id)", "the first is row 2"), ("row 5, column B (id)", "the first is row 3"),
        ("row 7, column B (id)", "the first is row 3"),
    ]  # fmt: skip
    assert all("give one another `id`" in f.hint for f in found.findings)


def test_names_on_the_command_line(tmp_path: pathlib.Path) -> None:
    sizes = {"counties": 58, "uc": 10, "csu": 22, "counties, UC Davis": 59}
    for said, size in sizes.items():
        assert len(silent(read_partner_list(said, tmp_path))) == size
    found = read_partner_list("University of California, Davis, Alameda County,UC Davis", tmp_path)
    assert [p.id for p in silent(found)] == ["uc-davis", "alameda-county"]
    assert found.partners[0].place is None
    with pytest.raises(UsageError) as error:
        read_partner_list("countys", tmp_path)
    assert "counties" in error.value.hint
    with pytest.raises(UsageError) as error:
        read_partner_list("partnerz.csv", tmp_path)
    assert "no file" in error.value.message


def test_a_file_wins_over_a_name(tmp_path: pathlib.Path) -> None:
    (tmp_path / "uc").write_text("party\nAlpine County\n", encoding="utf-8")
    assert [p.id for p in silent(read_partner_list("uc", tmp_path))] == ["alpine-county"]


def test_records_of_the_folder_hold_in_lists(tmp_path: pathlib.Path) -> None:
    (tmp_path / "partners").mkdir()
    record = (PROPOSALS / "partners" / "alameda-county.yaml").read_text(encoding="utf-8")
    (tmp_path / "partners" / "alameda-county.yaml").write_text(record.replace("sample: yes", ""), encoding="utf-8")
    folder = read_partners(tmp_path / "partners")
    (tmp_path / "p.csv").write_text("party,unit\nCounty of Alameda,Public Health\nAlpine County,\n", encoding="utf-8")
    one, other = silent(read_partner_list("p.csv", tmp_path, folder))
    assert (one.record["unit"], one.record["population"], one.record["clerk"]) == (
        "Public Health", 1650000, "Clerk of the Board of Supervisors",
    )  # fmt: skip
    assert one.source().places[("population",)].file.endswith("alameda-county.yaml")
    assert one.source().places[("unit",)].file.endswith("p.csv")
    assert other.base is None
    counties = silent(read_partner_list("counties", tmp_path, folder))
    assert counties[0].record["population"] == 1650000


def test_facts_of_a_sample_record_are_nobodys(tmp_path: pathlib.Path) -> None:
    folder = read_partners(PROPOSALS / "partners")
    assert folder.find("alameda-county") is not None
    assert [folder.find(name) for name in ("Alameda County", "alameda county", "County of Alameda")] == [None] * 3
    for listed in ("counties", "Alameda County"):
        one = silent(read_partner_list(listed, tmp_path, folder))[0]
        assert (one.id, one.record.get("population"), one.base) == ("alameda-county", None, None)


# -------------------------------------------------------------------------------------------------------- YAML


def test_yaml_lists_and_mappings_are_one(tmp_path: pathlib.Path) -> None:
    record = "{party: Alameda County, education agency: yes, overrides: {dates: {start: 2027-03-01}}}"
    found = [
        silent(put(tmp_path, text, "p.yaml"))[0]
        for text in (
            f"- {record}\n", f"partners:\n  - {record}\n", f"alameda-county: {record}\n",
            f"partners: {{alameda_county: {record}}}\n",
        )
    ]  # fmt: skip
    assert {p.digest for p in found[:3]} == {found[0].digest}
    assert {p.text() for p in found} == {found[0].text()}
    sheet = put(tmp_path, "dates.start,education agency,party\n2027-03-01,TRUE,Alameda County\n")
    assert only(sheet).digest == found[0].digest
    assert found[0].record["education agency"] is True


def test_yaml_places_and_bare_names(tmp_path: pathlib.Path) -> None:
    found = put(tmp_path, "- Alpine County\n- party: Alameda County\n  unit: Health\n", "p.yaml")
    assert [p.id for p in silent(found)] == ["alpine-county", "alameda-county"]
    assert str(found.partners[1].place).endswith("p.yaml:2:3")
    assert found.partners[1].source().places[("unit",)].value == (3, 9)


def test_folder_of_records(tmp_path: pathlib.Path) -> None:
    found = silent(read_partner_list(str(PROPOSALS / "partners"), tmp_path))
    assert [p.id for p in found] == ["alameda-county", "uc-riverside"]
    assert read_source(found[0].text().encode(), "x").data == found[0].data


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("- 7\n", "L007"), ("- {party: Alameda County, overrides: [a]}\n", "L008"), ("- {unit: x}\n", "L007"),
        ("a: {party: Alameda County}\nb: {party: County of Alameda}\n", "L004"), ("- &a x\n- *a\n", "Y003"),
        ("- {party: Alameda County, party: x}\n", "Y002"), ("", "Y006"), ("text\n", "Y006"), ("[]\n", "L007"),
        ("- {name: Alamedda County}\n", "D006"),
    ],
)  # fmt: skip
def test_faults_of_yaml(text: str, code: str, tmp_path: pathlib.Path) -> None:
    assert code in {f.code for f in put(tmp_path, text, "p.yaml").findings}


# -------------------------------------------------------------------------------------------- in a proposal


def read(folder: pathlib.Path, text: str, listed: Listed) -> Any:
    path = folder / "case.yaml"
    path.write_text(HEAD + text, encoding="utf-8")
    return read_proposal(path, partners_of([listed]), listed.id)


def test_findings_of_the_proposal_point_into_the_list(tmp_path: pathlib.Path) -> None:
    heads = ["party", "incident email", "dates.start"]
    rows = [heads, ["Alameda County", "no mailbox", "soon"]]
    reading = read(tmp_path, "dates: {end: 2030-01-01}\n", put(tmp_path, book(("List", rows)), "p.xlsx").partners[0])
    assert sorted(str(f.location).rsplit("/", 1)[-1] for f in reading.findings) == [
        "p.xlsx, sheet List, row 2, column B (contacts.incident.email)",
        "p.xlsx, sheet List, row 2, column C (dates.start)",
    ]
    assert '"sheet List, row 2, column B' in as_sarif(reading.findings, "1").replace("recipient.", "")
    assert "startLine" not in as_sarif(reading.findings, "1")


def test_overrides_take_the_place_of_the_proposals_values(tmp_path: pathlib.Path) -> None:
    text = "dates: {start: 2027-01-01, end: 2030-01-01}\nuse: {products: [{name: a}, {name: b}]}\nfunds: no\n"
    listed = silent(put(tmp_path, "party,dates.start,use.products,funds.number\nAlameda County,2027-05-01,c,27-1\n"))[0]
    proposal = read(tmp_path, text, listed).proposal
    assert (proposal.dates.start, proposal.dates.end) == (dt.date(2027, 5, 1), dt.date(2030, 1, 1))
    assert [p.name for p in proposal.use.products] == ["c"]
    assert proposal.funds.number == "27-1"
    assert proposal.recipient[0].legal_name == "County of Alameda"


def test_overrides_of_a_record_hold_for_the_partner_alone(tmp_path: pathlib.Path) -> None:
    (tmp_path / "partners").mkdir()
    record = "party: Alameda County\noverrides: {dates: {start: 2027-05-01}}\n"
    (tmp_path / "partners" / "alameda.yaml").write_text(record, encoding="utf-8")
    folder = read_partners(tmp_path / "partners")
    path = tmp_path / "case.yaml"
    path.write_text(HEAD, encoding="utf-8")
    proposal = read_proposal(path, folder, "alameda").proposal
    assert proposal is not None
    assert proposal.dates.start == dt.date(2027, 5, 1)
    path.write_text(HEAD.replace("partner", "alameda"), encoding="utf-8")
    named = read_proposal(path, folder)
    assert [(f.code, f.severity) for f in named.findings] == [("L008", Severity.WARNING)]
    assert named.proposal is not None
    assert named.proposal.dates.start is None


def test_list_and_its_text_give_the_same_proposal(tmp_path: pathlib.Path) -> None:
    heads = "party,id,unit,incident phone,dates.start,terms.small_cell"
    text = f"{heads}\nAlameda County,a,Health,0175550100,2027-05-01,25\n"
    listed = silent(put(tmp_path, text))[0]
    (tmp_path / "partners").mkdir()
    (tmp_path / "partners" / "a.yaml").write_text(listed.text(), encoding="utf-8")
    from_list = read(tmp_path, "", listed).proposal
    from_file = read_proposal(tmp_path / "case.yaml", read_partners(tmp_path / "partners"), "a").proposal
    assert from_list is not None
    assert from_list == from_file


# -------------------------------------------------------------------------------------------------- conditions


@pytest.mark.parametrize(
    ("wheres", "ids"),
    [
        (["kind=county"], "abc"), (["kind = COUNTY", "hipaa status=hybrid"], "a"), (["county!=Alpine"], "acd"),
        (["population>100000"], "a"), (["population<=100"], "b"), (["population>0"], "ab"), (["kind!=county"], "d"),
        (["contacts.incident.email=A@example.gov"], "a"), (["incident email!=a@example.gov"], "bcd"),
        (["hipaa_status!=none"], "abcd"), (["education agency=no"], "abcd"), (["education agency=yes"], ""),
        (["public agency=yes"], "abcd"), (["dates.start>2027-01-01"], "b"), (["id=b"], "b"),
        (["name=County of Alpine"], "b"),
        (["reviewers=risk manager"], "c"), (["kind==uc"], "d"), (["population=1650000"], "a"), (["unit="], ""),
    ],
)  # fmt: skip
def test_conditions(wheres: list[str], ids: str, tmp_path: pathlib.Path) -> None:
    text = (
        "id,party,hipaa status,population,incident email,dates.start,reviewers\n"
        "a,Alameda County,hybrid,1650000,a@example.gov,,\nb,Alpine County,,100,,2027-03-01,\n"
        "c,Amador County,,,,,Risk Manager\nd,UC Davis,covered,,,,\n"
    )
    assert "".join(p.id for p in matching(silent(put(tmp_path, text)), wheres)) == ids


@pytest.mark.parametrize(
    ("where", "word"),
    [("knd=county", "kind"), ("kind=countie", "county"), ("kind", "field=value"), ("email=x", "contacts."),
     ("", "field=value"), ("dates.start>2/9/2027", "year-month-day"), ("zzzz=1", "template")],
)  # fmt: skip
def test_conditions_that_nobody_knows(where: str, word: str) -> None:
    with pytest.raises(UsageError) as error:
        matching((), [where])
    assert word in error.value.hint


@pytest.mark.parametrize(
    ("where", "message", "hint"),
    [("county=Alpin", "none has 'county' = 'Alpin'", "did you mean 'Alpine'?"),
     ("county=Nowhere", "none has 'county' = 'Nowhere'", "'county' is: Alameda, Alpine, Yolo"),
     ("campus=Davis", "none of the 3 has a 'campus'", "they have: "),
     ("short name=County of Alpine", "none has 'short name' =", 'did you mean "legal name=County of Alpine"?'),
     ("name=uc-yolo", "none has 'legal name' = 'uc-yolo'", 'did you mean "id=uc-yolo"?'),
     ("population>9", "none of the 3 has a 'population'", "they have: ")],
)  # fmt: skip
def test_condition_that_holds_for_no_partner(where: str, message: str, hint: str, tmp_path: pathlib.Path) -> None:
    listed = silent(put(tmp_path, "id,party\na,Alameda County\nb,Alpine County\nuc-yolo,Yolo County\n"))
    with pytest.raises(UsageError) as error:
        chosen(listed, ["kind=county", where])
    assert message in error.value.message
    assert hint in error.value.hint
    assert chosen(listed, ["county=Alpine", "county!=Alpine"]) == ()  # each holds for one
    assert chosen((), [where]) == ()


# ----------------------------------------------------------------------------------------------------- hostile


def altered(content: bytes, name: str, old: bytes, new: bytes) -> bytes:
    """The workbook with other bytes in one part."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for info in source.infolist():
            data = source.read(info)
            assert info.filename != name or old in data
            archive.writestr(info.filename, data.replace(old, new) if info.filename == name else data)
    return target.getvalue()


SHEET = "xl/worksheets/sheet1.xml"


def test_far_cell_doesnt_fill_the_memory(tmp_path: pathlib.Path) -> None:
    content = book(("List", [["party"], ["Alameda County"]]))
    for old, new in (
        (b'r="A2"', b'r="XFD1048576"'), (b'r="A2"', b"r='XFD1048576'"), (b'r="A2"', b'r="ZZ99999"'),
        (b'<row r="2"', b'<row r="900000"'),
    ):  # fmt: skip
        found = put(tmp_path, altered(content, SHEET, old, new), "p.xlsx")
        assert all(f.code in ("L001", "L007") for f in found.findings)
        assert len(found.partners) <= 1


def test_bombs_are_refused(tmp_path: pathlib.Path) -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b" " * 300_000_000)
    found = put(tmp_path, target.getvalue(), "p.xlsx")
    assert (told(found).code, "128 MB" in told(found).message) == ("L001", True)
    entity = b'<!DOCTYPE x [<!ENTITY a "' + b"a" * 1000 + b'">]><worksheet'
    content = altered(book(("List", [["party"], ["x"]])), SHEET, b"<worksheet", entity)
    put(tmp_path, content, "p.xlsx")


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"PK\x03\x04", "p.xlsx"), (b"PK\x03\x04" + b"\0" * 500, "p.xlsx"), (b"\xd0\xcf\x11\xe0" + b"\0" * 9, "p.xlsx"),
        (b"", "p.csv"), (b"\xff\xfe\x00", "p.csv"), (b"\0\0\0\0", "p.csv"), (b'party\n"Alameda', "p.csv"),
        (b"party\n\x81\x8d", "p.csv"), (b"{}", "p.json"), (b"nothing here", "p.txt"), (b"party\nA\x07", "p.csv"),
        (b"party", "p.csv"), (b",,,\n,,,\n", "p.csv"), (b"\xd0\xcf\x11\xe0", "p.xls"),
    ],
)  # fmt: skip
def test_what_isnt_a_list_is_a_finding(content: bytes, name: str, tmp_path: pathlib.Path) -> None:
    found = put(tmp_path, content, name)
    assert found.partners == ()
    assert any(f.severity is Severity.ERROR for f in found.findings)
    assert all(name in str(f.location) for f in found.findings)


def test_another_archive_isnt_a_workbook(tmp_path: pathlib.Path) -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("word/document.xml", "<x/>")
    assert told(put(tmp_path, target.getvalue(), "p.xlsx")).code == "L001"


ODD = st.text(
    st.one_of(
        st.sampled_from(
            "\t\n\r\x1f\x20\x7f\x85\x9f\xa0\u2028\u2029\ue000\uf8ff\ufeff\ufffd\U0001f600\U000f0000\"'\\\\:#-?~%"
        ),
        st.characters(exclude_categories=["Cs"]),
    ),
    min_size=1,
    max_size=8,
)
"""Texts of what YAML takes as it stands, changes or refuses."""


@given(unit=ODD, city=ODD, title=ODD)
@example(unit="\u2028", city="\x85", title="\x7f\ufeff")
@example(unit="a\u2029b", city="\U00100000", title="\ue000\U0001f600")
@settings(max_examples=60, deadline=None)
def test_text_is_read_back_as_it_was(unit: str, city: str, title: str) -> None:
    listed = {"party": "Alameda County", "unit": unit, "address": city, "signatory": {"title": title}}
    with tempfile.TemporaryDirectory() as folder:
        found = put(pathlib.Path(folder), yaml.safe_dump([listed]), "p.yaml")
    (partner,) = found.partners
    back = read_source(partner.text().encode(), "x")
    assert (back.data, back.findings) == (partner.data, [])


def test_text_is_the_same_for_the_same_partner(tmp_path: pathlib.Path) -> None:
    one = only(put(tmp_path, "party,unit,clerk\nAlameda County,Health,Clerk\n"))
    other = only(put(tmp_path, "# x\nclerk;unit;party\nClerk;Health;Alameda County\n"))
    assert (one.text(), one.digest, one.id) == (other.text(), other.digest, other.id)
    assert yaml.safe_load(one.text()) == one.data
    changed = only(put(tmp_path, "party,unit,clerk\nAlameda County,Health,Clerks\n"))
    assert changed.digest != one.digest


@given(st.text(st.sampled_from('a,"\n\r\x0b\x85\u2028')))
def test_lines_are_those_of_a_file_that_is_opened_for_csv(text: str) -> None:
    assert list(split(text)) == list(io.StringIO(text, newline=""))
    assert list(split(text.replace("\r", "\r\n"))) == list(io.StringIO(text.replace("\r", "\r\n"), newline=""))


@pytest.mark.parametrize("said", ["count.xlsx", "lists/count.xlsx", "elsewhere/count.xlsx"])
def test_missing_list_names_the_nearest_where_it_stands(
    said: str, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "root").mkdir()
    (tmp_path / "lists").mkdir()
    (tmp_path / "lists" / "county.xlsx").write_bytes(b"")
    (tmp_path / "county.xlsx").write_bytes(b"")
    with pytest.raises(UsageError) as error:
        read_partner_list(said, tmp_path / "root")
    there = pathlib.Path("lists/county.xlsx" if said.startswith("lists") else "county.xlsx")
    assert error.value.hint == f"did you mean {there}?"


def test_file_of_another_kind_is_no_list(tmp_path: pathlib.Path) -> None:
    (tmp_path / "heat.yaml").write_text("proposal: Heat\nprovider: DHCS\nrecipient: partner\n", encoding="utf-8")
    found = read_partner_list("heat.yaml", tmp_path)
    assert [f.message for f in found.findings] == ["the file is a proposal, and no list of partners"]
    assert (found.partners, found.cut) == ((), True)
    (tmp_path / "county.yaml").write_bytes(b"PK\x03\x04 xl/workbook.xml \x95")
    found = read_partner_list("county.yaml", tmp_path)
    assert "an Excel workbook" in found.findings[0].message and ".xlsx" in found.findings[0].hint


@pytest.mark.parametrize("said", ["NIST 800-53", "nist 800-53", "NIST SP 800-53", "nist 800 53", "nist_800_53"])
def test_code_words_are_one_however_they_are_written(said: str, tmp_path: pathlib.Path) -> None:
    (tmp_path / "p.csv").write_text(f"party,security attestation.kind\nAlpine County,{said}\n", encoding="utf-8")
    (partner,) = read_partner_list("p.csv", tmp_path).partners
    assert partner.record["security attestation"] == {"kind": "nist 800 53"}


def test_messages_spell_code_words_as_the_sheet_does(tmp_path: pathlib.Path) -> None:
    with pytest.raises(UsageError) as error:
        condition("security attestation.kind=nist 800 5")
    assert error.value.hint == "did you mean 'NIST 800-53'?"
    (tmp_path / "p.yaml").write_text("proposal: x\nprovider: {security attestation: {kind: nist 800 5}}\n", "utf-8")
    found = read_proposal(tmp_path / "p.yaml").findings
    assert "did you mean 'NIST 800-53'?" in [f.hint for f in found]

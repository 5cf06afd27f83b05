"""Rows of a list that are no partners: which they are, what is told of each, and that none stands in for another."""

from __future__ import annotations

import io
import itertools
import zipfile
from typing import TYPE_CHECKING

import pytest
import xlsxwriter

from agreegen.finding import Severity
from agreegen.reading import PartnerList, read_partner_list, read_partners
from agreegen.reading.sheet import read_grids

if TYPE_CHECKING:
    import pathlib

TOWN_A, TOWN_B = "Town A,county", "Town B,county"


def put(folder: pathlib.Path, content: str | bytes, name: str = "p.csv") -> PartnerList:
    (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return read_partner_list(name, folder, read_partners(folder / "partners"))


def left(found: PartnerList) -> list[tuple[str, str, list[str]]]:
    """Of each row that is no partner: its place, its id, the codes of its errors."""
    return [(row.place.cell or str(row.place).rpartition("/")[2], row.id, [e.code for e in row.errors])
            for row in found.unread]  # fmt: skip


# ------------------------------------------------------------------------------------------------------ twice
@pytest.mark.parametrize("rows", [*itertools.permutations((f"one,{TOWN_A}", f"two,{TOWN_B}", f"one,{TOWN_B}"))])
def test_of_those_that_clash_in_any_order_none_is_made(rows: tuple[str, ...], tmp_path: pathlib.Path) -> None:
    found = put(tmp_path, "\n".join(("id,legal name,kind", *rows, "three,Town C,county\n")))
    assert [p.id for p in found.partners] == ["three"]
    assert [(row, id_) for row, id_, _ in left(found)] == [(f"row {n}", r.split(",")[0]) for n, r in enumerate(rows, 2)]
    assert {f.code for f in found.findings} == {"L004"}
    both = [f.message for f in found.findings if f.location.cell.startswith(f"row {rows.index(f'one,{TOWN_B}') + 2},")]
    assert [m.partition(":")[0] for m in both] == [
        "the partner 'one' stands here twice", "Town B stands here twice, as 'two' and 'one'",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("other", "code"),
    [
        ("Butte County,2/3/2027,,", "L005"), ("County of Butte,2/3/2027,,", "L005"),
        ("Butte County,2027-02-03,County of Alpine,", "D008"), ("Buttte County,,,butte-county", "D006"),
    ],
    ids=("a cell that isn't sure", "by another name", "a contradiction", "a misspelled name"),
)  # fmt: skip
@pytest.mark.parametrize("first", [True, False])
def test_what_a_row_with_an_error_says_of_itself_counts_as_well(
    other: str, code: str, *, first: bool, tmp_path: pathlib.Path
) -> None:
    fine = "Butte County,2027-02-03,,"
    rows = [fine, other] if first else [other, fine]
    found = put(tmp_path, "\n".join(("party,dates.start,legal name,id", *rows, "Kern County,,,\n")))
    assert [p.id for p in found.partners] == ["kern-county"]
    codes = {row: codes for row, _, codes in left(found)}
    assert codes == {f"row {2 + (not first)}": ["L004"], f"row {2 + first}": [code]}
    assert any(("another is row 3" if first else "the first is row 2") in f.message for f in found.findings)


def test_a_name_without_its_unit_or_an_id_that_isnt_known_is_nobodys(tmp_path: pathlib.Path) -> None:
    rows = "Alameda County,Health,a,\nAlameda County,,,someday 2/3/2027\n"
    found = put(tmp_path, f"party,unit,id,dates.start\n{rows}Kern County,,,\n")
    assert [p.id for p in found.partners] == ["a", "alameda-county", "kern-county"]
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        sheet = book.add_worksheet("Partners")
        sheet.write_row(0, 0, ("party", "unit", "id"))
        sheet.write_row(1, 0, ("Alameda County", "Health"))
        sheet.write_formula(1, 2, "=A1", None, "#N/A")
        sheet.write_row(2, 0, ("Alameda County", "Social", "alameda-county"))
    units = put(tmp_path, stream.getvalue(), "p.xlsx")
    assert ([p.id for p in units.partners], left(units)) == (["alameda-county"], [("row 2", "", ["L005"])])


def test_thousands_that_clash_are_told_in_no_time(tmp_path: pathlib.Path) -> None:
    rows = "".join(f"x{n % 700},Town {n % 900},city\n" for n in range(5000))
    found = put(tmp_path, f"id,legal name,kind\n{rows}")
    assert (len(found.partners), len(found.unread)) == (0, 5000)


def test_in_a_folder_the_other_file_is_named(tmp_path: pathlib.Path) -> None:
    folder = tmp_path / "list"
    folder.mkdir()
    for name in ("a", "b"):
        (folder / f"{name}.yaml").write_text("party: Butte County\n", encoding="utf-8")
    (folder / "c.yaml").write_text("party: [", encoding="utf-8")
    (folder / "d.yaml").write_text("party: Kern County\n", encoding="utf-8")
    found = read_partner_list("list", tmp_path)
    assert [p.id for p in found.partners] == ["d"]
    assert left(found) == [("a.yaml:1:1", "a", ["L004"]), ("b.yaml:1:1", "b", ["L004"]), ("c.yaml:1:1", "", ["Y001"])]
    assert found.unread[0].errors[0].message.endswith("another is " + (folder / "b.yaml").as_posix() + ":1:1")
    assert not found.cut


# ------------------------------------------------------------------------------------------------------ what is left
def test_a_row_and_the_end_of_a_list_are_told_apart(tmp_path: pathlib.Path) -> None:
    found = put(tmp_path, 'party\nButte County\n"Alpine County\nInyo County\nKern County\n')
    assert ([p.id for p in found.partners], found.cut, found.unread) == (["butte-county"], True, ())
    whole = put(tmp_path, "name,legal name,short name,kind\nTown A,Town Alpha,TA,county\nButte County,,,\n")
    assert (whole.cut, left(whole)) == (False, [("row 2", "ta", ["L005"])])
    column = put(tmp_path, "party,email\nButte County,x@example.gov\n")
    assert ([f.code for f in column.findings], column.unread, column.cut) == (["L003"], (), False)
    record = put(tmp_path, "- party: Butte County\n- 5\n", "p.yaml")
    assert (left(record), record.cut) == ([("p.yaml:2:3", "", ["L007"])], False)
    assert put(tmp_path, "- party: [\n", "p.yaml").cut


def test_two_faults_of_one_record_are_one_row(tmp_path: pathlib.Path) -> None:
    text = "- party: Butte County\n  overrides:\n    provider: x\n    recipient: y\n- Inyo County\n"
    found = put(tmp_path, text, "p.yaml")
    assert left(found) == [("p.yaml:1:3", "butte-county", ["L008", "L008"])]


@pytest.mark.parametrize("said", ["false", "[]", "0", '""', "[a]", "text"])
def test_overrides_that_are_no_block_are_told(said: str, tmp_path: pathlib.Path) -> None:
    found = put(tmp_path, f"- party: Butte County\n  overrides: {said}\n- Inyo County\n", "p.yaml")
    assert (left(found), [p.id for p in found.partners]) == (
        [("p.yaml:1:3", "butte-county", ["L008"])],
        ["inyo-county"],
    )


@pytest.mark.parametrize("said", ["", " {}", " null"])
def test_overrides_without_a_field_are_none(said: str, tmp_path: pathlib.Path) -> None:
    assert put(tmp_path, f"- party: Butte County\n  overrides:{said}\n", "p.yaml").findings == ()


@pytest.mark.parametrize("said", ["[a]", "false", "text"])
@pytest.mark.parametrize("name", ["Alameda County, UC Davis", "p.csv"])
def test_overrides_of_a_record_that_are_no_block_are_told(said: str, name: str, tmp_path: pathlib.Path) -> None:
    (tmp_path / "partners").mkdir()
    text = f"party: Alameda County\noverrides: {said}\n"
    (tmp_path / "partners" / "alameda-county.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "p.csv").write_text("party\nAlameda County\nUC Davis\n", encoding="utf-8")
    found = read_partner_list(name, tmp_path, read_partners(tmp_path / "partners"))
    assert [p.id for p in found.partners] == ["uc-davis"]
    ((code, place),) = [(f.code, str(f.location)) for f in found.findings]
    assert (code, place.endswith("alameda-county.yaml:2:12")) == ("L008", True)
    assert [row.id for row in found.unread] == ["alameda-county"]


@pytest.mark.parametrize(
    ("record", "codes"),
    [
        ("id: [1]\n  party: Inyo County", ["D003"]),
        ("id: {a: b}\n  party: Inyo County", ["D003"]), ("name: [Inyo County]", ["D003"]),
    ],
)  # fmt: skip
def test_an_id_and_a_name_are_texts(record: str, codes: list[str], tmp_path: pathlib.Path) -> None:
    found = put(tmp_path, f"- {record}\n- Kern County\n", "p.yaml")
    assert [p.id for p in found.partners] == ["kern-county"]
    assert left(found) == [("p.yaml:1:3", "", codes)]
    assert all(f.severity is Severity.ERROR and f.hint for f in found.findings)


def test_an_empty_id_is_none(tmp_path: pathlib.Path) -> None:
    found = put(tmp_path, '- {id: "", party: Inyo County}\n- {id: 5, party: Kern County}\n', "p.yaml")
    assert ([p.id for p in found.partners], found.findings) == (["inyo-county", "5"], ())
    assert "id" not in found.partners[0].record


# ------------------------------------------------------------------------------------------------------ sheets
def sheet(rows: str) -> bytes:
    """A workbook whose sheet has these rows, as programs write it that leave references out."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        money = book.add_format({"num_format": "$#,##0"})
        book.add_worksheet("Partners").write(0, 0, 1, money)
    target = io.BytesIO()
    with zipfile.ZipFile(stream) as source, zipfile.ZipFile(target, "w") as result:
        for name in source.namelist():
            own = f'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows}' \
                  "</sheetData></worksheet>"  # fmt: skip
            result.writestr(name, own if name.endswith("sheet1.xml") else source.read(name))
    return target.getvalue()


def cell(text: str) -> str:
    return f'<c t="inlineStr"><is><t>{text}</t></is></c>'


def test_errors_are_seen_in_cells_without_a_reference(tmp_path: pathlib.Path) -> None:
    head = f"<row>{cell('party')}{cell('unit')}{cell('address')}</row>"
    error, formula, money = '<c t="e"><v>#N/A</v></c>', "<c><f>A1</f></c>", '<c s="1"><v>1500</v></c>'
    rows = [f"{cell('Butte County')}{error}", f"{cell('Kern County')}<c/>{formula}", f"{cell('Inyo County')}{money}"]
    found = put(tmp_path, sheet(head + "".join(f"<row>{r}</row>" for r in rows)), "p.xlsx")
    assert [p.id for p in found.partners] == ["inyo-county"]
    assert [(f.location.cell, f.severity) for f in found.findings] == [
        ("row 2, column B (unit)", Severity.ERROR), ("row 3, column C (address)", Severity.ERROR),
        ("row 4, column B (unit)", Severity.WARNING),
    ]  # fmt: skip


def test_cells_without_a_reference_stand_where_they_are_read(tmp_path: pathlib.Path) -> None:
    head = '<row r="2"><c r="B2" t="inlineStr"><is><t>party</t></is></c>' + cell("unit") + '</row><row r="5"/>'
    error = '<c r="C6" t="e"><v>#N/A</v></c>'
    (grid,) = read_grids(sheet(f"{head}<row><c/>{cell('Butte County')}{error}{cell('x')}</row>"), "p.xlsx")
    assert grid.faulty.keys() == {(6, 3)}
    assert [(line.row, line.cells) for line in grid.lines] == [
        (2, ["", "party", "unit", ""]), (6, ["", "Butte County", "", "x"]),
    ]  # fmt: skip
    (far,) = read_grids(sheet(f'<row r="99999">{"<c><v>1</v></c>" * 40}</row>'), "p.xlsx")
    assert "spans more than" in far.findings[0].message

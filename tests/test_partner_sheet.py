"""The sheet to fill in: the columns that a proposal needs and no others, and what is written is read back as it was."""

from __future__ import annotations

import datetime as dt
import io
import pathlib
import re
import shutil
import tempfile
import zipfile
from typing import Any, Final

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from agreegen import workspace
from agreegen.answer import spaced
from agreegen.errors import FindingsError, UsageError
from agreegen.partner_sheet import Column, columns, create, csv_bytes, workbook_bytes
from agreegen.partner_sheet.writing import heading
from agreegen.reading import Listed, partners_of, read_partner_list, read_proposal
from agreegen.reading.columns import meaning
from agreegen.reading.fields import ENTRY, Field, Form, party_fields, proposal_fields
from agreegen.rules import Case
from agreegen.rules.complete import missing

PROPOSALS = pathlib.Path(__file__).parents[1] / "proposals"


@pytest.fixture(scope="module")
def folder() -> Any:
    """A workspace with an open proposal."""
    with tempfile.TemporaryDirectory() as name:
        root = pathlib.Path(name)
        text = (PROPOSALS / "county-coverage.yaml").read_text(encoding="utf-8")
        opened = re.sub(r"(?m)^recipient:.*$", "recipient: partner", text)
        (root / "open.yaml").write_text(opened, encoding="utf-8")
        (root / "given.yaml").write_text(
            re.sub(r"(?m)^recipient:.*$", "recipient: {party: partner, hipaa status: none, signatory: {title: Chair}}",
                   text), encoding="utf-8")  # fmt: skip
        (root / "closed.yaml").write_text(text.replace("recipient: alameda-county", "recipient: Alameda County"),
                                          encoding="utf-8")  # fmt: skip
        shutil.copy(PROPOSALS / "county-coverage-elements.csv", root)
        yield root


def of(folder: pathlib.Path, name: str, *kinds: str) -> tuple[Column, ...]:
    return columns(folder / name, workspace.find(folder), kinds)


# ------------------------------------------------------------------------------------------------------ columns


def test_columns_of_a_county(folder: pathlib.Path) -> None:
    found = {c.name: c for c in of(folder, "open.yaml", "county")}
    must = {name for name, column in found.items() if column.always}
    assert must >= {"party", "hipaa status", "governing body.action", "signatory.title", "contacts.incident.email",
                    "security attestation.kind", "records authority"}  # fmt: skip
    assert found.keys() >= {"unit", "governing body.may destroy records", "contacts.incident.hours", "insurance.kind"}
    others = {"governing body.name", "counsel.title", "kind", "legal name", "idea signatory.signed", "campus",
              "contacts.submitter.name", "auxiliary", "incorporated in", "under governor", "short name"}  # fmt: skip
    assert not others & found.keys(), "the list knows it, or nobody asks a county for it"


def test_filling_in_the_starred_columns_leaves_nothing_missing(folder: pathlib.Path) -> None:
    for kind, party in (("county", "Alpine County"), ("uc", "UC Davis")):
        wanted = of(folder, "open.yaml", kind)
        record: dict[str, Any] = {}
        for column in wanted:
            if column.always:
                node = record
                for key in column.field.keys[:-1]:
                    node = node.setdefault(key, {})
                node[column.field.keys[-1]] = party if column.name == "party" else column.example
        (folder / "filled.xlsx").write_bytes(workbook_bytes(wanted, "open", [record]))
        listed = read_partner_list("filled.xlsx", folder).partners
        reading = read_proposal(folder / "open.yaml", partners_of(listed), listed[0].id)
        assert reading.proposal is not None, reading.findings
        gaps = [m.name for m in missing(Case.of(reading.proposal, reading.source)) if m.path[0] == "recipient"]
        assert gaps == []


def test_without_a_starred_column_something_is_missing(folder: pathlib.Path) -> None:
    for column in of(folder, "open.yaml", "county"):
        if not column.always or column.name == "party":
            continue
        partner = Listed("a", {"party": "Alpine County"})
        reading = read_proposal(folder / "open.yaml", partners_of([partner]), "a")
        assert reading.proposal is not None
        gaps = {": ".join(spaced(p) for p in m.path[2:] if isinstance(p, str))
                for m in missing(Case.of(reading.proposal, reading.source))}  # fmt: skip
        assert column.name.replace(".", ": ") in gaps


def test_what_the_proposal_gives_isnt_asked(folder: pathlib.Path) -> None:
    names = {c.name for c in of(folder, "given.yaml", "county")}
    assert not {"hipaa status", "signatory.title"} & names
    assert "signatory.authority" in names


def test_all_kinds_have_columns_for_each_program(folder: pathlib.Path) -> None:
    found = {c.name: c for c in of(folder, "open.yaml")}
    assert found.keys() >= {"legal name", "kind", "idea signatory.signed", "contacts.submitter.name", "campus"}
    assert [k.value for k in found["idea signatory.signed"].kinds] == ["state_agency"]
    assert len(found) == len(set(found))


def test_every_column_is_a_field_that_headings_name() -> None:
    for field in party_fields().values():
        if ENTRY not in field.keys:
            assert meaning(heading(Column(field, always=True))).field == field
    for field in proposal_fields().values():
        if ENTRY not in field.keys:
            told = meaning(f"override: {field.name}")
            assert (told.path, told.override) == (field.keys, True)


def test_a_partner_that_the_proposal_describes_in_part_only_is_told_and_not_a_crash(folder: pathlib.Path) -> None:
    text = (folder / "open.yaml").read_text(encoding="utf-8")
    half = "recipient: {party: partner, governing body: {action: resolution}}"
    (folder / "half.yaml").write_text(re.sub(r"(?m)^recipient:.*$", half, text), encoding="utf-8")
    with pytest.raises(FindingsError) as caught:
        of(folder, "half.yaml", "county")
    assert [f.location.path for f in caught.value.findings] == ["recipient.governing body"]


def test_wrong_calls(folder: pathlib.Path) -> None:
    with pytest.raises(UsageError) as error:
        of(folder, "closed.yaml")
    assert "recipient: partner" in error.value.hint
    with pytest.raises(UsageError) as error:
        of(folder, "open.yaml", "countie")
    assert "county" in error.value.hint
    with pytest.raises(UsageError):
        of(folder, "open.yaml", "nonprofit")
    with pytest.raises(UsageError):
        of(folder, "none.yaml")
    (folder / "broken.yaml").write_text("proposal: [", encoding="utf-8")
    with pytest.raises(FindingsError):
        of(folder, "broken.yaml")


# --------------------------------------------------------------------------------------------------- the file


@pytest.mark.parametrize("name", ["sheet.xlsx", "sheet.csv"])
def test_unfilled_sheet_has_no_partners_and_one_finding(name: str, folder: pathlib.Path) -> None:
    written = create(folder / "open.yaml", workspace.find(folder), output=folder / "new" / name, kinds=["county"])
    found = read_partner_list(written.name, written.parent)
    assert found.partners == ()
    assert [(f.code, "no partner" in f.message) for f in found.findings] == [("L007", True)]
    with pytest.raises(UsageError):
        create(folder / "open.yaml", workspace.find(folder), output=written)
    assert create(folder / "open.yaml", workspace.find(folder), output=written, force=True) == written
    written.unlink()


def test_a_sheet_is_replaced_whole_or_not_at_all(folder: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: pathlib.Path, data: bytes | pathlib.Path) -> None:
        if isinstance(data, bytes):
            with path.open("wb") as file:
                file.write(data[:5])
        raise OSError(28, "No space left on device")

    sheet = folder / "kept" / "sheet.csv"
    sheet.parent.mkdir()
    sheet.write_text("party\nAlpine County\n", encoding="utf-8")
    monkeypatch.setattr(pathlib.Path, "replace", full)
    monkeypatch.setattr(pathlib.Path, "write_bytes", full)
    with pytest.raises(UsageError, match="No space left"):
        create(folder / "open.yaml", workspace.find(folder), output=sheet, force=True)
    assert sheet.read_text(encoding="utf-8") == "party\nAlpine County\n"
    assert [*sheet.parent.iterdir()] == [sheet]


def test_same_columns_same_bytes(folder: pathlib.Path) -> None:
    wanted = of(folder, "open.yaml", "county")
    assert workbook_bytes(wanted, "open") == workbook_bytes(wanted, "open")
    assert csv_bytes(wanted).count(b"\r\n") == 1


def test_workbook_has_help_lists_and_text_cells(folder: pathlib.Path) -> None:
    content = workbook_bytes(of(folder, "open.yaml", "county"), "open")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    sheet, book = parts["xl/worksheets/sheet1.xml"], parts["xl/workbook.xml"]
    assert 'name="Lists" sheetId="3" state="hidden"' in book
    assert 'state="frozen"' in sheet
    assert sheet.count('type="list"') >= 5
    assert 'type="date"' in sheet
    assert 'numFmtId="49"' in parts["xl/styles.xml"]
    assert "privacy or security office" in parts["xl/comments1.xml"]
    assert "agreement" not in parts["docProps/core.xml"]
    assert "2000-01-01T00:00:00Z" in parts["docProps/core.xml"]


def test_only_sheets_and_tables(folder: pathlib.Path) -> None:
    for name in ("sheet.ods", "sheet"):
        with pytest.raises(UsageError):
            create(folder / "open.yaml", workspace.find(folder), output=folder / name)


# ------------------------------------------------------------------------------------------------- round trips

LETTERS = st.characters(
    exclude_categories=("Cs", "Cc", "Co", "Cn", "Zl", "Zp"), exclude_characters="\ufeff\ufffe\uffff"
)
WORDS = st.text(LETTERS, min_size=1, max_size=30).map(str.strip).filter(bool)
ODD = st.sampled_from(["=1+1", "+49", "-5", "@x", "007", "1.10", "no", "TRUE", "1e5", "a;b", 'a"b', "a,b", "a\nb",
                       "null", "'x", "~", "1/2", "2027-03-01", "3-4", "_x0041_", "x: y", "x #y", "- x",
                       "&amp;", "<b>"])  # fmt: skip
TEXT = WORDS | ODD


def value(field: Field) -> st.SearchStrategy[Any]:
    """A value that the field takes."""
    if field.form is Form.YES_NO:
        return st.booleans()
    if field.form is Form.DATE:
        return st.dates(min_value=dt.date(1950, 1, 1)).map(lambda d: d.isoformat())
    if field.form is Form.NUMBER:
        return st.integers(0, 10**9)
    if field.form is Form.WORD:
        return st.sampled_from(field.words)
    if field.form is Form.TEXTS:
        return st.lists(TEXT.filter(lambda t: ";" not in t), min_size=1, max_size=3)
    return TEXT


FIELDS = [f for f in party_fields().values() if f.form is not Form.ANY and f.name not in ("deviations", "id", "party",
          "legal name")]  # fmt: skip
PARTY = {f.name: f for f in party_fields().values()}


@st.composite
def sheets(draw: st.DrawFn) -> tuple[list[Column], list[dict[str, Any]]]:
    """Columns, and records that say something in some of them."""
    chosen = draw(st.lists(st.sampled_from(FIELDS), min_size=1, max_size=8, unique_by=lambda f: f.name))
    records = []
    for number in range(draw(st.integers(1, 3))):
        record: dict[str, Any] = {"id": f"p{number}", "legal name": f"Sample District {number}"}
        for field in chosen:
            if draw(st.booleans()) or ENTRY in field.keys:
                node: Any = record
                for key in field.keys[:-1]:
                    if key == ENTRY:
                        continue
                    node = node.setdefault(key, [{}] if ENTRY in field.keys else {})
                    node = node[0] if isinstance(node, list) else node
                node[field.keys[-1]] = draw(value(field))
        records.append(record)
    return [Column(f) for f in (PARTY["id"], PARTY["legal name"], *chosen)], records


@settings(max_examples=60, deadline=None)
@given(sheets())
def test_what_is_written_is_read_back(case: tuple[list[Column], list[dict[str, Any]]]) -> None:
    wanted, records = case
    found = []
    with tempfile.TemporaryDirectory() as name:
        root = pathlib.Path(name)
        (root / "p.csv").write_bytes(csv_bytes(wanted, records))
        (root / "p.xlsx").write_bytes(workbook_bytes(wanted, "x", records))
        (root / "p.yaml").write_text(yaml.safe_dump(records, allow_unicode=True), encoding="utf-8")
        for file in ("p.csv", "p.xlsx", "p.yaml"):
            read = read_partner_list(file, root)
            assert not read.findings, (file, read.findings)
            found.append(read.partners)
        for listed in found[0]:
            (root / "one.yaml").write_text(listed.text(), encoding="utf-8")
            again = read_partner_list("one.yaml", root).partners[0]
            assert (again.record, again.overrides, again.text()) == (listed.record, listed.overrides, listed.text())
    assert [dict(p.record) for p in found[0]] == records
    for other in found[1:]:
        assert [(p.id, p.record, p.digest) for p in other] == [(p.id, p.record, p.digest) for p in found[0]]


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400) | st.text(max_size=200).map(lambda t: t.encode("utf-8", "replace")),
       st.sampled_from(["x.csv", "x.xlsx", "x.yaml"]), st.booleans())  # fmt: skip
def test_hostile_bytes_are_findings(content: bytes, name: str, table: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        (root / name).write_bytes((b"party,unit,dates.start,phone\n" if table else b"") + content)
        found = read_partner_list(name, root)
    assert found.partners or any(f.severity == "error" for f in found.findings)
    for partner in found.partners:
        assert partner.text().endswith("\n")
        assert partner.source().places


DAMAGED = workbook_bytes([Column(PARTY["id"]), Column(PARTY["legal name"])], "x",
                         [{"id": "a", "legal name": "Sample District"}])  # fmt: skip
NAMED: Final = DAMAGED.index(b"PK\x01\x02") + 46
"""Where the first of its parts is named in its directory."""


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), min_size=1, max_size=6))
@example([(NAMED, 0)])
def test_damaged_workbooks_are_findings(changes: list[tuple[int, int]]) -> None:
    content = bytearray(DAMAGED)
    for place, byte in changes:
        content[place % len(content)] = byte
    with tempfile.TemporaryDirectory() as folder:
        (pathlib.Path(folder) / "x.xlsx").write_bytes(bytes(content))
        found = read_partner_list("x.xlsx", pathlib.Path(folder))
    assert found.partners or found.findings


def test_columns_say_on_which_answers_they_hang(folder: pathlib.Path) -> None:
    asked = {c.name: c for c in of(folder, "open.yaml", "county")}
    assert "must be filled in where `governing body.action` is a delegation" in asked["governing body.delegate"].about
    assert not asked["governing body.delegate"].always
    assert "`governing body.may destroy records` is yes" in asked["records authority"].about

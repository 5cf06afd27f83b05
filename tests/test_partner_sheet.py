"""The sheet to fill in: the columns that a proposal needs and no others, and what is written is read back as it was."""

from __future__ import annotations

import csv
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
from agreegen.law.parties import known_party
from agreegen.partner import Kind, Party
from agreegen.partner_sheet import Column, Taken, columns, create, csv_bytes, taken, workbook_bytes
from agreegen.partner_sheet.writing import heading
from agreegen.reading import Listed, partners_of, read_partner_list, read_proposal
from agreegen.reading.columns import meaning
from agreegen.reading.fields import ENTRY, Field, Form, party_fields, proposal_fields
from agreegen.reading.partner_list import LISTS, PartnerList
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


# ------------------------------------------------------------------------------------------- words and examples


def opened(folder: pathlib.Path, proposal: pathlib.Path, side: str) -> str:
    """A shipped proposal with an open side, in the folder; its name."""
    for file in proposal.parent.glob("*.csv"):
        shutil.copy(file, folder)
    text = re.sub(rf"(?ms)^{side}:.*?(?=^\S)", f"{side}: partner\n", proposal.read_text(encoding="utf-8"), count=1)
    (folder / f"{proposal.stem}-{side}.yaml").write_text(text, encoding="utf-8")
    return f"{proposal.stem}-{side}.yaml"


@pytest.mark.parametrize("proposal", sorted(PROPOSALS.glob("*.yaml")), ids=lambda path: path.stem)
def test_words_of_help_and_example_are_in_the_drop_down(proposal: pathlib.Path, tmp_path: pathlib.Path) -> None:
    chosen = 0
    for side in ("provider", "recipient"):
        name = opened(tmp_path, proposal, side)
        for kinds in ((), *((kind.value,) for kind in Kind)):
            try:
                found = of(tmp_path, name, *kinds)
            except UsageError as error:
                assert "no master fits" in str(error)
                continue
            for column in found:
                assert len(column.about) > len("title") and column.about.lower() != column.field.keys[-1], column.name
                if not column.words or column.name == "party":
                    continue
                chosen += 1
                assert column.example in column.words, column.name
                told = re.split(r", (?:or )?", re.sub(r" \([^()]*\)", "", column.about))
                assert len(told) < 3 or set(told) == set(column.words), column.name
    assert chosen > 50


def test_drop_down_of_counties_has_each_once(folder: pathlib.Path) -> None:
    (party, *_) = of(folder, "open.yaml", "county")
    assert (len(party.words), party.example) == (58, "County of Alameda")
    names = of(folder, "open.yaml")[0].words
    assert len(names) == len({(known_party(name) or {})["legal_name"] for name in names})


def test_drop_downs_are_in_the_workbook(folder: pathlib.Path) -> None:
    content = workbook_bytes(of(folder, "open.yaml", "county"), "open")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        strings, sheet = (archive.read(f"xl/{n}.xml").decode() for n in ("sharedStrings", "worksheets/sheet1"))
    for word in ("County of Yuba", "SIMM 5330-B", "NIST 800-171", "board order", "self-insured"):
        assert f">{word}<" in strings, word
    assert "Simm" not in strings
    assert ">Yuba County<" not in strings
    assert sheet.count('errorStyle="information"') == 2, "another name may be right"


def test_the_example_row_is_that_of_one_partner(folder: pathlib.Path) -> None:
    def row(*kinds: str) -> dict[str, str]:
        return {c.name: c.example for c in of(folder, "open.yaml", *kinds) if c.fits and c.example}

    everyone, davis, city = row(), row("uc"), row("city")
    assert everyone["party"] == "County of Alameda"
    assert not {"campus", "contracting party", "idea signatory.signed", "legal name", "kind"} & everyone.keys()
    assert davis["party"] == "University of California, Davis"
    assert "County" not in " ".join((davis["unit"], davis["counsel.title"]))
    assert (city["legal name"], city["kind"], city["counsel.title"]) == ("City of Fresno", "city", "City Attorney")
    assert everyone["governing body.may destroy records"] == "no", "or else `records authority` would be needless"


# ------------------------------------------------------------------------------------------------ from a list


def again(folder: pathlib.Path, said: str, name: str, *kinds: str) -> tuple[Taken, PartnerList]:
    """The partners of a list, and those of the sheet that is made from it."""
    here = workspace.find(folder)
    rows = taken(said, here)
    file = create(folder / "open.yaml", here, output=folder / "again" / name, rows=rows, kinds=kinds)
    read = read_partner_list(str(file), folder)
    file.unlink()
    return rows, read


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
@pytest.mark.parametrize("said", [*LISTS, "Alpine County, UC Davis", str(PROPOSALS / "partners")])
def test_sheet_from_a_list_has_its_partners(said: str, ending: str, folder: pathlib.Path) -> None:
    rows, read = again(folder, said, f"s.{ending}", "county", "uc", "csu", "calhhs_entity", "state_agency")
    assert rows.partners and not [f for f in read.findings if f.severity != "note"]
    assert [p.id for p in read.partners] == [p.id for p in rows.partners]
    for was, now in zip(rows.partners, read.partners, strict=True):
        if said in LISTS:
            assert (now.data, now.digest) == (was.data, was.digest)
        # a file of a folder may have a mailbox in place of a contact's block, and say without `party` who it is about
        named = Listed(was.id, {"party": now.record["party"], **was.record}, was.overrides)
        assert now.overrides == was.overrides
        assert Party.model_validate(now.whole()) == Party.model_validate(named.whole())


AWKWARD = (
    {"party": "Alpine County", "# our notes": "=call Ann; 007", "Favorite color": "red", "id": "alp",
     "zip code": "00501", "contacts.incident.phone": "(530) 555-0110 ext. 007", "population": "0",
     "governing body.date": "2027-02-09", "override: dates.start": "2027-05-01", "extra.fee": "00012",
     "terms.small_cell": "25", "deviations.1.term": 'Terms, "A"', "deviations.1.reason": "because",
     "deviations.2.term": "B", "deviations.2.reason": "so", "reviewers": "Risk Manager; Clerk",
     "insurance.kind": "self-insured", "security attestation.kind": "SIMM 5330-B", "counsel.approves form": "no",
     "use.products.1.public": "yes"},
    {"party": "UC Davis", "Favorite color": "x\ny", "contacts.incident.phone": "+49 30 1234567", "extra.fee": "1.10",
     "insurance.kind": "pool", "security attestation.kind": "SOC 2", "counsel.approves form": "yes"},
)  # fmt: skip
"""Partners with a column of each kind."""


def odd_list(folder: pathlib.Path) -> str:
    """The file of those partners."""
    with (folder / "odd.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [*AWKWARD[0]])
        writer.writeheader()
        writer.writerows(AWKWARD)
    return "odd.csv"


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_awkward_list_comes_through_a_sheet_as_it_was(ending: str, folder: pathlib.Path) -> None:
    rows, read = again(folder, odd_list(folder), f"s.{ending}")
    assert [p.data for p in read.partners] == [p.data for p in rows.partners]
    assert [p.digest for p in read.partners] == [p.digest for p in rows.partners]
    assert rows.partners[0].overrides["dates"] == {"start": "2027-05-01"}
    assert rows.partners[0].record["deviations"][1] == {"term": "B", "reason": "so"}
    told = [f.message for f in read.findings if f.code == "L002"]
    assert len(told) == 2 and all("1 filled cell" in m or "2 filled cells" in m for m in told), told


def test_cells_that_no_field_has_stay_beside_their_partner(folder: pathlib.Path) -> None:
    here = workspace.find(folder)
    rows = taken(odd_list(folder), here, ["kind=county"])
    file = create(folder / "open.yaml", here, output=folder / "beside.csv", rows=rows)
    (first,) = csv.DictReader(io.StringIO(file.read_text(encoding="utf-8-sig"), newline=""))
    assert (first["# our notes"], first["Favorite color"], first["zip code"]) == ("=call Ann; 007", "red", "00501")
    assert first["contacts.incident.phone *"] == "(530) 555-0110 ext. 007"
    newer = create(folder / "open.yaml", here, output=folder / "newer.csv", rows=taken("beside.csv", here))
    assert newer.read_bytes() == file.read_bytes()
    newer.unlink()
    file.unlink()


def test_sheet_from_a_list_has_columns_for_its_kinds_unless_others_are_named(folder: pathlib.Path) -> None:
    def headings(*kinds: str) -> str:
        here = workspace.find(folder)
        file = create(folder / "open.yaml", here, output=folder / "k.csv", kinds=kinds, rows=taken("counties", here))
        text = file.read_text(encoding="utf-8-sig").partition("\r\n")[0]
        file.unlink()
        return text

    assert headings() == headings("county")
    assert "campus" in headings("county", "auxiliary")


def test_ids_of_a_list_stay(folder: pathlib.Path) -> None:
    text = ("one: {party: Alpine County, unit: A, contacts: {incident: a@example.gov}}\n"
            "two: {party: Alpine County, unit: B}\n")  # fmt: skip
    (folder / "ids.yaml").write_text(text, encoding="utf-8")
    rows, read = again(folder, "ids.yaml", "s.xlsx")
    assert [p.id for p in read.partners] == ["one", "two"] == [p.id for p in rows.partners]
    assert read.partners[0].record["contacts"] == {"incident": {"email": "a@example.gov"}}


@pytest.mark.parametrize(("record", "told"), [
    ("{party: Alpine County, reviewers: [a; b]}", "`reviewers` of alpine-county"),
    ('{party: Alpine County, overrides: {extra: {code: "5"}}}', "`extra.code` of alpine-county"),
    ("{party: Alpine County, overrides: {attachments: []}}", "`override: attachments` of alpine-county"),
    ("{party: Alpine County, kolor: red}", "`kolor` of alpine-county"),
])  # fmt: skip
def test_what_a_sheet_would_change_is_refused(record: str, told: str, folder: pathlib.Path) -> None:
    (folder / "no.yaml").write_text(f"- {record}\n", encoding="utf-8")
    with pytest.raises(UsageError) as error:
        again(folder, "no.yaml", "refused.xlsx")
    assert told in str(error.value)
    assert not (folder / "again" / "refused.xlsx").exists()


def test_list_with_a_fault_makes_no_sheet(folder: pathlib.Path) -> None:
    (folder / "bad.csv").write_text("party,dates.start\nAlpine County,2/9/2027\nUC Davis,\n", encoding="utf-8")
    with pytest.raises(FindingsError) as error:
        again(folder, "bad.csv", "bad.xlsx")
    assert [f.code for f in error.value.findings] == ["L005"]


@pytest.mark.parametrize("rows", ["Alpine County\r\n", "# Alpine County\r\n", "\r\n,Unit\r\n"])
@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_a_filled_sheet_is_never_replaced(rows: str, ending: str, folder: pathlib.Path) -> None:
    here = workspace.find(folder)
    file = create(folder / "open.yaml", here, output=folder / "filled" / f"s.{ending}", kinds=["county"], force=True)
    assert create(folder / "open.yaml", here, output=file, kinds=["city"], force=True) == file
    content = b"\xef\xbb\xbfparty,unit\r\n" + rows.encode()  # whatever the name says
    file.write_bytes(content)
    with pytest.raises(UsageError, match="has a filled row, which would be lost") as error:
        create(folder / "open.yaml", here, output=file, force=True)
    assert f"--from {file} --output {file.with_stem('s-new')}" in error.value.hint
    assert file.read_bytes() == content
    file.write_bytes(b"PK\x03\x04 damaged")
    with pytest.raises(UsageError, match="can't be read whole"):
        create(folder / "open.yaml", here, output=file, force=True)
    file.unlink()


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
    sheet.write_text("party\n", encoding="utf-8")
    monkeypatch.setattr(pathlib.Path, "replace", full)
    monkeypatch.setattr(pathlib.Path, "write_bytes", full)
    with pytest.raises(UsageError, match="No space left"):
        create(folder / "open.yaml", workspace.find(folder), output=sheet, force=True)
    assert sheet.read_text(encoding="utf-8") == "party\n"
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

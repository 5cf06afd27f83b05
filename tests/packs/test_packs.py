"""Packs: which templates there are, what their records say, and the fields that a proposal has for them."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import docx
import pytest
from pack_samples import PROPOSAL, RECORD, TEXT, here, pack, proposal

from agreegen import generate, packs, skeleton, workspace
from agreegen.errors import FindingsError, UsageError
from agreegen.law import VARIANTS
from agreegen.packs.declared import Field, UnfitError
from agreegen.packs.record import read_record
from agreegen.reading import read_source
from agreegen.reading.partner_list import read_partner_list
from agreegen.series import Series

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Callable

    from command_line import Run


def words(found: generate.Result) -> list[str]:
    """The paragraphs of the Word file that was made."""
    return [p.text for p in docx.Document(str(found.files[0])).paragraphs if p.text]


def told(path: pathlib.Path, root: workspace.Workspace) -> list[str]:
    """What a check finds, without warnings."""
    return [f"{f.location} {f.code} {f.message}; {f.hint}" for f in generate.check(path, root) if f.severity == "error"]


def made(docx_bytes: bytes) -> list[str]:
    return [p.text for p in docx.Document(io.BytesIO(docx_bytes)).paragraphs if p.text]


# --------------------------------------------------------------------------------------------------------------- use
def test_an_agreement_from_a_pack(tmp_path: pathlib.Path) -> None:
    root = here(tmp_path, pack(tmp_path / "p"))
    found = generate.generate(proposal(tmp_path), root)
    assert words(found) == ["Between Alameda County and the Department, until December 31, 2027.", "Each Party pays."]
    assert found.findings == () or all(f.severity != "error" for f in found.findings)


def test_a_template_with_names_of_its_own(tmp_path: pathlib.Path) -> None:
    record = """\
    version: "1"
    asks: own fields
    fields:
      company: {type: block, fields: {name: {}, city: {required: no}}}
      items: {type: list of blocks, fields: {what: {}, count: {type: number}}}
      county: {from: recipient.name}
      signed: {type: yes/no}
      CompanyName: {}
    """
    text = "{{ company.name }} of {{ county }}{% if signed %}, signed{% endif %}.\n\n{%p for i in items %}\n\n" \
           "{{ i.count }} {{ i.what }}\n\n{%p endfor %}"  # fmt: skip
    said = """\
    proposal: Sample
    template: own
    provider: DHCS
    recipient: Alameda County
    extra:
      company: {name: Ours}
      items: [{what: files, count: 2}, {what: forms, count: 3}]
      signed: yes
      companyname: x
    """
    root = here(tmp_path, pack(tmp_path / "own", text, record))
    found = generate.generate(proposal(tmp_path, said), root)
    assert words(found) == ["Ours of Alameda County, signed.", "2 files", "3 forms"]


def test_a_pack_beside_its_proposal_needs_no_setting(tmp_path: pathlib.Path) -> None:
    folder = pack(tmp_path / "short")
    root = workspace.find(folder, {"AGREEGEN_CACHE": str(tmp_path / "cache")})
    assert root.packs == (folder.resolve(),)
    assert told(proposal(folder), root) == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("template: short", "template: shrot", "2:11 D003 no template is called 'shrot'; did you mean 'short'?"),
        ("end date: 2027", "end dat: 2027", "7:3 D001 'end dat' isn't a field of the template short; did you mean"),
        ("2027-12-31", "soon", "7:13 D003 'end date' can't be 'soon'; write a real date"),
        ("2027-12-31", "", "7:12 P001 'extra: end date' is required by the template short (Last day); write below"),
        ("2027-12-31", "[2027-12-31]", "7:13 D003 'end date' needs one value and has a list"),
    ],
)
def test_faults_of_extra_fields_have_their_line(old: str, new: str, said: str, tmp_path: pathlib.Path) -> None:
    root = here(tmp_path, pack(tmp_path / "p"))
    path = proposal(tmp_path, PROPOSAL.replace(old, new))
    assert any(said in line for line in told(path, root)), told(path, root)


@pytest.mark.parametrize(
    ("said", "finding"),
    [
        ("[{name: A, beds: 007}]", "6:27 D003 'beds' needs a whole number and has '007'"),
        ("[{name: A}, {beds: 1}]", "6:22 D003 'sites' lacks 'name'"),
        ("[{name: A, bed: 1}]", "6:21 D003 'bed' isn't a key of 'sites'; did you mean 'beds'?"),
        ("[{name: A, built: {day: soon}}]", "6:34 D003 'day' can't be 'soon'; write a real date"),
        ("[{name: A}, B]", "6:22 D003 'sites' needs a list; each entry a block with name, beds, built and has 'B'"),
    ],
)
def test_faults_within_a_block_have_their_line(said: str, finding: str, tmp_path: pathlib.Path) -> None:
    record = RECORD.partition("fields:")[0] + (
        "fields:\n      sites: {type: list of blocks, fields: {name: text, beds: {type: number, required: no}, "
        "built: {type: block, required: no, fields: {day: date}}}}\n"
    )
    root = here(tmp_path, pack(tmp_path / "p", "Text.", record))
    path = proposal(tmp_path, PROPOSAL.partition("dates:")[0] + f"extra:\n      sites: {said}\n")
    assert [line for line in told(path, root) if finding in line], told(path, root)


@pytest.mark.parametrize("said", ["007", "-0", "1.0", "١٢", "9" * 5000, "1_000", "yes"])
def test_a_number_is_printed_as_it_was_written_or_refused(said: str) -> None:
    assert (Field("n", "number").value("120"), Field("n", "number").value(-5)) == (120, -5)
    with pytest.raises(UnfitError):
        Field("n", "number").value(said)


@pytest.mark.parametrize("word", ["../master.docx", '"a\\0b.docx"', "x" * 300 + ".docx"])
def test_a_word_file_that_can_not_be(word: str, tmp_path: pathlib.Path) -> None:
    root = here(tmp_path, pack(tmp_path / "p", record=RECORD + f"    word: {word}\n"))
    (found,) = told(proposal(tmp_path), root)
    assert "T062" in found


def test_a_fault_elsewhere_brings_no_questions_of_the_official_form(tmp_path: pathlib.Path) -> None:
    root = here(tmp_path, pack(tmp_path / "p"))
    (line,) = told(proposal(tmp_path, PROPOSAL.replace("start: 2027-03-01", "start: soon")), root)
    assert "D003 'start' can't be 'soon'" in line


def test_a_draft_marks_what_is_missing(tmp_path: pathlib.Path) -> None:
    root = here(tmp_path, pack(tmp_path / "p"))
    found = generate.generate(proposal(tmp_path, PROPOSAL.replace("2027-12-31", "")), root, as_draft=True)
    assert "until ⟦end date⟧." in words(found)[0]


def test_what_the_official_form_asks_is_asked_unless_the_pack_says_otherwise(tmp_path: pathlib.Path) -> None:
    path = proposal(tmp_path)
    assert told(path, here(tmp_path, pack(tmp_path / "p"))) == []
    official = RECORD.replace("asks: own fields", "based on: university")
    found = told(path, here(tmp_path, pack(tmp_path / "p", record=official)))
    assert any("'purpose: scope' is missing" in line for line in found)


def test_a_name_that_nobody_declared_is_found_in_the_word_file(tmp_path: pathlib.Path) -> None:
    root = here(tmp_path, pack(tmp_path / "p", TEXT + "\n\n{{ proposal.extra.end_dat }} {{ nobody }}"))
    found = told(proposal(tmp_path), root)
    assert [line.split(" T046 ")[0] for line in found] == ["master.docx: body, paragraph 3"] * 2
    assert "did you mean 'end_date'?" in found[0]


def test_a_value_taken_from_a_name_that_is_not_there(tmp_path: pathlib.Path) -> None:
    record = RECORD.replace("fee: {type: text, required: no}", "fee: {from: recipient.nam}")
    found = told(proposal(tmp_path), here(tmp_path, pack(tmp_path / "p", record=record)))
    assert len(found) == 1
    assert "template.yaml:7:15 T062" in found[0]
    assert "did you mean 'recipient.name'?" in found[0]


def test_a_batch_has_the_extra_fields_too(tmp_path: pathlib.Path) -> None:
    root = here(tmp_path, pack(tmp_path / "p"))
    path = proposal(tmp_path, PROPOSAL.replace("Alameda County", "partner"))
    opened = Series.open(path, root).of("Butte County")
    assert opened.agreement is not None
    assert opened.agreement.context["proposal"]["extra"]["end_date"].isoformat() == "2027-12-31"
    assert made(generate.document(opened, root)[0])[0].startswith("Between Butte County")


def test_a_list_of_partners_may_have_a_column_for_a_field(tmp_path: pathlib.Path) -> None:
    root = here(tmp_path, pack(tmp_path / "p", TEXT.replace("Each Party", "{{ proposal.extra.fee }}")))
    path = proposal(tmp_path, PROPOSAL.replace("Alameda County", "partner"))
    (tmp_path / "list.csv").write_text("party,extra.fee\nAlpine County,One\nButte County,Two\n", encoding="utf-8")
    listed = read_partner_list("list.csv", tmp_path, None)
    assert listed.findings == ()
    series = Series.open(path, root)
    texts = [made(generate.document(series.of(partner), root)[0])[1] for partner in listed.partners]
    assert texts == ["One pays.", "Two pays."]


def test_the_sheet_for_partners_has_columns_for_fields_and_a_batch_takes_them(
    tmp_path: pathlib.Path, run: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "Between {{ recipient.name }} and us, {{ end_date | date }}, {{ fee }}, {{ proposal.extra.area }}."
    record = RECORD.replace("fee: {type: text, required: no}", "fee: {type: text, meaning: Amount, example: '12'}\n"
                            "      area: {type: one of, choices: [north, south], required: no}")  # fmt: skip
    here(tmp_path, pack(tmp_path / "p", text, record))
    path = proposal(tmp_path, PROPOSAL.replace("Alameda County", "partner"))
    sheet = tmp_path / "partners.csv"
    monkeypatch.chdir(tmp_path)
    assert run("partners", "template", path, "--kind", "county", "--output", sheet).code == 0
    assert sheet.read_text(encoding="utf-8-sig").split() == ["party", "*,unit,extra.fee", "*,extra.area"]
    rows = "Alpine County,,One,north\nButte County,,Two,south\n"
    sheet.write_text(sheet.read_text(encoding="utf-8-sig") + rows, encoding="utf-8")
    done = run("batch", path, "--partners", sheet, "--format", "docx", "--jobs", "1", "--output", tmp_path / "out")
    assert done.code == 0, done.err
    texts = sorted(made(file.read_bytes())[0] for file in (tmp_path / "out").glob("*.docx"))
    assert texts == [
        "Between Alpine County and us, December 31, 2027, One, north.",
        "Between Butte County and us, December 31, 2027, Two, south.",
    ]
    sheet.write_text(sheet.read_text(encoding="utf-8").replace("Two,south", ",west"), encoding="utf-8")
    wrong = run("batch", path, "--partners", sheet, "--format", "docx", "--jobs", "1", "--output", tmp_path / "out")
    assert wrong.code == 4
    assert "'extra: fee' is required" in wrong.err
    assert "west" in wrong.err


def test_a_master_may_declare_fields(tmp_path: pathlib.Path) -> None:
    pack(tmp_path / "t" / "masters" / "local-government", record=RECORD.replace("    template: short\n", ""))
    root = here(tmp_path, tmp_path / "t")
    assert packs.master("local-government", root).is_master
    path = proposal(tmp_path, PROPOSAL.replace("    template: short\n", ""))
    found = generate.generate(path, root)
    assert words(found)[0] == "Between Alameda County and the Department, until December 31, 2027."
    path = proposal(tmp_path, PROPOSAL.replace("    template: short\n", "").replace("Alameda County", "partner"))
    opened = Series.open(path, root).of("Butte County")
    assert made(generate.document(opened, root)[0])[0].startswith("Between Butte County")


def test_a_folder_that_is_not_there_is_told(tmp_path: pathlib.Path) -> None:
    for name, said in (("none", "isn't there"), ("empty", "has no templates")):
        (tmp_path / "empty").mkdir(exist_ok=True)
        root = here(tmp_path, pack(tmp_path / "p"), tmp_path / name)
        with pytest.raises(UsageError, match=said):
            packs.every(root)


# ------------------------------------------------------------------------------------------------------ which there are
def test_masters_come_first_and_names_are_found(tmp_path: pathlib.Path) -> None:
    holder = tmp_path / "many"
    root = here(tmp_path, pack(holder / "a", record='version: "1"'), pack(holder / "b", record='version: "2"').parent)
    assert [p.name for p in packs.every(root)] == [*sorted(VARIANTS), "a", "b"]
    assert packs.named("b", root).version == "2"
    with pytest.raises(UsageError, match="no template is called 'universitty'") as wrong:
        packs.named("universitty", root)
    assert "did you mean 'university'?" in wrong.value.hint


def test_two_templates_of_one_name(tmp_path: pathlib.Path) -> None:
    root = here(tmp_path, pack(tmp_path / "p"), pack(tmp_path / "q"))
    (line,) = told(proposal(tmp_path), root)
    assert "T063 two templates are called 'short'" in line
    assert "/q" in line


def test_includes_come_from_the_pack_first(tmp_path: pathlib.Path) -> None:
    text = '{%p include "clauses/shared" %}\n\n{%p include "clauses/amend-proposal" %}'
    one, other = (pack(tmp_path / name, text, RECORD.replace("short", name)) for name in ("short", "other"))
    for folder, said in ((one, "The pack's own."), (other, "The other's.")):
        (folder / "clauses").mkdir()
        (folder / "clauses" / "shared.docx").write_bytes(draft_of(said))
    root = here(tmp_path, one, other)
    template = generate.opened_template("short", root)
    shared, shipped = template.files[1:]
    assert (shared.name, shipped.name) == ("clauses/shared.docx", "clauses/amend-proposal.docx")
    (one / "clauses" / "shared.docx").unlink()
    assert generate.opened_template("short", root).files[1] == generate.opened_template("other", root).files[1]


@pytest.mark.parametrize(
    ("stands", "expected"),
    [
        (("own", "shared"), ["warning"]),
        (("own", "other"), []),
        (("shared", "other"), []),
        (("other", "third"), ["error"]),
        (("own",), []),
    ],
)
def test_a_file_that_stands_twice(stands: tuple[str, ...], expected: list[str], tmp_path: pathlib.Path) -> None:
    text = '{%p include "clauses/x" %}'
    folders = {"shared": tmp_path / "t"}
    pack(folders["shared"] / "masters" / "university", "Text.", 'version: "1"')
    folders |= {n: pack(tmp_path / n, text, f"template: {n}\nversion: 1") for n in ("own", "other", "third")}
    for name in stands:
        (folders[name] / "clauses").mkdir()
        (folders[name] / "clauses" / "x.docx").write_bytes(draft_of(f"Text of {name}."))
    template = generate.opened_template("own", here(tmp_path, *folders.values()))
    assert [str(f.severity) for f in template.findings if f.code == "T064"] == expected


def draft_of(text: str) -> bytes:
    """A Word file that says this."""
    from agreegen.template.draft import draft  # noqa: PLC0415

    return draft(text)


def test_a_cached_template_is_made_again_when_the_pack_gets_its_own_clause(tmp_path: pathlib.Path) -> None:
    folder = pack(tmp_path / "p", '{%p include "clauses/amend-proposal" %}')
    root = here(tmp_path, folder)
    before = generate.opened_template("short", root).sha256
    assert generate.opened_template("short", root).sha256 == before
    (folder / "clauses").mkdir()
    (folder / "clauses" / "amend-proposal.docx").write_bytes(draft_of("Ours."))
    assert generate.opened_template("short", root).sha256 != before


@pytest.mark.parametrize(
    ("setting", "said"),
    [("templates = []", "must be a text"), ("templates = [1]", "must be a text"), ("format = true", "must be a text")],
)
def test_settings_that_no_list_can_be(setting: str, said: str, tmp_path: pathlib.Path) -> None:
    (tmp_path / "agreegen.toml").write_text(setting, encoding="utf-8")
    with pytest.raises(UsageError, match=said):
        workspace.find(tmp_path, {})


def test_yes_and_no_may_be_written_as_toml_has_them(tmp_path: pathlib.Path) -> None:
    (tmp_path / "agreegen.toml").write_text("require_approved = true\nsource = false\n", encoding="utf-8")
    found = workspace.find(tmp_path, {})
    assert (found.require_approved, found.source) == (True, False)


# --------------------------------------------------------------------------------------------------------------- record
@pytest.mark.parametrize(
    ("text", "at", "said"),
    [
        ("verison: 1", (1, 1), "T061 'verison' isn't a key that belongs here; did you mean 'version'?"),
        ("asks: nothing", (1, 7), "T062 'asks' can't be 'nothing'; one of: official form, own fields"),
        ("based on: univercity", (1, 11), "T062 'based on' can't be 'univercity'; did you mean 'university'?"),
        ("effective: soon", (1, 12), "T062 'effective' can't be 'soon'; write a real date"),
        ("fields:\n  a: {typ: text}", (2, 7), "T061 'typ' isn't a key that belongs here; did you mean 'type'?"),
        ("fields:\n  a: {type: txt}", (2, 13), "T062 no type of field is called 'txt'; did you mean 'text'?"),
        ("fields:\n  a: {type: one of}", (2, 6), "T062 the field 'a' has no choices"),
        ("fields:\n  a: {type: date, example: x}", (2, 28), "T062 'a' can't be 'x'; write a real date"),
        ("fields:\n  9a: text", (2, 3), "T062 the field '9a' can't be a name in templates"),
        ("fields: [a]", (1, 9), "T062 the fields aren't a block of keys"),
        ("fields:\n  a: {type: block}", (2, 6), "T062 the field 'a' is a block and has no fields"),
        ("fields:\n  a: {type: block, fields: {b: {typ: x}}}", (2, 33), "T061 'typ' isn't a key"),
        ("fields:\n  a: {name: x}\n  b: {name: x}", (3, 6), "T062 the fields 'a' and 'b' are both called 'x'"),
        ("fields:\n  a: {name: a-b}", (2, 13), "T062 a Word file can't call a field 'a-b'"),
        ("fields:\n  a: {choices: [North, north]}", (2, 16), "T062 two choices are the same word"),
    ],
)
def test_faults_of_a_record_have_their_place(text: str, at: tuple[int, int], said: str) -> None:
    (found,) = read_record(text.encode(), "template.yaml").findings
    assert (found.location.line, found.location.column) == at
    assert f"{found.code} {found.message}; {found.hint}".startswith(said)


def test_the_shipped_records_have_no_fault() -> None:
    found = packs.masters_in(workspace.shipped("templates"))
    assert {p.name for p in found} == set(VARIANTS)
    assert [f for p in found for f in p.findings] == []


def test_every_variant_prints_which_template_it_was_made_from(tmp_path: pathlib.Path) -> None:
    root = workspace.find(tmp_path)
    for variant in VARIANTS:
        names = {name for name, _ in generate.opened_template(variant, root).names}
        assert {"document.template", "document.template_version", "document.template_digest"} <= names


def test_nobody_approved_what_is_shipped() -> None:
    assert not (workspace.shipped("templates") / "approvals.yaml").exists()


# ------------------------------------------------------------------------------------------------------- new proposals
def test_a_new_proposal_has_the_fields_of_its_pack(tmp_path: pathlib.Path) -> None:
    root = here(tmp_path, pack(tmp_path / "p"))
    text = skeleton.skeleton("short", "Mine", packs.every(root))
    assert read_source(text.encode(), "x").findings == []
    assert "template: short\n" in text
    assert "  end date:                              # Last day: a date, as 2027-03-01\n" in text
    assert "  # fee:                                 # words; may be left out\n" in text
    official = pack(tmp_path / "p", record=RECORD.replace("asks: own fields", "based on: university"))
    text = skeleton.skeleton("short", "Mine", packs.every(here(tmp_path, official)))
    data = read_source(text.encode(), "x").data
    assert (data["template"], set(data["extra"])) == ("short", {"end date"})
    assert "purpose" in data


def test_the_schema_knows_the_fields_of_packs(tmp_path: pathlib.Path) -> None:
    root = here(tmp_path, pack(tmp_path / "p"))
    assert set(skeleton.schema(packs.every(root))["properties"]["extra"]["properties"]) == {"end date", "fee"}
    assert "properties" not in skeleton.schema()["properties"]["extra"]


def test_an_answer_tells_its_type() -> None:
    field = Field("x", "list of", many=True)
    assert Field("a b").name == "a_b"
    assert Field("a b", called="AB").name == "AB"
    assert field.many


def test_a_pack_without_a_word_file_or_with_two(tmp_path: pathlib.Path) -> None:
    folder = pack(tmp_path / "p")
    (folder / "master.docx").rename(folder / "one.docx")
    root = here(tmp_path, folder)
    assert told(proposal(tmp_path), root) == []
    (folder / "two.docx").write_bytes((folder / "one.docx").read_bytes())
    (line,) = [line for line in told(proposal(tmp_path), root) if "T062" in line]
    assert "the folder has 2 Word files; name one: `word: one.docx`" in line
    with pytest.raises(FindingsError):
        generate.generate(proposal(tmp_path), root)


def test_checking_a_pack_tells_of_its_record_and_of_names_nobody_declared(
    run: Callable[..., Run], tmp_path: pathlib.Path
) -> None:
    folder = pack(tmp_path / "p", "Hello {{ nobody }}, {{ proposal.extra.end_date | date }}.")
    here(tmp_path, folder)
    said = run("templates", "check", "short")
    assert said.code == 1
    assert "T046" in said.err
    pack(folder, record=RECORD.replace("asks", "aks"))
    assert "T061" in run("templates", "check", "short").err

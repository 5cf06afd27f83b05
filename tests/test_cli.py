"""The command line, command by command: what it prints where, what it writes, and how it leaves."""

from __future__ import annotations

import json
import os
import pathlib
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
import yaml

from agreegen import catalog, cli, generate, skeleton, workspace
from agreegen.cli import console
from agreegen.law import VARIANTS
from agreegen.law.authorities import find_authority
from agreegen.law.parties import known_party
from agreegen.pdf.contents import quick_contents
from agreegen.pdf.libreoffice import LibreOffice
from agreegen.reading import read_source

if TYPE_CHECKING:
    from collections.abc import Callable

    from command_line import Run

ROOT = pathlib.Path(__file__).parents[1]
EXAMPLES = sorted((ROOT / "proposals").glob("*.yaml"))
COUNTY = ROOT / "proposals" / "county-coverage.yaml"
HEAVY = ("lxml", "pydantic", "jinja2", "yaml", "docx", "docxtpl", "pypdfium2", "dxpdf", "rich")


def changed(path: pathlib.Path, old: str, new: str) -> pathlib.Path:
    """A file with one text replaced, which must be there."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    return path


@pytest.fixture
def county(run: Callable[..., Run], tmp_path: pathlib.Path) -> pathlib.Path:
    """A copy of the county's example to change."""
    assert run("new", "mine.yaml", "--example", "county-coverage").code == 0
    return tmp_path / "mine.yaml"


# ---------------------------------------------------------------------------------------------------------------- start
def test_help_is_quick_because_nothing_heavy_is_imported() -> None:
    script = f"import sys, agreegen.cli\nprint([m for m in {HEAVY!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_import_guard_notices_a_heavy_import() -> None:
    script = f"import sys, agreegen.cli, lxml\nprint([m for m in {HEAVY!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['lxml']"


def test_the_module_runs_as_a_program() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "agreegen.cli", "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("agreegen 0.")


def test_help_and_version(run: Callable[..., Run]) -> None:
    said = run("--help")
    assert said.code == 0
    assert "generate" in said.out
    assert run("-h").out == said.out
    assert run("--version").out.startswith("agreegen ")
    assert run().code == 2


def test_the_next_steps_are_named_as_they_are_typed_here(
    run: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    python = "py" if os.name == "nt" else "python3"
    start = pathlib.Path("agreegen", "start.py").resolve()
    start.parent.joinpath("mine").mkdir(parents=True)
    start.touch()
    monkeypatch.setattr(cli.console, "START", start)
    assert f"Then: {python} {start} check a.yaml" in run("new", "a.yaml").out
    monkeypatch.chdir("agreegen")
    assert f"Then: {python} start.py check a.yaml" in run("new", "a.yaml").out
    monkeypatch.chdir("mine")
    assert f"Then: {python} {pathlib.Path('..', 'start.py')} check a.yaml" in run("new", "a.yaml").out
    monkeypatch.setattr(cli.console, "START", pathlib.Path("none"))
    assert "Then: agreegen check b.yaml" in run("new", "b.yaml").out
    monkeypatch.setattr(cli.console, "START", pathlib.Path(__file__))
    monkeypatch.setattr(shutil, "which", lambda name: name)
    assert "Then: agreegen check c.yaml" in run("new", "c.yaml").out


@pytest.mark.parametrize(
    "words", ["bogus", "generate", "check", "explain", "new --nonsense", "list", "templates bogus"]
)
def test_a_wrong_call_says_so_on_standard_error(run: Callable[..., Run], words: str) -> None:
    said = run(*words.split())
    assert said.code == 2
    assert said.out == ""
    assert "Error" in said.err


# ----------------------------------------------------------------------------------------------------- demo, init, new
@pytest.mark.slow
def test_demo_makes_a_complete_agreement_and_says_what_is_next(run: Callable[..., Run], tmp_path: pathlib.Path) -> None:
    said = run("demo", "--output", "here")
    assert said.code == 0, said.all
    assert {p.suffix for p in (tmp_path / "here").glob("county-coverage.*")} == {".docx", ".pdf"}
    for command in ("init", "new", "check", "generate"):
        assert f" {command} my-agreements" in said.out


def test_the_steps_that_demo_shows_work_in_order(run: Callable[..., Run]) -> None:
    codes = {command.split()[0]: run(*command.split()).code for command, _ in cli.agreements.NEXT}
    assert codes == {"init": 0, "new": 0, "check": 1, "generate": 1}  # an empty proposal isn't complete


def test_init_makes_a_workspace_that_works(run: Callable[..., Run], tmp_path: pathlib.Path) -> None:
    said = run("init", "my")
    assert said.code == 0
    assert (tmp_path / "my" / "proposals" / skeleton.SCHEMA_FILE).is_file()
    assert (tmp_path / "my" / "templates" / "base.docx").is_file()
    tried = said.out.rsplit("Try: ", 1)[1].split()
    made = run(*tried[tried.index("generate") :], "--format", "docx")
    assert made.code == 0, made.all
    assert (tmp_path / "my" / "output" / "county-coverage.docx").is_file()


def test_init_touches_nothing_that_is_there(run: Callable[..., Run], tmp_path: pathlib.Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter.txt").write_text("keep")
    (tmp_path / "file").write_text("keep")
    for name in ("full", "file"):
        said = run("init", name)
        assert said.code == 2
        assert "give the name of a new folder" in said.err
    assert [p.name for p in (tmp_path / "full").iterdir()] == ["letter.txt"]


@pytest.mark.parametrize("variant", VARIANTS)
def test_new_writes_a_proposal_of_which_only_what_is_missing_is_wrong(run: Callable[..., Run], variant: str) -> None:
    assert run("new", "folder/family-outreach.yaml", "--variant", variant).code == 0
    found = json.loads(run("check", "folder/family-outreach.yaml", "--json").out)["findings"]
    errors = {f["code"] for f in found if f["severity"] == "error"}
    assert errors == {"P001", "P003", "P055"}  # P055: the parties are examples, whose unit is to be filled in
    assert len(found) > 30
    assert all(f["location"]["line"] > 5 for f in found)
    text = pathlib.Path("folder/family-outreach.yaml").read_text(encoding="utf-8")
    assert "proposal: Family outreach " in text
    assert pathlib.Path("folder", skeleton.SCHEMA_FILE).is_file()


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_new_proposal_can_be_made_as_a_draft(run: Callable[..., Run], tmp_path: pathlib.Path, variant: str) -> None:
    run("new", "p.yaml", "--variant", variant)
    said = run("generate", "p.yaml", "--draft", "--format", "docx")
    assert said.code == 0, said.all
    assert [p.name for p in (tmp_path / "output").glob("*.docx")] == ["p-DRAFT.docx"]


def test_new_copies_examples_that_are_complete(run: Callable[..., Run]) -> None:
    for example in EXAMPLES:
        assert run("new", f"proposals/copy-of-{example.stem}", "--example", example.stem).code == 0
    said = run("check", *sorted(pathlib.Path("proposals").glob("*.yaml")))
    assert said.code == 0, said.all
    assert said.out.count("copy-of-") == len(EXAMPLES)


def test_new_refuses(run: Callable[..., Run], tmp_path: pathlib.Path) -> None:
    assert run("new", "x.yaml").code == 0
    (tmp_path / "x.yaml").write_text("mine")
    again = run("new", "x.yaml")
    assert (again.code, again.out) == (2, "")
    assert (tmp_path / "x.yaml").read_text() == "mine"
    assert run("new", "x.yaml", "--force").code == 0
    assert (tmp_path / "x.yaml").read_text(encoding="utf-8") != "mine"
    assert "did you mean university?" in run("new", "y.yaml", "--variant", "univrsity").err
    assert "county-coverage" in run("new", "y.yaml", "--example", "county").err
    assert run("new", "y.yaml", "--example", "county-coverage", "--variant", "university").code == 2
    assert not (tmp_path / "y.yaml").exists()


def test_the_commands_of_the_readme_work_in_order(run: Callable[..., Run]) -> None:
    lines = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()
    calls = [words for line in lines if (words := line.split())[:2] == ["python3", "start.py"] and len(words) > 3]
    assert [c[2] for c in calls] == ["init", "list", "new", "new", "check", "generate", "extract"]
    for call in calls:
        said = run(*call[2:], *(["--format", "docx"] if call[2] == "generate" else []))
        assert said.code == 0, said.all
    assert pathlib.Path("my-agreements/output/mine.docx").is_file()


# ---------------------------------------------------------------------------------------------------------------- check
def test_check_is_content_with_each_example(run: Callable[..., Run]) -> None:
    assert len(EXAMPLES) > 5
    said = run("check", *EXAMPLES)
    assert (said.code, said.err) == (0, "")
    assert said.out.count(".yaml") == len(EXAMPLES)


def test_check_shows_place_fault_and_remedy_on_standard_error(run: Callable[..., Run], county: pathlib.Path) -> None:
    changed(county, "end: 2030-03-31", "end: 2026-03-31")
    said = run("check", "mine.yaml")
    assert (said.code, said.out) == (1, "")
    line = next(n for n, t in enumerate(county.read_text(encoding="utf-8").splitlines(), 1) if t.startswith("dates:"))
    assert f"mine.yaml:{line}:" in said.err
    assert "error[P010] the end date 2026-03-31 is before the start date 2027-04-01\n  hint: " in said.err
    assert "`agreegen explain P010`" in said.err


def test_a_warning_does_not_stop(run: Callable[..., Run], county: pathlib.Path) -> None:
    changed(county, "FIPS 140-3 validated", "FIPS 140-2 validated")
    said = run("check", "mine.yaml")
    assert said.code == 0
    assert "warning[P052]" in said.err
    assert "nothing stops the agreement" in said.out


def test_check_json_is_versioned_and_alone_on_standard_output(run: Callable[..., Run], county: pathlib.Path) -> None:
    changed(county, "end: 2030-03-31", "end: 2026-03-31")
    said = run("check", "mine.yaml", "--json")
    given = json.loads(said.out)
    assert (said.code, said.err, given["version"]) == (1, "", 1)
    assert given["findings"][0]["code"] == "P010"
    assert given["findings"][0]["location"]["file"] == "mine.yaml"


def test_check_sarif_has_the_shape_that_code_hosts_read(run: Callable[..., Run], county: pathlib.Path) -> None:
    changed(county, "end: 2030-03-31", "end: 2026-03-31")
    said = run("check", "mine.yaml", "--sarif")
    jsonschema.validate(given := json.loads(said.out), SARIF)
    (result,) = given["runs"][0]["results"]
    assert (said.code, result["ruleId"], result["level"]) == (1, "P010", "error")


SARIF: dict[str, Any] = {
    "type": "object",
    "required": ["version", "runs"],
    "properties": {
        "version": {"const": "2.1.0"},
        "runs": {"type": "array", "minItems": 1, "items": {
            "type": "object",
            "required": ["tool", "results"],
            "properties": {
                "tool": {"type": "object", "required": ["driver"], "properties": {
                    "driver": {"type": "object", "required": ["name", "rules"]}}},
                "results": {"type": "array", "items": {
                    "type": "object",
                    "required": ["ruleId", "level", "message", "locations"],
                    "properties": {
                        "level": {"enum": ["error", "warning", "note", "none"]},
                        "message": {"type": "object", "required": ["text"]},
                        "locations": {"type": "array", "items": {
                            "type": "object", "required": ["physicalLocation"], "properties": {"physicalLocation": {
                                "type": "object", "required": ["artifactLocation"], "properties": {
                                    "artifactLocation": {"type": "object", "required": ["uri"]},
                                    "region": {"type": "object", "properties": {
                                        "startLine": {"type": "integer", "minimum": 1},
                                        "startColumn": {"type": "integer", "minimum": 1}}}}}}}},
                    }}},
            }}},
    },
}  # fmt: skip
"""The part of SARIF 2.1.0 that we write."""


NONSENSE: dict[str, bytes] = {
    "bytes.yaml": bytes(range(256)),
    "empty.yaml": b"",
    "list.yaml": b"- a\n- b\n",
    "word.yaml": b"hello",
    "tab.yaml": b"proposal: x\n\tprovider: y\n",
    "open.yaml": b"proposal: [a, b\n",
    "kinds.yaml": b"proposal: {a: b}\nprovider: 5\nrecipient: [[]]\ndata: 7\ndates: [1]\nterms: x\nuse: {users: 1}\n",
    "nulls.yaml": b"proposal:\nprovider:\nrecipient:\ndata: {elements: }\n",
    "deep.yaml": b"a: " + b"[" * 500 + b"]" * 500,
    "alias.yaml": b"a: &x [*x, *x]\nproposal: x\n",
    "utf16.yaml": "proposal: x\nprovider: DHCS\nrecipient: CDPH\n".encode("utf-16"),
    "word.docx": b"PK\x03\x04 not a proposal",
}


@pytest.mark.parametrize("name", NONSENSE)
@pytest.mark.parametrize("command", ["check", "generate"])
def test_nonsense_gets_findings_and_no_traceback(run: Callable[..., Run], command: str, name: str) -> None:
    pathlib.Path(name).write_bytes(NONSENSE[name])
    said = run(command, name)
    assert (said.code, said.out) == (1, "")
    assert f"{name}:" in said.err
    assert "error[" in said.err
    assert "Traceback" not in said.err
    assert not pathlib.Path("output").exists()


@pytest.mark.parametrize("words", [
    "check none.yaml", "check .", "generate none.yaml", "generate .", "schema -o none/x.json", "schema -o .",
    "templates outline none", "templates draft none.txt", "templates draft .", "templates draft letter.docx",
    "explain zzz", "list zzz", "new .", "new letter.docx/x.yaml", "init letter.docx/x",
])  # fmt: skip
def test_what_is_not_there_gets_a_message_and_a_hint(run: Callable[..., Run], words: str) -> None:
    pathlib.Path("letter.docx").write_text("a letter")
    said = run(*words.split())
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("error: ")
    assert "\n  hint: " in said.err


def test_settings_that_are_not_understood(run: Callable[..., Run], county: pathlib.Path) -> None:
    for text, word in (("outptu = 'x'", "outptu"), ("output = ", "agreegen.toml"), ("format = 'odt'", "odt")):
        pathlib.Path("agreegen.toml").write_text(text, encoding="utf-8")
        said = run("generate", county)
        assert said.code == 2
        assert word in said.err


# ------------------------------------------------------------------------------------------------------------- generate
@pytest.mark.slow
def test_generate_writes_word_and_pdf(run: Callable[..., Run], tmp_path: pathlib.Path) -> None:
    said = run("generate", COUNTY, "--output", "out", "--pdf-engine", "embedded")
    assert said.code == 0, said.all
    assert (tmp_path / "out" / "county-coverage.docx").read_bytes()[:2] == b"PK"
    assert (tmp_path / "out" / "county-coverage.pdf").read_bytes()[:5] == b"%PDF-"
    assert said.out.splitlines()[1].endswith("county-coverage.pdf  (drawn by: embedded)")


@pytest.mark.slow
@pytest.mark.parametrize(("format_", "written"), [("docx", [".docx"]), ("pdf", [".pdf"])])
def test_generate_writes_what_was_asked_for(run: Callable[..., Run], tmp_path: pathlib.Path, format_: str,
                                            written: list[str]) -> None:  # fmt: skip
    said = run("generate", COUNTY, "-o", "out", "-f", format_)
    assert said.code == 0, said.all
    assert [p.suffix for p in sorted((tmp_path / "out").glob("county*"))] == written
    assert len(said.out.splitlines()) == 1


@pytest.mark.parametrize(
    ("formats", "together"),
    [
        ([], None),
        (["pdf"], "pdf"),
        (["docx", "pdf"], "both"),
        (["docx, pdf"], "both"),
        (["both", "pdf"], "both"),
        (["docx", "docx"], "docx"),
        (["docx", "odt"], "docx,odt"),
    ],
)
def test_formats_that_are_named_one_by_one_are_all_meant(formats: list[str], together: str | None) -> None:
    said = console.flags(None, formats, None, None, None, sign=False, source=True)
    assert said["format"] == together


def test_generate_twice_gives_the_same_bytes(run: Callable[..., Run], tmp_path: pathlib.Path,
                                             monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    monkeypatch.setattr(generate, "quick_contents", quick_contents)
    for folder in ("a", "b"):
        assert run("generate", COUNTY, "-o", folder, "-f", "docx").code == 0
    one, two = ((tmp_path / folder / "county-coverage.docx").read_bytes() for folder in ("a", "b"))
    assert one == two


def test_generate_never_overwrites_what_a_person_changed(run: Callable[..., Run], county: pathlib.Path) -> None:
    word = county.parent / "output" / "mine.docx"
    assert run("generate", county, "-f", "docx").code == 0
    assert run("generate", changed(county, "About 1,800", "About 1,900"), "-f", "docx").code == 0
    word.write_bytes(word.read_bytes() + b"edited")
    kept = word.read_bytes()
    said = run("generate", county, "-f", "docx")
    assert (said.code, said.out) == (2, "")
    assert "--force" in said.err
    assert word.read_bytes() == kept
    assert run("generate", county, "-f", "docx", "--force").code == 0
    assert word.read_bytes() != kept


def test_generate_writes_nothing_when_something_is_missing_but_a_draft(run: Callable[..., Run],
                                                                       county: pathlib.Path) -> None:  # fmt: skip
    changed(county, "method: SFTP from the department's server to the county's", "method:")
    said = run("generate", county, "-f", "docx")
    assert (said.code, said.out) == (1, "")
    assert "error[P001]" in said.err
    assert "nothing was written" in said.err
    assert not (county.parent / "output").exists()
    draft = run("generate", county, "-f", "docx", "--draft")
    assert draft.code == 0, draft.all
    assert draft.out.strip().endswith("mine-DRAFT.docx")
    assert "warning[P001]" in draft.err


def test_generate_for_a_partner(run: Callable[..., Run], county: pathlib.Path) -> None:
    changed(county, "recipient: alameda-county", "recipient: partner")
    said = run("generate", county, "-f", "docx")
    assert said.code == 1
    assert "--partner" in said.err
    made = run("generate", county, "-f", "docx", "--partner", "alameda-county")
    assert made.code == 0, made.all
    assert made.out.strip().endswith("mine-alameda-county.docx")
    nobody = run("generate", county, "-f", "docx", "--partner", "alameda-conty")
    assert nobody.code == 1
    assert "did you mean 'Alameda County'?" in nobody.err


def test_generate_several(run: Callable[..., Run], county: pathlib.Path) -> None:
    bad = pathlib.Path("bad.yaml")
    bad.write_bytes(changed(county, "end: 2030-03-31", "end: 2026-03-31").read_bytes())
    some = run("generate", bad, COUNTY, "-f", "docx", "-o", "out")
    assert some.code == 4
    assert some.out.strip().endswith("county-coverage.docx")
    assert run("generate", bad, county, "-f", "docx", "-o", "none").code == 1
    assert run("generate", bad, "-f", "docx", "-o", "none").code == 1


def test_generate_several_goes_on_behind_one_that_cannot_be_read(run: Callable[..., Run]) -> None:
    said = run("generate", "nobody.yaml", COUNTY, "-f", "docx", "-o", "out", "--json")
    assert said.code == 4
    assert "there is no file nobody.yaml" in said.err
    assert "nobody.yaml: nothing was written" in said.err
    assert [pathlib.Path(f).name for f in json.loads(said.out)["files"]] == ["county-coverage.docx"]
    assert run("generate", "nobody.yaml", "nobody.yaml", "-o", "out").code == 2


def test_generate_json(run: Callable[..., Run]) -> None:
    said = run("generate", COUNTY, "-f", "docx", "--json")
    given = json.loads(said.out)
    assert (said.code, said.err, given["findings"]) == (0, "", [])
    assert [pathlib.Path(f).name for f in given["files"]] == ["county-coverage.docx"]


def test_an_engine_that_is_not_there(run: Callable[..., Run], monkeypatch: pytest.MonkeyPatch) -> None:
    assert run("generate", COUNTY, "--pdf-engine", "quill").code == 2
    monkeypatch.setattr(LibreOffice, "unavailable", lambda _self: "it isn't installed")
    said = run("generate", COUNTY, "--pdf-engine", "libreoffice")
    assert (said.code, said.out) == (3, "")
    assert "it isn't installed" in said.err
    assert not pathlib.Path("output").exists()


def test_an_output_folder_that_cannot_be_made(run: Callable[..., Run]) -> None:
    pathlib.Path("file").write_text("x")
    said = run("generate", COUNTY, "-f", "docx", "-o", "file")
    assert (said.code, said.out) == (2, "")
    assert "file" in said.err


# ------------------------------------------------------------------------------------------------ explain, list, schema
def test_every_code_is_explained(run: Callable[..., Run]) -> None:
    for code, sentence in catalog.codes().items():
        said = catalog.explain(code.lower())
        assert said.startswith(code)
        assert sentence in said
    for code in {code[0]: code for code in catalog.codes()}.values():
        assert run("explain", code.lower()) == (0, catalog.explain(code) + "\n", "")
    for code in ("P010", "L005", "D003", *(c for c in catalog.codes() if c.startswith(("B", "D6")))):
        said = run("explain", code).out
        assert said.split("\n")[0] in {f"{code} ({severity})" for severity in ("error", "warning", "note")}
        assert all(f"\n{part}:" in said for part in ("Why", "Bad", "Good")), code
    unknown = run("explain", "ZZ99").err
    assert all(code in unknown for code in catalog.codes())
    assert "did you mean" in run("explain", "P01").err


def test_lists(run: Callable[..., Run]) -> None:
    counties = [line for line in run("list", "parties").out.splitlines() if line.endswith(("(county)", ", county)"))]
    assert len(counties) == 58
    assert run("list", "parties", "DHCS").out.startswith("Department of Health Care Services")
    assert run("list", "authorities", "Civ. Code § 1798.24").out.startswith("ipa_24 ")
    assert run("list", "examples").out.count("\n") == len(EXAMPLES)
    assert run("list", "codes").out.count("\n") == len(catalog.codes())
    nothing = run("list", "parties", "zzz")
    assert (nothing.code, nothing.out) == (0, "")
    assert "none of the parties" in nothing.err
    assert "did you mean parties?" in run("list", "partes").err


def test_every_listed_name_is_one_that_a_proposal_may_use(run: Callable[..., Run]) -> None:
    parties = [line.partition("  (")[0] for line in run("list", "parties").out.splitlines()]
    assert len(parties) > 100
    assert all(known_party(name) for name in parties)
    assert all(find_authority(line.split()[0]) for line in run("list", "authorities").out.splitlines())


def test_schema_is_a_valid_one_and_fits_every_example(run: Callable[..., Run]) -> None:
    given = json.loads(run("schema").out)
    jsonschema.Draft202012Validator.check_schema(given)
    validator = jsonschema.Draft202012Validator(given)
    for path in EXAMPLES:
        data = read_source(path.read_bytes(), path.name).data
        assert [f"{path.name} {list(e.path)}: {e.message}" for e in validator.iter_errors(data)] == []


@pytest.mark.parametrize(
    "wrong", ["purpos: x", "dates: {begin: 2027-01-01}", "status: perhaps", "data: {elements: [{nam: x}]}"]
)
def test_schema_refuses(run: Callable[..., Run], wrong: str) -> None:
    data = yaml.safe_load(f"proposal: x\nprovider: DHCS\nrecipient: CDPH\n{wrong}\n")
    validator = jsonschema.Draft202012Validator(json.loads(run("schema").out))
    assert not validator.is_valid(data)
    assert validator.is_valid({k: data[k] for k in ("proposal", "provider", "recipient")})


def test_schema_to_a_file(run: Callable[..., Run]) -> None:
    said = run("schema", "--output", "s.json")
    assert "$schema=s.json" in said.out
    assert json.loads(pathlib.Path("s.json").read_text(encoding="utf-8"))["title"] == "Business Use Case Proposal"


def test_doctor(run: Callable[..., Run]) -> None:
    said = run("doctor")
    assert (said.code, said.err) == (0, "")
    assert "works  embedded" in said.out
    given = json.loads(run("doctor", "--json").out)
    assert {e["name"] for e in given["engines"]} == {"embedded", "libreoffice", "word", "gotenberg"}


# ------------------------------------------------------------------------------------------------------------ templates
def test_an_outline_becomes_a_word_file_and_back(run: Callable[..., Run]) -> None:
    text = "## [hold] Legal holds\n\n(a) Each Party shall keep Data under a legal hold.\n"
    folder = pathlib.Path("clauses")
    folder.mkdir()
    (folder / "hold.txt").write_text(text, encoding="utf-8")
    assert run("templates", "draft", "clauses/hold.txt").out == f"{folder / 'hold.docx'} is written\n"
    assert run("templates", "outline", "clauses", "--check").code == 0
    (folder / "hold.txt").write_text(text.replace("Each", "Every"), encoding="utf-8")
    stale = run("templates", "outline", "clauses", "--check")
    assert stale.code == 1
    assert "stale" in stale.out
    refused = run("templates", "draft", "clauses/hold.txt")
    assert refused.code == 2
    assert "--force" in refused.err
    assert run("templates", "outline", "clauses").code == 0
    assert (folder / "hold.txt").read_text(encoding="utf-8") == text
    (folder / "hold.txt").write_text(text.replace("Each", "Every"), encoding="utf-8")
    assert run("templates", "draft", "clauses/hold.txt", "--force").code == 0
    assert run("templates", "outline", "clauses", "--check").code == 0


def test_an_outline_that_is_not_understood(run: Callable[..., Run]) -> None:
    pathlib.Path("x.txt").write_text("%% nonsense\n\ntext\n", encoding="utf-8")
    said = run("templates", "draft", "x.txt")
    assert said.code == 2
    assert "x.txt: line 1" in said.err
    assert not pathlib.Path("x.docx").exists()


def test_every_outline_that_comes_along_is_current(run: Callable[..., Run]) -> None:
    said = run("templates", "outline", workspace.shipped("templates"), "--check")
    assert said.code == 0, said.out


def test_the_demo_is_an_example() -> None:
    assert COUNTY.name == generate.DEMO


def test_check_goes_on_past_a_file_that_is_not_there(run: Callable[..., Run], tmp_path: pathlib.Path) -> None:
    (tmp_path / "bad.yaml").write_text("proposal: Test\nproposal: Twice\n", encoding="utf-8")
    said = run("check", "none.yaml", "bad.yaml")
    assert said.code == 2
    assert "there is no file none.yaml" in said.err and "bad.yaml:2:1: error[Y002]" in said.err
    assert "nothing to mend" not in said.all


def test_doctor_shows_the_settings_of_a_folder(run: Callable[..., Run], tmp_path: pathlib.Path) -> None:
    assert run("init", "mine").code == 0
    assert str(tmp_path / "mine" / "templates") in run("doctor", "mine").out

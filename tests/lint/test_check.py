"""The command: every problem at once with its place, the ways of showing it, suppressions, copies, exit codes."""

from __future__ import annotations

import io
import json
import re
import shutil
import sys
import tomllib
import zipfile
from typing import TYPE_CHECKING

import jsonschema
import pytest
from lxml import etree

from agreegen import lint, report
from agreegen.errors import UsageError
from agreegen.lint import copies, generic, mending, suppression
from agreegen.lint.alone import taken_apart
from agreegen.lint.vocabulary import distance
from agreegen.template.base import unpack
from agreegen.template.container import W
from agreegen.template.draft import draft
from test_report import SARIF

from .conftest import PLACE, TEMPLATES, codes

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Callable

    from agreegen.lint.page import Page
    from command_line import Run

MANY = """\
## [example] An example

The use is {{ proposal.propsal }} and begins on {{ proposal.dates.start }}, as Section 8.2 provides.

{%p if facts.reserch %}

The Data Recipent shall report {{ broken words.

| Field | {{ proposal.data.categories }} |
"""
TAGS = """\
## [example] An example

{%pif variant == “university” %}

The use is {{ proposal.propsal }} of {{\u00a0recipient.name }}, and {{ proposal.xyz }}.

{%p endif %}
"""


def page_of(text: str, library: lint.Library) -> tuple[bytes, Page]:
    data = draft(text)
    container, _ = taken_apart(data, f"{PLACE}.docx")
    assert container is not None
    return data, library.read(container, PLACE)


@pytest.fixture
def spoilt(tmp_path: pathlib.Path) -> pathlib.Path:
    """A small workspace: one master, with a clause that has several faults."""
    root = tmp_path / "templates"
    (root / "masters" / "university").mkdir(parents=True)
    (root / "clauses").mkdir()
    shutil.copy(TEMPLATES / "base.docx", root / "base.docx")
    master = '# A part\n\n{%p include "clauses/example" %}\n'
    (root / "masters/university/master.docx").write_bytes(draft(master))
    (root / "masters/university/template.yaml").write_text('template: university\nversion: "1"\n', encoding="utf-8")
    (root / "clauses/example.docx").write_bytes(draft(MANY))
    (tmp_path / "agreegen.toml").write_text('templates = "templates"\n', encoding="utf-8")
    return tmp_path


def test_all_problems_are_told_at_once_each_at_its_place(library: lint.Library) -> None:
    found = lint.check_file(draft(MANY), PLACE, library)
    assert {"T030", "T042", "T046", "T201", "T202", "T240", "T245"} <= set(codes(found))
    name = next(f for f in found if f.code == "T046" and "propsal" in f.message)
    place = name.location
    assert (place.file, place.part, place.heading, place.paragraph) == (f"{PLACE}.docx", "body", "An example", 2)
    assert place.said[(place.column or 0) - 1 :].startswith("propsal") and place.text == "{{ proposal.propsal }}"
    assert name.hint == "did you mean proposal.proposal?"
    cell = next(f for f in found if f.code == "T201").location
    assert (cell.cell, cell.heading) == ("table 1, row 1, column 2", "An example")


def test_templates_are_named_by_variant_name_and_file(library: lint.Library, tmp_path: pathlib.Path) -> None:
    assert len(lint.targets((), library)) == len(library.names) > 100
    university = [name for name, _ in lint.targets(["university"], library)]
    assert "masters/university/master" in university and "clauses/training" in university
    assert [n for n, _ in lint.targets(["training", "clauses/training.docx"], library)] == ["clauses/training"]
    assert [n for n, _ in lint.targets([str(TEMPLATES / "exhibits/fti.docx")], library)] == ["exhibits/fti"]
    other = tmp_path / "other.docx"
    other.write_bytes(draft("Words."))
    assert lint.targets([str(other)], library) == [(str(other), other)]
    with pytest.raises(UsageError, match="no templates"):
        lint.targets((), lint.Library(tmp_path / "nothing"))
    with pytest.raises(UsageError) as wrong:
        lint.targets(["clauses/traning"], library)
    assert wrong.value.hint == "did you mean clauses/training?"


def test_the_command_points_at_each_place(
    run: Callable[..., Run], spoilt: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(spoilt)
    told = run("templates", "check", "clauses/example")
    assert told.code == 1
    lines = told.err.splitlines()
    at = next(i for i, line in enumerate(lines) if "[T046] proposal has no 'propsal'" in line)
    assert lines[at].startswith('clauses/example.docx: body, under "An example", paragraph 2: error[T046]')
    words, marks = lines[at + 1], lines[at + 2]
    assert words[marks.index("^") : marks.index("^") + len("propsal")] == "propsal"
    assert lines[at + 3].strip() == "hint: did you mean proposal.proposal?"


def test_the_command_tells_programs(
    run: Callable[..., Run], spoilt: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(spoilt)
    found = json.loads(run("templates", "check", "university", "--json").out)
    one = next(f for f in found["findings"] if f["code"] == "T202")["location"]
    assert (one["paragraph"], one["text"]) == (2, "{{ proposal.dates.start }}")
    assert one["said"][one["column"] - 1 :].startswith("{{ proposal.dates.start }}")
    sarif = json.loads(run("templates", "check", "clauses/example", "--sarif").out)
    assert {r["ruleId"] for r in sarif["runs"][0]["results"]} >= {"T046", "T202"}


def test_a_check_tells_how_far_it_is(spoilt: pathlib.Path) -> None:
    library = lint.Library(spoilt / "templates")
    told: list[lint.Progress] = []
    lint.check(lint.targets(["university"], library), library, show=told.append)
    assert [(p.step, p.done, p.total) for p in told] == [
        ("putting together", 0, 1), ("checking", 0, 2), ("checking", 1, 2)]  # fmt: skip


def test_files_of_sound_templates_are_compiled_once(spoilt: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    compiled: list[str] = []
    monkeypatch.setattr(lint.alone, "compiled", lambda _, path, __: compiled.append(path.stem) or [])
    library = lint.Library(spoilt / "templates")
    (spoilt / "templates/clauses/example.docx").write_bytes(draft("## [example] An example\n\nThe Parties agree.\n"))
    assert codes(lint.check(lint.targets(["university"], library), library)) == [] and compiled == []
    (spoilt / "templates/clauses/example.docx").write_bytes(draft(MANY))
    library = lint.Library(spoilt / "templates")
    assert "T046" in codes(lint.check(lint.targets(["university"], library), library))
    assert compiled == ["master", "example"]


def test_exit_codes(run: Callable[..., Run], spoilt: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(spoilt)
    clause = spoilt / "templates/clauses/example.docx"
    clause.write_bytes(draft("## [example] An example\n\nSee Section 8.2.\n"))
    assert run("templates", "check", "clauses/example").code == 0
    assert run("templates", "check", "clauses/example", "--strict").code == 1
    clause.write_bytes(draft("## [example] An example\n\nThe Parties agree.\n"))
    told = run("templates", "check", "clauses/example", "--strict")
    assert (told.code, told.out.strip()) == (0, "1 template: nothing to mend")
    assert run("templates", "check", "clauses/nothing").code == 2
    monkeypatch.chdir(spoilt.parent)
    assert "0 templates" not in run("templates", "check", str(spoilt / "templates"), "clauses/example").out


# -------------------------------------------------------------------------------------------------- suppressions
def suppressed(root: pathlib.Path, *said: str) -> list[str]:
    record = root / "templates/masters/university/template.yaml"
    lines = "".join(f"  - {one}\n" for one in said)
    record.write_text(f'template: university\nversion: "1"\nsuppress:\n{lines}', encoding="utf-8")
    library = lint.Library(root / "templates")
    return codes(lint.check(lint.targets(["clauses/example"], library), library))


def test_a_finding_can_be_let_stand_with_a_reason(spoilt: pathlib.Path) -> None:
    (spoilt / "templates/clauses/example.docx").write_bytes(draft("## [example] An example\n\nSee Section 8.2.\n"))
    good = '{code: T240, file: clauses/example, where: "See Section", reason: "the section of another agreement"}'
    assert suppressed(spoilt) == ["T240"]
    assert suppressed(spoilt, good) == []
    assert suppressed(spoilt, good.replace("See Section", "Other words")) == ["T240", "T290"]
    assert suppressed(spoilt, good, good.replace("T240", "T046")) == ["T290"]
    assert suppressed(spoilt, '{code: T240, file: clauses/example, reason: ""}') == ["T240", "T291"]
    assert suppressed(spoilt, '{code: T240, file: clauses/example, why: "x"}') == ["T240", "T291"]
    assert suppressed(spoilt, "everything") == ["T240", "T291"]


def test_a_suppression_without_reason_is_an_error_at_its_line(spoilt: pathlib.Path) -> None:
    suppressed(spoilt, "{code: T240, file: clauses/example}")
    _, (wrong,) = suppression.read(spoilt / "templates")
    assert (wrong.code, wrong.severity, wrong.location.line) == ("T291", "error", 4)
    assert wrong.message == "this suppression gives no reason"


# -------------------------------------------------------------------------------------------------- copies
def test_a_copy_has_a_comment_at_each_place(library: lint.Library) -> None:
    data, page = page_of(MANY, library)
    found = lint.check_file(data, PLACE, library)
    parts = unpack(copies.annotated(data, page, found))
    root, notes = (etree.fromstring(parts[f"word/{name}.xml"]) for name in ("document", "comments"))
    marks = [e.get(W + "id") for e in root.iter(W + "commentReference")]
    assert sorted(marks, key=int) == [c.get(W + "id") for c in notes] and len(marks) == len(found)
    paragraphs = list(root.iter(W + "p"))
    for number, finding in enumerate(found):
        if finding.location.paragraph:
            inside = paragraphs[finding.location.paragraph - 1]
            assert str(number) in [e.get(W + "id") for e in inside.iter(W + "commentRangeStart")]
    assert b"comments.xml" in parts["word/_rels/document.xml.rels"] and b"comments+xml" in parts["[Content_Types].xml"]
    before = etree.fromstring(unpack(data)["word/document.xml"])
    assert "".join(t.text or "" for t in before.iter(W + "t")) == "".join(t.text or "" for t in root.iter(W + "t"))


def test_what_is_safe_is_mended_and_nothing_else_changes(library: lint.Library) -> None:
    data, page = page_of(TAGS, library)
    changes = mending.mends(page)
    assert [c.text for c in changes] == [
        '{%p if variant == "university" %}',
        "{{ proposal.proposal }}",
        "{{ recipient.name }}",
    ]
    again = mending.mended(data, page, changes)
    lines = ["".join(t.text or "" for t in p.iter(W + "t"))
             for p in etree.fromstring(unpack(again)["word/document.xml"]).iter(W + "p")]  # fmt: skip
    assert lines == ["An example", '{%p if variant == "university" %}',
                     "The use is {{ proposal.proposal }} of {{ recipient.name }}, and {{ proposal.xyz }}.",
                     "{%p endif %}"]  # fmt: skip
    assert {n: d for n, d in unpack(again).items() if n != "word/document.xml"} == {
        n: d for n, d in unpack(data).items() if n != "word/document.xml"
    }
    mended_page = page_of(TAGS, library)[1]
    assert mending.mends(mended_page) == mending.mends(mended_page)
    left = codes(lint.check_file(again, PLACE, library))
    assert "T046" in left and not {"T041", "T221", "T222"} & set(left)


def test_a_tag_of_two_looks_gets_the_first(library: lint.Library) -> None:
    rule = next(r for r in lint.RULES if r.code == "T223")
    from .conftest import word  # noqa: PLC0415

    name, data = word(rule.part("Bad"))
    container, _ = taken_apart(data, f"{name}.docx")
    assert container is not None
    page = library.read(container, name)
    again = mending.mended(data, page, mending.mends(page))
    assert lint.check_file(data, name, library) and not [
        f for f in lint.check_file(again, name, library) if f.code == "T223"
    ]


@pytest.mark.parametrize(("one", "other", "near"), [
    ("propsal", "proposal", True), ("proposall", "proposal", True), ("prposoal", "proposal", False),
    ("porposal", "proposal", True), ("proposal", "proposal", False), ("name", "date", False),
])  # fmt: skip
def test_one_letter(one: str, other: str, near: bool) -> None:
    assert (distance(one, other) == 1) is near


def test_copies_are_written_and_originals_stay(
    run: Callable[..., Run], spoilt: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(spoilt)
    clause = spoilt / "templates/clauses/example.docx"
    before = clause.read_bytes()
    told = run("templates", "check", "clauses/example", "--annotate", "--fix", "-o", "out")
    assert "{{ proposal.propsal }} → {{ proposal.proposal }}" in told.out
    assert clause.read_bytes() == before
    assert "read it in Word, then put it in place of" in told.out
    assert {p.name for p in (spoilt / "out").glob("*.docx")} == {
        "clauses-example-annotated.docx",
        "clauses-example-mended.docx",
    }


def test_mending_tells_what_is_left(
    run: Callable[..., Run], spoilt: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(spoilt)
    (spoilt / "templates/clauses/example.docx").write_bytes(draft(TAGS))
    told = run("templates", "check", "clauses/example", "--fix", "-o", "out")
    assert told.code == 1
    assert told.out.splitlines()[-1] == "findings before: 5; left in the copies: 1"
    assert told.err.count("error[") == 1 and "error[T046] proposal has no 'xyz'" in told.err
    (spoilt / "templates/clauses/example.docx").write_bytes((spoilt / "out/clauses-example-mended.docx").read_bytes())
    again = run("templates", "check", "clauses/example", "--fix", "-o", "out")
    assert (again.out, again.err.count("error[")) == ("nothing could be mended without a doubt\n", 1)


def test_an_annotated_copy_can_be_checked_again(library: lint.Library) -> None:
    data, page = page_of(MANY, library)
    found = lint.check_file(data, PLACE, library)
    again = lint.check_file(copies.annotated(data, page, found), PLACE, library)
    assert [f for f in again if f.code != "T024"] == found
    places = {f.location.paragraph for f in found if f.location.part == "body"}
    assert {f.location.paragraph for f in again if f.code == "T024"} >= places


def test_findings_in_other_notations_are_valid(library: lint.Library) -> None:
    found = lint.check_file(draft(MANY), PLACE, library)
    jsonschema.Draft7Validator(SARIF).validate(sarif := json.loads(report.as_sarif(found, "1.0")))
    assert [r["ruleId"] for r in sarif["runs"][0]["results"]] == [f.code for f in found]
    name = next(r for r in sarif["runs"][0]["results"] if "propsal" in r["message"]["text"])
    (place,) = name["locations"][0]["logicalLocations"]
    assert place["fullyQualifiedName"] == 'body, under "An example", paragraph 2'
    said = json.loads(report.as_json(found, not_run=[]))
    assert all({"code", "severity", "message", "hint", "location"} == set(f) for f in said["findings"])
    assert [f["location"]["file"] for f in said["findings"]] == [f"{PLACE}.docx"] * len(found)


def test_an_included_file_that_was_deleted_can_be_made_of_its_outline(spoilt: pathlib.Path) -> None:
    (spoilt / "templates/clauses/example.docx").unlink()
    library = lint.Library(spoilt / "templates")
    (missing,) = lint.checked(lint.targets(["university"], library), library)
    assert missing.code == "T010" and "delete the include; or write an outline" in missing.hint
    (spoilt / "templates/clauses/example.txt").write_text("## [example] An example", encoding="utf-8")
    (missing,) = lint.checked(lint.targets(["university"], library), library)
    assert re.fullmatch(
        "its outline is still there: `agreegen templates draft .*example.txt` makes it anew", missing.hint
    )


# -------------------------------------------------------------------------------------------------- others
def test_what_docxtpl_lint_finds_is_told_once(library: lint.Library) -> None:
    data, page = page_of("## [example] An example\n\nThe use is {{ proposal.proposal | dat }}.\n", library)
    assert generic.is_there()
    alone = generic.found(data, page, [])
    assert [f.code for f in alone] == ["T295"] and alone[0].message.startswith("DTL104: ")
    assert (alone[0].location.part, alone[0].location.paragraph) == ("body", 2)
    assert codes(lint.check_file(data, PLACE, library)) == ["T043"]


def test_without_docxtpl_lint_ours_find_the_same(library: lint.Library, monkeypatch: pytest.MonkeyPatch) -> None:
    before = lint.check_file(draft(MANY), PLACE, library)
    monkeypatch.setattr(generic, "PACKAGE", "no_such_package")
    assert lint.check_file(draft(MANY), PLACE, library) == [f for f in before if f.code != generic.CODE]


def test_a_file_from_elsewhere_is_checked_without_our_fields(library: lint.Library, tmp_path: pathlib.Path) -> None:
    other = tmp_path / "other.docx"
    found = lint.check_file(draft("# A part\n\n{{ client.name }} {{ open\n"), str(other), library)
    assert codes(found) == ["T030"]


def test_a_broken_file_is_a_finding(library: lint.Library) -> None:
    assert codes(lint.check_file(b"no Word file", "x.docx", library)) == ["T001"]


@pytest.mark.parametrize("said", ["mine/templates/clauses/example.docx", "mine/templates/clauses/example"])
@pytest.mark.parametrize("settings", [True, False])
def test_a_clause_by_its_path_is_checked_as_part_of_its_templates(
    said: str, settings: bool, run: Callable[..., Run], spoilt: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (spoilt / "elsewhere").mkdir()
    if not settings:
        (spoilt / "agreegen.toml").unlink()
        (spoilt / "templates/base.docx").unlink()
    monkeypatch.chdir(spoilt / "elsewhere")
    name = said.replace("mine", "..")
    told = run("templates", "check", name, "--json")
    findings = json.loads(told.out)["findings"]
    assert {"T046", "T245"} <= {f["code"] for f in findings}
    assert {f["location"]["file"] for f in findings} == {"clauses/example.docx"}
    assert "weren't checked" not in told.err and "came with agreegen" not in told.err


def test_the_way_to_install_the_generic_rules_is_that_of_this_python() -> None:
    wanted = tomllib.loads((TEMPLATES.parent / "pyproject.toml").read_text(encoding="utf-8"))
    assert generic.WANTED in wanted["project"]["optional-dependencies"]["lint"]
    assert f'`"{sys.executable}" -m pip install {generic.WANTED}`' in generic.NOT_RUN


def test_a_part_without_a_name_is_read_as_any_other() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("a", b"1")
        archive.writestr("folder/", b"")
    nameless = bytearray(stream.getvalue())
    for mark, behind in ((b"PK\x03\x04", 30), (b"PK\x01\x02", 46)):
        nameless[nameless.index(mark) + behind] = 0
    assert mending.unpacked(bytes(nameless)) == {"": b"1"}

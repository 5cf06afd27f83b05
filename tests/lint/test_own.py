"""Templates of one's own: their declared fields are checked as ours are; files of which nothing is known say so."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from agreegen import lint, packs
from agreegen.lint.own import KINDS, shape_of
from agreegen.lint.shape import DATE, LIST, NUMBER, RECORD, TEXT, YESNO
from agreegen.packs import declared
from agreegen.template.draft import draft

from .conftest import codes

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Callable

    from command_line import Run

RECORD_OF_PACK = """\
template: county-short
version: "1"
effective: 2027-01-01
asks: own fields
fields:
  end date: {type: date, meaning: Last day}
  fee: {type: text, required: no}
  mode: {type: one of, choices: [once, monthly]}
  sites: {type: list of text}
  paid: {type: yes/no}
"""
SOUND = """\
# A county agreement

“Data Custodian” means the County. The Data Custodian serves {{ recipient.name }} until {{ end_date | date }}.

{%p if proposal.extra.fee %}

It costs {{ fee }}{% if mode == "monthly" %} a month{% endif %}, at {{ sites | listing }}.

{%p endif %}

{%p include "parts/one" %}
"""
PART = "## [one] One part\n\n{% if paid %}It is paid.{% endif %}\n"


@pytest.fixture
def folder(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> pathlib.Path:
    """A folder with a sound pack, in which one stands."""
    here = tmp_path / "county-pack"
    (here / "parts").mkdir(parents=True)
    (here / "template.yaml").write_text(RECORD_OF_PACK, encoding="utf-8")
    (here / "master.docx").write_bytes(draft(SOUND))
    (here / "parts/one.docx").write_bytes(draft(PART))
    monkeypatch.setenv("AGREEGEN_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    return here


def found(folder: pathlib.Path, text: str) -> list[str]:
    """The codes of what is told of a pack whose part has this text, each with its file."""
    (folder / "parts/one.docx").write_bytes(draft(f"## [one] One part\n\n{text}\n"))
    own = lint.Own(packs.pack_at(folder), "county-pack/master.docx")
    library = lint.Library(folder / "nothing", own=(own,))
    return [f"{f.location.file.removeprefix('county-pack/')} {f.code}"
            for f in lint.check([(n, own.path(n)) for n in own.ways], library)]  # fmt: skip


@pytest.mark.parametrize(("text", "code"), [
    ("The end is {{ end_date }}.", "T202"),
    ("The end is {{ proposal.extra.end_date }}.", "T202"),
    ("{{ sites }}", "T201"),
    ("{{ paid }}", "T204"),
    ('{% if mode == "onec" %}Once.{% endif %}', "T206"),
    ("{{ mode | date }}", "T205"),
    ("{{ recipient.naem }}", "T046"),
    ("{% if paid %}{% if not proposal.extra.paid %}No.{% endif %}{% endif %}", "T210"),
    ("The Data Custodain reports.", "T245"),
])  # fmt: skip
def test_declared_fields_and_ours_are_checked_in_its_files(folder: pathlib.Path, text: str, code: str) -> None:
    assert found(folder, text) == [f"parts/one.docx {code}"]


def test_what_is_sound_has_no_finding(folder: pathlib.Path) -> None:
    assert found(folder, "{% if paid %}It is paid.{% endif %}") == []
    assert found(folder, "{{ fee }}") == ["parts/one.docx T203"]
    (folder / "master.docx").write_bytes(
        draft(SOUND.replace("{%p include", "{%p if fee %}\n\n{%p include") + "\n\n{%p endif %}")
    )
    assert found(folder, "{{ fee }}") == []


@pytest.mark.parametrize("said", ["county-short", "county-pack", "county-pack/master.docx"])
def test_a_pack_is_meant_by_name_folder_and_file(run: Callable[..., Run], folder: pathlib.Path, said: str) -> None:
    (folder.parent / "agreegen.toml").write_text('templates = ["county-pack"]\n', encoding="utf-8")
    told = run("templates", "check", said)
    assert (told.code, told.out) == (0, "2 templates: nothing to mend\n")
    (folder / "parts/one.docx").write_bytes(draft("## [one] One part\n\n{{ nobody }} {{ sites }}\n"))
    told = run("templates", "check", said, "--json")
    assert [(f["code"], f["location"]["file"]) for f in json.loads(told.out)["findings"]] == [
        ("T046", "county-pack/parts/one.docx"), ("T201", "county-pack/parts/one.docx")]  # fmt: skip


def test_one_of_its_files_is_checked_alone(run: Callable[..., Run], folder: pathlib.Path) -> None:
    (folder / "master.docx").write_bytes(draft(SOUND.replace("| date", "")))
    (folder / "parts/one.docx").write_bytes(draft("## [one] One part\n\n{{ nobody }}\n"))
    found = json.loads(run("templates", "check", "county-pack/parts/one.docx", "--json").out)["findings"]
    assert [f["code"] for f in found] == ["T046"]
    assert "add `nobody: {type: text}` below `fields:` in county-pack/template.yaml" in found[0]["hint"]


def test_a_finding_of_a_pack_can_be_let_stand(run: Callable[..., Run], folder: pathlib.Path) -> None:
    (folder / "parts/one.docx").write_bytes(draft("## [one] One part\n\nSee Section 8.2.\n"))
    assert "T240" in run("templates", "check", "county-pack").err
    said = "suppress:\n  - {code: T240, file: parts/one, reason: a section of another agreement}\n"
    (folder / "template.yaml").write_text(RECORD_OF_PACK + said, encoding="utf-8")
    assert run("templates", "check", "county-pack").out == "2 templates: nothing to mend\n"
    (folder / "parts/one.docx").write_bytes(draft(PART))
    assert "T290" in run("templates", "check", "county-pack").err


def test_of_a_file_whose_fields_nobody_told_that_is_said_once(run: Callable[..., Run], folder: pathlib.Path) -> None:
    for name in ("one", "two"):
        (folder.parent / f"{name}.docx").write_bytes(draft("# A part\n\n{{ client.name }} agrees.\n"))
    told = run("templates", "check", "one.docx", "two.docx")
    assert (told.code, told.out) == (0, "2 templates: nothing to mend\n")
    assert told.err.count("fields and conditions weren't checked") == 1
    assert "declare them in a template.yaml beside the file" in told.err
    said = json.loads(run("templates", "check", "one.docx", "two.docx", "--json").out)
    assert said["not_run"] == ["fields of one.docx", "fields of two.docx"]


def test_a_master_that_declares_fields_has_them(
    run: Callable[..., Run], tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "templates/masters/university"
    folder.mkdir(parents=True)
    (folder / "master.docx").write_bytes(draft("# A part\n\nIt ends on {{ proposal.extra.closing }}.\n"))
    fields = "fields:\n  closing: {type: date}\n"
    (folder / "template.yaml").write_text(f'template: university\nversion: "1"\n{fields}', encoding="utf-8")
    (tmp_path / "agreegen.toml").write_text('templates = "templates"\n', encoding="utf-8")
    monkeypatch.setenv("AGREEGEN_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    assert "error[T202] proposal.extra.closing is a date" in run("templates", "check", "university").err
    (folder / "master.docx").write_bytes(draft("# A part\n\nIt ends on {{ proposal.extra.closign | date }}.\n"))
    assert "did you mean 'closing'?" in run("templates", "check").err


def test_each_type_of_field_is_known() -> None:
    assert {*KINDS, declared.ONE_OF, declared.BLOCK} == {*declared.KINDS}
    inner = (declared.Field("fee"), declared.Field("due", declared.DATE, required=False))
    kinds = [shape_of(declared.Field("x", kind, fields=inner)).kind for kind in declared.KINDS]
    assert kinds == [TEXT, NUMBER, DATE, YESNO, TEXT, RECORD]
    block = shape_of(declared.Field("x", declared.BLOCK, many=True, fields=inner, required=False))
    assert (block.kind, block.optional) == (LIST, True)
    assert block.item is not None and block.item.fields["due"].optional and not block.item.fields["fee"].optional
    assert not shape_of(declared.Field("x", taken="recipient.name")).optional
    assert shape_of(declared.Field("x", taken="recipient.unit")).optional


def test_what_is_declared_is_told_once(folder: pathlib.Path) -> None:
    own = lint.Own(packs.pack_at(folder), "county-pack/master.docx")
    library = lint.Library(folder / "nothing", own=(own,))
    data = draft("# A part\n\n{{ nobody }} {{ proposal.extra.nothing }}\n")
    assert codes(lint.check_file(data, own.shown, library)) == []

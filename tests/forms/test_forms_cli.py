"""The commands `templates blank` and `import`: what they write, say, and leave with."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from form_filling import as_word, changed
from form_samples import PLACE, ROOT, form_of
from official_sample import FILLED, official

from agreegen.forms import files, making
from agreegen.template.base import pack, unpack

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Callable

    from command_line import Run

SOME = {("proposal",): "Helping families", ("purpose", "scope"): "Calls"}


def test_a_form_is_made_filled_and_imported(
    run: Callable[..., Run], tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(making, "quick_contents", lambda docx, *_: docx)
    made = run("templates", "blank", "local-government", "--fields", "asked")
    assert made.code == 0
    assert re.search(r"local-government-form.docx asks for [2-9]\d\d fields and is ready to be sent out", made.out)
    form = tmp_path / "local-government-form.docx"
    again = run("templates", "blank", "local-government")
    assert again.code == 2
    assert "--force" in again.all
    form.write_bytes(as_word(form.read_bytes(), SOME))
    found = run("import", form, "-o", "mine.yaml")
    assert found.code == 0
    assert "mine.yaml is written" in found.out
    assert "M002" in found.err
    assert re.search(r"2 values read from the form; [5-9]\d fields that `check` asks for are empty", found.err)
    assert "scope: Calls" in (tmp_path / "mine.yaml").read_text(encoding="utf-8")
    assert (tmp_path / "proposal.schema.json").exists()
    assert run("import", form, "-o", "mine.yaml").code == 2
    assert run("import", form, "-o", "mine.yaml", "--force").code == 0
    form.write_bytes(changed(form.read_bytes(), "word/document.xml", "binds no Party", "binds each Party"))
    broken = run("import", form)
    assert broken.code == 1
    assert "error[M001]" in broken.err
    assert broken.out.startswith("# yaml-language-server")


@pytest.mark.slow
def test_a_form_with_nothing_to_fill_in_is_told(run: Callable[..., Run], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making, "quick_contents", lambda docx, *_: docx)
    proposal = ROOT / "proposals" / "university-research.yaml"
    made = run("templates", "blank", "university", "--proposal", proposal, "-o", "done.docx")
    assert "has no field to fill in" in made.out
    assert "--fields all" in made.out
    assert "ready to be sent" not in made.out
    assert "nothing was filled in" in run("import", "done.docx").err


def test_a_form_of_a_proposal_is_named_after_it(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making, "quick_contents", lambda docx, *_: docx)
    monkeypatch.chdir(tmp_path)
    path, _ = files.create("university", PLACE, proposal=ROOT / "proposals" / "university-research.yaml")
    assert path.name == "university-research-form.docx"
    assert path.exists()


@pytest.mark.slow
def test_a_form_is_made_again_as_it_was(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program emptied the form's record: its text is compared with a form that is made in the same way."""
    monkeypatch.setattr(making, "quick_contents", lambda docx, *_: docx)
    form = form_of("local-government", every=False)
    members = unpack(changed(form, "word/document.xml", "binds no Party", "binds each Party"))
    path = tmp_path / "filled.docx"
    path.write_bytes(pack({**members, "customXml/item1.xml": b"", "customXml/item2.xml": b""}))
    found = files.read(path, PLACE)
    assert sorted({f.code for f in found.findings}) == ["M001", "M002", "M009"]


def test_json_has_the_values(run: Callable[..., Run], tmp_path: pathlib.Path) -> None:
    path = tmp_path / "official.docx"
    path.write_bytes(official(FILLED))
    found = run("import", path, "--json")
    told = json.loads(found.out)
    assert found.code == 0
    assert told["values"]["proposal"] == "Helping families"
    assert told["form"] == "official form"
    assert {f["code"] for f in told["findings"]} >= {"M002", "M008"}


def test_bad_input_is_told_plainly(run: Callable[..., Run], tmp_path: pathlib.Path) -> None:
    (tmp_path / "x.docx").write_bytes(b"no file")
    for arguments in (("import", "nothing.docx"), ("import", "x.docx"), ("templates", "blank", "nowhere"),
                      ("templates", "blank", "university", "--fields", "some"),
                      ("templates", "blank", "university", "--rows", "elements"), ("import", ".")):  # fmt: skip
        found = run(*arguments)
        assert found.code == 2, arguments
        assert found.err.startswith("error: "), arguments
        assert "hint:" in found.err, arguments
        assert "Traceback" not in found.all

"""Forms in LibreOffice: its controls with their types and titles, pages without lost words, and what it saves."""

from __future__ import annotations

import json
import subprocess
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from form_filling import as_word, controls_of
from form_samples import answers_of, form_of, imported_from, proposal_of, read_back, short_form

from agreegen.forms.fields import field_at, keyed
from agreegen.forms.identity import path_of_control
from agreegen.forms.kinds import RICH, Kind
from agreegen.pdf import EMBEDDED, LIBREOFFICE, drawn
from agreegen.pdf.completeness import compare, wanted
from agreegen.template.base import unpack

if TYPE_CHECKING:
    import pathlib

    from lxml import etree

    from agreegen.forms.fields import Path

SYSTEM_PYTHON = "/usr/bin/python3"
"""The Python that has LibreOffice's bridge (Debian: python3-uno)."""

SCRIPT = __file__.replace("test_forms_office", "office_controls")
pytestmark = pytest.mark.slow


def office(folder: pathlib.Path, docx: bytes, text: str) -> tuple[list[dict[str, str]], bytes]:
    """What LibreOffice sees of the controls, and the file that it saves after a person typed the text."""
    source, target = folder / "form.docx", folder / "saved.docx"
    source.write_bytes(docx)
    call = [SYSTEM_PYTHON, SCRIPT, str(folder / "profile"), str(source), str(target), text]
    done = subprocess.run(call, capture_output=True, timeout=300, check=True)
    found: list[dict[str, str]] = json.loads(done.stdout)
    return found, target.read_bytes()


def test_libreoffice_sees_each_control_and_what_it_saves_is_read(tmp_path: pathlib.Path) -> None:
    form = short_form()
    there = {path_of_control(s) for s in controls_of(form)}
    answers = {p: v for p, v in answers_of("county-coverage").items() if p in there}
    del answers["proposal",]
    filled = as_word(form, answers)
    seen, saved = office(tmp_path, filled, "Families & <children>")
    wanted = Counter("text" if _is_several(s) else _kind(path_of_control(s)) for s in controls_of(filled))
    assert set(wanted) == {"text", "rich", "date", "choice", "check"}
    assert Counter(c["kind"] for c in seen) == wanted
    assert {"Name of the use case", "Provider: Legal name"} <= {c["title"] for c in seen}
    lists = [c["text"] for c in seen if c["kind"] == "choice"]
    assert all("; " in listed for listed in lists)
    assert any("school agency" in listed for listed in lists)
    assert b"" in {unpack(saved)[n] for n in ("customXml/item1.xml", "customXml/item2.xml")}  # by the ampersand
    before, found = imported_from(filled), imported_from(saved)
    differing = {k for k in {*before.values, *found.values} if before.values.get(k) != found.values.get(k)}
    turned = {_kind(p): found.values.get(keyed(p)) for p in {path_of_control(s) for s in controls_of(filled)}
              if keyed(p) in differing}  # fmt: skip
    scope = before.values["purpose: scope"]
    assert turned == {
        "text": "Families & <children>",
        "rich": f"Families & <children>\nFamilies & <children>{scope}",
        "date": "2031-05-06",
        "check": "no",
    }
    assert len(differing) == len(turned)


def _is_several(sdt: etree._Element) -> bool:
    """True for a control around paragraphs: LibreOffice makes a field of the first, and leaves the others beside it."""
    return next(sdt.iter("{*}p"), None) is not None


def _kind(path: Path) -> str:
    """What LibreOffice makes of a field's control."""
    field = field_at(path)
    assert field is not None
    names = {Kind.DATE: "date", Kind.CHOICE: "choice", Kind.CHECK: "check"} | dict.fromkeys(RICH, "rich")
    return names.get(field.kind, "text")


def test_a_form_that_libreoffice_saves_comes_back(tmp_path: pathlib.Path) -> None:
    answers = answers_of("required-by-law")
    (tmp_path / "form.docx").write_bytes(as_word(form_of("intra-agency"), answers))
    call = ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to",
            "docx:MS Word 2007 XML", "--outdir", str(tmp_path / "out"), str(tmp_path / "form.docx")]  # fmt: skip
    subprocess.run(call, capture_output=True, timeout=300, check=True)
    found = imported_from((tmp_path / "out" / "form.docx").read_bytes())
    assert read_back(found, tmp_path) == proposal_of("required-by-law")
    assert found.findings == ()


def test_both_engines_print_every_word_of_a_form_on_the_same_pages() -> None:
    form = form_of("university", every=False)
    pages = []
    for engine in (LIBREOFFICE, EMBEDDED):
        said = compare(wanted(form), drawn.pages(engine.convert(form)))
        assert said.findings == ()
        pages.append(said.pages)
    assert pages[0] == pages[1] > 60

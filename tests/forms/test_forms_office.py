"""Forms in LibreOffice: its controls with their types and titles, pages without lost words, and what it saves."""

from __future__ import annotations

import json
import subprocess
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from form_filling import as_word, controls_of
from form_samples import answers_of, form_of, imported_from, proposal_of, read_back

from agreegen.forms.fields import Kind, field_at
from agreegen.forms.reading import path_of_control, text_of
from agreegen.pdf import LIBREOFFICE
from agreegen.template.base import unpack

if TYPE_CHECKING:
    import pathlib

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
    form = form_of("local-government", every=False)
    answers = {p: v for p, v in answers_of("county-coverage").items() if p in {path_of_control(s) for s in controls_of(form)}}
    del answers["proposal",]
    filled = as_word(form, answers)
    seen, saved = office(tmp_path, filled, "Families & <children>")
    wanted = Counter()
    for sdt in controls_of(filled):
        field = field_at(path_of_control(sdt))
        assert field is not None
        kind = field.kind.value if field.kind in (Kind.DATE, Kind.CHOICE, Kind.CHECK) else "text"
        wanted[kind] += 1
    assert Counter(c["kind"] for c in seen) == wanted
    assert {"Name of the use case", "Provider: Legal name", "Purpose: Scope"} <= {c["title"] for c in seen}
    found = imported_from(saved, sent=form)
    turned = next(p for s in controls_of(filled) if (f := field_at(p := path_of_control(s))) and f.kind is Kind.CHECK)
    assert found.values["proposal"] == "Families & <children>"
    assert [f.message for f in found.findings if f.code == "M001"] == []
    lost = [f for f in found.findings if f.code == "M003"]
    assert all("phi" in f.message or "classification" in f.location.path for f in lost)  # lists without their breaks
    assert turned


def test_a_form_that_libreoffice_saves_unchanged_comes_back(tmp_path: pathlib.Path) -> None:
    answers = answers_of("required-by-law")
    filled = as_word(form_of("intra-agency"), answers)
    (tmp_path / "form.docx").write_bytes(filled)
    call = ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to",
            "docx:MS Word 2007 XML", "--outdir", str(tmp_path / "out"), str(tmp_path / "form.docx")]  # fmt: skip
    subprocess.run(call, capture_output=True, timeout=300, check=True)
    found = imported_from((tmp_path / "out" / "form.docx").read_bytes(), sent=form_of("intra-agency"))
    assert read_back(found, tmp_path) == proposal_of("required-by-law")
    assert [f for f in found.findings if f.code != "M002"] == []


def test_libreoffice_prints_every_word_of_a_form() -> None:
    from agreegen.pdf import drawn  # noqa: PLC0415 (only here)
    from lxml import etree  # noqa: PLC0415 (only here)

    form = form_of("local-government", every=False)
    pdf = LIBREOFFICE.convert(form)
    printed = "".join("".join(drawn.pages(pdf)).split())
    root = etree.fromstring(unpack(form)["word/document.xml"])
    paragraphs = ["".join(text_of(p).split()) for p in root.iter("{*}p")]
    assert len(paragraphs) > 800
    lost = [p for p in paragraphs if p and p not in printed]
    assert len(lost) <= len(paragraphs) // 50, lost[:10]  # those that a page break divides

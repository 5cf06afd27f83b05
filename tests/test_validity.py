"""Every shipped example, which is every variant, by both engines: veraPDF finds PDF/UA-1 and PDF/A without a fault."""

from __future__ import annotations

import functools
import pathlib
from typing import TYPE_CHECKING

import pytest

from agreegen import generate, marks, workspace
from agreegen.pdf import validation
from agreegen.pdf.attachments import Attachment
from agreegen.pdf.completeness import follow
from agreegen.pdf.contents import with_contents
from agreegen.pdf.finish import Finish, finished

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = pathlib.Path(__file__).parents[1]
EXAMPLES = sorted(p.stem for p in (ROOT / "proposals").glob("*.yaml"))
MASTERS = {p.name for p in (ROOT / "templates" / "masters").iterdir()}


@functools.cache
def document(name: str) -> tuple[str, bytes]:
    """The variant of an example, and its Word document."""
    path = ROOT / "proposals" / f"{name}.yaml"
    here = workspace.find(path.parent)
    opened = generate.opened_proposal(path, here)
    assert opened.agreement is not None
    return opened.agreement.variant, generate.document(opened, here)[0]


@functools.cache
def drawn(name: str, engine: str) -> tuple[bytes, bytes]:
    """The example's document with its contents filled, and its PDF as the engine draws it, proven complete."""
    made = with_contents(document(name)[1], engine)
    assert made.pdf.engine == engine
    assert made.pdf.pdf, made.pdf.findings
    return made.docx, made.pdf.pdf


def failures(pdfs: Mapping[str, bytes], profiles: tuple[str, ...]) -> list[str]:
    """What fails, precisely; that each file was checked for these profiles is asserted."""
    report = validation.validate(pdfs, profiles, limit=600)
    assert [f.name for f in report.files] == list(pdfs)
    assert all(tuple(p for p, _ in f.profiles) == profiles for f in report.files if f.readable)
    return [f"{f.location}: {f.code} {f.message} {f.hint}" for f in report.findings]


def test_examples_cover_every_variant() -> None:
    assert {document(name)[0] for name in EXAMPLES} == MASTERS
    assert len(MASTERS) >= 4


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["embedded", "libreoffice"])
def test_every_example_is_accessible_and_fit_for_archives(engine: str) -> None:
    pdfs = {}
    for name in EXAMPLES:
        docx, pdf = drawn(name, engine)
        pdfs[f"{name}.pdf"], _ = finished(docx, pdf, engine, Finish())
        assert follow(docx, pdfs[f"{name}.pdf"]).findings == (), "finishing changes no word"
    assert all(validation.claimed(pdf) == ("ua1", "2b") for pdf in pdfs.values())
    assert failures(pdfs, ("ua1", "2b")) == []


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["embedded", "libreoffice"])
def test_agreement_with_its_source_and_marks_is_fit_for_archives(engine: str) -> None:
    name = "county-coverage"
    text = (ROOT / "proposals" / f"{name}.yaml").read_bytes()
    source = Attachment("proposal.yaml", text, "The proposal that the agreement was made from", "application/yaml")
    docx, pdf = drawn(name, engine)
    everything = Finish(attachments=(source,), signature_fields=True)
    marked = marks.watermarked(docx, "NOT FOR SIGNATURE")
    done = {
        "with its source.pdf": finished(docx, pdf, engine, Finish(attachments=(source,)))[0],
        "with everything.pdf": finished(marked, pdf, engine, everything)[0],
    }
    assert all(validation.claimed(pdf) == ("ua1", "3b") for pdf in done.values())
    assert failures(done, ("ua1", "3b")) == []


@pytest.mark.slow
def test_guard_bites_what_the_engine_alone_draws() -> None:
    found = failures({"unfinished.pdf": drawn("required-by-law", "embedded")[1]}, ("ua1", "2b"))
    assert any("D601" in f for f in found)
    assert any("D602" in f for f in found)

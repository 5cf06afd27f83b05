"""Every shipped example, which is every variant, by both engines: veraPDF finds PDF/UA-1 and PDF/A without a fault."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from agreegen import marks
from agreegen.pdf import draw, validation
from agreegen.pdf.attachments import Attachment
from agreegen.pdf.completeness import follow
from agreegen.pdf.finish import Finish, finished
from examples_made import EXAMPLES, ROOT, Examples

if TYPE_CHECKING:
    from collections.abc import Mapping

MASTERS = {p.name for p in (ROOT / "templates" / "masters").iterdir()}


def failures(pdfs: Mapping[str, bytes], profiles: tuple[str, ...]) -> list[str]:
    """What fails, precisely; that each file was checked for these profiles is asserted."""
    report = validation.validate(pdfs, profiles, limit=600)
    assert [f.name for f in report.files] == list(pdfs)
    assert all(tuple(p for p, _ in f.profiles) == profiles for f in report.files if f.readable)
    return [f"{f.location}: {f.code} {f.message} {f.hint}" for f in report.findings]


def unfinished(docx: bytes, engine: str) -> bytes:
    """The document's PDF as the engine draws it."""
    made = draw(docx, engine)
    assert made.engine == engine
    assert made.pdf, made.findings
    return made.pdf


def test_examples_cover_every_variant(examples: Examples) -> None:
    assert {examples.made(example).variant for example in EXAMPLES} == MASTERS
    assert len(MASTERS) >= 4


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["embedded", "libreoffice"])
def test_every_example_is_accessible_and_fit_for_archives(examples: Examples, engine: str) -> None:
    pdfs = {}
    for example in EXAMPLES:
        docx, pdf = (path.read_bytes() for path in examples.made(example, engine).files)
        pdfs[f"{example.stem}.pdf"] = pdf
        assert follow(docx, pdf).findings == (), "finishing changes no word"
    assert all(validation.claimed(pdf) == ("ua1", "3b") for pdf in pdfs.values())
    assert failures(pdfs, ("ua1", "3b")) == []


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["embedded", "libreoffice"])
def test_agreement_without_its_source_or_with_marks_is_fit_for_archives(examples: Examples, engine: str) -> None:
    example = next(e for e in EXAMPLES if e.stem == "required-by-law")
    text = example.read_bytes()
    source = Attachment("proposal.yaml", text, "The proposal that the agreement was made from", "application/yaml")
    docx = examples.made(example).files[0].read_bytes()
    pdf = unfinished(docx, engine)
    everything = Finish(attachments=(source,), signature_fields=True)
    marked = marks.watermarked(docx, "NOT FOR SIGNATURE")
    alone, _ = finished(docx, pdf, engine, Finish())
    whole, _ = finished(marked, pdf, engine, everything)
    assert (validation.claimed(alone), validation.claimed(whole)) == (("ua1", "2b"), ("ua1", "3b"))
    assert failures({"alone.pdf": alone}, ("ua1", "2b")) == []
    assert failures({"with everything.pdf": whole}, ("ua1", "3b")) == []


@pytest.mark.slow
def test_guard_bites_what_the_engine_alone_draws(examples: Examples) -> None:
    docx = examples.made(next(e for e in EXAMPLES if e.stem == "required-by-law")).files[0].read_bytes()
    found = failures({"unfinished.pdf": unfinished(docx, "embedded")}, ("ua1", "2b"))
    assert any("D601" in f for f in found)
    assert any("D602" in f for f in found)

"""Every shipped example, which is every variant, by both engines: veraPDF finds PDF/UA-1 and PDF/A without a fault."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from agreegen import generate, marks, workspace
from agreegen.pdf import draw, validation
from agreegen.pdf.attachments import Attachment
from agreegen.pdf.completeness import follow
from agreegen.pdf.finish import Finish, finished
from examples_made import EXAMPLES, ROOT, Examples

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MASTERS = {p.name for p in (ROOT / "templates" / "masters").iterdir()}


def failures(
    pdfs: Mapping[str, bytes], profiles: Sequence[tuple[str, ...]], asked: tuple[str, ...] | None = None
) -> list[str]:
    """What fails, precisely, of what each file claims or is asked for; that it was checked for that is asserted."""
    report = validation.validate(pdfs, asked, limit=600)
    assert [f.name for f in report.files] == list(pdfs)
    assert [tuple(p for p, _ in f.profiles) for f in report.files if f.readable] == [*profiles]
    return [f"{f.location}: {f.code} {f.message} {f.hint}" for f in report.findings]


@pytest.fixture(scope="module")
def form(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The shortest agreement there is: the State's form with its exhibits and signatures, without a body."""
    folder = tmp_path_factory.mktemp("form")
    shutil.copytree(ROOT / "proposals", folder, dirs_exist_ok=True)
    proposal = folder / "statewide-part2.yaml"
    with proposal.open("a", encoding="utf-8") as file:
        file.write("\nterms:\n  body: proposal only\n")
    here = workspace.find(folder, {"AGREEGEN_CACHE": str(folder / "cache")}, output=str(folder / "out"), format="docx")
    return generate.generate(proposal, here).files[0].read_bytes()


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
    assert failures(pdfs, [("ua1", "3b")] * len(EXAMPLES)) == []


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["embedded", "libreoffice"])
def test_agreement_without_its_source_or_with_marks_is_fit_for_archives(form: bytes, engine: str) -> None:
    text = next(e for e in EXAMPLES if e.stem == "statewide-part2").read_bytes()
    source = Attachment("proposal.yaml", text, "The proposal that the agreement was made from", "application/yaml")
    pdf = unfinished(form, engine)
    everything = Finish(attachments=(source,), signature_fields=True)
    marked = marks.watermarked(form, "NOT FOR SIGNATURE")
    alone, _ = finished(form, pdf, engine, Finish())
    whole, _ = finished(marked, pdf, engine, everything)
    pdfs, profiles = {"alone.pdf": alone, "with everything.pdf": whole}, [("ua1", "2b"), ("ua1", "3b")]
    assert [validation.claimed(made) for made in pdfs.values()] == profiles
    assert failures(pdfs, profiles) == []


@pytest.mark.slow
def test_guard_bites_what_the_engine_alone_draws(form: bytes) -> None:
    asked = ("ua1", "2b")
    found = failures({"unfinished.pdf": unfinished(form, "embedded")}, [asked], asked)
    assert any("D601" in f for f in found)
    assert any("D602" in f for f in found)

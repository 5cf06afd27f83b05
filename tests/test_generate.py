"""The whole way: every example, in both formats, by both engines; the same input gives the same bytes."""

from __future__ import annotations

import pathlib
import re
import shutil

import pytest

from agreegen import generate, workspace
from agreegen.draft import BANNER
from agreegen.errors import FindingsError, UsageError
from agreegen.finding import Finding, Location, Severity
from agreegen.package import digest
from agreegen.pdf import drawn
from agreegen.pdf.attached import Attached, Documents
from agreegen.pdf.tags import Tagged
from agreegen.render import render
from agreegen.template import base
from agreegen.template.outline import outline, stale_outlines
from examples_made import EXAMPLES, ROOT, Examples, here
from short_templates import short_templates


def text_of(path: pathlib.Path) -> str:
    return outline(path.read_bytes())


def test_a_document_behind_the_agreement_that_its_proposal_does_not_name_is_told() -> None:
    one = ROOT / "proposals" / "university-research.yaml"
    opened = generate.opened_proposal(one, workspace.find(one.parent))
    behind = Documents(tuple(Attached(f"{t}.pdf", t, t.encode()) for t in ("data security protocol", "Security plan")))
    (found,) = generate._unnamed(opened, behind)
    assert (found.code, found.severity, found.location.file) == ("P070", Severity.WARNING, opened.reading.source.file)
    assert "'Security plan'" in found.message
    assert generate._unnamed(opened, Documents(inside=behind.behind)) == ()


def test_there_are_six_examples() -> None:
    assert len(EXAMPLES) >= 6


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda p: p.stem)
def test_each_example_comes_out_in_both_formats_by_the_embedded_engine(
    example: pathlib.Path, examples: Examples
) -> None:
    result = examples.made(example)

    assert [p.suffix for p in result.files] == [".docx", ".pdf"]
    assert result.engine == "embedded"
    assert not [f for f in result.findings if f.severity is not Severity.NOTE]
    text = text_of(result.files[0])
    assert not re.search(r"\{\{|\{%|\}\}|%\}", text.split("%% part")[0])
    assert not re.search(r"Section +(?:[.,;)]|$)", text, re.M)


@pytest.mark.slow
@pytest.mark.parametrize("example", EXAMPLES, ids=lambda p: p.stem)
def test_each_example_comes_out_by_libreoffice_with_the_same_words(example: pathlib.Path, examples: Examples) -> None:
    result = examples.made(example, "libreoffice")

    assert result.engine == "libreoffice"
    assert result.files[1].read_bytes().startswith(b"%PDF")


def test_the_same_proposal_gives_the_same_bytes(examples: Examples, tmp_path: pathlib.Path) -> None:
    example = ROOT / "proposals" / generate.DEMO
    first = examples.made(example)
    second = generate.generate(example, here(tmp_path / "b", pdf_engine="embedded"))

    assert [digest(p.read_bytes()) for p in first.files] == [digest(p.read_bytes()) for p in second.files]


def test_a_proposal_with_an_error_writes_nothing(tmp_path: pathlib.Path) -> None:
    broken = tmp_path / "broken.yaml"
    source = (ROOT / "proposals" / "required-by-law.yaml").read_text(encoding="utf-8")
    broken.write_text(re.sub(r"(?m)^  scope:.*$", "  scope:", source), encoding="utf-8")

    with pytest.raises(FindingsError) as caught:
        generate.generate(broken, here(tmp_path / "out"))

    assert any(f.code == "P001" and "scope" in f.message for f in caught.value.findings)
    assert not (tmp_path / "out").exists()


def test_a_draft_is_marked_and_named_so(tmp_path: pathlib.Path) -> None:
    broken = tmp_path / "open.yaml"
    source = (ROOT / "proposals" / "required-by-law.yaml").read_text(encoding="utf-8")
    broken.write_text(re.sub(r"(?m)^  scope:.*$", "  scope:", source), encoding="utf-8")

    result = generate.generate(broken, here(tmp_path / "out", format="docx"), as_draft=True)

    assert [p.name for p in result.files] == ["open-DRAFT.docx"]
    text = text_of(result.files[0])
    assert "⟦purpose: scope⟧" in text
    assert text.count(BANNER) >= 2


def test_two_proposals_of_one_name_do_not_replace_each_other(tmp_path: pathlib.Path) -> None:
    first = ROOT / "proposals" / "required-by-law.yaml"
    second = tmp_path / "other" / first.name
    second.parent.mkdir()
    second.write_text(
        re.sub(r"(?m)^proposal: .*$", "proposal: Another case", first.read_text(encoding="utf-8")), encoding="utf-8"
    )
    made = generate.generate(first, here(tmp_path / "out", format="docx"))
    before = made.files[0].read_bytes()

    with pytest.raises(UsageError, match="was made from"):
        generate.generate(second, here(tmp_path / "out", format="docx"))

    assert made.files[0].read_bytes() == before


def test_a_document_that_lost_a_word_is_not_written(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def losing(*args: object, **options: object) -> bytes:
        parts = base.unpack(render(*args, **options))  # type: ignore[arg-type]
        parts["word/document.xml"] = parts["word/document.xml"].replace(b"shall not", b"shall", 1)
        return base.pack(parts)

    monkeypatch.setattr(generate, "render", losing)

    with pytest.raises(FindingsError) as caught:
        generate.generate(EXAMPLES[0], here(tmp_path / "out", format="docx"))

    assert [f.code for f in caught.value.findings if f.severity is Severity.ERROR] == ["T094"]
    assert not (tmp_path / "out" / f"{EXAMPLES[0].stem}.docx").exists()


@pytest.mark.parametrize(
    ("partner", "as_draft", "name"),
    [
        (None, False, "case"),
        (None, True, "case-DRAFT"),
        ("St. Helena", False, "case-St.-Helena"),
        ("partners/alameda-county.yaml", False, "case-alameda-county"),
        ("x" * 300, True, "case-" + "x" * 115 + "-DRAFT"),
    ],
)
def test_names_of_files(partner: str | None, as_draft: bool, name: str) -> None:
    assert generate.named(pathlib.Path("case.yaml"), partner, as_draft=as_draft) == name


def test_a_setting_that_the_law_of_a_regime_forbids_is_refused(tmp_path: pathlib.Path) -> None:
    source = (ROOT / "proposals" / "required-by-law.yaml").read_text(encoding="utf-8")
    case = tmp_path / "case.yaml"
    said = "\nterms: {signed acknowledgment: no}\nregimes: {hiv: {scope: All}}\n"
    case.write_text(re.sub(r"(?m)^(terms|regimes):.*(\n .*)*$", "", source) + said, encoding="utf-8")

    found = generate.check(case, here(tmp_path))

    assert [f.message for f in found if f.code == "D007"] == [
        "the law of a regime in this proposal requires signed_acknowledgment"
    ]


def test_an_engine_that_does_not_exist_is_refused_whatever_the_format(tmp_path: pathlib.Path) -> None:
    with pytest.raises(UsageError, match="no PDF engine is called"):
        generate.generate(EXAMPLES[0], here(tmp_path, format="docx", pdf_engine="nope"))


def test_a_folder_without_masters_is_named(tmp_path: pathlib.Path) -> None:
    with pytest.raises(UsageError, match="there are no masters in"):
        generate.generate(EXAMPLES[0], here(tmp_path, format="docx", templates=str(tmp_path)))


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda p: p.stem)
def test_no_page_is_blank(example: pathlib.Path, examples: Examples) -> None:
    pages = drawn.pages(examples.made(example).files[1].read_bytes())
    assert len(pages) > 20
    assert [n for n, text in enumerate(pages, 1) if len(text.split()) < 30 and n > 1] == []


def test_a_file_that_someone_changed_is_not_overwritten(tmp_path: pathlib.Path) -> None:
    example = ROOT / "proposals" / "required-by-law.yaml"
    result = generate.generate(example, here(tmp_path, format="docx"))
    result.files[0].write_bytes(b"edited by counsel")

    with pytest.raises(UsageError, match="isn't our own unchanged output"):
        generate.generate(example, here(tmp_path, format="docx"))

    assert result.files[0].read_bytes() == b"edited by counsel"


def test_the_outlines_beside_the_word_files_are_current() -> None:
    words = [p for p in (ROOT / "templates").rglob("*.docx") if p.name != "base.docx"]
    assert len(words) > 100
    assert stale_outlines(ROOT / "templates") == []


def test_a_stale_outline_is_noticed(tmp_path: pathlib.Path) -> None:
    source = ROOT / "templates" / "clauses" / "data-ownership.docx"
    (tmp_path / source.name).write_bytes(source.read_bytes())
    (tmp_path / "data-ownership.txt").write_text("another text\n", encoding="utf-8")

    assert stale_outlines(tmp_path) == [tmp_path / source.name]


@pytest.mark.slow
def test_what_our_tags_cannot_hold_is_drawn_by_libreoffice(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = Finding("D504", Severity.ERROR, Location(part="body"), "a rule of the page belongs nowhere", "")
    monkeypatch.setattr("agreegen.pdf.tags.tagged", lambda _docx, pdf: Tagged(pdf, (wrong,)))
    shutil.copytree(ROOT / "proposals", tmp_path, dirs_exist_ok=True)
    short_templates(tmp_path)
    example, cache = tmp_path / "county-coverage.yaml", {"AGREEGEN_CACHE": str(tmp_path / "cache")}
    assert generate.generate(example, workspace.find(tmp_path, cache, format="pdf")).engine == "libreoffice"
    with pytest.raises(FindingsError, match="D504"):
        generate.generate(example, workspace.find(tmp_path, cache, format="pdf", pdf_engine="embedded"))

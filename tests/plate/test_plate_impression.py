"""PDFs from plates: the bytes that the whole way makes, drawn once and proven by page numbers; else the whole way."""

from __future__ import annotations

import dataclasses
import re
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from plate_samples import PROPOSALS, Series

from agreegen import generate, workspace
from agreegen.errors import EngineError
from agreegen.finding import Finding, Location, Severity
from agreegen.pdf import EMBEDDED, PdfResult, choice, entries, worker
from agreegen.plate import Press, Pressed, press
from agreegen.plate.cast import members
from agreegen.plate.plate import Plate
from short_templates import short_templates

if TYPE_CHECKING:
    import pathlib

OTHERS = ("Alpine", "Amador", "San Luis Obispo", "Yolo")
PAGE = re.compile(rb"PAGEREF [^<]*</w:instrText></w:r><w:r><w:fldChar w:fldCharType=\"separate\"/></w:r>"
                  rb"<w:r><w:t[^>]*>([0-9]+)<")  # fmt: skip


@pytest.fixture(scope="module")
def short(tmp_path_factory: pytest.TempPathFactory) -> Series:
    """A series of short agreements, as Word documents and PDFs."""
    folder = tmp_path_factory.mktemp("short") / "place"
    shutil.copytree(PROPOSALS / "partners", folder / "partners")
    for name in ("county-coverage.yaml", "county-coverage-elements.csv"):
        shutil.copy(PROPOSALS / name, folder)
    short_templates(folder)
    found = replace(workspace.find(folder), cache=folder / "cache", format="both", pdf_engine="embedded")
    path = folder / "county-coverage.yaml"
    opened = generate.opened_proposal(path, found)
    source = generate.sourced(path, opened, found, None, as_draft=False)
    assert source is not None
    return Series(opened, source, found)


@pytest.fixture
def made(short: Series, tmp_path: pathlib.Path) -> Press:
    """A press that has the plate of a short agreement, and has drawn another agreement from it."""
    made = Press(replace(short.workspace, cache=tmp_path / "cache"))
    assert [pressed(made, short, name).plate for name in ("Alpine", "Yuba")] == [False, True]
    return made


def named(name: str) -> dict[str, str]:
    """What another county changes; one with a number at its end says that much more on a page."""
    county, _, more = name.partition(" - ")
    clinics = " ".join(["clinics", *["and more clinics"] * int(more or 0)])
    return {"Alameda": county, "alameda": re.sub(r"[^a-z]", "", county.lower()), "contracted clinics": clinics}


def pressed(made: Press, of: Series, name: str) -> Pressed:
    opened, source = of.having(named(name))
    assert opened.agreement is not None
    return made.made(opened, source, partner=opened.agreement.proposal.recipient[0].id or "")


def whole(of: Series, name: str, folder: pathlib.Path) -> tuple[dict[str, bytes], PdfResult, tuple[Finding, ...]]:
    """The parts of the document, the PDF and the findings of an agreement that was made the whole way."""
    alone = replace(of.workspace, cache=folder / "alone" / name)
    opened, source = of.having(named(name))
    docx, proof = generate.rendered(opened, alone)
    docx, pdf = generate.printing(docx, alone, source(), meanwhile=proof)
    return members(docx) if alone.format == "both" else {}, pdf, (*opened.findings, *proof())


def check(made: Press, of: Series, name: str, folder: pathlib.Path, *, plate: bool) -> None:
    """An agreement is what the whole way makes in any case."""
    found = pressed(made, of, name)
    parts, pdf, findings = whole(of, name, folder)
    assert (found.pdf.pdf, found.pdf.engine, found.pdf.findings) == (pdf.pdf, pdf.engine, pdf.findings)
    assert found.findings == findings
    if pdf.pdf and of.workspace.format == "both":
        assert members(found.docx) == parts
    assert found.plate is plate


def drawings(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """What is drawn from now on."""
    drawn: list[bytes] = []
    start = worker.WORKERS.start
    monkeypatch.setattr(worker.WORKERS, "start", lambda docx: drawn.append(docx) or start(docx))
    return drawn


@pytest.mark.parametrize("more", [
    {}, {"format": "pdf"}, {"format": "pdf", "source": False, "pdf_profile": "plain"},
    {"watermark": "SAMPLE", "signature_fields": True, "pdf_engine": "auto"},
])  # fmt: skip
def test_pdfs_are_those_of_the_whole_way(short: Series, tmp_path: pathlib.Path, more: dict[str, object]) -> None:
    of = dataclasses.replace(short, workspace=replace(short.workspace, cache=tmp_path / "cache", **more))
    made = Press(of.workspace)
    for n, name in enumerate(OTHERS):
        if n:
            check(made, of, name, tmp_path, plate=True)
        else:
            assert not pressed(made, of, name).plate
    assert (made.whole, made.unfit, made.counted) == (1, 0, 0)


def test_nothing_is_drawn_twice_where_lines_break_otherwise(
    short: Series, made: Press, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = drawings(monkeypatch)
    names = ("Amador", "Yolo - 400", "Alpine - 800", "Inyo", "Kern - 800")
    found = [pressed(made, short, name) for name in names]
    assert len(drawn) == len(names)
    assert all(one.plate for one in found)
    monkeypatch.undo()
    shown = []
    for name, one in zip(names, found, strict=True):
        parts, pdf, _ = whole(short, name, tmp_path)
        assert one.pdf.pdf == pdf.pdf
        assert members(one.docx) == parts
        shown.append(PAGE.findall(parts["word/document.xml"]))
    assert len({tuple(numbers) for numbers in shown}) > 1, "page numbers of one are tried for another"


def test_what_is_drawn_are_the_bytes_that_the_whole_way_draws(
    short: Series, made: Press, tmp_path: pathlib.Path
) -> None:
    (kept,) = made._kept
    assert kept.plate is not None
    opened, _ = short.having(named("Alpine"))
    alone = replace(short.workspace, cache=tmp_path / "alone", format="pdf")
    docx, _ = generate.printing(generate.rendered(opened, alone)[0], alone)
    assert kept.plate.drawable(kept.plate.base, kept.plate.pages(docx, kept.plate.base)) == docx


def test_a_drawing_that_shows_other_pages_than_were_certain_ends_the_plate(
    short: Series, made: Press, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = Plate.certain
    monkeypatch.setattr(
        Plate, "certain", lambda self, values: (*(right(self, values) or made._kept[0].shown)[:-1], b"7")
    )
    check(made, short, "Amador", tmp_path, plate=False)
    monkeypatch.undo()
    assert (made.unfit, made._kept[0].plate) == (1, None)
    check(made, short, "Yolo", tmp_path, plate=False)


def test_numbers_that_only_drawing_puts_in_are_left_to_the_whole_way(
    short: Series, made: Press, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(entries.Entries, "written", lambda self, pdf: pdf if self.spelled_out else None)
    check(made, short, "Amador", tmp_path, plate=False)
    assert made.unfit == 0


def test_what_the_engine_refuses_is_told_as_by_the_whole_way_and_not_tried_forever(
    short: Series, made: Press, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = Finding("D101", Severity.ERROR, Location(part="body"), "can't be drawn")
    monkeypatch.setattr(EMBEDDED, "examine", lambda docx: (refused,))
    for name in OTHERS:
        check(made, short, name, tmp_path, plate=False)
    monkeypatch.undo()
    assert made._kept[0].undrawn == 3
    check(made, short, "Amador", tmp_path, plate=False)


@pytest.mark.parametrize("engine", ["embedded", "auto"])
def test_an_engine_that_fails(
    short: Series, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, engine: str
) -> None:
    """The caller hears of it, and may try again; `auto` asks for another engine."""
    made = Press(replace(short.workspace, cache=tmp_path / "cache", pdf_engine=engine))
    pressed(made, short, "Alpine")
    failing = iter([EngineError("it failed", "try again")])
    right = choice._converted

    def converted(*given: object, **more: object) -> bytes:
        if (error := next(failing, None)) is not None:
            raise error
        return right(*given, **more)

    monkeypatch.setattr(choice, "_converted", converted)
    monkeypatch.setattr(choice.LIBREOFFICE, "unavailable", lambda: "not here")
    if engine == "embedded":
        with pytest.raises(EngineError, match="it failed"):
            pressed(made, short, "Amador")
    else:
        assert not pressed(made, short, "Amador").plate, "the whole way, which chooses the engine"
    assert made._kept[0].undrawn == 0
    check(made, short, "Amador", tmp_path, plate=True)


def test_a_pdf_that_cannot_be_finished_goes_the_whole_way(
    short: Series, made: Press, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = Finding("D401", Severity.ERROR, Location(part="body"), "has no tag")
    monkeypatch.setattr(press, "finishing", lambda docx, drawn, *_: replace(drawn, pdf=b"", findings=(refused,)))
    check(made, short, "Amador", tmp_path, plate=False)
    assert made._kept[0].undrawn == 1


def test_a_plate_that_draws_another_document_is_none(
    short: Series, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = Plate.drawable
    monkeypatch.setattr(Plate, "drawable", lambda self, values, pages: right(self, values, (*pages[:-1], b"8")))
    made = Press(replace(short.workspace, cache=tmp_path / "cache"))
    check(made, short, "Alpine", tmp_path, plate=False)
    assert (made.unfit, made._kept[0].plate) == (1, None)


def test_plates_of_word_documents_make_pdfs(short: Series, tmp_path: pathlib.Path) -> None:
    """What a batch of Word documents has put on the shelf is there for one of PDFs, and the other way round."""
    here = replace(short.workspace, cache=tmp_path / "cache")
    first = Press(replace(here, format="docx"))
    pressed(first, short, "Alpine")
    first.keep()
    second = Press(here)
    check(second, short, "Amador", tmp_path, plate=True)
    assert second.whole == 0


def test_other_engines_have_no_plates(short: Series) -> None:
    for engine in ("libreoffice", "word", "gotenberg"):
        assert not Press(replace(short.workspace, pdf_engine=engine))._drawing
    assert Press(replace(short.workspace, pdf_engine="word", format="docx"))._drawing

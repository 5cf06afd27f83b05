"""Page breaks of the embedded engine: headings stay with their text, header rows with theirs, signatures whole."""

from __future__ import annotations

import pathlib
import re

import pdf_samples as samples
import pytest
from lxml import etree

from agreegen import pdf
from agreegen.pdf import completeness, drawn, embedded, heights, kept, measures, pagination, streams
from agreegen.pdf.codes import CODES
from agreegen.pdf.parts import Parts, W
from agreegen.pdf.styles import Styles

LONG = samples.SENTENCES[0] + " " + samples.SENTENCES[2] + " " + samples.SENTENCES[4]


def filled(lines: int, *after: str) -> bytes:
    """A document whose page is filled up to some line, then `after`."""
    line = samples.paragraph("ClauseText", "One line of text.", properties='<w:spacing w:after="0"/>')
    return samples.small(*([line] * lines), *after)


def loosened(found: list[etree._Element], styles: Styles) -> None:
    """What was done before headings were kept: they were sent to the next page one by one."""
    for p in found:
        if styles.outline(p) is not None:
            kept.switch(p, "keepNext", on=False)


def pages_of(docx: bytes) -> list[str]:
    result = pdf.convert(docx, "embedded")
    assert result.findings == ()
    return [" ".join(x.split()) for x in drawn.pages(result.pdf)]


def page_with(pages: list[str], text: str) -> int:
    return next(i for i, x in enumerate(pages) if text in x)


@pytest.mark.parametrize("lines", range(36, 46))
def test_a_heading_stands_on_the_page_where_its_text_begins(lines):
    block = (samples.paragraph("Heading1", "Costs"), samples.paragraph("Heading2", "Payment"))
    pages = pages_of(filled(lines, *block, samples.paragraph("ClauseText", LONG)))
    assert page_with(pages, "1. Costs") == page_with(pages, "1.1 Payment") == page_with(pages, LONG[:40])


def test_some_of_these_headings_would_have_been_stranded(monkeypatch):
    """The guard above bites: without it a heading does stand alone."""
    monkeypatch.setattr(kept, "keep", loosened)
    block = (samples.paragraph("Heading1", "Costs"), samples.paragraph("Heading2", "Payment"))
    alone = 0
    for lines in range(36, 46):
        docx = filled(lines, *block, samples.paragraph("ClauseText", LONG))
        first = embedded.WORKERS.draw(embedded.Copy(docx).pack(), 60)
        followed = completeness.follow(docx, first)
        document = completeness.wanted(docx)
        paragraphs = list(document.shown.paragraphs(document.parts.body))
        alone += bool(pagination.stranded(followed, *pagination.kept(paragraphs, document.shown.styles)))
    assert alone >= 2


@pytest.mark.parametrize("lines", range(36, 46))
def test_a_heading_is_kept_with_its_text_in_one_drawing(lines):
    block = (samples.paragraph("Heading1", "Costs"), samples.paragraph("Heading2", "Payment"))
    docx = filled(lines, *block, samples.paragraph("ClauseText", LONG))
    copy = embedded.Copy(docx)
    copy.note(completeness.wanted(docx))
    assert not copy.mend(completeness.follow(docx, embedded.WORKERS.draw(copy.pack(), 60)))


def test_what_keeps_a_heading_takes_no_room(monkeypatch):
    block = (samples.paragraph("Heading2", "Payment"), samples.paragraph("ClauseText", LONG))
    docx = filled(20, *block, samples.paragraph("BodyText", "end"))
    with_it = places(docx)
    monkeypatch.setattr(kept, "keep", lambda found, styles: None)
    assert with_it == places(docx) != []


def places(docx: bytes) -> list[tuple[float, ...]]:
    """Where the pieces of text on the first page are."""
    document = drawn.opened(pdf.EMBEDDED.convert(docx))
    return [tuple(round(x, 2) for x in piece) for piece in drawn._rectangles(document, 0)]


@pytest.mark.parametrize("lines", range(34, 46, 2))
def test_header_rows_and_the_caption_stand_with_a_row_of_the_table(lines):
    cells = [samples.row(samples.cell(samples.paragraph("TableText", f"Row {k} of it"), width=4000)) for k in range(4)]
    head = samples.row(samples.cell(samples.paragraph("TableHeading", "Head"), width=4000), header=True)
    caption = samples.paragraph("Caption", "Table of rows")
    pages = pages_of(filled(lines, caption, samples.table([4000], head, *cells), samples.paragraph("BodyText", "end")))
    first = page_with(pages, "Row 0 of it")
    assert page_with(pages, "Table of rows") == page_with(pages, "Head") == first


@pytest.mark.parametrize("text", ["Row of it", ""])
@pytest.mark.parametrize("lines", range(36, 46))
def test_a_caption_is_kept_with_two_rows_in_one_drawing(lines, text):
    cells = [samples.row(samples.cell(samples.paragraph("TableText", text), width=4000)) for _ in range(4)]
    head = samples.row(samples.cell(samples.paragraph("TableHeading", "Head"), width=4000), header=True)
    docx = filled(lines, samples.paragraph("Caption", "Table of rows"), samples.table([4000], head, *cells))
    copy = embedded.Copy(docx)
    copy.note(completeness.wanted(docx))
    drawing = embedded.WORKERS.draw(copy.pack(), 60)
    assert not copy.mend(completeness.follow(docx, drawing))
    first = next(x for x in drawn.pages(drawing) if "Table of rows" in x)
    assert "Head" in first
    assert first.count("One line") < lines or text in first


@pytest.mark.parametrize("words", ["Head", "A heading of this table, which takes two lines of it"])
def test_the_height_of_rows_is_known_before_they_are_drawn(words):
    cells = [samples.row(samples.cell(samples.paragraph("TableText", f"Row {k}"), width=4000)) for k in range(3)]
    head = samples.row(samples.cell(samples.paragraph("TableHeading", words), width=4000), header=True)
    docx = samples.small(samples.table([4000], head, *cells))
    parts = Parts(docx)
    known = heights.header(next(parts.body.iter(W + "tbl")), Styles(parts)) / 20
    page = streams.read(pdf.EMBEDDED.convert(docx))[0]
    height = {f.text.strip(): f.y for f in page.fragments}
    step = height["0"] - height["1"]
    assert known == pytest.approx(
        max(f.y for f in page.fragments if f.text.strip() in words.split()) - height["0"] + step, abs=2
    )


@pytest.mark.parametrize("lines", range(34, 46, 2))
def test_a_signature_block_is_not_split(lines):
    w = samples.Writer(1)
    w.signatures()
    pages = pages_of(filled(lines, *w.body))
    for who in ("Department of Care", "County of Alta Sierra"):
        page = pages[page_with(pages, who)]
        assert re.search(rf"{who} By: _+ Name: _+ Date: _+", page)


def to_sign() -> list[str]:
    """Three lines that are kept together, with space after them, and what comes next."""
    kept_on = '<w:keepNext/><w:spacing w:before="0" w:after="0"/>'
    lines = [samples.paragraph("ClauseText", f"Sign {x}.", properties=kept_on) for x in ("one", "two")]
    last = samples.paragraph("ClauseText", "Sign three.", properties='<w:spacing w:before="0" w:after="400"/>')
    return [*lines, last, samples.paragraph("ClauseText", "Next.", properties='<w:spacing w:before="0"/>')]


def test_lines_to_sign_on_need_no_room_for_the_space_after_them(monkeypatch):
    documents = [filled(lines, *to_sign()) for lines in range(36, 46)]
    after = [page_with(pages_of(x), "Sign one.") for x in documents]
    assert all(page_with(pages_of(x), "Sign three.") == y for x, y in zip(documents, after, strict=True))
    monkeypatch.setattr(kept, "release", lambda *_: None)
    before = [page_with(pages_of(x), "Sign one.") for x in documents]
    assert sum(before) > sum(after)
    assert all(x >= y for x, y in zip(before, after, strict=True))


def test_the_space_after_lines_to_sign_on_stays_as_it_is(monkeypatch):
    docx = filled(5, *to_sign())
    released = places(docx)
    monkeypatch.setattr(kept, "release", lambda *_: None)
    assert released == places(docx)


def test_space_after_lines_to_sign_on_never_shows_at_the_head_of_a_page():
    """What comes after a kept block starts its page where the page starts."""
    for lines in range(36, 46):
        docx = filled(lines, *to_sign())
        tops = [max(f.y for f in page.fragments) for page in streams.read(pdf.EMBEDDED.convert(docx))]
        assert len(set(tops)) == 1


@pytest.mark.parametrize(("last", "more"), [("<w:tbl/>", 12), ("<w:p><w:r><w:t>said</w:t></w:r></w:p>", 20)])
@pytest.mark.parametrize("end", ["{}", "<w:p><w:pPr>{}</w:pPr></w:p>", "<w:bookmarkEnd/><w:p/>{}"])
def test_landscape_pages_get_more_where_their_section_ends_with_text(last, more, end):
    section = '<w:sectPr><w:pgSz w:orient="landscape"/><w:pgMar w:bottom="1440"/></w:sectPr>'
    name = W[1:-1]
    body = etree.fromstring(f'<w:body xmlns:w="{name}"><w:p/>{last}{end.format(section)}</w:body>')
    measures.ease(body)
    assert next(body.iter(W + "pgMar")).get(W + "bottom") == str(1440 - more)


@pytest.mark.parametrize("seed", [41, 42, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(43, 70))])
def test_pages_are_those_of_sending_headings_one_by_one_or_fuller(seed, monkeypatch):
    docx = samples.agreement(seed, sections=6, rows=(0, 25)[seed % 2])
    at_once = completeness.follow(docx, pdf.EMBEDDED.convert(docx))
    monkeypatch.setattr(kept, "keep", loosened)
    one_by_one = completeness.follow(docx, pdf.EMBEDDED.convert(docx))
    pages = [(at_once.page_of(p), one_by_one.page_of(p)) for p in at_once.paragraphs]
    assert len(pages) > 50
    assert all(now <= then for now, then in pages)  # sent one by one, one may be sent that later needn't be
    assert at_once.pages == one_by_one.pages


def test_a_heading_before_a_page_break_stays_where_it_is():
    docx = samples.small(
        samples.paragraph("Heading1", "Cover"),
        samples.paragraph("ExhibitTitle", "Data elements"),
        samples.paragraph("ClauseText", "Text"),
    )
    pages = pages_of(docx)
    assert (len(pages), page_with(pages, "1. Cover")) == (2, 0)


@pytest.mark.parametrize("seed", [31, 32, 33, 34])
def test_both_engines_break_pages_alike(seed):
    docx = samples.agreement(seed, sections=5, rows=20)
    a, b = (completeness.follow(docx, e.convert(docx)) for e in pdf.AUTOMATIC)
    assert abs(a.pages - b.pages) <= 1
    both = [(a.page_of(p), b.page_of(p)) for p in a.paragraphs if p.text]
    assert sum(x == y for x, y in both) > 0.8 * len(both)
    assert all(abs(x - y) <= 1 for x, y in both)


def test_every_code_that_is_used_is_explained():
    folder = pathlib.Path(pdf.__file__).parent
    used = {c for f in folder.rglob("*.py") if f.name != "codes.py" for c in re.findall(r'"(D\d{3})"', f.read_text())}
    assert len(used) > 5
    assert used == set(CODES)

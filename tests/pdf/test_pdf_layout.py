"""What the temporary copy of the embedded engine tells it, so that lines and pages break where others break them."""

from __future__ import annotations

from dataclasses import replace

import pdf_samples as samples
import pypdfium2
import pytest

from agreegen.finding import Finding, Location, Severity
from agreegen.pdf import EMBEDDED, cut, draw
from agreegen.pdf.completeness import follow
from agreegen.pdf.embedded import Copy
from agreegen.pdf.parts import Parts, W


def pages(docx: bytes, engine: str) -> list[str]:
    """The text of each page that an engine draws."""
    result = draw(docx, engine)
    assert result.pdf, result.findings
    return [p.get_textpage().get_text_bounded() for p in pypdfium2.PdfDocument(result.pdf)]


def test_punctuation_stays_with_the_reference_before_it() -> None:
    words = "word " * 40
    target = samples.paragraph("Heading1", samples.marked("c_costs", 1, samples.run("Costs")))
    texts = [samples.paragraph("ClauseText", f"{'i' * n} {words[:60]} Section ",
                               samples.field("REF c_costs \\w \\h", "1"), ". Next.") for n in range(60)]  # fmt: skip
    lines = [line.strip() for page in pages(samples.small(target, *texts), "embedded") for line in page.splitlines()]
    assert sum("1. Next" in line or line.endswith("1.") for line in lines) > 50
    assert [line for line in lines if line.startswith(".")] == []


def test_only_punctuation_moves_and_only_over_nothing() -> None:
    target = samples.paragraph("Heading1", samples.marked("c_costs", 1, samples.run("Costs")))
    text = samples.paragraph("ClauseText", samples.field("REF c_costs \\w \\h", "1"), ", and ",
                             samples.field("REF c_costs \\w \\h", "1"), " (b)")  # fmt: skip
    body = Copy(samples.small(target, text))._parts.body
    said = [t.text for t in list(body.iter(W + "p"))[-1].iter(W + "t") if t.text]
    assert [s for s in said if s.startswith("1")] == ["1,", "1"]
    assert "".join(said) == "1, and 1 (b)"


def test_a_table_that_was_cut_off_starts_a_page_with_its_caption() -> None:
    row = samples.row(samples.cell(samples.paragraph("TableText", "Row")))
    docx = samples.small(samples.paragraph("BodyText", "Before"), samples.paragraph("Caption", "Caption"),
                         samples.table([4000], row, row))  # fmt: skip
    whole = follow(docx, EMBEDDED.convert(docx))
    assert cut.mended(docx, whole) is None
    last = whole.paragraphs[-1]
    lost = Finding("D201", Severity.ERROR, Location(part="body", paragraph=last.number, cell=last.cell), "lost", "")
    copy = cut.mended(docx, replace(whole, findings=(lost,)))
    assert copy is not None
    starts = [p for p in Parts(copy).body.iter(W + "p") if p.find(f"{W}pPr/{W}pageBreakBefore") is not None]
    assert ["".join(t.text or "" for t in p.iter(W + "t")) for p in starts] == ["Caption"]
    assert [p.text for p in follow(copy, EMBEDDED.convert(copy)).paragraphs] == [p.text for p in whole.paragraphs]


@pytest.mark.slow
@pytest.mark.parametrize("rows", [28, 41, 57])
def test_tables_and_rules_take_as_much_room_as_in_libreoffice(rows: int) -> None:
    head = samples.row(*(samples.cell(samples.paragraph("TableText", x)) for x in ("Row", "Text")), header=True)
    long = samples.cell(samples.paragraph("TableText", "two lines of text in this cell " * 3))
    cells = [head]
    for i in range(rows):
        cells.append(samples.row(samples.cell(samples.paragraph("TableText", f"Row {i}")), long, whole=True))
    blocks = []
    for i in range(4):
        blocks += [samples.paragraph("Heading1", f"Title {i}"), samples.paragraph("Caption", "Caption"),
                   samples.table([4680, 4680], *cells), samples.paragraph("ClauseText", "After. " * 30)]  # fmt: skip
    drawn = [pages(samples.small(*blocks), engine) for engine in ("embedded", "libreoffice")]
    assert len(drawn[0]) == len(drawn[1])
    starts = [[page.split()[:8] for page in found] for found in drawn]
    assert sum(a == b for a, b in zip(*starts, strict=True)) >= len(starts[0]) - 1

"""What only an engine sees prints the same: controls, changes, capitals, symbols."""

# ruff: noqa: E501, RUF001 (pieces of XML, signs)

from __future__ import annotations

import pdf_samples as samples
import pytest
from test_pdf_engines import text_of

from agreegen import pdf
from agreegen.pdf import drawn, fonts, symbols
from agreegen.pdf.completeness import follow
from agreegen.pdf.flatten import flatten, flattened, watermarks
from agreegen.pdf.parts import Parts, W
from agreegen.pdf.styles import Styles
from agreegen.template import base

AUTHOR = 'w:id="1" w:author="Counsel" w:date="2027-01-01T00:00:00Z"'


def control(inner: str) -> str:
    return f'<w:sdt><w:sdtPr><w:alias w:val="x"/></w:sdtPr><w:sdtContent>{inner}</w:sdtContent></w:sdt>'


CASES = {
    "control in a line": (samples.paragraph("ClauseText", "By ", control(samples.run("SFTP")), "."), "By SFTP."),
    "control around a paragraph": (control(samples.paragraph("ClauseText", "Inside")), "Inside"),
    "control in a control": (samples.paragraph("ClauseText", control(control(samples.run("Deep")))), "Deep"),
    "insertion": (samples.paragraph("ClauseText", f"<w:ins {AUTHOR}>{samples.run('new')}</w:ins>"), "new"),
    "deletion": (
        samples.paragraph("ClauseText", "kept", f"<w:del {AUTHOR}><w:r><w:delText>gone</w:delText></w:r></w:del>"),
        "kept",
    ),
    "capitals": (samples.paragraph("ClauseText", samples.run("data steward", "<w:caps/>")), "DATA STEWARD"),
    "small capitals": (samples.paragraph("ClauseText", samples.run("steward", "<w:smallCaps/>")), "STEWARD"),
    "hidden text": (samples.paragraph("ClauseText", "shown", samples.run("hidden", "<w:vanish/>")), "shown"),
    "symbol": (samples.paragraph("ClauseText", '<w:r><w:sym w:font="Wingdings" w:char="F0FE"/></w:r>', " yes"), "☑ yes"),
    "symbol font": (
        samples.paragraph("ClauseText", samples.run("\uf0a7", '<w:rFonts w:ascii="Wingdings" w:hAnsi="Wingdings"/>')),
        "▪",
    ),
    "hyphen that doesn't break": (
        samples.paragraph("ClauseText", "<w:r><w:t>co</w:t><w:noBreakHyphen/><w:t>op</w:t></w:r>"),
        "co\u2011op",
    ),
    "count of pages": (samples.paragraph("ClauseText", samples.field("NUMPAGES", "77")), "1"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_it_prints_what_word_shows(case):
    xml, shown = CASES[case]
    result = pdf.convert(samples.small(xml), "embedded")
    assert result.findings == ()
    assert text_of(result.pdf) == shown


@pytest.mark.parametrize(
    "case", ["control in a line", "insertion", "deletion", "capitals", "hidden text", "count of pages"]
)
def test_libreoffice_agrees(case):
    xml, shown = CASES[case]
    docx = samples.small(xml)
    drawn_pdf = pdf.LIBREOFFICE.convert(flattened(docx))
    assert follow(docx, drawn_pdf).findings == ()
    assert text_of(drawn_pdf) == shown


def test_capitals_that_a_style_asks_for_are_printed():
    members = base.parts(samples.paragraph("Note", "data steward"))
    styles = members["word/styles.xml"].decode()
    head, mark, tail = styles.partition('<w:name w:val="Note"/>')
    assert mark
    members["word/styles.xml"] = (head + mark + tail.replace("<w:rPr>", "<w:rPr><w:caps/>", 1)).encode()
    docx = base.pack(members)
    for engine in ("embedded", "libreoffice"):
        result = pdf.convert(docx, engine)
        assert result.findings == ()
        assert text_of(result.pdf) == "DATA STEWARD"


def test_a_deleted_row_is_gone():
    cells = samples.cell(samples.paragraph("TableText", "gone"), width=3000)
    deleted = f"<w:tr><w:trPr><w:del {AUTHOR}/></w:trPr>{cells}</w:tr>"
    kept = samples.row(samples.cell(samples.paragraph("TableText", "kept"), width=3000))
    result = pdf.convert(samples.small(samples.table([3000], kept, deleted), samples.paragraph("ClauseText", "end")))
    assert text_of(result.pdf) == "kept end"


def said(e):
    return "".join(t.text or "" for t in e.iter(W + "t"))


def test_flattening_a_plain_agreement_changes_no_text():
    docx = samples.agreement(2)
    parts, plain = Parts(docx), Parts(docx)
    assert flatten(parts, Styles(parts)) == ()
    for (name, root), (_, before) in zip(parts.stories(), plain.stories(), strict=True):
        assert [said(p) for p in root] == [said(p) for p in before], name


def test_sizes_of_paragraph_styles_hold_in_tables_too():
    """dxpdf lets the document defaults win there, unless they have been moved into the styles."""
    style = samples.paragraph("TableText", samples.SENTENCES[0] * 4)
    rows = (samples.row(samples.cell(style, width=3000)) for _ in range(12))
    docx = samples.small(samples.table([3000], *rows), samples.paragraph("ClauseText", "end"))
    counts = {e.name: len(drawn.pages(pdf.convert(docx, e.name).pdf)) for e in pdf.AUTOMATIC}
    assert counts["embedded"] == counts["libreoffice"] > 3


# ---------------------------------------------------------------- fonts
def test_each_font_file_is_there_with_its_license():
    for files in fonts.FAMILIES.values():
        for file in files:
            path = fonts.FOLDER / file
            assert path.read_bytes()[:4] == b"\0\1\0\0"
            text = (path.parent / "LICENSE.txt").read_text(encoding="utf-8")
            assert "SIL OPEN FONT LICENSE" in text or "Bitstream Vera" in text


def test_the_fonts_cover_what_agreements_are_written_with():
    assert {ord(c) for c in "§—–“”‘’…•½ñáéíóúüÑ©®™°±×÷≤≥≠€"} <= fonts.coverage(fonts.SANS) | fonts.coverage(
        fonts.SYMBOLS
    )
    assert {ord(c) for c in "☐☒☑✓→"} <= fonts.coverage(fonts.SYMBOLS)
    assert ord("☒") not in fonts.coverage(fonts.SANS)


def test_every_sign_that_symbols_become_can_be_drawn():
    for table in symbols._TABLES.values():
        assert {ord(c) for c in table.values()} <= fonts.coverage(fonts.SYMBOLS)

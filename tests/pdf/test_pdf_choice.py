"""What the embedded engine can't draw is known before anything is drawn: another engine, or a finding."""

# ruff: noqa: E501 (pieces of XML)

from __future__ import annotations

import io

import pdf_samples as samples
import pikepdf
import pytest
from test_pdf_engines import text_of

from agreegen import pdf
from agreegen.errors import EngineError
from agreegen.finding import Severity
from agreegen.pdf import libreoffice, tags
from agreegen.pdf.finish import Finish, finished
from agreegen.pdf.streams import read
from agreegen.template import base

HERE = (pdf.EMBEDDED, pdf.LIBREOFFICE)
M = 'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
V = 'xmlns:v="urn:schemas-microsoft-com:vml"'


def body(*inner: str) -> bytes:
    return samples.small(samples.paragraph("ClauseText", "Before."), samples.paragraph("ClauseText", *inner))


LOST = {
    "an equation": body(f"<w:r><w:t>x</w:t></w:r><m:oMath {M}><m:r><m:t>y=1</m:t></m:r></m:oMath>".replace("<w:r>", "<w:r>", 1)),
    "a text box": body(
        f"<w:r><w:pict {V}><v:group><v:shape style='width:90pt;height:30pt'><v:textbox><w:txbxContent>"
        f"{samples.paragraph('Normal', 'In the box')}</w:txbxContent></v:textbox></v:shape></v:group></w:pict></w:r>"
    ),
    "a SECTIONPAGES field in the text": body(samples.field("SECTIONPAGES", "1")),
    "text from right to left": body("שלום"),
    "the character 語 (U+8A9E)": body("語"),
    "the sign U+F021 of a symbol font": body(samples.run("\uf021", '<w:rFonts w:ascii="Webdings" w:hAnsi="Webdings"/>')),
    "page numbers of the kind lowerRoman": samples.small(
        samples.paragraph("ClauseText", "Page i."), section_xml='<w:sectPr><w:pgNumType w:fmt="lowerRoman"/></w:sectPr>'
    ),
    "vertical text": samples.small(
        samples.table([900], samples.row("<w:tc><w:tcPr><w:textDirection w:val='btLr'/></w:tcPr>" + samples.paragraph("TableText", "Up") + "</w:tc>")),
        samples.paragraph("ClauseText", "x"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("feature", LOST)
def test_a_feature_that_would_be_lost_is_a_finding_with_its_place_and_no_pdf(feature):
    result = pdf.convert(LOST[feature], "embedded")
    assert result.pdf == b""
    found = [f for f in result.findings if f.message.endswith(feature)]
    assert [f.code for f in found] == ["D101"]
    assert found[0].severity is Severity.ERROR
    assert found[0].location.part == "body"
    assert "libreoffice" in found[0].hint


def test_a_footnote_of_a_table_stands_behind_it_with_a_warning():
    cell = samples.cell(samples.paragraph("TableText", "Cell", samples.footnote_mark(1)), width=3000)
    after = samples.paragraph("ClauseText", "after", samples.footnote_mark(2))
    notes = samples.footnote(1, "The first of the notes.") + samples.footnote(2, "The second of the notes.")
    docx = samples.small(samples.table([3000], samples.row(cell)), after, notes=notes)
    result = pdf.convert(docx, "embedded")
    assert [(f.code, f.severity.value) for f in result.findings] == [("D102", "warning")]
    said = text_of(result.pdf)
    places = [said.index(x) for x in ("Cell", "The first of the notes.", "after", "The second of the notes.")]
    assert places == sorted(places)
    assert tags.dump(tags.tagged(docx, result.pdf).pdf).count("Note") >= 2


COLUMNS = '<w:sectPr>{}<w:pgSz w:w="12240" w:h="15840"/><w:pgMar w:top="1440" w:right="1440" w:bottom="1440" w:left="1440" w:header="720" w:footer="720" w:gutter="0"/><w:cols w:num="{}" w:space="720"/></w:sectPr>'


def test_columns_are_drawn_one_after_the_other_with_a_warning():
    text = [samples.paragraph("ClauseText", f"Paragraph {i}: {samples.SENTENCES[i % 5]}") for i in range(30)]
    within = f"<w:p><w:pPr>{COLUMNS.format('', 2)}</w:pPr></w:p>"
    after = samples.paragraph("ClauseText", "Behind the columns, over the whole page.")
    docx = samples.small(*text, within, after, section_xml=COLUMNS.format('<w:type w:val="continuous"/>', 1))
    result = pdf.convert(docx, "embedded")
    assert [(f.code, f.severity.value) for f in result.findings] == [("D102", "warning")]
    across = {round(float(x)) for page in read(result.pdf) for x in page.glyphs.across}
    assert {108, 108 + 252} <= across, "both columns start somewhere"
    assert tags.tagged(docx, result.pdf).findings == ()


def test_a_large_first_letter_is_drawn_with_a_warning():
    frame = '<w:framePr w:dropCap="drop" w:lines="3" w:wrap="around" w:vAnchor="text" w:hAnchor="text"/>'
    first = samples.paragraph("ClauseText", samples.run("T", '<w:sz w:val="92"/>'), properties=frame)
    docx = samples.small(first, samples.paragraph("ClauseText", f"his agreement. {samples.SENTENCES[1]}"))
    result = pdf.convert(docx, "embedded")
    assert [(f.code, f.severity.value) for f in result.findings] == [("D102", "warning")]
    letter, *rest = read(result.pdf)[0].fragments
    assert letter.text.strip() == "T"
    assert all(f.x > letter.x + 20 for f in rest[:6]), "beside it"


def test_auto_takes_libreoffice_for_it():
    result = pdf.convert(LOST["a SECTIONPAGES field in the text"])
    assert (result.engine, [(f.code, f.severity) for f in result.findings]) == (
        "libreoffice",
        [("D107", Severity.NOTE)],
    )
    assert "because the embedded PDF engine can't draw a SECTIONPAGES field" in result.findings[0].message
    assert str(result.findings[0].location).endswith("body, paragraph 2")
    assert "Before." in text_of(result.pdf)
    assert pdf.convert(LOST["a SECTIONPAGES field in the text"], "libreoffice").findings == ()


def test_auto_says_that_the_embedded_engine_failed(monkeypatch):
    def failing(*_: object) -> bytes:
        raise EngineError("it fell over", "")

    monkeypatch.setattr(pdf.EMBEDDED, "convert", failing)
    (found,) = pdf.convert(body("x")).findings
    assert (found.code, found.severity) == ("D107", Severity.NOTE)
    assert "it fell over" in found.message
    with pytest.raises(EngineError):
        pdf.convert(body("x"), "embedded")


def test_what_no_engine_draws_is_no_reason_to_name_another():
    assert "D107" not in {f.code for f in pdf.convert(NEVER["a date or page number"]).findings}


def test_a_plain_pdf_has_no_structure_whatever_draws_it():
    docx = body("Words.")
    for tagged in (True, False):
        result = pdf.convert(docx, pdf.Wanted("libreoffice", tagged=tagged))
        with pikepdf.open(io.BytesIO(result.pdf)) as document:
            assert ("/StructTreeRoot" in document.Root) == tagged
        assert finished(docx, result.pdf, result.engine, Finish("plain"))[0]


def test_auto_without_libreoffice_names_feature_and_place(monkeypatch):
    monkeypatch.setattr(libreoffice, "program", lambda: None)
    result = pdf.convert(LOST["a SECTIONPAGES field in the text"])
    assert (result.engine, result.pdf) == ("embedded", b"")
    assert "SECTIONPAGES" in result.findings[0].message
    assert str(result.findings[0].location).endswith("body, paragraph 2")


@pytest.mark.parametrize(
    ("font", "stand_in"),
    [("Calibri", "Liberation Sans"), ("Cambria", "Liberation Serif"), ("Verdana", "Liberation Sans")],
)
def test_a_font_that_is_replaced_by_one_of_other_widths_is_a_warning(font, stand_in):
    docx = body(samples.run("Text", f'<w:rFonts w:ascii="{font}" w:hAnsi="{font}"/>'))
    result = pdf.convert(docx)
    assert [f.code for f in result.findings] == ["D103"]
    assert result.findings[0].severity is Severity.WARNING
    assert f"{font} was replaced by {stand_in}" in result.findings[0].message
    assert result.findings[0].location.paragraph == 2
    assert result.pdf


@pytest.mark.parametrize("font", ["Arial", "Times New Roman", "Segoe UI Symbol", "Liberation Serif"])
def test_a_font_with_a_twin_is_no_finding(font):
    assert pdf.EMBEDDED.examine(body(samples.run("Text ☐", f'<w:rFonts w:ascii="{font}" w:hAnsi="{font}"/>'))) == ()


def test_our_own_agreements_run_into_no_limit():
    assert pdf.EMBEDDED.examine(samples.agreement(1)) == ()


def test_a_watermark_is_drawn_by_finishing_whatever_the_engine():
    shape = (
        "<w:r><w:pict><v:shape xmlns:v='urn:schemas-microsoft-com:vml' style='width:400pt;height:100pt;rotation:315;"
        "position:absolute'><v:textpath string='CONFIDENTIAL'/></v:shape></w:pict></w:r>"
    )
    head = f"<w:hdr {base.NAMESPACES}>{samples.paragraph('Header', shape, 'Head')}</w:hdr>"
    margins = samples.margins() | {"rId11": ("header", "header1.xml", head)}
    docx = base.pack(base.parts(samples.paragraph("ClauseText", "Text"), samples.section("rId11"), margins))
    for engine in pdf.AUTOMATIC:
        drawn = pdf.convert(docx, engine.name)
        assert drawn.findings == ()
        done, _ = finished(docx, drawn.pdf, engine.name, Finish("plain"))
        assert b"/Watermark" not in plain(drawn.pdf)
        assert b"/Watermark" in plain(done)


def plain(data: bytes) -> bytes:
    """What stands on the first page, as it is drawn."""
    with pikepdf.open(io.BytesIO(data)) as document:
        contents = document.pages[0].Contents
        streams = list(contents) if isinstance(contents, pikepdf.Array) else [contents]
        return b"".join(s.read_bytes() for s in streams)


def stale(instruction: str, cached: str) -> bytes:
    return samples.small(
        samples.paragraph("Heading1", samples.marked("c_costs", 7, "Costs")),
        samples.paragraph("ClauseText", "See Section ", samples.field(instruction, cached), "."),
    )


@pytest.mark.parametrize("engine", pdf.AUTOMATIC, ids=lambda e: e.name)
def test_a_stale_reference_is_a_warning_with_both_numbers(engine):
    result = pdf.convert(stale("REF c_costs \\w \\h", "9"), engine.name)
    (found,) = result.findings
    assert (found.code, found.severity) == ("D105", Severity.WARNING)
    assert found.message == "the reference shows “9”, and what it refers to has the number “1”"
    assert text_of(result.pdf) == "1. Costs See Section 9."
    assert pdf.convert(stale("REF c_costs \\w \\h", "1"), engine.name).findings == ()
    assert pdf.convert(stale("REF c_costs \\h", "Costs"), engine.name).findings == ()


NEVER = {
    "an inserted file": samples.small(samples.paragraph("ClauseText", "x"), '<w:altChunk r:id="rId99"/>'),
    "a date or page number": body("<w:r><w:pgNum/></w:r>"),
    "a field AUTONUM": body(
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>AUTONUM</w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>', " text"
    ),
    "a field IF whose instruction runs over": samples.small(
        samples.paragraph("ClauseText", '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>IF 1 = 1 "</w:instrText></w:r>'),
        samples.paragraph("ClauseText", '<w:r><w:instrText>"</w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>', "x", '<w:r><w:fldChar w:fldCharType="end"/></w:r>'),
    ),
}  # fmt: skip


@pytest.mark.parametrize("feature", NEVER)
@pytest.mark.parametrize("engine", [*(e.name for e in pdf.AUTOMATIC), pdf.AUTO])
def test_what_no_engine_draws_is_refused_by_every_one(feature, engine):
    result = pdf.convert(NEVER[feature], engine)
    assert result.pdf == b""
    assert [f.code for f in result.findings if feature in f.message] == ["D104"]

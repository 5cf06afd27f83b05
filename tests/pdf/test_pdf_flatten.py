"""What only an engine sees prints the same: controls, changes, capitals, symbols."""

# ruff: noqa: E501, RUF001 (pieces of XML, signs)

from __future__ import annotations

import io

import pdf_samples as samples
import pikepdf
import pytest
from test_pdf_engines import text_of

from agreegen import pdf
from agreegen.pdf import drawn, fonts, symbols
from agreegen.pdf.completeness import follow
from agreegen.pdf.flatten import flatten, flattened, watermarks
from agreegen.pdf.parts import Parts, W
from agreegen.pdf.squeeze import squeeze
from agreegen.pdf.styles import Styles
from agreegen.template import base

HERE = (pdf.EMBEDDED, pdf.LIBREOFFICE)
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


# ---------------------------------------------------------------- every engine
BEGIN, SEPARATE, END = (f'<w:r><w:fldChar w:fldCharType="{x}"/></w:r>' for x in ("begin", "separate", "end"))
BOX = '<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:name w:val="x"/>{}</w:ffData></w:fldChar></w:r>'


def code(text: str) -> str:
    return f'<w:r><w:instrText xml:space="preserve"> {text} </w:instrText></w:r>'


def deleted_end(text: str) -> str:
    return samples.paragraph("ClauseText", text, properties=f"<w:rPr><w:del {AUTHOR}/></w:rPr>")


def with_endnotes(body: str, *notes: str, settings: str = "") -> bytes:
    members = base.parts(body)
    mark = "<w:r><w:endnoteRef/></w:r>"
    made = "".join(
        f'<w:endnote w:id="{i}">{samples.paragraph("Normal", mark, " " + n)}</w:endnote>'
        for i, n in enumerate(notes, 1)
    )
    members["word/endnotes.xml"] = f"<w:endnotes {base.NAMESPACES}>{made}</w:endnotes>".encode()
    relation = 'Id="rIdEnd" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/endnotes"'
    rels = members["word/_rels/document.xml.rels"].decode()
    rels = rels.replace("</Relationships>", f'<Relationship {relation} Target="endnotes.xml"/></Relationships>')
    members["word/_rels/document.xml.rels"] = rels.encode()
    types = members["[Content_Types].xml"].decode()
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.endnotes+xml"
    part = f'<Override PartName="/word/endnotes.xml" ContentType="{kind}"/></Types>'
    members["[Content_Types].xml"] = types.replace("</Types>", part).encode()
    members["word/settings.xml"] = members["word/settings.xml"].replace(
        b"</w:settings>", settings.encode() + b"</w:settings>"
    )
    return base.pack(members)


def end_mark(number: int) -> str:
    return f'<w:r><w:endnoteReference w:id="{number}"/></w:r>'


TWO_NOTES = samples.paragraph("ClauseText", "One", end_mark(2), " two", end_mark(1), ".")
EVERYWHERE = {
    "condition": (samples.small(samples.paragraph("ClauseText", "A ", samples.field('IF 1 = 2 "yes" "no"', "yes"), ".")), "A yes."),
    "date": (samples.small(samples.paragraph("ClauseText", samples.field('DATE \\@ "yyyy"', "1999"))), "1999"),
    "reference to what isn't there": (samples.small(samples.paragraph("ClauseText", samples.field("REF gone \\h", "4.2"))), "4.2"),
    "count": (samples.small(samples.paragraph("ClauseText", "Table ", samples.field("SEQ Table", "41"))), "Table 41"),
    "field in a field": (
        samples.small(samples.paragraph("ClauseText", BEGIN, code("IF"), samples.field("MERGEFIELD x", "1"), code('= 1 "a"'), SEPARATE, "a", END, " b")),
        "a b",
    ),
    "simple field": (samples.small(samples.paragraph("ClauseText", f'<w:fldSimple w:instr=" AUTHOR ">{samples.run("Counsel")}</w:fldSimple>')), "Counsel"),
    "box of an old form": (
        samples.small(samples.paragraph("ClauseText", BOX.format('<w:checkBox><w:default w:val="1"/></w:checkBox>'), code("FORMCHECKBOX"), END, " PII")),
        "☒ PII",
    ),
    "box that was emptied": (
        samples.small(samples.paragraph("ClauseText", BOX.format('<w:checkBox><w:default w:val="1"/><w:checked w:val="0"/></w:checkBox>'), code("FORMCHECKBOX"), SEPARATE, END, " PII")),
        "☐ PII",
    ),
    "list of an old form": (
        samples.small(samples.paragraph("ClauseText", BOX.format('<w:ddList><w:result w:val="1"/><w:listEntry w:val="Mail"/><w:listEntry w:val="SFTP"/></w:ddList>'), code("FORMDROPDOWN"), END)),
        "SFTP",
    ),
    "paragraphs joined by a deletion": (samples.small(deleted_end("One "), deleted_end("two "), samples.paragraph("ClauseText", "three.")), "One two three."),
    "deleted item of a list": (
        samples.small(
            samples.paragraph("Heading1", "First"),
            samples.paragraph("Heading1", f"<w:del {AUTHOR}><w:r><w:delText>Gone</w:delText></w:r></w:del>", properties=f"<w:rPr><w:del {AUTHOR}/></w:rPr>"),
            samples.paragraph("Heading1", "Second"),
        ),
        "1. First 2. Second",
    ),
    "endnotes": (with_endnotes(TWO_NOTES, "Second note", "First note"), "One i two ii . i First note ii Second note"),
    "endnotes in figures": (
        with_endnotes(TWO_NOTES, "B", "A", settings='<w:endnotePr><w:numFmt w:val="decimal"/><w:numStart w:val="5"/></w:endnotePr>'),
        "One 5 two 6 . 5 A 6 B",
    ),
    "page in the text": (samples.small(samples.paragraph("ClauseText", "x"), samples.paragraph("ClauseText", "Page ", samples.field("PAGE", "9"), properties="<w:pageBreakBefore/>")), "x Page 2"),
    "properties named twice": (samples.small(samples.paragraph("ClauseText", samples.run("twice", '<w:sz w:val="20"/><w:sz w:val="24"/>'))), "twice"),
    "comment": (
        samples.small(samples.paragraph("ClauseText", '<w:commentRangeStart w:id="1"/>', "said", '<w:commentRangeEnd w:id="1"/><w:r><w:commentReference w:id="1"/></w:r>')),
        "said",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", EVERYWHERE)
@pytest.mark.parametrize("engine", HERE, ids=lambda e: e.name)
def test_every_engine_prints_what_word_shows(case, engine):
    docx, shown = EVERYWHERE[case]
    result = pdf.convert(docx, engine.name)
    assert result.findings == ()
    assert squeeze(text_of(result.pdf)) == squeeze(shown)


@pytest.mark.parametrize("engine", HERE, ids=lambda e: e.name)
def test_headers_of_even_pages_and_page_numbers_in_frames_are_drawn(engine):
    number = samples.paragraph(
        "Footer",
        samples.field("PAGE", "9"),
        properties='<w:framePr w:wrap="around" w:hAnchor="margin" w:xAlign="right"/>',
    )
    pages = {
        "rId11": ("header", "header1.xml", f"<w:hdr {base.NAMESPACES}>{samples.paragraph('Header', 'Odd head')}</w:hdr>"),
        "rId12": ("footer", "footer1.xml", f"<w:ftr {base.NAMESPACES}>{number}{samples.paragraph('Footer', 'Foot')}</w:ftr>"),
        "rId13": ("header", "header2.xml", f"<w:hdr {base.NAMESPACES}>{samples.paragraph('Header', 'Even head')}</w:hdr>"),
    }  # fmt: skip
    refs = '<w:headerReference w:type="default" r:id="rId11"/><w:headerReference w:type="even" r:id="rId13"/><w:footerReference w:type="default" r:id="rId12"/><w:footerReference w:type="even" r:id="rId12"/>'
    body = samples.paragraph("ClauseText", "One") + samples.paragraph(
        "ClauseText", "Two", properties="<w:pageBreakBefore/>"
    )
    members = base.parts(body, base.section_xml(references=refs), pages)
    settings = members["word/settings.xml"].decode()
    head, mark, rest = settings.partition("<w:characterSpacingControl")
    assert mark
    members["word/settings.xml"] = f"{head}<w:evenAndOddHeaders/>{mark}{rest}".encode()
    result = pdf.convert(base.pack(members), engine.name)
    assert result.findings == ()
    first, second = (" ".join(x.split()) for x in drawn.pages(result.pdf))
    assert "Odd head" in first
    assert "Even head" in second
    assert sorted(second.split()) == ["2", "Even", "Foot", "Two", "head"]


def test_a_reference_leads_to_its_target_with_both_engines():
    docx = samples.small(
        samples.paragraph("Heading1", samples.marked("c_costs", 7, "Costs")),
        samples.paragraph("ClauseText", "See ", samples.field("REF c_costs \\w \\h", "1"), "."),
    )
    for engine in HERE:
        with pikepdf.open(io.BytesIO(pdf.convert(docx, engine.name).pdf)) as document:
            assert len(document.pages[0].get("/Annots", [])) == 1, engine.name


def test_a_document_without_paragraphs_is_drawn():
    members = base.parts("")
    xml = members["word/document.xml"].decode()
    head, _, rest = xml.partition("<w:body>")
    members["word/document.xml"] = (head + "<w:body>" + rest[rest.index("<w:sectPr") :]).encode()
    assert pdf.convert(base.pack(members), "embedded").findings == ()


def test_watermarks_are_read_once_each_and_taken_out():
    shape = "<w:r><w:pict><v:shape xmlns:v='urn:schemas-microsoft-com:vml' id='PowerPlusWaterMarkObject1'><v:textpath string='DRAFT'/></v:shape></w:pict></w:r>"
    head = f"<w:hdr {base.NAMESPACES}>{samples.paragraph('Header', shape, 'Head')}</w:hdr>"
    margins = {"rId11": ("header", "header1.xml", head), "rId12": ("header", "header2.xml", head)}
    docx = base.pack(base.parts(samples.paragraph("ClauseText", "Text"), "", margins))
    assert watermarks(docx) == ("DRAFT",)
    assert watermarks(flattened(docx)) == ()


def test_flattening_is_the_same_twice_and_of_what_is_flat():
    docx = samples.agreement(4, sections=2, rows=4)
    once = flattened(docx)
    assert once == flattened(docx) == flattened(once)

"""The gate: silent on whatever the engines draw rightly, and it bites on the smallest change."""

from __future__ import annotations

import random
import re

import pdf_samples as samples
import pytest

from agreegen import pdf
from agreegen.pdf import completeness, drawn, embedded, expected
from agreegen.pdf.parts import Parts
from agreegen.pdf.squeeze import squeeze
from agreegen.template import base

SEEDS = range(10, 24)


def shape(seed: int) -> bytes:
    """An agreement of a size and make that depend on the seed."""
    r = random.Random(seed)
    return samples.agreement(
        seed, sections=r.randint(1, 9), clauses=r.randint(1, 6), rows=r.choice((0, 3, 25, 60)),
        contents=r.random() < 0.5, landscape=r.random() < 0.6,
    )  # fmt: skip


@pytest.mark.parametrize("seed", SEEDS)
def test_the_embedded_engine_draws_every_generated_agreement_completely(seed):
    result = pdf.convert(shape(seed), "embedded")
    assert result.findings == ()
    assert len(drawn.pages(result.pdf)) > 2


@pytest.mark.parametrize("seed", [10, 12])
def test_libreoffice_draws_generated_agreements_completely(seed):
    assert pdf.convert(shape(seed), "libreoffice").findings == ()


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(24, 44, 4))
def test_both_engines_draw_more_generated_agreements_completely(seed):
    docx = shape(seed)
    assert pdf.convert(docx, "embedded").findings == ()
    assert pdf.convert(docx, "libreoffice").findings == ()


@pytest.mark.parametrize("engine", ["embedded", "libreoffice"])
@pytest.mark.parametrize("indent", ['w:left="-2200"', 'w:left="9500" w:right="-3000"'], ids=["left", "right"])
def test_words_that_are_printed_beyond_the_edge_of_the_page_are_missing(engine, indent):
    beyond = samples.paragraph("ClauseText", "unseenwithoutend", properties=f"<w:ind {indent}/>")
    result = pdf.convert(samples.small(samples.paragraph("ClauseText", "Before."), beyond), engine)
    assert (result.pdf, {f.code for f in result.findings}) == (b"", {"D201"})


# ---------------------------------------------------------------- changed documents
DOCX = samples.agreement(2, sections=3, rows=8)


def altered(old: str, new: str, docx: bytes = DOCX, count: int = 1, part: str = "document") -> bytes:
    """The document with its XML changed: what an engine that errs would have drawn."""
    members = base.unpack(docx)
    xml = members[f"word/{part}.xml"].decode()
    assert old in xml
    members[f"word/{part}.xml"] = xml.replace(old, new, count).encode()
    return base.pack(members)


def told(document: expected.Expected) -> list[object]:
    """All that a PDF must say, and how the document counts."""
    tables = [(t.start, t.end, t.repeated, t.after_repeated, t.ends_blank, t.pictures) for t in document.tables]
    sections = [(s.start, s.headers, s.footers, s.own_first, s.number, s.format, s.parts) for s in document.sections]
    numbers = [(n.label, n.full, n.num_id, n.level, n.bullet, n.doubt) for n in document.numbered.values()]
    text = [document.body, document.notes, document.note_texts, document.loose]
    return [*text, document.paragraphs, document.rows, tables, sections, numbers]


def test_documents_that_share_styles_are_read_as_if_they_did_not():
    """Other lists, other text, then other styles and no styles; each twice, so that all are read with what is known."""
    plain = [shape(seed) for seed in SEEDS[:3]]
    listed = altered('<w:start w:val="1"/>', '<w:start w:val="7"/>', plain[0], part="numbering")
    styled = altered("<w:style ", '<w:style w:customStyle="1" ', plain[0], part="styles")
    raised = altered("<w:rPr>", "<w:rPr><w:caps/>", plain[0], count=-1, part="styles")
    documents = [*plain, listed, styled, raised]
    known = [told(expected.read(docx)) for docx in (*documents, *documents)]
    assert known == [told(expected.expected(Parts(docx))) for docx in (*documents, *documents)]
    assert known[0] != known[3] != known[5]


def judged(other: bytes, engine: str = "embedded") -> tuple[completeness.Finding, ...]:
    """Findings on the PDF of another document, taken as the PDF of DOCX."""
    engines = {e.name: e for e in pdf.AUTOMATIC}
    return completeness.follow(DOCX, engines[engine].convert(other)).findings


def paragraphs() -> list[str]:
    xml = base.unpack(DOCX)["word/document.xml"].decode()
    return re.findall(r'<w:p><w:pPr><w:pStyle w:val="(?:Clause3|ClauseText)"/>(?:(?!<w:p>).)*?</w:p>', xml)


BULLET = "".join(('<w:pStyle w:val="ListBullet"/>', "</w:pPr>", '<w:r><w:t xml:space="preserve">Names and'))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("it shall notify", "it notify", "leaves out “shall”"),
        ("twenty-four (24) hours", "twenty-four (72) hours", "reads “(72)” where the document says “(24)”"),
        ("shall keep audit logs", "shall not keep audit logs", "says “not”"),
        ('"ListBullet"/></w:pPr>', '"ListBullet"/><w:numPr><w:numId w:val="0"/></w:numPr></w:pPr>', "leaves out “•"),
        ("FIELD_03", "FIELD_30", "reads “FIELD_30” where the document says “FIELD_03”"),
        (">☒<", ">☐<", "reads “☐” where the document says “☒”"),
        ('<w:pStyle w:val="Clause3"/>', '<w:pStyle w:val="ClauseText"/>', "leaves out “(a)"),
        ("Civil Code § 1798", "Civil Code 1798", "leaves out “§”"),
        ("State of Alta", "State of Alba", ""),
    ],
)
def test_a_small_change_is_found_and_said(old, new, said):
    if old == "State of Alta":
        members = base.unpack(DOCX)
        members["word/header1.xml"] = members["word/header1.xml"].replace(old.encode(), new.encode())
        found = judged(base.pack(members))
        assert {f.code for f in found} >= {"D204"}
        return
    found = judged(altered(old, new))
    assert found
    assert any(said in f.message for f in found), [f.message for f in found]
    assert all(f.location.part for f in found)


def test_two_paragraphs_that_changed_places_are_found():
    first, second = paragraphs()[1:3]
    assert squeeze(re.sub("<[^>]+>", "", first)) != squeeze(re.sub("<[^>]+>", "", second))
    xml = base.unpack(DOCX)["word/document.xml"].decode()
    at, other = xml.index(first), xml.index(second, xml.index(first) + len(first))
    swapped = xml[:at] + second + xml[at + len(first) : other] + first + xml[other + len(second) :]
    assert judged(altered(xml, swapped))


def test_a_paragraph_that_is_there_twice_or_not_at_all_is_found():
    third = paragraphs()[3]
    assert judged(altered(third, third * 2))
    assert judged(altered(third, ""))


def test_a_missing_table_row_and_a_missing_footnote_are_found():
    xml = base.unpack(DOCX)["word/document.xml"].decode()
    row = next(r for r in re.findall(r"<w:tr>.*?</w:tr>", xml) if "FIELD_05" in r)
    found = judged(altered(row, ""))
    assert any("FIELD_05" in f.message for f in found)
    docx = samples.agreement(6, sections=8)
    assert b"footnoteReference" in base.unpack(docx)["word/document.xml"]
    without = altered(samples.footnote_mark(1), "", docx)
    assert completeness.follow(docx, pdf.EMBEDDED.convert(without)).findings


def test_a_finding_names_page_heading_and_paragraph():
    docx = samples.small(
        samples.paragraph("Heading1", "Costs"),
        samples.paragraph("Heading2", "Payment"),
        samples.paragraph("ClauseText", "The Recipient pays 10 dollars."),
    )
    changed = altered("10 dollars", "100 dollars", docx)
    (found,) = completeness.follow(docx, pdf.EMBEDDED.convert(changed)).findings
    assert (found.code, found.severity) == ("D203", "error")
    assert found.message == "page 1 of the PDF reads “100” where the document says “10”"
    assert (found.location.heading, found.location.paragraph) == ("1.1 Payment", 3)
    assert found.hint


def test_convert_hands_out_no_pdf_that_isnt_complete(monkeypatch):
    wrong = pdf.EMBEDDED.convert(altered("it shall notify", "it may notify"))
    monkeypatch.setattr(type(pdf.EMBEDDED), "convert", lambda *_: wrong)
    result = pdf.convert(DOCX, "embedded")
    assert result.pdf == b""
    assert [f.code for f in result.findings] == ["D203"]
    assert "reads “may” where the document says “shall”" in result.findings[0].message


@pytest.mark.parametrize("engine", ["embedded", "libreoffice"])
def test_no_change_of_a_drawn_word_or_line_goes_unseen(engine):
    docx = samples.agreement(8, sections=5, rows=25)
    expected = completeness.wanted(docx)
    pages = drawn.pages(pdf.convert(docx, engine).pdf)
    assert completeness.compare(expected, pages).findings == ()
    chance = random.Random(7)
    tried = 0
    for _ in range(250):
        changed = list(pages)
        i = chance.randrange(len(pages))
        changed[i] = spoiled(pages[i], chance)
        if squeeze(changed[i]) != squeeze(pages[i]):
            tried += 1
            assert completeness.compare(expected, changed).findings, (i, changed[i])
    assert tried > 200


def spoiled(page: str, chance: random.Random) -> str:
    """A page with one word or line lost, added, changed or moved."""
    lines = page.split("\r\n")
    j = chance.randrange(len(lines))
    words = lines[j].split(" ")
    k = chance.randrange(len(words))
    match chance.randrange(6):
        case 0:
            words[k] = ""
        case 1:
            words[k] = words[k][:-1]
        case 2:
            words.insert(k, chance.choice(("not", "7", "•", ".")))
        case 3:
            words[k] = words[k] + words[k]
        case 4:
            lines[j], lines[j - 1] = lines[j - 1], lines[j]
            return "\r\n".join(lines)
        case 5:
            words = []
    lines[j] = " ".join(words)
    return "\r\n".join(lines)


def test_pages_left_out_or_changing_places_are_found():
    expected = completeness.wanted(DOCX)
    pages = drawn.pages(pdf.convert(DOCX).pdf)
    for other in (pages[:-1], pages[1:], [pages[1], pages[0], *pages[2:]], [*pages, pages[-1]], []):
        assert completeness.compare(expected, other).findings


def test_a_wrong_page_number_is_found():
    expected = completeness.wanted(DOCX)
    pages = drawn.pages(pdf.convert(DOCX).pdf)
    assert "Page 3 of" in pages[2]
    pages[2] = pages[2].replace("Page 3 of", "Page 4 of")
    assert [f.code for f in completeness.compare(expected, pages).findings][:1] == ["D204"]


# ---------------------------------------------------------------- what engines may do freely
FREE = {
    "ligatures": ("office affiliate", "oﬃce aﬃliate"),
    "line ends": ("one two", "one\r\ntwo"),
    "hyphen at the end of a line": ("re-identify", "re\ufffeidentify"),
    "kinds of hyphen": ("re-identify", "re\u2010identify"),
    "kinds of space": ("FIPS 140", "FIPS\u00a0140"),
    "composed letters": ("Peña", "Pen\u0303a"),
}


@pytest.mark.parametrize("what", FREE)
def test_what_is_free_is_no_finding(what):
    written, shown = FREE[what]
    document = completeness.wanted(samples.small(samples.paragraph("ClauseText", written)))
    assert completeness.compare(document, [shown]).findings == ()
    assert completeness.compare(document, [shown + "s"]).findings


def test_a_row_cut_by_the_end_of_a_page_is_followed_in_each_of_its_cells():
    left, right = "alpha beta gamma delta epsilon zeta", "one two three four five six seven eight nine"
    cells = (samples.cell(samples.paragraph("TableText", x), width=3000) for x in (left, right))
    docx = samples.small(samples.table([3000, 3000], samples.row(*cells)), samples.paragraph("ClauseText", "After."))
    document = completeness.wanted(docx)
    split = ["alpha beta gamma\r\none two three four", "delta epsilon zeta\r\nfive six seven eight nine\r\nAfter."]
    assert completeness.compare(document, split).findings == ()
    assert completeness.compare(document, [split[0], split[1].replace("delta ", "")]).findings
    assert completeness.compare(document, [split[0], split[1].replace("After.", "")]).findings
    assert completeness.compare(document, [split[0].replace("four", ""), split[1]]).findings


def test_a_note_that_begins_like_the_text_after_it_is_told_apart():
    docx = samples.small(
        samples.paragraph("Heading1", "Terms"),
        samples.paragraph("ClauseText", samples.run("Text"), samples.footnote_mark(1)),
        samples.paragraph("Heading2", "Noted"),
        notes=samples.footnote(1, "Note one is long enough."),
    )
    document = completeness.wanted(docx)
    pages = ["1. Terms\r\nText1\r\n1 Note one is long enough.", "1.1 Noted"]
    assert completeness.compare(document, pages).findings == ()
    assert completeness.compare(document, [pages[0] + " 1", pages[1]]).findings
    assert completeness.compare(document, [pages[0].replace("is ", ""), pages[1]]).findings


# ---------------------------------------------------------------- notes that don't fit
def test_a_note_printed_over_the_text_is_seen_and_mended():
    docx = shape(11)  # the last line of its third page has the mark of a note
    first = embedded.WORKERS.draw(embedded.Copy(docx).pack(), 60)
    seen = completeness.follow(docx, first)
    assert "D205" in {f.code for f in seen.findings}
    mended = completeness.follow(docx, pdf.EMBEDDED.convert(docx))
    assert (mended.findings, mended.crowded) == ((), ())


# ---------------------------------------------------------------- shapes at the edge
def texts(words: str, *, width: int = 3000, merge: str = "") -> str:
    return samples.cell(samples.paragraph("TableText", words), width=width, merge=merge)


def tall_rows(times: int) -> str:
    """Rows longer than a page, below a repeated header."""
    head = samples.row(*(texts(x) for x in ("Head one", "Head two")), header=True)
    rows = (samples.row(texts(samples.SENTENCES[k] * times), texts(samples.SENTENCES[k + 1] * 9)) for k in range(3))
    return samples.table([3000, 3000], head, *rows)


def merged_rows() -> str:
    first = texts("Merged " + samples.SENTENCES[0] * 3, merge="start")
    rows = [first, *(samples.cell(samples.paragraph("TableText"), width=3000, merge="go on") for _ in range(39))]
    return samples.table(
        [3000, 3000], *(samples.row(x, texts(f"Row {k} {samples.SENTENCES[1]}")) for k, x in enumerate(rows))
    )


def numbered_rows() -> str:
    both = (samples.cell(samples.paragraph("Clause3", samples.SENTENCES[k]), width=3000) for k in (4, 5))
    return samples.table([3000, 3000], samples.row(*both)) + samples.paragraph("TableText")


def nested_rows() -> str:
    inner = samples.table(
        [1400, 1400],
        *(samples.row(texts(f"in {k}", width=1400), texts(samples.SENTENCES[8], width=1400)) for k in range(20)),
    )
    both = (
        texts("left " + samples.SENTENCES[2]),
        samples.cell(inner, samples.paragraph("TableText", "after"), width=3000),
    )
    return samples.table([3000, 3000], samples.row(*both))


def even_pages() -> bytes:
    """Other headers and footers on even pages, with a table in one of them."""

    def part(tag: str, *inner: str) -> str:
        return f"<w:{tag} {base.NAMESPACES}>{''.join(inner)}</w:{tag}>"

    number = samples.field("PAGE", "1")
    cells = (
        texts("Even foot"),
        samples.cell(samples.paragraph("Footer", number, " of ", samples.field("NUMPAGES", "1")), width=3000),
    )
    margins = {
        "rId11": ("header", "header1.xml", part("hdr", samples.paragraph("Header", "Odd head ", number))),
        "rId12": ("header", "header2.xml", part("hdr", samples.paragraph("Header", "Even head ", number))),
        "rId13": (
            "footer",
            "footer1.xml",
            part("ftr", samples.table([3000, 3000], samples.row(*cells)), samples.paragraph("Footer")),
        ),
    }
    refs = "".join(
        f'<w:{k}Reference w:type="{t}" r:id="{i}"/>'
        for k, t, i in (("header", "default", "rId11"), ("header", "even", "rId12"), ("footer", "even", "rId13"))
    )
    body = "".join(samples.paragraph("ClauseText", samples.SENTENCES[k % 10] * 2) for k in range(40))
    members = base.parts(body, base.section_xml(references=refs), margins)
    members["word/settings.xml"] = members["word/settings.xml"].replace(
        b"<w:defaultTabStop", b"<w:evenAndOddHeaders/><w:defaultTabStop"
    )
    return base.pack(members)


def hyphenated() -> bytes:
    body = "".join(
        samples.paragraph("ClauseText", samples.SENTENCES[k % 10] * 2, properties='<w:jc w:val="both"/>')
        for k in range(30)
    )
    members = base.parts(body)
    members["word/settings.xml"] = members["word/settings.xml"].replace(
        b"<w:defaultTabStop", b"<w:autoHyphenation/><w:defaultTabStop"
    )
    return base.pack(members)


END = samples.paragraph("BodyText", "end")
EDGES = {
    "rows longer than a page": samples.small(tall_rows(20), END),
    "rows cut by a page end": samples.small(tall_rows(5), END),
    "numbered clauses in cells": samples.small(*([numbered_rows()] * 12), END),
    "other headers on even pages": even_pages(),
    "words broken by hyphens": hyphenated(),
    "leaders and lines": samples.small(
        samples.paragraph("Signature", "By:", samples.tab(), samples.tab()),
        samples.paragraph("Signature", "x.", samples.tab(), "_____", samples.tab(), "__y"),
    ),
    "breaks": samples.small(
        samples.paragraph(
            "ClauseText", "A", "<w:r><w:br/></w:r>", "B", samples.tab(), "C", '<w:r><w:br w:type="page"/></w:r>', "D"
        )
    ),
    "nothing": samples.small(samples.paragraph("ClauseText")),
    "words longer than a line": samples.small(samples.paragraph("ClauseText", "A" * 300)),
}


@pytest.mark.parametrize("engine", ["embedded", "libreoffice"])
@pytest.mark.parametrize("edge", EDGES)
def test_odd_shapes_are_followed_rightly(edge, engine):
    assert pdf.convert(EDGES[edge], engine).findings == ()


@pytest.mark.parametrize("block", [merged_rows(), nested_rows()], ids=["merged", "nested"])
def test_rows_that_the_embedded_engine_loses_at_a_page_end_are_missed_and_auto_takes_the_other(block):
    docx = samples.small(*([samples.paragraph("ClauseText", samples.SENTENCES[0])] * 8), block, END)
    lost = pdf.convert(docx, "embedded")
    assert lost.pdf == b""
    assert "D201" in {f.code for f in lost.findings}
    other = pdf.convert(docx)
    assert (other.engine, {f.code for f in other.findings}) == ("libreoffice", {"D107"})
    assert {f.severity.value for f in other.findings} == {"note"}


def test_text_that_runs_over_a_row_of_fixed_height_is_seen():
    height = '<w:trPr><w:trHeight w:val="300" w:hRule="exact"/></w:trPr>'
    rows = f"<w:tr>{height}{texts(samples.SENTENCES[0] * 3)}</w:tr>" * 3
    docx = samples.small(samples.table([3000], rows), END)
    assert "D205" in {f.code for f in pdf.convert(docx, "embedded").findings}
    assert "D201" in {f.code for f in pdf.convert(docx, "libreoffice").findings}
    fits = samples.small(samples.table([3000], f"<w:tr>{height}{texts('fits')}</w:tr>" * 3), END)
    assert pdf.convert(fits, "embedded").findings == ()


def test_the_fast_reader_reads_what_pdfium_reads():
    pdf_bytes = pdf.EMBEDDED.convert(samples.agreement(7))
    fast = drawn.lines(pdf_bytes)
    assert fast is not None
    assert [squeeze(x) for x in fast] == [squeeze(x) for x in drawn.pages(pdf_bytes)]


def test_the_fast_reader_leaves_other_pdfs_alone():
    pdf_bytes = pdf.EMBEDDED.convert(samples.agreement(7))
    assert drawn.lines(pdf_bytes.replace(b"\nxref\n", b"\n%xref")) is None
    assert drawn.lines(b"%PDF-1.7 of another program") is None


@pytest.mark.slow
def test_signs_in_another_font_are_read_where_they_stand():
    """LibreOffice draws them behind the rest of their line."""
    cell = samples.cell(samples.paragraph("TableText", "⟦recipient: contacts: email⟧"), width=3000)
    text = "means [an up to date][the] plan attached at Schedule [●] and produced in consultation with the Landlord"
    docx = samples.small(samples.table([3000], samples.row(cell)), samples.paragraph("ClauseText", text))
    result = pdf.convert(docx, "libreoffice")
    assert result.findings == ()
    assert completeness.compare(completeness.wanted(docx), drawn.pages(result.pdf)).findings, "PDFium alone would do"
    other = samples.small(samples.table([3000], samples.row(cell)), samples.paragraph("ClauseText", text[:-9]))
    assert [f.code for f in completeness.follow(other, result.pdf).findings] == ["D202"]


def restarting(how: str) -> bytes:
    """Five footnotes in two sections on four pages, numbered anew as `how` says."""
    pages = (
        f'<w:sectPr><w:footnotePr><w:numRestart w:val="{how}"/></w:footnotePr><w:pgSz w:w="12240" w:h="15840"/><w:pgMar'
        ' w:top="1440" w:right="1440" w:bottom="1440" w:left="1440" w:header="720" w:footer="720" w:gutter="0"/>'
        "</w:sectPr>"
    )
    text = [
        samples.paragraph(
            "ClauseText", f"Text {i}", samples.footnote_mark(i), " goes on",
            properties="<w:pageBreakBefore/>" if i in (3, 5) else "",
        )
        for i in range(1, 6)
    ]  # fmt: skip
    text.insert(3, f"<w:p><w:pPr>{pages}</w:pPr></w:p>")
    notes = "".join(samples.footnote(i, f"The note {i} says so.") for i in range(1, 6))
    return samples.small(*text, section_xml=pages, notes=notes)


def test_footnotes_are_counted_as_their_section_says():
    assert [x[2] for x in completeness.wanted(restarting("continuous")).shown.note_marks] == ["1", "2", "3", "4", "5"]
    assert [x[2] for x in completeness.wanted(restarting("eachSect")).shown.note_marks] == ["1", "2", "3", "1", "2"]
    result = pdf.convert(restarting("eachPage"), "embedded")
    assert [f.code for f in result.findings] == ["D101"]
    assert "each page" in result.findings[0].message


@pytest.mark.slow
def test_footnotes_that_are_numbered_anew_on_each_page_are_proven():
    docx = restarting("eachPage")
    result = pdf.convert(docx, "libreoffice")
    assert result.findings == ()
    continuous = pdf.convert(restarting("continuous"), "libreoffice")
    assert completeness.follow(docx, continuous.pdf).findings

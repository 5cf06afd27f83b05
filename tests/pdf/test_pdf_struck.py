"""Struck-through text has its line with the embedded engine, and says so to those who can't see it."""

from __future__ import annotations

import io
import re

import pdf_samples as samples
import pikepdf
import pytest

from agreegen import pdf
from agreegen.errors import EngineError
from agreegen.pdf.flatten import flatten
from agreegen.pdf.parts import Parts
from agreegen.pdf.streams import Source
from agreegen.pdf.struck import Struck
from agreegen.pdf.styles import Styles
from agreegen.pdf.tags import dump, tagged
from agreegen.template import base

LONG = "and this goes on for as long as it takes to reach the next line of the page, as text that is struck out may "
LINE = re.compile(rb"^([\d.]+) ([\d.]+) ([\d.]+) ([\d.]+) re$", re.MULTILINE)


def lines(result):
    return [tuple(map(float, x)) for page in Source(result).pages() for x in LINE.findall(page.content)]


def drawn(*inner):
    result = pdf.convert(samples.small(samples.paragraph("ClauseText", *inner)), "embedded")
    assert result.findings == ()
    return result.pdf


def test_a_line_goes_through_the_text_and_nothing_else():
    plain = drawn("kept ", "gone", " kept")
    data = drawn("kept ", samples.run("gone", "<w:strike/>"), " kept")
    assert lines(plain) == []
    ((left, top, width, height),) = lines(data)
    page = Source(data).pages()[0]
    word = page.glyphs.texts.index("gone")
    size, base = float(page.glyphs.sizes[word]), float(page.glyphs.down[word])
    assert left == pytest.approx(float(page.glyphs.across[word]), abs=0.01)
    assert left + width == pytest.approx(float(page.glyphs.across[word + 1]), abs=0.5)
    assert base - 0.45 * size < top < base - 0.15 * size
    assert height < size / 10


def test_every_line_of_text_has_its_own_and_two_where_two_are_asked_for():
    text = LONG * 2
    assert len(lines(drawn(samples.run(text, "<w:strike/>")))) == 3
    assert len(lines(drawn(samples.run(text, "<w:dstrike/>")))) == 6


def test_the_line_has_the_color_of_the_text_nearly():
    data = drawn(samples.run("gone", '<w:strike/><w:color w:val="C00000"/>'))
    content = Source(data).pages()[0].content
    before = content[: LINE.search(content).start()]
    red, green, blue = map(float, re.findall(rb"([\d.]+) ([\d.]+) ([\d.]+) rg", before)[-1])
    assert red > 0.7
    assert green < 0.02
    assert blue < 0.02


def test_a_style_may_ask_for_it():
    docx = samples.small(samples.paragraph("ClauseText", "text"))
    members = base.unpack(docx)
    styles = members["word/styles.xml"].replace(b'<w:name w:val="Clause Text"/>', b'<w:name w:val="Clause Text"/>@', 1)
    head, _, rest = styles.partition(b"@")
    members["word/styles.xml"] = head + rest.replace(b"</w:style>", b"<w:rPr><w:dstrike/></w:rPr></w:style>", 1)
    result = pdf.convert(base.pack(members), "embedded")
    assert result.findings == ()
    assert len(lines(result.pdf)) == 2
    assert lines(pdf.convert(docx, "embedded").pdf) == []


def test_a_background_of_that_color_stays_a_background():
    taken = '<w:shd w:val="clear" w:fill="010203"/>'
    heights = {round(x[3]) for x in lines(drawn(samples.run("dark", taken), samples.run("gone", "<w:strike/>")))}
    assert heights == {1, 13}


def test_a_lost_background_is_told():
    both = samples.run("gone", '<w:strike/><w:shd w:val="clear" w:fill="FFFF00"/>')
    result = pdf.convert(samples.small(samples.paragraph("ClauseText", both)), "embedded")
    assert [(f.code, f.severity.value) for f in result.findings] == [("D102", "warning")]


def test_a_line_that_would_be_missing_is_no_pdf():
    docx = samples.small(samples.paragraph("ClauseText", samples.run("gone", "<w:strike/>")))
    parts = Parts(docx)
    styles = Styles(parts)
    flatten(parts, styles)
    with pytest.raises(EngineError, match="struck-through"):
        Struck(parts, styles).drawn(drawn("gone"))


def test_the_file_is_sound_and_the_same_twice():
    first, second = (drawn("a ", samples.run(LONG, "<w:strike/>")) for _ in range(2))
    assert first == second
    with pikepdf.open(io.BytesIO(first)) as opened:
        assert opened.check_pdf_syntax() == []


def test_the_structure_says_that_it_is_struck_through():
    note = '<w:r><w:footnoteReference w:id="2"/></w:r>'
    inner = ("one ", note, samples.run("two", "<w:strike/>"), " three ", samples.run("four", "<w:strike/>"))
    docx = samples.small(samples.paragraph("ClauseText", *inner))
    result = tagged(docx, pdf.convert(docx, "embedded").pdf)
    assert not result.findings
    with pikepdf.open(io.BytesIO(result.pdf)) as opened:
        said = [e for e in opened.objects if isinstance(e, pikepdf.Dictionary) and e.get("/S") == "/Span"]
        assert [e.A.TextDecorationType for e in said] == ["/LineThrough"] * 2
    assert "two" in dump(result.pdf)


def test_punctuation_behind_a_struck_link_is_not_struck():
    link = f'<w:hyperlink w:anchor="x">{samples.run("gone", "<w:strike/>")}</w:hyperlink>'
    data = drawn("See ", link, ", and so on")
    ((left, _, width, _),) = lines(data)
    comma = next(f for f in Source(data).pages()[0].fragments if "," in f.text)
    assert left + width <= comma.x + 0.1

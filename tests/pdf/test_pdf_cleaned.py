"""Values that Word passes over don't keep the embedded engine from drawing; those it knows stay as they are."""

# ruff: noqa: E501 (pieces of XML)

from __future__ import annotations

import pdf_samples as samples
import pytest
from lxml import etree

from agreegen import pdf
from agreegen.pdf.cleaned import clean
from agreegen.pdf.contrast import lighten
from agreegen.pdf.parts import Parts, W
from agreegen.pdf.streams import read
from agreegen.pdf.styles import Styles

RUNS = (
    '<w:color w:val="red"/>', '<w:color w:val="#FF0000"/>', '<w:color w:val=""/>', '<w:sz w:val=""/>',
    '<w:shd w:val="clear" w:color="windowText" w:fill="#FFF"/>', '<w:highlight w:val="orange"/>',
)  # fmt: skip
PARAGRAPHS = (
    '<w:pBdr><w:top w:val="single" w:sz="4" w:space="1" w:color="12"/></w:pBdr>', '<w:jc w:val="middle"/>',
    '<w:spacing w:before="" w:line="abc"/>',
)  # fmt: skip


@pytest.mark.parametrize("properties", RUNS)
def test_a_run_with_it_is_drawn(properties):
    result = pdf.convert(samples.small(samples.paragraph("ClauseText", samples.run("text", properties))), "embedded")
    assert result.findings == ()
    assert result.pdf


@pytest.mark.parametrize("properties", PARAGRAPHS)
def test_a_paragraph_with_it_is_drawn(properties):
    result = pdf.convert(samples.small(samples.paragraph("ClauseText", "text", properties=properties)), "embedded")
    assert result.findings == ()
    assert result.pdf


def test_a_color_with_a_number_sign_is_kept():
    root = etree.fromstring(f'<w:rPr xmlns:w="{W[1:-1]}"><w:color w:val="#C00000"/><w:shd w:fill="#00FF00"/></w:rPr>')
    clean(root)
    assert [e.get(W + "val") or e.get(W + "fill") for e in root] == ["C00000", "00FF00"]


def test_what_is_right_is_not_touched():
    parts = Parts(samples.agreement(3))
    for _, root in (*parts.stories(), ("styles", parts.tree("word/styles.xml"))):
        before = etree.tostring(root)
        clean(root)
        assert etree.tostring(root) == before


@pytest.mark.parametrize(
    ("pattern", "fill"),
    [('w:val="solid" w:color="auto" w:fill="auto"', "000000"), ('w:val="solid" w:color="C00000"', "C00000"),
     ('w:val="pct25" w:color="auto" w:fill="FFFFFF"', "BFBFBF"),
     ('w:val="clear" w:color="000000" w:fill="EEEEEE"', "EEEEEE")],
)  # fmt: skip
def test_a_pattern_of_dots_is_the_color_that_it_looks_like(pattern, fill):
    root = etree.fromstring(f'<w:tcPr xmlns:w="{W[1:-1]}"><w:shd {pattern}/></w:tcPr>')
    clean(root)
    assert root[0].get(W + "fill") == fill


def test_white_letters_in_a_black_cell_are_on_black():
    cell = '<w:tc><w:tcPr><w:tcW w:w="3000" w:type="dxa"/><w:shd w:val="solid" w:color="auto" w:fill="auto"/></w:tcPr>'
    said = samples.paragraph("TableText", samples.run("Image", '<w:color w:val="FFFFFF"/>'))
    docx = samples.small(
        samples.table([3000], samples.row(f"{cell}{said}</w:tc>")), samples.paragraph("ClauseText", "x")
    )
    page = read(pdf.convert(docx, "embedded").pdf)[0]
    assert b"0 0 0 rg" in page.content[: page.glyphs.ends[0]]


def shaded(fill, *inner):
    return f'<w:tc><w:tcPr><w:tcW w:w="3000" w:type="dxa"/><w:shd w:val="clear" w:fill="{fill}"/></w:tcPr>{"".join(inner)}</w:tc>'


@pytest.mark.parametrize(
    ("fill", "color", "white"),
    [("000000", "", True), ("1F3864", '<w:color w:val="auto"/>', True), ("D9D9D9", "", False),
     ("000000", '<w:color w:val="C00000"/>', False)],
)  # fmt: skip
def test_automatic_letters_on_dark_ground_are_white(fill, color, white):
    cell = shaded(fill, samples.paragraph("TableText", samples.run("Dark", color)))
    docx = samples.small(samples.table([3000], samples.row(cell)), samples.paragraph("ClauseText", "x"))
    page = read(pdf.convert(docx, "embedded").pdf)[0]
    before = page.content[: page.glyphs.ends[0]]
    assert (before.rfind(b"1 1 1 rg") > before.rfind(b" 0 rg")) is white


def test_a_light_cell_in_a_dark_one_has_black_letters():
    inner = samples.table([2000], samples.row(shaded("FFFFFF", samples.paragraph("TableText", "Light"))))
    cell = shaded("000000", inner, samples.paragraph("TableText", "Dark"))
    docx = samples.small(samples.table([3000], samples.row(cell)), samples.paragraph("ClauseText", "x"))
    parts = Parts(docx)
    lighten(parts, Styles(parts))
    colors = {"".join(r.itertext()): r.find(f"{W}rPr/{W}color") is not None for r in parts.body.iter(W + "r")}
    assert colors == {"Light": False, "Dark": True, "x": False}


GRID = samples.table(
    [3000],
    samples.row(samples.cell(samples.paragraph("TableHeading", "Head"), width=3000), header=True),
    samples.row(samples.cell(samples.paragraph("TableText", "Cell"), width=3000)),
)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('<w:gridCol w:w="3000"', '<w:gridCol w:w="3000.5"'),
        ('<w:gridCol w:w="3000"', '<w:gridCol w:w="2.1in"'),
        ("<w:tblHeader/>", '<w:trHeight w:val="1cm"/><w:tblHeader/>'),
        ("</w:tblPr>", '<w:tblCellMar><w:left w:w="0.1in"/></w:tblCellMar></w:tblPr>'),
    ],
    ids=["decimal", "inches", "height", "margin"],
)
def test_a_table_under_a_heading_may_be_measured_in_any_unit(old, new):
    assert old in GRID
    heading = samples.paragraph("Clause1", "Heading", properties="<w:keepNext/>")
    result = pdf.convert(samples.small(heading, GRID.replace(old, new, 1)), "embedded")
    assert (result.findings, bool(result.pdf)) == ((), True)


@pytest.mark.parametrize("code", ["ZZ", "FFFFFFFF", "D800", "0", ""])
def test_a_symbol_without_a_letter_shows_nothing(code):
    symbol = f'<w:r><w:sym w:font="Wingdings" w:char="{code}"/></w:r>'
    result = pdf.convert(samples.small(samples.paragraph("ClauseText", "Before", symbol, " after")), "embedded")
    assert (result.findings, bool(result.pdf)) == ((), True)


@pytest.mark.parametrize("odd", ['<w:outlineLvl w:val="x"/>', '<w:sectPr><w:pgNumType w:start="x"/></w:sectPr>'])
def test_a_number_that_is_none_is_no_traceback(odd):
    result = pdf.convert(samples.small(samples.paragraph("ClauseText", "Text", properties=odd)), "embedded")
    assert (result.pdf, [f.code for f in result.findings]) == (b"", ["D101"])

"""Values that Word passes over don't keep the embedded engine from drawing; those it knows stay as they are."""

from __future__ import annotations

import pdf_samples as samples
import pytest
from lxml import etree

from agreegen import pdf
from agreegen.pdf.cleaned import clean
from agreegen.pdf.parts import Parts, W

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

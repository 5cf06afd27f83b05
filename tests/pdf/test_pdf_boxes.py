"""Text boxes with the embedded engine: their words in a frame, with a warning; or a finding and no PDF."""

from __future__ import annotations

import pdf_samples as samples
import pytest
from test_pdf_engines import text_of

from agreegen import pdf
from agreegen.pdf import tags

V = 'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
STYLE = "position:absolute;margin-left:300pt;width:90pt;height:60pt"


def box(*paragraphs: str, around: str = "{}") -> str:
    inner = "".join(samples.paragraph("Normal", x) if not x.startswith("<") else x for x in paragraphs)
    shape = f'<v:shape style="{STYLE}"><v:textbox><w:txbxContent>{inner}</w:txbxContent></v:textbox></v:shape>'
    return f"<w:r><w:pict {V}>{around.format(shape)}</w:pict></w:r>"


def body(*inner: str) -> bytes:
    return samples.small(samples.paragraph("ClauseText", "Before."), samples.paragraph("ClauseText", "Anchor ", *inner))


def test_its_words_stand_in_a_frame_before_its_paragraph():
    docx = body(box("In the box", "and below"), "goes on.")
    result = pdf.convert(docx, "embedded")
    assert [(f.code, f.severity.value) for f in result.findings] == [("D102", "warning")]
    said = text_of(result.pdf)
    places = [said.index(x) for x in ("Before.", "In the box", "and below", "Anchor")]
    assert places == sorted(places)
    tagged = tags.tagged(docx, result.pdf)
    assert tagged.findings == ()
    assert "In the box" in tags.dump(tagged.pdf)


@pytest.mark.parametrize(
    "inner",
    [
        box("Grouped", around="<v:group>{}</v:group>"),
        box("With an arrow") + f'<w:r><w:pict {V}><v:line from="0,0" to="9,9"/></w:pict></w:r>',
        box("Table", samples.table([900], samples.row(samples.cell(samples.paragraph("TableText", "x"), width=900)))),
        box("Outer", samples.paragraph("Normal", box("Inner"))),
    ],
    ids=["group", "arrow", "table", "box in a box"],
)
def test_what_would_lose_its_meaning_is_refused(inner):
    result = pdf.convert(body(inner), "embedded")
    assert "D101" in [f.code for f in result.findings]
    assert result.pdf == b""

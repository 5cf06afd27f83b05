"""Anchors in a tagged PDF: the service finds them, nobody hears them, nothing else changes."""

from __future__ import annotations

import io
import re
from xml.sax.saxutils import escape

import pikepdf
import pytest

from agreegen.marks import STYLES, anchored
from agreegen.marks.lines import ANCHOR
from agreegen.pdf import draw, drawn
from agreegen.pdf.anchors import NAME, silenced
from agreegen.pdf.completeness import follow
from agreegen.pdf.finish import Finish, finished
from agreegen.template.base import pack, parts

LINES = ("Data Provider", "Department of Examples", "By:\t\t", "Name:\t\t", "Title:\tDirector", "Date:\t\t")
SEQUENCES = re.compile(rb"/(\S+)\s*<<[^>]*>>\s*BDC(.*?)\bEMC\b", re.DOTALL)


def paragraph(text: str, style: str) -> str:
    """A paragraph; tabs in its text are tabs."""
    inner = "<w:tab/>".join(f'<w:t xml:space="preserve">{escape(piece)}</w:t>' for piece in text.split("\t"))
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr><w:r>{inner}</w:r></w:p>'


BODY = "".join(paragraph(line, "SignatureLast" if line.startswith("Date") else "Signature") for line in LINES)
AGREEMENT = pack(parts(BODY, title="Agreement"))


def small(pdf: bytes) -> set[bytes]:
    """What the marked contents with letters of two points are called."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        streams = [page.Contents.read_bytes() for page in opened.pages]
    return {found[1] for data in streams for found in SEQUENCES.finditer(data) if b" 2 Tf" in found[2]}


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("engine", ["embedded", pytest.param("libreoffice", marks=pytest.mark.slow)])
def test_anchors_are_found_and_not_heard(engine: str, style: str) -> None:
    docx = anchored(AGREEMENT, style)
    pdf, found = finished(docx, draw(docx, engine).pdf, engine, Finish(signature_fields=True))
    assert found == ()
    assert small(pdf) == {b"Artifact"}
    said = "".join(drawn.pages(pdf))
    assert all(x in said for x in (("/sn1/", "/nm1/", "/dt1/") if style == "docusign" else ("{{$sn1}}", "{{#dt1=")))
    assert follow(docx, pdf).findings == ()
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert silenced(opened, docx) == 0


def test_a_document_without_anchors_stays_as_it_is() -> None:
    with pikepdf.open(io.BytesIO(draw(AGREEMENT, "embedded").pdf)) as opened:
        assert silenced(opened, AGREEMENT) == 0


def test_the_name_of_anchors_is_that_of_the_word_document() -> None:
    assert NAME.decode() == ANCHOR

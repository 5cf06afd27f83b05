"""Watermarks of PDFs: outlines as in the font, behind the text, across the page as it is shown, no word changed."""

from __future__ import annotations

import io
import math
import re

import pikepdf
import pypdfium2
import pytest
from fontTools.pens.boundsPen import ControlBoundsPen
from fontTools.ttLib import TTFont

from agreegen.pdf import glyphs
from agreegen.pdf.fonts import FAMILIES, FOLDER, SANS, SYMBOLS
from agreegen.pdf.watermark import stamp, undrawn

SIZES = ((612, 792), (792, 612), (595, 842), (200, 2000))


def pdf_of(*pages: tuple[int, int], text: bytes = b"") -> pikepdf.Pdf:
    """A PDF with empty pages of these sizes."""
    pdf = pikepdf.new()
    for size in pages:
        pdf.add_blank_page(page_size=size)
        pdf.pages[-1].Contents = pdf.make_stream(text)
    return pdf


def ink(pdf: pikepdf.Pdf, index: int = 0) -> tuple[float, float, float, float]:
    """The box of what is drawn on a page as it is shown, as shares of its width and height from the lower left."""
    out = io.BytesIO()
    pdf.save(out)
    page = pypdfium2.PdfDocument(out.getvalue())[index]
    picture = page.render(scale=0.5).to_pil()
    box = picture.convert("L").point(lambda v: 255 if v < 250 else 0).getbbox()
    assert box is not None
    wide, high = picture.size
    return box[0] / wide, 1 - box[3] / high, box[2] / wide, 1 - box[1] / high


def first(pdf: pikepdf.Pdf, index: int = 0) -> bytes:
    """The stream that a page begins with."""
    return bytes(pdf.pages[index].Contents[0].read_bytes())


@pytest.mark.parametrize("character", "DRAFT &gÅÑé§1½")
@pytest.mark.parametrize("file", [*FAMILIES[SANS], *FAMILIES[SYMBOLS]])
def test_outlines_are_those_of_the_font(file: str, character: str) -> None:
    font = TTFont(FOLDER / file)
    name = font.getBestCmap()[ord(character)]
    pen = ControlBoundsPen(font.getGlyphSet())
    font.getGlyphSet()[name].draw(pen)
    own = glyphs.outlines(file)
    glyph = own.glyph(character)
    points = [p for c in own.contours(glyph) for p in c]
    assert own.width(glyph) == font["hmtx"][name][0]
    if pen.bounds is None:
        assert points == []
    else:
        xs, ys = [p[0] for p in points], [p[1] for p in points]
        assert (min(xs), min(ys), max(xs), max(ys)) == pytest.approx(pen.bounds, abs=1)
        path = glyphs.path(own.contours(glyph), 1)
        assert path.count("m") == path.count("h") == len(own.contours(glyph))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("turned", [0, 90, 180, 270])
@pytest.mark.parametrize("text", ["X", "DRAFT", "FOR REVIEW \u2013 NOT YET APPROVED BY COUNSEL"])
def test_it_lies_across_the_middle_of_each_page_as_it_is_shown(size: tuple[int, int], turned: int, text: str) -> None:
    pdf = pdf_of(size)
    pdf.pages[0].Rotate = turned
    assert stamp(pdf, text) == ()
    left, bottom, right, top = ink(pdf)
    assert left > 0.02
    assert bottom > 0.02
    assert right < 0.98
    assert top < 0.98
    assert left + right == pytest.approx(1, abs=0.12)
    assert bottom + top == pytest.approx(1, abs=0.12)


def test_it_rises_to_the_right() -> None:
    for turned in (0, 90, 180, 270):
        pdf = pdf_of((612, 792))
        pdf.pages[0].Rotate = turned
        stamp(pdf, "A LINE OF LETTERS WITH NO HEIGHT")
        found = re.search(rb"rg\n(\S+) (\S+) \S+ \S+ \S+ \S+ cm", first(pdf))
        assert found is not None
        angle = math.degrees(math.atan2(float(found[2]), float(found[1]))) - turned
        assert 0 < angle % 360 < 90


def test_it_is_an_artifact_before_the_text() -> None:
    pdf = pdf_of((612, 792), (612, 792), (792, 612), text=b"BT ET")
    stamp(pdf, "DRAFT")
    for i in range(3):
        assert first(pdf, i).startswith(b"/Artifact <</Type /Pagination /Subtype /Watermark>> BDC\nq\n")
        assert first(pdf, i).endswith(b"\nf\nQ\nEMC\n")
        assert [s.read_bytes() for s in pdf.pages[i].Contents][1:] == [b"BT ET"]
    assert pdf.pages[0].Contents[0].objgen == pdf.pages[1].Contents[0].objgen
    assert pdf.pages[0].Contents[0].objgen != pdf.pages[2].Contents[0].objgen


def test_inherited_rotation_counts() -> None:
    pdf = pdf_of((612, 792))
    straight = pdf_of((612, 792))
    pdf.Root.Pages.Rotate = 90
    stamp(pdf, "DRAFT")
    stamp(straight, "DRAFT")
    assert first(pdf) != first(straight)


def test_other_scripts_are_drawn_by_another_font_or_named() -> None:
    pdf = pdf_of((612, 792))
    assert stamp(pdf, "ПРОЕКТ ☒") == ()
    before = first(pdf)
    found = stamp(pdf, "草案")
    assert [(f.code, f.severity.value) for f in found] == [("D401", "error")]
    assert "U+8349" in found[0].message
    assert first(pdf) == before
    assert undrawn("مسودة DRAFT")[0] == "م"
    assert undrawn("DRAFT \u2013 Ñ") == ()


def test_no_text_no_watermark() -> None:
    pdf = pdf_of((612, 792), text=b"BT ET")
    assert stamp(pdf, " ") == ()
    assert pdf.pages[0].Contents.read_bytes() == b"BT ET"

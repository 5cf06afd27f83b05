"""Pictures of every kind are drawn by the embedded engine, or it is said beforehand that they aren't."""

from __future__ import annotations

import struct

import pdf_samples as samples
import pytest
from pdf_samples import paragraph
from test_tags import described, document, tag

from agreegen import pdf
from agreegen.pdf import emf, tags
from agreegen.pdf.streams import read
from agreegen.template import base

V = 'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'


def shape(style: str, data: str = "") -> str:
    return f'<w:r><w:pict {V}><v:shape style="{style}"><v:imagedata r:id="rIdPicture" {data}/></v:shape></w:pict></w:r>'


def metafile(*kinds: int) -> bytes:
    return b"".join(struct.pack("<III", kind, 12, 0) for kind in kinds)


def test_a_picture_of_the_old_kind_is_drawn_in_its_size():
    docx = document(paragraph("BodyText", "Seal ", shape("width:72pt;height:0.5in")))
    result = tag(docx)
    assert [f.code for f in result.findings] == ["D502"]
    (image,) = (g for g in read(pdf.convert(docx, "embedded").pdf)[0].graphics if g.image)
    left, bottom, right, top = image.box
    assert (round(right - left), round(top - bottom)) == (72, 36)


@pytest.mark.parametrize(
    "shaped",
    [
        shape("position:absolute;width:72pt;height:36pt"),
        shape("width:72pt;height:36pt;rotation:90"),
        shape("width:72pt;height:36pt", 'croptop="20000f"'),
        shape("height:36pt"),
    ],
)
def test_one_that_would_look_otherwise_is_refused(shaped):
    result = pdf.convert(document(paragraph("BodyText", "Seal ", shaped)), "embedded")
    assert [f.code for f in result.findings] == ["D101"]
    assert result.pdf == b""


@pytest.mark.parametrize("engine", ["embedded", pytest.param("libreoffice", marks=pytest.mark.slow)])
def test_a_picture_that_is_only_linked_is_told(engine):
    members = base.unpack(document(paragraph("BodyText", "Seal ", described("Seal"), " here")))
    name = "word/_rels/document.xml.rels"
    linked = b'Target="https://example.gov/seal.png" TargetMode="External"'
    members[name] = members[name].replace(b'Target="media/picture.png"', linked)
    result = pdf.convert(base.pack(members), engine)
    assert [(f.code, f.severity.value) for f in result.findings] == [("D106", "warning")]
    if engine == "embedded":
        assert tags.tagged(base.pack(members), result.pdf).findings == ()


@pytest.mark.parametrize(
    ("kinds", "drawn"),
    [((1, 81, 14), True), ((1, 21, 43, 81, 14), True), ((1, 81, 43, 14), False), ((1, 81, 84, 14), False),
     ((1, 70, 81, 14), False), ((1, 81, 81, 14), False), ((1, 14), False), ((1, 81), False)],
)  # fmt: skip
def test_a_metafile_is_drawn_if_it_is_one_bitmap(kinds, drawn):
    assert emf.is_bitmap(metafile(*kinds)) is drawn


def test_no_metafile_is_no_bitmap():
    assert not emf.is_bitmap(b"")
    assert not emf.is_bitmap(b"\1\0\0\0\0\0\0\0" * 3)


def test_a_picture_in_a_header_row_is_tagged_once():
    head = samples.row(samples.cell(paragraph("TableText", "Logo ", described("Logo")), width=3000), header=True)
    rows = [
        samples.row(samples.cell(paragraph("TableText", f"Row {i}", described(f"P{i}")), width=3000)) for i in range(40)
    ]
    result = tag(document(samples.table([3000], head, *rows)))
    assert result.findings == ()
    made = tags.dump(result.pdf)
    assert made.count("Alt=Logo") == 1
    assert made.count("Figure") == 41
    assert made.index("Alt=P39") > made.index("Row 38")

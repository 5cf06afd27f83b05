"""Documents that nobody checked before: bombs, definitions of entities, numbers that are none."""

from __future__ import annotations

import io
import zipfile

import pdf_samples as samples
import pytest

from agreegen import pdf
from agreegen.errors import UsageError
from agreegen.pdf.finish import Finish, finished
from agreegen.pdf.malformed import numbers
from agreegen.pdf.parts import Parts
from agreegen.template import base

SMALL = samples.small(samples.paragraph("ClauseText", "Words."))


def with_member(name: str, data: bytes) -> bytes:
    return base.pack({**base.unpack(SMALL), name: data})


def test_a_bomb_is_refused_before_it_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.BytesIO(SMALL)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as z:
        z.writestr("word/media/image1.png", bytes(40 << 20))
    monkeypatch.setattr(zipfile.ZipFile, "read", lambda *_: pytest.fail("unpacked"))
    for engine in (pdf.AUTO, "libreoffice"):
        with pytest.raises(UsageError, match="too much for its size"):
            pdf.convert(out.getvalue(), engine)


@pytest.mark.parametrize("name", ["word/document.xml", "word/styles.xml"])
def test_definitions_of_entities_are_refused(name: str) -> None:
    data = base.unpack(SMALL)[name].replace(b"<w:", b'<!DOCTYPE x [<!ENTITY a "b">]><w:', 1)
    with pytest.raises(UsageError, match="document type definition"):
        pdf.convert(with_member(name, data))


def test_an_encrypted_file_says_so() -> None:
    with pytest.raises(UsageError, match="encrypted"):
        Parts(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))


def table(cell: str = "", row: str = "", width: str = "3000", look: str = "04A0") -> str:
    inner = (
        f'<w:tc><w:tcPr><w:tcW w:w="3000" w:type="dxa"/>{cell}</w:tcPr>{samples.paragraph("TableText", "Cell")}</w:tc>'
    )
    head = f'<w:tblPr><w:tblLook w:val="{look}"/></w:tblPr><w:tblGrid><w:gridCol w:w="{width}"/></w:tblGrid>'
    return f"<w:tbl>{head}<w:tr><w:trPr>{row}</w:trPr>{inner}</w:tr></w:tbl>"


MARK = '<w:bookmarkStart w:id="one" w:name="b"/>'
NUMBERED = '<w:sectPr><w:pgNumType w:start="i"/></w:sectPr>'
WRONG = {
    "gridSpan of the document says “1.5”": table(cell='<w:gridSpan w:val="1.5"/>'),
    "trHeight of the document says “10%”": table(row='<w:trHeight w:val="10%"/>'),
    "gridCol of the document says “wide”": table(width="wide"),
    "tblLook of the document says “look”": table(look="look"),
    "ind of the document says “10%”": samples.paragraph("ClauseText", "x", properties='<w:ind w:left="10%"/>'),
    "bookmarkStart of the document says “one”": samples.paragraph("ClauseText", MARK, "x"),
    "pgNumType of the document says “i”": samples.paragraph("ClauseText", "x", properties=NUMBERED),
}  # fmt: skip


@pytest.mark.parametrize("said", WRONG)
def test_a_number_that_is_none_is_a_finding_with_its_place(said: str) -> None:
    docx = samples.small(samples.paragraph("ClauseText", "Before."), WRONG[said])
    result = pdf.convert(docx, "embedded")
    assert result.pdf == b""
    assert [f.code for f in result.findings] == ["D101"]
    assert said in result.findings[0].message
    assert result.findings[0].location.part == "body"
    assert result.findings[0].hint


@pytest.mark.slow
def test_where_a_number_is_none_auto_takes_libreoffice_and_says_why() -> None:
    docx = samples.small(samples.paragraph("ClauseText", "Before."), table(look="look"))
    result = pdf.convert(docx)
    assert (result.engine, [f.code for f in result.findings]) == ("libreoffice", ["D107"])
    assert "tblLook of the document says “look”" in result.findings[0].message
    assert finished(docx, result.pdf, result.engine, Finish())[0]


@pytest.mark.parametrize("seed", range(1, 6))
def test_numbers_of_sound_documents_are_sound(seed: int) -> None:
    assert numbers(samples.agreement(seed, sections=3, rows=6)) == ()

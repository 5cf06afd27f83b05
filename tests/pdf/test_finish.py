"""The last step of a PDF: what it says about itself, its color space, and that same input gives same bytes."""

from __future__ import annotations

import io
import struct
import time
from xml.etree import ElementTree as Xml

import pdf_samples as samples
import pikepdf
import pypdfium2
import pytest
from pdf_samples import paragraph

from agreegen.errors import EngineError, UsageError
from agreegen.finding import Severity
from agreegen.pdf import EMBEDDED, LIBREOFFICE, color, metadata, outline
from agreegen.pdf.attachments import Attachment
from agreegen.pdf.finish import PROFILES, Finish, finished
from agreegen.pdf.parts import Parts
from agreegen.template import base

DC = "{http://purl.org/dc/elements/1.1/}"
RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
CORE = (
    '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">{}</cp:coreProperties>'
)


def document(core: str = "<dc:title>Sharing of A &amp; B</dc:title><dc:language>en-US</dc:language>") -> bytes:
    """A short document with these properties."""
    members = base.parts(paragraph("Heading1", "Parties") + paragraph("ClauseText", "The Parties agree."))
    members["docProps/core.xml"] = CORE.format(core).encode()
    return base.pack(members)


def drawn(docx: bytes) -> bytes:
    """Its PDF by the embedded engine."""
    return EMBEDDED.convert(docx, 60)


def opened(pdf: bytes) -> pikepdf.Pdf:
    return pikepdf.Pdf.open(io.BytesIO(pdf))


def packet(pdf: pikepdf.Pdf) -> Xml.Element:
    return Xml.fromstring(pdf.Root.Metadata.read_bytes())


def claim(pdf: pikepdf.Pdf, name: str) -> str | None:
    found = packet(pdf).find(f".//{name}")
    return found.text if found is not None else None


PART = "{http://www.aiim.org/pdfa/ns/id/}part"
ACCESSIBLE = "{http://www.aiim.org/pdfua/ns/id/}part"


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return "".join(page.get_textpage().get_text_range() for page in document)
    finally:
        document.close()


# ---------------------------------------------------------------- what it says about itself
def test_accessible_pdf_claims_both_profiles_and_shows_its_title() -> None:
    docx = document()
    pdf, found = finished(docx, drawn(docx), "embedded", Finish())
    assert found == ()
    with opened(pdf) as p:
        assert (claim(p, PART), claim(p, ACCESSIBLE)) == ("2", "1")
        assert packet(p).find(f".//{DC}title/{RDF}Alt/{RDF}li").text == "Sharing of A & B"
        assert p.docinfo["/Title"] == "Sharing of A & B"
        assert p.Root.Lang == "en-US"
        assert p.Root.ViewerPreferences.DisplayDocTitle is True
        assert bytes(p.Root.OutputIntents[0].DestOutputProfile.read_bytes()) == color.srgb()
        assert pdf.startswith(b"%PDF-1.7")


def test_attachment_makes_it_a3b() -> None:
    docx = document()
    kept = Attachment("proposal.yaml", b"a: b\n", "Proposal", "text/yaml")
    with opened(finished(docx, drawn(docx), "embedded", Finish(attachments=(kept,)))[0]) as p:
        assert claim(p, PART) == "3"
        assert p.attachments["proposal.yaml"].get_file().read_bytes() == b"a: b\n"


def test_plain_pdf_claims_nothing_and_has_title_and_language() -> None:
    docx = document()
    raw = drawn(docx)
    pdf, found = finished(docx, raw, "embedded", Finish(profile="plain"))
    assert found == ()
    assert text_of(pdf) == text_of(raw)
    with opened(pdf) as p:
        assert (claim(p, PART), claim(p, ACCESSIBLE)) == (None, None)
        assert "/OutputIntents" not in p.Root
        assert (p.Root.Lang, p.docinfo["/Title"]) == ("en-US", "Sharing of A & B")


def test_dates_come_from_the_document_never_from_the_clock() -> None:
    times = "<dcterms:created>2027-01-02T03:04:05Z</dcterms:created><dcterms:modified>2027-02-03</dcterms:modified>"
    docx = document(f"<dc:title>T</dc:title>{times}")
    with opened(finished(docx, drawn(docx), "embedded", Finish())[0]) as p:
        assert p.docinfo["/CreationDate"] == "D:20270102030405Z"
        assert p.docinfo["/ModDate"] == "D:20270203000000Z"
        assert claim(p, "{http://ns.adobe.com/xap/1.0/}CreateDate") == "2027-01-02T03:04:05Z"
    with opened(finished(document(), drawn(document()), "embedded", Finish())[0]) as p:
        assert not {"/CreationDate", "/ModDate"} & set(p.docinfo.keys())
        assert b"Date>" not in p.Root.Metadata.read_bytes()


def test_document_without_title_is_named_after_its_first_words_and_a_finding_says_so() -> None:
    docx = document("<dc:language>es-MX</dc:language>")
    pdf, found = finished(docx, drawn(docx), "embedded", Finish())
    assert [f.code for f in found] == ["D501"]
    assert "Parties" in found[0].message
    with opened(pdf) as p:
        assert (p.docinfo["/Title"], p.Root.Lang) == ("Parties", "es-MX")


@pytest.mark.parametrize(("said", "kept"), [("not a language!", "en-US"), ("", "en-US"), ("fr", "fr")])
def test_language_is_one(said: str, kept: str) -> None:
    core = f"<dc:title>T</dc:title><dc:language>{said}</dc:language>"
    assert metadata.properties(Parts(document(core))).language == kept


def test_wrong_profile_and_wrong_file_are_said_in_words() -> None:
    assert PROFILES == ("ua+a", "plain")
    with pytest.raises(UsageError, match="no PDF profile"):
        finished(document(), b"", "embedded", Finish(profile="x"))
    with pytest.raises(EngineError, match="can't be read back"):
        finished(document(), b"no PDF", "libreoffice", Finish())


@pytest.mark.parametrize("engine", ["embedded", "libreoffice"])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.99, "end"])
def test_a_pdf_that_is_cut_off_is_refused_with_a_finding(engine: str, share: float | str) -> None:
    docx = document()
    raw = drawn(docx)
    cut = raw[: raw.rindex(b"%%EOF") if share == "end" else int(len(raw) * float(share))]
    pdf, (found,) = finished(docx, cut, engine, Finish())
    assert (pdf, found.code, found.severity) == (b"", "D505", Severity.ERROR)
    assert "0x" not in found.message
    assert found.hint


def test_pdf_without_structure_is_refused_not_claimed() -> None:
    empty = io.BytesIO()
    pdf = pikepdf.Pdf.new()
    pdf.add_blank_page()
    pdf.save(empty)
    with pytest.raises(EngineError, match="no structure"):
        finished(document(), empty.getvalue(), "gotenberg", Finish())


def test_structure_that_makes_no_sense_is_an_engine_error() -> None:
    out = io.BytesIO()
    pdf = pikepdf.Pdf.new()
    pdf.add_blank_page()
    pdf.Root.StructTreeRoot = pikepdf.Dictionary(K=pikepdf.Array([pikepdf.Name.Wrong]))
    pdf.save(out)
    with pytest.raises(EngineError, match="can't be read"):
        finished(document(), out.getvalue(), "word", Finish())


@pytest.mark.parametrize(
    ("numbering", "labels"),
    [("", "0 /D"), ('<w:pgNumType w:start="7"/>', "0 /D 7"), ('<w:pgNumType w:fmt="lowerRoman"/>', "0 /r")],
)
def test_pages_are_called_what_they_print(numbering: str, labels: str) -> None:
    section = samples.section("rId11").replace("</w:sectPr>", f"{numbering}</w:sectPr>")
    docx = base.pack(base.parts(paragraph("ClauseText", "Text"), section, samples.margins()))
    raw = drawn(docx)
    with opened(raw) as p:
        outline.number_pages(p, Parts(docx), docx, raw)
        flat = list(p.Root.PageLabels.Nums)
    made = [f"{n} {d.S}" + (f" {d.St}" if "/St" in d else "") for n, d in zip(flat[::2], flat[1::2], strict=True)]
    assert made == [labels]


# ---------------------------------------------------------------- same input, same bytes
@pytest.mark.parametrize("profile", PROFILES)
def test_embedded_gives_the_same_bytes_twice(profile: str) -> None:
    docx = samples.agreement(sections=2, rows=6)
    made = [finished(docx, drawn(docx), "embedded", Finish(profile=profile))[0] for _ in range(2)]
    assert made[0] == made[1]
    with opened(made[0]) as p:
        assert p.trailer.ID[0] == p.trailer.ID[1]


@pytest.mark.slow
@pytest.mark.parametrize("profile", PROFILES)
def test_libreoffice_gives_the_same_bytes_twice(profile: str) -> None:
    if LIBREOFFICE.unavailable():
        pytest.fail("LibreOffice is needed for this test")
    docx = samples.agreement(sections=2, rows=6)
    raw = []
    for _ in range(2):
        raw.append(LIBREOFFICE.convert(docx, 120, tagged=profile == "ua+a"))
        time.sleep(1.1)  # LibreOffice writes the second
    assert raw[0] != raw[1]
    made = [finished(docx, x, "libreoffice", Finish(profile=profile))[0] for x in raw]
    assert made[0] == made[1]
    assert text_of(made[0]) == text_of(raw[0])


# ---------------------------------------------------------------- color
def test_profile_is_a_sound_display_profile_of_srgb() -> None:
    profile = color.srgb()
    size, version, kind, space = struct.unpack(">I4xI4s4s", profile[:20])
    assert (size, version, kind, space) == (len(profile), 0x02100000, b"mntr", b"RGB ")
    assert profile[36:40] == b"acsp"
    count = struct.unpack(">I", profile[128:132])[0]
    tags = {n: (at, length) for n, at, length in struct.iter_unpack(">4sII", profile[132 : 132 + 12 * count])}
    assert set(tags) == {b"desc", b"cprt", b"wtpt", b"rXYZ", b"gXYZ", b"bXYZ", b"rTRC", b"gTRC", b"bTRC"}
    assert all(at % 4 == 0 and at + length <= size for at, length in tags.values())
    white = sum(struct.unpack(">i", profile[tags[n][0] + 12 : tags[n][0] + 16])[0] for n in (b"rXYZ", b"gXYZ", b"bXYZ"))
    assert abs(white / 65536 - 1) < 0.001  # the three lights together are white
    curve = struct.unpack(">1024H", profile[tags[b"rTRC"][0] + 12 :][:2048])
    assert (curve[0], curve[-1]) == (0, 65535)
    assert list(curve) == sorted(curve)
    assert abs(curve[512] / 65535 - 0.2144) < 0.002  # half the signal is a fifth of the light

"""Signature fields: over the lines of those who sign, named by role, heard behind their label, signed in turn."""

from __future__ import annotations

import datetime as dt
import io
from functools import cache
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

import pikepdf
import pytest
from asn1crypto.keys import PrivateKeyInfo
from asn1crypto.x509 import Certificate
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from fontTools.ttLib import TTFont
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.content import RawContent
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import BoxConstraints
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import signers
from pyhanko.sign.fields import MDPPerm, enumerate_sig_fields
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.stamp import StaticStampStyle
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from agreegen.marks import anchored, blocks, watermarked
from agreegen.pdf import EMBEDDED, draw, typeface, validation
from agreegen.pdf.finish import Finish, finished
from agreegen.pdf.parts import Parts
from agreegen.pdf.places import places
from agreegen.pdf.signing import add_fields
from agreegen.pdf.structure import Structure
from agreegen.template.base import pack, parts

if TYPE_CHECKING:
    from collections.abc import Iterator

PROVIDER, RECIPIENT = "data_provider.director", "data_recipient.county_of_sample"


def paragraph(text: str, style: str = "Signature") -> str:
    """A paragraph; tabs in its text are tabs."""
    inner = "<w:tab/>".join(f'<w:t xml:space="preserve">{escape(piece)}</w:t>' for piece in text.split("\t"))
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr><w:r>{inner}</w:r></w:p>'


def block(*lines: str) -> str:
    """The paragraphs of one signature block."""
    return "".join(paragraph(x) for x in lines[:-1]) + paragraph(lines[-1], "SignatureLast")


TEXT = paragraph("The Parties agree. By: signing they accept each term of this Agreement.", "BodyText")
AGREEMENT = pack(parts(
    TEXT * 30
    + block("Data Recipient", "County of Sample, a political body", "By:\t\t", "Name:\t\t", "Title:\t\t", "Date:\t\t")
    + block("Data Provider", "Department of Examples", "By:\t\t", "Name:\t\t", "Title:\tDirector", "Date:\t\t")
    + block("Filed", "Record of filing (no signature).", "By:\t\t", "Date:\t\t")
    + TEXT * 20
    + block("Data Provider", "Department of Examples", "By:\t\t", "Date:\t\t")
    + block("Joining body", "By (authorized representative):\t____________________"),
    title="Data Sharing Agreement",
))  # fmt: skip


@cache
def drawn(docx: bytes = AGREEMENT) -> bytes:
    """The PDF of a document as the embedded engine draws it."""
    return EMBEDDED.convert(docx)


def saved(pdf: pikepdf.Pdf) -> bytes:
    """The bytes of a PDF."""
    out = io.BytesIO()
    pdf.save(out, deterministic_id=True)
    return out.getvalue()


@cache
def with_fields(docx: bytes = AGREEMENT) -> bytes:
    """The PDF of a document with its fields."""
    with pikepdf.open(io.BytesIO(drawn(docx))) as pdf:
        assert add_fields(pdf, docx) == ()
        return saved(pdf)


@cache
def opened(data: bytes) -> pikepdf.Pdf:
    """A PDF that stays open, to be read."""
    return pikepdf.open(io.BytesIO(data))


def fields(data: bytes) -> Iterator[tuple[str, pikepdf.Object]]:
    """(whole name, widget) of each field."""
    for side in opened(data).Root.AcroForm.Fields:
        for kid in side.Kids:
            yield f"{side.T}.{kid.T}", kid


def test_each_who_signs_has_a_field_named_by_role() -> None:
    found = dict(fields(with_fields()))
    signed = [name for name, widget in found.items() if widget.FT == "/Sig"]
    assert sorted(signed) == sorted([RECIPIENT, PROVIDER, "data_provider.department_of_examples"])
    assert sorted(name for name, widget in found.items() if widget.FT == "/Tx") == sorted([
        f"{RECIPIENT}_name", f"{RECIPIENT}_title", f"{RECIPIENT}_date", f"{PROVIDER}_name", f"{PROVIDER}_date",
        "data_provider.department_of_examples_date",
    ])  # fmt: skip
    assert str(found[PROVIDER].TU) == "Signature of the Director, Department of Examples (Data Provider)"
    assert str(found[f"{PROVIDER}_date"].TU) == f"Date. {found[PROVIDER].TU}"


def test_fields_lie_on_their_lines_and_on_no_text() -> None:
    found = [widget for _, widget in fields(with_fields())]
    boxes = [[float(v) for v in widget.Rect] for widget in found]
    pages = [widget.P.objgen for widget in found]
    for i, (left, bottom, right, top) in enumerate(boxes):
        assert 200 < right - left < 230
        assert 11 < top - bottom < 20
        for j, other in enumerate(boxes[:i]):
            assert pages[i] != pages[j] or other[1] >= top or other[3] <= bottom
    inked = places(drawn(), blocks(Parts(AGREEMENT).body))
    assert len(inked) == len(found)
    import pypdfium2  # noqa: PLC0415 (the proof by another reading: what is in the boxes is the line alone)

    document = pypdfium2.PdfDocument(drawn())
    for place in inked.values():
        said = document[place.page].get_textpage().get_text_bounded(*place.box)
        assert set(said.split()) <= {"_" * n for n in range(1, 60)}


def test_a_signature_locks_what_its_signer_filled_in_and_asks_for_sound_digests() -> None:
    for name, widget in fields(with_fields()):
        if widget.FT == "/Sig":
            locked = [str(f) for f in widget.Lock.Fields]
            assert str(widget.Lock.Action) == "/Include"
            assert name in locked
            assert all(f.startswith(name) for f in locked)
            assert [str(d) for d in widget.SV.DigestMethod] == ["SHA256", "SHA384", "SHA512"]
            assert "/V" not in widget


def test_what_is_filled_in_has_an_embedded_font() -> None:
    with pikepdf.open(io.BytesIO(with_fields())) as pdf:
        (font,) = pdf.Root.AcroForm.DR.Font.values()
        program = TTFont(io.BytesIO(font.FontDescriptor.FontFile2.read_bytes()), checkChecksums=2)
        known = program.getBestCmap()
        for code, width in zip(range(32, 256), font.Widths, strict=True):
            if character := typeface.character(code):
                glyph = known.get(ord(character))
                assert glyph is None or abs(program["hmtx"][glyph][0] * 1000 / 2048 - int(width)) <= 1
        assert {ord(c) for c in "AZaz09 ñÑéÜ§\u2013\u2019"} <= set(known)
        assert program["glyf"][known[ord("é")]].getComponentNames(program["glyf"])
        assert "/NeedAppearances" not in pdf.Root.AcroForm


def test_same_bytes_for_the_same_document() -> None:
    with pikepdf.open(io.BytesIO(drawn())) as pdf:
        add_fields(pdf, AGREEMENT)
        assert saved(pdf) == with_fields()


def test_anchors_dont_hide_the_lines() -> None:
    for style in ("docusign", "adobe-sign"):
        assert [n for n, _ in fields(with_fields(anchored(AGREEMENT, style)))] == [n for n, _ in fields(with_fields())]


def test_a_document_that_nobody_signs_is_named() -> None:
    docx = pack(parts(TEXT))
    with pikepdf.open(io.BytesIO(drawn(docx))) as pdf:
        found = add_fields(pdf, docx)
        assert [(f.code, f.severity.value) for f in found] == [("D402", "warning")]
        assert "/AcroForm" not in pdf.Root


def test_a_line_that_the_pdf_lacks_is_named() -> None:
    other = pack(parts(TEXT + block("Data Provider", "Department of Examples", "By:\t\t", "Date:\t\t")))
    with pikepdf.open(io.BytesIO(drawn(other))) as pdf:
        found = add_fields(pdf, AGREEMENT)
        assert {f.code for f in found} == {"D403"}
        assert [f.severity.value for f in found] == ["error"] * 2  # the third block is there
        assert "County of Sample" in found[0].message


def test_a_block_that_goes_on_on_the_next_page_has_its_fields() -> None:
    before = block("Data Provider", "Department of Examples", "By:\t\t", "Name:\t\t", "Date:\t\t")
    here = '<w:pStyle w:val="Signature"/></w:pPr><w:r><w:t xml:space="preserve">Name:'
    broken = before.replace(here, here.replace("</w:pPr>", "<w:pageBreakBefore/></w:pPr>"))
    assert broken != before
    docx = pack(parts(TEXT * 3 + broken + TEXT + before.replace("Provider", "Recipient")))
    found = dict(fields(with_fields(docx)))
    pages = [page.objgen for page in opened(with_fields(docx)).pages]
    assert [pages.index(found[name].P.objgen) for name in (
        "data_provider.department_of_examples", "data_provider.department_of_examples_name",
        "data_provider.department_of_examples_date", "data_recipient.department_of_examples",
    )] == [0, 1, 1, 1]  # fmt: skip


# ---------------------------------------------------------------- structure
def tagged(pages: int = 1) -> pikepdf.Pdf:
    """A PDF with one paragraph of two marked contents, the second in a span, on its last page."""
    pdf = pikepdf.new()
    for _ in range(pages):
        pdf.add_blank_page()
    page = pdf.pages[-1].obj
    page.StructParents = 0
    document = pdf.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.StructElem, S=pikepdf.Name.Document))
    text = pdf.make_indirect(pikepdf.Dictionary(S=pikepdf.Name.P, P=document, K=0, Pg=page))
    span = pdf.make_indirect(pikepdf.Dictionary(S=pikepdf.Name.Span, P=text, K=1, Pg=page))
    text.K = pikepdf.Array([0, span])
    document.K = pikepdf.Array([text])
    nums = pikepdf.Dictionary(Nums=pikepdf.Array([0, pikepdf.Array([text, span])]))
    root = pikepdf.Dictionary(Type=pikepdf.Name.StructTreeRoot, K=document, ParentTree=pdf.make_indirect(nums))
    pdf.Root.StructTreeRoot = pdf.make_indirect(root)
    return pdf


@pytest.mark.parametrize(("content", "parent"), [(0, "/P"), (1, "/P"), (7, "/Document"), (-1, "/Document")])
def test_a_field_is_heard_behind_its_label(content: int, parent: str) -> None:
    pdf = tagged()
    structure = Structure.of(pdf)
    assert structure is not None
    for number in (1, 2):
        widget = pdf.make_indirect(pikepdf.Dictionary(Subtype=pikepdf.Name.Widget))
        structure.add_form(widget, pdf.pages[0].obj, content)
        assert int(widget.StructParent) == number
        element = pikepdf.NumberTree(pdf.Root.StructTreeRoot.ParentTree)[number]
        assert str(element.S) == "/Form"
        assert str(element.P.S) == parent
        assert element.P.K[-1].objgen == element.objgen
        assert element.K.Obj.objgen == widget.objgen
    assert int(pdf.Root.StructTreeRoot.ParentTreeNextKey) == 3


def test_a_pdf_without_tags_has_no_structure() -> None:
    assert Structure.of(pikepdf.new()) is None


# ---------------------------------------------------------------- signing in turn
@cache
def signer(name: str) -> signers.SimpleSigner:
    """Someone with a certificate of their own making."""
    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    usage = x509.KeyUsage(digital_signature=True, content_commitment=True, key_encipherment=False,
                          data_encipherment=False, key_agreement=False, key_cert_sign=True, crl_sign=False,
                          encipher_only=False, decipher_only=False)  # fmt: skip
    start = dt.datetime(2026, 1, 1)
    made = (
        x509.CertificateBuilder()
        .subject_name(who)
        .issuer_name(who)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(start)
        .not_valid_after(start + dt.timedelta(days=20000))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(serialization.Encoding.DER, serialization.PrivateFormat.PKCS8,
                                serialization.NoEncryption())  # fmt: skip
    certificate = Certificate.load(made.public_bytes(serialization.Encoding.DER))
    return signers.SimpleSigner(certificate, PrivateKeyInfo.load(private), SimpleCertificateStore())


def filled(writer: IncrementalPdfFileWriter, name: str, text: str) -> None:
    """Fills in a text field, as a reader of PDFs does."""
    side = next(
        f for f in (r.get_object() for r in writer.root["/AcroForm"]["/Fields"]) if name.startswith(f"{f['/T']}.")
    )
    widget = next(k for k in (r.get_object() for r in side["/Kids"]) if f"{side['/T']}.{k['/T']}" == name)
    widget["/V"] = generic.pdf_string(text)
    said = b"/Tx BMC q BT /AgreeSans 10 Tf 0 g 2 5 Td (%s) Tj ET Q EMC" % text.encode("cp1252")
    shown = generic.StreamObject(dict_data=dict(widget["/AP"]["/N"].items()), encoded_data=said)
    for key in ("/Filter", "/Length"):
        shown.pop(key, None)
    widget["/AP"] = generic.DictionaryObject({generic.NameObject("/N"): writer.add_object(shown)})
    writer.update_container(widget)


def signed(data: bytes, name: str, texts: dict[str, str] | None = None, **how: Any) -> bytes:
    """The PDF signed in a field, after the signer filled in their lines."""
    writer = IncrementalPdfFileWriter(io.BytesIO(data))
    for line, text in (texts or {}).items():
        filled(writer, line, text)
    style = StaticStampStyle(background=RawContent(b"", box=BoxConstraints(width=1, height=1)), border_width=0)
    said = signers.PdfSignatureMetadata(field_name=name, **how)
    return bytes(signers.PdfSigner(said, signer=signer(name), stamp_style=style).sign_pdf(writer).getvalue())


def statuses(data: bytes, *names: str) -> dict[str, bool]:
    """Whether each signature holds: intact, trusted, and nothing changed since but what it allows."""
    context = ValidationContext(trust_roots=[signer(name).signing_cert for name in names])
    reader = PdfFileReader(io.BytesIO(data))
    return {s.field_name: validate_pdf_signature(s, context).bottom_line for s in reader.embedded_signatures}


OTHER = "data_provider.department_of_examples"
TURNS = [(RECIPIENT, PROVIDER, OTHER), (OTHER, PROVIDER, RECIPIENT)]


@pytest.mark.parametrize("turn", TURNS)
@pytest.mark.parametrize("fills", [True, False])
def test_all_sign_in_turn_the_first_certifies(turn: tuple[str, ...], fills: bool) -> None:
    data = with_fields()
    assert {name for name, _, _ in enumerate_sig_fields(PdfFileReader(io.BytesIO(data)))} == set(turn)
    for i, name in enumerate(turn):
        texts = {f"{name}_date": "May 1, 2027"} if fills else {}
        how = {"certify": True, "docmdp_permissions": MDPPerm.FILL_FORMS} if i == 0 else {}
        data = signed(data, name, texts, **how)
    assert statuses(data, *turn) == dict.fromkeys(turn, True)
    reader = PdfFileReader(io.BytesIO(data))
    assert reader.root["/Perms"]["/DocMDP"].get_object() is not None
    assert all(s.sig_object["/Reference"] for s in reader.embedded_signatures)


def test_all_approve_where_nobody_certifies() -> None:
    data = with_fields()
    for name in TURNS[0]:
        data = signed(data, name)
    assert statuses(data, *TURNS[0]) == dict.fromkeys(TURNS[0], True)


def test_others_may_fill_in_but_not_what_is_locked() -> None:
    data = signed(with_fields(), PROVIDER, {f"{PROVIDER}_name": "Role Holder"}, certify=True,
                  docmdp_permissions=MDPPerm.FILL_FORMS)  # fmt: skip
    for line, holds in ((f"{RECIPIENT}_name", True), (f"{PROVIDER}_name", False)):
        writer = IncrementalPdfFileWriter(io.BytesIO(data))
        filled(writer, line, "Someone else")
        out = io.BytesIO()
        writer.write(out)
        assert statuses(out.getvalue(), PROVIDER) == {PROVIDER: holds}


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["embedded", "libreoffice"])
def test_accessible_and_fit_for_archives_before_and_after_signing(engine: str) -> None:
    made = draw(AGREEMENT, engine)
    assert made.engine == engine
    before, found = finished(watermarked(AGREEMENT, "COPY"), made.pdf, engine, Finish(signature_fields=True))
    assert found == ()
    after = before
    for i, name in enumerate(TURNS[0]):
        how = {"certify": True, "docmdp_permissions": MDPPerm.FILL_FORMS} if i == 0 else {}
        after = signed(after, name, {f"{name}_date": "May 1, 2027"}, **how)
    assert statuses(after, *TURNS[0]) == dict.fromkeys(TURNS[0], True)
    report = validation.validate({"before.pdf": before, "after.pdf": after})
    assert [dict(file.profiles).keys() for file in report.files] == [{"ua1", "2b"}] * 2
    assert [f.message for f in report.findings] == []

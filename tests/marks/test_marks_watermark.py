"""The watermark of a Word document: in each header that a page prints, as Word makes it; nothing else changes."""

from __future__ import annotations

import io
import re
import zipfile

import pytest
from blocks_sample import AGREEMENT, TEXT, docx
from lxml import etree

from agreegen.errors import UsageError
from agreegen.marks import checked, watermarked, worded
from agreegen.pdf import ENGINES, drawn
from agreegen.pdf.flatten import watermarks
from agreegen.template.base import pack, unpack
from agreegen.template.styles import WORDML

W = f"{{{WORDML}}}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
V = "{urn:schemas-microsoft-com:vml}"
UPRIGHT = '<w:pgSz w:w="12240" w:h="15840"/>'
SIDEWAYS = '<w:pgSz w:w="15840" w:h="12240" w:orient="landscape"/>'
MARGINS = (
    '<w:pgMar w:top="{0}" w:right="1440" w:bottom="1440" w:left="1440" w:header="720" w:footer="720" w:gutter="0"/>'
)


def section(size: str = UPRIGHT, top: int = 1440, inner: str = "", headers: str = "") -> str:
    """A section's properties."""
    return f"<w:sectPr>{headers}{size}{MARGINS.format(top)}{inner}</w:sectPr>"


def with_sections(*sections: str, headers: tuple[str, ...] = (), even: bool = False) -> bytes:
    """A Word file with these sections, and header parts called header1.xml and so on, with these texts."""
    parts = unpack(docx(TEXT))
    space = f'xmlns:w="{WORDML}" xmlns:r="{R[1:-1]}"'
    ends = [f"<w:p><w:pPr>{s}</w:pPr></w:p>" for s in sections[:-1]]
    last = sections[-1] if sections else ""
    body = f"<w:document {space}><w:body>{TEXT}{TEXT.join(ends)}{TEXT}{last}</w:body></w:document>"
    parts["word/document.xml"] = body.encode()
    rels, types = (etree.fromstring(parts[n]) for n in ("word/_rels/document.xml.rels", "[Content_Types].xml"))
    for n, text in enumerate(headers, 1):
        paragraph = f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"
        parts[f"word/header{n}.xml"] = f"<w:hdr {space}>{paragraph}</w:hdr>".encode()
        kinds = {"Id": f"h{n}", "Type": f"{R[1:-1]}/header", "Target": f"header{n}.xml"}
        etree.SubElement(rels, rels.tag.replace("Relationships", "Relationship"), kinds)
    parts["word/_rels/document.xml.rels"] = etree.tostring(rels)
    parts["[Content_Types].xml"] = etree.tostring(types)
    if even:
        settings = etree.fromstring(parts["word/settings.xml"])
        settings.insert(0, etree.Element(W + "evenAndOddHeaders"))
        parts["word/settings.xml"] = etree.tostring(settings)
    return pack(parts)


def reference(n: int, kind: str = "default") -> str:
    """A reference to a header."""
    return f'<w:headerReference w:type="{kind}" r:id="h{n}"/>'


def shapes(data: bytes) -> dict[str, list[etree._Element]]:
    """The WordArt of each header part."""
    found = {}
    for name, part in unpack(data).items():
        root = etree.fromstring(part) if name.endswith(".xml") else None
        if root is not None and root.tag == W + "hdr":
            found[name] = list(root.iter(V + "shape"))
    return found


def printed(data: bytes) -> list[set[str]]:
    """The watermarks that each section's pages print, by kind of page: none may lack one."""
    parts = unpack(data)
    body = etree.fromstring(parts["word/document.xml"])
    rels = etree.fromstring(parts["word/_rels/document.xml.rels"])
    targets = {r.get("Id"): r.get("Target") for r in rels}
    even = etree.fromstring(parts["word/settings.xml"]).find(W + "evenAndOddHeaders") is not None
    current: dict[str, str] = {}
    result = []
    for each in body.iter(W + "sectPr"):
        for ref in each.iterfind(W + "headerReference"):
            current[ref.get(W + "type", "")] = f"word/{targets[ref.get(R + 'id')]}"
        kinds = ["default", *(["first"] if each.find(W + "titlePg") is not None else []), *(["even"] if even else [])]
        own = shapes(data)
        result.append({",".join(p.get("string", "") for s in own[current[k]] for p in s.iter(V + "textpath"))
                       if k in current else "nothing" for k in kinds})  # fmt: skip
    return result


@pytest.mark.parametrize(
    "data",
    [
        docx(TEXT),
        AGREEMENT,
        with_sections(section()),
        with_sections(section(inner="<w:titlePg/>")),
        with_sections(section(), section(SIDEWAYS, inner="<w:titlePg/>"), section(), even=True),
        with_sections(section(headers=reference(1)), section(SIDEWAYS), headers=("Agreement",)),
        with_sections(section(headers=reference(1)), section(SIDEWAYS, inner="<w:titlePg/>", headers=reference(2)),
                      headers=("Agreement", "Exhibit"), even=True),
        with_sections(section(), section(headers=reference(1)), headers=("Exhibit",)),
        with_sections(section(headers=reference(1) + reference(2, "first"), inner="<w:titlePg/>"),
                      headers=("Agreement", "")),
        with_sections(),
    ],
)  # fmt: skip
def test_each_page_prints_it_once(data: bytes) -> None:
    made = watermarked(data, "DRAFT")
    assert printed(made) and all(found == {"DRAFT"} for found in printed(made))
    assert watermarks(made) == ("DRAFT",)
    assert all(len(found) == 1 for found in shapes(made).values())
    assert zipfile.ZipFile(io.BytesIO(made)).testzip() is None


def words(data: bytes) -> list[str]:
    """All text, part by part."""
    return ["".join(t.text or "" for t in etree.fromstring(part).iter(W + "t"))
            for name, part in sorted(unpack(data).items())
            if re.fullmatch(r"word/[^/]*\.xml", name) and "header90" not in name]  # fmt: skip


def test_no_word_changes_and_twice_is_once() -> None:
    data = with_sections(section(headers=reference(1), inner="<w:titlePg/>"), section(SIDEWAYS), headers=("Agreement",))
    made = watermarked(data, "DRAFT")
    assert words(made) == words(data)
    assert watermarked(made, "DRAFT") == made
    other = watermarked(made, "FOR REVIEW")
    assert watermarks(other) == ("FOR REVIEW",)
    assert words(other) == words(data)
    assert watermarked(watermarked(data, "FOR REVIEW"), "FOR REVIEW") == other


def test_a_watermark_in_words_own_control_is_replaced() -> None:
    data = with_sections(section(headers=reference(1)), headers=("Agreement",))
    parts = unpack(watermarked(data, "CONFIDENTIAL"))
    header = etree.fromstring(parts["word/header1.xml"])
    run = next(r for r in header.iter(W + "r") if r.find(W + "pict") is not None)
    control = etree.fromstring(f'<w:sdt xmlns:w="{WORDML}"><w:sdtPr/><w:sdtContent/></w:sdt>')
    run.addprevious(control)
    control[1].append(run)
    parts["word/header1.xml"] = etree.tostring(header)
    made = watermarked(pack(parts), "DRAFT")
    assert watermarks(made) == ("DRAFT",)
    assert b"w:sdt" not in unpack(made)["word/header1.xml"]


def test_word_knows_it_as_a_watermark() -> None:
    made = watermarked(with_sections(section(headers=reference(1)), section(headers=reference(2)),
                                     headers=("One", "Two")), 'R&D "A" <1>')  # fmt: skip
    found = [s for each in shapes(made).values() for s in each]
    assert len({s.get("id") for s in found}) == len(found) == 2
    assert all(s.get("id", "").startswith("PowerPlusWaterMarkObject") for s in found)
    assert all("rotation:315" in s.get("style", "") and "mso-position-horizontal:center" in s.get("style", "")
               for s in found)  # fmt: skip
    assert watermarks(made) == ('R&D "A" <1>',)


@pytest.mark.parametrize("text", ["X", "DRAFT", "FOR REVIEW", "W" * 40, "i" * 40])
def test_it_fits_between_the_margins_of_upright_and_sideways_pages(text: str) -> None:
    made = watermarked(with_sections(section(headers=reference(1)), section(SIDEWAYS), headers=("One",)), text)
    ((shape,),) = shapes(made).values()
    wide, high = (float(x) for x in re.findall(r"(?:width|height):([\d.]+)pt", shape.get("style", "")))
    assert (wide + high) / 2**0.5 <= 468.5  # slanted by 45 degrees, 6.5 inches on both
    assert min(wide, high) > 8


def test_an_added_header_takes_no_room_from_the_text() -> None:
    made = unpack(watermarked(with_sections(section(top=360), section(SIDEWAYS, top=1440)), "DRAFT"))
    spacing = etree.fromstring(made["word/header901.xml"]).find(f"{W}p/{W}pPr/{W}spacing")
    assert spacing is not None
    assert (spacing.get(W + "line"), spacing.get(W + "lineRule")) == ("20", "exact")
    margins = list(etree.fromstring(made["word/document.xml"]).iter(W + "pgMar"))
    assert [m.get(W + "header") for m in margins] == ["340", "720"]
    assert b"/word/header901.xml" in made["[Content_Types].xml"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no text"),
        (" \n ", "no text"),
        ("x" * 41, "41 characters"),
        ("a\x07b", r"U\+0007"),
        ("a\u202eb", r"U\+202E"),
    ],
)
def test_what_cant_be_a_watermark_is_refused(text: str, message: str) -> None:
    with pytest.raises(UsageError, match=message) as error:
        checked(text)
    assert error.value.hint


def test_a_draft_says_so() -> None:
    assert worded() == ""
    assert worded("  For\u00a0 review ") == "For review"
    assert worded(as_draft=True) == "DRAFT"
    assert worded("Draft of May 1", as_draft=True) == "Draft of May 1"
    assert worded("For review", as_draft=True) == "DRAFT \u2013 For review"


def test_what_isnt_a_word_file_is_refused() -> None:
    with pytest.raises(UsageError):
        watermarked(b"PK", "DRAFT")
    with pytest.raises(UsageError):
        watermarked(pack({"x.xml": b"<x/>"}), "DRAFT")


@pytest.mark.parametrize("engine", ["embedded", pytest.param("libreoffice", marks=pytest.mark.slow)])
@pytest.mark.parametrize("top", [360, 720, 1440])
def test_no_word_moves(engine: str, top: int) -> None:
    long = with_sections(section(top=top), section(SIDEWAYS, top=top, inner="<w:titlePg/>"))
    long = with_body(long, TEXT * 120)
    convert = {e.name: e for e in ENGINES}[engine].convert
    before, after = (drawn.pages(convert(data)) for data in (long, watermarked(long, "DRAFT")))
    assert len(before) > 3
    assert before == after


def with_body(data: bytes, more: str) -> bytes:
    """The Word file with more text at its beginning and its end."""
    parts = unpack(data)
    body = parts["word/document.xml"].decode()
    last = body.rindex("<w:sectPr")
    parts["word/document.xml"] = (body[:last].replace("<w:body>", f"<w:body>{more}") + more + body[last:]).encode()
    return pack(parts)

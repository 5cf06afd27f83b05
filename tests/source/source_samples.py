"""A small agreement with every kind of text, a source for it, and edits as Word and people make them."""

# ruff: noqa: E501 (pieces of XML)

from __future__ import annotations

import re

from agreegen.source import Source, SourceFile, TemplateRecord
from agreegen.template import base

YAML = "\ufeffproposal: Café — test\r\nrecipient: Alta County\r\n".encode()
CSV = b"name;type\r\nCase number;text\r\n"
SOURCE = Source(
    SourceFile("proposal", "café proposal.yaml", YAML),
    (SourceFile("elements", "tables/elements.csv", CSV), SourceFile("partner", "partners/alta.yaml", b"id: alta\n")),
    TemplateRecord("local-government", "2026.1", "ab" * 32, (("clauses/a.docx", "cd" * 32),)),
    "0.1.0",
    {"partner": "alta", "terms": {"small_cell": 11, "note": 'a "b"'}},
)
LONG = (
    "The Recipient shall notify the information security officer of the Provider within 30 days of discovery, in writing, "
    "and shall describe what happened, which Data were affected, and what was done to keep it from happening again."
)


def run(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'


def paragraph(style: str, inner: str) -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{inner if inner.startswith("<") else run(inner)}</w:p>'


def begin(instruction: str) -> str:
    return (f'<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> {instruction} </w:instrText></w:r>'
            '<w:r><w:fldChar w:fldCharType="separate"/></w:r>')  # fmt: skip


END = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
TAB = "<w:r><w:tab/></w:r>"


def entry(text: str, page: int) -> str:
    return run(text) + TAB + begin("PAGEREF _Toc1 \\h") + run(str(page)) + END


def contents(first: int = 3, second: int = 4) -> str:
    toc = begin('TOC \\o "1-2" \\h')
    return paragraph("TOC1", toc + entry("1. Terms", first)) + paragraph("TOC1", entry("2. Security", second) + END)


BOX = (
    '<w:p><w:r><w:pict xmlns:v="urn:schemas-microsoft-com:vml"><v:shape><v:textbox><w:txbxContent>'
    "<w:p><w:r><w:t>In the box</w:t></w:r></w:p></w:txbxContent></v:textbox></v:shape></w:pict></w:r></w:p>"
)
MARK = '<w:r><w:rPr><w:rStyle w:val="FootnoteReference"/></w:rPr><w:footnoteReference w:id="1"/></w:r>'
NOTE = '<w:footnote w:id="1"><w:p><w:r><w:footnoteRef/></w:r><w:r><w:t xml:space="preserve"> Said in a note.</w:t></w:r></w:p></w:footnote>'


def cell(text: str) -> str:
    return f"<w:tc><w:tcPr/>{paragraph('TableText', text)}</w:tc>"


def blocks() -> list[str]:
    return [
        paragraph("Title", "Data Sharing Agreement"),
        contents(),
        paragraph("Heading1", "Terms"),
        paragraph("Clause2", "The Parties agree."),
        paragraph("Clause2", run("A mark") + MARK + run(" stands here.")),
        paragraph("Heading1", "Security"),
        paragraph("Clause2", LONG),
        paragraph("Clause2", run("See page ") + begin("PAGEREF _Toc1") + run("7") + END + run(" for more.")),
        "<w:tbl><w:tblPr/><w:tblGrid><w:gridCol/><w:gridCol/></w:tblGrid>"
        + "".join(f"<w:tr>{cell(f'Element {n}')}{cell('Yes')}</w:tr>" for n in range(20))
        + "</w:tbl>",
        BOX,
        paragraph("BodyText", "Signed in two originals."),
    ]


def document(body: str | None = None) -> bytes:
    """The agreement as it is generated, without its source."""
    count = paragraph(
        "Footer", run("Page ") + begin("PAGE") + run("1") + END + run(" of ") + begin("NUMPAGES") + run("9") + END
    )
    margins = {
        "rId11": ("header", "header1.xml", f"<w:hdr {base.NAMESPACES}>{paragraph('Header', 'DSA-2027-001')}</w:hdr>"),
        "rId12": ("footer", "footer1.xml", f"<w:ftr {base.NAMESPACES}>{count}</w:ftr>"),
    }
    refs = '<w:headerReference w:type="default" r:id="rId11"/><w:footerReference w:type="default" r:id="rId12"/>'
    inner = "".join(blocks()) if body is None else body
    return base.pack(base.parts(inner, base.section_xml(references=refs), margins, notes=NOTE))


def edited(docx: bytes, *edits: tuple[str, str], part: str = "word/document.xml") -> bytes:
    """The document with pieces of a part's XML replaced; each must be there."""
    members = base.unpack(docx)
    text = members[part].decode()
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new, 1)
    return base.pack({**members, part: text.encode()})


def saved_by_word(docx: bytes) -> bytes:
    """As Word saves: revision ids, runs split and marked for spelling, the part of the source under another name."""
    members = base.unpack(docx)
    text = members["word/document.xml"].decode()
    text = re.sub(r"<w:p>", '<w:p w:rsidR="00A1" w:rsidRDefault="00B2">', text)
    text = re.sub(
        r'<w:r><w:t xml:space="preserve">(\w+) ([^<]+)</w:t></w:r>',
        r'<w:r w:rsidRPr="00C3"><w:t xml:space="preserve">\1 </w:t></w:r><w:proofErr w:type="spellStart"/>'
        r'<w:r><w:rPr><w:lang w:val="en-US"/></w:rPr><w:t xml:space="preserve">\2</w:t></w:r>',
        text,
    )
    assert "00C3" in text
    members["word/document.xml"] = text.encode()
    if "customXml/item1.xml" in members:
        members["customXml/item4.xml"] = members.pop("customXml/item1.xml").replace(b"?>\n", b"?>")
        members["customXml/itemProps4.xml"] = members.pop("customXml/itemProps1.xml")
        rels = members.pop("customXml/_rels/item1.xml.rels").replace(b"itemProps1", b"itemProps4")
        members["customXml/_rels/item4.xml.rels"] = rels
        for name in ("word/_rels/document.xml.rels", "[Content_Types].xml"):
            members[name] = members[name].replace(b"item1.xml", b"item4.xml").replace(b"itemProps1", b"itemProps4")
    return base.pack(members)

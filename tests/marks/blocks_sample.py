"""Small Word files with signature blocks, on the real base."""

from __future__ import annotations

from xml.sax.saxutils import escape

from agreegen.template.base import pack, parts


def paragraph(text: str, style: str = "Signature") -> str:
    """A paragraph; tabs in its text are tabs."""
    inner = "<w:tab/>".join(f'<w:t xml:space="preserve">{escape(piece)}</w:t>' for piece in text.split("\t"))
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr><w:r>{inner}</w:r></w:p>'


def block(*lines: str) -> str:
    """Paragraphs of one signature block."""
    return "".join(paragraph(x) for x in lines[:-1]) + paragraph(lines[-1], "SignatureLast")


PROVIDER = block("Data Provider", "Department of Examples, a department of the State of California",
                 "By:\t\t", "Name:\t\t", "Title:\tDirector", "Date:\t\t")  # fmt: skip
RECIPIENT = block("Data Recipient", "County of Sample, a political subdivision of the State of California",
                  "By:\t\t", "Name:\t\t", "Title:\t\t", "Date:\t\t")  # fmt: skip
RECORD = block("Filed with the Governance Liaison", "Record of filing (no signature).", "By:\t\t", "Date:\t\t")
FORM = block("Accepted for the joining body", "By (authorized representative):\t____________________")
TEXT = paragraph("The Parties agree. By signing they accept each term.", "BodyText")


def docx(*body: str) -> bytes:
    """A Word file with this body."""
    return pack(parts("".join(body)))


AGREEMENT = docx(TEXT, RECIPIENT, PROVIDER, RECORD, TEXT, FORM)

"""Word: the matrix as a Word file: the table, then each difference with a box to sign off."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from agreegen.difference import joined
from agreegen.template.base import pack, unpack
from agreegen.template.draft import drafted
from agreegen.template.notation import Outline, Paragraph, Row, Span, Table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agreegen.matrix import Difference, Matrix
    from agreegen.matrix import Row as Clause
    from agreegen.template.notation import Block

REMOVED, ADDED, END = "\ue0d0", "\ue0d1", "\ue0d2"
"""Marks around words while the file is made: struck through, underlined."""

LOOKS: Final = {
    REMOVED: '<w:strike/><w:color w:val="7A1712"/>',
    ADDED: '<w:color w:val="0F4D20"/><w:u w:val="single"/>',
}
TEXT: Final = '<w:t xml:space="preserve">'
SIGN: Final = ("\u2610 intended   \u2610 not", "By (role):", "Date:")
"""What counsel fills in."""


def docx(found: Matrix) -> bytes:
    """The Word file; same matrix, same bytes."""
    members = unpack(drafted(Outline(tuple(_blocks(found)), landscape=True)))
    body = members["word/document.xml"].decode()
    for sign, look in LOOKS.items():
        body = body.replace(sign, f"</w:t></w:r><w:r><w:rPr>{look}</w:rPr>{TEXT}")
    body = body.replace(END, f"</w:t></w:r><w:r>{TEXT}")
    members["word/document.xml"] = body.encode()
    return pack(members)


def _blocks(found: Matrix) -> Iterator[Block]:
    versions = ", ".join(f"{v} {found.versions[v]}" for v in found.variants)
    yield _line("Title", "Clauses by variant")
    yield _line("Body Text", f"{found.summary}. Masters: {versions}.")
    yield _line("Body Text", "Variants with one letter print the same words. Compared is what a variant may print:"
                " conditions that the variant itself decides are carried out.")  # fmt: skip
    heads = ("Clause", "Id", *found.variants)
    rows = [_row(heads, "Table Heading")]
    rows += [_row((r.title, r.id, *(_cell(r, v) for v in found.variants)), "Table Text") for r in found.rows]
    widths = (30, 18, *[52 // len(found.variants)] * len(found.variants))
    caption = (Span("Text of each clause and exhibit by variant"),)
    yield Table(tuple(rows), (*widths[:-1], 100 - sum(widths[:-1])), caption=caption, header=1, headcol=True)
    yield Paragraph("Contents Heading", (Span("Differences to sign off"),), page_break=True)
    yield _line("Body Text", f"Words that only the first text has are {REMOVED}struck through{END}, words that only the"
                f" other has are {ADDED}underlined{END}.")  # fmt: skip
    for row in found.different:
        for letter in row.letters[1:]:
            yield _differences(row, letter)
    lacking = [_cells(r.title, r.lacked, SIGN) for r in found.lacking]
    if lacking:
        yield Paragraph("Contents Heading", (Span("Absences to sign off"),), page_break=True)
        caption = (Span("Clauses and exhibits that a variant lacks"),)
        rows_ = (_row(("Clause", "Absent from", "Signed off"), "Table Heading"), *lacking)
        yield Table(rows_, (30, 48, 22), caption=caption, header=1)


def _cell(row: Clause, variant: str) -> str:
    cell = row.cells[variant]
    if not cell.letter:
        return f"absent{f': {cell.reason}' if cell.reason else ''}"
    return f"{f'text {cell.letter}' if row.differs else 'same'}{f' ({cell.number})' if cell.number else ''}"


def _differences(row: Clause, letter: str) -> Table:
    """The differences of a text from the first one, and who signs them off."""
    first, other = ", ".join(row.variants("A")), ", ".join(row.variants(letter))
    found = row.differences(letter)
    rows = [_row(("Difference", "Signed off"), "Table Heading")]
    rows += [_cells(_words(d), () if n else SIGN) for n, d in enumerate(found)]
    caption = (Span(f"{row.title}: text {letter} ({other}) against text A ({first})"),)
    return Table(tuple(rows), (78, 22), caption=caption, header=1)


def _words(difference: Difference) -> str:
    signs = {"same": "{}", "removed": f"{REMOVED}{{}}{END}", "added": f"{ADDED}{{}}{END}"}
    return joined(difference.pieces, lambda p: signs[p.kind].format(p.text))


def _line(style: str, words: str) -> Paragraph:
    return Paragraph(style, (Span(words),))


def _cells(*cells: str | tuple[str, ...]) -> Row:
    """A row whose cells have a paragraph for each of their lines."""
    lines = [(cell,) if isinstance(cell, str) else cell for cell in cells]
    return Row(tuple(tuple(_line("Table Text", line) for line in cell) or (Paragraph("Table Text", ()),)
                     for cell in lines))  # fmt: skip


def _row(cells: tuple[str, ...], style: str) -> Row:
    return Row(tuple((Paragraph(style, (Span(words),) if words else ()),) for words in cells))

"""Outline text → a Word template on the common base. The same text gives the same bytes."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from agreegen.late import dataclass
from agreegen.template import base
from agreegen.template.notation import (
    CONTENTS_TITLE,
    EXHIBIT_HEADINGS,
    HEADINGS,
    PLACEHOLDER,
    TAG,
    Block,
    Contents,
    Outline,
    Paragraph,
    Row,
    Span,
    Table,
)
from agreegen.template.notation.parse import parse
from agreegen.template.styles import CHECK_BOX, NOTE_MARK, RULE, SHADE, STYLE_IDS

if TYPE_CHECKING:
    from collections.abc import Iterable

TOC = r'TOC \o "1-2" \h \z \t "Exhibit Title,1"'
TABLE_STYLES = {"grid": "AgreementGrid", "plain": "AgreementPlain"}
_BOX = re.compile("[\u2610\u2611\u2612]+")
_BOXED = re.compile(f"{TAG.pattern}|{_BOX.pattern}", re.DOTALL)
_PIECES = re.compile("([\t\n])")


def draft(text: str) -> bytes:
    """The Word file that a notation text describes."""
    return drafted(parse(text))


def drafted(outline: Outline) -> bytes:
    """The Word file of an outline."""
    writer = _Writer(outline.landscape)
    body = "".join(writer.block(b) for b in outline.blocks)
    notes = "".join(_note(i, n, writer) for i, n in enumerate(outline.notes, start=1))
    margins = _margins(outline)
    references = "".join(
        f'<w:{kind}Reference w:type="{"first" if "first" in target else "default"}" r:id="{i}"/>'
        for i, (kind, target, _) in margins.items()
    )
    section = base.section_xml(landscape=outline.landscape, references=references, titlepage=outline.titlepage)
    return base.pack(base.parts(body, section, margins, notes=notes, title=_title(outline)))


def alt_text(caption: Iterable[Span]) -> str:
    """The name of a table for those who don't see it: its caption without tags."""
    return " ".join(TAG.sub(" ", "".join(s.text for s in caption if s.kind == "text")).split())


def column_widths(percents: tuple[int, ...], total: int) -> list[int]:
    """Widths in twentieths of a point that add up to the total exactly."""
    edges = [round(total * sum(percents[:i]) / 100) for i in range(len(percents) + 1)]
    return [b - a for a, b in itertools.pairwise(edges)]


def run(text: str, *, bold: bool = False, italic: bool = False) -> str:
    """The runs of a text of one look; check boxes, and tags that print them, have their own font."""
    look = ("<w:b/><w:bCs/>" if bold else "") + ("<w:i/><w:iCs/>" if italic else "")
    out = ""
    at = 0
    for m in _BOXED.finditer(text):
        if _BOX.search(m[0]):
            out += _run(text[at : m.start()], look) + _run(m[0], f'<w:rStyle w:val="{CHECK_BOX}"/>{look}')
            at = m.end()
    return out + _run(text[at:], look)


def _run(text: str, look: str) -> str:
    return f"<w:r>{f'<w:rPr>{look}</w:rPr>' if look else ''}{_letters(text)}</w:r>" if text else ""


def _letters(text: str) -> str:
    codes = {"\t": "<w:tab/>", "\n": "<w:br/>"}
    return "".join(codes.get(p) or f'<w:t xml:space="preserve">{escape(p)}</w:t>' for p in _PIECES.split(text) if p)


def simple_field(code: str, shown: str, look: str = "") -> str:
    """A complex field with its code and what it shows."""
    char = f'<w:r>{look}<w:fldChar w:fldCharType="%s"/></w:r>'
    return (
        f'{char % "begin"}<w:r>{look}<w:instrText xml:space="preserve"> {escape(code)} </w:instrText></w:r>'
        f"{char % 'separate'}<w:r>{look}<w:t>{escape(shown)}</w:t></w:r>{char % 'end'}"
    )


def _span(s: Span) -> str:
    look = ("<w:b/><w:bCs/>" if s.bold else "") + ("<w:i/><w:iCs/>" if s.italic else "")
    if s.kind == "field":
        return simple_field(s.text, "1", f"<w:rPr>{look}</w:rPr>" if look else "")
    if s.kind == "note":
        return f'<w:r><w:rPr><w:rStyle w:val="{NOTE_MARK}"/></w:rPr><w:footnoteReference w:id="{s.text}"/></w:r>'
    return run(s.text, bold=s.bold, italic=s.italic)


@dataclass(slots=True)
class _Writer:
    """Body XML block by block; counts bookmarks and remembers the heading that a paragraph name belongs to."""

    landscape: bool = False
    bookmarks: int = 0
    scope: tuple[str, bool] = ("", False)

    def block(self, b: Block) -> str:
        if isinstance(b, Paragraph):
            return self.paragraph(b)
        if isinstance(b, Table):
            return self.table(b)
        return _contents(b) if isinstance(b, Contents) else ""

    def paragraph(self, p: Paragraph, before: str = "", properties: str = "") -> str:
        found = before + "".join(_span(s) for s in p.spans)
        if name := self._bookmark(p):
            self.bookmarks += 1
            n = self.bookmarks
            found = f'<w:bookmarkStart w:id="{n}" w:name="{name}"/>{found}<w:bookmarkEnd w:id="{n}"/>'
        style = f'<w:pStyle w:val="{STYLE_IDS[p.style]}"/>' if p.style != "Normal" else ""
        page = "<w:pageBreakBefore/>" if p.page_break else ""
        inner = style + page + properties
        return f"<w:p>{f'<w:pPr>{inner}</w:pPr>' if inner else ''}{found}</w:p>"

    def _bookmark(self, p: Paragraph) -> str:
        if p.style in HEADINGS and p.anchor:
            self.scope = (p.anchor, p.style == "Exhibit Title")
            return base.bookmark(p.anchor, exhibit=self.scope[1])
        if not p.name:
            return ""
        return base.bookmark(self.scope[0], p.name, exhibit=self.scope[1])

    def table(self, t: Table) -> str:
        widths = column_widths(t.widths, base.text_width(landscape=self.landscape))
        caption = self.paragraph(Paragraph("Caption", t.caption)) if t.caption else ""
        title = t.title or alt_text(t.caption)
        named = f"<w:tblCaption w:val={quoteattr(title)}/>" if title else ""
        described = f"<w:tblDescription w:val={quoteattr(title)}/>" if title else ""
        flags = f'w:firstRow="{int(t.header > 0)}" w:lastRow="0" w:firstColumn="{int(t.headcol)}" w:lastColumn="0"'
        mask = f"{0x0600 + 0x20 * (t.header > 0) + 0x80 * t.headcol:04X}"
        properties = (
            f'<w:tblPr><w:tblStyle w:val="{TABLE_STYLES[t.look]}"/><w:tblW w:w="{sum(widths)}" w:type="dxa"/>'
            f'{_borders() if t.look == "grid" else ""}<w:tblLayout w:type="fixed"/>'
            f'<w:tblLook w:val="{mask}" {flags} w:noHBand="1" w:noVBand="1"/>{named}{described}</w:tblPr>'
        )
        grid = "".join(f'<w:gridCol w:w="{w}"/>' for w in widths)
        rows = "".join(self._row(r, t, i, widths) for i, r in enumerate(t.rows))
        end = f'<w:p><w:pPr><w:pStyle w:val="{STYLE_IDS["Table End"]}"/></w:pPr></w:p>'
        return f"{caption}<w:tbl>{properties}<w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl>{end}"

    def _row(self, r: Row, t: Table, index: int, widths: list[int]) -> str:
        header = "<w:tblHeader/>" if index < t.header else ""
        cells = "".join(self._cell(r, t, index, column, widths) for column in range(len(r.cells)))
        return f"<w:tr><w:trPr><w:cantSplit/>{header}</w:trPr>{cells}</w:tr>"

    def _cell(self, r: Row, t: Table, index: int, column: int, widths: list[int]) -> str:
        last = column == len(r.cells) - 1
        span = len(widths) - column if last else 1
        width = sum(widths[column : column + span])
        shaded = t.look == "grid" and (index < t.header or (t.headcol and column == 0 and not (last and span > 1)))
        paragraphs = "".join(self.paragraph(p) for p in r.cells[column])
        return (
            f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>'
            + (f'<w:gridSpan w:val="{span}"/>' if span > 1 else "")
            + (f'<w:shd w:val="clear" w:color="auto" w:fill="{SHADE}"/>' if shaded else "")
            + f"</w:tcPr>{paragraphs}</w:tc>"
        )


def _borders() -> str:
    edges = ("top", "left", "bottom", "right", "insideH", "insideV")
    return (
        "<w:tblBorders>"
        + "".join(f'<w:{e} w:val="single" w:sz="4" w:space="0" w:color="{RULE}"/>' for e in edges)
        + "</w:tblBorders>"
    )


def _contents(c: Contents) -> str:
    page = "<w:pageBreakBefore/>" if c.page_break else ""
    heading = f'<w:pPr><w:pStyle w:val="{STYLE_IDS["Contents Heading"]}"/>{page}</w:pPr>'
    return (
        f"<w:p>{heading}{run(CONTENTS_TITLE)}</w:p>"
        f'<w:p><w:pPr><w:pStyle w:val="{STYLE_IDS["toc 1"]}"/></w:pPr>{simple_field(TOC, PLACEHOLDER)}</w:p>'
    )


def _note(number: int, paragraphs: tuple[Paragraph, ...], writer: _Writer) -> str:
    mark = (
        f'<w:r><w:rPr><w:rStyle w:val="{NOTE_MARK}"/></w:rPr><w:footnoteRef/></w:r>'
        '<w:r><w:t xml:space="preserve"> </w:t></w:r>'
    )
    found = "".join(writer.paragraph(p, "" if i else mark) for i, p in enumerate(paragraphs))
    return f'<w:footnote w:id="{number}">{found}</w:footnote>'


def _margins(outline: Outline) -> dict[str, tuple[str, str, str]]:
    """Headers and footers by relation id; a title page has its own, empty unless given."""
    wanted = {m.place for m in outline.margins} | ({"first header", "first footer"} if outline.titlepage else set())
    out = {}
    for i, place in enumerate(("header", "footer", "first header", "first footer")):
        if place not in wanted:
            continue
        kind = place.split()[-1]
        lines = [m.spans for m in outline.margins if m.place == place] or [()]
        paragraphs = "".join(_margin_line(kind, s, place) for s in lines)
        tag = "hdr" if kind == "header" else "ftr"
        target = f"{place.replace(' ', '-')}.xml"
        out[f"rId{20 + i}"] = (kind, target, f"<w:{tag} {base.NAMESPACES}>{paragraphs}</w:{tag}>")
    return out


def _margin_line(kind: str, spans: tuple[Span, ...], place: str) -> str:
    properties = ""
    if place.startswith("first") and not spans:
        properties = '<w:pBdr><w:top w:val="nil"/><w:bottom w:val="nil"/></w:pBdr>'
    return _Writer().paragraph(Paragraph(kind.capitalize(), spans), properties=properties)


def _title(outline: Outline) -> str:
    """The document's title property: its title with the subtitle below it, else its first heading, tags left out.

    A subtitle keeps its tags, so that the window of a reader tells one agreement from another.
    """
    paragraphs = [b for b in outline.blocks if isinstance(b, Paragraph)]
    for p, after in itertools.pairwise(paragraphs):
        if (p.style, after.style) == ("Title", "Subtitle") and alt_text(p.spans):
            return f"{alt_text(p.spans)}: {after.text}"
    for styles in (("Title",), ("Heading 1", *EXHIBIT_HEADINGS), ("Heading 2",)):
        for p in paragraphs:
            if p.style in styles and (found := alt_text(p.spans)):
                return found
    return ""

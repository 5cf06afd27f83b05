"""Paragraphs, cells and tables of a form's own pages, in the styles of the masters."""

from __future__ import annotations

import re
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from agreegen.template.styles import NAVY, RULE, SHADE, SLATE, styles_xml

COLUMNS: Final = (2080, 2600, 2080, 2600)
"""Widths of a form's table: name, answer, name, answer."""

STYLES: Final = (
    '<w:style w:type="character" w:styleId="PlaceholderText"><w:name w:val="Placeholder Text"/>'
    '<w:uiPriority w:val="99"/><w:semiHidden/><w:rPr><w:color w:val="5A6472"/></w:rPr></w:style>'
    '<w:style w:type="paragraph" w:customStyle="1" w:styleId="FormHeading"><w:name w:val="Form Heading"/>'
    '<w:basedOn w:val="Normal"/><w:next w:val="BodyText"/><w:qFormat/><w:pPr><w:keepNext/><w:keepLines/>'
    f'<w:spacing w:before="0" w:after="120" w:line="240" w:lineRule="auto"/></w:pPr><w:rPr><w:b/><w:bCs/>'
    f'<w:color w:val="{NAVY}"/><w:sz w:val="28"/><w:szCs w:val="28"/></w:rPr></w:style>'
    '<w:style w:type="paragraph" w:customStyle="1" w:styleId="FormSection"><w:name w:val="Form Section"/>'
    '<w:basedOn w:val="Normal"/><w:next w:val="BodyText"/><w:qFormat/><w:pPr><w:keepNext/><w:keepLines/>'
    f'<w:spacing w:before="0" w:after="80" w:line="240" w:lineRule="auto"/></w:pPr><w:rPr><w:b/><w:bCs/>'
    f'<w:color w:val="{NAVY}"/><w:sz w:val="22"/><w:szCs w:val="22"/></w:rPr></w:style>'
    '<w:style w:type="paragraph" w:customStyle="1" w:styleId="FormHelp"><w:name w:val="Form Help"/>'
    '<w:basedOn w:val="TableText"/><w:qFormat/><w:pPr><w:spacing w:before="0" w:after="0" w:line="240" '
    f'w:lineRule="auto"/></w:pPr><w:rPr><w:color w:val="{SLATE}"/><w:sz w:val="15"/><w:szCs w:val="15"/></w:rPr>'
    "</w:style>"
)
"""The styles that only a form has."""


BORROWED: Final = ("BodyText", "TableText", "TableHeading", "TableEnd", "AgreementGrid", "SectionBreak")
"""Styles of the masters that a form's pages need."""


def styled(styles: bytes) -> bytes:
    """The styles with those of a form's pages; a template of one's own may lack those of the masters, too."""
    lacking = [name for name in BORROWED if f'w:styleId="{name}"'.encode() not in styles]
    found = (re.search(rf'<w:style [^>]*w:styleId="{n}".*?</w:style>', styles_xml(), re.DOTALL) for n in lacking)
    ours = [m[0] for m in found if m]
    return styles.replace(b"</w:styles>", "".join([*ours, STYLES]).encode() + b"</w:styles>")


def paragraph(content: str, style: str = "BodyText", *, more: str = "") -> str:
    """A paragraph of runs and controls."""
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{more}</w:pPr>{content}</w:p>'


def run(text: str, *, bold: bool = False, small: bool = False) -> str:
    """A run of text; `small` has the size of help itself, since the embedded engine takes a cell's from its table."""
    look = '<w:sz w:val="15"/><w:szCs w:val="15"/>' if small else "<w:b/><w:bCs/>" if bold else ""
    look = f"<w:rPr>{look}</w:rPr>" if look else ""
    return f'<w:r>{look}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>' if text else ""


def cell(content: str, column: int, *, span: int = 1, shade: bool = False) -> str:
    """A cell that begins in a column and spans some."""
    width = sum(COLUMNS[column : column + span])
    spanned = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    shaded = f'<w:shd w:val="clear" w:color="auto" w:fill="{SHADE}"/>' if shade else ""
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{spanned}{shaded}</w:tcPr>{content}</w:tc>'


def row(*cells: str) -> str:
    """A row that stays on one page where it can."""
    return f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{''.join(cells)}</w:tr>"


def heading_row(text: str, about: str = "", *, header: bool = False) -> str:
    """A shaded row across the table that names what follows."""
    inner = paragraph(run(text), "TableHeading", more="<w:keepNext/>")
    if about:
        inner += paragraph(run(about, small=True), "FormHelp", more="<w:keepNext/>")
    marks = "<w:cantSplit/>" + ("<w:tblHeader/>" if header else "")
    return f"<w:tr><w:trPr>{marks}</w:trPr>{cell(inner, 0, span=4, shade=True)}</w:tr>"


def table(rows: str, caption: str, widths: tuple[int, ...] = COLUMNS) -> str:
    """A table with the caption as its alternative text."""
    sides = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="{RULE}"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    grid = "".join(f'<w:gridCol w:w="{w}"/>' for w in widths)
    return (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="AgreementGrid"/><w:tblW w:w="{sum(widths)}" w:type="dxa"/>'
        f'<w:tblBorders>{sides}</w:tblBorders><w:tblLayout w:type="fixed"/><w:tblLook w:val="0620" w:firstRow="1" '
        'w:lastRow="0" w:firstColumn="0" w:lastColumn="0" w:noHBand="1" w:noVBand="1"/>'
        f"<w:tblCaption w:val={quoteattr(caption)}/><w:tblDescription w:val={quoteattr(caption)}/></w:tblPr>"
        f'<w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl><w:p><w:pPr><w:pStyle w:val="TableEnd"/></w:pPr></w:p>'
    )


def plain_table(caption: str, header: tuple[str, ...], rows: list[tuple[str, ...]], widths: tuple[int, ...]) -> str:
    """A table of texts under a header row."""

    def line(texts: tuple[str, ...], style: str, *, head: bool) -> str:
        cells = "".join(
            f'<w:tc><w:tcPr><w:tcW w:w="{w}" w:type="dxa"/>'
            f'{f"""<w:shd w:val="clear" w:color="auto" w:fill="{SHADE}"/>""" if head else ""}</w:tcPr>'
            f"{paragraph(run(t), style)}</w:tc>"
            for t, w in zip(texts, widths, strict=True)
        )
        return f"<w:tr><w:trPr><w:cantSplit/>{'<w:tblHeader/>' if head else ''}</w:trPr>{cells}</w:tr>"

    body = line(header, "TableHeading", head=True) + "".join(line(r, "TableText", head=False) for r in rows)
    return table(body, caption, widths)

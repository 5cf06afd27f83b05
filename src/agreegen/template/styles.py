"""The look of every master, clause and exhibit: one table of styles, and the styles part made from it."""

from __future__ import annotations

from agreegen.late import dataclass

FONT = "Arial"
SYMBOL_FONT = "Segoe UI Symbol"
NAVY, SLATE, GRAY, RULE, SHADE = "14284B", "44546A", "6B7280", "BFC7D3", "E9EDF4"
BODY_LIST, EXHIBIT_LIST, BULLET_LIST, TABLE_BULLET_LIST = "1", "2", "3", "4"
WORDML = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


@dataclass(frozen=True, slots=True)
class Style:
    """One paragraph style: sizes and spaces in points, indents and tab positions in twentieths of a point.

    Space after only: engines differ on space before at the top of a page.
    """

    name: str
    after: float = 6
    size: float | None = None
    bold: bool | None = None
    italic: bool = False
    color: str | None = None
    based: str = "Normal"
    next: str | None = None
    line: int | None = None  # 240 is single
    left: int | None = None
    hanging: int | None = None
    align: str | None = None
    keep_next: bool | None = None
    keep_lines: bool = False
    page_break: bool = False
    list: tuple[str, int] | None = None  # list number, level
    outline: int | None = None
    border: str = ""  # inner XML of w:pBdr
    tabs: tuple[tuple[str, int, str], ...] = ()  # alignment, position, leader
    priority: int = 20

    @property
    def id(self) -> str:
        """The style's id: its name without spaces, `TOC1` for contents levels, as Word writes it."""
        return style_id(self.name)


def style_id(name: str) -> str:
    """The id of the style of that name."""
    words = name.split()
    if words[0] == "toc":
        return "TOC" + "".join(words[1:])
    return "".join(w[0].upper() + w[1:] for w in words)


def _edge(side: str, size: int, space: int, color: str) -> str:
    return f'<w:{side} w:val="single" w:sz="{size}" w:space="{space}" w:color="{color}"/>'


_SIGNATURE_TABS = (("left", 2160, ""), ("left", 6480, "underscore"))

STYLES: tuple[Style, ...] = (
    Style("Cover Band", 150, 11, True, color=NAVY, border=_edge("bottom", 24, 6, NAVY), next="CoverLabel"),
    Style("Title", 10, 28, True, color=NAVY, line=240, keep_next=True, next="Subtitle", priority=10),
    Style("Subtitle", 40, 14, color=SLATE, next="CoverLabel", priority=11),
    Style("Cover Label", 2, 9, True, color=GRAY, keep_next=True, next="CoverText"),
    Style("Cover Text", 14, 13, color=NAVY),
    Style(
        "heading 1", 8, 14, True, color=NAVY, line=240, next="Heading2", keep_next=True, keep_lines=True,
        list=(BODY_LIST, 0), outline=0, border=_edge("bottom", 6, 3, RULE), priority=9,
    ),
    Style(
        "heading 2", 4, 11, True, color=NAVY, next="ClauseText", keep_next=True, keep_lines=True,
        list=(BODY_LIST, 1), outline=1, priority=9,
    ),
    Style("Clause Text", 8, left=720, priority=1),
    Style("Clause 3", 6, list=(BODY_LIST, 2), priority=2),
    Style("Clause 4", 6, list=(BODY_LIST, 3), priority=2),
    Style("Definition", 8, left=720, priority=3),
    Style("List Bullet", 4, list=(BULLET_LIST, 0), priority=3),
    Style("Body Text", 8, priority=1),
    Style("Note", 8, 9.5, color=SLATE, left=720, keep_lines=True),
    Style("Directive", 2, 8, color=GRAY, line=240, priority=30),
    Style(
        "Exhibit Title", 12, 16, True, color=NAVY, line=240, next="ClauseText", keep_next=True, keep_lines=True,
        page_break=True, list=(EXHIBIT_LIST, 0), outline=0, border=_edge("bottom", 12, 4, NAVY),
        tabs=(("left", 1740, ""),), priority=9,
    ),
    Style(
        "Exhibit Heading", 4, 11, True, color=NAVY, next="ClauseText", keep_next=True, keep_lines=True,
        list=(EXHIBIT_LIST, 1), outline=1, priority=9,
    ),
    Style("Exhibit 3", 6, list=(EXHIBIT_LIST, 2), priority=2),
    Style("Exhibit 4", 6, list=(EXHIBIT_LIST, 3), priority=2),
    Style("Table Heading", 0, 9.5, True, color=NAVY, line=252, priority=5),
    Style("Table Text", 0, 9.5, line=252, priority=5),
    Style("Table Bullet", 0, 9.5, line=252, list=(TABLE_BULLET_LIST, 0), priority=5),
    Style("Table End", 0, 2, line=-160, priority=40),
    Style("caption", 5, 9.5, True, color=SLATE, keep_next=True, keep_lines=True, priority=35),
    Style("Signature", 5, keep_next=True, keep_lines=True, tabs=_SIGNATURE_TABS, priority=6),
    Style("Signature Between", 20, based="Signature", next="Signature", priority=6),
    Style("Signature Last", 20, based="Signature", keep_next=False, next="BodyText", priority=6),
    Style("Contents Heading", 10, 14, True, color=NAVY, keep_next=True, border=_edge("bottom", 6, 4, RULE)),
    Style(
        "toc 1", 2, bold=True, line=240, priority=39,
        tabs=(("left", 480, ""), ("left", 1260, ""), ("right", 9360, "dot")),
    ),
    Style("toc 2", 1, line=240, left=1260, hanging=780, priority=39, tabs=(("left", 1260, ""), ("right", 9360, "dot"))),
    Style("header", 0, 9, color=GRAY, line=240, border=_edge("bottom", 4, 4, RULE), priority=99),
    Style("footer", 0, 9, color=GRAY, line=240, align="center", border=_edge("top", 4, 4, RULE), priority=99),
    Style("footnote text", 2, 9, line=240, priority=99),
    Style("Section Break", 0, 1, line=-2, priority=99),
)  # fmt: skip


def shown_name(name: str) -> str:
    """A style's name as Word shows it: the built-in "heading 1" is "Heading 1", contents levels stay "toc 1"."""
    builtin = ("heading ", "caption", "header", "footer", "footnote text", "endnote text", "annotation text")
    return " ".join(w[0].upper() + w[1:] for w in name.split()) if name.lower().startswith(builtin) else name


STYLE_IDS: dict[str, str] = {shown_name(s.name): s.id for s in STYLES} | {"Normal": "Normal"}
HYPERLINK, NOTE_MARK, CHECK_BOX = "Hyperlink", "FootnoteReference", "CheckBox"


def _flag(name: str, value: bool | None) -> str:
    return "" if value is None else f"<w:{name}/>" if value else f'<w:{name} w:val="0"/>'


def _spacing(s: Style) -> str:
    line = ""
    if s.line is not None:
        line = f' w:line="{abs(s.line)}" w:lineRule="{"auto" if s.line > 0 else "exact"}"'
    return f'<w:spacing w:before="0" w:after="{round(s.after * 20)}"{line}/>'


def _paragraph_properties(s: Style) -> str:
    out = _flag("keepNext", s.keep_next) + ("<w:keepLines/>" if s.keep_lines else "")
    out += "<w:pageBreakBefore/>" if s.page_break else ""
    if s.list:
        out += f'<w:numPr><w:ilvl w:val="{s.list[1]}"/><w:numId w:val="{s.list[0]}"/></w:numPr>'
    out += f"<w:pBdr>{s.border}</w:pBdr>" if s.border else ""
    if s.tabs:
        tabs = (f'<w:tab w:val="{a}"' + (f' w:leader="{x}"' if x else "") + f' w:pos="{p}"/>' for a, p, x in s.tabs)
        out += f"<w:tabs>{''.join(tabs)}</w:tabs>"
    out += _spacing(s)
    ind = (("left", s.left), ("hanging", s.hanging))
    if any(v is not None for _, v in ind):
        out += "<w:ind" + "".join(f' w:{k}="{v}"' for k, v in ind if v is not None) + "/>"
    out += f'<w:jc w:val="{s.align}"/>' if s.align else ""
    return out + (f'<w:outlineLvl w:val="{s.outline}"/>' if s.outline is not None else "")


def _run_properties(s: Style) -> str:
    out = _flag("b", s.bold) + _flag("bCs", s.bold) + ("<w:i/><w:iCs/>" if s.italic else "")
    out += f'<w:color w:val="{s.color}"/>' if s.color else ""
    if s.size is not None:
        out += f'<w:sz w:val="{round(s.size * 2)}"/><w:szCs w:val="{round(s.size * 2)}"/>'
    return f"<w:rPr>{out}</w:rPr>" if out else ""


def _style(s: Style) -> str:
    builtin = s.name[0].islower() or s.name in ("Title", "Subtitle", "List Bullet", "Body Text", "Signature")
    custom = "" if builtin else ' w:customStyle="1"'
    return (
        f'<w:style w:type="paragraph"{custom} w:styleId="{s.id}"><w:name w:val="{s.name}"/>'
        f'<w:basedOn w:val="{s.based}"/>'
        + (f'<w:next w:val="{s.next}"/>' if s.next else "")
        + f'<w:uiPriority w:val="{s.priority}"/><w:qFormat/>'
        + f"<w:pPr>{_paragraph_properties(s)}</w:pPr>{_run_properties(s)}</w:style>"
    )


def fonts(name: str) -> str:
    """A `w:rFonts` that uses one font for every script."""
    return f'<w:rFonts w:ascii="{name}" w:hAnsi="{name}" w:eastAsia="{name}" w:cs="{name}"/>'


def _defaults() -> str:
    return (
        f'<w:docDefaults><w:rPrDefault><w:rPr>{fonts(FONT)}<w:sz w:val="22"/><w:szCs w:val="22"/>'
        '<w:lang w:val="en-US" w:eastAsia="en-US" w:bidi="ar-SA"/></w:rPr></w:rPrDefault>'
        "<w:pPrDefault><w:pPr/></w:pPrDefault></w:docDefaults>"
        '<w:latentStyles w:defLockedState="0" w:defUIPriority="99" w:defSemiHidden="0" '
        'w:defUnhideWhenUsed="0" w:defQFormat="0" w:count="376"/>'
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/>'
        '<w:pPr><w:widowControl/><w:spacing w:before="0" w:after="120" w:line="264" w:lineRule="auto"/></w:pPr>'
        "</w:style>"
        '<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont">'
        '<w:name w:val="Default Paragraph Font"/><w:uiPriority w:val="1"/><w:semiHidden/></w:style>'
    )


def _character_styles() -> str:
    def style(style_id: str, name: str, custom: str, rpr: str) -> str:
        return (
            f'<w:style w:type="character"{custom} w:styleId="{style_id}"><w:name w:val="{name}"/>'
            f'<w:basedOn w:val="DefaultParagraphFont"/><w:uiPriority w:val="99"/><w:rPr>{rpr}</w:rPr></w:style>'
        )

    return (
        style(HYPERLINK, "Hyperlink", "", '<w:color w:val="1F4E8C"/><w:u w:val="single"/>')
        + style(NOTE_MARK, "footnote reference", "", '<w:vertAlign w:val="superscript"/>')
        + style(CHECK_BOX, "Check Box", ' w:customStyle="1"', fonts(SYMBOL_FONT))
    )


def _table_styles() -> str:
    margins = (
        '<w:tblCellMar><w:top w:w="58" w:type="dxa"/><w:left w:w="101" w:type="dxa"/>'
        '<w:bottom w:w="58" w:type="dxa"/><w:right w:w="101" w:type="dxa"/></w:tblCellMar>'
    )
    edges = "".join(_edge(e, 4, 0, RULE) for e in ("top", "left", "bottom", "right", "insideH", "insideV"))

    def style(style_id: str, name: str, based: str, inner: str) -> str:
        return (
            f'<w:style w:type="table" w:customStyle="1" w:styleId="{style_id}"><w:name w:val="{name}"/>'
            f'<w:basedOn w:val="{based}"/><w:uiPriority w:val="59"/>'
            f'<w:rPr><w:sz w:val="19"/><w:szCs w:val="19"/></w:rPr><w:tblPr>{inner}</w:tblPr></w:style>'
        )

    return (
        '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/>'
        '<w:uiPriority w:val="99"/><w:semiHidden/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/>'
        '<w:tblCellMar><w:left w:w="108" w:type="dxa"/><w:right w:w="108" w:type="dxa"/></w:tblCellMar>'
        "</w:tblPr></w:style>"
        + style("AgreementGrid", "Agreement Grid", "TableNormal", f"<w:tblBorders>{edges}</w:tblBorders>{margins}")
        + style("AgreementPlain", "Agreement Plain", "TableNormal", margins)
        + '<w:style w:type="numbering" w:default="1" w:styleId="NoList"><w:name w:val="No List"/>'
        '<w:uiPriority w:val="99"/><w:semiHidden/></w:style>'
    )


def styles_xml() -> str:
    """The styles part."""
    paragraphs = "".join(_style(s) for s in STYLES)
    return f'<w:styles xmlns:w="{WORDML}">{_defaults()}{paragraphs}{_character_styles()}{_table_styles()}</w:styles>'

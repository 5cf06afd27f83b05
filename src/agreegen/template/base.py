"""The common base of every master, clause and exhibit: the parts of an empty Word file with our styles and lists."""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING

from agreegen.damage import BROKEN
from agreegen.errors import UsageError
from agreegen.template.styles import (
    BODY_LIST,
    BULLET_LIST,
    EXHIBIT_LIST,
    FONT,
    GRAY,
    NAVY,
    RULE,
    SHADE,
    SLATE,
    SYMBOL_FONT,
    TABLE_BULLET_LIST,
    WORDML,
    styles_xml,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
CONTENT_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
CONTENT = "application/vnd.openxmlformats-officedocument.wordprocessingml"
NAMESPACES = f'xmlns:w="{WORDML}" xmlns:r="{RELATIONS}"'
DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
ZIP_DATE = (1980, 1, 1, 0, 0, 0)
MARGIN, PAGE_SHORT, PAGE_LONG = 1440, 12240, 15840  # US Letter, in twentieths of a point

# level: number format, text, indent of the text, room for the number, linked style; ruled headings have no indent, so
# that the rule begins at the margin in every engine
_BODY = (
    ("decimal", "%1.", 0, 720, "Heading1"),
    ("decimal", "%1.%2", 720, 720, "Heading2"),
    ("lowerLetter", "(%3)", 1224, 504, "Clause3"),
    ("lowerRoman", "(%4)", 1728, 504, "Clause4"),
)
_EXHIBITS = (
    ("upperLetter", "Exhibit %1", 0, 1740, "ExhibitTitle"),
    ("decimal", "%1.%2", 720, 720, "ExhibitHeading"),
    ("lowerLetter", "(%3)", 1224, 504, "Exhibit3"),
    ("lowerRoman", "(%4)", 1728, 504, "Exhibit4"),
)
_BULLETS = (("bullet", "•", 1080, 360, "ListBullet"), ("bullet", "\u2013", 1440, 360, ""))
_TABLE_BULLETS = (("bullet", "•", 216, 216, "TableBullet"), ("bullet", "\u2013", 432, 216, ""))
_LISTS = (
    (BODY_LIST, "A6EE0001", _BODY),
    (EXHIBIT_LIST, "A6EE0002", _EXHIBITS),
    (BULLET_LIST, "A6EE0003", _BULLETS),
    (TABLE_BULLET_LIST, "A6EE0004", _TABLE_BULLETS),
)

Level = tuple[str, str, int, int, str]


def text_width(*, landscape: bool = False) -> int:
    """The width between the margins, in twentieths of a point."""
    return (PAGE_LONG if landscape else PAGE_SHORT) - 2 * MARGIN


# ---------------------------------------------------------------- bookmarks
_ID = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_BOOKMARK = re.compile(r"(?:([cx])_([a-z0-9_]+?)|n)(?:__([a-z0-9_]+))?")
_LONGEST_BOOKMARK = 40  # Word cuts longer names


def bookmark(anchor: str, name: str = "", *, exhibit: bool = False) -> str:
    """The bookmark of a heading id (`c_incident_notice`, `x_hipaa`) or of a named paragraph.

    A named paragraph (`{#cure#}`) below heading `termination` is `c_termination__cure`; with no id above it, `n__cure`.
    """
    for part in (anchor, name):
        if part and not _ID.fullmatch(part):
            raise UsageError(f"“{part}” can't be an id", "use lower-case letters, digits and single hyphens")
    head = f"{'x' if exhibit else 'c'}_{anchor}" if anchor else "n"
    found = (head + (f"__{name}" if name else "")).replace("-", "_")
    if len(found) > _LONGEST_BOOKMARK:
        over = len(found) - _LONGEST_BOOKMARK
        raise UsageError(f"the bookmark {found} is longer than {_LONGEST_BOOKMARK}", f"shorten the id by {over}")
    return found


def bookmark_parts(found: str) -> tuple[str, str, bool] | None:
    """(id, paragraph name, whether an exhibit) of a bookmark that `bookmark` made, else None."""
    m = _BOOKMARK.fullmatch(found)
    if m is None or (m[1] is None and m[3] is None):
        return None
    anchor, name = ((x or "").replace("_", "-") for x in (m[2], m[3]))
    if any(x and not _ID.fullmatch(x) for x in (anchor, name)):
        return None
    return anchor, name, m[1] == "x"


# ---------------------------------------------------------------- parts
def _level(i: int, level: Level) -> str:
    fmt, text, left, room, style = level
    tab, hanging = left or room, room if left else 0
    linked = f'<w:pStyle w:val="{style}"/>' if style else ""
    return (
        f'<w:lvl w:ilvl="{i}"><w:start w:val="1"/><w:numFmt w:val="{fmt}"/>{linked}'
        f'<w:lvlText w:val="{text}"/><w:lvlJc w:val="left"/>'
        f'<w:pPr><w:tabs><w:tab w:val="num" w:pos="{tab}"/></w:tabs>'
        f'<w:ind w:left="{left}" w:hanging="{hanging}"/></w:pPr></w:lvl>'
    )


def _numbering_xml() -> str:
    lists = "".join(
        f'<w:abstractNum w:abstractNumId="{n}"><w:nsid w:val="{nsid}"/><w:multiLevelType w:val="multilevel"/>'
        f"{''.join(_level(i, x) for i, x in enumerate(levels))}</w:abstractNum>"
        for n, nsid, levels in _LISTS
    )
    nums = "".join(f'<w:num w:numId="{n}"><w:abstractNumId w:val="{n}"/></w:num>' for n, _, _ in _LISTS)
    return f'<w:numbering xmlns:w="{WORDML}">{lists}{nums}</w:numbering>'


def footnotes_xml(notes: str = "") -> str:
    """The footnotes part: the two separators, then the given notes."""
    single = '<w:pPr><w:spacing w:after="0" w:line="240" w:lineRule="auto"/></w:pPr>'
    kinds = (("separator", -1), ("continuationSeparator", 0))
    separators = "".join(
        f'<w:footnote w:type="{k}" w:id="{i}"><w:p>{single}<w:r><w:{k}/></w:r></w:p></w:footnote>' for k, i in kinds
    )
    return f"<w:footnotes {NAMESPACES}>{separators}{notes}</w:footnotes>"


def _settings_xml() -> str:
    same = (*(f"accent{i}" for i in range(1, 7)), "hyperlink", "followedHyperlink")
    scheme = {"bg1": "light1", "t1": "dark1", "bg2": "light2", "t2": "dark2"} | {k: k for k in same}
    mapping = " ".join(f'w:{k}="{v}"' for k, v in scheme.items())
    return (
        f'<w:settings xmlns:w="{WORDML}"><w:zoom w:percent="100"/><w:defaultTabStop w:val="720"/>'
        '<w:characterSpacingControl w:val="doNotCompress"/>'
        '<w:footnotePr><w:footnote w:id="-1"/><w:footnote w:id="0"/></w:footnotePr>'
        '<w:compat><w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" '
        'w:val="15"/></w:compat>'
        f'<w:themeFontLang w:val="en-US"/><w:clrSchemeMapping {mapping}/>'
        '<w:decimalSymbol w:val="."/><w:listSeparator w:val=","/></w:settings>'
    )


def _font_table_xml() -> str:
    def font(name: str, panose: str) -> str:
        return (
            f'<w:font w:name="{name}"><w:panose1 w:val="{panose}"/><w:charset w:val="00"/>'
            '<w:family w:val="swiss"/><w:pitch w:val="variable"/></w:font>'
        )

    fonts = font(FONT, "020B0604020202020204") + font(SYMBOL_FONT, "020B0502040204020203")
    return f'<w:fonts xmlns:w="{WORDML}">{fonts}</w:fonts>'


def _theme_xml() -> str:
    colors = {
        "dk1": "000000", "lt1": "FFFFFF", "dk2": NAVY, "lt2": SHADE, "accent1": NAVY, "accent2": SLATE, "accent3": GRAY,
        "accent4": RULE, "accent5": "1F4E8C", "accent6": "8A6D1F", "hlink": "1F4E8C", "folHlink": "5B3E8C",
    }  # fmt: skip
    scheme = "".join(f'<a:{k}><a:srgbClr val="{v}"/></a:{k}>' for k, v in colors.items())
    font = f'<a:latin typeface="{FONT}"/><a:ea typeface=""/><a:cs typeface=""/>'
    fill = '<a:solidFill><a:schemeClr val="phClr"/></a:solidFill>'
    line = f'<a:ln w="6350">{fill}</a:ln>'
    effect = "<a:effectStyle><a:effectLst/></a:effectStyle>"
    return (
        '<a:theme xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" name="Agreement"><a:themeElements>'
        f'<a:clrScheme name="Agreement">{scheme}</a:clrScheme>'
        f'<a:fontScheme name="Agreement"><a:majorFont>{font}</a:majorFont>'
        f"<a:minorFont>{font}</a:minorFont></a:fontScheme>"
        f'<a:fmtScheme name="Agreement"><a:fillStyleLst>{fill * 3}</a:fillStyleLst>'
        f"<a:lnStyleLst>{line * 3}</a:lnStyleLst><a:effectStyleLst>{effect * 3}</a:effectStyleLst>"
        f"<a:bgFillStyleLst>{fill * 3}</a:bgFillStyleLst></a:fmtScheme>"
        "</a:themeElements></a:theme>"
    )


def core_xml(title: str = "") -> str:
    """The core properties: title and language, no date and no name."""
    from xml.sax.saxutils import escape  # noqa: PLC0415 (it loads the network modules)

    shown = f"<dc:title>{escape(title)}</dc:title>" if title else ""
    return (
        '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/">{shown}<dc:language>en-US</dc:language></cp:coreProperties>'
    )


def _relations_xml(relations: Mapping[str, tuple[str, str]]) -> str:
    items = (
        f'<Relationship Id="{i}" Type="{kind}" Target="{target}"/>' for i, (kind, target) in sorted(relations.items())
    )
    return f'<Relationships xmlns="{PACKAGE_RELATIONS}">{"".join(items)}</Relationships>'


def _content_types_xml(overrides: Mapping[str, str]) -> str:
    items = (f'<Override PartName="/{part}" ContentType="{kind}"/>' for part, kind in sorted(overrides.items()))
    return (
        f'<Types xmlns="{CONTENT_TYPES}"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{"".join(items)}</Types>'
    )


_DOCUMENT_PARTS = {  # relation type, target, content type
    "rId1": ("styles", "styles.xml", f"{CONTENT}.styles+xml"),
    "rId2": ("numbering", "numbering.xml", f"{CONTENT}.numbering+xml"),
    "rId3": ("settings", "settings.xml", f"{CONTENT}.settings+xml"),
    "rId4": ("fontTable", "fontTable.xml", f"{CONTENT}.fontTable+xml"),
    "rId5": ("theme", "theme/theme1.xml", "application/vnd.openxmlformats-officedocument.theme+xml"),
    "rId6": ("footnotes", "footnotes.xml", f"{CONTENT}.footnotes+xml"),
}


def section_xml(*, landscape: bool = False, references: str = "", titlepage: bool = False) -> str:
    """The `w:sectPr` of a US Letter page with one-inch margins; `references` are its headers and footers."""
    size = (PAGE_LONG, PAGE_SHORT) if landscape else (PAGE_SHORT, PAGE_LONG)
    turned = ' w:orient="landscape"' if landscape else ""
    edges = " ".join(f'w:{e}="{MARGIN}"' for e in ("top", "right", "bottom", "left"))
    return (
        f'<w:sectPr>{references}<w:pgSz w:w="{size[0]}" w:h="{size[1]}"{turned}/>'
        f'<w:pgMar {edges} w:header="720" w:footer="720" w:gutter="0"/><w:cols w:space="720"/>'
        f"{'<w:titlePg/>' if titlepage else ''}</w:sectPr>"
    )


def parts(
    body: str = "",
    section: str = "",
    margins: Mapping[str, tuple[str, str, str]] | None = None,
    *,
    notes: str = "",
    title: str = "",
) -> dict[str, bytes]:
    """The parts of a Word file on the base; `margins` are headers and footers: id → (kind, target, XML)."""
    margins = margins or {}
    kinds = _DOCUMENT_PARTS | {i: (k, t, f"{CONTENT}.{k}+xml") for i, (k, t, _) in margins.items()}
    extended = "application/vnd.openxmlformats-officedocument.extended-properties+xml"
    core = "application/vnd.openxmlformats-package.core-properties+xml"
    overrides = {f"word/{t}": c for _, t, c in kinds.values()}
    overrides |= {"word/document.xml": f"{CONTENT}.document.main+xml", "docProps/core.xml": core}
    overrides |= {"docProps/app.xml": extended}
    properties = f"{PACKAGE_RELATIONS}/metadata/core-properties"
    xml = {
        "[Content_Types].xml": _content_types_xml(overrides),
        "_rels/.rels": _relations_xml(
            {
                "rId1": (f"{RELATIONS}/officeDocument", "word/document.xml"),
                "rId2": (properties, "docProps/core.xml"),
                "rId3": (f"{RELATIONS}/extended-properties", "docProps/app.xml"),
            }
        ),
        "docProps/core.xml": core_xml(title),
        "docProps/app.xml": '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/'
        'extended-properties"><Application>agreegen</Application></Properties>',
        "word/document.xml": f"<w:document {NAMESPACES}><w:body>{body}{section or section_xml()}</w:body></w:document>",
        "word/_rels/document.xml.rels": _relations_xml({i: (f"{RELATIONS}/{k}", t) for i, (k, t, _) in kinds.items()}),
        "word/styles.xml": styles_xml(),
        "word/numbering.xml": _numbering_xml(),
        "word/settings.xml": _settings_xml(),
        "word/fontTable.xml": _font_table_xml(),
        "word/theme/theme1.xml": _theme_xml(),
        "word/footnotes.xml": footnotes_xml(notes),
    } | {f"word/{target}": x for _, target, x in margins.values()}
    return {name: (DECLARATION + x).encode() for name, x in xml.items()}


def pack(members: Mapping[str, bytes]) -> bytes:
    """The parts as a Word file: sorted, dated 1980-01-01, so that the same parts give the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as z:
        for name in sorted(members):
            info = zipfile.ZipInfo(name, ZIP_DATE)
            info.create_system = 0
            z.writestr(info, members[name], zipfile.ZIP_DEFLATED, 6)
    return out.getvalue()


def unpack(data: bytes) -> dict[str, bytes]:
    """The parts of a Word file by name."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as z:
            return {n: z.read(n) for n in z.namelist() if not n.endswith("/")}
    except BROKEN as e:
        raise UsageError("not a Word file (.docx)", "save it in Word as “Word Document (.docx)”") from e


def build() -> bytes:
    """`templates/base.docx`: no text, all styles and lists."""
    return pack(parts('<w:p><w:pPr><w:pStyle w:val="ClauseText"/></w:pPr></w:p>'))

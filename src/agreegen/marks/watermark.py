"""The watermark of a Word document, as Word makes it: WordArt behind the text in every header.

Word shows it at Design > Watermark, and removes it there.
"""

from __future__ import annotations

import math
import posixpath
import unicodedata
from typing import TYPE_CHECKING, Final

from lxml import etree

from agreegen.errors import UsageError
from agreegen.template.base import CONTENT, CONTENT_TYPES, PACKAGE_RELATIONS, RELATIONS, pack, unpack
from agreegen.template.styles import WORDML

if TYPE_CHECKING:
    from collections.abc import Mapping

DRAFT: Final = "DRAFT"
LONGEST: Final = 40
"""Characters of a watermark: more are too small to read across a page."""

_NAME: Final = "PowerPlusWaterMarkObject"
_V, _O, _W10 = (f"urn:schemas-microsoft-com:{x}" for x in ("vml", "office:office", "office:word"))
W, R = f"{{{WORDML}}}", f"{{{RELATIONS}}}"
BODY, RELS, SETTINGS = "word/document.xml", "word/_rels/document.xml.rels", "word/settings.xml"
_NAMESPACES: Final = f'xmlns:w="{WORDML}" xmlns:r="{RELATIONS}" xmlns:v="{_V}" xmlns:o="{_O}" xmlns:w10="{_W10}"'
_TYPE: Final = (
    '<v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" adj="10800" '
    'path="m@7,l@8,m@5,21600l@6,21600e"><v:formulas>'
    + "".join(
        f'<v:f eqn="{x}"/>'
        for x in (
            *("sum #0 0 10800", "prod #0 2 1", "sum 21600 0 @1", "sum 0 0 @2", "sum 21600 0 @3", "if @0 @3 0"),
            *("if @0 21600 @1", "if @0 0 @2", "if @0 @4 21600", "mid @5 @6", "mid @8 @5", "mid @7 @8", "mid @6 @7"),
            "sum @6 0 @5",
        )
    )
    + '</v:formulas><v:path textpathok="t" o:connecttype="custom" '
    'o:connectlocs="@9,0;@10,10800;@11,21600;@12,10800" o:connectangles="270,180,90,0"/>'
    '<v:textpath on="t" fitshape="t"/><v:handles><v:h position="#0,bottomRight" xrange="6629,14971"/></v:handles>'
    '<o:lock v:ext="edit" text="t" shapetype="t"/></v:shapetype>'
)
_TINY: Final = '<w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/>'
_NARROW, _WIDE = frozenset(" .,;:'!|()[]-/ijltfI1"), frozenset("MW@%mw—")
_FIRST_NUMBER: Final = 901  # headers that we add, beyond those that Word numbers
_KINDS: Final = ("default", "first", "even")


def checked(text: str) -> str:
    """The text as it is printed; UsageError if it can't be a watermark."""
    plain = " ".join(unicodedata.normalize("NFC", text).split())
    if not plain:
        raise UsageError("the watermark has no text", 'give a short text, such as --watermark "FOR REVIEW"')
    if bad := next((c for c in plain if unicodedata.category(c).startswith("C")), ""):
        message = f"the watermark has a character that can't be printed: U+{ord(bad):04X}"
        raise UsageError(message, "write plain text on one line")
    if len(plain) > LONGEST:
        raise UsageError(f"the watermark has {len(plain)} characters; at most {LONGEST} can be read across a page",
                         "shorten it")  # fmt: skip
    return plain


def worded(text: str = "", *, as_draft: bool = False) -> str:
    """The one watermark of a document: a draft's always says DRAFT; "" if there is none."""
    own = checked(text) if text else ""
    if not as_draft or DRAFT in own.upper():
        return own
    return checked(f"{DRAFT} \u2013 {own}") if own else DRAFT


def watermarked(docx: bytes, text: str) -> bytes:
    """The document with this watermark, and no other, on every page; no word or page break moves."""
    shown = checked(text)
    parts = unpack(docx)
    if BODY not in parts:
        raise UsageError("not a Word file: word/document.xml is missing", "save it as .docx in Word")
    body = etree.fromstring(parts[BODY])
    rels = etree.fromstring(parts.get(RELS, f'<Relationships xmlns="{PACKAGE_RELATIONS}"/>'.encode()))
    sections = _sections(body)
    if made := _complete(sections, rels, _even(parts)):
        _add_headers(parts, made)
        parts[RELS], parts[BODY] = _bytes(rels), _bytes(body)
    targets = {r.get("Id", ""): r.get("Target", "") for r in rels}
    for number, (name, room) in enumerate(_headers(sections, targets).items()):
        header = etree.fromstring(parts[name])
        _stamp(header, shown, room, number)
        parts[name] = _bytes(header)
    return pack(parts)


def _sections(root: etree._Element) -> list[etree._Element]:
    """The sections of the document; one is made where it names none."""
    changed = W + "sectPrChange"
    found = [s for s in root.iter(W + "sectPr") if (p := s.getparent()) is None or p.tag != changed]
    if not found:
        body = root.find(W + "body")
        if body is None:
            raise UsageError("not a Word file: it has no body", "save it as .docx in Word (not as Strict Open XML)")
        found = [etree.SubElement(body, W + "sectPr")]
    return found


def _even(parts: Mapping[str, bytes]) -> bool:
    """Whether even pages have headers of their own."""
    settings = parts.get(SETTINGS)
    found = etree.fromstring(settings).find(W + "evenAndOddHeaders") if settings else None
    return found is not None and found.get(W + "val") not in ("0", "false", "off")


def _complete(sections: list[etree._Element], rels: etree._Element, even: bool) -> list[str]:
    """Names the headers that pages lack in the first section, from which the others inherit; the new parts."""
    wanted = {"default": True, "first": any(_is_first(s) for s in sections), "even": even}
    own = {r.get(W + "type", "default") for r in sections[0].iterfind(W + "headerReference")}
    bare = all(s.find(W + "headerReference") is None for s in sections)
    made = []
    for at, kind in enumerate(k for k, on in wanted.items() if on and k not in own):
        rid, name = f"rIdWatermark{at}", f"header{_FIRST_NUMBER + at}.xml"
        kinds = {"Id": rid, "Type": f"{RELATIONS}/header", "Target": name}
        etree.SubElement(rels, f"{{{PACKAGE_RELATIONS}}}Relationship", kinds)
        sections[0].insert(at, etree.Element(W + "headerReference", {W + "type": kind, R + "id": rid}))
        made.append(f"word/{name}")
    for section in sections if bare else ():
        _lower(section)
    return made


def _is_first(section: etree._Element) -> bool:
    title = section.find(W + "titlePg")
    return title is not None and title.get(W + "val") not in ("0", "false", "off")


def _lower(section: etree._Element) -> None:
    """Keeps an empty header above the text where the top margin leaves it no room."""
    margins = section.find(W + "pgMar")
    if margins is None:
        return
    top, distance = (int(margins.get(W + x) or 720) for x in ("top", "header"))
    if 0 <= top < distance + 20:
        margins.set(W + "header", str(max(top - 20, 0)))


def _add_headers(parts: dict[str, bytes], made: list[str]) -> None:
    types = etree.fromstring(parts["[Content_Types].xml"])
    for name in made:
        kinds = {"PartName": f"/{name}", "ContentType": f"{CONTENT}.header+xml"}
        etree.SubElement(types, f"{{{CONTENT_TYPES}}}Override", kinds)
        parts[name] = f"<w:hdr {_NAMESPACES}><w:p><w:pPr>{_TINY}</w:pPr></w:p></w:hdr>".encode()
    parts["[Content_Types].xml"] = _bytes(types)


def _headers(sections: list[etree._Element], targets: Mapping[str, str]) -> dict[str, float]:
    """The parts of the headers, each with the shorter side of the text on the smallest page that prints it."""
    found: dict[str, float] = {}
    current: dict[str, str] = {}
    for section in sections:
        for reference in section.iterfind(W + "headerReference"):
            current[reference.get(W + "type", "default")] = targets.get(reference.get(R + "id", ""), "")
        for target in filter(None, (current.get(k, "") for k in _KINDS)):
            name = posixpath.normpath(target.lstrip("/") if target.startswith("/") else f"word/{target}")
            found[name] = min(found.get(name, math.inf), _room(section))
    return found


def _room(section: etree._Element) -> float:
    """The shorter side of the text on a page of the section, in points."""

    def measure(element: str, name: str, default: int) -> int:
        e = section.find(W + element)
        return abs(int(e.get(W + name) or default)) if e is not None else default

    wide = measure("pgSz", "w", 12240) - measure("pgMar", "left", 1440) - measure("pgMar", "right", 1440)
    high = measure("pgSz", "h", 15840) - measure("pgMar", "top", 1440) - measure("pgMar", "bottom", 1440)
    return max(min(wide, high), 1440) / 20


def _stamp(header: etree._Element, text: str, room: float, number: int) -> None:
    for old in [e for e in header.iter(f"{{{_V}}}shape") if _NAME in (e.get("id") or "")]:
        _take_out(old)
    paragraph = header.find(W + "p")
    if paragraph is None:
        paragraph = etree.fromstring(f"<w:p {_NAMESPACES}><w:pPr>{_TINY}</w:pPr></w:p>")
        header.append(paragraph)
    properties = paragraph.find(W + "pPr")
    paragraph.insert(0 if properties is None else 1, _run(text, room, number))


def _take_out(shape: etree._Element) -> None:
    """Removes a former watermark with the run and the control that held nothing else."""
    held = list(shape.iterancestors(W + "pict", W + "r", W + "sdt"))
    for holder in held:
        rest = [e for e in holder.iter(W + "t", W + "drawing", W + "fldChar", W + "pict", W + "tab") if e is not holder]
        parent = holder.getparent()
        if rest or parent is None:
            return
        parent.remove(holder)


def _run(text: str, room: float, number: int) -> etree._Element:
    """A run with the WordArt: slanted, its corners within the margins of an upright and of a sideways page."""
    em = sum(0.3 if c in _NARROW else 0.9 if c in _WIDE else 0.7 if c.isupper() else 0.56 for c in text)
    wide = min(room * math.sqrt(2) / (1 + 1 / em), room * math.sqrt(2) - 24)
    high = min(wide / em, room / 2)
    style = (
        f"position:absolute;margin-left:0;margin-top:0;width:{wide:.1f}pt;height:{high:.1f}pt;rotation:315;"
        f"z-index:-{251658752 - number * 1024};mso-position-horizontal:center;"
        "mso-position-horizontal-relative:margin;mso-position-vertical:center;mso-position-vertical-relative:margin"
    )
    from xml.sax.saxutils import quoteattr  # noqa: PLC0415 (it loads the network modules)

    path = quoteattr('font-family:"Arial";font-size:1pt')
    return etree.fromstring(
        f"<w:r {_NAMESPACES}><w:rPr><w:noProof/></w:rPr><w:pict>{_TYPE}"
        f'<v:shape id="{_NAME}{357476642 + number}" o:spid="_x0000_s{2049 + number}" type="#_x0000_t136" alt="" '
        f'style="{style}" o:allowincell="f" fillcolor="silver" stroked="f"><v:fill opacity=".5"/>'
        f'<v:textpath style={path} string={quoteattr(text)}/><w10:wrap anchorx="margin" anchory="margin"/>'
        "</v:shape></w:pict></w:r>"
    )


def _bytes(root: etree._Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)

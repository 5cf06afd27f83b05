"""A working copy of the document in the plainest form that prints the same: content controls and tracked changes
resolved, capitals and symbols written out, hidden text and watermarks gone.

Engines lose or add text exactly where these are; nobody but an engine ever sees the copy.
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Final

from lxml import etree

from agreegen.pdf import symbols
from agreegen.pdf.parts import MC, XML_SPACE, W, value

if TYPE_CHECKING:
    from agreegen.pdf.parts import Parts
    from agreegen.pdf.styles import Styles

_WRAPPERS: Final = tuple(W + x for x in ("ins", "moveTo", "smartTag", "customXml", "dir", "bdo"))
_REMOVED: Final = tuple(
    f"{W}{x}"
    for x in (
        *("del", "moveFrom", "moveFromRangeStart", "moveFromRangeEnd", "moveToRangeStart", "moveToRangeEnd"),
        *("commentRangeStart", "commentRangeEnd", "commentReference", "proofErr", "permStart", "permEnd"),
        *("smartTagPr", "customXmlPr", "rPrChange", "pPrChange", "tblPrChange", "trPrChange", "tcPrChange"),
        *("sectPrChange", "numberingChange", "lastRenderedPageBreak"),
    )
)
_V: Final = "{urn:schemas-microsoft-com:vml}"


def flatten(parts: Parts, styles: Styles) -> tuple[str, ...]:
    """Flattens every story in place; the texts of the watermarks that were taken out."""
    watermarks: list[str] = []
    for name, root in list(parts.stories()):
        _drop_rows(root)
        _unwrap_controls(root)
        for e in list(root.iter(*_REMOVED)):
            _remove(e)
        for e in list(root.iter(*_WRAPPERS)):
            if (parent := e.getparent()) is not None and parent.tag != W + "rPr" and parent.tag != W + "trPr":
                _replace(e, list(e))
        _choose(root)
        if name.startswith("word/header"):
            watermarks += _take_watermarks(root)
        _write_out(root, styles)
    numbering = parts.tree("word/numbering.xml")
    if numbering is not None:
        for level in numbering.iter(W + "lvl"):
            _plain_bullet(level)
    return tuple(watermarks)


def settle_defaults(parts: Parts) -> None:
    """Moves the document defaults into the styles: in tables, dxpdf lets them win over a paragraph's style."""
    root = parts.tree("word/styles.xml")
    if root is None:
        return
    for kind in ("rPr", "pPr"):
        defaults = root.find(f"{W}docDefaults/{W}{kind}Default/{W}{kind}")
        if defaults is None:
            continue
        for style in root.iterfind(f"{W}style[@{W}type='paragraph']"):
            if style.find(W + "basedOn") is None:
                _inherit(style, kind, defaults)
        for e in list(defaults):
            defaults.remove(e)


def _inherit(style: etree._Element, kind: str, defaults: etree._Element) -> None:
    own = style.find(W + kind)
    if own is None:
        own = etree.SubElement(style, W + kind)
    for e in defaults:
        if (named := own.find(e.tag)) is None:
            own.append(copy.deepcopy(e))
        else:
            for key, inherited in e.attrib.items():
                if key not in named.attrib:
                    named.set(key, inherited)


def _replace(e: etree._Element, children: list[etree._Element]) -> None:
    parent = e.getparent()
    assert parent is not None
    at = parent.index(e)
    parent[at : at + 1] = children


def _remove(e: etree._Element) -> None:
    parent = e.getparent()
    if parent is not None:
        parent.remove(e)


def _drop_rows(root: etree._Element) -> None:
    for mark in list(root.iter(W + "del")):
        parent = mark.getparent()
        if parent is not None and parent.tag == W + "trPr" and (row := parent.getparent()) is not None:
            _remove(row)


def _unwrap_controls(root: etree._Element) -> None:
    for control in list(root.iter(W + "sdt")):
        content = control.find(W + "sdtContent")
        _replace(control, list(content) if content is not None else [])


def _choose(root: etree._Element) -> None:
    """Keeps one branch of each mc:AlternateContent: the fallback, which every engine knows."""
    for choice in list(root.iter(MC + "AlternateContent")):
        branch = choice.find(MC + "Choice")
        fallback = choice.find(MC + "Fallback")
        drawing = branch is not None and branch.find(f".//{W}drawing") is not None
        kept = branch if drawing or fallback is None else fallback
        _replace(choice, list(kept) if kept is not None else [])


def _take_watermarks(root: etree._Element) -> list[str]:
    found = []
    for picture in list(root.iter(W + "pict")):
        text = next((t.get("string") for t in picture.iter(_V + "textpath") if t.get("string")), None)
        if text:
            found.append(text)
            _remove(picture)
    return found


def _write_out(root: etree._Element, styles: Styles) -> None:
    """Capitals as capitals, symbol fonts as Unicode, hidden runs removed."""
    for p in root.iter(W + "p"):
        style = styles.of(p)
        for r in list(p.iter(W + "r")):
            rpr = r.find(W + "rPr")
            if styles.run_on(rpr, style, "vanish") and next(r.iter(W + "fldChar"), None) is None:
                _remove(r)
                continue
            if styles.run_on(rpr, style, "caps") or styles.run_on(rpr, style, "smallCaps"):
                for t in r.iterfind(W + "t"):
                    t.text = (t.text or "").upper()
            _plain_symbols(r, rpr, styles.font(rpr, style))


def _plain_symbols(r: etree._Element, rpr: etree._Element | None, font: str) -> None:
    if symbols.is_symbol_font(font):
        for t in r.iterfind(W + "t"):
            t.text = symbols.unicode_of(t.text or "", font)
        _set_font(r, rpr)
    for sign in list(r.iterfind(W + "sym")):
        code = int(sign.get(W + "char", "0"), 16)
        t = etree.Element(W + "t", {XML_SPACE: "preserve"})
        t.text = symbols.unicode_of(chr(code), sign.get(W + "font", ""))
        _replace(sign, [t])
        _set_font(r, r.find(W + "rPr"))


def _set_font(r: etree._Element, rpr: etree._Element | None) -> None:
    if rpr is None:
        rpr = etree.Element(W + "rPr")
        r.insert(0, rpr)
    for old in rpr.findall(W + "rFonts"):
        rpr.remove(old)
    fonts = etree.Element(W + "rFonts", {W + x: symbols.FONT for x in ("ascii", "hAnsi", "cs", "eastAsia")})
    rpr.insert(1 if rpr.find(W + "rStyle") is not None else 0, fonts)


def _plain_bullet(level: etree._Element) -> None:
    fonts = level.find(f"{W}rPr/{W}rFonts")
    font = fonts.get(W + "ascii", "") if fonts is not None else ""
    text = level.find(W + "lvlText")
    if value(level, W + "numFmt") != "bullet" or text is None or fonts is None or not symbols.is_symbol_font(font):
        return
    text.set(W + "val", symbols.unicode_of(text.get(W + "val", ""), font))
    for slot in list(fonts.attrib):
        del fonts.attrib[slot]
    for slot in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(W + slot, symbols.FONT)

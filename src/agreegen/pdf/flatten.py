"""A working copy of the document in the plainest form that prints the same: content controls and tracked changes
resolved, capitals and symbols written out, hidden text and watermarks gone.

Engines lose or add text exactly where these are; nobody but an engine ever sees the copy.
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Final

from lxml import etree

from agreegen.pdf import holders, notes, symbols, vml
from agreegen.pdf.changes import accept, remove, replace
from agreegen.pdf.cleaned import clean
from agreegen.pdf.parts import MC, STORY, XML_SPACE, Parts, W
from agreegen.pdf.settled import settle
from agreegen.pdf.targets import marked, targets

if TYPE_CHECKING:
    from agreegen.pdf.styles import Styles

_HEADER: Final = W + "hdr"
_MARGINS: Final = (_HEADER, W + "ftr")
_PROPERTIES: Final = tuple(W + x for x in ("rPr", "pPr", "tcPr", "trPr", "tblPr"))
_STYLE, _TYPE, _BASE = (W + x for x in ("style", "type", "basedOn"))
_SWITCHES: Final = ("vanish", "caps", "smallCaps")
_V: Final = "{urn:schemas-microsoft-com:vml}"


def flattened(docx: bytes) -> bytes:
    """The document as any engine may be given it: changes accepted, fields settled, comments and watermarks gone."""
    parts = Parts(docx)
    resolve(parts)
    return parts.pack()


def watermarks(docx: bytes) -> tuple[str, ...]:
    """The texts of the document's watermarks, each once."""
    parts = Parts(docx)
    headers = [n for n in parts.members if "header" in n and STORY.fullmatch(n)]
    roots = [root for name in headers if (root := parts.tree(name)) is not None]
    found = (x for root in roots if root.tag == _HEADER for x in _take_watermarks(root))
    return tuple(dict.fromkeys(found))


def resolve(parts: Parts, *, links: bool = False) -> tuple[str, ...]:
    """Settles in place what engines would show otherwise than Word; the watermarks that were taken out."""
    taken: list[str] = []
    stories = list(parts.stories())
    for _, root in stories:
        accept(root)
    known = marked(parts) if links else targets(parts)
    for _, root in stories:
        if root.tag == _HEADER:
            taken += _take_watermarks(root)
        settle(root, known, links=links)
    notes.gather(parts)
    symbols.write_bullets(parts.tree("word/numbering.xml"))
    return tuple(taken)


def flatten(parts: Parts, styles: Styles) -> tuple[str, ...]:
    """Flattens every story in place for the embedded engine; the texts of the watermarks that were taken out."""
    watermarks = resolve(parts, links=True)
    notes.behind_tables(parts)
    for _, root in list(parts.stories()):
        _choose(root)
        vml.redraw(root)
        _drop_repeated(root)
        clean(root)
        if root.tag in _MARGINS:
            _unframe(root, styles)
        _write_out(root, styles)
    for name in ("word/styles.xml", "word/numbering.xml"):
        if (tree := parts.tree(name)) is not None:
            _choose(tree)
            _drop_repeated(tree)
            clean(tree)
    return watermarks


def settle_defaults(parts: Parts) -> None:
    """Moves the document defaults into the styles: in tables, dxpdf lets them win over a paragraph's style."""
    root = parts.tree("word/styles.xml")
    if root is None:
        return
    for kind in ("rPr", "pPr"):
        defaults = root.find(f"{W}docDefaults/{W}{kind}Default/{W}{kind}")
        if defaults is None:
            continue
        for style in root.iterfind(_STYLE):
            if style.get(_TYPE) == "paragraph" and style.find(_BASE) is None:
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
            for key, inherited in e.items():
                if key not in named.attrib:
                    named.set(key, inherited)


def _drop_repeated(root: etree._Element) -> None:
    """Keeps the last of properties that are named twice: dxpdf refuses such documents."""
    for e in root.iter(*_PROPERTIES):
        if len(e) > 1 and len(e) > len({child.tag for child in e}):
            last = {child.tag: child for child in e}
            for child in [child for child in e if last[child.tag] is not child]:
                e.remove(child)


def _unframe(root: etree._Element, styles: Styles) -> None:
    """Takes paragraphs of headers and footers, most often page numbers, out of their frames, aligned as those were."""
    for p in root.iter(W + "p"):
        frame = styles.frame(p)
        ppr = p.find(W + "pPr")
        own = ppr.find(W + "framePr") if ppr is not None else None
        if frame is None or ppr is None:
            continue
        if own is not None:
            ppr.remove(own)
        if (side := frame.get(W + "xAlign")) in ("right", "center") and ppr.find(W + "jc") is None:
            after = [e for e in ppr if e.tag in (W + "outlineLvl", W + "rPr", W + "sectPr", W + "textAlignment")]
            at = ppr.index(after[0]) if after else len(ppr)
            ppr.insert(at, etree.Element(W + "jc", {W + "val": str(side)}))


def _choose(root: etree._Element) -> None:
    """Keeps one branch of each mc:AlternateContent: the fallback, which every engine knows."""
    for choice in list(root.iter(MC + "AlternateContent")):
        branch = choice.find(MC + "Choice")
        fallback = choice.find(MC + "Fallback")
        drawing = branch is not None and branch.find(f".//{W}drawing") is not None
        kept = branch if drawing or fallback is None else fallback
        replace(choice, list(kept) if kept is not None else [])


def _take_watermarks(root: etree._Element) -> list[str]:
    """The texts of WordArt behind the text of a header, which is taken out."""
    found = []
    for path in list(root.iter(_V + "textpath")):
        shape, picture = path.getparent(), next(path.iterancestors(W + "pict"), None)
        text = path.get("string", "").strip()
        if shape is None or picture is None or not text or not _is_behind(shape):
            continue
        found.append(text)
        around = next(path.iterancestors(MC + "AlternateContent"), None)
        remove(picture if around is None else around)
    return found


def _is_behind(shape: etree._Element) -> bool:
    style = shape.get("style", "").replace(" ", "").lower()
    named = "watermark" in (shape.get("id", "") + shape.get("alt", "")).lower()
    return named or ("position:absolute" in style and ("z-index:-" in style or "rotation:" in style))


def _write_out(root: etree._Element, styles: Styles) -> None:
    """Capitals as capitals, symbol fonts as Unicode, hidden runs removed."""
    own = holders.runs(root, *_SWITCHES, "rFonts", "rStyle")
    signs = {r for e in root.iter(W + "sym") if (r := e.getparent()) is not None}
    special = holders.around((*own, *signs))
    plain: dict[str, bool] = {}
    for p in root.iter(W + "p"):
        style = styles.of(p)
        if style not in plain:
            plain[style] = _is_plain(style, styles)
        if plain[style] and p not in special:
            continue
        for r in list(p.iter(W + "r")):
            if plain[style] and r not in own and r not in signs:
                continue
            rpr = r.find(W + "rPr")
            if styles.run_on(rpr, style, "vanish") and next(r.iter(W + "fldChar"), None) is None:
                remove(r)
                continue
            if styles.run_on(rpr, style, "caps") or styles.run_on(rpr, style, "smallCaps"):
                for t in r.iterfind(W + "t"):
                    t.text = (t.text or "").upper()
            _plain_symbols(r, rpr, styles.font(rpr, style))


def _is_plain(style: str, styles: Styles) -> bool:
    """Whether a paragraph style leaves the letters of its runs as they are."""
    return not any(styles.run_on(None, style, x) for x in _SWITCHES) and not symbols.is_symbol_font(
        styles.font(None, style)
    )


def _plain_symbols(r: etree._Element, rpr: etree._Element | None, font: str) -> None:
    if symbols.is_symbol_font(font):
        for t in r.iterfind(W + "t"):
            t.text = symbols.unicode_of(t.text or "", font)
        symbols.set_font(r)
    for sign in list(r.iterfind(W + "sym")):
        t = etree.Element(W + "t", {XML_SPACE: "preserve"})
        t.text = symbols.sign_of(sign)
        replace(sign, [t])
        symbols.set_font(r)

"""A working copy for LibreOffice in which links to the web stay links.

LibreOffice 7.4 draws a link from a PDF only where its words have a character style; any will do.
"""

from __future__ import annotations

from typing import Final

from lxml import etree

from agreegen.pdf.parts import BODY, STORY, Parts, R, W, properties

_STYLE: Final = "LinkToTheWeb"
_STYLES: Final = "word/styles.xml"


def linked(docx: bytes) -> bytes:
    """The document with a character style, which changes nothing, on the words of links that have none."""
    parts = Parts(docx)
    if not any(STORY.fullmatch(n) and b"<w:hyperlink " in data for n, data in parts.members.items()):
        return docx
    styles = parts.tree(_STYLES)
    changed = {name for name, root in parts.stories() if styles is not None and _dress(root)}
    if not changed or styles is None:
        return docx
    style = etree.SubElement(styles, W + "style", {W + "type": "character", W + "styleId": _STYLE})
    etree.SubElement(style, W + "name", {W + "val": _STYLE})
    return parts.pack({*changed, _STYLES, BODY})


def _dress(root: etree._Element) -> bool:
    """Puts the style on the words of links in a story; whether there were any."""
    found = False
    for link in root.iter(W + "hyperlink"):
        if link.get(R + "id") is None:
            continue
        for run in link.iter(W + "r"):
            own = properties(run)
            if own is None:
                own = etree.Element(W + "rPr")
                run.insert(0, own)
            if own.find(W + "rStyle") is None:
                own.insert(0, etree.Element(W + "rStyle", {W + "val": _STYLE}))
                found = True
    return found

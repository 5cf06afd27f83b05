"""Text boxes, for an engine that draws their text into the text around: each becomes a frame before its paragraph."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lxml import etree

from agreegen.pdf.changes import remove
from agreegen.pdf.limits import Limit, place
from agreegen.pdf.parts import BODY, W

if TYPE_CHECKING:
    from agreegen.pdf.parts import Parts

_V: Final = "{urn:schemas-microsoft-com:vml}"
_WPS: Final = "{http://schemas.microsoft.com/office/word/2010/wordprocessingShape}"
_WPG: Final = "{http://schemas.microsoft.com/office/word/2010/wordprocessingGroup}"
_WPC: Final = "{http://schemas.microsoft.com/office/word/2010/wordprocessingCanvas}"
_GROUPS: Final = (_V + "group", _WPG + "wgp", _WPC + "wpc")
_ARROWS: Final = (_V + "line", _V + "polyline", _WPS + "cNvCnPr")
_HOLDERS: Final = (W + "drawing", W + "pict")
_MORE: Final = (*_HOLDERS, W + "tbl", W + "object", W + "footnoteReference", W + "txbxContent")
_FEATURE: Final = "text boxes beside the text, but in a frame before their paragraph"


def frame(parts: Parts) -> tuple[Limit, ...]:
    """Puts the text boxes of a flattened document into frames, in place; what is told about it.

    Boxes in groups, with pictures or tables, in headers, and those that lines or arrows connect stay as they are.
    """
    body = parts.document
    if any(_connects(e) for e in body.iter(*_ARROWS, _V + "shape")):
        return ()
    found: tuple[Limit, ...] = ()
    for content in list(body.iter(W + "txbxContent")):
        holder = next(content.iterancestors(*_HOLDERS), None)
        p = next(content.iterancestors(W + "p"), None)
        if holder is None or p is None or not _is_plain(holder, content):
            continue
        found = found or (Limit(_FEATURE, place(BODY, body, p), lost=False),)
        p.addprevious(_framed(content))
        remove(holder)
    return found


def _is_plain(holder: etree._Element, content: etree._Element) -> bool:
    alone = sum(1 for _ in holder.iter(W + "txbxContent")) == 1
    grouped = next(holder.iter(*_GROUPS), None) is not None
    more = next((e for e in content.iter(*_MORE) if e is not content), None)
    return alone and not grouped and more is None


def _connects(e: etree._Element) -> bool:
    return e.tag != _V + "shape" or bool(e.get("{urn:schemas-microsoft-com:office:office}connectortype"))


def _framed(content: etree._Element) -> etree._Element:
    """A table of one cell with the paragraphs of a box."""
    table = etree.Element(W + "tbl")
    properties = etree.SubElement(table, W + "tblPr")
    etree.SubElement(properties, W + "tblW", {W + "w": "0", W + "type": "auto"})
    borders = etree.SubElement(properties, W + "tblBorders")
    for side in ("top", "left", "bottom", "right"):
        etree.SubElement(borders, W + side, {W + "val": "single", W + "sz": "4", W + "space": "0", W + "color": "auto"})
    grid = etree.SubElement(table, W + "tblGrid")
    etree.SubElement(grid, W + "gridCol", {W + "w": "5000"})
    cell = etree.SubElement(etree.SubElement(table, W + "tr"), W + "tc")
    width = etree.SubElement(cell, W + "tcPr")
    etree.SubElement(width, W + "tcW", {W + "w": "5000", W + "type": "dxa"})
    cell.extend(list(content))
    return table

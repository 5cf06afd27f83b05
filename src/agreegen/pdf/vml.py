"""Pictures of the kind that Word wrote before 2007, and previews of embedded objects, written as pictures of today."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from lxml import etree

from agreegen.pdf.changes import replace
from agreegen.pdf.parts import R, W

if TYPE_CHECKING:
    from collections.abc import Mapping

V: Final = "{urn:schemas-microsoft-com:vml}"
_WP: Final = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
_A: Final = "http://schemas.openxmlformats.org/drawingml/2006/main"
_PIC: Final = "http://schemas.openxmlformats.org/drawingml/2006/picture"
_LENGTH: Final = re.compile(r"([\d.]+)(pt|in|cm|mm|px|pc)?")
_EMU: Final = {"pt": 12700.0, "in": 914400.0, "cm": 360000.0, "mm": 36000.0, "px": 9525.0, "pc": 152400.0}
_OTHERWISE: Final = ("croptop", "cropbottom", "cropleft", "cropright", "chromakey", "grayscale", "gain", "blacklevel")


def redraw(root: etree._Element) -> None:
    """Rewrites in place the pictures of a story that stand in their line, whole and as they are."""
    for holder in list(root.iter(W + "pict", W + "object")):
        shapes = [e for e in holder if e.tag in (V + "shape", V + "rect")]
        data = list(holder.iter(V + "imagedata"))
        if len(shapes) == len(data) == 1 and data[0].getparent() is shapes[0]:
            drawing = _drawing(shapes[0], data[0])
            if drawing is not None:
                replace(holder, [drawing])


def _drawing(shape: etree._Element, data: etree._Element) -> etree._Element | None:
    """The picture of a shape; none if it stands elsewhere, is turned or cut, or has no size."""
    style = dict(x.strip().split(":", 1) for x in shape.get("style", "").lower().split(";") if ":" in x)
    wide, high = _emu(style, "width"), _emu(style, "height")
    elsewhere = style.get("position", "static") not in ("static", "relative") or {"rotation", "flip"} & set(style)
    embedded = data.get(R + "id", "")
    if elsewhere or not wide or not high or not embedded or any(data.get(x) for x in _OTHERWISE):
        return None
    return etree.fromstring(
        f'<w:drawing xmlns:w="{W[1:-1]}" xmlns:wp="{_WP}" xmlns:a="{_A}" xmlns:pic="{_PIC}" xmlns:r="{R[1:-1]}">'
        f'<wp:inline><wp:extent cx="{wide}" cy="{high}"/><wp:docPr id="1" name="Picture"/><a:graphic>'
        f'<a:graphicData uri="{_PIC}"><pic:pic><pic:nvPicPr><pic:cNvPr id="1" name="Picture"/><pic:cNvPicPr/>'
        f'</pic:nvPicPr><pic:blipFill><a:blip r:embed="{embedded}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>'
        f'<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{wide}" cy="{high}"/></a:xfrm><a:prstGeom prst="rect">'
        "<a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing>"
    )


def _emu(style: Mapping[str, str], name: str) -> int:
    found = _LENGTH.fullmatch(style.get(name, "").strip())
    return round(float(found[1]) * _EMU[found[2] or "px"]) if found else 0

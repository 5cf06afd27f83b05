"""The pictures of a story: which are drawn, and what is said about them to those who can't see them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from agreegen.pdf.parts import MC, R, W

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

    from lxml import etree

_WP: Final = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_A: Final = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_V: Final = "{urn:schemas-microsoft-com:vml}"
_DECORATIVE: Final = "{http://schemas.microsoft.com/office/drawing/2017/decorative}decorative"
_HOLDERS: Final = (W + "drawing", W + "pict", W + "object")
_UNSEEN: Final = (W + "del", W + "txbxContent", MC + "Fallback")


def pictures(root: etree._Element | None) -> Iterator[etree._Element]:
    """The elements of a paragraph or a story that hold pictures."""
    for e in root.iter(*_HOLDERS) if root is not None else ():
        if next(e.iterancestors(*_UNSEEN), None) is None:
            yield e


def shown(drawing: etree._Element, inside: Container[str]) -> int:
    """How many pictures an element draws; `inside`: the relationships to what is in the document itself."""
    found = (e.get(R + "embed") or e.get(R + "id") or "" for e in drawing.iter(_A + "blip", _V + "imagedata"))
    return sum(1 for relation in found if relation in inside)


def alternative(drawing: etree._Element) -> str | None:
    """The alternative text of a picture, "" if there is none, None if it is marked as decoration."""
    if any(d.get("val") in ("1", "true") for d in drawing.iter(_DECORATIVE)):
        return None
    about = next(drawing.iter(_WP + "docPr"), None)
    if about is not None:
        return about.get("descr") or about.get("title") or ""
    shape = next((s for s in drawing.iter(_V + "shape", _V + "rect") if s.get("alt")), None)
    return shape.get("alt", "") if shape is not None else ""

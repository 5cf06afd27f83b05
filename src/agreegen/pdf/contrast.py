"""Letters of automatic color on dark ground, which Word draws white and the embedded engine black."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from lxml import etree

from agreegen.pdf.parts import W, properties, value

if TYPE_CHECKING:
    from agreegen.pdf.parts import Parts
    from agreegen.pdf.styles import Styles

_HEX: Final = re.compile(r"[0-9A-Fa-f]{6}")
_DARK: Final = 62  # of 255, as LibreOffice has it
_BEFORE: Final = tuple(
    W + x for x in ("rStyle", "rFonts", "b", "bCs", "i", "iCs", "caps", "smallCaps", "strike", "dstrike", "outline",
                    "shadow", "emboss", "imprint", "noProof", "snapToGrid", "vanish", "webHidden")
)  # fmt: skip


def lighten(parts: Parts, styles: Styles) -> None:
    """Gives such letters their color in a flattened document, in place."""
    for _, root in parts.stories():
        for shading in root.iter(W + "shd"):
            box = shading.getparent()
            ground = box.getparent() if box is not None else None
            if box is None or ground is None or box.tag == W + "rPr" or not _is_dark(shading.get(W + "fill", "")):
                continue
            for r in ground.iter(W + "r"):
                p = next(r.iterancestors(W + "p"), None)
                if p is not None and not _covered(r, shading) and not color_of(properties(r), styles.of(p), styles):
                    _whiten(r)


def color_of(rpr: etree._Element | None, style: str, styles: Styles) -> str:
    """The color of a run's letters, "" if it is automatic."""
    holders = [] if rpr is None else [rpr.find(W + "color")]
    if rpr is not None and (character := value(rpr, W + "rStyle")):
        holders += [s.find(f"{W}rPr/{W}color") for s in styles.chain(character)]
    holders += [s.find(f"{W}rPr/{W}color") for s in styles.chain(style)]
    said = next((e.get(W + "val", "") for e in holders if e is not None), "")
    return said.upper() if _HEX.fullmatch(said) else ""


def _is_dark(fill: str) -> bool:
    if not _HEX.fullmatch(fill):
        return False
    red, green, blue = bytes.fromhex(fill)
    return (76 * red + 151 * green + 29 * blue) >> 8 <= _DARK


def _covered(r: etree._Element, shading: etree._Element) -> bool:
    """Whether another ground lies between a run and this one."""
    own = properties(r)
    nearest = own.find(W + "shd") if own is not None else None
    at: etree._Element | None = r.getparent()
    while nearest is None and at is not None:
        held = at.find(f"{W}pPr/{W}shd") if at.tag == W + "p" else at.find(f"{W}tcPr/{W}shd")
        nearest = held if held is not None and _HEX.fullmatch(held.get(W + "fill", "")) else None
        at = at.getparent()
    return nearest is not shading


def _whiten(r: etree._Element) -> None:
    rpr = properties(r)
    if rpr is None:
        rpr = etree.Element(W + "rPr")
        r.insert(0, rpr)
    for e in rpr.findall(W + "color"):
        rpr.remove(e)
    rpr.insert(sum(e.tag in _BEFORE for e in rpr), etree.Element(W + "color", {W + "val": "FFFFFF"}))

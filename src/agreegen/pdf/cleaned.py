"""Values that Word passes over, such as colors with names, taken out: the embedded engine would refuse the document."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from agreegen.pdf.changes import remove
from agreegen.pdf.parts import W

if TYPE_CHECKING:
    from lxml import etree

_VAL: Final = W + "val"
_COLOR: Final = W + "color"
_HEX: Final = re.compile(r"#?([0-9A-Fa-f]{6})")
_DOTTED: Final = re.compile(r"pct(\d+)")
_NUMBER: Final = re.compile(r"[+-]?\d+(\.\d+)?(pt|in|cm|mm|pc|pi|%)?")
_COLORS: Final = (W + "color", W + "fill")
_COLORED: Final = tuple(W + x for x in (
    "shd", "u", "bdr", "top", "left", "bottom", "right", "start", "end", "insideH", "insideV", "tl2br",
    "tr2bl", "between", "bar",
))  # fmt: skip
_SIZES: Final = tuple(W + x for x in ("sz", "szCs", "kern", "position", "w"))
_MEASURED: Final = tuple(W + x for x in ("spacing", "ind"))
_SWITCHES: Final = tuple(W + x for x in ("beforeAutospacing", "afterAutospacing", "lineRule"))
"""The attributes of spacing that are no measures."""

_NAMED: Final[dict[str, frozenset[str]]] = {
    W + "jc": frozenset((
        "left", "start", "center", "end", "right", "both", "justify", "distribute", "thaiDistribute", "numTab",
        "lowKashida", "mediumKashida", "highKashida",
    )),
    W + "highlight": frozenset((
        "none", "black", "blue", "cyan", "darkBlue", "darkCyan", "darkGray", "darkGreen", "darkMagenta",
        "darkRed", "darkYellow", "green", "lightGray", "magenta", "red", "white", "yellow",
    )),
}  # fmt: skip


def clean(root: etree._Element) -> None:
    """Takes them out of a story or the styles, in place; only looks depend on them."""
    for e in list(root.iter(_COLOR, *_SIZES, *_NAMED)):
        said, tag = e.get(_VAL), str(e.tag)
        if tag == _COLOR:
            if said is None or not _colored(e, _VAL, said):
                remove(e)
        elif tag in _NAMED:
            if said not in _NAMED[tag]:
                remove(e)
        elif said is None or not _NUMBER.fullmatch(said):
            remove(e)
    for e in root.iter(*_MEASURED):
        for key in [k for k, said in e.items() if k not in _SWITCHES and not _NUMBER.fullmatch(str(said))]:
            del e.attrib[key]
    for e in root.iter(W + "shd"):
        _fill(e)
    for e in root.iter(*_COLORED):
        for key in _COLORS:
            if (said := e.get(key)) is not None and not _colored(e, key, said):
                e.set(key, "auto")


def _fill(shading: etree._Element) -> None:
    """Writes a pattern of dots as the one color that it looks like: the engine knows fills only."""
    pattern = shading.get(_VAL, "clear")
    share = _DOTTED.fullmatch(pattern)
    if pattern != "solid" and not share:
        return
    over, under = (_channels(shading.get(W + key), usual) for key, usual in (("color", 0), ("fill", 255)))
    part = float(share[1]) / 100 if share else 1.0
    mixed = (round(part * a + (1 - part) * b) for a, b in zip(over, under, strict=True))
    shading.set(_VAL, "clear")
    shading.set(W + "fill", "".join(f"{x:02X}" for x in mixed))


def _channels(said: str | None, usual: int) -> tuple[int, ...]:
    found = _HEX.fullmatch(said or "")
    return tuple(bytes.fromhex(found[1])) if found else (usual,) * 3


def _colored(e: etree._Element, key: str, said: str) -> bool:
    """Whether it is a color, which then stands there as digits."""
    found = _HEX.fullmatch(said)
    if found and said != found[1]:
        e.set(key, found[1])
    return said == "auto" or found is not None

"""Signs of the symbol fonts (Symbol, Wingdings) as Unicode: their code points mean nothing without the font."""

# ruff: noqa: RUF001 (signs that look like letters are the point)

from __future__ import annotations

import re
from typing import Final

from lxml import etree

from agreegen.pdf.parts import W, value

FONT: Final = "DejaVu Sans"
_CODE: Final = re.compile(r"(?!0*[dD][89a-fA-F]..\Z)[0-9a-fA-F]{1,5}")  # no half of a pair
_LAST_CONTROL: Final = 0x1F
_SYMBOL: Final = {
    0xB7: "•", 0x2D: "−", 0xA3: "≤", 0xB3: "≥", 0xB1: "±", 0xB4: "×", 0xB0: "°", 0xAE: "→", 0xAC: "←",
    0xDE: "⇒", 0xD2: "®", 0xD3: "©", 0xD4: "™", 0xA8: "♦", 0xA5: "∞", 0xB9: "≠", 0x6D: "μ", 0x62: "β", 0x61: "α",
}  # fmt: skip
_WINGDINGS: Final = {
    0x6C: "●", 0x6E: "■", 0x6F: "□", 0x71: "❑", 0x72: "❒", 0x75: "◆", 0x76: "❖", 0x77: "◆", 0x9F: "•", 0xA1: "○",
    0xA7: "▪", 0xA8: "◻", 0xD8: "➢", 0xE0: "→", 0xE8: "➔", 0xF0: "⇨", 0xFB: "✗", 0xFC: "✓", 0xFD: "☒", 0xFE: "☑",
    0x22: "✂", 0x28: "☎", 0x2A: "✉", 0x46: "☞", 0x4A: "☺", 0xA4: "◉",
}  # fmt: skip
_WINGDINGS_2: Final = {0x50: "✓", 0x4F: "✗", 0x51: "☒", 0x52: "☑", 0x53: "☒", 0x54: "☒", 0xA3: "□", 0x97: "●"}
_TABLES: Final = {"symbol": _SYMBOL, "wingdings": _WINGDINGS, "wingdings 2": _WINGDINGS_2}


def is_symbol_font(font: str) -> bool:
    """Whether the letters of a font are signs."""
    return font.casefold() in _TABLES or font.casefold() in ("wingdings 3", "webdings")


def unicode_of(text: str, font: str) -> str:
    """The signs in Unicode; a sign that isn't in the table stays in the private-use area."""
    table = _TABLES.get(font.casefold())
    if table is None:
        return text if not is_symbol_font(font) else "".join(chr(0xF000 | ord(c) & 0xFF) for c in text if c != " ")
    return "".join(c if c in " \t" else table.get(ord(c) & 0xFF, chr(0xF000 | ord(c) & 0xFF)) for c in text)


def sign_of(sym: etree._Element) -> str:
    """What a w:sym shows; nothing if its code is none that a letter has."""
    said = sym.get(W + "char", "")
    code = int(said, 16) if _CODE.fullmatch(said) else 0
    return unicode_of(chr(code), sym.get(W + "font", "")) if code > _LAST_CONTROL else ""


def set_font(run: etree._Element) -> None:
    """Sets a run in the font that has the signs."""
    rpr = run.find(W + "rPr")
    if rpr is None:
        rpr = etree.Element(W + "rPr")
        run.insert(0, rpr)
    for old in rpr.findall(W + "rFonts"):
        rpr.remove(old)
    fonts = etree.Element(W + "rFonts", {W + x: FONT for x in ("ascii", "hAnsi", "cs", "eastAsia")})
    rpr.insert(1 if rpr.find(W + "rStyle") is not None else 0, fonts)


def write_bullets(numbering: etree._Element | None) -> bool:
    """Makes the bullets of symbol fonts signs that every font has, in place; False if there are none."""
    found = False
    for level in numbering.iter(W + "lvl") if numbering is not None else ():
        fonts = level.find(f"{W}rPr/{W}rFonts")
        font = fonts.get(W + "ascii", "") if fonts is not None else ""
        text = level.find(W + "lvlText")
        if value(level, W + "numFmt") != "bullet" or text is None or fonts is None or not is_symbol_font(font):
            continue
        found = True
        text.set(W + "val", unicode_of(text.get(W + "val", ""), font))
        for slot in list(fonts.attrib):
            del fonts.attrib[slot]
        for slot in ("ascii", "hAnsi", "cs", "eastAsia"):
            fonts.set(W + slot, FONT)
    return found

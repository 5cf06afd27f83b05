"""The fonts that come along, so that the embedded engine draws the same page on every machine.

They travel inside the temporary DOCX, under the names that the document uses: "Arial" there is Liberation Sans, whose
letters are exactly as wide.
"""

from __future__ import annotations

import struct
import uuid
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from markupsafe import escape

if TYPE_CHECKING:
    from collections.abc import Iterable

    from agreegen.pdf.parts import Parts

FOLDER: Final = Path(__file__).with_name("fonts")
SANS, SERIF, SYMBOLS = "Liberation Sans", "Liberation Serif", "DejaVu Sans"
FACES: Final = ("embedRegular", "embedBold", "embedItalic", "embedBoldItalic")
_FOUR: Final = ("Regular", "Bold", "Italic", "BoldItalic")
FAMILIES: Final[dict[str, tuple[str, ...]]] = {
    SANS: tuple(f"liberation/LiberationSans-{x}.ttf" for x in _FOUR),
    SERIF: tuple(f"liberation/LiberationSerif-{x}.ttf" for x in _FOUR),
    SYMBOLS: ("dejavu/DejaVuSans.ttf",),
}
FILES: Final[dict[str, str]] = {
    file.rpartition("/")[2].removesuffix(".ttf").removesuffix("-Regular"): file
    for files in FAMILIES.values() for file in files
}  # fmt: skip
"""Name of a font, as a PDF says it -> its file."""

TWINS: Final[dict[str, str]] = {  # same widths, letter by letter; symbol fonts: same signs
    "arial": SANS,
    "arimo": SANS,
    "helvetica": SANS,
    "liberation sans": SANS,
    "times new roman": SERIF,
    "times": SERIF,
    "tinos": SERIF,
    "liberation serif": SERIF,
    "segoe ui symbol": SYMBOLS,
    "ms gothic": SYMBOLS,
    "dejavu sans": SYMBOLS,
}
_SERIFS: Final = (
    "cambria",
    "georgia",
    "garamond",
    "book",
    "century",
    "palatino",
    "roman",
    "serif",
    "minion",
    "caladea",
)
_FONT_RELATION: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/font"
_TABLE_RELATION: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/fontTable"
_TABLE_TYPE: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.fontTable+xml"
_FONT_TYPE: Final = "application/vnd.openxmlformats-officedocument.obfuscatedFont"
_NAMESPACES: Final = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
_HEAD: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'


def family(font: str) -> str:
    """The family that stands in for a font: its twin, else the nearest in kind."""
    twin = TWINS.get(font.casefold())
    if twin is not None:
        return twin
    return SERIF if any(s in font.casefold() for s in _SERIFS) and "sans" not in font.casefold() else SANS


def is_twin(font: str) -> bool:
    """Whether a font has a stand-in with the same widths."""
    return font.casefold() in TWINS


@cache
def coverage(name: str) -> frozenset[int]:
    """The code points that a family has a glyph for."""
    return frozenset(glyphs((FOLDER / FAMILIES[name][0]).read_bytes()))


@cache
def height(name: str) -> float:
    """The height of a line of a family, in sizes of its letters."""
    font = (FOLDER / FAMILIES[name][0]).read_bytes()
    tables = _tables(font)
    ascent, descent, gap = struct.unpack_from(">hhh", font, tables[b"hhea"][0] + 4)
    unit: int = struct.unpack_from(">H", font, tables[b"head"][0] + 18)[0]
    return float(ascent - descent + gap) / unit


def _tables(font: bytes) -> dict[bytes, tuple[int, int]]:
    count = struct.unpack_from(">H", font, 4)[0]
    records = (struct.unpack_from(">4sIII", font, 12 + 16 * i) for i in range(count))
    return {tag: (offset, length) for tag, _, offset, length in records}


@cache
def glyphs(font: bytes) -> dict[int, int]:
    """Code point -> glyph, from the cmap subtable of format 4 (the fonts here need no other); only those drawn."""
    start = _tables(font)[b"cmap"][0]
    count = struct.unpack_from(">H", font, start + 2)[0]
    offsets = [struct.unpack_from(">I", font, start + 8 + 8 * i)[0] for i in range(count)]
    at = next(start + o for o in offsets if struct.unpack_from(">H", font, start + o)[0] == 4)
    n = struct.unpack_from(">H", font, at + 6)[0] // 2
    ends = struct.unpack_from(f">{n}H", font, at + 14)
    starts, deltas, ranges = (struct.unpack_from(f">{n}H", font, at + 16 + k * n) for k in (2, 4, 6))
    found = {}
    for i in range(n):
        for code in range(starts[i], ends[i] + 1):
            if ranges[i]:
                there = at + 16 + 6 * n + 2 * i + ranges[i] + 2 * (code - starts[i])
                glyph = struct.unpack_from(">H", font, there)[0]
                glyph = (glyph + deltas[i]) % 65536 if glyph else 0
            else:
                glyph = (code + deltas[i]) % 65536
            if glyph and code != 0xFFFF:
                found[code] = glyph
    return found


def _raised(font: bytes) -> bytes:
    """The font with its line gap counted above the letters, where Word and LibreOffice put it."""
    at = _tables(font)[b"hhea"][0]
    ascent, descent, gap = struct.unpack_from(">hhh", font, at + 4)
    changed = bytearray(font)
    struct.pack_into(">hhh", changed, at + 4, ascent + gap, descent, 0)
    return bytes(changed)


@cache
def _face(file: str) -> tuple[str, bytes]:
    """(key, scrambled font) as ECMA-376 part 4, 2.8.1 asks of fonts inside a document."""
    key = uuid.uuid5(uuid.NAMESPACE_URL, file)
    mask = key.bytes[::-1] * 2
    font = _raised((FOLDER / file).read_bytes())
    head = bytes(a ^ b for a, b in zip(font[:32], mask, strict=True))
    return f"{{{str(key).upper()}}}", head + font[32:]


def embed(parts: Parts, names: Iterable[str]) -> None:
    """Puts the stand-ins into the document, under the names that it uses."""
    fonts: list[str] = []
    relations: list[str] = []
    for name in sorted(set(names)):
        faces = []
        for tag, file in zip(FACES, FAMILIES[family(name)], strict=False):
            key, data = _face(file)
            rid = f"rId{len(relations) + 1}"
            member = f"fonts/font{len(relations) + 1}.odttf"  # one for each name: dxpdf takes a member only once
            faces.append(f'<w:{tag} r:id="{rid}" w:fontKey="{key}"/>')
            relations.append(f'<Relationship Id="{rid}" Type="{_FONT_RELATION}" Target="{member}"/>')
            parts.members[f"word/{member}"] = data
        fonts.append(f'<w:font w:name="{escape(name)}">{"".join(faces)}</w:font>')
    parts.replace("word/fontTable.xml", f"{_HEAD}<w:fonts {_NAMESPACES}>{''.join(fonts)}</w:fonts>".encode())
    rels = f'{_HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    parts.replace("word/_rels/fontTable.xml.rels", f"{rels}{''.join(relations)}</Relationships>".encode())
    parts.declare("word/fontTable.xml", _TABLE_TYPE, _TABLE_RELATION, "fontTable.xml")
    parts.declare_extension("odttf", _FONT_TYPE)


def configuration(cache_folder: Path) -> str:
    """A fontconfig file that knows our fonts only: host fonts can't change a page, and aren't searched."""
    folders = "".join(f"<dir>{escape(str(FOLDER / x))}</dir>" for x in ("liberation", "dejavu"))
    return (
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd"><fontconfig>'
        f"{folders}<cachedir>{escape(str(cache_folder))}</cachedir>"
        '<match target="pattern"><edit name="family" mode="append_last"><string>sans-serif</string></edit></match>'
        f'<alias binding="same"><family>sans-serif</family><prefer><family>{SANS}</family></prefer></alias>'
        "</fontconfig>"
    )

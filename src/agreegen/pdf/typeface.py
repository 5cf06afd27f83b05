"""A font for what people fill in: the Latin letters of one that comes along, to be put into a PDF whole."""

from __future__ import annotations

import struct
from functools import cache
from typing import Final

import pikepdf
from pikepdf import Array, Dictionary, Name

from agreegen.pdf.fonts import FAMILIES, FOLDER, SANS
from agreegen.pdf.glyphs import Outlines

CODES: Final = range(32, 256)
_FILE: Final = FAMILIES[SANS][0]
_KEPT: Final = (b"OS/2", b"cvt ", b"fpgm", b"head", b"hhea", b"hmtx", b"maxp", b"prep")
_PLAIN: Final = 32  # the flag of a font with Latin letters
_CHECK: Final = 0xB1B0AFBA


def embedded(pdf: pikepdf.Pdf) -> pikepdf.Object:
    """The font as a PDF has it, for text in Windows' Latin code page."""
    font = Outlines((FOLDER / _FILE).read_bytes())
    program = pdf.make_stream(_program())
    program.Length1 = len(_program())
    part = 1000 / font.em
    box = Array([round(value * part) for value in struct.unpack_from(">4h", font.table(b"head"), 36)])
    ascent, descent = (round(v * part) for v in struct.unpack_from(">hh", font.table(b"hhea"), 4))
    descriptor = Dictionary(Type=Name.FontDescriptor, FontName=Name.LiberationSans, Flags=_PLAIN, FontBBox=box,
                            ItalicAngle=0, Ascent=ascent, Descent=descent, CapHeight=716, StemV=88,
                            FontFile2=program)  # fmt: skip
    widths = Array([round(font.width(font.glyph(c)) * part) if (c := character(code)) else 0 for code in CODES])
    return pdf.make_indirect(
        Dictionary(Type=Name.Font, Subtype=Name.TrueType, BaseFont=Name.LiberationSans, FirstChar=CODES[0],
                   LastChar=CODES[-1], Widths=widths, Encoding=Name.WinAnsiEncoding,
                   FontDescriptor=pdf.make_indirect(descriptor)))  # fmt: skip


def character(code: int) -> str:
    """The character of a code, "" if it has none."""
    try:
        return bytes([code]).decode("cp1252")
    except UnicodeDecodeError:
        return ""


@cache
def _program() -> bytes:
    """The font with these letters only; their numbers stay as they were."""
    font = Outlines((FOLDER / _FILE).read_bytes())
    codes = {ord(c): font.glyph(c) for c in map(character, CODES) if c and font.glyph(c)}
    outlines, places = _shapes(font, {0, *codes.values()})
    tables = {name: font.table(name) for name in _KEPT if font.table(name)}
    tables |= {b"glyf": outlines, b"loca": places, b"cmap": _map(codes), b"post": struct.pack(">I28x", 0x00030000)}
    head = bytearray(tables[b"head"])
    struct.pack_into(">I", head, 8, 0)
    struct.pack_into(">h", head, 50, 1)
    whole = _file(tables | {b"head": bytes(head)})
    struct.pack_into(">I", head, 8, (_CHECK - _sum(whole)) & 0xFFFFFFFF)
    return _file(tables | {b"head": bytes(head)})


def _shapes(font: Outlines, wanted: set[int]) -> tuple[bytes, bytes]:
    """(outlines, their places) of the wanted glyphs, and of those that they are put together from."""
    waiting, kept = sorted(wanted), set()
    while waiting:
        glyph = waiting.pop()
        if glyph not in kept:
            kept.add(glyph)
            waiting += font.components(glyph)
    count = struct.unpack_from(">H", font.table(b"maxp"), 4)[0]
    shapes, places = bytearray(), [0]
    for glyph in range(count):
        if glyph in kept:
            shape = font.shape(glyph)
            shapes += shape + bytes(-len(shape) % 4)
        places.append(len(shapes))
    return bytes(shapes), struct.pack(f">{len(places)}I", *places)


def _map(codes: dict[int, int]) -> bytes:
    """The table from characters to glyphs, in segments of one."""
    marks = [*sorted(codes), 0xFFFF]
    deltas = [*((codes[c] - c) % 65536 for c in marks[:-1]), 1]
    n = len(marks)
    largest = 1 << (n.bit_length() - 1)
    head = struct.pack(">7H", 4, 16 + 8 * n, 0, 2 * n, 2 * largest, n.bit_length() - 1, 2 * (n - largest))
    body = struct.pack(f">{n}HH{n}H{n}H{n}H", *marks, 0, *marks, *deltas, *[0] * n)
    return struct.pack(">HHHHI", 0, 1, 3, 1, 12) + head + body


def _file(tables: dict[bytes, bytes]) -> bytes:
    count = len(tables)
    largest = 1 << (count.bit_length() - 1)
    head = struct.pack(">IHHHH", 0x00010000, count, 16 * largest, count.bit_length() - 1, 16 * (count - largest))
    records, data = b"", b""
    start = len(head) + 16 * count
    for name, table in sorted(tables.items()):
        summed = table[:8] + bytes(4) + table[12:] if name == b"head" else table
        records += name + struct.pack(">III", _sum(summed), start + len(data), len(table))
        data += table + bytes(-len(table) % 4)
    return head + records + data


def _sum(data: bytes) -> int:
    padded = data + bytes(-len(data) % 4)
    total: int = sum(struct.unpack(f">{len(padded) // 4}I", padded))
    return total & 0xFFFFFFFF

"""The color space of archived PDFs: an sRGB profile computed from the constants of IEC 61966-2-1."""

from __future__ import annotations

import struct
from functools import cache
from typing import Final

CONDITION: Final = "sRGB IEC61966-2.1"
_MADE: Final = (2026, 1, 1, 0, 0, 0)  # the date in the profile: fixed
_WHITE: Final = (0.9642, 1.0, 0.8249)  # D50, the white of the connection space
_PRIMARIES: Final = {  # red, green and blue, adapted to D50
    b"rXYZ": (0.43607, 0.22249, 0.01392),
    b"gXYZ": (0.38515, 0.71687, 0.09708),
    b"bXYZ": (0.14307, 0.06061, 0.71410),
}
_STEPS: Final = 1024  # of the tone curve


@cache
def srgb() -> bytes:
    """An ICC profile (version 2.1, display, RGB to XYZ) of sRGB; always the same bytes."""
    tags = {
        b"desc": _description(CONDITION),
        b"cprt": b"text\0\0\0\0No rights reserved.\0",
        b"wtpt": _xyz(_WHITE),
        **{name: _xyz(values) for name, values in _PRIMARIES.items()},
        b"rTRC": _curve(),
    }
    shared = {b"gTRC": b"rTRC", b"bTRC": b"rTRC"}
    at = 128 + 4 + 12 * (len(tags) + len(shared))
    body, places = b"", {}
    for name, data in tags.items():
        places[name] = (at + len(body), len(data))
        body += data + bytes(-len(data) % 4)
    places |= {name: places[other] for name, other in shared.items()}
    table = struct.pack(">I", len(places)) + b"".join(struct.pack(">4sII", n, *p) for n, p in places.items())
    return _head(at + len(body)) + table + body


def _head(size: int) -> bytes:
    head = struct.pack(">I4sI4s4s4s6H4s", size, b"\0" * 4, 0x02100000, b"mntr", b"RGB ", b"XYZ ", *_MADE, b"acsp")
    head += struct.pack(">4sI4s4sQI", b"\0" * 4, 0, b"\0" * 4, b"\0" * 4, 0, 0) + b"".join(map(_fixed, _WHITE))
    return head.ljust(128, b"\0")


def _fixed(value: float) -> bytes:
    return struct.pack(">i", round(value * 65536))


def _xyz(values: tuple[float, float, float]) -> bytes:
    return b"XYZ \0\0\0\0" + b"".join(map(_fixed, values))


def _description(text: str) -> bytes:
    name = text.encode("ascii") + b"\0"
    return b"desc\0\0\0\0" + struct.pack(">I", len(name)) + name + bytes(8 + 3 + 67)


def _curve() -> bytes:
    levels = (round(65535 * _linear(i / (_STEPS - 1))) for i in range(_STEPS))
    return b"curv\0\0\0\0" + struct.pack(f">I{_STEPS}H", _STEPS, *levels)


def _linear(value: float) -> float:
    """The light of a stored value between 0 and 1."""
    return float(value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4)

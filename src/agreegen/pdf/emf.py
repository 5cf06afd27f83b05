"""Windows metafiles that are a bitmap and nothing else: what the embedded engine can draw of them."""

from __future__ import annotations

import struct
from typing import Final

_HEADER, _END, _BITMAP = 1, 14, 81
_UNSEEN: Final = frozenset((9, 10, 11, 12, 13, 17, 18, 21, 22, 98))  # what drawing is set up with
_FRAME: Final = 43  # a rectangle; before the bitmap, it is behind it
_SMALLEST: Final = 8


def is_bitmap(data: bytes) -> bool:
    """Whether all that a metafile draws is one bitmap."""
    kinds: list[int] = []
    at = 0
    while at + _SMALLEST <= len(data):
        kind, size = struct.unpack_from("<II", data, at)
        kinds.append(kind)
        if kind == _END:
            break
        if size < _SMALLEST:
            return False
        at += size
    drawn = [k for k in kinds[1:-1] if k not in _UNSEEN]
    return kinds[:1] == [_HEADER] and kinds[-1] == _END and drawn in ([_BITMAP], [_FRAME, _BITMAP])

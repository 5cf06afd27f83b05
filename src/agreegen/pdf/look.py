"""What a Word table says about its rows and columns: `w:tblLook`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from agreegen.pdf.parts import OFF, W

if TYPE_CHECKING:
    from lxml import etree

_FIRST_COLUMN: Final = 0x80
_HEX: Final = re.compile(r"[0-9A-Fa-f]{1,8}")


def heads_rows(table: etree._Element) -> bool:
    """Whether Word shows the first column as headings of the rows; not if it can't be read."""
    look = table.find(f"{W}tblPr/{W}tblLook")
    if look is None:
        return False
    named, bits = look.get(W + "firstColumn"), look.get(W + "val", "")
    if named is not None:
        return named not in OFF
    return bool(_HEX.fullmatch(bits) and int(bits, 16) & _FIRST_COLUMN)

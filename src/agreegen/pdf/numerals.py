"""Page numbers as Word writes them."""

from __future__ import annotations

from typing import Final

_ROMAN: Final = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"),
    (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip


def numeral(number: int, shape: str) -> str:
    """The number in a format of w:pgNumType."""
    if shape in ("lowerRoman", "upperRoman"):
        text = _roman(number)
        return text.upper() if shape == "upperRoman" else text
    if shape in ("lowerLetter", "upperLetter") and number > 0:
        text = chr(97 + (number - 1) % 26) * ((number - 1) // 26 + 1)
        return text.upper() if shape == "upperLetter" else text
    return f"- {number} -" if shape == "numberInDash" else str(number)


def _roman(number: int) -> str:
    text = ""
    for size, sign in _ROMAN:
        text += sign * (number // size)
        number %= size
    return text

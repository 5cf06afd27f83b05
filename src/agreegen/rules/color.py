"""Color: how well one is told from another, as WCAG computes it."""

from __future__ import annotations

LEAST = 4.5
"""Contrast of text and background that WCAG 2.1 AA asks for."""


def contrast_of(color: str, other: str) -> float:
    """The contrast of two colors such as 1A2B3C, 1 to 21."""
    light, dark = sorted((_luminance(color), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def is_color(text: str) -> bool:
    """Whether a text is a color such as 1A2B3C."""
    return len(text) == 6 and all(c in "0123456789abcdefABCDEF" for c in text)


def _luminance(color: str) -> float:
    parts = (int(color[i : i + 2], 16) / 255 for i in (0, 2, 4))
    red, green, blue = (x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue

"""Punctuation stays with the reference before it: dxpdf breaks a line between a link and what follows it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from agreegen.pdf.parts import W

if TYPE_CHECKING:
    from lxml import etree

_CLOSING: Final = re.compile("[.,;:!?)\\]\u2019\u201d%]+")
_LONGEST: Final = 16
_TEXT: Final = W + "t"
_SPACE: Final = "{http://www.w3.org/XML/1998/namespace}space"


def glue(body: etree._Element) -> None:
    """Moves punctuation right after a reference of the temporary copy into its last piece of text.

    Only numbers, as "8.2" or "Exhibit F": words that are a link stay what a screen reader reads out as one.
    """
    for link in body.iterfind(f".//{W}hyperlink[@{W}anchor]"):
        texts = [t for t in link.iter(_TEXT) if t.text]
        after = _after(link)
        if after is None or not 0 < sum(len(t.text or "") for t in texts) <= _LONGEST:
            continue
        last = texts[-1]
        text = after.text or ""
        if (closing := _CLOSING.match(text)) and _is_struck(last) == _is_struck(after):
            last.text = f"{last.text}{closing[0]}"
            after.text = text[closing.end() :]
            after.set(_SPACE, "preserve")


def _after(link: etree._Element) -> etree._Element | None:
    """The text that follows a link in its paragraph without anything else between."""
    for run in link.itersiblings():
        if run.tag != W + "r":
            return None
        for piece in run:
            if piece.tag == _TEXT:
                return piece
            if piece.tag not in (W + "rPr", W + "fldChar"):
                return None
    return None


def _is_struck(text: etree._Element) -> bool:
    """Whether a text has the background that stands for a line through it, or another one."""
    run = text.getparent()
    return run is not None and run.find(f"{W}rPr/{W}shd") is not None

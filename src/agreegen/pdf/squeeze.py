"""Text without what engines are free to change: spaces, line ends, ligatures, kinds of hyphen, shapes of bullets."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

LEADER: Final = "\ufdd0"  # a tab with a leader: any number of dots
PAGE: Final = "\ufdd1"  # the number of the page it is on
PAGES: Final = "\ufdd2"  # how many pages there are
FRAME: Final = "\ufdd3"  # what follows is in a text frame of a header or footer: before or after the rest
NOTE: Final = "\ufdd4"  # the number of a note, counted on its page
_BULLETS: Final = "•·▪●◦∙■⬥◆\uf0b7\uf0a7\uf06c\uf06e"
_HYPHENS: Final = "\u2010\u2011\u2212\ufffe\x02"  # PDFium reads a hyphen at the end of a line as U+FFFE
_UNSEEN: Final = "\u00ad\u200b\u200c\u200d\u2060\ufeff\0"
_SAME: Final = dict.fromkeys(_BULLETS, "•") | dict.fromkeys(_HYPHENS, "-") | dict.fromkeys(_UNSEEN, "")
_ODD: Final = re.compile(f"[{re.escape(''.join(_SAME))}]")


def squeeze(text: str) -> str:
    """The characters that must be the same in DOCX and PDF."""
    if not text.isascii():
        text = _ODD.sub(lambda sign: _SAME[sign[0]], unicodedata.normalize("NFKC", text))
        return "".join(text.split())
    return "".join(text.replace("\x02", "-").split())


def inside(text: str, place: int) -> bool:
    """Whether a place, counted in squeezed characters, is within a word of `text`."""
    at = 0
    for word in text.split():
        if at >= place:
            return False
        at += len(squeeze(word))
        if at > place:
            return True
    return False


def words(text: str, start: int, end: int) -> str:
    """The whole words of `text` that the squeezed characters `start` to `end` belong to."""
    found, at = [], 0
    for word in text.split():
        after = at + len(squeeze(word))
        if after > start and (at < end or (start == end and at <= start)):
            found.append(word)
        at = after
        if at >= end > start:
            break
    return " ".join(found)

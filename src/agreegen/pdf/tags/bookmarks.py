"""Bookmarks with the numbers and titles of headings, and the numbers that pages print."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING

from agreegen.late import dataclass
from agreegen.pdf.numerals import numeral
from agreegen.pdf.tags.writing import string

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agreegen.pdf.streams import Page
    from agreegen.pdf.tags.element import Element
    from agreegen.pdf.tags.model import Heading
    from agreegen.pdf.tags.writing import Update


@dataclass(slots=True)
class _Bookmark:
    number: int
    heading: Heading | None
    within: list[_Bookmark] = field(default_factory=list)

    @property
    def count(self) -> int:
        return sum(1 + b.count for b in self.within)


def write(
    update: Update, headings: Sequence[Heading], places: dict[Element, tuple[int, float, float]], pages: Sequence[Page]
) -> int:
    """Writes a bookmark for each heading that was drawn; the number of the outline, 0 if it has none."""
    outline = _Bookmark(0, None)
    path = [outline]
    for h in headings:
        if h.element not in places:
            continue
        del path[h.level :]
        path.append(_Bookmark(update.reserve(), h))
        path[-2].within.append(path[-1])
    if not outline.within:
        return 0
    outline.number = update.reserve()
    _write(update, outline, places, pages)
    return outline.number


def _write(
    update: Update, parent: _Bookmark, places: dict[Element, tuple[int, float, float]], pages: Sequence[Page]
) -> None:
    below = parent.within
    for i, b in enumerate(below):
        _write(update, b, places, pages)
        assert b.heading is not None
        page, x, y = places[b.heading.element]
        at = b"%d 0 R/XYZ %.2f %.2f 0" % (pages[page].number, x, y)
        beside = b"/Prev %d 0 R" % below[i - 1].number if i else b""
        beside += b"/Next %d 0 R" % below[i + 1].number if i + 1 < len(below) else b""
        named = b"/Title%s/Dest[%s]/SE %d 0 R" % (string(b.heading.title), at, b.heading.element.number)
        update.put(b.number, b"<<%s/Parent %d 0 R%s%s>>" % (named, parent.number, beside, _kids(b)))
    if parent.heading is None:
        update.put(parent.number, b"<</Type/Outlines%s>>" % _kids(parent))


def _kids(b: _Bookmark) -> bytes:
    if not b.within:
        return b""
    return b"/First %d 0 R/Last %d 0 R/Count %d" % (b.within[0].number, b.within[-1].number, b.count)


_STYLES = ((b"D", "decimal"), (b"r", "lowerRoman"), (b"R", "upperRoman"))


def labels(numbers: Sequence[str]) -> bytes:
    """What the pages are numbered in a viewer: what they print, as ranges."""
    out, style, due = [], b"", 0
    for page, printed in enumerate(numbers):
        if style and numeral(due, _shape(style)) == printed:
            due += 1
            continue
        style, due = _style(printed)
        if style:
            start = b"/St %d" % due if due != 1 else b""
            out.append(b"%d<</S/%s%s>>" % (page, style, start))
            due += 1
        else:
            out.append(b"%d<</P%s>>" % (page, string(printed)))
    return b"".join(out)


def _shape(style: bytes) -> str:
    return next(shape for s, shape in _STYLES if s == style)


def _style(printed: str) -> tuple[bytes, int]:
    """The style and value of a number, no style if it is none of PDF's."""
    if printed.isascii() and printed.isdigit():
        return b"D", int(printed)
    for style, shape in _STYLES[1:]:
        found = next((n for n in range(1, 400) if numeral(n, shape) == printed), 0)
        if found:
            return style, found
    return b"", 0

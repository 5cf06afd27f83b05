"""Headers and footers of a page: which belong there, and where the text between them starts and ends."""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import permutations
from typing import TYPE_CHECKING

from agreegen.pdf.numerals import numeral
from agreegen.pdf.squeeze import FRAME, LEADER, PAGE, PAGES, squeeze

if TYPE_CHECKING:
    from agreegen.pdf.expected import Section

LEADERS = "._-·"
_FRAMES = 3  # pieces of a header in any order


class Margins:
    """Follows the sections of a document from page to page."""

    def __init__(self, sections: list[Section], pages: int, *, even_differs: bool) -> None:
        """Before the first page."""
        self._sections, self._pages, self._even_differs = sections, pages, even_differs
        self._starts = [s.start for s in sections]
        self._section, self._number = -1, 0

    def printed(self, shape: str = "") -> str:
        """The number of the page, as it is printed."""
        own = self._sections[self._section].format if self._sections else "decimal"
        return numeral(self._number, shape or own)

    def fit(self, text: str, at: int) -> tuple[int, int, list[str]]:
        """Start and end of the body text on a page whose first body character is `at`, and which margin is missing."""
        if not self._sections:
            self._number += 1
            return 0, len(text), []
        own = max(bisect_right(self._starts, at) - 1, 0)
        others = [s for s in range(max(self._section, 0), min(own + 2, len(self._starts))) if s != own]
        for section in (own, *others):
            header, footer = self._lengths(section, text)
            whole = header + footer == len(text)  # a page without body text may be of a section before or after
            if header >= 0 and footer >= 0 and (section == own or whole):
                self._enter(section)
                return header, len(text) - footer, []
        header, footer = self._lengths(own, text)
        self._enter(own)
        missing = [name for name, length in (("header", header), ("footer", footer)) if length < 0]
        return max(header, 0), len(text) - max(footer, 0), missing

    def _enter(self, section: int) -> None:
        self._number = self._number_in(section)
        self._section = section

    def _number_in(self, section: int) -> int:
        start = self._sections[section].number
        return start if section != self._section and start is not None else self._number + 1

    def _lengths(self, section: int, text: str) -> tuple[int, int]:
        """The lengths of the section's header and footer on this page, -1 if one isn't there."""
        place, number = self._sections[section], self._number_in(section)
        if place.own_first and section != self._section:
            kind = "first"
        else:
            kind = "even" if self._even_differs and number % 2 == 0 else "default"
        shown = squeeze(numeral(number, place.format))
        header = self._top(self._shown(place.headers[kind], shown), text)
        first = max(header, len(text) - 3000, 0)
        return header, self._bottom(self._shown(place.footers[kind], shown), text, first)

    def _shown(self, story: str, number: str) -> str:
        return story.replace(PAGE, number).replace(PAGES, str(self._pages))

    @staticmethod
    def _top(story: str, text: str) -> int:
        """The length of a header that a page begins with, -1 if it doesn't."""
        if not _is_loose(story):
            return len(story) if text.startswith(story) else -1
        found = _pattern(story).match(text)
        return found.end() if found else -1

    @staticmethod
    def _bottom(story: str, text: str, first: int) -> int:
        """The length of a footer that a page ends with, not before `first`; -1 if it doesn't."""
        if not _is_loose(story):
            return len(story) if text.endswith(story) and len(text) - len(story) >= first else -1
        found = re.compile(f"(?:{_pattern(story).pattern})\\Z").search(text, first)
        return len(text) - found.start() if found else -1


def _is_loose(story: str) -> bool:
    """Whether a header or footer may be drawn in more than one way."""
    return LEADER in story or FRAME in story


def _pattern(story: str) -> re.Pattern[str]:
    pieces = [f"[{re.escape(LEADERS)}]*".join(re.escape(x) for x in p.split(LEADER)) for p in story.split(FRAME)]
    orders = permutations(pieces) if len(pieces) <= _FRAMES else [pieces]
    return re.compile("|".join("".join(order) for order in orders))

"""Where each part of a page stands in the document: the proof of completeness, with its steps kept."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from agreegen.pdf.comparison import Comparison
from agreegen.pdf.margins import Margins
from agreegen.pdf.squeeze import LEADER

if TYPE_CHECKING:
    from agreegen.pdf.expected import Expected


class Kind(Enum):
    """What a run of characters on a page is."""

    BODY = "text of the body"
    NOTE = "text of notes"
    HEADER = "header"
    FOOTER = "footer"
    REPEATED = "header rows of a table that goes on"
    LEADER = "dots of a tab"
    LOOSE = "text box"


class Run(NamedTuple):
    """Characters of a page, counted squeezed: which, and where they stand in the body or the notes."""

    start: int
    end: int
    kind: Kind
    place: int = 0


class Alignment(Comparison):
    """A comparison that keeps what it followed: `pages` are the runs of each page, without gaps."""

    def __init__(self, document: Expected, texts: list[str]) -> None:
        super().__init__(document, texts)
        self.pages: list[list[Run]] = []
        self.repeated_pictures: list[int] = []  # of each page, in the header rows of a table that goes on
        self._following = _Following(document, len(texts))
        self.margins = self._following

    @property
    def margin_parts(self) -> list[tuple[str, str]]:
        """The parts that the header and the footer of each page are in."""
        return self._following.parts

    @classmethod
    def of(cls, document: Expected, texts: list[str]) -> Alignment:
        """The finished alignment of pages that say `texts`."""
        alignment = cls(document, texts)
        alignment.run()
        for runs, (_, end, length) in zip(alignment.pages, alignment._following.fits, strict=True):
            if end < length:
                runs.append(Run(end, length, Kind.FOOTER))
        return alignment

    def _repeated(self, at: int) -> int:
        after = super()._repeated(at)
        found = [Run(0, at, Kind.HEADER)] if at else []
        self.repeated_pictures.append(self.repeating)
        self.pages.append([*found, Run(at, after, Kind.REPEATED)] if after > at else found)
        return after

    def _step(self, at: int, end: int) -> int:
        place, note, loose = self.at, self.note, len(self.loose)
        after = super()._step(at, end)
        if self.note > note:
            start = after - (self.note - note)
            self._cut(start)
            self._keep(start, after, Kind.NOTE, note)
        elif after < at:
            self._cut(after)
        elif len(self.loose) < loose:
            self._keep(at, after, Kind.LOOSE, place)
        elif self.body[place : place + 1] == LEADER:
            self._keep(at, after, Kind.LEADER, place)
        else:
            self._keep(at, after, Kind.BODY, place)
        return after

    def _keep(self, start: int, end: int, kind: Kind, place: int) -> None:
        if end > start:
            self.pages[-1].append(Run(start, end, kind, place))

    def _cut(self, at: int) -> None:
        """Forgets what was followed on this page from `at` on: it turned out to be something else."""
        runs = self.pages[-1]
        while runs and runs[-1].start >= at:
            runs.pop()
        if runs and runs[-1].end > at:
            last = runs.pop()
            runs.append(Run(last.start, at, last.kind, last.place))


class _Following(Margins):
    """Margins that keep what they found on each page."""

    def __init__(self, document: Expected, pages: int) -> None:
        super().__init__(document.sections, pages, even_differs=document.even_differs)
        self._differs = document.even_differs
        self.fits: list[tuple[int, int, int]] = []
        self.parts: list[tuple[str, str]] = []  # the parts of the header and the footer of each page

    def fit(self, text: str, at: int) -> tuple[int, int, list[str]]:
        before = self._section
        start, end, missing = super().fit(text, at)
        self.fits.append((start, end, len(text)))
        self.parts.append(self._named(before))
        return start, end, missing

    def _named(self, before: int) -> tuple[str, str]:
        """The parts of this page's header and footer; the page before is of the section `before`."""
        if not self._sections:
            return "", ""
        section = self._sections[self._section]
        if section.own_first and before != self._section:
            return section.parts.get("first", ("", ""))
        is_even = self._differs and self._number % 2 == 0
        return section.parts.get("even" if is_even else "default", ("", ""))

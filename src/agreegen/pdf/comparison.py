"""One document followed along one PDF.

Body text is followed with one cursor over all pages. On each page the header and the footer that belong there are
taken off first; then the page must go on where the one before ended. What may stand in between is listed in
`Comparison.EXCEPTIONS`, besides repeated table headers at the top of a page.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, Final

from agreegen.finding import Finding, Location, Severity
from agreegen.pdf.margins import LEADERS, Margins
from agreegen.pdf.squeeze import LEADER, NOTE, PAGE, PAGES, inside, squeeze, words

if TYPE_CHECKING:
    from collections.abc import Callable

    from agreegen.pdf.expected import Expected, Row

_SURE: Final = 12  # so many equal characters are no accident
_FAR: Final = 600  # characters searched for the place from which both go on alike
_BACK: Final = 80  # characters that two texts may begin alike
MOST: Final = 20  # findings: more help nobody
HINT: Final = "don't use this PDF: choose another engine with --pdf-engine, and report the document"


def common(a: str, i: int, a_end: int, b: str, j: int, b_end: int) -> int:  # noqa: PLR0917 (two slices)
    """How many characters are alike in a[i:a_end] and b[j:b_end], from their starts."""
    low, high = 0, min(a_end - i, b_end - j)
    if high <= 0 or a[i : i + high] == b[j : j + high]:
        return max(high, 0)
    while high - low > 1:
        middle = (low + high) // 2
        if a[i + low : i + middle] == b[j + low : j + middle]:
            low = middle
        else:
            high = middle
    return low


class Comparison:
    """One document against one PDF."""

    def __init__(self, document: Expected, texts: list[str]) -> None:
        self.wanted, self.texts = document, texts
        self.body = document.body
        self.found: list[Finding] = []
        self.segments: list[tuple[int, int]] = [(0, len(self.body))]  # what is still to come, in order
        self.deferred: list[tuple[int, int]] = []  # rests of table cells that go on on the next page
        self.notes = document.notes
        self.note = 0
        self.notes_here = 0  # marks on this page of notes that are counted on their page
        self.loose = list(document.loose)
        self.page = 0
        self.run_length = 0  # body characters followed on this page without an exception
        self.margins = Margins(document.sections, len(texts), even_differs=document.even_differs)
        self.page_starts: list[int] = []
        self.headless: list[int] = []  # tables whose header rows stand alone at the foot of a page
        self.repeating = 0  # pictures in the header rows that this page repeats
        self.numbers: list[str] = []
        self.raw = ""  # the page's text with its spaces, for messages
        self.text = ""
        self.rows = sorted(document.rows, key=lambda r: (r.start, -r.end))
        self.row_starts = [r.start for r in self.rows]
        self.paragraph_starts = [p.start for p in document.paragraphs]

    @property
    def at(self) -> int:
        """The cursor."""
        return self.segments[0][0] if self.segments else len(self.body)

    def run(self) -> None:
        """Follows all pages, then asks what is left."""
        for index, raw in enumerate(self.texts):
            self.page, self.raw, self.text = index + 1, raw, squeeze(raw)
            self.segments, self.deferred = [s for s in self.deferred + self.segments if s[0] < s[1]], []
            self.page_starts.append(self.at)
            self.run_length = self.notes_here = 0
            start, end, missing = self.margins.fit(self.text, self.at)
            self.numbers.append(self.margins.printed())
            for name in missing:
                self._find("D204", Location(part=name), f"page {self.page} of the PDF doesn't have its {name}")
            at = self._repeated(start)
            while at < end and len(self.found) < MOST:
                at = self._step(at, end)
            if len(self.found) >= MOST:
                return
        self.segments = self.deferred + self.segments
        self._leftovers()

    def _step(self, at: int, end: int) -> int:
        """Where the page is read up to, after what it has in common with the body, or after one exception."""
        if self.segments:
            start, stop = self.segments[0]
            alike = common(self.text, at, end, self.body, start, stop)
            self._advance(alike)
            if alike:
                return at + alike
        for exception in self.EXCEPTIONS:
            after = exception(self, at, end)
            if after is not None:
                self.run_length = 0
                return after
        return self._step_back(at, end) or self._difference(at, end)

    def _step_back(self, at: int, end: int) -> int | None:
        """Where a note or a cell that begins like what the body goes on with is read up to."""
        for back in range(1, min(self.run_length, _BACK) + 1):
            start, stop = self.segments[0] if self.segments else (len(self.body), len(self.body))
            segments = [(start - back, stop), *self.segments[1:]]
            kept, self.segments = self.segments, segments
            after = self._notes(at - back, end, back) or self._cells(at - back, end, back)
            if after is not None:
                self.run_length = 0
                return after
            self.segments = kept
        return None

    def _advance(self, count: int) -> None:
        self.run_length += count
        while self.segments and count >= self.segments[0][1] - self.segments[0][0]:
            start, stop = self.segments.pop(0)
            count -= stop - start
            self.run_length = 0
        if self.segments and count:
            self.segments[0] = (self.segments[0][0] + count, self.segments[0][1])

    # ------------------------------------------------------------ what may stand in between
    def _repeated(self, at: int) -> int:
        """The header rows of a table that goes on on this page."""
        cursor = self.at
        self.repeating = 0
        for table in self.wanted.tables:
            inside = table.after_repeated <= cursor < table.end or (table.ends_blank and cursor == table.end)
            if inside and table.repeated and self.text.startswith(table.repeated, at):
                if cursor == table.after_repeated and not self._is_blank_at(cursor):
                    self.headless.append(table.start)
                self.repeating = table.pictures
                return at + len(table.repeated)
        return at

    def _is_blank_at(self, place: int) -> bool:
        """Whether an empty row starts there: nothing says whether it was drawn."""
        index = bisect_left(self.row_starts, place)
        return any(r.end == place for r in self.rows[index : index + _SURE] if r.start == place)

    def _mark(self, at: int, end: int) -> int | None:
        """The dots of a leader, as many as there are; a page number."""
        mark = self.body[self.at] if self.at < len(self.body) else ""
        if mark == LEADER:
            self._advance(1)
            sign = self.text[at]
            if sign not in LEADERS:
                return at
            drawn_run = len(self.text[at:end]) - len(self.text[at:end].lstrip(sign))
            rest = self.body[self.at : self.at + drawn_run]
            literal = rest[: len(rest) - len(rest.lstrip(sign + LEADER))].count(sign)
            return at + max(drawn_run - literal, 0)
        if mark == NOTE and self.text.startswith(shown := str(self.notes_here + 1), at):
            self.notes_here += 1
            self.notes = self.notes.replace(NOTE, shown, 1)
            self._advance(1)
            return at + len(shown)
        if mark in (PAGE, PAGES) and mark:
            shown = squeeze(self.margins.printed()) if mark == PAGE else str(len(self.texts))
            if self.text.startswith(shown, at):
                self._advance(1)
                return at + len(shown)
        return None

    def _notes(self, at: int, end: int, least: int = 0) -> int | None:
        """Notes whose marks have been passed, if more than `least` characters are theirs."""
        marked = [n for n in self.wanted.note_texts if n[0] <= self.at]
        limit = marked[-1][1] + len(squeeze(marked[-1][2])) if marked else 0
        alike = common(self.text, at, end, self.notes, self.note, limit)
        if alike > least and (alike >= _SURE + least or at + alike == end or self.note + alike == limit):
            self.note += alike
            return at + alike
        return None

    def _cells(self, at: int, end: int, least: int = 0) -> int | None:
        """The next cell of a table row that the end of the page cuts: the rest of this one is due on the next page."""
        row = self._row()
        if row is None:
            return None
        cursor = self.at
        starts = {c for c in row.cells if c > cursor} | {s for s, _ in self.segments[1:] if row.start <= s < row.end}
        for target in sorted(starts):
            index = next((i for i, (a, b) in enumerate(self.segments) if a <= target < b), None)
            if index is None:
                continue
            stop = self.segments[index][1]
            cell_end = min((c for c in (*row.cells, row.end) if c > target), default=row.end)
            alike = common(self.text, at, end, self.body, target, min(stop, cell_end))
            if alike > least and alike >= min(_SURE + least, min(stop, cell_end) - target, end - at):
                self.deferred += [*self.segments[:index], (self.segments[index][0], target)]
                self.segments = [(target, stop), *self.segments[index + 1 :]]
                return at
        return None

    def _row(self) -> Row | None:
        """The outermost table row that the cursor is in."""
        found = None
        for row in self.rows[
            max(bisect_right(self.row_starts, self.at) - 50, 0) : bisect_right(self.row_starts, self.at)
        ]:
            if row.start <= self.at < row.end and (found is None or row.start < found.start):
                found = row
        return found

    def _text_box(self, at: int, end: int) -> int | None:
        """A text box, which engines draw at any time."""
        for box in self.loose:
            if self.text.startswith(box, at, end):
                self.loose.remove(box)
                return at + len(box)
        return None

    def _hyphen(self, at: int, end: int) -> int | None:
        """A hyphen that breaks a word, if the document asks for hyphenation."""
        if self.wanted.hyphenates and self.text[at] == "-" and self.segments:
            start, stop = self.segments[0]
            if common(self.text, at + 1, end, self.body, start, stop) >= min(_SURE, end - at - 1, stop - start):
                return at + 1
        return None

    EXCEPTIONS: Final[tuple[Callable[[Comparison, int, int], int | None], ...]] = (
        _mark,
        _notes,
        _cells,
        _text_box,
        _hyphen,
    )

    # ------------------------------------------------------------ what is wrong
    def _difference(self, at: int, end: int) -> int:
        """Reports what differs from here on; where the page is read up to when both go on alike."""
        skipped, added = self._resume(at, end)
        place = self._place(self.at)
        missing = self._said(self.at, self.at + skipped) if skipped else ""
        extra = _short(words(self.raw, at, at + added)) if added else ""
        page = f"page {self.page} of the PDF"
        if not (skipped and added) and inside(self.raw, at):  # within a word: say both as whole words
            missing = missing if skipped else self._said(max(self.at - 1, 0), self.at)
            extra = extra if added else _short(words(self.raw, at - 1, at))
        if missing and extra:
            self._find("D203", place, f"{page} reads “{extra}” where the document says “{missing}”")
        elif missing:
            self._find("D201", place, f"{page} leaves out “{missing}”")
        else:
            self._find("D202", place, f"{page} says “{extra}”, which the document doesn't say there")
        self._advance(skipped)
        return at + added

    def _resume(self, at: int, end: int) -> tuple[int, int]:
        """How much of the body, and how much of the page, to skip until both go on alike."""
        start, stop = self.segments[0] if self.segments else (len(self.body), len(self.body))
        best: tuple[int, int] | None = None
        for skip in range(min(_FAR, stop - start)):
            if best is not None and skip >= sum(best):
                break
            anchor = self.body[start + skip : min(start + skip + _SURE, stop)]
            hit = self.text.find(anchor, at, min(end, at + _FAR)) if len(anchor) >= min(_SURE, end - at) else -1
            if hit >= 0 and (best is None or skip + hit - at < sum(best)):
                best = (skip, hit - at)
        if best is not None and best != (0, 0):
            return best
        anchor = self.text[at : min(at + _SURE, end)]
        far = self.body.find(anchor, start, stop) if len(anchor) == _SURE else -1
        if far > start:
            return far - start, 0
        hit = self.text.find(self.body[start : min(start + _SURE, stop)], at + 1, end) if start < stop else -1
        if hit > at:
            return 0, hit - at
        ends = self.page == len(self.texts) and stop - start < _BACK  # the last words of both
        return (stop - start if ends else 0), end - at

    def _leftovers(self) -> None:
        for start, stop in self.segments:
            missing = self._said(start, stop)
            if self.body[start:stop].strip(LEADER + PAGE + PAGES) and missing:
                self._find("D201", self._place(start), f"the PDF leaves out “{missing}”")
        for box in self.loose:
            self._find("D201", Location(part="text box", text=box[:80]), f"the PDF leaves out “{_short(box)}”")
        for _, start, text in self.wanted.note_texts:
            size = len(squeeze(text))
            if start + size > self.note and size:
                missing = _short(words(text, max(self.note - start, 0), size))
                self._find("D201", Location(part="footnotes", text=text[:80]), f"the PDF leaves out “{missing}”")

    def _said(self, start: int, stop: int) -> str:
        """The words of the document between two places of the body."""
        found: list[str] = []
        index = max(bisect_right(self.paragraph_starts, start) - 1, 0)
        for p in self.wanted.paragraphs[index:]:
            if p.start >= stop or len(found) > 40:
                break
            found.append(words(p.text, max(start - p.start, 0), stop - p.start))
        text = " ".join(x for x in found if x)
        return _short(text.replace(LEADER, "").replace(PAGE, "#").replace(PAGES, "#").replace(NOTE, "#"))

    def _place(self, at: int) -> Location:
        index = max(bisect_right(self.paragraph_starts, at) - 1, 0)
        if not self.wanted.paragraphs:
            return Location(part="body")
        p = self.wanted.paragraphs[index]
        return Location(part="body", heading=p.heading, paragraph=p.number, cell=p.cell, text=p.text[:80])

    def _find(self, code: str, place: Location, message: str) -> None:
        self.found.append(Finding(code, Severity.ERROR, place, message, HINT))


def _short(text: str) -> str:
    return text if len(text) <= 160 else f"{text[:100]} … {text[-50:]}"

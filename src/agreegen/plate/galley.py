"""A drawing of an agreement, read for its pages: how each begins, and on which one each entry of the contents is."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, Final

from agreegen.errors import EngineError
from agreegen.pdf import EMBEDDED
from agreegen.pdf.alignment import Kind
from agreegen.pdf.completeness import aligned, follow
from agreegen.plate.excerpt import Part

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agreegen.pdf.alignment import Alignment, Run
    from agreegen.pdf.completeness import Followed
    from agreegen.plate.course import Course, Row

State = tuple[int, int, bool]
"""How a page begins: the paragraph, the letter in it, and whether the paragraph was sent to the next page."""
FIRST: Final[State] = (0, 0, False)
_BODY: Final = (Kind.BODY, Kind.LEADER)


@dataclass(frozen=True, slots=True)
class Galley:
    """What a drawing showed of its pages."""

    starts: tuple[State | None, ...]  # of each page; None if more goes on there than one paragraph that never changes
    ends: tuple[int, ...]  # of each page: the first paragraph that begins on a later one
    entries: tuple[int, ...]  # of the contents: the page of each, from 1; 0 where it isn't drawn
    part: Part | None = None  # what was drawn, if not all

    @property
    def pages(self) -> tuple[bytes, ...]:
        """How many pages there are, then the page of each entry."""
        return tuple(str(n).encode() for n in (len(self.starts), *self.entries))


def galley(
    docx: bytes, course: Course, changed: Sequence[int], part: Part | None = None, counting: int = 0
) -> Galley | None:
    """The pages of a document, or of a part, as the embedded engine draws them; `changed` are paragraphs with values.

    `counting` paragraphs stand before the part, on pages of their own. None if the engine doesn't draw what the
    document says, or its pages aren't counted from one on.
    """
    try:
        pdf, sent = EMBEDDED.drawn(docx)
    except EngineError:
        return None
    followed, alignment = follow(docx, pdf), aligned(docx, pdf)
    plain = followed.numbers == tuple(map(str, range(1, followed.pages + 1)))
    first, upto = part or Part(0, course.size)
    shown = followed.paragraphs[counting:]
    if followed.findings or alignment is None or not plain or len(shown) != upto - first:
        return None
    before = followed.page_of(shown[0]) - 1
    if (before > 0) != (counting > 0) or followed.page_starts[before] != shown[0].start:
        return None
    begun = [p.start for p in shown]
    ends = [first + bisect_left(begun, at) for at in followed.page_starts[before + 1 :]]
    entries = tuple(followed.page_of(shown[i - first]) - before if first <= i < upto else 0 for i in course.entries)
    own = frozenset(first + i - counting for i in sent if i >= counting)
    reading = _Reading(course, followed, alignment, begun=[-1] * first + begun, changed=frozenset(changed), sent=own)
    states = (reading.state(n) for n in range(before + 1, followed.pages))
    return Galley(((first, *FIRST[1:]), *states), (*ends, upto), entries, part)


class _Reading:
    """The pages of one drawing."""

    def __init__(
        self,
        course: Course,
        followed: Followed,
        alignment: Alignment,
        *,
        begun: Sequence[int],
        changed: frozenset[int],
        sent: frozenset[int],
    ) -> None:
        self._course, self._begun, self._changed, self._sent = course, begun, changed, sent
        self._starts = followed.page_starts
        first, upto = bisect_left(begun, 0), len(begun)
        near = (row for row in course.rows if first < row.end and row.start < upto)
        self._rows = {i: row for row in near for i in range(row.start, row.end)}
        runs = [[r for r in page if r.kind in _BODY and r.end > r.start] for page in alignment.pages]
        self._most = list(accumulate((max((_end(r) for r in page), default=0) for page in runs), max))
        firsts = [min((r.place for r in page), default=len(alignment.body)) for page in runs]
        self._least = list(accumulate(reversed(firsts), min))[::-1]

    def state(self, page: int) -> State | None:
        """How a page (from 0) begins; None of one on which nothing is drawn, too."""
        at, drawn = self._starts[page], self._least[page]
        if not self._most[page - 1] <= at <= drawn or at in self._starts[:page] or drawn in self._least[page + 1 :]:
            return None
        at = self._forced(at, drawn)
        last = bisect_right(self._begun, at) - 1
        if self._begun[last] < at:
            inside = last in self._changed or last in self._rows or last in self._sent
            return None if inside else (last, at - self._begun[last], False)
        first = self._first(bisect_left(self._begun, at), last)
        if first is None or (first in self._course.parted and first not in self._course.fixed):
            return None
        return first, 0, first in self._sent

    def _forced(self, at: int, drawn: int) -> int:
        """Where a page begins whose first letter that is `drawn` begins a paragraph that starts a page in any case.

        What is before that letter and isn't drawn, such as a tab at the end of a line, stands on the page before.
        """
        last = bisect_right(self._begun, drawn) - 1
        return drawn if self._begun[last] == drawn and last in self._course.fixed else at

    def _first(self, first: int, last: int) -> int | None:
        """The first paragraph of a page, of those that begin at the same letter, all but the last without a letter.

        None if that isn't certain.
        """
        fixed = [i for i in range(first, last + 1) if i in self._course.fixed]
        if fixed:
            return fixed[0] if len(fixed) == 1 else None
        row = self._rows.get(last)
        own = row.start if row else last
        before = [self._rows.get(i) for i in range(first, own)]
        if own < first or (own < last and not (row and row.whole)) or not all(self._shows(r, first) for r in before):
            return None
        return own

    def _shows(self, row: Row | None, first: int) -> bool:
        """Whether paragraphs without a letter surely stand on the page before: in a row that begins there."""
        return row is not None and row.whole and row.start < first


def _end(run: Run) -> int:
    """Where a run ends in the body; dots of a tab are one letter there."""
    return run.place + (1 if run.kind is Kind.LEADER else run.end - run.start)

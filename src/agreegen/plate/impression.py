"""An impression: an agreement from a plate as the embedded engine draws it, proven by the page numbers that this shows.

A PDF is drawn anyway, so nothing is ever drawn only to count its pages.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from agreegen import pdf
from agreegen.finding import has_errors
from agreegen.pdf import EMBEDDED, PdfResult, Wanted
from agreegen.pdf.completeness import follow
from agreegen.plate.cast import UnfitError, members
from agreegen.source import within_docx

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agreegen.pdf.completeness import Followed
    from agreegen.plate.paging import Pages
    from agreegen.plate.plate import Paged, Plate, Proof

_PASSES: Final = 2  # with other page numbers nothing is drawn anew


@dataclass(frozen=True, slots=True)
class Impression:
    """A document as it was drawn, without its source, and its PDF; the page numbers, and the plate that has them."""

    docx: bytes
    pdf: PdfResult
    pages: Pages
    paged: Paged


def impression(plate: Plate, values: Sequence[str], guess: Pages, *, tagged: bool) -> Impression | None:
    """An agreement drawn as the whole way draws it; None if that can't be told, or the engine can't draw it.

    `guess` are page numbers to try where none are certain. UnfitError if the drawing shows others than were certain.
    """
    certain = plate.certain(values)
    numbers = _numbers(plate)
    pages = certain if certain is not None else guess if len(guess) == numbers else (b"0",) * numbers
    with EMBEDDED.remembering(tagged=tagged):
        for _ in range(_PASSES):
            docx = plate.drawable(values, pages)
            result = pdf.draw(docx, Wanted(EMBEDDED.name, tagged=tagged))
            if not result.pdf or not EMBEDDED.without_numbers:
                return None
            shown = _shown(plate, follow(docx, result.pdf))
            if shown is None:
                return None
            if shown == pages:
                return None if has_errors(result.findings) else _made(plate, values, docx, result, pages)
            if certain is not None:
                raise UnfitError("the drawing shows other pages than were certain")
            pages = shown
    return None


def prove(plate: Plate, proof: Proof) -> Pages:
    """The page numbers of the proof; UnfitError if what would be drawn of it isn't what the whole way drew."""
    pages = plate.pages(proof.docx, proof.values)
    docx = plate.drawable(proof.values, pages)
    if members(within_docx(docx, proof.source) if proof.source else docx) != members(proof.docx):
        raise UnfitError("the plate draws another document than the whole way")
    return pages


def _made(plate: Plate, values: Sequence[str], docx: bytes, drawn: PdfResult, pages: Pages) -> Impression:
    return Impression(docx, drawn, pages, plate.learn(values, pages))


def _slots(plate: Plate) -> set[int]:
    """The page numbers that the documents of a plate show: -1 is how many there are, below are those of entries."""
    return {slot for cast in plate.casts.values() for slot in cast.slots if slot < 0}


def _numbers(plate: Plate) -> int:
    """How many page numbers there are to know."""
    return -min(_slots(plate), default=0)


def _shown(plate: Plate, followed: Followed) -> Pages | None:
    """The page numbers that a drawing shows, None if it isn't certain which paragraphs they belong to."""
    slots, numbers = _slots(plate), _numbers(plate)
    if not numbers:
        return ()
    course = plate.work.lines.course
    total = str(followed.pages).encode() if -1 in slots else b""
    if numbers == 1:
        return (total,)
    entries = course.entries
    if len(entries) != numbers - 1 or len(slots - {-1}) != len(entries) or len(followed.paragraphs) != course.size:
        return None
    found = (followed.numbers[followed.page_of(followed.paragraphs[i]) - 1] for i in entries)
    return (total, *(n.encode() for n in found))

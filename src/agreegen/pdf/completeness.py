"""The proof that a PDF says what the document says: each word, in order, and nothing else."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from agreegen.finding import Finding, Location, Severity
from agreegen.late import dataclass
from agreegen.pdf import drawn, streams
from agreegen.pdf.alignment import Alignment
from agreegen.pdf.clearance import crowdable
from agreegen.pdf.comparison import HINT, MOST, Comparison
from agreegen.pdf.wanted import forget_documents, numbered, wanted, without_pages

if TYPE_CHECKING:
    from agreegen.pdf.expected import Expected, Paragraph

__all__ = ["Followed", "aligned", "compare", "follow", "numbered", "wanted", "without_pages"]


@dataclass(frozen=True, slots=True)
class Followed:
    """A PDF followed page by page: what is wrong, and which page each paragraph of the body starts on.

    `page_starts` has the first body character of each page, `numbers` what is printed as its number.
    """

    findings: tuple[Finding, ...]
    pages: int
    page_starts: tuple[int, ...]
    numbers: tuple[str, ...]
    paragraphs: tuple[Paragraph, ...]
    headless: tuple[int, ...] = ()  # starts of tables whose header rows stand alone at the foot of a page
    marked: frozenset[int] = frozenset()  # where paragraphs with note marks start
    crowded: tuple[int, ...] = ()  # pages on which text is printed over text

    def page_of(self, paragraph: Paragraph) -> int:
        """The page (from 1) that a paragraph starts on."""
        return max(bisect_right(self.page_starts, paragraph.start), 1)


def forget() -> None:
    """Forgets the documents and PDFs that were compared last, and what was noted of their pages."""
    follow.cache_clear()
    aligned.cache_clear()
    forget_documents()
    streams.forget()


@lru_cache(maxsize=2)
def aligned(docx: bytes, pdf: bytes) -> Alignment | None:
    """Where each part of a page stands in the document, by lines read fast; computed once, for the proof and the tags.

    None if the embedded engine didn't write the PDF.
    """
    read = drawn.lines(pdf)
    return Alignment.of(wanted(docx), read) if read is not None else None


@lru_cache(maxsize=4)
def follow(docx: bytes, pdf: bytes) -> Followed:
    """The PDF followed along the document; computed once."""
    document = wanted(docx)
    alignment = aligned(docx, pdf)
    followed = _followed(alignment) if alignment is not None else None
    if followed is None or followed.findings:  # with line ends, for messages
        followed = compare(document, drawn.pages(pdf))
    if alignment is None and followed.findings:  # pieces of a line may be drawn in any order
        followed = min(followed, compare(document, drawn.placed(pdf)), key=lambda f: len(f.findings))
    if alignment is None:
        unseen = [_beyond(n, text) for n, text in drawn.beyond(pdf)]
        followed = replace(followed, findings=(*unseen, *followed.findings)[:MOST])
    anywhere = document.fixed_rows or document.has_columns
    if not document.note_texts and not anywhere:
        return followed
    marked = frozenset(place for place, _, _ in document.note_texts)
    near = {followed.page_of(p) + after for p in followed.paragraphs if p.start in marked for after in (0, 1)}
    near |= set(range(1, followed.pages + 1)) if anywhere else set()
    doubtful = crowdable(pdf, near) if alignment is not None else near
    crowded = drawn.crowded(pdf, sorted(doubtful)) if doubtful else ()
    found = [_crowded(n) for n in crowded]
    return replace(followed, marked=marked, crowded=crowded, findings=(*found, *followed.findings)[:MOST])


def _crowded(page: int) -> Finding:
    message = f"page {page} of the PDF prints a line of text over another"
    return Finding("D205", Severity.ERROR, Location(part="body"), message, HINT)


def _beyond(page: int, text: str) -> Finding:
    message = f"page {page} of the PDF prints “{text[:100]}” beyond its edge, where nobody sees it"
    hint = "give the paragraph or table such indents and widths that it fits on the page"
    return Finding("D201", Severity.ERROR, Location(part="body"), message, hint)


def compare(document: Expected, texts: list[str]) -> Followed:
    """Pages with these texts followed along the document."""
    comparison = Comparison(document, texts)
    comparison.run()
    return _followed(comparison)


def _followed(comparison: Comparison) -> Followed:
    starts, numbers = tuple(comparison.page_starts), tuple(comparison.numbers)
    found, headless = tuple(comparison.found[:MOST]), tuple(comparison.headless)
    paragraphs = tuple(comparison.wanted.paragraphs)
    return Followed(found, len(comparison.texts), starts, numbers, paragraphs, headless)

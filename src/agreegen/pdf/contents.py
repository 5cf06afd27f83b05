"""A table of contents with the right numbers and pages, made without Word.

The TOC field of the document is filled with entries as Word writes them: a link and a PAGEREF field each, bookmarks
`_Toc…` on the headings. It stays a field: "Update table" in Word works, and Word doesn't ask to update it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from agreegen import pdf
from agreegen.errors import EngineError
from agreegen.finding import Finding, Location, Severity, has_errors
from agreegen.pdf import AUTO, PdfResult, Wanted, headings
from agreegen.pdf.counted import Counted, Ledger, embedded
from agreegen.pdf.displayed import Displayed
from agreegen.pdf.field import Field, fields
from agreegen.pdf.parts import BODY, Parts, W
from agreegen.pdf.wanted import given, numbered
from agreegen.pdf.worker import WORKERS
from agreegen.template import numbering

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from lxml import etree

    from agreegen.pdf.completeness import Followed

_PASSES: Final = 4
_UNKNOWN: Final = "0"  # a page number before the first drawing


@dataclass(frozen=True, slots=True)
class Contents:
    """The document with its contents filled, its PDF, the page numbers of the entries, and how often it was drawn.

    `drawn` is the document as the PDF was drawn from it: the same parts, packed in haste.
    """

    docx: bytes
    pdf: PdfResult
    pages: tuple[str, ...]
    passes: int
    drawn: bytes = b""


def with_contents(
    docx: bytes,
    engine: str | Wanted = AUTO,
    guess: Sequence[str] = (),
    timeout: float = 120,
    folder: Path | None = None,
    *,
    stored: bool = False,
    meanwhile: Callable[[], object] | None = None,
) -> Contents:
    """The document with its contents and page counts filled as the engine breaks its pages, and the PDF.

    `guess`: the `pages` of an agreement like this one; if they are right, drawing once is enough. `folder` keeps what
    the embedded engine counted, for the next time and for `quick_contents`. Filling a filled document changes nothing.
    `stored`: the document needn't be compressed, for whom it is only a way to the PDF. `meanwhile` is done, if there is
    time, while the engine draws.
    A document without a TOC field only gets its page counts.
    """
    draft = Draft(docx)
    ledger = _ledger(folder if Wanted.of(engine).name in (AUTO, pdf.EMBEDDED.name) else None)
    known = ledger.find(docx)
    draft.write(guess or (known.entries if known else ()))
    if known:
        draft.count(known.pages)
    drawn = draft.handed()
    with pdf.EMBEDDED.remembering(meanwhile, tagged=Wanted.of(engine).tagged):
        for n in range(1, _PASSES + 1):
            result = pdf.draw(drawn, engine, timeout)
            if not result.pdf:
                return Contents(draft.pack(stored=stored), result, draft.pages, n, drawn)
            from agreegen.pdf.completeness import follow  # noqa: PLC0415 (only for what was drawn)

            followed = follow(drawn, result.pdf)
            before = draft.counted
            settled = draft.read(followed)
            if not settled or before != followed.pages:
                drawn = draft.pack(stored=True)
            if settled and result.engine == pdf.EMBEDDED.name and draft.is_field and not draft.refers:
                ledger.keep(docx, Counted(draft.pages, followed.pages))
            if settled:  # findings before that may come from page numbers that were not known yet
                proven = replace(result, pdf=b"") if has_errors(result.findings) else result
                docx = drawn if stored else draft.pack()
                numbered(docx, drawn)
                return Contents(docx, proven, draft.pages, n, drawn)
    message = f"the page numbers in the contents still change after {_PASSES} drawings"
    hint = "a page break depends on them: change the text near the end of a page"
    moved = Finding("D301", Severity.ERROR, Location(part="body"), message, hint)
    unsettled = PdfResult(b"", result.engine, (*result.findings, moved))
    return Contents(draft.pack(stored=stored), unsettled, draft.pages, _PASSES, drawn)


def quick_contents(docx: bytes, folder: Path | None = None, timeout: float = 120) -> bytes:
    """The document with its contents filled, for a DOCX without PDF.

    It is drawn once, by any engine that can, to count pages; a document that was counted before isn't drawn, if
    `folder` keeps the counts. Where no engine can draw it, Word is asked to count.
    """
    ledger = _ledger(folder)
    known = ledger.find(docx)
    if known is None and ledger.engine:
        WORKERS.warm()
    draft = Draft(docx)
    draft.write(known.entries if known else ())
    if not draft.is_field:
        return draft.pack()
    if known and len(known.entries) == len(draft.pages):
        draft.count(known.pages)
        return draft.done()
    return _drawn_once(docx, draft, ledger, timeout)


def _drawn_once(docx: bytes, draft: Draft, ledger: Ledger, timeout: float) -> bytes:
    """The document with the page numbers of one drawing, or marked for Word to count."""
    from agreegen.pdf.completeness import follow  # noqa: PLC0415 (as above)

    drawn = draft.handed()
    for engine in pdf.AUTOMATIC:
        try:
            followed = follow(drawn, engine.convert(drawn, timeout))
        except EngineError:
            continue
        if not followed.findings or engine is pdf.AUTOMATIC[-1]:
            draft.read(followed)
            if engine is pdf.EMBEDDED and not draft.refers:
                ledger.keep(docx, Counted(draft.pages, followed.pages))
            filled = draft.pack()
            numbered(filled, drawn)
            return filled
    draft.ask()
    return draft.pack()


def _ledger(folder: Path | None) -> Ledger:
    """What the embedded engine counted, if it is there."""
    engine = embedded()
    return Ledger.open(folder if engine else None, engine)


class Draft:
    """A document whose contents are being filled."""

    def __init__(self, docx: bytes) -> None:
        """Finds the field and its headings."""
        self._parts = Parts(docx)
        self._body = self._parts.body
        found = fields(self._body)
        self._field = next((f for f in found if f.name == "TOC"), None)
        self._entries: list[headings.Heading] = []
        self._results: list[etree._Element] = []
        self._numbers: list[numbering.Numbered] | None = None  # of the paragraphs, once the entries are written
        self._found = found
        stories = self._parts.stories()
        self._counts = {n: _counts(found if n == BODY else fields(root)) for n, root in stories}
        self._references = [f for f in found if f.name == "PAGEREF" and not self._is_within(f)]
        self.pages: tuple[str, ...] = ()
        self.counted = 0  # pages, as fields show them; 0: as they were
        self._shown: dict[etree._Element, int] = {}  # the paragraphs of the body, once the entries are written

    @property
    def is_field(self) -> bool:
        """Whether the document has contents to fill."""
        return self._field is not None

    def _is_within(self, f: Field) -> bool:
        return self._field is not None and f.paragraph in self._field.paragraphs

    def write(self, guess: Sequence[str]) -> None:
        """Writes the entries, with the guessed pages if there is one for each."""
        if self._field is None:
            return
        lists = self._parts.tree("word/styles.xml"), self._parts.tree("word/numbering.xml")
        numbers = numbering.number(self._parts.document, *lists)
        self._entries = headings.listed(self._parts, self._field, numbers)
        fits = len(guess) == len(self._entries)
        self.pages = tuple(guess) if fits else self._former()
        self._results = headings.fill(self._parts, self._field, self._entries, self.pages)
        self._numbers = headings.filled(self._parts, self._field, self._results, numbers)

    def _former(self) -> tuple[str, ...]:
        """The page numbers that the contents already have, if there are as many as headings."""
        found = tuple(f.results[-1].text or _UNKNOWN for f in self._found if f.name == "PAGEREF" and self._is_within(f))
        return found if len(found) == len(self._entries) else (_UNKNOWN,) * len(self._entries)

    def read(self, followed: Followed) -> bool:
        """Takes the page numbers from a drawing; True if they were drawn so."""
        shown = self._shown
        if not shown:
            shown.update((p, i) for i, p in enumerate(Displayed(self._parts).paragraphs(self._body)))
        counts = [t for f in self._counts.get(BODY, ()) for t in f.results]
        before = [(t, t.text) for t in (*self._results, *counts, *(t for f in self._references for t in f.results))]

        def page(paragraph: etree._Element) -> str:
            return followed.numbers[followed.page_of(followed.paragraphs[shown[paragraph]]) - 1]

        self.pages = tuple(page(e.paragraph) for e in self._entries)
        for result, text in zip(self._results, self.pages, strict=True):
            result.text = text
        marks = {b.get(W + "name"): b for b in self._body.iter(W + "bookmarkStart")}
        for f in self._references:
            mark = marks.get(f.argument)
            holder = next(mark.iterancestors(W + "p"), None) if mark is not None else None
            if holder is not None and holder in shown and f.results:
                f.show(page(holder))
        self.count(followed.pages)
        return all(t.text == said for t, said in before)

    @property
    def refers(self) -> bool:
        """Whether fields outside of the contents show page numbers too."""
        return bool(self._references)

    def count(self, pages: int) -> None:
        """Shows how many pages there are wherever a field does."""
        self.counted = pages
        for counts in self._counts.values():
            for found in counts:
                found.show(str(pages))

    def ask(self) -> None:
        """Marks the field for Word to update when it opens the document."""
        for f in fields(self._body):
            if f.name == "TOC":
                begin = next(f.paragraph.iter(W + "fldChar"), None)
                if begin is not None:
                    begin.set(W + "dirty", "true")

    def handed(self) -> bytes:
        """The document as it is now, not compressed, for drawing it; who asks what it says needn't parse it again.

        From now on nothing but page numbers changes in it.
        """
        docx = self.pack(stored=True)
        if not self._references:  # what refers to pages is asked what it said without them
            given(docx, self._parts, self._numbers)
        return docx

    def done(self) -> bytes:
        """The finished document; the draft can't be changed any more."""
        docx = self.pack()
        given(docx, self._parts, self._numbers)
        return docx

    def pack(self, *, stored: bool = False) -> bytes:
        """The document as it is now; `stored`: not compressed, which is faster."""
        changed = {BODY} if self._entries or self._references else set()
        return self._parts.pack(changed | {name for name, counts in self._counts.items() if counts}, stored=stored)


def _counts(found: Sequence[Field]) -> list[Field]:
    return [f for f in found if f.name == "NUMPAGES" and f.results]

"""Tags for the embedded engine: the document's own structure, aligned with what was drawn."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from agreegen.finding import Finding, Location, Severity
from agreegen.late import dataclass
from agreegen.pdf.alignment import Alignment
from agreegen.pdf.comparison import HINT
from agreegen.pdf.completeness import aligned, wanted
from agreegen.pdf.streams import Source
from agreegen.pdf.tags import bookmarks, tables, writing
from agreegen.pdf.tags.marking import Marking
from agreegen.pdf.tags.model import model
from agreegen.pdf.tags.pictures import pictures, shown

if TYPE_CHECKING:
    from agreegen.pdf.expected import Expected
    from agreegen.pdf.tags.model import Model
    from agreegen.pdf.tags.reading import artifacts, dump

__all__ = ["Tagged", "artifacts", "dump", "tagged"]


def __getattr__(name: str) -> Any:
    """What reads tags back is loaded when it is asked for: writing them doesn't need it."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.reading"), name)


@dataclass(frozen=True, slots=True)
class Tagged:
    """A PDF with its structure, and what is wrong with it: with an error it must not be used.

    `drawn` is the PDF as it was before, `update` the structure as objects of it; none with an error.
    """

    drawn: bytes
    findings: tuple[Finding, ...]
    update: writing.Update | None = None

    @property
    def pdf(self) -> bytes:
        """The PDF with the structure behind it; written anew each time."""
        return self.drawn if self.update is None else self.update.appended(self.update.source.root)


def prepare(docx: bytes) -> None:
    """Makes the structure of a document that is being drawn, for `tagged`."""
    document = wanted(docx)
    document.structure = document.structure or model(document)


def tagged(docx: bytes, pdf: bytes) -> Tagged:
    """The embedded engine's PDF with the structure of the document; EngineError if it isn't one of its PDFs.

    Findings at error level where the PDF says anything but what the document says: then the PDF is returned as it was.
    """
    document = wanted(docx)
    source = Source.of(pdf)
    pages = source.pages()
    alignment = aligned(docx, pdf)
    if alignment is None or alignment.found:
        alignment = Alignment.of(document, [p.text for p in pages])  # with line ends, for messages
    if alignment.found:
        return Tagged(pdf, tuple(alignment.found))
    structure, document.structure = document.structure or model(document), None
    marking = Marking(structure)
    outside = [_pictures(document, parts) for parts in alignment.margin_parts]
    repeated = alignment.repeated_pictures
    packing = writing.Packing()
    for i, p in enumerate(pages):
        packing.add(marking.page(i, p, alignment.pages[i], outside[i], repeated[i]))
    marking.finish()
    if marking.wrong:
        packing.done()
        return Tagged(pdf, tuple(_wrong(w) for w in dict.fromkeys(marking.wrong)))
    for cells in structure.grids:
        tables.settle(cells)
    update = writing.Update(source)
    tree = writing.Tree(update, pages, marking.parents, marking.links)
    top = tree.write(structure.root)
    for i, content in enumerate(packing.done()):
        tree.write_page(i, content)
    outline = bookmarks.write(update, structure.headings, marking.places, pages)
    update.put(source.root, writing.root(source, top, outline, bookmarks.labels(alignment.numbers)))
    return Tagged(pdf, tuple(_undescribed(structure)), update)


def _pictures(document: Expected, parts: tuple[str, str]) -> tuple[int, int]:
    """How many pictures the header and the footer have that are in these parts."""
    header, footer = (_pictured(document, name) for name in parts)
    return header, footer


def _pictured(document: Expected, name: str) -> int:
    assert document.parts is not None
    if not name:
        return 0
    inside = document.parts.targets(name)
    return sum(shown(e, inside) for e in pictures(document.parts.tree(name)))


def _wrong(message: str) -> Finding:
    return Finding("D504", Severity.ERROR, Location(part="body"), message, HINT)


def _undescribed(structure: Model) -> list[Finding]:
    """The pictures that nothing is said about to those who can't see them."""
    message = "a picture has no alternative text"
    hint = "describe it in Word (right click, View Alt Text), or mark it as decorative"
    return [
        Finding("D502", Severity.WARNING, Location(part="body", paragraph=p.paragraph + 1), message, hint)
        for p in structure.pictures
        if p.alternative == ""
    ]

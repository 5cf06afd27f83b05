"""PDFs that people have (a security plan, a resolution, a certificate of insurance) behind an agreement's own pages.

Their pages, tags, links, bookmarks, layers and fields come along as they are; not one word of the agreement changes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pikepdf

from agreegen.errors import UsageError
from agreegen.finding import Finding, Location, Severity, has_errors
from agreegen.pdf.appended import bookmarks, fields, layers, structure
from agreegen.pdf.appended.incoming import REPRINT, UNSOUND, incoming, unsound
from agreegen.pdf.attached import Appended

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agreegen.pdf.appended.incoming import Incoming
    from agreegen.pdf.attached import Attached

__all__ = ["Appended", "append", "examined"]

EXPORT = "export it as PDF/UA-1 and PDF/A-2b (in Word: Options > PDF/A and document structure tags), or leave it out"


def examined(documents: Sequence[Attached]) -> tuple[Finding, ...]:
    """What is to be said about PDFs before they are put behind an agreement; with an error they can't be."""
    return tuple(f for n, d in enumerate(documents, 1) for f in incoming(d, n).findings)


def append(document: pikepdf.Pdf, documents: Sequence[Attached], *, claimed: bool = True) -> Appended:
    """Puts PDFs behind the pages of a document, in place; with an error-level finding the document is as it was.

    `claimed`: whether the document is to say that it is PDF/UA and PDF/A; what keeps it from that is a finding.
    """
    if not documents:
        return Appended()
    found = examined(documents)
    if has_errors(found):
        return Appended(found)
    coming = [incoming(d, n) for n, d in enumerate(documents, 1)]
    listed = []
    for number, (attached, one) in enumerate(zip(documents, coming, strict=True), 1):
        try:
            pages = _add(document, attached, one, number)
        except UNSOUND as error:
            raise UsageError(f"{attached.file} can't be put behind the agreement: {unsound(error)}", REPRINT) from error
        listed.append((one.bookmarks[0], pages))
    bookmarks.add(document, listed)
    if claimed:
        found = (*found, *(f for d, one in zip(documents, coming, strict=True) for f in _unclaimed(d, one)))
    return Appended(found, not any(one.inaccessible for one in coming), not any(one.perishable for one in coming))


def _add(document: pikepdf.Pdf, attached: Attached, one: Incoming, number: int) -> list[Any]:
    """The pages of one PDF in the document, after everything of it was added."""
    assert one.pdf is not None
    assert one.tags is not None
    assert one.fields is not None
    assert one.layers is not None
    at = len(document.pages)
    for page in one.pdf.pages:
        document.pages.append(pikepdf.Page(document.copy_foreign(page.obj)))
    pages = [document.pages[at + n].obj for n in range(len(one.pdf.pages))]
    structure.add(document, one.tags, attached.title, one.language)
    fields.add(document, one.fields)
    layers.add(document, one.layers, attached.title)
    bookmarks.label(document, at, f"Attachment {number} - ", one.labels)
    return pages


def _unclaimed(attached: Attached, one: Incoming) -> list[Finding]:
    """Findings about what the document can't claim because of one PDF."""
    found = []
    for code, why, what in (
        ("D705", one.inaccessible, "accessible (PDF/UA)"),
        ("D706", one.perishable, "fit for archives (PDF/A)"),
    ):
        if why:
            message = f"the agreement's PDF doesn't claim to be {what} because of the attached document: {why}"
            found.append(Finding(code, Severity.WARNING, Location(file=attached.file), message, EXPORT))
    return found

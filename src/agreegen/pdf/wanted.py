"""What a PDF of a document must say, computed once for the proof, the tags, and the marks of the source."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from agreegen.pdf.expected import expected
from agreegen.pdf.parts import Parts

if TYPE_CHECKING:
    from agreegen.pdf.expected import Expected


@lru_cache(maxsize=2)
def wanted(docx: bytes) -> Expected:
    """What a PDF of the document must say; computed once."""
    if known := _known(docx):
        return known[0]
    parsed = _parsed(docx)
    return expected(parsed.pop() if parsed else Parts(docx))


def know(docx: bytes, document: Expected) -> None:
    """Remembers what a PDF of a document must say, which needn't be read for that."""
    _known(docx)[:] = [document]


@lru_cache(maxsize=1)
def _known(docx: bytes) -> list[Expected]:
    """What a PDF of a document must say, if it was remembered."""
    del docx
    return []


def given(docx: bytes, parts: Parts) -> None:
    """Hands over the parts of a document that were just packed: who asks what it says needn't parse it again."""
    _parsed(docx)[:] = [parts]


@lru_cache(maxsize=1)
def _parsed(docx: bytes) -> list[Parts]:
    """The parts of a document, if they were handed over and nobody has taken them yet."""
    del docx
    return []


def without_pages(docx: bytes) -> Expected:
    """What a document displays, page numbers of its fields left aside: perhaps as it was read before they were there.

    It saves reading a document twice that `numbered` named.
    """
    draft = _draft(docx)
    return wanted(draft[0] if draft else docx)


def numbered(docx: bytes, draft: bytes) -> None:
    """Remembers that a document differs from its draft, which was read, in page numbers of fields only."""
    _draft(docx)[:] = [draft]


@lru_cache(maxsize=2)
def _draft(docx: bytes) -> list[bytes]:
    """The draft of a document, if one was remembered."""
    del docx
    return []

"""What a PDF of a document must say, computed once for the proof, the tags, and the marks of the source."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from agreegen.late import dataclass
from agreegen.pdf.expected import expected, forget_sheets, read
from agreegen.pdf.parts import forget_members

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agreegen.pdf.expected import Expected
    from agreegen.pdf.parts import Parts
    from agreegen.template.numbering import Numbered


@dataclass(slots=True)
class _Note:
    """What is remembered of a document: what it says, its parts until someone takes them, a draft of it.

    `numbers` are those of the paragraphs of these parts, if they have been counted.
    """

    said: Expected | None = None
    parts: Parts | None = None
    numbers: Sequence[Numbered] | None = None
    draft: bytes | None = None


@lru_cache(maxsize=3)
def _note(docx: bytes) -> _Note:
    del docx
    return _Note()


def wanted(docx: bytes) -> Expected:
    """What a PDF of the document must say; computed once."""
    note = _note(docx)
    if note.said is None:
        parts, note.parts = note.parts, None
        note.said = expected(parts, note.numbers) if parts is not None else read(docx)
    return note.said


def forget_documents() -> None:
    """Forgets the documents that were read last."""
    _note.cache_clear()
    forget_sheets()
    forget_members()


def know(docx: bytes, document: Expected) -> None:
    """Remembers what a PDF of a document must say, which needn't be read for that."""
    _note(docx).said = document


def given(docx: bytes, parts: Parts, numbers: Sequence[Numbered] | None = None) -> None:
    """Hands over the parts of a document that were just packed: who asks what it says needn't parse it again.

    `numbers` are those of its paragraphs, if they have been counted.
    """
    note = _note(docx)
    note.parts, note.numbers = parts, numbers


def without_pages(docx: bytes) -> Expected:
    """What a document displays, page numbers of its fields left aside: perhaps as it was read before they were there.

    It saves reading a document twice that `numbered` named.
    """
    return wanted(_note(docx).draft or docx)


def numbered(docx: bytes, draft: bytes) -> None:
    """Remembers that a document differs from its draft, which was read, in page numbers of fields only."""
    _note(docx).draft = draft

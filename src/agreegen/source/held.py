"""The source that a PDF holds, read back without trusting it, and what somebody wrote over its pages."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any, Final

import pikepdf
from pikepdf import Name

from agreegen.errors import UsageError
from agreegen.finding import Finding, Location, Severity
from agreegen.pdf.attachments import attached
from agreegen.pdf.noted import came_along
from agreegen.source.comparison import HINT
from agreegen.source.portable import MANIFEST
from agreegen.source.record import MOST_BYTES, DamagedError, Source, unpacked

if TYPE_CHECKING:
    from collections.abc import Iterator

_OWN: Final = (Name.Link, Name.Widget, Name.Popup, Name.PrinterMark, Name.TrapNet)


def opened(data: bytes) -> pikepdf.Pdf:
    """The PDF; UsageError if it is broken or needs a password."""
    try:
        return pikepdf.open(io.BytesIO(data), suppress_warnings=True)
    except pikepdf.PasswordError:
        raise UsageError("the PDF needs a password", "save a copy without password, and give that") from None
    except (pikepdf.PdfError, ValueError, RuntimeError) as e:
        raise UsageError(f"this isn't a sound PDF: {_plain(str(e))}", "take it again from where you had it") from None


def in_pdf(pdf: pikepdf.Pdf) -> tuple[Source, dict[str, Any]] | None:
    """The source in a PDF and its manifest, None if there is none; DamagedError."""
    held = attached(pdf, MOST_BYTES, (MANIFEST,))
    if MANIFEST not in held:
        return None
    names = _attachments(held[MANIFEST])
    held |= attached(pdf, MOST_BYTES, frozenset(names))
    missing = [n for n in names if n not in held]
    if missing:
        raise DamagedError(f"the attachment {_plain(missing[0])} is missing, or too large")
    if sum(len(held[n]) for n in names) > MOST_BYTES:
        raise DamagedError(f"its files have more than {MOST_BYTES >> 20} MB")
    return unpacked(held[MANIFEST], [held[n] for n in names])


def _attachments(manifest: bytes) -> list[str]:
    """The names of the attachments that a manifest tells, in the order of its files."""
    import json  # noqa: PLC0415 (only to read a PDF)

    try:
        names = json.loads(manifest)["attachments"]
    except (ValueError, KeyError, TypeError, RecursionError):
        names = None
    if not isinstance(names, list) or not all(isinstance(n, str) for n in names) or len(set(names)) != len(names):
        raise DamagedError("the manifest doesn't name its attachments")
    return names


def written_over(pdf: pikepdf.Pdf) -> Iterator[Finding]:
    """Findings about what somebody wrote on the pages: notes, stamps and drawings, and fields that were filled in."""
    for number, page in enumerate(pdf.pages, 1):
        annotations = page.obj.get(Name.Annots)
        for note in annotations if isinstance(annotations, pikepdf.Array) else ():
            if not isinstance(note, pikepdf.Dictionary) or came_along(note):
                continue
            kind = note.get(Name.Subtype)
            if kind not in _OWN:
                what = _plain(str(kind).lstrip("/") or "annotation")
                message = f"a note ({what}) was put on the page: “{_text(note, Name.Contents)}”"
                yield Finding("X002", Severity.WARNING, Location(part=f"page {number}"), message, HINT)
            elif kind == Name.Widget and (filled := _filled(note)):
                message = f"the field “{_text(note, Name.T)}” was filled in: “{filled}”"
                yield Finding("X007", Severity.NOTE, Location(part=f"page {number}"), message)


def _filled(widget: pikepdf.Dictionary) -> str:
    """What a field says; "" for one that is empty, or for a signature."""
    parent = widget.get(Name.Parent)
    owner = parent if isinstance(parent, pikepdf.Dictionary) and Name.FT not in widget else widget
    if owner.get(Name.FT) == Name.Sig:
        return ""
    value = owner.get(Name.V)
    if isinstance(value, pikepdf.String):
        return _plain(str(value))
    return _plain(str(value).lstrip("/")) if isinstance(value, Name) and value != Name.Off else ""


def _text(note: pikepdf.Dictionary, key: Name) -> str:
    value = note.get(key)
    return _plain(str(value)) if isinstance(value, pikepdf.String) else ""


def _plain(text: str) -> str:
    """A line that is safe to print."""
    text = re.sub(r"<_io\.BytesIO[^>]*>:? ?", "", text)
    return re.sub(r"[\s\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]+", " ", text)[:200].strip()

"""The last step of every PDF, whatever engine drew it: made accessible and fit for archives, marked, saved once."""

from __future__ import annotations

import io
import re
from dataclasses import field, replace
from typing import TYPE_CHECKING, Final

from agreegen.errors import EngineError, UsageError
from agreegen.finding import Finding, Location, Severity, has_errors
from agreegen.late import dataclass
from agreegen.pdf import anchors, completeness, metadata, tags, written
from agreegen.pdf.attached import Appended
from agreegen.pdf.flatten import watermarks
from agreegen.pdf.parts import Parts
from agreegen.pdf.streams import Source
from agreegen.pdf.tags.writing import Update

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pikepdf

    from agreegen.pdf.attached import Attached, Attachment

ACCESSIBLE: Final = "ua+a"
PLAIN: Final = "plain"
EMBEDDED: Final = "embedded"
_READER: Final = re.compile(r"stream <[^>]*>:? *")
PROFILES: Final = (ACCESSIBLE, PLAIN)


@dataclass(frozen=True, slots=True)
class Finish:
    """What a PDF is finished with.

    `profile`: "ua+a" is PDF/UA-1 with PDF/A-2b (A-3b when something is attached); "plain" is as the engine drew it,
    with title and language. `awaited` gives more to attach, asked for once the PDF has its
    tags. `signature_fields` puts fields over the signature lines; `origin`
    goes into the properties (`dc:source`, `dc:relation`); `documents` go behind the last page.
    """

    profile: str = ACCESSIBLE
    attachments: tuple[Attachment, ...] = ()
    signature_fields: bool = False
    origin: Mapping[str, str] = field(default_factory=dict)
    documents: tuple[Attached, ...] = ()
    awaited: Callable[[], tuple[Attachment, ...]] = tuple


def finished(docx: bytes, pdf: bytes, engine: str, finish: Finish) -> tuple[bytes, tuple[Finding, ...]]:
    """The PDF finished, and what is to be said about it; same input, same bytes.

    No PDF (b"") with an error-level finding. UsageError for a profile that doesn't exist, EngineError for what isn't a
    PDF.
    """
    if finish.profile not in PROFILES:
        raise UsageError(f"there is no PDF profile “{finish.profile}”", f"choose {' or '.join(PROFILES)}")
    proven = engine == EMBEDDED and completeness.aligned(docx, pdf) is not None  # each page was read
    if not proven and (broken := _broken(pdf)):
        return b"", (broken,)
    found: list[Finding] = []
    accessible = finish.profile == ACCESSIBLE
    parts = Parts(docx)
    update: Update | None = None
    if engine == EMBEDDED:
        if accessible:
            tagged = tags.tagged(docx, pdf)
            found += tagged.findings
            accessible, update = not has_errors(tagged.findings), tagged.update
        elif proven:
            update = Update(Source.of(pdf))
    finish = replace(finish, attachments=(*finish.attachments, *finish.awaited()))
    origin = {name: finish.origin.get(f"dc:{name}", "") for name in ("source", "relation")}
    said = replace(metadata.properties(parts), source=origin["source"], relation=origin["relation"])
    untitled = () if said.named else (_untitled(said.title),)
    part = "" if not accessible else "3" if finish.attachments else "2"
    if update is not None and _is_simple(docx, finish):
        whole = written.written(update, said, finish.attachments, tagged=accessible, part=part)
        if whole is not None:
            return whole, (*found, *untitled)
    drawn = pdf if update is None or not accessible else update.appended(update.source.root)
    with opened(drawn) as document:
        if accessible and engine != EMBEDDED:
            found += _repaired(document, parts, docx, pdf)
        found += _marked(document, docx, finish)
        behind = _appended(document, finish.documents, claimed=accessible)
        found += behind.findings
        part = part if behind.archival else ""
        metadata.describe(document, said, tagged=accessible and behind.accessible, archived=part)
        return _saved(document), (*found, *untitled)


def _is_simple(docx: bytes, finish: Finish) -> bool:
    """Whether the pages are as they were drawn, and no document of others is with them."""
    adds = finish.signature_fields or finish.documents or watermarks(docx) or anchors.has_anchors(docx)
    return not adds and written.fits(finish.attachments)


def _broken(pdf: bytes) -> Finding | None:
    """Why a PDF that was begun isn't whole; a reader that mends it would lose pages in silence."""
    if not pdf.startswith(b"%PDF-"):
        return None
    import pikepdf  # noqa: PLC0415 (what our own engine drew is written without)

    try:
        with pikepdf.Pdf.open(io.BytesIO(pdf), attempt_recovery=False) as whole:
            reason = next(iter(map(str, whole.get_warnings())), "") or ("" if len(whole.pages) else "it has no page")
    except pikepdf.PdfError as e:
        reason = str(e)
    if not reason and b"%%EOF" in pdf[-1024:]:
        return None
    reason = _READER.sub("", reason) or "it has no end"
    message, hint = f"the PDF is cut off or damaged: {reason}", "draw it again, or choose another --pdf-engine"
    return Finding("D505", Severity.ERROR, Location(part="body"), message, hint)


def opened(pdf: bytes) -> pikepdf.Pdf:
    """The PDF, to be changed; EngineError if it isn't one. Nothing is read that isn't asked for."""
    import pikepdf  # noqa: PLC0415 (as above)

    try:
        return pikepdf.Pdf.open(io.BytesIO(pdf), inherit_page_attributes=False)
    except pikepdf.PdfError as e:
        raise EngineError(f"the PDF can't be read back: {e}", "choose another engine with --pdf-engine") from None


def _repaired(document: pikepdf.Pdf, parts: Parts, docx: bytes, drawn: bytes) -> tuple[Finding, ...]:
    """The findings of the repair; EngineError if the structure isn't built as the standard says."""
    import pikepdf  # noqa: PLC0415 (as above)

    from agreegen.pdf import outline, repair, sound  # noqa: PLC0415 (for engines that make tags of their own)

    try:
        found = repair.repaired(document, parts)
    except pikepdf.PdfError as e:  # streams and objects that are damaged, found where they are first read
        raise sound.unsound(str(e)) from e
    outline.number_pages(document, parts, docx, drawn)
    return found


def _marked(document: pikepdf.Pdf, docx: bytes, finish: Finish) -> tuple[Finding, ...]:
    """Puts in the watermarks of the document, which was drawn without, and what was asked for."""
    from agreegen.pdf import attachments  # noqa: PLC0415 (as above)

    found = [finding for text in watermarks(docx) for finding in _stamped(document, text)]
    attachments.attach(document, finish.attachments)
    anchors.silenced(document, docx)
    return (*found, *(_fields(document, docx) if finish.signature_fields else ()))


def _stamped(document: pikepdf.Pdf, text: str) -> tuple[Finding, ...]:
    from agreegen.pdf import watermark  # noqa: PLC0415 (most agreements have none)

    return watermark.stamp(document, text)


def _fields(document: pikepdf.Pdf, docx: bytes) -> tuple[Finding, ...]:
    from agreegen.pdf import signing  # noqa: PLC0415 (as above)

    return signing.add_fields(document, docx)


def _appended(document: pikepdf.Pdf, documents: tuple[Attached, ...], *, claimed: bool) -> Appended:
    """The documents of others put behind the last page; what they mean for what the PDF claims."""
    if not documents:
        return Appended()
    from agreegen.pdf import appended  # noqa: PLC0415 (most agreements have none)

    return appended.append(document, documents, claimed=claimed)


def _saved(document: pikepdf.Pdf) -> bytes:
    """The file, its identifier computed from its content."""
    import pikepdf  # noqa: PLC0415 (as above)

    out = io.BytesIO()
    streams = pikepdf.ObjectStreamMode.generate
    document.save(out, min_version="1.7", deterministic_id=True, object_stream_mode=streams)
    return out.getvalue()


def _untitled(title: str) -> Finding:
    message = f"the document has no title; its PDF is called “{title}”"
    hint = "give the template a title (in Word: File > Info > Title)"
    return Finding("D501", Severity.WARNING, Location(part="properties"), message, hint)

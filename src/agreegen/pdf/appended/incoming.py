"""A PDF that is to stand behind an agreement: opened once, cleaned, and ready to be copied any number of times."""

from __future__ import annotations

import functools
import io
import re
from collections import Counter
from typing import TYPE_CHECKING, Final

import pikepdf
from pikepdf import Dictionary, Name, String

from agreegen.finding import Finding, Location, Severity
from agreegen.late import dataclass
from agreegen.pdf import noted
from agreegen.pdf.appended import bookmarks, cleaning, fields, fitness, layers, structure
from agreegen.pdf.appended.names import Destinations, is_set, items
from agreegen.pdf.validation.claims import claim_of

if TYPE_CHECKING:
    from agreegen.pdf.appended.bookmarks import Bookmark, Label
    from agreegen.pdf.appended.fields import Fields
    from agreegen.pdf.appended.layers import Layers
    from agreegen.pdf.appended.structure import Tags
    from agreegen.pdf.attached import Attached

KEPT_OPEN: Final = 24
"""Attached PDFs that a process keeps open, so that each is read once for many agreements."""

UNSOUND: Final = (
    pikepdf.PdfError, AttributeError, IndexError, KeyError, OverflowError, RuntimeError, TypeError, ValueError
)  # fmt: skip
"""What is raised where a PDF isn't built as the standard says."""

REPRINT: Final = "open it and print or export it as PDF, and attach that"
_ENCLOSE: Final = "or put it inside unchanged with --enclose"
_PLAIN: Final = frozenset(("/Link", "/Widget", "/Popup", "/Stamp"))
_HARMLESS: Final = "duplicated key"  # LibreOffice names a place twice


@dataclass(frozen=True, slots=True)
class Incoming:
    """An attached PDF ready to be copied; without `pdf` if it can't be, as the findings say."""

    findings: tuple[Finding, ...]
    pdf: pikepdf.Pdf | None = None
    inaccessible: str = ""
    perishable: str = ""
    tags: Tags | None = None
    fields: Fields | None = None
    layers: Layers | None = None
    bookmarks: tuple[Bookmark, ...] = ()
    labels: tuple[Label, ...] = ()
    language: str = ""


@functools.lru_cache(maxsize=KEPT_OPEN)
def incoming(attached: Attached, number: int) -> Incoming:
    """The PDF that is attached as this number, from 1; the same object for the same PDF."""
    if b"%PDF-" not in attached.data[:1024]:
        return Incoming((_unreadable(attached, "it isn't a PDF"),))
    try:
        pdf = pikepdf.Pdf.open(io.BytesIO(attached.data), suppress_warnings=True)
        if pdf.is_encrypted:
            return Incoming((_locked(attached),))
        return _incoming(pdf, attached, number)
    except pikepdf.PasswordError:
        return Incoming((_locked(attached),))
    except UNSOUND as error:
        return Incoming((_unreadable(attached, unsound(error)),))


def _incoming(pdf: pikepdf.Pdf, attached: Attached, number: int) -> Incoming:
    if not len(pdf.pages):
        return Incoming((_unreadable(attached, "it has no pages"),))
    if is_set(pdf.Root.get("/NeedsRendering")):
        return Incoming((_unreadable(attached, "it is an XFA form, whose pages only Adobe's programs draw"),))
    if "/Collection" in pdf.Root:
        return Incoming((_unreadable(attached, "it is a portfolio, whose documents are files inside of it"),))
    damage = [problem for problem in pdf.check_pdf_syntax() if _HARMLESS not in problem]
    claim = claim_of(attached.data)
    places = Destinations(pdf)
    clean = cleaning.Cleaning(pdf, places)
    read = bookmarks.bookmarks_of(pdf, places)
    clean.document()
    found = fields.fields_of(pdf, number, clean)
    cleaning.associated(pdf)
    tags = structure.tags_of(pdf, number, clean.gone)
    owned = {key for key, _ in tags.parents}
    shown = layers.layers_of(pdf)
    automatic = "its layers switch by themselves" if shown.automatic else ""
    archived = fitness.barrier_to_archives(pdf, claim) or automatic
    accessible = tags.fault or fitness.barrier_to_access(pdf, claim, owned) or tags.reason or automatic
    for page in pdf.pages:
        if "/Annots" in page.obj and tags.tops:
            page.obj.Tabs = Name.S
    noted.mark(pdf)
    language = pdf.Root.get("/Lang")
    findings = (*_damaged(attached, damage), *_cleaned(attached, clean), *_filled(attached, found, number),
                *_noted(attached, pdf))  # fmt: skip
    title = bookmarks.Bookmark(attached.title, *bookmarks.view(0), kids=read)
    said = str(language) if isinstance(language, String) else ""
    return Incoming(findings, pdf, accessible, archived, tags, found, shown, (title,), bookmarks.labels_of(pdf), said)


def _finding(attached: Attached, code: str, severity: Severity, message: str, hint: str = "") -> Finding:
    return Finding(code, severity, Location(file=attached.file), message, hint)


def _unreadable(attached: Attached, why: str) -> Finding:
    message = f"the attached document can't be put behind the agreement: {why}"
    return _finding(attached, "D701", Severity.ERROR, message, REPRINT)


def _locked(attached: Attached) -> Finding:
    hint = f"ask its author for a copy without password and restrictions, {_ENCLOSE}"
    return _finding(attached, "D702", Severity.ERROR, "the attached document is encrypted", hint)


def _plain(problem: str) -> str:
    """A problem in qpdf's words, without the name of our buffer."""
    return re.sub(r"^stream\s*<.*?>:?\s*|<_io\.BytesIO[^>]*>:?\s*", "", " ".join(problem.split()))[:160].strip()


def unsound(error: Exception) -> str:
    """What is wrong with a PDF, in words."""
    why = _plain(str(error)) if isinstance(error, pikepdf.PdfError) else "its objects aren't what they should be"
    return f"it isn't a sound PDF ({why})"


def _damaged(attached: Attached, problems: list[str]) -> tuple[Finding, ...]:
    if not problems:
        return ()
    message = f"the attached document is damaged ({_plain(problems[0])}); something of it may be missing"
    hint = "compare its pages with the original, or export it anew"
    return (_finding(attached, "D708", Severity.WARNING, message, hint),)


def _cleaned(attached: Attached, clean: cleaning.Cleaning) -> tuple[Finding, ...]:
    taken = [f"{what} ({count})" if count > 1 else what for what, count in sorted(clean.taken.items())]
    if clean.files:
        named = sorted({f"“{name}”" if name else "one without a name" for name in clean.files})
        taken.append("files inside: " + ", ".join(named))
    if not taken:
        return ()
    hint = f"attach what is needed of it by itself, {_ENCLOSE}"
    return (
        _finding(attached, "D704", Severity.WARNING, f"left out of the attached document: {'; '.join(taken)}", hint),
    )


def _filled(attached: Attached, found: Fields, number: int) -> tuple[Finding, ...]:
    said = []
    if found.signed:
        message = ("the attached document is signed, and no signature survives being put behind another document: "
                   "its pages show the signature, but no program confirms it any more")  # fmt: skip
        hint = "to keep the signature, put the file inside unchanged with --enclose"
        said.append(_finding(attached, "D703", Severity.WARNING, message, hint))
    if found.top is not None:
        state = "can't be changed any more" if found.filled else "can still be filled in"
        message = f"the fields of the attached document's form {state}; their names begin with attachment-{number}"
        said.append(_finding(attached, "D709", Severity.NOTE, message))
    return tuple(said)


def _noted(attached: Attached, pdf: pikepdf.Pdf) -> tuple[Finding, ...]:
    kinds: Counter[str] = Counter()
    for page in pdf.pages:
        for annotation in items(page.obj.get("/Annots")):
            if isinstance(annotation, Dictionary):
                kinds[str(annotation.get("/Subtype"))[1:]] += 1
    redactions = kinds.pop("Redact", 0)
    comments = sum(count for kind, count in kinds.items() if f"/{kind}" not in _PLAIN)
    said = []
    if redactions:
        message = (
            f"the attached document has places that are only marked for redaction ({redactions}): they can be read"
        )
        said.append(_finding(attached, "D710", Severity.WARNING, message, "apply the redactions, and save it anew"))
    if comments:
        message = f"the attached document has notes and markings of readers ({comments}), which go along"
        said.append(
            _finding(attached, "D710", Severity.WARNING, message, "take them out if nobody else is to see them")
        )
    return tuple(said)

"""Extract: the source inside a Word document or PDF, byte for byte, and where the file no longer says what it said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from lxml import etree

from agreegen.errors import AgreegenError, FindingsError, UsageError
from agreegen.finding import Finding, Location, Severity
from agreegen.late import dataclass
from agreegen.pdf.parts import Parts, W
from agreegen.source import archive, comparison, document
from agreegen.source.marks import restored
from agreegen.source.record import DamagedError
from agreegen.source.visible import of_document, of_pages

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Iterator

    from agreegen.source.record import Source

LARGEST: Final = 200 << 20
_TRACKED: Final = {"ins": "insertion", "del": "deletion", "moveFrom": "move away", "moveTo": "move to here"}
_MOST_TRACKED: Final = 50
_FOREIGN: Final = {"altChunk": "another file", "object": "an embedded object"}
_LOST: Final = "use the proposal itself, or a file that nobody passed through a program that drops what it doesn't know"


@dataclass(frozen=True, slots=True)
class Extracted:
    """The source of a file, and findings about where its visible text no longer matches it."""

    file: str
    source: Source
    findings: tuple[Finding, ...]

    @property
    def matches(self) -> bool:
        """Whether the file still says what was generated; a field that was filled in doesn't count."""
        return all(f.severity is Severity.NOTE for f in self.findings)

    @property
    def verdict(self) -> str:
        """One sentence for a person."""
        if self.matches:
            return f"{self.file} says what was generated from {self.source.proposal.name}"
        if any(f.code in ("X002", "X003") for f in self.findings):
            return f"{self.file} no longer says what was generated from {self.source.proposal.name}"
        return f"whether {self.file} says what was generated from {self.source.proposal.name} can't be told"


def extract(path: pathlib.Path) -> Extracted:
    """The source inside a DOCX or PDF; FindingsError (X001, X004) if there is none or it is damaged.

    UsageError if the file can't be read at all. The file may come from a stranger.
    """
    try:
        if path.stat().st_size > LARGEST:
            raise UsageError(f"{path} has more than {LARGEST >> 20} MB", "an agreement is smaller: is this the file?")
        data = path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path} can't be read: {error.strerror}", "give a .docx or .pdf that agreegen made") from None
    return extracted(data, path.name)


def extracted(data: bytes, file: str) -> Extracted:
    """As `extract`, of bytes."""
    try:
        if data.startswith(b"PK"):
            return _of_document(data, file)
        if b"%PDF-" in data[:1024]:
            return _of_pdf(data, file)
    except DamagedError as error:
        raise FindingsError([_no_source("X004", file, f"the source inside is damaged: {error}")]) from None
    except UsageError as error:
        raise UsageError(f"{file}: {error.message}", error.hint) from None
    raise UsageError(f"{file} is neither a Word document nor a PDF", "give a .docx or .pdf that agreegen made")


def _of_document(data: bytes, file: str) -> Extracted:
    members = archive.members(data)
    found = document.in_document(members)
    if found is None:
        said = document.named_in(members)
        raise FindingsError([_no_source("X001", file, _absent(said))])
    source, manifest = found
    return Extracted(file, source, _compared(data, file, manifest, pdf=False))


def _absent(said: str) -> str:
    if not said:
        return "no source is inside: the file wasn't made by agreegen, or was made with --no-source"
    plain = "".join(c for c in said if c.isprintable())[:100]
    return f"no source is inside any more; the file's properties say that it was made from {plain}"


def _of_pdf(data: bytes, file: str) -> Extracted:
    from agreegen.source import held  # noqa: PLC0415 (it brings pikepdf)

    with held.opened(data) as pdf:
        found = held.in_pdf(pdf)
        if found is None:
            raise FindingsError([_no_source("X001", file, _absent(""))])
        source, manifest = found
        over = comparison.in_file(list(held.written_over(pdf)), file)
    return Extracted(file, source, (*_compared(data, file, manifest, pdf=True), *over))


def _no_source(code: str, file: str, message: str) -> Finding:
    return Finding(code, Severity.ERROR, Location(file=file), message, _LOST)


def _compared(data: bytes, file: str, manifest: dict[str, Any], *, pdf: bool) -> tuple[Finding, ...]:
    """Findings about the text of the file; one that can't be read is a finding too."""
    before = restored(manifest.get("text"))
    if before is None:
        return (_unknown(file, "the marks of its text are damaged, or another version of agreegen wrote them"),)
    try:
        found = list(comparison.changes(before, of_pages(data) if pdf else of_document(data)))
        found += [] if pdf else _unsettled(data)
    except AgreegenError as error:
        return (_unknown(file, error.message),)
    except Exception as error:  # a stranger's file may be wrong in ways that no reader foresees
        return (_unknown(file, f"its text can't be read ({type(error).__name__})"),)
    return comparison.in_file(found, file)


def _unknown(file: str, why: str) -> Finding:
    hint = "compare it by eye with an agreement that you generate from the source"
    return Finding("X006", Severity.WARNING, Location(file=file), f"the text wasn't compared: {why}", hint)


def _unsettled(docx: bytes) -> list[Finding]:
    """Tracked changes by paragraph, and content that isn't read as text."""
    parts = Parts(docx)
    found = [f for name, root in parts.stories() for f in _tracked(name, root)]
    if len(found) > _MOST_TRACKED:
        rest = f"{len(found) - _MOST_TRACKED} more paragraphs hold tracked changes"
        found = [*found[:_MOST_TRACKED], _pending(Location(), rest)]
    for kind, what in _FOREIGN.items():
        if next(parts.document.iter(W + kind), None) is not None:
            message = f"the document holds {what}, whose text isn't compared"
            found.append(Finding("X002", Severity.WARNING, Location(part="body"), message, comparison.HINT))
    return found


def _tracked(name: str, root: etree._Element) -> Iterator[Finding]:
    places: dict[etree._Element, int] = {}
    kinds: dict[etree._Element | None, dict[str, list[str]]] = {}
    for e in root.iter(*(W + kind for kind in _TRACKED)):
        p = next((a for a in e.iterancestors(W + "p")), None)
        text = "".join(t.text or "" for t in e.iter(W + "t", W + "delText"))
        kinds.setdefault(p, {}).setdefault(etree.QName(e).localname, []).append(text)
    if kinds:
        places = {p: n for n, p in enumerate(root.iter(W + "p"), 1)}
    part = name.removeprefix("word/").removesuffix(".xml").replace("document", "body")
    for p, said in kinds.items():
        what = "; ".join(f"{_TRACKED[k]}{_quoted(''.join(texts))}" for k, texts in said.items())
        yield _pending(Location(part=part, paragraph=places.get(p) if p is not None else None), f"tracked {what}")


def _quoted(text: str) -> str:
    plain = "".join(c if c.isprintable() else " " for c in text).strip()
    return f" of “{plain[:80]}{' …' if len(plain) > 80 else ''}”" if plain else " of a paragraph or row"


def _pending(where: Location, message: str) -> Finding:
    return Finding(
        "X003", Severity.WARNING, where, message, "accept or reject it in Word, and then decide which counts"
    )

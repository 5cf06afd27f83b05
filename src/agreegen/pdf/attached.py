"""Documents of others that go with an agreement: behind its pages, or inside of its file as they are."""

from __future__ import annotations

import functools
import hashlib
import pathlib
from typing import TYPE_CHECKING, Final

from agreegen.errors import UsageError
from agreegen.finding import Finding, Location, Severity
from agreegen.late import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

RELATIONSHIPS: Final = ("Source", "Data", "Alternative", "Supplement", "Unspecified")


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file to put into a PDF; `relationship` says what it is to the document (AFRelationship)."""

    name: str
    data: bytes
    description: str
    mime: str
    relationship: str = "Source"


@dataclass(frozen=True, slots=True)
class Attached:
    """A PDF that people have: the file as it was named, its title, and its bytes."""

    file: str
    title: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Documents:
    """The PDFs that go with an agreement: those behind its own pages, and those inside of its file, unchanged."""

    behind: tuple[Attached, ...] = ()
    inside: tuple[Attached, ...] = ()

    @property
    def all(self) -> tuple[Attached, ...]:
        """Those behind, and then those inside."""
        return (*self.behind, *self.inside)

    def record(self) -> list[dict[str, str]]:
        """What is kept of them in the source: name, title, digest, and where they are."""
        return [{"file": pathlib.PurePath(d.file).name, "title": d.title, "where": where,
                 "sha256": hashlib.sha256(d.data).hexdigest()}
                for where, listed in (("behind", self.behind), ("inside", self.inside)) for d in listed]  # fmt: skip


NONE: Final = Documents()


@dataclass(frozen=True, slots=True)
class Appended:
    """What is to be said about a PDF with others behind it, and what it may still claim to be."""

    findings: tuple[Finding, ...] = ()
    accessible: bool = True
    archival: bool = True


def documents(behind: Iterable[str] = (), inside: Iterable[str] = ()) -> Documents:
    """The PDFs that `FILE` or `FILE=TITLE` name, each once. UsageError for one that can't be read."""
    return Documents(*(tuple({d.data: d for d in map(read, named)}.values()) for named in (behind, inside)))


def read(named: str) -> Attached:
    """The PDF that `FILE` or `FILE=TITLE` names; without a title it is called as its file. UsageError."""
    path, title = pathlib.Path(named), ""
    if not path.is_file() and "=" in named:
        file, _, title = named.partition("=")
        path = pathlib.Path(file)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path} can't be read: {error.strerror}", "correct the name: FILE or FILE=TITLE") from None
    return Attached(str(path), " ".join(title.split()) or path.stem, data)


def enclosures(inside: Sequence[Attached], taken: Iterable[str]) -> tuple[Attachment, ...]:
    """The PDFs as files inside of the agreement's; UsageError if one isn't a PDF, or has a name that is `taken`."""
    names = {name.casefold() for name in taken}
    made = []
    for document in inside:
        name = pathlib.PurePath(document.file).name
        if b"%PDF-" not in document.data[:1024]:
            raise UsageError(f"{document.file} isn't a PDF", "only a PDF can be put inside")
        if name.casefold() in names:
            raise UsageError(f"there is another file “{name}” inside of the agreement", "give the PDF another name")
        names.add(name.casefold())
        made.append(Attachment(name, document.data, document.title, "application/pdf", "Supplement"))
    return tuple(made)


def with_texts(pdf: bytes, texts: Sequence[str] | None, which: Documents) -> list[str]:
    """The text of each page of a PDF (`texts`, if they have been read), and of the documents behind it."""
    from agreegen.pdf import drawn  # noqa: PLC0415 (only for documents of others)

    own = drawn.pages(pdf) if texts is None else texts
    return [*own, *(text for document in which.behind for text in _texts(document))]


@functools.lru_cache(maxsize=24)
def _texts(document: Attached) -> tuple[str, ...]:
    from agreegen.pdf import drawn  # noqa: PLC0415 (as above)

    return tuple(drawn.pages(document.data))


def not_in_word(which: Documents, format_: str) -> tuple[Finding, ...]:
    """What is to be said about documents that the Word file can't hold, by the format that is asked for."""
    if not which.all or format_ == "pdf":
        return ()
    named = ", ".join(f"“{d.title}”" for d in which.all)
    if format_ == "docx":
        verb = "isn't" if len(which.all) == 1 else "aren't"
        message = f"a Word document can't hold attached PDFs, and no PDF is made: {named} {verb} with the agreement"
        hint = "make the PDF too, with --format both, or send them along"
        return (Finding("D707", Severity.WARNING, Location(), message, hint),)
    message = f"the attached documents are with the PDF only, not with the Word document: {named}"
    return (Finding("D707", Severity.NOTE, Location(), message, "who gets the Word document needs them separately"),)

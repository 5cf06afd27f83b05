"""The source for a PDF: the proposal and its files as attachments, and a manifest with marks of the pages' text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from agreegen.package import file_name
from agreegen.pdf.attached import Attachment
from agreegen.source.marks import kept
from agreegen.source.record import Source, SourceFile, packed
from agreegen.source.visible import texts_of_pages

if TYPE_CHECKING:
    from collections.abc import Sequence

MANIFEST: Final = "agreegen-source.json"
_MIME: Final = {"proposal": "application/yaml", "partner": "application/yaml", "elements": "text/csv"}
_DESCRIBED: Final = {"proposal": "The proposal that this document was generated from",
                     "partner": "The record of a party that the proposal names",
                     "elements": "Data elements that the proposal names"}  # fmt: skip


def attachments_of(source: Source, pdf: bytes, texts: Sequence[str] | None = None) -> tuple[Attachment, ...]:
    """What to attach to the drawn `pdf`: the proposal as its Source, its files as Supplement, the manifest as Data.

    `texts` are those of its pages (`drawn.pages`), if they have been read.
    """
    names = _names(source.files)
    files = tuple(
        Attachment(name, file.data, _DESCRIBED[file.role], _MIME[file.role],
                   "Source" if file.role == "proposal" else "Supplement")
        for name, file in zip(names, source.files, strict=True)
    )  # fmt: skip
    manifest = packed({**source.manifest(), "attachments": names, "text": kept(texts_of_pages(pdf, texts))})
    about = "Template, version, settings and digests: what it takes to make this document again and to check its text"
    return (*files, Attachment(MANIFEST, manifest, about, "application/json", "Data"))


def _names(files: tuple[SourceFile, ...]) -> list[str]:
    """A name of its own for each file, without folders; the proposal keeps its name where it is an ordinary one."""
    taken, names = {MANIFEST.lower()}, []
    for file in files:
        wanted = file_name(re.sub(r"[\\/]+", "-", file.name))
        stem, dot, ending = wanted.rpartition(".")
        name, n = wanted, 2
        while name.lower() in taken:
            name, n = (f"{stem}-{n}{dot}{ending}" if dot else f"{wanted}-{n}"), n + 1
        taken.add(name.lower())
        names.append(name)
    return names

"""The source inside: an agreement carries the proposal that it was made from, and gives it back byte for byte."""

from __future__ import annotations

from agreegen.source.document import within_docx
from agreegen.source.extraction import Extracted, extract, extracted
from agreegen.source.gathering import gathered
from agreegen.source.portable import attachments_of
from agreegen.source.record import Source, SourceFile, TemplateRecord, described
from agreegen.source.restoring import Restored, files_of, restore

__all__ = [
    "Extracted",
    "Restored",
    "Source",
    "SourceFile",
    "TemplateRecord",
    "attachments_of",
    "described",
    "extract",
    "extracted",
    "files_of",
    "gathered",
    "restore",
    "within_docx",
]

"""The source inside: an agreement carries the proposal that it was made from, and gives it back byte for byte."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from agreegen.source.document import within_docx
from agreegen.source.gathering import gathered, with_partner
from agreegen.source.record import Source, SourceFile, TemplateRecord, described

if TYPE_CHECKING:
    from agreegen.source.extraction import Extracted, extract, extracted
    from agreegen.source.portable import attachments_of
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
    "with_partner",
    "within_docx",
]

_LATER = {
    **dict.fromkeys(("Extracted", "extract", "extracted"), "extraction"),
    **dict.fromkeys(("Restored", "files_of", "restore"), "restoring"),
    "attachments_of": "portable",
}
"""Names of modules that making a Word document doesn't need."""


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_LATER[name]}"), name)

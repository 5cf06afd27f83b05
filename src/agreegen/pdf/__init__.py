"""DOCX to PDF: engines behind one small interface, and the proof that no word was lost on the way."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any, Final

from agreegen.pdf.engine import Engine, PdfResult, Wanted

if TYPE_CHECKING:
    from agreegen.pdf.choice import (
        AUTOMATIC,
        EMBEDDED,
        ENGINES,
        LIBREOFFICE,
        WORD,
        convert,
        draw,
        instead,
        survey,
    )

__all__ = [
    "AUTO",
    "AUTOMATIC",
    "EMBEDDED",
    "ENGINES",
    "LIBREOFFICE",
    "NAMES",
    "WORD",
    "Engine",
    "PdfResult",
    "Wanted",
    "convert",
    "draw",
    "instead",
    "survey",
]

AUTO: Final = "auto"
NAMES: Final = (AUTO, "embedded", "libreoffice", "word", "gotenberg")
"""What a user may ask for."""


def __getattr__(name: str) -> Any:
    """Engines and what they do are loaded when something is to be drawn."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.choice"), name)

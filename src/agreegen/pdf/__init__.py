"""DOCX to PDF: engines behind one small interface, and the proof that no word was lost on the way."""

from __future__ import annotations

from typing import Final

from agreegen.errors import EngineError, UsageError
from agreegen.pdf.embedded import Embedded
from agreegen.pdf.engine import Engine, PdfResult
from agreegen.pdf.libreoffice import LibreOffice

__all__ = ["ENGINES", "Engine", "PdfResult", "convert", "survey"]

ENGINES: Final[tuple[Engine, ...]] = (Embedded(), LibreOffice())


def convert(docx: bytes, engine: str = "auto", timeout: float = 120) -> PdfResult:
    """The PDF."""
    chosen = chosen_engine(engine)
    return PdfResult(chosen.convert(docx, timeout), chosen.name)


def chosen_engine(name: str) -> Engine:
    """The engine of that name."""
    for e in ENGINES:
        if name in (e.name, "auto"):
            if reason := e.unavailable():
                raise EngineError(f"the PDF engine {e.name} can't be used: {reason}", e.install())
            return e
    raise UsageError(f"no PDF engine is called {name!r}", f"choose auto, {', '.join(e.name for e in ENGINES)}")


def survey() -> list[tuple[str, bool, str]]:
    """(name, works, detail) of each engine, for `agreegen doctor`."""
    return [(e.name, not e.unavailable(), e.unavailable() or e.detail()) for e in ENGINES]

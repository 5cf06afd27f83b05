"""The choice of an engine: which there are, which draws a document, and the proof of what it drew."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from agreegen.errors import EngineError, UsageError
from agreegen.finding import has_errors
from agreegen.pdf import AUTO
from agreegen.pdf.completeness import follow
from agreegen.pdf.embedded import Embedded
from agreegen.pdf.engine import Engine, PdfResult
from agreegen.pdf.gotenberg import Gotenberg
from agreegen.pdf.libreoffice import LibreOffice
from agreegen.pdf.word import Word

__all__ = ["AUTO", "ENGINES", "Engine", "PdfResult", "convert", "survey"]

EMBEDDED: Final = Embedded()
LIBREOFFICE: Final = LibreOffice()
WORD: Final = Word()
GOTENBERG: Final = Gotenberg()
AUTOMATIC: Final[tuple[Engine, ...]] = (EMBEDDED, LIBREOFFICE)
"""The engines that are used without being asked for."""

ENGINES: Final[tuple[Engine, ...]] = (*AUTOMATIC, WORD, GOTENBERG)


def convert(docx: bytes, engine: str = AUTO, timeout: float = 120) -> PdfResult:
    """The PDF by the asked-for engine, proven complete; with an error-level finding there is none.

    `auto` is the embedded engine, unless the document holds what it can't draw (or the proof fails) and LibreOffice
    is installed.
    EngineError if the engine is missing, fails or takes longer than `timeout` seconds.
    """
    result = draw(docx, engine, timeout)
    return replace(result, pdf=b"") if has_errors(result.findings) else result


def draw(docx: bytes, engine: str = AUTO, timeout: float = 120) -> PdfResult:
    """As `convert`, but with the PDF even where the proof found errors: for looking into them."""
    chosen = _named(engine)
    found = chosen.examine(docx)
    if engine == AUTO and has_errors(found) and not LIBREOFFICE.unavailable():
        chosen, found = LIBREOFFICE, LIBREOFFICE.examine(docx)
    if has_errors(found):
        return PdfResult(b"", chosen.name, found)
    try:
        pdf = chosen.convert(docx, timeout)
    except EngineError:
        if engine != AUTO or chosen is LIBREOFFICE or LIBREOFFICE.unavailable():
            raise
        return draw(docx, LIBREOFFICE.name, timeout)
    wrong = follow(docx, pdf).findings
    if wrong and engine == AUTO and chosen is EMBEDDED and not LIBREOFFICE.unavailable():
        return draw(docx, LIBREOFFICE.name, timeout)
    return PdfResult(pdf, chosen.name, (*found, *wrong))


def _named(name: str) -> Engine:
    """The engine of that name; EngineError if it can't be used here."""
    for e in ENGINES:
        if e.name == name or (name == AUTO and e is EMBEDDED):
            if reason := e.unavailable():
                raise EngineError(f"the PDF engine {e.name} can't be used: {reason}", e.install())
            return e
    raise UsageError(f"no PDF engine is called “{name}”", f"choose {', '.join((AUTO, *(e.name for e in ENGINES)))}")


def survey() -> list[tuple[str, bool, str]]:
    """(name, works, detail) of each engine, for `agreegen doctor`."""
    return [(e.name, *_state(e)) for e in ENGINES]


def _state(engine: Engine) -> tuple[bool, str]:
    if why := engine.unavailable():
        return False, f"{why}; {engine.install()}"
    try:
        return True, engine.detail()
    except EngineError as e:
        return False, f"{e.message}; {e.hint}"

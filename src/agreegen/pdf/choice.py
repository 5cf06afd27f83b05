"""The choice of an engine: which there are, which draws a document, and the proof of what it drew."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from agreegen.errors import EngineError, UsageError
from agreegen.finding import Finding, Location, Severity, has_errors
from agreegen.pdf import AUTO, NAMES, malformed
from agreegen.pdf.completeness import follow
from agreegen.pdf.embedded import Embedded
from agreegen.pdf.engine import Engine, PdfResult, Wanted
from agreegen.pdf.gotenberg import Gotenberg
from agreegen.pdf.libreoffice import LibreOffice
from agreegen.pdf.word import Word

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["AUTO", "ENGINES", "Engine", "PdfResult", "Wanted", "convert", "instead", "survey"]

EMBEDDED: Final = Embedded()
LIBREOFFICE: Final = LibreOffice()
WORD: Final = Word()
AUTOMATIC: Final[tuple[Engine, ...]] = (EMBEDDED, LIBREOFFICE)
"""The engines that are used without being asked for."""

ENGINES: Final[tuple[Engine, ...]] = (*AUTOMATIC, WORD, Gotenberg())
_REASONS: Final = 3  # notes of one kind, so that one table doesn't fill the screen


def convert(docx: bytes, engine: str | Wanted = AUTO, timeout: float = 120) -> PdfResult:
    """The PDF by the asked-for engine, proven complete; with an error-level finding there is none.

    `auto` is the embedded engine, unless the document holds what it can't draw (or the proof fails) and LibreOffice
    is installed; notes then say why.
    EngineError if the engine is missing, fails or takes longer than `timeout` seconds.
    """
    result = draw(docx, engine, timeout)
    return replace(result, pdf=b"") if has_errors(result.findings) else result


def draw(docx: bytes, engine: str | Wanted = AUTO, timeout: float = 120) -> PdfResult:
    """As `convert`, but with the PDF even where the proof found errors: for looking into them."""
    wanted = Wanted.of(engine)
    chosen = _named(wanted)
    other = wanted.name == AUTO and not LIBREOFFICE.unavailable()
    found = chosen.examine(docx)
    if has_errors(found):
        return _by_the_other(docx, wanted, timeout, found) if other else PdfResult(b"", chosen.name, found)
    try:
        pdf = _converted(chosen, docx, timeout, tagged=wanted.tagged)
    except EngineError as e:
        why = malformed.numbers(docx) if chosen is EMBEDDED else ()
        if other:
            return _by_the_other(docx, wanted, timeout, why or (_failed(e),))
        if not why:
            raise
        return PdfResult(b"", chosen.name, (*found, *why))
    wrong = follow(docx, pdf).findings
    if wrong and other:
        return _by_the_other(docx, wanted, timeout, wrong)
    return PdfResult(pdf, chosen.name, (*found, *wrong))


def _converted(chosen: Engine, docx: bytes, timeout: float, *, tagged: bool) -> bytes:
    """What an engine draws; only LibreOffice lets us choose whether with structure, which takes it longer."""
    return LIBREOFFICE.convert(docx, timeout, tagged=tagged) if chosen is LIBREOFFICE else chosen.convert(docx, timeout)


def _by_the_other(docx: bytes, wanted: Wanted, timeout: float, why: Sequence[Finding]) -> PdfResult:
    """What LibreOffice draws, with the reasons why the embedded engine doesn't."""
    result = draw(docx, replace(wanted, name=LIBREOFFICE.name), timeout)
    return replace(result, findings=(*result.findings, *instead(why))) if result.pdf else result


def instead(why: Iterable[Finding]) -> tuple[Finding, ...]:
    """Notes that LibreOffice drew the PDF, each with what the embedded engine can't do and where that is."""
    errors = [f for f in why if f.severity is Severity.ERROR][:_REASONS]
    said = [m if "embedded" in (m := f.message) else f"the embedded engine's isn't right: {m}" for f in errors]
    hint = "nothing needs to be done; --pdf-engine libreoffice says that you want it so"
    return tuple(
        Finding("D107", Severity.NOTE, f.location, f"LibreOffice drew the PDF, because {reason}", hint)
        for f, reason in zip(errors, said, strict=True)
    )


def _failed(error: EngineError) -> Finding:
    message = f"the embedded PDF engine failed: {error.message}"
    return Finding("D107", Severity.ERROR, Location(part="body"), message, error.hint)


def _named(wanted: Wanted) -> Engine:
    """The engine of that name; EngineError if it can't be used here."""
    for e in (*AUTOMATIC, WORD, Gotenberg(wanted.gotenberg)):
        if e.name == wanted.name or (wanted.name == AUTO and e is EMBEDDED):
            if reason := e.unavailable():
                raise EngineError(f"the PDF engine {e.name} can't be used: {reason}", e.install())
            return e
    raise UsageError(f"no PDF engine is called “{wanted.name}”", f"choose {', '.join(NAMES)}")


def usable(wanted: Wanted) -> None:
    """Nothing, if the asked-for engine can be used here; EngineError or UsageError if it can't."""
    _named(wanted)


def detail(wanted: Wanted) -> str:
    """The name and the version of an engine, as far as it tells."""
    for engine in (*AUTOMATIC, WORD, Gotenberg(wanted.gotenberg)):
        if engine.name == wanted.name:
            return f"{engine.name} {_state(engine)[1]}"
    return wanted.name


def survey(gotenberg: str = "") -> list[tuple[str, bool, str]]:
    """(name, works, detail) of each engine, for `agreegen doctor`; `gotenberg` is the address that settings give."""
    return [(e.name, *_state(e)) for e in (*AUTOMATIC, WORD, Gotenberg(gotenberg))]


def _state(engine: Engine) -> tuple[bool, str]:
    if why := engine.unavailable():
        return False, f"{why}; {engine.install()}"
    try:
        return True, engine.detail()
    except EngineError as e:
        return False, f"{e.message}; {e.hint}"

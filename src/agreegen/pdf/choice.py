"""The choice of an engine: which there are, which draws a document, and the proof of what it drew."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from agreegen.errors import EngineError, UsageError
from agreegen.finding import Finding, Location, Severity, has_errors
from agreegen.pdf import AUTO, NAMES
from agreegen.pdf.embedded import Embedded
from agreegen.pdf.engine import Engine, PdfResult, Wanted
from agreegen.pdf.libreoffice import LibreOffice

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from agreegen.pdf.word import Word

    WORD: Final = Word()
    ENGINES: Final[tuple[Engine, ...]] = (WORD,)

__all__ = ["AUTO", "ENGINES", "Engine", "PdfResult", "Wanted", "convert", "instead", "survey"]

EMBEDDED: Final = Embedded()
LIBREOFFICE: Final = LibreOffice()
AUTOMATIC: Final[tuple[Engine, ...]] = (EMBEDDED, LIBREOFFICE)
"""The engines that are used without being asked for."""

_REASONS: Final = 3  # notes of one kind, so that one table doesn't fill the screen


def __getattr__(name: str) -> Any:
    """The engines that are asked for are loaded when they are."""
    if name not in ("WORD", "ENGINES"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return _word() if name == "WORD" else _engines()


@cache
def _word() -> Engine:
    from agreegen.pdf.word import Word  # noqa: PLC0415 (for who asks for it)

    return Word()


@cache
def _engines(gotenberg: str = "") -> tuple[Engine, ...]:
    """All engines; `gotenberg` is an address."""
    from agreegen.pdf.gotenberg import Gotenberg  # noqa: PLC0415 (as above)

    return (*AUTOMATIC, _word(), Gotenberg(gotenberg))


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
        from agreegen.pdf import malformed  # noqa: PLC0415 (only where drawing fails)

        why = malformed.numbers(docx) if chosen is EMBEDDED else ()
        if other:
            return _by_the_other(docx, wanted, timeout, why or (_failed(e),))
        if not why:
            raise
        return PdfResult(b"", chosen.name, (*found, *why))
    from agreegen.pdf.completeness import follow  # noqa: PLC0415 (once something is drawn)

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
    usual = wanted.name in (AUTO, *(e.name for e in AUTOMATIC))
    for e in AUTOMATIC if usual else _engines(wanted.gotenberg):
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
    for engine in _engines(wanted.gotenberg):
        if engine.name == wanted.name:
            return f"{engine.name} {_state(engine)[1]}"
    return wanted.name


def survey(gotenberg: str = "") -> list[tuple[str, bool, str]]:
    """(name, works, detail) of each engine, for `agreegen doctor`; `gotenberg` is the address that settings give."""
    return [(e.name, *_state(e)) for e in _engines(gotenberg)]


def _state(engine: Engine) -> tuple[bool, str]:
    if why := engine.unavailable():
        return False, f"{why}; {engine.install()}"
    try:
        return True, engine.detail()
    except EngineError as e:
        return False, f"{e.message}; {e.hint}"

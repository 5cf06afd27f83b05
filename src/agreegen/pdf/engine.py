"""What an engine is: a name, why it can't be used here, and the conversion."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from agreegen.late import dataclass

if TYPE_CHECKING:
    from agreegen.finding import Finding


class Engine(Protocol):
    """Draws a DOCX as PDF."""

    @property
    def name(self) -> str:
        """The name that users choose it by."""

    def unavailable(self) -> str:
        """Why it can't be used on this machine, "" if it can."""

    def install(self) -> str:
        """What to do on this machine to get it."""

    def detail(self) -> str:
        """Its version and where it is, for `agreegen doctor`."""

    def examine(self, docx: bytes) -> tuple[Finding, ...]:
        """What it can't draw or draws otherwise, known before anything is drawn."""

    def convert(self, docx: bytes, timeout: float) -> bytes:
        """The PDF; EngineError if there is none within `timeout` seconds."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """The engine that is asked for, with the address of its Gotenberg; without structure where nobody will need it."""

    name: str
    gotenberg: str = ""
    tagged: bool = True

    @classmethod
    def of(cls, engine: str | Wanted) -> Wanted:
        """A name says it all, too."""
        return engine if isinstance(engine, Wanted) else cls(engine)


@dataclass(frozen=True, slots=True)
class PdfResult:
    """A PDF, the engine that drew it and what is to be said about it; no PDF (b"") with an error-level finding."""

    pdf: bytes
    engine: str
    findings: tuple[Finding, ...] = ()

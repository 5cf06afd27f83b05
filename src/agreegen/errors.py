"""What makes us stop. What an author can mend is a `Finding`, not an exception.

AgreegenError
├── FindingsError      error-level findings: nothing was written          (exit 1)
├── UsageError         wrong option, setting or unreadable input          (exit 2)
└── EngineError        the asked-for PDF engine is missing or failed      (exit 3)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agreegen.finding import Finding


class AgreegenError(Exception):
    """The root: the command line catches this and nothing else."""

    exit_code = 2
    findings: tuple[Finding, ...] = ()

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(AgreegenError):
    """A wrong option, a setting that doesn't fit, or an input that can't be read."""


class EngineError(AgreegenError):
    """The asked-for PDF engine is missing, failed, or gave a PDF that isn't the document."""

    exit_code = 3


class FindingsError(AgreegenError):
    """At least one error-level finding; carries all findings, warnings too."""

    exit_code = 1

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__("; ".join(f"{f.code} {f.message}" for f in findings))
        self.findings = tuple(findings)

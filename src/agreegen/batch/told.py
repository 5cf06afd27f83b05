"""What is told of agreements that a batch couldn't make, or couldn't put in their place."""

from __future__ import annotations

import errno
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from agreegen.errors import AgreegenError, EngineError, FindingsError
from agreegen.finding import Finding, Location, Severity

if TYPE_CHECKING:
    from collections.abc import Mapping

    from agreegen.batch.staging import InTheWayError

MISSING: Final = "P001"
"""The rule about what a partner, or the proposal, doesn't say."""

_OPEN: Final = re.compile(r"((?:provider|recipient)(?:\[\d+\])?)(?:\.party)?")
AGAIN: Final = "run the same command again: it goes on where it was"


def unwritten(name: str, error: OSError) -> Finding:
    """A file can't be written."""
    if error.errno == errno.ENOSPC:
        hint = f"make room, and {AGAIN}"
        return Finding("B005", Severity.ERROR, Location(name), "the disk is full", hint)
    message = f"the file can't be written: {error.strerror or error}"
    hint = "close it if Word or a PDF reader holds it open, and check that you may write there"
    return Finding("B004", Severity.ERROR, Location(name), message, hint)


def failed(name: str, error: Exception) -> tuple[Finding, ...]:
    """Why an agreement can't be made."""
    if isinstance(error, FindingsError):
        return error.findings
    if isinstance(error, AgreegenError):
        code = "B006" if isinstance(error, EngineError) else "B014"
        return (Finding(code, Severity.ERROR, Location(name), error.message, error.hint),)
    if isinstance(error, OSError):
        message = f"{error.filename or 'a file'} can't be read: {error.strerror or error}"
        hint = "put it back, or check that you may read it"
        return (Finding("B014", Severity.ERROR, Location(name), message, hint),)
    message = f"the agreement failed by a fault of agreegen: {type(error).__name__}: {error}"[:400]
    hint = "please report it, with the proposal if you may; the other agreements aren't affected"
    return (Finding("B008", Severity.ERROR, Location(name), message, hint),)


def of_list(finding: Finding, proposal: str, common: Mapping[str, str]) -> Finding:
    """What a partner doesn't say, with the list as the place to say it: in the proposal it would hold for all of them.

    `common` has the texts of the proposal by their dotted names.
    """
    if finding.code != MISSING or finding.location.file != proposal:
        return finding
    side = next((found[0] for name, text in common.items() if (found := _side(name, text, finding.location.path))), "")
    if not side:
        return finding
    column = finding.location.path.removeprefix(side).removeprefix("[1]").lstrip(".")
    hint = (f"fill it in for each partner: `agreegen partners template {proposal}` writes the sheet, with the column "
            f"`{column}`")  # fmt: skip
    return replace(finding, hint=hint)


def _side(name: str, text: str, path: str) -> tuple[str] | None:
    """The party that a path leads into, where a text of the proposal leaves it open."""
    open_ = _OPEN.fullmatch(name) if text.strip().lower() == "partner" else None
    return (open_[1],) if open_ and path.startswith((f"{open_[1]}.", f"{open_[1]}[1].")) else None


def lost(name: str, reason: str) -> Finding:
    """An agreement crashed its worker, or took too long."""
    message = f"the agreement can't be made: {reason}, and again when it was tried alone"
    hint = "try it alone with `agreegen generate`, perhaps with --pdf-engine libreoffice, and report it"
    return Finding("B006", Severity.ERROR, Location(name), message, hint)


def left(name: str) -> Finding:
    """The batch was stopped before an agreement."""
    return Finding("B007", Severity.ERROR, Location(name), "the batch was stopped before this agreement", AGAIN)


def outdated(path: str) -> Finding:
    """A file of an earlier version stands beside the agreement."""
    message = "the file is of an earlier version of the agreement, which was made again without it"
    return Finding("B012", Severity.WARNING, Location(path), message, "delete it, or make both with --format both")


def of_another(name: str, owner: str) -> Finding:
    """The files of another agreement have this name."""
    message = f"the files of that name are those of another agreement, {owner}"
    hint = "give --name a field in which they differ, such as {proposal.id}, or another --output"
    return Finding("B001", Severity.ERROR, Location(name), message, hint)


def in_the_way(refusal: InTheWayError) -> Finding:
    """Something else stands where a file belongs."""
    hint = "move the file away, give another --output, or replace it with --force"
    if refusal.known:
        message = "the file was edited since it was made, and isn't replaced"
        return Finding("B002", Severity.ERROR, Location(refusal.path), message, hint)
    message = "a file is in the way that agreegen didn't write"
    return Finding("B009", Severity.ERROR, Location(refusal.path), message, hint)

"""What is told of agreements that a batch couldn't make, or couldn't put in their place."""

from __future__ import annotations

import errno
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from agreegen.errors import AgreegenError, EngineError, FindingsError
from agreegen.finding import Finding, Location, Severity
from agreegen.reading.problems import dotted
from agreegen.reading.record import OVERRIDES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from agreegen.batch.entry import Entry
    from agreegen.batch.staging import InTheWayError
    from agreegen.reading.listed import Listed
    from agreegen.reading.source import Place

MISSING: Final = "P001"
"""The rule about what a partner, or the proposal, doesn't say."""

DOUBTFUL: Final = "P062"
"""The rule about the name of a party."""

OUTDATED: Final = "B012"
"""The finding about a file of an earlier version that stands beside an agreement."""

_COLUMN: Final = ", column "
"""What the place of a cell has, and that of a row whose table has no such column hasn't."""

_ROW: Final = "row "
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
    side = _side(finding, common)
    if not side:
        return finding
    column = finding.location.path.removeprefix(side).removeprefix("[1]").lstrip(".")
    hint = (f"fill it in for each partner: `agreegen partners template {proposal}` writes the sheet, with the column "
            f"`{column}`")  # fmt: skip
    return replace(finding, hint=hint)


def lacking(entries: Iterable[Entry]) -> str:
    """The first proposal, by its stem, for whose open party the list lacks a column; nothing if for none."""
    return next((entry.proposal for entry in entries for finding in entry.findings if finding.code == MISSING
                 and _COLUMN not in finding.location.cell and _side(finding, entry.common)), "")  # fmt: skip


def placed_now(findings: tuple[Finding, ...], partner: Listed) -> tuple[Finding, ...]:
    """The findings of an agreement that is there, where they are in a table whose rows may stand elsewhere now."""
    if partner.origin is None or all(not finding.location.cell.startswith(_ROW) for finding in findings):
        return findings
    places = {dotted(path): place for path, place in partner.origin.places().items()}
    return tuple(replace(finding, location=_now(finding.location, places)) for finding in findings)


def _now(was: Location, places: Mapping[str, Place]) -> Location:
    """The place in the list as it is now, of what is said of the party or overridden; other tables stay as they are."""
    if not was.cell.startswith(_ROW):
        return was
    side = _OPEN.match(was.path)
    field = was.path[side.end() :].lstrip(".") if side else f"{OVERRIDES}.{was.path}"
    place = (places.get(field) or places.get(field.replace("[1]", ""))) if _COLUMN in was.cell else None
    if place is None and side:
        place = places.get("")  # the row
    return place.location(was.path) if place else was


def is_common(finding: Finding, common: Mapping[str, str]) -> bool:
    """True for what is told of a party that the proposal names itself: of all agreements at once, not of each."""
    return finding.code == DOUBTFUL and bool(common) and not _side(finding, common)


def own_findings(entry: Entry) -> tuple[Finding, ...]:
    """The findings of an agreement, but for what is told of all agreements at once."""
    if all(finding.code != DOUBTFUL for finding in entry.findings):
        return entry.findings
    return tuple(finding for finding in entry.findings if not is_common(finding, entry.common))


def open_sides(common: Mapping[str, str]) -> tuple[str, ...]:
    """The parties that a proposal leaves open, as `recipient` or `recipient[2]`."""
    left = (name for name, text in common.items() if text.strip().lower() == "partner")
    return tuple(m[1] for name in left if (m := _OPEN.fullmatch(name)))


def said_of_partners(common: Mapping[str, str]) -> dict[str, str]:
    """What a proposal says of every partner below the open party: the partner's fields by the proposal's."""
    starts = tuple(f"{side}." for side in open_sides(common))
    said = {name: start for start in starts for name in common if name.startswith(start)}
    return {name: field for name, start in said.items() if (field := name.removeprefix(start)) != "party"}


def _side(finding: Finding, common: Mapping[str, str]) -> str:
    """The open party that a finding is about, where the proposal leaves it open."""
    path = finding.location.path
    return next((s for s in open_sides(common) if path in (s, f"{s}[1]") or path.startswith((f"{s}.", f"{s}[1]."))), "")


def lost(name: str, reason: str) -> Finding:
    """An agreement crashed its worker, or took too long."""
    message = f"the agreement can't be made: {reason}, and again when it was tried alone"
    hint = "try it alone with `agreegen generate`, perhaps with --pdf-engine libreoffice, and report it"
    return Finding("B006", Severity.ERROR, Location(name), message, hint)


def left(name: str) -> Finding:
    """The batch was stopped before an agreement."""
    return Finding("B007", Severity.ERROR, Location(name), "the batch was stopped before this agreement", AGAIN)


def outdated(path: str, files: Iterable[str]) -> Finding:
    """A file of an earlier version stands beside the agreement, whose `files` have another format or another name."""
    name = path.rpartition(".")[0]
    message = "the file is of an earlier version of the agreement, which was made again "
    if any(now.rpartition(".")[0] == name for now in files):
        return Finding(OUTDATED, Severity.WARNING, Location(path), f"{message}without it",
                       "delete it, or make both with --format both")  # fmt: skip
    hint = (
        "delete it if nobody needs it; give what has other names (--name, --draft, --watermark) an --output of its own"
    )
    return Finding(OUTDATED, Severity.WARNING, Location(path), f"{message}under another name", hint)


def of_another(name: str, owner: str) -> Finding:
    """The files of another agreement have this name."""
    message = f"the files of that name are those of another agreement, {owner}"
    hint = "give --name a field in which they differ, such as {proposal.id}, or another --output"
    return Finding("B001", Severity.ERROR, Location(name), message, hint)


def in_the_way(refusal: InTheWayError) -> Finding:
    """Something else stands where a file belongs."""
    hint = ("move the file away, give another --output, or replace it with --force, which makes all again that is "
            "asked for (name one partner with --where)")  # fmt: skip
    if refusal.known:
        message = "the file was edited since it was made, and isn't replaced"
        return Finding("B002", Severity.ERROR, Location(refusal.path), message, hint)
    message = "a file is in the way that agreegen didn't write"
    return Finding("B009", Severity.ERROR, Location(refusal.path), message, hint)

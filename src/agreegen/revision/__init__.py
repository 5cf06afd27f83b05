"""Revision: what a new version of templates changes, word by word, and which proposals it no longer fits."""

from __future__ import annotations

import contextlib
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from agreegen import generate
from agreegen.agreement import variant_of
from agreegen.errors import AgreegenError, UsageError
from agreegen.finding import Finding, Location, Severity, has_errors
from agreegen.late import dataclass
from agreegen.reading import read_proposal, read_source
from agreegen.report import plain
from agreegen.revision import changes
from agreegen.revision.sides import compared, opened

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Set

    from agreegen.revision.changes import File, Templates
    from agreegen.revision.sides import Side
    from agreegen.workspace import Workspace

__all__ = ["Affected", "Revision", "as_json", "compare"]


@dataclass(frozen=True, slots=True)
class Affected:
    """A proposal and what is found about it with the new templates alone; `passes` while none of it is an error."""

    proposal: pathlib.Path
    findings: tuple[Finding, ...]
    failed: bool = False
    """Whether it had errors with the old templates."""
    fails: bool = False
    """Whether it has errors with the new ones."""

    @property
    def passes(self) -> bool:
        """True where the new findings stop no agreement."""
        return all(f.severity is not Severity.ERROR for f in self.findings)


@dataclass(frozen=True, slots=True)
class Revision:
    """The difference of two sides, and what it does to the proposals that were checked.

    `affected` have findings that are new, `failing` have errors with both sides, and `skipped` are those of which
    nothing tells which template they take.
    """

    old: str
    new: str
    templates: tuple[Templates, ...]
    files: tuple[File, ...]
    checked: tuple[pathlib.Path, ...] = ()
    affected: tuple[Affected, ...] = ()
    failing: tuple[pathlib.Path, ...] = ()
    skipped: tuple[pathlib.Path, ...] = ()

    @property
    def is_none(self) -> bool:
        """True where nothing changed."""
        return not self.templates and not self.files

    @property
    def broken(self) -> tuple[Affected, ...]:
        """The proposals with new errors."""
        return tuple(a for a in self.affected if not a.passes)


def compare(
    old: pathlib.Path, new: pathlib.Path, workspace: Workspace, proposals: pathlib.Path | None = None
) -> Revision:
    """What the new templates change, and which proposals of a folder they no longer fit.

    Each side is a folder of templates, a pack, or the saved copy of an approval, which tells of its templates only.
    """
    with contextlib.ExitStack() as stack:
        before, now = (stack.enter_context(opened(path, workspace)) for path in (old, new))
        known = before.packs.keys() & {*compared(before, now)}
        if not before.packs.keys() & now.packs.keys() and len(before.packs) == len(now.packs) == 1:
            before.packs = dict(zip(now.packs, before.packs.values(), strict=True))  # one pack under two names
        checked, skipped = _proposals(proposals, known, before, now) if proposals else ([], [])
        affected = [_affected(path, before, now) for path in checked]
        return Revision(before.name, now.name, tuple(changes.templates(before, now)),
                        tuple(changes.files(before, now)), tuple(checked), tuple(a for a in affected if a.findings),
                        tuple(a.proposal for a in affected if a.failed and a.fails), tuple(skipped))  # fmt: skip


def _proposals(
    folder: pathlib.Path, known: Set[str], old: Side, new: Side
) -> tuple[list[pathlib.Path], list[pathlib.Path]]:
    """The proposals of a folder that take one of these templates, and those that may: each the old side has."""
    if not folder.exists():
        raise UsageError(f"there is no folder {folder}", "name the folder of the proposals")
    inside = (p for p in sorted(folder.glob("*.y*ml")) if p.name[0] != "." and p.is_file())
    files = [folder] if folder.is_file() else inside
    taken = {path: {_template(path, side.workspace) for side in (old, new)} for path in files}
    return [p for p, names in taken.items() if names & known], [p for p, names in taken.items() if names == {""}]


def _template(path: pathlib.Path, workspace: Workspace) -> str | None:
    """The template that a proposal takes; empty if nothing tells which, None if the file isn't a proposal."""
    try:
        data = read_source(path.read_bytes(), path.as_posix()).data
    except OSError as error:
        raise UsageError(f"{path} can't be read: {error.strerror}", "check your permission") from None
    if not isinstance(data, dict) or "proposal" not in data:
        return None
    proposal = read_proposal(path, generate.partners_of(path, workspace)).proposal
    said = str(data.get("template") or data.get("variant") or "")
    return said if proposal is None else proposal.template or variant_of(proposal) or ""


def _affected(path: pathlib.Path, old: Side, new: Side) -> Affected:
    """What is found about a proposal with the new templates, and wasn't with the old ones."""
    before, now = (_found(path, side.workspace) for side in (old, new))
    known = {_key(f) for f in before}
    return Affected(path, tuple(f for f in now if _key(f) not in known), has_errors(before), has_errors(now))


def _found(path: pathlib.Path, workspace: Workspace) -> tuple[Finding, ...]:
    try:
        return generate.check(path, replace(workspace, require_approved=False))
    except AgreegenError as error:
        stopped = Finding("T062", Severity.ERROR, Location(path.as_posix()), str(error), error.hint)
        return error.findings or (stopped,)


def _key(finding: Finding) -> tuple[Any, ...]:
    """What makes two findings the same one, although lines of the template moved."""
    where = finding.location
    return finding.code, finding.severity, finding.message, where.file.rpartition("/")[2], where.path, where.text


def as_json(found: Revision) -> dict[str, Any]:
    """The difference as plain values."""
    return {
        "old": found.old,
        "new": found.new,
        "changed": not found.is_none,
        "templates": [asdict(t) for t in found.templates],
        "files": [asdict(f) for f in found.files],
        "proposals": {
            "checked": [str(p) for p in found.checked],
            "failing": [str(p) for p in found.failing],
            "skipped": [str(p) for p in found.skipped],
            "affected": [
                {"proposal": str(a.proposal), "passes": a.passes, "findings": [plain(f) for f in a.findings]}
                for a in found.affected
            ],
        },
    }

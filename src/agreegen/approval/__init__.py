"""Approval: what counsel approved, whether a template still is that, and the approval of what it is now."""

from __future__ import annotations

import hashlib
import io
import pathlib
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from agreegen.approval.book import FILE, Approval, content_of, read_book, write_book
from agreegen.errors import FindingsError, UsageError
from agreegen.finding import Finding, Location, Severity, has_errors
from agreegen.late import dataclass
from agreegen.law import GROUP_OF
from agreegen.law.clauses import clauses
from agreegen.law.exhibits import exhibits
from agreegen.package import digest, file_name, replaced
from agreegen.packs import every, named
from agreegen.packs.opening import compiled
from agreegen.wording import date
from agreegen.workspace import PACK, shipped

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping, Sequence

    from agreegen.packs import Pack
    from agreegen.template import Template
    from agreegen.workspace import Workspace

__all__ = ["Approval", "Pinned", "State", "fingerprint", "pin", "refusals", "state_of", "states"]

COPIES: Final = "approved"
"""The folder beside the templates with an archive of each approval's files."""

GROUPS: Final = frozenset(GROUP_OF.values())
MOMENT: Final = (1980, 1, 1, 0, 0, 0)
CHANGED: Final = "changed since"
APPROVED: Final = "approved"
NEVER: Final = "never approved"
FAULTY: Final = "has errors"


@dataclass(frozen=True, slots=True)
class State:
    """Whether a template is what was approved: its newest approval, if any, and how each file differs from it."""

    pack: Pack
    template: Template
    files: Mapping[str, str]
    approval: Approval | None

    @property
    def changes(self) -> dict[str, str]:
        """How each file differs that isn't what was approved: changed, added or removed."""
        before = self.approval.files if self.approval else {}
        names = sorted({*before, *self.files})
        words = {n: "added" if n not in before else "removed" if n not in self.files else "changed" for n in names}
        return {n: word for n, word in words.items() if before.get(n) != self.files.get(n)}

    @property
    def word(self) -> str:
        """approved, changed since, never approved, or has errors."""
        if has_errors(self.template.findings):
            return FAULTY
        return NEVER if self.approval is None else CHANGED if self.changes else APPROVED


@dataclass(frozen=True, slots=True)
class Pinned:
    """An approval as it was recorded: of which template, what differs from the one before, whether it is new."""

    state: State
    approval: Approval
    file: pathlib.Path
    new: bool


def state_of(pack: Pack, template: Template) -> State:
    """The state of a template that was opened."""
    book = read_book(pack.roots[0])
    return State(pack, template, _files(pack, template), next(iter(book.get(pack.name, ())), None))


def states(names: Sequence[str], workspace: Workspace) -> list[State]:
    """The states of these templates, or of all that the workspace has."""
    packs = [named(name, workspace) for name in dict.fromkeys(names)] if names else every(workspace)
    return [state_of(pack, compiled(pack, workspace)) for pack in packs]


def refusals(
    name: str, template: Template, workspace: Workspace, day: dt.date | None, *, as_draft: bool = False
) -> tuple[Finding, ...]:
    """Why no final agreement of that day is made from the template; none if that isn't asked, warnings for a draft."""
    if not workspace.require_approved:
        return ()
    state = state_of(named(name, workspace), template)
    found = [*_unlike(state), *_not_yet(state, day)]
    return tuple(replace(f, severity=Severity.WARNING) for f in found) if as_draft else tuple(found)


def fingerprint(workspace: Workspace) -> str:
    """The digest of all that is approved, which decides what may be made."""
    folders = {pack.roots[0] for pack in every(workspace)}
    files = sorted(path for folder in folders if (path := folder / FILE).is_file())
    return hashlib.sha256(b"".join(hashlib.sha256(content_of(path)).digest() for path in files)).hexdigest()


def _unlike(state: State) -> Iterable[Finding]:
    pack, approval = state.pack, state.approval
    role = approval.role if approval else "General Counsel"
    again = f'`agreegen templates pin {pack.name} --role "{role}" --date YEAR-MONTH-DAY`'
    if approval is None:
        message = f"nobody approved the template {pack.name}, and final agreements need an approved one"
        where = Location((pack.roots[0] / FILE).as_posix())
        yield Finding("T071", Severity.ERROR, where, message, f"counsel approves it by {again}; a draft needs none")
        return
    since = f"since {approval.role} approved the template {pack.name} on {date(approval.on)}"
    for name, word in state.changes.items():
        hint = f"see what changed: `{_difference(state)}`; {approval.role} approves it again by {again}"
        message = f"{_called(state, name)} was {word} {since}"
        yield Finding("T070", Severity.ERROR, Location(_shown(state, name)), message, hint)


def _not_yet(state: State, day: dt.date | None) -> Iterable[Finding]:
    """A finding if the agreement starts before the approved version is in force, or may do so.

    Where the day isn't known, a version that was in force when it was approved is in force: nothing can be made from
    it before it was approved.
    """
    approval = state.approval
    if approval is None or state.changes or approval.effective <= (day or approval.on):
        return
    where = Location((state.pack.roots[0] / FILE).as_posix())
    what = (
        f"version {approval.version} of the template {state.pack.name} is approved from {date(approval.effective)} on"
    )
    if day is None:
        hint = "give the proposal `dates: {start: …}`, or approve the version again when it is in force"
        yield Finding("T072", Severity.ERROR, where, f"{what}, and the proposal has no start date", hint)
        return
    hint = "use the version that is in force then, or approve this one with an earlier --effective date"
    yield Finding("T072", Severity.ERROR, where, f"{what}, and the agreement starts on {date(day)}", hint)


def _difference(state: State) -> str:
    """The command that shows what changed since the approval."""
    assert state.approval is not None
    root = state.pack.roots[0]
    new = _near(root)
    old = _near(root / state.approval.copy) if state.approval.copy else "OLD"
    return f"agreegen templates diff {old} {new}"


def _near(path: pathlib.Path) -> str:
    """The path as a person can type it: from where the command runs, if it is below that."""
    here = pathlib.Path.cwd().resolve()
    whole = path.resolve()
    return (whole.relative_to(here) if whole.is_relative_to(here) else whole).as_posix()


def _called(state: State, file: str) -> str:
    """What lawyers call a file of a template: `the clause “Reporting incidents”`."""
    folder, _, rest = file.rpartition("/")
    stem = rest.partition(".")[0]
    if folder == "clauses":
        names = {name: c.heading for c in clauses().values() for name in (c.id, *(f"{c.id}-{g}" for g in GROUPS))}
        return f"the clause “{names.get(stem, stem)}”"
    if folder == "exhibits":
        title = next((e.title for e in exhibits() if e.id == stem), stem)
        return f"the exhibit “{title}”"
    if file == _record_name(state.pack):
        return "the template's record"
    return "the master" if rest == state.pack.word.name else f"the file {file}"


def _shown(state: State, name: str) -> str:
    """Where a file stands; the bare name of one that the template has no more."""
    from agreegen.template.compose import found_in  # noqa: PLC0415 (what composes templates is seldom needed)

    return found_in(state.pack.roots, name).as_posix() if name in state.files else name


def _files(pack: Pack, template: Template) -> dict[str, str]:
    """The digest of each file that belongs to a template, its record included."""
    files = {file.name: file.sha256 for file in template.files}
    record = pack.folder / PACK
    return {**files, **({_record_name(pack): _digest_of_lines(record)} if record.is_file() else {})}


def _digest_of_lines(path: pathlib.Path) -> str:
    """The digest of a text file, the same whether its lines end as on Windows or not."""
    return digest(content_of(path).replace(b"\r\n", b"\n"))


def _record_name(pack: Pack) -> str:
    return (pack.folder / PACK).relative_to(pack.roots[0]).as_posix()


# ------------------------------------------------------------------------------------------------------- pin
def pin(
    names: Sequence[str], workspace: Workspace, *, role: str, on: dt.date, effective: dt.date | None = None
) -> list[Pinned]:
    """The approvals of these templates, or of all, as they are now, recorded beside them with a copy of their files.

    FindingsError if one has errors: nothing is recorded then.
    """
    if not role.strip():
        raise UsageError("who approves it has no name", 'give the office: --role "General Counsel"')
    found = states(names, workspace)
    _refuse_shipped(found, workspace)
    wrong = [f for state in found for f in state.template.findings]
    if has_errors(wrong):
        raise FindingsError(wrong)
    versions = [state.pack.version for state in found]  # UsageError before anything is written
    return [_pinned(state, role.strip(), on, effective, v) for state, v in zip(found, versions, strict=True)]


def _refuse_shipped(found: Sequence[State], workspace: Workspace) -> None:
    """UsageError for templates that came with agreegen and aren't the workspace's own."""
    theirs = shipped("templates").resolve()
    if any(s.pack.roots[0].resolve() == theirs for s in found) and theirs.parent != workspace.root.resolve():
        raise UsageError("these templates came with agreegen, and an update may replace them",
                         "`agreegen init my-agreements` makes a folder of your own; run the command there")  # fmt: skip


def _pinned(state: State, role: str, on: dt.date, effective: dt.date | None, version: str) -> Pinned:
    pack, root = state.pack, state.pack.roots[0]
    copy = f"{COPIES}/{file_name(f'{pack.name}-{version}')}-{_short(state.files)}.zip"
    first = effective or max(on, pack.said.effective or on)
    approval = Approval(version, first, role, on, state.template.sha256, state.files, copy)
    if approval == state.approval:
        return Pinned(state, approval, root / FILE, new=False)
    _write_copy(root / copy, state)
    book = read_book(root)
    earlier = tuple(a for a in book.get(pack.name, ()) if replace(a, files={}) != replace(approval, files={}))
    return Pinned(state, approval, write_book(root, {**book, pack.name: (approval, *earlier)}), new=True)


def _short(files: Mapping[str, str]) -> str:
    return digest("".join(f"{name} {sha}\n" for name, sha in sorted(files.items())).encode())[:8]


def _write_copy(path: pathlib.Path, state: State) -> None:
    """An archive with the files of a template as they are, the same bytes for the same files."""
    from agreegen.template.compose import found_in  # noqa: PLC0415 (as above)

    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name in sorted(state.files):
            archive.writestr(zipfile.ZipInfo(name, MOMENT), found_in(state.pack.roots, name).read_bytes())
    try:
        path.parent.mkdir(exist_ok=True)
        replaced(path, stream.getvalue())
    except OSError as error:
        raise UsageError(f"{path} can't be written: {error.strerror}", "check that you may write there") from None

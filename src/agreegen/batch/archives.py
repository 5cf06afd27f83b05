"""Archives: agreements packed to be sent, one archive for each partner or one for all; same content, same bytes."""

from __future__ import annotations

import hashlib
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

from agreegen.batch.entry import FAILED, LEFT, PRESENT, REFUSED, Entry
from agreegen.batch.grouping import listed
from agreegen.batch.journal import FULL, Journal, recovered, save
from agreegen.batch.manifest import Archive, Manifest
from agreegen.batch.staging import beside
from agreegen.errors import UsageError
from agreegen.finding import Finding, Location, Severity
from agreegen.package import digest, file_name

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Collection, Iterable, Mapping, Sequence

ALL: Final = "all"
EACH: Final = "each"
FOR_ALL: Final = "agreements.zip"

_FEW: Final = 3  # archives that are named one by one
_OUTCOMES: Final = {FAILED: "failed", REFUSED: "not written", LEFT: "not reached"}
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Packed:
    """The archives that are there now, and what is said about those that aren't whole, or aren't there."""

    archives: tuple[pathlib.Path, ...]
    findings: tuple[Finding, ...]
    known: Mapping[str, Archive]
    """All archives that the folder's record tells of, also those of earlier batches."""


class _EditedError(Exception):
    """A file isn't what was written; the message is its path."""


class _InTheWayError(Exception):
    """The archive that is there isn't ours."""


@dataclass(slots=True)
class _Packing:
    """The archives of a folder under way, with the journal that they are announced in, begun by the first of them."""

    folder: pathlib.Path
    manifest: Manifest
    force: bool
    journal: Journal | None = None

    def announce(self, name: str, sha256: str) -> None:
        """Tells which digest an archive is about to have, so that it is ours whatever happens next."""
        self.journal = self.journal or Journal.begin(self.folder, self.manifest)
        self.journal.announce({name: sha256})

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.journal:
            self.journal.close()


def pack(folder: pathlib.Path, keys: Iterable[str], what: str, *, force: bool = False) -> Packed:
    """Packs the agreements of these keys, as their record tells them; UsageError if `what` is neither all nor each.

    To be called by who holds the folder's lock. An archive that someone else made, or edited, isn't replaced.
    """
    refuse_unknown(what)
    manifest = recovered(folder)
    before = dict(manifest.archives)
    entries = [manifest.entries[key] for key in keys if key in manifest.entries]
    findings = [_absent(e, _stale(folder, manifest, e, what, entries)) for e in entries if e.outcome not in PRESENT]
    lots, clashes = _lots(entries, what)
    made = []
    with _Packing(folder, manifest, force) as packing:
        for name, lot in lots.items():
            if wrong := _packed(packing, name, _members(lot, flat=what == EACH), tuple(e.key for e in lot)):
                findings.append(wrong)
            else:
                made.append(folder / name)
    if packing.journal or manifest.archives != before:
        save(manifest, folder)
    return Packed(tuple(made), (*findings, *clashes), manifest.archives)


def own_archives(archives: Mapping[str, Archive], gone: Iterable[Entry]) -> dict[str, str]:
    """The archives in which nothing but agreements of one of these partners is, by the keys of the agreements."""
    partners = {entry.key: entry.partner for entry in gone}
    lots = {name: archive.keys for name, archive in archives.items() if partners and name != FOR_ALL}
    own = [n for n, keys in lots.items() if partners.keys() >= {*keys} and len({partners[key] for key in keys}) == 1]
    return {key: name for name in own for key in lots[name]}


def stale(
    manifest: Manifest, folder: pathlib.Path, gone: Collection[str], told: Collection[str]
) -> tuple[Finding, ...]:
    """A warning that names the archives of earlier batches that don't hold the agreements as they are now.

    `gone` are the keys of agreements that have no row in the list any more; what is `told` elsewhere isn't told twice.
    """
    names = [n for n, a in sorted(manifest.archives.items()) if n not in told and not _is_right(n, a, manifest, gone)]
    if not (left := [name for name in names if (folder / name).is_file()]):
        return ()
    many, do = ("archives", "do") if (several := len(left) != 1) else ("archive", "does")
    ways = dict.fromkeys(ALL if name == FOR_ALL else EACH for name in left)
    message = (f"{len(left):,} {many} of an earlier batch {do}n't hold the agreements as they are now: "
               f"{listed(left, _FEW)}")  # fmt: skip
    again, them = ", and again with ".join(f"--zip {way}" for way in ways), "them" if several else "it"
    hint = f"run the batch again with {again}, or delete {them} if nobody needs {them}; agreegen never does"
    return (Finding("B017", Severity.WARNING, Location(folder.as_posix()), message, hint),)


def _is_right(name: str, archive: Archive, manifest: Manifest, gone: Collection[str]) -> bool:
    """True for an archive that holds its agreements as they were last written, or of which that isn't known."""
    if not all(key in manifest.entries and key not in gone for key in archive.keys):
        return False
    lot = [manifest.entries[key] for key in archive.keys]
    flat = name != FOR_ALL
    return not lot or any(_contents(_members(lot, flat=one)) == archive.contents for one in (flat, not flat))


def refuse_unknown(what: str) -> None:
    """UsageError for another way to pack than all or each."""
    if what not in (ALL, EACH):
        raise UsageError(f"there is no way to pack '{what}'", f"choose {ALL} or {EACH}")


def _lots(entries: Sequence[Entry], what: str) -> tuple[dict[str, list[Entry]], list[Finding]]:
    """The agreements of each archive by its name; no archive of a partner lacks one, or has that of another."""
    if what == ALL:
        present = [e for e in entries if e.outcome in PRESENT]
        return ({FOR_ALL: present} if present else {}), []
    by_partner: dict[str, list[Entry]] = {}
    for entry in entries:
        by_partner.setdefault(entry.partner, []).append(entry)
    named: dict[str, list[str]] = {}
    for partner in by_partner:
        named.setdefault(file_name(partner).casefold(), []).append(partner)
    clashes = [_clash(partners) for partners in named.values() if len(partners) > 1]
    whole = {p: lot for p, lot in by_partner.items() if all(e.outcome in PRESENT for e in lot)}
    alone = [partners[0] for partners in named.values() if len(partners) == 1]
    return {f"{file_name(p)}.zip": whole[p] for p in alone if p in whole}, clashes


def _members(entries: Sequence[Entry], *, flat: bool) -> dict[str, tuple[str, str]]:
    """Path and digest of each file by its name in the archive; a partner's own folder is left out if it has one."""
    files = {path: record.sha256 for entry in entries for path, record in entry.files.items()}
    tops = {path.partition("/")[0] if "/" in path else "" for path in files}
    cut = len(tops.pop()) + 1 if flat and len(tops) == 1 and "" not in tops else 0
    return {path[cut:]: (path, files[path]) for path in sorted(files)}


def _packed(
    packing: _Packing, name: str, members: Mapping[str, tuple[str, str]], keys: tuple[str, ...]
) -> Finding | None:
    """Writes an archive, unless it is there with the same content; why it couldn't, if so."""
    try:
        _written(packing, name, members, keys)
    except _EditedError as error:
        message = f"the file was changed since it was made, so that {name} isn't packed"
        return _error("B002", str(error), message, "run the batch again, or put the file back")
    except _InTheWayError:
        message = "an archive is in the way that agreegen didn't write, or that was edited"
        return _error("B009", name, message, "move it away, give another --output, or replace it with --force")
    except OSError as error:
        return _error("B004", name, f"the archive can't be written: {error.strerror}", FULL)
    return None


def _contents(members: Mapping[str, tuple[str, str]]) -> str:
    """The digest of the names and digests of what is in an archive."""
    return digest("\n".join([f"{member} {sha256}" for member, (_, sha256) in members.items()]).encode())


def _written(packing: _Packing, name: str, members: Mapping[str, tuple[str, str]], keys: tuple[str, ...]) -> None:
    manifest, folder = packing.manifest, packing.folder
    target = folder / name
    contents = _contents(members)
    known = manifest.archives.get(name)
    present = _digest(target) if target.exists() else ""
    if present and known and (present, contents) == known[:2]:
        manifest.archives[name] = known._replace(keys=keys)
        return
    with beside(folder) as path:
        with zipfile.ZipFile(path, "w") as archive:
            for member, (source, sha256) in members.items():
                info = zipfile.ZipInfo(member, _EPOCH)
                info.create_system, info.external_attr = 3, 0o644 << 16  # the same on every system
                archive.writestr(info, _as_recorded(folder, source, sha256))
        made = _digest(path)
        ours = {made, *((known.sha256,) if known else ()), *manifest.earlier.get(name, ())}
        if present and not packing.force and present not in ours:
            raise _InTheWayError
        packing.announce(name, made)
        path.replace(target)
    manifest.archives[name] = Archive(made, contents, keys)


def _as_recorded(folder: pathlib.Path, path: str, sha256: str) -> bytes:
    """The bytes of a file; _EditedError if they aren't the recorded ones, or if it is gone."""
    try:
        data = (folder / path).read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        raise _EditedError(path) from None
    if digest(data) != sha256:
        raise _EditedError(path)
    return data


def _digest(path: pathlib.Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _stale(folder: pathlib.Path, manifest: Manifest, entry: Entry, what: str, entries: Sequence[Entry]) -> str:
    """The archive of an earlier version that still stands, where an agreement that isn't there should be in it."""
    if what == ALL and any(e.outcome in PRESENT for e in entries):
        return ""
    name = FOR_ALL if what == ALL else f"{file_name(entry.partner)}.zip"
    return (folder / name).as_posix() if name in manifest.archives and (folder / name).is_file() else ""


def _absent(entry: Entry, stale: str) -> Finding:
    message = f"the agreement of {entry.name or entry.partner} isn't packed: it is {_OUTCOMES[entry.outcome]}"
    message += f"; {stale} is of its earlier version" if stale else ""
    return Finding(
        "B011", Severity.WARNING, Location(entry.key), message, "mend what the batch found, and run it again"
    )


def _clash(partners: Sequence[str]) -> Finding:
    message = f"the archives of {' and '.join(partners)} would have the same name, so that neither is packed"
    return _error("B001", f"{file_name(partners[0])}.zip", message, "change one of the ids")


def _error(code: str, file: str, message: str, hint: str) -> Finding:
    return Finding(code, Severity.ERROR, Location(file), message, hint)

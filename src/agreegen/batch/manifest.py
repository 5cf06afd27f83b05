"""Manifest: the versioned record of the batches in a folder, which decides what must be made again.

`manifest.json` stands beside the agreements; docs/manifest.md describes it. While a batch runs, each finished agreement
is a line of the journal beside it, so that a batch that is killed loses nothing: the next one reads both.
"""

from __future__ import annotations

import contextlib
import dataclasses
import gc
import json
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

from agreegen import __version__
from agreegen.batch.entry import LASTING, PRESENT, UNCHANGED, Entry, same, same_file
from agreegen.batch.shared import (
    Numbered,
    compact,
    entry_json,
    entry_of,
    finding_json,
    finding_of,
    run_json,
    tables_of,
)
from agreegen.batch.told import OUTDATED
from agreegen.errors import UsageError
from agreegen.finding import Finding, Location, Severity
from agreegen.package import BATCH

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Collection, Iterable, Iterator, Mapping

Bytes: TypeAlias = bytes  # the name that the method takes away
NAME: Final = BATCH
FORMAT: Final = "agreegen batch"
VERSION: Final = 1
"""Version of the JSON; within a version a key is only added, never renamed or removed."""

_SHARED: Final = b',\n"shared":{'
_RUNS: Final = b',\n"runs":{'
BROKEN: Final = (ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError)
"""What reading JSON of another shape raises."""


class Archive(NamedTuple):
    """An archive that was packed: the SHA-256 of its bytes, and of the names and digests of what is in it.

    `keys` are those of the agreements that are in it; a record of an older agreegen doesn't tell them.
    """

    sha256: str
    contents: str
    keys: tuple[str, ...] = ()


class _Read(NamedTuple):
    """What stands in the file after its head, and the entries that it tells."""

    lasting: bytes
    runs: bytes
    entries: Mapping[str, Entry]

    def tells(self, entries: Mapping[str, Entry]) -> bool:
        """True for the very entries that were read, which needn't be written again."""
        before = self.entries
        return bool(before) and len(entries) == len(before) and all(e is before.get(k) for k, e in entries.items())


_NOTHING: Final = _Read(b"", b"", MappingProxyType({}))


@dataclass(slots=True)
class Manifest:
    """The entries by key, and archives of their files by path.

    `scope` tells what the last batch was asked for, `proposals` where the proposal of each name stands, from the
    folder. Not written: `earlier`, which digests files had before, and `findings` about the record itself.
    """

    entries: dict[str, Entry] = field(default_factory=dict)
    scope: Mapping[str, str] = field(default_factory=dict)
    version: int = VERSION
    agreegen: str = __version__
    earlier: dict[str, set[str]] = field(default_factory=dict)
    archives: dict[str, Archive] = field(default_factory=dict)
    outdated: dict[str, str] = field(default_factory=dict)
    """Files of ours that still stand, and that no agreement has any more, with their digests."""
    proposals: dict[str, str] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    listed: tuple[Finding, ...] = ()
    """What was wrong with the list of the last batch: each row that couldn't be read has an error."""
    _owners: dict[str, str] = field(default_factory=dict)  # folded path -> key; made when it is asked for
    _read: _Read = _NOTHING

    @classmethod
    def read(cls, folder: pathlib.Path, *, anew: bool = False) -> Manifest:
        """The record of a folder, empty if there is none; UsageError if it can't be used.

        `anew` begins an empty one where ours is damaged; the files that it told of then count as someone else's.
        """
        path = folder / NAME
        return cls.at(path, anew=anew) if path.is_file() else cls()

    @classmethod
    def at(cls, path: pathlib.Path, *, anew: bool = False) -> Manifest:
        """The record that a file tells; UsageError as `read`."""
        try:
            data = path.read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            raise UsageError(f"there is no file {path}", "name the manifest.json of an earlier batch") from None
        except OSError as error:
            raise UsageError(f"{path} can't be read: {error.strerror}", "check that you may read the folder") from None
        return cls.parsed(data, path.as_posix(), anew=anew)

    @classmethod
    def parsed(cls, data: Bytes, name: str = NAME, *, anew: bool = False) -> Manifest:
        """The record that bytes tell; UsageError as `read`."""
        try:
            with uncollected():
                read = cls._parsed(json.loads(data), name)
        except BROKEN as error:
            message = f"{name} is damaged, or isn't the record of a batch ({_reason(error)})"
            if anew:
                hint = "all agreements are made again; take it from a backup if you want to know what changed"
                return cls(findings=(Finding("B003", Severity.WARNING, Location(name), message, hint),))
            raise UsageError(message, "take it from a backup, or begin a new record with --force, which makes all "
                                      "agreements again") from None  # fmt: skip
        start, end = data.find(_SHARED), data.rfind(_RUNS)  # no text of JSON holds a line feed
        if 0 < start < end:
            read._read = _Read(data[start + 2 : end], data[end + 2 :], dict(read.entries))
        return read

    @classmethod
    def _parsed(cls, said: Any, name: str) -> Manifest:
        if not isinstance(said, dict) or said.get("format") != FORMAT:
            raise UsageError(f"{name} isn't the record of a batch", "give another --output")
        if said["version"] > VERSION:
            raise UsageError(f"{name} was written by a newer agreegen ({str(said.get('agreegen'))[:40]})",
                             "update agreegen, or give another --output")  # fmt: skip
        tables = tables_of(said["shared"])
        runs = said["runs"]
        entries = {key: entry_of(key, entry, runs[key], tables) for key, entry in said["entries"].items()}
        packed = {str(path): tuple(map(str, keys)) for path, keys in said.get("packed", {}).items()}
        digests = said.get("archives", {}).items()
        archives = {path: Archive(str(sha256), str(inner), packed.get(path, ())) for path, (sha256, inner) in digests}
        outdated = {str(path): str(sha256) for path, sha256 in said.get("outdated", {}).items()}
        proposals = {str(stem): str(path) for stem, path in said.get("proposals", {}).items()}
        listed = tuple(map(finding_of, said.get("list", [])))
        return cls(entries, {str(k): str(v) for k, v in said["scope"].items()}, VERSION, str(said["agreegen"]),
                   archives=archives, outdated=outdated, proposals=proposals, listed=listed)  # fmt: skip

    def bytes(self) -> Bytes:
        """The record as JSON in ASCII, an entry a line, sorted; what differs between equal runs is in `runs` alone."""
        with uncollected():
            return self._bytes([self.entries[key] for key in sorted(self.entries)])

    def _bytes(self, entries: list[Entry]) -> Bytes:
        archives = {path: [held.sha256, held.contents] for path, held in sorted(self.archives.items())}
        packed = {path: held.keys for path, held in sorted(self.archives.items()) if held.keys}
        head = {"format": FORMAT, "version": VERSION, "agreegen": __version__, "archives": archives,
                "list": [finding_json(finding) for finding in self.listed],
                "outdated": dict(sorted(self.outdated.items())), "packed": packed,
                "proposals": dict(sorted(self.proposals.items())),
                "scope": dict(sorted(self.scope.items()))}  # fmt: skip
        known = self._read
        same = known.tells(self.entries)
        lasting = known.lasting if same or _lasts(self.entries, known.entries) else _lasting(entries)
        return b",\n".join([compact(head)[:-1].encode(), lasting, known.runs if same else _runs(entries)])

    def forget(self, paths: Collection[str]) -> None:
        """Takes files that are gone from those that no agreement has any more, and from what is told of them."""
        if not paths:
            return
        gone = {*paths}
        self.outdated = {path: sha256 for path, sha256 in self.outdated.items() if path not in gone}
        for key, entry in self.entries.items():
            if any(f.code == OUTDATED and f.location.file in gone for f in entry.findings):
                left = tuple(f for f in entry.findings if not (f.code == OUTDATED and f.location.file in gone))
                self.entries[key] = dataclasses.replace(entry, findings=left)

    def put(self, entry: Entry) -> None:
        """Takes a new entry in place of the one of its key, and keeps in mind which digests its files had."""
        before = self.entries.get(entry.key)
        for path, record in before.files.items() if before else ():
            self.earlier.setdefault(path, set()).add(record.sha256)
            if path not in entry.files:
                self.outdated[path] = record.sha256
        for path in entry.files if entry.outcome in PRESENT else ():  # else another file of ours may stand there
            self.outdated.pop(path, None)
        self.entries[entry.key] = entry
        if self._owners:
            self._owners.update((path.casefold(), entry.key) for path in entry.files)

    def confirmed(self, key: str, inputs: Mapping[str, str], folder: pathlib.Path | str) -> Entry | None:
        """The entry, as unchanged, of an agreement that needn't be made again; None if it must be.

        It needn't where it was made from the same inputs, and its files are there as they were written.
        """
        entry = self.entries.get(key)
        if entry is None or entry.outcome not in PRESENT or not entry.files or not same(entry.inputs, inputs):
            return None
        files = dict(entry.files)
        touched = False
        for path, record in entry.files.items():
            changed = same_file(folder, path, record)
            if changed is None:
                return None
            if changed != record.mtime_ns:
                files[path], touched = dataclasses.replace(record, mtime_ns=changed), True
        if entry.outcome == UNCHANGED and not touched:
            return entry
        return dataclasses.replace(entry, outcome=UNCHANGED, files=files)

    def owner(self, path: str) -> str:
        """The key of the agreement that a file belongs to, however its path is capitalized; nothing if to none."""
        if not self._owners:
            self._owners = {p.casefold(): e.key for e in self.entries.values() for p in e.files}
        return self._owners.get(path.casefold(), "")

    def digests(self, path: str) -> set[str]:
        """The digests that a file of ours may have there: the recorded one, and those that it had or was to have."""
        owner = self.entries.get(self.owner(path))
        record = owner.files.get(path) if owner else None
        outdated = self.outdated.get(path)
        return {*self.earlier.get(path, ()), *((record.sha256,) if record else ()), *((outdated,) if outdated else ())}

    def settled(self, keys: Iterable[str]) -> Manifest:
        """The record with only the agreements of these keys: what a batch was asked for this time."""
        wanted = {key: self.entries[key] for key in keys if key in self.entries}
        return dataclasses.replace(self, entries=wanted, _owners={})

    def besides(self, keys: Iterable[str]) -> tuple[Entry, ...]:
        """The agreements that no key of these is of: what a batch wasn't asked for this time, by key."""
        asked = {*keys}
        return tuple(entry for key, entry in sorted(self.entries.items()) if key not in asked)


@contextlib.contextmanager
def uncollected() -> Iterator[None]:
    """Runs without the search for garbage: what is read or written is none, and the search takes twice as long."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def carried(before: Entry | None, entry: Entry) -> Entry:
    """The entry of an agreement that wasn't written, with the files that still stand from before.

    Their digests are kept so that the next batch knows the files as ours.
    """
    if before is None or entry.outcome in PRESENT:
        return entry
    return dataclasses.replace(entry, files=before.files)


def _lasting(entries: list[Entry]) -> Bytes:
    """What the record says of agreements whatever the last run did: what they share, and each of them."""
    tables = Numbered.of(entries)
    lines = [f"{compact(e.key)}:{compact(entry_json(e, tables))}" for e in entries]
    shared = {"texts": list(tables.texts), **tables.items}
    tabled = [f"{compact(table)}:{_listed(items)}" for table, items in shared.items()]
    return f'"shared":{_object(tabled)},\n"entries":{_object(lines)}'.encode("ascii")


def _runs(entries: list[Entry]) -> Bytes:
    """What the record says of the last run."""
    lines = [f"{compact(e.key)}:{compact(run_json(e))}" for e in entries]
    return f'"runs":{_object(lines)}}}\n'.encode()


def _lasts(entries: Mapping[str, Entry], before: Mapping[str, Entry]) -> bool:
    """True when the entries say what they said before, but for what the last run did."""
    return bool(before) and entries.keys() == before.keys() and all(_says(e, before[key]) for key, e in entries.items())


def _says(entry: Entry, before: Entry) -> bool:
    """True when an entry was made of the other one; what is only equal counts as new."""
    if entry is before:
        return True
    if not all(getattr(entry, name) is getattr(before, name) for name in LASTING):
        return False
    return entry.files is before.files or [(p, *f.content) for p, f in entry.files.items()] == [
        (p, *f.content) for p, f in before.files.items()
    ]


def _object(lines: list[str]) -> str:
    return "{\n" + ",\n".join(lines) + "\n}" if lines else "{}"


def _listed(items: list[Any]) -> str:
    return "[\n" + ",\n".join(compact(item) for item in items) + "\n]" if items else "[]"


def _reason(error: Exception) -> str:
    text = error.args[0] if error.args and isinstance(error.args[0], str) else ""
    return f"{type(error).__name__}: {text}"[:120] if text else type(error).__name__

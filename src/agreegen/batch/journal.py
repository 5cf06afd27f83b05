"""Journal: what a running batch has finished, a line each, so that a batch that is killed loses nothing.

Each line begins with its line feed: a line that was cut off, by a kill or a full disk, spoils no other. What a line
can't tell is made again.
"""

from __future__ import annotations

import contextlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Self

from agreegen.batch.entry import same_file
from agreegen.batch.manifest import BROKEN, NAME, Manifest
from agreegen.batch.shared import TABLES, Numbered, compact, entry_json, entry_of, run_json, tables_of
from agreegen.batch.staging import stored
from agreegen.errors import UsageError
from agreegen.package import Output, digest

if TYPE_CHECKING:
    import io
    import pathlib
    from collections.abc import Collection, Mapping

    from agreegen.batch.entry import Entry

JOURNAL: Final = ".agreegen-batch.jsonl"
FULL: Final = "make room on the disk, or check that you may write there, and run the batch again: it goes on from here"


@dataclass(slots=True)
class Journal:
    """An open journal. Lines refer to tables that earlier lines of their section began, as entries of a manifest do."""

    path: pathlib.Path
    file: io.FileIO
    section: int = 0
    tables: Numbered = field(default_factory=Numbered)

    @classmethod
    def begin(cls, folder: pathlib.Path, manifest: Manifest) -> Journal:
        """A new journal; what an earlier one told is in the manifest, which is saved before, or told again."""
        path = folder / JOURNAL
        if stopped := path.exists():
            save(manifest, folder, keep=True)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            told = {"proposals": manifest.proposals, "announced": unsettled(manifest) if stopped else {}}
            stored(folder, JOURNAL, _lined(told) if any(told.values()) else b"")
            return cls(path, path.open("ab", buffering=0))
        except OSError as error:
            raise UsageError(f"{path} can't be written: {error.strerror}", FULL) from None

    def announce(self, files: Mapping[str, str]) -> None:
        """Tells which digests files are about to have, by their paths, so that they are ours whatever happens next."""
        self._write(_lined({"announced": {path: [sha256] for path, sha256 in files.items()}}))

    def add(self, *entries: Entry) -> None:
        """Tells that the agreements of entries are finished, a line each."""
        self._write(b"".join(map(self._line, entries)))

    def close(self) -> None:
        """Closes the file; what it tells stays."""
        self.file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _line(self, entry: Entry) -> bytes:
        said = [entry.key, entry_json(entry, self.tables), run_json(entry)]
        return _lined({"section": self.section, "shared": self.tables.taken(), "entry": said})

    def _write(self, lines: bytes) -> None:
        data = memoryview(lines)
        try:
            while data:
                data = data[self.file.write(data) or 0 :]
        except OSError as error:
            self.section += 1  # a line is cut off, and with it what it added to the tables
            self.tables = Numbered()
            raise UsageError(f"{self.path} can't be written: {error.strerror}", FULL) from None


def recovered(folder: pathlib.Path, *, anew: bool = False) -> Manifest:
    """The manifest of a folder, with what the journal of a batch that was stopped adds to it; UsageError as `read`.

    What `agreegen generate` wrote into the folder is ours, too.
    """
    manifest = Manifest.read(folder, anew=anew)
    for path, sha256 in Output.open(folder).written.items():
        manifest.earlier.setdefault(path, set()).add(sha256)
    try:
        data = (folder / JOURNAL).read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return manifest
    except OSError as error:
        hint = "check that you may read the folder"
        raise UsageError(f"{folder / JOURNAL} can't be read: {error.strerror}", hint) from None
    section, tables = 0, _empty()
    for line in data.split(b"\n"):
        with contextlib.suppress(*BROKEN):
            said = json.loads(line)
            manifest.proposals.update(said.get("proposals", {}))
            for path, digests in said.get("announced", {}).items():
                manifest.earlier.setdefault(path, set()).update(digests)
            if "entry" not in said:
                continue
            if said["section"] != section:
                section, tables = said["section"], _empty()
            _grown(tables, said["shared"])
            key, entry, run = said["entry"]
            manifest.put(entry_of(key, entry, run, tables))
    return manifest


def save(manifest: Manifest, folder: pathlib.Path, *, keep: bool = False) -> None:
    """Writes the manifest whole, unless it is there already; and takes the journal away, which it now holds."""
    path = folder / NAME
    data = manifest.bytes()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not path.is_file() or path.read_bytes() != data:
            stored(folder, NAME, data)
        if not keep:
            (folder / JOURNAL).unlink(missing_ok=True)
    except OSError as error:
        raise UsageError(f"{path} can't be written: {error.strerror}", FULL) from None


def unsettled(manifest: Manifest) -> dict[str, list[str]]:
    """The digests that files were to have when a batch was stopped, and that no entry records."""
    recorded = {path: record.sha256 for e in manifest.entries.values() for path, record in e.files.items()}
    left = {path: sorted(digests - {recorded.get(path, "")}) for path, digests in manifest.earlier.items()}
    return {path: digests for path, digests in sorted(left.items()) if digests}


def unowned(left: Mapping[str, Collection[str]], manifest: Manifest, folder: pathlib.Path) -> dict[str, str]:
    """The digests of the files that stand with one that was left unsettled, and that no agreement has."""
    found: dict[str, str] = {}
    for path, digests in left.items():
        owner = manifest.entries.get(manifest.owner(path))
        record = owner.files.get(path) if owner else None
        if record is not None and same_file(folder, path, record) is not None:
            continue
        with contextlib.suppress(OSError):
            present = digest((folder / path).read_bytes())
            found |= {path: present} if present in digests else {}
    return found


def _lined(said: Mapping[str, Any]) -> bytes:
    return b"\n" + compact(said).encode("ascii")


def _empty() -> dict[str, dict[int, Any]]:
    return {table: {} for table in TABLES}


def _grown(tables: dict[str, dict[int, Any]], shared: Mapping[str, Any]) -> None:
    """Adds the items that a line brings, under the numbers that they were given."""
    for table, (first, items) in shared.items():
        tables[table].update(enumerate(tables_of({table: items})[table], first))

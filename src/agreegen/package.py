"""Files that we write: atomic, never over someone else's file, under names that every system allows."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import pathlib
import re
import tempfile
import unicodedata
from dataclasses import field

from agreegen.errors import UsageError
from agreegen.late import dataclass

MANIFEST = ".agreegen.json"
BATCH = "manifest.json"
"""The record of the batches in a folder; its page is docs/manifest.md."""
RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?\Z")
_PLAIN = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9._-]*[A-Za-z0-9_])?")  # nearly all names, which are as they should be
LONGEST = 120
"""Characters of a file name without its ending; Windows paths have 260 in all."""


def file_name(text: str) -> str:
    """A name for a file on every system: letters, digits, hyphens; never reserved, empty or too long."""
    name = text if _PLAIN.fullmatch(text) and len(text) <= LONGEST else _plain(text)
    stem, dot, rest = name.partition(".")
    return f"{stem}-file{dot}{rest}" if RESERVED.match(name) else name  # Windows looks at what stands before the dot


def _plain(text: str) -> str:
    """The text in letters, digits and hyphens, or a name made of its digest."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", plain).strip("-. ")[:LONGEST].rstrip("-. ")
    return name or "agreement-" + hashlib.sha256(text.encode()).hexdigest()[:8]


@dataclass(slots=True)
class Output:
    """A folder that we write to, with the digests of what we wrote before."""

    folder: pathlib.Path
    force: bool = False
    written: dict[str, str] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)

    @classmethod
    def open(cls, folder: pathlib.Path, *, force: bool = False) -> Output:
        """The folder with its manifest; neither needs to exist."""
        try:
            said = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
            written = {str(k): str(v) for k, v in said["files"].items()}
            sources = {str(k): str(v) for k, v in said.get("proposals", {}).items()}
        except (OSError, ValueError, KeyError, AttributeError, TypeError):
            written, sources = {}, {}
        return cls(folder, force, written, sources)

    def write(
        self, files: dict[str, bytes], proposal: pathlib.Path | None = None, partner: str | None = None
    ) -> list[pathlib.Path]:
        """All of the files or none, and the manifest; a refusal is known before the first byte is written.

        `proposal` is what they are made from: another one, or another partner's, doesn't replace them, although they
        are our own.
        """
        source = f"{_seen(proposal, self.folder)} {partner or ''}".strip() if proposal else ""
        before = {name: self._present(name) for name in (*files, MANIFEST)}
        for name, data in files.items():
            self._refuse(name, before[name], data)
            self._refuse_other(name, before[name], data, source)
        owned = {**self.written, **{name: digest(data) for name, data in files.items()}}
        sources = {**self.sources, **{name: source for name in files if source}}
        said: dict[str, object] = {"version": 1, "files": dict(sorted(owned.items()))}
        if sources:
            said["proposals"] = dict(sorted(sources.items()))
        manifest = json.dumps(said, indent=1) + "\n"
        wanted = {**files, MANIFEST: manifest.encode()}
        self._prepare()
        self._replace({name: data for name, data in wanted.items() if before[name] != data}, before)
        self.written, self.sources = owned, sources
        return [self.folder / name for name in files]

    def _present(self, name: str) -> bytes | None:
        path = self.folder / name
        try:
            return path.read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise UsageError(f"{path} can't be replaced: {error.strerror}", OPEN_HINT) from None

    def _refuse(self, name: str, present: bytes | None, data: bytes) -> None:
        if present is None or present == data or self.force:
            return
        if digest(present) not in (self.written.get(name), self._of_batch(name)):
            raise UsageError(f"{self.folder / name} exists and isn't our own unchanged output",
                             "give another --output, move the file away, or replace it with --force")  # fmt: skip

    def _of_batch(self, name: str) -> str:
        """The digest that the record of a batch in the same folder has for a file; nothing if it has none."""
        try:
            entries = json.loads((self.folder / BATCH).read_bytes())["entries"]
            return str(next(entry["files"][name][0] for entry in entries.values() if name in entry["files"]))
        except (OSError, ValueError, LookupError, AttributeError, TypeError, StopIteration, RecursionError):
            return ""

    def _refuse_other(self, name: str, present: bytes | None, data: bytes, source: str) -> None:
        known = self.sources.get(name, source)
        if present is not None and present != data and source and known != source and not self.force:
            hint = "rename one of the proposals, give another --output, or replace it with --force"
            before, now = (_typed(said, self.folder) for said in (known, source))
            raise UsageError(f"{self.folder / name} was made from {before}, not from {now}", hint)

    def _prepare(self) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            message = f"the folder {self.folder} can't be made: {error.strerror}"
            raise UsageError(message, "give another --output") from None

    def _replace(self, files: dict[str, bytes], before: dict[str, bytes | None]) -> None:
        """Replaces every file, or puts back what was there before one of them failed."""
        staged: dict[str, pathlib.Path] = {}
        done: list[str] = []
        name = next(iter(files), "")
        try:
            for name, data in files.items():
                staged[name] = _staged(self.folder, data)
            for name, temporary in staged.items():
                temporary.replace(self.folder / name)
                done.append(name)
        except OSError as error:
            self._restore(done, before)
            raise UsageError(f"{self.folder / name} can't be written: {error.strerror}", OPEN_HINT) from None
        finally:
            for temporary in staged.values():
                temporary.unlink(missing_ok=True)

    def _restore(self, names: list[str], before: dict[str, bytes | None]) -> None:
        for name in names:
            content = before[name]
            with contextlib.suppress(OSError):
                if content is None:
                    (self.folder / name).unlink(missing_ok=True)
                else:
                    _staged(self.folder, content).replace(self.folder / name)


def _seen(path: pathlib.Path, folder: pathlib.Path) -> str:
    """The path as seen from a folder, which is the same wherever a command runs."""
    try:
        return pathlib.Path(os.path.relpath(path.resolve(), folder.resolve())).as_posix()
    except ValueError:  # another drive of Windows
        return path.resolve().as_posix()


def _typed(seen: str, folder: pathlib.Path) -> str:
    """What is seen from a folder, as one can type it here."""
    whole = pathlib.Path(os.path.normpath(folder.resolve() / seen))
    here = pathlib.Path.cwd().resolve()
    return str(whole.relative_to(here) if whole.is_relative_to(here) else whole)


def _staged(folder: pathlib.Path, data: bytes) -> pathlib.Path:
    """A temporary file in the folder with this content; whole after a kill, which a power cut doesn't leave sure."""
    handle, name = tempfile.mkstemp(dir=folder, prefix=".agreegen-", suffix=".tmp")
    path = pathlib.Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
    except OSError:
        path.unlink(missing_ok=True)
        raise
    ordinary(path)
    return path


def replaced(path: pathlib.Path, data: bytes) -> None:
    """Puts the content in the place of a file of any folder, whole or not at all; OSError if that can't be."""
    temporary = _staged(path.parent, data)
    try:
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise


OPEN_HINT = "close the file if Word or a PDF reader holds it open, and check that you may write there"


def ordinary(path: pathlib.Path) -> None:
    """Gives a temporary file the permissions of an ordinary one."""
    mask = os.umask(0)
    os.umask(mask)
    with contextlib.suppress(OSError):
        path.chmod(0o666 & ~mask)


def digest(data: bytes) -> str:
    """The SHA-256 of bytes, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()

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
from dataclasses import dataclass, field

from agreegen.errors import UsageError

MANIFEST = ".agreegen.json"
RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?\Z")
LONGEST = 120
"""Characters of a file name without its ending; Windows paths have 260 in all."""


def file_name(text: str) -> str:
    """A name for a file on every system: letters, digits, hyphens; never reserved, empty or too long."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", plain).strip("-. ")[:LONGEST].rstrip("-. ")
    if not name:
        name = "agreement-" + hashlib.sha256(text.encode()).hexdigest()[:8]
    return f"{name}-file" if RESERVED.match(name) else name


@dataclass(slots=True)
class Output:
    """A folder that we write to, with the digests of what we wrote before."""

    folder: pathlib.Path
    force: bool = False
    written: dict[str, str] = field(default_factory=dict)

    @classmethod
    def open(cls, folder: pathlib.Path, *, force: bool = False) -> Output:
        """The folder with its manifest; neither needs to exist."""
        try:
            said = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
            written = {str(k): str(v) for k, v in said["files"].items()}
        except (OSError, ValueError, KeyError, AttributeError, TypeError):
            written = {}
        return cls(folder, force, written)

    def write(self, files: dict[str, bytes]) -> list[pathlib.Path]:
        """All of the files or none: each refusal is known before the first byte is written."""
        for name, data in files.items():
            self._refuse(name, data)
        self._prepare()
        paths = [self._replace(name, data) for name, data in files.items()]
        for name, data in files.items():
            self.written[name] = digest(data)
        manifest = json.dumps({"version": 1, "files": dict(sorted(self.written.items()))}, indent=1) + "\n"
        self._replace(MANIFEST, manifest.encode())
        return paths

    def _refuse(self, name: str, data: bytes) -> None:
        path = self.folder / name
        try:
            present = path.read_bytes()
        except FileNotFoundError:
            return
        except OSError as error:
            raise UsageError(f"{path} can't be replaced: {error.strerror}", OPEN_HINT) from None
        if present != data and digest(present) != self.written.get(name) and not self.force:
            raise UsageError(f"{path} exists and isn't our own unchanged output",
                             "give another --output, move the file away, or replace it with --force")  # fmt: skip

    def _prepare(self) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            message = f"the folder {self.folder} can't be made: {error.strerror}"
            raise UsageError(message, "give another --output") from None

    def _replace(self, name: str, data: bytes) -> pathlib.Path:
        path = self.folder / name
        with contextlib.suppress(OSError):
            if path.read_bytes() == data:
                return path
        handle, temporary = tempfile.mkstemp(dir=self.folder, prefix=".agreegen-", suffix=".tmp")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            _ordinary(temporary)
            pathlib.Path(temporary).replace(path)
        except OSError as error:
            pathlib.Path(temporary).unlink(missing_ok=True)
            raise UsageError(f"{path} can't be written: {error.strerror}", OPEN_HINT) from None
        return path


OPEN_HINT = "close the file if Word or a PDF reader holds it open, and check that you may write there"


def _ordinary(name: str) -> None:
    """Gives a temporary file the permissions of an ordinary one."""
    mask = os.umask(0)
    os.umask(mask)
    with contextlib.suppress(OSError):
        pathlib.Path(name).chmod(0o666 & ~mask)


def digest(data: bytes) -> str:
    """The SHA-256 of bytes, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()

"""Counted: the page numbers of documents that were drawn before, so that the same document needn't be drawn again.

Only digests and numbers are kept, never text. A damaged or missing file means that documents are drawn again.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.metadata
import json
import os
import tempfile
from functools import cache
from pathlib import Path
from typing import Final

from agreegen import __version__, sealed
from agreegen.late import dataclass
from agreegen.pdf.fonts import FAMILIES

_FOLDER: Final = "pages"
_MOST: Final = 200  # documents


def embedded() -> str:
    """The embedded engine as it counts here, version and fonts, "" where it isn't installed."""
    try:
        return f"dxpdf {importlib.metadata.version('dxpdf')} with {', '.join(FAMILIES)}"
    except importlib.metadata.PackageNotFoundError:
        return ""


@cache
def code() -> str:
    """What prepares documents for drawing and reads what was drawn, by its files: other code may count otherwise."""
    return sealed.version(sorted(Path(__file__).parent.glob("*.py")))


@dataclass(frozen=True, slots=True)
class Counted:
    """What a drawing counted: the page of each entry of the contents, and how many pages there are."""

    entries: tuple[str, ...]
    pages: int


@dataclass(frozen=True, slots=True)
class Ledger:
    """The counts of a folder, a file for each document, so that programs beside each other lose none; or none."""

    folder: Path | None
    engine: str

    @classmethod
    def open(cls, folder: Path | None, engine: str) -> Ledger:
        """The counts that an engine (its name with its version) made; `None` for a folder keeps nothing."""
        return cls(folder / _FOLDER if folder is not None else None, engine)

    def find(self, docx: bytes) -> Counted | None:
        """What was counted for these bytes, if anything."""
        if self.folder is None:
            return None
        try:
            said = json.loads(self._path(self.folder, docx).read_bytes())
        except (OSError, ValueError):
            return None
        match said:
            case [[*entries], int(pages)] if all(isinstance(e, str) for e in entries):
                return Counted(tuple(str(e) for e in entries), pages)
        return None

    def keep(self, docx: bytes, counted: Counted) -> None:
        """Notes a count; silently not, where the folder can't be written."""
        if self.folder is None:
            return
        with contextlib.suppress(OSError):
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self.folder, suffix=".new")
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump([list(counted.entries), counted.pages], file, separators=(",", ":"))
            Path(name).replace(self._path(self.folder, docx))
        sealed.thinned(self.folder, "*", _MOST)

    def _path(self, folder: Path, docx: bytes) -> Path:
        said = hashlib.sha256(f"{__version__} {code()} {self.engine} ".encode() + docx)
        return folder / f"{said.hexdigest()}.json"

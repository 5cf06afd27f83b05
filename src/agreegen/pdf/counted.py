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
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from agreegen import __version__
from agreegen.pdf.fonts import FAMILIES

_FILE: Final = "pages.json"
_MOST: Final = 200  # documents


def embedded() -> str:
    """The embedded engine as it counts here, version and fonts, "" where it isn't installed."""
    try:
        return f"dxpdf {importlib.metadata.version('dxpdf')} with {', '.join(FAMILIES)}"
    except importlib.metadata.PackageNotFoundError:
        return ""


@dataclass(frozen=True, slots=True)
class Counted:
    """What a drawing counted: the page of each entry of the contents, and how many pages there are."""

    entries: tuple[str, ...]
    pages: int


@dataclass(slots=True)
class Ledger:
    """The counts of a folder, newest last; `None` for a folder keeps nothing."""

    folder: Path | None
    engine: str
    known: dict[str, list[object]] = field(default_factory=dict)

    @classmethod
    def open(cls, folder: Path | None, engine: str) -> Ledger:
        """The counts that an engine (its name with its version) made; empty if there are none or they are damaged."""
        try:
            said = json.loads((folder / _FILE).read_bytes()) if folder is not None else {}
        except (OSError, ValueError):
            said = {}
        return cls(folder, engine, dict(said) if isinstance(said, Mapping) else {})

    def find(self, docx: bytes) -> Counted | None:
        """What was counted for these bytes, if anything."""
        match self.known.get(self._key(docx)):
            case [[*entries], int(pages)] if all(isinstance(e, str) for e in entries):
                return Counted(tuple(str(e) for e in entries), pages)
        return None

    def keep(self, docx: bytes, counted: Counted) -> None:
        """Notes a count; silently not, where the folder can't be written."""
        if self.folder is None:
            return
        self.known[self._key(docx)] = [list(counted.entries), counted.pages]
        newest = dict(list(self.known.items())[-_MOST:])
        with contextlib.suppress(OSError):
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self.folder, suffix=".new")
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(newest, file, separators=(",", ":"))
            Path(name).replace(self.folder / _FILE)

    def _key(self, docx: bytes) -> str:
        return hashlib.sha256(f"{__version__} {self.engine} ".encode() + docx).hexdigest()

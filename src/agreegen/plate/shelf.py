"""Shelf: plates in the cache folder, so that the next batch of a proposal needn't set its agreements anew.

A plate is found by everything that its documents hang on besides plain values: the code, the engine, the template, the
settings, the proposal's own text, and every piece that isn't a plain value. What is found is compared piece by piece
with an agreement before it is used, as a plate of this batch is.
"""

from __future__ import annotations

import contextlib
import hashlib
import sys
import zlib
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from agreegen import __version__, sealed
from agreegen.pdf.counted import embedded
from agreegen.plate.plate import Plate
from agreegen.plate.route import Routes
from agreegen.plate.shape import constants, plain_places

if TYPE_CHECKING:
    from agreegen.plate.paging import Pages
    from agreegen.plate.shape import Laid
    from agreegen.template import Template
    from agreegen.workspace import Workspace

_FOLDER: Final = "plates"
_HEAD: Final = b"agreegen-plate-1\n"
_FILES: Final = 12  # some five megabytes each
_PACKAGE: Final = Path(__file__).resolve().parents[1]


@dataclass(slots=True, eq=False)
class Kept:
    """The first agreement of a shape, and the plate as soon as there is one."""

    template: Template
    as_draft: bool
    told: bool  # with its source inside
    base: Laid
    name: str  # of the plate on the shelf
    plate: Plate | None = None
    shelved: tuple[int, ...] = ()  # what it had learned when it was put on the shelf
    routes: Routes = field(default_factory=Routes)
    shown: Pages = ()  # the page numbers of the last drawing
    undrawn: int = 0  # agreements whose PDFs couldn't be made from the plate

    def fits(self, template: Template, told: bool, as_draft: bool) -> bool:
        """Whether agreements of this template may have the shape."""
        return self.template.sha256 == template.sha256 and (self.told, self.as_draft) == (told, as_draft)


@dataclass(slots=True)
class Shelf:
    """The plates of the agreements that a workspace makes; none are kept where the folder isn't ours alone."""

    folder: Path | None
    said: bytes

    @classmethod
    def open(cls, workspace: Workspace) -> Shelf:
        """That of the workspace's cache."""
        cache = workspace.cache
        if cache is None or not sealed.private(cache, make=True):
            return cls(None, b"")
        code = sealed.version(sorted(_PACKAGE.rglob("*.py")))
        facts = (__version__, code, embedded(), sys.version, zlib.ZLIB_RUNTIME_VERSION,
                 repr(replace(workspace, output=Path(), format="docx")))  # fmt: skip
        return cls(cache / _FOLDER, "\0".join(facts).encode())

    def name(self, template: Template, one: Laid, proposal: str, *, told: bool, as_draft: bool) -> str:
        """The name of the plate that would make an agreement of a proposal, given by its text."""
        if self.folder is None:
            return ""
        said = hashlib.sha256(self.said)
        said.update(f"\0{template.sha256}{one.counts}{told}{as_draft}".encode())
        plain = plain_places(one, constants(template))
        for text in (proposal, *("\0" if i in plain else piece for i, piece in enumerate(one.pieces))):
            data = text.encode("utf-8", "surrogatepass")
            said.update(b"%d " % len(data) + data)
        return f"{said.hexdigest()[:40]}.plate"

    def find(self, name: str) -> Plate | None:
        """The plate of a name, if it is there."""
        if self.folder is None or not sealed.private(self.folder):
            return None
        plate = sealed.read(self.folder / name, _HEAD)
        return plate if isinstance(plate, Plate) else None

    def keep(self, name: str, plate: Plate) -> None:
        """Keeps a plate; silently not, where that can't be."""
        if self.folder is None or not sealed.private(self.folder, make=True):
            return
        sealed.write(self.folder / name, _HEAD, plate)
        sealed.thinned(self.folder, "*", _FILES)  # those that were never finished, too

    def drop(self, name: str) -> None:
        """Throws a plate away: it isn't right."""
        if self.folder is not None:
            with contextlib.suppress(OSError):
                (self.folder / name).unlink(missing_ok=True)

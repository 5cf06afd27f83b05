"""Sides: the old and the new templates: a folder of templates, a pack, or the saved copy of an approval."""

from __future__ import annotations

import contextlib
import pathlib
import re
import tempfile
import zipfile
from dataclasses import field, replace
from typing import TYPE_CHECKING, Final

from agreegen.damage import BROKEN
from agreegen.errors import UsageError
from agreegen.late import dataclass
from agreegen.package import digest
from agreegen.packs import Pack, masters_in, pack_at, packs_in
from agreegen.packs.opening import compiled
from agreegen.revision.uses import uses
from agreegen.template.compose import found_in
from agreegen.template.outline import outline_of
from agreegen.workspace import PACK

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agreegen.template import Template
    from agreegen.workspace import Workspace

LARGEST: Final = 200_000_000
"""Bytes that a saved copy may unpack to."""


@dataclass(slots=True)
class Side:
    """One side of a comparison; `name` is what the person called it, `folder` where its files are."""

    name: str
    folder: pathlib.Path
    workspace: Workspace
    packs: dict[str, Pack]
    copied: bool = False
    templates: dict[str, Template] = field(default_factory=dict)
    outlines: dict[pathlib.Path, str] = field(default_factory=dict)

    def template(self, name: str) -> Template:
        """The compiled template of that name."""
        if name not in self.templates:
            self.templates[name] = compiled(self.packs[name], self.workspace)
        return self.templates[name]

    def files(self, name: str) -> dict[str, pathlib.Path]:
        """The Word files of a template, by name."""
        roots = self.packs[name].roots
        return {file.name: found_in(roots, file.name) for file in self.template(name).files}

    def lines(self, path: pathlib.Path) -> list[str]:
        """The paragraphs and rows of a Word file, in order, without the letters that are counted."""
        return [LABEL.sub(r"\1", line) for line in self.outline(path).splitlines() if line.strip()]

    def outline(self, path: pathlib.Path) -> str:
        """The outline of a Word file."""
        if path not in self.outlines:
            self.outlines[path] = outline_of(path)
        return self.outlines[path]

    def digest(self, path: pathlib.Path) -> str:
        """The digest of a file."""
        return digest(path.read_bytes())

    def uses(self, name: str) -> dict[str, bool]:
        """Each name that a template asks for, with whether it does always."""
        files = self.files(name)
        first = self.template(name).name

        def text_of(wanted: str) -> str | None:
            path = files.get(wanted if wanted.endswith(".docx") else f"{wanted}.docx")
            return self.outline(path) if path is not None else None

        return uses(first, text_of)


LABEL: Final = re.compile(r"^( *)\((?:[a-z]{1,2}|[ivxl]+|\d+)\) ")


@contextlib.contextmanager
def opened(path: pathlib.Path, workspace: Workspace) -> Iterator[Side]:
    """The side of that path; a saved copy is unpacked for as long as it is needed."""
    if path.is_file() and path.suffix.lower() == ".zip":
        with tempfile.TemporaryDirectory(prefix="agreegen-") as folder:
            inside = pathlib.Path(folder)
            _unpack(path, inside)
            yield _side(path, inside, workspace, copied=True)
        return
    yield _side(path, path / "templates" if (path / "templates" / "masters").is_dir() else path, workspace)


def _side(path: pathlib.Path, folder: pathlib.Path, workspace: Workspace, *, copied: bool = False) -> Side:
    if not folder.is_dir():
        raise UsageError(f"there is no folder {path}", "name a folder of templates, a pack, or a saved copy (.zip)")
    workspace = replace(workspace, require_approved=False, cache=None if copied else workspace.cache)
    if (folder / PACK).is_file():
        pack = pack_at(folder, (workspace.templates, *workspace.packs))
        return Side(path.as_posix(), folder, replace(workspace, packs=(folder,)), {pack.name: pack}, copied)
    masters = masters_in(folder)
    inside = [*masters, *packs_in(folder, (folder if masters else workspace.templates,))]
    if not inside:
        raise UsageError(f"{path} has no templates", f"a template is a folder with a {PACK} and a Word file")
    here = replace(workspace, templates=folder) if masters else replace(workspace, packs=(folder,))
    return Side(path.as_posix(), folder, here, {p.name: p for p in inside}, copied)


def compared(old: Side, new: Side) -> list[str]:
    """The names of the templates that are compared: a saved copy tells of its own only."""
    copies = [side for side in (old, new) if side.copied]
    sides = copies if len(copies) == 1 else (old, new)
    return list(dict.fromkeys(name for side in sides for name in side.packs))


def _unpack(path: pathlib.Path, folder: pathlib.Path) -> None:
    """Writes the files of a saved copy into a folder; UsageError if it isn't one."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            odd = [m.filename for m in members if not _is_inside(folder, m.filename)]
            if odd or sum(m.file_size for m in members) > LARGEST:
                raise UsageError(f"{path} isn't a saved copy of templates", "name one that `templates pin` wrote")
            archive.extractall(folder)
    except BROKEN as error:
        raise UsageError(f"{path} can't be read: {error}", "name a saved copy that `templates pin` wrote") from None


def _is_inside(folder: pathlib.Path, name: str) -> bool:
    return (folder / name).resolve().is_relative_to(folder.resolve())

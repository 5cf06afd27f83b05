"""Origins: which proposal the agreements of a folder are of, so that another one of the same name doesn't replace them.

Agreements are known by the name of their proposal's file. The record keeps, for each name, the path of that file from
the output folder; a proposal that was moved is the same one, as long as nothing stands where it was.
"""

from __future__ import annotations

import os
import pathlib
from typing import TYPE_CHECKING

from agreegen.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def origins(known: Mapping[str, str], proposals: Iterable[pathlib.Path], folder: pathlib.Path) -> dict[str, str]:
    """The path of each proposal by its name, those of earlier batches too; UsageError if a name is another file's."""
    found = dict(known)
    for path in proposals:
        before = found.get(path.stem, "")
        there = pathlib.Path(os.path.normpath(folder.resolve() / before))
        if before and _other(there, path):
            raise UsageError(
                f"{folder} has agreements of another proposal called {path.stem}: {there}",
                "give another --output, or rename one of the two files; if it is an old copy, delete it",
            )
        found[path.stem] = _from(folder, path)
    return found


def _other(before: pathlib.Path, path: pathlib.Path) -> bool:
    """True where another file than the proposal still stands."""
    try:
        return before.is_file() and not before.samefile(path)
    except OSError:
        return False


def _from(folder: pathlib.Path, path: pathlib.Path) -> str:
    """The path from the folder, with slashes; the whole one where there is none, as between drives."""
    try:
        return pathlib.PurePath(os.path.relpath(path.resolve(), folder.resolve())).as_posix()
    except ValueError:
        return path.resolve().as_posix()

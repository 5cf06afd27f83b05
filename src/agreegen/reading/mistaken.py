"""Mistaken files: the hint where a file isn't there, or is of another kind than it should be."""

from __future__ import annotations

import pathlib
from typing import TYPE_CHECKING, Final

from agreegen.errors import UsageError
from agreegen.finding import nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

FEW: Final = 6
"""Files that are named where none is near."""

YAML: Final = (".yaml", ".yml")

PROPOSALS: Final = "proposals"
"""The folder of a workspace that people leave out."""


def no_proposal(path: pathlib.Path) -> UsageError:
    """What is said of a proposal that isn't there: the nearest one there or here, else those that there are."""
    there = (path.parent, path.parent / PROPOSALS, pathlib.Path(), pathlib.Path(PROPOSALS))
    files = near(there, YAML)
    close = nearest(path.name, files)
    if close:
        hint = f"did you mean {files[close]}?"
    elif files:
        shown = sorted(map(str, files.values()))
        hint = f"proposals are YAML files; here are: {', '.join(shown[:FEW])}" + (" \u2026" if len(files) > FEW else "")
    else:
        hint = f"no YAML file is there or here; `agreegen new {path}` starts a proposal"
    return UsageError(f"there is no file {path}", hint)


def near(folders: Iterable[pathlib.Path], endings: Sequence[str]) -> dict[str, pathlib.Path]:
    """The files of some folders that end so, by their names; of the same name the first."""
    found: dict[str, pathlib.Path] = {}
    for folder in folders:
        for path in sorted(folder.glob("*")) if folder.is_dir() else ():
            if path.suffix.lower() in endings and not path.name.startswith((".", "~")):
                found.setdefault(path.name, path)
    return found


def other_kind(content: bytes, *, lists: bool) -> tuple[str, str] | None:
    """What a file is that should be YAML and is a workbook, a Word document or a PDF; with what to do."""
    workbook = content.startswith(b"PK\x03\x04") and b"xl/" in content
    if content.startswith(b"%PDF-") or (content.startswith(b"PK\x03\x04") and b"word/" in content):
        what = "a PDF" if content.startswith(b"%") else "a Word document"
        hint = "a list is XLSX, CSV or YAML" if lists else (
            "name the YAML file; `agreegen extract` gives back the proposal of an agreement")  # fmt: skip
    elif workbook or content.startswith(b"\xd0\xcf\x11\xe0"):
        what = "an Excel workbook" if workbook else "a file of Office, as Excel 97 and Word 97 wrote them"
        hint = "give its name the ending .xlsx; YAML is text" if lists else (
            "a proposal is a YAML file; a list of partners is named with --partners")  # fmt: skip
    else:
        return None
    return f"the file is {what}, and no {'list in YAML' if lists else 'proposal'}", hint

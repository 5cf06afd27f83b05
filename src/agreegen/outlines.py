"""The readable outlines beside the Word files: written from them, or the Word files made from outlines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agreegen.errors import UsageError
from agreegen.template.draft import draft
from agreegen.template.outline import outline, outline_of, outline_path, stale_outlines

if TYPE_CHECKING:
    import pathlib


def stale(folder: pathlib.Path) -> list[pathlib.Path]:
    """The Word files of a folder whose outline is missing or says something else."""
    if not folder.is_dir():
        raise UsageError(f"there is no folder {folder}", "name the folder that holds base.docx, masters and clauses")
    return stale_outlines(folder)


def write_outline(word: pathlib.Path) -> pathlib.Path:
    """The outline written beside a Word file."""
    path = outline_path(word)
    path.write_text(outline_of(word), encoding="utf-8", newline="\n")
    return path


def write_word(text: pathlib.Path, *, force: bool = False) -> pathlib.Path:
    """The Word file written beside an outline; a Word file that says something else stays, unless forced."""
    try:
        made = draft(_words(text))
    except UsageError as error:
        raise UsageError(f"{text}: {error.message}", error.hint) from None
    word = text.with_suffix(".docx")
    if word.exists() and not force and outline_of(word) != outline(made):
        raise UsageError(f"{word} says something else than {text.name}",
                         "keep the Word file by `agreegen templates outline`, or replace it by --force")  # fmt: skip
    word.write_bytes(made)
    return word


def _words(text: pathlib.Path) -> str:
    if text.suffix != ".txt":
        raise UsageError("an outline is a text file", "name a file that ends in .txt")
    try:
        return text.read_text(encoding="utf-8")
    except IsADirectoryError:
        raise UsageError("it is a folder", "name the outlines in it") from None
    except FileNotFoundError:
        raise UsageError("there is no such file", "start with a copy of the outline of a clause like it") from None
    except UnicodeDecodeError:
        raise UsageError("it isn't UTF-8 text", "save it with the encoding UTF-8") from None

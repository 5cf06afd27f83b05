"""New file: a file that a command was told to write; nothing that exists is replaced by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agreegen.errors import UsageError
from agreegen.package import replaced

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Sequence


def ready(file: pathlib.Path, endings: Sequence[str], *, force: bool = False, data: bytes | None = None) -> None:
    """Nothing; UsageError if the name ends otherwise, or the file exists, says something else, and isn't to go."""
    if file.suffix.lower() not in endings:
        raise UsageError(f"{file} isn't named as what is written to it", f"end its name with {' or '.join(endings)}")
    if file.is_dir() or (file.exists() and not force and file.read_bytes() != data):
        raise UsageError(f"{file} exists", "give another name, or replace it with --force")


def written(file: pathlib.Path, data: bytes, *, ending: str, force: bool = False) -> pathlib.Path:
    """The file written; UsageError if its name ends otherwise, or it exists and isn't to be replaced."""
    ready(file, (ending,), force=force, data=data)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        replaced(file, data)
    except OSError as error:
        raise UsageError(f"{file} can't be written: {error.strerror}",
                         "close it if a program holds it open, or choose another folder") from None  # fmt: skip
    return file

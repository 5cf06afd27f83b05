"""The files of a source, under names that are safe to write whoever chose them."""

from __future__ import annotations

import json
import pathlib
import re
from typing import TYPE_CHECKING, Any, Final

from agreegen.errors import UsageError
from agreegen.finding import Finding, Location, Severity
from agreegen.late import dataclass
from agreegen.package import MANIFEST, RESERVED, Output, file_name

if TYPE_CHECKING:
    from agreegen.source.extraction import Extracted
    from agreegen.source.record import SourceFile

SETTINGS: Final = "agreegen.toml"
_ENDINGS: Final = {"proposal": (".yaml", ".yml"), "partner": (".yaml", ".yml"), "elements": (".csv",)}
_FORBIDDEN: Final = re.compile(r'[\x00-\x1f\x7f<>:"|?*\\]|[. ]\Z|\A[. ]')


@dataclass(frozen=True, slots=True)
class Restored:
    """The files that were written, and findings about those that got another name."""

    files: tuple[pathlib.Path, ...]
    findings: tuple[Finding, ...]


def files_of(extracted: Extracted) -> tuple[dict[str, bytes], tuple[Finding, ...]]:
    """The content of each file by its path below the folder to write to; none leads out of it.

    Settings are among them, so that the folder stands for itself, whatever folders are around it.
    """
    found: dict[str, bytes] = {}
    odd = []
    for file in extracted.source.files:
        name = _path(file, {n.lower() for n in found})
        if name != file.name:
            message = f"the source names a file “{file.name}”, which is written as {name}"
            hint = "put it where the proposal looks for it"
            odd.append(Finding("X005", Severity.WARNING, Location(file=extracted.file), message, hint))
        found[name] = file.data
    found[SETTINGS] = _settings(extracted.source.settings.get("terms"))
    return found, tuple(odd)


def restore(extracted: Extracted, folder: pathlib.Path, *, force: bool = False) -> Restored:
    """The proposal and its files written below `folder`, so that `generate` finds them; never over another's file."""
    files, odd = files_of(extracted)
    if files[SETTINGS] == _settings(None) and (folder / SETTINGS).exists():
        del files[SETTINGS]  # there is a workspace already, and we have nothing to add
    by_folder: dict[str, dict[str, bytes]] = {}
    for name, data in files.items():
        inner, _, last = name.rpartition("/")
        by_folder.setdefault(inner, {})[last] = data
    for name, data in files.items():
        _refuse(folder, name, data, force=force)
    written = []
    for inner, contents in by_folder.items():
        written += Output.open(folder / inner if inner else folder, force=force).write(contents)
    return Restored(tuple(written), odd)


def _refuse(folder: pathlib.Path, name: str, data: bytes, *, force: bool) -> None:
    """UsageError before anything is written, if something stands in the way of a file or of a folder that it is in."""
    path = folder / name
    for above in (folder, *(folder / p for p in reversed(pathlib.PurePath(name).parents[:-1]))):
        if (above.is_symlink() and above != folder) or (above.exists() and not above.is_dir()):
            raise UsageError(
                f"{above} is no folder, and {path} must go there", "give another --output, or move it away"
            )
    for one in (path, path.parent / MANIFEST):
        if one.is_symlink() or one.is_dir():
            raise UsageError(f"{one} is no file of ours", "give another --output, or move it away")
    if path.exists() and not force and path.read_bytes() != data:
        raise UsageError(f"{path} exists and says something else",
                         "give another --output, move the file away, or replace it with --force")  # fmt: skip


def _path(file: SourceFile, taken: set[str]) -> str:
    """The path to write a file to: its own if that is safe and free, else a new one."""
    name = file.name.replace("\\", "/")
    parts = name.split("/")
    place = {"proposal": len(parts) == 1, "partner": len(parts) == 2 and parts[0] == "partners", "elements": True}
    is_safe = all(p and not _FORBIDDEN.search(p) and not RESERVED.match(p) and len(p) <= 120 for p in parts)
    is_safe = is_safe and len(parts) <= 8 and name.lower().endswith(_ENDINGS[file.role]) and place[file.role]
    if is_safe and not _clashes(name.lower(), taken):
        return name
    stem = file_name(parts[-1].rpartition(".")[0] or parts[-1]).strip(".") or file.role
    folder = "partners/" if file.role == "partner" else ""
    ending, n = _ENDINGS[file.role][0], 1
    while _clashes((made := f"{folder}{stem}{f'-{n}' if n > 1 else ''}{ending}").lower(), taken):
        n += 1
    return made


def _clashes(name: str, taken: set[str]) -> bool:
    """Whether a path is there already, or would have to be a file and a folder at once."""
    return any(name == t or name.startswith(f"{t}/") or t.startswith(f"{name}/") for t in taken)


def _settings(terms: Any) -> bytes:
    """Settings of a workspace: the terms that the agreement was made with."""
    lines = ["# Settings of the folder that a proposal was extracted to."]
    if isinstance(terms, dict) and terms:
        lines += ["[terms]", *(f"{_toml(str(k))} = {_value(v)}" for k, v in terms.items())]
    return "\n".join([*lines, ""]).encode()


def _toml(text: str) -> str:
    """A text as TOML writes it: as in JSON, but with whole letters where JSON has halves of them."""
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return json.dumps(whole, ensure_ascii=False).replace("\x7f", "\\u007f")


def _value(value: Any, depth: int = 0) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, dict) and depth < 8:
        return "{" + ", ".join(f"{_toml(str(k))} = {_value(v, depth + 1)}" for k, v in value.items()) + "}"
    if isinstance(value, list) and depth < 8:
        return "[" + ", ".join(_value(v, depth + 1) for v in value) + "]"
    return _toml(str(value))

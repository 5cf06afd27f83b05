"""Files of forms: a blank one written, a filled one read, its proposal written; nothing of a person is replaced."""

from __future__ import annotations

import pathlib
from typing import TYPE_CHECKING, Any

from agreegen.errors import AgreegenError, UsageError
from agreegen.forms.importing import Imported, imported
from agreegen.forms.making import Form, blank
from agreegen.skeleton import SCHEMA_FILE, schema_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from agreegen.workspace import Workspace


def create(
    variant: str,
    workspace: Workspace,
    *,
    proposal: pathlib.Path | None = None,
    output: pathlib.Path | None = None,
    force: bool = False,
    kind: str | None = None,
    sides: tuple[int, int] = (1, 1),
    rows: Mapping[str, int] | None = None,
    every: bool | None = None,
) -> tuple[pathlib.Path, Form]:
    """The file of a blank form, and the form: `local-government-form.docx`, or named after its proposal."""
    stem = proposal.stem if proposal else variant
    target = output or pathlib.Path(f"{stem}-form.docx")
    if target.suffix.lower() != ".docx":
        target = target.with_name(target.name + ".docx")
    _is_free(target, force=force)
    form = blank(variant, workspace, proposal=proposal, kind=kind, sides=sides, rows=rows, every=every)
    _write({target: form.docx})
    return target, form


def read(path: pathlib.Path, workspace: Workspace, *, sent: pathlib.Path | None = None) -> Imported:
    """What a filled form says; UsageError if it can't be read."""

    def again(made: Mapping[str, Any]) -> bytes | None:
        if made.get("proposal"):
            return None  # that form can't be made again without its proposal
        sides = made.get("sides")
        count = (int(sides[0]), int(sides[1])) if isinstance(sides, list) and len(sides) == 2 else (1, 1)
        try:
            return blank(str(made.get("variant")), workspace, kind=made.get("kind") or None, sides=count,
                         rows=dict(made.get("rows") or {}), every=bool(made.get("every", True))).docx  # fmt: skip
        except (AgreegenError, TypeError, ValueError):
            return None

    return imported(_read(path), path.as_posix(), sent=_read(sent) if sent else None, again=again)


def save(found: Imported, path: pathlib.Path, *, force: bool = False) -> pathlib.Path:
    """The file of an imported proposal, with the schema for editors beside it."""
    target = path if path.suffix in (".yaml", ".yml") else path.with_name(path.name + ".yaml")
    _is_free(target, force=force)
    files = {target: found.text.encode()}
    schema = target.with_name(SCHEMA_FILE)
    if not schema.exists():
        files[schema] = schema_text().encode()
    _write(files)
    return target


def _is_free(target: pathlib.Path, *, force: bool) -> None:
    if not target.name or target.is_dir():
        raise UsageError(f"{target} is a folder", "give the name of the file, too")
    if target.exists() and not force:
        raise UsageError(f"{target} exists", "give another name with -o, or replace it with --force")


def _read(path: pathlib.Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path} can't be read: {error.strerror}", "check its name and your permission") from None


def _write(files: Mapping[pathlib.Path, bytes]) -> None:
    for path, content in files.items():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        except OSError as error:
            raise UsageError(f"{path} can't be written: {error.strerror}", "choose another folder") from None

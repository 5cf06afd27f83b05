"""The book of approvals: `approvals.yaml` beside the templates, read and written; the newest approval stands first."""

from __future__ import annotations

import datetime as dt
import functools
import json
from typing import TYPE_CHECKING, Any, Final

from agreegen.errors import FindingsError, UsageError
from agreegen.finding import Finding, Location, Severity, plain_key
from agreegen.late import dataclass
from agreegen.package import replaced
from agreegen.reading import read_source

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Mapping

    from agreegen.reading import Source

FILE: Final = "approvals.yaml"
TITLE: Final = (
    "# Which templates counsel approved; written by `agreegen templates pin`. The newest approval comes first.\n"
)
KEYS: Final = {"version": "version", "effective": "effective", "role": "approved by", "on": "approved on",
               "digest": "digest", "copy": "copy"}  # fmt: skip
MEND: Final = "put back an earlier copy of the file, or delete it and approve the templates again"


@dataclass(frozen=True, slots=True)
class Approval:
    """Who approved a template and when, from when on it holds, and the digest of each file that belongs to it.

    `digest` is the one that agreements print; `copy` is the archive with the files as they were approved. The digests
    of files are known of the newest approval of each template; of earlier ones the copy has the files.
    """

    version: str
    effective: dt.date
    role: str
    on: dt.date
    digest: str
    files: Mapping[str, str]
    copy: str = ""

    def as_json(self) -> dict[str, Any]:
        """The approval as plain values, by the keys of the file."""
        said = {key: getattr(self, name) for name, key in KEYS.items()}
        return {**{k: v.isoformat() if isinstance(v, dt.date) else v for k, v in said.items()}, "files": self.files}


Book = dict[str, tuple[Approval, ...]]
"""The approvals of each template by its name, newest first."""


def read_book(folder: pathlib.Path) -> Book:
    """The approvals of a folder's templates; none if it has no such file. FindingsError if the file is damaged."""
    path = folder / FILE
    return _parsed(content_of(path), path.as_posix()) if path.exists() else {}


def content_of(path: pathlib.Path) -> bytes:
    """What a file says; UsageError if it can't be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path} can't be read: {error.strerror}", "check your permission") from None


@functools.lru_cache(maxsize=8)
def _parsed(content: bytes, file: str) -> Book:
    source = read_source(content, file)
    data = source.data if isinstance(source.data, dict) else {}
    if source.findings:
        raise FindingsError([Finding("T073", Severity.ERROR, f.location, f.message, MEND) for f in source.findings])
    said = {plain_key(str(k)): v for k, v in data.items()}.get("approvals")
    if not isinstance(said, dict):
        raise _damaged(Location(file, 1, 1), "the file has no block `approvals:` with the names of templates")
    found = {}
    for name, entries in said.items():
        try:
            found[str(name)] = tuple(map(_approval, entries))
            if entries and "files" not in entries[0]:
                raise KeyError("files")
        except KeyError as error:
            raise _damaged(_at(source, name), f"an approval of {name} lacks {error}") from None
        except (AttributeError, TypeError, ValueError):
            raise _damaged(_at(source, name), f"the approvals of {name} aren't as they were written") from None
    return found


def _at(source: Source, name: Any) -> Location:
    place = source.places.get(("approvals", name))
    return place.location(at=place.key) if place else Location(source.file, 1, 1)


def _damaged(where: Location, message: str) -> FindingsError:
    return FindingsError([Finding("T073", Severity.ERROR, where, message, MEND)])


def _approval(entry: Mapping[str, Any]) -> Approval:
    def said(name: str) -> str:
        return str(entry[KEYS[name]])

    def day(name: str) -> dt.date:
        return dt.date.fromisoformat(said(name))

    files = {str(name): str(digest) for name, digest in (entry.get("files") or {}).items()}
    return Approval(said("version"), day("effective"), said("role"), day("on"), said("digest"), files,
                    str(entry.get("copy") or ""))  # fmt: skip


def write_book(folder: pathlib.Path, book: Book) -> pathlib.Path:
    """The file with these approvals, written whole or not at all."""
    lines = [TITLE, "approvals:\n"]
    for name, approvals in sorted(book.items()):
        lines.append(f"  {_quoted(name)}:\n")
        for number, approval in enumerate(approvals):
            said = approval.as_json()
            files = said.pop("files")
            entries = [f"{key}: {_quoted(str(value))}" for key, value in said.items() if value]
            lines.append(f"    - {entries[0]}\n")
            lines += [f"      {entry}\n" for entry in entries[1:]]
            if number and approval.copy:  # the copy has its files
                continue
            lines.append("      files:\n")
            lines += [f"        {_quoted(file)}: {_quoted(digest)}\n" for file, digest in sorted(files.items())]
    path = folder / FILE
    try:
        replaced(path, "".join(lines).encode())
    except OSError as error:
        raise UsageError(f"{path} can't be written: {error.strerror}", "check that you may write there") from None
    return path


def _quoted(text: str) -> str:
    """The text as YAML reads it back."""
    return json.dumps(text, ensure_ascii=False)

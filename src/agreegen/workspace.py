"""Workspace: where templates, proposals and partners are; settings: flag, environment, file, default, in this order."""

from __future__ import annotations

import difflib
import os
import pathlib
import sys
import tomllib
from typing import TYPE_CHECKING, Any

from agreegen.errors import UsageError
from agreegen.late import dataclass
from agreegen.package import file_name

if TYPE_CHECKING:
    from collections.abc import Mapping

SETTINGS = "agreegen.toml"
PACK = "template.yaml"
HERE = pathlib.Path(__file__).resolve().parent
KEYS = {
    "templates": "folder of the Word templates; a list names folders of your own besides",
    "partners": "folder of the parties' records",
    "output": "folder that agreements are written to",
    "pdf_engine": "auto, embedded, libreoffice, word, or gotenberg",
    "pdf_profile": "ua+a (accessible and archival), or plain",
    "format": "both, docx, or pdf",
    "watermark": "words across every page, such as COPY",
    "signature_fields": "yes or no: fields in the PDF to sign in",
    "esign": "docusign or adobe-sign: their marks at the signature lines",
    "source": "yes or no: the proposal inside the files, for `agreegen extract`",
    "require_approved": "yes or no: only templates that counsel approved, except for drafts",
    "gotenberg_url": "address of a Gotenberg server, for the engine gotenberg",
    "compression": "zlib:6, zlib:1, isal:1 or libdeflate:4",
}
"""The settings of `agreegen.toml`; each is also read from the environment as AGREEGEN_<KEY>."""

CHOICES = {
    "pdf_profile": ("ua+a", "plain"),
    "format": ("both", "docx", "pdf"),
    "signature_fields": ("yes", "no"),
    "esign": ("docusign", "adobe-sign"),
    "source": ("yes", "no"),
    "require_approved": ("yes", "no"),
}
"""The values that these settings can have."""

MARKS = {("signature_fields", "yes"): "SIGNATURE-FIELDS", ("source", "no"): "NO-SOURCE"}
"""What the names of files say that have these values only for once."""


def shipped(name: str) -> pathlib.Path:
    """A folder that comes with the package: `templates` or `proposals`, installed or in a checkout."""
    inside = HERE / "shipped" / name
    return inside if inside.is_dir() else HERE.parents[1] / name


@dataclass(frozen=True, slots=True)
class Workspace:
    """The folders and settings that a command works with."""

    root: pathlib.Path
    templates: pathlib.Path
    partners: pathlib.Path
    output: pathlib.Path
    pdf_engine: str = "auto"
    pdf_profile: str = "ua+a"
    format: str = "both"
    watermark: str = ""
    signature_fields: bool = False
    esign: str = ""
    source: bool = True
    require_approved: bool = False
    gotenberg_url: str = ""
    compression: str = "zlib:6"
    mark: str = ""  # at the end of file names
    terms: Mapping[str, Any] | None = None
    cache: pathlib.Path | None = None
    packs: tuple[pathlib.Path, ...] = ()  # further folders of templates

    @property
    def has_own_templates(self) -> bool:
        """Whether its templates are others than those that came with agreegen."""
        return self.templates.resolve() != shipped("templates").resolve()

    @property
    def is_made(self) -> bool:
        """Whether it has settings or templates of its own: `init` makes both."""
        return (self.root / SETTINGS).is_file() or self.has_own_templates


def cache_folder(environment: Mapping[str, str]) -> pathlib.Path:
    """Where compiled templates are kept: AGREEGEN_CACHE, else the system's folder for caches."""
    if said := environment.get("AGREEGEN_CACHE"):
        return pathlib.Path(said)
    if sys.platform == "win32":
        return pathlib.Path(environment.get("LOCALAPPDATA") or pathlib.Path.home()) / "agreegen" / "cache"
    if sys.platform == "darwin":
        return pathlib.Path.home() / "Library" / "Caches" / "agreegen"
    return pathlib.Path(environment.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "agreegen"


def find(start: pathlib.Path, environment: Mapping[str, str] | None = None, **flags: Any) -> Workspace:
    """The workspace around `start`: the nearest folder upward with `agreegen.toml`, else `start` itself.

    A folder `proposals` without settings belongs to the folder around it, where `partners` and `output` stand.
    """
    said = os.environ if environment is None else environment
    start = start.resolve()
    root = next((p for p in (start, *start.parents) if (p / SETTINGS).is_file()), None)
    if root is None:
        root = start.parent if start.name == "proposals" else start
    settings = _settings(root / SETTINGS)
    usual = dict(settings)
    for key in KEYS:
        value = flags.get(key) or said.get(f"AGREEGEN_{key.upper()}")
        if value:
            settings[key] = value
        if not settings.get(key):
            settings.pop(key, None)
        _chosen(key, settings.get(key))
    templates, packs = _templates(root, settings.get("templates"))
    if (start / PACK).is_file():  # a proposal beside a template may take it
        packs = tuple(dict.fromkeys((*packs, start)))
    return Workspace(
        root,
        templates,
        _folder(root, settings.get("partners") or "partners"),
        _folder(root, settings.get("output") or "output"),
        pdf_engine=settings.get("pdf_engine", "auto"),
        pdf_profile=settings.get("pdf_profile", "ua+a"),
        format=settings.get("format", "both"),
        watermark=settings.get("watermark", ""),
        signature_fields=settings.get("signature_fields", "no") == "yes",
        esign=settings.get("esign", ""),
        source=settings.get("source", "yes") == "yes",
        require_approved=settings.get("require_approved", "no") == "yes",
        gotenberg_url=settings.get("gotenberg_url", ""),
        compression=settings.get("compression", "zlib:6"),
        mark=_mark(usual, settings),
        terms=settings.get("terms"),
        cache=cache_folder(said),
        packs=packs,
    )


def _templates(root: pathlib.Path, said: Any) -> tuple[pathlib.Path, tuple[pathlib.Path, ...]]:
    """The folder of templates, and the further ones; of several, the first that is no pack is the folder."""
    own = root / "templates"
    default = own if (own / "base.docx").is_file() else shipped("templates")
    folders = [_folder(root, name) for name in (said if isinstance(said, list) else [said] if said else [])]
    first = next((f for f in folders if len(folders) == 1 or (f / "masters").is_dir()), default)
    if (first / PACK).is_file():
        first = default
    return first, tuple(dict.fromkeys(f.resolve() for f in folders if f != first))


def _mark(usual: Mapping[str, Any], settings: Mapping[str, Any]) -> str:
    """What is added to the names of files that are made otherwise than the settings of the workspace say.

    An agreement as it is usually made and a copy of it with other marks are two files: neither replaces the other.
    """
    found = [file_name(words).upper()] if (words := settings.get("watermark", "")) != usual.get("watermark", "") else []
    return "-".join([*found, *(name for (key, on), name in MARKS.items() if settings.get(key) == on != usual.get(key))])


def _chosen(key: str, value: str | None) -> None:
    """UsageError if a setting with few possible values has another one."""
    if value is None or value in CHOICES.get(key, (value,)):
        return
    raise UsageError(f"there is no {key.replace('_', ' ')} '{value}'", f"choose {', '.join(CHOICES[key])}")


def _folder(root: pathlib.Path, value: Any) -> pathlib.Path:
    path = pathlib.Path(str(value)).expanduser()
    return path if path.is_absolute() else root / path


def _settings(path: pathlib.Path) -> dict[str, Any]:
    try:
        settings = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} can't be read: {error}", "save it as UTF-8 text") from None
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{path}: {error}", 'a setting is written `output = "folder"`') from None
    unknown = sorted(set(settings) - set(KEYS) - {"terms"})
    if unknown:
        close = difflib.get_close_matches(unknown[0], [*KEYS, "terms"], n=1)
        hint = f"did you mean {close[0]}?" if close else f"settings: {', '.join([*KEYS, 'terms'])}"
        raise UsageError(f"{path}: there is no setting '{unknown[0]}'", hint)
    for key in set(settings) - {"terms"}:
        if isinstance(settings[key], bool) and CHOICES.get(key) == ("yes", "no"):
            settings[key] = "yes" if settings[key] else "no"
        if key == "templates" and _are_names(settings[key]):
            continue
        if not isinstance(settings[key], str):
            raise UsageError(f"{path}: the setting {key} must be a text", f'write `{key} = "…"`')
    if not isinstance(settings.get("terms", {}), dict):
        raise UsageError(f"{path}: terms must be a block", "write `[terms]` and a setting on each line below it")
    return settings


def _are_names(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(name, str) and name for name in value)


def create(folder: pathlib.Path) -> list[pathlib.Path]:
    """A new workspace with templates, example proposals and parties, and settings; nothing existing is touched."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{folder} exists and isn't an empty folder", "give the name of a new folder")
    copies = [*_files("templates", folder / "templates"), *_files("proposals", folder)]
    settings = folder / SETTINGS
    try:
        for source, target in copies:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(source.read_bytes())
        settings.write_text(DEFAULT_SETTINGS, encoding="utf-8", newline="\n")
    except OSError as error:
        raise UsageError(f"{folder} can't be made: {error.strerror}", "choose another folder") from None
    return [*(target for _, target in copies), settings]


def _files(name: str, target: pathlib.Path) -> list[tuple[pathlib.Path, pathlib.Path]]:
    source = shipped(name)
    pairs = []
    for path in sorted(p for p in source.rglob("*") if p.is_file() and not p.name.startswith((".", "~$"))):
        inner = path.relative_to(source)
        if inner.parts[0] in ("output", "approved", "approvals.yaml"):  # of a checkout in which someone works
            continue
        to = target / inner if name == "templates" or inner.parts[0] == "partners" else target / "proposals" / inner
        pairs.append((path, to))
    return pairs


DEFAULT_SETTINGS = """\
# Settings of this workspace. A command's options come first, then AGREEGEN_... of the environment, then this file.

# templates = "templates"     # folder of the Word templates; with your own: ["templates", "../county-pack"]
# partners = "partners"       # folder of the parties' records
# output = "output"           # where agreements are written
# pdf_engine = "auto"         # auto, embedded, libreoffice, word, or gotenberg
# pdf_profile = "ua+a"        # ua+a: accessible (PDF/UA-1) and archival (PDF/A); plain: neither, fastest
# format = "both"             # both, docx, or pdf
# watermark = ""              # words across every page, such as "COPY"
# signature_fields = "no"     # yes: fields in the PDF to sign in
# esign = ""                  # docusign or adobe-sign: their marks at the signature lines, invisible on paper
# source = "yes"              # no: the files don't carry the proposal that they were made from
# require_approved = "no"     # yes: only templates that counsel approved (`agreegen templates pin`), except for drafts
# gotenberg_url = ""          # for the engine gotenberg: the address of a server

# [terms]                     # what counsel chose for every agreement made here; see docs/writing-a-template.md
# small_cell = 11
"""

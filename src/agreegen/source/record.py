"""What an agreement was made from: the files of its author byte for byte, and what else it takes to make it again."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from agreegen.late import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping

FORMAT: Final = 1
MOST_FILES: Final = 500
MOST_BYTES: Final = 32 << 20  # of all files
ROLES: Final = ("proposal", "partner", "elements")


@lru_cache(maxsize=32)
def _digest(data: bytes) -> str:
    """The digest of a file; the agreements of a proposal have most files in common."""
    return hashlib.sha256(data).hexdigest()


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file as its author saved it; `name` is its path below the folder of the proposal."""

    role: str
    name: str
    data: bytes

    @property
    def sha256(self) -> str:
        """Its digest."""
        return _digest(self.data)


@dataclass(frozen=True, slots=True)
class TemplateRecord:
    """The template that was filled: the master's variant and version, one digest for all, one for each Word file."""

    variant: str
    version: str
    sha256: str
    files: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """The proposal and the files that it names, the template, agreegen's version, and the settings that mattered."""

    proposal: SourceFile
    others: tuple[SourceFile, ...]
    template: TemplateRecord
    agreegen: str
    settings: Mapping[str, Any] = field(default_factory=dict)  # partner, draft, terms: only those that were given

    @property
    def files(self) -> tuple[SourceFile, ...]:
        """The proposal, and then the others."""
        return (self.proposal, *self.others)

    @property
    def options(self) -> tuple[str, ...]:
        """The options of `generate` that make the agreement again from the proposal."""
        partner = self.settings.get("partner")
        named = ("--partner", partner) if isinstance(partner, str) else ()
        return (*named, *(("--draft",) if self.settings.get("draft") is True else ()))

    def manifest(self) -> dict[str, Any]:
        """All but the content of the files, as JSON can hold it."""
        made = self.template
        template = {"variant": made.variant, "version": made.version, "sha256": made.sha256, "files": dict(made.files)}
        return {**self.asked(), "template": template}

    def asked(self) -> dict[str, Any]:
        """The manifest but for the template."""
        files = [{"role": f.role, "name": f.name, "sha256": f.sha256, "bytes": len(f.data)} for f in self.files]
        return {"format": FORMAT, "agreegen": self.agreegen, "settings": dict(self.settings), "files": files}

    def summary(self) -> dict[str, str]:
        """Names and values for properties of a document that people read; none is longer than Word's 255 characters."""
        said = {
            "agreegen version": self.agreegen,
            "agreegen template": f"{self.template.variant} {self.template.version}",
            "agreegen template sha256": self.template.sha256,
            "agreegen source": self.proposal.name,
            "agreegen source sha256": self.proposal.sha256,
        }
        return {name: value[:255] for name, value in said.items()}


def described(source: Source) -> dict[str, str]:
    """The fields of XMP's predefined schemas that tell the origin; `dc:relation` is a bag, the others are texts."""
    template = source.template
    return {
        "dc:source": f"{source.proposal.name}; sha256:{source.proposal.sha256}",
        "dc:relation": f"template {template.variant} {template.version}; sha256:{template.sha256}",
        "xmp:CreatorTool": f"agreegen {source.agreegen}",
    }


_PACKER: Final = json.JSONEncoder(ensure_ascii=True, sort_keys=True, separators=(",", ":"), default=str)


def packed(manifest: Mapping[str, Any]) -> bytes:
    """The manifest as JSON: one line of ASCII, so that nothing on its way can change it, with its keys in order."""
    return _PACKER.encode(manifest).encode()


class DamagedError(Exception):
    """The source inside can't be trusted; the message says why."""


def unpacked(data: bytes, contents: list[bytes]) -> tuple[Source, dict[str, Any]]:
    """The source of a manifest and the contents of its files in order, and the manifest; DamagedError if they differ.

    Everything may come from a stranger: nothing but JSON of the right shape, with the right digests, is taken.
    """
    try:
        said = json.loads(data)
        if not isinstance(said, dict) or not isinstance(said.get("format"), int):
            raise DamagedError("the manifest has no format")
        if said["format"] > FORMAT:
            raise DamagedError(f"it was written by a newer agreegen ({_text(said.get('agreegen'))})")
        return _source(said, contents), said
    except DamagedError:
        raise
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise DamagedError(f"the manifest can't be read ({type(error).__name__})") from None


def _source(said: Mapping[str, Any], contents: list[bytes]) -> Source:
    entries = said["files"]
    if not 1 <= len(entries) == len(contents) <= MOST_FILES:
        raise DamagedError(f"it names {len(entries)} files and holds {len(contents)}")
    files = [_file(e, data) for e, data in zip(entries, contents, strict=True)]
    if [f.role for f in files].count("proposal") != 1 or files[0].role != "proposal":
        raise DamagedError("it has no proposal, or more than one")
    template = said["template"]
    named = tuple((_text(k), _text(v)) for k, v in template["files"].items())
    record = TemplateRecord(_text(template["variant"]), _text(template["version"]), _text(template["sha256"]), named)
    return Source(files[0], tuple(files[1:]), record, _text(said["agreegen"]), dict(said["settings"]))


def _file(entry: Mapping[str, Any], data: bytes) -> SourceFile:
    file = SourceFile(_text(entry["role"]), _text(entry["name"]), data)
    if file.role not in ROLES:
        raise DamagedError(f"it holds a file of the unknown role '{file.role}'")
    if file.sha256 != entry["sha256"]:
        raise DamagedError(f"{file.name} isn't the file that was put in: its digest is another")
    return file


def _text(value: object) -> str:
    """A text without what could steer a terminal."""
    if not isinstance(value, str):
        raise TypeError
    return re.sub(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", "\ufffd", value)[:1000]

"""The source of an agreement and the marks of its text, made from values without reading the document again."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING, Any, Final

from agreegen.pdf.squeeze import squeeze
from agreegen.plate.cast import TOKEN, UnfitError
from agreegen.plate.marking import Said, said
from agreegen.source.document import CUSTOM, NAMESPACE, custom_properties, encoded, item_properties
from agreegen.source.marks import READING, mark, packed, raw
from agreegen.source.record import packed as manifest_of
from agreegen.source.visible import of_document

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from agreegen.source import Source, TemplateRecord
    from agreegen.source.marks import Block

_ONCE: Final = ("headers", "footers", "boxes")
_ITEM: Final = re.compile(r"customXml/item[0-9]+\.xml")
_HEAD: Final = f"<?xml version='1.0' encoding='UTF-8' standalone='yes'?>\n<source xmlns=\"{NAMESPACE}\"><manifest>"


@dataclass(frozen=True, slots=True)
class Marks:
    """The marks of a part of the text: bytes that stay, and the blocks between them."""

    constants: tuple[bytes, ...]
    blocks: tuple[Said, ...]

    def packed(self, values: Mapping[int, str], tight: Mapping[int, bytes]) -> str:
        """The marks with values; `tight` are the values squeezed."""
        known: dict[Said, bytes] = {}
        out = [self.constants[0]]
        for block, constant in zip(self.blocks, self.constants[1:], strict=True):
            found = known.get(block)
            if found is None:
                found = known[block] = block.mark(values, tight)
            out += (found, constant)
        return packed(out)


@dataclass(frozen=True, slots=True)
class Inside:
    """What tells the source of the agreements of a plate; `parts` are the names of what it makes."""

    parts: tuple[str, str, str]
    text: tuple[tuple[str, Marks | str], ...]
    custom: bytes | None  # custom properties that the template has

    def filled(self, source: Source, values: Mapping[int, str]) -> dict[str, bytes]:
        """The parts that depend on the source, with values in the text that the marks are of."""
        tight = {slot: squeeze(value).encode("utf-8", "replace") for slot, value in values.items()}
        marks = ",".join(f'"{n}":"{m if isinstance(m, str) else m.packed(values, tight)}"' for n, m in self.text)
        manifest = f'{_first(source)},"text":{{{marks},"reading":{READING}}}}}'
        files = "".join(f'<file role="{f.role}">{encoded(f.data)}</file>' for f in source.files)
        item, properties, custom = self.parts
        return {
            item: f"{_HEAD}{escape(manifest, quote=False)}</manifest>{files}</source>".encode(),
            properties: item_properties(manifest.encode()),
            custom: _custom(self.custom, source),
        }


def source_parts(members: Mapping[str, bytes]) -> tuple[str, str, str]:
    """The names of the parts that depend on the source, of the members of a document that has it."""
    items = [n for n in members if _ITEM.fullmatch(n) and NAMESPACE.encode() in members[n][:2000]]
    if len(items) != 1:
        raise UnfitError("the place of the source isn't certain")
    return items[0], items[0].replace("item", "itemProps"), CUSTOM


@dataclass(frozen=True, slots=True)
class Told:
    """Where the documents of a plate have their source, and the custom properties that the template has."""

    parts: tuple[str, str, str]
    custom: bytes | None

    def within(self, docx: bytes) -> Inside:
        """What tells the source of documents like one with tokens."""
        return inside(of_document(docx), self.parts, self.custom)


def inside(blocks: Mapping[str, Sequence[Block]], parts: tuple[str, str, str], custom: bytes | None) -> Inside:
    """What tells the source, for the blocks of a document with tokens and the parts that will have the source."""
    if any(len(blocks.get(n, ())) > 1 and any(TOKEN.search(b.text) for b in blocks[n]) for n in _ONCE):
        raise UnfitError("a text that is told once differs, next to others")
    return Inside(parts, tuple((n, _marks(blocks[n])) for n in sorted(blocks)), custom)


def _marks(blocks: Sequence[Block]) -> Marks | str:
    """The marks of a part of the text; as they are packed if there is no slot in it."""
    constants: list[list[bytes]] = [[]]
    found: list[Said] = []
    known: dict[str, Said] = {}
    for b in blocks:
        if TOKEN.search(b.text):
            found.append(known.setdefault(b.text, said(b.text)))
            constants.append([])
        else:
            constants[-1].append(raw(mark(b.text)))
    joined = tuple(b"".join(c) for c in constants)
    return Marks(joined, tuple(found)) if found else packed(joined)


def _first(source: Source) -> str:
    """The manifest before the marks of the text, without its end."""
    manifest: dict[str, Any] = source.manifest()
    del manifest["template"]
    return f'{manifest_of(manifest).decode()[:-1]},"template":{_template(source.template)}'


@lru_cache(maxsize=16)
def _template(record: TemplateRecord) -> str:
    made = {"variant": record.variant, "version": record.version, "sha256": record.sha256, "files": dict(record.files)}
    return json.dumps(made, ensure_ascii=True, sort_keys=True, separators=(",", ":"))


def _custom(present: bytes | None, source: Source) -> bytes:
    return _properties(present, tuple(source.summary().items()))


@lru_cache(maxsize=16)
def _properties(present: bytes | None, summary: tuple[tuple[str, str], ...]) -> bytes:
    """The custom properties; kept, since those of all agreements of a proposal are the same."""
    return custom_properties(present, dict(summary))

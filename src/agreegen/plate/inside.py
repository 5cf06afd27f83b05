"""The source of an agreement and the marks of its text, made from values without reading the document again."""

from __future__ import annotations

import json
import re
import zlib
from binascii import b2a_base64
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING, Final

from agreegen.plate.cast import TOKEN, UnfitError
from agreegen.plate.marking import Said, said
from agreegen.plate.stream import Entry, Fixed, letters, mixed
from agreegen.source.document import CUSTOM, NAMESPACE, custom_properties, encoded, item_number, item_properties
from agreegen.source.marks import READING, ending, heading, mark, packed, raw
from agreegen.source.record import packed as manifest_of
from agreegen.source.visible import of_document

if TYPE_CHECKING:
    from collections.abc import Container, Mapping, Sequence

    from agreegen.plate.marking import Values
    from agreegen.source import Source, TemplateRecord
    from agreegen.source.marks import Block

_ONCE: Final = ("headers", "footers", "boxes")
_ITEM: Final = re.compile(r"customXml/item[0-9]+\.xml")
_HEAD: Final = (
    f"<?xml version='1.0' encoding='UTF-8' standalone='yes'?>\n<source xmlns=\"{NAMESPACE}\"><manifest>".encode()
)
_MANY: Final = 150
"""Bytes of marks that are worth letters of their own."""
_BLOCK: Final = 0xFFFF


@dataclass(frozen=True, slots=True)
class Constant:
    """Bytes that stay within a text of six bits a letter: their letters, by how many of them belong to those before."""

    data: bytes
    letters: tuple[tuple[Fixed, bytes], ...] = ()  # with the bytes that are left over

    @classmethod
    def of(cls, data: bytes) -> Constant:
        """The bytes, with their letters if they are many."""
        return cls(data, tuple(_letters(data[n:]) for n in range(3)) if len(data) >= _MANY else ())


def _letters(data: bytes, *, once: bool = False) -> tuple[Fixed, bytes]:
    whole = len(data) - len(data) % 3
    return Fixed.of(b2a_base64(data[:whole], newline=False), once=once), data[whole:]


@dataclass(frozen=True, slots=True)
class Marks:
    """The marks of a part of the text: blocks whose values stand apart, and what is between them.

    That is bytes that stay, or bytes and blocks where a value differs that doesn't stand apart. What is packed together
    hangs on the values that stand apart, never on which differ so far: the same part always gives the same bytes.
    """

    pieces: tuple[bytes, ...]  # blocks and what is between them, in turn; nothing yet where values differ
    blocks: tuple[Said, ...]  # each second piece
    mixed: tuple[tuple[int, tuple[bytes | Said, ...]], ...]  # what is between blocks with values of its own
    cuts: tuple[tuple[int, Constant | None], ...]  # the pieces that may have letters of their own
    own: tuple[Said, ...]  # each of the blocks once, but for values alone

    @classmethod
    def of(cls, between: Sequence[Constant | tuple[bytes | Said, ...]], found: Sequence[Said]) -> Marks:
        """The marks with these blocks, one more piece being between them and around."""
        pieces: list[bytes] = []
        mixed: list[tuple[int, tuple[bytes | Said, ...]]] = []
        cuts: list[tuple[int, Constant | None]] = []
        for between_two in between:
            if isinstance(between_two, tuple):
                mixed.append((len(pieces), between_two))
                cuts.append((len(pieces), None))
            elif between_two.letters:
                cuts.append((len(pieces), between_two))
            pieces += (between_two.data if isinstance(between_two, Constant) else b"", b"")
        every = [*found, *(x for _, joined in mixed for x in joined if isinstance(x, Said))]
        own = tuple(dict.fromkeys(block for block in every if not block.is_value))
        return cls(tuple(pieces[:-1]), tuple(found), tuple(mixed), tuple(cuts), own)

    def made(self, values: Values) -> list[bytes | Fixed]:
        """The text of the marks with values, as `packed` makes it."""
        marks = {block: block.mark(values) for block in self.own}
        pieces = [*self.pieces]
        pieces[1::2] = [values[block.slots[0]].mark if block.is_value else marks[block] for block in self.blocks]
        for at, joined in self.mixed:
            pieces[at] = b"".join([
                x if isinstance(x, bytes) else values[x.slots[0]].mark if x.is_value else marks[x] for x in joined
            ])  # fmt: skip
        whole = b"".join(pieces)
        if len(whole) > _BLOCK or not self.blocks:
            return [packed((whole,)).encode()]
        out: list[bytes | Fixed] = []
        waiting, after = heading(len(whole)), 0
        for at, constant in self.cuts:
            data = pieces[at]
            if len(data) < _MANY:
                continue
            waiting += b"".join(pieces[after:at])
            before = -len(waiting) % 3
            letters, left = constant.letters[before] if constant else _letters(data[before:], once=True)
            out += (b2a_base64(waiting + data[:before], newline=False), letters)
            waiting, after = left, at + 1
        out.append(b2a_base64(waiting + b"".join(pieces[after:]) + ending(whole), newline=False))
        return out


@dataclass(frozen=True, slots=True)
class Inside:
    """What tells the source of the agreements of a plate; `parts` are the names of what it makes."""

    parts: tuple[str, str, str]
    text: tuple[tuple[str, Marks | str], ...]
    custom: bytes | None  # custom properties that the template has

    def entries(self, source: Source, values: Values) -> dict[str, Entry]:
        """The parts that depend on the source, with values in the text that the marks are of."""
        manifest: list[bytes | Fixed] = [_first(source), _template(source.template), b',"text":{']
        for name, marks in self.text:
            made = [marks.encode()] if isinstance(marks, str) else marks.made(values)
            manifest += (f'"{name}":"'.encode(), *made, b'",')
        manifest.append(f'"reading":{READING}}}}}'.encode())
        said = [p if isinstance(p, bytes) else p.text for p in manifest]
        manifest[0] = escape(said[0].decode(), quote=False).encode()
        files = [_file(f.role, f.data) if f.role != "partner" else _said(f.role, f.data) for f in source.files]
        item, properties, custom = self.parts
        return {
            item: mixed(item, [_HEAD, *manifest, b"</manifest>", *files, b"</source>"]),
            properties: _numbered(properties, b"".join(said)),
            custom: _custom(custom, self.custom, source),
        }


def _numbered(name: str, manifest: bytes) -> Entry:
    """The properties of an item with this manifest."""
    before, after = _around()
    return mixed(name, [before, item_number(manifest).encode(), after])


@lru_cache(maxsize=1)
def _around() -> tuple[Fixed, Fixed]:
    """What stands around the number of an item in its properties."""
    before, _, after = item_properties(b"").partition(item_number(b"").encode())
    return Fixed.of(before, zlib.Z_DEFAULT_STRATEGY), Fixed.of(after, zlib.Z_DEFAULT_STRATEGY)


def _said(role: str, data: bytes) -> bytes:
    """A file as the item has it."""
    return f'<file role="{role}">{encoded(data)}</file>'.encode()


@lru_cache(maxsize=16)
def _file(role: str, data: bytes) -> Fixed:
    """A file that all agreements of a proposal have."""
    return Fixed.of(_said(role, data))


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

    def within(self, docx: bytes, apart: Container[int]) -> Inside:
        """What tells the source of documents like one with tokens; values at the slots `apart` stand apart."""
        return inside(of_document(docx), self.parts, self.custom, apart)


def inside(
    blocks: Mapping[str, Sequence[Block]], parts: tuple[str, str, str], custom: bytes | None, apart: Container[int]
) -> Inside:
    """What tells the source, for the blocks of a document with tokens and the parts that will have the source."""
    if any(len(blocks.get(n, ())) > 1 and any(TOKEN.search(b.text) for b in blocks[n]) for n in _ONCE):
        raise UnfitError("a text that is told once differs, next to others")
    return Inside(parts, tuple((n, _marks(blocks[n], apart)) for n in sorted(blocks)), custom)


def _marks(blocks: Sequence[Block], apart: Container[int]) -> Marks | str:
    """The marks of a part of the text; as they are packed if there is no slot in it."""
    between: list[list[bytes | Said]] = [[]]
    found: list[Said] = []
    known: dict[str, Said] = {}
    for b in blocks:
        if not TOKEN.search(b.text):
            between[-1].append(raw(mark(b.text)))
            continue
        block = known.setdefault(b.text, said(b.text))
        if any(slot in apart for slot in block.slots):
            found.append(block)
            between.append([])
        else:
            between[-1].append(block)
    if not known:
        return packed(x for x in between[0] if isinstance(x, bytes))
    return Marks.of([*map(_between, between)], found)


def _between(pieces: Sequence[bytes | Said]) -> Constant | tuple[bytes | Said, ...]:
    """What stands between two blocks, with what stays joined."""
    joined: list[bytes | Said] = [b""]
    for piece in pieces:
        if isinstance(piece, bytes) and isinstance(last := joined[-1], bytes):
            joined[-1] = last + piece
        else:
            joined.append(piece)
    return Constant.of(first) if len(joined) == 1 and isinstance(first := joined[0], bytes) else tuple(joined)


def _first(source: Source) -> bytes:
    """The manifest before what it says of the template."""
    return manifest_of(source.asked())[:-1]


@lru_cache(maxsize=16)
def _template(record: TemplateRecord) -> Fixed:
    """What a manifest says of the template; names of files in it have no signs that XML reads otherwise."""
    made = {"variant": record.variant, "version": record.version, "sha256": record.sha256, "files": dict(record.files)}
    text = f',"template":{json.dumps(made, ensure_ascii=True, sort_keys=True, separators=(",", ":"))}'
    if escape(text, quote=False) != text:
        raise UnfitError("a template's name has signs that XML reads otherwise")
    return Fixed.of(text.encode(), zlib.Z_DEFAULT_STRATEGY)


def _custom(name: str, present: bytes | None, source: Source) -> Entry:
    return _properties(name, present, tuple(source.summary().items()))


@lru_cache(maxsize=16)
def _properties(name: str, present: bytes | None, summary: tuple[tuple[str, str], ...]) -> Entry:
    """The custom properties; kept, since those of all agreements of a proposal are the same."""
    return letters(name, custom_properties(present, dict(summary)))

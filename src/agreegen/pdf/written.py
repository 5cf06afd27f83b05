"""A finished PDF written whole, from the objects of the embedded engine's file and those that are new.

No library reads the file again: objects without a stream go into streams of objects (ISO 32000-1, 7.5.7), the others as
they are. What nothing refers to is left out. Files of other engines, and what changes pages, go through `finish`.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from typing import TYPE_CHECKING, Final

from agreegen.errors import EngineError
from agreegen.pdf import color, metadata
from agreegen.pdf.tags.writing import string

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from agreegen.pdf.attached import Attachment
    from agreegen.pdf.metadata import Properties
    from agreegen.pdf.streams import Source
    from agreegen.pdf.tags.writing import Update

_HEAD: Final = b"%PDF-1.7\n%\xbf\xf7\xa2\xfe\n"
_TOGETHER: Final = 100  # objects in one stream of objects
_LEVEL: Final = 6  # of compression
_BEST: Final = 9
_OURS: Final = re.compile(rb"/(?:Lang|ViewerPreferences|Metadata|OutputIntents|Names|AF|Extensions|Version)\b")
_SAID: Final = re.compile(rb"/(Creator|Producer) \(([^()\\]*)\)")
_NAMED: Final = re.compile(rb"/(?:Creator|Producer)\b")
_REFERENCE: Final = re.compile(rb"(\d+) 0 R")
_PLAIN: Final = re.compile(r"[A-Za-z0-9.+-]+")
_UP: Final = 12  # the filter of the table of objects: each row as it differs from the row before


def written(
    update: Update, said: Properties, attachments: Sequence[Attachment], *, tagged: bool, part: str
) -> bytes | None:
    """The file with its properties and attachments; None if it isn't one that can be written so.

    `tagged` claims PDF/UA-1, `part` PDF/A of this part ("" for none).
    """
    try:
        source = update.source
        catalog = update.objects.get(source.root) or source.object(source.root)
        drawn = source.information
    except EngineError:
        return None
    if _OURS.search(catalog) or not catalog.endswith(b">>"):
        return None
    if len(_SAID.findall(drawn)) != len(_NAMED.findall(drawn)):
        return None
    creators = {key.decode(): value.decode("latin-1") for key, value in _SAID.findall(drawn)}
    about = metadata.information(said, creators.get("Creator", ""), creators.get("Producer", ""))
    info = update.add(b"<<%s>>" % b"".join(b"/%s%s" % (k.encode(), string(v)) for k, v in about.items()))
    more = b"/Lang%s/ViewerPreferences<</DisplayDocTitle true>>" % string(said.language)
    packet = metadata.packet(said, about, tagged=tagged, part=part)
    more += b"/Metadata %d 0 R" % update.add_stream(b"/Type/Metadata/Subtype/XML", packet)
    more += _intent(update) if part else b""
    more += _attached(update, attachments) if attachments else b""
    update.put(source.root, catalog[:-2] + more + b">>")
    try:
        return _File(update).whole(source.root, info)
    except EngineError:
        update.put(source.root, catalog)
        return None


def _intent(update: Update) -> bytes:
    """The color space, as PDF/A asks for it."""
    profile = update.add_stream(b"/N 3/Filter/FlateDecode", zlib.compress(color.srgb(), _LEVEL))
    named = string(color.CONDITION)
    return b"/OutputIntents[<</Type/OutputIntent/S/GTS_PDFA1/OutputConditionIdentifier%s/Info%s/RegistryName%s" % (
        named, named, string("http://www.color.org"),
    ) + b"/DestOutputProfile %d 0 R>>]" % profile  # fmt: skip


def _attached(update: Update, attachments: Iterable[Attachment]) -> bytes:
    """The attachments as associated files, and found by their names."""
    names: dict[str, int] = {}
    for a in attachments:
        packed = zlib.compress(a.data, _BEST)
        mime = a.mime.replace("/", "#2F").encode()
        digest = hashlib.md5(a.data, usedforsecurity=False).hexdigest().encode()
        head = b"/Type/EmbeddedFile/Subtype/%s/Params<</Size %d/CheckSum<%s>>>/Filter/FlateDecode"
        stream = update.add_stream(head % (mime, len(a.data), digest), packed)
        name = string(a.name)
        names[a.name] = update.add(
            b"<</Type/Filespec/F%s/UF%s/Desc%s/AFRelationship/%s/EF<</F %d 0 R/UF %d 0 R>>>>"
            % (name, name, string(a.description), a.relationship.encode(), stream, stream)
        )
    listed = b"".join(b"%s%d 0 R" % (string(name), names[name]) for name in sorted(names, key=_sorting))
    tree = update.add(b"<</Names[%s]>>" % listed)
    associated = b" ".join(b"%d 0 R" % number for number in names.values())
    return b"/Names<</EmbeddedFiles %d 0 R>>/AF[%s]" % (tree, associated)


def _sorting(name: str) -> bytes:
    """How PDF sorts the names of a name tree: by the bytes of the strings."""
    return name.encode() if name.isascii() else b"\xfe\xff" + name.encode("utf-16-be")


def fits(attachments: Iterable[Attachment]) -> bool:
    """Whether attachments are called so that they can be written here, each with a name of its own."""
    listed = list(attachments)
    kinds = all(_PLAIN.fullmatch(piece) for a in listed for piece in a.mime.split("/"))
    return kinds and len({a.name for a in listed}) == len(listed)


class _File:
    """The pieces of one file, in order."""

    def __init__(self, update: Update) -> None:
        self._pieces: list[bytes] = [_HEAD]
        self._at = len(_HEAD)
        self._size = update.count
        self._texts, self._streams = dict(update.objects), dict(update.streams)
        self._take(update.source)

    def _take(self, source: Source) -> None:
        """Takes the objects of the engine's file that something refers to and nothing replaces."""
        new = (text for n, text in self._texts.items() if n < source.count)
        waiting = {int(n) for text in new for n in _REFERENCE.findall(text)}
        seen = {*self._texts, *self._streams}
        while waiting := {n for n in waiting - seen if n < source.count}:
            seen |= waiting
            found: set[int] = set()
            for n in waiting:
                head, raw = source.whole(n)
                if raw is None:
                    self._texts[n] = head
                else:
                    self._streams[n] = b"%s\nstream\n%s\nendstream" % (head, raw)
                found.update(map(int, _REFERENCE.findall(head)))
            waiting = found

    def _add(self, number: int, text: bytes) -> int:
        """Where an object begins that is written."""
        piece = b"%d 0 obj\n%s\nendobj\n" % (number, text)
        place, self._at = self._at, self._at + len(piece)
        self._pieces.append(piece)
        return place

    def whole(self, root: int, info: int) -> bytes:
        """The file."""
        table: dict[int, tuple[int, int, int]] = {}
        for n in sorted(self._streams):
            table[n] = (1, self._add(n, self._streams[n]), 0)
        numbers = sorted(self._texts)
        for first in range(0, len(numbers), _TOGETHER):
            together = numbers[first : first + _TOGETHER]
            holder, self._size = self._size, self._size + 1
            table |= {n: (2, holder, i) for i, n in enumerate(together)}
            table[holder] = (1, self._add(holder, self._together(together)), 0)
        return self._ended(table, root, info)

    def _together(self, numbers: Sequence[int]) -> bytes:
        """A stream of objects."""
        texts = [self._texts[n] for n in numbers]
        places, at = [], 0
        for n, text in zip(numbers, texts, strict=True):
            places.append(b"%d %d" % (n, at))
            at += len(text) + 1
        listed = b" ".join(places) + b"\n"
        packed = zlib.compress(listed + b"\n".join(texts), _LEVEL)
        said = b"<</Type/ObjStm/N %d/First %d/Filter/FlateDecode/Length %d>>" % (len(numbers), len(listed), len(packed))
        return b"%s\nstream\n%s\nendstream" % (said, packed)

    def _ended(self, table: dict[int, tuple[int, int, int]], root: int, info: int) -> bytes:
        """The file with its table of objects; its identifier is a digest of all that stands before."""
        number, start = self._size, self._at
        table[number] = (1, start, 0)
        wide = (max(start, number).bit_length() + 7) // 8
        entries = (table.get(n, _FREE) for n in range(number + 1))
        rows = b"".join([b"%c%s%c" % (kind, place.to_bytes(wide, "big"), index) for kind, place, index in entries])
        body = b"".join(self._pieces)
        digest = hashlib.md5(body, usedforsecurity=False).hexdigest().encode()
        packed = zlib.compress(_differences(rows, wide + 2), _LEVEL)
        said = b"<</Type/XRef/Size %d/W[1 %d 1]/Root %d 0 R/Info %d 0 R/ID[<%s><%s>]" % (
            number + 1, wide, root, info, digest, digest,
        )  # fmt: skip
        said += b"/Filter/FlateDecode/DecodeParms<</Predictor %d/Columns %d>>/Length %d>>" % (
            _UP,
            wide + 2,
            len(packed),
        )
        return b"%s%d 0 obj\n%s\nstream\n%s\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % (
            body, number, said, packed, start,
        )  # fmt: skip


_FREE: Final = (0, 0, 0)


def _differences(rows: bytes, wide: int) -> bytes:
    """The rows of a table, each as it differs from the one before: these compress to little."""
    before = bytes(wide) + rows[:-wide]
    changed = bytes([(a - b) & 0xFF for a, b in zip(rows, before, strict=True)])
    return b"".join([b"\2" + changed[i : i + wide] for i in range(0, len(changed), wide)])

"""Files inside a PDF: put in as PDF/A-3 asks, and read back without trusting them."""

from __future__ import annotations

import hashlib
import zlib
from typing import TYPE_CHECKING, Any, Final

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from agreegen.pdf.attached import RELATIONSHIPS, Attachment

__all__ = ["Attachment", "attach", "attached"]

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

_MOST_NODES: Final = 2000


def attach(pdf: pikepdf.Pdf, attachments: Sequence[Attachment]) -> None:
    """The PDF with these files embedded and associated with the document; one of the same name is replaced."""
    if not attachments:
        return
    specs = {name: spec for name, spec in _entries(pdf) if name not in {a.name for a in attachments}}
    associated = [s for s in pdf.Root.get(Name.AF, []) if s.get(Name.UF, s.get(Name.F)) is not None
                  and str(s.get(Name.UF, s.get(Name.F))) in specs]  # fmt: skip
    for attachment in attachments:
        specs[attachment.name] = _specification(pdf, attachment)
        associated.append(specs[attachment.name])
    tree = Array([x for name in sorted(specs, key=_sorting) for x in (String(name), specs[name])])
    names = pdf.Root.get(Name.Names)
    if names is None:
        names = pdf.Root.Names = Dictionary()
    names.EmbeddedFiles = pdf.make_indirect(Dictionary(Names=tree))
    pdf.Root.AF = Array(associated)


def _sorting(name: str) -> bytes:
    """How PDF sorts the names of a name tree: by the bytes of the strings."""
    return bytes(String(name))


def _specification(pdf: pikepdf.Pdf, attachment: Attachment) -> pikepdf.Object:
    assert attachment.relationship in RELATIONSHIPS, attachment.relationship
    assert attachment.mime, attachment.name
    stream = pdf.make_stream(zlib.compress(attachment.data, 9))
    stream.Filter = Name.FlateDecode
    stream.Type = Name.EmbeddedFile
    stream.Subtype = Name(f"/{attachment.mime}")
    sum_ = String(hashlib.md5(attachment.data, usedforsecurity=False).digest())
    stream.Params = Dictionary(Size=len(attachment.data), CheckSum=sum_)
    return pdf.make_indirect(
        Dictionary(
            Type=Name.Filespec,
            F=String(attachment.name),
            UF=String(attachment.name),
            Desc=String(attachment.description),
            AFRelationship=Name(f"/{attachment.relationship}"),
            EF=Dictionary(F=stream, UF=stream),
        )
    )


def attached(pdf: pikepdf.Pdf, most: int, names: Collection[str] | None = None) -> dict[str, bytes]:
    """The embedded files by name, all or those asked for; one that unpacks oddly, or to more than is left of `most`
    bytes for all, is left out.
    """
    found: dict[str, bytes] = {}
    tried: set[str] = set()
    for name, spec in _entries(pdf):
        if name in tried or (names is not None and name not in names):
            continue
        tried.add(name)
        data = _unpacked(spec, most)
        if data is not None:
            found[name] = data
            most -= len(data)
    return found


def _unpacked(spec: Any, most: int) -> bytes | None:
    try:
        stream = spec.EF.get(Name.UF, spec.EF.get(Name.F))
        filters = stream.get(Name.Filter, Array([]))
        filters = [filters] if isinstance(filters, Name) else list(filters)
        raw: bytes = stream.read_raw_bytes()
    except (AttributeError, KeyError, TypeError, ValueError, pikepdf.PdfError):
        return None
    if not filters:
        return raw if len(raw) <= most else None
    if filters != [Name.FlateDecode]:
        return None
    try:
        unpacker = zlib.decompressobj()
        data = unpacker.decompress(raw, most + 1)
    except zlib.error:
        return None
    return data if len(data) <= most and unpacker.eof else None


def _entries(pdf: pikepdf.Pdf) -> Iterator[tuple[str, Any]]:
    """(name, file specification) of the name tree of embedded files; a tree that bites its tail ends."""
    try:
        nodes: list[Any] = [pdf.Root.Names.EmbeddedFiles]
    except (AttributeError, KeyError):
        return
    for _ in range(_MOST_NODES):
        if not nodes:
            return
        node = nodes.pop(0)
        if not isinstance(node, Dictionary):
            continue
        pairs, kids = node.get(Name.Names), node.get(Name.Kids)
        listed: list[Any] = list(pairs) if isinstance(pairs, Array) else []
        for key, spec in zip(listed[::2], listed[1::2], strict=False):
            if isinstance(key, String) and isinstance(spec, Dictionary):
                yield str(key), spec
        nodes += list(kids)[:_MOST_NODES] if isinstance(kids, Array) else []

"""The source in a Word document: a custom XML part, which Word and LibreOffice keep, and properties for people."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import uuid
import zlib
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from lxml import etree

from agreegen.source import archive
from agreegen.source.marks import kept
from agreegen.source.record import MOST_BYTES, MOST_FILES, DamagedError, Source, packed, unpacked
from agreegen.source.visible import texts_of_document

if TYPE_CHECKING:
    from collections.abc import Mapping

NAMESPACE: Final = "urn:agreegen:source:1"
_S: Final = f"{{{NAMESPACE}}}"
_ITEM: Final = re.compile(r"customXml/[^/]+\.xml", re.IGNORECASE)
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_MIME: Final = "application/vnd.openxmlformats"
CUSTOM: Final = "docProps/custom.xml"
_PROPERTY: Final = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
_TYPES, _ROOT, _BODY = "[Content_Types].xml", "_rels/.rels", "word/_rels/document.xml.rels"
_PARSER: Final = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)


def within_docx(docx: bytes, source: Source) -> bytes:
    """The document with its source inside and marks of its text; what it displays stays as it is.

    The document is one that we made; a source that it holds already is replaced.
    """
    found = archive.members(docx)
    item = next((n for n in found if _ITEM.fullmatch(n) and _is_ours(found[n])), "") or _free(found)
    properties, rels = _beside(item)
    changed = {
        **told(source, kept(texts_of_document(docx)), item, found.get(CUSTOM)),
        rels: _relations({"rId1": (f"{_OFFICE}/relationships/customXmlProps", properties.rsplit("/", 1)[1])}),
        _BODY: _related(found[_BODY], f"{_OFFICE}/relationships/customXml", f"../{item}"),
        _ROOT: _related(found[_ROOT], f"{_OFFICE}/relationships/custom-properties", CUSTOM),
        _TYPES: _typed(found[_TYPES], properties),
    }
    return archive.replaced(docx, changed)


def told(source: Source, text: Mapping[str, object], item: str, custom: bytes | None) -> dict[str, bytes]:
    """The parts that depend on the source: the item with the marks of the text, its properties, the document's.

    `custom` are the custom properties that the document has already.
    """
    manifest = packed({**source.manifest(), "text": text})
    return {
        item: _item(manifest, source),
        _beside(item)[0]: item_properties(manifest),
        CUSTOM: custom_properties(custom, source.summary()),
    }


def in_document(members: Mapping[str, bytes]) -> tuple[Source, dict[str, Any]] | None:
    """The source in the members of a document and its manifest, None if there is none; DamagedError."""
    items = [content for name, content in members.items() if _ITEM.fullmatch(name) and _is_ours(content)]
    if not items:
        return None
    if len(items) > 1:
        raise DamagedError("the document holds more than one source")
    try:
        root = etree.fromstring(items[0], _PARSER)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise DamagedError(f"its XML is broken ({error})") from None
    entries = root.findall(f"{_S}file")
    if len(entries) > MOST_FILES:
        raise DamagedError(f"it holds {len(entries)} files")
    contents, room = [], MOST_BYTES
    for entry in entries:
        contents.append(_content(entry.text or "", room))
        room -= len(contents[-1])
    return unpacked((root.findtext(f"{_S}manifest") or "").encode(), contents)


def named_in(members: Mapping[str, bytes]) -> str:
    """The name of the source that the properties of a document still tell, "" if they tell none."""
    try:
        root = etree.fromstring(members.get(CUSTOM, b"<none/>"), _PARSER)
    except (etree.XMLSyntaxError, ValueError):
        return ""
    texts = (e for e in root.iter("{*}property") if e.get("name") == "agreegen source")
    return next(("".join(str(t) for t in e.itertext()) for e in texts), "")


def _is_ours(content: bytes) -> bool:
    if NAMESPACE.encode() not in content[:2000].replace(b"\0", b""):
        return False
    try:
        return etree.fromstring(content, _PARSER).tag == f"{_S}source"
    except (etree.XMLSyntaxError, ValueError):
        return True  # and damaged


def _content(text: str, room: int) -> bytes:
    """A file's bytes; DamagedError if they are damaged or more than there is room for."""
    try:
        unpacker = zlib.decompressobj()
        data = unpacker.decompress(base64.b64decode(text), max(room, 0) + 1)
    except (binascii.Error, ValueError, zlib.error):
        raise DamagedError("a file in it can't be unpacked") from None
    if len(data) > room or not unpacker.eof:
        raise DamagedError(f"its files are cut off, or unpack to more than {MOST_BYTES >> 20} MB")
    return data


def _free(members: Mapping[str, bytes]) -> str:
    n = 1
    while f"customXml/item{n}.xml" in members or f"customXml/itemProps{n}.xml" in members:
        n += 1
    return f"customXml/item{n}.xml"


def _beside(item: str) -> tuple[str, str]:
    """The names of an item's properties and relationships."""
    file = item.rsplit("/", 1)[1]
    number = re.sub(r"\D", "", file)
    return f"customXml/itemProps{number}.xml", f"customXml/_rels/{file}.rels"


def _xml(root: etree._Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _item(manifest: bytes, source: Source) -> bytes:
    root = _root(NAMESPACE, "source")
    etree.SubElement(root, f"{_S}manifest").text = manifest.decode()
    for file in source.files:
        entry = etree.SubElement(root, f"{_S}file", role=file.role)
        entry.text = encoded(file.data)
    return _xml(root)


@lru_cache(maxsize=16)
def encoded(data: bytes) -> str:
    """A file as the item holds it: kept, since all agreements of a proposal hold it."""
    few = len(data) <= 1 << 12  # what packs few bytes is made in a fifth of the time
    packer = zlib.compressobj(9, zlib.DEFLATED, 12 if few else 15, (5 if len(data) <= 2000 else 6) if few else 8)
    return base64.b64encode(packer.compress(data) + packer.flush()).decode()


def item_number(manifest: bytes) -> str:
    """The number of the item with a manifest, which follows from it."""
    return str(uuid.UUID(bytes=hashlib.sha256(manifest).digest()[:16], version=4)).upper()


def item_properties(manifest: bytes) -> bytes:
    """What Word wants beside an item: its number, and its namespace."""
    space = f"{_OFFICE}/customXml"
    root = etree.Element(f"{{{space}}}datastoreItem", nsmap={"ds": space})
    root.set(f"{{{space}}}itemID", f"{{{item_number(manifest)}}}")
    schemas = etree.SubElement(root, f"{{{space}}}schemaRefs")
    etree.SubElement(schemas, f"{{{space}}}schemaRef").set(f"{{{space}}}uri", NAMESPACE)
    return _xml(root)


def _root(space: str, name: str, **others: str) -> etree._Element:
    """An element of a namespace that needs no prefix."""
    spaces: dict[Any, str] = {None: space, **others}
    return etree.Element(f"{{{space}}}{name}", nsmap=spaces)


def _relations(targets: Mapping[str, tuple[str, str]]) -> bytes:
    space = f"{_PACKAGE}/relationships"
    root = _root(space, "Relationships")
    for name, (kind, target) in targets.items():
        etree.SubElement(root, f"{{{space}}}Relationship", Id=name, Type=kind, Target=target)
    return _xml(root)


def _related(rels: bytes, kind: str, target: str) -> bytes:
    """The relationships with one more, unless it is there."""
    root = etree.fromstring(rels, _PARSER)
    if any(r.get("Type") == kind and (r.get("Target") or "").lstrip("/") == target for r in root):
        return rels
    taken = {r.get("Id") for r in root}
    name = next(f"rIdSource{n}" for n in range(1, len(taken) + 2) if f"rIdSource{n}" not in taken)
    etree.SubElement(root, f"{{{_PACKAGE}/relationships}}Relationship", Id=name, Type=kind, Target=target)
    return _xml(root)


def _typed(types: bytes, properties: str) -> bytes:
    """The content types with those of our parts."""
    space = f"{{{_PACKAGE}/content-types}}"
    root = etree.fromstring(types, _PARSER)
    if not any((e.get("Extension") or "").lower() == "xml" for e in root):
        root.insert(0, etree.Element(f"{space}Default", Extension="xml", ContentType="application/xml"))
    wanted = {f"/{properties}": f"{_MIME}-officedocument.customXmlProperties+xml",
              f"/{CUSTOM}": f"{_MIME}-officedocument.custom-properties+xml"}  # fmt: skip
    present = {e.get("PartName") for e in root}
    for name, kind in wanted.items():
        if name not in present:
            etree.SubElement(root, f"{space}Override", PartName=name, ContentType=kind)
    return _xml(root)


def custom_properties(present: bytes | None, summary: Mapping[str, str]) -> bytes:
    """The custom properties with ours; those of others stay."""
    space, texts = f"{_OFFICE}/custom-properties", f"{_OFFICE}/docPropsVTypes"
    root = _root(space, "Properties", vt=texts) if present is None else etree.fromstring(present, _PARSER)
    for old in [e for e in root if e.get("name") in summary]:
        root.remove(old)
    last = max((int(e.get("pid") or 1) for e in root), default=1)
    for pid, (name, value) in enumerate(summary.items(), last + 1):
        entry = etree.SubElement(root, f"{{{space}}}property", fmtid=_PROPERTY, pid=str(pid), name=name)
        etree.SubElement(entry, f"{{{texts}}}lpwstr").text = value
    return _xml(root)

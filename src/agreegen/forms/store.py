"""The parts of a form that no page shows: its data, which the controls are bound to, and the record of its text."""

from __future__ import annotations

import base64
import binascii
import json
import re
import zlib
from dataclasses import field
from typing import TYPE_CHECKING, Any, Final

from lxml import etree

from agreegen.forms.controls import DATA, ITEM, STORE
from agreegen.forms.parts import parsed, serialized
from agreegen.forms.prose import stored_lines
from agreegen.late import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from agreegen.forms.fields import Path

RECORD: Final = "urn:agreegen:form-record:1"
RECORD_STORE: Final = "{5C0B7E52-8C3B-4C64-9D0C-0A6A5E0F4A18}"
MOST: Final = 20_000_000
"""Bytes that a record may unpack to."""

PROPERTY: Final = "agreegen form"
"""The custom property that names the form's making; LibreOffice keeps it where it empties the parts."""

_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_ITEMS: Final = re.compile(r"customXml/item\d*\.xml", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Record:
    """How a form was made: its variant and options, the values that were settled, and its text by part."""

    made: Mapping[str, Any]
    known: Mapping[str, Any] = field(default_factory=dict)
    text: Mapping[str, list[str]] = field(default_factory=dict)
    asked: tuple[str, ...] = ()
    """The tags of the fields that the program asks for."""


def data_xml(values: Mapping[Path, str]) -> bytes:
    """The data part: an element for each field, in their order."""
    root = etree.Element(f"{{{DATA}}}form", nsmap={None: DATA})  # type: ignore[dict-item]
    for path, value in values.items():
        node = root
        for part in path:
            node = _child(node, part)
        node.text = value
    return serialized(root)


def _child(node: etree._Element, part: str | int) -> etree._Element:
    if isinstance(part, str):
        found = node.find(f"{{{DATA}}}{part}")
        return etree.SubElement(node, f"{{{DATA}}}{part}") if found is None else found
    items = node.findall(f"{{{DATA}}}{ITEM}")
    while len(items) <= part:
        items.append(etree.SubElement(node, f"{{{DATA}}}{ITEM}"))
    return items[part]


def values_of(root: etree._Element) -> dict[Path, str]:
    """The values of a data part by path; only what has words."""
    found: dict[Path, str] = {}

    def walk(node: etree._Element, path: Path) -> None:
        items = 0
        for child in node:
            if not isinstance(child.tag, str):
                continue
            name = etree.QName(child).localname
            if name == ITEM:
                walk(child, (*path, items))
                items += 1
            else:
                walk(child, (*path, name))
        if not len(node) and (node.text or "").strip():
            text = stored_lines(node.text or "").replace("\r\n", "\n").replace("\r", "\n")
            if text.strip():
                found[path] = text

    walk(root, ())
    return found


def record_xml(record: Record) -> bytes:
    """The record as a part: packed, since no one reads it there."""
    told = {"made": record.made, "known": record.known, "text": record.text, "asked": list(record.asked)}
    packed = zlib.compress(json.dumps(told, ensure_ascii=False, sort_keys=True).encode(), 9)
    root = etree.Element(f"{{{RECORD}}}record", nsmap={None: RECORD})  # type: ignore[dict-item]
    root.text = base64.b64encode(packed).decode()
    return serialized(root)


def stored(members: Mapping[str, bytes]) -> tuple[dict[Path, str] | None, Record | None]:
    """The values of the data part and the record of a form; None for what is lost or damaged."""
    values: dict[Path, str] | None = None
    record: Record | None = None
    for name, content in members.items():
        if not _ITEMS.fullmatch(name):
            continue
        try:
            root = parsed(content)
        except (etree.XMLSyntaxError, ValueError):
            continue
        if root.tag == f"{{{DATA}}}form" and values is None:
            values = values_of(root)
        elif root.tag == f"{{{RECORD}}}record" and record is None:
            record = _unpacked(root.text or "")
    return values, record


def _unpacked(text: str) -> Record | None:
    try:
        unpacker = zlib.decompressobj()
        data = unpacker.decompress(base64.b64decode(text), MOST)
        told = json.loads(data) if unpacker.eof else None
    except (binascii.Error, ValueError, zlib.error):
        return None
    if not isinstance(told, dict) or not isinstance(told.get("made"), dict):
        return None
    text_of = told.get("text") if isinstance(told.get("text"), dict) else {}
    known = told.get("known") if isinstance(told.get("known"), dict) else {}
    return Record(told["made"], known or {}, text_of or {}, tuple(map(str, told.get("asked") or ())))


def made_in(members: Mapping[str, bytes]) -> dict[str, Any] | None:
    """How the form was made, as its properties still tell; None if they don't."""
    try:
        root = parsed(members.get("docProps/custom.xml", b"<none/>"))
    except (etree.XMLSyntaxError, ValueError):
        return None
    for entry in root.iter("{*}property"):
        if entry.get("name") == PROPERTY:
            try:
                told = json.loads("".join(str(t) for t in entry.itertext()))
            except ValueError:
                return None
            return told if isinstance(told, dict) else None
    return None


def with_parts(members: Mapping[str, bytes], values: Mapping[Path, str], record: Record) -> dict[str, bytes]:
    """The members of a Word file with the data part, the record and the property added."""
    from agreegen.source.document import custom_properties  # noqa: PLC0415 (only where a form is made)

    one, two = [n for n in range(1, 99) if f"customXml/item{n}.xml" not in members][:2]
    new = {
        f"customXml/item{one}.xml": data_xml(values),
        f"customXml/itemProps{one}.xml": _properties(STORE, DATA),
        f"customXml/_rels/item{one}.xml.rels": _own(f"itemProps{one}.xml"),
        f"customXml/item{two}.xml": record_xml(record),
        f"customXml/itemProps{two}.xml": _properties(RECORD_STORE, RECORD),
        f"customXml/_rels/item{two}.xml.rels": _own(f"itemProps{two}.xml"),
        "docProps/custom.xml": custom_properties(members.get("docProps/custom.xml"),
                                                 {PROPERTY: json.dumps(dict(record.made), sort_keys=True)}),
    }  # fmt: skip
    types = dict.fromkeys(
        (f"/customXml/itemProps{one}.xml", f"/customXml/itemProps{two}.xml"),
        "application/vnd.openxmlformats-officedocument.customXmlProperties+xml",
    )
    rels = []
    if "docProps/custom.xml" not in members:
        types["/docProps/custom.xml"] = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
        rels = [(f"{_OFFICE}/relationships/custom-properties", "docProps/custom.xml")]
    body = [(f"{_OFFICE}/relationships/customXml", f"../customXml/item{n}.xml") for n in (one, two)]
    return {
        **members,
        **new,
        "[Content_Types].xml": typed(members["[Content_Types].xml"], types),
        "word/_rels/document.xml.rels": related(members["word/_rels/document.xml.rels"], body),
        "_rels/.rels": related(members["_rels/.rels"], rels),
    }  # fmt: skip


def related(rels: bytes, wanted: Iterable[tuple[str, str]]) -> bytes:
    """The relationships with these more, named rIdForm1 and on."""
    root = parsed(rels)
    taken = {r.get("Id") for r in root}
    for kind, target in wanted:
        name = next(n for k in range(1, 99) if (n := f"rIdForm{k}") not in taken)
        taken.add(name)
        etree.SubElement(root, f"{{{_PACKAGE}/relationships}}Relationship", Id=name, Type=kind, Target=target)
    return serialized(root)


def typed(types: bytes, wanted: Mapping[str, str]) -> bytes:
    """The content types with these more."""
    root = parsed(types)
    for name, kind in wanted.items():
        etree.SubElement(root, f"{{{_PACKAGE}/content-types}}Override", PartName=name, ContentType=kind)
    return serialized(root)


def _properties(store: str, schema: str) -> bytes:
    space = f"{_OFFICE}/customXml"
    root = etree.Element(f"{{{space}}}datastoreItem", nsmap={"ds": space})
    root.set(f"{{{space}}}itemID", store)
    schemas = etree.SubElement(root, f"{{{space}}}schemaRefs")
    etree.SubElement(schemas, f"{{{space}}}schemaRef").set(f"{{{space}}}uri", schema)
    return serialized(root)


def _own(target: str) -> bytes:
    root = etree.Element(f"{{{_PACKAGE}/relationships}}Relationships", nsmap={None: f"{_PACKAGE}/relationships"})  # type: ignore[dict-item]
    etree.SubElement(root, f"{{{_PACKAGE}/relationships}}Relationship", Id="rId1",
                     Type=f"{_OFFICE}/relationships/customXmlProps", Target=target)  # fmt: skip
    return serialized(root)

"""The parts of a DOCX in memory, parsed once and packed again."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final

from lxml import etree

from agreegen.errors import UsageError
from agreegen.template.container import has_doctype, unpacked

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
MC: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
XML_SPACE: Final = "{http://www.w3.org/XML/1998/namespace}space"
_TYPES: Final = "{http://schemas.openxmlformats.org/package/2006/content-types}"
_RELS: Final = "{http://schemas.openxmlformats.org/package/2006/relationships}"
BODY: Final = "word/document.xml"
STORY: Final = re.compile(r"word/(document|[\w-]*header\d*|[\w-]*footer\d*|footnotes|endnotes)\.xml")
OFF: Final = ("0", "false", "off", "none")
_VAL: Final = W + "val"
_PROPERTIES: Final = (W + "pPr", W + "rPr")
_FONT: Final = ".odttf"
_LOCAL: Final = struct.Struct("<IHHHHHIIIHH")
_CENTRAL: Final = struct.Struct("<IHHHHHHIIIHHHHHII")
_END: Final = struct.Struct("<IHHHHIIH")
_DATE: Final = 1 << 5 | 1  # 1980-01-01
_UTF8: Final = 0x800
_PARSER: Final = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, huge_tree=True)


class Parts:
    """The members of one DOCX; `tree` parses a member once, `pack` writes what was changed."""

    def __init__(self, docx: bytes) -> None:
        """The members, or UsageError if this isn't a Word file, is broken, encrypted or a bomb."""
        self.members = dict(_members(docx))
        self._trees: dict[str, etree._Element] = {}
        if BODY not in self.members:
            raise UsageError("not a Word file: word/document.xml is missing", "save it as .docx in Word")

    @classmethod
    def of(cls, members: Mapping[str, bytes]) -> Parts:
        """These members of a document that was looked at before."""
        parts = cls.__new__(cls)
        parts.members, parts._trees = dict(members), {}
        return parts

    def share(self, other: Parts) -> None:
        """Takes the trees of another document for members that are the same; nobody may change them."""
        self._trees |= other._trees

    def tree(self, name: str) -> etree._Element | None:
        """The root element of a member, None if there is no such member; changes to it are packed."""
        if name not in self._trees:
            if name not in self.members:
                return None
            if has_doctype(self.members[name]):
                raise UsageError(f"not a sound Word file: {name} holds a document type definition",
                                 "open it in Word and save it again")  # fmt: skip
            try:
                self._trees[name] = etree.fromstring(self.members[name], _PARSER)
            except etree.XMLSyntaxError as e:
                raise UsageError(f"not a sound Word file: {name}: {e}", "open it in Word and save it again") from None
        return self._trees[name]

    @property
    def document(self) -> etree._Element:
        """The root of the body's part."""
        tree = self.tree(BODY)
        assert tree is not None
        return tree

    @property
    def body(self) -> etree._Element:
        """The w:body element."""
        body = self.document.find(W + "body")
        if body is None:
            raise UsageError("not a Word file: it has no body", "save it as .docx in Word (not as Strict Open XML)")
        return body

    def stories(self) -> Iterator[tuple[str, etree._Element]]:
        """(name, root) of the body, headers, footers and notes that the document has."""
        for name in self.members:
            if STORY.fullmatch(name) and (tree := self.tree(name)) is not None:
                yield name, tree

    def targets(self, name: str = BODY) -> dict[str, str]:
        """Relationship id -> member name, of the internal relationships of a part."""
        folder, _, file = name.rpartition("/")
        rels = self.tree(f"{folder}/_rels/{file}.rels")
        found: dict[str, str] = {}
        for r in rels if rels is not None else ():
            if r.get("TargetMode") != "External":
                target = r.get("Target", "")
                found[r.get("Id", "")] = target.lstrip("/") if target.startswith("/") else f"{folder}/{target}"
        return found

    def replace(self, name: str, data: bytes) -> None:
        """Puts `data` in the place of a member, new or old."""
        self._trees.pop(name, None)
        self.members[name] = data

    def declare(self, name: str, content_type: str, relation: str, target: str) -> None:
        """Names a part in the content types and in the body's relationships, unless it is there already."""
        types, rels = self.tree("[Content_Types].xml"), self.tree("word/_rels/document.xml.rels")
        if types is not None and not any(e.get("PartName") == f"/{name}" for e in types):
            etree.SubElement(types, f"{_TYPES}Override", PartName=f"/{name}", ContentType=content_type)
        if rels is not None and not any(r.get("Type") == relation for r in rels):
            etree.SubElement(rels, f"{_RELS}Relationship", Id=f"rIdOf{name[5:-4]}", Type=relation, Target=target)

    def declare_extension(self, extension: str, content_type: str) -> None:
        """Names the type of all members with an extension, unless it is there already."""
        types = self.tree("[Content_Types].xml")
        if types is not None and not any(e.get("Extension") == extension for e in types):
            types.insert(0, etree.Element(f"{_TYPES}Default", Extension=extension, ContentType=content_type))

    def pack(self, changed: Collection[str] | None = None, *, stored: bool = False) -> bytes:
        """The DOCX with the `changed` parts (default: all that were read), with fixed dates: same parts, same bytes."""
        for name, tree in self._trees.items():
            if changed is None or name in changed:
                self.members[name] = etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)
        names = sorted(self.members, key=lambda n: (n != "[Content_Types].xml", n))
        if stored:
            return hasty({name: self.members[name] for name in names})
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
            for name in names:
                info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
                info.compress_type = zipfile.ZIP_DEFLATED
                z.writestr(info, self.members[name])
        return out.getvalue()


def hasty(members: Mapping[str, bytes]) -> bytes:
    """A ZIP of members that aren't compressed."""
    pieces: list[bytes] = []
    directory: list[bytes] = []
    at = 0
    for name, data in members.items():
        said = name.encode()
        checksum = _font_checksum(data) if name.endswith(_FONT) else zlib.crc32(data)
        fields = (0 if name.isascii() else _UTF8, 0, 0, _DATE, checksum, len(data), len(data), len(said), 0)
        pieces += [_LOCAL.pack(0x04034B50, 20, *fields), said, data]
        directory += [_CENTRAL.pack(0x02014B50, 20, 20, *fields, 0, 0, 0, 0, at), said]
        at += _LOCAL.size + len(said) + len(data)
    listed = b"".join(directory)
    return b"".join((*pieces, listed, _END.pack(0x06054B50, 0, 0, len(members), len(members), len(listed), at, 0)))


@lru_cache(maxsize=32)
def _font_checksum(font: bytes) -> int:
    """The checksum of a font that comes along: computed once, for it is long."""
    return zlib.crc32(font)


@lru_cache(maxsize=1)
def _members(docx: bytes) -> Mapping[str, bytes]:
    """The members of a document: it is drawn from one reading of it, and compared with another."""
    return unpacked(docx)


def forget_members() -> None:
    """Forgets the members of the document that was read last."""
    _members.cache_clear()


def properties(e: etree._Element) -> etree._Element | None:
    """The w:pPr of a paragraph or the w:rPr of a run: always its first child."""
    first = e[0] if len(e) else None
    return first if first is not None and first.tag in _PROPERTIES else None


@cache
def path(*names: str) -> str:
    """The path to an element by the names on it; asked for often, so it is the same string each time."""
    return "/".join([W + name for name in names])


def value(parent: etree._Element | None, place: str) -> str | None:
    """The w:val of the element at a path, None if there is none."""
    e = parent.find(place) if parent is not None else None
    return e.get(_VAL) if e is not None else None


def on(parent: etree._Element | None, place: str) -> bool | None:
    """Whether a switch such as w:b is on or off, None if it isn't named."""
    e = parent.find(place) if parent is not None else None
    return None if e is None else e.get(_VAL) not in OFF

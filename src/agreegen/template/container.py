"""Container: a Word file taken apart, after checks that keep hostile or broken files out."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from dataclasses import field
from typing import TYPE_CHECKING, Final, NamedTuple

from lxml import etree

from agreegen.damage import BROKEN
from agreegen.errors import UsageError
from agreegen.finding import Location
from agreegen.late import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from agreegen.template.problem import Problems

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
PKG = "{http://schemas.openxmlformats.org/package/2006/relationships}"
CT = "{http://schemas.openxmlformats.org/package/2006/content-types}"
XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"

MAX_MEMBERS = 2000
MAX_MEMBER = 64 << 20
MAX_TOTAL = 200 << 20
MAX_RATIO = 200
RATIO_FROM = 1 << 20
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED = 1

_AGAIN: Final = "take the file again from where you had it, or open it in Word and save it as .docx"
DOCUMENT = "officeDocument"
MARKS = b"\xef\xbb\xbf\xfe\xff"
NAMED = re.compile(rb"<\?xml[^>]*?\sencoding\s*=\s*[\"']([^\"'>]*)")
OPEN = re.compile(rb"(?i)utf-?8|utf-?16([bl]e)?|(us-)?ascii|iso-8859-\d+|windows-125\d")
"""Encodings that write ASCII as ASCII, blanks aside."""
EXECUTABLE = (
    ("vbaproject.bin", "macros"),
    ("vbadata.xml", "macros"),
    ("/activex/", "ActiveX controls"),
    ("/embeddings/", "embedded files"),
)


@dataclass(slots=True)
class Container:
    """The members of a Word file; `trees` are those that were asked for, which win over `members` when it is packed."""

    file: str
    members: dict[str, bytes]
    trees: dict[str, etree._Element] = field(default_factory=dict)
    parsed: dict[str, etree._Element] = field(default_factory=dict)  # by the checks

    def tree(self, name: str) -> etree._Element:
        """The parsed part, the same object at each call."""
        if name not in self.trees:
            found = self.parsed.pop(name, None)
            self.trees[name] = parse(self.members[name]) if found is None else found
        return self.trees[name]

    def has(self, name: str) -> bool:
        """True when the part is there."""
        return name in self.members

    def rels_name(self, part: str) -> str:
        """The name of the part that holds a part's relationships; of the package for an empty name."""
        folder, name = posixpath.split(part)
        return posixpath.join(folder, "_rels", f"{name}.rels")

    def rels(self, part: str) -> dict[str, etree._Element]:
        """The relationships of a part, by id."""
        name = self.rels_name(part)
        if not self.has(name):
            return {}
        return {r.get("Id") or "": r for r in self.tree(name).iter(PKG + "Relationship")}

    def target(self, part: str, rel: etree._Element) -> str:
        """The member that a relationship of the part leads to."""
        return resolve(part, rel.get("Target") or "")

    def related(self, part: str, kind: str) -> list[str]:
        """The members that relationships of this kind ("header", "footnotes") lead to, in order."""
        found = [self.target(part, r) for r in self.rels(part).values() if (r.get("Type") or "").endswith("/" + kind)]
        return [n for n in dict.fromkeys(found) if self.has(n)]

    @property
    def document(self) -> str:
        """The name of the main part, usually `word/document.xml`."""
        return next(iter(self.related("", DOCUMENT)), "")

    def part(self, kind: str) -> str:
        """The name of the document's part of this kind ("styles", "numbering"), or nothing."""
        return next(iter(self.related(self.document, kind)), "")

    def drop(self, part: str, kind: str) -> None:
        """Removes the parts of a kind that a part leads to, with all that names them."""
        for rel in list(self.rels(part).values()):
            if (rel.get("Type") or "").rsplit("/", 1)[-1] != kind or rel.get("TargetMode") == "External":
                continue
            name = self.target(part, rel)
            for gone in (name, self.rels_name(name)):
                self.members.pop(gone, None)
                self.trees.pop(gone, None)
            for e in (rel, *self.tree("[Content_Types].xml").findall(f"{CT}Override[@PartName='/{name}']")):
                if (parent := e.getparent()) is not None:
                    parent.remove(e)

    def packed(self) -> dict[str, bytes]:
        """All members as bytes, changed parts serialized."""
        return {n: serialize(self.trees[n]) if n in self.trees else b for n, b in self.members.items()}


def parse(data: bytes) -> etree._Element:
    """The root of an XML part; blanks between elements are dropped, entities are not expanded."""
    parser = etree.XMLParser(remove_blank_text=True, resolve_entities=False, no_network=True, load_dtd=False)
    return etree.fromstring(data, parser)


def serialize(root: etree._Element) -> bytes:
    """The part as Word writes it."""
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def resolve(part: str, target: str) -> str:
    """The member name that a relationship target of a part means."""
    if target.startswith("/"):
        return target.lstrip("/")
    return posixpath.normpath(posixpath.join(posixpath.dirname(part), target))


def opened(data: bytes, file: str, problems: Problems, like: Container | None = None) -> Container | None:
    """The file taken apart, or nothing and the reasons in `problems`; members as in `like` are not read again."""
    where = Location(file=file)
    if data.startswith(OLE):
        hint = "remove the password, or save the document as .docx"
        problems.error("T002", where, "the file is encrypted or in the old .doc format", hint)
        return None
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        infos = [i for i in archive.infolist() if not i.is_dir()]
        before = len(problems)
        _check_members(infos, where, problems)
        if len(problems) > before:
            return None
        container = Container(file, {i.filename: archive.read(i) for i in infos})
    except BROKEN as e:
        hint = "open it in Word and save it again as .docx"
        problems.error("T001", where, f"the file is not a readable Word document ({e})", hint)
        return None
    before = len(problems)
    _check_parts(container, where, problems, like.members if like else {})
    return container if len(problems) == before else None


class Fault(NamedTuple):
    """What is wrong with the members of a file: the code of the finding, the message and the remedy."""

    code: str
    message: str
    hint: str = _AGAIN


def faults(infos: Iterable[zipfile.ZipInfo]) -> Iterator[Fault]:
    """What makes the members of a Word file too many, too large, secret or ambiguous; nothing is unpacked for it."""
    members = list(infos)
    if len(members) > MAX_MEMBERS:
        yield Fault("T003", f"the file has {len(members)} members, more than {MAX_MEMBERS}")
    total = sum(i.file_size for i in members)
    if total > MAX_TOTAL:
        yield Fault("T003", f"the file unpacks to {total >> 20} MB, more than {MAX_TOTAL >> 20}")
    seen: set[str] = set()
    for i in members:
        too_dense = i.file_size > RATIO_FROM and i.file_size > MAX_RATIO * max(i.compress_size, 1)
        if i.file_size > MAX_MEMBER or too_dense:
            yield Fault("T003", f"{i.filename!r} unpacks to {i.file_size >> 20} MB, too much for its size")
        if i.flag_bits & ENCRYPTED:
            yield Fault("T002", f"{i.filename!r} is encrypted", "remove the password in Word")
        if i.filename.lower() in seen:
            yield Fault("T007", f"the file holds {i.filename!r} twice")
        seen.add(i.filename.lower())


def unpacked(data: bytes) -> dict[str, bytes]:
    """The members of a Word file that a stranger may have made; UsageError if it is broken, encrypted or a bomb."""
    if data.startswith(OLE):
        raise UsageError("the file is encrypted or in the old .doc format", "save it in Word as .docx, no password")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as z:
            infos = [i for i in z.infolist() if not i.is_dir()]
            if fault := next(faults(infos), None):
                raise UsageError(fault.message, fault.hint)
            return {i.filename: z.read(i) for i in infos}
    except BROKEN as e:
        raise UsageError(f"this isn't a sound Word file: {e}", _AGAIN) from None


def _check_members(infos: list[zipfile.ZipInfo], where: Location, problems: Problems) -> None:
    for fault in faults(infos):
        problems.error(fault.code, where, fault.message, fault.hint)
    hint = "this is no ordinary Word file: take it from its author again"
    for i in infos:
        odd = ".." in i.filename.split("/") or i.filename.startswith("/") or re.search(r"[\\:\x00-\x1f]", i.filename)
        if odd:
            problems.error("T007", where, f"the file holds a member with the odd name {i.filename!r}", hint)
        for mark, what in EXECUTABLE:
            if mark in "/" + i.filename.lower():
                problems.error("T005", where, f"the file holds {what} ({i.filename})", "save it as .docx without them")


def _check_parts(container: Container, where: Location, problems: Problems, checked: Mapping[str, bytes]) -> None:
    for name, data in container.members.items():
        if not name.endswith((".xml", ".rels")) or checked.get(name) == data:
            continue
        if has_doctype(data):
            hint = "Word never writes one: take the file from its author again"
            problems.error("T004", where, f"{name} holds a document type definition", hint)
            return
        try:
            container.parsed[name] = parse(data)
        except (etree.XMLSyntaxError, ValueError) as e:
            problems.error("T008", where, f"{name} is not well-formed XML ({e})", "open it in Word and save it again")
            return
    if not container.document:
        problems.error("T009", where, "the file has no main document part", "save it in Word as .docx")
        return
    if container.tree(container.document).find(W + "body") is None:
        hint = "save it in Word as “Word Document (.docx)”, not as “Strict Open XML”"
        problems.error("T009", where, "the main part has no body that Word 2007 and later read", hint)
    for name in container.members:
        if name.endswith(".rels") and checked.get(name) != container.members[name]:
            _check_links(container, name, where, problems)


def has_doctype(data: bytes) -> bool:
    """True for `<!DOCTYPE` or `<!ENTITY`, and for encodings that could hide them, such as UTF-7."""
    plain = data.replace(b"\x00", b"") if b"\x00" in data else data
    named = NAMED.match(plain.lstrip(MARKS))
    if named and not OPEN.fullmatch(named[1]):
        return True
    return b"!" in plain and (b"<!DOCTYPE" in plain or b"<!ENTITY" in plain)  # one byte is looked for the fastest


def _check_links(container: Container, name: str, where: Location, problems: Problems) -> None:
    for rel in container.tree(name).iter(PKG + "Relationship"):
        kind = (rel.get("Type") or "").rsplit("/", 1)[-1]
        if rel.get("TargetMode") == "External":
            if kind != "hyperlink":
                text = f"{name} loads the {kind} {rel.get('Target')!r} from outside"
                hint = "detach it in Word (template: Developer, Document Template; picture: Edit Links to Files)"
                problems.error("T006", where, text, hint)
            continue
        part = posixpath.join(posixpath.dirname(posixpath.dirname(name)), posixpath.basename(name)[: -len(".rels")])
        if not (rel.get("Target") or "").startswith("#") and not container.has(container.target(part, rel)):
            text = f"{name} leads to {rel.get('Target')!r}, which is not in the file"
            problems.error("T009", where, text, "open it in Word and save it again")

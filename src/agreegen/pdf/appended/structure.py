"""The tags of attached PDFs: read with limits, and put into the agreement's structure with their numbers and names."""

from __future__ import annotations

import re
from dataclasses import field
from typing import TYPE_CHECKING, Any, Final

from pikepdf import Array, Dictionary, Name, Stream, String

from agreegen.late import dataclass
from agreegen.pdf.appended.names import items, pairs
from agreegen.pdf.structure import Structure
from agreegen.pdf.tree import STANDARD

if TYPE_CHECKING:
    import pikepdf

_DEEPEST: Final = 150
_MOST: Final = 1_000_000
_KEYS: Final = ("/StructParents", "/StructParent")
_HEADING: Final = re.compile(r"H([1-6])")
_NAMESPACE: Final = "http://iso.org/pdf/ssn"


@dataclass(slots=True)
class Tags:
    """The structure of a PDF, ready to be copied: `fault` says why nobody can use it, `reason` why it isn't PDF/UA."""

    fault: str = ""
    reason: str = ""
    tops: list[Any] = field(default_factory=list)
    parents: list[tuple[int, Any]] = field(default_factory=list)
    keyed: list[tuple[Any, str, int]] = field(default_factory=list)
    roles: dict[str, str] = field(default_factory=dict)
    typed: dict[str, list[Any]] = field(default_factory=dict)
    classes: dict[str, Any] = field(default_factory=dict)
    names: list[tuple[bytes, Any]] = field(default_factory=list)
    namespaces: list[Any] = field(default_factory=list)


def tags_of(pdf: pikepdf.Pdf, number: int, gone: set[tuple[int, int]]) -> Tags:
    """The tags of the attached PDF of this number; annotations that are `gone` are taken out of them."""
    tags = Tags()
    root: Any = pdf.Root.get("/StructTreeRoot")
    if isinstance(root, Dictionary) and "/K" in root:
        _Reader(pdf, number, gone, tags).read(root)
    if not tags.tops and not tags.fault:
        tags.fault = "it has no tags for screen readers"
    if tags.fault:
        tags = Tags(tags.fault, tags.fault)
    known = {key for key, _ in tags.parents}
    for owner in pdf.objects:
        for key in _KEYS if isinstance(owner, Dictionary | Stream) else ():
            value = owner.get(key)
            if isinstance(value, int) and value in known:
                tags.keyed.append((owner, key, value))
            elif value is not None:
                del owner[key]
    return tags


class _Reader:
    """The reading of one structure."""

    def __init__(self, pdf: pikepdf.Pdf, number: int, gone: set[tuple[int, int]], tags: Tags) -> None:
        self._pdf, self._gone, self._tags = pdf, gone, tags
        self._prefix = f"attachment-{number}-"
        self._levels: list[int] = []

    def read(self, root: Any) -> None:
        """Fills the tags; a structure that loops, is too deep or isn't built as the standard says has a fault."""
        tags = self._tags
        roles = root.get("/RoleMap")
        if isinstance(roles, Dictionary):
            tags.roles = {str(k)[1:]: str(v)[1:] for k, v in sorted(roles.items()) if isinstance(v, Name)}
        classes = root.get("/ClassMap")
        if isinstance(classes, Dictionary):
            for name, value in sorted(classes.items()):
                self._attributes(value)
                tags.classes[self._prefix + name[1:]] = self._pdf.make_indirect(Dictionary(Of=value))
        tags.namespaces = [n for n in items(root.get("/Namespaces")) if isinstance(n, Dictionary) and n.is_indirect]
        tags.tops = self._kids(root)
        self._walk(tags.tops)
        own = pairs(root.get("/ParentTree"), "/Nums")
        tags.parents = [(k, v if v.is_indirect else self._pdf.make_indirect(v)) for k, v in own
                        if isinstance(k, int) and isinstance(v, Dictionary | Array)]  # fmt: skip

    def _walk(self, tops: list[Any]) -> None:
        seen: set[tuple[int, int]] = set()
        waiting = [(e, 0) for e in reversed(tops)]
        while waiting:
            element, depth = waiting.pop()
            if element.objgen in seen or depth > _DEEPEST or len(seen) > _MOST:
                self._tags.fault = "its tags aren't in order"
                return
            seen.add(element.objgen)
            kids = self._kids(element)
            self._element(element)
            waiting += [(kid, depth + 1) for kid in reversed(kids)]

    def _kids(self, element: Any) -> list[Any]:
        """The elements within, and whatever else is within without annotations that are gone."""
        held = element.get("/K")
        listed = items(held) if isinstance(held, Array) else [held] if held is not None else []
        kept: list[Any] = []
        for kid in listed:
            if isinstance(kid, Dictionary) and "/S" in kid and not kid.is_indirect:
                kept.append(self._pdf.make_indirect(kid))
            elif not isinstance(kid, Dictionary) or "/Obj" not in kid or kid["/Obj"].objgen not in self._gone:
                kept.append(kid)
        if listed:
            element.K = Array(kept)
        return [k for k in kept if isinstance(k, Dictionary) and "/S" in k]

    def _element(self, element: Any) -> None:
        name = str(element.get("/S"))[1:]
        if name in self._tags.roles and "/NS" not in element:
            self._tags.typed.setdefault(name, []).append(element)
        identifier = element.get("/ID")
        if isinstance(identifier, String):
            renamed = self._prefix.encode() + bytes(identifier)
            element.ID = String(renamed)
            self._tags.names.append((renamed, element))
        if "/C" in element:
            listed = element.C if isinstance(element.C, Array) else [element.C]
            own = [Name(f"/{self._prefix}{str(c)[1:]}") if isinstance(c, Name) else c for c in listed]
            element.C = Array(own)
        if "/A" in element:
            self._attributes(element.A)
        for part in items(element.get("/K")):
            if isinstance(part, Dictionary) and isinstance(part.get("/Obj"), Dictionary):
                self._retyped(element, part["/Obj"])
        self._tags.reason = self._tags.reason or self._wrong(element, self._role(name, element))

    @staticmethod
    def _retyped(element: Any, annotation: Any) -> None:
        """Calls what was a signature field, and is a picture now, an annotation."""
        if annotation.get("/Subtype") == Name.Stamp and Name.Form == element.S:
            element.S = Name.Annot

    def _attributes(self, value: Any) -> None:
        """Renames the cells that attributes name as headers."""
        for attribute in items(value) if isinstance(value, Array) else [value]:
            heads = attribute.get("/Headers") if isinstance(attribute, Dictionary) else None
            if isinstance(heads, Array):
                attribute.Headers = Array([String(self._prefix.encode() + bytes(h)) for h in heads])

    def _role(self, name: str, element: Any) -> str:
        """The standard type of an element, "" if it has none."""
        space = element.get("/NS")
        if isinstance(space, Dictionary) and str(space.get("/NS", "")) != _NAMESPACE:
            return ""
        for _ in range(20):
            if name not in self._tags.roles:
                break
            name = self._tags.roles[name]
        return name if name in STANDARD else ""

    def _wrong(self, element: Any, role: str) -> str:
        """What keeps an element from being as PDF/UA-1 has it; "" if nothing is seen."""
        if not role:
            return "its tags have types that PDF/UA-1 doesn't know"
        if role == "H":
            return "its headings have no levels"
        if role in ("Figure", "Formula") and not ("/Alt" in element or "/ActualText" in element):
            return "a picture has no description"
        if role == "Note" and "/ID" not in element:
            return "a note has no identifier"
        if found := _HEADING.fullmatch(role):
            level, last = int(found[1]), self._levels[-1] if self._levels else 0
            self._levels.append(level)
            if level > last + 1:
                return "its headings leave out a level"
        return ""


def add(document: pikepdf.Pdf, tags: Tags, title: str, language: str) -> None:
    """Puts tags, whose pages have come along, as a part behind those of the document, if it has any."""
    structure = Structure.of(document)
    if structure is None or not tags.tops:
        return
    offset = structure.following
    for owner, name, key in tags.keyed:
        document.copy_foreign(owner)[name] = offset + key
    for key, owners in tags.parents:
        structure.parents[offset + key] = document.copy_foreign(owners)
    root: Any = structure.root
    root.ParentTreeNextKey = offset + max((key for key, _ in tags.parents), default=-1) + 1
    top = root.K[0] if isinstance(root.K, Array) else root.K
    kids = [document.copy_foreign(e) for e in tags.tops]
    part = document.make_indirect(Dictionary(Type=Name.StructElem, S=Name.Part, T=String(title), P=top, K=Array(kids)))
    if language:
        part.Lang = String(language)
    for kid in kids:
        kid.P = part
    held = top.get("/K")
    top.K = Array([*(items(held) if isinstance(held, Array) else [] if held is None else [held]), part])
    _types(document, root, tags)
    _classes(document, root, tags)
    _identifiers(document, root, tags)
    if tags.namespaces:
        root.Namespaces = Array([*items(root.get("/Namespaces")), *map(document.copy_foreign, tags.namespaces)])


def _types(document: pikepdf.Pdf, root: Any, tags: Tags) -> None:
    """Adds the names of types; one that means something else in the document gets another name."""
    if not tags.roles:
        return
    own = {str(k)[1:]: str(v)[1:] for k, v in root.RoleMap.items()} if "/RoleMap" in root else {}
    renamed = {}
    for name, target in tags.roles.items():
        if name in STANDARD or own.get(name, target) != target:
            free = next(n for i in range(1, len(own) + 3) if (n := f"{name}-{i}") not in own and n not in tags.roles)
            renamed[name] = free
    for name, target in tags.roles.items():
        own[renamed.get(name, name)] = renamed.get(target, target)
    for name, free in renamed.items():
        for element in tags.typed.get(name, ()):
            document.copy_foreign(element).S = Name(f"/{free}")
    root.RoleMap = Dictionary({f"/{k}": Name(f"/{v}") for k, v in sorted(own.items())})


def _classes(document: pikepdf.Pdf, root: Any, tags: Tags) -> None:
    if tags.classes and "/ClassMap" not in root:
        root.ClassMap = Dictionary()
    for name, holder in tags.classes.items():
        if (copied := document.copy_foreign(holder).get("/Of")) is not None:
            root.ClassMap[f"/{name}"] = copied


def _identifiers(document: pikepdf.Pdf, root: Any, tags: Tags) -> None:
    if not tags.names:
        return
    own = {bytes(name): element for name, element in pairs(root.get("/IDTree")) if isinstance(name, String)}
    own |= {name: document.copy_foreign(element) for name, element in tags.names}
    flat = [x for name in sorted(own) for x in (String(name), own[name])]
    root.IDTree = document.make_indirect(Dictionary(Names=Array(flat)))

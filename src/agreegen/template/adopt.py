"""Adopt: what an included file brings along is made part of the master: styles, lists, links, pictures, notes."""

from __future__ import annotations

import copy
import hashlib
import posixpath
from dataclasses import field
from typing import TYPE_CHECKING

from lxml import etree

from agreegen.late import dataclass
from agreegen.template.container import CT, PKG, Container, R, W, serialize

if TYPE_CHECKING:
    from agreegen.finding import Location
    from agreegen.template.problem import Problems

NO_RELS = b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"/>'
STYLE_USES = tuple(W + t for t in ("pStyle", "rStyle", "tblStyle"))
STYLE_LINKS = ("basedOn", "link", "next")


def canonical(e: etree._Element, *drop: str) -> bytes:
    """Bytes that are equal when two elements mean the same; attributes named in `drop` and revision ids don't count."""
    e = copy.deepcopy(e)
    e.tail = None
    for x in e.iter():
        for a in list(x.attrib):
            if str(a).rpartition("}")[2].startswith("rsid") or a in drop:
                del x.attrib[a]
    return etree.tostring(e, method="c14n", exclusive=True)


def value(e: etree._Element | None, *path: str) -> str | None:
    """The `w:val` at the end of a path of WordprocessingML elements."""
    found = e.find("/".join(W + p for p in path)) if e is not None else None
    return found.get(W + "val") if found is not None else None


@dataclass(slots=True)
class Adoption:
    """The master as it grows; `take` makes the content of an included file fit into it."""

    master: Container
    problems: Problems
    styles: dict[str, bytes] = field(default_factory=dict)
    abstract: dict[bytes, str] = field(default_factory=dict)
    copied_styles: bool = False

    def __post_init__(self) -> None:
        if name := self.master.part("styles"):
            self.styles = {s.get(W + "styleId") or "": canonical(s) for s in self.master.tree(name).iter(W + "style")}
        if name := self.master.part("numbering"):
            root = self.master.tree(name)
            key = W + "abstractNumId"
            self.abstract = {canonical(a, key): a.get(key) or "" for a in root.iterfind(W + "abstractNum")}

    def take(self, part: Container, body: etree._Element, where: Location) -> None:
        """Makes styles, lists, relationships and notes of the body the master's."""
        self._styles(part, body, where)
        self._lists(part, body, where)
        self._relations(part, part.document, body, self.master.document)
        self._notes(part, body, where)

    # -------------------------------------------------------------------------------------------- styles
    def _styles(self, part: Container, body: etree._Element, where: Location) -> None:
        theirs_name, ours_name = part.part("styles"), self.master.part("styles")
        if not theirs_name or not ours_name:
            return
        if part.members[theirs_name] == self.master.members[ours_name] and not self.copied_styles:
            return
        theirs_root, ours = part.tree(theirs_name), self.master.tree(ours_name)
        defaults = [r.find(W + "docDefaults") for r in (theirs_root, ours)]
        if all(d is not None for d in defaults) and canonical(defaults[0]) != canonical(defaults[1]):  # type: ignore[arg-type]
            self.problems.error("T014", where, "the default font or spacing differs from the master's", _rebase(where))
        theirs = {s.get(W + "styleId") or "": s for s in theirs_root.iter(W + "style")}
        for i in sorted(_used(body, theirs)):
            name = value(theirs[i], "name") or i
            if i not in self.styles:
                ours.append(copy.deepcopy(theirs[i]))
                self.copied_styles = True
                self.styles[i] = canonical(theirs[i])
                message = f"the style {name!r} isn't in the master and was copied from {where.file}"
                self.problems.note("T015", where, message, _rebase(where))
            elif canonical(theirs[i]) != self.styles[i]:
                message = f"the style {name!r} differs from the master's"
                self.problems.error("T014", where, message, _rebase(where))

    # -------------------------------------------------------------------------------------------- lists
    def _lists(self, part: Container, body: etree._Element, where: Location) -> None:
        """Direct lists get numbers of their own, so that each inclusion starts again; lists of styles go on."""
        theirs_name = part.part("numbering")
        direct = [e for e in body.iter(W + "numId") if e.get(W + "val") not in (None, "0")]
        if not direct:
            return
        ours_name = self.master.part("numbering")
        if not theirs_name or not ours_name:
            message = "a list has no definition" if not theirs_name else "the master has no lists for this one to join"
            self.problems.error("T023", where, message, _rebase(where))
            return
        theirs, ours = part.tree(theirs_name), self.master.tree(ours_name)
        nums = {n.get(W + "numId"): n for n in theirs.iterfind(W + "num")}
        abstract = {a.get(W + "abstractNumId"): a for a in theirs.iterfind(W + "abstractNum")}
        new: dict[str, str] = {}
        for e in direct:
            old = e.get(W + "val") or ""
            found = abstract.get(value(nums.get(old), "abstractNumId"))
            if found is None:
                self.problems.error("T023", where, f"the list {old} has no definition", "apply the list again in Word")
                return
            if old not in new:
                new[old] = add_num(ours, self._abstract(ours, found), nums[old])
            e.set(W + "val", new[old])

    def _abstract(self, ours: etree._Element, theirs: etree._Element) -> str:
        key = canonical(theirs, W + "abstractNumId")
        if key not in self.abstract:
            known = [int(a.get(W + "abstractNumId") or 0) for a in ours.iterfind(W + "abstractNum")]
            made = copy.deepcopy(theirs)
            self.abstract[key] = str(max(known, default=0) + 1)
            made.set(W + "abstractNumId", self.abstract[key])
            ours.insert(len(known), made)
        return self.abstract[key]

    # -------------------------------------------------------------------------------------------- relationships
    def _relations(self, part: Container, holder: str, element: etree._Element, into: str) -> None:
        theirs = part.rels(holder)
        used = [(e, a) for e in element.iter() for a in e.attrib if str(a).startswith(R) and e.get(a) in theirs]
        if not used:
            return
        name = self.master.rels_name(into)
        self.master.members.setdefault(name, NO_RELS)
        ours = self.master.tree(name)
        known = {(r.get("Type"), r.get("Target"), r.get("TargetMode")): r.get("Id") or "" for r in ours}
        for e, a in used:
            rel = theirs[e.get(a) or ""]
            outside = rel.get("TargetMode") == "External"
            target = rel.get("Target") if outside else self.copied(part, part.target(holder, rel), into)
            key = (rel.get("Type"), target, rel.get("TargetMode"))
            if key not in known:
                taken = [int(i[3:]) for r in ours if (i := r.get("Id") or "")[:3] == "rId" and i[3:].isdigit()]
                known[key] = f"rId{max(taken, default=0) + 1}"
                new = etree.SubElement(
                    ours, PKG + "Relationship", Id=known[key], Type=key[0] or "", Target=target or ""
                )
                if outside:
                    new.set("TargetMode", "External")
            e.set(a, known[key])

    def copied(self, part: Container, name: str, into: str) -> str:
        """The target, seen from `into`, of the master's copy of a member; equal members are one."""
        data = serialize(part.trees[name]) if name in part.trees else part.members[name]
        stem, ext = posixpath.splitext(name)
        same = next((n for n, d in self.master.members.items() if d == data and posixpath.splitext(n)[1] == ext), None)
        if same is None or part.has(part.rels_name(name)):
            same = f"{stem.rstrip('0123456789')}_{hashlib.sha256(part.file.encode() + data).hexdigest()[:12]}{ext}"
        if not self.master.has(same):
            self.master.members[same] = data
            self._content_type(part, name, same)
            if part.has(part.rels_name(name)):
                self._relations(part, name, self.master.tree(same), same)
        return posixpath.relpath(same, posixpath.dirname(into))

    def _content_type(self, part: Container, old: str, new: str) -> None:
        theirs, ours = (c.tree("[Content_Types].xml") for c in (part, self.master))
        for e in theirs:
            if e.get("PartName") == "/" + old:
                etree.SubElement(ours, CT + "Override", PartName="/" + new, ContentType=e.get("ContentType") or "")
                return
        ext = posixpath.splitext(old)[1][1:].lower()
        if all((e.get("Extension") or "").lower() != ext for e in ours):
            kind = next((e.get("ContentType") for e in theirs if (e.get("Extension") or "").lower() == ext), None)
            ours.insert(0, etree.Element(CT + "Default", Extension=ext, ContentType=kind or "application/octet-stream"))

    # -------------------------------------------------------------------------------------------- footnotes
    def _notes(self, part: Container, body: etree._Element, where: Location) -> None:
        refs = list(body.iter(W + "footnoteReference"))
        if not refs:
            return
        theirs_name, ours_name = part.part("footnotes"), self.master.part("footnotes")
        if not theirs_name or not ours_name:
            hint = "build the master from base.docx, which has a part for footnotes"
            self.problems.error("T009", where, "the footnotes have no part in the master to go to", hint)
            return
        theirs = {f.get(W + "id"): f for f in part.tree(theirs_name)}
        ours = self.master.tree(ours_name)
        for r in refs:
            note = theirs[r.get(W + "id")]
            self._styles(part, note, where)
            self._relations(part, theirs_name, note, ours_name)
            new = str(max((int(f.get(W + "id") or 0) for f in ours), default=0) + 1)
            note = copy.deepcopy(note)
            note.set(W + "id", new)
            r.set(W + "id", new)
            ours.append(note)


def _rebase(where: Location) -> str:
    return f"put the text into a copy of base.docx, in its styles ({where.file})"


def _used(body: etree._Element, styles: dict[str, etree._Element]) -> set[str]:
    """The styles that the body uses, with those they rest on."""
    used = {e.get(W + "val") or "" for e in body.iter(*STYLE_USES)} & styles.keys()
    while more := {v for i in used for t in STYLE_LINKS if (v := value(styles[i], t)) in styles} - used:
        used |= {m for m in more if m}
    return used


def add_num(root: etree._Element, abstract: str, like: etree._Element | None = None) -> str:
    """The number of a new list that starts again at every level, with the number that the level itself starts with."""
    new = str(max((int(x.get(W + "numId") or 0) for x in root.iterfind(W + "num")), default=0) + 1)
    num = num_element(root, abstract, new, like)
    last = root.findall(W + "num")
    if last:
        last[-1].addnext(num)
    else:
        root.append(num)
    return new


def num_element(root: etree._Element, abstract: str, num_id: str, like: etree._Element | None = None) -> etree._Element:
    """A `w:num` that starts again at every level, with the overrides of the list it is like."""
    num = etree.Element(W + "num", {W + "numId": num_id}, nsmap={"w": W[1:-1]})
    etree.SubElement(num, W + "abstractNumId", {W + "val": abstract})
    definition = root.find(f"{W}abstractNum[@{W}abstractNumId='{abstract}']")
    starts = {x.get(W + "ilvl"): value(x, "start") or "0" for x in (definition if definition is not None else ())}
    for i in map(str, range(9)):
        own = like.find(f"{W}lvlOverride[@{W}ilvl='{i}']") if like is not None else None
        if own is not None:
            num.append(copy.deepcopy(own))
        elif i in starts:
            o = etree.SubElement(num, W + "lvlOverride", {W + "ilvl": i})
            etree.SubElement(o, W + "startOverride", {W + "val": starts[i]})
    return num

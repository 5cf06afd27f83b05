"""Compose: a master and the files that it includes become one Word file, once per template.

An include is a splice: paragraphs and tables of the included file take the place of the directive. What they rest on
(styles, lists, links, pictures, notes, bookmarks, sections) is made to fit by `adopt`, `anchor` and `section`.
"""

from __future__ import annotations

import re
from dataclasses import field, replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from agreegen.finding import Location
from agreegen.late import dataclass
from agreegen.template.adopt import Adoption
from agreegen.template.anchor import Anchors
from agreegen.template.compiled import File, Numbering, digest
from agreegen.template.container import Container, W, opened
from agreegen.template.loop import loops
from agreegen.template.paragraph import drop, put
from agreegen.template.place import Places, own, rendered_parts, shown
from agreegen.template.problem import Problems, nearest
from agreegen.template.section import Sections
from agreegen.template.tag import QUOTES, RESERVED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lxml import etree

    from agreegen.template.numbering import List

INCLUDE = re.compile(r"\{%-?\s*(?:p\s+)?include\b(.*?)%\}", re.DOTALL)
ALONE = re.compile(rf"\s*\{{%p\s+include\s+[{QUOTES}]([^{QUOTES}]+)[{QUOTES}]\s*%\}}\s*")
NAME = re.compile(r"[\w.-]+(?:/[\w.-]+)*")
SUFFIX = ".docx"
CLAUSES = "clauses"  # files that never bring pages of their own kind
MAX_DEPTH = 12
PENDING = tuple(
    W + t
    for t in (
        "ins", "del", "moveFrom", "moveTo", "rPrChange", "pPrChange", "sectPrChange", "tblPrChange", "trPrChange",
        "tcPrChange", "numberingChange", "cellIns", "cellDel",
    )
)  # fmt: skip
NOISE = tuple(
    W + t for t in ("proofErr", "lastRenderedPageBreak", "commentRangeStart", "commentRangeEnd", "commentReference")
)
COMMENTS = ("comments", "commentsExtended", "commentsIds", "commentsExtensible", "people")
DIRECTIVES = ("{%p", "{%tr", "{%tc")
W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"


@dataclass(frozen=True, slots=True)
class Composed:
    """One Word file made of several, and what compiling it needs to know."""

    container: Container
    places: Places
    files: tuple[File, ...]
    numbering: Numbering
    lists: Mapping[str, List]
    anchors: Mapping[str, tuple[str, ...]]  # what ref() may name -> bookmarks, one unless they exclude each other


@dataclass(slots=True)
class Composer:
    """The work on one master."""

    root: Path
    problems: Problems
    also: tuple[Path, ...] = ()
    places: Places = field(default_factory=Places)
    files: dict[str, File] = field(default_factory=dict)
    anchors: Anchors = field(default_factory=Anchors)
    master: Container | None = None
    adoption: Adoption = field(init=False)
    sections: Sections = field(init=False)

    def run(self, path: Path) -> Composed | None:
        """The composed file, or nothing if a file can't be opened; findings are in `problems`."""
        master = self._open(path, relative(path, self.root))
        if master is None:
            return None
        self.master = master
        for kind in COMMENTS:
            master.drop(master.document, kind)
        body = master.tree(master.document).find(W + "body")
        assert body is not None
        self.adoption = Adoption(master, self.problems)
        self.sections = Sections(body)
        self.anchors.adopt(body, master.file)
        self._expand(body, (str(PurePosixPath(master.file).with_suffix("")),), 0)
        self._directives(master)
        numbering, lists = loops(master, self.places, self.problems)
        anchors = self.anchors.settled(body, self.places, self.problems)
        self.anchors.count(master)
        self.sections.close(body)
        numbering = replace(numbering, sections=self.sections.xml())
        return Composed(master, self.places, tuple(self.files.values()), numbering, lists, anchors)

    def _open(self, path: Path, name: str) -> Container | None:
        where = Location(file=name)
        try:
            data = self._bytes(path)
        except OSError as e:
            self.problems.error("T001", where, f"the file can't be read ({e.strerror or e})", "check the path")
            return None
        self.files.setdefault(name, File(name, digest(data)))
        container = opened(data, name, self.problems, self.master)
        if container is not None:
            self.places.mark(container)
            for part, _ in rendered_parts(container):
                self._clean(container.tree(part))
        return container

    def _bytes(self, path: Path) -> bytes:
        """What stands in a file."""
        return path.read_bytes()

    def _clean(self, root: etree._Element) -> None:
        """Takes out what loops would double and nobody reads; refuses what isn't decided yet."""
        where = self.places.of(root)
        if pending := list(root.iter(*PENDING)):
            message = f"{len(pending)} tracked changes are pending"
            self.problems.error("T016", self.places.of(pending[0]), message, "accept or reject them in Word first")
        if (note := next(root.iter(W + "endnoteReference"), None)) is not None:
            self.problems.error("T017", self.places.of(note), "an endnote is not rendered", "make it a footnote")
        if next(root.iter(W + "commentReference"), None) is not None:
            self.problems.note("T024", where, "comments are left out of agreements")
        for e in list(root.iter(*NOISE)):
            drop(e)
        for e in root.iter():
            if e.text and (found := RESERVED.search(e.text)):
                message = f"the text holds the reserved character U+{ord(found[0]):04X}"
                self.problems.error("T035", self.places.of(e), message, "replace it by an ordinary character")
            for a in [a for a in e.attrib if str(a).startswith(W14) or str(a).rpartition("}")[2].startswith("rsid")]:
                if str(a) in (W14 + "paraId", W14 + "textId") or "rsid" in str(a):
                    del e.attrib[a]

    # -------------------------------------------------------------------------------------------- includes
    def _expand(self, body: etree._Element, stack: tuple[str, ...], kind: int) -> None:
        for p in list(body.iter(W + "p")):
            text = shown(p)
            if "include" not in text or not INCLUDE.search(text):
                continue
            where = replace(self.places.of(p), text=text.strip()[:80])
            name = self._included(text, where)
            if name is None or not self._include(p, name, where, stack, kind):
                put(p, "")

    def _included(self, text: str, where: Location) -> str | None:
        hint = 'write {%p include "clauses/name" %} in a paragraph of its own'
        found = ALONE.fullmatch(text)
        if found is None:
            message = f"the include in {where.text!r} is not alone in its paragraph, or has no plain name"
            self.problems.error("T013", where, message, hint)
            return None
        name = found[1].strip().replace("\\", "/").removesuffix(SUFFIX)
        inside = all((r / (name + SUFFIX)).resolve().is_relative_to(r.resolve()) for r in (self.root, *self.also))
        if not NAME.fullmatch(name) or not inside or ".." in name.split("/"):
            message = f"{name!r} leads outside the folder of templates"
            self.problems.error("T011", where, message, "name a file below it: clauses/name")
            return None
        return name

    def _include(self, p: etree._Element, name: str, where: Location, stack: tuple[str, ...], kind: int) -> bool:
        """True when the file is spliced in."""
        if name in stack or len(stack) > MAX_DEPTH:
            message = "includes go round in a circle: " + " → ".join((*stack, name))
            self.problems.error("T012", where, message, "remove one of them")
            return False
        file = found_in((self.root, *self.also), name + SUFFIX)
        if not file.is_file():
            roots = (self.root, *self.also)
            known = [relative(f, r)[: -len(SUFFIX)] for r in roots for f in sorted(r.rglob("*" + SUFFIX))]
            message = f"{stack[-1]} includes {name!r}, and there is no {name}{SUFFIX}"
            self.problems.error("T010", where, message, nearest(name, known) or f"the folder is {self.root.name}")
            return False
        part = self._open(file, name + SUFFIX)
        if part is not None:
            self._splice(p, part, where, (*stack, name), kind)
        return part is not None

    def _splice(self, p: etree._Element, part: Container, where: Location, stack: tuple[str, ...], outer: int) -> None:
        body = part.tree(part.document).find(W + "body")
        assert body is not None
        inside = Location(file=part.file, part="body")
        for s in body.iter(W + "sectPr"):
            if s.getparent() is not body:
                at = self.places.of(s)
                self.problems.error("T019", at, "an included file holds a section break", "split the file there")
        self.adoption.take(part, body, inside)
        self.anchors.adopt(body, part.file)
        final = body.find(W + "sectPr")
        kind = outer
        if final is not None:
            body.remove(final)
            if stack[-1].split("/")[0] != CLAUSES:
                kind = self.sections.kind(final)
        self._expand(body, stack, kind)
        if kind != outer:
            if not self.sections.may_turn(p):
                message = f"{stack[-1]} has pages of another size, which works only in the master's last section"
                hint = "include it directly in the master, after its last section break"
                self.problems.error("T019", where, message, hint)
            self.sections.turn(p, kind, outer)
        self._insert(p, body)

    def _insert(self, p: etree._Element, body: etree._Element) -> None:
        parent = p.getparent()
        assert parent is not None
        for block in list(body):
            p.addprevious(block)
        put(p, "")
        if parent.tag == W + "tc" and (len(parent) == 0 or parent[-1].tag != W + "p"):
            parent.append(parent.makeelement(W + "p"))

    def _directives(self, master: Container) -> None:
        """Bookmarks that touch a directive go with it; cells and tables that may be emptied get a mark."""
        body = master.tree(master.document)
        ids: set[str | None] = set()
        for p in body.iter(W + "p"):
            text = shown(p).lstrip()
            if not text.startswith(DIRECTIVES):
                continue
            ids |= {b.get(W + "id") for b in own(p, W + "bookmarkStart", W + "bookmarkEnd")}
            cell = next(p.iterancestors(W + "tc"), None) if text.startswith("{%p") else None
            if cell is not None:
                _mark_after(cell[-1], "\ue010c\ue011")
            table = next(p.iterancestors(W + "tbl"), None) if text.startswith("{%tr") else None
            if table is not None:
                _mark_after(table, "\ue010t\ue011")
        if ids:
            for b in [b for b in body.iter(W + "bookmarkStart", W + "bookmarkEnd") if b.get(W + "id") in ids]:
                put(b, "")


def found_in(roots: tuple[Path, ...], name: str) -> Path:
    """The file of that name in the first folder that has it; in the first folder, where none has."""
    return next((file for root in roots if (file := root / name).is_file()), roots[0] / name)


def relative(path: Path, root: Path) -> str:
    """The path below the root, with forward slashes; the bare name for a file elsewhere."""
    try:
        return path.resolve().relative_to(root.resolve()).as_posix()
    except ValueError:
        return path.name


def _mark_after(e: etree._Element, mark: str) -> None:
    if mark not in (e.tail or ""):
        e.tail = mark + (e.tail or "")


def compose(path: Path, root: Path, problems: Problems, also: tuple[Path, ...] = ()) -> Composed | None:
    """The master with its includes in place, or nothing if it can't be opened."""
    return Composer(root, problems, also).run(path)

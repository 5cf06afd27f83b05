"""Loop: what must be unique is made so in every iteration; lists that a loop repeats begin again."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING

from lxml import etree

from agreegen.late import dataclass
from agreegen.template.adopt import num_element, value
from agreegen.template.anchor import STATEMENT
from agreegen.template.compiled import Numbering
from agreegen.template.container import Container, W
from agreegen.template.numbering import Definitions
from agreegen.template.paragraph import put
from agreegen.template.place import Places, own, shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from agreegen.template.numbering import List
    from agreegen.template.problem import Problems

DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"


@dataclass(slots=True)
class Loops:
    """The loops of a body: which paragraphs stand in which, and which paragraphs each repeats."""

    inside: list[tuple[etree._Element, tuple[int, ...]]] = field(default_factory=list)
    bodies: list[list[etree._Element]] = field(default_factory=list)
    heads: list[tuple[etree._Element, str]] = field(default_factory=list)  # the directive of each, and its text

    def read(self, body: etree._Element) -> None:
        """Finds the loops, and what stands in them."""
        open_: list[int] = []
        for p in body.iter(W + "p"):
            text = shown(p)
            words = STATEMENT.findall(text)
            whole = text.lstrip().startswith(("{%p", "{%tr", "{%tc"))
            for word in words:
                if word == "for":
                    open_.append(len(self.bodies))
                    self.bodies.append([])
                    self.heads.append((p, text))
                elif word == "endfor" and open_:
                    open_.pop()
            if not whole:
                for k in open_:
                    self.bodies[k].append(p)
                if open_:
                    self.inside.append((p, tuple(open_)))


def loops(master: Container, places: Places, problems: Problems) -> tuple[Numbering, Mapping[str, List]]:
    """What counting needs, and the lists; in loops bookmarks go, drawings and direct lists get marks."""
    document = master.tree(master.document)
    found = Loops()
    found.read(document)
    drawings(document, {p for p, _ in found.inside})
    name = master.part("numbering")
    restarted: set[str] = set()
    again_in: set[int] = set()
    for p, inside in found.inside:
        if next(own(p, W + "footnoteReference"), None) is not None:
            hint = "put the note's text into the sentence, or the note outside the loop"
            problems.error("T018", places.of(p), "a footnote stands in a loop, and Word allows each only once", hint)
        for e in list(own(p, W + "bookmarkStart", W + "bookmarkEnd")):
            put(e, "")
        num = p.find(f"{W}pPr/{W}numPr/{W}numId")
        old = num.get(W + "val") if num is not None else None
        if num is None or old in (None, "0"):
            continue
        again = next((k for k in reversed(inside) if any(_direct(q) != old for q in found.bodies[k])), None)
        if again is not None:
            again_in.add(again)
            num.set(W + "val", f"\ue010l{old} {again}\ue011")
            restarted.add(old or "")
    for k in again_in:
        _begin(*found.heads[k], k)
    if not name:
        return Numbering(), {}
    return _numbering(master, name, restarted)


def _numbering(master: Container, name: str, restarted: set[str]) -> tuple[Numbering, Mapping[str, List]]:
    root = master.tree(name)
    styles = master.part("styles")
    definitions = Definitions(master.tree(styles) if styles else None, root)
    nums = {n.get(W + "numId") or "": n for n in root.iterfind(W + "num")}
    made = {}
    for old in restarted & nums.keys():
        e = num_element(root, value(nums[old], "abstractNumId") or "", "\ue012", nums[old])
        made[old] = etree.tostring(e, encoding="unicode")
    top = max((int(n) for n in nums if n.isdigit()), default=0) + 1
    return Numbering(part=name, restarts=made, next_num=top), definitions.lists


def drawings(document: etree._Element, inside: set[etree._Element]) -> None:
    """Unique ids for drawings: given at once, or by a mark for those in loops."""
    seen: set[str] = set()
    for e in document.iter(DRAWING):
        if any(p in inside for p in e.iterancestors(W + "p")):
            e.set("id", "\ue010d\ue011")
            continue
        old = e.get("id") or "0"
        new = old if old not in seen else str(max(map(int, seen)) + 1)
        seen.add(new)
        e.set("id", new)


def _begin(p: etree._Element, text: str, loop: int) -> None:
    """A mark after the directive's holder: first thing in each iteration."""
    holder: etree._Element = p
    for opening, tag in (("{%tr", W + "tr"), ("{%tc", W + "tc")):
        if text.lstrip().startswith(opening):
            holder = next(p.iterancestors(tag), p)
    holder.tail = f"\ue010i{loop}\ue011" + (holder.tail or "")


def _direct(p: etree._Element) -> str | None:
    found = p.find(f"{W}pPr/{W}numPr/{W}numId")
    return found.get(W + "val") if found is not None else None

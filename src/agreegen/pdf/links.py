"""Links of a tagged PDF: each one stop for the reader, that says where it leads."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, TypeGuard

from pikepdf import Array, Dictionary, Name, String

from agreegen.pdf.tree import Element

if TYPE_CHECKING:
    from agreegen.pdf.marked import Page
    from agreegen.pdf.tree import Tree

_ENTRY: Final = re.compile(r"(.*\S)\s*\t\s*(\d+|[ivxlc]+)", re.DOTALL)
_UNWANTED: Final = ("/Text", "/Popup")  # comments
_HOLDERS: Final = ("Link", "Form", "Annot", "Reference", "Note")
_PRINT: Final = 4


def repair(tree: Tree, pages: dict[tuple[int, int], Page]) -> None:
    """Repairs every link in place; comments and links that nothing on the page shows are taken out."""
    gone: set[tuple[int, int]] = set()
    for holder in dict.fromkeys(link.parent for link in tree.find("Link")):
        if holder is not None:
            _join(tree, holder, gone)
    held = {a.objgen for e in tree.find(*_HOLDERS) for a in e.annotations()}
    for page in tree.pdf.pages:
        if "/Annots" in page.obj:
            _keep(tree, page.obj, held, gone)
    for link in tree.find("Link"):
        _describe(link, pages)


def _join(tree: Tree, holder: Element, gone: set[tuple[int, int]]) -> None:
    """Makes one link of neighbors that lead to the same place: engines begin a new one at each change of font."""
    kids: list[Any] = []
    for kid in holder.kids:
        last = kids[-1] if kids else None
        if _is_link(kid) and _is_link(last) and _target(kid) == _target(last) is not None:
            _absorb(last, kid, gone)
            tree.own(last)
        else:
            kids.append(kid)
    if len(kids) < len(holder.kids):
        holder.put(kids)


def _is_link(kid: Any) -> TypeGuard[Element]:
    return isinstance(kid, Element) and kid.role == "Link"


def _target(link: Element) -> str | None:
    """Where its annotations lead, None if not all to the same place."""
    found = {repr(a.get("/Dest")) if "/Dest" in a else repr(a.get("/A")) for a in link.annotations()}
    return found.pop() if len(found) == 1 else None


def _absorb(link: Element, other: Element, gone: set[tuple[int, int]]) -> None:
    page = link.obj.get("/Pg")
    kids = list(link.kids)
    for kid in other.kids:
        annotation = None if isinstance(kid, int | Element) else kid.get("/Obj")
        if annotation is not None and (same := _beside(annotation, link.annotations())) is not None:
            same.Rect = _around(same.Rect, annotation.Rect)
            gone.add(annotation.objgen)
        elif isinstance(kid, int) and (own := other.obj.get("/Pg")) is not None and not _same(own, page):
            kids.append(Dictionary(Type=Name.MCR, Pg=own, MCID=kid))
        else:
            kids.append(kid)
    link.put(kids)
    other.put([])


def _same(one: Any, other: Any) -> bool:
    return other is not None and one.objgen == other.objgen


def _beside(annotation: Any, others: list[Any]) -> Any:
    """The annotation that is on the same line, None if there is none."""
    low, high = float(annotation.Rect[1]), float(annotation.Rect[3])
    for other in others:
        shared = min(high, float(other.Rect[3])) - max(low, float(other.Rect[1]))
        if shared > (high - low) / 2 and _page(other) == _page(annotation):
            return other
    return None


def _page(annotation: Any) -> tuple[int, int] | None:
    page = annotation.get("/P")
    return page.objgen if page is not None else None


def _around(one: Any, other: Any) -> Array:
    a, b = list(one), list(other)
    return Array([min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3])])


def _keep(tree: Tree, page: Any, held: set[tuple[int, int]], gone: set[tuple[int, int]]) -> None:
    kept = []
    for annotation in page.Annots:
        kind = annotation.get("/Subtype")
        if kind in _UNWANTED or annotation.objgen in gone:
            continue
        if kind == Name.Link and annotation.objgen not in held:
            if "/A" not in annotation or "/URI" not in annotation.A:
                continue  # LibreOffice's way back from a footnote: nothing on the page belongs to it
            _adopt(tree, page, annotation)
        annotation.F = int(annotation.get("/F", 0)) | _PRINT
        kept.append(annotation)
    if kept:
        page.Annots = Array(kept)
    else:
        del page.Annots


def _adopt(tree: Tree, page: Any, annotation: Any) -> None:
    """Gives a link to the web that stands outside of the structure a place at its end."""
    parents = tree.parents()
    key = max(parents, default=-1) + 1
    top = tree.top.elements()[-1] if tree.top.elements() else tree.top
    reference = Dictionary(Type=Name.OBJR, Pg=page, Obj=annotation)
    link = tree.new("Link", [reference], page)
    annotation.StructParent = key
    parents[key] = link.obj
    top.put([*top.kids, link])


def _describe(link: Element, pages: dict[tuple[int, int], Page]) -> None:
    for annotation in link.annotations():
        said = str(annotation.get("/Contents", ""))
        entry = _ENTRY.fullmatch(said)
        text = f"{entry[1]}, page {entry[2]}" if entry else said
        text = " ".join(text.split()) or _words(link, pages) or _address(annotation) or "Link"
        if text != said:
            annotation.Contents = String(text)


def _words(link: Element, pages: dict[tuple[int, int], Page]) -> str:
    """What the link says on its page."""
    pieces = [x for e in link.walk() for x in e.contents()]
    texts = (pages[p.objgen].text(n) for p, n in pieces if p is not None and p.objgen in pages)
    return " ".join("".join(texts).split())


def _address(annotation: Any) -> str:
    return f"Link to {annotation.A.URI}" if "/A" in annotation and "/URI" in annotation.A else ""

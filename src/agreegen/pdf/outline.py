"""What a viewer shows beside the pages of a tagged PDF: its headings, and the numbers that the pages print."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pikepdf

from agreegen.pdf.completeness import follow
from agreegen.pdf.parts import W
from agreegen.pdf.tags import bookmarks

if TYPE_CHECKING:
    from agreegen.pdf.marked import Page
    from agreegen.pdf.parts import Parts
    from agreegen.pdf.tree import Element, Tree


def repair(tree: Tree, pages: dict[tuple[int, int], Page]) -> None:
    """Makes an outline of the headings, unless the engine made one."""
    root: Any = tree.pdf.Root
    if "/Outlines" in root and "/First" in root.Outlines:
        return
    found = [(h, _title(h, pages)) for h in tree.find(*(f"H{n}" for n in range(1, 7)))]
    with tree.pdf.open_outline() as outline:
        path: list[Any] = [outline.root]
        for heading, title in found:
            page = _page(heading)
            if not title or page is None:
                continue
            item = pikepdf.OutlineItem(title, destination=pikepdf.Array([page, pikepdf.Name.XYZ, None, None, None]))
            del path[int(heading.role[1:]) :]
            path[-1].append(item)
            path.append(item.children)


def _title(heading: Element, pages: dict[tuple[int, int], Page]) -> str:
    pieces = [x for e in heading.walk() for x in e.contents()]
    return " ".join(" ".join(pages[p.objgen].text(n) for p, n in pieces if p is not None and p.objgen in pages).split())


def _page(heading: Element) -> Any:
    return next((p for e in heading.walk() for p, _ in e.contents() if p is not None), None)


def number_pages(pdf: pikepdf.Pdf, parts: Parts, docx: bytes, drawn: bytes) -> None:
    """Calls each page what it prints as its number, unless the engine did; only odd numberings are looked up."""
    root: Any = pdf.Root
    if "/PageLabels" in root:
        return
    ranges = b"0<</S/D>>"
    if any(e.attrib for e in parts.body.iter(W + "pgNumType")):
        ranges = bookmarks.labels(follow(docx, drawn).numbers)
    root.PageLabels = pikepdf.Object.parse(b"<</Nums[%s]>>" % ranges)

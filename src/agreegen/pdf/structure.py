"""The structure tree of a tagged PDF, as far as fields need it: what a marked content belongs to, and new elements."""

from __future__ import annotations

from typing import Final

import pikepdf
from pikepdf import Array, Dictionary, Name, NumberTree

from agreegen.late import dataclass

_BLOCKS: Final = frozenset({"/P", "/LBody", "/TD", "/TH", "/Div", "/Sect", "/Note", "/H", "/Document"}) | {
    f"/H{n}" for n in range(1, 7)
}


@dataclass(slots=True)
class Structure:
    """The tree of one PDF, and the next free number of its list of parents."""

    pdf: pikepdf.Pdf
    root: pikepdf.Object
    parents: NumberTree
    following: int

    @classmethod
    def of(cls, pdf: pikepdf.Pdf) -> Structure | None:
        """The tree, None if the PDF isn't tagged."""
        root = pdf.Root.get("/StructTreeRoot")
        if root is None or "/K" not in root:
            return None
        if "/ParentTree" not in root:
            root.ParentTree = pdf.make_indirect(Dictionary(Nums=Array([])))
        parents = NumberTree(root.ParentTree)
        following = max([int(root.get("/ParentTreeNextKey", 0)), *(int(key) + 1 for key in parents)])
        return cls(pdf, root, parents, following)

    def add_form(self, widget: pikepdf.Object, page: pikepdf.Object, content: int) -> None:
        """Puts a field behind the marked content of its label, or at the end if that isn't known."""
        parent = self._block(page, content)
        link = Dictionary(Type=Name.OBJR, Obj=widget, Pg=page)
        element = self.pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name.Form, P=parent, K=link, Pg=page))
        kids = parent.get("/K")
        if isinstance(kids, Array):
            kids.append(element)
        else:
            parent.K = Array([element] if kids is None else [kids, element])
        widget.StructParent = self.following
        self.parents[self.following] = element
        self.following += 1
        self.root.ParentTreeNextKey = self.following

    def _block(self, page: pikepdf.Object, content: int) -> pikepdf.Object:
        """The paragraph (or other block) that a marked content of a page is in, else the document."""
        number = page.get("/StructParents")
        known = self.parents.get(int(number)) if number is not None and content >= 0 else None
        node = known[content] if isinstance(known, Array) and content < len(known) else None
        while isinstance(node, Dictionary) and "/S" in node:
            if str(node.S) in _BLOCKS:
                return node
            node = node.get("/P")
        kids = self.root.K
        return kids[0] if isinstance(kids, Array) else kids

"""The structure tree of a tagged PDF as objects that are quick to walk, and written back where they were changed."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, Any, Final

from pikepdf import Array, Dictionary, Name

from agreegen.errors import EngineError
from agreegen.late import dataclass
from agreegen.pdf import sound

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pikepdf

_GROUPS: Final = "Document Part Art Sect Div BlockQuote Caption TOC TOCI Index NonStruct Private"
_BLOCKS: Final = "P H H1 H2 H3 H4 H5 H6 L LI Lbl LBody Table TR TH TD THead TBody TFoot"
_WORDS: Final = "Span Quote Note Reference BibEntry Code Link Annot Ruby RB RT RP Warichu WT WP Figure Formula Form"
STANDARD: Final = frozenset(f"{_GROUPS} {_BLOCKS} {_WORDS}".split())
"""The types of ISO 32000-1, 14.8.4; any other is a style name that the role map explains."""

_DEEPEST: Final = 200


@dataclass(slots=True, eq=False)
class Element:
    """An element of structure: its type as written (`name`) and as the role map explains it (`role`).

    `kids` are elements, numbers of marked content on the element's own page, and PDF objects (marked content
    elsewhere, annotations).
    """

    obj: Any
    name: str
    role: str
    parent: Element | None = None
    kids: list[Any] = field(default_factory=list)
    changed: bool = False

    def elements(self) -> list[Element]:
        """The kids that are elements."""
        return [k for k in self.kids if isinstance(k, Element)]

    def walk(self) -> Iterator[Element]:
        """This element and all below it, in reading order."""
        yield self
        for kid in self.kids:
            if isinstance(kid, Element):
                yield from kid.walk()

    def become(self, role: str) -> None:
        """Gives it a standard type."""
        if self.name != role:
            self.obj.S = Name(f"/{role}")
        self.name = self.role = role

    def put(self, kids: list[Any]) -> None:
        """Replaces the kids; elements among them become its own."""
        self.kids, self.changed = kids, True
        for kid in kids:
            if isinstance(kid, Element) and kid.parent is not self:
                kid.parent = self
                kid.obj.P = self.obj

    def attributes(self) -> list[Any]:
        """The dictionaries of its attributes; the numbers of their revisions are left out."""
        held = self.obj.get("/A")
        return [a for a in held if isinstance(a, Dictionary)] if isinstance(held, Array) else [held] if held else []

    def contents(self) -> list[tuple[Any, int]]:
        """(page, number) of the marked content directly within."""
        found = []
        for kid in self.kids:
            if isinstance(kid, int):
                found.append((self.obj.get("/Pg"), kid))
            elif not isinstance(kid, Element) and (number := kid.get("/MCID")) is not None:
                found.append((kid.get("/Pg", self.obj.get("/Pg")), int(number)))
        return found

    def annotations(self) -> list[Any]:
        """The annotations that it holds."""
        held = (k.get("/Obj") for k in self.kids if not isinstance(k, int | Element))
        return [a for a in held if a is not None]


class Tree:
    """The structure tree of one PDF."""

    def __init__(self, pdf: pikepdf.Pdf) -> None:
        """Reads it; EngineError if there is none or none that makes sense."""
        self.pdf = pdf
        self.root: Any = pdf.Root.get("/StructTreeRoot")
        if self.root is None:
            raise EngineError(
                "the PDF has no structure for screen readers", "use another engine, or --pdf-profile plain"
            )
        sound.checked(self.root, sound.ROOT, "the root of its structure")
        mapped: Any = self.root.get("/RoleMap")
        self.mapped = {str(k)[1:]: str(v)[1:] for k, v in mapped.items()} if mapped is not None else {}
        self.top = Element(self.root, "", "")
        self._fill(self.top, 0)
        self._parents: dict[int, Any] | None = None
        self._all: list[Element] = []

    def role(self, name: str) -> str:
        """The standard type that a name stands for, "" if none."""
        seen = set()
        while name not in STANDARD and name in self.mapped and name not in seen:
            seen.add(name)
            name = self.mapped[name]
        return name if name in STANDARD else ""

    def settle(self) -> None:
        """Lists the elements for `find`; those that are taken out later keep their place in the list."""
        self._all = list(self.top.walk())

    def find(self, *roles: str) -> list[Element]:
        """The elements of these types, in reading order."""
        return [e for e in self._all if e.role in roles]

    def _fill(self, element: Element, depth: int) -> None:
        if depth > _DEEPEST:
            raise EngineError("the structure of the PDF is nested too deeply", "use --pdf-profile plain")
        kids = element.obj.get("/K")
        for kid in kids if isinstance(kids, Array) else [] if kids is None else [kids]:
            if isinstance(kid, int):
                if kid < 0 or isinstance(kid, bool):
                    raise sound.unsound(f"{kid} is no number of content")
                element.kids.append(kid)
                continue
            if kid is None:
                continue
            sound.checked(kid, sound.ELEMENT, "an element")
            name = kid.get("/S")
            if name is None:
                if (held := kid.get("/Obj")) is not None and kid.get("/Type") == Name.OBJR:
                    sound.checked(held, sound.ANNOTATION, "an annotation")
                element.kids.append(kid)
                continue
            written = str(name)[1:]
            below = Element(kid, written, self.role(written), element)
            element.kids.append(below)
            self._fill(below, depth + 1)

    def new(self, role: str, kids: list[Any], page: Any) -> Element:
        """A new element; it still has to be put among the kids of another."""
        obj = self.pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name(f"/{role}")))
        if page is not None:
            obj.Pg = page
        element = Element(obj, role, role)
        element.put(kids)
        self._all.append(element)
        return element

    def own(self, element: Element) -> None:
        """Names the element as the owner of the marked content and annotations that it holds."""
        for page, number in element.contents():
            held = self.parents().get(int(page.get("/StructParents", -1))) if page is not None else None
            if isinstance(held, Array) and number < len(held):
                held[number] = element.obj
        for annotation in element.annotations():
            key = int(annotation.get("/StructParent", -1))
            if key in self.parents():
                self.parents()[key] = element.obj

    def parents(self) -> dict[int, Any]:
        """The parent tree: who owns the content of a page, or an annotation."""
        if self._parents is None:
            self._parents = dict(_pairs(self.root.get("/ParentTree")))
        return self._parents

    def write(self) -> None:
        """Writes what was changed into the PDF."""
        for element in self._all:
            if element.changed:
                element.obj.K = Array([k.obj if isinstance(k, Element) else k for k in element.kids])
        if self._parents is not None:
            flat = [x for key in sorted(self._parents) for x in (key, self._parents[key])]
            self.root.ParentTree = self.pdf.make_indirect(Dictionary(Nums=Array(flat)))
            self.root.ParentTreeNextKey = max(self._parents, default=-1) + 1
        if self.mapped:
            self.root.RoleMap = Dictionary({f"/{k}": Name(f"/{v}") for k, v in sorted(self.mapped.items())})
        elif "/RoleMap" in self.root:
            del self.root.RoleMap


def _pairs(node: Any) -> Iterator[tuple[int, Any]]:
    """(key, value) of a number tree."""
    if node is None:
        return
    sound.checked(node, sound.NUMBERS, "the tree of owners")
    numbers = node.get("/Nums")
    if numbers is not None:
        flat = list(numbers)
        if not all(isinstance(k, int) for k in flat[::2]):
            raise sound.unsound("a key of the tree of owners is no number")
        yield from ((int(k), v) for k, v in zip(flat[::2], flat[1::2], strict=False))
    for kid in node.get("/Kids", ()):
        yield from _pairs(kid)

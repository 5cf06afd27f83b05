"""Trees of names and numbers, and destinations, of PDFs that nobody vouches for: read with limits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pikepdf import Array, Dictionary, Name, String

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pikepdf

_MOST: Final = 200_000


def pairs(tree: Any, key: str = "/Names") -> Iterator[tuple[Any, Any]]:
    """(name, value) of a name tree, or with key `/Nums` (number, value) of a number tree; one that loops ends."""
    nodes = [tree]
    for _ in range(_MOST):
        if not nodes:
            return
        node = nodes.pop()
        if not isinstance(node, Dictionary):
            continue
        listed = items(node.get(key))
        yield from zip(listed[::2], listed[1::2], strict=False)
        nodes += reversed(items(node.get("/Kids")))


def items(value: Any) -> list[Any]:
    """The items of an array; none for what isn't one."""
    return list(value) if isinstance(value, Array) else []


def is_set(value: Any) -> bool:
    """Whether a switch is on."""
    return value is True


def text(value: Any) -> str:
    """A text string as one line; "" for what isn't one."""
    return " ".join(str(value).split()) if isinstance(value, String) else ""


class Destinations:
    """The places of a PDF that links and bookmarks lead to, as pages and views instead of names."""

    def __init__(self, pdf: pikepdf.Pdf) -> None:
        """Reads the names."""
        self.pages = {page.obj.objgen: number for number, page in enumerate(pdf.pages)}
        self._objects = [page.obj for page in pdf.pages]
        root: Any = pdf.Root
        names = root.get("/Names")
        tree = names.get("/Dests") if isinstance(names, Dictionary) else None
        self._named = {bytes(k): v for k, v in pairs(tree) if isinstance(k, String)}
        old = root.get("/Dests")
        self._old = dict(old.items()) if isinstance(old, Dictionary) else {}

    def resolved(self, place: Any) -> Array | None:
        """The page and the view of a destination, however it is written; None if it leads nowhere."""
        if isinstance(place, String):
            place = self._named.get(bytes(place))
        elif isinstance(place, Name):
            place = self._old.get(str(place))
        if isinstance(place, Dictionary):
            place = place.get("/D")
        if not isinstance(place, Array) or not len(place):
            return None
        first = place[0]
        if isinstance(first, int) and 0 <= first < len(self._objects):
            return Array([self._objects[first], *list(place)[1:]])
        known = isinstance(first, Dictionary) and first.objgen in self.pages
        return place if known else None

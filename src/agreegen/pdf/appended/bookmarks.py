"""Bookmarks and page labels of attached PDFs: read with limits, and put behind those of the agreement."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from pikepdf import Array, Dictionary, Name, NumberTree, String

from agreegen.late import dataclass
from agreegen.pdf.appended.names import pairs, text

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pikepdf

    from agreegen.pdf.appended.names import Destinations

HEADING: Final = "Attached documents"
_DEEPEST: Final = 30
_MOST: Final = 20_000
_STYLES: Final = ("/D", "/R", "/r", "/A", "/a")


@dataclass(frozen=True, slots=True)
class Bookmark:
    """A bookmark: the page that it leads to (from 0) and the view there, or an address."""

    title: str
    page: int | None = None
    view: tuple[Any, ...] = ()
    address: str = ""
    flags: int = 0
    kids: tuple[Bookmark, ...] = ()


@dataclass(frozen=True, slots=True)
class Label:
    """How pages from `start` (from 0) on are called."""

    start: int
    style: str = "/D"
    prefix: str = ""
    first: int = 1


def bookmarks_of(pdf: pikepdf.Pdf, destinations: Destinations) -> tuple[Bookmark, ...]:
    """The bookmarks of a PDF; those that loop are read once."""
    top: Any = pdf.Root.get("/Outlines")
    return _read(top, destinations, set(), 0) if isinstance(top, Dictionary) else ()


def _read(parent: Any, destinations: Destinations, seen: set[tuple[int, int]], depth: int) -> tuple[Bookmark, ...]:
    found = []
    item = parent.get("/First")
    while isinstance(item, Dictionary) and item.objgen not in seen and len(seen) < _MOST and depth < _DEEPEST:
        seen.add(item.objgen)
        action = item.get("/A")
        place, address = item.get("/Dest"), ""
        if isinstance(action, Dictionary):
            place = action.get("/D") if action.get("/S") == Name.GoTo else place
            address = str(action.get("/URI", "")) if action.get("/S") == Name.URI else ""
        target = destinations.resolved(place)
        page = destinations.pages[target[0].objgen] if target is not None else None
        view = tuple(x for x in target)[1:] if target is not None else ()
        flags = item.get("/F", 0)
        kids = _read(item, destinations, seen, depth + 1)
        web = address if address.lower().startswith(("http:", "https:", "mailto:")) else ""
        found.append(Bookmark(text(item.get("/Title")), page, view, web, flags if isinstance(flags, int) else 0, kids))
        item = item.get("/Next")
    return tuple(found)


def labels_of(pdf: pikepdf.Pdf) -> tuple[Label, ...]:
    """How the pages of a PDF are called, from its first page on."""
    found = {}
    for start, value in pairs(pdf.Root.get("/PageLabels"), "/Nums"):
        if isinstance(start, int) and 0 <= start < len(pdf.pages) and isinstance(value, Dictionary):
            style, first = str(value.get("/S", "")), value.get("/St", 1)
            known = style if style in _STYLES else ""
            found[start] = Label(start, known, text(value.get("/P")), first if isinstance(first, int) else 1)
    found.setdefault(0, Label(0))
    return tuple(found[start] for start in sorted(found))


def label(document: pikepdf.Pdf, at: int, prefix: str, labels: Sequence[Label]) -> None:
    """Calls the pages from `at` on what they were called, behind a prefix; pages before keep their names."""
    root: Any = document.Root
    if "/PageLabels" not in root:
        root.PageLabels = document.make_indirect(Dictionary(Nums=Array([0, Dictionary(S=Name.D)])))
    if not root.PageLabels.is_indirect:
        root.PageLabels = document.make_indirect(root.PageLabels)
    tree = NumberTree(root.PageLabels)
    for own in labels:
        entry = Dictionary(P=String(prefix + own.prefix))
        if own.style:
            entry.S = Name(own.style)
        if own.first != 1:
            entry.St = own.first
        tree[at + own.start] = entry


def add(document: pikepdf.Pdf, attached: Sequence[tuple[Bookmark, Sequence[Any]]]) -> None:
    """Puts the bookmarks of attached PDFs, each with the pages that it leads to, at the end under one heading."""
    root: Any = document.Root
    if "/Outlines" not in root:
        root.Outlines = document.make_indirect(Dictionary(Type=Name.Outlines))
    outlines = root.Outlines
    item = document.make_indirect(Dictionary(Title=String(HEADING), Parent=outlines))
    item.Dest = Array([attached[0][1][0], Name.XYZ, None, None, None])
    made = [_item(document, item, bookmark, pages) for bookmark, pages in attached]
    _chain(item, made)
    item.Count = len(made)
    last = outlines.get("/Last")
    if last is None:
        outlines.First = item
    else:
        last.Next, item.Prev = item, last
    outlines.Last = item
    outlines.Count = int(outlines.get("/Count", 0)) + 1 + len(made)


def _item(document: pikepdf.Pdf, parent: Any, bookmark: Bookmark, pages: Sequence[Any]) -> Any:
    item = document.make_indirect(Dictionary(Title=String(bookmark.title), Parent=parent))
    if bookmark.page is not None:
        item.Dest = Array([pages[bookmark.page], *(v for v in bookmark.view if _is_plain(v))])
    elif bookmark.address:
        item.A = Dictionary(S=Name.URI, URI=String(bookmark.address))
    if bookmark.flags:
        item.F = bookmark.flags & 3
    if bookmark.kids:
        _chain(item, [_item(document, item, kid, pages) for kid in bookmark.kids])
        item.Count = -len(bookmark.kids)  # closed
    return item


def _is_plain(value: Any) -> bool:
    """Whether a value of a view is no reference into the other PDF."""
    return not isinstance(value, Dictionary | Array)


def _chain(parent: Any, made: Sequence[Any]) -> None:
    parent.First, parent.Last = made[0], made[-1]
    for before, after in pairwise(made):
        before.Next, after.Prev = after, before


def view(page: int) -> tuple[int, tuple[Any, ...]]:
    """The page and the view of a bookmark that only leads to a page."""
    return page, (Name.XYZ, None, None, None)

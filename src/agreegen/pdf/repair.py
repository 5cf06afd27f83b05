"""What the structure of LibreOffice's and Word's PDFs lacks for PDF/UA-1, and what a listener would stumble over."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from pikepdf import Array, Dictionary, Name, String

from agreegen.finding import Finding, Location, Severity
from agreegen.pdf import links, outline, sound, tables
from agreegen.pdf.marked import Page
from agreegen.pdf.tree import Tree

if TYPE_CHECKING:
    import pikepdf

    from agreegen.pdf.parts import Parts
    from agreegen.pdf.tree import Element

_HEADING: Final = re.compile(r"H(\d+)")
_KEPT: Final = frozenset(("TD", "TH", "TR", "Document", "Figure", "Formula"))
_WORDS: Final = frozenset(
    ("", "Span", "Link", "Reference", "Note", "Quote", "Code", "Figure", "Formula", "Form", "Annot")
)
_DRAWN: Final = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"
_DECORATIVE: Final = "{http://schemas.microsoft.com/office/drawing/2017/decorative}decorative"
_LABEL: Final = re.compile(r"[(\[]?[0-9A-Za-z]{1,7}([.\-][0-9A-Za-z]{1,5})*[.)\]:]*|[^\w\s]|[\uE000-\uF8FF]")


def repaired(pdf: pikepdf.Pdf, parts: Parts) -> tuple[Finding, ...]:
    """The structure repaired in place, and what only the author can mend; EngineError if it has none to read."""
    sound.pages(pdf)
    tree = Tree(pdf)
    fonts: dict[tuple[int, int], Any] = {}
    pages = {p.obj.objgen: Page(p.obj, fonts) for p in pdf.pages}
    _roles(tree)
    _empties(tree.top)
    tree.settle()
    found, dropped = _figures(tree, parts, [*pages])
    _pictures(tree, pages)
    _notes(tree)
    _headings(tree)
    _lists(tree, pages)
    tables.repair(tree, parts)
    links.repair(tree, pages)
    outline.repair(tree, pages)
    tree.write()
    for number, (key, page) in enumerate(pages.items(), 1):
        if page.finish(pdf, dropped.get(key, ())):
            found.append(_unheard(number))
    _switches(pdf)
    return tuple(found)


def _switches(pdf: pikepdf.Pdf) -> None:
    root: Any = pdf.Root
    root.MarkInfo = Dictionary(Marked=True)
    for page in pdf.pages:
        page.obj.Tabs = Name.S


def _roles(tree: Tree) -> None:
    """Types that mean what they say: a style may be called "Note" or "Table" without being one."""
    misnamed = {name: target for name, target in tree.mapped.items() if tree.role(name) == name}
    for element in tree.top.walk():
        if element.name in misnamed:
            if not _is_real(element):
                target = misnamed[element.name]
                element.become(target if tree.role(target) == target else "P")
        elif not element.role and element is not tree.top:
            within = element.parent.role if element.parent else ""
            element.become("H6" if _HEADING.fullmatch(element.name) else "Span" if within == "P" else "P")
    for name in misnamed:
        del tree.mapped[name]


def _is_real(element: Element) -> bool:
    """Whether it is what its type says, and not a paragraph in a style of that name."""
    if _HEADING.fullmatch(element.name) or any(k.role not in _WORDS for k in element.elements()):
        return True
    if element.name in ("Figure", "Formula"):
        return "/Alt" in element.obj or ("/A" in element.obj and "/BBox" in repr(element.obj.A))
    return bool(element.annotations())


def _empties(element: Element) -> None:
    """Takes out what holds nothing, cells of tables and figures excepted: a listener would stop at it."""
    for kid in element.elements():
        _empties(kid)
    kept = [k for k in element.kids if isinstance(k, int) or _holds(k)]
    if len(kept) < len(element.kids):
        element.put(kept)


def _holds(kid: Any) -> bool:
    return not hasattr(kid, "kids") or bool(kid.kids) or kid.role in _KEPT


def _notes(tree: Tree) -> None:
    for number, note in enumerate(tree.find("Note"), 1):
        note.obj.ID = String(f"note-{number}")


def _headings(tree: Tree) -> None:
    """Levels without gaps, and none below the sixth."""
    open_: list[tuple[int, int]] = []  # (level as written, level as given) of the headings around
    for element in tree.find(*(f"H{n}" for n in range(1, 7))):
        wanted = int(element.role[1:])
        while open_ and open_[-1][0] >= wanted:
            open_.pop()
        given = min(open_[-1][1] + 1 if open_ else 1, 6)
        open_.append((wanted, given))
        if given != wanted:
            element.become(f"H{given}")


def _lists(tree: Tree, pages: dict[tuple[int, int], Page]) -> None:
    """Gives items the label that the engine left in their text."""
    for item in tree.find("LI"):
        kids = item.elements()
        if len(kids) != 1 or kids[0].role != "LBody":
            continue
        first = kids[0]
        while first.kids and not isinstance(first.kids[0], int) and hasattr(first.kids[0], "kids"):
            first = first.kids[0]
        content = first.contents()
        if len(first.kids) < 2 or not content or first.role == "Link":
            continue
        page, number = content[0]
        held = pages.get(page.objgen) if page is not None else None
        if held is None or not _LABEL.fullmatch(held.text(number).strip()):
            continue
        label = tree.new("Lbl", [first.kids[0]], page)
        first.put(first.kids[1:])
        item.put([label, *item.kids])
        tree.own(label)


def _figures(
    tree: Tree, parts: Parts, order: list[tuple[int, int]]
) -> tuple[list[Finding], dict[tuple[int, int], set[int]]]:
    """Texts for figures that have none, from the document if it has as many; (findings, content that is decoration)."""
    figures = tree.find("Figure", "Formula")
    lacking = [e for e in figures if not str(e.obj.get("/Alt", "")).strip() and "/ActualText" not in e.obj]
    found: list[Finding] = []
    dropped: dict[tuple[int, int], set[int]] = {}
    drawn = list(parts.body.iter(_DRAWN)) if lacking else []
    said = dict(zip(figures, drawn, strict=True)) if len(drawn) == len(figures) else {}
    for figure in lacking:
        shape = said.get(figure)
        text = (shape.get("descr") or shape.get("title") or "").strip() if shape is not None else ""
        if shape is not None and any(e.get("val") in ("1", "true") for e in shape.iter(_DECORATIVE)):
            for page, number in figure.contents():
                dropped.setdefault(page.objgen, set()).add(number)
            if figure.parent is not None:
                figure.parent.put([k for k in figure.parent.kids if k is not figure])
            continue
        figure.obj.Alt = String(text or ("Formula" if figure.role == "Formula" else "Picture without a description"))
        if not text:
            page = figure.obj.get("/Pg")
            found.append(_undescribed(order.index(page.objgen) + 1 if page is not None and page.objgen in order else 0))
    return found, dropped


def _pictures(tree: Tree, pages: dict[tuple[int, int], Page]) -> None:
    """Gives figures the picture that they are about: LibreOffice draws it beside the structure."""
    for figure in tree.find("Figure"):
        page = figure.obj.get("/Pg")
        owners = tree.parents().get(int(page.get("/StructParents", -1))) if page is not None else None
        box = next((a["/BBox"] for a in figure.attributes() if "/BBox" in a), None)
        if figure.kids or box is None or not isinstance(owners, Array) or page.objgen not in pages:
            continue
        number = len(owners)
        if pages[page.objgen].claim(tuple(map(float, box)), number):
            figure.put([number])
            owners.append(figure.obj)


def _undescribed(page: int) -> Finding:
    where = f"on page {page} of the PDF" if page else "in the PDF"
    message = f"a picture {where} has no description: a screen reader only says that there is one"
    hint = "describe it in Word: right-click the picture > View Alt Text"
    return Finding("D502", Severity.WARNING, Location(part="body"), message, hint)


def _unheard(page: int) -> Finding:
    message = f"text on page {page} of the PDF isn't in its structure: a screen reader skips it"
    return Finding("D503", Severity.WARNING, Location(part="body"), message, "draw it with another engine")

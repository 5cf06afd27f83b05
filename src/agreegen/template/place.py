"""Place: where a paragraph stands, as its author sees it, remembered through composing and compiling."""

from __future__ import annotations

import re
from dataclasses import field
from typing import TYPE_CHECKING

from lxml import etree

from agreegen.finding import Location
from agreegen.late import dataclass
from agreegen.template.container import MC, Container, W

if TYPE_CHECKING:
    from collections.abc import Iterator

AT = "{urn:agreegen:place}at"
HEADING = re.compile(r"heading \d|title|exhibit title|exhibit heading", re.IGNORECASE)
PROPERTIES = "document properties"


@dataclass(slots=True)
class Places:
    """All known places; a paragraph carries the number of its own in the attribute `AT`."""

    known: list[Location] = field(default_factory=list)

    def add(self, place: Location) -> int:
        """The number of a place."""
        self.known.append(place)
        return len(self.known) - 1

    def of(self, element: etree._Element) -> Location:
        """The place of the paragraph that the element stands in."""
        e: etree._Element | None = element
        while e is not None:
            at = e.get(AT)
            if at is not None:
                return self.known[int(at)]
            e = e.getparent()
        return Location()

    def mark(self, container: Container) -> None:
        """Numbers every paragraph of the document, its headers, footers and notes."""
        names = heading_styles(container)
        for name, label in rendered_parts(container):
            self._mark_part(container.tree(name), Location(file=container.file, part=label), names)

    def _mark_part(self, root: etree._Element, part: Location, headings: set[str]) -> None:
        root.set(AT, str(self.add(part)))
        heading = ""
        cells = _cells(root)
        for count, p in enumerate(root.iter(W + "p"), 1):
            style = p.find(f"{W}pPr/{W}pStyle")
            if style is not None and style.get(W + "val") in headings and (found := shown(p).strip()):
                heading = found[:80]
            cell = next((cells[a] for a in p.iterancestors(W + "tc")), "")
            place = Location(file=part.file, part=part.part, heading=heading, paragraph=count, cell=cell)
            p.set(AT, str(self.add(place)))


def unmarked(root: etree._Element) -> None:
    """Takes the numbers of places out of a part, and their namespace."""
    for e in root.iter():
        if e.get(AT) is not None:
            del e.attrib[AT]
    names = [k for k, v in root.nsmap.items() if k and not AT.startswith("{" + v)]
    etree.cleanup_namespaces(root, keep_ns_prefixes=names)


def _cells(root: etree._Element) -> dict[etree._Element, str]:
    """`table 2, row 3, column 1` for every cell."""
    found: dict[etree._Element, str] = {}
    for t, table in enumerate(root.iter(W + "tbl"), 1):
        for r, row in enumerate(table.iterchildren(W + "tr"), 1):
            for c, cell in enumerate(row.iterchildren(W + "tc"), 1):
                found[cell] = f"table {t}, row {r}, column {c}"
    for cell in root.iter(W + "tc"):
        found.setdefault(cell, "table")
    return found


def heading_styles(container: Container) -> set[str]:
    """The ids of the styles that make headings."""
    name = container.part("styles")
    found = container.tree(name).iter(W + "style") if name else ()
    names = {s.get(W + "styleId"): n.get(W + "val") for s in found if (n := s.find(W + "name")) is not None}
    return {i for i, n in names.items() if i and n and HEADING.fullmatch(n)}


def rendered_parts(container: Container) -> list[tuple[str, str]]:
    """The parts that tags work in, with the names that authors know: body, footnotes, headers, footers."""
    document = container.document
    found = [(document, "body")]
    found += [(n, "footnotes") for n in container.related(document, "footnotes")]
    for kind in ("header", "footer"):
        found += [(n, f"{kind} {i}") for i, n in enumerate(sorted(container.related(document, kind), key=_natural), 1)]
    return found


def _natural(name: str) -> tuple[int, str]:
    digits = re.search(r"(\d+)\.xml$", name)
    return int(digits[1]) if digits else 0, name


def own(p: etree._Element, *tags: str) -> Iterator[etree._Element]:
    """The elements of these tags in a paragraph, those of paragraphs inside it (text boxes) left out."""
    inner = p.iter(W + "p", MC + "Fallback")
    if next(inner) is p and next(inner, None) is None:
        yield from (e for e in p.iter(*tags) if e is not p)
        return
    stack = list(reversed(p))
    while stack:
        e = stack.pop()
        if e.tag == W + "p" or e.tag == MC + "Fallback":
            continue
        if e.tag in tags:
            yield e
        stack.extend(reversed(e))


def shown(p: etree._Element) -> str:
    """The text of a paragraph."""
    return "".join(e.text or "" for e in own(p, W + "t"))

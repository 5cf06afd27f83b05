"""Where the paragraphs of a document stand: between which fixed page breaks, in contents, in the head of a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agreegen.pdf.field import fields
from agreegen.pdf.parts import W

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml import etree

    from agreegen.pdf.parts import Parts
    from agreegen.pdf.styles import Styles


class Places:
    """The paragraphs of the body, and what they belong to."""

    def __init__(self, parts: Parts, styles: Styles) -> None:
        """Finds the stretches between page breaks at which an entry of the contents stands."""
        body = parts.body
        found = fields(body)
        contents = next((f for f in found if f.name == "TOC"), None)
        self.listed = frozenset(contents.paragraphs if contents else ())
        marks = {b.get(W + "name"): b for b in body.iter(W + "bookmarkStart")}
        holders = [next(marks[f.argument].iterancestors(W + "p"), None) if f.argument in marks else None
                   for f in found if f.name == "PAGEREF"]  # fmt: skip
        entries = {p: i for i, p in enumerate(holders) if p is not None}
        restarts = next(body.iter(W + "pgNumType"), None) is not None
        sure = len(entries) == len(holders) and list(entries) == [p for p in body.iter(W + "p") if p in entries]
        self.paragraphs = list(body.iter(W + "p"))
        self.stretch: dict[etree._Element, int] = {}
        counts = [0]
        for p in self.paragraphs:
            if p in entries and sure and not restarts and _starts(p, styles):
                counts.append(0)
            self.stretch[p] = len(counts) - 1
            counts[-1] += p in entries
        self.entries = tuple(counts)
        self.headed = frozenset(_headed(body))


def _starts(p: etree._Element, styles: Styles) -> bool:
    """Whether a paragraph starts a page in any case."""
    parent = p.getparent()
    return parent is not None and parent.tag == W + "body" and styles.paragraph_on(p, "pageBreakBefore")


def _headed(body: etree._Element) -> Iterator[etree._Element]:
    """The paragraphs in header rows of tables and in the row after them: the engine estimates how high these are."""
    for table in body.iter(W + "tbl"):
        rows = list(table.iterfind(W + "tr"))
        heads = next((i for i, r in enumerate(rows) if r.find(f"{W}trPr/{W}tblHeader") is None), len(rows))
        for row in rows[: heads + 1] if heads else ():
            yield from row.iter(W + "p")

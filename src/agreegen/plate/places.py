"""Where the paragraphs of a document stand: in contents, in the head of a table, at which place."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

from agreegen.pdf import holders
from agreegen.pdf.displayed import Displayed
from agreegen.pdf.field import fields
from agreegen.pdf.parts import W
from agreegen.plate.course import Course

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from lxml import etree

    from agreegen.pdf.parts import Parts
    from agreegen.pdf.styles import Styles


_MARKS: Final = (W + "bookmarkStart", W + "bookmarkEnd", W + "proofErr")


class Places:
    """The paragraphs of the body, and what they belong to."""

    def __init__(self, parts: Parts, styles: Styles) -> None:
        """Finds what page breaks look at."""
        body = parts.body
        found = fields(body)
        contents = next((f for f in found if f.name == "TOC"), None)
        self.listed = frozenset(contents.paragraphs if contents else ())
        marks = {b.get(W + "name"): b for b in body.iter(W + "bookmarkStart")}
        listed = [next(marks[f.argument].iterancestors(W + "p"), None) if f.argument in marks else None
                  for f in found if f.name == "PAGEREF"]  # fmt: skip
        self.paragraphs = list(body.iter(W + "p"))
        self.number = {p: i for i, p in enumerate(Displayed(parts).paragraphs(body))}
        self.course = Course.of(parts, styles, self.number, listed)
        own = list(self.number)
        kept = {p for p, on in zip(own, holders.switched(own, styles, "keepNext"), strict=True) if on}
        self.following = frozenset(after for p, after in pairwise(own) if p in kept)
        self.headed = frozenset(_headed(body, kept))


def _headed(body: etree._Element, kept: Collection[etree._Element]) -> Iterator[etree._Element]:
    """The paragraphs in the header rows of tables and in the row after them, if something before is kept with these.

    The engine is told how high they are by an estimate.
    """
    for table in body.iter(W + "tbl"):
        rows = list(table.iterfind(W + "tr"))
        heads = next((i for i, r in enumerate(rows) if r.find(f"{W}trPr/{W}tblHeader") is None), len(rows))
        before = next((e for e in table.itersiblings(preceding=True) if e.tag not in _MARKS), None)
        if heads and (before is None or before in kept or before.tag not in (W + "p", W + "tbl")):
            for row in rows[: heads + 1]:
                yield from row.iter(W + "p")

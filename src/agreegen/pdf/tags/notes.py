"""The marks of footnotes and endnotes: where they stand in their paragraphs, and which note each refers to."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Final

from lxml import etree

from agreegen.late import dataclass
from agreegen.pdf.parts import MC, W
from agreegen.pdf.squeeze import squeeze

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agreegen.pdf.expected import Expected

MARKS: Final = (W + "footnoteReference", W + "endnoteReference")
_UNSEEN: Final = (W + "del", MC + "Fallback")


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark: its place in the characters of its paragraph, its length (0: it shows nothing), its footnote if any."""

    at: int
    length: int
    footnote: int | None


class Marks:
    """The marks of one document, paragraph by paragraph."""

    def __init__(self, document: Expected) -> None:
        """Before the first mark."""
        assert document.shown is not None
        self._shown = document.shown
        self._seen = dict.fromkeys(MARKS, 0)

    def of(self, p: etree._Element, text: str, labeled: int) -> Iterator[Mark]:
        """The marks of a paragraph that says `text`, squeezed, whose first `labeled` characters are its number."""
        shift = labeled
        for e in [x for x in p.iter(*MARKS) if next(x.iterancestors(*_UNSEEN), None) is None]:
            count = self._seen[str(e.tag)]
            is_footnote = e.tag == MARKS[0]
            known = self._shown.note_marks if is_footnote else self._shown.end_marks
            if count >= len(known) or known[count][0] != e.get(W + "id", ""):
                continue  # within hidden text
            self._seen[str(e.tag)] += 1
            label = squeeze(known[count][2])
            at = shift + len(squeeze(self._shown.text(until(p, e), None)))
            found = bool(label) and text[at : at + len(label)] == label
            shift += len(label) if found else 0
            yield Mark(at, len(label) if found else 0, count if is_footnote else None)


def until(p: etree._Element, e: etree._Element) -> etree._Element:
    """A copy of a paragraph that ends with an element of it."""
    place = next(i for i, x in enumerate(p.iter(etree.Element)) if x is e)
    whole = copy.deepcopy(p)
    at: etree._Element | None = next(x for i, x in enumerate(whole.iter(etree.Element)) if i == place)
    while at is not None and at is not whole:
        parent = at.getparent()
        for later in list(at.itersiblings()):
            assert parent is not None
            parent.remove(later)
        at = parent
    return whole

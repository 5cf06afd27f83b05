"""What a PDF must say of a document that differs from one that was read in a few page numbers only."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import replace
from itertools import accumulate
from typing import TYPE_CHECKING

from agreegen.pdf.expected import Paragraph, Row
from agreegen.pdf.parts import W
from agreegen.pdf.squeeze import squeeze

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agreegen.pdf.expected import Expected

    Change = tuple[int, str, str]  # which w:t of the body's part, what it said, what it says


def renumbered(document: Expected, changes: Sequence[Change]) -> Expected | None:
    """What must be said with other numbers at the ends of paragraphs, None if they aren't that.

    Its elements are those of the document that was read, with the numbers that they had.
    """
    places = _places(document, changes)
    if places is None:
        return None
    structure, document.structure = document.structure, None
    paragraphs, pieces, at = list(document.paragraphs), [], 0
    ends, grown = [], []
    for i, old, new in places:
        said = paragraphs[i]
        whole = squeeze(said.text)
        end = said.start + len(whole)
        if not said.text.endswith(old) or document.body[said.start : end] != whole or end < at:
            return None
        pieces += [document.body[at : end - len(old)], new]
        at = end
        ends.append(end)
        grown.append(len(new) - len(old))
        if said.text == said.heading:
            structure = None  # it may have the number
        paragraphs[i] = said._replace(text=said.text[: -len(old)] + new)
    shifts = [0, *accumulate(grown)]

    def moved(place: int) -> int:
        return place + shifts[bisect_right(ends, place)]

    if structure is not None:
        structure.starts = [moved(start) for start in structure.starts]
    return replace(
        document,
        structure=structure,
        body="".join((*pieces, document.body[at:])),
        paragraphs=[Paragraph(moved(p.start), p.text, p.number, p.heading, p.cell) for p in paragraphs],
        note_texts=[(moved(place), start, text) for place, start, text in document.note_texts],
        rows=[Row(moved(r.start), moved(r.end), tuple(moved(c) for c in r.cells)) for r in document.rows],
        tables=[
            replace(t, start=moved(t.start), end=moved(t.end), after_repeated=moved(t.after_repeated))
            for t in document.tables
        ],
        sections=[replace(s, start=moved(s.start)) for s in document.sections],
    )


def _places(document: Expected, changes: Sequence[Change]) -> list[Change] | None:
    """The changes by the number of their paragraph, in order; None if two are in one paragraph or one is in a table."""
    assert document.parts is not None and document.shown is not None
    texts = list(document.parts.document.iter(W + "t"))
    found = {}
    for i, old, new in changes:
        p = next(texts[i].iterancestors(W + "p"), None)
        if p is None or p in found or next(p.iterancestors(W + "tbl"), None) is not None:
            return None
        found[p] = (old, new)
    places: list[Change] = []
    for number, p in enumerate(document.shown.paragraphs(document.parts.body)):
        if p in found:
            places.append((number, *found[p]))
            if len(places) == len(found):
                return places
    return places if len(places) == len(found) else None

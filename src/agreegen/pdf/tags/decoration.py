"""Struck-through text: where it stands in its paragraph."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from agreegen.pdf.parts import MC, W, properties
from agreegen.pdf.squeeze import squeeze
from agreegen.pdf.tags.notes import until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml import etree

    from agreegen.pdf.displayed import Displayed
    from agreegen.pdf.parts import Parts

STRUCK: Final = b"/O/Layout/TextDecorationType/LineThrough"
_SWITCHES: Final = ("strike", "dstrike")
_APART: Final = (W + "del", MC + "Fallback", W + "txbxContent", W + "hyperlink")  # a link keeps its own element


def is_struck_anywhere(parts: Parts) -> bool:
    """Whether anything in the text or the styles asks for a line through it."""
    trees = (parts.body, parts.tree("word/styles.xml"))
    tags = [W + x for x in _SWITCHES]
    return any(next(tree.iter(*tags), None) is not None for tree in trees if tree is not None)


def struck(p: etree._Element, shown: Displayed) -> Iterator[tuple[int, int]]:
    """(start, length) of the struck-through runs of a paragraph, in its characters without its number and notes."""
    style = shown.styles.of(p)
    for r in p.iter(W + "r"):
        rpr = properties(r)
        if not any(shown.styles.run_on(rpr, style, x) for x in _SWITCHES):
            continue
        length = sum(len(squeeze(t.text or "")) for t in r.iterfind(W + "t"))
        if length and next(r.iterancestors(*_APART), None) is None:
            yield len(squeeze(shown.text(until(p, r), None))) - length, length

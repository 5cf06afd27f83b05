"""What references to the bookmarks of a document may show: the number of the paragraph, or the text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agreegen.pdf.parts import W
from agreegen.template import numbering

if TYPE_CHECKING:
    from agreegen.pdf.parts import Parts


def targets(parts: Parts) -> dict[str, frozenset[str]]:
    """Bookmark -> the number of its paragraph in each form, and the text within it; of the body."""
    styles, lists = parts.tree("word/styles.xml"), parts.tree("word/numbering.xml")
    found: dict[str, frozenset[str]] = {}
    for n in numbering.number(parts.document, styles, lists):
        marks = [e for e in n.paragraph.iter(W + "bookmarkStart") if e.get(W + "name")]
        if marks:
            text = "".join(t.text or "" for t in n.paragraph.iter(W + "t"))
            shown = frozenset(x for x in (n.full, n.label.rstrip("."), text) if x)
            found.update((e.get(W + "name", ""), shown) for e in marks)
    return found

"""What references to the bookmarks of a document may show: the number of the paragraph, or the text."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from agreegen.pdf.parts import W
from agreegen.template import numbering

if TYPE_CHECKING:
    from collections.abc import Iterable

    from agreegen.pdf.parts import Parts


@dataclass(frozen=True, slots=True)
class Target:
    """A bookmarked paragraph of the body: its number in full, its label, its text."""

    number: str
    label: str
    text: str

    def may_show(self, text: str) -> bool:
        """Whether an engine that computes a reference to it shows this."""
        return bool(text) and text in (self.number, self.label, self.text)


def marked(parts: Parts) -> dict[str, Target]:
    """The bookmarks of the body, for who needn't know what their paragraphs show: that takes counting all numbers."""
    if next(parts.document.iter(W + "bookmarkStart"), None) is None:
        return {}
    nothing = Target("", "", "")
    marks = (e for p in numbering.paragraphs(parts.body) for e in p.iter(W + "bookmarkStart"))
    return {name: nothing for e in marks if (name := e.get(W + "name", ""))}


@lru_cache(maxsize=2)
def targets(parts: Parts) -> dict[str, Target]:
    """Bookmark -> what it marks, of the body; computed once, as changes that are accepted change no number."""
    styles, lists = parts.tree("word/styles.xml"), parts.tree("word/numbering.xml")
    if next(parts.document.iter(W + "bookmarkStart"), None) is None:
        return {}
    return of_numbered(numbering.number(parts.document, styles, lists))


def of_numbered(paragraphs: Iterable[numbering.Numbered]) -> dict[str, Target]:
    """Bookmark -> what it marks, of paragraphs whose numbers have been counted."""
    found: dict[str, Target] = {}
    for n in paragraphs:
        marks = [e for e in n.paragraph.iter(W + "bookmarkStart") if e.get(W + "name")]
        if marks:
            text = "".join(t.text or "" for t in n.paragraph.iter(W + "t"))
            target = Target(n.full, n.label.rstrip("."), text)
            found.update((e.get(W + "name", ""), target) for e in marks)
    return found

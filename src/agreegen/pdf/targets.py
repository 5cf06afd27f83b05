"""What references to the bookmarks of a document may show: the number of the paragraph, or the text."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from agreegen.late import dataclass
from agreegen.pdf.parts import W
from agreegen.template import numbering

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lxml import etree

    from agreegen.pdf.parts import Parts

_NAME = W + "name"


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
    found = _marks(parts.body)
    return {name: nothing for p in numbering.paragraphs(parts.body) for e in found.get(p, ()) if (name := e.get(_NAME))}


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
    marked: dict[etree._Element, list[etree._Element]] | None = None
    for n in paragraphs:
        if marked is None:
            marked = _marks(n.paragraph.getroottree().getroot())
        if marks := [e for e in marked.get(n.paragraph, ()) if e.get(_NAME)]:
            text = "".join(t.text or "" for t in n.paragraph.iter(W + "t"))
            target = Target(n.full, n.label.rstrip("."), text)
            found.update((e.get(_NAME, ""), target) for e in marks)
    return found


def _marks(root: etree._Element) -> dict[etree._Element, list[etree._Element]]:
    """Paragraph -> the beginnings of bookmarks in it, of the paragraphs that have any."""
    found: dict[etree._Element, list[etree._Element]] = {}
    for e in root.iter(W + "bookmarkStart"):
        for p in e.iterancestors(W + "p"):
            found.setdefault(p, []).append(e)
    return found

"""Links: one for each line that it is on, however many the engine drew."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import field
from typing import TYPE_CHECKING, Final

from agreegen.late import dataclass
from agreegen.pdf.tags.element import Annotated, Element

if TYPE_CHECKING:
    from agreegen.pdf.operators import Box
    from agreegen.pdf.streams import Annotation, Page

    Chunk = tuple[int, int, Element | bytes, int]

_TOUCHING: Final = 0.1  # points between the parts of one word


@dataclass(slots=True)
class Link:
    """A link as it is written: the object that it takes the place of, where it is, whose it is."""

    source: Annotation
    page: int
    box: Box
    element: Element


@dataclass(slots=True)
class Links:
    """The links of one document, collected page by page; `texts` is what each element's link says.

    Links in headers, footers and repeated rows are left out: what isn't in the structure can't hold any.
    """

    found: list[Link] = field(default_factory=list)
    texts: dict[Element, str] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    _last: tuple[Element, Element] | None = None  # the element of the text before, and its link

    def divide(self, index: int, page: Page, chunks: list[Chunk]) -> list[Chunk]:
        """The parts of a page with those that links are over on their own; links over artifacts are left out."""
        targets = self._targets(index, page)
        starts, texts = [*sorted(targets), len(page.glyphs.texts)], page.glyphs.texts
        found: list[Chunk] = []
        for first, after, owner, block in chunks:
            if isinstance(owner, bytes) or owner.within is not None:
                found.append((first, after, owner, block))
                continue
            k = first
            while k < after:
                stop = min(starts[bisect_left(starts, k)], after) if self._last is None else k
                part: Element = owner
                if stop == k:  # a link is here, or was before
                    part, stop = self._owner(owner, targets.get(k), texts[k], index), k + 1
                if found and found[-1][2] is part and found[-1][1] == k:
                    found[-1] = (found[-1][0], stop, part, block)
                else:
                    found.append((k, stop, part, block))
                k = stop
        return found

    def _owner(self, owner: Element, annotation: Annotation | None, text: str, page: int) -> Element:
        """The link that a fragment is within, or its owner itself."""
        if annotation is None:
            if self._last and self._last[0] is owner and not text.strip():
                return self._last[1]
            self._last = None
            return owner
        if self._last is None or self._last[0] is not owner or self._last[1].target != annotation.target:
            self._last = (owner, Element("Link", target=annotation.target, within=owner))
        link = self._last[1]
        self._extend(link, annotation, text, page)
        return link

    def _extend(self, link: Element, a: Annotation, text: str, page: int) -> None:
        """Adds a part to a link: to the one of this line, or as the first of a new line."""
        last = self.found[-1] if self.found else None
        said = self.texts.get(link, "")
        if last is not None and last.element is link and last.page == page and last.box[1] == a.box[1]:
            gap = "" if abs(last.box[2] - a.box[0]) < _TOUCHING else " "
            last.box = (last.box[0], last.box[1], a.box[2], max(last.box[3], a.box[3]))
            self.texts[link] = said + gap + text
            return
        self.texts[link] = f"{said} {text}"
        link.kids.append(Annotated(page, a.number, len(self.found)))
        self.found.append(Link(a, page, a.box, link))

    def _targets(self, index: int, page: Page) -> dict[int, Annotation]:
        """Fragment -> the link over it."""
        plain = _Rows(page)
        found: dict[int, Annotation] = {}
        for a in page.annotations:
            over = plain.starting(a) or self._over(a, page)
            if not over:
                self.wrong.append(f"page {index + 1} of the PDF has a link that is over no text")
            found.update(dict.fromkeys(over, a))
        return found

    @staticmethod
    def _over(a: Annotation, page: Page) -> list[int]:
        """The fragments that a link is over: those that begin where it does, else those that begin within."""
        across, up = page.places
        left, bottom, right, top = a.box
        near = [k for k, x in enumerate(across) if x == left] or [k for k, x in enumerate(across) if left <= x < right]
        return [k for k in near if bottom <= up[k] <= top]


class _Rows:
    """The fragments of a page by their heights, where none is turned or moved: few of them need be looked at."""

    def __init__(self, page: Page) -> None:
        glyphs = page.glyphs
        matrix = glyphs.stretches[0][1] if len(glyphs.stretches) == 1 else None
        self._rows: dict[bytes, list[int]] = {}
        self._heights: dict[bytes, float] = {}
        self._across = glyphs.across
        if matrix is not None and (*matrix[:3], matrix[4]) == (1, 0, 0, 0):
            for k, down in enumerate(glyphs.down):
                self._rows.setdefault(down, []).append(k)
            self._heights = {down: matrix[3] * float(down) + matrix[5] for down in self._rows}

    def starting(self, a: Annotation) -> list[int]:
        """The fragments on the lines of a link that begin where it does."""
        left, bottom, _, top = a.box
        lines = [down for down, up in self._heights.items() if bottom <= up <= top]
        return sorted(k for down in lines for k in self._rows[down] if float(self._across[k]) == left)

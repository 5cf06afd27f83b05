"""Links: one for each line that it is on, however many the engine drew."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from agreegen.pdf.tags.element import Annotated, Element

if TYPE_CHECKING:
    from agreegen.pdf.streams import Annotation, Box, Page

    Owner = Element | bytes


@dataclass(slots=True)
class Link:
    """A link as it is written: the object that it takes the place of, where it is, whose it is."""

    source: Annotation
    page: int
    box: Box
    element: Element


@dataclass(slots=True)
class Links:
    """The links of one document, collected page by page; `texts` is what each element's link says."""

    found: list[Link] = field(default_factory=list)
    texts: dict[Element, str] = field(default_factory=dict)
    _page: int = 0
    _drawn: Page | None = None
    _targets: dict[int, Annotation] = field(default_factory=dict)
    _last: tuple[Element, Element] | None = None  # the element of the text before, and its link

    def enter(self, index: int, page: Page, owners: list[Owner]) -> None:
        """Turns to a page and finds what its links are drawn over; those over artifacts are no links."""
        self._page, self._drawn = index, page
        self._targets = {}
        if not page.annotations:
            return
        by_x: dict[float, list[int]] = {}
        for k, f in enumerate(page.fragments):
            by_x.setdefault(f.x, []).append(k)
        for a in page.annotations:
            left, bottom, right, top = a.box
            near = by_x.get(left) or [k for k, f in enumerate(page.fragments) if left <= f.x < right]
            for k in near:
                if bottom <= page.fragments[k].y <= top and isinstance(owners[k], Element):
                    self._targets[k] = a

    def owner(self, k: int, owner: Owner) -> Owner:
        """The link that a fragment of the page is within, or its owner itself."""
        annotation = self._targets.get(k)
        if isinstance(owner, bytes) or self._drawn is None:
            return owner
        text = self._drawn.fragments[k].text
        if annotation is None:
            if self._last and self._last[0] is owner and not text.strip():
                return self._last[1]
            self._last = None
            return owner
        if owner.within is not None:
            return owner
        if self._last is None or self._last[0] is not owner or self._last[1].target != annotation.target:
            link = Element("Link", target=annotation.target)
            owner.put(link)
            self._last = (owner, link)
        link = self._last[1]
        self._extend(link, annotation, text)
        return link

    def _extend(self, link: Element, a: Annotation, text: str) -> None:
        """Adds a part to a link: to the one of this line, or as the first of a new line."""
        last = self.found[-1] if self.found else None
        said = self.texts.get(link, "")
        if last is not None and last.element is link and last.page == self._page and last.box[1] == a.box[1]:
            gap = "" if abs(last.box[2] - a.box[0]) < 0.1 else " "
            last.box = (last.box[0], min(last.box[1], a.box[1]), a.box[2], max(last.box[3], a.box[3]))
            self.texts[link] = said + gap + text
            return
        self.texts[link] = f"{said} {text}"
        link.put(Annotated(self._page, a.number, len(self.found)))
        self.found.append(Link(a, self._page, a.box, link))

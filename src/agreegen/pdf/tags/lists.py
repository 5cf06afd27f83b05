"""Lists and contents: which paragraphs belong together, and how they are nested."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from agreegen.pdf.tags.element import Element

if TYPE_CHECKING:
    from agreegen.template.numbering import Numbered

_FORMS: Final = {
    "decimal": b"Decimal", "upperRoman": b"UpperRoman", "lowerRoman": b"LowerRoman",
    "upperLetter": b"UpperAlpha", "lowerLetter": b"LowerAlpha", "bullet": b"Disc",
}  # fmt: skip


class Nesting:
    """The lists that are open in one place, such as a table cell; another block in between ends them."""

    def __init__(self, within: Element, forms: dict[str, tuple[str, ...]]) -> None:
        """Nothing open; `forms` are the number formats of the levels of each list."""
        self._within, self._forms = within, forms
        self._open: list[tuple[str, int, bool, Element]] = []
        self._contents: list[tuple[int, Element]] = []

    def end(self) -> None:
        """Ends what is open."""
        self._open.clear()
        self._contents.clear()

    def item(self, numbered: Numbered) -> Element:
        """A new list item, in the list that goes on, in one within, or in a new one."""
        self._contents.clear()
        level = numbered.level or 0
        self._close(numbered.num_id, level, numbered.bullet)
        if not self._open or self._open[-1][:2] != (numbered.num_id, level):
            body = self._open[-1][3].kids[-1] if self._open else None
            within = body.kids[-1] if isinstance(body, Element) else self._within
            assert isinstance(within, Element)
            new = within.add("L")
            form = self._forms.get(numbered.num_id, ())[level : level + 1]
            new.attributes = b"/O/List/ListNumbering/" + _FORMS.get(form[0] if form else "", b"None")
            self._open.append((numbered.num_id, level, numbered.bullet, new))
        return self._open[-1][3].add("LI")

    def _close(self, num_id: str, level: int, bullet: bool) -> None:
        """Ends the lists that an item of this list doesn't stand in."""
        known = any(n == num_id for n, _, _, _ in self._open)
        while self._open:
            n, above, bulleted, _ = self._open[-1]
            if n == num_id:
                if level >= above:
                    return
            elif not known and bullet and not bulleted:
                return  # bullets under a numbered item
            self._open.pop()

    def entry(self, level: int) -> Element:
        """A new entry of the contents."""
        self._open.clear()
        while self._contents and self._contents[-1][0] > level:
            self._contents.pop()
        if not self._contents or self._contents[-1][0] < level:
            last = self._contents[-1][1].kids[-1] if self._contents else self._within
            assert isinstance(last, Element)
            self._contents.append((level, last.add("TOC")))
        return self._contents[-1][1].add("TOCI")

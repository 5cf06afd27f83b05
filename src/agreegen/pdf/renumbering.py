"""Page numbers put into a temporary copy that was drawn before they were known, instead of making another copy."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from agreegen.pdf.parts import Parts, W

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml import etree

_T: Final = W + "t"
_NUMBER: Final = re.compile(rb">[0-9]+</w:t>")


class Numbers:
    """What a document shows where page numbers may stand, and the elements of its temporary copy that show it."""

    def __init__(self, docx: bytes, parts: Parts) -> None:
        """Of a copy that isn't changed yet."""
        self._docx = docx
        self._shown = {name: [(t, t.text) for t in root.iter(_T)] for name, root in parts.stories()}

    def take(self, docx: bytes) -> bool:
        """Gives the copy the numbers of a document; False, and nothing is changed, if more than numbers differ."""
        before, after = Parts(self._docx), Parts(docx)
        names = [n for n in after.members if before.members.get(n) != after.members[n]]
        if before.members.keys() != after.members.keys() or not self._shown.keys() >= set(names):
            return False
        if any(_blank(before.members[n]) != _blank(after.members[n]) for n in names):
            return False
        changed = {name: list(self._changes(name, after)) for name in names}
        if not all(
            _is_number(said) and _is_number(text) and t.text == said
            for found in changed.values() for _, t, said, text in found
        ):  # fmt: skip
            return False
        for name, found in changed.items():
            for i, t, _, text in found:
                t.text = text
                self._shown[name][i] = (t, text)
        self._docx = docx
        return True

    def _changes(self, name: str, after: Parts) -> Iterator[tuple[int, etree._Element, str | None, str | None]]:
        """Number, element, former and new text of what a story shows otherwise."""
        root = after.tree(name)
        texts = [t.text for t in root.iter(_T)] if root is not None else []
        for i, ((t, said), text) in enumerate(zip(self._shown[name], texts, strict=True)):
            if text != said:
                yield i, t, said, text


def _is_number(text: str | None) -> bool:
    return text is not None and text.isascii() and text.isdecimal()


def _blank(xml: bytes) -> bytes:
    """The XML without the numbers that stand alone."""
    return _NUMBER.sub(b"></w:t>", xml)

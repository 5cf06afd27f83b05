"""Page numbers put into a temporary copy that was drawn before they were known, instead of making another copy."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from agreegen.pdf.parts import BODY, Parts, W

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lxml import etree

    from agreegen.pdf.entries import Entries

_T, _CHAR, _CODE = W + "t", W + "fldChar", W + "instrText"
_NUMBER: Final = re.compile(rb">([0-9]+)</w:t>")  # that stands alone


class Numbers:
    """What a document shows where page numbers may stand, and the elements of its temporary copy that show it."""

    def __init__(self, docx: bytes, parts: Parts) -> None:
        """Of a copy that isn't changed yet."""
        self.docx = docx
        self.anew = False  # whether what was taken last must be drawn
        self.changes: list[tuple[int, str, str]] = []  # else: which text of the body, what it said and says
        self._shown = {name: [(t, t.text) for t in root.iter(_T)] for name, root in parts.stories()}

    def take(self, docx: bytes, entries: Entries) -> bool:
        """Gives the copy the numbers of a document; False, and nothing is changed, if more than numbers differ."""
        before, after = Parts(self.docx), Parts(docx)
        names = [n for n in after.members if before.members.get(n) != after.members[n]]
        if before.members.keys() != after.members.keys() or not self._shown.keys() >= set(names):
            return False
        pieces = {n: tuple(_NUMBER.split(x.members[n]) for x in (before, after)) for n in names}
        if any(former[::2] != new[::2] for former, new in pieces.values()):
            return False
        changed = {n: list(self._changes(n, former[1::2], new[1::2], after)) for n, (former, new) in pieces.items()}
        if not all(
            _is_number(said) and _is_number(text) and entries.shown(t) == said
            for found in changed.values() for _, t, said, text in found
        ):  # fmt: skip
            return False
        self.anew, self.changes = False, []
        for name, found in changed.items():
            for i, t, said, text in found:
                if not entries.give(t, text or ""):
                    self.anew = self.anew or name == BODY or not _is_counted(t)
                    t.text = text
                if name == BODY:
                    self.changes.append((i, said or "", text or ""))
                self._shown[name][i] = (t, text)
        self.docx = docx
        return True

    def _changes(
        self, name: str, former: Sequence[bytes], new: Sequence[bytes], after: Parts
    ) -> Iterator[tuple[int, etree._Element, str | None, str | None]]:
        """Number, element, former and new text of what a story shows otherwise, of the numbers that stand alone."""
        alone = [i for i, (_, said) in enumerate(self._shown[name]) if _is_number(said)]
        if len(alone) == len(former) == len(new):  # as a writer of XML writes them: nothing needs to be parsed
            for i, old, now in zip(alone, former, new, strict=True):
                if old != now:
                    yield i, self._shown[name][i][0], old.decode(), now.decode()
            return
        root = after.tree(name)
        texts = [t.text for t in root.iter(_T)] if root is not None else []
        for i, ((t, said), text) in enumerate(zip(self._shown[name], texts, strict=True)):
            if text != said:
                yield i, t, said, text


def _is_counted(t: etree._Element) -> bool:
    """Whether a text is the result of a field that the embedded engine counts itself, in a header or footer."""
    run = t.getparent()
    before = [e for r in run.itersiblings(W + "r", preceding=True) for e in r] if run is not None else []
    marks = [e for e in before if e.tag in (_CHAR, _CODE)][:3]
    if [e.get(W + "fldCharType") for e in marks] != ["separate", None, "begin"]:
        return False
    return "".join((marks[1].text or "").split()[:1]).upper() in ("PAGE", "NUMPAGES")


def _is_number(text: str | None) -> bool:
    return text is not None and text.isascii() and text.isdecimal()

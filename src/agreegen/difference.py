"""Difference: two texts compared line by line, and word by word where a line changed; a tag counts as one word."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING, Final, Literal

from agreegen.late import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

WORD: Final = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|[^\s{]+|\{")
AROUND: Final = 8
"""Words that are shown before and after a change."""

ALIKE: Final = 0.5
"""The part of its words that two lines share which are one line, changed."""

Kind = Literal["same", "removed", "added"]
Pair = tuple[str | None, str | None]


@dataclass(frozen=True, slots=True)
class Piece:
    """Words that both texts have, or only the old or only the new one; `glued`: no space stands before them."""

    kind: Kind
    text: str
    glued: bool = False


@dataclass(frozen=True, slots=True)
class _Word:
    """A word or tag, and whether no space stands before it."""

    text: str
    glued: bool


def _words(text: str) -> list[_Word]:
    found = list(WORD.finditer(text))
    ends = [-1, *(m.end() for m in found)]
    return [_Word(m[0], m.start() == end) for m, end in zip(found, ends, strict=False)]


def _piece(kind: Kind, words: Sequence[_Word]) -> Piece:
    text = "".join(word.text if word.glued else f" {word.text}" for word in words)
    return Piece(kind, text.lstrip(" "), words[0].glued)


def pieces(old: str, new: str) -> tuple[Piece, ...]:
    """The words of both texts in order, joined as far as they are the same, removed or added."""
    before, now = _words(old), _words(new)
    found: list[Piece] = []
    for op, i, j, k, m in difflib.SequenceMatcher(None, before, now, autojunk=False).get_opcodes():
        if op == "equal":
            found.append(_piece("same", before[i:j]))
            continue
        found += [_piece("removed", before[i:j])] if j > i else []
        found += [_piece("added", now[k:m])] if m > k else []
    return tuple(found)


def pairs(old: Sequence[str], new: Sequence[str]) -> list[Pair]:
    """The lines that changed: old and new, or only one of them where a line was removed or added; in order."""
    found: list[Pair] = []
    for op, i, j, k, m in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if op != "equal":
            found += _paired(old[i:j], new[k:m])
    return found


def _paired(old: Sequence[str], new: Sequence[str]) -> Iterator[Pair]:
    """The lines of a stretch: each old one with the first new one like it that is left."""
    at = 0
    for line in old:
        fit = next((n for n in range(at, len(new)) if _alike(line, new[n])), None)
        if fit is None:
            yield line, None
            continue
        yield from ((None, new[n]) for n in range(at, fit))
        yield line, new[fit]
        at = fit + 1
    yield from ((None, line) for line in new[at:])


def _alike(one: str, other: str) -> bool:
    before, now = WORD.findall(one), WORD.findall(other)
    match = difflib.SequenceMatcher(None, before, now, autojunk=False)
    return match.real_quick_ratio() >= ALIKE and match.ratio() >= ALIKE


def joined(found: Sequence[Piece], shown: Callable[[Piece], str]) -> str:
    """The pieces in one text, each as it is shown, with a space before it where one stands."""
    return "".join(("" if p.glued or not n else " ") + shown(p) for n, p in enumerate(found))


def marked(found: Sequence[Piece]) -> str:
    """The pieces as plain text: `responsible [-or liable-] to {+any+} other`; what is the same is cut short."""
    signs = {"removed": ("[-", "-]"), "added": ("{+", "+}"), "same": ("", "")}
    last = len(found) - 1
    shown = []
    for n, p in enumerate(found):
        text = _cut(p.text, first=n == 0, last=n == last) if p.kind == "same" else p.text
        before, after = signs[p.kind]
        shown.append(f"{'' if p.glued or not n else ' '}{before}{text}{after}" if text else "")
    return "".join(shown)


def _cut(text: str, *, first: bool, last: bool) -> str:
    words = text.split()
    if first and last:
        return text
    if first:
        return text if len(words) <= AROUND else " ".join(["…", *words[-AROUND:]])
    if last:
        return text if len(words) <= AROUND else " ".join([*words[:AROUND], "…"])
    return text if len(words) <= 2 * AROUND + 1 else " ".join([*words[:AROUND], "…", *words[-AROUND:]])

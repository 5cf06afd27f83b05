"""Search: a few words among the passages of a document, however they were copied."""

from __future__ import annotations

import difflib
import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from agreegen.provenance.passages import Passage, Piece

WORD = re.compile(r"\w+")
NEAR = 0.35
"""How alike a sentence must be to be called near."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that has the words, or a part of them, and which of its pieces they are in."""

    passage: Passage
    pieces: tuple[Piece, ...]


def words(text: str) -> list[str]:
    """The words of a text in a common form: no case, accents as written, no signs; curly and straight are one."""
    return [m[0] for m in WORD.finditer(_plain(text))]


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"['\u2018\u2019\u00ad\u200b]", "", folded)


def hits(passages: Sequence[Passage], sought: str) -> list[list[Hit]]:
    """Each place that has the words one after the other, with the passages that they run through.

    The last word may be cut off. Numbers in front of paragraphs may be among the words, or left out.
    """
    wanted = words(sought)
    if not wanted:
        return []
    for labeled in (False, True):
        if found := _hits(passages, wanted, labeled=labeled):
            return found
    return []


def _hits(passages: Sequence[Passage], wanted: list[str], *, labeled: bool) -> list[list[Hit]]:
    told: list[str] = []
    owners: list[tuple[int, int | None]] = []  # passage, piece (None: its number)
    for n, passage in enumerate(passages):
        if labeled and passage.label:
            own = words(passage.label)
            told += own
            owners += [(n, None)] * len(own)
        for word, piece in _words(passage):
            told.append(word)
            owners.append((n, piece))
    found = []
    last = len(wanted) - 1
    for at in (i for i, word in enumerate(told) if word == wanted[0] or (not last and word.startswith(wanted[0]))):
        if told[at : at + last] == wanted[:last] and at + last < len(told) and told[at + last].startswith(wanted[-1]):
            found.append(_hit(passages, owners[at : at + last + 1]))
    return found


def _words(passage: Passage) -> Iterable[tuple[str, int]]:
    """The words of a passage with the piece in which each begins; a word may run over pieces."""
    text, ends = "", []
    for piece in passage.pieces:
        text += _plain(piece.text)
        ends.append(len(text))
    piece_ = 0
    for m in WORD.finditer(text):
        while ends[piece_] <= m.start():
            piece_ += 1
        yield m[0], piece_


def _hit(passages: Sequence[Passage], owners: Sequence[tuple[int, int | None]]) -> list[Hit]:
    by: dict[int, list[int]] = {}
    for n, piece in owners:
        at = by.setdefault(n, [])
        if piece is not None and piece not in at:
            at.append(piece)
    return [Hit(passages[n], tuple(passages[n].pieces[p] for p in at)) for n, at in by.items()]


def nearest(passages: Sequence[Passage], sought: str) -> Passage | None:
    """The passage that is most like the words, None if none is."""
    wanted = words(sought)
    scored = [(_alike(wanted, words(p.text)), -n) for n, p in enumerate(passages)]
    best = max(scored, default=(0.0, 0))
    return passages[-best[1]] if best[0] >= NEAR else None


def _alike(wanted: list[str], told: list[str]) -> float:
    """The part of the wanted words that a text has, in their order."""
    if not wanted or len(set(wanted) & set(told)) < NEAR * len(set(wanted)):
        return 0.0
    matcher = difflib.SequenceMatcher(None, wanted, told, autojunk=False)
    same = sum(block.size for block in matcher.get_matching_blocks())
    return same / len(wanted) - 0.0001 * len(told) / (len(told) + 100)

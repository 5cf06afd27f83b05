"""Search: a few words among the passages of a document, however they were copied."""

from __future__ import annotations

import bisect
import difflib
import itertools
import re
import unicodedata
from dataclasses import replace
from typing import TYPE_CHECKING

from agreegen.late import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from agreegen.provenance.passages import Passage, Piece

    Places = list[list["Hit"]]

WORD = re.compile(r"[^\W_]+")
"""Lines to write on (`____`) are no words."""

LEADERS = re.compile(r"(?:\.\s?){4,}\s*\d*")
"""The dots of a table of contents, and the page behind them."""

LABEL = re.compile(r"(?<!\S)(?:\d+(?:\.\d+)+|\([a-z]{1,4}\))(?!\S)")
"""Numbers of paragraphs, which some programs copy apart from their paragraphs."""

PAGE = re.compile(r"\bpage\s+\d+(\s+of)\s+\d+", re.IGNORECASE)
NUMBER = re.compile(r"(?:sections? )?([a-z0-9]+(?:\.[0-9]+)*(?:\([a-z0-9]+\))*|exhibit [a-z]{1,2})")
NEAR = 0.35
"""How alike a sentence must be to be called near."""

FEWEST = 3
"""Words that must be left where those of a header or footer were among them."""


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


# ---------------------------------------------------------------------------------------------------- places
def hits(passages: Sequence[Passage], sought: str) -> Places:
    """Each place that has the words one after the other, with the passages that they run through.

    The last word may be cut off. Numbers in front of paragraphs may be among the words, or left out; so may spaces
    and hyphens, what a page break puts between (footer and header), and dots and pages of a table of contents. Words
    that run through the cells of a row are found, too. A number of a Section finds that Section first.
    """
    plain = LEADERS.sub(" ", PAGE.sub(r"page\1", sought))
    wanted = words(plain)
    if not wanted:
        return []
    of_number = _numbered(passages, sought)
    ways: tuple[Callable[[], Places], ...] = (
        lambda: _found(passages, wanted, labeled=False),
        lambda: _found(passages, wanted, labeled=True),
        lambda: _squeezed(passages, wanted),
        lambda: _rows(passages, wanted),
        lambda: _found(_contents(passages), wanted, labeled=True),
        lambda: _found(passages, words(LABEL.sub(" ", plain)), labeled=False),
        lambda: _around_furniture(passages, wanted),
    )
    found = next((found for way in ways if (found := way())), [])
    first = {id(hit.passage) for place in of_number for hit in place}
    return [*of_number, *(place for place in found if id(place[0].passage) not in first)]


def _numbered(passages: Sequence[Passage], sought: str) -> Places:
    """The paragraph that has the number, where nothing else is sought."""
    plain = " ".join(sought.casefold().split()).rstrip(".")
    match = NUMBER.fullmatch(plain)
    if match is None or plain.isalpha():
        return []
    return [[Hit(p, ())] for p in passages if p.full and p.full.rstrip(".").casefold() == match[1]]


def _told(passages: Sequence[Passage], *, labeled: bool) -> tuple[list[str], list[tuple[int, int | None]]]:
    """All words in order, and for each its passage and piece; no piece for a number in front."""
    told: list[str] = []
    owners: list[tuple[int, int | None]] = []
    for n, passage in enumerate(passages):
        if labeled and passage.label:
            own = words(passage.label)
            told += own
            owners += [(n, None)] * len(own)
        for word, piece in _words(passage):
            told.append(word)
            owners.append((n, piece))
    return told, owners


def _found(passages: Sequence[Passage], wanted: list[str], *, labeled: bool) -> Places:
    told, owners = _told(passages, labeled=labeled)
    return [_hit(passages, owners[at : at + len(wanted)]) for at in _runs(told, wanted)]


def _runs(told: Sequence[str], wanted: list[str]) -> Iterator[int]:
    """Where the words run; the last one may be cut off, if it is no number."""
    last = len(wanted) - 1
    for at in range(len(told) - last) if wanted else ():
        if told[at : at + last] == wanted[:last] and _begins(told[at + last], wanted[-1]):
            yield at


def _begins(word: str, cut: str) -> bool:
    return word == cut or (not cut.isdigit() and word.startswith(cut))


def _squeezed(passages: Sequence[Passage], wanted: list[str]) -> Places:
    """The places that have the same letters, wherever words end: `de-identified` as `deidentified`."""
    told, owners = _told(passages, labeled=False)
    ends = list(itertools.accumulate(map(len, told)))
    text, key = "".join(told), "".join(wanted)
    found = []
    at = text.find(key) if len(key) > 2 * FEWEST else -1
    while at >= 0:
        first = bisect.bisect_right(ends, at)
        if ends[first] - len(told[first]) == at:  # a word begins here
            found.append(_hit(passages, owners[first : bisect.bisect_left(ends, at + len(key)) + 1]))
        at = text.find(key, at + 1)
    return found


def _rows(passages: Sequence[Passage], wanted: list[str]) -> Places:
    """The rows of tables whose cells have the words, each cell some of them, from left to right."""
    rows: dict[tuple[str, int, int], list[Passage]] = {}
    for p in passages:
        if p.row is not None:
            rows.setdefault((p.part, *p.row[:2]), []).append(p)
    return [found for cells in rows.values() if (found := _through(cells, wanted))]


def _through(cells: Sequence[Passage], wanted: list[str]) -> list[Hit]:
    """The cells that the words run through; none if words are left."""
    found: list[Hit] = []
    rest = wanted
    for cell in cells:
        own = list(_words(cell))
        told = [word for word, _ in own]
        sizes = range(min(len(rest), len(told)), 0, -1)
        at, size = next(((at, n) for n in sizes for at in _runs(told, rest[:n])), (0, 0))
        if size:
            found.append(Hit(cell, tuple(cell.pieces[p] for p in dict.fromkeys(p for _, p in own[at : at + size]))))
            rest = rest[size:]
        if not rest:
            return found
    return []


def _contents(passages: Sequence[Passage]) -> list[Passage]:
    """The lines of the table of contents: the headings, one after the other."""
    listed = (p for p in passages if p.is_title and p.style != "ExhibitHeading" and p.part == "body")
    return [replace(p, part="contents") for p in listed if p.text.strip()]


def _around_furniture(passages: Sequence[Passage], wanted: list[str]) -> Places:
    """The places of words that a page break parts: those of footer and header are left out."""
    edges = [p for p in passages if p.part in ("footer", "header")]
    told = [word for p in sorted(edges, key=lambda p: p.part) for word in words(p.text)]
    matcher = difflib.SequenceMatcher(None, wanted, told, autojunk=False)
    run = matcher.find_longest_match()
    rest = [*wanted[: run.a], *wanted[run.a + run.size :]]
    touching = run.a == 0 or run.a + run.size == len(wanted)
    if run.size < (1 if touching else FEWEST) or not rest:
        return []
    if len(rest) < min(FEWEST, run.size):
        return _found(edges, wanted[run.a : run.a + run.size], labeled=False)
    return next((f for labeled in (False, True) if (f := _found(passages, rest, labeled=labeled))), [])


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


# ---------------------------------------------------------------------------------------------------- nearest
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

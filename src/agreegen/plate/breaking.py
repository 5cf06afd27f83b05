"""Where the embedded engine may break a line of text, as far as it is certain: at spaces and hyphens of plain words.

Elsewhere it follows Unicode (UAX 14), mostly. It measures each letter by its width alone: no pairs are set closer.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from functools import lru_cache
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from agreegen.plate.setting import widths

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agreegen.plate.setting import Face

SURE, UNSURE = True, False
_LETTER: Final = "0-9A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u017f@_&*#=~^`$%+"
_QUOTE: Final = "\"'\u2018\u2019\u201c\u201d"
_KNOWN: Final = re.compile(f"[{_LETTER}{_QUOTE}.,:;()\\[\\]-]*[!?]*")
_HYPHEN: Final = re.compile("(?<=[0-9A-Za-z\u00c0-\u00ff])-(?=[0-9A-Za-z\u00c0-\u00ff])")
_OPEN: Final = re.compile("[)\\].,:;](?=[(\\[])|[.,:;](?=[$%+])|-")
_OTHER: Final = re.compile(f"[^{_LETTER}{_QUOTE}.,:;()\\[\\]-]")
_NEVER_FIRST: Final = frozenset(")].,:;!?/}%")
_NEVER_LAST: Final = frozenset("([{")
_OPENING: Final = "(["

_FIGURES: Final = bytes.maketrans(b"123456789", b"000000000")

Chunk = tuple[float, float, str]
"""Something that isn't broken: the room of the spaces before it, its own, and its text."""
Cut = tuple[tuple[Chunk, ...], tuple[Chunk, ...]]
"""A text wherever it may be broken, and where it surely may be."""
_MOST: Final = 512  # words of a face that are kept
_WORD: Final = re.compile("( *)([^ ]+)")


def with_one_figure(text: str) -> str:
    """A text with all figures as one; as bytes that is soon done, and no other letter has theirs."""
    return text.encode("utf-8", "surrogatepass").translate(_FIGURES).decode("utf-8", "surrogatepass")


def places(word: str) -> dict[int, bool]:
    """Place in a word -> whether it is certain that the word may be broken there."""
    found = {m.end(): UNSURE for m in _OPEN.finditer(word)}
    if not _KNOWN.fullmatch(word):
        for m in _OTHER.finditer(word):
            found[m.start()] = found[m.end()] = UNSURE
    found |= {m.end(): SURE for m in _HYPHEN.finditer(word)}
    found.pop(0, None)
    found.pop(len(word), None)
    return found


def between(before: str, after: str) -> bool:
    """Whether it is certain that a line may be broken at the space between two words."""
    last, first = before[-1:], after[:1]
    if not last or not first:
        return True  # there is no space between two words
    return first not in _NEVER_FIRST and last not in _NEVER_LAST and not (first in _OPENING and last in _QUOTE)


def is_apart(text: str) -> bool:
    """Whether it is certain that a line may be broken at the spaces around a text, whatever words are there."""
    first, last = text[:1], text[-1:]
    if not first or first.isspace() or last.isspace():
        return False
    return first not in _NEVER_FIRST and first not in _OPENING and last not in _NEVER_LAST and last not in _QUOTE


def chunks(text: str, faces: Sequence[Face], unsure: frozenset[int] = frozenset(), before: str = "") -> Cut | None:
    """A text cut wherever a line may be broken, and where it surely may be; None if a letter's width isn't known.

    `faces` are those of its letters, `unsure` more places where it may or may not be broken, `before` is the word
    before it.
    """
    most: list[Chunk] = []
    least: list[Chunk] = []
    for m in _WORD.finditer(text):
        gap = _wide(m[1], faces[m.start(1) : m.end(1)])
        cuts = places(m[2]) | {u - m.start(2): UNSURE for u in unsure if m.start(2) < u < m.end(2)}
        at, sure = 0, not before or between(before, m[2])
        for end in (*sorted(cuts), len(m[2])):
            width = _wide(m[2][at:end], faces[m.start(2) + at : m.start(2) + end])
            if gap is None or width is None:
                return None
            _add(most, least, (gap, width, m[2][at:end]), sure=sure)
            at, gap, sure = end, 0.0, cuts.get(end, SURE)
        before = m[2]
    return tuple(most), tuple(least)


def plain_width(text: str, face: Face) -> float:
    """The width of a text of one face on one line; infinite if a letter's isn't known."""
    known = _widths(face.file)
    found = known.get(text)
    if found is None:
        letters = widths(face.file)
        try:
            found = sum([letters[letter] for letter in text])
        except KeyError:
            found = math.inf
        if len(known) >= _MOST:
            known.clear()
        known[text] = found
    return found * face.size


@lru_cache(maxsize=16)
def are_figures_alike(file: str) -> bool:
    """Whether all figures of a font are equally wide; no line break knows one from another."""
    letters = widths(file)
    return len({letters.get(figure) for figure in "0123456789"}) == 1


@lru_cache(maxsize=16)
def _widths(file: str) -> dict[str, float]:
    """The widths of texts that are known, in sizes of the letters."""
    return {}


class Words(NamedTuple):
    """The words of a text where it is certain where they may be broken, measured in sizes of the letters.

    A word with hyphens counts as several: its pieces, with no space between.
    """

    starts: tuple[float, ...]  # where each begins if all stand on one line
    ends: tuple[float, ...]
    widest: float
    space: float

    def lines(self, low: float, high: float) -> int:
        """How many lines they take alone in each room from `low` to `high`; 0 if it isn't the same, or one is wider."""
        ends, count, at, start = self.ends, 1, 0, 0.0
        if self.widest > low:
            return 0
        while (at := bisect_right(ends, start + low, at + 1)) < len(ends):
            if ends[at] <= start + high:
                return 0
            count, start = count + 1, self.starts[at]
        return count


def plain_words(text: str, file: str) -> Words | None:
    """The words of a text; None if it isn't certain where it may be broken, or a letter's width isn't known."""
    words, known, space = text.split(" "), _apart_words(file), widths(file)[" "]
    try:
        steps = [known[word] for word in words]
    except KeyError:
        return _other_words(words, file, space)
    starts = (0.0, *accumulate(steps))
    return Words(starts, tuple([start - space for start in starts[1:]]), max(steps) - space, space)


def _other_words(words: Sequence[str], file: str, space: float) -> Words | None:
    """The same, word by word."""
    known, soon = _pieces_known(file), _apart_words(file)
    starts, ends, before, was_apart, at = list[float](), list[float](), "", True, 0.0
    for word in words:
        if (one := known.get(word)) is None:
            if max(len(known), len(soon)) >= _MOST:
                known.clear()
                soon.clear()
            pieces = _sure_pieces(word, file)
            one = known[word] = pieces, is_apart(word)
            if len(pieces) == 1 and one[1]:
                soon[word] = pieces[0] + space
        pieces, apart = one
        if not pieces or (before and not (apart and was_apart) and not between(before, word)):
            return None
        for width in pieces:
            starts.append(at)
            ends.append(at := at + width)
        before, was_apart, at = word, apart, at + space
    widest = max([end - start for start, end in zip(starts, ends, strict=True)])
    return Words(tuple(starts), tuple(ends), widest, space)


@lru_cache(maxsize=8)
def _apart_words(file: str) -> dict[str, float]:
    """The widths, with the space behind them, of words that are known, not to be broken, and apart from any other."""
    return {}


@lru_cache(maxsize=8)
def _pieces_known(file: str) -> dict[str, tuple[tuple[float, ...], bool]]:
    """The pieces of words that are known, and whether each word is apart from any other."""
    return {}


def _sure_pieces(word: str, file: str) -> tuple[float, ...]:
    """The widths of what a word may surely be broken into; none if that isn't certain."""
    letters, cuts = widths(file), places(word)
    if not word or UNSURE in cuts.values() or not all(letter in letters for letter in word):
        return ()
    return tuple([sum([letters[a] for a in word[i:j]]) for i, j in pairwise((0, *sorted(cuts), len(word)))])


@lru_cache(maxsize=512)
def plain_chunks(text: str, face: Face) -> Cut | None:
    """`chunks` of a text of one face."""
    most: list[Chunk] = []
    least: list[Chunk] = []
    gap, before = 0.0, ""
    space = widths(face.file)[" "] * face.size
    known = _words(face)
    for word in text.split(" "):
        if word:
            pieces = known.get(word) or _pieces(word, face, known)
            if pieces is None:
                return None
            sure = not before or between(before, word)
            if sure and len(pieces) == 1:
                chunk = (gap, *pieces[0][:2])
                most.append(chunk)
                least.append(chunk)
            else:
                for width, piece, after in pieces:
                    _add(most, least, (gap, width, piece), sure=sure)
                    gap, sure = 0.0, after
            gap, before = 0.0, word
        gap += space
    return (cut := tuple(most)), cut if len(most) == len(least) else tuple(least)


def _add(most: list[Chunk], least: list[Chunk], chunk: Chunk, *, sure: bool) -> None:
    most.append(chunk)
    if sure or not least:
        least.append(chunk)
    else:
        gap, width, text = least[-1]
        least[-1] = (gap, width + chunk[0] + chunk[1], f"{text} {chunk[2]}" if chunk[0] else text + chunk[2])


Pieces = tuple[tuple[float, str, bool], ...]
"""The pieces of a word: their widths, their texts, and whether it may surely be broken after them."""


@lru_cache(maxsize=16)
def _words(face: Face) -> dict[str, Pieces]:
    """The words of a face that are known."""
    return {}


def _pieces(word: str, face: Face, known: dict[str, Pieces]) -> Pieces | None:
    """The pieces of a word, which is known then; None if a letter's width isn't."""
    cuts = places(word)
    found, at = [], 0
    letters = widths(face.file)
    try:
        for end in (*sorted(cuts), len(word)):
            width = sum([letters[letter] for letter in word[at:end]]) * face.size
            found.append((width, word[at:end], cuts.get(end, SURE)))
            at = end
    except KeyError:
        return None
    if len(known) >= _MOST:
        known.clear()
    made = known[word] = tuple(found)
    return made


def _wide(text: str, faces: Sequence[Face]) -> float | None:
    """The width of a text, letter by letter; None if a letter's width isn't known."""
    total = 0.0
    for letter, face in zip(text, faces, strict=True):
        width = widths(face.file).get(letter)
        if width is None:
            return None
        total += width * face.size
    return total


def broken(parts: Sequence[Chunk], room: float, x: float, lines: int, face: Face | None = None) -> tuple[float, int]:
    """Where the last line ends, and how many lines there are, after more chunks than those that end at x.

    With a face, what is wider than a line goes on from line to line, letter by letter, as the engine draws it.
    """
    for gap, width, text in parts:
        if not x or x + gap + width > room:
            lines += x > 0
            x = width
            if face is not None and width > room:
                x, more = _lettered(text, room, face)
                lines += more
        else:
            x += gap + width
    return x, lines


def lines_of(parts: Sequence[Chunk], low: float, high: float) -> int:
    """How many lines chunks take alone in each room from `low` to `high`; 0 if it isn't the same, or one is wider."""
    x, lines = 0.0, 1
    for gap, width, _ in parts:
        end = x + gap + width
        if width > low or (x and low < end <= high):
            return 0
        if not x:
            x = width
        elif end <= low:
            x = end
        else:
            x, lines = width, lines + 1
    return lines


def edges(parts: Sequence[Chunk], low: float, high: float, x: float = 0.0, at: int = 0) -> set[int]:
    """The chunks that end between `low` and `high`, and so may stand on either line, whatever happens before them."""
    for n in range(at, len(parts)):
        gap, width, _ = parts[n]
        end = x + gap + width
        if x and low < end <= high:
            return {n} | edges(parts, low, high, end, n + 1) | edges(parts, low, high, width, n + 1)
        x = width if not x or end > high else end
    return set()


def _lettered(text: str, room: float, face: Face) -> tuple[float, int]:
    """Where the last line of a text that is wider than a line ends, and how many lines are before it."""
    x, lines = 0.0, 0
    for letter in text:
        width = widths(face.file)[letter] * face.size
        if x and x + width > room:
            x, lines = 0.0, lines + 1
        x += width
    return x, lines

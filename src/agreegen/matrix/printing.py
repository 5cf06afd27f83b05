"""Printing: what a variant may print of each clause, line by line, with what the variant itself decides left out."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, Final

from agreegen.late import dataclass
from agreegen.law.clauses import clauses
from agreegen.law.exhibits import exhibits
from agreegen.provenance.passages import whole
from agreegen.provenance.phrases import told, told_otherwise
from agreegen.provenance.variants import open_within
from agreegen.template.base import bookmark_parts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agreegen.provenance.marking import Marked, Step
    from agreegen.provenance.passages import Passage, Piece, Within

COVER = "cover-block"
PARTS = "part-headings"
SHORT = "short-forms"
MARGINS = "margins"
ROWS = (COVER, PARTS, SHORT, MARGINS)
"""What is no clause of the table, and gets a row all the same."""

BEGIN, END = "\ue0d4", "\ue0d5"
EXACT: Final = re.compile(f"{BEGIN}[^{END}]*{END}")
SHOWN: Final = str.maketrans({BEGIN: "", END: ""})
SYNTAX: Final = re.compile(r"^\{[{%]-?\s*(?:(?:p|tr|tc|r)\s+)?(?:(?:if|elif|for)\s+)?|\s*-?[}%]\}$")
"""What of a tag says only where it stands."""


@dataclass(frozen=True, slots=True)
class Text:
    """What a variant may print of a clause: its number in the whole text, the condition around all of it, its lines.

    `exact` are the lines with each tag behind its words: two tags may have the same words.
    """

    number: str
    when: str
    lines: tuple[str, ...]
    exact: tuple[str, ...]


@functools.lru_cache(maxsize=8)
def texts(marked: Marked) -> dict[str, Text]:
    """Each clause and exhibit that a variant may print, by id, in the order of its text.

    A clause that stands there twice, as an alternative to itself, is among the short forms the second time.
    """
    found: dict[str, list[str]] = {}
    first: dict[str, tuple[str, Within]] = {}
    above: dict[str, Within] = {}
    seen: set[str] = set()
    again = False
    for passage in whole(marked):
        around = open_within(passage.within, marked)
        if around is None:
            continue
        key = key_of(passage)
        if passage.is_title:
            again = key in seen and passage.style == "Heading2"
            seen.add(key)
        line = "".join(_shown(passage, marked, around))
        if not line.strip():
            continue
        key = SHORT if again else key
        if key not in first:
            first[key] = passage.label.rstrip(".") if passage.is_title and key not in ROWS else "", around
            above[key] = around
        lines = found.setdefault(key, [])
        base = first[key][1]
        lines += _conditions(_beyond(above[key], base), _beyond(around, base), marked)
        above[key] = around
        lines.append(" ".join(line.split()))
    return {
        key: Text(first[key][0], worded(_around(first[key][1], marked)), tuple(map(worded, lines)),
                  tuple(line.translate(SHOWN) for line in lines))
        for key, lines in found.items()
    }  # fmt: skip


def worded(line: str) -> str:
    """The line without the tags behind its words."""
    return EXACT.sub("", line)


def _beyond(within: Within, base: Within) -> Within:
    """The branches inside of those that are around the whole clause."""
    return within[len(base) :] if within[: len(base)] == base else within


def _around(within: Within, marked: Marked) -> str:
    return "; ".join(_spelled(group, branch, marked) for group, branch in within)


def _spelled(group: int, branch: int, marked: Marked) -> str:
    """The words of a branch; of what stands otherwise, when that is."""
    found = marked.groups[group]
    if found.branches[branch] is not None or found.kind == "for":
        return _words(group, branch, marked)
    steps = [marked.steps[s] for s in found.branches if s is not None]
    return f"If {' and '.join(map(told_otherwise, steps))}"


def key_of(passage: Passage) -> str:
    """The id of the clause or exhibit that a passage belongs to."""
    if passage.part != "body":
        return MARGINS
    if passage.exhibit:
        return f"exhibit:{passage.exhibit}"
    if not passage.headings:
        return COVER
    return passage.clause or PARTS


def _conditions(before: Within, now: Within, marked: Marked) -> Iterator[str]:
    """The lines for conditions that begin between two paragraphs, or that begin anew."""
    same = 0
    while same < min(len(before), len(now)) and before[same] == now[same]:
        same += 1
    yield from (f"({_words(group, branch, marked)}:)" for group, branch in now[same:])
    if len(now) < len(before) and same == len(now):
        yield "(In any case:)" if not now else f"({_words(*now[-1], marked)}:)"


def _words(group: int, branch: int, marked: Marked) -> str:
    found = marked.groups[group]
    step = found.branches[branch]
    if step is None:
        return "Otherwise"
    words = _exactly(marked.steps[step])
    return f"For {words}" if found.kind == "for" else f"{'Otherwise, if' if branch else 'If'} {words}"


def _shown(passage: Passage, marked: Marked, around: Within) -> Iterator[str]:
    """The pieces of a passage that the variant may print, with words for inline conditions, values and references."""
    open_: Within = around
    for piece in passage.pieces:
        inside = open_within(piece.within, marked)
        if inside is None:
            continue
        while open_ != inside[: len(open_)]:
            yield "]"
            open_ = open_[:-1]
        for at in inside[len(open_) :]:
            yield f"[{_words(*at, marked)}: "
        open_ = inside
        yield _piece(piece, marked)
    yield "]" * (len(open_) - len(around))


def _piece(piece: Piece, marked: Marked) -> str:
    if piece.ref:
        return f"[number of “{_title(piece.ref)}”]"
    if piece.step is not None:
        return f"[{_exactly(marked.steps[piece.step])}]"
    return piece.text


def _exactly(step: Step) -> str:
    """The words of a step, and its tag between two marks, with the names of the data for those of loops."""
    tag = SYNTAX.sub("", step.place.text)
    for local, name in {**step.scope, step.target: ""}.items():
        if local:
            tag = re.sub(rf"(?<![\w.\"']){re.escape(local)}(?![\w\"'])", name or "each", tag)
    return f"{told(step)}{BEGIN} {tag}{END}"


def _title(mark: str) -> str:
    """What a reference leads to, in words that are the same in all variants."""
    parts = bookmark_parts(mark)
    if parts is None:
        return mark
    anchor, name, is_exhibit = parts
    titles = {e.id: e.title for e in exhibits()} if is_exhibit else {c.id: c.heading for c in clauses().values()}
    return titles.get(anchor, anchor) + (f", {name.replace('-', ' ')}" if name else "")

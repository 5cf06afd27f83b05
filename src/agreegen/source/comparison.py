"""Where the text of a file differs from the marks that were kept of it, in words."""

from __future__ import annotations

import collections
import dataclasses
import difflib
import re
from typing import TYPE_CHECKING, Final

from agreegen.finding import Finding, Location, Severity
from agreegen.pdf.squeeze import LEADER, PAGE, PAGES
from agreegen.source.marks import MOST, Block, Mark, mark, spans

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

SHOWN: Final = 100  # changes that are named one by one
_COST: Final = 20_000_000  # pairs of equal blocks that are compared
_AROUND: Final = 3  # words before and after
_LONG: Final = 16  # words of an excerpt
HINT: Final = "generate the agreement again from its source, or keep this file as the record of what was agreed"
_SHOWN: Final = str.maketrans({LEADER: "…", PAGE: "#", PAGES: "#"})
_ODD: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066-\u2069]+")
_UNITS: Final = {"body": "paragraph", "pages": "page", "footnotes": "footnote", "endnotes": "endnote",
                 "headers": "header", "footers": "footer", "boxes": "text box"}  # fmt: skip


def changes(before: Mapping[str, Sequence[Mark]], now: Mapping[str, Sequence[Block]]) -> list[Finding]:
    """A finding for each place that was changed, added or removed; after the first hundred only their number."""
    found = [f for part in dict.fromkeys((*now, *before)) for f in _part(part, before.get(part, ()), now.get(part, ()))]
    if len(found) > SHOWN:
        rest = f"{len(found) - SHOWN} more places differ"
        found = [*found[:SHOWN], _finding(Location(), rest)]
    return found


def _part(part: str, before: Sequence[Mark], now: Sequence[Block]) -> Iterator[Finding]:
    marks = [mark(b.text) for b in now]
    old, new = [m.digest for m in before], [m.digest for m in marks]
    if old == new:
        return
    if len(new) > MOST or _cost(old, new) > _COST:
        unit = _UNITS.get(part, part)
        yield _finding(Location(part=part), f"the text is another: {len(old)} {unit}s were generated, {len(new)} stand"
                                            " here")  # fmt: skip
        return
    for op, i, j, k, m in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if op == "equal":
            continue
        pairs = _paired(before[i:j], marks[k:m])
        for b, n in pairs:
            if b is not None and n is not None:
                yield from _changed(before[i + b], now[k + n], marks[k + n])
            elif n is not None:
                yield from _added(now[k + n])
        gone = [before[i + b] for b, n in pairs if n is None and b is not None and before[i + b] != _EMPTY]
        if gone:
            yield _removed(part, len(gone), now, m)


_EMPTY: Final = mark("")


def _cost(old: Sequence[bytes], new: Sequence[bytes]) -> int:
    """How many pairs of equal digests there are: the work of a comparison."""
    count = collections.Counter(old)
    return sum(count[d] for d in new)


def _paired(before: Sequence[Mark], now: Sequence[Mark]) -> list[tuple[int | None, int | None]]:
    """Old and new blocks of a stretch: those that share words belong together, the rest in order where as many."""
    if len(before) == len(now):
        return [(n, n) for n in range(len(now))]
    pairs: list[tuple[int | None, int | None]] = []
    free = 0
    for n, new in enumerate(now):
        fits = [b for b in range(free, min(len(before), free + 50)) if _alike(before[b], new)]
        if fits:
            pairs += [(b, None) for b in range(free, fits[0])]
            pairs.append((fits[0], n))
            free = fits[0] + 1
        else:
            pairs.append((None, n))
    return [*pairs, *((b, None) for b in range(free, len(before)))]


def _alike(a: Mark, b: Mark) -> bool:
    """Whether half of the groups of words are the same."""
    if not a.words or not b.words:
        return False
    shared = sum((collections.Counter(a.words) & collections.Counter(b.words)).values())
    return 2 * shared >= min(len(a.words), len(b.words))


def _changed(before: Mark, now: Block, after: Mark) -> Iterator[Finding]:
    if not now.text.strip():
        yield _finding(now.where, "was emptied: its words were taken out")
        return
    if before == _EMPTY:
        yield _finding(now.where, f"was empty, and now says “{_short(now.text.split())}”")
        return
    yield _finding(now.where, f"was changed: “{_excerpt(before, now.text, after)}”")


def _added(now: Block) -> Iterator[Finding]:
    if now.text.strip():
        yield _finding(now.where, f"was added: “{_short(now.text.split())}”")


def _removed(part: str, count: int, now: Sequence[Block], at: int) -> Finding:
    unit = _UNITS.get(part, part)
    what = f"a {unit} was removed" if count == 1 else f"{count} {unit}s were removed"
    near = next((b for b in reversed(now[:at]) if b.text.strip()), None)
    where = near.where if near is not None else Location(part=part)
    after = f" after “{_short(near.text.split()[-_LONG:], tail=True)}”" if near is not None else " at the beginning"
    return _finding(where, what + after)


def _excerpt(before: Mark, text: str, after: Mark) -> str:
    """The words around the first and last group that is new."""
    words = text.split()
    if not before.words or not after.words:
        return _short(words)
    groups = spans(words)
    ops = difflib.SequenceMatcher(None, before.words, after.words, autojunk=False).get_opcodes()
    moved = [(k, m) for op, _, _, k, m in ops if op != "equal"]
    if not moved:
        return _short(words)
    first = groups[moved[0][0]][0] if moved[0][0] < len(groups) else len(words)
    last = groups[moved[0][1] - 1][1] if moved[0][1] else 0
    start, end = max(first - _AROUND, 0), min(max(last, first) + _AROUND, len(words))
    shown = words[start:end]
    clipped = " ".join([*shown[:_LONG], "…", *shown[-_LONG:]] if len(shown) > 2 * _LONG + 1 else shown)
    return ("… " if start else "") + clipped + (" …" if end < len(words) else "")


def _short(words: Sequence[str], *, tail: bool = False) -> str:
    """The first words, or the last, with an ellipsis for the others."""
    if len(words) <= _LONG:
        return " ".join(words)
    return "… " + " ".join(words[-_LONG:]) if tail else " ".join(words[:_LONG]) + " …"


def _finding(where: Location, message: str) -> Finding:
    return Finding("X002", Severity.WARNING, _plain_place(where), plain(message), HINT)


def plain(text: str) -> str:
    """A text as a terminal may show it: no marks of ours, and nothing that steers it."""
    return _ODD.sub(" ", text.translate(_SHOWN))


def _plain_place(where: Location) -> Location:
    return dataclasses.replace(where, heading=plain(where.heading)) if where.heading else where


def in_file(findings: Sequence[Finding], file: str) -> tuple[Finding, ...]:
    """The findings with the file's name in their places."""
    return tuple(dataclasses.replace(f, location=dataclasses.replace(f.location, file=file)) for f in findings)

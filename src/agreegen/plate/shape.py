"""What an agreement is made of, piece by piece: what the same master makes again, and the places that differ."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final

from agreegen.template.filling import machine, run

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping, Sequence

    from agreegen.template import Template

_LATIN: Final = "".join(c for c in map(chr, range(0xA1, 0x180)) if unicodedata.normalize("NFKC", c) == c)
_SIGNS: Final = "\u2013\u2014\u2018\u2019\u201c\u201d"
_LETTER: Final = f"(?:[!-%'-;=?-~{re.escape(_LATIN.replace(chr(0xAD), ''))}{_SIGNS}]|&amp;)"
PLAIN: Final = re.compile(f"{_LETTER}+(?: {_LETTER}+)*")
"""A value that stands as it is wherever its text goes: words of Latin letters and signs with one space between.

No steps after the rendering change or measure anything else of it than its letters: nothing is trimmed, joined, split,
mirrored, drawn in another font, or read as a tag.
"""

Pieces = list[str]


@dataclass(frozen=True, slots=True)
class Laid:
    """The pieces of all parts of one agreement, one after the other, and how many each part has."""

    pieces: Pieces
    counts: tuple[int, ...]

    def parts(self, pieces: Sequence[str]) -> Iterable[Sequence[str]]:
        """Pieces in the place of these, part by part."""
        at = 0
        for count in self.counts:
            yield pieces[at : at + count]
            at += count


def laid(template: Template, context: Mapping[str, Any]) -> Laid:
    """The pieces of an agreement; errors of expressions come as Jinja raises them."""
    pieces: Pieces = []
    counts = []
    for part in run(template, context):
        before = len(pieces)
        pieces.extend(part)
        counts.append(len(pieces) - before)
    return Laid(pieces, tuple(counts))


def constants(template: Template) -> frozenset[str]:
    """The texts of a template; a value that reads like one of them counts as one."""
    return frozenset(s for r in machine(template).parts for known in (r.plain, r.marked) for s in known)


def differing(one: Laid, other: Laid, fixed: frozenset[str]) -> tuple[int, ...] | None:
    """The places where agreements of one shape have different values; None if they aren't of one shape."""
    if one.counts != other.counts:
        return None
    found = []
    for i, (a, b) in enumerate(zip(one.pieces, other.pieces, strict=True)):
        if a is not b and a != b:
            if a in fixed or b in fixed or not PLAIN.fullmatch(a) or not PLAIN.fullmatch(b):
                return None
            found.append(i)
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Shape:
    """What agreements of one shape share: all pieces but those at `slots`."""

    base: Laid
    slots: tuple[int, ...]
    fixed: frozenset[str]
    apart: frozenset[int]
    """The slots, by their numbers, where partners differ."""
    _pick: itemgetter[Any]  # of the slots, and of the first once more, so that there are always several

    @classmethod
    def of(
        cls, base: Laid, slots: Sequence[int], fixed: frozenset[str] = frozenset(), apart: Container[int] = ()
    ) -> Shape:
        """The shape of an agreement with these places left open; no value there is one of the `fixed` texts.

        `apart`: the places among them where partners differ.
        """
        pick = itemgetter(*slots, slots[0])
        numbers = frozenset(i for i, slot in enumerate(slots) if slot in apart)
        return cls(base, tuple(slots), fixed, numbers, pick)

    def values(self, other: Laid) -> tuple[str, ...] | None:
        """What stands at the slots; None if the agreement has another shape, or a value that isn't plain."""
        if other.counts != self.base.counts:
            return None
        if not self._same(other.pieces):
            return None
        values: tuple[str, ...] = self._pick(other.pieces)[:-1]
        base = self._pick(self.base.pieces)[:-1]
        new = [v for v, known in zip(values, base, strict=True) if v is not known and v != known]
        return values if all(map(_is_plain, new)) and self.fixed.isdisjoint(new) else None

    def fit(self, values: tuple[object, ...]) -> bool:
        """Whether values may stand at slots."""
        distinct = self._texts(values)
        return distinct is not None and (_surely_plain(distinct) or all(map(_is_plain, distinct)))

    def fit_soon(self, values: tuple[object, ...]) -> bool:
        """Whether values surely may, and are texts that are printed as they are."""
        distinct = self._texts(values)
        return distinct is not None and _surely_plain(distinct)

    def _texts(self, values: tuple[object, ...]) -> set[str] | None:
        """The values but once; None if they aren't all texts, or one is among those that are fixed."""
        if not set(map(type, values)) <= {str}:
            return None
        distinct: set[Any] = set(values)
        return distinct if self.fixed.isdisjoint(distinct) else None

    def _same(self, pieces: Pieces) -> bool:
        """Whether the pieces are those of the base everywhere but at the slots."""
        base, probe = self.base.pieces, pieces.copy()
        for i in self.slots:
            probe[i] = base[i]
        return probe == base

    def put(self, values: Iterable[str]) -> Iterable[Sequence[str]]:
        """The pieces with other values at the slots, part by part."""
        pieces = self.base.pieces.copy()
        for i, value in zip(self.slots, values, strict=True):
            pieces[i] = value
        return self.base.parts(pieces)


_BAR: Final = "|"
_ODD: Final = ("&", "<", ">", "  ", f" {_BAR}", f"{_BAR} ", _BAR * 2)


def _surely_plain(values: Iterable[str]) -> bool:
    """Whether values are plain without any signs that are written otherwise, as is seen of all of them at once.

    Of ASCII, all that is printable is plain but for these signs, and spaces where none may be.
    """
    text = f"{_BAR}{_BAR.join(values)}{_BAR}"
    return text.isascii() and text.isprintable() and not any(map(text.__contains__, _ODD))


_known: dict[str, bool] = {}
_MOST: Final = 1024


def _is_plain(value: str) -> bool:
    """Whether a value is plain; the answers of the last values are kept."""
    found = _known.get(value)
    if found is None:
        if len(_known) >= _MOST:
            _known.clear()
        found = _known[value] = PLAIN.fullmatch(value) is not None
    return found


def plain_places(one: Laid, fixed: frozenset[str]) -> frozenset[int]:
    """All places of an agreement where a plain value stands."""
    return frozenset(i for i, p in enumerate(one.pieces) if p not in fixed and PLAIN.fullmatch(p))

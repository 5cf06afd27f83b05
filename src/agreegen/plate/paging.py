"""The pages of agreements whose lines break alike: learned from a drawing, stretch by stretch between page breaks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeVar

from agreegen.plate.cast import UnfitError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agreegen.plate.lines import Key

_KEYS: Final = 256
_K = TypeVar("_K")
_V = TypeVar("_V")

Pages = tuple[bytes, ...]
"""How many pages there are, then the page of each entry of the contents."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """The pages of a stretch: those of its entries, counted from its first, and how many it has."""

    entries: tuple[int, ...]
    count: int


@dataclass(slots=True)
class Paging:
    """What drawings showed: for each stretch what its pages are by its key."""

    entries: tuple[int, ...]  # of the contents, in each stretch
    known: list[dict[Key, Stretch]] = field(default_factory=list)
    whole: dict[tuple[Key, ...], Pages] = field(default_factory=dict)

    def learn(self, keys: tuple[Key, ...], pages: Pages) -> None:
        """Keeps what a drawing showed; UnfitError if another with the same lines showed something else."""
        self.known = self.known or [{} for _ in self.entries]
        stretches = _cut(pages, self.entries)
        if stretches is None:
            _keep(self.whole, keys, pages)
            return
        for known, key, stretch in zip(self.known, keys, stretches, strict=True):
            _keep(known, key, stretch)

    def find(self, keys: tuple[Key, ...]) -> Pages | None:
        """The pages of an agreement with these lines, None if no drawing showed them."""
        if (whole := self.whole.get(keys)) is not None or not self.known:
            return whole
        numbers: list[int] = []
        page = 1
        for known, key in zip(self.known, keys, strict=True):
            stretch = known.get(key)
            if stretch is None:
                return None
            numbers += [page + e for e in stretch.entries]
            page += stretch.count
        return tuple(str(n).encode() for n in (page - 1, *numbers))


def _keep(known: dict[_K, _V], key: _K, value: _V) -> None:
    if known.setdefault(key, value) != value:
        raise UnfitError("the same lines are on other pages")
    if len(known) > _KEYS:
        del known[next(iter(known))]


def _cut(pages: Sequence[bytes], entries: Sequence[int]) -> list[Stretch] | None:
    """The pages stretch by stretch; None if they can't be counted on from one to the next."""
    if not pages or not all(p.isdigit() for p in pages) or len(pages) != 1 + sum(entries):
        return None
    total, *numbers = map(int, pages)
    groups, at = [], 0
    for count in entries:
        groups.append(numbers[at : at + count])
        at += count
    firsts = [1, *(g[0] for g in groups[1:]), total + 1]
    if numbers != sorted(numbers) or firsts != sorted(firsts) or any(g and g[-1] > total for g in groups):
        return None
    return [Stretch(tuple(n - a for n in g), b - a) for g, a, b in zip(groups, firsts[:-1], firsts[1:], strict=True)]

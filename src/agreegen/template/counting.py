"""Counting: list numbers while rendering, remembered from one document to the next.

The numbers at a point depend on nothing but the stretches of text that came before it, and agreements of a batch take
the same few paths through a template. So paths are kept as a tree: a stretch that followed the same path before costs
one look-up.
"""

from __future__ import annotations

import pickle
from dataclasses import field
from typing import TYPE_CHECKING

from agreegen.late import dataclass

if TYPE_CHECKING:
    from agreegen.template.numbering import Counter, List

Move = tuple[str, int, str]
MAX_NODES = 50_000


@dataclass(slots=True)
class Node:
    """A point that some document reached: the stretches that followed, and the numbers that the last one gave."""

    found: tuple[tuple[str, str, str], ...] = ()
    next: dict[int, Node] = field(default_factory=dict)


@dataclass(slots=True)
class Paths:
    """The paths of one template."""

    lists: bytes  # pickled
    segments: tuple[tuple[Move, ...], ...]
    root: Node = field(default_factory=Node)
    size: int = 0


class Count:
    """The numbers of one document, stretch by stretch."""

    def __init__(self, paths: Paths) -> None:
        self.paths, self.at = paths, paths.root
        self.path: list[int] = []
        self.counter: Counter | None = None
        self.found: dict[str, tuple[str, str]] = {}

    def move(self, segment: int) -> None:
        """Counts the numbered paragraphs of a stretch."""
        node = self.at.next.get(segment)
        if node is None:
            node = self._new(segment)
        elif self.counter is not None:
            _counted(self.counter, self.paths.segments[segment])
        self.path.append(segment)
        self.at = node
        for mark, full, label in node.found:
            self.found[mark] = (full, label)

    def _new(self, segment: int) -> Node:
        if self.counter is None:
            from agreegen.template.numbering import Counter  # noqa: PLC0415 - brings lxml; seldom needed

            lists: dict[str, List] = pickle.loads(self.paths.lists)  # noqa: S301 - pickled by `build`
            self.counter = Counter(lists)
            for s in self.path:
                _counted(self.counter, self.paths.segments[s])
        node = Node(_counted(self.counter, self.paths.segments[segment]))
        if self.paths.size < MAX_NODES:
            self.at.next[segment] = node
            self.paths.size += 1
        return node


def _counted(counter: Counter, moves: tuple[Move, ...]) -> tuple[tuple[str, str, str], ...]:
    found = []
    for num, level, marks in moves:
        counter.step(num, level)
        if marks:
            full, label = counter.full(), counter.label().rstrip(".")
            found += [(m, full, label) for m in marks.split("|")]
    return tuple(found)

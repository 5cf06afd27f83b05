"""Works that are carried out abreast, step by step: the first step of each, then the second of each.

What a step needs, code and data, is at the processor's hand then for all of them: where a work is thousands of small
steps, they take half of the time that they take one work after the other.
"""

from __future__ import annotations

import time
from collections.abc import Generator
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence

T = TypeVar("T")
Steps = Generator[None, None, T]
"""A work that stops between its steps."""


def abreast(works: Sequence[Steps[T]]) -> list[tuple[T, float]]:
    """What each of the works gives, in order, and the seconds that it took."""
    found: dict[int, T] = {}
    spent = [0.0] * len(works)
    waiting = list(enumerate(works))
    while waiting:
        left = []
        for n, work in waiting:
            start = time.perf_counter()
            try:
                next(work)
            except StopIteration as end:
                found[n] = end.value
            else:
                left.append((n, work))
            spent[n] += time.perf_counter() - start
        waiting = left
    return [(found[n], spent[n]) for n in range(len(works))]

"""What is remembered of pages, most of which agreements of one kind have in common: bounded, and forgotten at once."""

from __future__ import annotations

from typing import Any, Final, TypeVar

K = TypeVar("K")
V = TypeVar("V")

_MOST: Final = 400  # pages
_ALL: Final[list[dict[Any, Any]]] = []


def remembered(known: dict[K, V]) -> dict[K, V]:
    """The dictionary as one that `forget_all` empties."""
    _ALL.append(known)
    return known


def keep(known: dict[K, V], key: K, value: V) -> None:
    """Remembers what a page said; what is known is forgotten when it is too much."""
    if len(known) >= _MOST:
        known.clear()
    known[key] = value


def forget_all() -> None:
    """Forgets everything."""
    for known in _ALL:
        known.clear()

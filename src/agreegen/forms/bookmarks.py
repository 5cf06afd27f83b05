"""Bookmarks around rich text: their names tell its field where a program has forgotten what a control is for."""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from agreegen.forms.fields import leaves, top

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agreegen.forms.fields import Entry, Path

_MARK: Final = re.compile(r"f_([0-9a-f]{8})((?:_\d{1,5})*)_c\d+")
MOST: Final = 5000
"""Entries that a list may have; a number beyond it is no place in a form."""


def is_place(path: Sequence[str | int]) -> bool:
    """True where every number of an entry is one that a form can have."""
    return all(isinstance(p, str) or 0 <= p < MOST for p in path)


def bookmark(path: Path, number: int) -> str:
    """The name of the bookmark around a control: LibreOffice keeps it where it forgets what a rich text is for."""
    stem, entries = _split(path)
    return "_".join([f"f_{_digest(stem)}", *map(str, entries), f"c{number}"])


def path_of_bookmark(name: str) -> Path:
    """The field of a bookmark's name; empty if it isn't one of ours."""
    m = _MARK.fullmatch(name)
    stem = _stems(top()).get(m[1]) if m else None
    if m is None or stem is None:
        return ()
    entries = [int(n) for n in m[2].split("_") if n]
    if stem.count(0) != len(entries) or not is_place(entries):
        return ()
    numbers = iter(entries)
    return tuple(next(numbers) if isinstance(p, int) else p for p in stem)


def _split(path: Path) -> tuple[Path, list[int]]:
    """A path whose entries are all the first, and their numbers."""
    return tuple(0 if isinstance(p, int) else p for p in path), [p for p in path if isinstance(p, int)]


def _digest(stem: Path) -> str:
    return hashlib.sha256("/".join(map(str, stem)).encode()).hexdigest()[:8]


@lru_cache(maxsize=8)
def _stems(entries: tuple[Entry, ...]) -> dict[str, Path]:
    return {_digest(f.path): f.path for e in entries for f in leaves(e, 1)}

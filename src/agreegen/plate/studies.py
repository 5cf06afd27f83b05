"""Studies: what drawings of agreements of one plate showed, kept for the workers beside and for the next batch.

A file for each plate, a line for each drawing: numbers and digests only, never text. A damaged line counts as none.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from agreegen import __version__, sealed
from agreegen.pdf.counted import code, embedded
from agreegen.plate.counting import Few
from agreegen.plate.excerpt import Part
from agreegen.plate.galley import Galley

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from agreegen.plate.counting import Count, Key
    from agreegen.plate.course import Course
    from agreegen.plate.galley import State

_FOLDER: Final = "galleys"
_FILES: Final = 64
_LARGEST: Final = 4 << 20  # bytes of a file
_STATE: Final = 4  # numbers of a page that begins plainly: those of its state, and its end


@dataclass(slots=True)
class Studies:
    """The drawings of one plate; without a path nothing is kept."""

    path: Path | None
    course: Course
    size: int  # counts of a key
    read: int = 0  # bytes

    @classmethod
    def open(cls, folder: Path | None, said: Iterable[bytes], course: Course, size: int) -> Studies:
        """Those of what a plate says apart from open values and page numbers."""
        plates = sealed.version(sorted(Path(__file__).parent.glob("*.py")))
        digest = hashlib.sha256(f"{__version__} {code()} {plates} {embedded()}".encode())
        for part in said:
            digest.update(b"%d " % len(part))
            digest.update(part)
        path = folder / _FOLDER / f"{digest.hexdigest()[:40]}.jsonl" if folder and course.walked else None
        return cls(path, course, size)

    def news(self) -> Iterator[tuple[Key, Galley]]:
        """What was kept since the last time."""
        if self.path is None:
            return
        try:
            if self.path.stat().st_size <= self.read:
                return
            with self.path.open("rb") as file:
                file.seek(self.read)
                lines = file.read(_LARGEST).splitlines(keepends=True)
        except OSError:
            return
        for line in lines:
            if not line.endswith(b"\n"):
                return  # it is being written
            self.read += len(line)
            if (found := self._found(line)) is not None:
                yield found

    def keep(self, counts: Key, galley: Galley) -> None:
        """Keeps a drawing; silently not, where that can't be."""
        if self.path is None:
            return
        pages = [[*map(int, start or ()), end] for start, end in zip(galley.starts, galley.ends, strict=True)]
        line = json.dumps([counts, pages, galley.entries, galley.part], separators=(",", ":")).encode() + b"\n"
        with contextlib.suppress(OSError):
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with self.path.open("ab", buffering=0) as file:
                if file.tell() < _LARGEST:
                    file.write(line)
        sealed.thinned(self.path.parent, "*.jsonl", _FILES)

    def forget(self) -> None:
        """Throws away what was kept: some of it isn't right."""
        if self.path is not None:
            with contextlib.suppress(OSError):
                self.path.unlink()

    def _found(self, line: bytes) -> tuple[Key, Galley] | None:
        """A drawing as it was kept, None if the line is damaged."""
        try:
            counts, pages, entries, drawn = json.loads(line)
            key, part = tuple(_count(c) for c in counts), Part(*map(int, drawn)) if drawn else None
            states, ends = tuple(_state(p) for p in pages), tuple(int(p[-1]) for p in pages)
            galley = Galley(states, ends, tuple(map(int, entries)), part)
        except (ValueError, TypeError, IndexError, KeyError):
            return None
        whole = (len(key), len(galley.entries)) == (self.size, len(self.course.entries)) and galley.starts
        return (key, galley) if whole else None


def _count(said: Any) -> Count:
    if isinstance(said, list):
        least, most, text = said
        return Few(int(least), int(most), str(text))
    return said if isinstance(said, str) else int(said)


def _state(said: list[int]) -> State | None:
    return (int(said[0]), int(said[1]), bool(said[2])) if len(said) == _STATE else None

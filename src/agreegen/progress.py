"""Progress: how far a long run is, as it is told to whoever looks on."""

from __future__ import annotations

from agreegen.late import dataclass


@dataclass(frozen=True, slots=True)
class Progress:
    """The step that a run is at, how many of its pieces are through, and how many have failed so far."""

    step: str
    done: int
    total: int
    failed: int = 0

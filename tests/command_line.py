"""What a command of the command line did, for the tests that call commands."""

from __future__ import annotations

from typing import NamedTuple


class Run(NamedTuple):
    """How a command left, and what it said where."""

    code: int
    out: str
    err: str

    @property
    def all(self) -> str:
        """Everything that a person saw."""
        return self.out + self.err

"""The lines that changed paragraphs take."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Lines:
    """How many lines."""

    @classmethod
    def none(cls) -> Lines:
        return cls()

    @classmethod
    def of(cls, docx: bytes) -> Lines:
        return cls()

    def key(self, values: Sequence[str]) -> object:
        return tuple(values)

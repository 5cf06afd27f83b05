"""Defined terms: which variants need or may have each, and the exhibit of a regime that defines it."""

from __future__ import annotations

import functools
from typing import Any

from agreegen.late import dataclass
from agreegen.law import VARIANTS
from agreegen.law.tables import table


@dataclass(frozen=True, slots=True)
class Definition:
    """One defined term, other forms of it, and where it may be used."""

    term: str
    forms: tuple[str, ...]
    needed: tuple[str, ...]
    optional: tuple[str, ...]
    regime: str | None
    source: str

    def is_in(self, variant: str) -> bool:
        """True when a text of the variant may use the term."""
        return variant in self.needed or variant in self.optional


def _variants(said: Any) -> tuple[str, ...]:
    return VARIANTS if said == "all" else tuple(said or ())


@functools.cache
def definitions() -> tuple[Definition, ...]:
    """Every defined term: those of the body in the order of the table, then those of regimes."""
    return tuple(
        Definition(
            term=row["term"],
            forms=tuple(row.get("forms", ())),
            needed=_variants(row.get("needed")),
            optional=_variants(row.get("optional")),
            regime=row.get("regime"),
            source=row.get("source", ""),
        )
        for row in table("definitions")
    )

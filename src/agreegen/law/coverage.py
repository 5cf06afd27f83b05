"""Coverage: which clauses carry each provision of the official agreements, and what was left out on purpose."""

from __future__ import annotations

import functools

from agreegen.late import dataclass
from agreegen.law.tables import table


@dataclass(frozen=True, slots=True)
class Provision:
    """One provision of an official agreement; `dropped` is the part left out and why, empty if none."""

    agreement: str
    provision: str
    topic: str
    clauses: tuple[str, ...]
    dropped: str


@functools.cache
def coverage() -> tuple[Provision, ...]:
    """Every provision of the agreements of 2016 and 2021 and of the addenda, in their order."""
    return tuple(
        Provision(agreement, str(row["provision"]), row.get("topic", ""), tuple(row["clauses"]), row.get("dropped", ""))
        for agreement in ("chhs", "idea", "idea_addenda")
        for row in table("coverage")[agreement]["provisions"]
    )


def agreement_titles() -> dict[str, str]:
    """The titles of the official agreements by their key."""
    return {key: table("coverage")[key]["title"] for key in ("chhs", "idea", "idea_addenda")}

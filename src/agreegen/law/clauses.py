"""Clauses: in document order, where each comes from, and which text a variant prints."""

from __future__ import annotations

import functools
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from agreegen.late import dataclass
from agreegen.law import VARIANTS
from agreegen.law.conditions import holds, of_variant
from agreegen.law.tables import cell, table

if TYPE_CHECKING:
    from collections.abc import Mapping

_SUFFIX = {"same": "", "own-state": "-state", "own-standalone": "-standalone"}


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause; `texts` has for each variant same, own, own-state, own-standalone or absent.

    `heading` is that of the first variant that has the clause, `headings` has all, where a text has its own.
    `form` marks what is also printed where counsel chose only the proposal and its exhibits (`terms.body`).
    `default` has for each variant whether a clause that counsel may strike or add is there, None if it isn't optional.
    """

    id: str
    heading: str
    part: int
    part_title: str
    source: tuple[str, ...]
    texts: Mapping[str, str]
    default: Mapping[str, bool | None]
    absent: Mapping[str, str]
    switches: tuple[str, ...]
    exhibit: str | None
    beyond: bool
    when: str | None
    headings: Mapping[str, str]
    form: bool = False

    def is_in(self, variant: str) -> bool:
        """True when the variant has the clause at all."""
        return self.texts[variant] != "absent"

    def file(self, variant: str) -> str | None:
        """What holds the variant's text: `clauses/x`, `exhibits/x`, `master:variant`; None if absent."""
        text = self.texts[variant]
        if text == "absent":
            return None
        if self.exhibit:
            return f"exhibits/{self.exhibit}"
        return f"master:{variant}" if text == "own" else f"clauses/{self.id}{_SUFFIX[text]}"

    def is_on(self, variant: str, context: Mapping[str, Any]) -> bool:
        """True when an agreement of the variant with these facts and terms prints the clause."""
        if context["terms"].get("body") == "proposal_only" and self.exhibit is None and not self.form:
            return False
        return self.is_in(variant) and (self.when is None or holds(self.when, {**context, **of_variant(variant)}))


def _cells(row: Mapping[str, Any]) -> dict[str, str]:
    text = row["text"]
    return dict.fromkeys(VARIANTS, text) if isinstance(text, str) else {v: text[v] for v in VARIANTS}


def _clause(row: Mapping[str, Any], parts: Mapping[str, str]) -> Clause:
    cells = _cells(row)
    optional = {"on": True, "off": False}
    said = row["heading"] if isinstance(row["heading"], dict) else {"all": row["heading"]}
    headings = {v: str(cell(said, v)) for v in VARIANTS if cells[v] != "absent"}
    return Clause(
        id=row["id"],
        heading=next(iter(headings.values())),
        part=row["part"],
        part_title=parts[str(row["part"])],
        source=tuple(row["source"]),
        texts={v: text.partition(" ")[0] for v, text in cells.items()},
        default={v: optional.get(text.partition(" ")[2]) for v, text in cells.items()},
        absent=row.get("absent", {}),
        switches=tuple(row.get("switches", ())),
        exhibit=row.get("exhibit"),
        beyond=row.get("beyond", False),
        when=row.get("when"),
        headings=headings,
        form=row.get("form", False),
    )


@functools.cache
def clauses() -> Mapping[str, Clause]:
    """Every clause by its id, in document order; those of regime exhibits last."""
    rows = table("clauses")
    return {row["id"]: _clause(row, rows["parts"]) for row in rows["clauses"]}


def clauses_on(variant: str, context: Mapping[str, Any]) -> tuple[Clause, ...]:
    """The clauses of the body that an agreement prints, in document order and with its headings."""
    on = (c for c in clauses().values() if c.exhibit is None and c.is_on(variant, context))
    return tuple(replace(c, heading=c.headings[variant]) for c in on)


def beyond(variant: str, context: Mapping[str, Any]) -> tuple[Clause, ...]:
    """The printed clauses of the body with no provision of the official agreements behind them."""
    return tuple(c for c in clauses_on(variant, context) if c.beyond)

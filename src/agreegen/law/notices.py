"""Notices: for each event of an agreement who tells whom, in what form, by when, in the words of a clause."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from agreegen.errors import UsageError
from agreegen.late import dataclass
from agreegen.law.conditions import holds
from agreegen.law.tables import cell, table
from agreegen.wording import count, listing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from agreegen.proposal import Proposal


_DURATION = re.compile(r"\d+ (?:(?:calendar|working|business) )?(?:hour|day|week|month|year)s?")


@dataclass(frozen=True, slots=True)
class Notice:
    """One event; phrases are None where the variant has no such notice, so that printing one is a finding.

    `to` and `time` stand in "shall report in writing to {to} {time}". `amount`, `unit` and `start` repeat a counted
    time for deadline lists; `gap` marks what the official texts of the variant don't settle.
    """

    rule: str
    event: str
    actor: str | None
    to: str | None
    time: str | None
    form: str
    clauses: tuple[str, ...]
    applies: bool
    gap: bool
    source: str
    addressees: tuple[str, ...] = ()
    amount: int | None = None
    unit: str | None = None
    start: str | None = None


def _named(addressee: str) -> str:
    return addressee if addressee.startswith("the ") else f"the {addressee}"


def _several(phrase: str, facts: Mapping[str, Any] | None) -> str:
    """The phrase for more than two Parties, where the facts say so."""
    if facts is None or not (facts.get("several_providers") or facts.get("several_recipients")):
        return phrase
    phrase = phrase.replace("other Party has", "other Parties have")
    return phrase.replace("other Party", "other Parties").replace("either Party", "any Party")


def _to(row: Mapping[str, Any], variant: str, facts: Mapping[str, Any] | None) -> tuple[str | None, tuple[str, ...]]:
    addressees = tuple(_several(_named(a), facts) for a in cell(row.get("to", {}), variant) or ())
    if not addressees:
        return None, ()
    also = cell(row.get("also", {}), variant)
    return listing(addressees) + (f" ({also})" if also else ""), addressees


def _worded(cells: Any, variant: str, terms: Mapping[str, Any]) -> str | None:
    if isinstance(cells, str):
        return cells
    if "by_setting" in cells:
        return str(cells[terms[cells["by_setting"]]])
    found = cell(cells, variant)
    return None if found is None else str(found)


def _amount(value: Any, terms: Mapping[str, Any]) -> int | None:
    amount: int | None = terms[value] if isinstance(value, str) else value
    return amount


def _immediate(time: Mapping[str, Any], terms: Mapping[str, Any]) -> str:
    start = time["immediately"]
    phrase = "immediately" if start is True else f"immediately on {start}"
    limit = _amount(time.get("not_over"), terms)
    return phrase if limit is None else f"{phrase}, and in any case within {count(limit, time['unit'])} after {start}"


def _phrase(time: Mapping[str, Any], terms: Mapping[str, Any]) -> str:
    if "immediately" in time:
        phrase = _immediate(time, terms)
    elif "within" in time:
        phrase = f"within {count(_amount(time['within'], terms), time['unit'])} after {time['after']}"
    elif "before" in time:
        phrase = f"at least {count(_amount(time['before'], terms), time['unit'])} before {time['of']}"
    elif "at_most" in time:
        phrase = f"for at most {count(_amount(time['at_most'], terms), 'further ' + time['unit'])}"
    elif "promptly" in time:
        phrase = f"promptly on {time['promptly']}"
    elif "said" in time:
        phrase = str(time["said"])
    else:
        phrase = str(time["words"]).format_map(terms)
    return phrase + str(time.get("add", ""))


def _counted(time: Mapping[str, Any], terms: Mapping[str, Any]) -> tuple[int | None, str | None, str | None]:
    for key, start in (("within", "after"), ("before", "of"), ("at_most", ""), ("not_over", "immediately")):
        amount = _amount(time.get(key), terms)
        if amount is not None:
            return amount, time["unit"], time.get(start)
    return None, None, None


def _chosen(row: Mapping[str, Any], proposal: Proposal | None) -> int | str | None:
    """What the proposal itself says in place of the table's number."""
    value: Any = proposal
    for name in str(row.get("proposal", "")).split("."):
        value = getattr(value, name, None) if name else None
    return value if isinstance(value, int | str) else None


def _timed(time: Mapping[str, Any], chosen: int | str | None) -> dict[str, Any]:
    key = next((k for k in ("within", "before", "at_most") if k in time), "")
    if isinstance(chosen, int) and key:
        return {**time, key: chosen}
    if isinstance(chosen, str):
        duration = chosen.removeprefix("within ")
        return {"said": f"within {duration} after {time['after']}" if _DURATION.fullmatch(duration) else chosen}
    return dict(time)


def _notice(
    row: Mapping[str, Any],
    variant: str,
    terms: Mapping[str, Any],
    facts: Mapping[str, Any] | None,
    proposal: Proposal | None,
) -> Notice:
    to, addressees = _to(row, variant, facts)
    said = cell(row["time"], variant)
    time = None if said is None else _timed(said, _chosen(row, proposal))
    amount, unit, start = (None, None, None) if time is None else _counted(time, terms)
    actor = None if time is None else _worded(row["actor"], variant, terms)
    condition = row.get("when")
    context = {"facts": facts, "terms": terms, "variant": variant}
    return Notice(
        rule=row["rule"],
        event=row["event"],
        actor=None if actor is None else _several(actor, facts),
        to=to,
        time=None if time is None else _several(_phrase(time, terms), facts),
        form=_worded(row.get("form", "in writing"), variant, terms) or "in writing",
        clauses=tuple(row["clauses"]),
        applies=time is not None and (condition is None or facts is None or holds(condition, context)),
        gap=row["gap"] or variant in row.get("gap_in", ()),
        source=row["source"],
        addressees=addressees,
        amount=amount,
        unit=unit,
        start=start if isinstance(start, str) else None,
    )


def notices(
    variant: str,
    terms: Mapping[str, Any],
    facts: Mapping[str, Any] | None = None,
    proposal: Proposal | None = None,
) -> dict[str, Notice]:
    """Every event by its rule, for a variant and its settings; without facts, conditions count as met."""
    try:
        return {row["rule"]: _notice(row, variant, terms, facts, proposal) for row in table("notices")}
    except KeyError as error:
        raise UsageError(f"the notice table needs the setting {error}, which the terms of {variant} lack") from error

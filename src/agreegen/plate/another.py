"""Another partner, made up: where its agreement differs from a real one is where the agreements of partners differ."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from pydantic import BaseModel

from agreegen.agreement import Identity, agreement_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from agreegen.agreement import Agreement
    from agreegen.partner import Party

_DAY: Final = dt.timedelta(days=1)
_SIDES: Final = ("provider", "recipient")
_STANDING: Final = frozenset({"id", "party", "charter"})
"""Texts of a party's record that say what it is."""


def another(agreement: Agreement, partner: str) -> Mapping[str, Any]:
    """The data of the agreement with another partner: other names, contacts and dates, and the same standing.

    `partner` is the id of the party that others stand in for; without such a party all of them are altered.
    """
    proposal, document = agreement.proposal, agreement.context["document"]
    known = any(party.id == partner for party in proposal.parties)
    sides = {side: tuple(_altered(party) if not known or party.id == partner else party
                         for party in getattr(proposal, side)) for side in _SIDES}  # fmt: skip
    identity = Identity(document["template"], document["template_version"], document["template_digest"],
                        document["generator"])  # fmt: skip
    return agreement_of(proposal.model_copy(update=sides), identity).context


def _altered(party: Party) -> Party:
    altered: Party = _other(party, free=False)
    return altered


def _other(value: Any, *, free: bool) -> Any:
    """The value with other texts and dates; a text that isn't `free` is one of a few, and stays."""
    if isinstance(value, BaseModel):
        texts = _texts(type(value))
        said = {name: _other(getattr(value, name), free=name in texts) for name in type(value).model_fields}
        return value.model_copy(update=said)
    if isinstance(value, tuple | list):
        return type(value)(_other(v, free=free) for v in value)
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value + _DAY
    return f"{value}x" if free and type(value) is str and value else value


@cache
def _texts(record: type[BaseModel]) -> frozenset[str]:
    """The fields of a record that hold any text."""
    schemas = {name: str(field.annotation) for name, field in record.model_fields.items()}
    free = {name for name, schema in schemas.items() if "str" in schema and "Literal" not in schema}
    return frozenset(free - _STANDING)

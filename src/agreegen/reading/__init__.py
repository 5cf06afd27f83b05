"""Files of a person → typed proposal and parties, or findings with line and column."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from agreegen.finding import nearest, plain_key
from agreegen.reading.assembly import Partners, Reading, read_partners, read_proposal
from agreegen.reading.problems import dotted, place_of
from agreegen.reading.source import Path, Place, Source, read_source
from agreegen.reading.table import Row, Table, read_table

if TYPE_CHECKING:
    from agreegen.reading.listed import Listed
    from agreegen.reading.partner_list import PartnerList, partners_of, read_partner_list

__all__ = [
    "Listed",
    "PartnerList",
    "Partners",
    "Path",
    "Place",
    "Reading",
    "Row",
    "Source",
    "Table",
    "dotted",
    "nearest",
    "partners_of",
    "place_of",
    "plain_key",
    "read_partner_list",
    "read_partners",
    "read_proposal",
    "read_source",
    "read_table",
]

_LATER = {"Listed": "listed", **dict.fromkeys(("PartnerList", "partners_of", "read_partner_list"), "partner_list")}
"""Names of modules that one proposal alone doesn't need."""


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_LATER[name]}"), name)

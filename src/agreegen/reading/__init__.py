"""Files of a person → typed proposal and parties, or findings with line and column."""

from __future__ import annotations

from agreegen.finding import nearest, plain_key
from agreegen.reading.assembly import Partners, Reading, read_partners, read_proposal
from agreegen.reading.listed import Listed
from agreegen.reading.matching import matching
from agreegen.reading.partner_list import PartnerList, partners_of, read_partner_list
from agreegen.reading.problems import dotted, place_of
from agreegen.reading.source import Path, Place, Source, read_source
from agreegen.reading.table import Row, Table, read_table

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
    "matching",
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

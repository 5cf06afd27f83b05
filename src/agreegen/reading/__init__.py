"""Files of a person → typed proposal and parties, or findings with line and column."""

from __future__ import annotations

from agreegen.finding import nearest, plain_key
from agreegen.reading.assembly import Partners, Reading, read_partners, read_proposal
from agreegen.reading.problems import dotted, place_of
from agreegen.reading.source import Path, Place, Source, read_source
from agreegen.reading.table import Row, Table, read_table

__all__ = [
    "Partners",
    "Path",
    "Place",
    "Reading",
    "Row",
    "Source",
    "Table",
    "dotted",
    "nearest",
    "place_of",
    "plain_key",
    "read_partners",
    "read_proposal",
    "read_source",
    "read_table",
]

"""Kinds of answers: which control a field has, by what it is called."""

from __future__ import annotations

import enum
from typing import Final


class Kind(enum.StrEnum):
    """What a control takes; LINES are several entries, one on each line, and RICH is prose of several paragraphs."""

    TEXT = "text"
    LONG = "long"
    RICH = "rich"
    LINES = "lines"
    DATE = "date"
    CHOICE = "choice"
    CHECK = "check"
    NUMBER = "number"


RICH: Final = frozenset({Kind.RICH, Kind.LINES})
"""Kinds whose control is rich text: its paragraphs are what LibreOffice, too, keeps apart."""

SHORT: Final = frozenset({
    "name", "title", "division", "email", "phone", "hours", "number", "version", "reference", "legal_name", "county",
    "short_name", "id", "unit", "campus", "contract", "place", "party", "clerk", "confirmation", "within", "file",
})  # fmt: skip
"""Fields whose answer is one line."""

PROSE: Final = frozenset({
    "activity", "adverse_use", "alternatives", "analysis", "conditions", "conflicts", "consequences", "consistency",
    "contact", "content", "contractual", "current_use", "data", "decision", "definition", "delegation_limits",
    "description", "discussion", "encryption", "environment", "federal", "function", "ground", "guide_for_use",
    "limits", "linkage", "linkages", "management", "masking", "method", "methodology", "need", "notes", "objection",
    "offshore", "other", "outside_entities", "planned_use", "portable_media", "processes", "products", "protocols",
    "provider_risk", "purpose", "reason", "recipient_risk", "redisclosure_policies", "remote", "reports", "retention",
    "review", "roles", "scope", "small_cells", "state", "storage", "systems", "task", "term", "terms", "text",
    "training", "undisputed_because", "why_needed",
})  # fmt: skip
"""Fields whose answer may be paragraphs."""

SIDED: Final = frozenset({"benefits", "dispute"})
"""Blocks in which each party, or those described, have a paragraph of their own."""

OF_SIDES: Final = frozenset({"recipient", "provider", "agency", "data_subjects"})


def kind_of(path: tuple[str | int, ...], preset: str) -> Kind:
    """The kind of a field whose answer is words: a line, prose, or lines that Word keeps as plain text."""
    name, above = path[-1], path[-2] if len(path) > 1 else ""
    if name in SHORT:
        return Kind.TEXT
    prose = name in PROSE or (above in SIDED and name in OF_SIDES)
    return Kind.RICH if prose and not preset else Kind.LONG

"""Statutory times: what a statute or rule sets, in the words that an agreement prints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agreegen.law.tables import table

if TYPE_CHECKING:
    from collections.abc import Mapping


def times() -> Mapping[str, str]:
    """The printed phrase of each statutory time, by its name."""
    return {name: row["value"] for name, row in table("times").items()}


def time_sources() -> Mapping[str, str]:
    """The law behind each statutory time, by its name."""
    return {name: row["source"] for name, row in table("times").items()}

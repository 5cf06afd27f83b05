"""The compiled tables, read once when first asked for."""

from __future__ import annotations

import functools
import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agreegen.law import GROUP_OF

if TYPE_CHECKING:
    from collections.abc import Mapping

FOLDER = Path(__file__).parent
COMPILED = FOLDER / "tables.json"


@functools.cache
def _tables() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(COMPILED.read_bytes())
    return loaded


@functools.cache
def fingerprint() -> str:
    """The SHA-256 of all tables: another one, and agreements may say something else."""
    return hashlib.sha256(COMPILED.read_bytes()).hexdigest()


def table(name: str) -> Any:
    """The table of that name, as lists and dictionaries."""
    return _tables()[name]


def cell(cells: Mapping[str, Any], variant: str) -> Any:
    """The entry for a variant: its own, else that of its group (`state`, `standalone`), else `all`, else None."""
    for key in (variant, GROUP_OF[variant], "all"):
        if key in cells:
            return cells[key]
    return None

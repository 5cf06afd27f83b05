"""The meaning of each rule for a reader: a table as data, and what a machine can't check."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any, Final

from agreegen.late import dataclass

STANDARDS: Final[dict[str, tuple[str, str]]] = {
    "ua1": ("PDF/UA-1", "ISO 14289-1:2014"),
    "1a": ("PDF/A-1a", "ISO 19005-1:2005"),
    "1b": ("PDF/A-1b", "ISO 19005-1:2005"),
    "2a": ("PDF/A-2a", "ISO 19005-2:2011"),
    "2b": ("PDF/A-2b", "ISO 19005-2:2011"),
    "2u": ("PDF/A-2u", "ISO 19005-2:2011"),
    "3a": ("PDF/A-3a", "ISO 19005-3:2012"),
    "3b": ("PDF/A-3b", "ISO 19005-3:2012"),
    "3u": ("PDF/A-3u", "ISO 19005-3:2012"),
}
"""The profiles that can be checked: what each is called, and the standard that its clauses are of."""

ADVICE: Final = (
    "the text isn't at fault: make the PDF again with `agreegen generate`; if agreegen wrote it, please report it"
)


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a failed rule means for a reader, and what to do."""

    means: str
    do: str = ADVICE


@dataclass(frozen=True, slots=True)
class PersonCheck:
    """What a person must check, and the checkpoints of the Matterhorn Protocol it stands for."""

    checkpoint: str
    check: str


def meaning(profile: str, rule: str) -> Meaning | None:
    """What `7.1-3` of a profile means; None for a rule that isn't in the table."""
    return _groups("ua1" if profile == "ua1" else "a").get(rule) if profile[0] != "1" else None


@cache
def person_checks() -> tuple[PersonCheck, ...]:
    """What no program can check."""
    return tuple(PersonCheck(**row) for row in _table()["person"])


@cache
def _groups(name: str) -> dict[str, Meaning]:
    rows = _table()[name]
    return {rule: Meaning(row["means"], row.get("do", ADVICE)) for row in rows for rule in row["rules"]}


@cache
def _table() -> dict[str, list[dict[str, Any]]]:
    return tomllib.loads(Path(__file__).with_name("rules.toml").read_text(encoding="utf-8"))

"""What is left of a proposal without its faulty values: enough for the rules to look at the rest."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from agreegen.proposal import Proposal
from agreegen.reading.problems import known_part

if TYPE_CHECKING:
    from collections.abc import Callable

    from agreegen.reading.source import Path, Source

    Mend = Callable[[dict[str, Any], Path, str], None]
    """Changes data where the value of a path is faulty, or lacks a field, which is named ("" if it lacks none)."""

ROUNDS = 4
"""How often faulty values are taken out; taking out one may show another."""

UNKNOWN: dict[str, Any] = {"legal name": "(unknown party)", "kind": "state agency"}
"""A party that isn't known, so that the rest can be read."""

LISTED: dict[str, Any] = {"governing body": {"name": "(unknown body)"}, "counsel": {"title": "(unknown office)"}}
"""What the lists know of some parties, so that a record of one that isn't known need not say it."""

NEEDED: dict[str, Any] = {"proposal": "(no name)", "provider": [UNKNOWN], "recipient": [UNKNOWN]}
"""What a proposal can't be read without."""


def unknown(record: dict[str, Any]) -> dict[str, Any]:
    """What stands in for a party that isn't known, below its record: with those blocks that the record fills up."""
    return {**UNKNOWN, **{key: value for key, value in LISTED.items() if isinstance(record.get(key), dict)}}


def remainder(data: dict[str, Any], source: Source) -> Proposal | None:
    """The proposal without its faulty values, or None where too little is left."""
    return mended(copy.deepcopy(data), source, _take_out, ROUNDS)


def mended(data: dict[str, Any], source: Source, mend: Mend, rounds: int) -> Proposal | None:
    """The proposal of data in which `mend` changes each faulty value; None where faults are left after the rounds."""
    for _ in range(rounds):
        try:
            return Proposal.model_validate(data)
        except ValidationError as error:
            items = error.errors(include_url=False, include_context=False, include_input=False)
            for item in reversed(items):  # a list keeps its numbers before the entry that goes
                missing = str(item["loc"][-1]) if item["type"] == "missing" else ""
                mend(data, known_part(item["loc"], source)[0], missing)
    return None


def _take_out(data: dict[str, Any], path: Path, missing: str) -> None:
    """Takes a faulty value out; a party or a name without which nothing can be read is put in."""
    if path[:1] in (("provider",), ("recipient",)) and (missing or len(path) < 3):
        data[str(path[0])] = [dict(UNKNOWN)]  # from which more may be taken out
    elif missing and not path:
        data.update({key: value for key, value in copy.deepcopy(NEEDED).items() if key not in data})
    elif path in (("proposal",), ()):
        data["proposal"] = NEEDED["proposal"]
    else:
        _delete(data, path)


def _delete(data: Any, path: Path) -> None:
    *above, last = path
    node = data
    for part in above:
        node = _inner(node, part)
    if isinstance(node, dict):
        node.pop(last, None)
    elif isinstance(node, list) and isinstance(last, int) and last < len(node):
        del node[last]


def _inner(node: Any, part: str | int) -> Any:
    """The value at a key or number; the node itself where a single entry stands for its list."""
    if isinstance(node, dict) and part in node:
        return node[part]
    if isinstance(node, list) and isinstance(part, int) and part < len(node):
        return node[part]
    return node

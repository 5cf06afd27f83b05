"""Records: the data of a file with plain keys, one put over another, and a partner's overrides put over a proposal."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from agreegen.answer import Section
from agreegen.finding import Finding, Severity, plain_key

if TYPE_CHECKING:
    from agreegen.reading.source import Path, Source

OVERRIDES = "overrides"
"""The key of a partner's record below which stand fields of the proposal."""

SAMPLE = "sample"
"""The key by which a record of `partners/` says that its facts are made up: only its file's name finds it."""

FIXED = ("provider", "recipient", "party", OVERRIDES)
"""What no partner overrides."""


@cache
def _known_keys() -> frozenset[str]:
    """The keys of all blocks: one that no block has is told, although nothing stands behind it."""
    kinds: list[type[Section]] = [Section]
    for kind in kinds:
        kinds += kind.__subclasses__()
    return frozenset(plain_key(name) for kind in kinds for name in kind.model_fields) | {"party"}


@lru_cache(maxsize=256)
def _plain_keys(keys: tuple[str, ...]) -> tuple[str, ...]:
    """The keys of a block as plain keys; most blocks of a list have the same."""
    return tuple(plain_key(key) for key in keys)


def with_keys(value: Any) -> Any:
    """The value with plain keys at every level, without known keys that have no value; settings stay as they are."""
    if isinstance(value, dict):
        entries = zip(_plain_keys(tuple(value)), value.values(), strict=True)
        return {
            k: v if type(v) is str or k == "terms" else with_keys(v)
            for k, v in entries
            if v is not None or k not in _known_keys()
        }
    return [with_keys(v) for v in value] if isinstance(value, list) else value


def merged(base: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    """The base record with the own values over it, block by block."""
    result = dict(base)
    for key, value in own.items():
        inner = result.get(key)
        if isinstance(value, dict) and isinstance(inner, dict):
            result[key] = merged(inner, value)
        elif key != "party":
            result[key] = value
    return result


def overrides_of(record: Source) -> dict[str, Any]:
    """What a partner's record says in place of the proposal, with plain keys; none where it isn't a block."""
    data = with_keys(record.data)
    said = data.get(OVERRIDES) if isinstance(data, dict) else None
    return {k: v for k, v in said.items() if k not in FIXED} if isinstance(said, dict) else {}


def override(source: Source, record: Source) -> None:
    """Puts a partner's overrides over the data of a proposal, block by block, lists whole, with their places."""
    source.findings += _unfit(record)
    said = overrides_of(record)
    if not said or not isinstance(source.data, dict):
        return
    data = with_keys(source.data)
    replaced = set(_replaced(data, said, ()))
    source.data = merged(data, said)
    for path in [p for p in source.places if any(p[:n] in replaced for n in range(1, len(p) + 1))]:
        del source.places[path]
    for path, place in record.places.items():
        if path[:1] == (OVERRIDES,) and len(path) > 1 and _says(said, path[1:]):
            source.places.setdefault(path[1:], place)


def _says(node: Any, path: Path) -> bool:
    """True where the data have a value at the path: a column of a list may be empty."""
    for part in path:
        if isinstance(node, dict):
            known = {plain_key(k): v for k, v in node.items()}
            if part not in known:
                return False
            node = known[part]
        elif isinstance(node, list) and isinstance(part, int) and part < len(node):
            node = node[part]
        else:
            return False
    return True


def _replaced(data: dict[str, Any], said: dict[str, Any], above: Path) -> list[Path]:
    """The paths whose value another one takes the place of; blocks grow together."""
    found: list[Path] = []
    for key, value in said.items():
        inner = data.get(key)
        if isinstance(value, dict) and isinstance(inner, dict):
            found += _replaced(inner, value, (*above, plain_key(key)))
        else:
            found.append((*above, plain_key(key)))
    return found


def _unfit(record: Source) -> list[Finding]:
    """Findings about overrides that aren't a block of fields, or that would override a party."""
    data = with_keys(record.data)
    said = data.get(OVERRIDES) if isinstance(data, dict) else None
    if said is None:
        return []
    keys: list[tuple[Path, str]] = []
    if not isinstance(said, dict):
        keys = [((OVERRIDES,), "the overrides aren't a block of fields of the proposal")]
    else:
        keys = [((OVERRIDES, k), f"'{k}' can't be overridden by a partner") for k in said if k in FIXED]
    hint = "write fields of the proposal, such as `overrides: {dates: {start: 2027-05-01}}`; a party's own fields " \
           "stand in its record"  # fmt: skip
    return [
        Finding("L008", Severity.ERROR, record.places[path].location(at=record.places[path].key), message, hint)
        for path, message in keys
        if path in record.places
    ]

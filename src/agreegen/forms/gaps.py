"""What a filled form leaves open: the fields that `check` will ask for, also while other values are faulty."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any, Final

from agreegen.agreement import variant_of
from agreegen.answer import spaced
from agreegen.forms.fields import ANSWER, Field, entry_at, field_at, keyed
from agreegen.forms.kinds import Kind
from agreegen.forms.labels import SECTIONS, inside, label_of, singular
from agreegen.forms.plan import SIDES
from agreegen.reading.partial import mended
from agreegen.rules import Case, complete

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from agreegen.forms.fields import Path
    from agreegen.proposal import Proposal
    from agreegen.reading import Source

ROUNDS: Final = 8
"""How often faulty values are taken out; taking out one may show another."""

SOME_DAY: Final = "2099-12-31"
"""A date that was meant, while what was typed can't be one."""

_SIGNED: Final = {"chhs agreement signatory": True}
"""What departments are taken for while it is open who they are; a party of another kind answers nothing by it."""

NOBODY: Final = "(not filled in)"
"""A name that is still open, while the rest is looked at."""


def open_fields(source: Source, kinds: Mapping[str, str]) -> list[Path]:
    """The fields that the rules of completeness ask for and that have no value, as if faulty values were mended.

    `kinds` are what the parties of a side are taken for where nobody says.
    """
    data = source.data if isinstance(source.data, dict) else {}
    proposal = _without_faults(data, source, kinds)
    if proposal is None:
        return []
    found: list[Path] = []
    if variant_of(proposal):
        found = [m.path for m in complete.missing(Case.of(proposal, source))]
    found += [(key,) for key in complete.QUESTIONS if getattr(proposal, key) is None]
    return [path for path in found if not is_said(data, path)]


def is_said(data: Any, path: Path) -> bool:
    """True where the data say something at a path, right or wrong."""
    node = data
    for part in path:
        node = node if part == ANSWER else _inner(node, spaced(part) if isinstance(part, str) else part)
    return node not in (None, "", [], {})


def _without_faults(data: Mapping[str, Any], source: Source, kinds: Mapping[str, str]) -> Proposal | None:
    """The proposal without its faulty values, with names for what has none; None where that can't be."""
    left: dict[str, Any] = {**copy.deepcopy(dict(data))}
    for side in SIDES:
        parties = left.get(side)
        left[side] = parties if isinstance(parties, list) and parties else [{}]
        for party in left[side]:
            if isinstance(party, dict):
                party.setdefault("legal name", NOBODY)
                if "kind" not in party:
                    party |= {**_SIGNED, "kind": kinds[side], **party}
    left.setdefault("proposal", NOBODY)

    def mend(data: dict[str, Any], path: Path, missing: str) -> None:
        if path and path[0] in SIDES and path[2:] == ("kind",):
            _put(data, path, kinds[str(path[0])])
        elif missing:
            _put(data, (*path, spaced(missing)), NOBODY)
        else:
            _put(data, path, SOME_DAY if _is_date(path) else None)

    try:
        return mended(left, source, mend, ROUNDS)
    except TypeError:
        return None


def _is_date(path: Path) -> bool:
    """True for a field whose answer is a date."""
    known = field_at(tuple(p.replace(" ", "_") if isinstance(p, str) else p for p in path)) if path else None
    return known is not None and known.kind is Kind.DATE


def _put(data: Any, path: Path, value: Any) -> None:
    """Puts a value at a path, or takes away what stands there; entries of lists that are blocks stay, emptied."""
    node = data
    for part in path[:-1]:
        node = _inner(node, part)
    last = path[-1] if path else None
    if isinstance(node, dict) and isinstance(last, str):
        if value is None or node.get(last) == value:
            node.pop(last, None)
        else:
            node[last] = value
    elif isinstance(node, list) and isinstance(last, int) and last < len(node):
        if isinstance(node[last], dict):
            node[last] = {}
        else:
            del node[last]


def _inner(node: Any, part: str | int) -> Any:
    """The value at a key or a number; None if there is none."""
    if isinstance(node, list):
        return node[part] if isinstance(part, int) and part < len(node) else None
    return node.get(part) if isinstance(node, dict) else None


def told(path: Path) -> str:
    """What is said of an empty field: its name in the words of the form, its key, and what belongs in it."""
    where = f"'{worded(path)}' (`{keyed(path)}`)"
    entry = entry_at(path[:-1] if path[-1] == ANSWER else path)
    if field_at((*path, ANSWER)) is not None or path[-1] == ANSWER:
        return f"{where} isn't answered: choose yes or no; if yes, fill in what follows"
    about = entry.about if entry is not None else ""
    if not about and entry is not None and not isinstance(entry, Field):
        about = "fill in one at least"
    return f"{where} is empty{f': {about}' if about else ''}"


def worded(path: Path) -> str:
    """A field in the words of the form: `Data: data element 1: why needed`, `Output and use: user groups`."""
    parts = list(_words(path))
    return ": ".join([*parts[:1], *(inside(part) for part in parts[1:])])


def _words(path: Path) -> Iterator[str]:
    for at, part in enumerate(path):
        if not isinstance(part, str) or part in (ANSWER, "extra"):
            continue
        label = SECTIONS.get(part, label_of(part)) if at == 0 else label_of(part)
        after = path[at + 1] if at + 1 < len(path) else None
        of_one = at == 0 and part in SIDES and after == 0
        yield f"{singular(label)} {after + 1}" if isinstance(after, int) and not of_one else label

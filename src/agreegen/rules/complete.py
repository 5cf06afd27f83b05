"""The rule of completeness: what the table of required fields asks for."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping
from typing import Any

from agreegen.agreement import SIDES
from agreegen.answer import spaced
from agreegen.errors import UsageError
from agreegen.finding import Severity, plain_key
from agreegen.late import dataclass
from agreegen.law.requirements import Requirement, requirements
from agreegen.rules.case import Case, Found, Rule
from agreegen.rules.parties import two_bodies
from agreegen.sharing import Closed, question

Path = tuple[str | int, ...]
Value = tuple[Path, Any, Mapping[str, Any]]
"""A value with its path, and the names that the condition of its row sees."""

ABSENT: tuple[Any, ...] = (None, "", (), [], {})


@dataclass(frozen=True, slots=True)
class Missing:
    """A required field without a value: its path (keys, and numbers of entries from 0) and the row that asks for it."""

    path: tuple[str | int, ...]
    requirement: Requirement

    @property
    def name(self) -> str:
        """The field as its author writes it: `purpose: benefits: agency`."""
        return ": ".join(spaced(p) for p in self.path if isinstance(p, str))


def missing(case: Case) -> Iterator[Missing]:
    """Every required field that has no value; a field answered with `no` has one."""
    context = {"facts": case.facts, "terms": case.terms, "variant": case.variant, "proposal": case.plain}
    for row in _asked(case.program, case.proposal.disputed, case.proposal.required_by_law is not None):
        for path, value, names in _values(row.field, case, context):
            if _is_missing(row, path, value, names, case):
                yield Missing(path, row)


def _is_missing(row: Requirement, path: Path, value: Any, names: Mapping[str, Any], case: Case) -> bool:
    if value is False or value not in ABSENT:
        return False
    return not case.says_no(*path) and row.is_needed(names)


@functools.cache
def _asked(program: str, disputed: bool, by_law: bool) -> tuple[Requirement, ...]:
    """The rows that may ask for a field."""
    return tuple(row for row in requirements(program, disputed, by_law) if row.need != "no")


@functools.cache
def _keys(field: str) -> tuple[str, ...]:
    return tuple(field.replace("[]", ".[]").split("."))


@question
def _is_complete(case: Case, side: str, index: int) -> bool:
    """True where a party lacks nothing that is required."""
    party = case.plain[side][index]
    names = {"facts": case.facts, "terms": case.terms, "variant": case.variant, "proposal": case.plain, "party": party}
    for row, keys in _asked_of(side, case.program, case.proposal.disputed, case.proposal.required_by_law is not None):
        if _is_filled(party, keys):
            continue
        for path, value, seen in _walk(party, keys, (side, index), names):
            if value is False or value not in ABSENT:
                continue
            try:
                needed = row.is_needed(seen)
            except UsageError:  # the rule itself says so, if the file doesn't answer the field with no
                return False
            if needed and not case.says_no(*path):
                return False
    return True


@functools.cache
def _asked_of(side: str, program: str, disputed: bool, by_law: bool) -> tuple[tuple[Requirement, tuple[str, ...]], ...]:
    """The rows that may ask for a field of a side's parties, with the keys below the party."""
    rows = _asked(program, disputed, by_law)
    return tuple((row, _keys(row.field)[1:]) for row in rows if row.field.startswith(f"{side}."))


def _is_filled(node: Any, keys: tuple[str, ...]) -> bool:
    """True where a value surely stands at the keys: a text, a number, a block, yes or no."""
    for key in keys:
        if type(node) is not dict:
            return False
        node = node.get(key)
    return bool(node) or node is False


def _values(field: str, case: Case, context: Mapping[str, Any]) -> Iterator[Value]:
    """The values at a field of the table: one for each party of a side and each entry of a list."""
    keys = _keys(field)
    if keys[0] in SIDES and len(keys) > 1:
        for index, party in enumerate(case.plain[keys[0]]):
            if type(party) is Closed:
                case.keep_closed(_is_complete(case, keys[0], index))
            else:
                yield from _walk(party, keys[1:], (keys[0], index), {**context, "party": party})
    else:
        yield from _walk(case.plain, keys, (), context)


def _walk(node: Any, keys: tuple[str, ...], path: tuple[str | int, ...], names: Mapping[str, Any]) -> Iterator[Value]:
    if not keys:
        yield path, node, names
    elif keys[0] == "[]":
        for index, item in enumerate(node if isinstance(node, list | tuple) else ()):
            yield from _walk(item, keys[1:], (*path, index), {**names, "item": item})
    else:
        yield from _walk(node.get(keys[0]) if isinstance(node, dict) else None, keys[1:], (*path, keys[0]), names)


BLOCKS = (("ferpa",), ("regimes", "part2"))
"""Blocks whose absence is one finding (P031), not one for each of their fields."""


def _at(node: Any, path: tuple[str, ...]) -> Any:
    for key in path:
        node = node.get(key) if isinstance(node, Mapping) else None
    return node


def required(case: Case) -> Iterator[Found]:
    """A required field is missing.

    Why: What is required depends on the program, on a dispute, on whether law requires the disclosure, and on other
    answers: an action that is a `delegation` needs its `delegate`. The table with its sources is
    `law/requirements.yaml`. Source: official forms.
    Bad:
        purpose:
          scope:
          reason: Mail alone reaches fewer than half of the families.
    Good:
        purpose:
          scope: Monthly list of children whose coverage ended in the last 60 days.
          reason: Mail alone reaches fewer than half of the families.
    """
    if next(two_bodies(case), None):
        return  # which fields are required follows from who the parties are
    for found in missing(case):
        row = found.requirement
        if any(found.path[: len(block)] == block and _at(case.plain, block) is None for block in BLOCKS):
            continue
        yield found.path, f"'{found.name}' is missing: {row.belongs}", f"{_where(case, found)} ({row.source})"


def _in_braces(text: str) -> str:
    """A text as it stands inside of { }: in quotes where a comma or a bracket would end it."""
    plain = text.startswith(("{", "[")) or not re.search(r"[,\[\]{}\"]|: | #", text)
    return text if plain else "'" + text.replace("'", "''") + "'"


def _where(case: Case, found: Missing) -> str:
    """What to write, and below which key, where that isn't the key at hand."""
    keys = [spaced(p) for p in found.path if isinstance(p, str)]
    example = f"{keys[-1]}: {found.requirement.example}"
    inside = f"{keys[-1]}: {_in_braces(found.requirement.example)}"
    if name := _bare(case, found.path):
        example = inside
        for key in reversed(keys[1:-1]):
            example = f"{key}: {{{example}}}"
        block = f"{{party: {_in_braces(name)}, {example}}}"
        alone = not isinstance(_side(case, found.path), list)
        return f"make a block of it: `{keys[0]}: {block}`, as an example" if alone else (
            f"make a block of this entry: `{block}`, as an example")  # fmt: skip
    for depth in range(1, len(keys)):
        outer = [p for p in found.path if isinstance(p, str)][:depth]
        if not case.says(*outer) and not isinstance(found.path[-1], int):
            example = inside
            for key in reversed(keys[depth:-1]):
                example = f"{key}: {{{example}}}"
            below = f" below `{keys[depth - 2]}:`" if depth > 1 else ""
            return f"write `{keys[depth - 1]}: {{{example}}}`{below}, as an example"
    below = f" below `{keys[-2]}:`" if len(keys) > 1 else ""
    return f"write `{example}`{below}, as an example"


def _side(case: Case, path: Path) -> Any:
    """A side of the proposal, as it is written."""
    return {plain_key(str(k)): v for k, v in case.source.data.items()}.get(str(path[0]))


def _bare(case: Case, path: Path) -> str:
    """The name of a party that the proposal gives as a bare name, without a record that its fields could go into."""
    if path[0] not in SIDES or len(path) < 2:
        return ""
    said = _side(case, path)
    named = said[path[1]] if isinstance(said, list) and isinstance(path[1], int) and path[1] < len(said) else said
    is_here = case.at(*path).file == case.source.file
    return named.strip() if isinstance(named, str) and is_here else ""


QUESTIONS = {
    "research": "whether the use is research",
    "funds": "whether funds move",
    "redisclosure": "whether the recipient may disclose further",
}
"""Fields of the official forms that are answered with yes or no (12, 15 and 16)."""


def answered(case: Case) -> Iterator[Found]:
    """A question of the official form isn't answered.

    Why: The agreement states the answer; a question that nobody answered must not print as `no`. Source: official
    forms, fields 12, 15 and 16.
    Bad:
        research:
    Good:
        research: no
    """
    for key, what in QUESTIONS.items():
        if getattr(case.proposal, key) is None and not case.says_no(key):
            yield (key,), f"'{key}' isn't answered: {what}", f"write `{key}: no`, or a block with the details"


def denied(case: Case) -> Iterator[Found]:
    """The proposal was denied.

    Why: The denial ends the proposal; what is signed after it would be an agreement that its provider refused. A draft
    can still be made, for the record. Source: IDEA process; CHHS process flow.
    Bad:
        status: denied
    Good:
        status: in review
    """
    if case.proposal.status == "denied":
        yield (
            ("status",),
            "a denied proposal doesn't become an agreement",
            "correct `status:`, or write a new proposal; --draft makes a draft of it",
        )
    elif case.proposal.dispute and case.proposal.dispute.result == "denied":
        said = "outcome" if case.proposal.dispute.outcome else "decision"
        yield (
            ("dispute", said),
            "the dispute ended with a denial, and a denied proposal doesn't become an agreement",
            "correct `outcome:`, or write a new proposal; --draft makes a draft of it",
        )


RULES = (
    Rule("P001", Severity.ERROR, required),
    Rule("P003", Severity.ERROR, answered),
    Rule("P006", Severity.ERROR, denied),
)

"""Conditions on partners: `--where kind=county`, `county!=Alpine`, `population>100000`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from agreegen.answer import spelled, yes_no
from agreegen.errors import UsageError
from agreegen.finding import nearest
from agreegen.late import dataclass
from agreegen.partner import Party
from agreegen.reading.cells import Doubt, plain, read_cell
from agreegen.reading.columns import meaning
from agreegen.reading.fields import Form

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from agreegen.reading.fields import Field
    from agreegen.reading.listed import Listed
    from agreegen.reading.source import Path

NAMES = ("legal name", "short name", "id")
"""The fields by which people call a partner."""

FEW = 6
"""Values that are shown of a field."""

_CONDITION = re.compile(r"\s*(.+?)\s*(!=|>=|<=|==|=|>|<)\s*(.*?)\s*")


@dataclass(frozen=True, slots=True)
class Condition:
    """A field, how it is compared, and with what."""

    field: Field
    path: Path
    override: bool
    sign: str
    value: Any

    def found(self, listed: Listed, whole: dict[str, Any]) -> Any:
        """The partner's value; None if it has none."""
        if self.field.name == "id":
            return listed.id
        if self.field.name == "party":  # the name as the list has it, which the whole record has become
            return listed.record.get("party")
        node: Any = listed.overrides if self.override else whole
        for part in self.path:
            node = node.get(part) if isinstance(node, dict) else None
        return node

    def holds(self, listed: Listed, whole: dict[str, Any]) -> bool:
        """True where the partner's value compares so; a value that is missing only is unequal."""
        node = self.found(listed, whole)
        if node is None:
            return self.sign == "!="
        if isinstance(node, list):
            return (_folded(self.value) in [_folded(v) for v in node]) == (self.sign != "!=")
        return _compared(_folded(plain(node, self.field)), self.sign, _folded(self.value))


def matching(partners: Iterable[Listed], wheres: Sequence[str]) -> tuple[Listed, ...]:
    """The partners for which every condition holds; UsageError for a condition or a field that nobody knows."""
    conditions = [condition(text) for text in wheres]
    if not conditions:
        return tuple(partners)
    return tuple(listed for listed in partners if _all_hold(conditions, listed))


def chosen(partners: Sequence[Listed], wheres: Sequence[str]) -> tuple[Listed, ...]:
    """The partners for which every condition holds; UsageError as `matching`, and where a condition holds for none."""
    found = matching(partners, wheres)
    if found or not partners:
        return found
    wholes = [(listed, _implied(listed.whole())) for listed in partners]
    for one in map(condition, wheres):
        if not any(one.holds(*each) for each in wholes):
            raise _none(one, wholes)
    return found


def _none(one: Condition, wholes: Sequence[tuple[Listed, dict[str, Any]]]) -> UsageError:
    """What is said of a condition that holds for no partner: what they have in its place."""
    name, said = one.field.name, str(one.value)
    had = [str(value) for each in wholes if isinstance(value := one.found(*each), str | int)]
    if name in NAMES:
        others = {value: n for n in NAMES for listed, whole in wholes
                  if isinstance(value := listed.id if n == "id" else whole.get(n), str)}  # fmt: skip
        close = next((v for v in others if _folded(v) == _folded(said)), "") or nearest(said, others)
        hint = f'did you mean "{others[close]}={close}"?' if close else ""
    else:
        close = nearest(said, had)
        hint = f"did you mean '{close}'?" if close else ""
    if not had:
        keys = {key for _, whole in wholes for key, value in whole.items() if isinstance(value, str | int)}
        fields = ", ".join(sorted(keys - {"party"}))
        return UsageError(
            f"no partner is left: none of the {len(wholes):,} has a '{name}'", hint or f"they have: {fields}"
        )
    several = list(dict.fromkeys(had))
    shown = ", ".join(several[:FEW]) + (" \u2026" if len(several) > FEW else "")
    message = f"no partner is left: none has '{name}' {one.sign} '{said}'"
    return UsageError(message, hint or f"'{name}' is: {shown}")


def _all_hold(conditions: list[Condition], listed: Listed) -> bool:
    whole = _implied(listed.whole())
    return all(c.holds(listed, whole) for c in conditions)


def _implied(record: dict[str, Any]) -> dict[str, Any]:
    """The record with what follows from the kind, and the answers that a record has without saying them."""
    answers = {"education agency": False, "chhs agreement signatory": False}
    found: dict[str, Any] = Party.defaults_of_kind(record)  # type: ignore[operator]
    return {**answers, **found}


def condition(text: str) -> Condition:
    """The condition that a text says: `field=value`, with =, !=, >, >=, < or <=."""
    found = _CONDITION.fullmatch(text)
    if found is None:
        raise UsageError(f"'{text}' isn't a condition", "write field=value, such as kind=county or population>100000")
    name, sign, value = found.groups()
    told = meaning("legal name" if name.strip().lower() == "name" else name)
    if told.field is None or not told.path:
        raise UsageError(f"no field of a party is called '{name}'", told.hint)
    if told.field.form is Form.WORD and str(plain(value, told.field)) not in told.field.words and value:
        words = [spelled(word) for word in told.field.words]
        close = nearest(value, words)
        raise UsageError(f"'{told.field.name}' can't be '{value}'",
                         f"did you mean '{close}'?" if close else f"one of: {', '.join(words)}")  # fmt: skip
    return Condition(told.field, told.path, told.override, "=" if sign == "==" else sign, _wanted(value, told.field))


def _wanted(value: str, field: Field) -> Any:
    """The value of a condition as partners have it; a day may stand in place of a date."""
    if field.form is Form.TEXTS:
        return value
    said = read_cell(value, field) if value else value
    if isinstance(said, Doubt):
        raise UsageError(said.message, said.hint)
    return said


def _folded(value: Any) -> Any:
    """The value as it is compared: texts in small letters without spaces around, yes and no as such."""
    if not isinstance(value, str):
        return value
    text = " ".join(value.split()).casefold()
    answer = yes_no(text)
    return answer if isinstance(answer, bool) and text in ("yes", "no", "true", "false") else text


def _compared(one: Any, sign: str, other: Any) -> bool:
    if sign in ("=", "!="):
        return (one == other and isinstance(one, bool) == isinstance(other, bool)) == (sign == "=")
    if isinstance(one, str) != isinstance(other, str) or isinstance(one, bool) or isinstance(other, bool):
        return False
    low, high = (one < other), (one > other)
    return bool({"<": low, ">": high, "<=": not high, ">=": not low}[sign])

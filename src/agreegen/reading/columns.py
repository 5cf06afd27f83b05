"""Columns: what the headings of a list mean: a field of a party, or one of the proposal that a partner overrides."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from agreegen.finding import nearest
from agreegen.late import dataclass
from agreegen.reading.fields import ENTRY, OPEN, Field, Form, party_fields, proposal_fields

if TYPE_CHECKING:
    from agreegen.reading.fields import Keys
    from agreegen.reading.source import Path

NAMED = ("name", "party name", "partner", "partner name", "organization", "organisation", "agency", "entity",
         "data recipient", "data provider", "jurisdiction")  # fmt: skip
"""Headings above the name of a party: one of the lists, else its legal name."""

NAME = Field(("name",), Form.TEXT)
"""The field behind such a heading; the reader of lists makes `party` or `legal name` of it."""

PARTIES = ("provider", "recipient")
"""Blocks of a proposal that no partner overrides: the party's own fields stand in columns of their own."""

_SEPARATORS = re.compile(r"\s*[.:>/\u2192\u203a]\s*")
_OVERRIDE = re.compile(r"overrides?[. ](.+)")
_MARKS = re.compile(r"\s*(?:\*|\((?:required|optional|if known)\))\s*\Z")

_MEANT = {"e mail": "email", "email address": "email", "mailbox": "email", "telephone": "phone",
          "phone number": "phone", "telephone number": "phone"}  # fmt: skip
_SAME = re.compile(r"\b(?:e mail|email address|mailbox|telephone number|phone number|telephone)\Z")


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a heading means: a path and its field; or what is wrong with it, and what to do."""

    path: Path = ()
    field: Field | None = None
    override: bool = False
    wrong: str = ""
    hint: str = ""
    severe: bool = False
    """True where reading on could put a value in the wrong place."""


IGNORED = Meaning()
"""A column that its heading leaves out: it begins with #."""


def normal(heading: str) -> str:
    """The heading as it is compared: case, underscores, line breaks and marks of our own template don't matter."""
    text = " ".join(heading.replace("_", " ").replace("-", " ").replace("\u00a0", " ").casefold().split())
    text = _SEPARATORS.sub(".", _MARKS.sub("", text)).strip(".")
    return _SAME.sub(lambda found: _MEANT[found[0]], text)


def meaning(heading: str) -> Meaning:  # noqa: PLR0911 (one line a kind of heading)
    """What a heading means."""
    key = normal(heading)
    if key.startswith("#") or not key:
        return IGNORED
    if said := _OVERRIDE.fullmatch(key):
        return _override(said[1], heading) or _unknown(heading, said[1], list(_proposal_names()))
    if key in NAMED:
        return Meaning(("name",), NAME)
    numbers = tuple(int(n) - 1 for n in re.findall(r"(?<=[. ])[1-9][0-9]?(?=[. ]|$)", key))
    general = re.sub(r"(?<=[. ])[1-9][0-9]?(?=[. ]|$)", ENTRY, key)
    for name, places in ((key, ()), (general, numbers)):
        if found := _party_names().get(name):
            return Meaning(_numbered(found.keys, places), found)
    if found_override := _override(key, heading):
        return found_override
    close = _endings().get(key, _endings().get(general, ()))
    if len(close) == 1:
        return Meaning(_numbered(close[0].keys, numbers), close[0])
    if close:
        names = ", ".join(f.name for f in close[:6])
        return Meaning(wrong=f"the column '{_shown(heading)}' can mean several fields",
                       hint=f"write the whole name: {names}", severe=True)  # fmt: skip
    return _unknown(heading, key, [*_party_names(), *NAMED, *(n for n in _proposal_names() if "." in n)])


def is_known(heading: str) -> bool:
    """True for a heading that names a field; a title above a table is none."""
    found = meaning(heading)
    return found.field is not None or found.severe


def _override(key: str, heading: str) -> Meaning | None:
    parts = key.split(".")
    if parts[0] in PARTIES:
        return Meaning(wrong=f"the column '{_shown(heading)}' would override a party",
                       hint="name the field of the partner alone, such as `contacts.incident.email`; other parties "
                       "are the proposal's", severe=True)  # fmt: skip
    if parts[0] in OPEN and len(parts) > 1:
        return Meaning((parts[0], *(p.replace(" ", "_") for p in parts[1:])), Field(tuple(parts), Form.ANY), True)
    numbers = tuple(int(p) - 1 for p in parts[1:] if re.fullmatch("[1-9][0-9]?", p))
    general = ".".join(ENTRY if re.fullmatch("[1-9][0-9]?", p) else p for p in parts)
    found = _proposal_names().get(general)
    return Meaning(_numbered(found.keys, numbers), found, True) if found else None


def _numbered(keys: Keys, numbers: tuple[int, ...]) -> Path:
    """The path of a field, with the numbers of its entries (the first where none is said)."""
    left = list(numbers)
    return tuple((left.pop(0) if left else 0) if k == ENTRY else k for k in keys)


def _unknown(heading: str, key: str, names: list[str]) -> Meaning:
    close = nearest(key, names)
    hint = f"did you mean '{close}'?" if close else "see `agreegen partners template` for columns, or begin it with #"
    return Meaning(wrong=f"the column '{_shown(heading)}' isn't a field of a party or of the proposal", hint=hint)


def _shown(heading: str) -> str:
    text = " ".join(heading.split())
    return f"{text[:60]}\u2026" if len(text) > 60 else text


@cache
def _party_names() -> dict[str, Field]:
    """The fields of a party by their whole names, with dots or spaces between the keys."""
    found: dict[str, Field] = {}
    for field in party_fields().values():
        for name in (field.name, " ".join(field.keys)):
            found.setdefault(name, field)
    return found


@cache
def _proposal_names() -> dict[str, Field]:
    return {field.name: field for field in proposal_fields().values()}


@cache
def _endings() -> dict[str, tuple[Field, ...]]:
    """The fields of a party by the last keys of their names."""
    found: dict[str, list[Field]] = {}
    for field in party_fields().values():
        for start in range(1, len(field.keys)):
            tail = field.keys[start:]
            for name in dict.fromkeys((".".join(tail), " ".join(tail))):
                found.setdefault(name, []).append(field)
    return {name: tuple(fields) for name, fields in found.items()}

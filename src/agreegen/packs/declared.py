"""Declared: the fields that a template asks for besides those of every proposal, and the values that they take."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from pydantic_core import PydanticCustomError

from agreegen.answer import date_of, yes_no
from agreegen.finding import nearest, plain_key
from agreegen.late import dataclass
from agreegen.reading.problems import shown
from agreegen.wording import CLOSE, OPEN

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

TEXT: Final = "text"
NUMBER: Final = "number"
DATE: Final = "date"
YES_NO: Final = "yes/no"
ONE_OF: Final = "one of"
BLOCK: Final = "block"
KINDS: Final = (TEXT, NUMBER, DATE, YES_NO, ONE_OF, BLOCK)
MANY: Final = {"list of text": TEXT, "list of texts": TEXT, "list of numbers": NUMBER, "list of dates": DATE,
               "list of blocks": BLOCK, "list of": ONE_OF}  # fmt: skip
"""Types that are written so, and the type of each entry; `list of` goes with `choices`."""

SAMPLES: Final = {TEXT: "…", NUMBER: "1", DATE: "2027-03-01", YES_NO: "yes", ONE_OF: "…",
                  BLOCK: "{…}"}  # fmt: skip
"""What an answer of each type looks like."""

NAME = re.compile(r"[a-z][a-z0-9 ]*")
WHOLE = re.compile(r"0|-?[1-9][0-9]{0,17}")
"""A whole number as it is printed; `007` isn't one, because the zeros would be lost."""


class UnfitError(Exception):
    """A value that a field can't have; says why, what to write, and where below the field it stands."""

    def __init__(self, message: str, hint: str, path: tuple[str | int, ...] = (), *, key: bool = False) -> None:
        """The sentence and its remedy; `path` leads from the field to the value, or to the `key` that is wrong."""
        super().__init__(message)
        self.message, self.hint, self.path, self.key = message, hint, path, key

    def below(self, *steps: str | int) -> UnfitError:
        """The same, as it is seen from further up."""
        return UnfitError(self.message, self.hint, (*steps, *self.path), key=self.key)


@dataclass(frozen=True, slots=True)
class Field:
    """A declared field: its key as people write it, its type, its choices, and where its value is taken from, if so.

    `taken` is a name of templates, such as `recipient.name`: nobody is asked then.
    """

    key: str
    kind: str = TEXT
    many: bool = False
    choices: tuple[str, ...] = ()
    required: bool = True
    meaning: str = ""
    example: str = ""
    taken: str = ""
    fields: tuple[Field, ...] = ()
    called: str = ""

    @property
    def name(self) -> str:
        """The name in templates, below `proposal.extra`: `closing_date`, or what the template calls it."""
        return self.called or self.key.replace(" ", "_")

    @property
    def answer(self) -> str:
        """What is to be written, in words: `a date, as 2027-03-01`."""
        one = {
            TEXT: "words", NUMBER: "a whole number", DATE: "a date, as 2027-03-01", YES_NO: "yes or no",
            ONE_OF: f"one of: {', '.join(self.choices)}", BLOCK: f"a block with {_listed(f.key for f in self.fields)}",
        }[self.kind]  # fmt: skip
        return f"a list; each entry {one}" if self.many else one

    @property
    def sample(self) -> str:
        """An answer as an example: the template's own, else one of its type."""
        return self.example or (self.choices[0] if self.choices else SAMPLES[self.kind])

    @property
    def type(self) -> str:
        """The type as a template.yaml has it."""
        return next(name for name, kind in MANY.items() if kind == self.kind) if self.many else self.kind

    def value(self, said: Any) -> Any:
        """The value that an answer means; None where there is none. UnfitError if the field can't have it."""
        if said is None or said in ("", []):
            return None
        if not self.many:
            return self._one(said)
        if not isinstance(said, list):
            return tuple(v for v in [self._one(said)] if v is not None)
        return tuple(v for n, entry in enumerate(said) if (v := self._entry(n, entry)) is not None)

    def _entry(self, number: int, said: Any) -> Any:
        try:
            return self._one(said)
        except UnfitError as unfit:
            raise unfit.below(number) from None

    def _one(self, said: Any) -> Any:
        if self.kind == BLOCK:
            return self._block(said)
        if isinstance(said, dict | list):
            raise UnfitError(f"'{self.key}' needs one value and has {shown(said)}", f"write {self.answer}")
        return {TEXT: self._text, NUMBER: self._number, DATE: self._date, YES_NO: self._yes_no,
                ONE_OF: self._choice}[self.kind](said)  # fmt: skip

    def _text(self, said: Any) -> str | None:
        if isinstance(said, bool):
            raise UnfitError(f"'{self.key}' needs words and has {shown(said)}", "put the words in quotes")
        return str(said).strip() or None

    def _number(self, said: Any) -> int:
        if isinstance(said, bool) or not WHOLE.fullmatch(str(said).strip()):
            hint = "write figures only, without commas or zeros before them; amounts and long numbers are texts"
            raise UnfitError(f"'{self.key}' needs a whole number and has {shown(said)}", hint)
        return int(said)

    def _date(self, said: Any) -> Any:
        try:
            return date_of(said)
        except PydanticCustomError:
            hint = "write a real date as year-month-day, such as 2027-03-01"
            raise UnfitError(f"'{self.key}' can't be {shown(said)}", hint) from None

    def _yes_no(self, said: Any) -> bool:
        found = yes_no(said)
        if not isinstance(found, bool):
            raise UnfitError(f"'{self.key}' asks yes or no and has {shown(said)}", "write yes or no")
        return found

    def _choice(self, said: Any) -> str:
        known = {plain_key(c): c for c in self.choices}
        found = known.get(plain_key(str(said).strip()))
        if found is None:
            close = nearest(str(said), self.choices)
            hint = f"did you mean '{close}'?" if close else self.answer
            raise UnfitError(f"'{self.key}' can't be {shown(said)}", hint)
        return found

    def _block(self, said: Any) -> dict[str, Any]:
        """The values of a block by their names; those that may be missing are None."""
        if not isinstance(said, dict):
            raise UnfitError(f"'{self.key}' needs {self.answer} and has {shown(said)}", "write keys and values")
        given = {plain_key(str(k)): v for k, v in said.items()}
        known = {f.key: f for f in self.fields}
        if odd := next((k for k in given if k not in known), ""):
            close = nearest(odd, known)
            hint = f"did you mean '{close}'?" if close else f"keys that belong here: {', '.join(known)}"
            raise UnfitError(f"'{odd}' isn't a key of '{self.key}'", hint, (odd,), key=True)
        values = {f.name: f.below(given.get(key)) for key, f in known.items()}
        if missing := next((f for f in self.fields if f.required and values[f.name] in (None, ())), None):
            raise UnfitError(f"'{self.key}' lacks '{missing.key}'", f"add `{missing.key}: {missing.sample}`")
        return {f.name: () if values[f.name] is None and f.many else values[f.name] for f in self.fields}

    def below(self, said: Any) -> Any:
        """The value as that of a field of a block; UnfitError with the place seen from the block."""
        try:
            return self.value(said)
        except UnfitError as unfit:
            raise unfit.below(self.key) from None

    def blank(self) -> Any:
        """What a draft prints where the value is missing."""
        if self.kind == BLOCK:
            inside = {f.name: f.blank() for f in self.fields}
            return (inside,) if self.many else inside
        mark = f"{OPEN}{self.key}{CLOSE}"
        return (mark,) if self.many else mark


def schema_of(fields: Sequence[Field]) -> dict[str, Any]:
    """The JSON Schema of what stands below `extra:`."""
    return {f.key: _schema(f) for f in fields if not f.taken}


def _schema(field: Field) -> dict[str, Any]:
    kinds: dict[str, dict[str, Any]] = {
        TEXT: {"type": ["string", "integer"]},
        NUMBER: {"type": ["integer", "string"], "pattern": f"^({WHOLE.pattern})$"},
        DATE: {"type": "string"},
        YES_NO: {"enum": [True, False, "yes", "no"]},
        ONE_OF: {"enum": list(field.choices)},
        BLOCK: {"type": "object", "properties": schema_of(field.fields)},
    }
    one = kinds[field.kind]
    node: dict[str, Any] = {"anyOf": [one, {"type": "array", "items": one}]} if field.many else one
    return {**node, "description": field.meaning} if field.meaning else node


def _listed(keys: Iterable[str]) -> str:
    return ", ".join(keys)

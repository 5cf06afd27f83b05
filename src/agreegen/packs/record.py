"""Record: the `template.yaml` beside a Word file, read and checked: what the template is, and what it asks for."""

from __future__ import annotations

import datetime as dt
import functools
from dataclasses import field
from typing import TYPE_CHECKING, Any, Final

from pydantic_core import PydanticCustomError

from agreegen.answer import date_of, yes_no
from agreegen.finding import Finding, Location, Severity, nearest, plain_key
from agreegen.late import dataclass
from agreegen.law import VARIANTS
from agreegen.packs.declared import BLOCK, KINDS, MANY, NAME, NUMBER, ONE_OF, Field, UnfitError
from agreegen.reading import read_source

if TYPE_CHECKING:
    from agreegen.reading import Path, Source

KEYS: Final = ("template", "version", "effective", "status", "word", "based on", "asks", "fields", "suppress")
FIELD_KEYS: Final = ("type", "choices", "required", "meaning", "example", "from", "fields", "name")
OFFICIAL: Final = "official form"
OWN: Final = "own fields"
ASKS: Final = (OFFICIAL, OWN)
"""What a template asks of a proposal: all that the program's form asks, or only the fields that it declares."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a `template.yaml` says; `findings` tell what is wrong with it."""

    template: str = ""
    version: str = ""
    effective: dt.date | None = None
    status: str = ""
    word: str = ""
    variant: str = ""
    asks: str = OFFICIAL
    fields: tuple[Field, ...] = ()
    findings: tuple[Finding, ...] = ()


@functools.lru_cache(maxsize=64)
def read_record(content: bytes, file: str) -> Said:
    """What the `template.yaml` of that content says."""
    return _Reader(read_source(content, file)).said()


@dataclass(slots=True)
class _Reader:
    """The reading of one file; what is wrong is gathered."""

    source: Source
    found: list[Finding] = field(default_factory=list)

    def said(self) -> Said:
        """The record, as far as it can be read."""
        data = self.source.data
        if not isinstance(data, dict):
            return Said(findings=tuple(self.source.findings))
        keys = self._keys(data, (), KEYS)
        said = Said(
            template=self._text(keys, "template"),
            version=self._text(keys, "version"),
            effective=self._date(keys),
            status=self._text(keys, "status"),
            word=self._text(keys, "word"),
            variant=self._word(keys, "based on", VARIANTS),
            asks=self._word(keys, "asks", ASKS) or OFFICIAL,
            fields=tuple(self._fields(keys.get("fields"), ("fields",))),
            findings=(),
        )
        return Said(**{n: getattr(said, n) for n in Said.__slots__ if n != "findings"}, findings=self._findings())

    def _findings(self) -> tuple[Finding, ...]:
        return tuple(sorted((*self.source.findings, *self.found), key=lambda f: f.location.line or 0))

    def wrong(self, code: str, path: Path, message: str, hint: str, *, key: bool = False) -> None:
        """Adds an error at the value of a path, or at its key."""
        place = self.source.places.get(path)
        where = place.location(at=place.key if key else place.at) if place else Location(self.source.file, 1, 1)
        self.found.append(Finding(code, Severity.ERROR, where, message, hint))

    def _keys(self, data: dict[str, Any], path: Path, known: tuple[str, ...]) -> dict[str, Any]:
        plain = {plain_key(str(k)): v for k, v in data.items()}
        for key in plain:
            if key not in known:
                close = nearest(key, known)
                hint = f"did you mean '{close}'?" if close else f"keys that belong here: {', '.join(known)}"
                self.wrong("T061", (*path, key), f"'{key}' isn't a key that belongs here", hint, key=True)
        return plain

    def _text(self, keys: dict[str, Any], name: str, path: Path = ()) -> str:
        value = keys.get(name)
        if value is None or (isinstance(value, str | int) and not isinstance(value, bool)):
            return "" if value is None else str(value).strip()
        self.wrong("T062", (*path, name), f"'{name}' needs words", f'write `{name}: "…"`')
        return ""

    def _word(self, keys: dict[str, Any], name: str, words: tuple[str, ...]) -> str:
        said = self._text(keys, name)
        found = {plain_key(w): w for w in words}.get(plain_key(said))
        if said and found is None:
            close = nearest(said, words)
            hint = f"did you mean '{close}'?" if close else f"one of: {', '.join(words)}"
            self.wrong("T062", (name,), f"'{name}' can't be '{said}'", hint)
        return found or ""

    def _date(self, keys: dict[str, Any]) -> dt.date | None:
        try:
            found = date_of(keys.get("effective"))
        except PydanticCustomError:
            self.wrong("T062", ("effective",), f"'effective' can't be '{keys['effective']}'",
                       "write a real date as year-month-day, such as 2027-03-01")  # fmt: skip
            return None
        return found if isinstance(found, dt.date) else None

    # ------------------------------------------------------------------------------------------------ fields
    def _fields(self, said: Any, path: Path) -> list[Field]:
        if said is None:
            return []
        if not isinstance(said, dict):
            self.wrong("T062", path, "the fields aren't a block of keys",
                       "write each as `closing date: {type: date, meaning: Day on which …}`")  # fmt: skip
            return []
        found: dict[str, Field] = {}
        for written, about in said.items():
            key = plain_key(str(written))
            if not NAME.fullmatch(key):
                self.wrong("T062", (*path, key), f"the field '{written}' can't be a name in templates",
                           "use letters, digits and spaces, and begin with a letter", key=True)  # fmt: skip
            elif declared := self._field(key, about, (*path, key)):
                self._alone(declared, found, (*path, key))
                found[key] = declared
        return list(found.values())

    def _alone(self, declared: Field, others: dict[str, Field], path: Path) -> None:
        """A finding if the Word file can't call the field so, or calls another one so, too."""
        if not declared.name.isidentifier() or declared.name.startswith("__"):
            self.wrong("T062", (*path, "name"), f"a Word file can't call a field '{declared.name}'",
                       "use letters, digits and _, and begin with a letter")  # fmt: skip
        elif same := next((f for f in others.values() if f.name == declared.name), None):
            self.wrong("T062", path, f"the fields '{same.key}' and '{declared.key}' are both called '{declared.name}'",
                       "give one of them another `name:`")  # fmt: skip

    def _field(self, key: str, about: Any, path: Path) -> Field | None:
        if about is None or isinstance(about, str):
            about = {"type": about} if about else {}
        if not isinstance(about, dict):
            self.wrong("T062", path, f"the field '{key}' isn't a block of keys", "write `{type: text, meaning: …}`")
            return None
        keys = self._keys(about, path, FIELD_KEYS)
        choices = self._choices(keys, path)
        kind, many = self._type(keys, path, choices)
        required = yes_no(keys.get("required", True))
        if not isinstance(required, bool):
            self.wrong("T062", (*path, "required"), "'required' asks yes or no", "write yes or no")
        taken = self._text(keys, "from", path)
        inner = tuple(self._fields(keys.get("fields"), (*path, "fields")))
        declared = Field(key, kind, many, choices, required is not False, self._text(keys, "meaning", path),
                         self._text(keys, "example", path), taken, inner, self._text(keys, "name", path))  # fmt: skip
        return self._with_example(declared, path)

    def _choices(self, keys: dict[str, Any], path: Path) -> tuple[str, ...]:
        said = keys.get("choices")
        if said is None:
            return ()
        if not isinstance(said, list) or not said or not all(_is_word(c) for c in said):
            self.wrong("T062", (*path, "choices"), "the choices aren't a list of words",
                       "write `choices: [one, two]`, and words such as true in quotes")  # fmt: skip
            return ()
        words = [str(c).strip() for c in said]
        if len({plain_key(w) for w in words}) < len(words):
            self.wrong("T062", (*path, "choices"), "two choices are the same word", "delete or rename one of them")
        return tuple(words)

    def _type(self, keys: dict[str, Any], path: Path, choices: tuple[str, ...]) -> tuple[str, bool]:
        said = " ".join(self._text(keys, "type", path).lower().split())
        said = {"": ONE_OF if choices else KINDS[0], "yes or no": "yes/no", "whole number": NUMBER}.get(said, said)
        many = said in MANY
        kind = MANY.get(said, said)
        if kind not in KINDS:
            close = nearest(said, (*KINDS, *MANY))
            hint = f"did you mean '{close}'?" if close else f"one of: {', '.join((*KINDS, *MANY))}"
            self.wrong("T062", (*path, "type"), f"no type of field is called '{said}'", hint)
            return KINDS[0], many
        if (kind == BLOCK) != bool(keys.get("fields")):
            what = "is a block and has no fields" if kind == BLOCK else "has fields, and its type has none"
            self.wrong("T062", path, f"the field '{path[-1]}' {what}", "write `type: block` and its `fields:` below it")
        if (kind == ONE_OF) != bool(choices):
            what = "has no choices" if kind == ONE_OF else "has choices, and its type has none"
            self.wrong("T062", path, f"the field '{path[-1]}' {what}", "write `type: one of` and `choices: [one, two]`")
        return kind, many

    def _with_example(self, declared: Field, path: Path) -> Field:
        """The field; a finding if its own example isn't an answer that it takes."""
        if declared.kind == BLOCK:
            return declared
        try:
            declared.value(declared.example)
        except UnfitError as unfit:
            self.wrong("T062", (*path, "example"), unfit.message, unfit.hint)
        return declared


def _is_word(said: Any) -> bool:
    return (isinstance(said, int) and not isinstance(said, bool)) or bool(isinstance(said, str) and said.strip())

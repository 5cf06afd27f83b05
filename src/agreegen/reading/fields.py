"""The fields that a party's record and a proposal have: where each stands, and what kind of answer it takes."""

from __future__ import annotations

import datetime as dt
import enum
import typing
from functools import cache
from types import NoneType
from typing import TYPE_CHECKING, Any

from agreegen.answer import Section, spaced
from agreegen.late import dataclass
from agreegen.partner import Party
from agreegen.proposal import Proposal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic import BaseModel

ENTRY = "#"
"""Stands in a path for the number of a list's entry."""

OPEN = ("terms", "extra")
"""Blocks of a proposal whose keys are settings: any may stand there."""

Keys = tuple[str, ...]


class Form(enum.Enum):
    """The kind of answer that a field takes."""

    TEXT = enum.auto()
    YES_NO = enum.auto()
    DATE = enum.auto()
    NUMBER = enum.auto()
    WORD = enum.auto()
    TEXTS = enum.auto()
    ANY = enum.auto()


@dataclass(frozen=True, slots=True)
class Field:
    """A field: its keys (with spaces; `#` for the number of an entry), its kind of answer, its words, what belongs."""

    keys: Keys
    form: Form
    words: tuple[str, ...] = ()
    about: str = ""
    block: bool = False
    """True where keys may stand below it."""
    example: str = ""

    @property
    def name(self) -> str:
        """`contacts.data coordinator.email`."""
        return ".".join(self.keys)


@cache
def party_fields() -> dict[Keys, Field]:
    """Every field of a party's record, in its order."""
    return {field.keys: field for field in _fields(Party, ())}


@cache
def proposal_fields() -> dict[Keys, Field]:
    """Every field of a proposal that a partner may override: all but the parties."""
    found = {field.keys: field for field in _fields(Proposal, ())}
    return {keys: field for keys, field in found.items() if keys[0] not in ("provider", "recipient")}


@cache
def key_order() -> dict[str, int]:
    """The place of each key in a record as it is written: as the models have them."""
    names = [part for fields in (party_fields(), proposal_fields()) for keys in fields for part in keys]
    return {name: number for number, name in enumerate(dict.fromkeys(["party", *names]))}


def _fields(model: type[BaseModel], above: Keys) -> Iterator[Field]:
    for name, info in model.model_fields.items():
        keys = (*above, spaced(name))
        options = list(_options(info.annotation))
        about = " ".join((info.description or "").split())
        section = next((o for o in options if isinstance(o, type) and issubclass(o, Section)), None)
        entries = next((_entry(o) for o in options if typing.get_origin(o) is tuple and _entry(o)), None)
        form = Form.ANY if section else _form(options)
        below = section is not None or entries is not None
        example = (info.examples or [""])[0]
        yield Field(keys, form, _words(options) if form is Form.WORD else (), about,
                    below, example if isinstance(example, str) else "")  # fmt: skip
        if section is not None and section is not Party:
            yield from _fields(section, keys)
        elif entries is not None and entries is not Party:
            yield from _fields(entries, (*keys, ENTRY))


def _options(annotation: Any) -> Iterator[Any]:
    """The kinds of value that a hint allows."""
    if typing.get_origin(annotation) is typing.Annotated:
        yield from _options(typing.get_args(annotation)[0])
    elif type(None) in (options := typing.get_args(annotation)) or (
        options and typing.get_origin(annotation) not in (tuple, dict, list, typing.Literal)
    ):
        for option in options:
            yield from _options(option)
    elif annotation is not NoneType:
        yield annotation


def _entry(annotation: Any) -> type[BaseModel] | None:
    """The block that each entry of a list is."""
    first = next(iter(typing.get_args(annotation)), None)
    return next((o for o in _options(first) if isinstance(o, type) and issubclass(o, Section)), None)


def _form(options: list[Any]) -> Form:
    found = {_simple(option) for option in options}
    return found.pop() if len(found) == 1 else Form.TEXTS if Form.TEXTS in found else Form.ANY


def _simple(option: Any) -> Form:
    if typing.get_origin(option) is typing.Literal or (isinstance(option, type) and issubclass(option, enum.Enum)):
        return Form.WORD
    if typing.get_origin(option) is tuple:
        return Form.TEXTS
    return {bool: Form.YES_NO, dt.date: Form.DATE, int: Form.NUMBER, str: Form.TEXT}.get(option, Form.ANY)


def _words(options: list[Any]) -> tuple[str, ...]:
    """The words that a field allows, as people write them."""
    words = []
    for option in options:
        said = typing.get_args(option) or tuple(option)
        words += [str(getattr(w, "value", w)).replace("_", " ").replace("-", " ") for w in said]
    return tuple(words)

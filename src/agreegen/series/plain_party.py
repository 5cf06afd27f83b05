"""Plain parties: the party of a record whose values are plain, made without the machinery that tells faults.

Nearly all values of a list are words that stand in the party as they are written. A record with any other value, or
with a fault, is validated as a whole; what its code words are there holds for the next record that has them.
"""

from __future__ import annotations

import datetime as dt
import functools
import itertools
import re
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Union, get_args, get_origin

from pydantic import BaseModel

from agreegen.answer import (
    MAILBOX,
    Date,
    Email,
    Phone,
    Section,
    Text,
    YesNo,
    code_word,
    date_of,
    spaced,
    telephone,
    yes_no,
)
from agreegen.partner import Contact, Kind, Party, contact_in, implied_by

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Reader = Callable[[Any], Any]


class Shape(NamedTuple):
    """How records with the same keys are read: what they give, which of it is text, a block, or anything else."""

    given: set[str]
    names: tuple[str, ...]
    texts: tuple[bool, ...]
    blocks: tuple[tuple[str, Block], ...]
    others: tuple[tuple[str, Reader], ...]


MOST: Final = 64
"""Code words of one field that are kept: more are faults, or ways of writing one that are seldom."""

_MAILBOX: Final = re.compile(MAILBOX)
_set_values, _set_given, _set_extra, _set_private = (
    vars(BaseModel)[name].__set__
    for name in ("__dict__", "__pydantic_fields_set__", "__pydantic_extra__", "__pydantic_private__")
)
"""How the four parts of a model are set that can't be changed afterwards."""


class UnsureError(ValueError):
    """A value isn't plain."""


def party_of(said: Any) -> Party:
    """What `Party.model_validate` makes of a record."""
    party = plain_party(said)
    if party is not None:
        return party
    party = Party.model_validate(said)
    if type(said) is dict:
        _block(Party).learn(said, party)
    return party


def plain_party(said: Any) -> Party | None:
    """The party of a plain record, with what its kind implies; None where it isn't one, or has a fault."""
    try:
        return _plain(said)
    except (LookupError, TypeError, ValueError):
        return None


def plain_of(party: Party) -> dict[str, Any]:
    """What `model_dump` of a party gives."""
    return _plain_block(party)


def _plain(said: Any) -> Party:
    if type(said) is not dict:
        raise UnsureError
    if None in said.values():
        said = {key: value for key, value in said.items() if value is not None}
    texts: list[str] = []
    party: Party = _block(Party).made({**_implied(said["kind"]), **said}, texts)
    _look_at(texts)
    return party


@functools.lru_cache(maxsize=MOST)
def _implied(kind: str) -> Mapping[str, bool]:
    """What a kind implies, however it is written."""
    return implied_by(Kind(code_word(kind)))


@functools.cache
def _block(kind: type[Section]) -> Block:
    """How the records of a kind of block are read."""
    return Block(kind)


class Block:
    """How plain records of a kind of block are read: each field by the key that a person writes."""

    def __init__(self, kind: type[Section]) -> None:
        """The fields as the model has them."""
        self.kind = kind
        self.fields = {spaced(name): (name, _reader(kind.__annotations__[name])) for name in kind.model_fields}
        self.empty = {name: None if f.is_required() else f.default for name, f in kind.model_fields.items()}
        self.needed = frozenset(name for name, f in kind.model_fields.items() if f.is_required())
        self.above = tuple(name for name in kind.model_fields if _has_blocks(kind.__annotations__[name]))
        self._shapes: dict[tuple[str, ...], Shape] = {}

    def made(self, said: Mapping[str, Any], texts: list[str]) -> Any:
        """The block of a plain record; LookupError, TypeError or ValueError where it isn't one.

        The values of its fields that are any text are added to `texts`, and not looked at.
        """
        keys = tuple(said)
        shape = self._shapes.get(keys) or self._shape(keys)
        values = self.empty.copy()
        values.update(zip(shape.names, said.values(), strict=True))
        for name, reader in shape.others:
            values[name] = reader(values[name])
        for name, block in shape.blocks:
            inner = values[name]
            if type(inner) is str and block.kind is Contact:
                inner = contact_in(inner)
            if type(inner) is not dict:
                raise UnsureError
            values[name] = block.made(inner, texts)
        texts.extend(itertools.compress(said.values(), shape.texts))
        made = self.kind.__new__(self.kind)
        _set_values(made, values)
        _set_given(made, shape.given.copy())
        _set_extra(made, None)
        _set_private(made, None)
        return made

    def _shape(self, keys: tuple[str, ...]) -> Shape:
        """How records with these keys are read."""
        fields = tuple(self.fields[key] for key in keys)
        given = {name for name, _ in fields}
        if not self.needed <= given:
            raise UnsureError
        if len(self._shapes) >= MOST:
            self._shapes.clear()
        found = self._shapes[keys] = Shape(
            given,
            tuple(name for name, _ in fields),
            tuple(reader is _text for _, reader in fields),
            tuple((name, reader) for name, reader in fields if isinstance(reader, Block)),
            tuple((name, reader) for name, reader in fields if not isinstance(reader, Block) and reader is not _text),
        )
        return found

    def plain(self, block: Section) -> dict[str, Any]:
        """What `model_dump` of a block gives."""
        found = vars(block).copy()
        for name in self.above:
            value = found[name]
            if isinstance(value, tuple):
                found[name] = tuple(_plain_block(one) for one in value)
            elif value is not None:
                found[name] = _plain_block(value)
        return found

    def learn(self, said: Mapping[str, Any], block: Section) -> None:
        """Keeps what the code words of a validated record are, unless a field may be said twice in it."""
        if not said.keys() <= self.fields.keys():
            return
        for key, value in said.items():
            name, reader = self.fields[key]
            if isinstance(reader, _CodeWords) or (isinstance(reader, Block) and isinstance(value, dict)):
                reader.learn(value, getattr(block, name))


def _plain_block(block: Section) -> dict[str, Any]:
    return _block(type(block)).plain(block)


class _CodeWords:
    """Reads the code words of a field that were met before."""

    def __init__(self) -> None:
        self.known: dict[str, Any] = {}

    def __call__(self, value: Any) -> Any:
        if type(value) is not str:
            raise UnsureError
        return self.known[value]

    def learn(self, value: Any, found: Any) -> None:
        """Keeps what a word is."""
        if type(value) is str and len(self.known) < MOST:
            self.known[value] = found


def _look_at(texts: list[str]) -> None:
    """UnsureError, or another ValueError or TypeError, unless each of the texts stands as it is written.

    That is: not empty, nothing around it, and no half of a character.
    """
    if not all(texts) or not {*map(type, texts)} <= {str} or [*map(str.strip, texts)] != texts:
        raise UnsureError
    whole = "".join(texts)
    if not whole.isascii():
        whole.encode()


def _text(value: Any) -> str:
    """A text that stands as it is written."""
    _look_at([value])
    return str(value)


def _mailbox(value: Any) -> str:
    """A mailbox; in other letters than ASCII the two kinds of patterns might differ."""
    if type(value) is not str or not value.isascii() or not _MAILBOX.fullmatch(value):
        raise UnsureError
    return value


def _telephone(value: Any) -> str:
    return _text(telephone(_text(value)))


def _date(value: Any) -> dt.date:
    found = date_of(_text(value))
    if type(found) is not dt.date:
        raise UnsureError
    return found


def _yes_no(value: Any) -> bool:
    found = value if type(value) is bool else yes_no(value)
    if type(found) is not bool:
        raise UnsureError
    return found


def _whole_number(value: Any) -> int:
    if type(value) is not int:
        raise UnsureError
    return value


_READERS: Final[tuple[tuple[Any, Reader], ...]] = (
    (Text, _text), (Email, _mailbox), (Phone, _telephone), (Date, _date), (YesNo, _yes_no), (int, _whole_number),
)  # fmt: skip


def _reader(annotation: Any) -> Reader | Block:
    """What reads the plain values of a field; `_text` where they stand as they are."""
    options = get_args(annotation) if get_origin(annotation) in (Union, UnionType) else (annotation,)
    stated = [option for option in options if option is not NoneType]
    if len(stated) == 1:
        for kind, reader in _READERS:
            if stated[0] == kind:
                return reader
        if isinstance(stated[0], type) and issubclass(stated[0], Section):
            return _block(stated[0])
    return _CodeWords()


def _has_blocks(annotation: Any) -> bool:
    """Whether a field holds blocks."""
    if isinstance(annotation, type) and issubclass(annotation, Section):
        return True
    return any(_has_blocks(one) for one in get_args(annotation))

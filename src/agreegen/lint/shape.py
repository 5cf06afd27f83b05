"""Shape: what a field of the context is: text, number, date, yes or no, list, record; and whether it may be empty."""

from __future__ import annotations

import datetime as dt
import enum
import types
import typing
from dataclasses import field, replace
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from agreegen.late import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping

TEXT, NUMBER, DATE, YESNO, LIST, RECORD, ANY = "text", "number", "date", "yes or no", "list", "record", "any"


@dataclass(frozen=True, slots=True)
class Shape:
    """A kind of value; `optional` if it may be empty, `choices` if only these texts are possible.

    `blank` is a text that may be without words, and can be printed all the same; `special` are words with a meaning of
    their own that a text of any words may be; `open` is a record that may have fields besides.
    """

    kind: str
    optional: bool = False
    fields: Mapping[str, Shape] = field(default_factory=dict)
    item: Shape | None = None
    choices: tuple[str, ...] = ()
    blank: bool = False
    special: tuple[str, ...] = ()
    open: bool = False

    def maybe(self) -> Shape:
        """The same, which may be empty."""
        return replace(self, optional=True)

    def sure(self) -> Shape:
        """The same, never empty."""
        return replace(self, optional=False)

    def below(self, name: str) -> Shape | None:
        """The shape of a field of a record; nothing if it has no such field."""
        return self.fields.get(name, anything if self.open else None)

    def at(self, path: str) -> Shape | None:
        """The shape of a field below; nothing if there is none, anything below what isn't known."""
        found: Shape | None = self
        for name in path.split(".") if path else ():
            if found is None or found.kind == ANY:
                return found
            found = found.item if name == "[]" else found.below(name)
        return found


text, number, date, yesno, anything = Shape(TEXT), Shape(NUMBER), Shape(DATE), Shape(YESNO), Shape(ANY)


def record(**fields: Shape) -> Shape:
    """A record with these fields."""
    return Shape(RECORD, fields=fields)


def many(item: Shape) -> Shape:
    """A list, which may be empty."""
    return Shape(LIST, optional=True, item=item)


def of_model(model: type[BaseModel], **other: Shape) -> Shape:
    """The record that a model dumps, with other fields added or in place of its own."""
    fields = {name: of_annotation(info.annotation) for name, info in model.model_fields.items()}
    fields |= {name: fields[name].sure() for name, info in model.model_fields.items()
               if info.is_required() and fields[name].kind == LIST}  # fmt: skip
    return Shape(RECORD, fields={**fields, **other})


def of_annotation(said: Any) -> Shape:  # noqa: PLR0911 (one return a kind)
    """The shape that a type says."""
    origin, inside = typing.get_origin(said), typing.get_args(said)
    if origin is typing.Annotated:
        return of_annotation(inside[0])
    if origin in (typing.Union, types.UnionType):
        return _union([i for i in inside if i is not type(None)], optional=type(None) in inside)
    if origin is typing.Literal:
        return Shape(TEXT, choices=tuple(str(i) for i in inside))
    if origin in (tuple, list):
        return many(of_annotation(inside[0]))
    if isinstance(said, type):
        if issubclass(said, BaseModel):
            return of_model(said)
        if issubclass(said, enum.Enum):
            return Shape(TEXT, choices=tuple(str(e.value) for e in said))
        for kinds, shape in (((bool,), yesno), ((int, float), number), ((dt.date,), date), ((str,), text)):
            if issubclass(said, kinds):
                return shape
    return anything


def _union(inside: list[Any], *, optional: bool) -> Shape:
    shapes = [of_annotation(i) for i in inside]
    first = shapes[0]
    if len(shapes) > 1:
        lists = [s for s in shapes if s.kind == LIST]
        first = lists[0] if lists and all(s.kind in (LIST, YESNO) for s in shapes) else anything
        optional = optional or any(s.kind == YESNO for s in shapes)
    return replace(first, optional=optional or first.optional)

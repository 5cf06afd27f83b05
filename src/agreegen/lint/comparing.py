"""Comparing: values with which an expression of a template compares a field, and that it can't have, or may or not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from jinja2 import nodes

from agreegen.finding import nearest
from agreegen.late import dataclass
from agreegen.lint.condition import COMPARED, constants
from agreegen.lint.naming import SELECTING, Wrong, attribute, entries, source, written
from agreegen.lint.shape import DATE, LIST, NUMBER, RECORD, TEXT, YESNO

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agreegen.lint.condition import Reader, Scope
    from agreegen.lint.shape import Shape

TESTS: Final = frozenset({"equalto", "eq", "==", "ne", "!=", "in"})
"""Tests of `selectattr` that compare."""
LITERALS: Final = {TEXT: (str,), NUMBER: (int, float), YESNO: (bool,)}
"""The types that a field of each kind may equal."""
NOUNS: Final = {YESNO: "a yes-or-no value", DATE: "a date", LIST: "a list", RECORD: "a record of several fields",
                NUMBER: "a number", TEXT: "a text"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Compared:
    """A field as it is typed, what it is, and the values with which it is compared."""

    name: str
    shape: Shape
    values: tuple[Any, ...]


def impossible_in(by: Reader, node: nodes.Node, scope: Scope) -> Iterator[Wrong]:
    """The values that an expression compares a field with, and that it can never have."""
    for one in compared_in(by, node, scope):
        for value in one.values:
            if value is None:
                continue
            if not _fits(value, one.shape):
                message = f"{one.name} is {NOUNS[one.shape.kind]}, and never {value!r}"
                yield Wrong(message, _remedy(one), str(value))
            elif one.shape.choices and str(value) not in one.shape.choices:
                close = nearest(str(value), one.shape.choices)
                hint = f"did you mean {close!r}?" if close else f"it can be {', '.join(one.shape.choices[:12])}"
                yield Wrong(f"{one.name} is never {value!r}", hint, str(value))


def _fits(value: Any, shape: Shape) -> bool:
    """True for a value of the kind of a field."""
    return type(value) in LITERALS.get(shape.kind, ())


def _remedy(one: Compared) -> str:
    """What to write for a comparison with a value of another kind."""
    if one.shape.kind == NUMBER:
        return "write the number without quotes"
    return f"write {{% if {one.name} %}}, without comparing" if one.shape.kind != TEXT else "put the words in quotes"


def uncertain_in(by: Reader, node: nodes.Node, scope: Scope) -> Iterator[Wrong]:
    """The words that an expression compares a field with that may hold any words."""
    facts = by.schema.at("facts")
    known = list(facts.fields) if facts is not None else []
    for one in compared_in(by, node, scope):
        for value in one.values:
            if one.shape.kind != TEXT or one.shape.choices or not isinstance(value, str) or not value.strip():
                continue
            if value in one.shape.special:
                continue
            special, fact = nearest(value, one.shape.special), nearest(value, known)
            hint = "ask a field that has fixed answers, or a fact"
            if special or fact:
                hint = f"did you mean {special!r}?" if special else f"did you mean facts.{fact}?"
            yield Wrong(f"{one.name} may hold any words, and is compared with {value!r}", hint, value)


def compared_in(by: Reader, node: nodes.Node, scope: Scope) -> Iterator[Compared]:
    """The comparisons of an expression between fields and plain values, whichever stands first."""
    for test in [*([node] if isinstance(node, nodes.Compare) else []), *node.find_all(nodes.Compare)]:
        if len(test.ops) == 1 and test.ops[0].op in COMPARED:
            yield from _sides(by, test.expr, test.ops[0], scope)
    for each in [*([node] if isinstance(node, nodes.Filter) else []), *node.find_all(nodes.Filter)]:
        yield from _selected(by, each, scope)


def _sides(by: Reader, left: nodes.Expr, operand: nodes.Operand, scope: Scope) -> Iterator[Compared]:
    """A field with the values on the other side; for `"x" in field` the entries of the field, or its words."""
    for field, other, turned in ((left, operand.expr, False), (operand.expr, left, True)):
        found, values = by.dotted(field, scope), constants(other)
        if found is None or found.shape is None or values is None:
            continue
        shape: Shape | None = found.shape
        if turned and operand.op in ("in", "notin"):
            shape = found.shape.item if found.shape.kind == LIST else found.shape
        if shape is not None and shape.kind in NOUNS:
            yield Compared(written(field), shape, values)


def _selected(by: Reader, node: nodes.Filter, scope: Scope) -> Iterator[Compared]:
    """What `selectattr("side", "equalto", "provider")` compares."""
    if node.name not in SELECTING or len(node.args) != len(("field", "test", "value")):
        return
    test, values, item = node.args[1], constants(node.args[2]), entries(by, node, scope)
    shape = item.at(attribute(node)) if item is not None else None
    if isinstance(test, nodes.Const) and test.value in TESTS and values and shape is not None and shape.kind in NOUNS:
        yield Compared(f"{attribute(node)!r} of {source(node)}", shape, values)

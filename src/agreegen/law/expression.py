"""Expressions of the tables that need no template language: names, fields, comparisons, and, or, not, if, else."""

from __future__ import annotations

import ast
import functools
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

UNDECIDED: Final = object()
"""No value: the template language decides, and says what is wrong."""

_JOINED: Final = (ast.And, ast.Or)
_COMPARED: Final = (ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.In, ast.NotIn)
_CONSTANT: Final = (str, int, float, bool, type(None))
_OWN: Final = frozenset(dir(dict))
"""Names that a dictionary has itself: the template language finds those before its keys."""


def plain_value(expression: str, names: Mapping[str, Any]) -> Any:
    """What the template language would make of an expression over plain dictionaries; UNDECIDED where in doubt."""
    function = _function(expression)
    if function is None:
        return UNDECIDED
    try:
        return function(names, _field, _starts, _lower)
    except (LookupError, TypeError, AttributeError):
        return UNDECIDED


def _field(block: Any, name: str) -> Any:
    if type(block) is not dict:
        raise LookupError(name)
    return block[name]


def _starts(text: Any, word: str) -> bool:
    if type(text) is not str:
        raise LookupError(word)
    return text.startswith(word)


def _lower(text: Any) -> str:
    if type(text) is not str:
        raise LookupError("lower")
    return text.lower()


@functools.cache
def _function(expression: str) -> Callable[..., Any] | None:
    """The expression as a function of its names; None where it has anything else than the few forms."""
    if "\\" in expression:
        return None
    try:
        body = _translated(ast.parse(expression.strip(), mode="eval").body)
    except (SyntaxError, ValueError):
        return None
    if body is None:
        return None
    return eval(f"lambda names, field, starts, lower: {body}", {"__builtins__": {}})  # type: ignore[no-any-return]  # noqa: S307 (own)


def _translated(node: ast.expr) -> str | None:  # noqa: PLR0911 (one line a form)
    """Python for a form that both languages have and mean alike; None for any other."""
    match node:
        case ast.Constant(value=value) if type(value) in _CONSTANT:
            return repr(value)
        case ast.Name(id=name):
            return f"names[{name!r}]"
        case ast.Attribute(value=block, attr=name) if name not in _OWN and not name.startswith("_"):
            return _filled("field({}, " + repr(name) + ")", block)
        case ast.Call(
            func=ast.Attribute(value=text, attr="startswith"), args=[ast.Constant(value=str(word))], keywords=[]
        ):
            return _filled("starts({}, " + repr(word) + ")", text) if "{" not in word else None
        case ast.BinOp(left=text, op=ast.BitOr(), right=ast.Name(id="lower")):
            return _filled("lower({})", text)
        case ast.BoolOp(op=op, values=values) if isinstance(op, _JOINED):
            word = " and " if isinstance(op, ast.And) else " or "
            return _filled("(" + word.join(["{}"] * len(values)) + ")", *values)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return _filled("(not {})", operand)
        case ast.IfExp(test=test, body=body, orelse=other):
            return _filled("({} if {} else {})", body, test, other)
        case ast.List(elts=items) if all(isinstance(item, ast.Constant) for item in items):
            return _filled("[" + ", ".join(["{}"] * len(items)) + "]", *items)
        case ast.Compare(left=left, ops=[op], comparators=[right]) if isinstance(op, _COMPARED):
            return _filled("({} " + _WORDS[type(op)] + " {})", left, right)
    return None


_WORDS: Final = {
    ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.In: "in",
    ast.NotIn: "not in",
}  # fmt: skip


def _filled(pattern: str, *nodes: ast.expr) -> str | None:
    parts = [_translated(node) for node in nodes]
    if None in parts:
        return None
    rest = pattern.split("{}")
    return rest[0] + "".join(f"{part}{after}" for part, after in zip(parts, rest[1:], strict=True))

"""Naming: names and values in an expression of a template that no data can have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from jinja2 import nodes

from agreegen.finding import nearest
from agreegen.lint.condition import COMPARED, constants
from agreegen.lint.shape import ANY, LIST, RECORD

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agreegen.lint.condition import Reader, Scope

OWN = frozenset({"range", "ref", "loop", "true", "false", "none", "True", "False", "None"})
METHODS = frozenset({"items", "keys", "values", "get", "upper", "lower", "title", "strip", "split", "startswith",
                     "endswith"})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong in an expression, what to do, and the name or value that is wrong."""

    message: str
    hint: str
    name: str


def unknown_in(by: Reader, node: nodes.Node, scope: Scope) -> Iterator[Wrong]:
    """The names of an expression that the data don't have."""
    if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Getattr) and node.node.attr in METHODS:
        for inner in (node.node.node, *node.args):
            yield from unknown_in(by, inner, scope)
        return
    if isinstance(node, nodes.Name | nodes.Getattr):
        found = by.dotted(node, scope)
        if found is not None:
            if found.shape is None and (wrong := _wrong(by, node, scope)):
                yield wrong
            return
    for child in node.iter_child_nodes():
        yield from unknown_in(by, child, scope)


def impossible_in(by: Reader, node: nodes.Node, scope: Scope) -> Iterator[Wrong]:
    """The values that an expression compares a field with, and that it can never have."""
    for compare in [*([node] if isinstance(node, nodes.Compare) else []), *node.find_all(nodes.Compare)]:
        found = by.dotted(compare.expr, scope)
        values = constants(compare.ops[0].expr) if len(compare.ops) == 1 else None
        if found is None or found.shape is None or not values or not found.shape.choices:
            continue
        for value in values if compare.ops[0].op in COMPARED else ():
            if value is None or str(value) in found.shape.choices:
                continue
            close = nearest(str(value), found.shape.choices)
            hint = f"did you mean {close!r}?" if close else f"it can be {', '.join(found.shape.choices[:12])}"
            yield Wrong(f"{written(compare.expr)} is never {value!r}", hint, str(value))


def _wrong(by: Reader, node: nodes.Node, scope: Scope) -> Wrong | None:  # noqa: PLR0911 (one return a fault)
    """What is wrong with a dotted name, at the first part that isn't there."""
    if isinstance(node, nodes.Name):
        if node.name in OWN or node.name in scope:
            return None
        return Wrong(f"the data have no {node.name!r}", _near(node.name, [*by.schema.fields, *scope], ""), node.name)
    if not isinstance(node, nodes.Getattr):
        return None
    base = by.dotted(node.node, scope)
    if base is None:
        return None
    if base.shape is None:
        return _wrong(by, node.node, scope)
    if base.shape.kind == ANY:
        return None
    name = written(node.node)
    if base.shape.kind == LIST:
        hint = f"write {{%p for item in {name} %}}, and item.{node.attr} inside"
        return Wrong(f"{name} is a list, and a list has no {node.attr!r}", hint, node.attr)
    if base.shape.kind != RECORD:
        return Wrong(f"{name} is a {base.shape.kind}, and has no {node.attr!r}", f"write {{{{ {name} }}}}", node.attr)
    return Wrong(f"{name} has no {node.attr!r}", _near(node.attr, list(base.shape.fields), name + "."), node.attr)


def written(node: nodes.Node | None) -> str:
    """A dotted name as it is typed."""
    if isinstance(node, nodes.Getattr):
        return f"{written(node.node)}.{node.attr}"
    return node.name if isinstance(node, nodes.Name) else "…"


def _near(name: str, known: list[str], above: str) -> str:
    close = nearest(name, known)
    return f"did you mean {above}{close}?" if close else f"there are {', '.join(sorted(known)[:12])}"

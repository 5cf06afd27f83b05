"""Naming: names in an expression of a template that no data can have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jinja2 import nodes

from agreegen.finding import nearest
from agreegen.late import dataclass
from agreegen.lint.shape import ANY, LIST, RECORD

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agreegen.lint.condition import Reader, Scope
    from agreegen.lint.shape import Shape

OWN = frozenset({"range", "ref", "loop", "true", "false", "none", "True", "False", "None"})
SELECTING = ("selectattr", "rejectattr", "groupby")
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
    if isinstance(node, nodes.Filter):
        yield from _unknown_attribute(by, node, scope)
    for child in node.iter_child_nodes():
        yield from unknown_in(by, child, scope)


def _unknown_attribute(by: Reader, node: nodes.Filter, scope: Scope) -> Iterator[Wrong]:
    """The field of entries that a filter such as `selectattr` names, and that they don't have."""
    item, name = entries(by, node, scope), attribute(node)
    if item is not None and item.fields and name and item.at(name) is None:
        at = name.split(".")[0]
        yield Wrong(f"the entries of {source(node)} have no {name!r}", _near(at, list(item.fields), ""), name)


def entries(by: Reader, node: nodes.Filter, scope: Scope) -> Shape | None:
    """What the entries are of the list that a filter takes; nothing if that isn't known."""
    shape = by.shape(node.node, scope)
    return shape.item if shape is not None and shape.kind == LIST else None


def source(node: nodes.Node | None) -> str:
    """The list that filters take, as it is typed."""
    while isinstance(node, nodes.Filter):
        node = node.node
    return written(node) if isinstance(node, nodes.Name | nodes.Getattr) else "the value"


def attribute(node: nodes.Filter) -> str:
    """The field that a filter of lists names, such as `side` in `selectattr("side")`; nothing for other filters."""
    if node.name in SELECTING:
        said = node.args[0] if node.args else None
    else:
        said = next((k.value for k in node.kwargs if k.key == "attribute"), None)
    return said.value if isinstance(said, nodes.Const) and isinstance(said.value, str) else ""


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

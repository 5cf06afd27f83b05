"""Fields: the data that a template asks for, as dotted names, and those that no data can have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jinja2 import nodes

from agreegen.finding import Location
from agreegen.template.problem import Problems, nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Scope = dict[str, str]  # local name -> the data it stands for, or nothing
METHODS = ("items", "keys", "values", "get", "upper", "lower", "title", "strip", "split", "startswith", "endswith")
REGROUPING = ("map", "groupby", "items", "dictsort", "batch", "slice")


def dotted(node: nodes.Node) -> str:
    """`a.b.c` for a name with attributes (string keys count as attributes), or nothing."""
    if isinstance(node, nodes.Name):
        return node.name
    if isinstance(node, nodes.Getattr) and (base := dotted(node.node)):
        return f"{base}.{node.attr}"
    if isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Const) and (base := dotted(node.node)):
        return f"{base}.{node.arg.value}" if isinstance(node.arg.value, str) else base
    return ""


def names(tree: nodes.Template) -> Iterator[tuple[str, int]]:
    """The data that a template asks for, with lines; loop variables as the list that they run over."""
    yield from _walk(tree.body, {})


def _walk(body: Iterable[nodes.Node], outer: Scope) -> Iterator[tuple[str, int]]:
    scope = dict(outer)
    for node in body:
        yield from _node(node, scope)


def _node(node: nodes.Node, scope: Scope) -> Iterator[tuple[str, int]]:
    if isinstance(node, nodes.For):
        yield from _loop(node, scope)
    elif isinstance(node, nodes.If):
        yield from _node(node.test, scope)
        for branch in (node.body, node.elif_, node.else_):
            yield from _walk(branch, scope)
    elif isinstance(node, nodes.Assign):
        yield from _node(node.node, scope)
        scope |= _bound(node.target, _resolved(dotted(node.node), scope))
    elif isinstance(node, nodes.With):
        inner = dict(scope)
        for target, value in zip(node.targets, node.values, strict=True):
            yield from _node(value, scope)
            inner |= _bound(target, _resolved(dotted(value), scope))
        yield from _walk(node.body, inner)
    elif isinstance(node, nodes.Call) and isinstance(node.node, nodes.Getattr) and node.node.attr in METHODS:
        yield from _node(node.node.node, scope)
        for argument in node.args:
            yield from _node(argument, scope)
    elif found := dotted(node):
        if name := _resolved(found, scope):
            yield name, node.lineno
    else:
        for child in node.iter_child_nodes():
            yield from _node(child, scope)


def _loop(node: nodes.For, scope: Scope) -> Iterator[tuple[str, int]]:
    yield from _node(node.iter, scope)
    inner = scope | {"loop": ""} | _bound(node.target, _resolved(dotted(_listed(node.iter)), scope))
    if node.test is not None:
        yield from _node(node.test, inner)
    yield from _walk(node.body, inner)
    yield from _walk(node.else_, scope)


def _bound(target: nodes.Node, meaning: str) -> Scope:
    """What the names of a target stand for; several names at once stand for nothing known."""
    if isinstance(target, nodes.Name):
        return {target.name: meaning}
    return {n.name: "" for n in target.find_all(nodes.Name)}


def _listed(node: nodes.Node) -> nodes.Node:
    """The list that a loop runs over, without the filters on it."""
    while isinstance(node, nodes.Filter) and node.node is not None and node.name not in REGROUPING:
        node = node.node
    return node


def _resolved(name: str, scope: Scope) -> str:
    """The name, its first part replaced by what a loop or assignment made it stand for; nothing if that isn't data."""
    head, dot, rest = name.partition(".")
    if head not in scope:
        return name
    return scope[head] + dot + rest if scope[head] else ""


def unknown(tree: nodes.Template, known: frozenset[str], lines: list[Location], problems: Problems) -> None:
    """Adds a finding for each name that the data cannot have; names below a known leaf count as known."""
    inner = {n[:i] for n in known for i, c in enumerate(n) if c == "."}
    for name, line in names(tree):
        parts = name.split(".")
        if name in known or name in inner or any(".".join(parts[:i]) + ".*" in known for i in range(len(parts))):
            continue
        if name == "range" or any(".".join(parts[:i]) in known for i in range(1, len(parts))):
            continue
        where = lines[line - 1] if 0 < line <= len(lines) else Location()
        hint = nearest(name, known | inner)
        hint = hint or nearest(parts[-1], {n.rsplit(".", 1)[-1] for n in known}) or "see the list of fields"
        problems.error("T046", where, f"the data have no {name!r} (in {where.text})", hint)

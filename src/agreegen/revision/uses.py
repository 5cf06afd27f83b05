"""Uses: which data a template asks for, and whether it needs each always or only under a condition."""

from __future__ import annotations

import re
from dataclasses import field
from typing import TYPE_CHECKING, Final

import jinja2
from jinja2 import nodes

from agreegen.late import dataclass
from agreegen.template import fields
from agreegen.template.printing import environment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

INCLUDE: Final = re.compile(r"\{%-?\s*(?:p\s+)?include\s+[\"']([^\"']+)[\"']\s*-?%\}")
LEVEL: Final = re.compile(r"\{%-?\s*(?:p|tr|tc|r)\s+")
RICH: Final = re.compile(r"\{\{\s*r\s+")
TAG: Final = re.compile(r"\{[{%].*?[%}]\}", re.S)
CURLY: Final = str.maketrans("\u201c\u201d\u2018\u2019", "\"\"''")
CALL: Final = "include__"
ESCAPED: Final = re.compile(r"\\([*|\\])")


@dataclass(slots=True)
class _Walk:
    """A walk through a template and all that it includes."""

    text_of: Callable[[str], str | None]
    found: dict[str, bool] = field(default_factory=dict)
    trees: dict[str, nodes.Template | None] = field(default_factory=dict)

    def file(self, name: str, *, always: bool, stack: tuple[str, ...] = ()) -> None:
        """Adds what a file asks for."""
        if name in stack:
            return
        if name not in self.trees:
            self.trees[name] = _tree(self.text_of(name))
        tree = self.trees[name]
        if tree is not None:
            self._body(tree.body, always=always, scope={}, stack=(*stack, name))

    def _body(self, body: Iterable[nodes.Node], *, always: bool, scope: dict[str, str], stack: tuple[str, ...]) -> None:
        for node in body:
            self._node(node, always=always, scope=scope, stack=stack)

    def _node(self, node: nodes.Node, *, always: bool, scope: dict[str, str], stack: tuple[str, ...]) -> None:
        if isinstance(node, nodes.If):
            self._names(node.test, always=False, scope=scope)  # a question needs no value
            for branch in (node.body, node.elif_, node.else_):
                self._body(branch, always=False, scope=dict(scope), stack=stack)
        elif isinstance(node, nodes.For):
            self._names(node.iter, always=always, scope=scope)
            known = fields.dotted(_listed(node.iter))
            inner = {**scope, "loop": ""}
            bound = [n.name for n in [node.target, *node.target.find_all(nodes.Name)] if isinstance(n, nodes.Name)]
            one = isinstance(node.target, nodes.Name)
            inner |= {n: _resolved(known, scope) if one else "" for n in bound}
            if node.test is not None:
                self._names(node.test, always=False, scope=inner)
            self._body(node.body, always=always, scope=inner, stack=stack)
            self._body(node.else_, always=False, scope=scope, stack=stack)
        elif isinstance(node, nodes.Assign):
            self._names(node.node, always=always, scope=scope)
            if isinstance(node.target, nodes.Name):
                scope[node.target.name] = _resolved(fields.dotted(node.node), scope)
        elif isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name == CALL:
            self.file(str(getattr(node.args[0], "value", "")), always=always, stack=stack)
        elif isinstance(node, nodes.Output | nodes.Scope | nodes.With):
            self._body(node.iter_child_nodes(), always=always, scope=scope, stack=stack)
        else:
            self._names(node, always=always, scope=scope)

    def _names(self, node: nodes.Node, *, always: bool, scope: dict[str, str]) -> None:
        if found := fields.dotted(node):
            if name := _resolved(found, scope):
                self.found[name] = self.found.get(name, False) or always
            return
        if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name):  # ref(...)
            return
        if isinstance(node, nodes.CondExpr):
            self._names(node.test, always=False, scope=scope)
            for inner in (node.expr1, node.expr2):
                if inner is not None:
                    self._names(inner, always=False, scope=scope)
            return
        for child in node.iter_child_nodes():
            self._names(child, always=always, scope=scope)


def uses(name: str, text_of: Callable[[str], str | None]) -> dict[str, bool]:
    """Each name that a template asks for, with whether it always needs it; `text_of` gives the outline of a file.

    A name inside of a list is that of the list with its field. What can't be read asks for nothing.
    """
    walk = _Walk(text_of)
    walk.file(name, always=True)
    return dict(sorted(walk.found.items()))


def _tree(text: str | None) -> nodes.Template | None:
    if text is None:
        return None
    tags = (ESCAPED.sub(r"\1", tag).translate(CURLY) for tag in TAG.findall(text))
    source = "\n".join(_plain(tag) for tag in tags)
    try:
        return environment().parse(source)
    except jinja2.TemplateSyntaxError:
        return None


def _plain(tag: str) -> str:
    if found := INCLUDE.fullmatch(tag):
        return f'{{{{ {CALL}("{found[1].removesuffix(".docx")}") }}}}'
    return RICH.sub("{{ ", LEVEL.sub("{% ", tag))


def _listed(node: nodes.Node) -> nodes.Node:
    while isinstance(node, nodes.Filter) and node.node is not None:
        node = node.node
    return node


def _resolved(name: str, scope: dict[str, str]) -> str:
    head, dot, rest = name.partition(".")
    if head not in scope:
        return name
    return scope[head] + dot + rest if scope[head] else ""

"""Composed: names and values of a whole template that no data can have, looked for when it is compiled anew.

What `templates check` finds in each file is found here once more in the composed text, so that an agreement is never
made with a branch that a misspelt name or value has switched off.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from jinja2 import nodes

from agreegen.lint.comparing import impossible_in
from agreegen.lint.known import reader
from agreegen.lint.naming import Wrong, unknown_in
from agreegen.template.grammar import places

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from agreegen.finding import Location
    from agreegen.lint.condition import Reader, Scope
    from agreegen.template.problem import Problems


def examined(tree: nodes.Template, lines: Sequence[Location], problems: Problems) -> None:
    """Adds an error for each name that the data don't have, and each comparison with an impossible value."""
    _Examiner(reader(), list(lines), problems).body(tree.body, {})


class _Examiner:
    """The way through a parsed part, with what local names stand for."""

    def __init__(self, by: Reader, lines: list[Location], problems: Problems) -> None:
        self.by, self.lines, self.problems = by, lines, problems

    def body(self, body: Iterable[nodes.Node], scope: Scope) -> None:
        """Goes through statements in order."""
        scope = dict(scope)
        for node in body:
            if isinstance(node, nodes.For):
                self.expression(node.iter, scope)
                inner = self.by.looped(node, scope)
                if node.test is not None:
                    self.expression(node.test, inner)
                self.body(node.body, inner)
                self.body(node.else_, scope)
            elif isinstance(node, nodes.If):
                self.expression(node.test, scope)
                for branch in (node.body, node.elif_, node.else_):
                    self.body(branch, scope)
            elif isinstance(node, nodes.Assign) and isinstance(node.target, nodes.Name):
                self.expression(node.node, scope)
                scope[node.target.name] = self.by.bound(node.node, scope)
            elif isinstance(node, nodes.Output):
                for child in node.nodes:
                    if not isinstance(child, nodes.TemplateData):
                        self.expression(child, scope)

    def expression(self, node: nodes.Node, scope: Scope) -> None:
        """Looks at one expression."""
        for code, found in (("T046", unknown_in), ("T206", impossible_in)):
            for wrong in found(self.by, node, scope):
                self._add(code, wrong, node.lineno)

    def _add(self, code: str, wrong: Wrong, line: int) -> None:
        self.problems.error(code, places(self.lines, line), wrong.message, wrong.hint)

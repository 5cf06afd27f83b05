"""Condition: expressions of templates read as formulas over fields, and as kinds of values."""

from __future__ import annotations

from dataclasses import field, replace
from typing import TYPE_CHECKING, Any

from jinja2 import TemplateSyntaxError, nodes

from agreegen.late import dataclass
from agreegen.lint.logic import NOTHING, OTHER, both, no, one
from agreegen.lint.shape import ANY, DATE, LIST, NUMBER, RECORD, TEXT, YESNO, Shape, anything, many, number, text, yesno

if TYPE_CHECKING:
    from collections.abc import Mapping, MutableMapping

    from jinja2 import Environment

    from agreegen.lint.logic import Formula

NARROWING = ("selectattr", "rejectattr", "select", "reject", "list", "sort", "unique", "reverse", "batch")
COUNTING = ("length", "sum", "int", "abs", "round")
LOOP = Shape(RECORD, fields={"index": number, "index0": number, "revindex": number, "length": number, "first": yesno,
                             "last": yesno, "odd": yesno, "even": yesno, "previtem": anything,
                             "nextitem": anything})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Bound:
    """What a local name stands for: the path of the field (nothing if it is none), and its shape."""

    path: str
    shape: Shape | None


Scope = dict[str, Bound]


@dataclass(slots=True)
class Reader:
    """Reads expressions against the fields that a context has.

    `meanings` are names that stand for conditions, `aliases` names that stand for fields.
    """

    env: Environment
    schema: Shape
    meanings: Mapping[str, str] = field(default_factory=dict)
    domains: MutableMapping[str, tuple[Any, ...]] = field(default_factory=dict)
    aliases: Mapping[str, str] = field(default_factory=dict)
    parsed: dict[str, nodes.Node | None] = field(default_factory=dict)
    _known: dict[str, Formula] = field(default_factory=dict)
    _closed: tuple[int, dict[str, tuple[Any, ...]]] | None = None

    # -------------------------------------------------------------------------------------------- names
    def dotted(self, node: nodes.Node | None, scope: Scope) -> Bound | None:
        """The field that an expression names, or nothing; without shape where the data have no such field."""
        if isinstance(node, nodes.Name):
            if node.name in scope:
                return scope[node.name]
            path = self.aliases.get(node.name, node.name)
            return Bound(path, anything if self.schema.kind == ANY else self.schema.below(node.name))
        if isinstance(node, nodes.Getattr):
            return self._below(self.dotted(node.node, scope), node.attr)
        if isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Const):
            base, arg = self.dotted(node.node, scope), node.arg.value
            if isinstance(arg, str):
                return self._below(base, arg)
            if base is not None and base.shape is not None and base.shape.kind == LIST:
                return Bound(f"{base.path}[]", base.shape.item)
        return None

    def _below(self, base: Bound | None, name: str) -> Bound | None:
        if base is None or base.shape is None:
            return base
        if base.shape.kind == ANY:
            return Bound(f"{base.path}.{name}" if base.path else "", anything)
        return Bound(f"{base.path}.{name}" if base.path else "", base.shape.below(name))

    def bound(self, node: nodes.Node, scope: Scope) -> Bound:
        """What `set name = …` makes of a name."""
        found = self.dotted(node, scope)
        return found if found is not None else Bound("", self.shape(node, scope) or anything)

    def looped(self, node: nodes.For, scope: Scope) -> Scope:
        """The local names inside of a loop."""
        inner = {**scope, "loop": Bound("", LOOP)}
        if not isinstance(node.target, nodes.Name):
            return {**inner, **{n.name: Bound("", anything) for n in node.target.find_all(nodes.Name)}}
        source: nodes.Node = node.iter
        while isinstance(source, nodes.Or) or (isinstance(source, nodes.Filter) and source.name in NARROWING):
            inside = source.left if isinstance(source, nodes.Or) else source.node
            assert inside is not None
            source = inside
        found, shape = self.dotted(source, scope), self.shape(node.iter, scope)
        item = shape.item if shape is not None and shape.kind == LIST and shape.item else anything
        path = f"{found.path}[]" if found is not None and found.path else ""
        return {**inner, node.target.name: Bound(path, item)}

    # -------------------------------------------------------------------------------------------- kinds
    def shape(self, node: nodes.Node | None, scope: Scope) -> Shape | None:  # noqa: PLR0911 (one return a form)
        """What kind of value an expression gives, or nothing where that isn't known."""
        found = self.dotted(node, scope)
        if found is not None:
            return found.shape
        if isinstance(node, nodes.Const):
            kind = {bool: YESNO, int: NUMBER, float: NUMBER, str: TEXT}.get(type(node.value))
            return Shape(kind) if kind else anything.maybe()
        if isinstance(node, nodes.TemplateData | nodes.Concat):
            return text
        if isinstance(node, nodes.Compare | nodes.Not | nodes.Test):
            return yesno
        if isinstance(node, nodes.Or):
            left, right = self.shape(node.left, scope), self.shape(node.right, scope)
            return replace(left, optional=right is None or right.optional) if left else right
        if isinstance(node, nodes.And):
            return self.shape(node.right, scope)
        if isinstance(node, nodes.CondExpr):
            inside = self.shape(node.expr1, scope)
            return inside.maybe() if inside and node.expr2 is None else inside
        if isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Slice):
            return self.shape(node.node, scope)
        if isinstance(node, nodes.BinExpr):
            return number
        if isinstance(node, nodes.List | nodes.Tuple):
            return many(self.shape(node.items[0], scope) or anything) if node.items else many(anything)
        if isinstance(node, nodes.Filter):
            return self._filtered(node, scope)
        if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name == "range":
            return many(number)
        return None

    def _filtered(self, node: nodes.Filter, scope: Scope) -> Shape | None:  # noqa: PLR0911 (one return a kind)
        inner = self.shape(node.node, scope)
        if node.name in NARROWING:
            return inner.sure() if inner and inner.kind == LIST else many(anything)
        if node.name == "map":
            said = next((k.value for k in node.kwargs if k.key == "attribute"), None)
            name = said.value if isinstance(said, nodes.Const) else ""
            item = inner.item.at(str(name)) if inner and inner.item and name else None
            return many(item or anything)
        if node.name in COUNTING:
            return number
        if node.name == "count":
            return text if node.args else number
        if node.name in ("first", "last", "max", "min"):
            return inner.item if inner and inner.kind == LIST else anything
        if node.name in ("default", "d"):
            return inner.sure() if inner else anything
        if node.name == "paragraphs":
            return many(text)
        return text

    # -------------------------------------------------------------------------------------------- formulas
    def said(self, expression: str, scope: Scope | None = None) -> Formula:
        """The formula of an expression of a table."""
        key = f"{expression} {sorted((k, b.path) for k, b in (scope or {}).items())}"
        if key not in self._known:
            self._known[key] = True
            try:
                body = self.env.parse("{% if " + expression + " %}{% endif %}").body[0]
            except TemplateSyntaxError:
                return True
            assert isinstance(body, nodes.If)
            self._known[key] = self.formula(body.test, scope or {})
        return self._known[key]

    def formula(self, node: nodes.Node, scope: Scope) -> Formula:  # noqa: PLR0911 (one return a form)
        """When the expression is true."""
        if isinstance(node, nodes.Const):
            return bool(node.value)
        if isinstance(node, nodes.Not):
            return no(self.formula(node.node, scope))
        if isinstance(node, nodes.And):
            return both(self.formula(node.left, scope), self.formula(node.right, scope))
        if isinstance(node, nodes.Or):
            return one(self.formula(node.left, scope), self.formula(node.right, scope))
        if isinstance(node, nodes.CondExpr):
            test = self.formula(node.test, scope)
            other = self.formula(node.expr2, scope) if node.expr2 is not None else False
            return one(both(test, self.formula(node.expr1, scope)), both(no(test), other))
        if isinstance(node, nodes.Compare) and len(node.ops) == 1:
            return self._compared(node, scope)
        if isinstance(node, nodes.Test) and (found := self.dotted(node.node, scope)):
            if found.path and found.shape is not None and node.name == "none":
                return self.empty(found.path, found.shape)
            if found.path and found.shape is not None and node.name in ("number", "string"):
                return both(self.filled(found.path, found.shape), self._opaque(node, scope))
        elif isinstance(node, nodes.Name | nodes.Getattr | nodes.Getitem):
            found = self.dotted(node, scope)
            if found is not None and found.path and found.shape is not None:
                return self.filled(found.path, found.shape)
        return self._opaque(node, scope)

    def _compared(self, node: nodes.Compare, scope: Scope) -> Formula:
        op, right = node.ops[0].op, node.ops[0].expr
        found = self.dotted(node.expr, scope)
        values = constants(right)
        if found is None or not found.path or found.shape is None or values is None or op not in COMPARED:
            return self._opaque(node, scope)
        if found.shape.kind not in (TEXT, NUMBER, ANY, YESNO):
            return self._opaque(node, scope)
        self._domain(found.path, found.shape)
        meant = frozenset(NOTHING if v is None else v for v in values)
        made = ("in", found.path, meant)
        return no(made) if op in ("ne", "notin") else made

    def filled(self, path: str, shape: Shape) -> Formula:
        """When a field is true, or has a value."""
        if path in self.meanings:
            return self.said(self.meanings[path])
        if shape.kind == YESNO:
            self._domain(path, shape)
            return ("in", path, frozenset([True]))
        return no(self.empty(path, shape))

    def empty(self, path: str, shape: Shape) -> Formula:
        """When a field has no value."""
        self._domain(path, shape)
        return ("in", path, frozenset([NOTHING]))

    def _domain(self, path: str, shape: Shape) -> None:
        if path in self.domains:
            return
        nothing = (NOTHING,) if shape.optional or shape.blank or shape.kind in (ANY, NUMBER) else ()
        if shape.kind == YESNO:
            self.domains[path] = (True, False, *nothing)
        elif shape.choices:
            self.domains[path] = (*shape.choices, *nothing)
        elif shape.kind in (RECORD, LIST, DATE):
            self.domains[path] = (*nothing, OTHER)
        elif not nothing:
            self.domains[path] = ()  # open, but never empty: see `values`

    def closed(self) -> dict[str, tuple[Any, ...]]:
        """The domains of fields whose values are few; others have whatever is asked about, or something else."""
        if self._closed is None or self._closed[0] != len(self.domains):
            self._closed = len(self.domains), {path: values for path, values in self.domains.items() if values}
        return self._closed[1]

    def _opaque(self, node: nodes.Node, scope: Scope) -> Formula:
        names = sorted({n.name for n in (node, *node.find_all(nodes.Name)) if isinstance(n, nodes.Name)})
        key = f"\x00{node!r} {[scope[n].path or id(scope[n]) for n in names if n in scope]}"
        self.domains.setdefault(key, (True, False))
        return ("in", key, frozenset([True]))


COMPARED = ("eq", "ne", "in", "notin")


def constants(node: nodes.Node) -> tuple[Any, ...] | None:
    """The values that an expression compares with, or nothing if they aren't plain."""
    if isinstance(node, nodes.Const):
        return (node.value,)
    if isinstance(node, nodes.List | nodes.Tuple) and all(isinstance(i, nodes.Const) for i in node.items):
        return tuple(i.value for i in node.items if isinstance(i, nodes.Const))
    return None

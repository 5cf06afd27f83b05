"""Marking: a master compiled so that each paragraph, value and branch of its documents says where it comes from.

It is the template that `template.build` makes, from the same tree, with marks (U+E0B0 to U+E0B1) in the text between
elements and around values: `p` the place of a paragraph, `b` a branch that was taken, `v` a value, `a` a reference to
a clause that this master lacks, `/` the end of the last branch or value. Data can't hold them, since no value with such
a character is printed.
"""

from __future__ import annotations

import functools
import re
from dataclasses import field, replace
from typing import TYPE_CHECKING, Literal

import jinja2
from jinja2 import nodes

from agreegen.errors import FindingsError, UsageError
from agreegen.finding import Location
from agreegen.late import dataclass
from agreegen.provenance.origins import origins
from agreegen.template import fields
from agreegen.template.balance import Proof, Scan
from agreegen.template.build import Work, absent, compiled, kept, translated
from agreegen.template.compiled import Template
from agreegen.template.compose import compose
from agreegen.template.container import W
from agreegen.template.place import AT, rendered_parts
from agreegen.template.printing import environment
from agreegen.template.problem import Problems

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from agreegen.packs.declared import Field as Declared

OPEN, SHUT = "\ue0b0", "\ue0b1"
MARK = re.compile(f"{OPEN}([^{SHUT}]*){SHUT}")
END = f"{OPEN}/{SHUT}"
BLANK = "…"
"""What the whole text shows where a value stands in a place that has no room for its name."""

Kind = Literal["value", "if", "for", "set"]


@dataclass(frozen=True, slots=True)
class Step:
    """One tag: what it does, where it stands, its expression, the data it asks for, what its local names stand for."""

    kind: Kind
    place: Location
    node: nodes.Node
    names: tuple[str, ...] = ()
    scope: Mapping[str, str] = field(default_factory=dict)
    target: str = ""  # the name that a loop or an assignment gives
    only: nodes.Node | None = None  # the condition of a loop


@dataclass(frozen=True, slots=True)
class Group:
    """A condition or a loop: the number of the step of each branch, None for what stands there otherwise."""

    kind: Kind
    branches: tuple[int | None, ...]


@dataclass(slots=True)
class Watch:
    """What is learned while a template is compiled."""

    steps: list[Step] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    trees: list[nodes.Template] = field(default_factory=list)


@dataclass(frozen=True, slots=True, eq=False)
class Marked:
    """A master with marks: as documents are rendered (`template`), and all branches after one another (`whole`)."""

    variant: str
    template: Template
    whole: Template
    steps: tuple[Step, ...]
    groups: tuple[Group, ...]
    places: tuple[Location, ...]
    styles: bytes
    numbering: bytes
    declared: tuple[Declared, ...] = ()
    asks_own: bool = False  # only the declared fields are required

    @property
    def own(self) -> dict[str, tuple[str, ...]]:
        """The fields of a proposal behind the names that the template declares itself."""
        return {f.name: origins(f.taken) if f.taken else (f"extra: {f.key}",) for f in self.declared}


def marked(
    path: Path, root: Path, *, variant: str = "", elsewhere: frozenset[str] = frozenset(), also: tuple[Path, ...] = ()
) -> Marked:
    """The master with marks; FindingsError if it has errors, UsageError if only docxtpl can render it."""
    problems = Problems()
    composed = compose(path, root, problems, also)
    if composed is None:
        raise FindingsError(tuple(problems))
    container = composed.container
    for name, _ in rendered_parts(container):
        if any("{" in (t.text or "") for t in container.tree(name).iter(W + "t")):  # the others stay as they are
            for p in container.tree(name).iter(W + "p"):
                p.text = f"{OPEN}p{p.get(AT)}{SHUT}" + (p.text or "")
    watch = Watch()
    env = environment({"_traced": traced})
    work = Work(composed, env, problems, absent(elsewhere), proof=functools.partial(_Watched, watch=watch))
    translated(work, None)
    if any(f.severity == "error" for f in problems):
        raise FindingsError(tuple(problems))
    if work.fallback:
        raise UsageError(f"{path} is rendered by docxtpl ({work.fallback}), and then no sentence tells its origin",
                         "leave out what only docxtpl does")  # fmt: skip
    styles, numbering = (container.part(kind) for kind in ("styles", "numbering"))
    made = kept(work)
    packed = container.packed()
    template = Template(
        name=path.name,
        version="",
        sha256="",
        files=tuple(composed.files),
        parts=tuple(work.parts),
        members=made,
        numbering=replace(composed.numbering, segments=tuple(work.segments), lists=_pickled(composed.lists)),
        anchors={**work.elsewhere, **composed.anchors},
        filters={"_traced": traced},
    )
    here = frozenset(mark for marks in composed.anchors.values() for mark in marks)
    flat = [replace(part, code=compiled(env, _whole(tree, env, here), part.name))
            for part, tree in zip(work.parts, watch.trees, strict=False)]  # fmt: skip
    whole = replace(template, parts=(*flat, *work.parts[len(flat) :]))
    return Marked(variant, template, whole, tuple(watch.steps), tuple(watch.groups), tuple(composed.places.known),
                  packed.get(styles or "", b""), packed.get(numbering or "", b""))  # fmt: skip


def traced(value: str, number: int) -> str:
    """A printed value between its marks."""
    return f"{OPEN}v{number}{SHUT}{value}{END}"


def _pickled(lists: object) -> bytes:
    import pickle  # noqa: PLC0415 (as `template.build`)

    return pickle.dumps(dict(lists))  # type: ignore[call-overload]


# ---------------------------------------------------------------------------------------------------- steps
@dataclass(slots=True)
class _Watched(Proof):
    """The proof of a part, which leaves marks in it."""

    watch: Watch = field(default_factory=Watch)
    at: dict[int, int] = field(default_factory=dict)  # line: number of its step

    def run(self, tree: nodes.Template) -> bool:
        """As the proof; the tree has marks afterwards."""
        asked: dict[int, list[str]] = {}
        for name, line in fields.names(tree):
            asked.setdefault(line, []).append(name)
        for line, step in _steps(tree.body, {}):
            place = self.lines[line - 1] if 0 < line <= len(self.lines) else Location()
            self.at[line] = len(self.watch.steps)
            names = tuple(dict.fromkeys(n for n in asked.get(line, ()) if n != "range"))
            self.watch.steps.append(replace(step, place=place, names=names))
        # the base class is named, since a class with slots is made twice
        balanced = Proof.run(self, tree)
        self.watch.trees.append(tree)
        return balanced

    def _branches(self, node: nodes.Node, bodies: list[list[nodes.Node]], scan: Scan) -> None:
        Proof._branches(self, node, bodies, scan)
        if scan.partial is not None or not isinstance(node, nodes.If | nodes.For):
            return
        number = len(self.watch.groups)
        own = self.at[node.lineno]
        if isinstance(node, nodes.If):
            others = [self.at[e.lineno] for e in node.elif_]
            self.watch.groups.append(Group("if", (own, *others, *((None,) if node.else_ else ()))))
        else:
            self.watch.groups.append(Group("for", (own, *((None,) if node.else_ else ()))))
        for branch, body in enumerate(b for b in bodies if b or b is not bodies[-1]):
            body.insert(0, _text(f"{OPEN}b{number}.{branch}{SHUT}"))
            body.append(_text(END))

    def _printed(self, child: nodes.Expr, scan: Scan) -> nodes.Expr:
        made = Proof._printed(self, child, scan)
        if isinstance(made, nodes.Filter) and made.name in ("_text", "_run") and child.lineno in self.at:
            number = nodes.Const(self.at[child.lineno], lineno=child.lineno)
            return nodes.Filter(made, "_traced", [number], [], None, None, lineno=child.lineno)
        return made


def _text(text: str) -> nodes.Output:
    return nodes.Output([nodes.TemplateData(text, lineno=1)], lineno=1)


def _steps(body: Iterable[nodes.Node], outer: Mapping[str, str]) -> Iterator[tuple[int, Step]]:
    """The steps of a body with their lines; names that a body gives hold to its end."""
    scope = dict(outer)
    for node in body:
        yield from _step(node, scope)


def _step(node: nodes.Node, scope: dict[str, str]) -> Iterator[tuple[int, Step]]:
    here = dict(scope)
    if isinstance(node, nodes.Output):
        for child in node.nodes:
            if not isinstance(child, nodes.TemplateData):
                yield child.lineno, Step("value", Location(), child, scope=here)
    elif isinstance(node, nodes.If):
        yield node.lineno, Step("if", Location(), node.test, scope=here)
        yield from _steps(node.body, scope)
        for other in node.elif_:
            yield other.lineno, Step("if", Location(), other.test, scope=here)
            yield from _steps(other.body, scope)
        yield from _steps(node.else_, scope)
    elif isinstance(node, nodes.For):
        inner = {**scope, **_given(node.target, node.iter, scope)}
        yield node.lineno, Step("for", Location(), node.iter, (), inner, _named(node.target), node.test)
        yield from _steps(node.body, inner)
        yield from _steps(node.else_, scope)
    elif isinstance(node, nodes.Assign):
        scope.update(_given(node.target, node.node, scope))
        yield node.lineno, Step("set", Location(), node.node, (), here, _named(node.target))
    elif isinstance(node, nodes.With):
        inner = dict(scope)
        for target, value in zip(node.targets, node.values, strict=True):
            inner |= _given(target, value, scope)
        yield from _steps(node.body, inner)


def _named(target: nodes.Node) -> str:
    return target.name if isinstance(target, nodes.Name) else ""


def _given(target: nodes.Node, value: nodes.Node, scope: Mapping[str, str]) -> dict[str, str]:
    """What the names of a loop or an assignment stand for: the list that it runs over, or nothing known."""
    meant = next((r for n in _listed(value) if (r := resolved(n, scope))), "")
    return {n.name: meant if n is target else "" for n in [target, *target.find_all(nodes.Name)]
            if isinstance(n, nodes.Name)}  # fmt: skip


def _listed(node: nodes.Node) -> Iterator[str]:
    """The names that a list may come from, filters on it left out."""
    while isinstance(node, nodes.Filter) and node.node is not None:
        node = node.node
    if isinstance(node, nodes.Or | nodes.And):
        yield from _listed(node.left)
        yield from _listed(node.right)
    elif name := fields.dotted(node):
        yield name


def resolved(name: str, scope: Mapping[str, str]) -> str:
    """The name of the data behind a name of the template; nothing where none is known."""
    head, dot, rest = name.partition(".")
    if head not in scope:
        return name if head != "loop" else ""
    return scope[head] + dot + rest if scope[head] else ""


# ---------------------------------------------------------------------------------------------------- the whole
REFERENCE = re.compile("\ue010r([^ \ue011]+)[^\ue011]*\ue011")


def _whole(tree: nodes.Template, env: jinja2.Environment, here: frozenset[str]) -> nodes.Template:
    """The part with every branch after the other, and marks alone where values stand; `here` are its bookmarks."""

    def known(m: re.Match[str]) -> str:
        return m[0] if m[1] in here else f"{OPEN}a{m[1]}{SHUT}{END}"

    text = REFERENCE.sub(known, "".join(_constants(tree.body)))
    made = nodes.Template([_text(text)], lineno=1)
    made.set_environment(env)
    return made


def _constants(body: Iterable[nodes.Node]) -> Iterator[str]:
    for node in body:
        if isinstance(node, nodes.Output):
            yield from map(_constant, node.nodes)
        elif isinstance(node, nodes.If):
            yield from _constants(node.body)
            for other in node.elif_:
                yield from _constants(other.body)
            yield from _constants(node.else_)
        elif isinstance(node, nodes.For):
            yield from _constants(node.body)
            yield from _constants(node.else_)
        elif isinstance(node, nodes.With | nodes.Scope):
            yield from _constants(node.body)


def _constant(node: nodes.Expr) -> str:
    if isinstance(node, nodes.TemplateData):
        return node.data
    if isinstance(node, nodes.Filter) and node.name == "_traced":
        number = node.args[0]
        assert isinstance(number, nodes.Const)
        return traced("", number.value)
    return BLANK

"""Phrases: conditions, loops and values of a template in words for people who don't read tags."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jinja2 import nodes

from agreegen.answer import spaced
from agreegen.law.exhibits import exhibits
from agreegen.law.notices import notices
from agreegen.law.terms import settings, terms
from agreegen.provenance.facts import FACTS
from agreegen.provenance.marking import resolved
from agreegen.provenance.origins import known_fields, origins
from agreegen.reading.fields import Form
from agreegen.template.fields import dotted
from agreegen.wording import label as coded

if TYPE_CHECKING:
    from collections.abc import Mapping

    from agreegen.provenance.marking import Step

ONE = {"parties": "Party", "providers": "Data Provider", "recipients": "Data Recipient", "provider": "Data Provider",
       "recipient": "Data Recipient", "directions": "way of the exchange", "blocks": "signature block",
       "blocks.lines": "line of the signature block", "authorities": "legal authority",
       "opinions": "registered opinion",
       "checklist": "row of the checklist", "directory": "contact", "redactions": "place that is withheld",
       "provided": "Party that provides data", "document.settings": "setting"}  # fmt: skip
"""What an entry of a list is called."""

PLAIN = {
    "is_state_form": "the variant is intra-agency or state-agency",
    "is_standalone": "the variant is local-government or university",
    "loop.last": "it is the last one",
    "loop.first": "it is the first one",
    "authorities": "legal authorities are cited",
    "opinions": "opinions are registered",
}
OPERATORS = {"eq": "is", "ne": "is not", "gt": "is more than", "lt": "is less than", "gteq": "is at least",
             "lteq": "is at most", "in": "is one of", "notin": "is none of"}  # fmt: skip
DENIAL = "it isn't so that"
CHOOSING = ("selectattr", "rejectattr")
"""Filters that keep some entries of a list."""

KEEPS = " for which "

TESTS = {"number": "is a number", "string": "is stated in words", "none": "is not stated", "defined": "is known"}


def told(step: Step) -> str:
    """The words of a step: its condition, its loop, or what it prints."""
    if step.kind == "for":
        only = f" for which {condition(step.only, step.scope)}" if step.only is not None else ""
        return f"each {entry(step.node, step.scope)}{only}"
    if step.kind == "if":
        return condition(step.node, step.scope)
    return value(step.node, step.scope)


# ---------------------------------------------------------------------------------------------------- conditions
def condition(node: nodes.Node, scope: Mapping[str, str]) -> str:  # noqa: PLR0911 (one line a form)
    """A condition as a clause: `the use is research, and the Proposal isn't disputed`."""
    match node:
        case nodes.And():
            return _joined([_inner(n, scope, nodes.Or) for n in _chain(node, nodes.And)], "and")
        case nodes.Or():
            chain = _chain(node, nodes.Or)
            if all(dotted(n).startswith("on.") for n in chain):
                titles = [f"“{_title(dotted(n)[3:])}”" for n in chain]
                return f"the agreement has one of the exhibits {_joined(titles, 'or')}"
            return _joined([_inner(n, scope, nodes.And) for n in chain], "or")
        case nodes.Not():
            return _denied(node.node, scope)
        case nodes.Compare() if len(node.ops) == 1:
            return _compared(node, scope)
        case nodes.Test():
            return _tested(node, scope)
        case nodes.Filter() if said := _some(node, scope):
            return said
    name = dotted(node)
    if not name:
        return f"“{value(node, scope)}” holds"
    return named(resolved(name, scope) or name)


def _chain(node: nodes.Node, kind: type[nodes.BinExpr]) -> list[nodes.Node]:
    """What is joined by `and`, or by `or`."""
    return [*_chain(node.left, kind), *_chain(node.right, kind)] if isinstance(node, kind) else [node]


def _joined(parts: list[str], word: str) -> str:
    comma = "," if len(parts) > 2 else ""
    first = [f"({part})" if part.startswith(DENIAL) else part for part in parts[:-1]]  # it denies no more than that
    return f"{', '.join(first)}{comma} {word} {parts[-1]}"


def _denied(node: nodes.Node, scope: Mapping[str, str]) -> str:
    name = dotted(node)
    if name.startswith("on."):
        return f"the agreement lacks the exhibit “{_title(name[3:])}”"
    said = condition(node, scope)
    for word, other in ((" is stated", " is not stated"), (" is yes", " is not yes"), (" is on ", " is off ")):
        if name and word in said:
            return said.replace(word, other, 1)
    return f"{DENIAL} {_inner(node, scope, nodes.And | nodes.Or)}"


def _title(switch: str) -> str:
    return next((e.title for e in exhibits() if e.switch == switch), switch)


def _inner(node: nodes.Node, scope: Mapping[str, str], other: object) -> str:
    text = condition(node, scope)
    return f"({text})" if isinstance(node, other) else text  # type: ignore[arg-type]


def named(name: str) -> str:  # noqa: PLR0911 (one line a kind of name)
    """A name alone, as a condition."""
    head, _, rest = name.partition(".")
    if name in PLAIN:
        return PLAIN[name]
    if head == "facts" and rest in FACTS:
        return FACTS[rest][0]
    if head == "on":
        return f"the agreement has the exhibit “{_title(rest)}”"
    if head == "terms":
        found = settings().get(rest)
        return f"the setting “{spaced(rest).replace('.', ': ')}” is on ({found.about if found else rest})"
    if head == "notice" and rest.endswith(".applies"):
        return f"the notice “{_event(rest.partition('.')[0])}” applies"
    if head == "regimes" and rest.endswith(".present"):
        return f"the regime “{spaced(rest.partition('.')[0])}” applies"
    behind = origins(name)
    asked = len(behind) == 1 and behind[0] in known_fields() and known_fields()[behind[0]].form is Form.YES_NO
    return f"“{label(name)}” is {'yes' if asked else 'stated'}"


def _compared(node: nodes.Compare, scope: Mapping[str, str]) -> str:
    [operand] = node.ops
    word = OPERATORS.get(operand.op, operand.op)
    said = _code(operand.expr) or value(operand.expr, scope)
    if isinstance(node.expr, nodes.Filter) and node.expr.name == "length" and node.expr.node is not None:
        counted = value(node.expr.node, scope)
        quoted = counted if KEEPS in counted else f"entries of “{counted}”"
        return f"the number of {quoted} {word} {said}"
    left = value(node.expr, scope)
    if dotted(node.expr) == "variant":
        return f"the variant {word} {said.strip('“”')}"
    return f"“{left}” {word} {said}"


def _code(node: nodes.Node) -> str:
    """The words of the code words that a field is compared with."""
    items = node.items if isinstance(node, nodes.List | nodes.Tuple) else [node]
    found = [n.value for n in items if isinstance(n, nodes.Const)]
    values = [v for one in found for v in (one if isinstance(one, list) else [one])]
    words = [v for v in values if isinstance(v, str)]
    return ", ".join(f"“{coded(w)}”" for w in words) if len(words) == len(values) >= len(items) else ""


def _tested(node: nodes.Test, scope: Mapping[str, str]) -> str:
    return f"“{value(node.node, scope)}” {TESTS.get(node.name, f'is {node.name}')}"


def _some(node: nodes.Filter, scope: Mapping[str, str]) -> str:
    """`providers | selectattr("education_agency") | list` in words."""
    parts: list[nodes.Filter] = []
    at: nodes.Node | None = node
    while isinstance(at, nodes.Filter):
        parts.insert(0, at)
        at = at.node
    name = dotted(at) if at is not None else ""
    chosen = [words for part in parts if (words := _chosen(part))]
    if not name or not chosen or {p.name for p in parts} - {*CHOOSING, "list"}:
        return ""
    one = entry(at, scope) if at is not None else name
    return f"there is {'an' if one[0].lower() in 'aeiou' else 'a'} {one}{KEEPS}{' and '.join(chosen)}"


def _chosen(part: nodes.Filter) -> str:
    """What a filter asks of the entries that it keeps, or drops: `“ipa applies” does not hold`; nothing for others."""
    words = [a.value for a in part.args if isinstance(a, nodes.Const)]
    if part.name not in CHOOSING or not words:
        return ""
    fits = part.name == "selectattr"
    field = f"“{spaced(str(words[0]))}”"
    if len(words) == 3 and words[1] == "equalto":
        return f"{field} {'is' if fits else 'is not'} “{words[2]}”"
    return f"{field} {'holds' if fits else 'does not hold'}"


# ---------------------------------------------------------------------------------------------------- values
def value(node: nodes.Node, scope: Mapping[str, str]) -> str:  # noqa: PLR0911 (one line a form)
    """What an expression prints: the name of the field, words of its own in quotes."""
    match node:
        case nodes.Const():
            return (
                f"“{node.value}”" if isinstance(node.value, str) else "none" if node.value is None else str(node.value)
            )
        case nodes.List() | nodes.Tuple():
            return ", ".join(value(item, scope) for item in node.items)
        case nodes.Or():
            return f"{value(node.left, scope)}, or else {value(node.right, scope)}"
        case nodes.CondExpr():
            other = f", or else {value(node.expr2, scope)}" if node.expr2 is not None else ""
            return f"{value(node.expr1, scope)} if {condition(node.test, scope)}{other}"
        case nodes.Concat():
            return " + ".join(value(item, scope) for item in node.nodes)
        case nodes.Add():
            return f"{value(node.left, scope)} + {value(node.right, scope)}"
        case nodes.Filter() if node.node is not None:
            words = [a for a in node.args if isinstance(a, nodes.Const) and isinstance(a.value, str)]
            own = f" in {words[0].value}s" if node.name == "count" and words else ""
            if chosen := _chosen(node):
                above = node.node
                own = f"{' and ' if isinstance(above, nodes.Filter) and _chosen(above) else KEEPS}{chosen}"
            return value(node.node, scope) + own
        case nodes.Call():
            return ", ".join(value(a, scope) for a in node.args)
        case nodes.Getitem() if not dotted(node):
            return value(node.node, scope)
    if name := dotted(node):
        return label(resolved(name, scope) or name)
    return ", ".join(dict.fromkeys(label(resolved(n.name, scope) or n.name) for n in node.find_all(nodes.Name)))


def entry(node: nodes.Node, scope: Mapping[str, str]) -> str:
    """What one entry of a list is called."""
    while isinstance(node, nodes.Filter) and node.node is not None:
        node = node.node
    if isinstance(node, nodes.Or):
        node = node.left
    name = resolved(dotted(node), scope) if dotted(node) else ""
    return ONE.get(name) or f"entry of “{value(node, scope)}”"


def label(name: str) -> str:  # noqa: PLR0911 (one line a kind of name)
    """The name of data as a person says it: `Data Recipient: unit`, `dates: start`."""
    head, _, rest = name.partition(".")
    keys = spaced(rest).replace(".", ": ")
    match head:
        case "proposal":
            return NAMED.get(keys, keys) or "the Proposal"
        case "terms":
            return f"setting: {keys}"
        case "times":
            return f"time set by law: {keys}"
        case "notice":
            rule, _, part = rest.partition(".")
            return f"{NOTICE.get(part, part)}, notice: {spaced(rule)}"
        case "document":
            return f"document: {keys}"
        case "regimes":
            return f"regimes: {keys}"
        case "facts":
            return FACTS[rest][0] if rest in FACTS else keys
    if name in ONE:
        return {"provider": "Data Provider", "recipient": "Data Recipient"}.get(name, spaced(name).replace(".", ": "))
    for list_, one in sorted(ONE.items(), key=lambda x: -len(x[0])):
        if name.startswith(f"{list_}."):
            keys = name[len(list_) + 1 :]
            return f"{one}: {FULL.get(keys, spaced(keys).replace('.', ': '))}"
    return spaced(name).replace(".", ": ")


NAMED = {"proposal": "proposal: name of the use case"}
BOUND = "who is bound by the Information Practices Act"
FULL = {"full": "name at length", "contracting": "who contracts", "bound": BOUND,
        "bound_providers": "which Data Providers are bound by the Information Practices Act"}  # fmt: skip
NOTICE = {"to": "whom to tell", "time": "by when", "actor": "who tells", "form": "in which form", "event": "event",
          "applies": "whether it applies", "clauses": "clauses"}  # fmt: skip


def _event(rule: str) -> str:
    found = _events().get(rule)
    return found or spaced(rule)


def _events() -> dict[str, str]:
    variant = "local-government"
    return {rule: n.event for rule, n in notices(variant, terms(variant, {})[0]).items()}

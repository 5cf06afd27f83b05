"""Phrases: conditions, loops and values of a template in words for people who don't read tags."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jinja2 import nodes

from agreegen.answer import spaced
from agreegen.law.exhibits import exhibits
from agreegen.law.notices import notices
from agreegen.law.terms import settings, terms
from agreegen.provenance.facts import FACTS, denied
from agreegen.provenance.marking import resolved
from agreegen.provenance.origins import known_fields, origins
from agreegen.reading.fields import Form
from agreegen.template.fields import dotted
from agreegen.wording import label as coded
from agreegen.wording import with_article

if TYPE_CHECKING:
    from collections.abc import Mapping

    from agreegen.provenance.marking import Step

ONE = {"parties": "Party", "providers": "Data Provider", "recipients": "Data Recipient", "provider": "Data Provider",
       "recipient": "Data Recipient", "directions": "direction of the exchange", "blocks": "signature block",
       "blocks.lines": "signature line", "authorities": "legal authority",
       "opinions": "registered opinion",
       "checklist": "row of the checklist", "directory": "contact", "redactions": "place that is withheld",
       "provided": "Party that provides data", "document.settings": "setting"}  # fmt: skip
"""What an entry of a list is called."""

STATE, OTHERS = "the variant is intra-agency or state-agency", "the variant is local-government or university"
PLAIN = {
    "is_state_form": (STATE, OTHERS),
    "is_standalone": (OTHERS, STATE),
    "loop.last": ("it is the last one", "it is not the last one"),
    "loop.first": ("it is the first one", "it is not the first one"),
    "authorities": ("legal authorities are cited", "no legal authorities are cited"),
    "opinions": ("opinions are registered", "no opinions are registered"),
}
"""The words of some names, where they hold and where they don't."""

REGIMES = {"hipaa": "HIPAA", "hipaa_lds": "limited data sets under HIPAA", "ferpa": "education records",
           "part2": "substance use disorder records", "fti": "federal tax information",
           "ssa": "data of the Social Security Administration", "cjis": "criminal justice information",
           "hiv": "HIV records", "vital_records": "vital records", "riders": "other confidential data",
           "tribal": "tribal data"}  # fmt: skip
BODIES = {"is_state": "a state body", "is_local": "a local government", "is_university": "a university",
          "is_private": "a private body"}  # fmt: skip
OPPOSITE = {"eq": "ne", "gt": "lteq", "lt": "gteq", "in": "notin"}
OPPOSITE |= {other: operator for operator, other in OPPOSITE.items()}
OPERATORS = {"eq": "is", "ne": "is not", "gt": "is more than", "lt": "is less than", "gteq": "is at least",
             "lteq": "is at most", "in": "is one of", "notin": "is none of"}  # fmt: skip
DENIAL = "it isn't so that"
CHOOSING = ("selectattr", "rejectattr")
"""Filters that keep some entries of a list."""

KEEPS = " for which "

TESTS = {"number": ("is a number", "is not a number"), "string": ("is stated in words", "is not stated in words"),
         "none": ("is not stated", "is stated"), "defined": ("is known", "is not known")}  # fmt: skip


def told(step: Step) -> str:
    """The words of a step: its condition, its loop, or what it prints."""
    if step.kind == "for":
        only = f" for which {condition(step.only, step.scope)}" if step.only is not None else ""
        return f"each {entry(step.node, step.scope)}{only}"
    if step.kind == "if":
        return condition(step.node, step.scope)
    return value(step.node, step.scope)


def told_otherwise(step: Step) -> str:
    """The words of a step's condition where it doesn't hold."""
    return condition(step.node, step.scope, holds=False) if step.kind == "if" else f"{DENIAL} there is {told(step)}"


# ---------------------------------------------------------------------------------------------------- conditions
def condition(node: nodes.Node, scope: Mapping[str, str], *, holds: bool = True) -> str:  # noqa: PLR0911 (a form each)
    """A condition as a clause, or its contrary: `the use is research, and the Proposal is not disputed`."""
    match node:
        case nodes.And() | nodes.Or():
            return _several(node, scope, holds=holds)
        case nodes.Not():
            return condition(node.node, scope, holds=not holds)
        case nodes.Compare() if len(node.ops) == 1:
            return _compared(node, scope, holds=holds)
        case nodes.Test():
            words = TESTS.get(node.name, (f"is {node.name}", f"is not {node.name}"))
            return f"“{value(node.node, scope)}” {words[not holds]}"
        case nodes.Filter() if said := _some(node, scope):
            return f"there is {with_article(said) if holds else f'no {said}'}"
    name = dotted(node)
    if not name:
        return f"{'' if holds else DENIAL + ' '}“{value(node, scope)}” holds"
    return named(resolved(name, scope) or name, holds=holds)


def _several(node: nodes.And | nodes.Or, scope: Mapping[str, str], *, holds: bool) -> str:
    """Conditions joined by `and` or `or`; of the contrary each is denied, and joined by the other word."""
    kind, other = (nodes.And, nodes.Or) if isinstance(node, nodes.And) else (nodes.Or, nodes.And)
    chain = _chain(node, kind)
    if kind is nodes.Or and all(dotted(n).startswith("on.") for n in chain):
        titles = _joined([f"“{_title(dotted(n)[3:])}”" for n in chain], "or")
        return f"the agreement has {'one' if holds else 'none'} of the exhibits {titles}"
    parts = []
    for one in chain:
        said = condition(one, scope, holds=holds)
        parts.append(f"({said})" if isinstance(_positive(one), other) else said)
    return _joined(parts, "and" if (kind is nodes.And) == holds else "or")


def _positive(node: nodes.Node) -> nodes.Node:
    return node.node if isinstance(node, nodes.Not) else node


def _chain(node: nodes.Node, kind: type[nodes.BinExpr]) -> list[nodes.Node]:
    """What is joined by `and`, or by `or`."""
    return [*_chain(node.left, kind), *_chain(node.right, kind)] if isinstance(node, kind) else [node]


def _joined(parts: list[str], word: str) -> str:
    comma = "," if len(parts) > 2 else ""
    first = [f"({part})" if part.startswith(DENIAL) else part for part in parts[:-1]]  # it denies no more than that
    return f"{', '.join(first)}{comma} {word} {parts[-1]}"


def _title(switch: str) -> str:
    return next((e.title for e in exhibits() if e.switch == switch), switch)


def named(name: str, *, holds: bool = True) -> str:  # noqa: PLR0911 (one line a kind of name)
    """A name alone, as a condition."""
    head, _, rest = name.partition(".")
    isnt = "is" if holds else "is not"
    apply_ = "applies" if holds else "does not apply"
    if name in PLAIN:
        return PLAIN[name][not holds]
    if head == "facts" and rest in FACTS:
        return FACTS[rest][0] if holds else denied(rest)
    if head == "on":
        return f"the agreement {'has' if holds else 'lacks'} the exhibit “{_title(rest)}”"
    if head == "terms":
        found = settings().get(rest)
        turned = "on" if holds else "off"
        return f"{_setting(rest)} is {turned} ({found.about if found else rest})"
    if head == "notice" and rest.endswith(".applies"):
        return f"the notice “{_event(rest.partition('.')[0])}” {apply_}"
    if head == "regimes":
        regime, _, part = rest.partition(".")
        rules = f"the rules on {REGIMES.get(regime, spaced(regime))}"
        if part == "present":
            return f"{rules} {'apply' if holds else 'do not apply'}"
        if part == "elements":
            return f"{'some' if holds else 'no'} data elements are marked as under {rules}"
    behind = origins(name)
    if len(behind) == 1 and behind[0] in known_fields() and known_fields()[behind[0]].form is Form.YES_NO:
        return f"“{label(name)}” {isnt} yes"
    return _stated(name, holds=holds)


def _stated(name: str, *, holds: bool) -> str:
    """`the Proposal states “dates: start”`, `the Data Recipient has no “unit”`."""
    owner, _, keys = label(name).partition(": ")
    body = BODIES.get(name.rpartition(".")[2])
    if body and owner in ONE.values():
        return f"the {owner} is {'' if holds else 'not '}{body}"
    if keys and owner in ONE.values():
        return f"the {owner} has {'' if holds else 'no '}“{keys}”"
    said = f"“{label(name)}”"
    if name.startswith("proposal."):
        return f"the Proposal {'states' if holds else 'does not state'} {said}"
    return f"{said} is {'' if holds else 'not '}stated"


def _setting(name: str) -> str:
    return f"counsel's setting “{spaced(name).replace('.', ': ')}”"


def _compared(node: nodes.Compare, scope: Mapping[str, str], *, holds: bool) -> str:
    [operand] = node.ops
    word = OPERATORS[operand.op if holds else OPPOSITE[operand.op]]
    said = _code(operand.expr) or value(operand.expr, scope)
    if isinstance(node.expr, nodes.Filter) and node.expr.name == "length" and node.expr.node is not None:
        counted = value(node.expr.node, scope)
        quoted = counted if KEEPS in counted else f"entries of “{counted}”"
        return f"the number of {quoted} {word} {said}"
    if operand.op in ("in", "notin") and isinstance(node.expr, nodes.Const):
        has = "has" if word == OPERATORS["in"] else "does not have"
        return f"“{value(operand.expr, scope)}” {has} the word {value(node.expr, scope)}"
    name = dotted(node.expr)
    if name == "variant":
        return f"the variant {word} {said.strip('“”')}"
    if name.startswith("terms."):
        return f"{_setting(name.removeprefix('terms.'))} {word} {said}"
    if name.startswith("regimes.") and name.endswith(".elements") and said == "“all”":
        every = "every data element" if word == "is" else "not every data element"
        return f"{every} is under the rules on {REGIMES.get(name.split('.')[1], spaced(name.split('.')[1]))}"
    return f"“{value(node.expr, scope)}” {word} {said}"


def _code(node: nodes.Node) -> str:
    """The words of the code words that a field is compared with."""
    items = node.items if isinstance(node, nodes.List | nodes.Tuple) else [node]
    found = [n.value for n in items if isinstance(n, nodes.Const)]
    values = [v for one in found for v in (one if isinstance(one, list | tuple) else [one])]
    words = [v for v in values if isinstance(v, str)]
    return ", ".join(f"“{coded(w)}”" for w in words) if len(words) == len(values) >= len(items) else ""


def _some(node: nodes.Filter, scope: Mapping[str, str]) -> str:
    """`providers | selectattr("education_agency") | list` in words: `Data Provider for which …`."""
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
    return f"{one}{KEEPS}{' and '.join(chosen)}"


def _chosen(part: nodes.Filter) -> str:
    """What a filter asks of the entries that it keeps, or drops: `“ipa applies” does not hold`; nothing for others."""
    words = [a.value for a in part.args if isinstance(a, nodes.Const)]
    if part.name not in CHOOSING or not words:
        return ""
    fits = part.name == "selectattr"
    isnt = "is" if fits else "is not"
    if words[0] in BODIES:
        return f"the body {isnt} {BODIES[words[0]]}"
    field = f"“{spaced(str(words[0]))}”"
    if len(words) == 3 and words[1] == "equalto":
        return f"{field} {isnt} “{coded(str(words[2]))}”"
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
FULL = {"full": "name at length", "signs_for": "name at length", "called": "name", "contracting": "who contracts",
        "bound": BOUND,
        "bound_providers": "which Data Providers are bound by the Information Practices Act"}  # fmt: skip
NOTICE = {"to": "whom to tell", "time": "by when", "actor": "who tells", "form": "in which form", "event": "event",
          "applies": "whether it applies", "clauses": "clauses"}  # fmt: skip


def _event(rule: str) -> str:
    found = _events().get(rule)
    return found or spaced(rule)


def _events() -> dict[str, str]:
    variant = "local-government"
    return {rule: n.event for rule, n in notices(variant, terms(variant, {})[0]).items()}

"""Variants: which conditions of a master the variant itself decides, whatever the proposal says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jinja2 import nodes

from agreegen.law import GROUP_OF, PROGRAM_OF

if TYPE_CHECKING:
    from agreegen.provenance.marking import Marked
    from agreegen.provenance.passages import Within


def decided(node: nodes.Node, variant: str) -> bool | None:
    """Whether a condition holds in a variant whatever the proposal says; None where the proposal decides."""
    state = GROUP_OF[variant] == "state"
    match node:
        case nodes.Name(name="is_state_form"):
            return state
        case nodes.Name(name="is_standalone"):
            return not state
        case nodes.Not():
            inner = decided(node.node, variant)
            return None if inner is None else not inner
        case nodes.And() | nodes.Or():
            stops = isinstance(node, nodes.Or)
            sides = decided(node.left, variant), decided(node.right, variant)
            return stops if stops in sides else None if None in sides else not stops
        case nodes.Compare(expr=nodes.Name(name="variant" | "program" as name), ops=[operand]):
            known = {"variant": variant, "program": PROGRAM_OF[variant]}[name]
            value = operand.expr.value if isinstance(operand.expr, nodes.Const) else None
            if operand.op in ("eq", "ne") and isinstance(value, str):
                return (known == value) == (operand.op == "eq")
    return None


def open_within(within: Within, marked: Marked) -> Within | None:
    """The branches that the proposal decides about; None where the variant never prints what stands in them."""
    found = [((number, branch), taken(number, branch, marked)) for number, branch in within]
    return None if any(t is False for _, t in found) else tuple(x for x, t in found if t is None)


def taken(number: int, branch: int, marked: Marked) -> bool | None:
    """Whether a variant always or never takes a branch of a condition; None where the proposal decides."""
    group = marked.groups[number]
    if group.kind != "if" or marked.variant not in GROUP_OF:
        return None
    truths = [True if s is None else decided(marked.steps[s].node, marked.variant) for s in group.branches]
    if True in truths[:branch] or truths[branch] is False:
        return False
    return True if truths[branch] is True and all(t is False for t in truths[:branch]) else None

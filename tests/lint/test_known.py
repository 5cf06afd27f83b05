"""Known: the fields that rules know are those of real contexts, in kind too; what is certain of them holds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import pytest
from jinja2 import nodes

from agreegen import template
from agreegen.lint import known
from agreegen.lint.composed import examined
from agreegen.lint.logic import NOTHING, both, no, one, possible
from agreegen.lint.shape import ANY, DATE, LIST, NUMBER, RECORD, TEXT, YESNO, Shape
from agreegen.template.draft import draft

from .proof import contexts

if TYPE_CHECKING:
    import pathlib

KINDS = {str: TEXT, bool: YESNO, int: NUMBER, dt.date: DATE, list: LIST, tuple: LIST, dict: RECORD}


def unlike(value: Any, shape: Shape | None, path: str) -> Iterator[str]:
    """Where a value of a context isn't what rules take it for."""
    if shape is None:
        yield f"{path} isn't known"
    elif shape.kind == ANY:
        return
    elif value is None or value == "":
        if not (shape.optional or shape.blank):
            yield f"{path} is empty"
    elif isinstance(value, Mapping):
        if shape.kind != RECORD:
            yield f"{path} is a record, not {shape.kind}"
        for name, inner in value.items():
            if shape.fields:
                yield from unlike(inner, shape.fields.get(name), f"{path}.{name}" if path else name)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from unlike(inner, shape.item if shape.kind == LIST else None, f"{path}[]")
    else:
        kind = next(k for t, k in KINDS.items() if isinstance(value, t))
        if kind != shape.kind:
            yield f"{path} is {kind}, not {shape.kind}"
        if shape.choices and str(value) not in shape.choices:
            yield f"{path} is {value!r}"


@pytest.mark.parametrize("number", range(6))
def test_contexts_are_as_rules_take_them(number: int) -> None:
    _, context = contexts()[number]
    found = sorted(set(unlike(context, known.schema(), "")))
    assert found == []


def test_a_context_of_another_kind_is_noticed() -> None:
    context = {**contexts()[0][1], "program": "other", "parties": "none", "more": 1}
    found = list(unlike(context, known.schema(), ""))
    assert found == ["program is 'other'", "parties is text, not list", "more isn't known"]


def value(subject: str, context: Mapping[str, Any]) -> Any:
    """What a field of a context is for a formula; a list of its own for what has no single value."""
    found: Any = context
    for name in subject.split("."):
        found = found.get(name) if isinstance(found, Mapping) else None
    return NOTHING if found is None or found in ("", (), []) else found


def true(formula: Any, context: Mapping[str, Any]) -> bool:
    """Whether a formula holds in a context."""
    if isinstance(formula, bool):
        return formula
    if formula[0] == "in":
        found = value(formula[1], context)
        return found in formula[2] if isinstance(found, str | bool | int) else False
    parts = [true(f, context) for f in formula[1:]]
    return not parts[0] if formula[0] == "not" else any(parts) if formula[0] == "or" else all(parts)


@pytest.mark.parametrize("number", range(6))
def test_what_is_certain_holds_in_every_context(number: int) -> None:
    variant, context = contexts()[number]
    by = known.reader()
    wrong = [c for c in known.CERTAIN if not true(by.said(c), context)]
    assert wrong == []
    assert [n for n, meaning in known.MEANINGS.items() if "." in n
            and value(n, context) is not true(by.said(meaning), context)] == []  # fmt: skip
    for formula in {id(f): f for fs in known.certain(variant).about.values() for f in fs}.values():
        assert "\x00" in repr(formula) or "[]" in repr(formula) or true(formula, context), formula


def test_logic_decides() -> None:
    a, b = ("in", "a", frozenset([True])), ("in", "b", frozenset(["x"]))
    domains = {"a": (True, False), "b": ("x", "y")}
    assert possible([a, no(b)], domains) and not possible([a, no(a)], domains)
    assert not possible([one(a, b), no(a), ("in", "b", frozenset(["y"]))], domains)
    assert both(a, True) == a and both(a, False) is False and one(a, True) is True


def test_a_master_with_a_name_or_value_that_cannot_be_makes_no_agreement(tmp_path: pathlib.Path) -> None:
    text = '# A\n\n{% if terms.body == "proposal_onyl" %}x{% endif %} {{ recipient.naem | default("x") }}\n'
    path = tmp_path / "m.docx"
    path.write_bytes(draft(text))
    assert template.compile(path).usable
    made = template.compile(path, examine=examined)
    assert [(f.code, f.hint) for f in made.findings if f.severity == "error"] == [
        ("T206", "did you mean 'proposal_only'?"),
        ("T046", "did you mean recipient.name?"),
    ]
    assert all(f.location.paragraph == 2 for f in made.findings)


def test_the_reader_tells_kinds() -> None:
    by = known.reader()

    def kind(expression: str) -> str | None:
        output = by.env.parse(f"{{{{ {expression} }}}}").body[0]
        assert isinstance(output, nodes.Output)
        found = by.shape(output.nodes[0], {})
        return found.kind if found else None

    assert [kind(e) for e in ("proposal.dates.start", "parties", "parties[0].name", "facts.research", "proposal.dates",
                              'parties | map(attribute="name") | listing', "parties | length", "proposal.nothing",
                              "document.template_digest[:16]", 'recipient.unit or "x"')] == [
        DATE, LIST, TEXT, YESNO, RECORD, TEXT, NUMBER, None, TEXT, TEXT]  # fmt: skip

"""Expressions: what they give is what the template language gives, and where in doubt it decides."""

from __future__ import annotations

import itertools
import json
import re
from typing import Any

import pytest
from jinja2 import StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

from agreegen.law.expression import UNDECIDED, plain_value
from agreegen.law.tables import COMPILED

LANGUAGE = SandboxedEnvironment(undefined=StrictUndefined)
KEYS = {"when", "forced", "value", "party", "need", "disputed", "by_law", "calhhs", "idea", "standalone"}


def said() -> list[str]:
    """Every text of the tables that may be an expression."""
    found: dict[str, None] = {}

    def walk(node: Any, key: str = "") -> None:
        if isinstance(node, dict):
            for name, inner in node.items():
                walk(inner, name)
        elif isinstance(node, list):
            for inner in node:
                walk(inner, key)
        elif isinstance(node, str) and key in KEYS:
            found[node.removeprefix("if ")] = None

    walk(json.loads(COMPILED.read_bytes()))
    return [text for text in found if text]


def by_language(expression: str, names: dict[str, Any]) -> Any:
    return LANGUAGE.compile_expression(expression, undefined_to_none=False)(**names)


def filled(expression: str, value: Any) -> dict[str, Any]:
    """A context in which each path of the expression has this value."""
    names: dict[str, Any] = {}
    bare = re.sub(r"\"[^\"]*\"|'[^']*'", "''", expression)
    for path in sorted(set(re.findall(r"[a-z_]\w*(?:\.\w+)*", bare)), key=len, reverse=True):
        *blocks, last = path.split(".")
        node = names
        for block in blocks:
            node = node.setdefault(block, {})
        node.setdefault(last, value)
    return names


def test_tables_have_expressions() -> None:
    plain = [text for text in said() if plain_value(text, filled(text, True)) is not UNDECIDED]
    assert len(plain) > 60


@pytest.mark.parametrize("value", [True, False, None, "county", "", 0, 3, [], ["county"]])
def test_expressions_of_the_tables_give_what_the_language_gives(value: Any) -> None:
    decided = 0
    for text in said():
        names = filled(text, value)
        found = plain_value(text, names)
        if found is not UNDECIDED:
            decided += 1
            assert (found, type(found)) == ((other := by_language(text, names)), type(other)), text
    assert decided > 20


VALUES = [True, False, None, 0, 1, "a", "b", "AB", "", {"x": 1}, {}, ["a"]]


@pytest.mark.parametrize(
    "text",
    [
        "a and b", "a or b", "not a", "a == b", "a != b", "a in ['a', 'b']", "a not in ['a']", "a if b else 'no'",
        "a.x", "a and a.x == 1", "not a or b == 'a'", "(a or b) and not (a and b)", "a == b or a.x",
        "a | lower", "'a' in (a | lower)", "a and 'b' in a | lower",
    ],
)  # fmt: skip
def test_forms_give_what_the_language_gives(text: str) -> None:
    for a, b in itertools.product(VALUES, VALUES):
        found = plain_value(text, {"a": a, "b": b})
        if found is not UNDECIDED:
            assert found == by_language(text, {"a": a, "b": b}), (a, b)
            assert type(found) is type(by_language(text, {"a": a, "b": b}))


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("a.b", {"a": {}}), ("a", {}), ("a.items", {"a": {"items": 1}}), ("a.b", {"a": "text"}),
        ("a | length", {"a": [1]}), ("a | lower", {"a": True}), ("a | b", {"a": "A", "b": "B"}),
        ("a.b()", {"a": {"b": 1}}), ("a < b", {"a": None, "b": 1}), ("a == b == a", {"a": 1, "b": 1}), ("true", {}),
        ("a.__class__", {"a": {}}), ("'\\x41'", {}), ("a[0]", {"a": [1]}), ("a ~ a", {"a": 1}), ("a.b", {"a": None}),
    ],
)  # fmt: skip
def test_what_is_in_doubt_is_left_to_the_language(text: str, names: dict[str, Any]) -> None:
    assert plain_value(text, names) is UNDECIDED

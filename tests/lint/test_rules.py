"""Rules of templates: each one's Bad fires exactly it, its Good is silent; shipped templates pass all."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from agreegen import catalog, lint
from agreegen.lint.rule import Rule
from agreegen.template.problem import CODES

from .conftest import word

if TYPE_CHECKING:
    from agreegen.finding import Finding

RULES = {rule.code: rule for rule in lint.RULES}


def found(text: str, library: lint.Library) -> list[Finding]:
    name, data = word(text)
    return lint.check_file(data, name, library)


@pytest.mark.parametrize("code", RULES)
def test_each_rule_finds_its_bad_and_lets_its_good_be(code: str, library: lint.Library) -> None:
    rule = RULES[code]
    assert all(re.search(f"^{part}:", rule.text, re.M) for part in ("Why", "Bad", "Good"))
    bad = found(rule.part("Bad"), library)
    own = [f for f in bad if f.code in RULES]
    assert {f.code for f in own} == {code}, [(f.code, f.message) for f in own]
    assert all(f.hint and f.severity is rule.severity for f in own)
    good = found(rule.part("Good"), library)
    assert [(f.code, f.message) for f in good if f.code in RULES] == []


def test_codes_are_told_apart_and_explained() -> None:
    assert len(RULES) == len(lint.RULES) > 35
    assert {c for c in RULES if c in CODES} == {*lint.OURS, "T046", "T206"}
    for code, rule in RULES.items():
        assert rule.part("Why").split()[0] in catalog.explain(code)
    assert all(catalog.explain(code).startswith(code) for code in lint.OTHERS)


def test_a_rule_that_finds_nothing_is_noticed(library: lint.Library) -> None:
    silent = Rule("T201", RULES["T201"].severity, lambda _: iter(()))
    name, data = word(RULES["T201"].part("Bad"))
    container, _ = lint.alone.taken_apart(data, f"{name}.docx")
    assert container is not None
    page = library.read(container, name)
    assert RULES["T201"].check(page) and not silent.check(page)

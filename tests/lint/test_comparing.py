"""Comparing: fields and the values with which templates compare them, whichever stands first."""

from __future__ import annotations

import pytest
from jinja2 import nodes

from agreegen.lint import known
from agreegen.lint.comparing import impossible_in, uncertain_in
from agreegen.lint.naming import unknown_in


def parsed(expression: str) -> nodes.Node:
    body = known.reader().env.parse(f"{{{{ {expression} }}}}").body[0]
    assert isinstance(body, nodes.Output)
    return body.nodes[0]


@pytest.mark.parametrize(("expression", "message", "hint"), [
    ('provider.hipaa_status == "busines_associate"', "provider.hipaa_status is never 'busines_associate'",
     "did you mean 'business_associate'?"),
    ('"onetime" != proposal.dates.mode', "proposal.dates.mode is never 'onetime'", "did you mean 'one_time'?"),
    ('variant in ["universty", "university"]', "variant is never 'universty'", "did you mean 'university'?"),
    ('facts.research == "yes"', "facts.research is a yes-or-no value, and never 'yes'",
     "write {% if facts.research %}, without comparing"),
    ('terms.term_years == "3"', "terms.term_years is a number, and never '3'", "write the number without quotes"),
    ('parties | selectattr("side", "equalto", "provdier")', "'side' of parties is never 'provdier'",
     "did you mean 'provider'?"),
])  # fmt: skip
def test_what_a_field_never_is(expression: str, message: str, hint: str) -> None:
    (wrong,) = impossible_in(known.reader(), parsed(expression), {})
    assert (wrong.message, wrong.hint) == (message, hint)
    assert not list(uncertain_in(known.reader(), parsed(expression), {}))


@pytest.mark.parametrize(("expression", "hint"), [
    ('proposal.proposal == "research"', "did you mean facts.research?"),
    ('"research" in proposal.purpose.scope', "did you mean facts.research?"),
    ('regimes.hipaa.elements == "al"', "did you mean 'all'?"),
    ('recipient.name != "County of Alameda"', "ask a field that has fixed answers, or a fact"),
])  # fmt: skip
def test_what_a_field_may_be_or_not(expression: str, hint: str) -> None:
    (wrong,) = uncertain_in(known.reader(), parsed(expression), {})
    assert wrong.hint == hint
    assert not list(impossible_in(known.reader(), parsed(expression), {}))


@pytest.mark.parametrize("expression", [
    'regimes.hipaa.elements == "all"', 'proposal.reference == ""', "proposal.proposal == document.title",
    'variant == "university"', "terms.term_years == 3", "facts.research == true", "recipients | length > 1",
    'parties | selectattr("side", "equalto", "provider") | map(attribute="name")', "proposal.dates.end is none",
    '"encryption" in nothing_known',
])  # fmt: skip
def test_sound_comparisons(expression: str) -> None:
    by, node = known.reader(), parsed(expression)
    assert [*impossible_in(by, node, {}), *uncertain_in(by, node, {})] == []


def test_names_in_filters_of_lists() -> None:
    node = parsed('parties | selectattr("sied") | map(attribute="naem") | list')
    assert [(w.message, w.hint) for w in unknown_in(known.reader(), node, {})] == [
        ("the entries of parties have no 'naem'", "did you mean name?"),
        ("the entries of parties have no 'sied'", "did you mean side?"),
    ]

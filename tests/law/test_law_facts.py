"""Coverage, statutory times, stale citations, and the clause matrix."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from agreegen.errors import UsageError
from agreegen.law import VARIANTS
from agreegen.law.authorities import authorities
from agreegen.law.clauses import clauses
from agreegen.law.conditions import holds, of_variant, value_of
from agreegen.law.coverage import coverage
from agreegen.law.matrix import matrix
from agreegen.law.stale import stale_citations
from agreegen.law.tables import table
from agreegen.law.times import time_sources, times

ROOT = Path(__file__).parents[2]


def test_every_provision_of_the_official_agreements_is_carried_by_a_clause() -> None:
    rows = coverage()
    assert {a: sum(r.agreement == a for r in rows) for a in ("chhs", "idea", "idea_addenda")} == {
        "chhs": 82, "idea": 73, "idea_addenda": 33,
    }  # fmt: skip
    assert len({(r.agreement, r.provision) for r in rows}) == len(rows)
    for row in rows:
        assert row.clauses and set(row.clauses) <= set(clauses()), row.provision
    assert [r.provision for r in rows if r.dropped] == ["letterhead", "preamble 2", "I.h", "I.n", "5.17"]


def test_a_provision_carried_only_by_clauses_beyond_the_texts_would_be_a_contradiction() -> None:
    for row in coverage():
        assert any(not clauses()[id_].beyond for id_ in row.clauses), row.provision


def test_a_provision_of_a_signed_agreement_is_in_the_variant_that_restates_it() -> None:
    variant_of = {"chhs": "intra-agency", "idea": "state-agency", "idea_addenda": "state-agency"}
    for row in coverage():
        assert any(clauses()[id_].is_in(variant_of[row.agreement]) for id_ in row.clauses), row.provision


def test_times_are_phrases_with_a_source() -> None:
    assert times()["breach_licensed_facility"] == "15 business days after detection"
    assert len(times()) >= 9 and times().keys() == time_sources().keys()
    for name, phrase in times().items():
        assert isinstance(phrase, str) and not phrase.endswith("."), name
        assert time_sources()[name], name


@pytest.mark.parametrize(
    ("text", "found", "current"),
    [
        ("Gov. Code 6254.5 applies.", "Gov. Code 6254.5", "Government Code section 7921.505"),
        ("under Government Code section 6254.5(e),", "Government Code section 6254.5(e)", "section 7921.505(c)(5)"),
        ("(Gov. Code § 6250 et seq.)", "Gov. Code § 6250 et seq.", "section 7920.000 and following"),
        ("99 CFR 99.35", "99 CFR 99.35", "34 CFR 99.35"),
        ("NIST SP 800-88 Rev. 1", "NIST SP 800-88 Rev. 1", "current revision"),
        ("NIST 800-88r1", "800-88r1", "current revision"),
        ("the State Administration Manual", "State Administration Manual", "State Administrative Manual"),
        ("a HIPPA form", "HIPPA", "HIPAA"),
        ("including but limited to names", "including but limited to", "including"),
    ],
)
def test_stale_citations_are_found(text: str, found: str, current: str) -> None:
    (stale,) = stale_citations(text)
    assert found in stale.found
    assert text[stale.start :].startswith(stale.found)
    assert current in stale.current
    assert stale.reason


@pytest.mark.parametrize(
    "text",
    [
        "", "Government Code section 7921.505(c)(5)", "34 CFR 99.35", "NIST SP 800-88 Rev. 2", "NIST SP 800-88",
        "HIPAA", "call 916-625-0100", "6250 records", "including but not limited to", "section 62545",
    ],
)  # fmt: skip
def test_current_citations_are_left_alone(text: str) -> None:
    assert stale_citations(text) == ()


def test_no_current_citation_of_the_catalogue_is_stale_and_every_superseded_one_is_or_is_a_standard() -> None:
    standards = {"FIPS 140-2"}
    for authority in authorities().values():
        for citation in (authority.citation, *authority.also):
            assert stale_citations(citation) == (), citation
        for old in set(authority.supersedes) - standards:
            assert stale_citations(old), old


def test_the_matrix_is_in_step() -> None:
    path = ROOT / "docs" / "clauses.md"
    assert path.read_text(encoding="utf-8") == matrix(), "run: python -m agreegen.law.matrix > docs/clauses.md"


def test_the_matrix_has_every_clause_once_and_even_rows() -> None:
    rows = [line for line in matrix().splitlines() if line.startswith("| `")]
    assert [row.split("`")[1] for row in rows] == list(clauses())
    assert len(rows) == 143
    assert {line.replace("\\|", "").count("|") for line in rows} == {8}


def test_values_of_expressions() -> None:
    assert value_of("party.name", {"party": {"name": "DHCS"}}) == "DHCS"
    assert value_of("party.name or none", {"party": {"name": ""}}) is None
    with pytest.raises(UsageError, match="nobody"):
        value_of("party.nobody", {"party": {}})
    assert [of_variant(v)["is_state_form"] for v in VARIANTS] == [True, True, False, False]
    assert holds("program == 'idea' and is_state_form", of_variant("state-agency"))


def test_part_of_a_stale_citation_is_in_whatever_is_found() -> None:
    from re import _constants, _parser  # noqa: PLC0415

    for row in table("stale"):
        runs = [""]
        for kind, value in _parser.parse(row["find"], re.IGNORECASE):
            runs = [*runs[:-1], runs[-1] + chr(value)] if kind is _constants.LITERAL else [*runs, ""]
        assert row["has"] in [run.lower() for run in runs], row["find"]

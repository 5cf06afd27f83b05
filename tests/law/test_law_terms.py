"""Settings: defaults of each variant, counsel's choices, and what is said about wrong ones."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from agreegen.law import VARIANTS
from agreegen.law.terms import settings, terms

IA, SA, LG, UN = VARIANTS


@pytest.mark.parametrize(
    ("name", "by_variant"),
    [
        ("instrument", ["under_signed_master", "under_signed_master", "standalone", "standalone"]),
        ("filing_by", ["recipient", "recipient", "each", "each"]),
        ("chhs_escalation", ["agreement", None, None, None]),
        ("idea_trigger", [None, "provider", None, None]),
        ("incident_outer_hours", [None, None, 24, 24]),
        ("security_baseline", ["sam_5300", "sam_5300", "sam_5300", "nist_800_171"]),
        ("training_months", [12, 12, 12, 12]),
        ("contractor_approval", ["notice", "notice", "prior", "prior"]),
        ("audit_level", ["attest", "documents", "documents", "documents"]),
        ("small_cell", [11, 11, 11, 11]),
        ("deid_any_use", [False, True, False, False]),
        ("deid_silence", ["clear"] * 4),
        ("records_years", [3, 3, 3, 3]),
        ("term_years", [None, None, 3, None]),
        ("indemnity", ["none", "none", "mutual_proportional", "mutual_proportional"]),
        ("incident_cost_rule", ["own", "own", "at_fault", "at_fault"]),
        ("venue", [None, None, "provider_county", "silent"]),
        ("signed_acknowledgment", [False, False, True, True]),
        ("mfa", [True] * 4),
        ("multiparty", [True, True, False, False]),
        ("target_months", [3, None, None, None]),
        ("ip_rule", ["as_proposal", "as_proposal", "maker", "university"]),
        ("gap", [
            {"no_reid": True, "ai": False, "location": loc, "enforcement": False, "suspension": True}
            for loc in (False, False, True, True)
        ]),
        ("dispute_days", [
            {"lead": None, "executive": None, "mediation": None, "publication": None},
            {"lead": None, "executive": None, "mediation": None, "publication": None},
            {"lead": 10, "executive": 20, "mediation": 60, "publication": None},
            {"lead": 10, "executive": 20, "mediation": None, "publication": 10},
        ]),
    ],
)  # fmt: skip
def test_defaults(name: str, by_variant: list[Any]) -> None:
    assert [terms(v)[0][name] for v in VARIANTS] == by_variant


@pytest.mark.parametrize(
    ("variant", "chosen", "path", "value"),
    [
        (LG, {"incident outer hours": 48}, ("incident_outer_hours",), 48),
        (LG, {"incident-outer-hours": "48"}, ("incident_outer_hours",), 48),
        (LG, {"venue": "Sacramento"}, ("venue",), "sacramento"),
        (LG, {"security_baseline": "NIST 800-53"}, ("security_baseline",), "nist_800_53"),
        (IA, {"body": "proposal only"}, ("body",), "proposal_only"),
        (IA, {"indemnity": None}, ("indemnity",), "none"),
        (LG, {"gap": {"ai": "yes"}}, ("gap", "ai"), True),
        (LG, {"gap.ai": True}, ("gap", "ai"), True),
        (LG, {"term years": "none"}, ("term_years",), None),
        (LG, {"dispute days": {"lead": 5}}, ("dispute_days", "lead"), 5),
        (UN, {"cyber limit": "$2,000,000 for each claim"}, ("cyber_limit",), "$2,000,000 for each claim"),
    ],
)
def test_choices(variant: str, chosen: dict[str, Any], path: tuple[str, ...], value: Any) -> None:
    found, problems = terms(variant, chosen)
    assert problems == ()
    at: Any = found
    for name in path:
        at = at[name]
    assert at == value and type(at) is type(value)


@pytest.mark.parametrize(
    ("variant", "chosen", "says", "remedy"),
    [
        (LG, {"incident_hours": 3}, "no setting incident_hours", "incident_outer_hours"),
        (LG, {"zzz": 3}, "no setting zzz", "small_cell"),
        (IA, {"venue": "sacramento"}, "intra-agency master has no setting venue", "leave it out"),
        (LG, {"venue": "fresno"}, "'fresno' is no value", "provider_county, recipient_county, sacramento, silent"),
        (SA, {"filing_by": "provider"}, "'provider' is no value", "recipient"),
        (LG, {"small_cell": 5}, "5 is no value", "from 11 to 100"),
        (LG, {"small_cell": True}, "True is no value", "from 11 to 100"),
        (LG, {"small_cell": "²"}, "'²' is no value", "from 11 to 100"),
        (UN, {"cyber_limit": ["$1,000,000"]}, "is no value of the setting cyber_limit", "in words"),
        (LG, {"small_cell": None}, "None is no value", "can't be empty"),
        (LG, {"term_years": 4}, "4 is no value", "3, 5, none"),
        (LG, {"mfa": "maybe"}, "'maybe' is no value", "yes or no"),
        (LG, {"gap": True}, "gap is a group", "no_reid"),
        (LG, {"gap": {"no_reids": True}}, "no setting gap.no_reids", "gap.no_reid"),
    ],
)
def test_wrong_choices_leave_the_default_and_say_what_is_right(
    variant: str, chosen: dict[str, Any], says: str, remedy: str
) -> None:
    found, (problem,) = terms(variant, chosen)
    assert found == terms(variant)[0]
    assert says in problem.message
    assert remedy in problem.hint


def test_law_forces_and_raises_settings() -> None:
    facts = {"fti": False, "ssa": False, "cjis": False, "hiv": True, "phi": True}
    found, problems = terms(IA, None, facts)
    assert (found["signed_acknowledgment"], found["records_years"], problems) == (True, 6, ())
    _, (problem,) = terms(IA, {"signed_acknowledgment": "no"}, facts)
    assert "law" in problem.message
    assert terms(IA, None, dict.fromkeys(facts, False))[0]["records_years"] == 3


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_default_is_a_value_that_the_variant_allows(variant: str) -> None:
    assert len(settings()) > 40
    for name, setting in settings().items():
        assert setting.about and setting.source, name
        assert setting.kind in {"choice", "yes or no", "number", "words"}, name
        if setting.exists_in(variant):
            found, problems = terms(variant, {name: setting.default(variant)})
            assert problems == (), name
            assert found == terms(variant)[0], name


COMPARED = re.compile(r'\bterms\.([a-z_.]+) [!=]= "([^"]*)"')


def test_texts_ask_only_for_values_that_a_setting_can_have() -> None:
    asked = {
        found
        for text in (Path(__file__).parents[2] / "templates").rglob("*.txt")
        for found in COMPARED.findall(text.read_text(encoding="utf-8"))
    }
    assert {"security_baseline", "venue", "indemnity"} <= {name for name, _ in asked}
    for name, value in asked:
        assert value in {v for variant in VARIANTS for v in settings()[name].choices(variant)}, (name, value)


def test_a_new_master_is_not_printed_without_its_terms() -> None:
    found, problems = terms(IA, {"instrument": "new master", "body": "proposal only"})
    assert [p.name for p in problems] == ["body"]
    assert "instrument" in problems[0].hint
    assert (found["instrument"], found["body"]) == ("new_master", "full")
    assert terms(IA, {"instrument": "new master"})[1] == ()

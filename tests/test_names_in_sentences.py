"""Names inside sentences: a name that is said with an article has it, wherever a sentence prints the name."""

from __future__ import annotations

import pathlib
import re
from typing import Any

import pytest

from agreegen.agreement import agreement_of
from agreegen.agreement.outcome import decider
from agreegen.law.tables import table
from agreegen.partner import Kind, Party, inside
from agreegen.reading import read_partners, read_proposal
from agreegen.render import render
from agreegen.template.outline import outline
from masters import master

ROOT = pathlib.Path(__file__).parents[1]
SF = "City and County of San Francisco"


@pytest.mark.parametrize(("name", "called"), [
    (SF, f"the {SF}"), ("City of Fresno", "the City of Fresno"), ("County of Napa", "the County of Napa"),
    ("Board of Equalization", "the Board of Equalization"), ("State Personnel Board", "the State Personnel Board"),
    ("Governor's Office of Tribal Advisor", "the Governor's Office of Tribal Advisor"),
    ("Department of Motor Vehicles", "the Department of Motor Vehicles"), ("Sample Tribe", "the Sample Tribe"),
    ("University of Sample", "the University of Sample"), ("Sample School District", "the Sample School District"),
    ("The Regents of the University of California", "the Regents of the University of California"),
    ("Napa County", "Napa County"), ("DHCS", "DHCS"), ("UC Merced", "UC Merced"), ("Sample College", "Sample College"),
    ("California Volunteers", "California Volunteers"), ("Sacramento State", "Sacramento State"),
    ("California State University, Fresno", "California State University, Fresno"),
    ("the District", "the District"), ("The District", "the District"), ("the Agency", "the Agency"),
    ("District", "the District"), ("City", "the City"), ("County", "the County"), ("University", "the University"),
    ("Hospital District of Sample", "the Hospital District of Sample"), ("Sample Tribes", "the Sample Tribes"),
    ("Association of Sample Governments", "the Association of Sample Governments"),
])  # fmt: skip
def test_a_name_takes_the_article_of_its_kind(name: str, called: str) -> None:
    party = Party.model_validate({"legal name": name, "kind": "special district"})
    assert party.called == called


BARE = {
    "California Volunteers", "California Correctional Health Care Services", "California Complete Count Census",
    "State Parks", "CAL FIRE",
}  # fmt: skip
"""Names of the lists of the State that sentences say without an article, beside abbreviations of one word."""


def test_names_of_the_lists_are_said_as_people_say_them() -> None:
    names = {row[key] for name in ("calhhs", "idea") for row in table("lists")[name]
             for key in ("legal_name", "short_name")} - {""}  # fmt: skip
    assert {name for name in names if inside(name) == name and " " in name} == BARE
    assert inside("California Conservation Corps") == "the California Conservation Corps"


OFFICERS: dict[str, Any] = {
    "governing_body": {"name": "The City Council", "action": "delegation", "delegate": "the City Manager"},
    "counsel": {"title": "The City Attorney"}, "signatory": {"title": "the City Manager"},
}  # fmt: skip


@pytest.mark.parametrize("two_way", [False, True])
def test_bodies_and_officers_have_one_article(two_way: bool) -> None:
    found = read_proposal(ROOT / "proposals/county-coverage.yaml", read_partners(ROOT / "proposals/partners")).proposal
    assert found is not None
    plain = {"legal_name": "City of Fresno", "short_name": "the City", "kind": "city", "clerk": "the City Clerk"}
    city = Party.model_validate({**plain, **OFFICERS, "contacts": found.lead_recipient.contacts})
    agreement = agreement_of(found.model_copy(update={
        "recipient": (city,), "direction": "two_way" if two_way else "one_way"}))  # fmt: skip
    text = outline(render(master(agreement.variant), agreement.context))
    assert not re.search(r"\b[Tt]he [Tt]he\b", text)
    assert "the City Council gave this officer the power" in text and "The City Attorney of the City" in text
    assert "For the City of Fresno, a municipal corporation" in text
    assert "Agreement number of the City " not in text and "<Signature> City Clerk" in text
    said = [line for line in text.splitlines() if re.search(r"(?:^|[.)] )the City\b", line)]
    assert [line for line in said if not line.startswith(("|", "<Sig", "<Cover"))] == []


def test_a_university_that_contracts_by_its_trustees_has_a_small_article_inside_sentences() -> None:
    found = read_proposal(ROOT / "proposals/university-research.yaml", read_partners(ROOT / "proposals/partners"))
    assert found.proposal is not None
    text = outline(render(master("university"), agreement_of(found.proposal).context))
    assert "The officer who signs for the " in text and "no power to bind the " in text
    said = text.split("@ [")[0].replace("of authority of The Regents", "")  # as the example says it
    assert not re.search(r"\b(?:for|of|to|by|bind|with) The [A-Z]", said)


@pytest.mark.parametrize(("said", "printed"), [
    ("Governor's Office", "the Governor's Office"), ("The Governor's Office", "the Governor's Office"),
    ("Undersecretary", "the Undersecretary"), ("the Undersecretaries", "the Undersecretaries"),
    ("Risk Management Subcommittee", "the Risk Management Subcommittee"), ("Directors", "the Directors"),
    ("DHCS", "DHCS"), (None, None),
])  # fmt: skip
def test_who_decided_has_an_article(said: str | None, printed: str | None) -> None:
    assert decider(said) == printed


@pytest.mark.parametrize(
    ("example", "side", "name", "kind", "two_way"),
    [
        ("county-coverage", "recipient", SF, Kind.COUNTY, False),
        ("county-coverage", "recipient", "City of Fresno", Kind.CITY, True),
        ("disputed-eligibility", "provider", "Board of Equalization", Kind.STATE_AGENCY, False),
        ("disputed-eligibility", "recipient", "Department of Alcoholic Beverage Control", Kind.STATE_AGENCY, True),
    ],
)
def test_sentences_have_the_article(example: str, side: str, name: str, kind: Kind, two_way: bool) -> None:
    found = read_proposal(ROOT / f"proposals/{example}.yaml", read_partners(ROOT / "proposals/partners")).proposal
    assert found is not None
    other = getattr(found, side)[0]
    named = other.model_copy(update={"legal_name": name, "short_name": None, "kind": kind})
    more = other.model_copy(update={"legal_name": "Second Sample Board", "short_name": None, "kind": kind})
    changed = found.model_copy(update={side: (named, more), "direction": "two_way" if two_way else "one_way"})
    agreement = agreement_of(changed)
    text = outline(render(master(agreement.variant), agreement.context))
    sentences = [line for line in text.splitlines() if name in line and not line.startswith(("|", "<Sig", "<Cover"))]
    assert len(sentences) > 3
    for line in sentences:
        bare = re.findall(rf"(?<![Tt]he ){re.escape(name)}(?!, an? )", line)
        assert not bare, line
        assert not re.search(rf"(?:^|[.)] )the {re.escape(name)}", line), line

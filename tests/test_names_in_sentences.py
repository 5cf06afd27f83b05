"""Names inside sentences: a name that is said with an article has it, wherever a sentence prints the name."""

from __future__ import annotations

import functools
import pathlib
import re

import pytest

from agreegen.agreement import agreement_of
from agreegen.law.clauses import clauses
from agreegen.law.exhibits import exhibits
from agreegen.partner import Kind, Party
from agreegen.reading import read_partners, read_proposal
from agreegen.render import render
from agreegen.template import Template, compile
from agreegen.template.outline import outline

ROOT = pathlib.Path(__file__).parents[1]
SF = "City and County of San Francisco"


@functools.cache
def master(variant: str) -> Template:
    ids = frozenset([*clauses(), *(f"exhibit:{exhibit.id}" for exhibit in exhibits())])
    return compile(ROOT / f"templates/masters/{variant}/master.docx", root=ROOT / "templates", elsewhere=ids)


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
])  # fmt: skip
def test_a_name_takes_the_article_of_its_kind(name: str, called: str) -> None:
    party = Party.model_validate({"legal name": name, "kind": "special district"})
    assert party.called == called


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

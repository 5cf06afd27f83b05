"""The university agreement under other facts: no Research, an auxiliary that signs, a campus that provides."""

from __future__ import annotations

import functools
import pathlib
import re
from typing import TYPE_CHECKING, Any

import pytest

from agreegen.agreement import agreement_of
from agreegen.law.clauses import clauses
from agreegen.law.exhibits import exhibits
from agreegen.proposal.regimes import Research
from agreegen.proposal.technical import EndOfUse
from agreegen.reading import read_partners, read_proposal
from agreegen.render import render
from agreegen.template import compile as compiled
from agreegen.template.outline import outline

if TYPE_CHECKING:
    from agreegen.proposal import Proposal
    from agreegen.template import Template

ROOT = pathlib.Path(__file__).resolve().parents[1]
TEMPLATES = ROOT / "templates"


@pytest.fixture(scope="module")
def study() -> Proposal:
    proposals = ROOT / "proposals"
    proposal = read_proposal(proposals / "university-research.yaml", read_partners(proposals / "partners")).proposal
    assert proposal is not None
    return proposal


@functools.cache
def master() -> Template:
    """The university master; shared clauses may name what other masters have."""
    ids = frozenset([*clauses(), *(f"exhibit:{e.id}" for e in exhibits())])
    return compiled(TEMPLATES / "masters" / "university" / "master.docx", root=TEMPLATES, elsewhere=ids)


def text(proposal: Proposal) -> str:
    """The outline of the whole agreement; a reference that leads nowhere is an error of rendering."""
    return outline(render(master(), agreement_of(proposal).context))


def operations(proposal: Proposal) -> Proposal:
    """The same exchange for a purpose other than Research, without a Product for the public."""
    use = proposal.use.model_copy(update={"products": (), "deidentification": None})
    return proposal.model_copy(update={"research": None, "ferpa": None, "redisclosure": None, "use": use})


def test_without_research_nothing_of_research_remains(study: Proposal) -> None:
    found = text(operations(study))
    for name in ("[principal-investigator]", "[research]", "[publication-plan]", "**Principal Investigator** means"):
        assert name in text(study) and name not in found, name
    assert "The Approved Proposal provides for no publication." in found


def test_a_campus_that_provides_may_use_products_for_research(study: Proposal) -> None:
    turned = operations(study).model_copy(update={"provider": study.recipient, "recipient": study.provider})
    assert "for research, teaching, public service, and governmental purposes" in text(turned)
    assert "within government, for governmental purposes" in text(study)


def test_an_auxiliary_signs_as_a_contractor_or_is_the_party(study: Proposal) -> None:
    campus = study.recipient[0]
    bound = campus.model_copy(update={"auxiliary": "Example Foundation"})
    found = text(study.model_copy(update={"recipient": (bound,)}))
    assert "It is not a Party." in found and "other than an auxiliary organization that signs it" in found
    party = bound.model_copy(update={"contracting_party": "Example Foundation"})
    found = text(study.model_copy(update={"recipient": (party,)}))
    assert "and is itself the Party." in found and "It is not a Party." not in found


def test_approval_of_a_publication_is_its_review(study: Proposal) -> None:
    found = text(study)
    assert re.search(r"for a publication, the review of Section \d+\.\d+ takes the place of the approval", found)


@pytest.mark.parametrize(("said", "meant"), [("yes", True), ("no", False), (True, True), ("Two", "Two")])
def test_yes_and_no_are_no_words_to_print(said: Any, meant: Any) -> None:
    assert Research.model_validate({"students": said}).students == meant
    assert EndOfUse.model_validate({"certificate": said}).certificate == meant

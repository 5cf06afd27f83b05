"""The university agreement under other facts: no Research, an auxiliary that signs, a campus that provides."""

from __future__ import annotations

import pathlib
import re
from typing import TYPE_CHECKING, Any

import pytest

from agreegen.agreement import agreement_of
from agreegen.agreement.naming import party_record
from agreegen.partner import Kind, Party
from agreegen.proposal.regimes import Hipaa, Research
from agreegen.proposal.technical import EndOfUse, Flow
from agreegen.reading import read_partners, read_proposal
from agreegen.render import render
from agreegen.template.outline import outline
from masters import master

if TYPE_CHECKING:
    from agreegen.proposal import Proposal

ROOT = pathlib.Path(__file__).resolve().parents[1]
TEMPLATES = ROOT / "templates"


@pytest.fixture(scope="module")
def study() -> Proposal:
    proposals = ROOT / "proposals"
    proposal = read_proposal(proposals / "university-research.yaml", read_partners(proposals / "partners")).proposal
    assert proposal is not None
    return proposal


def text(proposal: Proposal) -> str:
    """The outline of the whole agreement; a reference that leads nowhere is an error of rendering."""
    return outline(render(master("university"), agreement_of(proposal).context))


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
    party = auxiliary(campus)
    found = text(study.model_copy(update={"recipient": (party,)}))
    assert "Example Foundation is itself the Party." in found and "It is not a Party." not in found


def auxiliary(campus: Party) -> Party:
    """An auxiliary of the campus that signs in its place."""
    record = campus.model_dump(mode="json", exclude_none=True, exclude={"ipa_applies", "public_agency", "short_name"})
    own = {"legal_name": "Example Foundation", "kind": "auxiliary", "contracting_party": None, "unit": None}
    return Party.model_validate({**record, **own, "campus": "University of Example", "hipaa_status": "hybrid"})


def test_an_auxiliary_that_is_the_party_is_a_private_body(study: Proposal) -> None:
    party = auxiliary(study.recipient[0])
    assert party.is_university and party.is_private and not party.ipa_applies and not party.public_agency
    turned = study.model_copy(update={"recipient": (party,), "hipaa": Hipaa(relationship="business_associate")})
    facts = agreement_of(turned).context["facts"]
    assert facts["recipient_private"] and facts["recipient_outside_cpra"] and facts["ipa_by_contract"]
    assert not facts["recipient_agency"] and not facts["recipient_public"] and not facts["auxiliary"]
    found = text(turned)
    for said in (
        "an auxiliary organization of the University of Example",
        "a legal person apart from the University of Example, the campus that it serves, and is a private body",
        "For a Party that is a private body, Law includes Civil Code section 1798.82",
        "Each Party that is a private body shall carry general liability insurance",
        "the written contract between the Data Provider and the Data Recipient to which 45 CFR 164.504(e)(2) refers",
        "Law that opens records of auxiliary organizations to the public applies to it on its own terms",
        "**Concurrence of the campus**",
        "Information Practices Act does not of its own force bind",
    ):
        assert said in found, said
    for never in ("895.4 allows", "as a private university", "on disclosure to a governmental agency"):
        assert never not in found, never


def test_the_campus_of_an_auxiliary_concurs_and_is_not_bound(study: Proposal) -> None:
    party = auxiliary(study.recipient[0])
    context = agreement_of(study.model_copy(update={"recipient": (party,)})).context
    heads = [
        (b["heading"], b["party"]) for b in context["blocks"] if "ampus" in b["heading"] or "officer" in b["heading"]
    ]
    assert ("Concurrence of the campus", "University of Example") in heads
    assert ("Data Recipient: authorized officer", party_record(party, study)["full"]) in heads


def test_each_recipient_has_the_duties_of_the_information_practices_act(study: Proposal) -> None:
    """A recipient that the Act binds says so beside one that has its duties by contract."""
    college = study.recipient[0].model_copy(update={
        "legal_name": "Sample College District", "short_name": "SCD", "kind": Kind.CCC, "ipa_applies": False,
    })  # fmt: skip
    own = f"{study.recipient[0].name} treats the Information Practices Act as binding on it of its own force"
    both = study.model_copy(update={"recipient": (study.recipient[0], college)})
    for proposal, contract, alone, beside in ((study, False, True, False), (both, True, False, True)):
        found = text(proposal)
        assert ("Each Data Recipient that the Act does not bind shall" in found) is contract
        assert ("The Data Recipient treats the Information Practices Act as binding" in found) is alone
        assert (own in found) is beside


def test_flows_name_the_parties_as_the_agreement_does(study: Proposal) -> None:
    flows = tuple(Flow.model_validate(f) for f in (
        {"sender": "cde", "receiver": "uc-riverside", "content": "Pupil files"},
        {"sender": "recipient", "receiver": "provider", "content": "Risk flags"},
    ))  # fmt: skip
    both = operations(study).model_copy(
        update={"direction": "two_way", "transfer": study.transfer.model_copy(update={"flows": flows})}
    )
    found = text(both)
    assert "| CDE: Pupil files | UC Riverside |" in found and "| UC Riverside: Risk flags | CDE |" in found
    assert "uc-riverside" not in found


def test_approval_of_a_publication_is_its_review(study: Proposal) -> None:
    found = text(study)
    assert re.search(r"for a publication, the review of Section \d+\.\d+ takes the place of the approval", found)


@pytest.mark.parametrize(("said", "meant"), [("yes", True), ("no", False), (True, True), ("Two", "Two")])
def test_yes_and_no_are_no_words_to_print(said: Any, meant: Any) -> None:
    assert Research.model_validate({"students": said}).students == meant
    assert EndOfUse.model_validate({"certificate": said}).certificate == meant

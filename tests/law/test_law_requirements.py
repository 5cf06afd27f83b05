"""Required-ness by program, dispute and duty of law."""

from __future__ import annotations

from typing import Any

import pytest
from law_fields import field_exists

from agreegen.errors import UsageError
from agreegen.law import PROGRAMS
from agreegen.law.requirements import Requirement, requirements
from agreegen.partner import Party
from agreegen.proposal import Proposal


def need(field: str, program: str, **state: bool) -> str:
    return {r.field: r for r in requirements(program, **state)}[field].need


def row(field: str, program: str = "standalone", **state: bool) -> Requirement:
    return {r.field: r for r in requirements(program, **state)}[field]


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("state", [{}, {"disputed": True}, {"by_law": True}])
def test_every_row_names_a_real_field_and_says_what_belongs_there(program: str, state: dict[str, bool]) -> None:
    rows = requirements(program, **state)
    assert len(rows) > 100
    assert len({r.field for r in rows}) == len(rows)
    for r in rows:
        side, _, path = r.field.partition(".")
        real = field_exists(Party, path) if side in {"provider", "recipient"} else field_exists(Proposal, r.field)
        assert real, r.field
        assert r.belongs and r.example and r.source, r.field
        assert not r.belongs.endswith("."), r.field


@pytest.mark.parametrize(
    ("field", "plain", "disputed", "by_law"),
    [
        ("purpose.scope", ("yes", "yes", "yes"), ("yes", "yes", "yes"), ("yes", "yes", "yes")),
        ("purpose.benefits.recipient", ("yes", "yes", "yes"), ("yes", "yes", "yes"), ("no", "no", "no")),
        ("authority.recipient.text", ("no", "yes", "yes"), ("yes", "yes", "yes"), ("no", "yes", "yes")),
        ("purpose.need", ("yes", "yes", "yes"), ("yes", "yes", "yes"), ("yes", "yes", "yes")),
        ("use.products", ("yes", "yes", "yes"), ("yes", "yes", "yes"), ("no", "no", "no")),
        ("dispute.provider_risk", ("no", "no", "no"), ("yes", "yes", "no"), ("no", "no", "no")),
        ("dispute.alternatives", ("no", "no", "no"), ("yes", "yes", "no"), ("no", "no", "no")),
        ("dispute.discussion", ("no", "no", "no"), ("yes", "yes", "no"), ("no", "no", "no")),
        ("dispute.objection", ("no", "no", "no"), ("yes", "yes", "yes"), ("no", "no", "no")),
        ("undisputed_because", ("yes", "yes", "no"), ("no", "no", "no"), ("no", "no", "no")),
        ("required_by_law", ("no", "no", "no"), ("no", "no", "no"), ("yes", "yes", "yes")),
        ("privacy.protocols", ("no", "yes", "yes"), ("no", "yes", "yes"), ("no", "yes", "yes")),
        ("security.protocols", ("yes", "yes", "yes"), ("yes", "yes", "yes"), ("yes", "yes", "yes")),
        ("opinions", ("no", "yes", "no"), ("no", "yes", "no"), ("no", "yes", "no")),
        ("recipient.contacts.submitter.name", ("yes", "no", "no"), ("yes", "no", "no"), ("yes", "no", "no")),
        ("provider.contacts.executive_sponsor.title", ("yes", "no", "no"), ("yes", "no", "no"), ("yes", "no", "no")),
        ("provider.governing_body.name", ("no", "no", "if"), ("no", "no", "if"), ("no", "no", "if")),
        ("provider.governing_body.delegate", ("no", "no", "if"), ("no", "no", "if"), ("no", "no", "if")),
    ],
)
def test_needs(field: str, plain: tuple[str, ...], disputed: tuple[str, ...], by_law: tuple[str, ...]) -> None:
    assert tuple(need(field, p) for p in PROGRAMS) == plain
    assert tuple(need(field, p, disputed=True) for p in PROGRAMS) == disputed
    assert tuple(need(field, p, by_law=True) for p in PROGRAMS) == by_law


def test_a_disputed_proposal_has_no_short_form() -> None:
    assert need("purpose.reason", "idea", disputed=True, by_law=True) == "yes"
    assert need("purpose.reason", "idea", by_law=True) == "no"


def proposal(**more: Any) -> Proposal:
    party = {"legal_name": "Department of Samples", "kind": "state agency"}
    return Proposal.model_validate({"proposal": "Sample", "provider": party, "recipient": party, **more})


def test_conditions() -> None:
    county = Party.model_validate({"legal_name": "County of Alameda", "kind": "county"})
    state = Party.model_validate({"legal_name": "Department of Samples", "kind": "state agency"})
    campus = Party.model_validate({"legal_name": "University of California, Davis", "kind": "uc"})
    board = row("provider.governing_body.name")
    assert board.is_needed({"party": county}) and not board.is_needed({"party": state})
    assert row("recipient.contracting_party").is_needed({"party": campus})
    assert not row("recipient.contracting_party").is_needed({"party": county})
    assert row("recipient.records_authority").is_needed({"party": county})
    delegate = row("recipient.governing_body.delegate")
    for action, needed in (("Standing Delegation", True), ("resolution", False), (None, False)):
        body = {"name": "Board of Supervisors", "action": action}
        acting = Party.model_validate({"legal_name": "County of Alameda", "kind": "county", "governing_body": body})
        assert delegate.is_needed({"party": acting}) is delegate.is_needed({"party": acting.model_dump()}) is needed
    assert not delegate.is_needed({"party": county})
    assert row("provider.county").is_needed({"terms": {"venue": "provider_county"}})
    assert not row("provider.county").is_needed({"terms": {"venue": "silent"}})
    assert row("use.products[].release_approved_by.provider").is_needed({"item": {"public": True}})
    ba, lds = proposal(hipaa="business associate"), proposal(hipaa="limited data set")
    ground = row("hipaa.ground")
    assert not ground.is_needed({"facts": {"there_phi": True}, "proposal": ba})
    assert ground.is_needed({"facts": {"there_phi": True}, "proposal": lds})
    assert not ground.is_needed({"facts": {"there_phi": True}, "proposal": proposal()})
    roles = row("use.roles")
    assert roles.is_needed({"proposal": proposal()})
    assert roles.is_needed({"proposal": proposal(use={"users": [{"name": "A", "roles": "Nurse"}, "B"]})})
    assert not roles.is_needed({"proposal": proposal(use={"users": [{"name": "A", "roles": "Nurse"}]})})


def test_every_condition_can_be_decided() -> None:
    names = """public_products ferpa ferpa_audit ferpa_studies provider_ipa consent funds open_ended ongoing
        redisclosure research phi hipaa_limited part2 fti contractors ssa cjis vital_records tribal ai two_way
        there_phi back_phi there_ipa back_ipa"""
    facts = dict.fromkeys(names.split(), False)
    terms = {"venue": "silent", "gap": {"location": False}}
    party = Party.model_validate({"legal_name": "County of Alameda", "kind": "county"})
    context = {"facts": facts, "terms": terms, "variant": "university", "proposal": proposal(), "party": party,
               "item": {"public": False}}  # fmt: skip
    plain = {**context, "proposal": proposal().model_dump(), "party": party.model_dump()}
    conditional = [r for p in PROGRAMS for s in (False, True) for r in requirements(p, s) if r.need == "if"]
    assert len(conditional) > 100
    for r in conditional:
        assert r.is_needed(context) == r.is_needed(plain), r.field


def test_sources_name_the_form_of_the_program() -> None:
    assert row("purpose.scope", "calhhs").source == "CHHS form (08/30/18), field 3"
    assert row("purpose.scope", "idea").source == "IDEA form (July 1, 2026), field 3"
    assert row("purpose.reason", "idea", by_law=True).source.startswith("short form (CF 8; I 5.17)")


def test_an_unknown_program_is_refused() -> None:
    with pytest.raises(UsageError, match="no program"):
        requirements("federal")

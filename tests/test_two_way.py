"""Two-way exchange: each Party provides and receives, so each is on both sides of what the templates see."""

from __future__ import annotations

import pathlib

from agreegen.agreement import Agreement, agreement_of
from agreegen.reading import read_partners, read_proposal

PROPOSALS = pathlib.Path(__file__).parents[1] / "proposals"


def county(direction: str) -> Agreement:
    """The county example, in one direction or both."""
    proposal = read_proposal(PROPOSALS / "county-coverage.yaml", read_partners(PROPOSALS / "partners")).proposal
    assert proposal is not None
    return agreement_of(proposal.model_copy(update={"direction": direction}))


def test_one_way_keeps_the_sides_apart() -> None:
    context = county("one_way").context
    assert [p["name"] for p in context["providers"]] == ["DHCS"]
    assert [p["name"] for p in context["recipients"]] == ["Alameda County"]
    assert context["facts"]["recipient_local"] and not context["facts"]["recipient_state"]


def test_two_way_puts_each_party_on_both_sides_its_own_first() -> None:
    context = county("two_way").context
    assert [p["name"] for p in context["providers"]] == ["DHCS", "Alameda County"]
    assert [p["name"] for p in context["recipients"]] == ["Alameda County", "DHCS"]
    assert context["provider"]["name"] == "DHCS" and context["recipient"]["name"] == "Alameda County"
    assert context["facts"]["recipient_local"] and context["facts"]["recipient_state"]
    assert not context["facts"]["several_providers"]


def test_two_way_binds_the_county_by_contract_whichever_side_names_it() -> None:
    proposal = county("two_way").proposal
    turned = proposal.model_copy(update={"provider": proposal.recipient, "recipient": proposal.provider})
    assert agreement_of(turned).context["facts"]["ipa_by_contract"]
    one_way = turned.model_copy(update={"direction": "one_way"})
    assert not agreement_of(one_way).context["facts"]["ipa_by_contract"]

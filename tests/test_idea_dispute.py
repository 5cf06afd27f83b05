"""The dispute process under IDEA: which steps print follows from who is under the Governor."""

from __future__ import annotations

import pathlib
import re

import pytest

from agreegen.agreement import agreement_of
from agreegen.reading import read_partners, read_proposal
from agreegen.render import render
from agreegen.template.outline import outline
from masters import master

ROOT = pathlib.Path(__file__).parents[1]
GOVERNOR, MEDIATION = "the Governor's Office", "In place of those steps"
ENDED = "the Proposal is not approved"


def process(
    providers: dict[str, bool], *, recipient: bool = True, two_way: bool = False, trigger: str = "provider"
) -> str:
    """The clause on disputes, for providers and a recipient under the Governor or not."""
    found = read_proposal(
        ROOT / "proposals/disputed-eligibility.yaml", read_partners(ROOT / "proposals/partners")
    ).proposal
    assert found is not None
    base = found.lead_provider
    own = tuple(
        base.model_copy(update={"legal_name": n, "short_name": n, "under_governor": under})
        for n, under in providers.items()
    )
    changed = found.model_copy(update={
        "provider": own,
        "recipient": (found.lead_recipient.model_copy(update={"under_governor": recipient}),),
        "direction": "two_way" if two_way else "one_way",
        "terms": {"idea_trigger": trigger},
    })  # fmt: skip
    text = outline(render(master("state-agency"), agreement_of(changed).context))
    clause = re.search(r"^## \[dispute-idea\].*?(?=^## )", text, re.M | re.S)
    assert clause is not None
    return clause[0]


@pytest.mark.parametrize(
    ("providers", "recipient", "two_way", "trigger", "governor", "ended"),
    [
        ({"One": True}, True, False, "provider", True, False),
        ({"One": True}, False, False, "provider", True, False),
        ({"One": True}, False, False, "any", False, True),
        ({"One": True}, False, True, "provider", True, True),
        ({"One": False}, True, False, "provider", False, True),
        ({"One": True, "Two": True}, True, False, "provider", True, False),
        ({"One": False, "Two": False}, True, False, "provider", False, True),
        ({"One": True, "Two": False}, True, False, "provider", True, True),
        ({"One": True, "Two": False}, True, False, "any", False, True),
    ],
)
def test_steps_follow_from_who_is_under_the_governor(
    providers: dict[str, bool], recipient: bool, two_way: bool, trigger: str, governor: bool, ended: bool
) -> None:
    found = process(providers, recipient=recipient, two_way=two_way, trigger=trigger)
    assert (GOVERNOR in found, ENDED in found) == (governor, ended)
    assert (MEDIATION in found) == (governor and ended)


def test_mixed_providers_keep_each_its_own_process() -> None:
    found = process({"One": True, "Two": False, "Three": False})
    assert "A dispute about Data of One takes these steps" in found
    assert "Two and Three are not under the authority of the Governor." in found
    assert "as far as it is about Data of Two or Three, to the Chief Data Officer" in found

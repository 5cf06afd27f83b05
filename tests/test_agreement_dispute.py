"""What agreements among state bodies print of a dispute: who objects, how it ended, what signatures are worth."""

from __future__ import annotations

import datetime as dt
import pathlib
import typing
from typing import Any

import pytest

from agreegen.agreement import agreement_of
from agreegen.agreement.outcome import OUTCOMES
from agreegen.proposal.dispute import Positions
from agreegen.reading import read_partners, read_proposal
from agreegen.render import render
from agreegen.template.outline import outline
from masters import master

ROOT = pathlib.Path(__file__).parents[1]
DAY = dt.date(2027, 8, 1)
WAITS = "The signatures below have effect only when"
AGAIN = "A signature given before the day of the result has no effect, and the individual who gave it signs again."


def printed(variant: str = "state-agency", **changes: Any) -> str:
    """The disputed example with other values of its dispute (or of the proposal), in a variant."""
    found = read_proposal(
        ROOT / "proposals/disputed-eligibility.yaml", read_partners(ROOT / "proposals/partners")
    ).proposal
    assert found is not None and found.dispute is not None
    dispute = found.dispute.model_copy(update={k: v for k, v in changes.items() if k != "provider"})
    own = [found.lead_provider.model_copy(update={"legal_name": n, "short_name": n})
           for n in changes.get("provider", ("CDSS",))]  # fmt: skip
    changed = found.model_copy(update={"variant": variant, "dispute": dispute, "provider": tuple(own)})
    return outline(render(master(variant), agreement_of(changed).context))


@pytest.mark.parametrize(
    ("dispute", "said", "carried"),
    [
        ({}, WAITS, False),
        ({"decision": "Approved for adults.", "decided_by": "the Undersecretaries"}, WAITS, False),
        ({"outcome": "approved", "decided_by": "the Undersecretaries", "decided_on": DAY},
         "The Undersecretaries approved the Proposal on August 1, 2027.", True),
        ({"outcome": "modified", "decision": "for adults", "decided_by": "the Undersecretaries",
          "decided_on": DAY},
         "The Undersecretaries approved the Proposal as modified on August 1, 2027, as follows: For adults.", True),
        ({"outcome": "settled", "decided_on": DAY}, "The Parties settled the dispute on August 1, 2027.",
         True),
        ({"decision": "Denied for want of authority", "decided_by": "the Governor's Office",
          "decided_on": DAY}, "The Governor's Office denied the Proposal on August 1, 2027", False),
    ],
)  # fmt: skip
@pytest.mark.parametrize("variant", ["state-agency", "intra-agency"])
def test_signatures_carry_out_a_result_that_is_no_denial(
    variant: str, dispute: dict[str, Any], said: str, carried: bool
) -> None:
    found = printed(variant, **dispute)
    assert said in found
    assert ("ignatures record that the Parties carry out this result." in found) is carried
    assert ("a signature below does not make it one" in found) is ("denied" in said)
    assert AGAIN in found and "before the day of the result that Section" in found


@pytest.mark.parametrize("by", [None, ("EDD",), ("EDD", "CDSS")])
def test_an_objection_is_that_of_the_party_that_gave_it(by: tuple[str, ...] | None) -> None:
    if by is None:
        found, who, has = printed(), "The Data Provider", "has"
        assert "| Objection given by | CDSS |" in found
    else:
        found, who = printed(provider=("EDD", "CDSS"), by=by), " and ".join(by)
        has = "have" if len(by) > 1 else "has"
        assert f"| Objection given by | {who} |" in found
    assert f"{who} {has} objected to this Proposal." in found
    assert f"{who} objected to this Proposal." in found


def test_each_outcome_has_its_words_in_every_place() -> None:
    said = {c for part in typing.get_args(Positions.model_fields["outcome"].annotation) for c in typing.get_args(part)}
    assert said == set(OUTCOMES)
    for outcome, (entry, ended, act) in OUTCOMES.items():
        found = printed(outcome=outcome, decided_by="the Undersecretaries", decided_on=DAY)
        assert f"with reasons | {entry} |" in found
        assert f"{ended} by the Undersecretaries on August 1, 2027." in found
        assert f"The Undersecretaries {act} on August 1, 2027." in found
        assert rf"Result:\t{entry}" in found

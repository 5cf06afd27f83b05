"""The rule on how a dispute ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agreegen.finding import Severity
from agreegen.rules.case import Case, Found, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

AGREED = frozenset({"approved", "active", "amended", "expired", "terminated"})
"""Statuses that a disputed proposal has only when its dispute has ended."""


def ended(case: Case) -> Iterator[Found]:
    """A disputed proposal is approved without a result of the dispute, or with half of one.

    Why: The signatures record the result: what it is, who decided, and when. A result that can't be told from a denial
    makes no agreement. Source: IDEA 6.1; CHHS agreement I.e, I.h.
    Bad:
        undisputed because:
        status: approved
        dispute: {objection: The cost is too high., environment: Calm, outside entities: None, consequences: Delay, provider risk: Cost, recipient risk: Delay, alternatives: None, provider: Too dear, recipient: Needed, discussion: Two meetings}
    Good:
        undisputed because:
        status: approved
        dispute: {objection: The cost is too high., environment: Calm, outside entities: None, consequences: Delay, provider risk: Cost, recipient risk: Delay, alternatives: None, provider: Too dear, recipient: Needed, discussion: Two meetings, outcome: modified, decision: A list each quarter., decided by: the Undersecretary, decided on: 2027-02-20}
    """  # noqa: E501 (YAML that is also run)
    dispute = case.proposal.dispute
    if dispute is None or dispute.result == "denied":
        return
    alone = case.program == "standalone"
    said = dispute.outcome or dispute.decision or dispute.decided_by or dispute.decided_on
    if not said and case.proposal.status in AGREED:
        status = case.proposal.status
        yield (
            ("status",),
            f"the status is '{status}', and the dispute has no result",
            "write "
            + ("`outcome: settled` and `decided on:`" if alone else "`outcome:`, `decided by:` and `decided on:`")
            + " below `dispute:`; a withdrawn objection: `dispute: no`",
        )
    if not said:
        return
    if dispute.result is None:
        yield (
            ("dispute",),
            "the dispute has ended, and the proposal doesn't say whether it was approved",
            "add `outcome: settled`" if alone else "add `outcome: approved`, `modified`, `settled` or `denied`",
        )
    if dispute.decided_by is None and dispute.result != "settled" and not alone:
        yield ("dispute",), "the dispute was decided, and nobody is named who did", "add `decided by:` with the office"
    if dispute.decided_on is None:
        yield ("dispute",), "the dispute has ended, and the day isn't said", "add `decided on:` with the date"


RULES = (Rule("P057", Severity.ERROR, ended),)

"""Rules on who may bind a party: by a decision, and by a signature."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agreegen.agreement import SIDES
from agreegen.finding import Severity
from agreegen.rules.case import Case, Found, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

_ARTICLE = re.compile(r"(?i)\bthe ")


def decided_for_another(case: Case) -> Iterator[Found]:
    """Somebody decides a dispute between parties that no program of the State joins.

    Why: Without a master agreement of the State, nobody decides a dispute for another party: the parties settle it, or
    there is no agreement. Source: dispute clauses of the local government and university masters.
    Bad:
        recipient: Alameda County
        undisputed because:
        dispute: {objection: The cost is too high., outcome: approved, decided by: the Governor's Office, decided on: 2027-02-20}
    Good:
        recipient: Alameda County
        undisputed because:
        dispute: {objection: The cost is too high., outcome: settled, decided on: 2027-02-20}
    """  # noqa: E501 (YAML that is also run)
    dispute = case.proposal.dispute
    if dispute is None or case.program != "standalone":
        return
    if dispute.result not in (None, "settled"):
        yield (
            ("dispute", "outcome" if dispute.outcome else "decision"),
            f"the dispute is said to be '{dispute.result}', and nobody decides a dispute between these parties",
            "write `outcome: settled` once they agree; an objection that stands keeps the agreement from being made",
        )
    if dispute.decided_by is not None:
        yield (
            ("dispute", "decided by"),
            f"'{dispute.decided_by}' is said to have decided, and nobody decides a dispute between these parties",
            "delete the line: the agreement says that the parties settled; a mediator belongs into `discussion:`",
        )


def delegate_signs(case: Case) -> Iterator[Found]:
    """A party acts by a delegation, and another officer signs than the one to whom it gives the power.

    Why: The agreement takes effect when the delegate has signed it; the signature of another officer binds nobody by
    that delegation. Source: gap (practice of governing bodies); clause of the effective date.
    Bad:
        recipient: {party: Alameda County, governing body: {name: Board of Supervisors, action: delegation, number: Ordinance 2.42, date: 2020-01-14, delegate: Purchasing Agent}, signatory: {title: Director}}
    Good:
        recipient: {party: Alameda County, governing body: {name: Board of Supervisors, action: delegation, number: Ordinance 2.42, date: 2020-01-14, delegate: Purchasing Agent}, signatory: {title: Purchasing Agent}}
    """  # noqa: E501 (YAML that is also run)
    for side in SIDES:
        for index, party in enumerate(getattr(case.proposal, side)):
            body, signer = party.governing_body, party.signatory
            if not (party.acts_by_delegation and body and body.delegate and signer):
                continue
            officer, delegate = (_ARTICLE.sub("", words).casefold() for words in (signer.title, body.delegate))
            if officer not in delegate:
                yield (
                    (side, index, "signatory", "title"),
                    f"{party.name} acts by a delegation to '{body.delegate}', and '{signer.title}' signs",
                    "name the delegate below `signatory:`, or the delegation by which this officer signs",
                )


RULES = (
    Rule("P060", Severity.ERROR, decided_for_another),
    Rule("P061", Severity.WARNING, delegate_signs),
)

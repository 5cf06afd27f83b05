"""Outcome: the words for how a dispute ended: as an entry of a form, as what happened, as what was done."""

from __future__ import annotations

import re
from typing import Final

from agreegen.partner import inside

OUTCOMES: Final = {
    "approved": ("Approved", "The Proposal was approved", "approved the Proposal"),
    "modified": ("Approved as modified", "The Proposal was approved as modified", "approved the Proposal as modified"),
    "denied": ("Denied", "The Proposal was denied", "denied the Proposal"),
    "settled": ("Settled", "The dispute was settled", "settled the dispute"),
}
"""Each outcome as `result` (an entry), `ended` (a sentence without its period) and `act` (without who did it)."""


def outcome_words(outcome: str | None) -> dict[str, str | None]:
    """`result`, `ended` and `act` of an outcome; None while there is none."""
    words = OUTCOMES[outcome] if outcome else (None, None, None)
    return dict(zip(("result", "ended", "act"), words, strict=True))


_OFFICER = re.compile(
    r"(?:.+ )?(?:(?:Governor|Subcommittee|Director|Officer|Counsel|Sponsor|Liaison)s?|(?:Unders|S)ecretar(?:y|ies))$"
)
"""Offices that are said with an article, beside the bodies that are."""


def decider(said: str | None) -> str | None:
    """Who decided, as a sentence says it: `the Governor's Office`, `the Undersecretary`, `DHCS`."""
    if not said:
        return said
    return f"the {said}" if _OFFICER.match(said) and not said.lower().startswith("the ") else inside(said)

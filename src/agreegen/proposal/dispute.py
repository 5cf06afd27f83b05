"""Positions of a disputed proposal, and how the dispute ended (form fields 10, 13 and 19)."""

# annotations are values here, not texts that would have to be read: models are made in two thirds of the time
import re
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from agreegen.answer import Date, Section, Text, Texts, code_word

Words = BeforeValidator(code_word)

RESULT = re.compile(
    r"(?i)(?:(?:the )?(?:proposal|request|disclosure|exchange) (?:is|was) )?"
    r"(?:(?P<denied>(?:not approved|disapproved|denied|rejected|refused)\b)|(?:approved|granted)\b)"
)
"""First words of a decision that tell how the dispute ended."""


class Positions(Section):
    """What each side holds in a dispute (form fields 10, 13 and 19)."""

    category: Annotated[Literal["provider_objects", "deidentification", "costs"], Words] = "provider_objects"
    objection: Text | None = Field(
        default=None, description="The provider's reasons: law, risk, necessity, method, cost"
    )
    environment: Text | None = Field(default=None, description="Political and stakeholder environment")
    outside_entities: Text | None = Field(default=None, description="Outside entities that may react")
    consequences: Text | None = Field(default=None, description="Consequences of not obtaining the data")
    provider_risk: Text | None = Field(default=None, description="Risk to the provider if data are shared")
    recipient_risk: Text | None = Field(default=None, description="Risk to the recipient if they aren't")
    alternatives: Text | None = Field(default=None, description="Feasible alternatives")
    provider: Text | None = Field(default=None, description="The provider's arguments")
    recipient: Text | None = Field(default=None, description="The recipient's arguments")
    discussion: Text | None = Field(default=None, description="Summary of attempts to agree")
    by: Texts = Field(default=(), description="Who objects, where several parties provide data", examples=[["DHCS"]])
    outcome: Annotated[Literal["approved", "modified", "denied", "settled"] | None, Words] = Field(
        default=None, description="How the dispute ended, once it has: approved, modified, denied, or settled"
    )
    decision: Text | None = Field(default=None, description="The decision or settlement, once there is one")
    decided_by: Text | None = Field(default=None, description="Who decided, or who settled")
    decided_on: Date | None = Field(default=None, description="Day of the decision or settlement")

    @property
    def result(self) -> str | None:
        """How the dispute ended: as it is said, else as the decision's first words say it."""
        found = RESULT.match(self.decision or "")
        return self.outcome or (None if found is None else "denied" if found["denied"] else "approved")

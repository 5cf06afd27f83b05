"""Business case of the official form: purpose, outputs and use, users (fields 3 to 5 and 7)."""

# annotations are values here, not texts that would have to be read: models are made in two thirds of the time
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from agreegen.answer import Section, Text, TextOrNo, Texts, YesNo, code_word, no_is_none, yes_no

Words = BeforeValidator(code_word)


class Benefits(Section):
    """Who gains, and what (form field 3)."""

    recipient: Text | None = Field(default=None, description="Benefit to the recipient")
    agency: Text | None = Field(
        default=None, description="Benefit to the agency, its departments and other stakeholders"
    )
    data_subjects: Text | None = Field(default=None, description="Benefit to the people whom the data describe")


class Purpose(Section):
    """Why data moves (form field 3)."""

    scope: Text | None = Field(default=None, description="What the use covers, in a sentence or a few")
    reason: Text | None = Field(default=None, description="Why the exchange is wanted")
    need: Text | None = Field(default=None, description="Why the recipient needs these data and no fewer")
    benefits: Benefits = Benefits.model_construct()
    consistency: Text | None = Field(
        default=None, description="Why the use is consistent with the purpose for which the data were collected"
    )


class UserGroup(Section):
    """A unit of the recipient whose people get access (IDEA 5.2, CHHS I.s)."""

    name: Text = Field(description="Unit or program", examples=["Family outreach unit"])
    function: Text | None = Field(default=None, description="What the unit does")
    roles: Texts = Field(
        default=(), description="Staff roles with access", examples=[["Outreach worker", "Supervisor"]]
    )
    current_use: Text | None = Field(default=None, description="How the unit uses such data today")
    planned_use: Text | None = Field(default=None, description="How it will use the data")
    elements: Text | None = Field(default=None, description="Which elements, if not all")
    party: Texts = Field(default=(), description="Whose unit it is, where several parties receive data; or all")

    @model_validator(mode="before")
    @classmethod
    def from_text(cls, data: Any) -> Any:
        """A bare text is the unit's name."""
        return {"name": data} if isinstance(data, str) else data


class Contractor(Section):
    """An agent, contractor, consultant or hosting service that handles Data (IDEA 5.7)."""

    name: Text = Field(description="Kind of contractor, or its name where a contract exists")
    task: Text | None = Field(default=None, description="What it does with the data")
    contract: Text | None = Field(default=None, description="Contract number")
    place: Text | None = Field(default=None, description="Where it works with the data")
    elements: Text | None = Field(default=None, description="Which elements it sees")
    party: Texts = Field(default=(), description="Whose contractor it is, where several parties receive data; or all")
    irs_notice: Text | None = Field(
        default=None, description="Date of the 45-day notice to the IRS, if it sees tax information"
    )

    @model_validator(mode="before")
    @classmethod
    def from_text(cls, data: Any) -> Any:
        """A bare text is the contractor's name."""
        return {"name": data} if isinstance(data, str) else data


class ReleaseApproval(Section):
    """Who on each side approves a public release (form field 5: both sides fill it)."""

    recipient: Text | None = Field(default=None, description="Approver at the recipient", examples=["Health officer"])
    provider: Text | None = Field(default=None, description="Approver at the provider", examples=["Data Coordinator"])


class Product(Section):
    """An output made with Data (form field 5)."""

    name: Text = Field(description="What it is", examples=["Quarterly counts by ZIP code and language"])
    stage: Annotated[Literal["intermediate", "final"], Words] = "final"
    public: YesNo = Field(default=False, description="Meant for release outside the parties")
    release_approved_by: ReleaseApproval = ReleaseApproval.model_construct()

    @model_validator(mode="before")
    @classmethod
    def from_text(cls, data: Any) -> Any:
        """A bare text is a final product that isn't public."""
        return {"name": data} if isinstance(data, str) else data


class Deidentification(Section):
    """How outputs are de-identified (IDEA 5.19; 45 CFR 164.514; CalHHS guidelines 2.0)."""

    method: Annotated[Literal["ddg", "safe_harbor", "expert", "other"], Words]
    score: int | None = Field(default=None, description="Publication score of the CalHHS guidelines")
    masking: Text | None = Field(default=None, description="Suppression, complementary suppression, coarser groups …")
    expert: Text | None = Field(default=None, description="Expert's title and the document, if method is expert")
    other: Text | None = Field(default=None, description="The method, if other")

    @model_validator(mode="before")
    @classmethod
    def from_text(cls, data: Any) -> Any:
        """A bare word is the method."""
        return {"method": data} if isinstance(data, str) else data


class AiUse(Section):
    """Approved use of tools that generate or learn (SAM 4986)."""

    tools: Text = Field(description="Tool and host")
    purpose: Text | None = None
    data: Text | None = Field(default=None, description="Which data go in")
    training: Text = Field(default="None", description="Whether a model is trained or tuned with the data, and how")
    retention: Text | None = Field(default=None, description="What the tool keeps, and how long")
    review: Text | None = Field(default=None, description="Human review")
    approver: Text | None = Field(default=None, description="Who approves")


class Use(Section):
    """Outputs and use, and who uses the data (form fields 5 and 7)."""

    users: tuple[UserGroup, ...] | None = Field(default=None, description="Units of the recipient with access")
    roles: Text | None = Field(default=None, description="Roles and responsibilities of the users")
    contractors: tuple[Contractor, ...] | YesNo | None = Field(
        default=None, description="no, or the contractors that have access"
    )
    training: Text | None = Field(default=None, description="Training of users, if more than the agreement asks")
    analysis: Text | None = Field(default=None, description="Analysis or decisions that the data support")
    processes: Text | None = Field(default=None, description="Business processes affected")
    products: tuple[Product, ...] | None = Field(
        default=None, description="Intermediate and final products, public or not"
    )
    modification: YesNo = Field(default=True, description="The recipient may derive or recode data, with a label")
    adverse_use: TextOrNo = Field(
        default=None, description="Use against a person that law allows and both sides agreed to"
    )
    contact: TextOrNo = Field(
        default=None,
        description="Contact with the people described that both sides agreed to, such as calls, letters or visits; "
        "left out, the agreement forbids it",
    )
    deidentification: Deidentification | None = None
    artificial_intelligence: Annotated[AiUse | None, BeforeValidator(no_is_none)] = Field(
        default=None, description="Approved use of generative or learning tools"
    )

    @model_validator(mode="before")
    @classmethod
    def one_or_more(cls, data: Any) -> Any:
        """Lists may be written as a single entry."""
        if isinstance(data, dict):
            lists = {"users", "products"}
            data = {k: [v] if k in lists and isinstance(v, str | dict) else v for k, v in data.items()}
            said = yes_no(data.get("contractors"))
            if said is not None:
                data["contractors"] = [said] if isinstance(said, str | dict) else said
        return data

    @property
    def has_contractors(self) -> bool:
        """True when contractors have access, named or not."""
        return bool(self.contractors)

    @property
    def named_contractors(self) -> tuple[Contractor, ...]:
        """The contractors that the proposal lists."""
        return self.contractors if isinstance(self.contractors, tuple) else ()

    @property
    def public_products(self) -> tuple[Product, ...]:
        """The products meant for release."""
        return tuple(p for p in self.products or () if p.public)

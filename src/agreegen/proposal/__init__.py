"""Proposal: a Business Use Case Proposal (BUCP) as its author writes it.

The order follows the official forms: business case, technical part, administrative part. What is required depends on
program, dispute and law (`agreegen.law.requirements`), not on these types: a draft may leave out anything but a title
and the parties.
"""

# annotations are values here, not texts that would have to be read: models are made in two thirds of the time
import re
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from agreegen.answer import Date, Phone, Section, Text, Texts, YesNo, code_word, no_is_none, one_or_more
from agreegen.partner import Party
from agreegen.proposal.business import Purpose, Use
from agreegen.proposal.dispute import Positions
from agreegen.proposal.regimes import Ferpa, Hipaa, Research, SpecialRegimes
from agreegen.proposal.technical import Data, EndOfUse, Transfer
from agreegen.sharing import question

Words = BeforeValidator(code_word)
Parties = Annotated[tuple[Party, ...], BeforeValidator(one_or_more), Field(min_length=1)]


def _subdivision(value: Any) -> Any:
    """`(e)` for `e`, `(e)` or `subdivision (e)`; Civil Code 1798.24 has subdivisions (a) to (v)."""
    if not isinstance(value, str):
        return value
    found = re.fullmatch(r"(?:subdivision +)?\(?([a-v])\)?((?:\(\w+\))*)", value.strip().lower())
    if found is None:
        what = f"isn't a subdivision of Civil Code section 1798.24: {value!r}"
        raise PydanticCustomError(
            "wrong_form", "{what}", {"what": what, "hint": "write one of (a) to (v), such as (e)"}
        )
    return f"({found[1]}){found[2]}"


class SideAuthority(Section):
    """One side's legal authority (form field 11)."""

    text: Text | None = Field(default=None, description="The authority in sentences")
    citations: Texts = Field(default=(), description="Ids of the catalogue, or citations", examples=[["ipa_24e"]])
    ipa_ground: Annotated[Text | None, BeforeValidator(_subdivision)] = Field(
        default=None, description="Subdivision of Civ. Code 1798.24 (state provider)", examples=["(e)"]
    )

    @model_validator(mode="before")
    @classmethod
    def from_text(cls, data: Any) -> Any:
        """A bare text is the statement."""
        return {"text": data} if isinstance(data, str) else data


class Consent(Section):
    """Consent of the people described, where it is the ground."""

    form: Text | None = None
    kept_by: Text | None = None
    scope: Text | None = None


class Authorities(Section):
    """Legal authority of both sides (form field 11)."""

    provider: SideAuthority = SideAuthority.model_construct()
    recipient: SideAuthority = SideAuthority.model_construct()


class Authority(Authorities):
    """Legal authority of both sides (form field 11), or the consent of the people described."""

    consent: Annotated[Consent | None, BeforeValidator(no_is_none)] = None


class ReturnFlow(Section):
    """The way back of a two-way exchange: what `recipient` provides to `provider`, who change places in this block."""

    authority: Authorities = Field(
        default=Authorities.model_construct(), description="Here `provider` is the party that provides on the way back"
    )
    hipaa: Hipaa = Field(default=Hipaa.model_construct(), description="Relationship on the way back")


class Opinion(Section):
    """A registered opinion: advice to the sponsor, unsigned."""

    party: Text = Field(description="provider, recipient, or a party's name")
    kind: Annotated[Literal["legal", "privacy", "security"], Words]
    date: Date | None = None
    name: Text | None = Field(default=None, description="Role of the reviewer")
    department: Text | None = None
    text: Text | None = Field(default=None, description="The opinion, a summary, or the label of an attachment")


class Requirements(Section):
    """Privacy or security requirements of this exchange, by source (form fields 17a and 17b)."""

    protocols: Text | None = Field(default=None, description="Protocols or safeguards")
    federal: Text | None = Field(default=None, description="Specialized requirements of federal law")
    state: Text | None = Field(default=None, description="Specialized requirements of state law")
    contractual: Text | None = Field(default=None, description="Specialized requirements of contracts")

    @model_validator(mode="before")
    @classmethod
    def from_text(cls, data: Any) -> Any:
        """A bare text is the protocols or safeguards."""
        return {"protocols": data} if isinstance(data, str) else data


class Funds(Section):
    """Transfer of funds: never inside this agreement (form field 12)."""

    instrument: (
        Annotated[Literal["interagency_agreement", "memorandum_of_agreement", "std213", "cma", "other"], Words] | None
    ) = Field(default=None, description="The separate instrument")
    number: Text | None = None
    date: Date | None = None
    kept_by: Text | None = None


class Redisclosure(Section):
    """Further disclosure by the recipient (form field 15)."""

    recipients: Texts = Field(default=(), description="To whom")
    terms: Text | None = Field(default=None, description="On what terms")

    @model_validator(mode="before")
    @classmethod
    def from_text(cls, data: Any) -> Any:
        """A bare text is the terms."""
        return {"terms": data} if isinstance(data, str) else data


class Dates(Section):
    """Critical dates (form field 14 and the checklist)."""

    draft_final: Date | None = None
    sent: Date | None = None
    start: Date | None = Field(default=None, description="First day on which data may move", examples=["2027-03-01"])
    end: Date | None = Field(default=None, description="Last day; may stay open where law allows, with a review date")
    review: Date | None = Field(default=None, description="Review date, if there is no end")
    mode: Annotated[Literal["one_time", "ongoing"], Words] = "ongoing"
    frequency: Text | None = Field(default=None, description="How often, if ongoing; taken from transfer if not given")
    deadlines: Texts = Field(default=(), description="Deadlines that drive the exchange")


class Execution(Section):
    """A signature already given, or the name of who will sign (form field 18)."""

    party: Text = Field(description="provider, recipient, or a party's name")
    role: Annotated[Literal["data_coordinator", "executive_sponsor", "signatory", "counsel", "clerk", "other"], Words]
    name: Text | None = None
    title: Text | None = None
    email: Text | None = None
    phone: Phone | None = None
    signed_on: Date | None = None
    method: Annotated[Literal["wet", "electronic"], Words] = "electronic"


class RelatedAgreement(Section):
    """Another agreement between the parties, and what becomes of it."""

    name: Text
    number: Text | None = None
    effect: Annotated[Literal["continues", "replaced", "required"], Words] = "continues"


class Attachment(Section):
    """A file that belongs to the proposal."""

    label: Text
    file: Text | None = None
    confidential: YesNo = False

    @model_validator(mode="before")
    @classmethod
    def from_text(cls, data: Any) -> Any:
        """A bare text is the label."""
        return {"label": data} if isinstance(data, str) else data


class Amendment(Section):
    """A change of the proposal after it was signed."""

    number: int
    date: Date | None = None
    reason: Text | None = None
    changes: Texts = ()
    refiled_on: Date | None = None


class Filing(Section):
    """Where the signed proposal was filed."""

    by: Annotated[Literal["recipient", "provider"], Words] | None = None
    date: Date | None = None
    confirmation: Text | None = None


class Joinder(Section):
    """A body that joins."""

    body: Text
    date: Date | None = None


class Proposal(Section):
    """One business case."""

    proposal: Text = Field(description="Name of the use case (form field 1)")
    reference: Text | None = Field(default=None, description="Local reference", examples=["BUCP-DHCS-ALAMEDA-2027-001"])
    version: Text = "1"
    status: Annotated[
        Literal[
            "draft",
            "sent",
            "in_review",
            "disputed",
            "mediation",
            "approved",
            "active",
            "amended",
            "expired",
            "terminated",
            "denied",
        ],
        Words,
    ] = "draft"
    program: Annotated[Literal["calhhs", "idea", "standalone"], Words] | None = Field(
        default=None, description="Whose rules apply; follows from the parties"
    )
    variant: (
        Annotated[
            Literal["intra-agency", "state-agency", "local-government", "university"],
            BeforeValidator(
                lambda v: v.strip().lower().replace(" ", "-").replace("_", "-") if isinstance(v, str) else v
            ),
        ]
        | None
    ) = Field(default=None, description="Which master; follows from the parties")
    template: Text | None = Field(
        default=None, description="A template of your own, by name, instead of the variant's master"
    )
    provider: Parties = Field(description="Who provides data: a name of the lists or of partners/, or a record")
    recipient: Parties = Field(description="Who receives data; `partner` where a batch fills it in")
    direction: Annotated[Literal["one_way", "two_way"], Words] = "one_way"
    required_by_law: Text | None = Field(
        default=None, description="The law, to the subdivision, that requires the disclosure"
    )
    undisputed_because: Text | None = Field(
        default=None, description="How and why the proposal is undisputed (IDEA 5.2)"
    )
    dispute: Annotated[Positions | None, BeforeValidator(no_is_none)] = Field(
        default=None, description="no, or the positions"
    )
    purpose: Purpose = Purpose.model_construct()
    data: Data = Data.model_construct()
    use: Use = Use.model_construct()
    transfer: Transfer = Transfer.model_construct()
    end_of_use: EndOfUse = EndOfUse.model_construct()
    authority: Authority = Authority.model_construct()
    opinions: tuple[Opinion, ...] = ()
    privacy: Requirements = Requirements.model_construct()
    security: Requirements = Requirements.model_construct()
    hipaa: Hipaa = Hipaa.model_construct()
    return_flow: ReturnFlow | None = Field(
        default=None, description="Law for the way back of a two-way exchange; the fields above are for the way there"
    )
    ferpa: Annotated[Ferpa | None, BeforeValidator(no_is_none)] = Field(
        default=None, description="no, or the education records"
    )
    regimes: SpecialRegimes = SpecialRegimes.model_construct()
    funds: Annotated[Funds | None, BeforeValidator(no_is_none)] = Field(
        default=None, description="no, or the instrument"
    )
    redisclosure: Annotated[Redisclosure | None, BeforeValidator(no_is_none)] = Field(
        default=None, description="no, or to whom"
    )
    research: Annotated[Research | None, BeforeValidator(no_is_none)] = Field(
        default=None, description="no, or the approvals"
    )
    dates: Dates = Dates.model_construct()
    signatures: tuple[Execution, ...] = ()
    related_agreements: tuple[RelatedAgreement, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    amendments: tuple[Amendment, ...] = ()
    filing: Filing = Filing.model_construct()
    joinder: Joinder | None = None
    confidential: Texts = Field(default=(), description="Paths withheld from a public copy", examples=[["security"]])
    terms: dict[str, Any] = Field(
        default={}, description="Settings of the master that counsel chose for this agreement"
    )
    extra: dict[str, Any] = Field(default={}, description="Fields that the template itself declares")

    @property
    def disputed(self) -> bool:
        """True when the provider objects."""
        return self.dispute is not None

    @property
    def lead_provider(self) -> Party:
        """The provider that acts for its side."""
        return self.provider[0]

    @property
    def lead_recipient(self) -> Party:
        """The recipient that acts for its side."""
        return self.recipient[0]

    @property
    def parties(self) -> tuple[Party, ...]:
        """Every party, recipients first as on the forms, none twice; units of one body are parties of their own."""
        listed = (*self.recipient, *self.provider)
        return tuple(listed[number] for number in _once(self))

    def classes(self) -> frozenset[str]:
        """The classifications that occur among the data elements."""
        return frozenset(c for e in self.data.elements for c in e.classification)


@question
def _once(proposal: Proposal) -> tuple[int, ...]:
    """The numbers of the parties, recipients first, without those that stand there before."""
    seen: dict[tuple[str, str | None], int] = {}
    for number, party in enumerate((*proposal.recipient, *proposal.provider)):
        seen.setdefault((party.legal_name, party.unit), number)
    return tuple(seen.values())

"""Technical part of the official form: data, transfer and storage, end of use (fields 4, 6, 8, 9)."""

# annotations are values here, not texts that would have to be read: models are made in two thirds of the time
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from agreegen.answer import Period, Section, Text, TextOrNo, Texts, YesNo, code_word, one_or_more

Words = BeforeValidator(code_word)
Classification = Annotated[
    Literal["pii", "phi", "part2", "education", "fti", "ssa", "cji", "hiv", "vital", "sensitive", "none"], Words
]


class Element(Section):
    """A data element: the eight official columns, its class, its law, and why it is needed (form field 6)."""

    name: Text = Field(description="Readable name, singular, no acronym", examples=["Client index number"])
    type: Annotated[
        Literal["numeric", "text", "date_and_time", "currency", "boolean", "coordinates", "other"], Words
    ] = "text"
    definition: Text | None = Field(default=None, description="What it means")
    required: YesNo = Field(default=True, description="Whether each record has it")
    valid_inputs: Text | None = Field(default=None, description="Allowed values or range")
    source: Text | None = Field(default=None, description="How it enters the source system")
    notes: Text | None = Field(default=None, description="Quality issues")
    guide_for_use: Text | None = Field(default=None, description="Guide for use")
    classification: Annotated[tuple[Classification, ...], BeforeValidator(one_or_more)] = Field(
        (), description="pii, phi, part2, education, fti, ssa, cji, hiv, vital, sensitive, or none"
    )
    statute: Texts = Field(
        default=(), description="Governing law: id of the catalogue, or a citation", examples=["ipa"]
    )
    why_needed: Text | None = Field(default=None, description="Why the purpose can't do without it")
    party: Texts = Field(
        default=(), description="Who provides it, where several parties provide data; or all", examples=[["DHCS"]]
    )

    @model_validator(mode="before")
    @classmethod
    def from_text(cls, data: Any) -> Any:
        """A bare text is the element's name."""
        return {"name": data} if isinstance(data, str) else data


class Data(Section):
    """What data (form fields 4 and 6)."""

    categories: Texts = Field(default=(), description="Types of data, at a high level", examples=[["eligibility"]])
    period: Text | None = Field(default=None, description="Period that the records cover")
    population: Text | None = Field(default=None, description="Whom the records describe")
    geography: Text | None = Field(default=None, description="Area")
    volume: Text | None = Field(default=None, description="Number of records")
    format: Text | None = Field(default=None, description="File format or interface")
    source_systems: Texts = Field(default=(), description="Systems that the data come from")
    linkage: TextOrNo = Field(
        default=None,
        description="Records it is joined with, by which keys, and who holds the keys; "
        "left out, the agreement says None",
    )
    small_cells: TextOrNo = Field(
        default=None, description="Release of small counts, if any; left out, the agreement says None"
    )
    elements: tuple[Element, ...] = Field(
        default=(), description="The data elements; a name of a CSV file adds its rows"
    )

    @model_validator(mode="before")
    @classmethod
    def one_or_more(cls, data: Any) -> Any:
        """A single element needs no list."""
        if isinstance(data, dict) and isinstance(data.get("elements"), str | dict):
            return {**data, "elements": [data["elements"]]}
        return data


class Flow(Section):
    """One flow of an exchange: from, to, how (form field 8)."""

    sender: Text | None = None
    receiver: Text | None = None
    content: Text | None = None
    method: Text | None = None
    frequency: Text | None = None


class Site(Section):
    """A place where data are kept or worked on."""

    name: Text = Field(description="The place", examples=["Data center, Sacramento"])
    party: Texts = Field(default=(), description="Whose place it is, where several parties receive data; or all")

    @model_validator(mode="before")
    @classmethod
    def from_text(cls, data: Any) -> Any:
        """A bare text is the place."""
        return {"name": data} if isinstance(data, str) else data


class Transfer(Section):
    """How data travels and where it rests (form field 8)."""

    method: Text | None = Field(default=None, description="How the data are sent or opened", examples=["SFTP"])
    frequency: Text | None = Field(default=None, description="How often", examples=["monthly"])
    window: TextOrNo = Field(default=None, description="Day or hours of delivery")
    encryption: Text | None = Field(
        default=None, description="Encryption in motion and at rest, if more than the agreement asks"
    )
    storage: Text | None = Field(default=None, description="Where and how the recipient stores the data")
    management: Text | None = Field(default=None, description="Who manages the data, backups, logs")
    sites: Annotated[tuple[Site, ...], BeforeValidator(one_or_more)] = Field(
        default=(), description="Places where data are kept or worked on"
    )
    cloud: TextOrNo = Field(default=None, description="Cloud service and region, if any")
    remote: TextOrNo = Field(default=None, description="Remote access, if any")
    portable_media: TextOrNo = Field(default=None, description="Approved portable media, if any")
    offshore: TextOrNo = Field(
        default=None, description="Access from outside the United States that the provider approved"
    )
    flows: tuple[Flow, ...] = Field(default=(), description="The flows of a two-way exchange")

    @model_validator(mode="before")
    @classmethod
    def from_text(cls, data: Any) -> Any:
        """A bare text is the method."""
        return {"method": data} if isinstance(data, str) else data


class EndOfUse(Section):
    """How data ends: destruction or return, and what happens to products (form field 9)."""

    action: Annotated[Literal["destroy", "return", "return_or_destroy"], Words] = "destroy"
    standard: Text = Field(default="the current revision of NIST SP 800-88", description="Sanitization standard")
    within: Period | None = Field(
        default=None, description="Time after the end: a count and its unit", examples=["30 days"]
    )
    certificate: YesNo | Text | None = Field(
        default=True, union_mode="left_to_right", description="yes, no, or when certificates come"
    )
    witnesses: int | None = Field(default=None, description="Witnesses of destruction; two for education records")
    products: Text | None = Field(default=None, description="What happens to products")
    limits: Text | None = Field(default=None, description="Limits on products after the end")
    retention: Text | None = Field(default=None, description="How long data are kept, and why")
    retention_authority: Text | None = Field(default=None, description="Records law or schedule")
    hold_contact: Text | None = Field(default=None, description="Who answers for legal holds")

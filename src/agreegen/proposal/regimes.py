"""Special regimes of law: HIPAA, FERPA, 42 CFR Part 2, tax, social security, justice, tribal data, research."""

# annotations are values here, not texts that would have to be read: models are made in two thirds of the time
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from agreegen.answer import Date, Section, Text, Texts, YesNo, code_word, one_or_more

Words = BeforeValidator(code_word)


class Hipaa(Section):
    """The relationship of the parties for this exchange; their status stands in their records."""

    relationship: (
        Annotated[
            Literal[
                "business_associate",
                "covered_to_covered",
                "public_health",
                "oversight",
                "required_by_law",
                "research_waiver",
                "limited_data_set",
                "from_associate",
                "none",
            ],
            Words,
        ]
        | None
    ) = Field(default=None, description="Why protected health information may move; no default if an element is phi")
    ground: Text | None = Field(default=None, description="The ground in a sentence, with its citation")
    limited_data_set_purpose: Text | None = Field(
        default=None, description="research, public health, or health care operations"
    )
    excluded_identifiers: Texts = Field(default=(), description="Identifiers left out of a limited data set")

    @model_validator(mode="before")
    @classmethod
    def from_text(cls, data: Any) -> Any:
        """A bare word is the relationship."""
        return {"relationship": data} if isinstance(data, str) else data


class Ferpa(Section):
    """Education records: what the proposal must state (IDEA Addendum B; 34 CFR 99.31, 99.35)."""

    kind: Annotated[Literal["audit", "studies"], Words] | None = Field(
        default=None, description="audit or evaluation, or studies"
    )
    subsection: Text | None = Field(
        default=None, description="Subsection of 34 CFR 99.31", examples=["34 CFR 99.31(a)(6)"]
    )
    pii: Text | None = Field(default=None, description="Personally identifiable information that is disclosed")
    activity: Text | None = Field(default=None, description="The audit, evaluation or study")
    program: Text | None = Field(default=None, description="Federal- or state-supported education program")
    studies_for: Annotated[Literal["predictive_tests", "student_aid", "improve_instruction"], Words] | None = None
    authorized_representative: Text | None = Field(default=None, description="Who is designated, and by whom")
    destruction_period: Text | None = Field(default=None, description="Time by which the records are destroyed")
    redisclosure_policies: Text | None = Field(default=None, description="Policies against further disclosure")
    schedule: Text | None = None
    reports: Text | None = Field(default=None, description="Number and kind of reports")
    contacts: Text | None = None
    individuals: Texts = Field(default=(), description="Every person or role with access")
    methodology: Text | None = None
    linkages: Text | None = None
    conflicts: Text | None = Field(
        default=None, description="Conflicts of interest and fiduciary duties, and how they are met"
    )
    source_agency: Text | None = Field(
        default=None, description="Education agency that is the original source; it signs"
    )
    data_security_protocol: Text | None = Field(default=None, description="Label of an attached protocol")


class Part2(Section):
    """Substance use disorder records (42 CFR Part 2)."""

    path: Annotated[Literal["consent", "qso", "audit", "research", "public_health"], Words] | None = Field(
        default=None, description="consent, qso, audit, research, or public health; no default"
    )
    consent_scope: Text | None = None
    scope: Text | None = Field(default=None, description="Which records")


class TaxInformation(Section):
    """Federal tax information (IRC 6103, Publication 1075)."""

    irs_notice_date: Date | None = Field(
        default=None, description="When the IRS was told of contractor access: 45 days before"
    )
    systems: Text | None = None
    elements: Text | None = None


class SsaData(Section):
    """Data of the Social Security Administration."""

    agreement: Text | None = Field(default=None, description="Number of the SSA exchange agreement")
    systems: Text | None = None


class CriminalJustice(Section):
    """Criminal justice information (CJIS Security Policy)."""

    systems_agency: Text | None = Field(default=None, description="CJIS systems agency")
    addendum_date: Date | None = None
    control_agreement: Text | None = None


class HivRecords(Section):
    """HIV records (Health and Safety Code 121025)."""

    agreement_date: Date | None = None
    scope: Text | None = None


class VitalRecords(Section):
    """Vital records (Health and Safety Code 102425 and following)."""

    kinds: Texts = ()
    scope: Text | None = None


class Tribal(Section):
    """Data that are a tribe's, or name a tribe."""

    tribes: Texts
    review_body: Text | None = None
    release_rule: Text | None = None
    return_to: Text | None = None


class SpecialRegimes(Section):
    """Regimes beyond HIPAA and FERPA; `yes` where nothing more needs saying."""

    part2: Part2 | None = None
    fti: TaxInformation | None = None
    ssa: SsaData | None = None
    cjis: CriminalJustice | None = None
    hiv: HivRecords | None = None
    vital_records: VitalRecords | None = None
    tribal: Tribal | None = None
    riders: Texts = Field(
        default=(), description="Other confidentiality statutes, by id of the catalogue", examples=[["medi_cal"]]
    )

    @model_validator(mode="before")
    @classmethod
    def yes_is_empty(cls, data: Any) -> Any:
        """`yes` is a regime without details, `no` is none; `42 cfr part 2`-like keys are refused by name."""
        if not isinstance(data, dict):
            return data
        said: dict[Any, Any] = {"yes": {}, "no": None, True: {}, False: None}
        return {
            k: said.get(v.lower() if isinstance(v, str) else v, v) if isinstance(v, str | bool) else v
            for k, v in data.items()
        }


class Approval(Section):
    """A research approval (form field 16)."""

    body: Text = Field(description="cphs, irb, or the board's name", examples=["CPHS"])
    number: Text | None = None
    date: Date | None = None
    expires: Date | None = None
    category: Text | None = None


class Subaward(Section):
    """An institution to which a university passes Data."""

    institution: Text
    lead: Text | None = None
    task: Text | None = Field(default=None, description="What the institution does with the data")
    place: Text | None = Field(default=None, description="Where it works on the data")
    elements: Text | None = Field(default=None, description="Which elements it sees")
    signed: Date | None = None


class Publication(Section):
    """Review of publications (university; local government with research)."""

    review_days: int | None = Field(
        default=None, description="Days that the provider has; the master's setting if not given"
    )
    delay_days: int | None = None
    plan: Texts = Field(default=(), description="Planned publications and products")
    credit_line: Text | None = None


class Research(Section):
    """Research and its approval (form field 16; Civ. Code 1798.24(t); 45 CFR 46)."""

    title: Text | None = Field(default=None, description="Protocol title")
    description: Text | None = None
    approvals: Annotated[tuple[Approval, ...], BeforeValidator(one_or_more)] = ()
    consent: Text | None = Field(default=None, description="Consent or waiver of the people described")
    principal_investigator: Text | None = Field(
        default=None, description="Title and unit; the name stands in the signature block"
    )
    persons: Texts = Field(default=(), description="Other persons by role")
    students: YesNo | Text = Field(
        default=False,
        union_mode="left_to_right",
        description="no, or which students and trainees, and who supervises",
    )
    subawards: tuple[Subaward, ...] = ()
    conditions: Text | None = None
    publication: Publication = Publication.model_construct()

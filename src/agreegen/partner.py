"""Party: an organization in an agreement, with the facts that pick the variant, the clauses and the signature block.

A party comes from the shipped lists (departments, counties, campuses), from a file in `partners/`, from a row of a
partner list, or from the proposal itself, which may add to any of these.
"""

# annotations are values here, not texts that would have to be read: models are made in two thirds of the time
import enum
import functools
import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from agreegen.answer import Date, Email, Phone, Section, Text, Texts, YesNo, code_word


class Kind(enum.StrEnum):
    """What an organization is in law; the partner's kind picks the variant of the master."""

    CALHHS_ENTITY = "calhhs_entity"
    STATE_AGENCY = "state_agency"
    COUNTY = "county"
    CITY = "city"
    SPECIAL_DISTRICT = "special_district"
    JPA = "jpa"
    SCHOOL_AGENCY = "school_agency"
    UC = "uc"
    CSU = "csu"
    CCC = "ccc"
    PRIVATE_UNIVERSITY = "private_university"
    AUXILIARY = "auxiliary"
    TRIBE = "tribe"
    NONPROFIT = "nonprofit"


STATE = frozenset({Kind.CALHHS_ENTITY, Kind.STATE_AGENCY})
LOCAL = frozenset({Kind.COUNTY, Kind.CITY, Kind.SPECIAL_DISTRICT, Kind.JPA, Kind.SCHOOL_AGENCY, Kind.TRIBE})
UNIVERSITY = frozenset({Kind.UC, Kind.CSU, Kind.CCC, Kind.PRIVATE_UNIVERSITY, Kind.AUXILIARY})
PRIVATE = frozenset({Kind.PRIVATE_UNIVERSITY, Kind.AUXILIARY, Kind.NONPROFIT})
_IPA = STATE | {Kind.UC, Kind.CSU}
_GOVERNED = LOCAL | {Kind.CCC}

_TAKES_ARTICLE = re.compile(
    r"(?:City|County|Town|University|Regents|Trustees) (?:and (?:City|County) )?of "
    r"|(?:City|College|County|Town|University)$"
    r"|(?:.+ )?(?:Agency|Alliance|Association|Authority|Band|Board|Bureau|Center|Coalition|Commission|Committee"
    r"|Conservancy|Consortium|Corps|Council|Department|District|Division|Foundation|Institute|Museum|Nation|Office"
    r"|Panel|Rancheria|System|Tribes?)(?: (?:of|for|on) |$)"
)
"""Names that are said with an article: a city of a place, or a body of its kind, such as a board."""


@functools.lru_cache(maxsize=64)
def inside(name: str) -> str:
    """A name inside a sentence, with the article that it takes: `the City of Fresno`, `Fresno County`, `DHCS`."""
    if name[:4].lower() == "the ":
        return f"the {name[4:]}"
    return f"the {name}" if _TAKES_ARTICLE.match(name) else name


def bare(name: str) -> str:
    """A name without the article that it was written with: `City Council`, for a sentence that has its own."""
    return name[4:] if name[:4].lower() == "the " else name


KindName = Annotated[Kind, BeforeValidator(code_word)]


def contact_in(text: str) -> dict[str, str]:
    """The record of a contact that is said in a word: its mailbox, or the name of the role."""
    return {"email": text} if "@" in text else {"name": text}


class Contact(Section):
    """How to reach a role; a role mailbox rather than a person, so that staff changes need no amendment."""

    name: Text | None = Field(
        default=None, description="The role, or the person who holds it", examples=["Data Coordinator"]
    )
    title: Text | None = Field(default=None, description="Working title")
    division: Text | None = Field(default=None, description="Division, branch or section")
    email: Email | None = Field(
        default=None, description="Mailbox, best one of the role", examples=["privacy@example.gov"]
    )
    phone: Phone | None = Field(default=None, description="Telephone", examples=["(916) 555-0100"])
    hours: Text | None = Field(
        default=None, description="When the telephone is answered", examples=["24 hours, every day"]
    )

    @model_validator(mode="before")
    @classmethod
    def from_text(cls, data: Any) -> Any:
        """A bare text is the mailbox if it holds an @, else the name of the role."""
        return contact_in(data) if isinstance(data, str) else data


class Contacts(Section):
    """The people of one side, by role (official form, field 2)."""

    data_coordinator: Contact | None = Field(default=None, description="Drives the exchange for this party and signs")
    executive_sponsor: Contact | None = Field(
        default=None, description="Sponsor (IDEA) or approver (CalHHS): director level"
    )
    submitter: Contact | None = Field(
        default=None, description="CalHHS form: who submits (recipient) or receives (provider)"
    )
    manager: Contact | None = Field(default=None, description="CalHHS form: manager of the submitter or receiver")
    program: Contact | None = Field(default=None, description="Program contact")
    legal_reviewer: Contact | None = Field(default=None, description="Registers the legal opinion")
    privacy_reviewer: Contact | None = Field(default=None, description="Registers the privacy opinion")
    security_reviewer: Contact | None = Field(default=None, description="Registers the security opinion")
    incident: Contact | None = Field(default=None, description="Takes incident reports: mailbox, telephone, hours")
    accounting: Contact | None = Field(
        default=None, description="Keeps the accounting of disclosures (Civ. Code 1798.25)"
    )


class IdeaSignatory(Section):
    """How the party joined the statewide Interagency Data Exchange Agreement (IDEA)."""

    signed: YesNo = Field(description="Whether the statewide agreement binds the party")
    via: Annotated[Literal["own", "umbrella", "stipulation"], BeforeValidator(code_word)] = Field(
        default="own",
        description="own (it signed itself), umbrella (its agency signed for it), or stipulation (it joined later)",
    )
    date: Date | None = Field(default=None, description="Day of that signature or stipulation")


ACTION_WORDS = ("resolution", "minute order", "board order", "ordinance", "delegation")
"""The actions to choose from; a word may stand before them."""

ACTIONS = re.compile(r"(?i)\b(?:resolution|order|ordinance|delegation)s?\b")


def _action(value: str) -> str:
    """The kind of action of a governing body; its sentence says `by resolution`, so another word would be untrue."""
    if not ACTIONS.search(value):
        what, hint = f"can't be '{value[:60]}'", f"write {', '.join(ACTION_WORDS[:-1])}, or {ACTION_WORDS[-1]}"
        raise PydanticCustomError("wrong_form", "{what}", {"what": what, "hint": hint})
    return value


Action = Annotated[Text, AfterValidator(_action)]


class GoverningBody(Section):
    """The board, council or trustees, and the action by which it authorized the agreement."""

    name: Text = Field(
        description="The board, council or trustees that act for the party",
        examples=["Board of Supervisors of the County of Alameda"],
    )
    action: Action | None = Field(
        default=None,
        description="resolution, minute order, board order, ordinance, or delegation; the kind that is expected, while "
        "the body hasn't acted",
        examples=["resolution"],
    )
    number: Text | None = Field(default=None, description="Number of the action", examples=["R-2027-0015"])
    date: Date | None = Field(default=None, description="Date of the action; none while the body hasn't acted")
    agenda_item: Text | None = Field(default=None, description="Item of the agenda under which the body acts")
    file_number: Text | None = Field(default=None, description="The clerk's file or the local agreement number")
    delegate: Text | None = Field(
        default=None, description="Officer who may sign or amend by delegation", examples=["Director"]
    )
    delegation_limits: Text | None = Field(default=None, description="What the delegate may not do")
    may_destroy_records: YesNo | None = Field(
        default=None, description="The action authorizes destroying Data (Gov. 26201)"
    )


class Counsel(Section):
    """Who approves the agreement as to legal form."""

    title: Text = Field(description="The office that approves the agreement as to form", examples=["County Counsel"])
    approves_form: YesNo = Field(default=True, description="Whether counsel signs the agreement as approved as to form")


class Signatory(Section):
    """Who signs for the party; the name may stay empty until execution."""

    title: Text = Field(description="Title of the officer who signs, as printed", examples=["Director"])
    name: Text | None = Field(default=None, description="Name of the officer who signs")
    authority: Text | None = Field(default=None, description="Where the power to sign comes from")


class Attestation(Section):
    """The written affirmation of security that the party gives."""

    kind: Annotated[
        Literal["simm_5330b", "sam5300", "nist_800_53", "nist_800_171", "campus_policy", "soc2", "hitrust", "other"],
        BeforeValidator(code_word),
    ] = Field(description="Standard that the party attests to meet, or how it attests its security")
    date: Date | None = Field(default=None, description="Day of the newest attestation of security")


class Insurance(Section):
    """How the party meets its risk."""

    kind: Annotated[Literal["self_insured", "pool", "commercial"], BeforeValidator(code_word)] = Field(
        description="self-insured, pool (insured with others), or commercial"
    )
    limits: Text | None = Field(default=None, description="Limits in words, for commercial insurance")


class Deviation(Section):
    """A local standard term that the agreement doesn't meet, and why."""

    term: Text = Field(description="Local standard term that the agreement doesn't meet")
    reason: Text = Field(description="Why the agreement doesn't meet it")


def implied_by(kind: Kind) -> dict[str, bool]:
    """What the kind of a party implies, where its record says nothing else."""
    return {
        "ipa applies": kind in _IPA,
        "public agency": kind not in PRIVATE | {Kind.TRIBE},
        "under governor": kind in STATE,
        "education agency": kind in {Kind.SCHOOL_AGENCY},
    }


class Party(Section):
    """An organization that provides or receives Data."""

    id: Text | None = Field(default=None, description="Short name for files and lists", examples=["alameda-county"])
    party: Text | None = Field(
        default=None, description="A party of the lists or of partners/ that this record adds to"
    )
    legal_name: Text = Field(description="Full legal name", examples=["County of Alameda"])
    short_name: Text | None = Field(
        default=None, description="Name in running text, tables and headings", examples=["DHCS"]
    )
    kind: KindName = Field(description="What the organization is: county, state agency, uc …")
    unit: Text | None = Field(default=None, description="Department, program or campus unit that is bound")
    campus: Text | None = Field(
        default=None, description="Campus on whose behalf a university system contracts, or that an auxiliary serves"
    )
    parent_agency: Text | None = Field(default=None, description="Agency above a state department")
    contracting_party: Text | None = Field(
        default=None, description="The Regents …, The Trustees …: who is bound in law"
    )
    incorporated_in: Text | None = Field(default=None, description="State of incorporation of a private university")
    legal_form: Text | None = Field(
        default=None,
        description="What a private university or an auxiliary is in law, as its charter says",
        examples=["nonprofit public benefit corporation"],
    )
    charter: Text | None = Field(default=None, description="charter city, or general law city")
    county: Text | None = Field(default=None, description="County where the party has its seat (venue)")
    address: Text | None = Field(default=None, description="Business address (accounting of disclosures, notices)")
    under_governor: YesNo | None = Field(
        default=None, description="State body under the Governor's authority (IDEA 6.1)"
    )
    chhs_agreement_signatory: YesNo = Field(
        default=False, description="Signed the CalHHS agreement of 2016, or joined it"
    )
    idea_signatory: IdeaSignatory | None = None
    hipaa_status: Annotated[
        Literal["covered", "business_associate", "hybrid", "none"] | None, BeforeValidator(code_word)
    ] = Field(default=None, description="covered, business associate, hybrid, or none (45 CFR 160.103, 164.103)")
    education_agency: YesNo = Field(
        default=False, description="Keeps education records as an educational agency (34 CFR 99.3)"
    )
    ipa_applies: YesNo | None = Field(
        default=None, description="The Information Practices Act binds the party by its own force"
    )
    public_agency: YesNo | None = Field(default=None, description="A public body under California law")
    governing_body: GoverningBody | None = None
    counsel: Counsel | None = None
    clerk: Text | None = Field(default=None, description="Who attests", examples=["Clerk of the Board of Supervisors"])
    signatory: Signatory | None = None
    executive_role: Text | None = Field(default=None, description="Officer who decides on access for this party")
    agency_data_officer: Contact | None = Field(
        default=None, description="Agency Chief Data Officer, else Information Officer"
    )
    contacts: Contacts = Contacts.model_construct()
    security_attestation: Attestation | None = None
    insurance: Insurance | None = None
    records_authority: Text | None = Field(default=None, description="Law or schedule by which Data may be destroyed")
    population: int | None = Field(default=None, description="Residents served, for the dates of the ADA web rule")
    auxiliary: Text | None = Field(
        default=None,
        description="Auxiliary of a campus that handles the Data; not if it signs as the Party (kind: auxiliary)",
    )
    deviations: tuple[Deviation, ...] = Field(default=(), description="Local standard terms not met (LG)")
    reviewers: Texts = Field(
        default=(), description="Officers who sign as 'Reviewed' by local rule", examples=[["Risk Manager"]]
    )

    @model_validator(mode="before")
    @classmethod
    def defaults_of_kind(cls, data: Any) -> Any:
        """The record with what its kind implies filled in: IPA (Civ. Code 1798.3(b)), public body, governor."""
        if not isinstance(data, dict):
            return data
        try:
            kind = Kind(code_word(data.get("kind")))
        except ValueError:
            return data
        return {**implied_by(kind), **{k: v for k, v in data.items() if v is not None}}

    @property
    def name(self) -> str:
        """The short name where there is one, else the legal name."""
        return self.short_name or self.legal_name

    @property
    def called(self) -> str:
        """The name inside a sentence, with the article that it takes."""
        return inside(self.name)

    @property
    def is_state(self) -> bool:
        """True for a department, office or agency of the State."""
        return self.kind in STATE

    @property
    def is_local(self) -> bool:
        """True for a county, city, district, joint powers agency, school agency or tribe."""
        return self.kind in LOCAL

    @property
    def is_university(self) -> bool:
        """True for a campus of UC, CSU, a community college district, a private university, or an auxiliary of one."""
        return self.kind in UNIVERSITY

    @property
    def is_private(self) -> bool:
        """True for a body that is not governmental: another breach statute, no MOU under HIPAA, no CPRA waiver rule."""
        return self.kind in PRIVATE

    @property
    def needs_governing_body(self) -> bool:
        """True where a board or council must act before the party is bound (Ed. Code 17604, 81655; local practice)."""
        return self.kind in _GOVERNED

    @property
    def acts_by_delegation(self) -> bool:
        """True where the governing body's action is a delegation, and no action on the agreement itself."""
        return "delegation" in ((self.governing_body and self.governing_body.action) or "").lower()

    @property
    def action_has_lines(self) -> bool:
        """True where the signature pages have lines for the action of the governing body, filled in or blank."""
        if self.acts_by_delegation and self.kind in (Kind.SCHOOL_AGENCY, Kind.CCC):
            return False  # the lines are for the approval that the Education Code asks for, not for the delegation
        return self.needs_governing_body

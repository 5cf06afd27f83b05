"""Examples: what a partner of a kind would write into a column, so that the example row is that of one partner."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from agreegen.partner import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

ORDER: Final = (Kind.COUNTY, Kind.UC, Kind.CSU, *(k for k in Kind if k not in (Kind.COUNTY, Kind.UC, Kind.CSU)))
"""The kinds by which of them the example row is, the first that plays."""

LISTED: Final = {Kind.COUNTY: "County of Alameda", Kind.UC: "University of California, Davis",
                 Kind.CSU: "California State University, Chico",
                 Kind.CALHHS_ENTITY: "Department of Social Services"}  # fmt: skip
"""Parties of the lists that stand as an example."""

UNLISTED: Final = {
    Kind.CITY: "City of Fresno", Kind.SPECIAL_DISTRICT: "Sample Valley Health Care District",
    Kind.JPA: "Sample Valley Joint Powers Authority", Kind.SCHOOL_AGENCY: "Sample Valley Unified School District",
    Kind.CCC: "Sample Valley Community College District", Kind.PRIVATE_UNIVERSITY: "Sample Valley University",
    Kind.AUXILIARY: "Sample Valley Research Foundation", Kind.TRIBE: "Sample Valley Tribe",
    Kind.NONPROFIT: "Sample Valley Family Center",
}  # fmt: skip
"""Legal names of parties that the lists don't have."""

OF_KIND: Final[dict[str, dict[Kind, str]]] = {
    "unit": {
        Kind.COUNTY: "Health Care Services Agency", Kind.CITY: "Human Services Department",
        Kind.CALHHS_ENTITY: "Enterprise Data Office", Kind.STATE_AGENCY: "Enterprise Data Office",
        Kind.SCHOOL_AGENCY: "Student Services Department", Kind.TRIBE: "Social Services Department",
        **dict.fromkeys((Kind.UC, Kind.CSU, Kind.CCC, Kind.PRIVATE_UNIVERSITY), "Office of Institutional Research"),
    },
    "campus": {Kind.UC: "Davis", Kind.CSU: "Chico", Kind.AUXILIARY: "Chico"},
    "contracting party": {Kind.UC: "The Regents of the University of California",
                          Kind.CSU: "The Trustees of the California State University"},
    "parent agency": {Kind.CALHHS_ENTITY: "California Health and Human Services Agency"},
    "charter": {Kind.CITY: "charter city"},
    "county": {Kind.COUNTY: "Alameda", Kind.UC: "Yolo", Kind.CSU: "Butte", Kind.CITY: "Fresno"},
    "counsel.title": dict.fromkeys(Kind, "General Counsel") | {
        Kind.COUNTY: "County Counsel", Kind.CITY: "City Attorney", Kind.TRIBE: "Tribal Attorney",
        **dict.fromkeys((Kind.CALHHS_ENTITY, Kind.STATE_AGENCY), "Chief Counsel"),
    },
    "governing body.name": {
        Kind.COUNTY: "Board of Supervisors of the County of Alameda", Kind.CITY: "City Council of the City of Fresno",
        Kind.SPECIAL_DISTRICT: "Board of Directors", Kind.JPA: "Board of Directors", Kind.TRIBE: "Tribal Council",
        Kind.SCHOOL_AGENCY: "Governing Board", Kind.CCC: "Board of Trustees",
    },
    "governing body.may destroy records": dict.fromkeys(Kind, "no"),
    "clerk": {
        Kind.COUNTY: "Clerk of the Board of Supervisors", Kind.CITY: "City Clerk", Kind.TRIBE: "Tribal Secretary",
        **dict.fromkeys((Kind.SPECIAL_DISTRICT, Kind.JPA, Kind.SCHOOL_AGENCY, Kind.CCC), "Secretary of the Board"),
    },
    "contacts.incident.name": dict.fromkeys(Kind, "Privacy Officer"),
    "contacts.accounting.name": dict.fromkeys(Kind, "Disclosure Coordinator"),
    "education agency": {kind: "yes" if kind is Kind.SCHOOL_AGENCY else "no" for kind in Kind},
    "records authority": dict.fromkeys(Kind, "Records retention schedule of February 9, 2027") | {
        Kind.COUNTY: "Government Code section 26202; Resolution R-2027-0015",
    },
}  # fmt: skip
"""By column and kind, where partners of another kind would write something else; `records authority` of a partner is
needless where its governing body's action may destroy records, so the example says no there."""


def of(column: str, kind: Kind) -> str:
    """What a partner of the kind would write into the column of that name; nothing where all write the same."""
    return OF_KIND.get(column, {}).get(kind, "")


def listed(kind: Kind, names: Sequence[str]) -> str:
    """The party of the lists that stands as an example of a kind; nothing where they have none."""
    return LISTED.get(kind) or next(iter(names), "")

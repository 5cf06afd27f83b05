"""Suppliers: who knows the answer to a field, after the roles of the official forms."""

from __future__ import annotations

from typing import Final

SIDES: Final = {"provider": "Data Provider", "recipient": "Data Recipient"}

OF_PARTY: Final = (
    ("contacts: security", "information security office"), ("security attestation", "information security office"),
    ("contacts: incident", "privacy or security office"), ("contacts: privacy", "privacy office"),
    ("contacts: legal", "counsel"), ("contacts: accounting", "privacy office"), ("counsel", "counsel"),
    ("hipaa status", "counsel or privacy office"), ("ipa applies", "counsel"), ("public agency", "counsel"),
    ("under governor", "counsel"), ("idea signatory", "counsel"), ("chhs agreement signatory", "counsel"),
    ("governing body", "clerk or counsel"), ("clerk", "clerk or counsel"), ("signatory", "counsel"),
    ("reviewers", "counsel"), ("deviations", "counsel"), ("contracting party", "counsel"),
    ("insurance", "risk management"), ("records authority", "records office or counsel"),
    ("contacts", "Data Coordinator"), ("", "Data Coordinator"),
)  # fmt: skip
"""Who at a party knows, by the beginning of the key; the first that fits counts."""

OF_PROPOSAL: Final = (
    ("required by law", "counsel of the Data Recipient"),
    ("undisputed because", "both Data Coordinators"),
    ("dispute: objection", "Data Coordinator of the Data Provider"),
    ("dispute: provider", "Data Coordinator of the Data Provider"),
    ("dispute: recipient", "Data Coordinator of the Data Recipient"),
    ("dispute: deci", "the officers who decide the dispute"),
    ("dispute", "both Data Coordinators"),
    ("purpose", "program staff of the Data Recipient"),
    ("data: elements: why needed", "program staff of the Data Recipient"),
    ("data: elements: classification", "privacy office of the Data Provider"),
    ("data: elements: statute", "counsel of the Data Provider"),
    ("data: linkage", "program staff of the Data Recipient"),
    ("data", "Data Coordinator of the Data Provider"),
    ("use: products: release approved by: provider", "Data Coordinator of the Data Provider"),
    ("use: deidentification", "privacy office of the Data Recipient"),
    ("use", "program staff of the Data Recipient"),
    ("transfer", "technical staff of both Parties"),
    ("end of use", "Data Coordinator of the Data Recipient"),
    ("authority: provider", "counsel of the Data Provider"),
    ("authority: recipient", "counsel of the Data Recipient"),
    ("authority", "counsel of both Parties"),
    ("return flow", "counsel of both Parties"),
    ("opinions", "legal, privacy and security reviewers of each Party"),
    ("privacy", "privacy offices of both Parties"),
    ("security", "information security offices of both Parties"),
    ("hipaa", "counsel or privacy office of the Data Provider"),
    ("ferpa", "counsel of the Data Provider"),
    ("regimes", "counsel of the Data Provider"),
    ("funds", "contract office of the Data Recipient"),
    ("redisclosure", "program staff of the Data Recipient"),
    ("research", "Principal Investigator"),
    ("dates", "both Data Coordinators"),
    ("signatures", "who signs"),
    ("related agreements", "counsel of both Parties"),
    ("amendments", "both Data Coordinators"),
    ("joinder", "counsel of both Parties"),
    ("terms", "counsel"),
    ("", "Data Coordinator of the Data Recipient"),
)
"""Who knows, by the beginning of the key in the proposal; the Data Recipient drafts where nothing else is said."""


def supplier(key: str) -> str:
    """Who supplies a field."""
    side, _, rest = key.partition(": ")
    if key in SIDES:
        return f"Data Coordinator of the {SIDES[key]}"
    if side in SIDES:
        return f"{next(who for start, who in OF_PARTY if rest.startswith(start))} of the {SIDES[side]}"
    return next(who for start, who in OF_PROPOSAL if key.startswith(start))

"""Entries of made-up partners, for the tests of batches."""

from __future__ import annotations

import hashlib

from agreegen.batch.entry import Entry, FileRecord
from agreegen.batch.inputs import NAMES
from agreegen.finding import Finding, Location, Severity

SHARED = tuple(name for name in NAMES if name != "partner")


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


MISSING = Finding("P001", Severity.ERROR, Location("partners.csv", 3, 7, path="contacts.incident.email"),
                  "'incident: email' is missing: who is told", "write `email: incidents@example.gov`")  # fmt: skip
WARNED = Finding("P055", Severity.WARNING, Location("county-coverage.yaml", 4, 5, path="dates.start"), "soon", "")
IN_WORD = Finding("T301", Severity.NOTE, Location("master.docx", part="header 1", paragraph=2, text="{{ x }}"), "so")


def entry(number: int = 1, *, emails: int = 3, parts: int = 4, **other: object) -> Entry:
    """The agreement of partner `number` of county-coverage, made; `other` stands in for what it says."""
    partner = f"partner-{number:05}"
    digests = sha(f"{partner} docx"), sha(f"{partner} text"), sha(f"{partner} pdf")
    files = {
        f"{partner}/county-coverage.docx": FileRecord(*digests[:2], 85_000 + number, 9),
        f"{partner}/county-coverage.pdf": FileRecord(digests[2], "", 185_000 + number, 10 + number),
    }
    said: dict[str, object] = {
        "key": f"county-coverage/{partner}", "partner": partner, "proposal": "county-coverage",
        "name": f"County of N\u00famero {number}", "variant": "local-government", "files": files,
        "inputs": {**{name: sha(name) for name in SHARED}, "partner": sha(partner)},
        "exhibits": {"hipaa-baa": "the data are protected health information"},
        "clauses": {f"clauses/clause-{n}": sha(f"clause {n}") for n in range(parts)},
        "fields": {"partner.name": f"County of N\u00famero {number}", "partner.kind": "county",
                   **{f"partner.contacts.{n}.email": f"role{n}-{number}@county.example.gov" for n in range(emails)}},
        "common": {"dates.start": "2027-03-01", "purpose.scope": "Monthly list of children"},
        "engine": "embedded", "pages": 91, "seconds": 0.0125,
    }  # fmt: skip
    return Entry(**{**said, **other})  # type: ignore[arg-type]

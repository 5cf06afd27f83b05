"""Complete proposals for the tests of rules: plain data, and the YAML of it with the line of every key."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

from agreegen.reading import Partners, Reading, read_proposal

if TYPE_CHECKING:
    import pathlib

Data = dict[str, Any]
Lines = dict[tuple[str | int, ...], int]


def contact(role: str) -> Data:
    return {"name": role, "title": f"{role}, Program Deputy Director", "division": "Data Branch",
            "email": f"{role.replace(' ', '.')}@example.gov", "phone": "(916) 555-0100"}  # fmt: skip


PARTY: Data = {
    "contacts": {r: contact(r) for r in ("data coordinator", "executive sponsor", "submitter", "manager", "incident")},
    "hipaa status": "none",
    "agency data officer": {"email": "agency.cdo@example.gov"},
    "governing body": {"name": "Board of the Party", "action": "resolution", "number": "R-1"},
    "counsel": {"title": "Counsel of the Party"},
    "signatory": {"title": "Director"},
    "contracting party": "The Body that is bound",
    "campus": "Davis",
    "incorporated in": "California",
    "security attestation": {"kind": "nist 800 53"},
    "records authority": "Government Code section 26202",
    "county": "Sacramento",
}
"""What a complete record of a party has beyond its name and kind, whatever its kind."""

CASE: Data = {
    "proposal": "Sample use case",
    "provider": "DHCS",
    "recipient": "CDPH",
    "undisputed because": "Both departments reviewed the purpose and the elements.",
    "purpose": {
        "scope": "A monthly list.",
        "reason": "Mail alone doesn't reach the families.",
        "need": "Dates tell whom to call first.",
        "consistency": "The same purpose.",
        "benefits": {"recipient": "Fewer calls.", "agency": "Fewer applications.", "data subjects": "They keep care."},
    },
    "data": {
        "categories": ["eligibility"],
        "elements": [
            {"name": "Coverage end date", "definition": "Day on which coverage ended", "classification": ["pii"],
             "statute": ["ipa"], "why needed": "Tells whom to call first."},
        ],
    },
    "use": {
        "users": [{"name": "Family outreach unit", "roles": ["Outreach worker"]}],
        "roles": "Outreach workers call.",
        "contractors": "no",
        "analysis": "Whom to call first.",
        "processes": "Telephone outreach.",
        "products": [{"name": "Counts by month", "public": "no"}],
    },
    "transfer": {"method": "SFTP", "frequency": "monthly", "storage": "County warehouse", "management": "Data office",
                 "sites": ["Data center, Sacramento"]},
    "end of use": {"products": "Counts are kept.", "limits": "None.", "within": "30 days"},
    "authority": {
        "provider": {"text": "The law permits disclosure.", "citations": ["ipa_24"], "ipa ground": "(e)"},
        "recipient": {"text": "The law permits use.", "citations": ["medi_cal"]},
    },
    "opinions": [{"party": "provider", "kind": "legal", "text": "Attachment 1"}],
    "privacy": {"protocols": "Names are seen by outreach staff only."},
    "security": {"protocols": "Access by county network only."},
    "funds": "no",
    "redisclosure": "no",
    "research": "no",
    "dates": {"start": "2027-03-01", "end": "2030-02-28", "frequency": "monthly"},
}  # fmt: skip
"""A proposal from DHCS to CDPH that every rule accepts."""


def merged(base: Any, over: Any) -> Any:
    """The base with the other value over it, block by block; lists and values are replaced."""
    if isinstance(base, dict) and isinstance(over, dict):
        return {**base, **{k: merged(base[k], v) if k in base else v for k, v in over.items()}}
    return copy.deepcopy(over)


def completed(fragment: Data) -> Data:
    """The complete case with the fragment over it; each party, by name or record, has a complete record."""
    data: Data = merged(CASE, {k: v for k, v in fragment.items() if k not in ("provider", "recipient")})
    for side in ("provider", "recipient"):
        said = fragment.get(side, CASE[side])
        parties = [p if isinstance(p, dict) else {"party": p} for p in (said if isinstance(said, list) else [said])]
        complete = [merged(PARTY, p) for p in parties]
        data[side] = complete if isinstance(said, list) else complete[0]
    copied: Data = json.loads(json.dumps(data))
    return copied


def written(data: Data) -> tuple[str, Lines]:
    """The YAML of plain data, one key or entry a line, and the line of every key and entry by its path."""
    lines: list[str] = []
    places: Lines = {(): 1}

    def put(node: Any, path: tuple[str | int, ...], start: str, depth: int) -> None:
        places[path] = len(lines) + 1
        if not isinstance(node, dict | list) or not node:
            lines.append(f"{start} {json.dumps(node)}" if node is not None else start)
            return
        if not start.endswith("-"):
            lines.append(start)
        for number, (key, value) in enumerate(node.items() if isinstance(node, dict) else enumerate(node)):
            space = f"{start} " if number == 0 and start.endswith("-") else "  " * depth
            put(value, (*path, key), space + ("-" if isinstance(key, int) else f"{key}:"), depth + 1)

    for key, value in data.items():
        put(value, (key,), f"{key}:", 1)
    return "\n".join(lines) + "\n", places


def read(text: str, folder: pathlib.Path, partners: Partners | None = None) -> Reading:
    """The reading of a text that stands in a file `case.yaml` of the folder."""
    path = folder / "case.yaml"
    path.write_text(text, encoding="utf-8", newline="\n")
    return read_proposal(path, partners)

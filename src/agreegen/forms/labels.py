"""What people call the fields of a proposal."""

from __future__ import annotations

import re
from typing import Final

_ACRONYMS: Final = {"hipaa": "HIPAA", "ferpa": "FERPA", "ipa": "IPA", "fti": "FTI", "ssa": "SSA", "cjis": "CJIS",
                    "hiv": "HIV", "pii": "PII", "idea": "IDEA", "chhs": "CHHS", "id": "ID", "irs": "IRS",
                    "part2": "42 CFR Part 2", "uc": "UC", "csu": "CSU", "calhhs": "CalHHS"}  # fmt: skip
_NAMES: Final = {
    "proposal": "Name of the use case",
    "elements": "Data elements",
    "users": "User groups",
    "fti": "Federal tax information (FTI)",
    "ssa": "Data of the Social Security Administration (SSA)",
    "hiv": "HIV records",
    "cjis": "Criminal justice information (CJIS)",
    "part2": "Substance use disorder records (42 CFR Part 2)",
    "tribal": "Tribal data",
}


SECTIONS: Final = {
    "use": "Output and use",
    "transfer": "Transfer and storage",
    "end_of_use": "End of use",
    "authority": "Legal authority",
    "opinions": "Registered opinions",
    "privacy": "Privacy requirements",
    "security": "Security requirements",
    "regimes": "Special regimes",
    "funds": "Transfer of funds",
    "redisclosure": "Further disclosure",
}
"""What the parts of a form are called where that isn't the key."""


def label_of(name: str) -> str:
    """What people call a field: `Data subjects`, `HIPAA status`."""
    if name in _NAMES:
        return _NAMES[name]
    words = [_ACRONYMS.get(w, w) for w in name.split("_")]
    text = " ".join(words)
    return text[:1].upper() + text[1:]


def singular(label: str) -> str:
    """One entry of a list: `Data element` of `Data elements`."""
    return label[:-1] if label.endswith("s") and not label.endswith("ss") else label


def shown(code: str) -> str:
    """A code word as people read it."""
    return code.replace("_", " ")


def inside(label: str) -> str:
    """A label within a line: its first letter is small unless it is an acronym."""
    first = label.split(" ", maxsplit=1)[0]
    return label if any(c.isupper() for c in first[1:]) else label[:1].lower() + label[1:]


def unnumbered(title: str) -> str:
    """A title without the numbers of entries."""
    return re.sub(r" \d+(?=:|\Z)", "", title)

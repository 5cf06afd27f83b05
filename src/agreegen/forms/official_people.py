"""People, ticks and numbers as others write them into the cells of the official form."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_MAIL: Final = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+\w")
_PHONE: Final = re.compile(r"\(?\d{3}\)?[ .-]?\d{3}[.-]\d{4}(?: ?(?:x|ext\.?) ?\d+)?")
_LED: Final = ("executive_sponsor", "data_coordinator")
"""Roles in whose lines the title comes before the division."""

_TICK: Final = r"(?:[\u2610-\u2612\u2713\u2714\u25a0]|\[\s*[xX]?\s*\]|\b[xX]\b)"
_TICKED: Final = re.compile(r"[\u2611\u2612\u2713\u2714\u25a0]|\[\s*[xX]\s*\]|\b[xX]\b")
_BOTH: Final = re.compile(r"(?i)\W*(?:yes\W+no|no\W+yes|y\W*n)\W*\Z")
_NUMBER: Final = re.compile(r"\s*(?:\(?\d{1,3}[.)]|[a-z][.)])\s+")
_EDGES: Final = " \u2022\u00b7*-\u2013\t"


def lines(text: str) -> list[str]:
    """The lines that say something, without bullets and numbers before them."""
    return [bare for line in text.split("\n") if (bare := _NUMBER.sub("", line, count=1).strip(_EDGES))]


def person(line: str, role: str) -> tuple[dict[str, str], dict[str, str], bool]:
    """What a person's line says for sure, what it says by the order of its pieces, and whether some has no field."""
    mail, phone = _MAIL.search(line), _PHONE.search(line)
    plain = line
    for match in (mail, phone):
        plain = plain.replace(match[0], " ") if match else plain
    pieces = [x.strip(" :.") for x in re.split(r"[,;|/]|\b(?:[Ee]-?mail|[Pp]hone|[Tt]el)\b", plain) if x.strip(" :.")]
    keys = ("name", "title", "division") if role in _LED else ("name", "division", "title")
    sure = {key: match[0] for key, match in (("email", mail), ("phone", phone)) if match}
    return sure, dict(zip(keys, pieces, strict=False)), len(pieces) > len(keys)


def people(text: str) -> Iterator[str]:
    """The lines of each person: who has a mailbox or a telephone already is followed by another."""
    current: list[str] = []
    for line in (x for x in text.split("\n") if x.strip()):
        words = _PHONE.sub("", _MAIL.sub("", line)).strip(" ,;:|/")
        reached = any(_MAIL.search(x) or _PHONE.search(x) for x in current)
        if current and reached and re.search(r"[A-Za-z]{2}", re.sub(r"(?i)e-?mail|phone|tel", "", words)):
            yield " ".join(current)
            current = []
        current.append(line)
    if current:
        yield " ".join(current)


def ticked(text: str) -> str:
    """The text as if its answer had been written: `X Yes`, `Yes [x] No [ ]` and `☐ Yes ☒ No` begin with the word."""
    said = text.strip()
    before = re.match(rf"\W*{_TICK}", said) is not None
    found = []
    pattern = rf"({_TICK})\W*\b(yes|no)\b" if before else rf"\b(yes|no)\b\W*({_TICK})"
    for m in re.finditer(pattern, said, re.IGNORECASE):
        tick, word = (m[1], m[2]) if before else (m[2], m[1])
        found += [word.lower()] if _TICKED.fullmatch(tick) else []
    if len(set(found)) != 1:
        return said
    rest = re.sub(
        rf"(?i){_TICK}|\b(?:yes|no)\b(?=\W*(?:{_TICK}|\Z))|(?<=[\u2610-\u2612\]])\W*\b(?:yes|no)\b", " ", said
    )
    rest = re.sub(rf"(?i)^\W*{found[0]}\b", "", rest)
    return f"{found[0].capitalize()} {' '.join(rest.split())}".strip()


def is_unanswered(text: str) -> bool:
    """True where both words stand and neither is marked."""
    return _BOTH.match(text) is not None

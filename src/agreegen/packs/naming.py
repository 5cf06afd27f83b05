"""Naming: what a blank of an agreement is for, and its type, by the words in it, beside it and around it."""

from __future__ import annotations

import re
from typing import Final

from agreegen.late import dataclass
from agreegen.packs.declared import DATE, NUMBER, ONE_OF, TEXT, YES_NO

WORDS: Final = re.compile(r"[a-z0-9]+")
MOST: Final = 5
"""Words that the name of a field has."""

FILLERS: Final = frozenset(WORDS.findall("""
    the a an this that is are was by and or of to in on for with at as from between through until shall will be than
    its it his her their not per any all such said
"""))  # fmt: skip
"""Words at the ends of a label that tell nothing."""

EMPTY: Final = re.compile(
    r"(?i)^(?:\W*|_+|x+|tb[da]|to be determined|blank|date|insert|name|amount|number|value|text|month|year|day|\d+)$"
)
"""What in brackets doesn't say what it is for."""

LEAD: Final = re.compile(
    r"(?i)^(?:please )?(?:insert|enter|fill in|add|type|specify|state|provide|click (?:here )?to enter)\b[: ]*"
    r"(?:the |a |an )?(?:text)?"
)
TERM: Final = re.compile(r"^[\s,]*\(\s*(?:the |hereinafter |referred to as )*[“\"]([^”\"]{2,40})[”\"]\s*\)")
BEHIND: Final = re.compile(r"^\s*\(([^()“”\"$_\[\]]*[A-Za-z][^()“”\"$_\[\]]*)\)")
UNIT: Final = re.compile(
    r"(?i)^\s*(?:\([^)]*\)\s*)?((?:calendar |working |business |consecutive )?(?:days?|weeks?|months?|years?|hours?)"
    r"|percent|%|records|copies)"
)
STARTS: Final = re.compile(r"(?i)\b(?:begin|start|commenc)\w*(?: on| as of)?\s*$")
ENDS: Final = re.compile(r"(?i)\b(?:end|terminat|expir)\w*(?: on| as of)?\s*$")
SINCE: Final = re.compile(r"(?i)\b(?:effective|dated|made)?\s*as of(?: the)?\s*$|\beffective(?: on)?\s*$")
DATED: Final = re.compile(r"(?i)\bdate[ds]?\b|\bday of\b|\bdeadline\b")
DAY: Final = re.compile(r"(?i)^x{1,2}/x{1,2}/x{2,4}$")
MONEY: Final = re.compile(r"[$]\s*\[?$")
SUM: Final = re.compile(r"(?i)\b(not to exceed|fee|payment|rate|total|cost|price|limit|premium|deposit|compensation)\b")
ASKED: Final = re.compile(r"(?i)\(?\byes\s*(?:/|or|\s)\s*no\b\)?[\s:]*$")
CHOICE: Final = re.compile(r"^[^/]{1,30}(?:/[^/]{1,30}){1,5}$")


@dataclass(frozen=True, slots=True)
class Label:
    """What a blank is for in words, its type, and the words of a choice."""

    words: str
    kind: str = TEXT
    choices: tuple[str, ...] = ()


def key_of(label: str) -> str:
    """The name of a field that a label gives: at most five words, the last ones, without fillers at their ends."""
    plain = re.sub(r"(?i)\bno\.(?=[\s:]|$)|#", " number ", label.lower().replace("'s", "").replace("\u2019s", ""))
    words = WORDS.findall(re.sub(r"\be-(?=mail)", "e", plain))[-MOST:]
    while words and (words[0] in FILLERS or words[0][0].isdigit()):
        words = words[1:]
    while words and words[-1] in FILLERS:
        words = words[:-1]
    return " ".join(words) or "blank"


def labeled(before: str, inner: str, behind: str, beside: str = "", above: str = "") -> Label:
    """What a blank is for: `inner` stands in it, the others around it, in the cell before, and in the heading."""
    said = LEAD.sub("", inner).strip()
    if _is_choice(said):
        choices = tuple(c.strip() for c in said.split("/"))
        return Label(_around(before, behind) or above, ONE_OF, choices)
    empty = bool(EMPTY.fullmatch(said)) or bool(DAY.fullmatch(inner))
    if not empty:
        return Label(said, DATE if DATED.search(said) else TEXT)
    if said.lower() == "amount":
        return Label(_sum(_near(before), behind))
    found = _told(before, behind, beside)
    dated = said.lower() == "date" or bool(DAY.fullmatch(inner))
    said_nothing = not WORDS.search(found.words.lower())
    words = found.words if key_of(found.words) != "blank" else "date" if dated else above * said_nothing or "blank"
    if dated and not DATED.search(words):
        words = f"{words} date"
    if said.lower() in ("name", "number") and said.lower() not in words.lower():
        words = f"{words} {said.lower()}"
    return Label(words, DATE if dated else found.kind)


def _is_choice(said: str) -> bool:
    return bool(CHOICE.fullmatch(said)) and not any(c.isdigit() for c in said) and not DAY.fullmatch(said)


def _told(before: str, behind: str, beside: str) -> Label:  # noqa: PLR0911 (one line a kind of words)
    """What the words around tell, the surest first."""
    lead = _near(before)
    if term := TERM.match(behind):
        return Label(f"{term[1]} name")
    if asked := ASKED.search(before):
        return Label(_near(before[: asked.start()]), YES_NO)
    if MONEY.search(before) and not BEHIND.match(behind):
        return Label(_sum(lead, behind))
    for pattern, words in ((STARTS, "start date"), (ENDS, "end date"), (SINCE, "effective date")):
        if pattern.search(lead):
            return Label(words, DATE)
    if (unit := UNIT.match(behind)) and before.rstrip()[-1:] != ":":
        name = unit[1].replace("%", "percent")
        return Label(f"{_content(lead, 3)} {name}", NUMBER)
    if extra := BEHIND.match(behind):
        counted = NUMBER if extra[1].lower().startswith("number of") else TEXT
        return Label(extra[1], DATE if DATED.search(extra[1]) else counted)
    if not key_of(lead.rpartition(",")[2]).strip() or key_of(lead.rpartition(",")[2]) == "blank":
        lead = beside or (f"kind of {_content(behind, 1)}" if "," in lead and _content(behind, 1) else lead)
    lead = lead or beside
    return Label(lead, DATE if DATED.search(lead) and len(WORDS.findall(lead.lower())) <= MOST else TEXT)


def _near(before: str) -> str:
    """The words before a blank, back to the sentence's begin or to another blank."""
    found = re.split(r"[.;!?]\s|_{3,}|\t|\)\s|\]|[Xx/]{6,}", before)[-1].strip(" :,\t$([")
    bracket = re.search(r"\[([^\[\]]+)\]\W*$", before)
    return bracket[1] if bracket and not found else found


def _sum(lead: str, behind: str) -> str:
    """The name of an amount of money: `fee amount`, `not to exceed amount`, `amount for each month`."""
    found = SUM.findall(lead)
    if found:
        return "amount not to exceed" if found[-1].lower() == "not to exceed" else f"{found[-1].lower()} amount"
    later = re.match(r"\s*(?:for|per|a|each|every)\s+[\w ]{2,24}", behind)
    return f"amount {later[0].strip()}" if later else f"{_content(lead, 3)} amount"


def _around(before: str, behind: str) -> str:
    """The words on both sides, where what stands between them is a choice."""
    left, right = re.split(r"[.;!?]\s", before)[-1], re.split(r"[.;,!?]", behind)[0]
    return f"{_content(left, 2)} {_content(right, 3, first=True)}"


def _content(words: str, most: int, *, first: bool = False) -> str:
    """The last words that tell something, or the first."""
    found = [w for w in WORDS.findall(words.lower()) if w not in FILLERS]
    return " ".join(found[:most] if first else found[-most:])

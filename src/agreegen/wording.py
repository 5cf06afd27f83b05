"""Contract words for values: dates, lists, numbers, sentences; each is a filter of the template language.

Pure functions: no clock, no locale of the machine. A filter refuses what it can't word with a `ValueError` that says
what it got, so that nothing is printed by accident.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

OPEN, CLOSE = "\u27e6", "\u27e7"
"""The brackets around what a draft leaves open; a filter lets such a text pass."""

MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
          "December")  # fmt: skip
SMALL = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
NEVER_NAMES = frozenset({
    "A", "After", "All", "Amendments", "An", "Annually", "Any", "As", "At", "Before", "By", "Daily", "Delegation",
    "Destruction", "During", "Each", "Every", "For", "Four", "From", "If", "In", "Minute", "Monthly", "No", "None",
    "On", "Once", "One", "Only", "Ordinance", "Order", "Other", "Per", "Quarterly", "Resolution", "The", "These",
    "This", "Three", "Twice", "Two", "Under", "Until", "Up", "Weekly", "When", "Where", "With", "Within", "Yearly",
})  # fmt: skip
"""First words that lose their capital inside a sentence; any other may be part of a name, which must keep its own."""

ABBREVIATED = re.compile(r"(?:\b(?:etc|seq|Inc|Co|Corp|No|Jr|Sr)|\b[A-Z])\.\Z")
ABBREVIATIONS = {
    "phi": "PHI", "pii": "PII", "fti": "FTI", "ssa": "SSA", "cji": "CJI", "hiv": "HIV", "irb": "IRB", "cphs": "CPHS",
    "ddg": "DDG", "cma": "CMA", "std213": "STD 213", "qso": "qualified service organization", "part2": "42 CFR Part 2",
    "simm_5330b": "SIMM 5330-B", "sam5300": "SAM 5300", "nist_800_53": "NIST SP 800-53", "idea": "IDEA",
    "nist_800_171": "NIST SP 800-171", "soc2": "SOC 2", "hitrust": "HITRUST", "calhhs": "CalHHS",
    "phi_": "PHI", "vital": "vital record", "ccc": "community college district", "uc": "University of California",
    "csu": "California State University", "jpa": "joint powers agency",
}  # fmt: skip

SPOKEN = frozenset({"FERPA", "FIPS", "HIPAA", "HITRUST", "NIST", "SAM", "SIMM", "SOC"})
"""Abbreviations that are said as words; others are said letter by letter."""

_VOWEL = re.compile(r"[aeiou]|8|1[18]\b|h(?:eir|onest|onor|our)", re.IGNORECASE)
_CONSONANT = re.compile(r"eu|ewe|on(?:ce|e)\b|u(?:[bst][aeiou]|r[aeio]|ni(?![dmn]|ss)|nanim)", re.IGNORECASE)
_LETTERS = re.compile(r"[A-Z][A-Z0-9.]*(?![A-Za-z])")


def is_open(value: Any) -> bool:
    """True for the marked blank of a draft."""
    return isinstance(value, str) and value.startswith(OPEN)


def date(value: Any) -> str:
    """`March 1, 2027` for a date."""
    if is_open(value):
        return str(value)
    if isinstance(value, dt.datetime):
        value = value.date()
    if not isinstance(value, dt.date):
        raise ValueError(f"the filter 'date' needs a date and got {value!r}")
    return f"{MONTHS[value.month - 1]} {value.day}, {value.year}"


def _joined(values: Iterable[Any], word: str) -> str:
    if isinstance(values, Mapping) or not isinstance(values, Iterable):
        raise ValueError(f"a list to be worded is needed, and here is {values!r}")
    items = [values] if isinstance(values, str) else [_item(v) for v in values]
    if not items:
        raise ValueError("a list to be worded is empty: put the sentence in a condition")
    comma = ";" if any("," in item for item in items) else ","
    if len(items) < 3:
        return f" {word} ".join(items) if comma == "," else f"{comma} {word} ".join(items)
    return f"{comma} ".join(items[:-1]) + f"{comma} {word} {items[-1]}"


def _item(value: Any) -> str:
    if isinstance(value, dt.date):
        return date(value)
    if isinstance(value, str) or (isinstance(value, int) and not isinstance(value, bool)):
        return str(value)
    raise ValueError(f"an entry of a list to be worded must be a text and is {value!r}")


def listing(values: Iterable[Any]) -> str:
    """`a, b, and c`; with semicolons if an item has a comma of its own."""
    return _joined(values, "and")


def either(values: Iterable[Any]) -> str:
    """`a, b, or c`; with semicolons if an item has a comma of its own."""
    return _joined(values, "or")


def plural(number: Any, noun: str) -> str:
    """The noun, in the plural unless there is exactly one."""
    if isinstance(number, bool) or not isinstance(number, int):
        raise ValueError(f"the filter 'plural' needs a whole number and got {number!r}")
    if number == 1:
        return noun
    if re.search(r"[^aeiou]y$", noun):
        return noun[:-1] + "ies"
    return noun + ("es" if re.search(r"(s|x|z|ch|sh)$", noun) else "s")


def count(number: Any, noun: str) -> str:
    """`3 days`, `1 day`, `10 working days`."""
    if is_open(number):
        return str(number)
    if isinstance(number, bool) or not isinstance(number, int):
        raise ValueError(f"the filter 'count' needs a whole number and got {number!r}")
    return f"{number:,} {plural(number, noun)}"


def spell(number: Any) -> str:
    """`two` for 2; figures above twelve."""
    if is_open(number):
        return str(number)
    if isinstance(number, bool) or not isinstance(number, int):
        raise ValueError(f"the filter 'spell' needs a whole number and got {number!r}")
    return SMALL[number] if 0 <= number < len(SMALL) else f"{number:,}"


def yesno(value: Any) -> str:
    """`Yes` or `No` for a truth value; a list counts as Yes unless it is empty."""
    if is_open(value):
        return str(value)
    if isinstance(value, str):
        raise ValueError(f"the filter 'yesno' needs yes or no and got the text {value!r}")
    return "Yes" if value or isinstance(value, Mapping) else "No"


def paragraphs(text: Any) -> list[str]:
    """The paragraphs of a prose value: parts between blank lines, each line of a dash list on its own."""
    if text is None:
        return []
    if not isinstance(text, str):
        raise ValueError(f"the filter 'paragraphs' needs a text and got {text!r}")
    blocks = re.split(r"\n\s*\n", text.strip())
    result: list[str] = []
    for block in blocks:
        lines = [line.rstrip() for line in block.splitlines()]
        if any(re.match(r"\s*[-•*] ", line) for line in lines):
            result += _dashes(lines)
        else:
            result.append(" ".join(line.strip() for line in lines))
    return [p for p in result if p]


def _dashes(lines: list[str]) -> list[str]:
    items: list[str] = []
    for line in lines:
        found = re.match(r"\s*[-•*] +(.*)", line)
        if found:
            items.append("• " + found[1])
        elif items:
            items[-1] += " " + line.strip()
        else:
            items.append(line.strip())
    return items


def sentence(text: Any) -> str:
    """The text with one mark at its end, upper case at its start."""
    words = _flat(text)
    ended = words.rstrip("\"')\u201d\u2019").endswith((".", "!", "?", ":"))
    return upper_first(words if ended else words + ".")


def phrase(text: Any) -> str:
    """The text as part of a sentence: no period at its end, lower case at its start if the first word is no name.

    A capital stays unless the word surely is none: `Alameda children`, `Health and Safety Code section 1280.15`. The
    period of an abbreviation stays too.
    """
    words = _flat(text)
    words = words if ABBREVIATED.search(words) else words.rstrip(".")
    return words[:1].lower() + words[1:] if words.split(" ", 1)[0] in NEVER_NAMES else words


def _flat(text: Any) -> str:
    if not isinstance(text, str):
        raise ValueError(f"a filter for prose needs a text and got {text!r}")
    if not text.strip():
        raise ValueError("a filter for prose needs a text and got an empty one: put the sentence in a condition")
    return " ".join(text.split())


def with_article(words: str) -> str:
    """The words after `a` or `an`, by the sound of their beginning: `a University`, `an hour`, `an EDD form`."""
    spelled = _LETTERS.match(words)
    if spelled and len(spelled[0]) > 1 and spelled[0] not in SPOKEN:
        vowel = words[0] in "AEFHILMNORSX"
    else:
        vowel = bool(_VOWEL.match(words)) and not _CONSONANT.match(words)
    return f"{'an' if vowel else 'a'} {words}"


def upper_first(text: Any) -> str:
    """The text with its first letter in upper case."""
    if not isinstance(text, str):
        raise ValueError(f"the filter 'upper_first' needs a text and got {text!r}")
    return text[:1].upper() + text[1:]


def label(code: Any) -> str:
    """Words for a code word: `business associate` for `business_associate`, `PHI` for `phi`."""
    if not isinstance(code, str):
        raise ValueError(f"the filter 'label' needs a code word and got {code!r}")
    return ABBREVIATIONS.get(code, code.replace("_", " "))


def labels(codes: Iterable[Any]) -> str:
    """`PHI and PII`: a list of code words."""
    return listing([label(c) for c in ([codes] if isinstance(codes, str) else codes)])


def or_blank(value: Any) -> str:
    """The value, or nothing where it is missing; for table cells and forms."""
    return "" if value is None else _shown(value)


def dash(value: Any) -> str:
    """The value, or a dash where it is missing; for table cells."""
    return "—" if value is None or value in ("", (), []) else _shown(value)


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return yesno(value)
    if isinstance(value, dt.date):
        return date(value)
    if isinstance(value, list | tuple):
        return ", ".join(_shown(v) for v in value)
    if isinstance(value, str | int):
        return str(value)
    raise ValueError(f"{value!r} can't be printed in a cell")


FILTERS: dict[str, Callable[..., Any]] = {
    "date": date,
    "listing": listing,
    "either": either,
    "count": count,
    "plural": plural,
    "spell": spell,
    "yesno": yesno,
    "paragraphs": paragraphs,
    "sentence": sentence,
    "phrase": phrase,
    "upper_first": upper_first,
    "label": label,
    "labels": labels,
    "or_blank": or_blank,
    "dash": dash,
}
"""The filters that a template may use, by name."""

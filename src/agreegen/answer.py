"""Answers: what a person may write in a field, and what it means: yes and no, dates, times, lists, code words."""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Any, cast

from pydantic import BaseModel, BeforeValidator, ConfigDict, GetCoreSchemaHandler, StringConstraints, model_validator
from pydantic_core import CoreSchema, PydanticCustomError


def spaced(name: str) -> str:
    """The key that a person writes for a field: `data subjects` for `data_subjects`."""
    return name.replace("_", " ")


class Section(BaseModel):
    """A block of YAML: keys with spaces or underscores, nothing unknown, nothing changed after reading."""

    model_config = ConfigDict(
        alias_generator=spaced,
        populate_by_name=True,
        extra="forbid",
        frozen=True,
        use_enum_values=False,
        defer_build=True,  # the whole proposal is built once, when one is first read
    )

    @model_validator(mode="before")
    @classmethod
    def keys_with_spaces(cls, data: Any) -> Any:
        """The same mapping with spaces in its keys, so that `data_subjects` and `data-subjects` are right too."""
        if isinstance(data, dict) and any("_" in k or "-" in k for k in data if isinstance(k, str)):
            return {k.replace("_", " ").replace("-", " ") if isinstance(k, str) else k: v for k, v in data.items()}
        return data


OPEN_WORDS = re.compile(
    r"(?i)\W*(?:tbd|tbc|tba|to be (?:determined|confirmed|decided|announced)|todo|x{2,}|\?{2,}|\.{3}|_{2,})\W*"
    r"|\[(?!reserved\]|redacted\]|none\]|n/a\])[a-z][^\[\]]{2,}\]"
)
"""Words that only say that a value is still to be filled in: also a blank line, or an instruction in brackets."""

NO_VALUE = re.compile(
    r"[=][A-Za-z$(+'\"@].*|\W*#?Err:[0-9]{3}\W*|[-\u2013\u2014?]+"
    r"|.*(?:#(?:REF!|N/A|NAME\?|VALUE!|DIV/0!|NULL!|NUM!|SPILL!|CALC!|GETTING_DATA|FIELD!|BLOCKED!)"
    r"|\{\{|\}\}|\{%|%\}).*",
    re.DOTALL,
)
"""What spreadsheets and templates leave behind in place of a value: an error, a formula, a tag, a bare hyphen."""

NONE_WORDS = frozenset({"none", "n/a", "na", "not applicable", "nothing"})
"""Words by which people answer that there is nothing; where a field takes `no`, they mean no."""


_SPELLED = {"simm_5330b": "SIMM 5330-B", "sam5300": "SAM 5300", "nist_800_53": "NIST 800-53", "soc2": "SOC 2",
            "nist_800_171": "NIST 800-171", "hitrust": "HITRUST", "self_insured": "self-insured"}  # fmt: skip
"""Code words that people write in another way than with spaces."""

_ONE_WORD = {"simm_5330_b": "simm_5330b", "sam_5300": "sam5300", "soc_2": "soc2", "nist_sp_800_53": "nist_800_53",
             "nist_sp_800_171": "nist_800_171"}  # fmt: skip
"""Code words by other ways to write them, once case, spaces and hyphens are gone."""

_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TEN = re.compile(r"([2-9][0-9]{2})([0-9]{3})([0-9]{4})")
_GAP = r"[\s./\u00a0\u2010-\u2013-]*"
_DIALED = re.compile(
    rf"(?<![0-9])(?:\+?1{_GAP})?\(?[0-9]{{3}}\)?{_GAP}[0-9]{{3}}{_GAP}[0-9A-Z]{{4}}(?![.,]?[0-9])"
    rf"|\+(?!1)[0-9](?:{_GAP}\(?[0-9]\)?){{7,14}}(?![0-9])"
)
"""A number of ten figures, or of another country with its + sign."""


def yes_no(value: Any) -> Any:
    words = {"yes": True, "y": True, "no": False, "n": False, "true": True, "false": False}
    words |= dict.fromkeys(NONE_WORDS, False)
    return words.get(value.strip().lower(), value) if isinstance(value, str) else value


def text_of(value: Any) -> Any:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def telephone(value: Any) -> Any:
    """`(916) 555-0100` for ten figures that were typed, or made a number, without anything between them.

    What has no number with its area code is no telephone.
    """
    text = text_of(value)
    if not isinstance(text, str):
        return text
    found = _TEN.fullmatch(text.strip())
    if found is None and text.strip() and not _DIALED.search(text):
        what = f"isn't a telephone number with its area code: '{text.strip()[:60]}'"
        hint = "write ten digits, such as (916) 555-0100, with `ext. 12` behind them if need be"
        raise PydanticCustomError("wrong_form", "{what}", {"what": what, "hint": hint})
    return f"({found[1]}) {found[2]}-{found[3]}" if found else text


def code_word(value: Any) -> Any:
    """`nist_800_53` for `NIST 800-53`: the word as code has it, however a person writes it."""
    if not isinstance(value, str):
        return value
    word = value.strip().lower().replace(" ", "_").replace("-", "_")
    return _ONE_WORD.get(word, word)


def spelled(word: str) -> str:
    """The word as people write it, in drop-downs, help and messages: `NIST 800-53` for `nist_800_53`."""
    return _SPELLED.get(word.replace(" ", "_"), spaced(word))


def date_of(value: Any) -> Any:
    if isinstance(value, dt.date) or value is None:
        return value
    if isinstance(value, str) and _ISO.fullmatch(value):
        try:
            return dt.date.fromisoformat(value)
        except ValueError:
            pass
    for pattern in ("%Y-%m-%d", "%B %d, %Y"):
        try:
            return dt.datetime.strptime(str(value).strip(), pattern).date()
        except ValueError:
            continue
    raise PydanticCustomError("date_text", "{value} isn't a date", {"value": repr(value)})


def nothing(value: Any) -> Any:
    """None for `no`, `none` and their like: fields of prose that say an exception."""
    said = yes_no(value)
    if said is True:
        raise PydanticCustomError(
            "wrong_form", "{what}", {"what": "needs words", "hint": "say what is agreed, or write no"}
        )
    return None if said is False else value


def no_is_none(value: Any) -> Any:
    """None for `no`, an empty block for `yes`: fields that ask yes or no and take details."""
    value = yes_no(value)
    if isinstance(value, bool):
        return {} if value else None
    return value


def period(value: Any) -> Any:
    """A count and its unit, in the right number: `60 days` for `60 day`; the words around it are the agreement's."""
    text = text_of(value)
    if not isinstance(text, str):
        return text
    whole = PERIOD.fullmatch(" ".join(text.split()).removeprefix("within "))
    if whole is not None:
        return _counted(whole)
    inside = PERIOD.search(text)
    found = inside if inside is not None and not re.search(r"[-.,]\d", text) else None
    what = "takes only" if found else "needs"
    raise PydanticCustomError(
        "wrong_form",
        "{what}",
        {"what": f"{what} a number with its unit and has {text!r}",
         "hint": f"write `{_counted(found)}` alone" if found else "write a count and a unit, such as `60 days`"},
    )  # fmt: skip


def _counted(found: re.Match[str]) -> str:
    """`1 day` for `1 days`, `60 calendar days` for `60 calendar day`."""
    count, kind, unit = found.groups(default="")
    return f"{count} {kind.lower()}{unit.lower()}{'' if int(count) == 1 else 's'}"


def one_or_more(value: Any) -> Any:
    return value if isinstance(value, list) or value is None else [value]


class Once:
    """Has what the type of many fields means made once, not anew for each field; it stands last in `Annotated`."""

    def __init__(self) -> None:
        self._made: CoreSchema | None = None

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        if self._made is None:
            self._made = handler(source)
        return cast("CoreSchema", {k: dict(v) if k == "metadata" else v for k, v in self._made.items()})


YesNo = Annotated[bool, BeforeValidator(yes_no), Once()]
PERIOD = re.compile(r"(?i)\b(\d{1,6}) ((?:calendar |working |business )?)(hour|day|week|month|year)s?\b")
Text = Annotated[str, BeforeValidator(text_of), StringConstraints(strip_whitespace=True, min_length=1), Once()]
Phone = Annotated[str, BeforeValidator(telephone), StringConstraints(strip_whitespace=True, min_length=1), Once()]
Date = Annotated[dt.date, BeforeValidator(date_of), Once()]
Period = Annotated[str, BeforeValidator(period), StringConstraints(strip_whitespace=True, min_length=1), Once()]
TextOrNo = Annotated[Text | None, BeforeValidator(nothing), Once()]
Texts = Annotated[tuple[Text, ...], BeforeValidator(one_or_more), Once()]
MAILBOX = r"[^@\s:;,<>()]+@[^@\s:;,<>()]+\.[^@\s:;,<>()]+"
Email = Annotated[str, StringConstraints(strip_whitespace=True, pattern=rf"^{MAILBOX}$"), Once()]

"""Answers: what a person may write in a field, and what it means: yes and no, dates, times, lists, code words."""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints, model_validator
from pydantic_core import PydanticCustomError


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
    r"(?i)\W*(?:tbd|tbc|tba|to be (?:determined|confirmed|decided|announced)|todo|x{3,}|\?{2,}|\.{3})\W*"
)
"""Words that only say that a value is still to be filled in."""

NONE_WORDS = frozenset({"none", "n/a", "na", "not applicable", "nothing"})
"""Words by which people answer that there is nothing; where a field takes `no`, they mean no."""


_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def yes_no(value: Any) -> Any:
    words = {"yes": True, "y": True, "no": False, "n": False, "true": True, "false": False}
    words |= dict.fromkeys(NONE_WORDS, False)
    return words.get(value.strip().lower(), value) if isinstance(value, str) else value


def text_of(value: Any) -> Any:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def code_word(value: Any) -> Any:
    return value.strip().lower().replace(" ", "_").replace("-", "_") if isinstance(value, str) else value


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
    """A time with its unit: `60 days`, `10 working days`; a bare number or `soon` would set no limit."""
    text = text_of(value)
    if isinstance(text, str) and (not PERIOD.search(text) or re.search(r"(?:^|\s)-\d", text)):
        raise PydanticCustomError(
            "wrong_form",
            "{what}",
            {"what": f"needs a number with its unit and has {text!r}", "hint": "write `60 days`"},
        )
    return text


def one_or_more(value: Any) -> Any:
    return value if isinstance(value, list) or value is None else [value]


YesNo = Annotated[bool, BeforeValidator(yes_no)]
PERIOD = re.compile(r"\d+ (?:(?:calendar|working|business) )?(?:hour|day|week|month|year)s?\b")
Text = Annotated[str, BeforeValidator(text_of), StringConstraints(strip_whitespace=True, min_length=1)]
Date = Annotated[dt.date, BeforeValidator(date_of)]
Period = Annotated[str, BeforeValidator(period), StringConstraints(strip_whitespace=True, min_length=1)]
TextOrNo = Annotated[Text | None, BeforeValidator(nothing)]
Texts = Annotated[tuple[Text, ...], BeforeValidator(one_or_more)]
Email = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")]

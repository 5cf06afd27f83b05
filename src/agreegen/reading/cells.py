"""Cells of a list as a file of `partners/` would have them; what isn't sure is said, not guessed."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any

from agreegen.answer import code_word, yes_no
from agreegen.finding import Severity
from agreegen.late import dataclass
from agreegen.reading.fields import ENTRY, OPEN, Field, Form

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from agreegen.reading.fields import Keys


@dataclass(frozen=True, slots=True)
class Doubt:
    """What is wrong with a cell, what to do, and the value that can be used in spite of it (none at an error)."""

    message: str
    hint: str
    value: Any = None

    @property
    def severity(self) -> Severity:
        """A warning where there is a value."""
        return Severity.ERROR if self.value is None else Severity.WARNING


MEMORY = 500
"""Texts of a column that are read once: code words and dates come again and again."""

_TYPED = (dt.date, dt.time, dt.timedelta, bool, int, float)
_INTEGER = re.compile(r"(?:0|-?[1-9][0-9]{0,15})\Z")
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_FIGURES = re.compile(r"[0-9]{1,15}|[0-9]{1,3}(?:,[0-9]{3}){1,4}")
_SLASHES = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4}|[0-9]{2})(?: +0?0:00(?::00)?)?")
_LENGTHS = {"phone": (10, 11), "fax": (10, 11), "zip": (5, 9), "fips": (5,)}
"""The digits that numbers have which Excel shortens, by the last word of their field."""


def reader(field: Field) -> Callable[[Any], Any]:
    """The function that reads a filled cell of this field: its value, or a Doubt."""
    if field.form not in (Form.YES_NO, Form.DATE, Form.WORD):
        return lambda value: read_cell(value, field)
    known: dict[str, Any] = {}

    def read(value: Any) -> Any:
        """The value of a cell, of a text that stood there before without reading it again."""
        if type(value) is not str:
            return read_cell(value, field)
        found = known.get(value)
        if found is None:
            found = read_cell(value, field)
            if len(known) < MEMORY:
                known[value] = found
        return found

    return read


def read_cell(value: Any, field: Field) -> Any:
    """The value of a filled cell as the field takes it, or a Doubt; what it can't take is left for the model to say."""
    if field.form is Form.DATE:
        return _date(value)
    if not isinstance(value, str) and isinstance(value, _TYPED):
        return _typed(value, field)
    if field.form is Form.TEXTS:
        items = [item.strip() for item in value.split(";")]
        return [item for item in items if item]
    if field.form is Form.NUMBER and _FIGURES.fullmatch(value):
        return int(value.replace(",", ""))
    return plain(value, field)


def _typed(value: Any, field: Field) -> Any:
    """The value of a cell of a workbook that isn't a text."""
    if isinstance(value, dt.date | dt.time | dt.timedelta):
        return _made_a_date(value, field)
    if isinstance(value, bool):
        return value if field.form in (Form.YES_NO, Form.ANY) else str(value).upper()
    return _number(value, field)


def plain(value: Any, field: Field) -> Any:  # noqa: PLR0911 (one line a kind of answer)
    """The value as all lists have it, whatever their format: true for yes, ISO dates, code words with spaces."""
    if field.form is Form.ANY:
        return _as_yaml(value) if isinstance(value, str) else value
    if field.form is Form.TEXT:
        return str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if field.form is Form.TEXTS:
        return [value] if isinstance(value, str) and not field.block and yes_no(value) is value else value
    if not isinstance(value, str):
        return value
    if field.form is Form.YES_NO:
        return yes_no(value)
    if field.form is Form.WORD:
        word = str(code_word(value)).replace("_", " ")
        return word if word in field.words else value
    if field.form is Form.DATE:
        return _written_date(value) or value
    return int(value) if _INTEGER.match(value) else value


def canonical(value: Any, fields: Mapping[Keys, Field], keys: Keys = ()) -> Any:
    """A record with every value as all lists have it."""
    if keys and keys[0] in OPEN:
        return value
    if isinstance(value, dict):
        return {k: canonical(v, fields, (*keys, k)) for k, v in value.items()}
    if isinstance(value, str):
        value = value.strip()
    field = fields.get(keys)
    if isinstance(value, list):
        return [v.strip() if isinstance(v, str) else canonical(v, fields, (*keys, ENTRY)) for v in value]
    return value if field is None else plain(value, field)


def _as_yaml(text: str) -> Any:
    """A text as YAML reads it without quotes: whole numbers, true and false."""
    if text in ("true", "True", "TRUE", "false", "False", "FALSE"):
        return text.lower() == "true"
    return int(text) if _INTEGER.match(text) else text


def _written_date(text: str) -> str | None:
    """The ISO form of a date that is written as one, or None."""
    if _ISO.fullmatch(text):
        try:
            return dt.date.fromisoformat(text).isoformat()
        except ValueError:
            return None
    for pattern in ("%Y-%m-%d", "%B %d, %Y"):
        try:
            return dt.datetime.strptime(text, pattern).date().isoformat()
        except ValueError:
            continue
    return None


def _date(value: Any) -> Any:
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        return value.date().isoformat()
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value.isoformat()
    if not isinstance(value, str):
        shown = int(value) if isinstance(value, float) and value.is_integer() else value
        message = f"the cell has {shown} where a date belongs{day_number(str(shown))}"
        return Doubt(message, "format the cell as a date, or write 2027-03-01")
    found = _SLASHES.fullmatch(value)
    return _slashed(value, *found.groups()) if found else _written_date(value) or value


def day_number(text: str) -> str:
    """What a number such as 44941 is perhaps, by Excel's count of days; "" for other texts."""
    if not re.fullmatch(r"[2-7][0-9]{4}(?:\.0)?", text):
        return ""
    day = dt.date(1899, 12, 30) + dt.timedelta(days=int(text[:5]))
    return f"; Excel counts days so, and means {day:%B} {day.day}, {day.year}"


def _slashed(text: str, first: str, second: str, year: str) -> Any:
    """The date of `2/19/2027`; a Doubt where it could be the month or the day that comes first."""
    month, day = int(first), int(second)
    hint = "write year-month-day, such as 2027-02-09, or `February 9, 2027`; or save the list as Excel Workbook " \
           "(.xlsx), which keeps dates as they are"  # fmt: skip
    if len(year) == 2:
        return Doubt(f"the date {text} doesn't say its century", hint)
    try:
        one = dt.date(int(year), month, day)
        if day > 12 or month == day:
            return one.isoformat()
        other = dt.date(int(year), day, month)
    except ValueError:
        return Doubt(f"{text} isn't a date with the month first", hint)
    return Doubt(f"the date {text} can be {one:%B} {one.day} or {other:%B} {other.day}", hint)


def _made_a_date(value: Any, field: Field) -> Any:
    """A Doubt: Excel makes dates of texts such as 3-4; only an open field takes them."""
    if field.form is Form.ANY and isinstance(value, dt.date):
        return _date(value)
    return Doubt(f"the cell holds the date or time {value}, and '{field.name}' isn't one: Excel makes dates of texts",
                 "format the cell as text and type it again")  # fmt: skip


def _number(value: float, field: Field) -> Any:
    whole = int(value) if float(value).is_integer() else None
    if field.form in (Form.NUMBER, Form.ANY) and whole is not None:
        return whole
    if whole is None:
        return Doubt(f"the cell holds the number {value!r}, which may be shown otherwise",
                     "format the cell as text and type what is to be printed", repr(value))  # fmt: skip
    text, lengths = str(whole), _LENGTHS.get(field.keys[-1].rsplit(" ", 1)[-1])
    if lengths and len(text) not in lengths:
        return Doubt(f"the cell holds the number {text}: digits are missing, perhaps zeros at the start",
                     "format the cell as text and type it again", text)  # fmt: skip
    return [text] if field.form is Form.TEXTS else text

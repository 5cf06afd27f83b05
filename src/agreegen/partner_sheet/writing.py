"""Writing: the sheet as an Excel workbook with help and drop-downs, or as CSV; filled with records if there are any."""

from __future__ import annotations

import csv
import datetime as dt
import io
from typing import TYPE_CHECKING, Any

from agreegen import workbook
from agreegen.answer import spelled
from agreegen.finding import plain_key
from agreegen.reading.fields import Form
from agreegen.reading.rows import EXAMPLE, GUIDE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from agreegen.partner_sheet.needs import Column
    from agreegen.reading.fields import Field

LAST = 10_002
"""The last row that drop-downs and checks hold for."""

TEXT_FORMAT = 49
"""The format of cells that keep what is typed, zeros too; Excel shows it as Text."""

REQUIRED = " *"
WHO = (
    ("contacts.security", "information security office"), ("security attestation", "information security office"),
    ("contacts.incident", "privacy or security office"), ("contacts.privacy", "privacy office"),
    ("contacts.legal", "counsel"), ("counsel", "counsel"), ("hipaa", "counsel or privacy office"),
    ("governing body", "clerk or counsel"), ("clerk", "clerk or counsel"), ("signatory", "counsel"),
    ("insurance", "risk management"), ("records authority", "records or counsel"), ("contacts", "program staff"),
)  # fmt: skip
"""Who at the partner knows the answer, by the beginning of the field."""


OTHER = {
    "party": "The lists don't have this name. Check it; another party needs a legal name.",
    "governing body.action": "This isn't one of the list. A word may stand before it: board resolution.",
}
"""What is said of an answer that isn't one of the list, where it may be right."""


def who(column: Column) -> str:
    """Who at the partner fills a column in."""
    return next((people for start, people in WHO if column.name.startswith(start)), "program staff")


def heading(column: Column) -> str:
    """The heading: the field's name, with a star where every partner must fill it in."""
    return column.name + (REQUIRED if column.always else "")


def csv_bytes(columns: Sequence[Column], records: Sequence[Mapping[str, Any]] = ()) -> bytes:
    """The sheet as CSV in UTF-8, as Excel reads it: the header, and a row for each record."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow([heading(c) for c in columns])
    writer.writerows([[_shown(_value(record, c), c.field) for c in columns] for record in records])
    return stream.getvalue().encode("utf-8-sig")


def workbook_bytes(columns: Sequence[Column], title: str = "", records: Sequence[Mapping[str, Any]] = ()) -> bytes:
    """The sheet as a workbook: header, help, an example, drop-downs and checks; same columns, same bytes."""
    named = f"Partners of {title}" if title else "Partners"
    return workbook.made(named, lambda book: _Workbook(book, columns).write(records))


def _value(record: Mapping[str, Any], column: Column) -> Any:
    """The value of a record in a column, whether the record's keys have spaces or not."""
    node: Any = record
    for part in column.path:
        if isinstance(part, int):
            node = node[part] if isinstance(node, list) and part < len(node) else None
        elif isinstance(node, dict):
            node = node[part] if part in node else {plain_key(k): v for k, v in node.items()}.get(plain_key(part))
        else:
            node = None
    return node


def _shown(value: Any, field: Field) -> str:
    """A value as a person types it into a cell of the field."""
    if value is None:
        return ""
    if isinstance(value, bool):
        words = ("true", "false") if field.form is Form.ANY else ("yes", "no")
        return words[not value]
    if isinstance(value, str) and value in field.words:
        return spelled(value)
    return "; ".join(map(str, value)) if isinstance(value, list) else str(value)


class _Workbook:
    """Writes the three sheets of a workbook."""

    def __init__(self, book: Any, columns: Sequence[Column]) -> None:
        self.columns = columns
        self.sheet = book.add_worksheet("Partners")
        self.help = book.add_worksheet("Help")
        self.lists = book.add_worksheet("Lists")
        wrap = {"text_wrap": True, "valign": "top", "font_name": "Arial", "font_size": 10}
        self.text = book.add_format({"num_format": TEXT_FORMAT, "font_name": "Arial", "font_size": 10, "valign": "top"})
        self.date = book.add_format({"num_format": "yyyy-mm-dd", "font_name": "Arial", "font_size": 10, "align": "left",
                                     "valign": "top"})  # fmt: skip
        self.head = book.add_format(
            {**wrap, "bold": True, "bg_color": "#D9E2EC", "border": 1, "num_format": TEXT_FORMAT}
        )
        self.must = book.add_format(
            {**wrap, "bold": True, "bg_color": "#F6D9A8", "border": 1, "num_format": TEXT_FORMAT}
        )
        self.aside = book.add_format({**wrap, "italic": True, "font_color": "#44546A", "num_format": TEXT_FORMAT})
        self.wrap = book.add_format({**wrap, "num_format": TEXT_FORMAT})
        self.title = book.add_format({"bold": True, "font_size": 14, "font_name": "Arial"})
        self.choices = 0

    def write(self, records: Sequence[Mapping[str, Any]]) -> None:
        """Fills the sheets."""
        sheet = self.sheet
        for number, column in enumerate(self.columns):
            self.column(number, column)
        sheet.set_row(0, 45)
        sheet.set_row(1, 120)
        sheet.set_row(2, 30)
        sheet.freeze_panes(3, 1)
        sheet.set_landscape()
        sheet.repeat_rows(0)
        sheet.fit_to_pages(1, 0)
        sheet.set_comments_author("agreegen")
        for row, record in enumerate(records, 3):
            for number, column in enumerate(self.columns):
                self.cell(row, number, column, _value(record, column))
        self.guide()
        self.lists.hide()

    def column(self, number: int, column: Column) -> None:
        """Writes a column's heading, help, example, format and check."""
        sheet, is_date = self.sheet, column.field.form is Form.DATE
        width = 34 if number == 0 else 26 if column.field.form is Form.TEXT else 18
        sheet.set_column(number, number, width, self.date if is_date else self.text)
        sheet.write_string(0, number, heading(column), self.must if column.always else self.head)
        asked = _asked(column)
        told = f"{_sentence(column.about)} {asked}"
        sheet.write_string(1, number, (GUIDE if number == 0 else "") + told, self.aside)
        example = column.example if column.fits else ""
        sheet.write_string(2, number, (EXAMPLE if number == 0 else "") + example, self.aside)
        note = f"{told}\nAsk: the partner's {who(column)}." + (f"\nSource: {column.source}" if column.source else "")
        sheet.write_comment(0, number, note, {"x_scale": 2, "y_scale": 1.4, "author": "agreegen"})
        self.check(number, column)

    def check(self, number: int, column: Column) -> None:
        """Adds the drop-down or the check of a column."""
        words = column.words
        rule: dict[str, Any] = {}
        if words:
            first, self.choices = self.choices, self.choices + 1
            self.lists.write_column(0, first, words)
            letter = _letters(first)
            source = f"=Lists!${letter}$1:${letter}${len(words)}"
            rule = {"validate": "list", "source": source, "error_type": "information" if column.choices else "stop",
                    "error_title": "Not in the list",
                    "error_message": OTHER.get(column.name, "Choose one of the list.")}  # fmt: skip
        elif column.field.form is Form.DATE:
            rule = {"validate": "date", "criteria": ">=", "value": dt.date(1950, 1, 1), "error_title": "Not a date",
                    "error_message": "Type a date, such as 2027-02-09."}  # fmt: skip
        elif column.field.form is Form.NUMBER:
            rule = {"validate": "integer", "criteria": ">=", "value": 0, "error_title": "Not a number",
                    "error_message": "Type figures only."}  # fmt: skip
        if rule:
            self.sheet.data_validation(3, number, LAST, number, {"ignore_blank": True, **rule})

    def cell(self, row: int, number: int, column: Column, value: Any) -> None:
        """Writes a value: dates as dates, the rest as text, so that zeros stay."""
        if value is None:
            return
        day = value if isinstance(value, dt.date) else _day(value) if column.field.form is Form.DATE else None
        if day is not None:
            self.sheet.write_datetime(row, number, day, self.date)
        elif type(value) in (int, float) and (column.field.form is Form.NUMBER or column.title):
            self.sheet.write_number(row, number, value)
        else:
            self.sheet.write_string(row, number, _shown(value, column.field), self.text)

    def guide(self) -> None:
        """Fills the sheet Help."""
        sheet = self.help
        sheet.set_column(0, 0, 36, self.wrap)
        sheet.set_column(1, 1, 22, self.wrap)
        sheet.set_column(2, 2, 54, self.wrap)
        sheet.set_column(3, 4, 32, self.wrap)
        sheet.write_string(0, 0, "How to fill in the sheet Partners", self.title)
        for row, line in enumerate(GUIDANCE, 1):
            sheet.merge_range(row, 0, row, 4, line, self.wrap)
        start = len(GUIDANCE) + 2
        for number, name in enumerate(("column", "must be filled in", "what belongs there", "example", "who knows")):
            sheet.write_string(start, number, name, self.head)
        for row, column in enumerate(self.columns, start + 1):
            must = "yes" if column.always else _asked(column).removeprefix("Required for: ").rstrip(".") or "no"
            told = (column.name, must, _sentence(column.about), column.example, who(column))
            for number, text in enumerate(told):
                sheet.write_string(row, number, text, self.wrap)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)


GUIDANCE = (
    "One row is one partner. Rows whose first cell begins with # are help and examples; they are left out.",
    "Columns with a star must be filled in. An empty cell says nothing: what the lists know of the party holds.",
    "Several entries in one cell are parted by semicolons.",
    "A column of your own begins with #. A column such as dates.start gives a partner a value of its own in place of "
    "the proposal's.",
)


def _asked(column: Column) -> str:
    if column.always:
        return "Required."
    return f"Required for: {', '.join(k.value.replace('_', ' ') for k in column.kinds)}." if column.kinds else ""


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}".rstrip(".") + "." if text else ""


def _day(value: Any) -> dt.datetime | None:
    """An ISO date as a workbook takes it; Excel knows none before 1900."""
    try:
        day = dt.datetime.strptime(value, "%Y-%m-%d") if isinstance(value, str) else None
    except ValueError:
        return None
    return day if day and day.year > 1900 else None


def _letters(number: int) -> str:
    return chr(65 + number) if number < 26 else chr(64 + number // 26) + chr(65 + number % 26)

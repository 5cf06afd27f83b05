"""Workbook: an Excel workbook of tables that print: heads, widths, heights, pages; same content, same bytes."""

from __future__ import annotations

import datetime as dt
import io
import textwrap
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

MADE: Final = dt.datetime(2000, 1, 1)
"""When every workbook says that it was made: same input, same bytes."""

FONT: Final = {"font_name": "Arial", "font_size": 10}
CELL: Final = {**FONT, "text_wrap": True, "valign": "top", "bottom": 7}
HEAD: Final = {**CELL, "bold": True, "bg_color": "#D9E2EC", "border": 1}
LETTER: Final = 1
LEGAL: Final = 5
"""Excel's numbers of paper."""

LINE: Final = 13.5
"""Points that a line of text takes."""

TALLEST: Final = 400
"""Points that a row may have; Excel takes no more than 409."""


def made(title: str, fill: Callable[[Any], None]) -> bytes:
    """The workbook of that title, filled."""
    import xlsxwriter  # noqa: PLC0415 (only for workbooks)

    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": title, "author": "agreegen", "created": MADE})
    fill(book)
    book.close()
    return stream.getvalue()


def heads(sheet: Any, columns: Sequence[tuple[str, int]], look: Any) -> None:
    """Writes the header row, each column as wide as is said."""
    for column, (title, width) in enumerate(columns):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, title, look)
    sheet.set_row(0, height(columns))


def height(cells: Iterable[tuple[str, int]]) -> float:
    """The points that a row needs for texts in columns of these widths; programs don't all find out themselves."""
    lines = max((sum(_lines(part, width) for part in text.split("\n")) for text, width in cells), default=1)
    return min(lines * LINE + 2, TALLEST)


def _lines(text: str, width: int) -> int:
    return max(1, len(textwrap.wrap(text, max(round(width * 1.1), 1))))


def paged(sheet: Any, *, rows: int, columns: int, frozen: int, name: str, paper: int = LETTER) -> None:
    """Sets filter, fixed header, and pages across, as wide as the table."""
    sheet.freeze_panes(1, frozen)
    sheet.autofilter(0, 0, rows, columns - 1)
    sheet.set_landscape()
    sheet.set_paper(paper)
    sheet.set_margins(0.4, 0.4, 0.5, 0.6)
    sheet.repeat_rows(0)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer(f"&L{name.replace('&', '&&')}&RPage &P of &N")

"""Sheet: the matrix as a workbook: a row for each clause, a row for each line that differs, columns to sign off."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, Final

from agreegen.provenance.listing import MADE

if TYPE_CHECKING:
    from agreegen.matrix import Difference, Matrix, Row

SIGN: Final[tuple[tuple[str, int], ...]] = (
    ("intended (yes or no)", 12),
    ("signed off by (role)", 24),
    ("date", 14),
    ("remark", 30),
)
LONGEST: Final = 32_000
"""Letters that a cell can hold, with room to spare."""


def workbook(found: Matrix) -> bytes:
    """The workbook; same matrix, same bytes."""
    import xlsxwriter  # noqa: PLC0415 (only for workbooks)

    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": "Clauses by variant", "author": "agreegen", "created": MADE})
    _Book(book, found).write()
    book.close()
    return stream.getvalue()


class _Book:
    """Writes the two sheets."""

    def __init__(self, book: Any, found: Matrix) -> None:
        font = {"font_name": "Arial", "font_size": 10}
        cell = {**font, "text_wrap": True, "valign": "top"}
        self.found = found
        self.head = book.add_format({**cell, "bold": True, "bg_color": "#D9E2EC", "border": 1})
        self.sign = book.add_format({**cell, "border": 1, "bg_color": "#FFF9E6"})
        self.date = book.add_format({**cell, "border": 1, "bg_color": "#FFF9E6", "num_format": "yyyy-mm-dd"})
        self.cell = book.add_format(cell)
        self.same = book.add_format(font)
        self.removed = book.add_format({**font, "font_strikeout": True, "font_color": "#7A1712"})
        self.added = book.add_format({**font, "underline": 1, "font_color": "#0F4D20"})
        self.matrix = book.add_worksheet("Matrix")
        self.lines = book.add_worksheet("Differences")

    def write(self) -> None:
        """Fills both sheets."""
        variants = self.found.variants
        heads = (("clause", 24), ("heading", 34), ("part", 30), ("source", 34), *((v, 24) for v in variants), *SIGN)
        _heads(self.matrix, heads, self.head)
        for number, row in enumerate(self.found.rows, 1):
            self._row(number, row)
        heads = (("clause", 24), ("heading", 30), ("text A in", 24), ("other text in", 24), ("difference", 90), *SIGN)
        _heads(self.lines, heads, self.head)
        at = 1
        for row in self.found.different:
            for letter in row.letters[1:]:
                for difference in row.differences(letter):
                    self._difference(at, row, letter, difference)
                    at += 1
        for sheet, columns, last in ((self.matrix, 4 + len(variants) + len(SIGN), len(self.found.rows)),
                                     (self.lines, 5 + len(SIGN), at - 1)):  # fmt: skip
            sheet.freeze_panes(1, 2)
            sheet.autofilter(0, 0, last, columns - 1)
            sheet.set_landscape()
            sheet.set_paper(1)
            sheet.repeat_rows(0)
            sheet.fit_to_pages(1, 0)
            sheet.set_footer("&L&A&RPage &P of &N")
            sheet.data_validation(1, columns - 4, last, columns - 4, {"validate": "list", "source": ["yes", "no"]})

    def _row(self, number: int, row: Row) -> None:
        cells = []
        for variant in self.found.variants:
            cell = row.cells[variant]
            if not cell.letter:
                cells.append(f"absent{f': {cell.reason}' if cell.reason else ''}")
                continue
            words = f"text {cell.letter}" if row.differs else "same"
            cells.append("\n".join(filter(None, (words, cell.number, cell.when))))
        for column, words in enumerate((row.id, row.title, row.part, row.source, *cells)):
            self.matrix.write_string(number, column, words, self.cell)
        if row.differs:
            self._boxes(self.matrix, number, 4 + len(cells))

    def _difference(self, number: int, row: Row, letter: str, difference: Difference) -> None:
        said = (row.id, row.title, ", ".join(row.variants("A")), f"{letter}: {', '.join(row.variants(letter))}")
        for column, words in enumerate(said):
            self.lines.write_string(number, column, words, self.cell)
        formats = {"same": self.same, "removed": self.removed, "added": self.added}
        signs = {"same": "{}", "removed": "[-{}-]", "added": "{{+{}+}}"}
        rich: list[Any] = []
        left = LONGEST
        for piece in difference.pieces:
            words = (signs[piece.kind].format(piece.text) + " ")[:left]
            left -= len(words)
            rich += [formats[piece.kind], words] if words else []
        if len(rich) == 2:
            self.lines.write_string(number, 4, rich[1].strip(), self.cell)
        else:
            self.lines.write_rich_string(number, 4, *rich, self.cell)
        self._boxes(self.lines, number, 5)

    def _boxes(self, sheet: Any, number: int, first: int) -> None:
        for column, (title, _) in enumerate(SIGN):
            sheet.write_blank(number, first + column, None, self.date if title == "date" else self.sign)


def _heads(sheet: Any, heads: tuple[tuple[str, int], ...], look: Any) -> None:
    for column, (title, width) in enumerate(heads):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, title, look)

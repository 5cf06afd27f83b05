"""Sheet: the matrix as a workbook: a row for each clause, a row for each line that differs, columns to sign off."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from agreegen.workbook import CELL, FONT, HEAD, LEGAL, heads, height, made, paged

if TYPE_CHECKING:
    from agreegen.matrix import Difference, Matrix, Row

SIGN: Final[tuple[tuple[str, int], ...]] = (
    ("intended (yes or no)", 12),
    ("signed off by (role)", 24),
    ("date", 14),
    ("remark", 30),
)
CLAUSE: Final = (("clause", 20), ("heading", 26), ("part", 20), ("source", 24))
VARIANT: Final = 20
LINE: Final = (("clause", 20), ("heading", 24), ("text A in", 16), ("other text in", 20), ("difference", 80))
"""The columns of both sheets, with their widths."""

LONGEST: Final = 32_000
"""Letters that a cell can hold, with room to spare."""


def workbook(found: Matrix) -> bytes:
    """The workbook; same matrix, same bytes."""
    return made("Clauses by variant", lambda book: _Book(book, found).write())


class _Book:
    """Writes the two sheets."""

    def __init__(self, book: Any, found: Matrix) -> None:
        self.found = found
        self.head = book.add_format(HEAD)
        self.sign = book.add_format({**CELL, "border": 1, "bg_color": "#FFF9E6"})
        self.date = book.add_format({**CELL, "border": 1, "bg_color": "#FFF9E6", "num_format": "yyyy-mm-dd"})
        self.cell = book.add_format(CELL)
        self.same = book.add_format(FONT)
        self.removed = book.add_format({**FONT, "font_strikeout": True, "font_color": "#7A1712"})
        self.added = book.add_format({**FONT, "underline": 1, "font_color": "#0F4D20"})
        self.matrix = book.add_worksheet("Matrix")
        self.lines = book.add_worksheet("Differences")

    def write(self) -> None:
        """Fills both sheets."""
        variants = self.found.variants
        heads(self.matrix, (*CLAUSE, *((v, VARIANT) for v in variants), *SIGN), self.head)
        for number, row in enumerate(self.found.rows, 1):
            self._row(number, row)
        heads(self.lines, (*LINE, *SIGN), self.head)
        at = 1
        for row in self.found.different:
            for letter in row.letters[1:]:
                for difference in row.differences(letter):
                    self._difference(at, row, letter, difference)
                    at += 1
        for sheet, columns, last in ((self.matrix, 4 + len(variants) + len(SIGN), len(self.found.rows)),
                                     (self.lines, 5 + len(SIGN), at - 1)):  # fmt: skip
            paged(sheet, rows=last, columns=columns, frozen=2, name=sheet.name, paper=LEGAL)
            sheet.data_validation(1, columns - 4, last, columns - 4, {"validate": "list", "source": ["yes", "no"]})

    def _row(self, number: int, row: Row) -> None:
        cells = []
        for variant in self.found.variants:
            cell = row.cells[variant]
            if not cell.letter:
                cells.append(f"absent{f': {cell.reason}' if cell.reason else ''}")
                continue
            letter = f"text {cell.letter}" if row.differs else "same"
            cells.append("\n".join(filter(None, (letter, cell.number, cell.when))))
        words = (row.id, row.title, row.part, row.source, *cells)
        for column, text in enumerate(words):
            self.matrix.write_string(number, column, text, self.cell)
        widths = [width for _, width in CLAUSE] + [VARIANT] * len(cells)
        self.matrix.set_row(number, height(zip(words, widths, strict=True)))
        if row.differs or row.missing:
            self._boxes(self.matrix, number, 4 + len(cells))

    def _difference(self, number: int, row: Row, letter: str, difference: Difference) -> None:
        said = (row.id, row.title, ", ".join(row.variants("A")), f"{letter}: {', '.join(row.variants(letter))}")
        for column, words in enumerate(said):
            self.lines.write_string(number, column, words, self.cell)
        formats = {"same": self.same, "removed": self.removed, "added": self.added}
        signs = {"same": "{}", "removed": "[-{}-]", "added": "{{+{}+}}"}
        rich: list[Any] = []
        left = LONGEST
        for n, piece in enumerate(difference.pieces):
            space = " " if n and not piece.glued else ""
            words = (space + signs[piece.kind].format(piece.text))[:left]
            left -= len(words)
            rich += [formats[piece.kind], words] if words else []
        if len(rich) == 2:
            self.lines.write_string(number, 4, rich[1].strip(), self.cell)
        else:
            self.lines.write_rich_string(number, 4, *rich, self.cell)
        whole = "".join(rich[1::2])
        widths = [width for _, width in LINE]
        self.lines.set_row(number, height(zip((*said, whole), widths, strict=True)))
        self._boxes(self.lines, number, 5)

    def _boxes(self, sheet: Any, number: int, first: int) -> None:
        for column, (title, _) in enumerate(SIGN):
            sheet.write_blank(number, first + column, None, self.date if title == "date" else self.sign)

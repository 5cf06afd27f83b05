"""Rows of a sheet to entries of a list: the header found, each cell read by its column's field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from agreegen.finding import Location, Severity
from agreegen.late import dataclass
from agreegen.reading.cells import Doubt, reader
from agreegen.reading.columns import Meaning, is_known, meaning
from agreegen.reading.fields import Form
from agreegen.reading.listed import Heads, Row
from agreegen.reading.listing import Entry
from agreegen.reading.record import OVERRIDES
from agreegen.reading.source import Place, letters

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from agreegen.reading.listing import Gathering
    from agreegen.reading.sheet import Grid, Line
    from agreegen.reading.source import Path

DEPTH = 40
"""Filled rows among which the header is looked for."""

COMMENT = "#"
"""A row whose first cell begins so is left out."""

GUIDE = "# Fill in a row for each partner, below. "
EXAMPLE = "# Example: "
"""How the rows of help begin that our own sheet has; that they are left out surprises nobody."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column that is read: its number from 0, what it means, and the function that reads its cells."""

    index: int
    heading: str
    meaning: Meaning
    read: Callable[[Any], Any]

    @property
    def path(self) -> Path:
        """The path below a partner's record."""
        return (OVERRIDES, *self.meaning.path) if self.meaning.override else self.meaning.path

    @property
    def is_text(self) -> bool:
        """True where a text is its own value."""
        return self.meaning.field is not None and self.meaning.field.form is Form.TEXT


def read_rows(grids: Sequence[Grid], gathering: Gathering) -> list[Entry]:
    """The entries of the sheet, of the ways to part it the one whose header is known best."""
    grid, header = _headed(grids)
    gathering.findings += grid.findings
    gathering.cut = gathering.cut or grid.cut
    if header is None:
        if not any(f.severity is Severity.ERROR for f in grid.findings):
            place = {"part": f"sheet {grid.sheet}"} if grid.sheet else {"line": 1, "cell": "row 1"}
            gathering.problem("L001", Location(grid.file, **place), "no row names the columns",
                              "write a first row such as: party, contacts.incident.email, dates.start; "
                              "`agreegen partners template` makes it")  # fmt: skip
        return []
    return _Sheet(grid, header, gathering).entries()


def unread_columns(grids: Sequence[Grid]) -> list[tuple[str, dict[int, Any]]]:
    """The headings that name no field, each with the filled cells below it by their rows."""
    grid, header = _headed(grids)
    if header is None:
        return []
    return [
        (str(cell).strip(), {line.row: line.cells[index] for line in grid.lines if line.row > header.row
                             and index < len(line.cells) and _filled(line.cells[index])})
        for index, cell in enumerate(header.cells) if _filled(cell) and meaning(str(cell)).field is None
    ]  # fmt: skip


def filled_rows(grids: Sequence[Grid]) -> int:
    """How many rows are filled besides those of help and examples; -1 where the file can't be read whole."""
    grid, header = _headed(grids)
    if grid.cut:
        return -1
    return sum(line.row > (header.row if header else 0) and not _ours(line) for line in grid.lines)


def _headed(grids: Sequence[Grid]) -> tuple[Grid, Line | None]:
    """The sheet whose header is known best, of the ways to part it, and that header."""
    grid, (header, known) = max(((g, _header(g)) for g in grids), key=lambda found: found[1][1])
    return (grid if known else grids[0]), header


def _header(grid: Grid) -> tuple[Line | None, int]:
    """The first row most of whose cells are headings that we know, and how many are."""
    best: tuple[Line | None, int] = (None, 0)
    for line in grid.lines[:DEPTH]:
        filled = [str(c) for c in line.cells if _filled(c)]
        known = sum(len(c) < 200 and is_known(c) for c in filled)
        if known * 2 >= len(filled) and known:
            return line, known
        if known >= 2 and known > best[1]:
            best = line, known
    return best


def _filled(cell: Any) -> bool:
    return bool(cell.strip()) if isinstance(cell, str) else cell is not None


class _Sheet:
    """Reads the rows below a header."""

    def __init__(self, grid: Grid, header: Line, gathering: Gathering) -> None:
        self.grid = grid
        self.header = header
        self.gathering = gathering
        self.unnamed: set[int] = set()
        self.severe = False
        below = [line for line in grid.lines if line.row > header.row]
        self.comments = [line for line in below if _comment(line)]
        self.rows = [line for line in below if not _comment(line)] if self.comments else below
        self.columns = self.usable()
        blocks = list(dict.fromkeys(c.path[:-1] for c in self.columns))
        self.plan = [(c.index, c, blocks.index(c.path[:-1]), c.path[-1], None if c.is_text else c.read)
                     for c in self.columns]  # fmt: skip
        columns = tuple((c.path, c.index + 1, c.heading) for c in self.columns)
        self.heads = Heads(grid.file, grid.sheet, header.line, columns)
        self.numbered = any(isinstance(part, int) for c in self.columns for part in c.path)

    def usable(self) -> list[Column]:
        """The columns that are read; findings tell of the others."""
        found: list[Column] = []
        for index, cell in enumerate(self.header.cells):
            heading = " ".join(str(cell).split()) if _filled(cell) else ""
            told = meaning(heading) if heading else Meaning()
            if told.field is None:
                if told.severe or told.wrong:
                    self.about(index, heading, told)
                if not heading:
                    self.unnamed.add(index)
                continue
            same = next((c for c in found if _overlap(c.meaning, told)), None)
            if same is not None:
                message = f"the columns {letters(same.index + 1)} and {letters(index + 1)} mean the same field"
                self.problem(index, heading, Doubt(message, "keep one of the two"))
                continue
            found.append(Column(index, _name(told), told, reader(told.field)))
        return found

    def about(self, index: int, heading: str, told: Meaning) -> None:
        """Tells what is wrong with a heading, and how many cells below it aren't read."""
        count = sum(index < len(line.cells) and _filled(line.cells[index]) for line in self.rows)
        lost = f"; {count} filled cell{'s' if count != 1 else ''} below it" if count and not told.severe else ""
        self.problem(index, heading, Doubt(told.wrong + lost, told.hint, None if told.severe else ""))

    def problem(self, index: int, heading: str, doubt: Doubt) -> None:
        """Adds a finding at a heading; an error holds for every row."""
        at = (self.header.line, index + 1)
        place = Place(self.grid.file, at, at, sheet=self.grid.sheet, row=self.header.row, heading=heading)
        self.severe = self.severe or doubt.severity is Severity.ERROR
        code = "L003" if doubt.severity is Severity.ERROR else "L002"
        self.gathering.problem(code, place.location(), doubt.message, doubt.hint, doubt.severity)

    def entries(self) -> list[Entry]:
        """An entry for each row; a row with a faulty cell is marked; none where a column isn't clear."""
        left = [line for line in self.comments if not _ours(line)]
        if left:
            rows = ", ".join(str(line.row) for line in left[:5]) + (" …" if len(left) > 5 else "")
            message = f"rows that begin with # are left out: {rows}"
            at = Place(self.grid.file, (left[0].line, 0), (left[0].line, 0), sheet=self.grid.sheet, row=left[0].row)
            self.gathering.problem("L006", at.location(), message, "take the # away to use them", Severity.NOTE)
        self.unseen()
        entries = [self.entry(line) for line in self.rows]
        return [] if self.severe else entries

    def unseen(self) -> None:
        """Tells of rows that Excel hides and that are used."""
        unseen = [line for line in self.rows if line.row in self.grid.hidden]
        if unseen:
            rows = ", ".join(str(line.row) for line in unseen[:20]) + (" …" if len(unseen) > 20 else "")
            first = unseen[0]
            at = Place(self.grid.file, (first.line, 0), (first.line, 0), sheet=self.grid.sheet, row=first.row)
            message = f"rows that Excel hides are used like the others: {rows}"
            hint = "show them (a filter may hide them) and look; delete them, or begin them with #, to leave them out"
            self.gathering.problem("L006", at.location(), message, hint, Severity.NOTE)

    def entry(self, line: Line) -> Entry:  # noqa: PLR0912 (each row of ten thousand comes by here)
        cells, size = line.cells, len(line.cells)
        record: dict[str, Any] = {}
        overrides: dict[str, Any] = {}
        entry = Entry(record, overrides, Row(self.heads, line.row, line.line))
        held = -1
        node: Any = record
        for index, column, block, last, read in self.plan:
            if index >= size:
                break
            value = cells[index]
            if type(value) is str:
                value = value.strip()
                if not value:
                    continue
            elif value is None:
                continue
            if read is not None or type(value) is not str:
                value = column.read(value)
                if self.grid.formatted and type(value) is str:
                    value = self.shown(line, index, value)
                if type(value) is Doubt:
                    self.doubt(entry, line, column, value)
                    value = value.value
            if block != held:
                held, node = block, overrides if column.meaning.override else record
                for part in column.meaning.path[:-1]:
                    node = node.setdefault(part, {})
            node[last] = value
        if size > len(self.header.cells) or self.unnamed:
            self.beside(entry, line)
        if self.grid.faulty:
            self.broken(entry, line)
        if self.numbered:
            entry.record, entry.overrides = _with_lists(record), _with_lists(overrides)
        return entry

    def shown(self, line: Line, index: int, value: str) -> str | Doubt:
        """The value, with a doubt where it is a number that the workbook shows otherwise."""
        if (line.row, index + 1) not in self.grid.formatted or not isinstance(line.cells[index], int | float):
            return value
        return Doubt(f"the cell holds {value} and shows it in a format of its own, which isn't read",
                     "format the cell as text and type what is to be printed", value)  # fmt: skip

    def doubt(self, entry: Entry, line: Line, column: Column, doubt: Doubt) -> None:
        """Tells of a cell that isn't sure; an error takes the row out."""
        at = (line.line, column.index + 1)
        place = Place(self.grid.file, at, at, sheet=self.grid.sheet, row=line.row, heading=column.heading)
        found = self.gathering.problem("L005", place.location(), doubt.message, doubt.hint, doubt.severity)
        if doubt.severity is Severity.ERROR:
            entry.errors += (found,)
            entry.unclear += (column.path,)

    def beside(self, entry: Entry, line: Line) -> None:
        """Tells of filled cells that stand in no column: a comma too many moves what follows."""
        size = len(self.header.cells)
        for index, cell in enumerate(line.cells):
            if (index >= size or index in self.unnamed) and _filled(cell):
                at = (line.line, index + 1)
                place = Place(self.grid.file, at, at, sheet=self.grid.sheet, row=line.row)
                message = f"the cell '{str(cell).strip()[:40]}' stands in a column without a heading"
                hint = "name the column; in CSV put a cell that holds a comma in quotes"
                entry.errors += (self.gathering.problem("L005", place.location(), message, hint),)
                return

    def broken(self, entry: Entry, line: Line) -> None:
        """Tells of cells that a workbook leaves empty because their formula has no result."""
        for column in self.columns:
            if message := self.grid.faulty.get((line.row, column.index + 1)):
                hint = "open the workbook in Excel and save it again; or type the value in place of the formula"
                self.doubt(entry, line, column, Doubt(message, hint))


def _comment(line: Line) -> bool:
    first = line.cells[0] if line.cells else ""
    return isinstance(first, str) and first.lstrip().startswith(COMMENT)


def _ours(line: Line) -> bool:
    """True for the rows of help and examples that our own sheet has."""
    return _comment(line) and line.cells[0].startswith((GUIDE, EXAMPLE))


def _overlap(one: Meaning, other: Meaning) -> bool:
    """True where two columns would write over each other."""
    shorter = min(len(one.path), len(other.path))
    return one.override == other.override and one.path[:shorter] == other.path[:shorter]


def _name(told: Meaning) -> str:
    """The name of a column's field, its entries counted from 1."""
    return ".".join(str(p + 1) if isinstance(p, int) else p for p in told.path)


def _with_lists(value: Any) -> Any:
    """The value with lists where columns count entries."""
    if not isinstance(value, dict):
        return value
    inner = {k: _with_lists(v) for k, v in value.items()}
    return [inner[k] for k in sorted(inner)] if inner and all(isinstance(k, int) for k in inner) else inner

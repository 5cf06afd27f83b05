"""Matrix: each clause in each variant: same, different word by word, absent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from agreegen import packs, provenance
from agreegen.difference import Piece, pairs, pieces
from agreegen.errors import UsageError
from agreegen.finding import nearest
from agreegen.late import dataclass
from agreegen.law import VARIANTS
from agreegen.law.clauses import clauses
from agreegen.law.exhibits import exhibits
from agreegen.matrix.printing import COVER, MARGINS, PARTS, SHORT, Text, texts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from agreegen.workspace import Workspace

__all__ = ["Cell", "Difference", "Matrix", "Row", "docx", "html", "matrix", "workbook"]

TITLES: Final = {PARTS: "Headings of the parts", SHORT: "Short forms, where the signed agreement says the rest",
                 MARGINS: "Headers, footers and notes"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cell:
    """A clause in a variant: the letter of its text (variants with one letter print the same), its number, its lines.

    No letter where it is absent; `reason` says why, if the table of clauses does. `when` is the condition around it.
    """

    letter: str = ""
    number: str = ""
    lines: tuple[str, ...] = ()
    reason: str = ""
    when: str = ""
    exact: tuple[str, ...] = ()  # with each tag behind its words


@dataclass(frozen=True, slots=True)
class Difference:
    """One line that two texts don't share: words that both have, that only the first has, only the other."""

    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A clause or exhibit in every variant."""

    id: str
    title: str
    part: str
    source: str
    cells: Mapping[str, Cell]

    @property
    def letters(self) -> tuple[str, ...]:
        """The letters of its texts."""
        return tuple(sorted({c.letter for c in self.cells.values() if c.letter}))

    @property
    def differs(self) -> bool:
        """True where not all variants that have it print the same."""
        return len(self.letters) > 1

    @property
    def missing(self) -> tuple[str, ...]:
        """The variants that lack it."""
        return tuple(v for v, cell in self.cells.items() if not cell.letter)

    @property
    def lacked(self) -> str:
        """`absent from intra-agency (the State self-insures), state-agency`; nothing where every variant has it."""
        found = [f"{v} ({self.cells[v].reason})" if self.cells[v].reason else v for v in self.missing]
        return f"absent from {', '.join(found)}" if found else ""

    def variants(self, letter: str) -> tuple[str, ...]:
        """The variants that print a text."""
        return tuple(v for v, cell in self.cells.items() if cell.letter == letter)

    def lines(self, letter: str) -> tuple[str, ...]:
        """The lines of a text."""
        return next(cell.lines for cell in self.cells.values() if cell.letter == letter)

    def differences(self, letter: str) -> tuple[Difference, ...]:
        """Where a text differs from the first one, in order; with tags, where they alone differ."""
        found = []
        one, other = self.cells[self.variants("A")[0]], self.cells[self.variants(letter)[0]]
        changed = pairs(one.lines, other.lines) or pairs(one.exact, other.exact)
        for old, new in changed:
            whole = pieces(old, new) if old is not None and new is not None else None
            alone = Piece("removed", old) if old is not None else Piece("added", new or "")
            found.append(Difference(whole or (alone,)))
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Matrix:
    """Every clause and exhibit of some variants."""

    variants: tuple[str, ...]
    rows: tuple[Row, ...]
    versions: Mapping[str, str]

    @property
    def different(self) -> tuple[Row, ...]:
        """The rows of which variants print different texts."""
        return tuple(r for r in self.rows if r.differs)

    @property
    def lacking(self) -> tuple[Row, ...]:
        """The rows that a variant lacks."""
        return tuple(r for r in self.rows if r.missing)

    def row(self, name: str) -> Row:
        """The row of a clause or exhibit; UsageError, with the nearest id, if there is none."""
        known = {r.id.removeprefix("exhibit:"): r for r in reversed(self.rows)} | {r.id: r for r in self.rows}
        key = name.strip().lower().replace(" ", "-").replace("_", "-")
        if key not in known:
            close = nearest(key, known)
            hint = f"did you mean '{close}'?" if close else "`agreegen templates matrix` lists them"
            raise UsageError(f"no clause or exhibit has the id '{name}'", hint)
        return known[key]

    @property
    def summary(self) -> str:
        """How many are the same, differ, or are missing somewhere, in a sentence."""
        there = sum(not r.differs for r in self.lacking)
        same = len(self.rows) - len(self.different) - there
        every = f"{len(self.rows)} clauses and exhibits: {same} are the same in every variant"
        more = f"{there} the same where they are, {len(self.different)} differ"
        return f"{every}, {more}; {len(self.lacking)} are absent from one variant or more"


def matrix(workspace: Workspace, variants: tuple[str, ...] = VARIANTS) -> Matrix:
    """What the masters of a workspace print of each clause, compared; nothing of it is taken from the tables of law."""
    said = {v: texts(provenance.master(v, workspace)) for v in variants}
    keys = _ordered({key: None for v in variants for key in said[v]})
    rows = tuple(_row(key, {v: said[v].get(key) for v in variants}) for key in keys)
    return Matrix(variants, rows, {v: packs.named(v, workspace).version for v in variants})


def _ordered(found: Mapping[str, None]) -> list[str]:
    """The ids in document order: those of the table of clauses, others, then exhibits by letter."""
    order = {
        id_: n
        for n, id_ in enumerate([COVER, *clauses(), PARTS, SHORT, MARGINS, *(f"exhibit:{e.id}" for e in exhibits())])
    }
    return sorted(found, key=lambda key: (key.startswith("exhibit:"), order.get(key, len(order))))


def _row(key: str, said: Mapping[str, Text | None]) -> Row:
    letters: dict[tuple[str, ...], str] = {}
    cells = {}
    clause = clauses().get(key)
    for variant, text in said.items():
        if text is None:
            cells[variant] = Cell(reason=clause.absent.get(variant, "") if clause else "")
            continue
        letter = letters.setdefault(text.exact, chr(65 + len(letters)))
        cells[variant] = Cell(letter, text.number, text.lines, when=text.when, exact=text.exact)
    return Row(key, _title(key), _part(key), "; ".join(clause.source) if clause else "", cells)


def _title(key: str) -> str:
    if key in TITLES:
        return TITLES[key]
    if key.startswith("exhibit:"):
        return next((e.title for e in exhibits() if f"exhibit:{e.id}" == key), key.removeprefix("exhibit:"))
    clause = clauses().get(key)
    return " / ".join(dict.fromkeys(clause.headings.values())) if clause else key


def _part(key: str) -> str:
    if key.startswith("exhibit:"):
        return "Exhibits"
    clause = clauses().get(key)
    return f"{clause.part}. {clause.part_title}" if clause else "Others"


def html(found: Matrix) -> bytes:
    """The matrix as a page that needs nothing else."""
    from agreegen.matrix import page  # noqa: PLC0415 (only the form that is asked for)

    return page.html(found).encode()


def workbook(found: Matrix) -> bytes:
    """The matrix as an Excel workbook."""
    from agreegen.matrix import sheet  # noqa: PLC0415 (as above)

    return sheet.workbook(found)


def docx(found: Matrix) -> bytes:
    """The matrix as a Word file."""
    from agreegen.matrix import word  # noqa: PLC0415 (as above)

    return word.docx(found)

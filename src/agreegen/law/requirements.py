"""Required-ness: which fields of a proposal and its parties a program asks for, and what belongs in each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from agreegen.errors import UsageError
from agreegen.late import dataclass
from agreegen.law import PROGRAMS
from agreegen.law.conditions import holds
from agreegen.law.tables import table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_FORMS = {"calhhs": "CHHS form (08/30/18)", "idea": "IDEA form (July 1, 2026)", "standalone": "after the IDEA form"}


@dataclass(frozen=True, slots=True)
class Requirement:
    """One field: needed (`yes`), not needed (`no`), or needed `if` the condition `when` is true.

    A path starts with `provider.` or `recipient.` for a field of a party; `[]` marks each entry of a list. Conditions
    see `facts`, `terms`, `variant` and `proposal`, `party` for a field of a party, `item` for an entry of a list.
    """

    field: str
    need: Literal["yes", "no", "if"]
    when: str | None
    source: str
    belongs: str
    example: str
    form: str | None = None

    def is_needed(self, context: Mapping[str, Any]) -> bool:
        """True when the field must be filled in this context."""
        return self.need == "yes" or (self.when is not None and holds(self.when, context))


def _said(row: Mapping[str, Any], column: str, program: str) -> str | None:
    """The cell of a column: its own word for the program, or the column's one word for all."""
    cells = row.get(column)
    found = cells.get(program) if isinstance(cells, dict) else cells
    return None if found is None else str(found)


def _cell(row: Mapping[str, Any], program: str, disputed: bool, by_law: bool) -> tuple[str, str]:
    """The need, and the column it comes from; a dispute rules out the short form."""
    columns = [*(["by_law"] if by_law and not disputed else []), *(["disputed"] if disputed else []), "need"]
    for column in columns:
        said = _said(row, column, program)
        if said is not None:
            return said, column
    raise UsageError(f"the table of requirements has no cell for {row['field']} in {program}")


def _source(row: Mapping[str, Any], program: str, column: str) -> str:
    form = f"{_FORMS[program]}, field {row['form']}" if "form" in row else ""
    source = row.get("source") or form
    return f"short form (CF 8; I 5.17); {source}" if column == "by_law" and "source" not in row else str(source)


def _requirement(row: Mapping[str, Any], field: str, program: str, cell: tuple[str, str]) -> Requirement:
    said, column = cell
    need, _, condition = said.partition(" ")
    if need not in {"yes", "no", "if"} or (need == "if") != bool(condition):
        raise UsageError(f"the table of requirements says {said!r} for {field}")
    return Requirement(
        field=field,
        need="yes" if need == "yes" else "no" if need == "no" else "if",
        when=condition or None,
        source=_source(row, program, column),
        belongs=row["belongs"],
        example=str(row["example"]),
        form=None if "form" not in row else str(row["form"]),
    )


def _fields(path: str) -> Iterator[str]:
    if path.startswith("side."):
        yield "recipient." + path.removeprefix("side.")
        yield "provider." + path.removeprefix("side.")
    else:
        yield path


def requirements(program: str, disputed: bool = False, by_law: bool = False) -> list[Requirement]:
    """What a program asks for, in the order of its form; a disputed proposal never takes the short form."""
    if program not in PROGRAMS:
        raise UsageError(f"there is no program {program}", f"the programs are: {', '.join(PROGRAMS)}")
    return [
        _requirement(row, field, program, _cell(row, program, disputed, by_law))
        for row in table("requirements")
        for field in _fields(row["field"])
    ]

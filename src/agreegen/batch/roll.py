"""Roll: the list that a batch was given: whose rows can't be read, and which agreements have no row in it any more."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from agreegen.batch.entry import Entry
from agreegen.batch.grouping import Case, Group, grouped
from agreegen.finding import Finding, Location, Severity
from agreegen.wording import MONTHS

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Iterable, Mapping, Sequence

COLUMNS: Final = frozenset({"L001", "L003"})
"""Codes about a list as a whole, or about its columns: a place of theirs is no partner's row."""

UNREAD: Final = "unread"
"""What became of a row of the list that can't be read as a partner: there is no agreement to speak of."""

FEW: Final = 3

_MONTH: Final = re.compile(rf"\b(?:{'|'.join(MONTHS)}) \d+")
_ROW: Final = re.compile(r"row (\d+)")


@dataclass(frozen=True, slots=True)
class Roll:
    """A list as a batch was given it: all its partners' ids, whoever is asked for, and what is wrong with it."""

    ids: frozenset[str] = frozenset()
    findings: tuple[Finding, ...] = ()

    @property
    def unread(self) -> Mapping[str, tuple[Finding, ...]]:
        """The errors of each row that can't be read as a partner, by its place as text."""
        return unread(self.findings)


NOTHING: Final = Roll()


def unread(findings: Iterable[Finding]) -> dict[str, tuple[Finding, ...]]:
    """The errors of each row that can't be read as a partner, by its place as text, in the order of the list."""
    found: dict[str, tuple[Finding, ...]] = {}
    for finding in findings:
        if finding.severity is Severity.ERROR and (place := row_of(finding)):
            found[place] = (*found.get(place, ()), finding)
    return found


def row_of(finding: Finding) -> str:
    """The row of a list that a finding is about, as `partners.csv, row 5`; nothing if it is about no single row."""
    at = finding.location
    if finding.code in COLUMNS:
        return ""
    if row := _ROW.match(at.cell):
        return str(replace(at, cell=row[0]))
    return str(replace(at, column=None)) if at.line is not None and not at.cell else ""


def rows_left(findings: Iterable[Finding]) -> list[Entry]:
    """The rows that can't be read as partners, told as agreements are: each by its place, and why."""
    return [Entry("", "", "", row, outcome=UNREAD, findings=found) for row, found in unread(findings).items()]


def rows(count: int) -> str:
    """`5 rows of the list`."""
    return f"{count:,} row{'s' if count != 1 else ''} of the list"


def without_row(
    entries: Iterable[Entry], proposals: Iterable[str], ids: frozenset[str], folder: pathlib.Path
) -> tuple[Entry, ...]:
    """The agreements of these proposals that no row of the list is for, and whose files still stand in the folder."""
    asked = frozenset(proposals)
    gone = (entry for entry in entries if entry.proposal in asked and entry.partner not in ids)
    return tuple(entry for entry in gone if any((folder / path).is_file() for path in entry.files))


def leftover(entries: Sequence[Entry], folder: pathlib.Path, *, doubtful: bool = False) -> tuple[Finding, ...]:
    """A warning that tells which agreements of earlier batches stand in the folder, and have no row in the list now.

    `doubtful`: there are rows that can't be read, and one of them may be theirs.
    """
    if not entries:
        return ()
    several = len(entries) != 1
    shown = [f"{entry.name or entry.partner} ({min(entry.files)})" for entry in entries[:FEW]]
    names = ", ".join(shown) + (f" and {len(entries) - FEW:,} more" if len(entries) > FEW else "")
    told = f"{len(entries):,} agreement{'s' if several else ''} of an earlier batch {'are' if several else 'is'}"
    row = "a row in the list now that can be read" if doubtful else "a row in the list now"
    message = f"{told} still in the folder, without {row}: {names}"
    them = "them" if several else "it"
    hint = f"delete {them} if {'they were' if several else 'it was'} never to be sent; agreegen never does"
    return (Finding("B015", Severity.WARNING, Location(folder.as_posix()), message, hint),)


def grouped_places(findings: Sequence[Finding]) -> tuple[Group, ...]:
    """The findings of a list, those that say the same told once: a case for each place, called as it is written."""
    items, by_key = [], {}
    for number, finding in enumerate(findings):
        key = "_".join(str(number))  # made of single figures, none of which is taken for a name
        by_key[key] = finding
        bare = Location(finding.location.file, part=finding.location.part, path=finding.location.path)
        items.append((key, key, replace(finding, location=bare, message=_MONTH.sub("0", finding.message))))
    return tuple(part for group in grouped(items) for part in _parts(group, [by_key[c.name] for c in group.cases]))


def _parts(group: Group, findings: Sequence[Finding]) -> list[Group]:
    """The group with its places and the words of the first; a few that differ in a word are told one by one."""
    alike = all(finding.message == findings[0].message for finding in findings)
    lots = [findings] if alike or len(findings) > FEW + 1 else [[finding] for finding in findings]
    also = "" if alike or len(lots) > 1 else ", and the like"
    return [replace(group, message=lot[0].message + also, hint=lot[0].hint,
                    cases=tuple(Case(place, "") for place in dict.fromkeys(str(f.location) for f in lot)))
            for lot in lots]  # fmt: skip


def lines(findings: Sequence[Finding]) -> list[str]:
    """`16 places: error[L005] the date can be \u2026`, with the first few of them and the remedy; errors first."""
    told = []
    for group in grouped_places(findings):
        count, head = len(group.cases), f"{group.severity}[{group.code}] {group.message}"
        if count == 1:
            place = group.cases[0].name
            told.append(f"{place}: {head}" if place else head)
        else:
            told += [f"{count:,} places: {head}", f"  {named(group.cases)}"]
        told += [f"  hint: {group.hint}"] if group.hint else []
    return told


def named(cases: Sequence[Case]) -> str:
    """The first few places, and how many more there are."""
    shown = cases if len(cases) <= FEW + 1 else cases[:FEW]
    more = len(cases) - len(shown)
    return "; ".join(case.name for case in shown) + (f" and {more:,} more" if more else "")

"""Roll: the list that a batch was given: whose rows can't be read, and which agreements have no row in it any more."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import PurePath
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from agreegen.batch.entry import Entry
from agreegen.batch.grouping import Case, Group, grouped, listed
from agreegen.finding import Finding, Location, Severity, has_errors
from agreegen.wording import MONTHS

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Iterable, Mapping, Sequence

    from agreegen.batch.manifest import Manifest
    from agreegen.reading.listing import Unread
    from agreegen.reading.partner_list import PartnerList

UNREAD: Final = "unread"
"""What became of a row of the list that isn't taken as a partner: there is no agreement to speak of."""

NO_ARCHIVES: Final[Mapping[str, str]] = MappingProxyType({})

FEW: Final = 3

MANY: Final = 50
"""Findings with a remedy each that are told one by one."""

_QUOTED: Final = re.compile(r"(?<!\w)'[^']*'(?!\w)")
_MONTH: Final = re.compile(rf"\b(?:{'|'.join(MONTHS)}) \d+")


@dataclass(frozen=True, slots=True)
class Roll:
    """A list as a batch was given it: all its partners' ids, whoever is asked for, and what is wrong with it."""

    ids: frozenset[str] = frozenset()
    findings: tuple[Finding, ...] = ()
    unread: tuple[Unread, ...] = ()
    """The rows that are no partners."""
    cut: bool = False
    """True where a part of the list wasn't read."""
    whole: bool = True
    """False for names on a command line, which say nothing of those who aren't named."""
    name: str = ""
    """What the list is called: its file without the folder, or the names as they were written."""

    @classmethod
    def of(cls, listed: PartnerList, said: str = "") -> Roll:
        """The roll of a list that was read, which was `said` on the command line."""
        ids = frozenset(partner.id for partner in listed.partners)
        name = PurePath(listed.file).name or said
        return cls(ids, listed.findings, listed.unread, listed.cut, bool(listed.file), name)

    @property
    def doubtful(self) -> bool:
        """Whether something in the list can't be read: who has no row perhaps has one."""
        return self.cut or bool(self.unread) or has_errors(self.findings)

    @property
    def rows_left(self) -> tuple[Entry, ...]:
        """The rows that are no partners, told as agreements are: each by its place, and why."""
        return tuple(Entry("", "", "", str(replace(row.place, column=None)), outcome=UNREAD, findings=row.errors)
                     for row in self.unread)  # fmt: skip

    @property
    def left(self) -> str:
        """`; 2 rows of the list not taken as partners`, and whether that is all; nothing if all of it was read."""
        count = len(self.unread)
        told = f"; {count:,} row{'s' if count != 1 else ''} of the list not taken as " if count else ""
        told += ("partners" if count != 1 else "a partner") if count else ""
        return told + ("; a part of the list couldn't be read" if self.cut else "")

    def gone(self, partners: Iterable[str]) -> set[str]:
        """Those who have no row any more, as far as that is sure."""
        return {*partners} - self.ids if self.whole and not self.doubtful else set()

    def without_row(self, entries: Iterable[Entry], proposals: Iterable[str]) -> tuple[Entry, ...]:
        """The agreements of these proposals that have no row in the list."""
        if not self.whole:
            return ()
        asked = frozenset(proposals)
        there = self.ids | {row.id for row in self.unread}
        return tuple(entry for entry in entries if entry.proposal in asked and entry.partner not in there)

    def left_over(
        self, gone: Iterable[Entry], folder: pathlib.Path, archives: Mapping[str, str] = NO_ARCHIVES
    ) -> tuple[Finding, ...]:
        """A warning that tells which agreements without a row stand in the folder, or only their `archives` by key."""
        found = []
        for entry in gone:
            file = next((path for path in sorted(entry.files) if (folder / path).is_file()), "")
            archive = archives.get(entry.key, "")
            standing = [file, archive if archive and (folder / archive).is_file() else ""]
            if any(standing):
                found.append(f"{entry.name or entry.partner} ({' and '.join(filter(None, standing))})")
        return _leftover(found, folder, doubtful=self.doubtful) if found else ()


NOTHING: Final = Roll()


def standing(
    listed: Roll, gone: Sequence[Entry], manifest: Manifest, folder: pathlib.Path, packing: Sequence[Finding]
) -> tuple[Finding, ...]:
    """What is told of agreements that have no row in the list now, and of archives that hold other words.

    `packing` is what was found when archives were packed.
    """
    if not manifest.archives:
        return (*listed.left_over(gone, folder), *packing)
    from agreegen.batch.archives import own_archives, stale  # noqa: PLC0415 (most folders have none)

    own = own_archives(manifest.archives, gone)
    told = {*own.values(), *(finding.location.file for finding in packing)}
    sure = () if listed.doubtful else [entry.key for entry in gone]
    return (*listed.left_over(gone, folder, own), *packing, *stale(manifest, folder, {*sure}, told))


def _leftover(found: Sequence[str], folder: pathlib.Path, *, doubtful: bool) -> tuple[Finding, ...]:
    several = len(found) != 1
    told = f"{len(found):,} agreement{'s' if several else ''} of an earlier batch {'are' if several else 'is'}"
    row = "a row in the list now that can be read" if doubtful else "a row in the list now"
    message = f"{told} still in the folder, without {row}: {listed(found, FEW)}"
    them, they = ("them", "they are") if several else ("it", "it is")
    hint = (f"if {they} of another list, give each list its own --output; delete {them} if {they} not to be sent; "
            "agreegen never does")  # fmt: skip
    if doubtful:
        hint = f"mend the list first: what can't be read there is perhaps {'theirs' if several else 'its row'}"
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
    """The group by its words: told one by one if they are few or have a remedy each, else with the first one's."""
    lots: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        lots.setdefault((finding.message, finding.hint), []).append(finding)
    alone = len(lots) if len(lots) <= FEW + 1 else MANY if len({hint for _, hint in lots}) > 1 else 0
    told = dict(list(lots.items())[:alone])
    parts = [_part(group, lot) for lot in told.values()]
    rest = [finding for finding in findings if (finding.message, finding.hint) not in told]
    return [*parts, _part(group, rest, like=True)] if rest else parts


def _part(group: Group, findings: Sequence[Finding], *, like: bool = False) -> Group:
    """The group with the words of the first of these findings, and the place of each; its own words if only alike."""
    first = findings[0]
    places = dict.fromkeys(f"{f.location}{_quoted(f, first) if like else ''}" for f in findings)
    also = ", and the like" if like and len(places) > 1 else ""
    return replace(group, message=first.message + also, hint=first.hint, cases=tuple(Case(p, "") for p in places),
                   occurrences=len(findings))  # fmt: skip


def _quoted(finding: Finding, first: Finding) -> str:
    """What a finding quotes, where that isn't what the first one does."""
    known = _QUOTED.findall(first.message)
    said = [word for word in _QUOTED.findall(finding.message) if word not in known]
    return f": {', '.join(said)}" if said else ""


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

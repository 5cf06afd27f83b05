"""Account: what became of each job of a batch that is under way, taken down in its record and in its journal."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from agreegen.batch import told
from agreegen.batch.entry import FAILED, MADE, REFUSED, Entry, FileRecord, Row, flat
from agreegen.batch.inputs import tables_of
from agreegen.batch.manifest import carried
from agreegen.batch.work import Made

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Callable, Mapping

    from agreegen.batch.inputs import Inputs
    from agreegen.batch.journal import Journal
    from agreegen.batch.manifest import Manifest
    from agreegen.batch.plan import Plan
    from agreegen.batch.running import Order
    from agreegen.batch.work import Job
    from agreegen.finding import Finding
    from agreegen.progress import Progress

NO_FILES: Final[Mapping[str, FileRecord]] = {}
NO_TEXTS: Final[Mapping[str, str]] = {}


@dataclass(slots=True)
class Running:
    """A batch under way."""

    order: Order
    plan: Plan
    manifest: Manifest
    inputs: Inputs
    journal: Journal
    tell: Callable[[Progress], None]
    reached: set[str] = field(default_factory=set)
    finished: list[Entry] = field(default_factory=list)
    """What the journal doesn't tell yet."""
    names: dict[tuple[str, ...], tuple[str, ...]] = field(default_factory=dict)
    announced: dict[str, str] = field(default_factory=dict)
    """The digest that each file was to have, whatever became of it."""
    shared: dict[Finding, Finding] = field(default_factory=dict)
    """Findings as they are told, by what was found."""
    failed: int = 0
    stopped: str = ""

    def put(self, job: Job, entry: Entry) -> None:
        """Takes down what became of a job; `settle` has the journal tell it."""
        self.reached.add(job.key)
        self.failed += entry.outcome in (FAILED, REFUSED)
        whole = carried(self.manifest.entries.get(job.key), entry)
        self.manifest.put(whole)
        self.finished.append(whole)

    def settle(self) -> None:
        """Has the journal tell what was taken down."""
        if self.finished:
            finished, self.finished = self.finished, []
            self.journal.add(*finished)

    def fail(self, job: Job, findings: tuple[Finding, ...], outcome: str = FAILED, seconds: float = 0.0) -> None:
        """Takes down that a job has no agreement, and why."""
        self.put(job, self.entry(job, Made(findings=findings, seconds=seconds), outcome))

    def entry(self, job: Job, made: Made, outcome: str, files: Mapping[str, FileRecord] = NO_FILES) -> Entry:
        """The entry of a job whose agreement was made, or wasn't."""
        partner, inputs = job.partner, self.inputs
        name = partner.record.get("legal name") or partner.whole().get("legal name") or partner.id
        said = flat(partner.data)
        overridden = _overridden(said) if partner.overrides else ()
        digests = inputs.of(job, made.variant, made.engine, made.template)
        return Entry(
            job.key, partner.id, job.proposal.stem, str(name), made.variant, outcome, files, digests, overridden,
            inputs.reasons(made.exhibits) if made.exhibits else NO_TEXTS,
            inputs.clauses(made.variant) if made.variant else NO_TEXTS,
            self.row(said), made.engine, made.pages, made.seconds, self._told(made.findings, job),
            inputs.common(job.proposal),
        )  # fmt: skip

    def _told(self, findings: tuple[Finding, ...], job: Job) -> tuple[Finding, ...]:
        """The findings as a batch tells them; those that many share stay shared."""
        if all(finding.code != told.MISSING for finding in findings):
            return findings
        new = [finding for finding in findings if finding not in self.shared]
        if new:
            proposal, common = job.proposal.as_posix(), self.inputs.common(job.proposal)
            self.shared.update((finding, told.of_list(finding, proposal, common)) for finding in new)
        return tuple(self.shared[finding] for finding in findings)

    def forget(self, file: pathlib.Path) -> None:
        """Has the agreements of a proposal or a table made again next time: it isn't sure what they were made from."""
        for job in self.plan.jobs:
            entry = self.manifest.entries.get(job.key) if job.key in self.reached else None
            if entry and entry.outcome == MADE and (file == job.proposal or file in tables_of(job)):
                self.manifest.entries[job.key] = dataclasses.replace(entry, inputs={})
                self.finished.append(self.manifest.entries[job.key])

    def row(self, said: Mapping[str, str]) -> Row:
        """The values as a row, whose names are shared with those of other partners."""
        names = tuple(said)
        return Row(self.names.setdefault(names, names), tuple(said.values()))


def _overridden(said: Mapping[str, str]) -> tuple[str, ...]:
    """The names of what a partner overrides of the proposal."""
    return tuple(n.removeprefix("overrides.") for n in said if n.startswith("overrides."))

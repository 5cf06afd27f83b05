"""The run of a batch: what must be made is planned, all of it is checked, and what passed is made and put in place."""

from __future__ import annotations

import dataclasses
import os
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from agreegen import generate
from agreegen.batch import crew, summary, told, work
from agreegen.batch.account import Running
from agreegen.batch.entry import FAILED, LEFT, MADE, REFUSED
from agreegen.batch.inputs import Inputs
from agreegen.batch.journal import JOURNAL, Journal, recovered, save, unowned, unsettled
from agreegen.batch.lock import Lock
from agreegen.batch.once import told_once
from agreegen.batch.origins import origins
from agreegen.batch.plan import planned
from agreegen.batch.roll import NOTHING, Roll, standing
from agreegen.batch.staging import STAGING, InTheWayError, Staged, UnplacedError, closed, emptied, place
from agreegen.batch.work import Check, Job, Made, Setup
from agreegen.errors import FindingsError
from agreegen.pdf.attached import documents, not_in_word
from agreegen.progress import Progress

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from concurrent.futures import Executor

    from agreegen.batch.archives import Packed
    from agreegen.batch.manifest import Manifest
    from agreegen.finding import Finding
    from agreegen.reading.listed import Listed
    from agreegen.workspace import Workspace

FAILED_FAST: Final = "an agreement failed, and the batch was to stop then"

INTERRUPTED: Final = "it was interrupted"

LIMIT: Final = 300.0
"""Seconds that one agreement may take."""

FEW: Final = 150
"""Word documents that this process makes sooner than others would be ready to."""

_ENDINGS: Final = {"both": ("docx", "pdf"), "docx": ("docx",), "pdf": ("pdf",)}
_LOT: Final = 64  # Word documents that a worker takes at a time


@dataclass(frozen=True, slots=True)
class Order:
    """What a batch is asked for: an agreement of each proposal for each partner, and how.

    `name`: a template of the files' names below the output folder. `pack`: `all` for one archive of them, `each` for
    one a partner. `jobs`: worker processes, 0 for as many as there are processors. `limit`: seconds for one agreement.
    `executor`: workers elsewhere, in place of processes, and `width`, how many. `ready`: processes started `ahead`.
    """

    proposals: tuple[pathlib.Path, ...]
    partners: tuple[Listed, ...]
    workspace: Workspace
    name: str = ""
    attach: tuple[str, ...] = ()
    enclose: tuple[str, ...] = ()
    pack: str = ""
    as_draft: bool = False
    force: bool = False
    fail_fast: bool = False
    jobs: int = 0
    limit: float = LIMIT
    executor: Executor | None = None
    width: int = 1
    ready: tuple[crew.Process, ...] = ()
    roll: Roll = NOTHING
    """The list that the partners are of; without one, they are all of it."""

    @property
    def listed(self) -> Roll:
        """The list with all its partners, also those that aren't asked for."""
        return Roll(frozenset(partner.id for partner in self.partners)) if self.roll is NOTHING else self.roll

    @property
    def scope(self) -> dict[str, str]:
        """What the record tells of the order."""
        said = {"proposals": ", ".join(path.name for path in self.proposals), "list": self.roll.name,
                "partners": f"{len(self.partners):,}",
                "format": self.workspace.format, "draft": "yes" if self.as_draft else ""}  # fmt: skip
        return {name: value for name, value in said.items() if value}


@dataclass(frozen=True, slots=True)
class Batch:
    """What became of a batch: the record of what was asked for, how many were tried, and whether it was stopped."""

    manifest: Manifest
    tried: int
    stopped: str = ""
    """Why not all agreements were reached; nothing if all were."""
    archives: tuple[pathlib.Path, ...] = ()
    findings: tuple[Finding, ...] = ()
    """What is to be said of all of it."""

    def count(self, *outcomes: str) -> int:
        """How many agreements have one of these outcomes."""
        return sum(entry.outcome in outcomes for entry in self.manifest.entries.values())

    @property
    def interrupted(self) -> bool:
        """Whether somebody stopped it, by Ctrl-C."""
        return self.stopped == INTERRUPTED

    @property
    def whole(self) -> bool:
        """Whether every agreement is there."""
        return not self.count(FAILED, REFUSED, LEFT)


def run(order: Order, tell: Callable[[Progress], None] = lambda _: None) -> Batch:
    """Makes what isn't there yet, or isn't right any more; UsageError if nothing can be begun.

    One partner's fault never stops the others. Killed at any moment, it leaves whole files only, and the next run of
    the same order completes it.
    """
    folder = order.workspace.output
    marks = ("DRAFT" if order.as_draft else "", order.workspace.mark)
    plan = planned(order.proposals, order.partners, order.name, "".join(f"-{mark}" for mark in marks if mark))
    if wrong := generate.refused(documents(order.attach, order.enclose), order.workspace):
        raise FindingsError(wrong)
    if order.pack:
        from agreegen.batch.archives import pack, refuse_unknown  # noqa: PLC0415 (most batches aren't packed)

        refuse_unknown(order.pack)
    if order.workspace.format != "docx":
        from agreegen.pdf.choice import usable  # noqa: PLC0415 (only for PDFs)

        usable(generate.engine_of(order.workspace))
    with Lock.take(folder):
        closed(folder / STAGING)  # what a batch that was killed left
        manifest = recovered(folder, anew=order.force)
        unsure = unsettled(manifest) if (folder / JOURNAL).exists() else {}  # what a stopped batch may have put there
        manifest.proposals = origins(manifest.proposals, order.proposals, folder)
        inputs = Inputs(order.workspace, documents(order.attach, order.enclose), as_draft=order.as_draft)
        left = [job for job in plan.jobs if order.force or not _kept(manifest, job, inputs, str(folder))]
        inputs.take(left)
        if left or plan.refused:
            with Journal.begin(folder, manifest) as journal:
                running = Running(order, plan, manifest, inputs, journal, tell)
                _carry_out(running, left)
            stopped = running.stopped
        else:
            stopped = ""
        manifest.scope, manifest.listed = order.scope, order.roll.findings
        manifest.forget([path for path in manifest.outdated if not (folder / path).is_file()])
        manifest.outdated.update(unowned(unsure, manifest, folder))
        save(manifest, folder, keep=True)
        commons = {path: inputs.common(path) for path in order.proposals}
        settled = manifest.settled(plan.keys)
        behind = inputs.documents.behind if order.workspace.format != "docx" else ()
        findings = (*told_once(order.partners, commons, behind, settled.entries.values()),
                    *not_in_word(inputs.documents, order.workspace.format))  # fmt: skip
        packed: Packed | None = None
        try:
            if order.pack:
                packed = pack(folder, plan.keys, order.pack, force=order.force)
        finally:  # also where packing was interrupted: the agreements are there
            if packed is not None:
                manifest.archives = dict(packed.known)
            gone = order.listed.without_row(manifest.besides(plan.keys), [path.stem for path in order.proposals])
            packing = packed.findings if packed else ()
            findings = (*findings, *standing(order.listed, gone, manifest, folder, packing))
            done = Batch(settled, len(left), stopped, packed.archives if packed else (), findings)
            summary.write(settled, folder, findings, order.roll)
        (folder / JOURNAL).unlink(missing_ok=True)  # last, so that a batch that is killed before is known by it
    return done


def _kept(manifest: Manifest, job: Job, inputs: Inputs, folder: str) -> bool:
    """True, and taken down, where the agreement needn't be made again."""
    known = manifest.entries.get(job.key)
    if known is None:
        return False
    wanted = [f"{job.name}.{ending}" for ending in _ENDINGS[inputs.format]]
    if not all(path in known.files for path in wanted) or inputs.engine not in ("", known.engine):
        return False
    if len(known.files) > len(wanted) and any(p.rpartition(".")[0] != job.name for p in known.files):
        return False
    entry = manifest.confirmed(job.key, inputs.of(job, known.variant, known.engine), folder)
    if entry is None:
        return False
    if entry.findings and (findings := told.placed_now(entry.findings, job.partner)) != entry.findings:
        entry = dataclasses.replace(entry, findings=findings)
    manifest.entries[job.key] = entry
    return True


def _carry_out(running: Running, left: Sequence[Job]) -> None:
    """Checks and makes what is left; an interruption leaves what wasn't reached as it was."""
    order = running.order
    folder = order.workspace.output
    staging = emptied(folder)
    setup = Setup(order.workspace, order.as_draft, staging, order.attach, order.enclose, uuid.uuid4().hex)
    lanes = _lanes(order, len(left))
    for idle in (one for one in order.ready if one not in lanes):
        idle.stop()
    try:
        for job, finding in running.plan.refused:
            running.fail(job, (finding,))
        passed = _checked(running, left, setup, lanes)
        if not (order.fail_fast and running.failed):
            _made(running, passed, setup, lanes)
        else:
            running.stopped = FAILED_FAST
    except KeyboardInterrupt:
        running.stopped = INTERRUPTED
    finally:
        for lane in lanes:
            lane.stop()
        work.close()
        closed(staging)
    for changed in running.inputs.changed():
        running.stopped = running.stopped or f"{changed} was changed while the batch ran"
        running.forget(changed)
    for job in left:
        if job.key not in running.reached:
            running.fail(job, (told.left(job.name),), LEFT)
    running.settle()
    for path, sha256 in running.announced.items():
        owner = running.manifest.entries.get(running.manifest.owner(path))
        if owner is None or path not in owner.files or owner.files[path].sha256 != sha256:
            running.manifest.outdated.setdefault(path, sha256)


def _lanes(order: Order, count: int) -> list[crew.Lane]:
    """The workers: this process for a few Word documents, else a process for each processor, or what was asked for."""
    if order.executor is not None:
        return [crew.Remote(order.executor) for _ in range(2 * order.width)]
    wide = order.jobs or os.cpu_count() or 1
    if order.workspace.format == "docx" and (count <= FEW or wide == 1):
        return [crew.Here()]
    count = max(1, min(wide, count))
    ready = order.ready[:count]
    return [*ready, *(crew.Process(crew.recycled_after(order.workspace.format)) for _ in range(count - len(ready)))]


def _lots(jobs: Sequence[Job], lanes: int, most: int) -> Iterator[Sequence[Job]]:
    """The jobs in lots, which become smaller towards the end, so that all lanes end at about the same time."""
    at = 0
    while at < len(jobs):
        size = max(1, min(most, (len(jobs) - at) // (4 * lanes)))
        yield jobs[at : at + size]
        at += size


def _checked(running: Running, jobs: Sequence[Job], setup: Setup, lanes: Sequence[crew.Lane]) -> Sequence[Job]:
    """The jobs that pass the rules, in order; the others are taken down."""
    order = running.order
    passed: dict[str, Job] = {}
    done = 0
    beside = order.workspace.format == "docx" and len(lanes) > 1  # a first PDF takes longer than all checks
    check = Check(setup, jobs[0].key if beside and jobs else "")
    for lot in crew.carried_out(_lots(jobs, len(lanes), _LOT), check, lanes, order.limit):
        for job, result in lot:
            done += 1
            if isinstance(result, crew.Lost):
                running.fail(job, (told.lost(job.name, result.reason),))
            elif result.passed:
                passed[job.key] = job if result.findings else dataclasses.replace(job, flawless=result.proposal)
            else:
                running.fail(job, result.findings)
            running.tell(Progress("checking", done, len(jobs), running.failed))
            if running.failed and order.fail_fast:
                return []
        running.settle()
    return [passed[job.key] for job in jobs if job.key in passed]


def _made(running: Running, jobs: Sequence[Job], setup: Setup, lanes: Sequence[crew.Lane]) -> None:
    """Makes the agreements and puts them in place, lot by lot as they come."""
    order = running.order
    lots = _lots(jobs, len(lanes), _LOT if order.workspace.format == "docx" else 1)
    done = 0
    for lot in crew.carried_out(lots, work.Make(setup), lanes, order.limit):
        lying = [_ready(job, result) for job, result in lot]
        if announced := {path: one.record.sha256 for ready in lying for path, one in ready.items()}:
            running.journal.announce(announced)
        for (job, result), ready in zip(lot, lying, strict=True):
            done += 1
            _taken(running, job, result, ready)
            running.tell(Progress("making", done, len(jobs), running.failed))
            if isinstance(result, Made) and result.full:
                running.stopped = "the disk is full"
            elif order.fail_fast and running.failed:
                running.stopped = FAILED_FAST
            if running.stopped:
                return
        running.settle()


def _taken(running: Running, job: Job, result: Made | crew.Lost, ready: Mapping[str, Staged]) -> None:
    """Takes down what a worker made of a job, and the files that lie ready are put in place."""
    if isinstance(result, crew.Lost):
        running.fail(job, (told.lost(job.name, result.reason),))
    elif not ready:
        running.fail(job, result.findings, REFUSED if result.unwritten else FAILED, result.seconds)
    else:
        _placed(running, job, result, ready)


def _ready(job: Job, result: Made | crew.Lost) -> dict[str, Staged]:
    """The files of an agreement that lie ready, by their paths."""
    files = result.files if isinstance(result, Made) else {}
    return {f"{job.name}.{ending}": staged for ending, staged in files.items()}


def _placed(running: Running, job: Job, made: Made, ready: Mapping[str, Staged]) -> None:
    """Puts the announced files of an agreement in place and takes them down; what can't be replaced stays as it is."""
    order, manifest = running.order, running.manifest
    folder = order.workspace.output
    owner = next((o for o in map(manifest.owner, ready) if o not in ("", job.key)), "")
    if owner and not order.force:
        running.fail(job, (*made.findings, told.of_another(job.name, owner)), REFUSED, made.seconds)
        return
    running.announced.update((path, staged.record.sha256) for path, staged in ready.items())
    try:
        files = place(folder, ready, manifest.digests, force=order.force)
    except InTheWayError as refusal:
        running.fail(job, (*made.findings, told.in_the_way(refusal)), REFUSED, made.seconds)
        return
    except UnplacedError as error:
        running.fail(job, (*made.findings, told.unwritten(error.path, error.error)), REFUSED, made.seconds)
        return
    before = manifest.entries.get(job.key)
    standing = [p for p in before.files if p not in files and (folder / p).is_file()] if before else []
    if standing:
        behind = [told.outdated(path, files) for path in standing]
        made = dataclasses.replace(made, findings=(*made.findings, *behind))
    running.put(job, running.entry(job, made, MADE, files))

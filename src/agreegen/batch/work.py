"""What a worker does with a lot: check partners, or make their agreements and lay them ready beside their places."""

from __future__ import annotations

import contextlib
import errno
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from agreegen import generate, source
from agreegen.batch import told
from agreegen.batch.staging import Staged, UnplacedError, staged
from agreegen.errors import EngineError, FindingsError
from agreegen.finding import Finding, has_errors
from agreegen.pdf.attached import documents

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Mapping, Sequence

    from agreegen.generate import Opened
    from agreegen.plate import Steps
    from agreegen.reading.listed import Listed
    from agreegen.series import Series
    from agreegen.source import Source
    from agreegen.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Job:
    """One agreement to make: a proposal, a partner, and the name of its files below the output folder."""

    key: str
    proposal: pathlib.Path
    partner: Listed
    name: str
    flawless: str = ""
    """The digest of the proposal with which its check found nothing."""

    def __reduce__(self) -> tuple[object, ...]:
        """Each of ten thousand goes to a worker."""
        return Job, (self.key, self.proposal, self.partner, self.name, self.flawless)


@dataclass(frozen=True, slots=True)
class Setup:
    """What is the same for every job of a batch; small, since every lot carries it to its worker."""

    workspace: Workspace
    as_draft: bool = False
    staging: pathlib.Path | None = None
    attach: tuple[str, ...] = ()  # PDFs of others, behind the agreement's pages and inside of its file
    enclose: tuple[str, ...] = ()
    run: str = ""  # the batch: what a worker kept of another one isn't right any more


@dataclass(frozen=True, slots=True)
class Checked:
    """What the rules say of one job."""

    findings: tuple[Finding, ...]
    proposal: str = ""
    """The digest of the proposal that was read."""

    @property
    def passed(self) -> bool:
        """Whether its agreement can be made."""
        return not has_errors(self.findings)


@dataclass(frozen=True, slots=True)
class Made:
    """An agreement that lies ready, file by ending; without files, `findings` say why."""

    files: dict[str, Staged] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    variant: str = ""
    template: str = ""
    exhibits: tuple[str, ...] = ()
    engine: str = ""
    pages: int | None = None
    seconds: float = 0.0
    unwritten: bool = False
    """It was made, and couldn't be laid ready."""
    full: bool = False
    """There is no room on the disk."""

    def __reduce__(self) -> tuple[object, ...]:
        """Each of ten thousand comes from a worker."""
        return Made, (self.files, self.findings, self.variant, self.template, self.exhibits, self.engine, self.pages,
                      self.seconds, self.unwritten, self.full)  # fmt: skip


class Workshop:
    """What a worker keeps between lots: each proposal's series, and the press."""

    def __init__(self, setup: Setup) -> None:
        """Nothing read yet."""
        from agreegen.plate import Press  # noqa: PLC0415 (where nothing is made, it isn't needed)

        self.setup = setup
        self.documents = documents(setup.attach, setup.enclose)
        self.press = Press(setup.workspace, self.documents)
        self.checks: set[pathlib.Path] = set()  # proposals that were read to check agreements
        self._series: dict[pathlib.Path, Series] = {}
        self._sources: dict[tuple[pathlib.Path, str], Source] = {}

    def series(self, proposal: pathlib.Path) -> Series:
        """The series of a proposal, opened once."""
        found = self._series.get(proposal)
        if found is None:
            from agreegen.series import Series  # noqa: PLC0415 (as above)

            found = self._series[proposal] = Series.open(proposal, self.setup.workspace)
        return found

    def source(self, job: Job, opened: Opened) -> Source | None:
        """What the agreement of a job is made from; files that partners share are read once."""
        workspace, partner = self.setup.workspace, job.partner
        if not workspace.source or opened.agreement is None or opened.template is None:
            return None
        key = (job.proposal, opened.agreement.variant)
        known = self._sources.get(key)
        if known is not None and not partner.overrides:
            return source.with_partner(known, partner.id, partner.text().encode())
        files = frozenset(place.file for place in partner.source().places.values())
        made = generate.sourced(job.proposal, opened, workspace, partner.id, as_draft=self.setup.as_draft,
                                listed=(files, partner.text().encode()),
                                documents=self.documents)  # fmt: skip
        if made is not None and not partner.overrides:
            self._sources[key] = made
        return made


_KEPT: Final[list[Workshop]] = []  # at most one: what this process used last


def workshop(setup: Setup) -> Workshop:
    """The workshop of this process; a new one where the batch is another."""
    if not _KEPT or _KEPT[0].setup != setup:
        _KEPT[:] = [Workshop(setup)]
    return _KEPT[0]


def close() -> None:
    """Forgets what this process kept; plates go on the shelf."""
    try:
        for kept in _KEPT:
            kept.press.keep()
    finally:
        _KEPT.clear()


@dataclass(frozen=True, slots=True)
class Check:
    """The work of checking a lot; for the job that is `first`, also of making ready what agreements like it share.

    That takes long, and the workers beside check the other lots meanwhile.
    """

    setup: Setup
    first: str = ""

    def __call__(self, lot: Sequence[Job]) -> list[Checked]:
        """The findings of each job."""
        checked = [self._checked(job) for job in lot]
        for job, said in zip(lot, checked, strict=True):
            if job.key == self.first and said.passed and len(lot) > 1:  # alone, it may be what ended a worker before
                with contextlib.suppress(Exception):  # its agreement meets it again, and tells it
                    begin(workshop(self.setup), job)
        return checked

    def _checked(self, job: Job) -> Checked:
        try:
            shop = workshop(self.setup)
            series = shop.series(job.proposal)
            shop.checks.add(job.proposal)
            return Checked(series.check(job.partner, as_draft=self.setup.as_draft), series.digest)
        except Exception as error:  # a fault, ours even, costs one agreement, not the batch
            return Checked(told.failed(job.name, error))


@dataclass(frozen=True, slots=True)
class Make:
    """The work of making a lot of agreements that passed their check."""

    setup: Setup

    def __call__(self, lot: Sequence[Job]) -> list[Made]:
        """Each agreement, lying ready."""
        from agreegen.plate import abreast  # noqa: PLC0415 (where nothing is made, it isn't needed)

        return [replace(made, seconds=seconds) for made, seconds in abreast([self._made(job) for job in lot])]

    def _made(self, job: Job) -> Steps[Made]:
        try:
            return (yield from self._tried(job))
        except UnplacedError as unplaced:
            full = unplaced.error.errno == errno.ENOSPC
            return Made(findings=(told.unwritten(job.name, unplaced.error),), unwritten=True, full=full)
        except Exception as error:  # as above
            return Made(findings=told.failed(job.name, error))

    def _tried(self, job: Job) -> Steps[Made]:
        """The agreement, tried again where an engine fails: it may have been the machine's fault."""
        try:
            return (yield from made_of(workshop(self.setup), job))
        except EngineError:
            return (yield from made_of(workshop(self.setup), job))


def begin(shop: Workshop, job: Job) -> None:
    """Makes ready what agreements like that of a job share; nothing is written but in the cache."""
    opened = shop.series(job.proposal).of(job.partner, as_draft=shop.setup.as_draft)
    if opened.agreement is not None:
        said = shop.source(job, opened)
        shop.press.begin(opened, lambda: said, partner=job.partner.id, as_draft=shop.setup.as_draft)


def made_of(shop: Workshop, job: Job) -> Steps[Made]:
    """The agreement of a job, laid ready in the staging folder."""
    setup = shop.setup
    series = shop.series(job.proposal)
    flawless = job.proposal in shop.checks and job.flawless == series.digest  # all was as it was then
    opened = series.of(job.partner, as_draft=setup.as_draft, flawless=flawless)
    agreement = opened.agreement
    if agreement is None:
        raise FindingsError(opened.findings)
    yield
    docx, pdf, findings, engine, pages = yield from _documents(shop, job, opened)
    if has_errors(findings):
        raise FindingsError(findings)
    yield
    assert setup.staging is not None
    wanted = {"docx": docx, "pdf": pdf}
    try:
        files = {ending: staged(setup.staging, data) for ending, data in wanted.items() if data}
    except OSError as error:
        raise UnplacedError(job.name, error) from error
    said = agreement.context["document"]
    template = printed(said)
    return Made(files, findings, said["template"], template, agreement.exhibits, engine, pages)


def printed(document: Mapping[str, str]) -> str:
    """The template that an agreement was made from, as it says itself: its digest and its version."""
    return f"{document['template_digest']} {document['template_version']}"


def _documents(
    shop: Workshop, job: Job, opened: Opened
) -> Steps[tuple[bytes, bytes, tuple[Finding, ...], str, int | None]]:
    """The Word document and the PDF that are asked for, with findings, the engine, and the number of pages."""
    as_draft = shop.setup.as_draft
    said = shop.source(job, opened)
    yield
    made = yield from shop.press.steps(opened, lambda: said, partner=job.partner.id, as_draft=as_draft)
    findings = (*made.findings, *made.pdf.findings)
    docx = b"" if shop.setup.workspace.format == "pdf" else made.docx
    return docx, made.pdf.pdf, findings, made.pdf.engine, page_count(made.pdf.pdf)


def page_count(pdf: bytes) -> int | None:
    """The number of pages of a PDF."""
    if not pdf:
        return None
    import pypdfium2  # noqa: PLC0415 (only for PDFs)

    with pypdfium2.PdfDocument(pdf) as document:
        return len(document)

"""Inputs: the digests of everything that decides what an agreement says; where none changed, it isn't made again."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import pathlib
from typing import TYPE_CHECKING, Any, Final

from agreegen import __version__, approval, generate
from agreegen.batch.entry import Row, flat
from agreegen.errors import AgreegenError
from agreegen.law.exhibits import exhibits
from agreegen.law.tables import fingerprint
from agreegen.package import digest
from agreegen.pdf import AUTO, Wanted
from agreegen.pdf.attached import NONE
from agreegen.pdf.counted import embedded
from agreegen.reading import read_proposal
from agreegen.reading.record import with_keys

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from agreegen.batch.work import Job
    from agreegen.pdf.attached import Documents
    from agreegen.template import Template
    from agreegen.workspace import Workspace

NAMES: Final = ("proposal", "partner", "template", "settings", "engine", "agreegen")
"""What each digest is of: the proposal with the files that it names, the partner's part of its list, the master with
its clauses, the settings, the PDF engine with its version, and agreegen with its tables of law."""

APART: Final = ("root", "templates", "partners", "output", "format", "cache", "compression", "pdf_engine",
                "gotenberg_url", "packs", "require_approved")  # fmt: skip
"""Settings that say where things are or how fast: what they lead to has digests of its own, or changes no word."""


class Inputs:
    """The digests for the jobs of one batch; each file is read once."""

    def __init__(self, workspace: Workspace, documents: Documents = NONE, *, as_draft: bool = False) -> None:
        """Nothing read yet."""
        self._workspace = workspace
        self.format = workspace.format
        self.documents = documents
        self.engine = "" if workspace.format == "docx" or workspace.pdf_engine == AUTO else workspace.pdf_engine
        said = {f.name: getattr(workspace, f.name) for f in dataclasses.fields(workspace) if f.name not in APART}
        if workspace.require_approved and not as_draft:
            said["approvals"] = approval.fingerprint(workspace)
        self._settings = _digest({**said, "draft": as_draft, "documents": documents.record()})
        self._engines: dict[str, str] = {"": embedded()}  # Word documents show the pages that it counted
        self._agreegen = f"{__version__} {fingerprint()}"
        self._proposals: dict[pathlib.Path, str] = {}
        self._common: dict[pathlib.Path, dict[str, str]] = {}
        self._tables: dict[pathlib.Path, str] = {}
        self._templates: dict[str, Template | None] = {}
        self._prints: dict[str, str] = {}
        self._asked: tuple[object, ...] = ()
        self._common_of: tuple[str, ...] = ()  # the digests that jobs asked for alike share
        self._clauses: dict[str, Mapping[str, str]] = {}
        self._reasons: dict[tuple[str, ...], Mapping[str, str]] = {}

    def of(self, job: Job, variant: str, engine: str, template: str = "") -> Row:
        """The digests for a job, whose agreement is of this variant, and drawn by this engine if it is drawn at all.

        `template` is what the agreement was made from, where that is known from itself.
        """
        asked = (job.proposal, variant, engine, template)
        if self._asked != asked:
            self._asked = asked
            self._common_of = (self.proposal(job.proposal), template or self._printed(variant), self._settings,
                               self._engine(engine), self._agreegen)  # fmt: skip
        proposal, *others = self._common_of
        return Row(NAMES, (proposal, self._partner(job), *others))

    def take(self, jobs: Iterable[Job]) -> None:
        """Takes the digests of the files that jobs are made from, before these are read to make them."""
        for job in jobs:
            if job.proposal not in self._proposals:
                self.proposal(job.proposal)
            for table in tables_of(job):
                self._table(table)

    def changed(self) -> tuple[pathlib.Path, ...]:
        """The files that aren't any more what they were when their digests were taken: tables that partners' overrides
        name, and proposals, also where a file that they name isn't.
        """
        proposals = [path for path, known in self._proposals.items() if _proposal(path, self._workspace)[0] != known]
        return (*proposals, *(path for path, known in self._tables.items() if _content(path) != known))

    def proposal(self, path: pathlib.Path) -> str:
        """The digest of a proposal, with its tables and the records of the parties that it names."""
        if path not in self._proposals:
            self._proposals[path], self._common[path] = _proposal(path, self._workspace)
        return self._proposals[path]

    def _partner(self, job: Job) -> str:
        """The digest of a partner's part of its list, with the tables that its overrides name."""
        tables = tables_of(job)
        return _digest([job.partner.digest, *map(self._table, tables)]) if tables else job.partner.digest

    def _table(self, path: pathlib.Path) -> str:
        """The digest of a table."""
        if path not in self._tables:
            self._tables[path] = _content(path)
        return self._tables[path]

    def _printed(self, variant: str) -> str:
        """The template of the variant as agreements print it: its digest and its version."""
        if variant not in self._prints:
            template = self._template(variant)
            try:
                edition = f" {generate.edition(variant, self._workspace)}" if template else ""
            except AgreegenError:
                edition = ""
            self._prints[variant] = f"{template.sha256}{edition}" if template else ""
        return self._prints[variant]

    def common(self, path: pathlib.Path) -> Mapping[str, str]:
        """The fields of a proposal as it gives them, and the digests of the files that it names."""
        found = self._common.get(path)
        if found is None:
            self.proposal(path)
            found = self._common[path]
        return found

    def clauses(self, variant: str) -> Mapping[str, str]:
        """The digest of each Word file that the variant is put together from."""
        template = self._template(variant)
        if variant not in self._clauses:
            self._clauses[variant] = {file.name: file.sha256 for file in template.files} if template else {}
        return self._clauses[variant]

    def reasons(self, ids: tuple[str, ...]) -> Mapping[str, str]:
        """Why each of these exhibits is on, in words."""
        if ids not in self._reasons:
            self._reasons[ids] = {e.id: e.switched for e in exhibits() if e.id in ids}
        return self._reasons[ids]

    def _engine(self, name: str) -> str:
        """The engine with its version."""
        if name not in self._engines:
            from agreegen.pdf.choice import detail  # noqa: PLC0415 (Word documents need no engine)

            self._engines[name] = detail(Wanted(name, self._workspace.gotenberg_url))
        return self._engines[name]

    def _template(self, variant: str) -> Template | None:
        """The template of the variant; None if it can't be opened, which whoever makes the agreement will say."""
        if variant not in self._templates:
            try:
                self._templates[variant] = generate.opened_template(variant, self._workspace) if variant else None
            except AgreegenError:
                self._templates[variant] = None
        return self._templates[variant]


def tables_of(job: Job) -> tuple[pathlib.Path, ...]:
    """The tables that a partner's overrides name."""
    if not job.partner.overrides:
        return ()
    data = job.partner.overrides.get("data")
    named = data.get("elements") if isinstance(data, dict) else None
    items = named if isinstance(named, list) else [named]
    tables = (item for item in items if isinstance(item, str) and item.lower().endswith(".csv"))
    return tuple(job.proposal.parent / table for table in tables)


def _proposal(path: pathlib.Path, workspace: Workspace) -> tuple[str, dict[str, str]]:
    """The digest of a proposal with the files that it names, and its fields with the digests of those files."""
    source = read_proposal(path, generate.partners_of(path, workspace)).source
    files = sorted({path.as_posix(), *(place.file for place in source.places.values())})
    digests = {_named(pathlib.Path(file), path): _content(pathlib.Path(file)) for file in files}
    others = {f"file {name}": said for name, said in digests.items() if name != path.name}
    return _digest(digests), {**flat(with_keys(source.data) or {}), **others}


def _named(file: pathlib.Path, proposal: pathlib.Path) -> str:
    """What a file is called, wherever the command runs: by its place below the proposal's folder, else by its name."""
    try:
        return file.resolve().relative_to(proposal.resolve().parent).as_posix()
    except ValueError:
        return file.name


def _content(file: pathlib.Path) -> str:
    """The digest of a file; nothing if it can't be read, which whoever makes the agreement will say."""
    try:
        return digest(file.read_bytes())
    except OSError:
        return ""


def _digest(said: Any) -> str:
    """The SHA-256 of plain values, whatever the order of keys."""
    text = json.dumps(said, sort_keys=True, default=str, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()

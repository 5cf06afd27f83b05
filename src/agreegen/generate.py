"""The steps in order, for one agreement: read, check, open, render, convert, package."""

from __future__ import annotations

import pathlib
import re
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from agreegen import __version__, approval, rules
from agreegen import pdf as engines
from agreegen.agreement import Agreement, Identity, agreement_of, standing_of
from agreegen.errors import FindingsError, UsageError
from agreegen.finding import Finding, has_errors
from agreegen.package import Output, file_name
from agreegen.packs import named as named_template
from agreegen.packs import opening
from agreegen.packs.opening import edition, opened_template
from agreegen.pdf import PdfResult, Wanted
from agreegen.pdf.attached import NONE, Documents, enclosures, not_in_word, with_texts
from agreegen.pdf.contents import quick_contents, with_contents
from agreegen.placing import UNFINISHED, located, softened, unfit_settings
from agreegen.reading import Reading, read_partners, read_proposal
from agreegen.render import render
from agreegen.rules import Case, result
from agreegen.rules.attachments import unnamed
from agreegen.source import described, gathered, within_docx

if TYPE_CHECKING:
    from collections.abc import Callable

    from agreegen.pdf.attachments import Attachment
    from agreegen.reading import Partners
    from agreegen.source import Source
    from agreegen.template import Template
    from agreegen.workspace import Workspace

__all__ = [
    "DEMO", "UNFINISHED", "Opened", "Result", "check", "document", "edition", "engine_of", "finishing", "generate",
    "located", "marked", "named", "opened_proposal", "opened_template", "partners_of", "printing", "refused",
    "rendered", "softened", "sourced", "unfit_settings",
]  # fmt: skip

DEMO = "county-coverage.yaml"
"""The proposal of `agreegen demo`."""


@dataclass(frozen=True, slots=True)
class Result:
    """What `generate` wrote: the files, the engine that drew the PDF, and findings that didn't stop it."""

    files: tuple[pathlib.Path, ...]
    findings: tuple[Finding, ...]
    variant: str
    engine: str = ""
    documents: Documents = NONE

    def drawn_by(self, path: pathlib.Path) -> str:
        """` (drawn by: embedded)` after a PDF: the engine that ran, and the documents that are with it."""
        if path.suffix != ".pdf" or not self.engine:
            return ""
        named = ", ".join(d.title for d in self.documents.all)
        return f"  (drawn by: {self.engine}{f'; with: {named}' if named else ''})"


@dataclass(frozen=True, slots=True)
class Opened:
    """A proposal that was read and checked, and the template of its variant; findings say what is wrong with them."""

    reading: Reading
    findings: tuple[Finding, ...]
    agreement: Agreement | None = None
    template: Template | None = None


def generate(
    path: pathlib.Path,
    workspace: Workspace,
    *,
    partner: str | None = None,
    as_draft: bool = False,
    force: bool = False,
    documents: Documents = NONE,
) -> Result:
    """The complete agreement of a proposal, written to the workspace's output folder; nothing on an error.

    `documents` are PDFs of others that go with its PDF.
    FindingsError if the proposal, its parties, the template or a document have error-level findings.
    """
    if workspace.pdf_engine not in engines.NAMES:
        raise UsageError(f"no PDF engine is called '{workspace.pdf_engine}'", f"choose {', '.join(engines.NAMES)}")
    if workspace.format != "docx":
        _warm(workspace.pdf_engine, reads=workspace.source)
    opened = opened_proposal(path, workspace, partner=partner, as_draft=as_draft)
    if wrong := refused(documents, workspace):
        raise FindingsError((*opened.findings, *wrong))
    docx, proof = rendered(opened, workspace, as_draft=as_draft)
    source = sourced(path, opened, workspace, partner, as_draft=as_draft, documents=documents)
    if workspace.format == "docx":
        proof()
    try:
        docx, pdf = printing(docx, workspace, source, documents, meanwhile=proof)
    finally:
        findings = (*opened.findings, *proof())  # what is wrong with the document goes before what an engine says
    findings = (*findings, *pdf.findings, *not_in_word(documents, workspace.format))
    findings = (*findings, *_unnamed(opened, documents if pdf.pdf else NONE))
    if has_errors(findings):
        raise FindingsError(findings)
    name = named(path, partner, as_draft=as_draft, mark=workspace.mark)
    files = {f"{name}.docx": docx, f"{name}.pdf": pdf.pdf}
    wanted = {n: data for n, data in files.items() if workspace.format in ("both", n.rsplit(".", 1)[1])}
    written = Output.open(workspace.output, force=force).write(wanted, path, partner)
    variant = opened.agreement.variant if opened.agreement else ""
    return Result(tuple(written), findings, variant, pdf.engine, documents if pdf.pdf else NONE)


def _unnamed(opened: Opened, documents: Documents) -> tuple[Finding, ...]:
    """What is to be said about documents behind an agreement whose proposal doesn't name them."""
    proposal = opened.reading.proposal
    named = [(a.label, a.file or "") for a in proposal.attachments] if proposal else []
    return unnamed([(d.title, d.file) for d in documents.behind], named, opened.reading.source.file)


def refused(documents: Documents, workspace: Workspace) -> tuple[Finding, ...]:
    """What is wrong with documents that are to stand behind PDFs; none if they can."""
    if not documents.behind or workspace.format == "docx":
        return ()
    from agreegen.pdf import appended  # noqa: PLC0415 (only for documents of others)

    found = appended.examined(documents.behind)
    return found if has_errors(found) else ()


def _warm(engine: str, *, reads: bool) -> None:
    """Starts the child that will draw, if one will, so that it is ready when the document is; whether it reads too."""
    from agreegen.pdf.worker import WORKERS  # noqa: PLC0415 (only for PDFs)

    if engine in (engines.AUTO, "embedded"):
        WORKERS.warm(reads=reads)


def _ready() -> None:
    """Loads what finishes a PDF, while it is being drawn."""
    from agreegen.pdf import finish  # noqa: F401, PLC0415 (only for PDFs)


def check(path: pathlib.Path, workspace: Workspace, *, partner: str | None = None) -> tuple[Finding, ...]:
    """Every finding about a proposal, its parties, its template and the document that they make; nothing is written."""
    opened = opened_proposal(path, workspace, partner=partner)
    if opened.agreement is None or opened.template is None or has_errors(opened.findings):
        return opened.findings
    try:
        return document(opened, workspace)[1]
    except FindingsError as error:
        return error.findings


def opened_proposal(
    path: pathlib.Path,
    workspace: Workspace,
    *,
    partner: str | None = None,
    as_draft: bool = False,
    partners: Partners | None = None,
) -> Opened:
    """The proposal read, checked by every rule, with its agreement and its template where both could be made.

    `partners`: the records that it may name, if they have been read.
    """
    partners = partners or partners_of(path, workspace)
    reading = read_proposal(path, partners, partner)
    findings = [*partners.findings, *reading.findings]
    if reading.proposal is None:
        return Opened(reading, (*findings, *opening.foreseen(reading, workspace)))
    proposal, pack, wrong = opening.chosen(reading.proposal, reading.source, workspace)
    if wrong:
        return Opened(reading, (*findings, *wrong))
    if workspace.terms:
        proposal = proposal.model_copy(update={"terms": {**workspace.terms, **proposal.terms}})
    known = standing_of(proposal)
    if known.variant or pack:
        pack = pack or named_template(known.variant, workspace)
        proposal, wrong = opening.with_extra(proposal, reading.source, pack, as_draft=as_draft)
        findings += wrong
    case = Case.of(proposal, reading.source, known)
    findings += unfit_settings(reading.source, known)
    findings += opening.asked(rules.check(case), pack)
    if as_draft:
        findings = [softened(f) for f in findings]
    if has_errors(findings):
        return Opened(reading, tuple(findings))
    assert pack is not None
    template = opened_template(pack.name, workspace)
    findings += template.findings
    findings += approval.refusals(pack.name, template, workspace, proposal.dates.start, as_draft=as_draft)
    if has_errors(findings):
        return Opened(reading, tuple(findings))
    identity = Identity(pack.name, edition(pack.name, workspace), template.sha256, f"agreegen {__version__}")
    agreement, wrong = opening.completed(agreement_of(proposal, identity, known), pack)
    findings += wrong
    if as_draft:
        from agreegen import draft  # noqa: PLC0415 (only for drafts)

        agreement = replace(agreement, context=draft.completed(agreement, case))
    return Opened(reading, tuple(findings), agreement, template)


def partners_of(path: pathlib.Path, workspace: Workspace) -> Partners:
    """The records that a proposal may name: of the workspace, else of the folder `partners` beside the examples."""
    partners = read_partners(workspace.partners)
    if path.parent.name == "proposals" and not partners.sources:
        return read_partners(path.parent / "partners")
    return partners


def document(opened: Opened, workspace: Workspace, *, as_draft: bool = False) -> tuple[bytes, tuple[Finding, ...]]:
    """The Word document of an opened proposal, with findings; FindingsError if there is none."""
    docx, proof = rendered(opened, workspace, as_draft=as_draft)
    return docx, (*opened.findings, *proof())


def rendered(
    opened: Opened, workspace: Workspace, *, as_draft: bool = False
) -> tuple[bytes, Callable[[], tuple[Finding, ...]]]:
    """The Word document of an opened proposal, not to be used before its proof has been asked for.

    The proof gives findings about the document, computed once; FindingsError if it isn't what it has to be.
    """
    template, agreement = opened.template, opened.agreement
    if agreement is None or template is None or has_errors(opened.findings):
        raise FindingsError(opened.findings)
    try:
        docx = render(template, agreement.context, compression=workspace.compression)
    except FindingsError as error:
        raise FindingsError((*opened.findings, *located(error.findings, opened.reading))) from None

    @cache
    def proof() -> tuple[Finding, ...]:
        wrong = tuple(result.check(docx, template.name, result.literals(template, agreement.context)))
        if has_errors(wrong):
            raise FindingsError((*opened.findings, *wrong))
        return wrong

    if as_draft or workspace.watermark or workspace.esign:
        proof()
        return marked(docx, workspace, as_draft=as_draft), proof
    return docx, proof


def marked(docx: bytes, workspace: Workspace, *, as_draft: bool) -> bytes:
    """The document with what a draft shows, its watermark, and the anchors of a signature service."""
    from agreegen import draft, marks  # noqa: PLC0415 (most documents have none of them)

    docx = draft.marked(docx) if as_draft else docx
    if across := marks.worded(workspace.watermark, as_draft=as_draft):
        docx = marks.watermarked(docx, across)
    return marks.anchored(docx, workspace.esign) if workspace.esign else docx


def sourced(
    path: pathlib.Path,
    opened: Opened,
    workspace: Workspace,
    partner: str | None,
    *,
    as_draft: bool,
    listed: tuple[frozenset[str], bytes] | None = None,
    documents: Documents = NONE,
) -> Source | None:
    """What the agreement is made from, to be kept inside of it; None if the settings leave it out.

    `listed`: the files that the partner comes from, and the partner's part of them.
    """
    if not workspace.source or opened.agreement is None or opened.template is None:
        return None
    said = opened.agreement.context["document"]
    source = gathered(path, opened.reading, opened.template, variant=said["template"],
                      version=said["template_version"], partner=partner, as_draft=as_draft, terms=workspace.terms,
                      listed=listed)  # fmt: skip
    return replace(source, settings={**source.settings, "documents": documents.record()}) if documents.all else source


def printing(
    docx: bytes,
    workspace: Workspace,
    source: Source | None = None,
    documents: Documents = NONE,
    *,
    meanwhile: Callable[[], object] = tuple,
) -> tuple[bytes, PdfResult]:
    """The document with its contents filled and its source inside, and its PDF (none if only DOCX is asked for).

    `meanwhile` may be done while the PDF is being drawn.
    """
    if workspace.format == "docx":
        filled = quick_contents(docx, workspace.cache)
        return (within_docx(filled, source) if source else filled), PdfResult(b"", "")
    hasty = workspace.format == "pdf"

    def beside() -> None:
        meanwhile()
        _ready()

    made = with_contents(docx, engine_of(workspace), folder=workspace.cache, stored=hasty, meanwhile=beside)
    pdf = finishing(made.drawn, made.pdf, workspace, source, documents)
    # what our tags can't hold, others may
    redrawn = made.pdf.pdf and not pdf.pdf and pdf.engine == engines.EMBEDDED.name
    if redrawn and workspace.pdf_engine == engines.AUTO and not engines.LIBREOFFICE.unavailable():
        filled, other = printing(docx, replace(workspace, pdf_engine=engines.LIBREOFFICE.name), source, documents)
        return filled, replace(other, findings=(*other.findings, *engines.instead(pdf.findings)))
    return within_docx(made.docx, source) if source and workspace.format != "pdf" else made.docx, pdf


def engine_of(workspace: Workspace) -> Wanted:
    """The engine that the settings ask for; a plain PDF needs no structure."""
    return Wanted(workspace.pdf_engine, workspace.gotenberg_url, tagged=workspace.pdf_profile != "plain")


def finishing(
    docx: bytes, drawn: PdfResult, workspace: Workspace, source: Source | None, documents: Documents = NONE
) -> PdfResult:
    """The PDF as the settings want it: profile, fields, source, documents; none with an error-level finding."""
    from agreegen.pdf.drawn import ahead  # noqa: PLC0415 (only for PDFs)
    from agreegen.pdf.finish import Finish, finished  # noqa: PLC0415 (as above)
    from agreegen.source import attachments_of  # noqa: PLC0415 (as above)

    if not drawn.pdf:
        return drawn
    texts = ahead(drawn.pdf) if source else list

    def attached() -> tuple[Attachment, ...]:
        read = with_texts(drawn.pdf, texts(), documents) if source and documents.behind else texts()
        own = attachments_of(source, drawn.pdf, read) if source else ()
        return (*own, *enclosures(documents.inside, [a.name for a in own]))

    said = described(source) if source else {}
    finish = Finish(workspace.pdf_profile, (), workspace.signature_fields, said, documents.behind, attached)
    pdf, found = finished(docx, drawn.pdf, drawn.engine, finish)
    return replace(drawn, pdf=b"" if has_errors(found) else pdf, findings=(*drawn.findings, *found))


def named(path: pathlib.Path, partner: str | None, *, as_draft: bool, mark: str = "") -> str:
    """The files' name without ending: the proposal's, the partner's, DRAFT, and what else sets these files apart."""
    who = re.sub(r"\.ya?ml$", "", pathlib.PurePath(partner).name) if partner else ""
    name = file_name("-".join(part for part in (path.stem, who) if part))
    return "-".join(part for part in (name, "DRAFT" if as_draft else "", mark) if part)

"""The agreements of a series, each as the whole way makes it, most of them from a plate."""

from __future__ import annotations

import contextlib
import ctypes
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from agreegen.errors import EngineError
from agreegen.finding import has_errors
from agreegen.generate import document, engine_of, finishing, marked, printing, rendered
from agreegen.pdf import AUTO, EMBEDDED, PdfResult
from agreegen.pdf.attached import NONE
from agreegen.pdf.completeness import forget
from agreegen.pdf.contents import quick_contents
from agreegen.pdf.counted import Ledger, embedded
from agreegen.plate.abreast import abreast
from agreegen.plate.another import another
from agreegen.plate.asking import Data
from agreegen.plate.cast import UnfitError
from agreegen.plate.impression import impression, prove
from agreegen.plate.plate import Proof, made
from agreegen.plate.shape import Laid, Shape, constants, differing, laid, plain_places
from agreegen.plate.shelf import Kept, Shelf
from agreegen.render import packed
from agreegen.source import within_docx
from agreegen.template.filling import joined

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from agreegen.agreement import Agreement
    from agreegen.finding import Finding
    from agreegen.generate import Opened
    from agreegen.pdf.attached import Documents
    from agreegen.plate.abreast import Steps
    from agreegen.plate.plate import Paged
    from agreegen.source import Source
    from agreegen.template import Template
    from agreegen.workspace import Workspace

_SHAPES: Final = 32
_PUT_BY: Final = 32
"""Documents after which plates are put on the shelf the first time; then after twice as many each time."""
_UNDRAWN: Final = 3
"""Agreements of a shape whose PDFs can't be made from its plate, before no more are tried."""
_NO_PDF: Final = PdfResult(b"", "")


@dataclass(frozen=True, slots=True)
class Pressed:
    """A Word document (none if only the PDF is asked for), its findings, whether it is from a plate; the PDF."""

    docx: bytes
    findings: tuple[Finding, ...]
    plate: bool
    pdf: PdfResult = _NO_PDF


class Found(NamedTuple):
    """An agreement for which there is a plate: its values there, and its source."""

    kept: Kept
    values: tuple[str, ...]
    opened: Opened
    said: Source | None


class Press:
    """Makes the Word documents and PDFs of agreements with many partners; its memory is bounded."""

    def __init__(self, workspace: Workspace, documents: Documents = NONE) -> None:
        """Nothing set yet; `documents` of others go with each PDF."""
        self._partner = ""
        self._asked = workspace
        self._documents = documents
        self._workspace = replace(workspace, format="docx")
        self._drawing = bool(embedded()) and (not self._draws or workspace.pdf_engine in (AUTO, EMBEDDED.name))
        self._kept: list[Kept] = []  # the last one used comes last
        self._shelf = Shelf.open(self._workspace)
        self.pressed = 0  # documents that had a plate
        self.whole = 0  # documents that went the whole way
        self.counted = 0  # documents whose pages were counted for a plate
        self.unfit = 0  # plates that don't make what the whole way makes
        self.lost = 0  # shapes whose values can't be told but by running the template

    @property
    def _draws(self) -> bool:
        """Whether PDFs are asked for."""
        return self._asked.format != "docx"

    def made(
        self, opened: Opened, source: Callable[[], Source | None], *, partner: str = "", as_draft: bool = False
    ) -> Pressed:
        """The Word document with contents and source, and the PDF, as `generate.rendered` and `printing` make them.

        `partner` is the id of the party that the next partners will stand in for. FindingsError as theirs.
        """
        ((made, _),) = abreast([self.steps(opened, source, partner=partner, as_draft=as_draft)])
        return made

    def begin(
        self, opened: Opened, source: Callable[[], Source | None], *, partner: str = "", as_draft: bool = False
    ) -> None:
        """Has the plate of an agreement ready, and puts it on the shelf, for the workers beside; as `made` otherwise.

        Its pages are drawn, so that of others only those must be drawn that are unlike them.
        """
        self._partner = partner
        begun = self._beginning(opened, source, as_draft=as_draft)
        plate = self._kept[-1].plate if self._kept else None
        if isinstance(begun, Pressed) and plate is not None and not self._draws:
            plate.survey()
        self.keep()

    def steps(
        self, opened: Opened, source: Callable[[], Source | None], *, partner: str = "", as_draft: bool = False
    ) -> Steps[Pressed]:
        """As `made`, step by step."""
        self._partner = partner
        begun = self._beginning(opened, source, as_draft=as_draft)
        if isinstance(begun, Pressed):
            return begun
        yield
        return (yield from self._pressed(begun))

    def _beginning(self, opened: Opened, source: Callable[[], Source | None], *, as_draft: bool) -> Pressed | Found:
        """The plate of an agreement, and its values; the agreement itself where it has none."""
        if opened.agreement is None or opened.template is None or not self._may_press(opened):
            return self._whole(opened, source, as_draft=as_draft)
        said = source()
        fitting = [k for k in self._kept if k.fits(opened.template, said is not None, as_draft)]
        for kept in reversed(fitting):
            if kept.plate and (values := kept.routes.values(opened.agreement.context)) is not None:
                return Found(self._last(kept), values, opened, said)
        one = self._laid(opened.template, opened.agreement.context)
        for kept in reversed(fitting) if one else ():
            if kept.plate and one and (values := kept.plate.shape.values(one)) is not None:
                self._find_way(kept, one, opened.agreement)
                return Found(self._last(kept), values, opened, said)
        if one is None or any(differing(k.base, one, constants(k.template)) is not None for k in fitting):
            return self._whole(opened, lambda: said, as_draft=as_draft)  # its shape can't be made from a plate
        text = opened.reading.source.text
        name = self._shelf.name(opened.template, one, text, told=said is not None, as_draft=as_draft)
        return self._begun(Kept(opened.template, as_draft, said is not None, one, name), opened, said)

    def _begun(self, kept: Kept, opened: Opened, said: Source | None) -> Pressed | Found:
        """The first document of a shape, for which there may be a plate on the shelf."""
        agreement, one = opened.agreement, kept.base
        assert agreement is not None
        if (plate := self._shelf.find(kept.name)) and (values := plate.shape.values(one)) is not None:
            kept.base, kept.plate, kept.shelved = plate.shape.base, plate, plate.learned
            self._find_way(kept, one, agreement)
            return Found(self._add(kept), values, opened, said)
        found = self._whole(opened, lambda: said, as_draft=kept.as_draft)
        self._learn(self._add(kept), agreement, found, len(opened.findings), said)
        if kept.plate is None or not self._keeps_docx or (paged := kept.plate.found(kept.plate.base)) is None:
            return found
        return replace(found, docx=kept.plate.docx(paged, kept.plate.base, said))

    @property
    def _keeps_docx(self) -> bool:
        """Whether Word documents are asked for."""
        return self._asked.format != "pdf"

    def keep(self) -> None:
        """Puts the plates on the shelf that have learned something since they were put there."""
        for kept in self._kept:
            if kept.plate is not None and kept.plate.learned != kept.shelved:
                self._shelf.keep(kept.name, kept.plate)
                kept.shelved = kept.plate.learned
        _give_back()

    def _pressed(self, found: Found) -> Steps[Pressed]:
        """The document from a plate; the whole way if its pages can't be told."""
        kept, values, opened, said = found
        self.pressed += 1
        if self.pressed >= _PUT_BY and not self.pressed & (self.pressed - 1):
            self.keep()
        if self._draws:
            drawn = self._printed(kept, values, opened, said) if kept.undrawn < _UNDRAWN else None
            return drawn or self._whole(opened, lambda: said, as_draft=kept.as_draft)
        paged, plate = self._paged(kept, values), kept.plate
        yield
        if paged is None or plate is None or kept.plate is not plate:
            return self._whole(opened, lambda: said, as_draft=kept.as_draft)
        return Pressed(plate.docx(paged, values, said), (*opened.findings, *plate.findings), plate=True)

    def _printed(self, kept: Kept, values: tuple[str, ...], opened: Opened, said: Source | None) -> Pressed | None:
        """The PDF from a plate, drawn once, and the document; None if the whole way must make or refuse them."""
        plate, asked = kept.plate, self._asked
        assert plate is not None
        try:
            drawn = impression(plate, values, kept.shown, tagged=engine_of(asked).tagged)
        except UnfitError:
            self._end(kept)
            return None
        except EngineError:
            if asked.pdf_engine != AUTO:
                raise
            return None  # another engine may draw it
        pdf = finishing(drawn.docx, drawn.pdf, asked, said, self._documents) if drawn else _NO_PDF
        if drawn is None or not pdf.pdf:
            kept.undrawn += 1
            return None
        kept.shown = drawn.pages
        docx = plate.docx(drawn.paged, values, said) if self._keeps_docx else b""
        return Pressed(docx, (*opened.findings, *plate.findings), plate=True, pdf=pdf)

    def _may_press(self, opened: Opened) -> bool:
        """Whether an agreement may come from a plate."""
        template = opened.template
        if template is None or has_errors(opened.findings) or has_errors(template.findings):
            return False
        return self._drawing and not template.fallback and not self._workspace.esign

    def _laid(self, template: Template, context: Mapping[str, Any]) -> Laid | None:
        """The pieces of an agreement."""
        try:
            return laid(template, context)
        except Exception:  # the whole way meets it again, and tells it with its place
            return None

    def _find_way(self, kept: Kept, one: Laid, agreement: Agreement) -> None:
        """Learns how values of a plate follow from an agreement's data."""
        if kept.plate is None or not kept.routes.patience:
            return
        try:
            other = another(agreement, self._partner)
        except Exception:  # a partner who was made up costs nobody a document
            other = {}
        kept.routes.learn(kept.template, kept.plate.shape, one, Data(agreement.context, other))
        self.lost += not kept.routes.known

    def _whole(self, opened: Opened, source: Callable[[], Source | None], *, as_draft: bool) -> Pressed:
        if self._draws:
            return self._whole_pdf(opened, source, as_draft=as_draft)
        docx, findings = document(opened, self._workspace, as_draft=as_draft)
        docx, _ = printing(docx, self._workspace, source())
        self.whole += 1
        return Pressed(docx, findings, plate=False)

    def _whole_pdf(self, opened: Opened, source: Callable[[], Source | None], *, as_draft: bool) -> Pressed:
        docx, proof = rendered(opened, self._asked, as_draft=as_draft)
        docx, pdf = printing(docx, self._asked, source(), self._documents, meanwhile=proof)
        self.whole += 1
        return Pressed(docx, (*opened.findings, *proof()), plate=False, pdf=pdf)

    def _add(self, kept: Kept) -> Kept:
        self._kept = [*self._kept[-_SHAPES + 1 :], kept]
        return kept

    def _last(self, kept: Kept) -> Kept:
        """What is kept, as the last one that was used."""
        self._kept.remove(kept)
        self._kept.append(kept)
        return kept

    def _learn(self, kept: Kept, agreement: Agreement, found: Pressed, before: int, source: Source | None) -> None:
        """Makes the plate of a shape, proven on the agreement that was just made."""
        slots = plain_places(kept.base, constants(kept.template))
        if not slots or (self._draws and not (found.pdf.pdf and found.pdf.engine == EMBEDDED.name)):
            return
        shape = Shape.of(kept.base, sorted(slots), constants(kept.template), self._apart(kept, slots, agreement))
        values = shape.values(kept.base)
        try:
            if values is None:
                raise UnfitError("a value isn't plain")
            docx = within_docx(found.docx, source) if source and not self._keeps_docx else found.docx
            proof = Proof(values, docx, source, found.findings[before:])
            plate = made(shape, proof, lambda v: self._dressed(kept, shape, v), self._workspace.cache)
            if self._draws:
                kept.shown = prove(plate, proof)
            elif plate.numbered and not self._is_ours(self._dressed(kept, shape, values)):
                raise UnfitError("another engine drew it")
            kept.plate = plate
        except UnfitError:
            self.unfit += 1
            return
        self._find_way(kept, kept.base, agreement)

    def _apart(self, kept: Kept, slots: frozenset[int], agreement: Agreement) -> frozenset[int]:
        """Those of the slots where another partner has another value; all if that can't be told."""
        try:
            other = laid(kept.template, another(agreement, self._partner))
        except Exception:  # a partner who was made up costs nobody a document
            return slots
        if other.counts != kept.base.counts:
            return slots
        return frozenset(i for i in slots if kept.base.pieces[i] != other.pieces[i])

    def _dressed(self, kept: Kept, shape: Shape, values: Sequence[str]) -> bytes:
        """The document with values, up to where its contents are filled."""
        docx = packed(kept.template, joined(kept.template, shape.put(values)), compression=self._workspace.compression)
        return marked(docx, self._workspace, as_draft=kept.as_draft)

    def _paged(self, kept: Kept, values: tuple[str, ...]) -> Paged | None:
        """The plate with the page numbers of an agreement; drawn if none before had lines like it."""
        plate = kept.plate
        assert plate is not None
        try:
            if found := plate.found(values):
                return found
            self.counted += 1
            found = plate.study(values)
            forget()
            if found:
                return found
            dressed = self._dressed(kept, plate.shape, values)
            docx = quick_contents(dressed, self._workspace.cache)
            return plate.learn(values, plate.pages(docx, values)) if self._is_ours(dressed) else None
        except UnfitError:
            self._end(kept)
            return None

    def _end(self, kept: Kept) -> None:
        """Ends a plate: what was certain isn't, so never again."""
        if kept.plate is not None:
            kept.plate.work.studies.forget()
        self._shelf.drop(kept.name)
        kept.plate = None
        self.unfit += 1

    def _is_ours(self, docx: bytes) -> bool:
        """Whether the embedded engine counted the pages of a document: another one breaks lines in its own way."""
        return Ledger.open(self._workspace.cache, embedded()).find(docx) is not None


def _give_back() -> None:
    """Forgets the last drawing and gives its memory back, which the C library (glibc) would keep: a worker is to stay
    at its size.
    """
    forget()
    with contextlib.suppress(AttributeError, OSError, TypeError):  # another library
        ctypes.CDLL(None).malloc_trim(0)

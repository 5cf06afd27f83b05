"""The embedded engine: dxpdf with our own fonts, from a flattened copy of the document."""

from __future__ import annotations

import contextlib
import importlib.metadata
import importlib.util
import platform
import threading
import time
from typing import TYPE_CHECKING, Final

from agreegen.errors import AgreegenError, EngineError
from agreegen.finding import Finding, Location, Severity, has_errors
from agreegen.pdf import boxes, contrast, fonts, glue, holders, kept, labels, measures, pagination, streams
from agreegen.pdf.displayed import Displayed
from agreegen.pdf.entries import Entries
from agreegen.pdf.flatten import flatten, settle_defaults
from agreegen.pdf.limits import Limit, limits, place, said_of_any
from agreegen.pdf.parts import Parts, W, properties
from agreegen.pdf.renumbering import Numbers
from agreegen.pdf.shifted import renumbered
from agreegen.pdf.struck import Struck
from agreegen.pdf.styles import Styles
from agreegen.pdf.wanted import know, wanted
from agreegen.pdf.worker import WORKERS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from lxml import etree

    from agreegen.pdf.completeness import Followed
    from agreegen.pdf.expected import Expected
    from agreegen.pdf.worker import Drawing

VERSION: Final = "0.8.1"
_TEXT, _CODES, _COUNTING = W + "t", (W + "instrText", W + "fldSimple"), ("PAGE", "NUMPAGES")
_PASSES: Final = 32  # drawings, one for each heading that must go to the next page


class Embedded:
    """Nothing to install but the package; the same bytes on every machine."""

    name: Final = "embedded"

    def __init__(self) -> None:
        """Nothing examined yet."""
        self._last = threading.local()
        self._found = False  # the package: it doesn't go away

    @contextlib.contextmanager
    def remembering(self, meanwhile: Callable[[], object] | None = None, *, tagged: bool = False) -> Iterator[None]:
        """Within, headings sent to the next page are sent at once in documents of as many paragraphs.

        For drawing a document again that differs in page numbers only: the copy of the first is used again.
        `meanwhile` is done once, while the first is drawn. `tagged`: what is drawn will get tags, and is read for them.
        """
        self._last.sent, self._last.copy, self._last.meanwhile, self._last.tagged = (), None, meanwhile, tagged
        try:
            yield
        finally:
            del self._last.sent, self._last.copy, self._last.meanwhile, self._last.tagged

    @property
    def without_numbers(self) -> bool:
        """Whether the last drawing within `remembering` is the same whatever the numbers in the contents."""
        copy: Copy | None = getattr(self._last, "copy", None)
        return copy is not None and not copy.entries.spelled_out

    def unavailable(self) -> str:
        """Why it can't be used on this machine, "" if it can."""
        self._found = self._found or importlib.util.find_spec("dxpdf") is not None
        if not self._found:
            return f"the package dxpdf is not installed (there is none for {platform.system()} {platform.machine()})"
        return ""

    def install(self) -> str:
        """What to do on this machine to get it."""
        return f"run `pip install dxpdf=={VERSION}`"

    def detail(self) -> str:
        """Its version and fonts."""
        return f"dxpdf {importlib.metadata.version('dxpdf')} with {', '.join(fonts.FAMILIES)}"

    def examine(self, docx: bytes) -> tuple[Finding, ...]:
        """What it can't draw (D101, errors) or draws otherwise (D102, D103, warnings).

        What it can draw as far as is known at once, it begins to draw, for `convert`.
        """
        copy: Copy | None = getattr(self._last, "copy", None)
        if copy is None or not copy.renumber(docx):
            copy = Copy(docx, examined=True)
            if not (self.unavailable() or has_errors(copy.findings())):
                with contextlib.suppress(EngineError):  # it is met again in `convert`
                    copy.begin(getattr(self._last, "sent", ()))
            copy.refuse(docx)  # while it is drawn
            if meanwhile := getattr(self._last, "meanwhile", None):
                self._last.meanwhile = None
                meanwhile()
            if getattr(self._last, "tagged", False) and copy.is_being_drawn:
                from agreegen.pdf import tags  # noqa: PLC0415 (only for PDFs with tags)

                with contextlib.suppress(ValueError, LookupError, AgreegenError):  # who puts tags in meets it again
                    tags.prepare(docx)
        self._last.examined = (docx, copy)
        return copy.findings()

    def convert(self, docx: bytes, timeout: float = 120) -> bytes:
        """The PDF; EngineError if there is none within `timeout` seconds."""
        return self.drawn(docx, timeout)[0]

    def drawn(self, docx: bytes, timeout: float = 120) -> tuple[bytes, tuple[int, ...]]:
        """The PDF, and the paragraphs of the body that were sent to the next page; EngineError as `convert`."""
        if reason := self.unavailable():
            raise EngineError(f"the PDF engine embedded can't be used: {reason}", self.install())
        known, copy = getattr(self._last, "examined", (None, None))
        self._last.examined = (None, None)
        if copy is None or known is not docx:
            copy = Copy(docx)
        copy.send(getattr(self._last, "sent", ()))
        pdf = _drawn(copy, docx, timeout, tagged=getattr(self._last, "tagged", False))
        if hasattr(self._last, "sent"):
            self._last.sent, self._last.copy = copy.sent, copy
        return copy.struck.drawn(pdf), copy.sent


def _drawn(copy: Copy, docx: bytes, timeout: float, *, tagged: bool) -> bytes:
    """The PDF of a copy, drawn as often as what was drawn shows that something must change."""
    from agreegen.pdf.completeness import follow  # noqa: PLC0415 (it proves what was drawn: loaded meanwhile)

    until, left = time.monotonic() + timeout, timeout
    for n in range(_PASSES):
        drawing = copy.begin()
        copy.note(wanted(docx))
        pdf = copy.entries.written(drawing.pdf(left))
        left = max(until - time.monotonic(), 1)
        if pdf and tagged:  # who needs all of a page needn't read its text before
            with contextlib.suppress(EngineError):
                source = streams.Source.of(pdf)
                for _, page in source.leaves():
                    source.reading(page)
        followed = follow(docx, pdf) if pdf else None
        if pdf is None or followed is None or (_differs(followed) and not copy.entries.spelled_out):
            copy.entries.spell_out()
        elif n + 2 >= _PASSES or not copy.mend(followed):
            break
        copy.change()
    assert pdf is not None
    return pdf


def _differs(followed: Followed) -> bool:
    """Whether a PDF doesn't say what the document says."""
    return any(f.code in ("D201", "D202", "D203") for f in followed.findings)


class Copy:
    """The temporary DOCX that is drawn, and what was learned about the document in making it."""

    def __init__(self, docx: bytes, *, examined: bool = False) -> None:
        """Flattens it and puts the fonts in; `examined`: asks for its limits too."""
        self._parts = parts = Parts(docx)
        styles = Styles(parts)
        self._paragraphs = list(Displayed(parts, styles).paragraphs(parts.body))
        self._numbers = Numbers(docx, parts) if examined else None
        self._refused: tuple[Finding, ...] = ()
        flatten(parts, styles)
        framed = boxes.frame(parts)
        contrast.lighten(parts, styles)
        self.struck = Struck(parts, styles)
        self._limits = (*limits(parts, styles), *framed, *self.struck.limits) if examined else ()
        self._fonts = used_fonts(parts, styles)
        glue.glue(parts.body)
        kept.keep(self._paragraphs, styles)
        settle_defaults(parts)
        measures.round_lines(parts, styles)
        measures.make_room(parts.body, styles)
        measures.end_pages(self._paragraphs, styles)
        kept.release(self._paragraphs, styles)
        measures.ease(parts.body)
        self._fixed: tuple[list[bool], frozenset[int]] | None = None
        self._counts: list[tuple[str, etree._Element]] = []
        self.entries = Entries(parts.body)
        self._drawing: Drawing | None = None  # of the copy as it is now
        self.sent: tuple[int, ...] = ()
        self._labelled = False
        fonts.embed(parts, self._fonts)

    def renumber(self, docx: bytes) -> bool:
        """Makes it the copy of a document that differs in page numbers only; False if it must be made anew."""
        if self._numbers is None or self._labelled or self.findings():
            return False
        former = self._numbers.docx
        if not self._numbers.take(docx, self.entries):
            return False
        if not self._numbers.anew and (document := renumbered(wanted(former), self._numbers.changes)):
            know(docx, document)
        if self.entries.restore() or self._numbers.anew:
            self.change()
        return True

    def refuse(self, docx: bytes) -> None:
        """Asks what there is to say about the document whatever the engine."""
        document = wanted(docx)
        self.note(document)
        assert document.parts is not None
        self._refused = said_of_any(document.parts, document.numbered.values())

    def note(self, document: Expected) -> None:
        """Notes, once, what `mend` asks: where the document itself breaks pages, and what counts them."""
        if self._fixed is None:
            assert document.parts is not None
            assert document.shown is not None
            paragraphs = list(document.shown.paragraphs(document.parts.body))
            self._fixed = pagination.kept(paragraphs, document.shown.styles)
            self._counts = _page_counts(self._parts.body)

    def begin(self, sent: Sequence[int] = ()) -> Drawing:
        """Its drawing, begun if it isn't yet; `sent`: paragraphs to start pages at."""
        self.send(sent)
        if self._drawing is None:
            self._drawing = WORKERS.start(self.pack())
        return self._drawing

    @property
    def is_being_drawn(self) -> bool:
        """Whether there is time for something else."""
        return self._drawing is not None and self._drawing.is_going_on

    def change(self) -> None:
        """Has it drawn again: it isn't as it was."""
        self._drawing = None

    def pack(self) -> bytes:
        """The bytes to draw."""
        return self._parts.pack(stored=True)

    def findings(self) -> tuple[Finding, ...]:
        """What won't look as in Word, of a copy that was examined."""
        found = [_limited(x) for x in self._limits]
        named = ((font, where) for font, where in self._fonts.items() if where and not fonts.is_twin(font))
        return (*self._refused, *found, *(_substituted(font, where) for font, where in named))

    def mend(self, followed: Followed) -> bool:
        """Changes what the last drawing showed to be wrong; False if nothing was, or nothing can be done."""
        stale = [(t, text) for t, text in self._counted(followed) if t.text != text]
        for t, text in stale:
            t.text = text
        assert self._fixed is not None
        must, breaks = self._fixed
        over = pagination.crowded(followed, must)
        alone: tuple[int, ...] = () if over is None else (over,)
        if not followed.findings:
            alone = pagination.stranded(followed, must, breaks)
        return self.send(alone) or bool(stale) or self._write_labels(followed)

    def _write_labels(self, followed: Followed) -> bool:
        """Writes the list numbers out, once, where what was drawn isn't what the document says."""
        if self._labelled or not any(f.code in ("D201", "D203") for f in followed.findings):
            return False
        self._labelled = True
        return labels.write_labels(self._parts, Styles(self._parts))

    def _counted(self, followed: Followed) -> Iterator[tuple[etree._Element, str]]:
        """What the counting fields of the text must show."""
        for name, t in self._counts:
            place = next((p for p in t.iterancestors(W + "p") if p in self._paragraphs), None)
            if name == "NUMPAGES":
                yield t, str(followed.pages)
            elif place is not None and (i := self._paragraphs.index(place)) < len(followed.paragraphs):
                yield t, followed.numbers[followed.page_of(followed.paragraphs[i]) - 1]

    def send(self, paragraphs: Sequence[int]) -> bool:
        """Starts pages at these paragraphs of the body; True if that changed anything."""
        new = (i for i in paragraphs if i < len(self._paragraphs) and i not in self.sent)
        done = [i for i in new if pagination.send(self._paragraphs[i])]
        self.sent = (*self.sent, *done)
        if done:
            self.change()
        return bool(done)


def _limited(limit: Limit) -> Finding:
    if limit.lost:
        hint = "take it out, or use --pdf-engine libreoffice"
        message = f"the embedded PDF engine can't draw {limit.feature}"
        return Finding("D101", Severity.ERROR, limit.location, message, hint)
    message = f"the embedded PDF engine doesn't draw {limit.feature}"
    return Finding("D102", Severity.WARNING, limit.location, message, "use --pdf-engine libreoffice if it matters")


def _substituted(font: str, where: Location) -> Finding:
    message = f"the font {font} was replaced by {fonts.family(font)}: lines and pages break elsewhere than in Word"
    hint = "use Arial or Times New Roman, or --pdf-engine libreoffice on a machine that has the font"
    return Finding("D103", Severity.WARNING, where, message, hint)


def used_fonts(parts: Parts, styles: Styles) -> dict[str, Location | None]:
    """Font -> where text is first set in it, None if only empty paragraphs and list labels are."""
    found: dict[str, Location | None] = {}
    usual: dict[str, str] = {}  # font of a paragraph style
    for name, root in parts.stories():
        special = holders.around(holders.runs(root, "rFonts", "rStyle"))
        for p in root.iter(W + "p"):
            style = styles.of(p)
            if style not in usual:
                usual[style] = styles.font(None, style)
                found.setdefault(usual[style], None)
            if found[usual[style]] is not None and p not in special:
                continue
            for r in p.iter(W + "r"):
                rpr = properties(r)
                font = usual[style] if rpr is None else styles.font(rpr, style)
                if found.get(font) is None and any(t.text for t in r.iterfind(W + "t")):
                    found[font] = place(name, root, p)
    numbering = parts.tree("word/numbering.xml")
    for level in numbering.iter(W + "lvl") if numbering is not None else ():
        found.setdefault(styles.font(level.find(W + "rPr"), ""), None)
    found.pop("", None)
    return found


def _page_counts(body: etree._Element) -> list[tuple[str, etree._Element]]:
    """The cached results of PAGE and NUMPAGES fields in the text: dxpdf counts in headers and footers only."""
    found: list[tuple[str, etree._Element]] = []
    names = {e: _field(e) for e in body.iter(*_CODES)}
    if not any(name in _COUNTING for name in names.values()):
        return found
    waiting = ""
    for e in body.iter(*_CODES, _TEXT):
        if e.tag == _TEXT:
            found += [(waiting, e)] if waiting else []
            waiting = ""
        else:
            waiting = names[e] if names[e] in _COUNTING else ""
    return found


def _field(e: etree._Element) -> str:
    """The name of the field that an instruction is of."""
    instruction = (e.text if e.tag == _CODES[0] else e.get(W + "instr")) or ""
    return next(iter(instruction.split()), "").upper()

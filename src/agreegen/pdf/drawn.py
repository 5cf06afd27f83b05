"""What a PDF says, page by page, in the order in which it was drawn."""

from __future__ import annotations

import contextlib
import ctypes
import re
import threading
from typing import TYPE_CHECKING, Final

from agreegen.errors import EngineError
from agreegen.pdf import drawing
from agreegen.pdf.remembered import keep, remembered
from agreegen.pdf.streams import Source
from agreegen.pdf.worker import WORKERS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import pypdfium2

    from agreegen.pdf.streams import Drawn

_OVERLAP: Final = 0.35  # of the lower piece: superscripts and tight lines share less
LOCK: Final = threading.Lock()  # PDFium must not be entered twice

_RAISED: Final = 5  # points that signs of one line may be raised

_SAID: Final[dict[Drawn, str]] = remembered({})
"""What pages said: a document that is drawn again, and one of the same kind, have most of them in common."""

_TEXTS: Final[dict[bytes, str]] = remembered({})
"""What PDFium read on pages."""

_TEXT: Final = re.compile(rb"BT\n/(\w+) [^ ]+ Tf\n[^\n]* Tm\n((?:[^\n]*T[jJ]\n)+)ET\n")


def lines(pdf: bytes) -> list[str] | None:
    """The text of each page in one line, read fast; None if the embedded engine didn't write the PDF."""
    try:
        source, found = Source.of(pdf), []
        for _, page in source.leaves():
            fonts = source.fonts(page)
            drawn = source.drawn(page, fonts)
            text = _SAID.get(drawn)
            if text is None and (text := source.known(drawn)) is not None:
                keep(_SAID, drawn, text)
            if text is None:
                content = source.content(page)
                shown = _TEXT.findall(content)
                if len(shown) != content.count(b"BT\n"):
                    return None
                text = "".join([fonts[font][glyphs] for font, glyphs in shown])
                keep(_SAID, drawn, text)
            found.append(text)
    except (EngineError, KeyError, ValueError):
        return None
    return found


def pages(pdf: bytes) -> list[str]:
    """The text of each page."""
    with LOCK:
        document = opened(pdf)
        try:
            return [_text(document, i) for i in range(len(document))]
        finally:
            document.close()


def placed(pdf: bytes) -> list[str]:
    """The text of each page with each line from left to right, in whatever order its pieces were drawn.

    LibreOffice draws signs that a font lacks, in another font, behind the rest of their line.
    """
    with LOCK:
        document = opened(pdf)
        try:
            return [_placed(document, i) for i in range(len(document))]
        finally:
            document.close()


def ahead(pdf: bytes) -> Callable[[], list[str]]:
    """The text of each page, read beside other work, in another process: call what is returned to wait for it."""
    found: list[list[str]] = []

    def read() -> None:
        with contextlib.suppress(EngineError):  # told to who waits
            found.append(_remembered(pdf) or pages(pdf))

    reader = threading.Thread(target=read, daemon=True)
    reader.start()

    def wait() -> list[str]:
        reader.join()
        return found[0] if found else pages(pdf)

    return wait


def _remembered(pdf: bytes) -> list[str]:
    """As `pages`, where a page like each was read before; none if the embedded engine didn't write the PDF."""
    if lines(pdf) is None:
        return []
    try:
        source = Source.of(pdf)
        marks = [source.mark(number) for number, _ in source.leaves()]
    except EngineError:
        return []
    found = [_TEXTS.get(mark) for mark in marks]
    if missing := [i for i, text in enumerate(found) if text is None]:
        read = WORKERS.texts(pdf, missing)  # PDFium would wait for Python at each page
        if len(read) != len(missing):
            return []
        for i, text in zip(missing, read, strict=True):
            found[i] = text
    texts = [text for text in found if text is not None]
    for mark, text in zip(marks, texts, strict=True):
        if mark not in _TEXTS:
            keep(_TEXTS, mark, text)
    return texts


def opened(pdf: bytes) -> pypdfium2.PdfDocument:
    """The document; EngineError if it isn't a sound PDF. Call it with LOCK held."""
    import pypdfium2  # noqa: PLC0415 (most documents are read without)

    try:
        return pypdfium2.PdfDocument(pdf)
    except pypdfium2.PdfiumError as e:
        raise EngineError(f"the PDF can't be read back: {e}", "choose another engine with --pdf-engine") from None


def _text(document: pypdfium2.PdfDocument, index: int) -> str:
    try:
        return drawing.text(document, index)
    except ValueError:
        hint = "choose another engine with --pdf-engine"
        raise EngineError(f"page {index + 1} of the PDF can't be read back", hint) from None


def _placed(document: pypdfium2.PdfDocument, index: int) -> str:
    """As `_text`, each line sorted by where its signs stand; what PDFium puts in itself stays behind its sign."""
    import pypdfium2.raw as pdfium  # noqa: PLC0415 (as above)

    page = pdfium.FPDF_LoadPage(document.raw, index)
    text = pdfium.FPDFText_LoadPage(page)
    across, up = ctypes.c_double(), ctypes.c_double()
    lines: list[list[tuple[float, str]]] = [[]]
    last = height = 0.0
    try:
        for i in range(max(pdfium.FPDFText_CountChars(text), 0)):
            sign = chr(pdfium.FPDFText_GetUnicode(text, i))
            if pdfium.FPDFText_IsGenerated(text, i) != 1:
                pdfium.FPDFText_GetCharOrigin(text, i, across, up)
                if abs(up.value - height) > _RAISED:
                    lines.append([])
                last, height = across.value, up.value
            lines[-1].append((last, sign.replace("\n", " ")))
    finally:
        pdfium.FPDFText_ClosePage(text)
        pdfium.FPDF_ClosePage(page)
    ordered = (sorted(line, key=lambda x: x[0]) for line in lines)
    return "\n".join("".join(sign for _, sign in line) for line in ordered)


def crowded(pdf: bytes, numbers: Iterable[int]) -> tuple[int, ...]:
    """Those of the pages (from 1) that print a line of text over another."""
    with LOCK:
        document = opened(pdf)
        try:
            return tuple(n for n in numbers if n <= len(document) and _is_crowded(_rectangles(document, n - 1)))
        finally:
            document.close()


def beyond(pdf: bytes) -> list[tuple[int, str]]:
    """(page from 1, words) of letters of which less than half is on their page: they are in the PDF, and nobody sees.

    The embedded engine leaves such words out; others write them.
    """
    with LOCK:
        document = opened(pdf)
        try:
            found = ((n, _beyond(document, n - 1)) for n in range(1, len(document) + 1))
            return [(n, words) for n, words in found if words]
        finally:
            document.close()


def _beyond(document: pypdfium2.PdfDocument, index: int) -> str:
    import pypdfium2.raw as pdfium  # noqa: PLC0415 (as above)

    page = pdfium.FPDF_LoadPage(document.raw, index)
    text = pdfium.FPDFText_LoadPage(page)
    edge, box = pdfium.FS_RECTF(), [ctypes.c_double() for _ in range(4)]
    try:
        pdfium.FPDF_GetPageBoundingBox(page, edge)
        pieces = _rectangles(document, index)
        if all(edge.bottom <= b and t <= edge.top and edge.left <= x and y <= edge.right for b, t, x, y in pieces):
            return ""
        signs = []
        for i in range(max(pdfium.FPDFText_CountChars(text), 0)):
            sign = chr(pdfium.FPDFText_GetUnicode(text, i))
            pdfium.FPDFText_GetCharBox(text, i, *box)
            left, right, bottom, top = (x.value for x in box)
            across, up = (left + right) / 2, (bottom + top) / 2
            if sign.isspace() or not (edge.left <= across <= edge.right and edge.bottom <= up <= edge.top):
                signs.append(sign)
        return " ".join("".join(signs).split())
    finally:
        pdfium.FPDFText_ClosePage(text)
        pdfium.FPDF_ClosePage(page)


def _is_crowded(rectangles: list[tuple[float, float, float, float]]) -> bool:
    lines = sorted(r for r in rectangles if _is_line(*r))
    for i, (bottom, top, left, right) in enumerate(lines):
        for j in range(i + 1, len(lines)):
            below, above, start, stop = lines[j]
            if below >= top:
                break
            if right - start > 1 and stop - left > 1:  # each is wider than that
                shared = min(top, above) - below
                if shared > _OVERLAP * min(top - bottom, above - below):
                    return True
    return False


def _is_line(bottom: float, top: float, left: float, right: float) -> bool:
    """Whether a piece is words, not a bullet or a sign without height."""
    return 1 < top - bottom < (right - left) / 2


def _rectangles(document: pypdfium2.PdfDocument, index: int) -> list[tuple[float, float, float, float]]:
    """(bottom, top, left, right) of the pieces of text on a page."""
    import pypdfium2.raw as pdfium  # noqa: PLC0415 (as above)

    page = pdfium.FPDF_LoadPage(document.raw, index)
    text = pdfium.FPDFText_LoadPage(page)
    left, top, right, bottom = (ctypes.c_double() for _ in range(4))
    found = []
    for i in range(pdfium.FPDFText_CountRects(text, 0, -1)):
        pdfium.FPDFText_GetRect(text, i, left, top, right, bottom)
        found.append((bottom.value, top.value, left.value, right.value))
    pdfium.FPDFText_ClosePage(text)
    pdfium.FPDF_ClosePage(page)
    return found

"""What a PDF says, page by page, in the order in which it was drawn."""

from __future__ import annotations

import ctypes
import threading
from typing import Final

import pypdfium2
import pypdfium2.raw as pdfium

from agreegen.errors import EngineError

LOCK: Final = threading.Lock()  # PDFium must not be entered twice


def pages(pdf: bytes) -> list[str]:
    """The text of each page."""
    with LOCK:
        document = opened(pdf)
        try:
            return [_text(document, i) for i in range(len(document))]
        finally:
            document.close()


def opened(pdf: bytes) -> pypdfium2.PdfDocument:
    """The document; EngineError if it isn't a sound PDF. Call it with LOCK held."""
    try:
        return pypdfium2.PdfDocument(pdf)
    except pypdfium2.PdfiumError as e:
        raise EngineError(f"the PDF can't be read back: {e}", "choose another engine with --engine") from None


def _text(document: pypdfium2.PdfDocument, index: int) -> str:
    page = pdfium.FPDF_LoadPage(document.raw, index)
    if not page:
        raise EngineError(f"page {index + 1} of the PDF can't be read back", "choose another engine with --engine")
    text = pdfium.FPDFText_LoadPage(page)
    try:
        count = max(pdfium.FPDFText_CountChars(text), 0)
        buffer = (ctypes.c_ushort * (count + 1))()
        written = pdfium.FPDFText_GetText(text, 0, count, buffer)
        return bytes(buffer)[: 2 * max(written - 1, 0)].decode("utf-16-le", "replace")
    finally:
        pdfium.FPDFText_ClosePage(text)
        pdfium.FPDF_ClosePage(page)

"""The child process of the embedded engine: requests on standard input, PDFs and their texts on standard output.

Runs as a script and imports nothing of ours. In a process of its own a crash or a hang of the engine can be ended, and
the font configuration (an environment variable on Linux) never reaches the caller. A message is a letter ("d" to draw a
DOCX, "t" to read a PDF), eight bytes of length and the bytes; to read, the first line has the pages, counted from 0. An
answer has "+" in front for a PDF, or for the texts as JSON, and "-" for the reason why there is none. "r" says that
there will be something to read, and isn't answered: what reads is loaded while there is time.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import struct
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pypdfium2


def main() -> None:
    """Answers requests until standard input ends."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what the engine prints must not mix with the answers
    import dxpdf  # noqa: PLC0415 (after standard output is safe)

    while len(head := sys.stdin.buffer.read(9)) == 9:
        wanted, size = struct.unpack(">cQ", head)
        data = sys.stdin.buffer.read(size)
        if wanted == b"r":
            ready()
            continue
        try:
            answer, kind = dxpdf.convert(data) if wanted == b"d" else texts(data), b"+"
        except KeyboardInterrupt:
            return
        except BaseException as e:
            answer, kind = f"{type(e).__name__}: {e}".encode(), b"-"
        answers.write(kind + struct.pack(">Q", len(answer)) + answer)
        answers.flush()


def ready() -> None:
    """Loads what reads; a failure shows when there is something to read."""
    with contextlib.suppress(ImportError):
        import json  # noqa: F401, PLC0415 (not for drawing)

        import pypdfium2.raw  # noqa: F401, PLC0415 (as above)


def texts(request: bytes) -> bytes:
    """The texts of pages of a PDF, as JSON."""
    import json  # noqa: PLC0415 (not for drawing)

    import pypdfium2  # noqa: PLC0415 (as above)

    numbers, _, pdf = request.partition(b"\n")
    with pypdfium2.PdfDocument(pdf) as document:
        return json.dumps([text(document, int(n)) for n in numbers.split()]).encode()


def text(document: pypdfium2.PdfDocument, index: int) -> str:
    """What PDFium reads on a page, counted from 0; ValueError if it can't."""
    import pypdfium2.raw as pdfium  # noqa: PLC0415 (most documents are read without)

    page = pdfium.FPDF_LoadPage(document.raw, index)
    if not page:
        raise ValueError(index)
    found = pdfium.FPDFText_LoadPage(page)
    try:
        count = max(pdfium.FPDFText_CountChars(found), 0)
        buffer = (ctypes.c_ushort * (count + 1))()
        written = pdfium.FPDFText_GetText(found, 0, count, buffer)
        return bytes(buffer)[: 2 * max(written - 1, 0)].decode("utf-16-le", "replace")
    finally:
        pdfium.FPDFText_ClosePage(found)
        pdfium.FPDF_ClosePage(page)


if __name__ == "__main__":
    main()

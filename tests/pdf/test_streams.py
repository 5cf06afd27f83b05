"""The reader of the embedded engine's PDFs: what PDFium reads, with places, and nothing that it doesn't know."""

from __future__ import annotations

import re
import zlib
from pathlib import Path

import pdf_samples as samples
import pypdfium2
import pytest

from agreegen import generate, workspace
from agreegen.errors import EngineError
from agreegen.pdf import EMBEDDED, contents, streams
from agreegen.pdf.squeeze import squeeze

PROPOSALS = sorted((Path(__file__).parents[2] / "proposals").glob("*.yaml"))
AGREEMENT = contents.with_contents(samples.agreement(4, sections=3, rows=20), "embedded").pdf.pdf


def pdfium_text(pdf: bytes) -> list[str]:
    """The text of each page by a reader that knows nothing of ours."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [page.get_textpage().get_text_range() for page in document]
    finally:
        document.close()


def put(line: bytes) -> bytes:
    """The agreement with a line in front of its first fragment, and no more on that page."""
    page = streams.read(AGREEMENT)[0]
    start = AGREEMENT.index(b"\n%d 0 obj" % page.content_number)
    end = AGREEMENT.index(b"\nendobj", start)
    old = AGREEMENT[start:end]
    first = page.fragments[0]
    stream = zlib.compress(page.content[: first.start] + line + page.content[first.start : first.end])
    head = b"\n%d 0 obj\n<</Filter /FlateDecode\n/Length %d>> stream\n" % (page.content_number, len(stream))
    new = head + stream + b"\nendstream"
    return AGREEMENT[:start] + new + b" " * (len(old) - len(new)) + AGREEMENT[end:]


def test_every_page_says_what_pdfium_reads():
    pages = streams.read(AGREEMENT)
    assert len(pages) > 8
    assert [squeeze(p.text) for p in pages] == [squeeze(t) for t in pdfium_text(AGREEMENT)]


@pytest.mark.slow
@pytest.mark.parametrize("proposal", PROPOSALS, ids=lambda p: p.stem)
def test_every_page_of_the_examples_says_what_pdfium_reads(proposal, tmp_path):
    result = generate.generate(proposal, workspace.find(proposal.parent, output=str(tmp_path), format="docx"))
    pdf = EMBEDDED.convert(next(f for f in result.files if f.suffix == ".docx").read_bytes())
    assert [squeeze(p.text) for p in streams.read(pdf)] == [squeeze(t) for t in pdfium_text(pdf)]


def test_fragments_have_places_sizes_and_their_bytes():
    page = streams.read(AGREEMENT)[0]
    first = page.fragments[0]
    assert page.box == (0, 0, 612, 792)
    assert first.text.startswith("Data") and 72 <= first.x < 80 and 600 < first.y < 740 and first.size > 20
    assert all(page.content[f.start : f.end].startswith(b"BT\n") for f in page.fragments)
    assert all(page.content[f.start : f.end].endswith(b"ET\n") for f in page.fragments)
    assert [f.start for f in page.fragments] == sorted(f.start for f in page.fragments)


def test_graphics_and_links_are_found():
    pages = streams.read(AGREEMENT)
    ruled = [p.content[g.start : g.end] for p in pages for g in p.graphics]
    assert len(ruled) > 20
    assert all(re.search(rb"(?:f|S)\n\Z", g) for g in ruled)
    links = [a for p in pages for a in p.annotations]
    assert len(links) > 10 and {a.target[:5] for a in links} >= {b"/_Toc"}


@pytest.mark.parametrize("line", [b"(text) Tj\n", b"BT\n/F4 9 Tf\n1 0 0 1 9 9 Tm\n(a) '\nET\n", b"BI\n", b"/X9 Xx\n"])
def test_what_is_drawn_in_another_way_is_refused(line):
    with pytest.raises(EngineError, match="operator"):
        streams.read(put(line))


@pytest.mark.parametrize("pdf", [b"", b"%PDF-1.4\n%%EOF\n", AGREEMENT[:-30], AGREEMENT[:5000] + AGREEMENT[5001:]])
def test_other_files_are_refused(pdf):
    with pytest.raises(EngineError):
        streams.read(pdf)


def test_known_lines_in_front_change_nothing():
    changed = streams.read(put(b"q\nQ\n"))
    assert [p.text for p in changed[1:]] == [p.text for p in streams.read(AGREEMENT)[1:]]
    assert [f.text for f in changed[0].fragments] == ["Data "] and len(changed[0].turns) == 2

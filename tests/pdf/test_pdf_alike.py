"""Agreements of one batch have most pages in common: what is remembered of one never changes another."""

from __future__ import annotations

import re

import pdf_samples as samples
import pytest

from agreegen import pdf
from agreegen.pdf import drawn, embedded, streams, worker
from agreegen.pdf.parts import BODY
from agreegen.template import base

DOCX = samples.agreement(4, sections=3, clauses=3, rows=10)


def other(name: bytes) -> bytes:
    """The sample with another partner: the same headings, other words."""
    members = base.unpack(DOCX)
    assert b"County" in members[BODY]
    return base.pack({**members, BODY: members[BODY].replace(b"County", name)})


@pytest.fixture
def forgotten():
    """Nothing remembered of pages."""
    for known in (drawn._SAID, drawn._TEXTS, streams._READ):
        known.clear()


def test_only_pages_that_are_new_are_read_by_pdfium(forgotten, monkeypatch):
    first, second = (pdf.EMBEDDED.convert(docx) for docx in (DOCX, other(b"City")))
    want = drawn.pages(second)
    assert drawn.ahead(first)() == drawn.pages(first) != want
    read = []
    texts = worker.WORKERS.texts
    monkeypatch.setattr(worker.WORKERS, "texts", lambda made, pages: read.extend(pages) or texts(made, pages))
    assert drawn.ahead(second)() == want
    assert 0 < len(read) < len(want)
    read.clear()
    assert drawn.ahead(second)() == want
    assert not read


def _ended(self: worker.Worker, *_: object) -> tuple[bytes, bytes]:
    self.kill()
    assert self.exit_code
    raise OSError


def test_a_child_that_can_not_read_a_pdf_does_not_stop_it_from_being_read(forgotten, monkeypatch):
    made = pdf.EMBEDDED.convert(DOCX)
    assert worker.WORKERS.texts(made, [2, 0]) == [drawn.pages(made)[i] for i in (2, 0)]
    assert worker.WORKERS.texts(b"no PDF", [0]) == []
    assert worker.WORKERS.texts(made, [999]) == []
    assert worker.WORKERS.draw(embedded.Copy(DOCX).pack(), 60).startswith(b"%PDF")  # it still draws
    monkeypatch.setattr(worker.Worker, "ask", _ended)
    assert worker.WORKERS.texts(made, [0]) == []
    assert drawn.ahead(made)() == drawn.pages(made)


def marks(made: bytes) -> list[bytes]:
    """The marks of the pages of a PDF."""
    source = streams.Source(made)
    return [source.mark(number) for number, _ in source.leaves()]


def test_a_page_whose_words_or_fonts_differ_in_a_byte_is_another():
    made = pdf.EMBEDDED.convert(DOCX)
    source = streams.Source(made)
    number, page = next(source.leaves())
    assert marks(made) == marks(pdf.EMBEDDED.convert(DOCX))
    font = int(re.findall(rb"/Font <</\w+ (\d+) 0 R", page)[0])
    inside = {font, *(int(n) for n in re.findall(rb"(\d+) 0 R", source.object(font)))}
    inside |= {source.reference(page, b"Contents")}
    assert len(inside) > 3
    for n in inside:
        start = source._start(n)
        end = made.index(b"\nendobj", start)
        stream = made.find(b" stream\n", start, end)
        at = stream + 20 if stream >= 0 else end - 3
        changed = made[:at] + bytes([made[at] ^ 1]) + made[at + 1 :]
        assert marks(changed)[0] != marks(made)[0], n
    assert number > 0


def test_a_page_that_reads_the_same_elsewhere_is_told_by_its_words_and_fonts(forgotten):
    made = pdf.EMBEDDED.convert(DOCX)
    want = drawn.lines(made)
    assert drawn.lines(made) == want
    source = streams.Source(made)
    page = next(p for _, p in source.leaves())
    content = source.content(page)
    shown = re.search(rb"<([0-9A-F]{4})([0-9A-F]{4})", content)
    assert shown and shown[1] != shown[2]
    swapped = content.replace(shown[0], b"<%s%s" % (shown[2], shown[1]), 1)
    changed = source.replaced({source.reference(page, b"Contents"): swapped})
    after = drawn.lines(changed)
    assert after is not None and after[0] != want[0] and after[1:] == want[1:]


def test_a_child_that_is_told_to_get_ready_draws_and_reads_as_any():
    workers = worker.Workers()
    try:
        workers.warm(reads=True)
        made = workers.draw(embedded.Copy(samples.agreement(4, sections=1, rows=2)).pack(), 60)
        assert made == worker.WORKERS.draw(embedded.Copy(samples.agreement(4, sections=1, rows=2)).pack(), 60)
        assert workers.texts(made, [0]) == drawn.pages(made)[:1]
    finally:
        workers.close()

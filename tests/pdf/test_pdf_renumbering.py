"""A document is read, flattened and examined once, also when its page numbers are known only after a drawing."""

from __future__ import annotations

import dataclasses
import re

import pdf_samples as samples
import pytest

from agreegen import pdf
from agreegen.errors import EngineError
from agreegen.pdf import completeness, contents, drawn, embedded, entries, shifted, streams, tags, worker
from agreegen.pdf import wanted as remembering
from agreegen.pdf.expected import Expected, expected
from agreegen.pdf.parts import Parts, W
from agreegen.source import visible
from agreegen.template import base

DOCX = samples.agreement(5, sections=4, clauses=3, rows=20)
FLAT = samples.agreement(2, sections=3, clauses=3, rows=8)
COMPARED = [f for f in dataclasses.fields(Expected) if f.name not in ("parts", "shown", "numbered", "structure")]
BODY = "word/document.xml"


def draft() -> contents.Draft:
    found = contents.Draft(DOCX)
    found.write(())
    return found


def paged(docx: bytes, page: str) -> bytes:
    """The document with one page number in all entries of its contents."""
    members = base.unpack(docx)
    return base.pack({**members, BODY: members[BODY].replace(b">0</w:t>", f">{page}</w:t>".encode())})


def test_a_copy_takes_page_numbers_as_if_it_were_made_with_them():
    first = draft().pack()
    second = paged(first, "17")
    copy = embedded.Copy(first, examined=True)
    assert first != second
    assert copy.renumber(second)
    assert copy.pack() == embedded.Copy(second, examined=True).pack()
    assert copy.renumber(first)
    assert copy.pack() == embedded.Copy(first, examined=True).pack()


@pytest.mark.parametrize("page", ["7", "17", "1234"])
def test_a_structure_made_ahead_is_that_of_the_document_with_its_numbers(page):
    first = draft().pack()
    second = paged(first, page)
    copy = embedded.Copy(first, examined=True)
    tags.prepare(first)
    assert copy.renumber(second)
    known = completeness.wanted(second)
    ahead, anew = known.structure, tags.model(expected(Parts(second)))
    assert completeness.wanted(first).structure is None, "it is for one PDF"
    assert ahead is not None
    assert (ahead.starts, ahead.blocks, ahead.note_starts) == (anew.starts, anew.blocks, anew.note_starts)
    assert [e.kind for e in ahead.owners] == [e.kind for e in anew.owners]
    assert [h.title for h in ahead.headings] == [h.title for h in anew.headings]
    assert ahead.starts != tags.model(expected(Parts(first))).starts or len(page) == 1


@pytest.mark.parametrize(("old", "new"), [(b"Provider", b"Recipient"), (b">0</w:t>", b">x</w:t>")])
def test_a_copy_takes_nothing_but_numbers(old, new):
    first = draft().pack()
    members = base.unpack(first)
    assert old in members[BODY]
    copy = embedded.Copy(first, examined=True)
    before = copy.pack()
    assert not copy.renumber(base.pack({**members, BODY: members[BODY].replace(old, new, 1)}))
    assert not copy.renumber(base.pack({**members, "word/styles.xml": members["word/styles.xml"] + b" "}))
    assert copy.pack() == before


def test_other_work_is_done_once_while_the_engine_draws(monkeypatch):
    events = []
    start, wait = worker.WORKERS.start, worker.Drawing.pdf
    monkeypatch.setattr(worker.WORKERS, "start", lambda docx: events.append("begun") or start(docx))
    monkeypatch.setattr(worker.Drawing, "pdf", lambda self, timeout: events.append("waited") or wait(self, timeout))
    made = contents.with_contents(DOCX, "embedded", meanwhile=lambda: events.append("meanwhile"))
    assert made.passes == 2
    assert events[:3] == ["begun", "meanwhile", "waited"]
    assert events.count("meanwhile") == 1


def test_two_drawings_need_one_copy_and_give_what_two_copies_give(monkeypatch):
    made = []
    init = embedded.Copy.__init__

    def counted(self: embedded.Copy, docx: bytes, *, examined: bool = False) -> None:
        made.append(docx)
        init(self, docx, examined=examined)

    monkeypatch.setattr(embedded.Copy, "__init__", counted)
    once = contents.with_contents(DOCX, "embedded")
    assert once.passes == 2
    assert len(made) == 1
    monkeypatch.setattr(embedded.Copy, "renumber", lambda *_: False)
    assert contents.with_contents(DOCX, "embedded") == once
    assert len(made) == 3


def test_a_document_that_was_counted_is_drawn_once_and_stays_the_same(tmp_path):
    first = contents.with_contents(DOCX, "embedded", folder=tmp_path)
    again = contents.with_contents(DOCX, "embedded", folder=tmp_path)
    assert (first.passes, again.passes) == (2, 1)
    assert (again.docx, again.pdf) == (first.docx, first.pdf)
    assert contents.with_contents(DOCX, "embedded").passes == 2


def test_a_document_shows_what_its_draft_showed_but_for_page_numbers():
    filled = contents.quick_contents(DOCX)
    remembered = visible.of_document(filled)
    remembering._note.cache_clear()
    assert completeness.without_pages(filled) is completeness.wanted(filled)
    afresh = visible.of_document(filled)
    assert {k: [b.text for b in v] for k, v in remembered.items()} == {
        k: [b.text for b in v] for k, v in afresh.items()
    }


def test_pages_read_beside_other_work_are_the_pages():
    made = pdf.EMBEDDED.convert(DOCX)
    assert drawn.ahead(made)() == drawn.pages(made)
    with pytest.raises(EngineError, match="can't be read back"):
        drawn.ahead(b"no PDF")()


# ---------------------------------------------------------------- numbers of the contents
def pages_of(numbers: list[str]) -> bytes:
    """The sample with these page numbers in its contents, each once, then the first again."""
    left = iter(numbers)
    members = base.unpack(draft().pack())
    body = re.sub(rb">0</w:t>", lambda _: f">{next(left, numbers[0])}</w:t>".encode(), members[BODY])
    return base.pack({**members, BODY: body})


def places(pdf_bytes: bytes) -> list[object]:
    """What each page says and leads to, with places to a thousandth of a point."""
    found = streams.read(pdf_bytes)
    texts = [[(f.text, round(f.x, 3), round(f.y, 3), f.size) for f in p.fragments] for p in found]
    return [*texts, *([([round(x, 3) for x in a.box], a.target) for a in p.annotations] for p in found)]


@pytest.mark.parametrize("numbers", [["7"], ["42"], ["105"], ["1", "23", "456", "7890"]])
def test_numbers_are_written_as_the_engine_would_draw_them(numbers):
    copy = embedded.Copy(pages_of(numbers))
    first = copy.begin().pdf(60)
    written = copy.entries.written(first)
    assert written is not None
    copy.entries.spell_out()
    copy.change()
    drawing = copy.begin().pdf(60)
    assert places(first) != places(drawing)
    assert places(written) == places(drawing)


def test_a_document_is_drawn_once_for_its_contents(monkeypatch):
    packed = []
    start = worker.WORKERS.start
    monkeypatch.setattr(worker.WORKERS, "start", lambda docx: packed.append(docx) or start(docx))
    made = contents.with_contents(FLAT, "embedded")
    assert made.passes == 2
    assert "0" not in made.pages
    assert len(packed) == 1


@pytest.mark.parametrize(
    "spoil", [lambda _: b"%PDF-1.7 of another program", lambda made: made.replace(b"\nxref\n", b"\n%xref")]
)
def test_what_cant_be_written_is_drawn(monkeypatch, spoil):
    want = contents.with_contents(FLAT, "embedded")
    written = entries.Entries.written
    monkeypatch.setattr(
        entries.Entries, "written", lambda self, made: made if self.spelled_out else written(self, spoil(made))
    )
    again = contents.with_contents(FLAT, "embedded")
    assert (again.pages, again.pdf.findings, again.docx) == (want.pages, (), want.docx)
    assert drawn.pages(again.pdf.pdf) == drawn.pages(want.pdf.pdf)


def test_a_number_that_was_written_wrong_never_passes(monkeypatch):
    written = entries.Entries.written
    wrong = []

    def spoiled(self: entries.Entries, made: bytes) -> bytes | None:
        if not self.spelled_out:
            wrong.append(self)
            self.numbers = dict.fromkeys(self.numbers, "3")
        return written(self, made)

    monkeypatch.setattr(entries.Entries, "written", spoiled)
    result = pdf.convert(pages_of(["7", "8"]), "embedded")
    assert wrong
    assert result.findings == () or not result.pdf


def test_numbers_in_the_text_stay_in_the_copy():
    char = '<w:r><w:fldChar w:fldCharType="%s"/></w:r>'
    code = "<w:r><w:instrText> PAGEREF here </w:instrText></w:r>"
    field = f"{char % 'begin'}{code}{char % 'separate'}<w:r><w:t>5</w:t></w:r>{char % 'end'}"
    inline = samples.small(f"<w:p><w:r><w:t>See page </w:t></w:r>{field}</w:p>")
    assert embedded.Copy(inline).entries.spelled_out
    behind = samples.small(f"<w:p><w:r><w:t>Here</w:t></w:r><w:r><w:tab/></w:r>{field}</w:p>")
    assert list(embedded.Copy(behind).entries.numbers.values()) == ["5"]


@pytest.mark.parametrize("numbers", [["7"], ["42"], ["1", "23", "456", "7890"]])
def test_what_must_be_said_is_known_without_reading_again(numbers):
    first, second = draft().pack(), pages_of(numbers)
    copy = embedded.Copy(first, examined=True)
    completeness.wanted(first)
    assert copy.renumber(second)
    known, read = completeness.wanted(second), expected(Parts(second))
    assert known.parts is completeness.wanted(first).parts
    assert known.body != completeness.wanted(first).body
    assert [getattr(known, f.name) for f in COMPARED] == [getattr(read, f.name) for f in COMPARED]


def test_what_must_be_said_is_read_where_other_numbers_changed():
    document = completeness.wanted(draft().pack())
    texts = [t.text for t in document.parts.document.iter(W + "t")]
    inside = next(i for i, t in enumerate(texts) if t and " " in t)
    assert shifted.renumbered(document, [(inside, "0", "5")]) is None
    in_table = next(
        i
        for i, t in enumerate(document.parts.document.iter(W + "t"))
        if next(t.iterancestors(W + "tbl"), None) is not None
    )
    assert shifted.renumbered(document, [(in_table, texts[in_table] or "", "5")]) is None

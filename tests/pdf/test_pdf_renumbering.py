"""A document is read, flattened and examined once, also when its page numbers are known only after a drawing."""

from __future__ import annotations

import pdf_samples as samples
import pytest

from agreegen import pdf
from agreegen.errors import EngineError
from agreegen.pdf import completeness, contents, drawn, embedded
from agreegen.source import visible
from agreegen.template import base

DOCX = samples.agreement(5, sections=4, clauses=3, rows=20)
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
    completeness._draft.cache_clear()
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

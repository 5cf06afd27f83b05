"""Pages that are said to be clear are clear for PDFium, too: it is asked of all others."""

from __future__ import annotations

import random
import re

import pdf_samples as samples
import pytest

from agreegen.pdf import EMBEDDED, clearance, completeness, drawn, streams

PDF = EMBEDDED.convert(samples.agreement(4, sections=3, rows=20))
PLACE = re.compile(rb"(?<= Tf\n1 0 0 -1 )([^ ]+) ([^ ]+)(?= Tm\n)")
PAGES = len(drawn.pages(PDF))


def moved(pdf: bytes, seed: int) -> tuple[bytes, int]:
    """The PDF with some lines of one page, by chance, a little higher or lower; and which page."""
    chance = random.Random(seed)
    source = streams.Source(pdf)
    leaves = list(source.leaves())
    number = chance.randrange(len(leaves))
    shift = chance.uniform(-14, 14)

    def change(found: re.Match[bytes]) -> bytes:
        return b"%s %.4f" % (found[1], float(found[2]) + shift) if chance.random() < 0.1 else found[0]

    page = source.page(*leaves[number])
    return source.replaced({page.content_number: PLACE.sub(change, page.content)}), number + 1


def rectangles(pdf: bytes) -> list[list[tuple[float, float, float, float]]]:
    """PDFium's pieces of text, page by page."""
    with drawn.LOCK:
        document = drawn.opened(pdf)
        try:
            return [drawn._rectangles(document, i) for i in range(len(document))]
        finally:
            document.close()


def test_pages_of_agreements_are_clear_without_asking():
    assert PAGES > 5
    assert clearance.crowdable(PDF, range(1, PAGES + 1)) == []


def test_pages_that_pdfium_calls_crowded_are_never_called_clear():
    told = [moved(PDF, seed) for seed in range(60)]
    crowded = [drawn.crowded(pdf, [number]) for pdf, number in told]
    assert 10 < sum(map(bool, crowded)) < 55  # of both kinds
    for (pdf, number), found in zip(told, crowded, strict=True):
        assert set(found) <= set(clearance.crowdable(pdf, [number]))


def test_pieces_are_never_smaller_than_those_of_pdfium():
    source = streams.Source(PDF)
    for (number, text), seen in zip(source.leaves(), rectangles(PDF), strict=True):
        page = source.page(number, text)
        own = []
        for name, fragment in zip(page.glyphs.fonts, page.fragments, strict=True):
            face = clearance._face(clearance.FILES[source.face(text, name)])
            low, high, width = (x * fragment.size for x in face[fragment.text][:3])
            own.append((fragment.y + low, fragment.y + high, fragment.x, fragment.x + width))
        for bottom, top, left, right in seen:
            assert any(b <= bottom and top <= t and x - 0.5 <= left and right <= y + 0.5 for b, t, x, y in own)


@pytest.mark.parametrize(
    ("written", "instead"),
    [
        (rb" Tf\n1 0 0 -1 ", b" Tf\n0 1 1 0 "),
        (rb"> Tj\n", b"> Tj\n3 Tc\n"),
        (rb"1 0 0 -1 0 [^ ]+ cm\n", b".5 0 0 -.5 0 400 cm\n"),
    ],
)
def test_what_is_not_plain_is_asked(written, instead):
    source = streams.Source(PDF)
    page = source.pages()[3]
    content = re.sub(written, instead, page.content, count=1)
    assert content != page.content
    pdf = source.replaced({page.content_number: content})
    assert clearance.crowdable(pdf, range(1, PAGES + 1)) == [4]


def test_letters_of_fonts_that_are_not_ours_are_asked():
    pdf = re.sub(rb"(/BaseFont /[A-Z]+\+)LiberationSans\b", rb"\g<1>SomethingSansX", PDF)
    assert len(pdf) == len(PDF)
    assert clearance.crowdable(pdf, range(1, PAGES + 1))
    assert clearance.crowdable(b"%PDF-1.7 of others", [1, 2]) == [1, 2]


def test_the_proof_asks_pdfium_for_doubtful_pages_only(monkeypatch):
    docx = samples.small(
        samples.paragraph("ClauseText", samples.run("Text"), samples.footnote_mark(1)),
        notes=samples.footnote(1, "Note one is long enough."),
    )
    pdf, asked = EMBEDDED.convert(docx), []
    monkeypatch.setattr(drawn, "crowded", lambda _, pages: asked.append(list(pages)) or tuple(pages))
    completeness.follow.cache_clear()
    assert completeness.follow(docx, pdf).crowded == ()
    monkeypatch.setattr(completeness, "crowdable", lambda _, pages: list(pages))
    completeness.follow.cache_clear()
    assert [f.code for f in completeness.follow(docx, pdf).findings] == ["D205", "D205"]
    assert asked == [[1, 2]]

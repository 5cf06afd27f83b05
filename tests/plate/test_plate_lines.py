"""Lines that are counted without drawing: as many as the embedded engine draws."""

from __future__ import annotations

import ctypes
import pathlib
import random
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

import pypdfium2
import pypdfium2.raw as pdfium
import pytest

from agreegen.pdf import EMBEDDED
from agreegen.pdf.displayed import Displayed
from agreegen.pdf.parts import Parts
from agreegen.pdf.squeeze import squeeze
from agreegen.plate.breaking import between, broken, chunks, places, plain_chunks
from agreegen.plate.plate import members
from agreegen.plate.setting import Face, Geometry
from agreegen.plate.stream import entry, zipped
from examples_made import EXAMPLES, Examples

if TYPE_CHECKING:
    from collections.abc import Iterator

BASE = pathlib.Path(__file__).parents[2] / "templates" / "base.docx"
REGULAR = Face("liberation/LiberationSans-Regular.ttf", 11.0)


def drawn(pdf: bytes) -> tuple[str, list[tuple[int, float]]]:
    """The letters that are drawn, without spaces, and the page and height of each."""
    text: list[str] = []
    where: list[tuple[int, float]] = []
    x, y = ctypes.c_double(), ctypes.c_double()
    for number, page in enumerate(pypdfium2.PdfDocument(pdf)):
        letters = page.get_textpage()
        for i in range(letters.count_chars()):
            pdfium.FPDFText_GetCharOrigin(letters.raw, i, x, y)
            for letter in squeeze(chr(pdfium.FPDFText_GetUnicode(letters.raw, i))):
                text.append(letter)
                where.append((number, round(y.value, 1)))
    return "".join(text), where


def compared(docx: bytes, pdf: bytes) -> Iterator[tuple[str, int, set[int]]]:
    """(text, lines drawn, lines counted) of each paragraph whose words stand in the document once."""
    text, where = drawn(pdf)
    parts = Parts(docx)
    shown = Displayed(parts)
    geometry = Geometry(parts, shown.styles)
    for p in shown.paragraphs(parts.body):
        said = squeeze(shown.text(p, 0))
        setting = geometry.setting(p)
        if setting is None or len(said) < 6 or text.count(said) != 1 or squeeze(setting.text) != said:
            continue
        cut = chunks(setting.text, setting.faces, setting.unsure)
        assert cut is not None
        at = text.index(said)
        lines = len(dict.fromkeys(where[at : at + len(said)]))
        face = setting.faces[0] if len(set(setting.faces)) == 1 else None
        yield setting.text, lines, {broken(c, setting.room, 0.0, 1, face)[1] for c in cut}


def document(paragraphs: list[str]) -> bytes:
    """A document of these paragraphs, in the style of clauses."""
    look = '<w:pPr><w:pStyle w:val="ClauseText"/></w:pPr>'
    body = "".join(f'<w:p>{look}<w:r><w:t xml:space="preserve">{escape(t)}</w:t></w:r></w:p>' for t in paragraphs)
    parts = members(BASE.read_bytes())
    xml = parts["word/document.xml"].decode()
    start, end = xml.index("<w:body>") + len("<w:body>"), xml.rindex("<w:sectPr")
    parts["word/document.xml"] = (xml[:start] + body + xml[end:]).encode()
    return zipped([entry(n, d) for n, d in parts.items()])


@pytest.mark.slow
@pytest.mark.parametrize("path", EXAMPLES, ids=lambda p: p.stem)
def test_lines_of_examples_are_those_drawn(path: pathlib.Path, examples: Examples) -> None:
    docx, pdf = (file.read_bytes() for file in examples.made(path).files)
    found = list(compared(docx, pdf))
    assert len(found) > 600
    assert [(t, n, counted) for t, n, counted in found if len(counted) == 1 and counted != {n}] == []
    assert sum(len(counted) > 1 for _, _, counted in found) < 10
    assert sum(n > 2 for _, n, _ in found) > 100


def test_lines_of_odd_words_are_those_drawn() -> None:
    dice = random.Random(7)
    letters = "abcdefghilmnoprstuvyABCDEFTVWY"

    def word() -> str:
        made = "".join(dice.choice(letters) for _ in range(dice.randint(1, 11)))
        return made + dice.choice(["", "", "", ",", ".", "-" + made, "\u2019s", "-2027", "/" + made, ")(" + made])

    paragraphs = [f"q{i}x " + " ".join(word() for _ in range(dice.randint(20, 60))) for i in range(250)]
    docx = document([*paragraphs, "x " + "abcdefghij" * 12 + " y"])
    found = list(compared(docx, EMBEDDED.convert(docx)))
    assert len(found) == 251
    assert [(t, n, counted) for t, n, counted in found if not min(counted) <= n <= max(counted)] == []
    assert sum(len(counted) == 1 for _, _, counted in found) > 150


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("plain", {}),
        ("self-insured", {5: True}),
        ("R-2027-0015", {2: True, 7: True}),
        ("-x", {1: False}),
        ("a-(b", {2: False}),
        ("a/b", {1: False, 2: False}),
        ("26(a)(1)", {5: False}),
        ("data-x@a.example.gov", {5: True}),
        ("one\u2014two", {3: False, 4: False}),
        ("what?no", {5: False, 4: False}),
    ],
)
def test_places_where_words_are_broken(word: str, expected: dict[int, bool]) -> None:
    assert places(word) == expected


def test_spaces_where_lines_are_surely_broken() -> None:
    assert between("one", "two")
    assert not between("one", ", two")
    assert not between("(", "two")
    assert not between("\u201cCPRA\u201d", "(as")


def test_chunks_of_one_face_are_those_of_many() -> None:
    for text in ("one two-three 4(a)(b) five", " lead", "a  b", "R-1/2 x"):
        assert plain_chunks(text, REGULAR) == chunks(text, [REGULAR] * len(text))
    assert plain_chunks("\u05d0", REGULAR) is None


def test_too_wide_words_go_on_letter_by_letter() -> None:
    wide = (0.0, 100.0, "abcdefghij" * 2)
    x, lines = broken([(0.0, 10.0, "xx"), wide], 60.0, 0.0, 1, REGULAR)
    assert lines == 3
    assert 0 < x < 60

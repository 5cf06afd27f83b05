"""Lines that are counted without drawing: as many as the embedded engine draws."""

from __future__ import annotations

import ctypes
import itertools
import pathlib
import random
import re
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

import pypdfium2
import pypdfium2.raw as pdfium
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agreegen.pdf import EMBEDDED, fonts
from agreegen.pdf.displayed import Displayed
from agreegen.pdf.parts import Parts
from agreegen.pdf.squeeze import squeeze
from agreegen.plate.breaking import (
    are_figures_alike,
    between,
    broken,
    chunks,
    places,
    plain_chunks,
    plain_width,
    with_one_figure,
)
from agreegen.plate.cast import members, token
from agreegen.plate.counting import Few, LineRule, Rule, WordRule, sign
from agreegen.plate.lines import Lines
from agreegen.plate.setting import Face, Geometry
from agreegen.plate.stream import entry, zipped
from agreegen.plate.tally import Tally
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


def document(paragraphs: list[str], style: str = "ClauseText") -> bytes:
    """A document of these paragraphs, in the style of clauses, or another one; "\t" is a tab."""
    look = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>'
    texts = ("<w:tab/>".join(f'<w:t xml:space="preserve">{escape(t)}</w:t>' for t in p.split("\t")) for p in paragraphs)
    body = "".join(f"<w:p>{look}<w:r>{t}</w:r></w:p>" for t in texts)
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


def test_lines_of_values_behind_and_before_spaces_are_those_drawn() -> None:
    dice = random.Random(3)

    def word() -> str:
        return "".join(dice.choice("abcdefghilmnoprstuv") for _ in range(dice.randint(1, 11)))

    values = [" ".join(word() for _ in range(dice.randint(9, 24))) for _ in range(60)]
    around = [("    ", ""), (" " * 20, ""), (" " * 20, " shall do so."), ("Name:  ", "  "), ("", " " * 20)]
    certain = []
    for before, behind in around:
        lines = Lines.of(document([before + token(0) + behind]))
        _, where = drawn(EMBEDDED.convert(document([before + value + behind for value in values])))
        at = 0
        for value in values:
            end = at + len(squeeze(before + value + behind))
            (count,) = lines.keys((value,))
            certain.append(isinstance(count, int))
            assert not certain[-1] or count // 2 == len(set(where[at:end])), (before, value)
            at = end
    assert sum(certain) > 100


def test_lines_of_phone_numbers_are_those_drawn() -> None:
    docx = document([f"(510) 555-0{100 + n} " + "or (916) 555-0199 " * (n % 30) for n in range(90)])
    found = list(compared(docx, EMBEDDED.convert(docx)))
    assert len(found) == 90
    assert [(t, n, counted) for t, n, counted in found if counted != {n}] == []


def test_a_value_behind_a_label_is_counted_where_it_is_drawn_on_one_line() -> None:
    names = [
        "Number",
        "Date",
        "Action",
        "A label that goes on behind the last of its tab stops, which is at four and a half inches",
    ]
    values = [f"{'i' * n} q{'m' * n}" for n in range(1, 40)]
    rules = Lines.of(document([f"{name}:\t{token(0)}" for name in names], "Signature")).rules
    assert [type(rule) for rule in rules] == [LineRule, WordRule]
    docx = document([f"{name}:\t{value}" for name in names[:3] for value in values], "Signature")
    _, where = drawn(EMBEDDED.convert(docx))
    at, lines = 0, []
    for name in names[:3]:
        for value in values:
            end = at + len(squeeze(f"{name}:{value}"))
            lines.append(len(set(where[at:end])))
            at = end
    counted = [rules[0].count(value) for _ in names[:3] for value in values]
    assert at == len(where)
    assert {(isinstance(c, int), n) for c, n in zip(counted, lines, strict=True) if c == 1} == {(True, 1)}
    assert sum(c == 1 for c in counted) > 30
    assert max(lines) > 1


def test_what_decides_how_many_lines_there_are_is_the_beginning() -> None:
    docx = document([token(0)])
    rule = Lines.of(docx).rules[0]
    assert isinstance(rule, Rule)
    wide = plain_width("Contra Costa", rule.face)
    ways = tuple(replace(way, room=wide + (0.02 if n > 1 else -0.02)) for n, way in enumerate(rule.ways))
    narrow = replace(rule, ways=ways, room=wide - 0.02)
    one, other, third = (narrow.count(f"Contra Costa {t}") for t in ("Water 1", "Water 2", "Mosquito Abatement 1"))
    assert isinstance(one, Few) and isinstance(third, Few)
    assert one == other
    assert one.sign == third.sign == sign("Contra Costa")
    assert one[:2] == (4, 6)
    assert narrow.count("Yolo Water District") == 4
    twice = narrow.count("Contra Costa Contra Costa")
    assert isinstance(twice, Few)
    assert twice.sign == sign("Contra Costa Contra Costa")


@cache
def _rule() -> Rule:
    """The rule of a paragraph that is one value."""
    (rule,) = Lines.of(document([token(0)])).rules
    assert isinstance(rule, Rule)
    return rule


@settings(deadline=None)
@given(st.text("0123456789 -().,Nowxyz", min_size=1, max_size=90), st.floats(20, 400))
def test_texts_that_differ_in_figures_alone_take_as_many_lines(text: str, room: float) -> None:
    """Whatever the room is; so what was drawn for one of them holds for all."""
    rule = _rule()
    narrow = replace(rule, room=room, ways=tuple(replace(way, room=room) for way in rule.ways))
    others = (with_one_figure(text), "".join(str(int(c) * 7 % 10) if c.isdecimal() else c for c in text))
    one, other = (narrow.count(t) for t in others)
    assert (one[:2] if isinstance(one, Few) else type(one)) == (other[:2] if isinstance(other, Few) else type(other))
    assert isinstance(one, Few | str) or one == other
    assert all(are_figures_alike(face) for faces in fonts.FAMILIES.values() for face in faces)


AROUND = (
    "@",
    "The @.",
    "Of @ and @",
    "\u201c@\u201d is",
    "(@)",
    "See ( @ )",
    " @",
    "@, @",
    "Long words " * 30 + "@" + " go on" * 40,
)
"""Paragraphs, with values where the signs are."""


@cache
def _paragraphs() -> Lines:
    """Their rules."""
    numbers = itertools.count()
    return Lines.of(document([re.sub("@", lambda _: token(next(numbers)), text) for text in AROUND]))


NAMES = ("Yolo", "El Dorado County", "(510) 555-0100", "a@b.example.gov", "A, B; C", "\u4e2d", "R-2027/0015", "")
WORDS = ("Water", "District", "of", "the", "No.", "12", "x" * 40, "-", "\u2019s")
VALUES = st.one_of(
    st.sampled_from(NAMES),
    st.lists(st.sampled_from(WORDS), max_size=40).map(" ".join),
    st.text("ab 0(.,)-\u201c\u201d\u00a0\u00e9", max_size=60),
)


@settings(deadline=None, max_examples=300)
@given(st.data(), st.floats(30, 500))
def test_what_is_found_sooner_is_what_rules_say(data: st.DataObject, room: float) -> None:
    """Whatever the values and the room are: by widths, by words, and letter by letter, lines are the same."""
    lines = _paragraphs()
    number, slots = data.draw(st.sampled_from(lines.changed))
    rule = lines.rules[number]
    values = [with_one_figure(data.draw(VALUES)) for _ in slots]
    text = "".join(itertools.chain(*zip(rule.texts, [*values, ""], strict=True)))
    if isinstance(rule, Rule):
        hair = [way.room - rule.room for way in rule.ways]
        rule = replace(
            rule, room=room, ways=tuple(replace(w, room=room + h) for w, h in zip(rule.ways, hair, strict=True))
        )
    narrow = replace(lines, rules=(rule,), steps=(rule.steps(),))
    assert narrow.count(0, values) == rule.count(text)


@settings(deadline=None, max_examples=300)
@given(VALUES, st.lists(st.tuples(st.integers(0, 40), st.floats(30, 500)), min_size=1, max_size=9))
def test_a_value_counts_for_what_rules_say(value: str, rooms: list[tuple[int, float]]) -> None:
    """By the rules of all paragraphs in which it stands alone, whatever their rooms are: at once, and kept."""
    found = [rule for rule in _paragraphs().rules if isinstance(rule, Rule) and len(rule.texts) == 2]
    value, rules = with_one_figure(value), []
    for n, room in rooms:
        rule = found[n % len(found)]
        ways = tuple(replace(way, room=room + way.room - rule.room) for way in rule.ways)
        rules.append(replace(rule, room=room, ways=ways, headed=n % 3 == 0))
    expected = tuple(rule.count(value.join(rule.texts)) for rule in rules)
    tally = Tally.of(rules)
    assert tally.counts(value) == tally.counts(value) == expected
    beside = Tally.of(rules)
    for other in (value[1:], value + " of", "Yolo County", "x" * 230):
        assert beside.counts(other) == tuple(rule.count(other.join(rule.texts)) for rule in rules)
    assert beside.counts(value) == expected


@settings(deadline=None)
@given(st.lists(VALUES, min_size=1, max_size=4), st.data())
def test_keys_are_counts_whichever_values_are_the_same(said: list[str], data: st.DataObject) -> None:
    lines = replace(_paragraphs(), patterns={}, tallies={}, known={}, latest=None)
    for _ in range(7):
        values = [data.draw(st.sampled_from(said)) for _ in lines.slots]
        shown = [with_one_figure(value) for value in values]
        expected = tuple(
            rule.count("".join(itertools.chain(*zip(rule.texts, [*(taken[s] for s in slots), ""], strict=True))))
            for (number, slots), alike in zip(lines.changed, lines.figures, strict=True)
            for rule, taken in [(lines.rules[number], shown if alike else values)]
        )
        assert lines.keys(values) == expected


def test_most_paragraphs_are_counted_soon() -> None:
    lines = _paragraphs()
    sooner = [bool((steps := lines.steps[n]) and steps.count(["Yolo"] * len(slots))) for n, slots in lines.changed]
    assert sooner.count(True) > len(sooner) / 2
    long = "El Dorado County Water District " * 9 + "No. 0"
    assert _rule().count_words(long) == _rule().count(long) == 8


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
    assert between("", "(510)")
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

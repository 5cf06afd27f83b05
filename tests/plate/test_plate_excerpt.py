"""Parts of a document that are drawn alone: their pages are those of the whole."""

from __future__ import annotations

import dataclasses
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from lxml import etree
from plate_samples import Series, series

from agreegen.pdf.alignment import Kind, Run
from agreegen.pdf.parts import BODY, W
from agreegen.pdf.settled import fields
from agreegen.plate import Press
from agreegen.plate import galley as galleys
from agreegen.plate.course import Course
from agreegen.plate.excerpt import Excerpts
from agreegen.plate.galley import galley
from agreegen.plate.paging import Paging

if TYPE_CHECKING:
    import pathlib

    from agreegen.plate.plate import Plate


def plate_of(of: Series) -> Plate:
    """The plate of a series."""
    made = Press(of.workspace)
    opened, source = of.having({})
    made.made(opened, source)
    (plate,) = [kept.plate for kept in made._kept if kept.plate]
    return plate


def compared(plate: Plate, step: int) -> tuple[int, int]:
    """How many moves of drawn parts were looked at, and how many parts had paragraphs that only count before them."""
    course, paging = plate.work.lines.course, Paging(plate.work.lines.course, plate.work.lines.places)
    whole = galley(plate._drawable(plate.base, plate.read), course, plate.work.lines.places)
    assert whole is not None
    known = {start: (span, move) for start, span, move in paging._moves(whole)}
    looked = counting = 0
    for page in range(1, len(whole.starts), step):
        path = [start for start in whole.starts[: page + 1] if start]
        part = plate._excerpts_of(course).part(path, whole.ends, 3)
        cut = plate._excerpts_of(course).cut(plate.read, part) if part else None
        if part is None or cut is None:
            assert page == 1
            continue
        drawn = galley(plate._drawable(plate.base, cut.members), course, plate.work.lines.places, part, cut.counting)
        assert drawn is not None
        assert drawn.part == part
        moves = {start: (span, move) for start, span, move in paging._moves(drawn)}
        assert path[-1] in moves or part.upto < course.size
        assert {start: known[start] for start in moves if start in known} == moves
        looked += len(moves)
        counting += cut.counting > 0
    return looked, counting


def test_parts_have_the_pages_of_the_whole(counties: Series) -> None:
    looked, counting = compared(plate_of(counties), 6)
    assert looked > 25
    assert counting > 2


@pytest.mark.slow
def test_parts_of_another_variant(cache: pathlib.Path) -> None:
    looked, counting = compared(plate_of(series("university-research", cache)), 9)
    assert looked > 12
    assert counting > 1


def test_bookmarks_that_nothing_leads_to_change_no_page(counties: Series) -> None:
    """Those that something in a part leads to are in it, and with all others its pages are the same."""
    plate = plate_of(counties)
    course = plate.work.lines.course
    few, all_ = (Excerpts(plate._excerpts_of(course)._parts.pack(set(), stored=True), course) for _ in range(2))
    all_._named = frozenset(mark.get(W + "name", "") for _, mark in all_._marks)
    parts = [few.part([(at, 0, False)], (), 3) for at in sorted(course.fixed)[2:14:4]]
    for part in parts:
        assert part is not None
        drawn, marks = [], []
        for excerpts in (few, all_):
            cut = excerpts.cut(plate.read, part)
            assert cut is not None
            root = etree.fromstring(cut.members[BODY])
            marks.append({mark.get(W + "name") for mark in root.iter(W + "bookmarkStart")})
            docx = plate._drawable(plate.base, cut.members)
            drawn.append(galley(docx, course, plate.work.lines.places, part, cut.counting))
        told = {f.target for f in fields(root)} | {link.get(W + "anchor") for link in root.iter(W + "hyperlink")}
        assert told & marks[1] == told & marks[0]
        assert len(marks[0]) < len(marks[1]) == len(all_._marks)
        assert drawn[0] == drawn[1] is not None


def test_a_page_with_nothing_on_it_is_no_beginning() -> None:
    """What is last of an exhibit may stand alone on a page without a letter: the next exhibit doesn't begin there."""
    runs = [(Run(0, 10, Kind.BODY, 0),), (), (Run(0, 10, Kind.BODY, 10),)]
    course = dataclasses.replace(Course.none(), size=3, fixed=frozenset({2}), free=True, walked=True)
    reading = galleys._Reading(
        course,
        SimpleNamespace(page_starts=(0, 10, 10)),  # type: ignore[arg-type]
        SimpleNamespace(pages=runs, body="x" * 20),  # type: ignore[arg-type]
        begun=[0, 10, 10],
        changed=frozenset(),
        sent=frozenset(),
    )
    assert reading.state(1) is None


def test_a_part_begins_where_a_page_does(counties: Series) -> None:
    """Not within a paragraph or a field; and it ends behind what starts a page in any case."""
    plate = plate_of(counties)
    course = plate.work.lines.course
    excerpts = plate._excerpts_of(course)
    fixed = sorted(course.fixed)
    assert excerpts.part([(0, 0, False)], (), 3) is None
    inside = excerpts.part([(0, 0, False), (fixed[1], 0, False), (fixed[1] + 9, 44, False)], (), 3)
    assert inside is not None
    assert inside.first == fixed[1]
    assert fixed[2] < inside.upto <= fixed[2] + 2

"""Pages that are walked: those that the embedded engine draws."""

from __future__ import annotations

import itertools
import random
from typing import TYPE_CHECKING

import pytest

from agreegen.law.tables import table
from agreegen.plate import Press, plate
from agreegen.plate import galley as galleys
from agreegen.plate.cast import UnfitError
from agreegen.plate.counting import Few, sign
from agreegen.plate.course import Course, Row, Table
from agreegen.plate.galley import FIRST, Galley
from agreegen.plate.paging import Paging
from agreegen.plate.studies import Studies

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Sequence

    from plate_samples import Series

    from agreegen.plate.counting import Key

ROOM = 20  # lines of a page of the made-up engine


def course(size: int, *, fixed: tuple[int, ...] = (), tied: tuple[int, ...] = (), free: bool = True) -> Course:
    """Paragraphs of which every tenth is listed in contents."""
    return Course(
        size, tuple(range(0, size, 10)), frozenset(fixed), frozenset(tied), frozenset(), (), (), walked=True, free=free
    )


def drawn(of: Course, lines: Sequence[int]) -> Galley:
    """The pages of paragraphs that aren't split, each with so many lines: an engine that keeps the tied together."""
    starts, page, used = [0], [0] * of.size, 0
    for i in range(of.size):
        chain = next(n for n in itertools.count(i) if n not in of.tied)
        needed = sum(lines[i : chain + 1])
        if i and (i in of.fixed or used + needed > ROOM):
            starts.append(i)
            used = 0
        used += lines[i]
        page[i] = len(starts)
    ends = (*starts[1:], of.size)
    return Galley((FIRST, *((i, 0, False) for i in starts[1:])), ends, tuple(page[i] for i in of.entries))


def agreement(dice: random.Random, size: int) -> tuple[int, ...]:
    """Lines of paragraphs with a name in them: the longer it is, the more."""
    longer = dice.choice((0, 0, 2, 4))
    return tuple(2 + longer * (i % 7 == 3) + 2 * (dice.random() < 0.004) for i in range(size))


@pytest.mark.parametrize("tied", [(), tuple(range(5, 120, 11))])
def test_walked_pages_are_those_drawn(tied: tuple[int, ...]) -> None:
    dice, of = random.Random(3), course(120, fixed=(60,), tied=tied)
    paging, drawings = Paging(of, tuple(range(120))), 0
    for _ in range(150):
        lines = agreement(dice, 120)
        galley = drawn(of, lines)
        found = paging.find(lines)
        if found is None:
            drawings += 1
            paging.study(lines, galley)
            found = paging.find(lines)
        assert found == galley.pages
    assert 0 < drawings < 150


def test_few_drawings_do_for_names_of_all_lengths() -> None:
    of = course(400, fixed=(90, 200))
    paging, drawings = Paging(of, tuple(range(400))), 0
    for _, longer in itertools.product(range(2), range(40)):
        lines = tuple(2 + 2 * (longer // (5 + i % 9)) if i % 40 == 3 else 2 for i in range(400))
        if paging.find(lines) is None:
            drawings += 1
            paging.study(lines, drawn(of, lines))
        assert paging.find(lines) == drawn(of, lines).pages
    assert drawings < 32


def test_what_is_between_two_drawings_needs_none() -> None:
    of = course(30)
    paging = Paging(of, tuple(range(30)))
    few, many = [2] * 30, [2] * 30
    many[4] = 4
    many[22] = 4
    between = [2] * 30
    between[22] = 4
    assert drawn(of, tuple(few)).starts[1] == (10, 0, False)
    assert drawn(of, tuple(many)).starts[1] == (9, 0, False)
    paging.study(tuple(few), drawn(of, tuple(few)))
    assert paging.find(tuple(between)) is None
    paging.study(tuple(many), drawn(of, tuple(many)))
    assert paging.find(tuple(few)) == drawn(of, tuple(few)).pages
    assert paging.find(tuple(many)) == drawn(of, tuple(many)).pages


def test_what_is_between_two_drawings_that_looked_differently_far_needs_none() -> None:
    of = course(30, fixed=(14,))
    paging = Paging(of, tuple(range(30)))

    def lines(more: dict[int, int]) -> tuple[int, ...]:
        return tuple(more.get(i, 2) for i in range(30))

    few, many, beside = lines({0: 6}), lines({0: 6, 9: 8, 10: 8}), lines({1: 6, 9: 6})
    for one, ends in ((few, (8, 14)), (many, (8, 12)), (beside, (8, 14))):
        galley = drawn(of, one)
        assert galley.ends[:2] == ends
        paging.study(one, galley)
    between, above = lines({0: 6, 9: 4}), lines({0: 6, 9: 10})
    assert paging.find(between) == drawn(of, between).pages
    assert paging.find(above) is None
    assert paging.find(lines({0: 6, 13: 4})) is None


def test_a_text_that_is_not_counted_must_be_the_same() -> None:
    of = course(30)
    paging, one, other = Paging(of, (4,)), ("Yolo",), ("Inyo",)
    paging.study(one, drawn(of, (2,) * 30))
    assert paging.find(one) == drawn(of, (2,) * 30).pages
    assert paging.find(other) is None


def test_lines_that_are_not_certain_are_between_some() -> None:
    of = course(30)
    paging = Paging(of, (4, 6))
    for lines in ((2, 2), (6, 2)):
        paging.study(lines, drawn(of, (2,) * 30))
    assert paging.find((Few(2, 4, "Yolo"), 2)) == drawn(of, (2,) * 30).pages
    assert paging.find((Few(2, 5, "Yolo"), 2)) is None
    assert paging.find((Few(4, 8, "Yolo"), 2)) is None
    assert paging.find((3, 2)) is None


def test_what_may_be_broken_must_have_the_same_lines() -> None:
    """Three lines are kept together, of four two may stay: more lines may need less room."""
    of = course(30)
    for rows, found in (((), False), ((Row(10, 11, whole=True),), True)):
        whole = Course(of.size, of.entries, of.fixed, of.tied, of.parted, rows, (), walked=True, free=True)
        paging = Paging(whole, (10,))
        galley = drawn(of, (2,) * 30)
        paging.study((2,), galley)
        paging.study((6,), galley)
        assert (paging.find((4,)) == galley.pages) is found


def test_header_rows_count_on_every_page_of_their_table() -> None:
    of = course(40)
    headed = Course(of.size, of.entries, of.fixed, of.tied, of.parted, (), (Table(2, 4, 38, fixed=True),),
                   walked=True, free=True)  # fmt: skip
    paging = Paging(headed, (3,))
    paging.study((2,), drawn(of, (2,) * 40))
    assert all(span.key((7,)) == (7,) for known in paging.known.values() for span in known)


def test_contradicting_drawings_are_noticed() -> None:
    of = course(30)
    paging = Paging(of, (25,))
    paging.study((2,), drawn(of, (2,) * 30))
    with pytest.raises(UnfitError):
        paging.study((2,), drawn(of, (4,) * 30))


def test_contradicting_pages_are_noticed() -> None:
    of = course(30)
    paging = Paging(of, (25,))
    paging.learn((2,), (b"9", b"2"))
    with pytest.raises(UnfitError):
        paging.learn((2,), (b"9", b"3"))


def test_where_pages_depend_on_more_they_are_known_from_break_to_break() -> None:
    of = course(60, fixed=(30,), free=False)
    paging = Paging(of, tuple(range(60)))
    one, other = [2] * 60, [2] * 60
    other[5], other[40] = 4, 4
    paging.study(tuple(one), drawn(of, tuple(one)))
    paging.study(tuple(other), drawn(of, tuple(other)))
    assert set(paging.known) == {FIRST, (30, 0, False)}
    mixed = (*one[:30], *other[30:])
    assert paging.find(mixed) == drawn(of, mixed).pages


def test_memory_is_bounded() -> None:
    of = course(30)
    paging = Paging(of, (3,))
    for n in range(3000):
        paging.study((f"x{n}",), drawn(of, (2,) * 30))
        if n < 600:
            paging.learn((f"y{n}",), (b"3", b"1", b"2", b"2"))
    assert sum(len(k.drawn) for spans in paging.known.values() for k in spans.values()) <= 6 * 128
    assert len(paging.whole) == 256


ONE = Galley((FIRST, None, (10, 7, False), (12, 0, True)), (5, 9, 12, 30), (1, 2, 4))


def test_drawings_are_kept_for_the_workers_beside(tmp_path: pathlib.Path) -> None:
    of = course(30)
    mine, theirs = (Studies.open(tmp_path, [b"a", b"bc"], of, 3) for _ in range(2))
    counts: Key = (2, Few(2, 4, sign("some words")), sign("others"))
    mine.keep(counts, ONE)
    assert [*theirs.news()] == [(counts, ONE)]
    assert [*theirs.news()] == []
    mine.keep((2, 2, 2), ONE)
    assert [*theirs.news()] == [((2, 2, 2), ONE)]
    assert len([*Studies.open(tmp_path, [b"a", b"bc"], of, 3).news()]) == 2
    assert mine.path
    assert b"words" not in mine.path.read_bytes()
    for other in (Studies.open(tmp_path, [b"ab", b"c"], of, 3), Studies.open(None, [b"a", b"bc"], of, 3)):
        other.keep((2, 2, 2), ONE)
        assert other.path != mine.path
    assert len([*Studies.open(tmp_path, [b"a", b"bc"], of, 4).news()]) == 0  # another number of counts: damaged
    mine.forget()
    assert [*Studies.open(tmp_path, [b"a", b"bc"], of, 3).news()] == []


def test_a_damaged_line_counts_as_none(tmp_path: pathlib.Path) -> None:
    of = course(30)
    kept = Studies.open(tmp_path, [b"a"], of, 1)
    for n in range(4):
        kept.keep((n,), ONE)
    assert kept.path
    lines = kept.path.read_bytes().splitlines(keepends=True)
    for bad in (
        b"\xff\n",
        b"{}\n",
        b"[[1],[[0,0]],[1]]\n",
        b'[["a"],[],[1]]\n',
        lines[1].replace(b"12", b'"x"', 1),
        b"\n",
    ):
        kept.path.write_bytes(lines[0] + bad + lines[2] + lines[3][:-1])
        again = Studies.open(tmp_path, [b"a"], of, 1)
        assert [key for key, _ in again.news()] == [(0,), (2,)], bad
        kept.path.write_bytes(kept.path.read_bytes() + b"\n")
        assert [key for key, _ in again.news()] == [(3,)], bad


COUNTIES = tuple(row["county"] for row in table("lists")["counties"])
SERVICES = (
    "Water District No. 2",
    "Flood Control and Water Conservation District No. 11",
    "Port",
    "Open Space District",
)


@pytest.mark.parametrize(
    "names",
    [
        ("Alpine", "Yolo", "Inyo", "Mono", "Butte"),
        pytest.param(tuple(map(" ".join, zip(COUNTIES[::15], SERVICES, strict=True))), marks=pytest.mark.slow),
    ],
    ids=("few", "districts"),
)
def test_pages_of_the_engine(counties: Series, monkeypatch: pytest.MonkeyPatch, names: tuple[str, ...]) -> None:
    """Walked pages are those of a drawing of the same document; `benchmarks/plate.py --whole` takes many more names."""
    made, walked = Press(counties.workspace), []
    right = plate.Plate.found

    def found(self: plate.Plate, values: Sequence[str]) -> plate.Paged | None:
        paged, work = right(self, values), self.work
        if paged is not None and work.lines.course.walked:
            one = galleys.galley(self._drawable(values, self.read), work.lines.course, work.lines.places)
            assert one is not None
            assert one.pages == work.paging.find(work.lines.keys(values))
            walked.append(one)
        return paged

    monkeypatch.setattr(plate.Plate, "found", found)
    for name in names:
        opened, source = counties.having({"Alameda": name, "alameda": "".join(filter(str.isalpha, name.lower()))})
        assert made.made(opened, source).docx
    assert len(walked) + made.counted == len(names)
    assert walked

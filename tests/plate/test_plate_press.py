"""Agreements from plates: byte for byte what the whole way makes, or made the whole way."""

from __future__ import annotations

import dataclasses
import io
import re
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from plate_samples import Series, series

from agreegen.errors import FindingsError
from agreegen.law.tables import table
from agreegen.plate import Press, inside, press
from agreegen.plate.cast import UnfitError, members
from agreegen.plate.plate import Plate
from agreegen.plate.stream import entry

if TYPE_CHECKING:
    import pathlib

    from agreegen.generate import Opened

OTHERS = ("Alpine", "Amador", "Contra Costa", "Los Angeles", "San Luis Obispo", "Yolo")


def words(name: str) -> dict[str, str]:
    """What a county of this name changes."""
    return {"Alameda": name, "alameda": re.sub(r"[^a-z]", "", name.lower())}


def who(opened: Opened) -> str:
    """The id of the partner."""
    assert opened.agreement is not None
    return opened.agreement.proposal.recipient[0].id or ""


_WHOLE: dict[tuple[int, tuple[tuple[str, str], ...]], tuple[Series, dict[str, bytes]]] = {}
"""Agreements that were made the whole way: several tests compare with the same ones."""


def whole_way(of: Series, changed: dict[str, str]) -> dict[str, bytes]:
    """The parts of an agreement that was made the whole way, once."""
    key = id(of), tuple(sorted(changed.items()))
    if key not in _WHOLE:
        _WHOLE[key] = of, of.whole(changed)
    return _WHOLE[key][1]


def same(made: Press, of: Series, changed: dict[str, str]) -> bool:
    """Whether an agreement came from a plate; it is what the whole way makes in any case."""
    opened, source = of.having(changed)
    found = made.made(opened, source, partner=who(opened))
    parts, whole = members(found.docx), whole_way(of, changed)
    assert list(parts) == list(whole)
    assert [n for n in whole if parts[n] != whole[n]] == []
    return found.plate


def test_bytes_do_not_hang_on_what_was_made_before(counties: Series) -> None:
    """The same agreements in another order, and some of them alone, are the same files."""
    found: list[dict[str, bytes]] = []
    for names in (OTHERS[:4], OTHERS[3::-1], OTHERS[2:4]):
        made = Press(counties.workspace)
        found.append({})
        for name in names:
            opened, source = counties.having(words(name))
            found[-1][name] = made.made(opened, source, partner=who(opened)).docx
    first, reverse, few = found
    assert first == reverse
    assert few == {name: first[name] for name in few}


def test_counties_are_those_of_the_whole_way(counties: Series) -> None:
    made = Press(counties.workspace)
    plates = [same(made, counties, words(name)) for name in OTHERS]
    assert plates == [False, *[True] * (len(OTHERS) - 1)]
    assert (made.whole, made.unfit) == (1, 0)
    assert same(made, counties, words("Amador"))


@pytest.mark.slow
def test_all_counties_are_those_of_the_whole_way(counties: Series) -> None:
    made = Press(counties.workspace)
    names = [row["county"] for row in table("lists")["counties"]][::10]
    plates = [same(made, counties, words(name)) for name in names]
    assert len(plates) == 6
    assert sum(plates) == 5
    assert made.counted < 10


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "old", "others"),
    [
        ("university-research", "Riverside", ("Davis", "Santa Barbara", "Merced", "Los Angeles")),
        ("required-by-law", "Public Health", ("Aging", "Developmental Services", "Managed Health Care")),
        ("statewide-part2", "Corrections and Rehabilitation", ("Finance", "Justice", "Youth and Community")),
    ],
)
def test_other_variants(cache: pathlib.Path, name: str, old: str, others: tuple[str, ...]) -> None:
    of, made = series(name, cache), None
    made = Press(of.workspace)
    plates = [same(made, of, {old: other}) for other in others]
    assert plates[2:] == [True] * (len(others) - 2)


HOSTILE = (
    "R&D <b> \"x\" 'y'", "a  b", " a ", "tab\there", "two\nlines", "", "é\u0301", "שלום", "😀", "soft\u00adhyphen",
    "{{ x }}", "\u00ab\u00bb (c", "x" * 400, "\ue200aZ1yQ\ue201", "918273645918273", "]]> w:t aZ0yQ",
)  # fmt: skip


@pytest.fixture(scope="module")
def warm(counties: Series) -> Press:
    """A press with the plate of counties."""
    made = Press(counties.workspace)
    assert [same(made, counties, words(n)) for n in ("Alpine", "Yolo", "Amador")] == [False, True, True]
    return made


@pytest.mark.slow
@pytest.mark.parametrize("value", HOSTILE)
def test_hostile_values(counties: Series, warm: Press, value: str) -> None:
    changed = {"Alameda": value}
    try:
        whole = counties.whole(changed)
    except FindingsError:
        opened, source = counties.having(changed)
        with pytest.raises(FindingsError):
            warm.made(opened, source, partner=who(opened))
        return
    opened, source = counties.having(changed)
    assert members(warm.made(opened, source, partner=who(opened)).docx) == whole


def test_an_ampersand_is_no_reason_for_the_whole_way(counties: Series, warm: Press) -> None:
    assert same(warm, counties, words("Alpine & Inyo"))


def test_values_that_are_not_plain_go_the_whole_way(counties: Series, warm: Press) -> None:
    assert not same(warm, counties, {"Alameda": "on\nthree\nlines"})


LETTERS = st.text(st.sampled_from("abcdefghijklmnoprstuvwyzABCDLMNST' -.&éñ0123456789"), min_size=1, max_size=60)


@pytest.mark.slow
@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
@given(name=LETTERS, domain=st.text("abcdefghij-.", min_size=1, max_size=30))
def test_any_name(counties: Series, warm: Press, name: str, domain: str) -> None:
    changed = {"Alameda": name, "alameda": domain}
    opened, source = counties.having(changed)
    assert members(warm.made(opened, source, partner=who(opened)).docx) == counties.whole(changed)


@pytest.mark.slow
def test_a_plate_that_does_not_reproduce_is_never_used(counties: Series, monkeypatch: pytest.MonkeyPatch) -> None:
    right = inside.Inside.entries
    broken = lambda self, source, values: {n: entry(n, b" ") for n in right(self, source, values)}  # noqa: E731
    monkeypatch.setattr(inside.Inside, "entries", broken)
    made = Press(counties.workspace)
    assert [same(made, counties, words(n)) for n in ("Alpine", "Yolo", "Amador")] == [False] * 3
    assert made.unfit == 1


@pytest.mark.slow
def test_a_plate_whose_pages_contradict_is_given_up(counties: Series, monkeypatch: pytest.MonkeyPatch) -> None:
    made = Press(counties.workspace)
    assert [same(made, counties, words(n)) for n in ("Alpine", "Yolo")] == [False, True]
    monkeypatch.setattr(Plate, "found", lambda self, values: None)
    monkeypatch.setattr(Plate, "study", _contradict)
    assert not same(made, counties, words("Amador"))
    monkeypatch.undo()
    assert not same(made, counties, words("Amador"))
    assert made.unfit == 1


def _contradict(*_: object) -> None:
    raise UnfitError("the same lines are on other pages")


@pytest.mark.slow
def test_a_plate_that_ends_while_an_agreement_waits_isnt_used_for_it(counties: Series) -> None:
    made = Press(counties.workspace)
    assert not same(made, counties, words("Alpine"))
    assert same(made, counties, words("Amador"))
    opened, source = counties.having(words("Yolo"))
    steps = made.steps(opened, source, partner=who(opened))
    next(steps), next(steps)  # its values are found, and its pages
    made._end(made._kept[0])
    with pytest.raises(StopIteration) as end:
        next(steps)
    assert not end.value.value.plate
    assert members(end.value.value.docx) == whole_way(counties, words("Yolo"))


def test_what_was_begun_is_there_for_the_workers_beside(counties: Series, tmp_path: pathlib.Path) -> None:
    """A plate that was begun makes no document, and the next press needs neither the whole way nor a whole drawing."""
    workspace = replace(counties.workspace, cache=tmp_path)
    opened, source = counties.having(words("Alpine"))
    Press(workspace).begin(opened, source, partner=who(opened))
    beside = Press(workspace)
    assert same(beside, counties, words("Alpine"))
    plate = beside._kept[0].plate
    assert plate is not None
    assert plate.work.paging.begun, "the first one was drawn as a whole"
    assert (beside.whole, beside.counted) == (0, 0)
    begun = list(plate.work.paging.begun)
    plate.survey()
    assert list(plate.work.paging.begun) == begun
    assert same(beside, counties, words("Amador"))
    assert beside.whole == 0


def test_without_source_and_with_watermark(counties: Series) -> None:
    of = dataclasses.replace(
        counties, workspace=dataclasses.replace(counties.workspace, source=False, watermark="SAMPLE")
    )
    made = Press(of.workspace)
    for name, from_plate in (("Alpine", False), ("Yolo", True), ("Amador", True)):
        opened, _ = of.having(words(name))
        found = made.made(opened, lambda: None, partner=who(opened))
        docx, _ = press.document(opened, of.workspace)
        assert members(found.docx) == members(press.printing(docx, of.workspace, None)[0])
        assert found.plate is from_plate


def test_findings_are_those_of_the_whole_way(counties: Series, warm: Press) -> None:
    opened, source = counties.having(words("Inyo"))
    assert warm.made(opened, source, partner=who(opened)).findings == press.document(opened, counties.workspace)[1]


def test_files_are_sound_and_not_much_larger(counties: Series, warm: Press) -> None:
    opened, source = counties.having(words("Inyo"))
    found = warm.made(opened, source, partner=who(opened))
    assert found.plate
    with zipfile.ZipFile(io.BytesIO(found.docx)) as z:
        assert z.testzip() is None
    docx, _ = press.document(opened, counties.workspace)
    whole, _ = press.printing(docx, counties.workspace, source())
    assert len(found.docx) < 1.3 * len(whole)


@pytest.mark.slow
def test_pages_of_another_engine_are_not_taken_over(counties: Series, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(press.Press, "_is_ours", lambda self, docx: False)
    made = Press(counties.workspace)
    assert [same(made, counties, words(n)) for n in ("Alpine", "Yolo", "Amador")] == [False] * 3


def test_memory_is_bounded(counties: Series) -> None:
    made = Press(counties.workspace)
    opened, _ = counties.having({})
    assert opened.template is not None
    one = press.laid(opened.template, opened.agreement.context if opened.agreement else {})
    for _ in range(50):
        made._add(press.Kept(opened.template, False, False, one, ""))
    assert len(made._kept) == 32

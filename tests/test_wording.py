"""Filters: words for values, and a refusal instead of something printed by accident."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agreegen import wording
from agreegen.wording import FILTERS

CASES: list[tuple[str, tuple[Any, ...], Any]] = [
    ("date", (dt.date(2027, 3, 1),), "March 1, 2027"),
    ("date", (dt.datetime(2027, 12, 31, 23, 59),), "December 31, 2027"),
    ("listing", (["a"],), "a"),
    ("listing", (["a", "b"],), "a and b"),
    ("listing", (["a", "b", "c"],), "a, b, and c"),
    ("listing", (["a, x", "b"],), "a, x; and b"),
    ("listing", (["a, x", "b", "c"],), "a, x; b; and c"),
    ("listing", ("one text",), "one text"),
    ("listing", ((1, dt.date(2027, 3, 1)),), "1; and March 1, 2027"),
    ("either", (["a", "b", "c"],), "a, b, or c"),
    ("either", (["a", "b"],), "a or b"),
    ("count", (1, "day"), "1 day"),
    ("count", (10, "working day"), "10 working days"),
    ("count", (0, "day"), "0 days"),
    ("count", (1200, "entry"), "1,200 entries"),
    ("plural", (2, "party"), "parties"),
    ("plural", (2, "survey"), "surveys"),
    ("plural", (2, "business"), "businesses"),
    ("plural", (2, "breach"), "breaches"),
    ("plural", (1, "party"), "party"),
    ("spell", (0,), "zero"),
    ("spell", (12,), "twelve"),
    ("spell", (13,), "13"),
    ("spell", (1000,), "1,000"),
    ("spell", (-1,), "-1"),
    ("yesno", (True,), "Yes"),
    ("yesno", (None,), "No"),
    ("yesno", ([],), "No"),
    ("yesno", ({},), "Yes"),
    ("yesno", (["x"],), "Yes"),
    ("paragraphs", (None,), []),
    ("paragraphs", ("one\ntwo\n\nthree\n",), ["one two", "three"]),
    ("paragraphs", ("\n\n one \n   \n two",), ["one", "two"]),
    ("paragraphs", ("Staff may:\n- call\n  families\n- write",), ["Staff may:", "• call families", "• write"]),
    ("paragraphs", ("Long intro\nof two lines:\n* x",), ["Long intro of two lines:", "• x"]),
    ("paragraphs", ("well-known\nrule",), ["well-known rule"]),
    ("sentence", ("the  text\ngoes on",), "The text goes on."),
    ("sentence", ("Done.",), "Done."),
    ("sentence", ("Why?",), "Why?"),
    ("sentence", ('he said "stop."',), 'He said "stop."'),
    ("sentence", ("the list (monthly)",), "The list (monthly)."),
    ("sentence", ("§ 1798.24 applies",), "§ 1798.24 applies."),
    ("phrase", ("Each January, and at the end.",), "each January, and at the end"),
    ("phrase", ("SFTP from the server",), "SFTP from the server"),
    ("phrase", ("Medi-Cal records",), "Medi-Cal records"),
    ("phrase", ("Health and Safety Code section 1280.15",), "Health and Safety Code section 1280.15"),
    ("phrase", ("45 CFR 164.512(b)",), "45 CFR 164.512(b)"),
    ("phrase", ("I agree",), "I agree"),
    ("phrase", ("Alameda children",), "Alameda children"),
    ("phrase", ("The Regents of the University.",), "the Regents of the University"),
    ("phrase", ("Civil Code section 1798 et seq.",), "Civil Code section 1798 et seq."),
    ("upper_first", ("éa b",), "Éa b"),
    ("upper_first", ("",), ""),
    ("label", ("business_associate",), "business associate"),
    ("label", ("nist_800_53",), "NIST SP 800-53"),
    ("labels", (["phi", "pii"],), "PHI and PII"),
    ("labels", ("phi",), "PHI"),
    ("or_blank", (None,), ""),
    ("or_blank", (dt.date(2027, 3, 1),), "March 1, 2027"),
    ("or_blank", (False,), "No"),
    ("or_blank", (0,), "0"),
    ("dash", (None,), "—"),
    ("dash", ("",), "—"),
    ("dash", ([],), "—"),
    ("dash", (0,), "0"),
    ("dash", (False,), "No"),
    ("dash", (["a", True],), "a, Yes"),
]

REFUSED: list[tuple[str, tuple[Any, ...]]] = [
    ("date", ("2027-03-01",)), ("date", (None,)), ("date", (20270301,)),
    ("listing", ([],)), ("listing", (None,)), ("listing", (7,)), ("listing", ([None],)), ("listing", ([True],)),
    ("listing", ([1.5],)), ("listing", ([["a"]],)), ("listing", ({"a": 1},)), ("listing", ([{}],)),
    ("either", ([],)), ("either", (None,)),
    ("count", (True, "day")), ("count", ("3", "day")), ("count", (1.0, "day")), ("count", (None, "day")),
    ("plural", ("2", "day")), ("plural", (True, "day")), ("plural", (None, "day")),
    ("spell", (True,)), ("spell", ("two",)), ("spell", (2.0,)),
    ("yesno", ("no",)), ("yesno", ("",)),
    ("paragraphs", (["a"],)), ("paragraphs", (7,)), ("paragraphs", (False,)),
    ("sentence", (None,)), ("sentence", (7,)), ("sentence", ("",)), ("sentence", (" \n",)),
    ("phrase", (None,)), ("phrase", (["a"],)), ("phrase", ("",)),
    ("upper_first", (None,)), ("upper_first", (7,)),
    ("label", (None,)), ("label", (7,)),
    ("labels", ([None],)), ("labels", ([],)),
    ("or_blank", ({"a": 1},)), ("or_blank", (1.5,)), ("or_blank", ([None],)),
    ("dash", ({},)), ("dash", (1.5,)), ("dash", ([{}],)),
]  # fmt: skip


@pytest.mark.parametrize(("name", "given_", "words"), CASES)
def test_words(name: str, given_: tuple[Any, ...], words: Any) -> None:
    assert FILTERS[name](*given_) == words


@pytest.mark.parametrize(("name", "given_"), REFUSED)
def test_refusal_says_what_it_got(name: str, given_: tuple[Any, ...]) -> None:
    with pytest.raises(ValueError, match=r"\w+ \w+ \w+"):
        FILTERS[name](*given_)


def test_every_filter_is_tried_both_ways() -> None:
    assert {name for name, *_ in CASES} == set(FILTERS)
    assert {name for name, *_ in REFUSED} == set(FILTERS)
    assert all(f.__doc__ for f in FILTERS.values())


def test_blank_of_a_draft_passes() -> None:
    blank = f"{wording.OPEN}dates: start{wording.CLOSE}"
    for name in ("date", "spell", "yesno", "sentence", "phrase", "upper_first", "label", "or_blank", "dash", "listing"):
        assert blank in FILTERS[name](blank), name
    assert FILTERS["count"](blank, "day") == blank
    assert FILTERS["paragraphs"](blank) == [blank]


@given(st.dates())
def test_date_can_be_read_back(day: dt.date) -> None:
    month, number, year = wording.date(day).replace(",", "").split()
    assert dt.date(int(year), wording.MONTHS.index(month) + 1, int(number)) == day


@given(st.lists(st.text("abc, ;", min_size=1), min_size=1))
def test_list_keeps_every_item_in_order(items: list[str]) -> None:
    for words in (wording.listing(items), wording.either(items)):
        at = 0
        for item in items:
            at = words.index(item, at) + len(item)


@given(st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp"), exclude_characters="-•*"), min_size=1))
def test_prose_keeps_every_word(text: str) -> None:
    assert " ".join(wording.paragraphs(text)).split() == text.split()
    if text.strip():
        assert wording.sentence(text).split()[1:-1] == text.split()[1:-1]
        assert wording.phrase(text).split()[1:-1] == text.split()[1:-1]


@pytest.mark.parametrize("words", [
    "University", "union of employees", "unified district", "unanimous vote", "use case", "utility", "European body",
    "one-time transfer", "UC campus", "U.S. agency", "HIPAA notice", "NIST standard", "county", "historic record",
    "7-day period", "Data Provider", "", "CDSS form",
])  # fmt: skip
def test_what_begins_as_a_consonant_takes_a(words: str) -> None:
    assert wording.with_article(words) == f"a {words}"


@pytest.mark.parametrize("words", [
    "hour", "honorary board", "heir", "agency", "EDD form", "IRB", "MOU", "HIV record", "SSA file", "LLC",
    "8-day period", "11-day period", "18 CFR part", "unincorporated association", "unidentified person",
    "urban county", "onerous term", "A record", "auxiliary organization", "entry", "Office",
])  # fmt: skip
def test_what_begins_as_a_vowel_takes_an(words: str) -> None:
    assert wording.with_article(words) == f"an {words}"

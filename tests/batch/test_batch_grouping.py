"""Findings of many partners: what says the same is told once, what doesn't is kept apart, and nobody is left out."""

from __future__ import annotations

import dataclasses
import json

from batch_samples import IN_WORD, MISSING, WARNED, entry
from hypothesis import given
from hypothesis import strategies as st

from agreegen.batch.grouping import as_json, grouped, groups_of, lines, listed
from agreegen.finding import Finding, Location, Severity


def at(row: int, finding: Finding = MISSING, **more: str) -> Finding:
    return dataclasses.replace(finding, location=dataclasses.replace(finding.location, line=row), **more)


def test_same_finding_of_many_partners_is_told_once() -> None:
    groups = grouped((f"p{n}", f"Partner {n}", at(n)) for n in range(41))
    assert lines(groups) == [
        "41 partners: error[P001] 'incident: email' is missing: who is told",
        "  Partner 0 (partners.csv:0:7), Partner 1 (partners.csv:1:7), Partner 2 (partners.csv:2:7) and 38 more",
        "  hint: write `email: incidents@example.gov`",
    ]


def test_fourth_name_is_told_rather_than_counted() -> None:
    groups = grouped((f"p{n}", f"Partner {n}", WARNED) for n in range(4))
    assert lines(groups)[1] == "  Partner 0, Partner 1, Partner 2, Partner 3; at county-coverage.yaml:4:5"


def test_errors_come_first_and_then_what_concerns_most() -> None:
    items = [("a", "A", WARNED), ("b", "B", WARNED), ("a", "A", IN_WORD), ("a", "A", MISSING),
             ("a", "A", at(9, code="P010", message="x")), ("b", "B", at(9, code="P010", message="x"))]  # fmt: skip
    assert [(g.code, len(g.cases)) for g in grouped(items)] == [("P010", 2), ("P001", 1), ("P055", 2), ("T301", 1)]


def test_values_that_differ_are_left_out_of_what_is_common() -> None:
    def wrong(value: str, who: str, row: int) -> Finding:
        said = f"{who} has no date of {row}: '{value}' isn't one"
        return at(row, message=said, hint=f"write '{row}-01-01'")

    groups = grouped([("a", "County A", wrong("x", "County A", 3)), ("b", "County B", wrong("y", "County B", 44))])
    assert lines(groups)[0] == "2 partners: error[P001] \u2026 has no date of \u2026: '\u2026' isn't one"
    assert lines(groups)[2] == "  hint: write '\u2026'"
    assert lines(grouped([("a", "County A", wrong("x", "County A", 3))]))[0].endswith(
        "County A has no date of 3: 'x' isn't one"
    )


def test_quoted_words_that_all_share_stay() -> None:
    def wrong(value: str, row: int) -> Finding:
        return at(row, message=f"'attestation date' can't be '{value}'", hint=f"write `x`, not '{value}' or 'soon'")

    groups = grouped([("a", "County A", wrong("44941", 3)), ("b", "County B", wrong("soon", 4))])
    assert lines(groups)[0] == "2 partners: error[P001] 'attestation date' can't be '\u2026'"
    assert lines(groups)[2] == "  hint: write `x`, not '\u2026' or 'soon'"


def test_a_partner_is_left_out_by_whichever_name_it_is_called() -> None:
    called = {
        ("trinity-county", "County of Trinity"): ("Trinity County", "the County of Trinity"),
        ("san-luis-obispo-county", "County of San Luis Obispo"): (
            "San Luis Obispo County",
            "the County of San Luis Obispo",
        ),
        ("dhcs", "Department of Health Care Services"): ("DHCS", "the Department of Health Care Services"),
    }
    items = [(id_, name, at(1, message=f"{short} is said to be one, and {long} isn't. {short}'s record"))
             for (id_, name), (short, long) in called.items()]  # fmt: skip
    assert (
        lines(grouped(items))[0]
        == "3 partners: error[P001] \u2026 is said to be one, and the \u2026 isn't. \u2026's record"
    )


def test_words_of_the_sentence_stay() -> None:
    items = [
        (f"county-{n}", f"County of {n}", at(1, message=f"the county of {n} has no Board of it, {n}"))
        for n in ("Alpine", "Yolo")
    ]
    assert lines(grouped(items))[0] == "2 partners: error[P001] the county of \u2026 has no Board of it, \u2026"


def test_other_fields_and_codes_are_other_groups() -> None:
    other = dataclasses.replace(MISSING, location=Location("partners.csv", 3, 8, path="contacts.program.email"))
    note = dataclasses.replace(MISSING, severity=Severity.WARNING)
    assert len(grouped([("a", "A", MISSING), ("b", "B", other), ("c", "C", note)])) == 3


def test_apostrophes_are_no_quotes() -> None:
    groups = grouped(
        [
            ("a", "A", at(1, message="it isn't there, and can't be")),
            ("b", "B", at(1, message="it isn't so, and can't be")),
        ]
    )
    assert len(groups) == 2


def test_partner_with_two_agreements_counts_once() -> None:
    one, other = entry(1, findings=(MISSING,)), entry(1, key="p/x", findings=(MISSING, WARNED))
    groups = groups_of([one, other])
    assert [(len(g.cases), g.occurrences) for g in groups] == [(1, 2), (1, 1)]


def nameless(number: int, row: int) -> Finding:
    return at(row, message=f"element {number} of 9 lacks a name", hint=f"fill row {row}")


def test_what_differs_in_a_word_at_one_partner_is_told_word_by_word() -> None:
    groups = grouped([("a", "Butte", nameless(1, 3)), ("a", "Butte", nameless(4, 7)), ("a", "Butte", nameless(4, 7))])
    assert lines(groups) == [
        "1 partner: error[P001] element 1 of 9 lacks a name", "  Butte; at partners.csv:3:7", "  hint: fill row 3",
        "1 partner: error[P001] element 4 of 9 lacks a name", "  Butte; at partners.csv:7:7", "  hint: fill row 7",
    ]  # fmt: skip
    assert [g.occurrences for g in groups] == [1, 2]


def test_much_that_differs_in_a_word_at_one_partner_is_told_once_with_its_places() -> None:
    groups = grouped(("a", "Butte", nameless(n, n)) for n in range(1, 7))
    assert lines(groups) == [
        "1 partner: error[P001] element \u2026 of \u2026 lacks a name",
        "  Butte; at 6 places: partners.csv:1:7, partners.csv:2:7, partners.csv:3:7 and 3 more",
        "  hint: fill row \u2026",
    ]
    (case,) = as_json(groups)[0]["cases"]
    assert case == {"name": "Butte", "place": "partners.csv:1:7",
                    "others": tuple(f"partners.csv:{n}:7" for n in range(2, 7))}  # fmt: skip


def test_partners_with_several_places_say_so() -> None:
    items = [("a", "Butte", nameless(1, 3)), ("a", "Butte", nameless(2, 5)), ("b", "Inyo", nameless(1, 9))]
    assert lines(grouped(items))[1] == (
        "  Butte (2 places: partners.csv:3:7, partners.csv:5:7), Inyo (partners.csv:9:7)")  # fmt: skip
    both = [(who, who, at(row)) for who in ("Butte", "Inyo") for row in (3, 5)]
    assert lines(grouped(both))[1] == "  Butte, Inyo; at 2 places: partners.csv:3:7, partners.csv:5:7"


def test_names_that_hold_commas_are_parted_by_semicolons() -> None:
    campuses = [
        f"University of California, {place}" for place in ("Berkeley", "Davis", "Irvine", "Merced", "Riverside")
    ]
    groups = grouped((name, name, WARNED) for name in campuses)
    assert lines(groups)[1] == (
        "  University of California, Berkeley; University of California, Davis; University of California, Irvine "
        "and 2 more; at county-coverage.yaml:4:5")  # fmt: skip
    assert listed(["Butte", "Inyo"], 3) == "Butte, Inyo"
    assert listed(["Los Angeles, County of", "Inyo", "Butte"], 2) == "Los Angeles, County of; Inyo and 1 more"


def test_json_has_every_case() -> None:
    said = json.loads(json.dumps(as_json(grouped((f"p{n}", f"Partner {n}", at(n)) for n in range(41)))))
    assert len(said[0]["cases"]) == 41
    assert said[0]["cases"][40] == {"name": "Partner 40", "place": "partners.csv:40:7"}
    assert (said[0]["code"], said[0]["severity"]) == ("P001", "error")


found = st.builds(
    at, st.integers(1, 9), st.sampled_from([MISSING, WARNED, IN_WORD]), message=st.text("ab1' ", max_size=9)
)


@given(st.lists(st.tuples(st.sampled_from("xyz"), st.sampled_from("PQ"), found)))
def test_nothing_is_lost(items: list[tuple[str, str, Finding]]) -> None:
    groups = grouped(items)
    assert sum(g.occurrences for g in groups) == len(items)
    assert {(g.code, g.severity) for g in groups} == {(f.code, f.severity) for _, _, f in items}
    assert len(lines(groups)) >= 2 * len(groups)

"""Sharing: a result is used again for whoever answers alike, and for nobody else."""

from __future__ import annotations

import copy
import pathlib
from typing import TYPE_CHECKING, Any, cast

import pytest

from agreegen.agreement.directions import called, directions, elements_of, on_side, whose
from agreegen.partner import Party
from agreegen.proposal import Proposal
from agreegen.reading import read_partners, read_proposal
from agreegen.rules.case import Wanted
from agreegen.rules.words import OPEN_SIGNS, left_open
from agreegen.sharing import (
    MOST,
    PATIENCE,
    Closed,
    Memo,
    Record,
    UnsharedError,
    Watched,
    question,
    question_of,
    watching,
)

if TYPE_CHECKING:
    from collections.abc import Callable

PROPOSALS = pathlib.Path(__file__).parents[1] / "proposals"


def base() -> Proposal:
    proposal = read_proposal(PROPOSALS / "county-coverage.yaml", read_partners(PROPOSALS / "partners")).proposal
    assert proposal is not None
    return proposal


PROPOSAL = base()
COUNTY = PROPOSAL.recipient[0]


class Watch:
    """A function under watch over one open recipient."""

    def __init__(self) -> None:
        self.record = Record()
        watched = cast("Party", Watched(self.record, Proposal, ("recipient", 0)))
        self.stand_in = PROPOSAL.model_copy(update={"recipient": (watched,)})
        self.memo: Memo[Any] = Memo()

    def of(self, function: Callable[[Proposal], Any], **changes: Any) -> Any:
        """The result for the county with these changes."""
        real = PROPOSAL.model_copy(update={"recipient": (COUNTY.model_copy(update=changes),)})
        self.record.turn_to(real)
        return self.memo.of(self.record, lambda: function(self.stand_in), lambda: function(real))


def test_a_result_is_used_again_where_all_answers_are_the_same() -> None:
    watch, calls = Watch(), []

    def function(proposal: Proposal) -> str:
        calls.append(1)
        party = proposal.lead_recipient
        return f"{party.kind} {party.hipaa_status if party.is_local else party.name}"

    assert watch.of(function, short_name="A") == watch.of(function, short_name="B", id="b") == "county hybrid"
    assert len(calls) == 1
    assert watch.of(function, hipaa_status="covered") == "county covered"
    assert watch.of(function, hipaa_status="covered", unit="x") == "county covered"
    assert watch.of(function, short_name="C") == "county hybrid"
    assert (len(calls), watch.memo.hits, watch.memo.runs) == (2, 3, 2)


def test_answers_of_another_type_are_other_answers() -> None:
    watch = Watch()
    function = lambda p: repr(p.lead_recipient.population)  # noqa: E731
    assert [watch.of(function, population=n) for n in (1, True, 0, False, None, 1)] == [
        "1",
        "True",
        "0",
        "False",
        "None",
        "1",
    ]


def test_blocks_are_asked_for_and_what_is_in_them() -> None:
    watch = Watch()

    def function(proposal: Proposal) -> str | None:
        body = proposal.lead_recipient.governing_body
        return body.number if body else "none"

    other = COUNTY.governing_body
    assert other is not None
    assert watch.of(function) == other.number
    assert watch.of(function, governing_body=None) == "none"
    assert watch.of(function, governing_body=other.model_copy(update={"number": "2"})) == "2"
    assert watch.of(function, governing_body=other.model_copy(update={"delegate": "2"})) == other.number
    assert (watch.memo.runs, watch.memo.hits) == (3, 1)


WHOLE: dict[str, Callable[[Any], Any]] = {
    "equality": lambda p: p == 1, "difference": lambda p: p != 1, "hash": hash, "iteration": list, "text": str,
    "looks": repr, "format": lambda p: f"{p}", "dump": lambda p: p.model_dump(),
    "fields set": lambda p: p.model_fields_set,
    "dictionary": lambda p: p.__dict__, "vars": vars, "kind": lambda p: isinstance(p, Party),
    "class": lambda p: p.__class__,
    "length": len, "membership": lambda p: 1 in p, "item": lambda p: p["kind"], "copy": copy.copy,
    "deep copy": copy.deepcopy,
    "dir": dir, "order": lambda p: p < p, "method": lambda p: p.model_copy(), "a private name": lambda p: p._abc,
    "a bound method": lambda p: p.copy,
}  # fmt: skip


@pytest.mark.parametrize("look", WHOLE)
def test_a_look_at_the_whole_ends_the_watch(look: str) -> None:
    watch = Watch()
    watch.record.turn_to(PROPOSAL)
    for one in (watch.stand_in.recipient[0], watch.stand_in.recipient[0].contacts, Closed(watch.record)):
        with pytest.raises(UnsharedError):
            WHOLE[look](one)
        assert watch.record.broken


def test_a_watch_that_ended_isnt_kept_even_if_the_end_was_hidden() -> None:
    watch = Watch()

    def function(proposal: Proposal) -> str:
        try:
            return str(proposal.lead_recipient)
        except BaseException:
            return "hidden"

    assert "Alameda" in watch.of(function)
    assert "Beta" in watch.of(function, short_name="Beta")
    assert watch.memo.size == 0


def test_a_stand_in_that_fails_says_nothing_of_the_party() -> None:
    watch = Watch()

    def function(proposal: Proposal) -> int:
        if watching(proposal) is not None:
            raise ValueError("the stand-in")
        return 1

    assert watch.of(function) == 1
    assert watch.memo.size == 0


def test_the_questions_of_parties_are_answered_by_their_numbers() -> None:
    asked: dict[str, Callable[[Proposal], Any]] = {
        "parties": lambda p: len(p.parties),
        "called": lambda p: [q is p.recipient[0] for q in called(p, "Alameda County")],
        "whose": lambda p: len(whose(p, ("DHCS",), "provider")),
        "side": lambda p: len(on_side(p, "recipient")),
        "elements": lambda p: len(elements_of(p, directions(p)[0])),
    }
    changes: tuple[dict[str, Any], ...] = (
        {}, {"short_name": "Beta"}, {"legal_name": "County of Beta"}, {"id": "alameda county", "legal_name": "X"},
        {"legal_name": PROPOSAL.provider[0].legal_name, "unit": None}, {"unit": "Alameda County", "short_name": None},
    )  # fmt: skip
    for name, function in asked.items():
        watch = Watch()
        for change in (*changes, *reversed(changes)):
            real = PROPOSAL.model_copy(update={"recipient": (COUNTY.model_copy(update=change),)})
            assert watch.of(function, **change) == function(real), name
        assert watch.memo.hits >= len(changes), name


def test_what_a_real_party_answered_is_kept_until_another_is_asked() -> None:
    ran = []

    def unit(proposal: Proposal, word: str) -> str:
        ran.append(word)
        return f"{word} {proposal.recipient[0].unit}"

    asked = question(unit)
    one, other = (PROPOSAL.model_copy(update={"recipient": (COUNTY.model_copy(update={"unit": u}),)}) for u in "ab")
    said = [asked(who, word) for who in (one, one, other, one) for word in ("x", "y", "x")]
    assert said == ["x a", "y a", "x a", "x a", "y a", "x a", "x b", "y b", "x b", "x a", "y a", "x a"]
    assert ran == ["x", "y"] * 3


def test_what_is_closed_may_be_counted_where_its_length_is_a_question() -> None:
    watch = Watch()
    length = question(lambda proposal: len(proposal.recipient[0].reviewers))
    closed: Any = Closed(watch.record, question_of(length, PROPOSAL))

    def function(proposal: Proposal) -> int:
        return len(closed) if watching(proposal) else len(proposal.recipient[0].reviewers)

    assert [watch.of(function, reviewers=r) for r in (("a",), ("b",), (), ("a", "b"))] == [1, 1, 0, 2]
    assert (watch.memo.runs, watch.memo.hits) == (3, 1)


def test_results_are_bounded_and_hopeless_functions_are_left_alone() -> None:
    watch, stood = Watch(), []

    def function(proposal: Proposal) -> str:
        stood.append(watching(proposal) is not None)
        return str(proposal.lead_recipient.short_name)

    for number in range(4 * PATIENCE):
        assert watch.of(function, short_name=f"N{number}") == f"N{number}"
        assert watch.memo.size <= MOST
    assert sum(stood) <= PATIENCE
    assert not any(stood[-PATIENCE:])


def test_a_function_that_asks_otherwise_than_before_is_a_fault() -> None:
    watch, turns = Watch(), iter("ab")

    def function(proposal: Proposal) -> Any:
        party = proposal.lead_recipient
        return party.unit if next(turns) == "a" else party.county

    watch.of(function)
    with pytest.raises(AssertionError, match="otherwise than before"):
        watch.of(function, unit="other")


@pytest.mark.parametrize(
    "text",
    ["TBD", "tbc.", "To be determined", " TODO ", "xxxx", "??", "...", "[tba]", "XX", "____", "[describe the reason]",
     "sent ___ times", " - ", "---", "?", "=VLOOKUP(A2,x,1)", "#REF!", "by #N/A, as agreed", "Err:502", "{{ name }}",
     "{% if x %}", "None", "n/a ", "NA", "not applicable", "nothing"],
)  # fmt: skip
def test_signs_of_what_is_left_open_are_in_whatever_it_matches(text: str) -> None:
    wanted = Wanted(left_open, OPEN_SIGNS)
    assert left_open(text)
    assert wanted.is_in(text)

"""Terms: what looks like a defined term and isn't is found with the right one; other words are let be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from agreegen.lint import terms
from agreegen.lint.alone import taken_apart
from agreegen.lint.vocabulary import Vocabulary, distance
from agreegen.template.draft import draft

from .conftest import PLACE

if TYPE_CHECKING:
    from agreegen import lint


def misspelt(text: str, library: lint.Library) -> list[tuple[str, str]]:
    """The words of a clause that are taken for a term, with that term."""
    container, _ = taken_apart(draft(f"## [example] An example\n\n{text}"), f"{PLACE}.docx")
    assert container is not None
    return [(s.text, s.hint.removeprefix("write ")) for s in terms.misspelt_term(library.read(container, PLACE))]


@pytest.mark.parametrize(("text", "words", "term"), [
    ("The Data Reciever shall judge.", "Data Reciever", "Data Recipient"),
    ("It is the Data Porvider's duty.", "Data Porvider", "Data Provider"),
    ("A Bussiness Use Case Proposal is made.", "Bussiness Use Case Proposal", "Business Use Case Proposal"),
    ("Ask the data Recipient about it.", "data Recipient", "Data Recipient"),
    ("Ask the Data recipient about it.", "Data recipient", "Data Recipient"),
    ("Ask the DataRecipient about it.", "DataRecipient", "Data Recipient"),
    ("Ask the Data\u00a0Recipent about it.", "Data Recipent", "Data Recipient"),
    ("Authorised Users are trained.", "Authorised Users", "Authorized User"),
    ("A Use Group is trained.", "Use Group", "User Group"),
    ("Deidentified Data is out.", "Deidentified Data", "De-identified Data"),
    ("A Limited Dataset is sent.", "Limited Dataset", "Limited Data Set"),
    ("The Agreemnt ends.", "Agreemnt", "Agreement"),
    ("The Partys agree.", "Partys", "Party"),
])  # fmt: skip
def test_what_looks_like_a_term_is_told(text: str, words: str, term: str, library: lint.Library) -> None:
    assert misspelt(text, library) == [(words, term)]


@pytest.mark.parametrize("text", [
    "Data Recipients and the Data Provider's staff; the Data Providers' staff; the Parties.",
    "Data recipient is at the beginning, and data recipients are others.",
    "Data Provided to the Data Recipient is listed.",
    "Material Violations and Business Use Cases are told.",
    "The DATA RECIPIENT is told. Another Department is told.",
    "Discoveries of Incidents, and incidental matters.",
])  # fmt: skip
def test_other_words_are_let_be(text: str, library: lint.Library) -> None:
    assert misspelt(text, library) == []


def test_letters_are_counted() -> None:
    pairs = (("user", "use"), ("use", "user"), ("porvider", "provider"), ("recipent", "recipient"), ("ab", "cd"))
    assert [distance(*pair) for pair in pairs] == [1, 1, 1, 1, 2]
    assert terms.inflected("Provide", "Provided") and not terms.inflected("Provider", "Provided")


def test_words_of_the_file_itself_prove_nothing() -> None:
    texts = {"a": "The reciever.", "b": "A Board.", "c": "A Board.", "d": "A Board. A Sponser Board."}
    words = Vocabulary(lambda: texts)
    assert words.has("Reciever", "b") and not words.has("Reciever", "a")
    assert words.has("board", "a") and not words.has("board", "b") and not words.has("Sponser", "a")
    assert words.says("sponser board", "a") and not words.says("sponser board", "d")

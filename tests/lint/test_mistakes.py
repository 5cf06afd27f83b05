"""Mistakes in shipped templates are found where they were made, and none prints a document that lacks a word."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from agreegen import lint
from agreegen.lint import mending
from agreegen.lint.alone import taken_apart
from agreegen.template.draft import draft
from agreegen.template.paragraph import outside

from .mistakes import KINDS, Mutant, mutants
from .proof import holds

if TYPE_CHECKING:
    import pathlib

    from agreegen.lint.page import Page

SAMPLE = 30
"""Kinds of mistakes that are tried each time; all of them in the slow tests, and more of each in the benchmark."""


@pytest.fixture(scope="module")
def files(library: lint.Library) -> dict[str, bytes]:
    return {name: library.path(name).read_bytes() for name in library.names}


@pytest.fixture(scope="module")
def one_of_each(files: dict[str, bytes]) -> list[Mutant]:
    return mutants(files, 1, seed=3)


@pytest.fixture
def ours(library: lint.Library, monkeypatch: pytest.MonkeyPatch) -> lint.Library:
    """The shipped templates, checked by our own rules alone."""
    monkeypatch.setattr(lint.generic, "PACKAGE", "not_here")
    return library


def missed(mutant: Mutant, library: lint.Library) -> str:
    """What is wrong with the findings of a mutant; nothing if one of them is right."""
    found = lint.check_file(mutant.data, mutant.name, library)
    right = [f for f in found if (f.location.part, f.location.paragraph) in mutant.places
             or (None in mutant.places and f.location.paragraph is None)]  # fmt: skip
    if not right:
        return f"{mutant.kind} in {mutant.name}: {mutant.what}"
    told = {f.code for f in right}
    return "" if told & mutant.codes else f"{mutant.kind} in {mutant.name} is told as {sorted(told)}"


def test_mistakes_are_of_many_kinds(one_of_each: list[Mutant], files: dict[str, bytes]) -> None:
    assert len({kind for kind, _, _ in KINDS}) == len(KINDS) > 80
    assert [m.kind for m in one_of_each] == [kind for kind, _, _ in KINDS]
    assert all(m.data != files[m.name] and m.places for m in one_of_each)


def test_a_mistake_of_each_kind_is_found_at_its_place(one_of_each: list[Mutant], ours: lint.Library) -> None:
    sample = random.Random(5).sample(one_of_each, SAMPLE)
    assert [wrong for m in sample if (wrong := missed(m, ours))] == []


def test_a_sound_template_has_no_finding(files: dict[str, bytes], library: lint.Library) -> None:
    names = ("clauses/training", "clauses/definitions", "exhibits/user-acknowledgment", "masters/university/master")
    assert [f for name in names for f in lint.check_file(files[name], name, library)] == []


def test_what_is_spoilt_prints_no_other_words(
    one_of_each: list[Mutant], files: dict[str, bytes], tmp_path: pathlib.Path
) -> None:
    kinds = ("curly quotes in a tag", "a value that can't be", "text beside a paragraph tag", "a tag in two looks")
    few = [m for m in one_of_each if m.kind in kinds]
    came = {m.kind: holds(m, files[m.name], tmp_path, most=1) for m in few}
    assert all(fine for fine, _ in came.values()), came
    assert came["text beside a paragraph tag"] == (True, "refused")


def test_the_proof_bites(files: dict[str, bytes], tmp_path: pathlib.Path) -> None:
    """A file that prints less than the sound one is told from one that prints the same."""
    sound = files["clauses/waiver"]
    less = files["clauses/training"]
    fine, what = holds(Mutant("x", "clauses/waiver", less, frozenset()), sound, tmp_path, most=1)
    assert not fine and what.startswith("lost: ")


@pytest.mark.slow
def test_every_kind_of_mistake_is_found(files: dict[str, bytes], ours: lint.Library) -> None:
    made = mutants(files, 1)
    assert [m.kind for m in made] == [kind for kind, _, _ in KINDS]
    assert [told for m in made if (told := missed(m, ours))] == []


def test_a_mistake_that_is_not_found_is_noticed(files: dict[str, bytes], ours: lint.Library) -> None:
    name = "clauses/training"
    sound = Mutant("x", name, files[name], frozenset({("body", 2)}), frozenset({"T046"}), "nothing")
    assert missed(sound, ours) == "x in clauses/training: nothing"
    data = draft("## [example] An example\n\nSee Section 8.2.")
    assert missed(Mutant("x", name, data, frozenset({("body", 1)}), frozenset({"T240"})), ours)
    assert missed(Mutant("x", name, data, frozenset({("body", 2)}), frozenset({"T046"})), ours)
    assert not missed(Mutant("x", name, data, frozenset({("body", 2)}), frozenset({"T240"})), ours)


@pytest.mark.slow
def test_no_mistake_of_any_kind_costs_a_word(
    one_of_each: list[Mutant], files: dict[str, bytes], tmp_path: pathlib.Path
) -> None:
    came = [(m.kind, *holds(m, files[m.name], tmp_path)) for m in one_of_each[::2]]  # all of them: the benchmark
    assert [c for c in came if not c[1]] == []
    assert {"refused", "printed"} <= {what for _, _, what in came}


@pytest.mark.slow
def test_sound_templates_have_no_finding(files: dict[str, bytes], library: lint.Library) -> None:
    assert [f for name, data in files.items() for f in lint.check_file(data, name, library)] == []


def test_mending_changes_nothing_outside_of_tags(one_of_each: list[Mutant], library: lint.Library) -> None:
    changed = 0
    for mutant in one_of_each[::3]:
        page = _page(mutant.data, mutant.name, library)
        changes = mending.mends(page)
        if not changes:
            continue
        changed += 1
        again = _page(mending.mended(mutant.data, page, changes), mutant.name, library)
        assert [outside(x.text, list(x.tags)) for x in again.lines] == [
            outside(x.text, list(x.tags)) for x in page.lines
        ]
        assert [c.shown for c in mending.mends(again)] == []
    assert changed > 2


def _page(data: bytes, name: str, library: lint.Library) -> Page:
    container, _ = taken_apart(data, f"{name}.docx")
    assert container is not None
    return library.read(container, name)

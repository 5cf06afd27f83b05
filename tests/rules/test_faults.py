"""Faults: the wrong lines have exactly the fault that they show, the right ones have none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from agreegen.law.terms import terms
from agreegen.reading import read_proposal, read_source, read_table
from agreegen.rules import explain
from agreegen.rules.faults import FAULTS

if TYPE_CHECKING:
    import pathlib

ELSEWHERE = {"D005", "D007", "P002", "P070", *(code for code in FAULTS if code.startswith("L"))}
"""Codes of tables, settings, masters, attached papers, and lists of partners (tests/reading/test_partner_list.py)."""


def codes(text: str, code: str, folder: pathlib.Path) -> set[str]:
    """The codes that reading gives: for a fault of the form those of the form alone."""
    if code.startswith("Y"):
        return {f.code for f in read_source(text.encode(), "x.yaml").findings}
    (folder / "x.yaml").write_text(text, encoding="utf-8")
    return {f.code for f in read_proposal(folder / "x.yaml").findings}


@pytest.mark.parametrize("code", sorted(FAULTS.keys() - ELSEWHERE))
def test_bad_has_the_fault_and_good_has_none(code: str, tmp_path: pathlib.Path) -> None:
    fault = FAULTS[code]
    assert codes(fault.bad, code, tmp_path) == {code}
    assert codes(fault.good, code, tmp_path) == set()


def test_the_table_and_the_setting() -> None:
    assert {f.code for f in read_table(FAULTS["D005"].bad.encode(), "x.csv").findings} == {"D005"}
    assert read_table(FAULTS["D005"].good.encode(), "x.csv").findings == ()


@pytest.mark.parametrize(("between", "name"), [(",", "comma"), (";", "semicolon"), ("\t", "tab")])
def test_a_row_with_too_many_cells_names_what_stands_between_them(between: str, name: str) -> None:
    rows = f"element{between}purpose\none{between}two{between}three\n"
    (found,) = read_table(rows.encode(), "x.csv").findings
    assert found.hint == f"put a cell that holds a {name} in quotes"
    for text, wrong in ((FAULTS["D007"].bad, 1), (FAULTS["D007"].good, 0)):
        said = read_source(text.encode(), "x.yaml").data["terms"]
        assert len(terms("local-government", said)[1]) == wrong


@pytest.mark.parametrize("code", sorted(FAULTS))
def test_explained(code: str) -> None:
    text = explain(code.lower())
    assert all(part in text for part in (FAULTS[code].title, "Why: ", "Bad:", "Good:", FAULTS[code].bad.split("\n")[0]))

"""The list as a batch was given it: whose row is gone, what is doubtful, and how what is wrong with it is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from agreegen.batch import roll
from agreegen.batch.entry import Entry, FileRecord
from agreegen.batch.roll import Roll
from agreegen.finding import Finding, Location, Severity
from agreegen.reading import read_partner_list

if TYPE_CHECKING:
    import pathlib

BEFORE = ("alpine-county", "butte-county", "inyo-county")


def of(folder: pathlib.Path, said: str) -> Roll:
    """The roll of a list: of a file if there are several lines, else of names."""
    if "\n" in said:
        (folder / "p.csv").write_text(said, encoding="utf-8")
    return Roll.of(read_partner_list("p.csv" if "\n" in said else said, folder))


def earlier(folder: pathlib.Path) -> list[Entry]:
    """Agreements of an earlier batch that are in the folder."""
    for partner in BEFORE:
        (folder / f"{partner}.docx").write_bytes(b"x")
    return [Entry(f"p/{partner}", partner, "p", partner, files={f"{partner}.docx": FileRecord("", "", 1)})
            for partner in BEFORE]  # fmt: skip


def told(given: Roll, folder: pathlib.Path) -> str:
    """What is told of them."""
    return " ".join(f"{f.message}; {f.hint}" for f in given.left_over(gone(given, folder), folder))


def gone(given: Roll, folder: pathlib.Path) -> tuple[Entry, ...]:
    """The agreements of an earlier batch that have no row."""
    return given.without_row(earlier(folder), ["p"])


def test_who_has_no_row_is_told(tmp_path: pathlib.Path) -> None:
    given = of(tmp_path, "party\nButte County\n")
    assert given.gone(BEFORE) == {"alpine-county", "inyo-county"}
    assert "2 agreements of an earlier batch are still in the folder, without a row in the list now:" in told(
        given, tmp_path
    )
    assert "; if they are of another list, give each list its own --output; delete them if" in told(given, tmp_path)
    assert given.without_row(earlier(tmp_path), ["other"]) == ()


def test_archives_of_who_has_no_row_are_told_with_and_without_the_agreement(tmp_path: pathlib.Path) -> None:
    given = of(tmp_path, "party\nButte County\n")
    left = gone(given, tmp_path)
    (tmp_path / "inyo-county.zip").write_bytes(b"x")
    archives = {f"p/{name}": f"{name}.zip" for name in BEFORE}
    (found,) = given.left_over(left, tmp_path, archives)
    assert found.message.endswith(
        "now: alpine-county (alpine-county.docx), inyo-county (inyo-county.docx and inyo-county.zip)"
    )
    for name in BEFORE:
        (tmp_path / f"{name}.docx").unlink()
    (found,) = given.left_over(left, tmp_path, archives)
    assert found.message.startswith("1 agreement of an earlier batch is still in the folder")
    assert found.message.endswith("now: inyo-county (inyo-county.zip)")
    assert given.left_over(left, tmp_path) == ()


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ('party\nButte County\n"Inyo County\n', "; a part of the list couldn't be read"),
        ("name,legal name,short name,kind\nTown,Town A,Town,city\nButte County,,,\n",
         "; 1 row of the list not taken as a partner"),
        ("party,dates.start\nButte County,\nKern County,2/3/2027\nLake County,2/3/2027\n",
         "; 2 rows of the list not taken as partners"),
    ],
    ids=("the list ends early", "names that don't fit", "cells that aren't sure"),
)  # fmt: skip
def test_where_a_row_cant_be_read_nobody_is_gone(text: str, left: str, tmp_path: pathlib.Path) -> None:
    given = of(tmp_path, text)
    assert (sorted(given.ids), sorted(given.gone(BEFORE)), given.left) == (["butte-county"], [], left)
    said = told(given, tmp_path)
    assert "2 agreements of an earlier batch are still in the folder, without a row in the list now that can be" in said
    assert "mend the list first" in said
    assert "delete" not in said


def test_a_row_that_cant_be_read_is_its_partners(tmp_path: pathlib.Path) -> None:
    given = of(tmp_path, "party,dates.start\nButte County,2/3/2027\nInyo County,\nAlpine County,\n")
    assert given.ids == {"alpine-county", "inyo-county"}
    assert told(given, tmp_path) == ""
    (row,) = given.rows_left
    assert (row.name.rpartition("/")[2], row.outcome) == ("p.csv, row 2", roll.UNREAD)
    assert [f.code for f in row.findings] == ["L005"]


def test_names_on_a_command_line_say_nothing_of_others(tmp_path: pathlib.Path) -> None:
    for said in ("Butte County", "uc"):
        given = of(tmp_path, said)
        assert (given.gone(BEFORE), told(given, tmp_path)) == (set(), "")


def misspelled(words: list[tuple[str, str]]) -> list[Finding]:
    return [Finding("D006", Severity.ERROR, Location("p.csv", n, 1, cell=f"row {n}, column A (party)"),
                    f"no party of the lists is called '{word}'", hint)
            for n, (word, hint) in enumerate(words, 2)]  # fmt: skip


def test_remedies_that_differ_are_told_one_by_one() -> None:
    lines = roll.lines(misspelled([(f"Count {n}", f"did you mean 'County {n}'?") for n in range(9)]))
    assert len(lines) == 18
    assert lines[16] == "p.csv, row 10, column A (party): error[D006] no party of the lists is called 'Count 8'"
    assert lines[17] == "  hint: did you mean 'County 8'?"
    many = roll.lines(misspelled([(f"Count {n}", f"did you mean 'County {n}'?") for n in range(roll.MANY + 200)]))
    assert len(many) == 2 * roll.MANY + 3
    assert many[-3].startswith("200 places: error[D006] no party of the lists is called 'Count 50', and the like")
    assert many[-2].endswith("row 54, column A (party): 'Count 52' and 197 more")


def test_of_those_with_one_remedy_the_words_of_each_place_are_told() -> None:
    lines = roll.lines(misspelled([(f"Town {n}", "write its `kind`") for n in (*range(9), 0)]))
    assert lines == [
        "10 places: error[D006] no party of the lists is called 'Town 0', and the like",
        "  p.csv, row 2, column A (party); p.csv, row 3, column A (party): 'Town 1'; p.csv, row 4, column A (party): "
        "'Town 2' and 7 more",
        "  hint: write its `kind`",
    ]
    same = roll.lines(misspelled([("Town", "write its `kind`")] * 3 + [("City", "write its `kind`")]))
    assert [line for line in same if "places" in line or "City" in line] == [
        "3 places: error[D006] no party of the lists is called 'Town'",
        "p.csv, row 5, column A (party): error[D006] no party of the lists is called 'City'",
    ]

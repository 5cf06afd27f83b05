"""The commands for lists of partners: the sheet that is written, and what is said of a list."""

from __future__ import annotations

import json
import pathlib
import re
import shutil
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from command_line import Run

PROPOSALS = pathlib.Path(__file__).parents[1] / "proposals"


@pytest.fixture
def proposal(tmp_path: pathlib.Path) -> pathlib.Path:
    """An example with an open recipient."""
    text = (PROPOSALS / "county-coverage.yaml").read_text(encoding="utf-8")
    path = tmp_path / "open.yaml"
    path.write_text(re.sub(r"(?m)^recipient:.*$", "recipient: partner", text), encoding="utf-8")
    shutil.copy(PROPOSALS / "county-coverage-elements.csv", tmp_path)
    return path


def test_sheet_is_written_once(run: Callable[..., Run], proposal: pathlib.Path, tmp_path: pathlib.Path) -> None:
    written = run("partners", "template", proposal, "--kind", "county")
    assert (written.code, "open-partners.xlsx" in written.out) == (0, True)
    before = (tmp_path / "open-partners.xlsx").read_bytes()
    again = run("partners", "template", proposal, "--kind", "county")
    assert (again.code, "--force" in again.err) == (2, True)
    assert run("partners", "template", proposal, "--kind", "county", "--force").code == 0
    assert (tmp_path / "open-partners.xlsx").read_bytes() == before
    unfilled = run("partners", "list", "open-partners.xlsx")
    assert (unfilled.code, unfilled.err.count("error[L007]")) == (1, 1)


def test_sheet_takes_a_list_over(run: Callable[..., Run], proposal: pathlib.Path, tmp_path: pathlib.Path) -> None:
    made = run("partners", "template", proposal, "--from", "counties", "--where", "county<B", "-o", "p.xlsx")
    assert (made.code, "with 3 partners in it" in made.out) == (0, True)
    listed = run("partners", "list", "p.xlsx")
    assert (listed.code, listed.out.splitlines()[0]) == (0, "alameda-county  County of Alameda  (county)")
    before = (tmp_path / "p.xlsx").read_bytes()
    refused = run("partners", "template", proposal, "-o", "p.xlsx", "--force")
    assert (refused.code, "--from p.xlsx --output p-new.xlsx" in refused.err) == (2, True)
    assert (tmp_path / "p.xlsx").read_bytes() == before
    assert run("partners", "template", proposal, "--from", "p.xlsx", "-o", "p-new.xlsx").code == 0
    assert (tmp_path / "p-new.xlsx").read_bytes() == before
    astray = run("partners", "template", proposal, "--where", "kind=uc", "-o", "q.xlsx")
    assert (astray.code, "--from" in astray.err) == (2, True)


def test_list_shows_partners_and_faults(run: Callable[..., Run], tmp_path: pathlib.Path) -> None:
    (tmp_path / "p.csv").write_text("party,dates.start\nAlameda County,2/9/2027\nUC Davis,\n", encoding="utf-8")
    found = run("partners", "list", "p.csv")
    assert (found.code, found.out) == (1, "uc-davis  University of California, Davis  (uc)\n")
    assert "p.csv, row 2, column B (dates.start): error[L005]" in found.err
    assert "1 partner\n" in found.err
    told = json.loads(run("partners", "list", "p.csv", "--json").out)
    assert told["findings"][0]["location"]["cell"] == "row 2, column B (dates.start)"
    assert [p["id"] for p in told["partners"]] == ["uc-davis"]


def test_conditions_and_names(run: Callable[..., Run]) -> None:
    found = run("partners", "list", "counties", "--where", "county=Alpine")
    assert (found.code, found.out) == (0, "alpine-county  County of Alpine  (county)\n")
    assert "1 of 58 partners" in found.err
    assert run("partners", "list", "countiez").code == 2
    assert run("partners", "list", "counties", "--where", "kind").code == 2

"""What the rules say of a faulty proposal: all that can be known at once, and nothing that follows from a fault."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import pytest
from complete_proposal import completed, read, written

from agreegen.rules import foreseen

if TYPE_CHECKING:
    import pathlib


def found(data: dict[str, Any], folder: pathlib.Path) -> tuple[list[str], list[str]]:
    """The codes of reading, and the codes with paths of the rules."""
    reading = read(written(data)[0], folder)
    assert reading.proposal is None
    return [f.code for f in reading.findings], [f"{f.code} {f.location.path}" for f in foreseen(reading)]


def test_a_faulty_value_hides_no_other_finding(tmp_path: pathlib.Path) -> None:
    data = completed({"dates": {"start": "2027-03-01", "end": "2026-02-28"}, "transfer": {"storage": "TBD"}})
    data["research"] = "maybe"
    assert found(data, tmp_path) == (["D003"], ["P055 transfer.storage", "P010 dates.end"])


@pytest.mark.parametrize(("key", "wrong"), [("purpose", "purposes"), ("end of use", "end of uses")])
def test_a_misspelt_key_is_not_said_to_be_missing_too(key: str, wrong: str, tmp_path: pathlib.Path) -> None:
    data = completed({})
    data[wrong] = data.pop(key)
    assert found(data, tmp_path) == (["D001"], [])


def test_faulty_elements_leave_the_others(tmp_path: pathlib.Path) -> None:
    data = completed({})
    first = data["data"]["elements"][0]
    data["data"]["elements"] = [{**first, "classification": "secret"}, {**first, "name": "Sex", "statute": []}]
    codes, rules = found(data, tmp_path)
    assert codes == ["D003"] and rules == ["P041 data.elements[2]"]


def test_nothing_is_said_of_what_follows_from_an_unknown_party(tmp_path: pathlib.Path) -> None:
    data = completed({"dates": {"start": "2027-03-01", "end": "2026-02-28"}})
    data["recipient"] = copy.deepcopy(data["recipient"]) | {"party": "Nobody at all"}
    assert found(data, tmp_path) == (["D006"], ["P010 dates.end"])


def test_a_file_that_is_no_proposal_has_its_own_findings_only(tmp_path: pathlib.Path) -> None:
    (tmp_path / "case.yaml").write_text("a: [", encoding="utf-8")
    reading = read("a: [", tmp_path)
    assert [f.code for f in reading.findings] == ["Y001"] and foreseen(reading) == []


def test_a_confidential_part_is_looked_for_whoever_the_parties_are(tmp_path: pathlib.Path) -> None:
    case = completed({
        "recipient": {"legal name": "Sample Charity", "kind": "nonprofit"}, "confidential": ["securty"],
        "dates": {"start": "soon"},
    })  # fmt: skip
    assert "P053" in {f.code for f in foreseen(read(written(case)[0], tmp_path))}

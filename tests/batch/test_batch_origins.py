"""Origins: two proposals of one name don't replace each other's agreements; one that was moved is the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from agreegen.batch.journal import Journal, recovered, save
from agreegen.batch.manifest import Manifest
from agreegen.batch.origins import origins
from agreegen.errors import UsageError

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Callable


@pytest.fixture
def proposal(tmp_path: pathlib.Path) -> Callable[[str], pathlib.Path]:
    def made(folder: str) -> pathlib.Path:
        path = tmp_path / folder / "coverage.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("title: Coverage\n", encoding="utf-8")
        return path

    return made


def test_another_proposal_of_the_name_is_refused(
    proposal: Callable[[str], pathlib.Path], tmp_path: pathlib.Path
) -> None:
    one, other, out = proposal("one"), proposal("other"), tmp_path / "out"
    known = origins({}, [one], out)
    assert known == {"coverage": "../one/coverage.yaml"}
    assert origins(known, [one], out) == known
    with pytest.raises(UsageError) as error:
        origins(known, [other], out)
    assert "another proposal called coverage: " in error.value.message
    assert str(one) in error.value.message
    assert "--output" in error.value.hint


def test_a_proposal_that_was_moved_is_the_same(proposal: Callable[[str], pathlib.Path], tmp_path: pathlib.Path) -> None:
    one, out = proposal("one"), tmp_path / "out"
    known = origins({}, [one], out)
    one.unlink()
    assert origins(known, [proposal("other")], out) == {"coverage": "../other/coverage.yaml"}
    one.mkdir()  # a folder of that name is no proposal
    assert origins(known, [proposal("other")], out) == {"coverage": "../other/coverage.yaml"}


def test_a_folder_that_was_moved_with_its_proposals_is_the_same(
    proposal: Callable[[str], pathlib.Path], tmp_path: pathlib.Path
) -> None:
    known = origins({}, [proposal("here/proposals")], tmp_path / "here" / "out")
    (tmp_path / "here").rename(tmp_path / "there")
    moved = tmp_path / "there" / "proposals" / "coverage.yaml"
    assert origins(known, [moved], tmp_path / "there" / "out") == known


def test_other_names_are_kept(proposal: Callable[[str], pathlib.Path], tmp_path: pathlib.Path) -> None:
    known = origins({"second": "../x/second.yaml"}, [proposal("one")], tmp_path / "out")
    assert known == {"second": "../x/second.yaml", "coverage": "../one/coverage.yaml"}


def test_the_record_and_the_journal_keep_them(tmp_path: pathlib.Path) -> None:
    held = Manifest(proposals={"coverage": "../coverage.yaml"})
    with Journal.begin(tmp_path, held):
        assert recovered(tmp_path).proposals == held.proposals  # as after a kill, before the record is written
    save(held, tmp_path)
    assert recovered(tmp_path).proposals == held.proposals

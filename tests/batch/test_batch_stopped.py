"""A batch that was stopped within a lot, and what other batches in its folder know of the files that it wrote."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
import test_batch_run
from test_batch_run import COUNTIES, files, order, outcomes, write_list

from agreegen import batch
from agreegen.batch import running
from agreegen.batch.entry import FAILED, MADE
from agreegen.batch.manifest import NAME

if TYPE_CHECKING:
    import pathlib

place = test_batch_run.place  # the fixtures
cache = test_batch_run.cache


class KilledError(BaseException):
    """What stands for a kill: nobody takes anything down."""


@pytest.fixture(autouse=True)
def together(monkeypatch: pytest.MonkeyPatch) -> None:
    """All agreements are made as one lot."""
    monkeypatch.setattr(running, "_lots", lambda jobs, *_: iter([jobs] if jobs else []))


def killed(place: pathlib.Path, after: int) -> None:
    """A batch that ends when so many of its agreements are in place, none of them in the journal."""

    def end(now: batch.Progress) -> None:
        if now.step == "making" and now.done == after:
            raise KilledError

    with pytest.raises(KilledError):
        batch.run(order(place), end)


def changed(place: pathlib.Path, old: str, new: str) -> None:
    proposal = place / "coverage.yaml"
    text = proposal.read_text(encoding="utf-8")
    assert old in text
    proposal.write_text(text.replace(old, new), encoding="utf-8")


def digests(place: pathlib.Path) -> dict[str, str]:
    """The digests that the record has of files that no agreement has."""
    return dict(json.loads((place / "output" / NAME).read_bytes())["outdated"])


def test_files_of_a_batch_that_was_killed_stay_ours_though_another_one_ran_since(place: pathlib.Path) -> None:
    killed(place, 3)
    assert len(files(place / "output")) == 3
    write_list(place, COUNTIES[3:])
    assert batch.run(order(place)).whole
    assert len(digests(place)) == 3
    changed(place, "1,800", "1,900")
    write_list(place)
    assert set(outcomes(batch.run(order(place))).values()) == {MADE}
    assert digests(place) == {}


def test_files_that_were_made_anew_stay_ours_though_their_record_is_of_the_old_ones(place: pathlib.Path) -> None:
    assert batch.run(order(place)).whole
    changed(place, "1,800", "1,900")
    killed(place, 3)
    write_list(place, COUNTIES[3:])
    assert batch.run(order(place)).whole
    assert len(digests(place)) == 3
    changed(place, "1,900", "2,000")
    write_list(place)
    assert set(outcomes(batch.run(order(place))).values()) == {MADE}
    assert digests(place) == {}


def test_files_of_a_batch_that_was_killed_stay_ours_though_their_agreements_fail_since(place: pathlib.Path) -> None:
    assert batch.run(order(place)).whole
    changed(place, "1,800", "1,900")
    killed(place, 3)
    changed(place, "\npurpose:", "\npurpse:")
    for _ in range(2):
        assert set(outcomes(batch.run(order(place))).values()) == {FAILED}
        assert len(digests(place)) == 3
    changed(place, "\npurpse:", "\npurpose:")
    changed(place, "1,900", "2,000")
    assert set(outcomes(batch.run(order(place))).values()) == {MADE}


def test_what_someone_edited_since_the_kill_is_not_taken_for_ours(place: pathlib.Path) -> None:
    killed(place, 2)
    edited, *_ = sorted((place / "output").glob("*.docx"))
    edited.write_bytes(edited.read_bytes() + b" ")
    write_list(place, COUNTIES[3:])
    assert batch.run(order(place)).whole
    assert edited.name not in digests(place)
    assert len(digests(place)) == 1

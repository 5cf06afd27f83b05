"""A batch that was stopped within a lot, and what other batches in its folder know of the files that it wrote."""

from __future__ import annotations

import errno
import json
import os
import pathlib

import pytest
import test_batch_run
from test_batch_run import COUNTIES, files, order, outcomes, parts, write_list

from agreegen import batch
from agreegen.batch import running, staging
from agreegen.batch.entry import FAILED, MADE, UNCHANGED
from agreegen.batch.journal import JOURNAL
from agreegen.batch.manifest import NAME
from agreegen.package import digest

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


def test_files_lie_ready_whole_in_folders_of_a_few(tmp_path: pathlib.Path) -> None:
    lying = [staging.staged(tmp_path, f"{n}".encode()) for n in range(200)]
    assert [pathlib.Path(one.path).read_bytes() for one in lying] == [f"{n}".encode() for n in range(200)]
    assert {one.record.mtime_ns for one in lying} == {pathlib.Path(one.path).stat().st_mtime_ns for one in lying}
    folders = [len([*folder.iterdir()]) for folder in tmp_path.iterdir()]
    assert max(folders) <= 64
    assert sum(folders) == 200


def test_what_is_put_back_below_the_output_folder_is_laid_ready_where_the_next_batch_clears_up(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, lying = tmp_path / "output", tmp_path / "lying"
    (folder / "county").mkdir(parents=True)
    lying.mkdir()
    for name in ("county/a.docx", "county/a.pdf"):
        (folder / name).write_bytes(b"before")
    ready = {name: staging.staged(lying, b"after") for name in ("county/a.docx", "county/a.pdf")}
    move, make = os.replace, pathlib.Path.mkdir
    seen: list[pathlib.Path] = []

    def held(path: str, target: str) -> None:
        if str(target).endswith(".pdf"):
            raise PermissionError(errno.EACCES, "in use", target)
        move(path, target)

    def noted(path: pathlib.Path, mode: int = 0o777, *, parents: bool = False, exist_ok: bool = False) -> None:
        seen.append(path)
        make(path, mode, parents, exist_ok)

    monkeypatch.setattr(os, "replace", held)
    monkeypatch.setattr(pathlib.Path, "mkdir", noted)
    with pytest.raises(staging.UnplacedError):
        staging.place(folder, ready, lambda _: [digest(b"before")])
    assert {name: (folder / name).read_bytes() for name in ready} == dict.fromkeys(ready, b"before")
    assert seen == [folder / staging.STAGING]


@pytest.mark.parametrize("cut", [b"", bytes(5000)])
def test_after_a_power_cut_force_makes_all_again(place: pathlib.Path, cut: bytes) -> None:
    killed(place, 3)
    write_list(place, COUNTIES[3:])
    assert batch.run(order(place)).whole
    output = place / "output"
    for path in (*output.glob("*.docx"), output / NAME, output / JOURNAL):
        path.write_bytes(cut)
    write_list(place)
    assert batch.run(order(place, force=True)).whole
    assert all(parts(path) for path in output.glob("*.docx"))
    assert len(files(output)) == len(COUNTIES)
    assert set(outcomes(batch.run(order(place))).values()) == {UNCHANGED}

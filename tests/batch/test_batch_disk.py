"""Disks that are full or closed, files that are in the way, names that no system takes: told, and nothing is lost."""

from __future__ import annotations

import errno
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
import test_batch_run
from test_batch_run import COUNTIES, files, order, outcomes, parts

from agreegen import batch
from agreegen.batch.entry import FAILED, LEFT, MADE, REFUSED
from agreegen.batch.journal import JOURNAL
from agreegen.batch.lock import LOCK
from agreegen.batch.manifest import NAME, Manifest
from agreegen.batch.staging import STAGING
from agreegen.errors import UsageError
from agreegen.package import LONGEST, RESERVED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from agreegen.batch import Order

place = test_batch_run.place  # fixtures
shipped = test_batch_run.shipped
cache = test_batch_run.cache


class Disk:
    """A small disk, a real one where we may mount one."""

    def __init__(self, folder: pathlib.Path, kilobytes: int, *, real: bool) -> None:
        folder.mkdir()
        self.folder = folder
        self.size = kilobytes * 1024
        self.real = real and _mounted(folder, f"size={kilobytes}k")

    def grow(self) -> None:
        """Makes room."""
        self.size = 64 << 20
        if self.real:
            _mounted(self.folder, "remount,size=64m")

    def close(self) -> None:
        if self.real:
            subprocess.run(["umount", str(self.folder)], check=True)


def _mounted(folder: pathlib.Path, options: str) -> bool:
    if sys.platform != "linux" or not shutil.which("mount") or os.geteuid():
        return False
    command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


@pytest.fixture
def disk(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Disk]]:
    """Makes a small disk; where none can be mounted, or a pretended one is wanted, writing fails as it does on one."""
    made: list[Disk] = []

    def disk_(kilobytes: int, *, real: bool = True) -> Disk:
        one = Disk(tmp_path / "disk", kilobytes, real=real)
        made.append(one)
        if not one.real:
            pretend(monkeypatch, one)
        return one

    yield disk_
    for one in made:
        one.close()


def pretend(monkeypatch: pytest.MonkeyPatch, disk: Disk) -> None:
    """Lets whole files be written until the disk holds as many bytes as it may, and a part of the one too many."""
    write = pathlib.Path.write_bytes

    def limited(path: pathlib.Path, data: bytes) -> int:
        used = sum(p.stat().st_size for p in disk.folder.rglob("*") if p.is_file())
        if disk.folder in path.parents and used + len(data) > disk.size:
            write(path, data[: max(0, disk.size - used)])
            raise OSError(errno.ENOSPC, "No space left on device", str(path))
        return write(path, data)

    monkeypatch.setattr(pathlib.Path, "write_bytes", limited)


def on(disk: Disk, one: Order) -> Order:
    return replace(one, workspace=replace(one.workspace, output=disk.folder / "output"))


def sound(output: pathlib.Path) -> None:
    """Every file is whole, and there is a record of it: the manifest or the journal."""
    for path in output.glob("*.docx"):
        assert parts(path)
    assert not list(output.glob(f"{STAGING}/*")), "what doesn't fit takes no room"
    if (output / NAME).exists():
        Manifest.read(output)
    else:
        assert (output / JOURNAL).exists() or not files(output)


@pytest.mark.parametrize(("kilobytes", "real"), [
    *((size, True) for size in (8, 140, 300, 600)),
    *((size, False) for size in (20, 300)),
])  # fmt: skip
def test_a_full_disk(shipped: pathlib.Path, disk: Callable[..., Disk], kilobytes: int, real: bool) -> None:
    """From one without room for a single agreement to one with room for all but the record."""
    small = disk(kilobytes, real=real)
    output = small.folder / "output"
    one = on(small, order(shipped))
    try:
        done = batch.run(one)
    except UsageError as error:
        assert "No space left" in error.message
        assert (error.hint != "", error.exit_code) == (True, 2)
    else:
        assert done.stopped == "the disk is full"
        assert set(outcomes(done).values()) <= {MADE, REFUSED, LEFT}
        (refused,) = [e for e in done.manifest.entries.values() if e.outcome == REFUSED]
        assert [f.code for f in refused.findings if f.severity == "error"] == ["B005"]
    sound(output)
    before = files(output)
    small.grow()
    done = batch.run(one)
    assert done.whole, outcomes(done)
    after = files(output)
    assert len(after) == len(COUNTIES)
    assert {name: after[name] for name in before} == before
    assert {p.name for p in output.iterdir()} - after.keys() == {NAME, LOCK, "summary.html", "summary.csv"}
    assert len(json.loads((output / NAME).read_bytes())["entries"]) == len(COUNTIES)
    assert (batch.run(one).tried, done.whole) == (0, True)


def test_an_archive_that_does_not_fit_is_told(shipped: pathlib.Path, disk: Callable[..., Disk]) -> None:
    small = disk(1000)
    done = batch.run(replace(on(small, order(shipped)), pack="all")) if small.real else None
    if done is None:  # archives aren't written whole: nothing to pretend
        return
    assert done.whole
    (told,) = [f for f in done.findings if f.code == "B004"]
    assert "No space left" in told.message
    assert not (small.folder / "output" / "agreements.zip").exists()
    sound(small.folder / "output")
    small.grow()
    assert len(batch.run(replace(on(small, order(shipped)), pack="all")).archives) == 1


def test_a_disk_apart_from_the_temporary_files(place: pathlib.Path, disk: Callable[..., Disk]) -> None:
    """Nothing is moved from one device to another, which isn't atomic."""
    apart = disk(64 << 10)
    one = on(apart, order(place))
    assert batch.run(one).whole
    if apart.real:
        assert one.workspace.output.stat().st_dev != place.stat().st_dev


def test_a_folder_that_may_only_be_read(
    place: pathlib.Path, disk: Callable[..., Disk], monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = disk(64 << 10)
    one = on(closed, order(place))
    if closed.real:
        _mounted(closed.folder, "remount,ro")
    else:

        def refused(path: pathlib.Path, *_: object, **__: object) -> None:
            raise OSError(errno.EROFS, "Read-only file system", str(path))

        monkeypatch.setattr(pathlib.Path, "mkdir", refused)
    with pytest.raises(UsageError, match="can't be written to: Read-only file system"):
        batch.run(one)


def test_a_disk_that_closes_after_the_first_batch(place: pathlib.Path, disk: Callable[..., Disk]) -> None:
    """What is there stays as it is."""
    closing = disk(64 << 10)
    one = on(closing, order(place))
    batch.run(one)
    before = files(one.workspace.output)
    if closing.real:
        _mounted(closing.folder, "remount,ro")
        with pytest.raises(UsageError, match="Read-only file system"):
            batch.run(replace(one, force=True))
    assert files(one.workspace.output) == before


# --------------------------------------------------------------------------------------------------- files in the way
@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Names of files that can't be replaced, as on Windows while another program has them open."""
    names: set[str] = set()
    put = os.replace

    def replace_(path: str | pathlib.Path, target: str | pathlib.Path) -> None:
        if pathlib.Path(target).name in names:
            raise PermissionError(errno.EACCES, "Access is denied", str(target))
        put(path, target)

    monkeypatch.setattr(os, "replace", replace_)
    return names


def test_an_agreement_that_is_held_open_costs_that_one(place: pathlib.Path, held: set[str]) -> None:
    batch.run(order(place))
    before = files(place / "output")
    name = "coverage-yuba-county.docx"
    held.add(name)
    done = batch.run(order(place, as_draft=False, force=True))
    assert outcomes(done)["yuba-county"] == REFUSED
    assert sorted(outcomes(done).values()).count(MADE) == len(COUNTIES) - 1
    (finding,) = [f for f in done.manifest.entries["coverage/yuba-county"].findings if f.severity == "error"]
    assert (finding.code, finding.location.file) == ("B004", name)
    assert "close it" in finding.hint
    assert files(place / "output")[name] == before[name]
    held.clear()
    again = batch.run(order(place))
    assert (again.whole, again.tried) == (True, 1)


@pytest.mark.parametrize("name", ["summary.html", "summary.csv", NAME])
def test_a_record_that_is_held_open_is_told_and_written_the_next_time(
    place: pathlib.Path, held: set[str], name: str
) -> None:
    held.add(name)
    with pytest.raises(UsageError, match=f"{name} can't be written: Access is denied") as told:
        batch.run(order(place))
    assert told.value.hint
    sound(place / "output")
    assert len(files(place / "output")) == len(COUNTIES)
    held.clear()
    again = batch.run(order(place))
    assert (again.tried, again.whole) == (0, True)
    assert {p.name for p in (place / "output").iterdir() if p.suffix != ".docx"} == {
        NAME, LOCK, "summary.html", "summary.csv",
    }  # fmt: skip


def test_a_folder_where_an_agreement_belongs(place: pathlib.Path) -> None:
    (place / "output" / "coverage-yuba-county.docx").mkdir(parents=True)
    done = batch.run(order(place))
    assert outcomes(done)["yuba-county"] == REFUSED
    assert sorted(outcomes(done).values()).count(MADE) == len(COUNTIES) - 1
    (finding,) = [f for f in done.manifest.entries["coverage/yuba-county"].findings if f.severity == "error"]
    assert finding.code in ("B004", "B009")
    assert (place / "output" / "coverage-yuba-county.docx").is_dir()


def test_a_file_where_a_folder_of_agreements_belongs(place: pathlib.Path) -> None:
    (place / "output").mkdir()
    (place / "output" / "yuba-county").write_text("in the way", encoding="utf-8")
    done = batch.run(order(place, name="{partner.id}/{proposal.id}"))
    assert outcomes(done)["yuba-county"] == REFUSED
    assert sorted(outcomes(done).values()).count(MADE) == len(COUNTIES) - 1
    assert (place / "output" / "yuba-county").read_text(encoding="utf-8") == "in the way"


# -------------------------------------------------------------------------------------------------------------- names
IDS = ("a/b", "../above", "..", ".", "CON", "con.txt", "nul", "LPT1", "trailing...", "follow ", " leading", "x" * 300,
       "\u0141\u00f3d\u017a", "\u5317\u4eac", "C:x", "-", "~", "%2e%2e", "a:b*c?d", "\u202egnp.exe", "manifest",
       "new\nline", "back\\slash", "t\tab", "\U0001f600")  # fmt: skip


def test_ids_that_are_no_names_of_files(place: pathlib.Path) -> None:
    """The files stand in the folder, under names that every system takes, and are known again."""
    whole = order(place)
    one = replace(whole, partners=tuple(replace(whole.partners[0], id=id_) for id_ in IDS), name="{partner.id}")
    done = batch.run(one)
    assert done.whole, outcomes(done)
    paths = [path for entry in done.manifest.entries.values() for path in entry.files]
    for path in paths:
        stem = path.removesuffix(".docx")
        assert re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?", stem), path
        assert not RESERVED.match(stem)
        assert len(path) <= LONGEST + len(".docx")
    assert set(files(place / "output")) == set(paths)
    assert len(paths) == len(IDS)
    assert {p.name for p in place.iterdir()} == {
        "coverage.yaml", "county-coverage-elements.csv", "counties.yaml", "templates", "output",
    }  # fmt: skip
    assert batch.run(one).tried == 0


def test_the_same_name_by_other_letters_is_no_name_for_two(place: pathlib.Path) -> None:
    """What a disk without capitals, or without accents, takes for the same."""
    whole = order(place)
    first, second, third = whole.partners[:3]
    partners = (replace(first, id="Yuba"), replace(second, id="YUBA"), replace(third, id="yub\u00e1"))
    done = batch.run(replace(whole, partners=partners, name="{partner.id}"))
    assert set(outcomes(done).values()) == {FAILED}
    assert {f.code for e in done.manifest.entries.values() for f in e.findings} == {"B001"}
    assert not files(place / "output")

"""Plates in the cache folder: what is found there makes what was made before, or isn't used."""

from __future__ import annotations

import dataclasses
import os
from typing import TYPE_CHECKING

import pytest
from test_plate_press import same, who, words

from agreegen import sealed
from agreegen.plate import Press, shelf
from agreegen.plate.cast import UnfitError
from agreegen.plate.plate import Plate

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Iterator

    from plate_samples import Series

pytestmark = pytest.mark.slow

NAMES = ("Alpine", "Yolo", "San Luis Obispo", "Amador")


@pytest.fixture(scope="module", autouse=True)
def code() -> Iterator[None]:
    """The code is the same for all of these tests, whatever is edited meanwhile."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sealed, "version", lambda _: "of these tests")
        yield


@pytest.fixture(scope="module")
def kept(counties: Series, tmp_path_factory: pytest.TempPathFactory) -> tuple[Series, pathlib.Path]:
    """A cache folder that has the plate of counties, and what it is of."""
    cache = tmp_path_factory.mktemp("shelf", numbered=True)
    cache.chmod(0o700)
    of = dataclasses.replace(counties, workspace=dataclasses.replace(counties.workspace, cache=cache))
    made = Press(of.workspace)
    assert [same(made, of, words(n)) for n in NAMES[:3]] == [False, True, True]
    made.keep()
    return of, cache


def test_the_next_press_makes_the_same_bytes_and_nothing_the_whole_way(kept: tuple[Series, pathlib.Path]) -> None:
    of, cache = kept
    (path,) = (cache / "plates").glob("*.plate")
    before = path.read_bytes()
    fresh, again = Press(of.workspace), Press(of.workspace)
    fresh._shelf.folder = None
    for name in NAMES:
        opened, source = of.having(words(name))
        found = again.made(opened, source, partner=who(opened))
        assert found == dataclasses.replace(fresh.made(opened, source, partner=who(opened)), plate=True), name
    assert (again.whole, again.unfit) == (0, 0)
    assert (fresh.whole, fresh.unfit) == (1, 0)
    again.keep()
    assert path.read_bytes() != before, "what was learned of a fourth county is kept"


def test_what_is_damaged_or_of_other_code_is_not_used(
    kept: tuple[Series, pathlib.Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    of, cache = kept
    (path,) = (cache / "plates").glob("*.plate")
    whole = path.read_bytes()
    try:
        for damaged in (whole[:-1], whole[:1000] + b"\0" + whole[1001:], b"", b"agreegen-plate-1\n"):
            path.write_bytes(damaged)
            made = Press(of.workspace)
            assert not same(made, of, words("Alpine")), len(damaged)
    finally:
        path.write_bytes(whole)
    monkeypatch.setattr(shelf, "__version__", "another")
    assert not same(Press(of.workspace), of, words("Alpine"))


def test_another_text_or_setting_has_another_plate(kept: tuple[Series, pathlib.Path]) -> None:
    of, _ = kept
    opened, source = of.having(words("Alpine"))
    for other in (
        dataclasses.replace(of.workspace, watermark="SAMPLE"),
        dataclasses.replace(of.workspace, compression="zlib:1"),
    ):
        assert not Press(other).made(opened, source, partner=who(opened)).plate
    assert Press(of.workspace).made(opened, source, partner=who(opened)).plate


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")
def test_a_folder_that_others_may_write_to_is_not_used(kept: tuple[Series, pathlib.Path]) -> None:
    of, cache = kept
    for folder in (cache / "plates", cache):
        folder.chmod(0o777)
        try:
            assert not same(Press(of.workspace), of, words("Alpine")), folder.name
        finally:
            folder.chmod(0o700)


def test_a_plate_that_proves_wrong_is_thrown_away(
    kept: tuple[Series, pathlib.Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    of, cache = kept
    (path,) = (cache / "plates").glob("*.plate")
    whole = path.read_bytes()
    made = Press(of.workspace)

    opened, source = of.having(words("Yolo"))
    assert made.made(opened, source, partner=who(opened)).plate

    def contradicted(*_: object) -> None:
        raise UnfitError("the same lines are on other pages")

    with monkeypatch.context() as patch:
        patch.setattr(Plate, "found", contradicted)
        assert not same(made, of, words("Amador"))
    assert not path.exists()
    path.write_bytes(whole)
    assert not same(made, of, words("Alpine")), "this press has learned that it can't be made so"


def test_few_are_kept(
    tmp_path: pathlib.Path, kept: tuple[Series, pathlib.Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    of, cache = kept
    (path,) = (cache / "plates").glob("*.plate")
    tmp_path.chmod(0o700)
    there = shelf.Shelf.open(dataclasses.replace(of.workspace, cache=tmp_path))
    monkeypatch.setattr(shelf, "_FILES", 2)
    plate = shelf.Shelf.open(of.workspace).find(path.name)
    assert plate is not None
    for n, name in enumerate("abc"):
        there.keep(f"{name}.plate", plate)
        os.utime(tmp_path / "plates" / f"{name}.plate", ns=(n, n))
    there.keep("d.plate", plate)
    assert sorted(p.name for p in (tmp_path / "plates").iterdir()) == ["c.plate", "d.plate"]

"""Values in the cache folder: read as they were written, and nothing remains of what couldn't be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from agreegen import sealed

if TYPE_CHECKING:
    import pathlib

HEAD = b"a test\n"


class Interrupts:
    """A value in whose writing somebody presses Ctrl-C."""

    def __reduce__(self) -> str:
        raise KeyboardInterrupt


def test_what_was_written_is_read(tmp_path: pathlib.Path) -> None:
    sealed.write(tmp_path / "kept", HEAD, {"a": (1, 2)})
    assert sealed.read(tmp_path / "kept", HEAD) == {"a": (1, 2)}
    assert [p.name for p in tmp_path.iterdir()] == ["kept"]


@pytest.mark.parametrize("value", [lambda: None, (n for n in range(2)), [bytes(1 << 17), lambda: None]])
def test_what_cannot_be_kept_costs_nothing_and_leaves_what_was_there(tmp_path: pathlib.Path, value: object) -> None:
    sealed.write(tmp_path / "kept", HEAD, "before")
    sealed.write(tmp_path / "kept", HEAD, value)
    assert sealed.read(tmp_path / "kept", HEAD) == "before"
    assert [p.name for p in tmp_path.iterdir()] == ["kept"]


def test_an_interruption_leaves_no_piece_and_is_told(tmp_path: pathlib.Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        sealed.write(tmp_path / "kept", HEAD, [bytes(1 << 17), Interrupts()])
    assert [*tmp_path.iterdir()] == []


def test_a_folder_that_is_not_there_costs_nothing(tmp_path: pathlib.Path) -> None:
    sealed.write(tmp_path / "nowhere" / "kept", HEAD, "value")
    assert [*tmp_path.iterdir()] == []

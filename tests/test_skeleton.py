"""Proposals to start from: titles that YAML reads back, and no file of anyone's lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from agreegen import skeleton
from agreegen.errors import UsageError
from agreegen.law import VARIANTS
from agreegen.reading import read_source

if TYPE_CHECKING:
    import pathlib

TABLE = "county-coverage-elements.csv"


@pytest.mark.parametrize("title", ["Family outreach", "Outreach: phase 2", "True", "#4", "Q&A - a test", "[x]", "2027"])
def test_a_title_is_read_back_as_written(title: str) -> None:
    source = read_source(skeleton.skeleton(VARIANTS[0], title).encode(), "new.yaml")
    assert str(source.data["proposal"]) == title
    assert type(source.data["proposal"]) is not bool
    assert source.findings == []


def test_a_copy_brings_its_table(tmp_path: pathlib.Path) -> None:
    skeleton.create(tmp_path / "mine.yaml", variant=None, example="county-coverage")
    assert (tmp_path / TABLE).read_bytes().startswith(b"name,")
    skeleton.create(tmp_path / "second.yaml", variant=None, example="county-coverage")
    assert (tmp_path / "second.yaml").is_file()


def test_a_table_that_someone_changed_stays(tmp_path: pathlib.Path) -> None:
    (tmp_path / TABLE).write_text("name\nMine\n", encoding="utf-8", newline="\n")
    with pytest.raises(UsageError, match=TABLE):
        skeleton.create(tmp_path / "mine.yaml", variant=None, example="county-coverage")
    assert not (tmp_path / "mine.yaml").exists()
    assert (tmp_path / TABLE).read_text(encoding="utf-8") == "name\nMine\n"
    skeleton.create(tmp_path / "mine.yaml", variant=None, example="county-coverage", force=True)
    assert (tmp_path / TABLE).read_bytes().startswith(b"name,type")

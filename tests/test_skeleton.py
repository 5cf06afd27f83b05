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


@pytest.mark.parametrize("variant", VARIANTS)
def test_what_must_be_filled_in_is_open_or_marked(variant: str) -> None:
    lines = [" ".join(line.split()) for line in skeleton.skeleton(variant).splitlines()]
    assert all(any(line.startswith(f"{key}: #") for line in lines) for key in ("research", "funds", "redisclosure"))
    for key in ("sites", "review", *(() if variant == "intra-agency" else ("ipa ground",))):
        assert any(line.startswith(f"# {key}:") and line.endswith("(required in some cases)") for line in lines)
    signatories = [line for line in lines if line.startswith("# signatory:")]
    assert all(line.endswith("(required)") for line in signatories)
    assert len(signatories) == (2 if variant in {"local-government", "university"} else 0)


def test_what_silence_means_is_said() -> None:
    lines = [" ".join(line.split()) for line in skeleton.skeleton("local-government").splitlines()]
    assert any(line.startswith("# contact:") and line.endswith("left out, the agreement forbids it") for line in lines)
    for key in ("linkage", "small cells"):
        assert any(line.startswith(f"# {key}:") and line.endswith("the agreement says None") for line in lines)

"""Shipped templates that tests share are what compiling makes; when one of their files changes, it is made again."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import pytest

import compiled_once as shared
from agreegen import template
from agreegen.render import render
from agreegen.template import build
from agreegen.template.draft import draft

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Iterator

DATA = {"v": "R&D"}


@pytest.fixture
def root(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[pathlib.Path]:
    """A folder that counts as shipped; the master of it includes a clause."""
    folder = tmp_path / "templates"
    (folder / "clauses").mkdir(parents=True)
    (folder / "clauses" / "a.docx").write_bytes(draft("## [a] A {{ v }}"))
    (folder / "m.docx").write_bytes(draft('# One {{ ref("a") }}\n\n{%p include "clauses/a" %}'))
    monkeypatch.setattr(shared, "SHIPPED", folder)
    with shared.compiled_once(tmp_path / "compiled"):
        yield folder


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the templates that are compiled from now on."""
    names: list[str] = []
    right = build.build

    def counted(path: pathlib.Path, *more: Any) -> template.Template:
        names.append(path.name)
        return right(path, *more)

    monkeypatch.setattr(build, "build", counted)
    return names


def test_it_is_compiled_once_and_the_same(built: list[str], root: pathlib.Path) -> None:
    one, other = (template.compile(root / "m.docx", root=root) for _ in range(2))
    assert built == ["m.docx"]
    assert render(one, DATA) == render(other, DATA)
    assert (one.sha256, list(one.names), one.findings) == (other.sha256, list(other.names), other.findings)


def test_a_change_of_any_file_is_seen(built: list[str], root: pathlib.Path) -> None:
    before = render(template.compile(root / "m.docx", root=root), DATA)
    (root / "clauses" / "a.docx").write_bytes(draft("## [a] Another {{ v }}"))
    assert render(template.compile(root / "m.docx", root=root), DATA) != before
    assert built == ["m.docx"] * 2


def test_a_copy_is_the_same_until_it_is_changed(built: list[str], root: pathlib.Path, tmp_path: pathlib.Path) -> None:
    one = template.compile(root / "m.docx", root=root)
    copy = shutil.copytree(root, tmp_path / "copy")
    assert render(template.compile(copy / "m.docx", root=copy), DATA) == render(one, DATA)
    assert len(built) == 1
    (copy / "clauses" / "a.docx").write_bytes(draft("## [a] Another {{ v }}"))
    assert render(template.compile(copy / "m.docx", root=copy), DATA) != render(one, DATA)
    assert render(template.compile(root / "m.docx", root=root), DATA) == render(one, DATA)
    assert len(built) == 2, "the copy's is kept for nobody"


def test_what_is_not_shipped_is_compiled_each_time(
    built: list[str], root: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    for _ in range(2):
        template.compile(root / "m.docx", root=root, also=(tmp_path,))
        template.compile(root / "m.docx", root=root, examine=lambda *_: None)
    assert len(built) == 4
    (root / "m.docx").write_bytes(draft("{{ "))
    assert not template.compile(root / "m.docx", root=root).usable
    assert not template.compile(root / "m.docx", root=root).usable
    assert len(built) == 6, "nothing unusable is kept"

"""The cache gives what compiling gives, and is not believed when anything about it is off."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from agreegen import template
from agreegen.render import render
from agreegen.template import build, cache
from agreegen.template.draft import draft

if TYPE_CHECKING:
    from pathlib import Path

DATA = {"v": "R&D"}


class Shop:
    """A master with a clause, a cache folder, and a count of compilations."""

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.root, self.cache, self.count = root, root / "cache", 0
        (root / "clauses").mkdir()
        self.put("clauses/a", "## [a] A {{ v }}")
        self.put("m", '# One {{ ref("a") }}\n\n{%p include "clauses/a" %}')
        real = build.build

        def counted(*args: Any, **kwargs: Any) -> template.Template:
            self.count += 1
            return real(*args, **kwargs)

        monkeypatch.setattr(build, "build", counted)

    def put(self, name: str, text: str) -> None:
        (self.root / f"{name}.docx").write_bytes(draft(text))

    def compile(self, **options: Any) -> template.Template:
        return template.compile(self.root / "m.docx", root=self.root, cache=self.cache, **options)

    @property
    def file(self) -> Path:
        (found,) = self.cache.glob("*.tpl")
        return found


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shop:
    return Shop(tmp_path, monkeypatch)


def test_the_second_time_comes_from_the_cache(shop: Shop) -> None:
    first, second = shop.compile(), shop.compile()
    assert shop.count == 1
    assert render(first, DATA) == render(second, DATA)
    assert (first.sha256, first.names, first.findings) == (second.sha256, second.names, second.findings)


@pytest.mark.parametrize("name", ["m", "clauses/a"])
def test_a_changed_file_is_compiled_again(shop: Shop, name: str) -> None:
    shop.compile()
    shop.put(name, '# New\n\n{%p include "clauses/a" %}' if name == "m" else "## [a] New")
    assert b"New" in b"".join(p.code for p in shop.compile().parts)
    assert shop.count == 2


def test_a_vanished_clause_is_a_finding(shop: Shop) -> None:
    shop.compile()
    (shop.root / "clauses" / "a.docx").unlink()
    assert next(f.code for f in shop.compile().findings if f.severity == "error") == "T010"


@pytest.mark.parametrize("damage", ["truncate", "flip", "empty", "other"])
def test_a_damaged_cache_is_compiled_again(shop: Shop, damage: str) -> None:
    wanted = render(shop.compile(), DATA)
    data = shop.file.read_bytes()
    flipped = bytearray(data)
    flipped[len(data) // 2] ^= 1
    shop.file.write_bytes({"truncate": data[:-10], "flip": bytes(flipped), "empty": b"", "other": b"hello"}[damage])
    assert render(shop.compile(), DATA) == wanted
    assert shop.count == 2
    shop.compile()
    assert shop.count == 2


def test_what_the_caller_knows_is_part_of_the_key(shop: Shop) -> None:
    shop.compile()
    shop.compile(known=frozenset({"v"}))
    shop.compile(filters={"f": str})
    assert shop.count == 3


def test_another_version_of_the_compiler_compiles_again(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.compile()
    monkeypatch.setattr(cache, "version", lambda: "other")
    shop.compile()
    assert shop.count == 2


@pytest.mark.skipif(os.name == "nt", reason="Windows has no modes")
def test_a_folder_open_to_others_is_not_used(shop: Shop) -> None:
    shop.cache.mkdir(mode=0o755)
    shop.cache.chmod(0o755)
    shop.compile()
    shop.compile()
    assert shop.count == 2
    assert list(shop.cache.iterdir()) == []


@pytest.mark.skipif(os.name == "nt", reason="Windows has no modes")
def test_the_folder_is_made_private(shop: Shop) -> None:
    shop.compile()
    assert shop.cache.stat().st_mode & 0o777 == 0o700


def test_a_folder_behind_a_link_is_not_used(shop: Shop, tmp_path: Path) -> None:
    real = tmp_path / "real"
    real.mkdir(mode=0o700)
    shop.cache.symlink_to(real)
    shop.compile()
    assert list(real.iterdir()) == []


def test_a_folder_that_cannot_be_written_costs_nothing_but_time(shop: Shop) -> None:
    shop.cache.write_text("a file")
    assert shop.compile().usable
    assert shop.compile().usable
    assert shop.count == 2


def test_templates_with_errors_are_not_kept(shop: Shop) -> None:
    shop.put("clauses/a", "{{ v|nope }}")
    shop.compile()
    shop.compile()
    assert shop.count == 2
    assert not shop.cache.exists()


def test_nothing_half_written_is_left(shop: Shop) -> None:
    shop.compile()
    assert [f.suffix for f in shop.cache.iterdir()] == [".tpl"]


def test_a_warm_start_needs_neither_lxml_nor_docxtpl(shop: Shop) -> None:
    shop.compile()
    render(shop.compile(), DATA)
    program = (
        "import sys, pathlib\nfrom agreegen import template\nfrom agreegen.render import render\n"
        "root = pathlib.Path(sys.argv[1])\n"
        "made = template.compile(root / 'm.docx', root=root, cache=root / 'cache')\n"
        "print('lxml' in sys.modules, 'docxtpl' in sys.modules, 'docx' in sys.modules, made.usable)\n"
    )
    found = subprocess.run([sys.executable, "-c", program, str(shop.root)], capture_output=True, text=True, check=True)
    assert found.stdout.split() == ["False", "False", "False", "True"]

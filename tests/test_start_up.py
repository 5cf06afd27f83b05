"""What a command loads: nothing heavy that it doesn't need, by name."""

from __future__ import annotations

import os
import pathlib
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).parents[1]
PDF = frozenset({
    "pikepdf", "pypdfium2", "dxpdf", "docxtpl", "docx", "agreegen.pdf.choice", "agreegen.pdf.embedded",
    "agreegen.pdf.completeness", "agreegen.pdf.drawn", "agreegen.pdf.finish", "agreegen.pdf.gotenberg",
    "agreegen.pdf.libreoffice", "agreegen.pdf.word",
})  # fmt: skip
"""What draws PDFs, proves and finishes them, and what compiles templates."""

SELDOM = frozenset({
    "agreegen.draft", "agreegen.marks", "agreegen.template.build", "agreegen.template.base",
    "agreegen.template.notation",
    "agreegen.reading.partner_list", "agreegen.reading.sheet", "agreegen.skeleton", "agreegen.catalog", "http.client",
})  # fmt: skip
"""What only drafts, templates, lists and other commands need."""

HEAVY = frozenset({"pydantic", "lxml", "jinja2", "yaml", "agreegen.generate", "agreegen.proposal", "agreegen.rules"})
LOADED = "import atexit, sys; atexit.register(lambda: print(*sys.modules, sep='\\n'))\n"


def loaded(code: str, cache: pathlib.Path | None = None) -> frozenset[str]:
    """The modules that a process of its own has loaded at its end."""
    environment = os.environ | ({"AGREEGEN_CACHE": str(cache)} if cache else {})
    done = subprocess.run(
        [sys.executable, "-c", LOADED + code], capture_output=True, text=True, check=True, env=environment, cwd=ROOT
    )
    return frozenset(done.stdout.split())


def test_the_command_line_alone_is_light() -> None:
    found = loaded("from agreegen import cli")
    assert "typer" in found
    assert found.isdisjoint(HEAVY | PDF | SELDOM)


def test_generate_brings_no_engine() -> None:
    found = loaded("from agreegen import cli, generate")
    assert found >= HEAVY
    assert found.isdisjoint(PDF | SELDOM)


def test_a_batch_that_makes_nothing_loads_nothing_that_makes_agreements() -> None:
    found = loaded("from agreegen import cli\nimport agreegen.batch.running")
    assert "agreegen.batch.work" in found
    assert found.isdisjoint({"agreegen.plate", "agreegen.series"} | PDF | SELDOM - {"http.client"})


def test_the_guard_bites() -> None:
    found = loaded("from agreegen import generate, pdf\npdf.ENGINES\nimport agreegen.draft")
    assert found & PDF
    assert found & SELDOM


@pytest.mark.slow
def test_a_document_that_was_counted_needs_no_engine(tmp_path: pathlib.Path) -> None:
    cache = tmp_path / "cache"
    code = f"""from agreegen import cli
cli.main(["generate", "proposals/required-by-law.yaml", "-f", "docx", "-o", {str(tmp_path / "out")!r}])"""
    new, again = loaded(code, cache), loaded(code, cache)
    assert {"agreegen.pdf.embedded", "agreegen.template.build"} <= new
    assert again >= HEAVY
    assert again.isdisjoint(PDF | SELDOM)


def left(*arguments: str, folder: pathlib.Path) -> subprocess.CompletedProcess[str]:
    """A whole process, with a folder of its own for what it needs for a while."""
    folder.mkdir()
    environment = os.environ | {"TMPDIR": str(folder), "AGREEGEN_CACHE": str(folder.parent / "cache")}
    command = [sys.executable, "-m", "agreegen.cli", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment, cwd=ROOT)


def test_a_process_that_leaves_at_once_says_all_and_leaves_nothing_behind(tmp_path: pathlib.Path) -> None:
    out = tmp_path / "out"
    done = left("generate", "proposals/required-by-law.yaml", "-f", "pdf", "-o", str(out), folder=tmp_path / "t")
    assert done.returncode == 0, done.stderr
    assert "required-by-law.pdf" in done.stdout
    assert (out / "required-by-law.pdf").read_bytes().endswith(b"%%EOF\n")
    assert list((tmp_path / "t").iterdir()) == []


@pytest.mark.parametrize(("said", "code"), [("--version", 0), ("nothing", 2), ("check", 2)])
def test_a_process_leaves_with_its_exit_code(tmp_path: pathlib.Path, said: str, code: int) -> None:
    done = left(said, folder=tmp_path / "t")
    assert done.returncode == code
    assert done.stdout or done.stderr

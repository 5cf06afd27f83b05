"""The pages on approvals and packs are followed literally, from a clean folder: commands, words, edits, exit codes."""

from __future__ import annotations

import pathlib
import re
import shlex
from typing import TYPE_CHECKING

import docx
import pytest

from agreegen.cli import main
from agreegen.cli.console import invocation
from test_batch_page import cells, edited, unsaid
from test_docs import PAGES

if TYPE_CHECKING:
    from collections.abc import Iterator

STEP = re.compile(
    r"^```(?P<kind>\w+)\n(?P<inside>.*?)^```"
    r"|^\| in `(?P<file>[^`]+)` it says \| write \|\n\|[-|]+\|\n(?P<edits>(?:\|[^\n]*\n)+)"
    r"|exit code (?P<code>\d)",
    re.M | re.S,
)


def steps(page: str) -> Iterator[tuple[str, re.Match[str]]]:
    """The steps of a page in their order, each with the name of its kind."""
    for step in STEP.finditer(PAGES[page]):
        yield next(name for name in ("kind", "file", "code") if step[name]), step


def run(line: str) -> int:
    """The exit code of a command of the page; patterns of files are expanded as a shell does."""
    words = [w for word in shlex.split(line.removeprefix("agreegen ")) for w in (_files(word) or [word])]
    try:
        return main(words) or 0
    except SystemExit as left:
        return int(left.code or 0)


def _files(pattern: str) -> list[str]:
    return [p.as_posix() for p in sorted(pathlib.Path().glob(pattern))] if "*" in pattern else []


def follow(page: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> int:
    """The number of commands that were run, each of which did and said what the page tells."""
    said, code, told, commands = "", 0, 0, 0
    for kind, step in steps(page):
        if kind == "code":
            told = int(step["code"])
            continue
        if kind == "kind" and step["kind"] == "text":
            assert unsaid(step["inside"], said) == [], said
            continue
        assert code == told, f"left with {code}, and the page says {told}: {said}"
        if kind == "file":
            for row in step["edits"].splitlines():
                edited(pathlib.Path(step["file"]), *cells(row))
        elif step["kind"] == "sh":
            for line in step["inside"].splitlines():
                if line.startswith("cd "):
                    monkeypatch.chdir(line.removeprefix("cd "))
                    continue
                assert code == told, said
                told = 0
                capsys.readouterr()
                code, said = run(line), "".join(capsys.readouterr()).replace(invocation(), "agreegen")
                commands += 1
        else:
            _written(step["kind"], step["inside"])
    assert code == told
    return commands


def _written(kind: str, inside: str) -> None:
    """Puts a block of a page where the page says that it belongs."""
    if kind == "toml" and "require_approved" in inside:
        settings = pathlib.Path("agreegen.toml")
        settings.write_text(inside + settings.read_text(encoding="utf-8"), encoding="utf-8")
    elif kind == "yaml":
        name = "mine.yaml" if inside.startswith("proposal:") else "template.yaml"
        pathlib.Path("county-short", name).write_text(inside, encoding="utf-8")


@pytest.mark.slow
def test_approvals_are_given_and_asked_for(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch,
                                           capsys: pytest.CaptureFixture[str]) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    assert follow("docs/approvals.md", monkeypatch, capsys) == 10
    page = (tmp_path / "my-agreements" / "changes.html").read_text(encoding="utf-8")
    assert "<del>or liable</del>" in page


def test_a_pack_is_started_and_used(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch,
                                    capsys: pytest.CaptureFixture[str]) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    agreement = docx.Document()
    agreement.add_heading("Parties", 1)
    agreement.add_paragraph("Made on [Effective Date] between the Department and [Name of County].")
    agreement.add_paragraph("[Name of County] pays $[fee] for each file.")
    agreement.add_paragraph("By: ____________  Date: __________")
    agreement.save("county-2019.docx")
    assert follow("docs/packs.md", monkeypatch, capsys) == 5
    made = docx.Document(str(next(tmp_path.rglob("mine.docx"))))
    assert [p.text for p in made.paragraphs][1:3] == [
        "Made on March 1, 2027 between the Department and Alameda County.",
        "Alameda County pays $12.50 for each file.",
    ]


def test_every_step_of_the_pages_is_understood() -> None:
    kinds = {step["kind"] for page in ("docs/approvals.md", "docs/packs.md") for _, step in steps(page)}
    assert kinds == {"sh", "text", "toml", "yaml", None}

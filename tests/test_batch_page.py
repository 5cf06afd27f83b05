"""The page on batches is followed literally, from a clean folder: edits, sheets, commands, what they print, codes."""

from __future__ import annotations

import io
import pathlib
import re
import shlex
import shutil
import zipfile
from typing import TYPE_CHECKING, Any

import pikepdf
import pytest

from agreegen import workspace
from agreegen.cli import main
from agreegen.cli.console import invocation
from agreegen.partner_sheet import Column, columns, workbook_bytes
from agreegen.reading.fields import proposal_fields
from test_docs import PAGES, STARTS

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE = PAGES["docs/batch.md"]
SHEET = pathlib.Path("coverage-partners.xlsx")
PROPOSAL = pathlib.Path("my-agreements/proposals/coverage.yaml")
STEP = re.compile(
    r"^```(?P<kind>\w+)\n(?P<inside>.*?)^```"
    r"|^\| in `(?P<file>[^`]+)` it says \| write \|\n\|[-|]+\|\n(?P<edits>(?:\|[^\n]*\n)+)"
    r"|^\| column \|(?P<partners>[^\n]*)\|\n\|[-|]+\|\n(?P<cells>(?:\|[^\n]*\n)+)"
    r"|copy `(?P<old>[^`]+)` to\s+`(?P<new>[^`]+)`"
    r"|exit code (?P<code>\d)",
    re.M | re.S,
)
Rows = dict[str, dict[str, str]]


def cells(line: str) -> list[str]:
    """What stands in a row of a table, without the marks of code."""
    return [cell.strip().strip("`") for cell in line.strip().strip("|").split("|")]


def walk_through() -> str:
    """The numbered sections of the page."""
    return PAGE[PAGE.index("## 1. ") : PAGE.index("## Stopping")]


def edited(path: pathlib.Path, old: str, new: str) -> None:
    """Changes words in a text file or a Word document, where they must stand."""
    if path.suffix != ".docx":
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, old
        path.write_text(text.replace(old, new), encoding="utf-8")
        return
    stream = io.BytesIO()
    with zipfile.ZipFile(path) as before, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as after:
        for info in before.infolist():
            data = before.read(info)
            if info.filename == "word/document.xml":
                assert old.encode() in data, old
                data = data.replace(old.encode(), new.encode())
            after.writestr(info, data)
    path.write_bytes(stream.getvalue())


def filled(rows: Rows) -> None:
    """The sheet as Excel saves it: with these rows, and the column that the reader added."""
    wanted = list(columns(PROPOSAL, workspace.find(PROPOSAL.parent), ["county"]))
    own = {name for row in rows.values() for name in row} - {column.name for column in wanted}
    wanted += [Column(proposal_fields()[name,]) for name in sorted(own)]
    records = []
    for row in rows.values():
        record: dict[str, Any] = {}
        for column in wanted:
            node = record
            for key in column.field.keys[:-1]:
                node = node.setdefault(key, {})
            node[column.field.keys[-1]] = row.get(column.name)
        records.append(record)
    SHEET.write_bytes(workbook_bytes(wanted, "", records))


def unsaid(block: str, said: str) -> list[str]:
    """The lines of a block that nobody said; `…` stands for the beginning of a path."""
    lines = [line.replace("\\", "/") for line in said.splitlines()]
    wanted = ["^" + ".*".join(map(re.escape, line.split("…"))) for line in block.splitlines()]
    return [line for line in wanted if not any(re.search(line + r"($|\.$)", there) for there in lines)]


def steps() -> Iterator[tuple[str, re.Match[str]]]:
    """The steps of the walk-through in their order, each with the name of its kind."""
    for step in STEP.finditer(walk_through()):
        yield next(name for name in ("kind", "file", "partners", "old", "code") if step[name]), step


@pytest.mark.slow
def test_the_walk_through_holds(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch,
                                capsys: pytest.CaptureFixture[str]) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    for name in ("plan.pdf", "resolution.pdf"):
        with pikepdf.new() as pdf:
            pdf.add_blank_page()
            pdf.save(name)
    rows: Rows = {}
    said, code, told, commands = "", 0, 0, 0
    for kind, step in steps():
        if kind in ("kind", "file", "partners", "old") and step["kind"] != "text":
            assert code == told, f"left with {code}, and the page says {told}: {said}"
            code = told = 0
        if step["kind"] == "sh":
            for line in step["inside"].splitlines():
                assert code == told == 0
                capsys.readouterr()
                code, said = run(line), "".join(capsys.readouterr()).replace(invocation(), "agreegen")
                commands += 1
        elif step["kind"] == "text":
            assert unsaid(step["inside"], said) == [], said
        elif step["kind"] == "yaml":
            (line,) = re.findall(r"^recipient:.*\n", PROPOSAL.read_text(encoding="utf-8"), re.M)
            edited(PROPOSAL, line, step["inside"])
        elif kind == "file":
            for row in step["edits"].splitlines():
                edited(pathlib.Path(step["file"]), *cells(row))
        elif kind == "partners":
            for row in step["cells"].splitlines():
                name, *values = cells(row)
                for partner, value in zip(cells(step["partners"]), values, strict=True):
                    rows.setdefault(partner, {})[name] = value
            filled(rows)
        elif kind == "old":
            shutil.copyfile(step["old"], step["new"])
        else:
            told = int(step["code"])
    assert code == told
    assert commands > 12
    assert sorted(p.name for p in pathlib.Path("final").glob("[!.]*")) == [
        f"coverage-{county}-county.{ending}" for county in ("alpine", "butte", "colusa") for ending in ("docx", "pdf")
    ] + ["manifest.json", "summary.csv", "summary.html"]  # fmt: skip
    text = [pathlib.Path(f"my-agreements/output/coverage-{c}-county.docx") for c in ("alpine", "butte")]
    assert [b"BUTTE" in zipfile.ZipFile(path).read("word/document.xml") for path in text] == [False, True]
    assert not any(b"lameda" in zipfile.ZipFile(path).read("word/document.xml") for path in text)


def run(line: str) -> int:
    """The exit code of a command of the page."""
    start = next(s for s in STARTS if line.startswith(s + " "))
    try:
        return main(shlex.split(line.removeprefix(start))) or 0
    except SystemExit as left:
        return int(left.code or 0)


def test_what_isnt_said_is_noticed() -> None:
    assert unsaid("3 agreements in …output: 3 made", "3 agreements in /tmp/x/output: 3 made\n") == []
    assert unsaid("3 agreements in …output: 2 made", "3 agreements in /tmp/x/output: 3 made\n")
    assert unsaid("3 made", "3 made, 1 failed")
    kinds = [kind for kind, _ in steps()]
    assert {"kind", "file", "partners", "old", "code"} == set(kinds)


def test_the_exit_codes_of_batches_are_told() -> None:
    table = PAGE.partition("## What it leaves with")[2].partition("\n## ")[0]
    assert re.findall(r"^\| (\d) \|", table, re.M) == ["0", "1", "2", "4"]


def test_every_field_of_names_is_told() -> None:
    from agreegen.batch.delivery import FIELDS  # noqa: PLC0415

    assert set(re.findall(r"`\{([a-z_.]+)\}`", PAGE)) == set(FIELDS)

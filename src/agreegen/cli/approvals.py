"""Commands for templates that counsel owns: pin, approvals, diff, new."""

from __future__ import annotations

import datetime as dt
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from agreegen.cli.console import AsJson, Force, invocation, say, templates_app, templates_here, workspace

if TYPE_CHECKING:
    from agreegen.approval import State

WIDEST = 36
"""Letters of a cell of the table of guesses."""

FEW = 12
"""Files that are named one by one."""

Names = Annotated[
    list[str] | None, typer.Argument(help="Variants or packs; all if none is named.", metavar="[TEMPLATE]...")
]


@templates_app.command(name="pin")
def templates_pin(
    names: Names = None,
    role: Annotated[
        str, typer.Option("--role", help="Who approves: an office.", metavar="ROLE", show_default=False)
    ] = "",
    date: Annotated[
        str, typer.Option("--date", help="Day of the approval, such as 2027-01-04.", metavar="DAY", show_default=False)
    ] = "",
    effective: Annotated[
        str | None,
        typer.Option(
            "--effective",
            help="First day for agreements from it. Else --date, or a later day that its template.yaml names.",
            metavar="DAY",
        ),
    ] = None,
) -> None:
    """Record that counsel approved templates as they are now, and keep a copy of their files."""
    from agreegen import approval, report
    from agreegen.errors import UsageError
    from agreegen.wording import date as worded

    if not role or not date:
        raise UsageError("an approval needs an office and a day", '--role "General Counsel" --date 2027-01-04')
    done = approval.pin(names or (), templates_here(), role=role, on=_day("--date", date),
                        effective=_day("--effective", effective) if effective else None)  # fmt: skip
    report.text([f for one in done for f in one.state.template.findings], sys.stderr)
    for one in done:
        said, name = one.approval, one.state.pack.name
        how = "approved" if one.new else "is approved already"
        typer.echo(f"{name} {said.version}: {how}, in force from {worded(said.effective)}, by {said.role} on "
                   f"{worded(said.on)}")  # fmt: skip
        typer.echo(f"  digest {said.digest[:16]}, {len(said.files)} files, copy in {one.file.parent / said.copy}")
        for line in _changes(one.state) if one.new and one.state.approval else ():
            typer.echo(line)
    for file in dict.fromkeys(one.file for one in done):
        typer.echo(f"{file} has the approvals")


@templates_app.command(name="approvals")
def templates_approvals(names: Names = None, json_: AsJson = False) -> None:
    """Show which templates are as counsel approved them; leaves with 1 if one isn't."""
    from agreegen import approval, report
    from agreegen.wording import date as worded

    states = approval.states(names or (), templates_here())
    if json_:
        typer.echo(json.dumps({"version": report.VERSION, "templates": [_plain(s) for s in states]}, indent=2,
                              ensure_ascii=False))  # fmt: skip
    width = max((len(s.pack.name) for s in states), default=0)
    for state in () if json_ else states:
        said = state.approval
        by = f"  {said.version}, in force from {worded(said.effective)}: {said.role}, {worded(said.on)}" if said else ""
        typer.echo(f"{state.pack.name:<{width}}  {state.word}{by}")
        for line in _changes(state) if said else ():
            typer.echo(line)
    open_yet = [s for s in states if s.word != approval.APPROVED]
    if open_yet and not json_:
        say(f"counsel approves with: {invocation()} templates pin {open_yet[0].pack.name} --role ROLE --date DAY")
    if open_yet:
        raise typer.Exit(1)


def _changes(state: State) -> list[str]:
    """A line for each file that isn't what the approval before has; the first ones, if there are many."""
    lines = [f"  {word}: {name}" for name, word in state.changes.items()]
    more = len(lines) - FEW
    return [*lines[:FEW], f"  and {more} more files"] if more > 0 else lines


def _plain(state: State) -> dict[str, object]:
    """A state as JSON."""
    said = state.approval
    return {"template": state.pack.name, "state": state.word, "version": state.pack.said.version,
            "digest": state.template.sha256, "approval": said.as_json() if said else None,
            "changes": state.changes if said else {}}  # fmt: skip


def _day(option: str, said: str) -> dt.date:
    """The day that an option names."""
    from agreegen.errors import UsageError

    try:
        return dt.date.fromisoformat(said)
    except ValueError:
        raise UsageError(f"{option} {said} isn't a day", "write year-month-day, such as 2027-01-04") from None


@templates_app.command(name="diff")
def templates_diff(
    old: Annotated[
        Path,
        typer.Argument(
            help="A folder of templates, a pack, or a copy that `pin` kept (.zip).", metavar="OLD", show_default=False
        ),
    ],
    new: Annotated[Path, typer.Argument(help="The same, as it is now.", metavar="NEW", show_default=False)],
    proposals: Annotated[
        Path | None,
        typer.Option("--proposals", help="Also say which proposals of this folder newly fail.", metavar="FOLDER"),
    ] = None,
    page: Annotated[
        Path | None, typer.Option("--html", help="Write a page for a browser, too.", metavar="FILE")
    ] = None,
    json_: AsJson = False,
    force: Force = False,
) -> None:
    """Show what changed between two versions of templates: words, fields, settings, and what they break.

    Leaves with 1 if a proposal newly fails.
    """
    from agreegen import report, revision
    from agreegen.new_file import written
    from agreegen.revision import told

    found = revision.compare(old, new, workspace(), proposals)
    if page is not None:
        written(page, told.page(found).encode(), ending=".html", force=force)
    if json_:
        typer.echo(json.dumps({"version": report.VERSION, **revision.as_json(found)}, indent=2, ensure_ascii=False))
    else:
        for line in told.lines(found):
            typer.echo(line)
        if page is not None:
            typer.echo(f"{page} shows it in a browser")
    if found.broken:
        raise typer.Exit(1)


def _cell(words: str, width: int) -> str:
    return words.ljust(width) if len(words) <= width else f"{words[: width - 2]} …"


@templates_app.command(name="new")
def templates_new(
    name: Annotated[str, typer.Argument(help="What the template is called.", metavar="NAME", show_default=False)],
    agreement: Annotated[
        Path, typer.Option("--from", help="An agreement in Word to start from.", metavar="FILE", show_default=False)
    ],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="The new folder. Else as the name.", metavar="FOLDER")
    ] = None,
    json_: AsJson = False,
) -> None:
    """Start a template of your own from an agreement: its blanks become fields, each guess with its place."""
    from agreegen import report
    from agreegen.packs.start import start

    made = start(name, agreement, output)
    if json_:
        typer.echo(report.as_json(made.findings, files=[str(f) for f in made.files],
                                  fields=[f.key for f in made.fields]))  # fmt: skip
        return
    report.text([f for f in made.findings if f.code != "T065"], sys.stderr)
    typer.echo(f"{made.folder} is a template with {len(made.fields)} fields, each a guess to be reviewed:")
    rows = [("field", "type", "stood there", "where"), *made.guessed]
    widths = [min(max(map(len, column)), WIDEST) for column in zip(*rows, strict=True)]
    for row in rows if made.guessed else ():
        cells = (_cell(words, width) for words, width in zip(row[:3], widths, strict=False))
        typer.echo(f"  {'  '.join(cells)}  {row[3]}".rstrip())
    if not made.guessed:
        typer.echo(
            "  no blank was found: no line, words in brackets, highlighted words, controls, empty cells in a form"
        )
    for file in made.files:
        typer.echo(f"  {file}")
    typer.echo(f"Try it: {invocation()} generate --draft {made.files[-1]}")
    typer.echo(f'To use it elsewhere, name its folder in agreegen.toml: templates = ["templates", "{made.folder}"]')

"""Commands for forms that the other side fills in: templates blank, import."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Iterable

from agreegen.cli.console import (
    AsJson,
    Force,
    app,
    invocation,
    say,
    tell_templates,
    templates_app,
    workspace,
    workspace_of,
)


@templates_app.command(name="blank")
def templates_blank(
    variant: Annotated[
        str,
        typer.Argument(help="A variant such as university, or the name of a template of your own.", metavar="NAME"),
    ],
    proposal: Annotated[
        Path | None,
        typer.Option("--proposal", help="A proposal: what it says is settled, what it leaves open is asked."),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="The Word file to write.", metavar="FILE")
    ] = None,
    kind: Annotated[
        str | None,
        typer.Option("--kind", help="What the partner is: county, city, uc … Its text is printed.", metavar="KIND"),
    ] = None,
    providers: Annotated[int, typer.Option("--providers", help="How many parties provide data.")] = 1,
    recipients: Annotated[int, typer.Option("--recipients", help="How many parties receive data.")] = 1,
    rows: Annotated[
        list[str] | None,
        typer.Option("--rows", help="Rows that a list begins with; may be repeated: elements=30.", metavar="LIST=N"),
    ] = None,
    wanted: Annotated[
        str | None,
        typer.Option("--fields", help="all, or asked: only what the program asks. Else all, with a proposal asked.",
                     metavar="NAME"),
    ] = None,
    force: Force = False,
) -> None:  # fmt: skip
    """Make a Word form of an agreement for the other side to fill in; its text is locked."""
    from agreegen import forms, report
    from agreegen.errors import UsageError

    if wanted not in (None, "all", "asked"):
        raise UsageError(f"--fields can't be '{wanted}'", "choose all or asked")
    every = None if wanted is None else wanted == "all"
    here = workspace(proposal)
    written, form = forms.create(variant, here, proposal=proposal, output=output, force=force, kind=kind,
                                 sides=(providers, recipients), rows=_rows(rows or ()), every=every)  # fmt: skip
    tell_templates(here)
    report.text(form.findings, sys.stderr)
    if not form.asked:
        typer.echo(f"{written} has no field to fill in: the proposal says all that it is asked.\n"
                   "To ask for everything that it doesn't say: --fields all")  # fmt: skip
        return
    fields = "1 field" if form.asked == 1 else f"{form.asked} fields"
    back = f"{invocation()} import {written} -o proposal.yaml"
    typer.echo(f"{written} asks for {fields} and is ready to be sent out.\nWhen it comes back: {back}")


def _rows(said: Iterable[str]) -> dict[str, int]:
    """The lists and numbers of `elements=30`."""
    from agreegen.errors import UsageError

    found = {}
    for one in said:
        name, _, number = one.partition("=")
        if not number.strip().isdigit():
            raise UsageError(f"--rows can't be '{one}'", "write a list and a number: elements=30")
        found[name.strip()] = int(number)
    return found


@app.command(name="import")
def import_(
    file: Annotated[Path, typer.Argument(help="A filled form (.docx).", metavar="FILE", show_default=False)],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="The proposal to write (.yaml).", metavar="FILE")
    ] = None,
    sent: Annotated[
        Path | None,
        typer.Option("--sent", help="The form as it was sent out, to compare its text with.", metavar="FILE"),
    ] = None,
    force: Force = False,
    json_: AsJson = False,
) -> None:
    """Read a filled form, or the State's own proposal form, back into a proposal; say what was changed or is open."""
    from agreegen import forms, report
    from agreegen.finding import has_errors

    found = forms.read(file, workspace_of(file), sent=sent)
    written = [str(forms.save(found, output, force=force))] if output else []
    if json_:
        typer.echo(report.as_json(found.findings, files=written, variant=found.variant, form=found.form,
                                  values=dict(found.values)))  # fmt: skip
    elif output:
        typer.echo(f"{written[0]} is written.\nThen: {invocation()} check {written[0]}")
    else:
        typer.echo(found.text, nl=False)
    report.text(found.findings, sys.stderr)
    counts = {code: sum(f.code == code for f in found.findings) for code in ("M001", "M002", "M008")}
    said = ((counts["M001"], "change of the form's text", "changes of the form's text"),
            (counts["M002"], "field that `check` asks for is empty", "fields that `check` asks for are empty"),
            (counts["M008"], "guess", "guesses"))  # fmt: skip
    told = ", ".join(f"{n} {one if n == 1 else many}" for n, one, many in said if n)
    read = f"{len(found.values)} value{'' if len(found.values) == 1 else 's'} read from the {found.form}"
    say(f"{read if found.values else 'nothing was filled in'}{'; ' + told if told else ''}")
    if has_errors(found.findings):
        raise typer.Exit(1)

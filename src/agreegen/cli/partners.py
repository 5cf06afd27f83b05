"""Commands for lists of partners: partners template, partners list."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from agreegen.cli.console import LIST_HELP, AsJson, Where, app, invocation, say, workspace
from agreegen.errors import UsageError

partners_app = typer.Typer(
    help="Look after lists of partners.", no_args_is_help=True, rich_markup_mode=None, add_completion=False
)
app.add_typer(partners_app, name="partners")


@partners_app.command()
def template(
    proposal: Annotated[Path, typer.Argument(help="A proposal with an open party.", metavar="PROPOSAL")],
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="The file to write: .xlsx or .csv.", metavar="FILE"),
    ] = None,
    kinds: Annotated[
        list[str] | None,
        typer.Option("--kind", help="Only columns for this kind of partner: county, uc, city …", metavar="KIND"),
    ] = None,
    from_: Annotated[
        str | None,
        typer.Option("--from", help="Take the partners of this list over, with all it says of them.", metavar="LIST"),
    ] = None,
    where: Where = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a sheet that nobody has filled in.")] = False,
) -> None:
    """Write the sheet to fill in for a batch: a row for each partner, and the columns that the proposal needs."""
    from agreegen import partner_sheet
    from agreegen.batch import roll

    if where and from_ is None:
        raise UsageError("--where chooses among partners, and no list of them is named", "name one with --from")
    here = workspace(proposal)
    rows = partner_sheet.taken(from_, here, where or ()) if from_ is not None else partner_sheet.Taken()
    written = partner_sheet.create(proposal, here, output=output, kinds=kinds or (), rows=rows, force=force)
    for line in roll.lines(rows.findings):
        say(line)
    many = len(rows.partners)
    has = f", with {many:,} partner{'s' if many != 1 else ''} in it" if from_ is not None else ""
    typer.echo(f"{written} is ready to be filled in{has}.\nThen: {invocation()} partners list {written}")


@partners_app.command(name="list")
def list_command(
    partners: Annotated[str, typer.Argument(help=LIST_HELP, metavar="LIST", show_default=False)],
    where: Where = None,
    json_: AsJson = False,
) -> None:
    """Show who stands in a list of partners, and what is wrong with the list."""
    from agreegen import report
    from agreegen.batch import roll
    from agreegen.finding import has_errors
    from agreegen.reading import read_partner_list, read_partners
    from agreegen.reading.matching import chosen

    here = workspace()
    found = read_partner_list(partners, here.root, read_partners(here.partners))
    left = chosen(found.partners, where or ())
    if json_:
        rows = [{"id": p.id, "digest": p.digest, "record": p.whole(), "overrides": dict(p.overrides)} for p in left]
        typer.echo(report.as_json(found.findings, partners=rows))
    else:
        for partner in left:
            whole = partner.whole()
            name, kind = whole.get("legal name") or whole.get("party"), str(whole.get("kind") or "kind unknown")
            typer.echo(f"{partner.id}  {name}  ({kind.replace('_', ' ')})")
    for line in roll.lines(found.findings):
        say(line)
    if found.findings:
        say(report.closing(found.findings))
    many = f"{len(left)} of {len(found.partners)}" if where else f"{len(left)}"
    say(f"{many} partner{'s' if many != '1' else ''}")
    if has_errors(found.findings):
        raise typer.Exit(1)

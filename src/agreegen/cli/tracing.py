"""Commands that say where words come from and where fields go: why, where, templates fields, flatten and matrix."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from agreegen.cli.console import AsJson, Force, Partner, app, say, templates_app, workspace


@app.command()
def why(
    words: Annotated[
        str, typer.Argument(help="A few words of the agreement, in quotes.", metavar="WORDS", show_default=False)
    ],
    file: Annotated[
        Path, typer.Argument(help="The proposal, or the agreement.", metavar="PROPOSAL|AGREEMENT", show_default=False)
    ],
    partner: Partner = None,
    json_: AsJson = False,
) -> None:
    """Tell what put words into an agreement: Word file and paragraph, fields, conditions, and the law behind it."""
    from agreegen import provenance, report
    from agreegen.provenance import report as told
    from agreegen.provenance.why import plain

    found = provenance.why(words, file, workspace(file), partner=partner)
    for note in found.notes:
        say(f"note: {note}")
    if json_:
        places = [plain(place) for place in found.answers]
        near = {"where": found.near.where, "text": found.near.text} if found.near else None
        typer.echo(report.as_json([], places=places, near=near, notes=list(found.notes)))
    elif found.answers:
        typer.echo(told.text(found), nl=False)
    if not found.answers:
        if not json_:
            typer.echo("no passage of the agreement has these words, one after the other")
            if found.near:
                typer.echo(f"nearest: {found.near.where}\n    {' '.join(found.near.text.split())}")
        raise typer.Exit(1)


@templates_app.command(name="flatten")
def templates_flatten(
    variant: Annotated[
        str,
        typer.Argument(
            help="intra-agency, state-agency, local-government, university, or a template of your own.",
            metavar="VARIANT",
            show_default=False,
        ),
    ],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="The Word file to write.", metavar="FILE")
    ] = None,
    force: Force = False,
) -> None:
    """Write the whole text of a variant into one Word file, its conditions as marked alternatives, for counsel."""
    from agreegen import fulltext

    typer.echo(f"{fulltext.create(variant, workspace(), output=output, force=force)} is written")

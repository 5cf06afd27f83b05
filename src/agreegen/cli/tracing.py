"""Commands that say where words come from and where fields go: why, where, templates fields, flatten and matrix."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from agreegen.cli.console import AsJson, Partner, app, say, workspace


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

"""Commands for those who look after the Word templates."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from agreegen.cli.console import Force, templates_app, workspace


@templates_app.command(name="outline")
def templates_outline(
    folder: Annotated[Path | None, typer.Argument(help="Folder of templates.", metavar="[FOLDER]")] = None,
    check_only: Annotated[
        bool, typer.Option("--check", help="Write nothing; say which outlines are stale, and leave with 1.")
    ] = False,
) -> None:
    """Write the readable outline beside each Word file, so that a change of legal text shows in a diff."""
    from agreegen import outlines

    stale = outlines.stale(folder or workspace().templates)
    for path in stale:
        if not check_only:
            outlines.write_outline(path)
        typer.echo(f"{path}: {'the outline is stale' if check_only else 'outline written'}")
    if not stale:
        typer.echo("every outline says what its Word file says")
    if stale and check_only:
        raise typer.Exit(1)


@templates_app.command(name="draft")
def templates_draft(
    files: Annotated[list[Path], typer.Argument(help="Outlines (.txt).", metavar="OUTLINE...", show_default=False)],
    force: Force = False,
) -> None:
    """Make the Word file of an outline: the quick way to start a clause or exhibit."""
    from agreegen import outlines

    for path in files:
        typer.echo(f"{outlines.write_word(path, force=force)} is written")

"""Commands for a new workspace and a new proposal: init, new, schema."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from agreegen.cli.console import Force, app, invocation, workspace


@app.command()
def init(
    folder: Annotated[Path, typer.Argument(help="The new folder.", metavar="FOLDER", show_default=False)],
) -> None:
    """Make a workspace: templates, example proposals, parties' records, settings."""
    from agreegen import generate, skeleton
    from agreegen.workspace import create

    written = [*create(folder), skeleton.write_schema(folder / "proposals" / skeleton.SCHEMA_FILE)]
    typer.echo(f"{folder} has {len(written)} files:")
    for name, what in (
        ("proposals", "example proposals; copy one, or use `agreegen new`"),
        ("partners", "records of parties that proposals name"),
        ("templates", "masters, clauses and exhibits in Word"),
        ("agreegen.toml", "settings"),
    ):
        typer.echo(f"  {folder / name}: {what}")
    typer.echo(f"\nTry: {invocation()} generate {folder / 'proposals' / generate.DEMO}")


@app.command()
def new(
    file: Annotated[Path, typer.Argument(help="The proposal to write.", metavar="FILE", show_default=False)],
    variant: Annotated[
        str | None,
        typer.Option(
            "--variant", help="intra-agency, state-agency, local-government, university, or a pack.", metavar="NAME"
        ),
    ] = None,
    example: Annotated[
        str | None, typer.Option("--example", help="Copy this example instead of a skeleton.", metavar="NAME")
    ] = None,
    force: Force = False,
) -> None:
    """Write a proposal to fill in: a commented skeleton, or a copy of an example."""
    from agreegen import packs, skeleton

    known = packs.every(workspace(file)) if example is None else ()
    written = skeleton.create(file, variant=variant, example=example, force=force, packs=known)
    what = "a copy of the example, to be changed" if example else "ready to be filled in"
    typer.echo(f"{written} is {what}.\nThen: {invocation()} check {written}")


@app.command()
def schema(
    output: Annotated[Path | None, typer.Option("--output", "-o", help="File to write to.", metavar="FILE")] = None,
) -> None:
    """Write the JSON Schema of proposals, with which an editor completes and checks them."""
    from agreegen import packs, skeleton

    known = packs.every(workspace(output))
    if output is None:
        typer.echo(skeleton.schema_text(known), nl=False)
        return
    skeleton.write_schema(output, known)
    typer.echo(f"{output} is written. Put this first line into a proposal beside it, and your editor helps you:\n"
               f"# yaml-language-server: $schema={output.name}")  # fmt: skip

"""Commands that tell: explain, list, doctor."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from agreegen.cli.console import AsJson, Words, app, say, workspace


@app.command()
def explain(
    code: Annotated[str, typer.Argument(help="A code, such as P010.", metavar="CODE", show_default=False)],
) -> None:
    """Tell what a code means, why it matters, and show a bad and a good example."""
    from agreegen import catalog

    typer.echo(catalog.explain(code))


@app.command(name="list")
def list_command(
    what: Annotated[
        str, typer.Argument(help="parties, authorities, examples, or codes.", metavar="LIST", show_default=False)
    ],
    words: Words = None,
) -> None:
    """List what can be named: parties, legal authorities, examples to copy, codes to explain."""
    from agreegen import catalog

    lines = catalog.names(what, words or ())
    for line in lines:
        typer.echo(line)
    if not lines:
        say(f"none of the {what} has these words")


@app.command()
def doctor(
    folder: Annotated[
        Path | None, typer.Argument(help="Folder whose settings hold. Else this one.", metavar="[FOLDER]")
    ] = None,
    json_: AsJson = False,
) -> None:
    """Show which PDF engines work here and why the others don't, and where templates and fonts come from."""
    import platform

    from agreegen import __version__, pdf, report
    from agreegen.pdf import validation

    here = workspace(folder)
    engines = pdf.survey(here.gotenberg_url)
    proof = ("validate", *validation.survey())
    if json_:
        *found, checks = [{"name": n, "works": w, "detail": d} for n, w, d in (*engines, proof)]
        typer.echo(
            report.as_json([], engines=found, validation=checks, templates=str(here.templates), version=__version__)
        )
        return
    typer.echo(f"agreegen {__version__} on Python {platform.python_version()}, {platform.system()}")
    typer.echo(f"templates: {here.templates}\noutput:    {here.output}\nPDF engines:")
    for engine in engines:
        typer.echo(_state(*engine))
    typer.echo("Checks of PDFs:")
    typer.echo(_state(*proof))


def _state(name: str, works: bool, detail: str) -> str:
    return f"  {'works' if works else 'no   '}  {name}: {detail}"

"""Commands for finished files: extract, validate."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from agreegen.cli.console import AsJson, Force, app, say


@app.command()
def extract(
    file: Annotated[Path, typer.Argument(help="An agreement (.docx or .pdf).", metavar="FILE", show_default=False)],
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Write the proposal and its files into this folder.", metavar="FOLDER"),
    ] = None,
    force: Force = False,
    json_: AsJson = False,
) -> None:
    """Give back the proposal that an agreement was made from, and say whether the agreement still says what it did."""
    from agreegen import report, source

    found = source.extract(file)
    findings = list(found.findings)
    written: list[str] = []
    if output is not None:
        restored = source.restore(found, output, force=force)
        findings += restored.findings
        written = [str(p) for p in restored.files]
    if json_:
        typer.echo(report.as_json(findings, matches=found.matches, verdict=found.verdict, files=written,
                                  source=found.source.manifest()))  # fmt: skip
    elif output is None:
        sys.stdout.buffer.write(found.source.proposal.data)  # byte for byte: no line ending is translated
        sys.stdout.buffer.flush()
    else:
        for path in written:
            typer.echo(path)
    report.text(findings, sys.stderr)
    say(found.verdict)
    if not found.matches:
        raise typer.Exit(1)


@app.command()
def validate(
    files: Annotated[list[Path], typer.Argument(help="PDFs.", metavar="FILE...", show_default=False)],
    profiles: Annotated[
        list[str] | None,
        typer.Option(
            "--profile", help="ua1, 2b, or 3b; may be given twice. Else what the file claims.", metavar="NAME"
        ),
    ] = None,
    json_: AsJson = False,
) -> None:
    """Check PDFs for accessibility (PDF/UA) and archival (PDF/A) with veraPDF; needs Java and an extra."""
    import json

    from agreegen.pdf import validation

    result = validation.validate(files, profiles or None)
    if json_:
        typer.echo(json.dumps(validation.as_json(result), indent=2, ensure_ascii=False))
    else:
        typer.echo(validation.report_text(result), nl=False)
    if result.exit_code:
        raise typer.Exit(result.exit_code)

"""The command that checks Word templates: templates check."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from agreegen.cli.console import AsJson, say, templates_app, templates_here, workspace


@templates_app.command(name="check")
def templates_check(
    names: Annotated[
        list[str] | None,
        typer.Argument(help="Variants, clauses, exhibits, packs, Word files, or a folder of templates. Else all.",
                       metavar="[NAME|FILE]...", show_default=False),
    ] = None,
    json_: AsJson = False,
    sarif: Annotated[bool, typer.Option("--sarif", help="Write SARIF 2.1.0 to standard output.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Leave with 1 for warnings, too.")] = False,
    annotate: Annotated[
        bool, typer.Option("--annotate", help="Write copies of the Word files with a comment at each place.")
    ] = False,
    fix: Annotated[
        bool, typer.Option("--fix", help="Show what can be mended safely, and write mended copies of the Word files.")
    ] = False,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Folder for copies. Else as set.", metavar="FOLDER")
    ] = None,
) -> None:  # fmt: skip
    """Show everything that is wrong with Word templates, each at its place in the text."""
    from agreegen import __version__, lint, packs, report
    from agreegen.finding import Severity, has_errors
    from agreegen.packs.opening import faults

    folders = [Path(n) for n in names or () if (Path(n) / "masters").is_dir()]
    here = (workspace if folders else templates_here)(output=str(output.resolve()) if output else None)
    library = lint.Library(folders[0] if folders else here.templates)
    known = [] if folders else [p for p in packs.every(here) if not p.is_master]
    own = {p.name: p.word for p in known}
    said = [str(own.get(n, n)) for n in names or () if Path(n) not in folders]
    wanted = lint.targets(said, library) + [(str(w), w) for w in own.values() if not said and w.is_file()]
    records = [f for p in known if not said or str(p.word) in said for f in faults(p, here)]
    findings = [*records, *lint.check(wanted, library, cache=here.cache)]
    missing = [] if lint.generic.is_there() else ["docxtpl-lint"]
    if missing:
        say(f"note: {lint.generic.NOT_RUN}")
    if sarif:
        typer.echo(report.as_sarif(findings, __version__))
    elif json_:
        typer.echo(report.as_json(findings, not_run=missing))
    else:
        report.text(findings, sys.stderr)
        if not findings:
            typer.echo(f"{len(wanted)} {'template' if len(wanted) == 1 else 'templates'}: nothing to mend")
    if annotate or fix:
        from agreegen.lint import copies

        for line in copies.written(wanted, findings, here.output, library, annotate=annotate, fix=fix):
            typer.echo(line, err=json_ or sarif)
    if has_errors(findings) or (strict and any(f.severity is not Severity.NOTE for f in findings)):
        raise typer.Exit(1)

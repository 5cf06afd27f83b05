"""Commands that make and check agreements: demo, check, generate."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from agreegen.cli.console import (
    AsJson,
    Attach,
    Enclose,
    Engine,
    Force,
    Format,
    Output,
    Partner,
    Profile,
    Proposals,
    RequireApproved,
    SignatureFields,
    Watermark,
    app,
    flags,
    invocation,
    say,
    tell,
    workspace,
)

if TYPE_CHECKING:
    from agreegen.errors import AgreegenError
    from agreegen.finding import Finding

NEXT = (
    ("init my-agreements", "makes a folder with templates, examples and settings"),
    ("new my-agreements/proposals/mine.yaml --variant university", "writes a proposal to fill in, with comments"),
    ("check my-agreements/proposals/mine.yaml", "shows what is missing, and on which line"),
    ("generate my-agreements/proposals/mine.yaml", "makes the agreement in Word and PDF"),
)


@app.command()
def demo(
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder to write to.", metavar="FOLDER")] = Path(
        "output/demo"
    ),
    engine: Engine = None,
) -> None:
    """Make a complete agreement from a proposal that comes along, and show what to try next."""
    from agreegen import generate, report, workspace

    example = workspace.shipped("proposals") / generate.DEMO
    here = workspace.find(example.parent, output=str(output.resolve()), pdf_engine=engine)
    result = generate.generate(example, here)
    report.text(result.findings, sys.stderr)
    typer.echo(f"From the proposal\n  {example}\ncame the complete agreement")
    for path in result.files:
        typer.echo(f"  {path}")
    typer.echo("\nWhat to try next, one line at a time:")
    for command, what in NEXT:
        typer.echo(f"  {invocation()} {command}\n      {what}")


@app.command()
def check(
    proposals: Proposals,
    partner: Partner = None,
    json_: AsJson = False,
    sarif: Annotated[bool, typer.Option("--sarif", help="Write SARIF 2.1.0 to standard output.")] = False,
) -> None:
    """Show everything that is wrong or missing in proposals, parties and templates, all at once."""
    from agreegen import __version__, generate, report
    from agreegen.errors import AgreegenError
    from agreegen.finding import has_errors

    findings: list[Finding] = []
    failed: list[AgreegenError] = []
    for path in proposals:
        try:
            findings += generate.check(path, workspace(path), partner=partner)
        except AgreegenError as error:
            failed.append(error)
            tell(error)
    findings = list(dict.fromkeys(findings))
    if sarif:
        typer.echo(report.as_sarif(findings, __version__))
    elif json_:
        typer.echo(report.as_json(findings))
    else:
        report.text(findings, sys.stderr)
        if not failed and not has_errors(findings):
            typer.echo(f"{', '.join(str(p) for p in proposals)}: " +
                       ("nothing stops the agreement" if findings else "nothing to mend"))  # fmt: skip
    if failed:
        raise typer.Exit(failed[0].exit_code)
    if has_errors(findings):
        raise typer.Exit(1)


@app.command(name="generate")
def generate_command(
    proposals: Proposals,
    format_: Format = None,
    output: Output = None,
    partner: Partner = None,
    draft: Annotated[
        bool, typer.Option("--draft", help="Write a draft although fields are missing: marked, highlighted.")
    ] = False,
    engine: Engine = None,
    profile: Profile = None,
    watermark: Watermark = None,
    signature_fields: SignatureFields = False,
    attach: Attach = None,
    enclose: Enclose = None,
    no_source: Annotated[
        bool, typer.Option("--no-source", help="Leave the proposal out of the files, for a copy that others get.")
    ] = False,
    require_approved: RequireApproved = False,
    force: Force = False,
    json_: AsJson = False,
) -> None:
    """Make the complete agreement of each proposal, in Word and PDF."""
    from agreegen import generate, report
    from agreegen.errors import AgreegenError
    from agreegen.pdf.attached import documents

    said = flags(output, format_, engine, profile, watermark, sign=signature_fields, source=not no_source,
                 approved=require_approved)  # fmt: skip
    with_it = documents(attach or (), enclose or ())
    files: list[str] = []
    findings: list[Finding] = []
    failed: list[AgreegenError] = []
    for path in proposals:
        try:
            result = generate.generate(path, workspace(path, **said), partner=partner, as_draft=draft, force=force,
                                       documents=with_it)  # fmt: skip
        except AgreegenError as error:
            failed.append(error)
            findings += error.findings
            if not (json_ and error.findings):
                tell(error)
                say(f"{path}: nothing was written")
            continue
        files += [str(p) for p in result.files]
        findings += result.findings
        if not json_:
            report.text(result.findings, sys.stderr)
            for written in result.files:
                typer.echo(f"{written}{result.drawn_by(written)}")
    if json_:
        told = {"documents": with_it.record()} if with_it.all else {}
        typer.echo(report.as_json(findings, files=files, **told))
    if failed:
        raise typer.Exit(4 if files else failed[0].exit_code)

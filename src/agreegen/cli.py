"""The command line: chooses and shows, decides nothing. Everything heavy is imported by the command that needs it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agreegen.errors import AgreegenError
    from agreegen.finding import Finding

app = typer.Typer(
    name="agreegen",
    help="Complete data sharing agreements in Word and PDF from a proposal in YAML.",
    epilog="New here? Run `agreegen demo`, then `agreegen init my-agreements`.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
templates_app = typer.Typer(
    help="Look after the Word templates.", no_args_is_help=True, rich_markup_mode=None, add_completion=False
)
app.add_typer(templates_app, name="templates")

Proposals = Annotated[list[Path], typer.Argument(help="Proposals (YAML).", metavar="PROPOSAL...", show_default=False)]
Partner = Annotated[
    str | None, typer.Option("--partner", help="Who `partner` in a proposal stands for: a name.", metavar="NAME")
]
Engine = Annotated[
    str | None, typer.Option("--pdf-engine", help="What draws the PDF: auto, embedded, or libreoffice.", metavar="NAME")
]
Words = Annotated[list[str] | None, typer.Argument(help="Show only what has these words.", metavar="[WORD]...")]
AsJson = Annotated[bool, typer.Option("--json", help="Write JSON for other programs to standard output.")]
Force = Annotated[bool, typer.Option("--force", help="Replace files that you made or changed yourself.")]
NEXT = (
    ("init my-agreements", "makes a folder with templates, examples and settings"),
    ("new my-agreements/proposals/mine.yaml --variant university", "writes a proposal to fill in, with comments"),
    ("check my-agreements/proposals/mine.yaml", "shows what is missing, and on which line"),
    ("generate my-agreements/proposals/mine.yaml", "makes the agreement in Word and PDF"),
)
START = Path(__file__).resolve().parents[2] / "start.py"


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs a command and leaves with its exit code; every error that we know becomes a message, not a traceback."""
    from agreegen.errors import AgreegenError

    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        app(args=list(arguments) if arguments is not None else None, prog_name="agreegen", standalone_mode=True)
    except AgreegenError as error:
        _tell(error)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        sys.exit(0)
    except OSError as error:
        _say(f"error: {error.filename or 'a file'}: {error.strerror or error}\n  hint: check that you may use it")
        sys.exit(2)
    except KeyboardInterrupt:
        _say("stopped")
        sys.exit(2)


def _version(value: bool) -> None:
    if value:
        from agreegen import __version__

        typer.echo(f"agreegen {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and leave.")
    ] = False,
) -> None:
    pass


def _say(text: str) -> None:
    sys.stderr.write(text + "\n")


def _command() -> str:
    """How a person calls us here: `agreegen`, or by start.py where agreegen isn't on the path."""
    import os
    import shutil

    if shutil.which("agreegen") or not START.is_file():
        return "agreegen"
    return "py start.py" if os.name == "nt" else "python3 start.py"


def _tell(error: AgreegenError) -> None:
    from agreegen import report

    report.failure(error, sys.stderr)


def _workspace(near: Path | None = None, **flags: Any) -> Any:
    from agreegen import workspace

    return workspace.find(near if near and near.is_dir() else near.parent if near else Path.cwd(), **flags)


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
        typer.echo(f"  {_command()} {command}\n      {what}")


@app.command()
def init(
    folder: Annotated[Path, typer.Argument(help="The new folder.", metavar="FOLDER", show_default=False)],
) -> None:
    """Make a workspace: templates, example proposals, parties' records, settings."""
    from agreegen import generate, skeleton, workspace

    written = [*workspace.create(folder), skeleton.write_schema(folder / "proposals" / skeleton.SCHEMA_FILE)]
    typer.echo(f"{folder} has {len(written)} files:")
    for name, what in (
        ("proposals", "example proposals; copy one, or use `agreegen new`"),
        ("partners", "records of parties that proposals name"),
        ("templates", "masters, clauses and exhibits in Word"),
        ("agreegen.toml", "settings"),
    ):
        typer.echo(f"  {folder / name}: {what}")
    typer.echo(f"\nTry: {_command()} generate {folder / 'proposals' / generate.DEMO}")


@app.command()
def new(
    file: Annotated[Path, typer.Argument(help="The proposal to write.", metavar="FILE", show_default=False)],
    variant: Annotated[
        str | None,
        typer.Option("--variant", help="intra-agency, state-agency, local-government, or university.", metavar="NAME"),
    ] = None,
    example: Annotated[
        str | None, typer.Option("--example", help="Copy this example instead of a skeleton.", metavar="NAME")
    ] = None,
    force: Force = False,
) -> None:
    """Write a proposal to fill in: a commented skeleton, or a copy of an example."""
    from agreegen import skeleton

    written = skeleton.create(file, variant=variant, example=example, force=force)
    what = "a copy of the example, to be changed" if example else "ready to be filled in"
    typer.echo(f"{written} is {what}.\nThen: {_command()} check {written}")


@app.command()
def check(
    proposals: Proposals,
    partner: Partner = None,
    json_: AsJson = False,
    sarif: Annotated[bool, typer.Option("--sarif", help="Write SARIF 2.1.0 to standard output.")] = False,
) -> None:
    """Show everything that is wrong or missing in proposals, parties and templates, all at once."""
    from agreegen import __version__, generate, report
    from agreegen.finding import has_errors

    findings: list[Finding] = []
    for path in proposals:
        findings += generate.check(path, _workspace(path), partner=partner)
    findings = list(dict.fromkeys(findings))
    if sarif:
        typer.echo(report.as_sarif(findings, __version__))
    elif json_:
        typer.echo(report.as_json(findings))
    else:
        report.text(findings, sys.stderr)
        if not has_errors(findings):
            typer.echo(f"{', '.join(str(p) for p in proposals)}: " +
                       ("nothing stops the agreement" if findings else "nothing to mend"))  # fmt: skip
    if has_errors(findings):
        raise typer.Exit(1)


@app.command(name="generate")
def generate_command(
    proposals: Proposals,
    format_: Annotated[
        str | None, typer.Option("--format", "-f", help="both, docx, or pdf. Else as set, or both.", metavar="FORMAT")
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Folder to write to. Else as set, or `output`.", metavar="FOLDER"),
    ] = None,
    partner: Partner = None,
    draft: Annotated[
        bool, typer.Option("--draft", help="Write a draft although fields are missing: marked, highlighted.")
    ] = False,
    engine: Engine = None,
    force: Force = False,
    json_: AsJson = False,
) -> None:
    """Make the complete agreement of each proposal, in Word and PDF."""
    from agreegen import generate, report
    from agreegen.errors import AgreegenError

    files: list[str] = []
    findings: list[Finding] = []
    failed: list[AgreegenError] = []
    for path in proposals:
        try:
            here = _workspace(path, output=str(output.resolve()) if output else None, pdf_engine=engine, format=format_)
            result = generate.generate(path, here, partner=partner, as_draft=draft, force=force)
        except AgreegenError as error:
            failed.append(error)
            findings += error.findings
            if not (json_ and error.findings):
                _tell(error)
                _say(f"{path}: nothing was written")
            continue
        files += [str(p) for p in result.files]
        findings += result.findings
        if not json_:
            report.text(result.findings, sys.stderr)
            for written in result.files:
                typer.echo(f"{written}{result.drawn_by(written)}")
    if json_:
        typer.echo(report.as_json(findings, files=files))
    if failed:
        raise typer.Exit(4 if files else failed[0].exit_code)


@app.command()
def explain(
    code: Annotated[str, typer.Argument(help="A code, such as P010.", metavar="CODE", show_default=False)],
) -> None:
    """Tell what a code means, why it matters, and show a bad and a good example."""
    from agreegen import catalog

    typer.echo(catalog.explain(code))


@app.command()
def schema(
    output: Annotated[Path | None, typer.Option("--output", "-o", help="File to write to.", metavar="FILE")] = None,
) -> None:
    """Write the JSON Schema of proposals, with which an editor completes and checks them."""
    from agreegen import skeleton

    if output is None:
        typer.echo(skeleton.schema_text(), nl=False)
        return
    skeleton.write_schema(output)
    typer.echo(f"{output} is written. Put this first line into a proposal beside it, and your editor helps you:\n"
               f"# yaml-language-server: $schema={output.name}")  # fmt: skip


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
        _say(f"none of the {what} has these words")


@app.command()
def doctor(json_: AsJson = False) -> None:
    """Show which PDF engines work here and why the others don't, and where templates and fonts come from."""
    import platform

    from agreegen import __version__, pdf, report

    here = _workspace()
    engines = pdf.survey()
    if json_:
        found = [{"name": n, "works": w, "detail": d} for n, w, d in engines]
        typer.echo(report.as_json([], engines=found, templates=str(here.templates), version=__version__))
        return
    typer.echo(f"agreegen {__version__} on Python {platform.python_version()}, {platform.system()}")
    typer.echo(f"templates: {here.templates}\noutput:    {here.output}\nPDF engines:")
    for name, works, detail in engines:
        typer.echo(f"  {'works' if works else 'no   '}  {name}: {detail}")


@templates_app.command(name="outline")
def templates_outline(
    folder: Annotated[Path | None, typer.Argument(help="Folder of templates.", metavar="[FOLDER]")] = None,
    check_only: Annotated[
        bool, typer.Option("--check", help="Write nothing; say which outlines are stale, and leave with 1.")
    ] = False,
) -> None:
    """Write the readable outline beside each Word file, so that a change of legal text shows in a diff."""
    from agreegen import outlines

    stale = outlines.stale(folder or _workspace().templates)
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


if __name__ == "__main__":
    main()

"""What every command shares: the application, its options, and how it speaks to people."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agreegen.errors import AgreegenError
    from agreegen.workspace import Workspace

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
LIST_HELP = "A list (CSV, XLSX, YAML), a folder of records, or a shipped list: counties, uc, csu, calhhs, idea."
"""What may be named where a list of partners belongs."""

Where = Annotated[
    list[str] | None,
    typer.Option("--where", "-w", help="Only partners of which this holds: kind=county.", metavar="CONDITION"),
]
Format = Annotated[
    list[str] | None, typer.Option("--format", "-f", help="both, docx, or pdf. Else as set, or both.", metavar="FORMAT")
]


def _folder(said: str) -> Path:
    from agreegen.errors import UsageError

    if not said.strip():
        raise UsageError("--output names no folder", "write its name, or . for the folder that you are in")
    return Path(said)


Output = Annotated[
    Path | None,
    typer.Option(
        "--output", "-o", help="Folder to write to. Else as set, or `output`.", metavar="FOLDER", parser=_folder
    ),
]
Engine = Annotated[
    str | None,
    typer.Option(
        "--pdf-engine",
        help="What draws the PDF: auto, embedded, libreoffice, word, or gotenberg (see `doctor`).",
        metavar="NAME",
    ),
]
Profile = Annotated[
    str | None,
    typer.Option(
        "--pdf-profile",
        help="ua+a: accessible (PDF/UA-1) and archival (PDF/A). plain: neither, fastest. Else as set, or ua+a.",
        metavar="NAME",
    ),
]
Watermark = Annotated[
    str | None, typer.Option("--watermark", help="Words across every page, such as COPY.", metavar="WORDS")
]
SignatureFields = Annotated[
    bool, typer.Option("--signature-fields", help="Put a field to sign in on each signature line of the PDF.")
]
Attach = Annotated[
    list[str] | None,
    typer.Option("--attach", help="A PDF to put behind the agreement's; may be repeated.", metavar="FILE[=TITLE]"),
]
Enclose = Annotated[
    list[str] | None,
    typer.Option(
        "--enclose", help="A PDF to put inside of the PDF unchanged, such as a signed one.", metavar="FILE[=TITLE]"
    ),
]
Words = Annotated[list[str] | None, typer.Argument(help="Show only what has these words.", metavar="[WORD]...")]
AsJson = Annotated[bool, typer.Option("--json", help="Write JSON for other programs to standard output.")]
RequireApproved = Annotated[
    bool, typer.Option("--require-approved", help="Refuse templates that aren't as counsel approved them; not drafts.")
]
Force = Annotated[bool, typer.Option("--force", help="Replace files that you made or changed yourself.")]
START = Path(__file__).resolve().parents[3] / "start.py"


def say(text: str) -> None:
    sys.stderr.write(text + "\n")


def invocation() -> str:
    """How a person calls us here: `agreegen`, or by start.py where agreegen isn't on the path."""
    import os
    import shutil

    if shutil.which("agreegen") or not START.is_file():
        return "agreegen"
    here, home = Path.cwd().resolve(), START.parent
    path = os.path.relpath(START, here) if here.is_relative_to(home) else str(START)
    python = "py" if os.name == "nt" else "python3"
    return f'{python} "{path}"' if " " in path else f"{python} {path}"


def tell(error: AgreegenError) -> None:
    from agreegen import report

    report.failure(error, sys.stderr)


def workspace(near: Path | None = None, **flags: Any) -> Workspace:
    from agreegen import workspace

    return workspace.find(near if near and near.is_dir() else near.parent if near else Path.cwd(), **flags)


def templates_here(near: Path | None = None, **flags: Any) -> Workspace:
    """The workspace whose templates a command looks at; says so if they are those that came with agreegen."""
    here = workspace(near, **flags)
    tell_templates(here)
    return here


def tell_templates(here: Workspace) -> None:
    """Says so if the templates of a workspace are those that came with agreegen."""
    if not here.has_own_templates:
        say("note: these are the templates that came with agreegen; for your own, go into the folder that has them")


def workspace_of(file: Path) -> Workspace:
    """The workspace around a file that was made elsewhere, if there is one; else the one around where we are."""
    around = workspace(file)
    return around if around.is_made else workspace()


def _together(formats: Sequence[str]) -> str | None:
    """What formats ask for that are named one by one: `docx` and `pdf` are both."""
    said = list(dict.fromkeys(name for given in formats for name in given.replace(" ", "").split(",")))
    return "both" if len(said) > 1 and {"docx", "pdf", "both"} >= set(said) else ",".join(said) or None


def flags(
    output: Path | None, format_: list[str] | None, engine: str | None, profile: str | None, watermark: str | None, *,
    sign: bool, source: bool, approved: bool = False,
) -> dict[str, str | None]:  # fmt: skip
    """The settings that the options of a command stand in for; None where the option isn't given."""
    return {
        "output": str(output.resolve()) if output else None,
        "format": _together(format_ or ()),
        "pdf_engine": engine,
        "pdf_profile": profile,
        "watermark": watermark,
        "signature_fields": "yes" if sign else None,
        "source": None if source else "no",
        "require_approved": "yes" if approved else None,
    }


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

"""The command line: chooses and shows, decides nothing. Everything heavy is imported by the command that needs it."""

from __future__ import annotations

import gc
import sys
from typing import TYPE_CHECKING

from agreegen.cli import (
    agreements,
    approvals,
    batches,
    checking,
    console,
    files,
    forms,
    partners,
    reference,
    starting,
    templates,
    tracing,
)
from agreegen.cli.console import app, say, tell

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "agreements", "app", "approvals", "batches", "checking", "console", "files", "forms", "main", "partners",
    "reference", "starting", "templates", "tracing",
]  # fmt: skip

SHOWN = (
    "demo",
    "init",
    "new",
    "check",
    "generate",
    "batch",
    "import",
    "extract",
    "validate",
    "why",
    "where",
    "explain",
    "schema",
    "list",
    "doctor",
)
"""The commands in the order of `--help`: as a person meets them."""

INTERRUPTED = 130
"""How Typer leaves after Ctrl-C."""

STOPPED = "stopped; run the same command again to go on"

app.registered_commands.sort(key=lambda c: SHOWN.index(c.name or getattr(c.callback, "__name__", "")))


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs a command and leaves with its exit code; every error that we know becomes a message, not a traceback."""
    from agreegen.errors import AgreegenError

    gc.set_threshold(1_000_000)  # a document is many objects and hardly a cycle
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        app(args=list(arguments) if arguments is not None else None, prog_name="agreegen", standalone_mode=True)
    except AgreegenError as error:
        tell(error)
        sys.exit(error.exit_code)
    except SystemExit as leaving:
        if leaving.code != INTERRUPTED:
            raise
        say(STOPPED)
        sys.exit(2)
    except BrokenPipeError:
        sys.exit(0)
    except OSError as error:
        say(f"error: {error.filename or 'a file'}: {error.strerror or error}\n  hint: check that you may use it")
        sys.exit(2)
    except KeyboardInterrupt:
        say(STOPPED)
        sys.exit(2)

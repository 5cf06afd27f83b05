"""The command line: chooses and shows, decides nothing. Everything heavy is imported by the command that needs it."""

from __future__ import annotations

import atexit
import contextlib
import gc
import importlib
import os
import sys
from typing import TYPE_CHECKING, Any

from agreegen.cli.console import app as _app
from agreegen.cli.console import say, tell

if TYPE_CHECKING:
    from collections.abc import Sequence

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
    from agreegen.cli.console import app

__all__ = [
    "agreements", "app", "approvals", "batches", "checking", "console", "files", "forms", "main", "partners",
    "reference", "starting", "templates", "tracing",
]  # fmt: skip

OFTEN = {"check": "agreements", "generate": "agreements"}
"""Commands for which nothing is loaded but the module that they are in."""

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

_TURN = 0.0005
"""Seconds: who compresses pages beside the rest asks for Python in short turns only."""

STOPPED = "stopped; run the same command again to go on"


def __getattr__(name: str) -> Any:
    """The modules of commands, and the application with all of them, are loaded when they are first asked for."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    _load()
    return _app if name == "app" else importlib.import_module(f"{__name__}.{name}")


def _load() -> None:
    """Gives the application all its commands."""
    for name in __all__:
        if name not in ("app", "main"):
            importlib.import_module(f"{__name__}.{name}")
    _app.registered_commands.sort(key=lambda c: SHOWN.index(c.name or getattr(c.callback, "__name__", "")))


_left: list[int] = []
"""The exit code of a process that is ours alone, once it is known."""


def _leave() -> None:
    """What is left at the end isn't given back piece by piece: it ends with the process.

    This was registered first, so that it comes last: whatever else had to be done at the end is done.
    """
    gc.freeze()
    gc.disable()
    if _left:
        with contextlib.suppress(OSError, ValueError):  # who reads has gone: Python tells that in its own way
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(_left[0])


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs a command and leaves with its exit code; every error that we know becomes a message, not a traceback."""
    try:
        _run(arguments)
    except SystemExit as leaving:
        if arguments is None and isinstance(leaving.code, int):
            _left[:] = [leaving.code]
        raise


def _run(arguments: Sequence[str] | None) -> None:
    from agreegen.errors import AgreegenError

    gc.set_threshold(1_000_000)  # a document is many objects and hardly a cycle
    sys.setswitchinterval(_TURN)
    atexit.unregister(_leave)
    atexit.register(_leave)
    named = (sys.argv[1:] if arguments is None else arguments)[:1]
    if named and named[0] in OFTEN:
        importlib.import_module(f"{__name__}.{OFTEN[named[0]]}")
    else:
        _load()
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        _app(args=list(arguments) if arguments is not None else None, prog_name="agreegen", standalone_mode=True)
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

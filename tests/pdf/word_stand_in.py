"""A stand-in for PowerShell and Word: it reads the script that it is given and holds it to Microsoft's documentation.

It runs as a program. The calls of Word's object model in the script are taken apart and checked against the documented
parameters: their order, number, types and enumerations. What it does then is told by STAND_IN in its environment:
`draw`, `hang`, `no-word`, `no-open`, `no-export`, `nothing`, `garbage`.
"""

from __future__ import annotations

import base64
import os
import pathlib
import re
import shutil
import sys
import time

HANGS = 600
"""Seconds that a program which hangs would take: far more than any limit here, however busy the machine is."""

BOOL, INT, TEXT, MISSING = "bool", "int", "text", "missing"
OPEN = (
    ("FileName", TEXT), ("ConfirmConversions", BOOL), ("ReadOnly", BOOL), ("AddToRecentFiles", BOOL),
    ("PasswordDocument", TEXT), ("PasswordTemplate", TEXT), ("Revert", BOOL), ("WritePasswordDocument", TEXT),
    ("WritePasswordTemplate", TEXT), ("Format", range(24)), ("Encoding", INT), ("Visible", BOOL),
    ("OpenAndRepair", BOOL), ("DocumentDirection", range(2)), ("NoEncodingDialog", BOOL), ("XMLTransform", TEXT),
)  # fmt: skip
"""Documents.Open: every parameter but the first is optional."""

EXPORT = (
    ("OutputFileName", TEXT), ("ExportFormat", (17, 18)), ("OpenAfterExport", BOOL), ("OptimizeFor", (0, 1)),
    ("Range", (0, 1, 2, 3)), ("From", INT), ("To", INT), ("Item", (0, 7)), ("IncludeDocProps", BOOL),
    ("KeepIRM", BOOL), ("CreateBookmarks", (0, 1, 2)), ("DocStructureTags", BOOL), ("BitmapMissingFonts", BOOL),
    ("UseISO19005_1", BOOL), ("FixedFormatExtClassPtr", MISSING),
)  # fmt: skip
"""Document.ExportAsFixedFormat: the first two are required."""

ALERTS, SECURITY, SAVE = (0, -1, -2), (1, 2, 3), (0, -1, -2)
"""WdAlertLevel, MsoAutomationSecurity, WdSaveOptions."""


class WrongError(Exception):
    """What real Word or PowerShell would not take."""


def code_of(arguments: list[str]) -> str:
    """The script of a command line of Windows PowerShell."""
    switches = {"-nologo", "-noprofile", "-noninteractive"}
    while arguments and arguments[0].lower() in switches:
        switches.remove(arguments.pop(0).lower())
    if [a.lower() for a in arguments[:1]] != ["-encodedcommand"] or len(arguments) != 2 or switches:
        raise WrongError(f"the command line isn't understood: {arguments[:2]}")
    if sum(map(len, sys.argv)) > 32_000:
        raise WrongError("the command line is too long for Windows")
    return base64.b64decode(arguments[1], validate=True).decode("utf-16-le")


def plain(code: str) -> str:
    """The script without comments."""
    lines = [re.sub(r"(?<![`'\"\w])#.*$", "", line) for line in code.splitlines()]
    return "\n".join(lines)


def call(code: str, name: str) -> list[str]:
    """The arguments of the one call of a method."""
    places = [m.end() for m in re.finditer(re.escape(name) + r"\(", code)]
    if len(places) != 1:
        raise WrongError(f"{name} is called {len(places)} times")
    end, depth = places[0], 1
    while depth:
        depth += {"(": 1, ")": -1}.get(code[end], 0)
        end += 1
    inner = code[places[0] : end - 1].strip()
    return [a.strip() for a in inner.split(",")] if inner else []


def value(argument: str, folder: str) -> object:
    """The value of an argument as PowerShell gives it to COM."""
    if argument in ("$true", "$false"):
        return argument == "$true"
    if argument == "$missing":
        return None
    if re.fullmatch(r"-?\d+", argument):
        return int(argument)
    if found := re.fullmatch(r'"\$folder\\([\w.]+)"', argument):
        return f"{folder}/{found[1]}"
    raise WrongError(f"{argument} isn't understood")


def checked(
    code: str, name: str, parameters: tuple[tuple[str, object], ...], required: int, folder: str
) -> dict[str, object]:
    """The arguments of a call by the names of its parameters, each of its type and within its enumeration."""
    arguments = [value(a, folder) for a in call(code, name)]
    if not required <= len(arguments) <= len(parameters):
        raise WrongError(f"{name} has {len(arguments)} arguments")
    found = {}
    for n, ((parameter, kind), given) in enumerate(zip(parameters, arguments, strict=False)):
        if given is None and n >= required:
            continue
        wanted = {BOOL: bool, INT: int, TEXT: str}.get(kind) if isinstance(kind, str) else int
        if wanted is None or type(given) is not wanted or (not isinstance(kind, str) and given not in kind):
            raise WrongError(f"{name}: {parameter} can't be {given!r}")
        found[parameter] = given
    return found


def number(code: str, pattern: str, allowed: tuple[int, ...]) -> int:
    """The number that a property is set to, or a method is called with."""
    found = re.findall(pattern, code)
    if len(found) != 1 or int(found[0]) not in allowed:
        raise WrongError(f"{pattern}: {found}")
    return int(found[0])


def examined(code: str, folder: str) -> tuple[dict[str, object], dict[str, object]]:
    """What the script opens and exports, after checks of all that it does to Word."""
    made = code.index("New-Object -ComObject Word.Application")
    if "GetActiveObject" in code or "BindToMoniker" in code:
        raise WrongError("it takes hold of the Word that somebody works in")
    alerts = number(code, r"\$word\.DisplayAlerts = (-?\d+)", ALERTS)
    security = number(code, r"\$word\.AutomationSecurity = (\d+)", SECURITY)
    opened = checked(code, "$word.Documents.Open", OPEN, 1, folder)
    exported = checked(code, "$document.ExportAsFixedFormat", EXPORT, 2, folder)
    at = [made, code.index("DisplayAlerts"), code.index("AutomationSecurity"), code.index("Documents.Open"),
          code.index("ExportAsFixedFormat"), code.index("finally"), code.index("$document.Close("),
          code.index("$word.Quit(")]  # fmt: skip
    if at != sorted(at):
        raise WrongError("the steps aren't in order")
    if number(code, r"\$document\.Close\((-?\d+)\)", SAVE) or number(code, r"\$word\.Quit\((-?\d+)\)", SAVE):
        raise WrongError("it would save the document")
    if alerts or security != 3:
        raise WrongError("dialogs or macros are on")
    if "if ($word.Documents.Count -eq 0) { $word.Quit(0) }" not in code:
        raise WrongError("it quits a Word that holds somebody's document")
    return opened, exported


def main() -> int:
    folder = os.environ["AGREEGEN_FOLDER"]
    opened, exported = examined(plain(code_of(sys.argv[1:])), folder)
    what = os.environ["STAND_IN"]
    if what == "no-word":
        sys.stdout.write("Retrieving the COM class factory failed:\r\n80040154 Class not registered")
        return 3
    pathlib.Path(folder, "word.pid").write_text("4242", encoding="ascii")
    if what == "hang":
        time.sleep(HANGS)
    source = pathlib.Path(str(opened["FileName"]))
    if what == "no-open" or not source.read_bytes().startswith(b"PK"):
        sys.stdout.write("Word found unreadable content")
        return 4
    if what == "no-export":
        sys.stdout.buffer.write("The export failed — über".encode())
        return 5
    if what == "nothing":
        return 0
    target = pathlib.Path(str(exported["OutputFileName"]))
    if what == "garbage":
        target.write_bytes(b"%PDF-1.7 cut off")
    else:
        shutil.copyfile(os.environ["STAND_IN_PDF"], target)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except WrongError as error:
        sys.stdout.write(f"the stand-in refuses: {error}")
        sys.exit(99)

"""The two commands of a fresh checkout: `python3 start.py` makes a first agreement, `python3 start.py test` tests.

Needs Python 3.11 or newer and nothing else: everything is installed into `.venv` beside this file.
"""

from __future__ import annotations

import hashlib
import os
import pathlib
import shutil
import subprocess
import sys
import venv

HERE = pathlib.Path(__file__).resolve().parent
FOLDER = HERE / ".venv"
BIN = FOLDER / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")


def install(group: str | None) -> None:
    """Makes `.venv` and installs the project, and a dependency group, unless that is done already."""
    import tomllib  # noqa: PLC0415 - not there before Python 3.11, and who has an older one shall read which is needed

    project = (HERE / "pyproject.toml").read_bytes()
    stamp = FOLDER / f".agreegen-{group or 'run'}"
    key = hashlib.sha256(project + sys.version.encode()).hexdigest()
    if PYTHON.exists() and stamp.exists() and stamp.read_text() == key:
        return
    if not PYTHON.exists():
        print("Making .venv ...", flush=True)
        try:
            venv.create(FOLDER, with_pip=True)
        except subprocess.CalledProcessError as error:
            shutil.rmtree(FOLDER, ignore_errors=True)  # it has no pip, and would never get one
            print((error.output or b"").decode(errors="replace").strip() or error)
            print("On Debian and Ubuntu `sudo apt install python3-venv` brings what is missing.")
            raise
    print("Installing what agreegen needs into .venv (once) ...", flush=True)
    wanted = tomllib.loads(project.decode())["dependency-groups"].get(group, []) if group else []
    names = [name for name in wanted if isinstance(name, str)]
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "--editable", str(HERE), *names], check=True)
    stamp.write_text(key)


def main(arguments: list[str]) -> int:
    """Installs, then runs the tests or an agreegen command (`demo` if none is given); returns its exit code."""
    testing = arguments[:1] == ["test"]
    try:
        install("test" if testing else None)
    except subprocess.CalledProcessError:
        print("The installation failed; the lines above say why. A network connection is needed once.")
        return 2
    whole = ["-n", "auto", "--dist", "worksteal"]
    command = ["pytest", *(arguments[1:] or whole)] if testing else ["agreegen", *(arguments or ["demo"])]
    module = [str(PYTHON), "-m", *command] if testing else [str(PYTHON), "-m", "agreegen.cli", *command[1:]]
    with subprocess.Popen(module, cwd=HERE if testing else None) as child:
        while True:
            try:
                return child.wait()
            except KeyboardInterrupt:  # it was told, too: it stops as it should, and says how to go on
                continue


if __name__ == "__main__":
    if sys.version_info < (3, 11):  # noqa: UP036 (people run this file with whatever Python they have)
        sys.exit("agreegen needs Python 3.11 or newer; this is " + sys.version.split()[0])
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)

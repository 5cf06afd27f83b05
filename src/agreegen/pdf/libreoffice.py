"""LibreOffice as an engine: the reference for fidelity, where it is installed."""

from __future__ import annotations

import json
import os
import platform
import re
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from agreegen.errors import EngineError
from agreegen.pdf import cut, windows
from agreegen.pdf.flatten import flattened
from agreegen.pdf.limits import examined
from agreegen.pdf.linked import linked

if TYPE_CHECKING:
    from agreegen.finding import Finding

_NAMES: Final = ("soffice", "libreoffice", "soffice.com", "soffice.exe")
_PLACES: Final[dict[str, tuple[str, ...]]] = {
    "Linux": ("/usr/bin", "/usr/local/bin", "/opt/libreoffice*/program", "/usr/lib/libreoffice/program", "/snap/bin"),
    "Darwin": ("/Applications/LibreOffice*.app/Contents/MacOS", "~/Applications/LibreOffice*.app/Contents/MacOS"),
    "Windows": ("C:/Program Files/LibreOffice*/program", "C:/Program Files (x86)/LibreOffice*/program"),
}
_INSTALL: Final[dict[str, str]] = {
    "Linux": "run `apt install libreoffice-writer-nogui` (Debian, Ubuntu) or `dnf install libreoffice-writer` (Fedora)",
    "Darwin": "run `brew install --cask libreoffice`, or install it from libreoffice.org",
    "Windows": "run `winget install TheDocumentFoundation.LibreOffice`, or install it from libreoffice.org",
}
_PLAIN: Final[dict[str, tuple[str, str]]] = {
    "ExportBookmarks": ("boolean", "true"),
    "ExportNotes": ("boolean", "false"),
    "ExportNotesInMargin": ("boolean", "false"),
    "ExportFormFields": ("boolean", "false"),
}
_TAGGED: Final[dict[str, tuple[str, str]]] = {
    **_PLAIN,
    "SelectPdfVersion": ("long", "2"),  # PDF/A-2b
    "PDFUACompliance": ("boolean", "true"),
    "UseTaggedPDF": ("boolean", "true"),
}
_PASSES: Final = 2  # drawings again, for tables that were cut off
_LOCK: Final = threading.Lock()


@cache
def program() -> Path | None:
    """Where soffice is: on the PATH or in the usual places of this system."""
    for name in _NAMES:
        if found := shutil.which(name):
            return Path(found)
    for place in _PLACES.get(platform.system(), ()):
        root = Path(place).expanduser()
        for folder in sorted(Path(root.anchor).glob(str(root.relative_to(root.anchor))), reverse=True):
            for name in reversed(_NAMES) if os.name == "nt" else _NAMES:
                if (folder / name).is_file():
                    return folder / name
    return None


class LibreOffice:
    """One soffice process a conversion, with a profile folder of its own that later conversions take over."""

    name: Final = "libreoffice"

    def __init__(self) -> None:
        """No profile yet."""
        self._profiles: list[Path] = []
        self._root: Path | None = None

    def unavailable(self) -> str:
        """Why it can't be used on this machine, "" if it can."""
        return "" if program() else "LibreOffice (soffice) is not installed, or not in its usual place"

    def install(self) -> str:
        """What to do on this machine to get it."""
        return _INSTALL.get(platform.system(), "install it from libreoffice.org")

    def detail(self) -> str:
        """Its version and where it is."""
        soffice = program()
        if soffice is None:
            return ""
        with tempfile.TemporaryDirectory(prefix="agreegen-") as folder:
            text = _run([soffice, *_OPTIONS, _profile(Path(folder)), "--version"], 60)
        found = re.search(r"LibreOffice\D*([\d.]+)", text)
        return f"LibreOffice {found.group(1) if found else '(version unknown)'} at {soffice}"

    def examine(self, docx: bytes) -> tuple[Finding, ...]:
        """What no engine can draw. UsageError if this isn't a Word file."""
        return examined(docx)

    def convert(self, docx: bytes, timeout: float = 120, *, tagged: bool = True) -> bytes:
        """The PDF, with structure if `tagged`; EngineError if there is none within `timeout` seconds."""
        from agreegen.pdf.completeness import follow  # noqa: PLC0415 (only where it draws)

        examined(docx)
        until = time.monotonic() + timeout
        pdf = self._draw(docx, timeout, tagged)
        for _ in range(_PASSES):
            whole = cut.mended(docx, follow(docx, pdf))
            if whole is None:
                break
            docx = whole
            pdf = self._draw(docx, max(until - time.monotonic(), 1), tagged)
        return pdf

    def _draw(self, docx: bytes, timeout: float, tagged: bool) -> bytes:
        """The PDF as LibreOffice draws it."""
        soffice = program()
        if soffice is None:
            raise EngineError(self.unavailable(), self.install())
        profile = self._take()
        try:
            with tempfile.TemporaryDirectory(prefix="agreegen-") as name:
                folder = Path(name)
                (folder / "agreement.docx").write_bytes(linked(flattened(docx)))
                how = _filter(_TAGGED if tagged else _PLAIN)
                command = [soffice, *_OPTIONS, _profile(profile), "--convert-to", how, "--outdir", folder]
                said = _run([*command, folder / "agreement.docx"], timeout)
                return _checked(folder / "agreement.pdf", said)
        finally:
            with _LOCK:
                self._profiles.append(profile)

    def _take(self) -> Path:
        with _LOCK:
            if self._root is None or not self._root.is_dir():
                self._root, self._profiles = Path(tempfile.mkdtemp(prefix="agreegen-lo-")), []
                from multiprocessing.util import Finalize  # noqa: PLC0415 (as soon as LibreOffice is used)

                Finalize(None, shutil.rmtree, (self._root, True), exitpriority=0)
            return self._profiles.pop() if self._profiles else Path(tempfile.mkdtemp(dir=self._root))


_OPTIONS: Final = ("--headless", "--norestore", "--nodefault", "--nolockcheck", "--nofirststartwizard")


def _filter(options: dict[str, tuple[str, str]]) -> str:
    """The export filter with its options, as LibreOffice 7.4 and later read them."""
    return "pdf:writer_pdf_Export:" + json.dumps({k: {"type": t, "value": v} for k, (t, v) in options.items()})


def _profile(folder: Path) -> str:
    return f"-env:UserInstallation={folder.resolve().as_uri()}"


def _checked(pdf: Path, said: str) -> bytes:
    """The PDF, if it is one: soffice exits with 0 whatever happened."""
    data = pdf.read_bytes() if pdf.is_file() else b""
    if not data.startswith(b"%PDF-") or b"%%EOF" not in data[-1024:]:
        reason = next((x for x in said.splitlines() if x.startswith("Error")), "it wrote no PDF and gave no reason")
        raise EngineError(f"LibreOffice could not draw the document: {reason}", "open the DOCX in LibreOffice and look")
    return data


def _run(command: list[object], timeout: float) -> str:
    """What the program said; it and its children are ended at the time limit."""
    environment = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "PYTHONHOME")}  # it has its own
    environment["TMPDIR"] = tempfile.gettempdir()  # its temporary files stand, and go, with ours
    try:
        process = subprocess.Popen(  # noqa: S603 (fixed program, list of arguments)
            [str(x) for x in command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=environment,
            start_new_session=True,  # a group of its own, so that `_end` reaches the children; no effect on Windows
        )
    except OSError as e:
        raise EngineError(f"LibreOffice could not be started: {e}", "install LibreOffice again") from None
    try:
        said = process.communicate(timeout=timeout)[0]
    except subprocess.TimeoutExpired:
        raise EngineError(
            f"LibreOffice was stopped: not done after {timeout:g} seconds",
            "try whether LibreOffice itself opens the document",
        ) from None
    finally:
        if process.poll() is None:
            _end(process)
    return said.decode(errors="replace")


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ends the process and its children: soffice is a shell script, a starter and the program itself."""
    if os.name == "nt":
        command = [str(windows.program("taskkill.exe")), "/T", "/F", "/PID", str(process.pid)]
        subprocess.run(command, capture_output=True, check=False)  # noqa: S603
    else:
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()

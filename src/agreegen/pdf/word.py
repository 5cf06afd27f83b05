"""Microsoft Word as an engine, on Windows: an instance of its own, driven through PowerShell, which every Windows has.

Written after Microsoft's documentation and tested against a stand-in; not run with a real Word yet. On macOS Word can
only be driven by way of permissions that a person must grant in dialogs, file by file, so it isn't.
"""

from __future__ import annotations

import base64
import importlib
import os
import platform
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from agreegen.errors import EngineError
from agreegen.pdf import windows
from agreegen.pdf.flatten import flattened
from agreegen.pdf.limits import examined

if TYPE_CHECKING:
    from agreegen.finding import Finding

_OPTIONS: Final = ("-NoLogo", "-NoProfile", "-NonInteractive", "-EncodedCommand")
_SCRIPT: Final = Path(__file__).with_suffix(".ps1")
_REASONS: Final = {
    3: ("Word couldn't be started", "open Word once by hand: it may ask for something, such as a sign-in"),
    4: ("Word couldn't open the document", "open the DOCX in Word and look"),
    5: ("Word couldn't export the document as PDF", "open the DOCX in Word and try Save As, PDF"),
}


class Word:
    """One Word process a conversion; a Word that somebody works in isn't touched."""

    name: Final = "word"

    def unavailable(self) -> str:
        """Why it can't be used on this machine, "" if it can."""
        if platform.system() != "Windows":
            return f"Word is driven on Windows only, and this is {platform.system() or 'another system'}"
        if powershell() is None:
            return "Windows PowerShell isn't in its usual place"
        return (
            "" if installed() else "Microsoft Word is not installed (Word of a browser or of the Store can't be driven)"
        )

    def install(self) -> str:
        """What to do on this machine to get it."""
        if platform.system() != "Windows":
            return "choose embedded or libreoffice; or open the DOCX in Word and save it as PDF"
        return "install Microsoft Word for the desktop"

    def detail(self) -> str:
        """Its version."""
        return f"Microsoft Word, {installed()}, through {powershell()}"

    def examine(self, docx: bytes) -> tuple[Finding, ...]:
        """What no engine can draw. UsageError if this isn't a Word file."""
        return examined(docx)

    def convert(self, docx: bytes, timeout: float = 120) -> bytes:
        """The PDF; EngineError if there is none within `timeout` seconds."""
        examined(docx)
        shell = powershell()
        if shell is None or (reason := self.unavailable()):
            raise EngineError(f"Word can't be used: {reason if shell else self.unavailable()}", self.install())
        with tempfile.TemporaryDirectory(prefix="agreegen-", ignore_cleanup_errors=True) as name:
            folder = Path(name)
            (folder / "agreement.docx").write_bytes(flattened(docx))
            _run(shell, folder, timeout)
            return _checked(folder / "agreement.pdf")


def powershell() -> Path | None:
    """Where Windows PowerShell is; the system's own, so that nothing on the PATH can take its place."""
    own = windows.program("WindowsPowerShell", "v1.0", "powershell.exe")
    return own if own.is_file() else None


def installed() -> str:
    """What the registry calls the Word that programs can drive (`Word.Application.16`), "" if there is none."""
    try:
        registry: Any = importlib.import_module("winreg")
        with registry.OpenKey(registry.HKEY_CLASSES_ROOT, r"Word.Application\CurVer") as key:
            return str(registry.QueryValue(key, None))
    except (ImportError, OSError):
        return ""


def _run(shell: Path, folder: Path, timeout: float) -> None:
    """Lets Word write the PDF into the folder; EngineError if it fails or takes too long."""
    script = base64.b64encode(_SCRIPT.read_text(encoding="utf-8").encode("utf-16-le")).decode()
    environment = {**os.environ, "AGREEGEN_FOLDER": str(folder)}
    try:
        process = subprocess.Popen(  # noqa: S603 (fixed program, list of arguments)
            [str(shell), *_OPTIONS, script],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except OSError as e:
        raise EngineError(f"PowerShell could not be started: {e.strerror}", "choose another engine") from None
    try:
        said = process.communicate(timeout=timeout)[0].decode("utf-8", "replace")
    except subprocess.TimeoutExpired:
        left = _end_word(folder)
        hint = "open the DOCX in Word: it may show a dialog" + (
            "" if left else "; end the Word without window, if one is left"
        )
        raise EngineError(f"Word was stopped: not done after {timeout:g} seconds", hint) from None
    except KeyboardInterrupt:
        _end_word(folder)
        raise
    finally:
        if process.poll() is None:
            process.kill()
            process.communicate()
    if process.returncode:
        what, hint = _REASONS.get(process.returncode, ("Word couldn't be driven", "choose another engine"))
        reason = " ".join(said.split())[:300]
        raise EngineError(f"{what}{': ' + reason if reason else ''}", hint)


def _end_word(folder: Path) -> bool:
    """Ends the Word that the script started, if the script could tell which one it is."""
    try:
        number = int((folder / "word.pid").read_text(encoding="ascii"))
    except (OSError, ValueError):
        return False
    command = [str(windows.program("taskkill.exe")), "/F", "/FI", "IMAGENAME eq WINWORD.EXE", "/FI", f"PID eq {number}"]
    try:
        subprocess.run(command, capture_output=True, check=False, timeout=20)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return False
    return True


def _checked(pdf: Path) -> bytes:
    """The PDF, if it is one."""
    data = pdf.read_bytes() if pdf.is_file() else b""
    if not data.startswith(b"%PDF-") or b"%%EOF" not in data[-1024:]:
        raise EngineError("Word wrote no PDF and gave no reason", "open the DOCX in Word and try Save As, PDF")
    return data

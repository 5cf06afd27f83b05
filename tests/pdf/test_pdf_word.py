"""Word by its documented object model: the script is checked parameter by parameter, and what fails is said plainly."""

from __future__ import annotations

import os
import pathlib
import subprocess
import sys
import time
import types

import pdf_samples as samples
import pytest
import word_stand_in as stand_in

from agreegen import pdf
from agreegen.errors import EngineError, UsageError
from agreegen.pdf import word
from agreegen.template import base

SMALL = samples.small(samples.paragraph("Heading1", "Terms"), samples.paragraph("ClauseText", samples.SENTENCES[0]))
SCRIPT = pathlib.Path(word.__file__).with_suffix(".ps1").read_text(encoding="utf-8")


@pytest.fixture
def windows(monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path) -> pathlib.Path:
    """A machine that looks like Windows with Word: its PowerShell is the stand-in."""
    shell = tmp_path / "System32" / "WindowsPowerShell" / "v1.0" / "powershell.exe"
    shell.parent.mkdir(parents=True)
    shell.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{stand_in.__file__}" "$@"\n')
    shell.chmod(0o755)
    drawn = tmp_path / "drawn.pdf"
    drawn.write_bytes(pdf.EMBEDDED.convert(SMALL, 60))
    monkeypatch.setattr(word.platform, "system", lambda: "Windows")
    monkeypatch.setattr(word, "installed", lambda: "Word.Application.16")
    for name, value in {"SystemRoot": tmp_path, "STAND_IN": "draw", "STAND_IN_PDF": drawn}.items():
        monkeypatch.setenv(name, str(value))
    return tmp_path


def program(path: pathlib.Path, what: str) -> None:
    """A program that does this."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{what}\n")
    path.chmod(0o755)


def test_word_draws_when_it_is_asked_for(windows: pathlib.Path) -> None:
    result = pdf.convert(SMALL, "word")
    assert (result.engine, result.findings) == ("word", ())
    assert result.pdf == (windows / "drawn.pdf").read_bytes()
    state = {n: (works, detail) for n, works, detail in pdf.survey()}["word"]
    assert state == (True, f"Microsoft Word, Word.Application.16, through {word.powershell()}")


def test_the_script_opens_and_exports_as_it_should() -> None:
    opened, exported = stand_in.examined(stand_in.plain(SCRIPT), "F")
    assert opened == {
        "FileName": "F/agreement.docx", "ConfirmConversions": False, "ReadOnly": True, "AddToRecentFiles": False,
        "Revert": False, "Format": 0, "Visible": False, "OpenAndRepair": False, "NoEncodingDialog": True,
    }  # fmt: skip
    assert exported == {
        "OutputFileName": "F/agreement.pdf", "ExportFormat": 17, "OpenAfterExport": False, "OptimizeFor": 0,
        "Range": 0, "From": 1, "To": 1, "Item": 0, "IncludeDocProps": True, "KeepIRM": True, "CreateBookmarks": 1,
        "DocStructureTags": True, "BitmapMissingFonts": True, "UseISO19005_1": True,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("        17, ", "        19, "),
        ("        $false,                        # ConfirmConversions", "        0,"),
        ("        1,                             # CreateBookmarks", "        3,"),
        ("$word.DisplayAlerts = 0", "$word.DisplayAlerts = -1"),
        ("$document.Close(0)", "$document.Close(-1)"),
        ("$word.AutomationSecurity = 3", "$word.AutomationSecurity = 1"),
        ("if ($word.Documents.Count -eq 0) { $word.Quit(0) }", "$word.Quit(0)"),
        ("$word = New-Object -ComObject Word.Application", "$word = [Marshal]::GetActiveObject('Word.Application') #"),
        ("        $true                          # UseISO19005_1", "        $true, $missing, $true"),
    ],
)
def test_the_stand_in_bites(old: str, new: str) -> None:
    assert old in SCRIPT
    with pytest.raises((stand_in.WrongError, ValueError)):
        stand_in.examined(stand_in.plain(SCRIPT.replace(old, new)), "F")


def test_a_script_that_word_would_refuse_gives_no_pdf(
    windows: pathlib.Path, monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path
) -> None:
    (tmp_path / "wrong.ps1").write_text(SCRIPT.replace("        17, ", "        19, "), encoding="utf-8")
    monkeypatch.setattr(word, "_SCRIPT", tmp_path / "wrong.ps1")
    with pytest.raises(EngineError, match="ExportFormat can't be 19"):
        pdf.WORD.convert(SMALL)


@pytest.mark.parametrize(
    ("what", "message"),
    [
        ("no-word", "Word couldn't be started: Retrieving the COM class factory failed: 80040154 Class not registered"),
        ("no-open", "Word couldn't open the document: Word found unreadable content"),
        ("no-export", "Word couldn't export the document as PDF: The export failed — über"),
        ("nothing", "Word wrote no PDF and gave no reason"),
        ("garbage", "Word wrote no PDF and gave no reason"),
    ],
)
def test_each_failure_is_said(windows: pathlib.Path, monkeypatch: pytest.MonkeyPatch, what: str, message: str) -> None:
    monkeypatch.setenv("STAND_IN", what)
    with pytest.raises(EngineError) as caught:
        pdf.WORD.convert(SMALL, 30)
    assert caught.value.message == message
    assert caught.value.exit_code == 3
    assert caught.value.hint


def test_a_word_that_hangs_is_ended_and_no_other(windows: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STAND_IN", "hang")
    program(windows / "System32" / "taskkill.exe", f'echo "$@" > "{windows}/ended"')
    program(windows / "tools" / "taskkill", f'echo wrong > "{windows}/ended"')
    monkeypatch.setenv("PATH", f"{windows / 'tools'}{os.pathsep}{os.environ['PATH']}")
    start = time.monotonic()
    with pytest.raises(EngineError, match="Word was stopped: not done after 2 seconds") as caught:
        pdf.WORD.convert(SMALL, 2)
    assert time.monotonic() - start < stand_in.HANGS, "it was waited for"
    assert (windows / "ended").read_text().split() == [
        "/F",
        "/FI",
        "IMAGENAME",
        "eq",
        "WINWORD.EXE",
        "/FI",
        "PID",
        "eq",
        "4242",
    ]
    assert caught.value.hint == "open the DOCX in Word: it may show a dialog"


def test_an_interruption_leaves_no_word_behind(windows: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(process: subprocess.Popen[bytes], **limits: float) -> tuple[bytes, bytes]:
        if limits:
            raise KeyboardInterrupt
        return plain(process)

    ended: list[pathlib.Path] = []
    plain = subprocess.Popen.communicate
    monkeypatch.setenv("STAND_IN", "hang")
    monkeypatch.setattr(subprocess.Popen, "communicate", interrupted)
    monkeypatch.setattr(word, "_end_word", ended.append)
    with pytest.raises(KeyboardInterrupt):
        pdf.WORD.convert(SMALL, 30)
    assert len(ended) == 1


def test_a_word_that_cannot_be_told_from_others_is_left_alone(tmp_path: pathlib.Path) -> None:
    assert word._end_word(tmp_path) is False
    (tmp_path / "word.pid").write_text("12; rm")
    assert word._end_word(tmp_path) is False
    assert "if ($new.Count -eq 1)" in SCRIPT


def test_elsewhere_it_says_why_not_and_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    for system in ("Linux", "Darwin"):
        monkeypatch.setattr(word.platform, "system", lambda system=system: system)
        with pytest.raises(EngineError, match="driven on Windows only, and this is") as caught:
            pdf.convert(SMALL, "word")
        assert "libreoffice" in caught.value.hint
    with pytest.raises(UsageError):
        pdf.WORD.convert(b"no Word file")


def test_a_windows_without_word_says_so(windows: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(word, "installed", lambda: "")
    with pytest.raises(EngineError, match="Microsoft Word is not installed"):
        pdf.convert(SMALL, "word")
    monkeypatch.setenv("SystemRoot", str(windows / "none"))
    program(windows / "tools" / "pwsh", "exit 0")
    monkeypatch.setenv("PATH", f"{windows / 'tools'}{os.pathsep}{os.environ['PATH']}")
    with pytest.raises(EngineError, match="PowerShell isn't in its usual place"):
        pdf.convert(SMALL, "word")


def test_the_registry_tells_which_word_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    assert word.installed() == ""
    asked = []

    class Key:
        def __enter__(self) -> str:
            return "key"

        def __exit__(self, *_: object) -> None:
            pass

    def open_key(root: str, name: str) -> Key:
        asked.append((root, name))
        return Key()

    registry = types.SimpleNamespace(
        HKEY_CLASSES_ROOT="HKCR", OpenKey=open_key, QueryValue=lambda *_: "Word.Application.16"
    )
    monkeypatch.setitem(sys.modules, "winreg", registry)
    assert word.installed() == "Word.Application.16"
    assert asked == [("HKCR", r"Word.Application\CurVer")]


def test_the_script_is_part_of_the_install_and_short_enough_for_a_command_line() -> None:
    assert len(SCRIPT.encode("utf-16-le")) * 4 / 3 < 30_000
    assert SCRIPT.isascii()


def test_what_was_deleted_and_only_tracked_is_not_drawn(windows: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = '<w:del w:id="1" w:author="Counsel"><w:r><w:delText>taken out</w:delText></w:r></w:del>'
    given = []
    monkeypatch.setattr(word, "_run", lambda _, folder, __: given.append((folder / "agreement.docx").read_bytes()))
    with pytest.raises(EngineError, match="wrote no PDF"):
        pdf.WORD.convert(samples.small(samples.paragraph("ClauseText", "Stays. ", gone)))
    (sent,) = given
    assert b"Stays." in base.unpack(sent)["word/document.xml"]
    assert b"taken out" not in base.unpack(sent)["word/document.xml"]

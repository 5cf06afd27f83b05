"""The first command of a fresh checkout: what it says where it can't work."""

from __future__ import annotations

import pathlib
import runpy
import shutil
import subprocess
import sys
import venv

import pytest

START = pathlib.Path(__file__).parents[1] / "start.py"


def test_an_older_python_is_told_which_one_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tomllib", None)
    monkeypatch.setattr(sys, "version_info", (3, 9, 1))
    with pytest.raises(SystemExit, match=r"needs Python 3\.11"):
        runpy.run_path(str(START), run_name="__main__")


def test_an_environment_without_pip_is_taken_away_again(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("start.py", "pyproject.toml"):
        shutil.copy(START.with_name(name), tmp_path)

    def without_pip(folder: pathlib.Path, *, with_pip: bool) -> None:
        assert with_pip
        folder.mkdir()
        raise subprocess.CalledProcessError(1, "ensurepip", b"No module named ensurepip")

    monkeypatch.setattr(venv, "create", without_pip)
    monkeypatch.setattr(sys, "argv", ["start.py"])
    with pytest.raises(SystemExit) as left:
        runpy.run_path(str(tmp_path / "start.py"), run_name="__main__")
    assert left.value.code == 2
    assert not (tmp_path / ".venv").exists()
    said = capsys.readouterr().out
    assert "No module named ensurepip" in said
    assert "python3-venv" in said

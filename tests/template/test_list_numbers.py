"""The numbers that we compute are those that LibreOffice shows, on every paragraph of every example."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from agreegen.template.draft import draft
from examples_made import EXAMPLES, Examples

if TYPE_CHECKING:
    from types import ModuleType

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "benchmarks" / "list_numbers.py"


@pytest.fixture(scope="module")
def compared() -> ModuleType:
    """The script, as a module."""
    spec = importlib.util.spec_from_file_location("list_numbers", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["list_numbers"] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.slow
def test_numbers_of_the_examples_are_those_of_libreoffice(examples: Examples, tmp_path: Path) -> None:
    for example in EXAMPLES:
        shutil.copy(examples.made(example).files[0], tmp_path)
    command = [sys.executable, str(SCRIPT), str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:]
    assert "documents equal: 6 of 6 (100.0 %)" in done.stdout


def test_a_label_that_differs_is_told(compared: ModuleType, tmp_path: Path) -> None:
    file = tmp_path / "x.docx"
    file.write_bytes(draft("# First\n\n## Alpha one\n\n(a) the first duty\n\n(b) the second duty\n"))
    mine, _, _ = compared.ours(file.read_bytes())
    assert [r.label for r in mine if r.label] == ["1.", "1.1", "(a)", "(b)"]
    assert compared.compare(file, mine).wrong == ()
    theirs = [compared.Row("(c)", r.text) if r.label == "(b)" else r for r in mine]
    wrong = compared.compare(file, theirs)
    assert wrong.wrong == (("thesecondduty", "(c)", "(b)"),)
    assert compared.report([wrong], {}, 100) == 1
    assert compared.report([compared.compare(file, mine)], {}, 100) == 0
    assert compared.report([], {}, 100) == 1, "nothing compared is nothing proven"


@pytest.mark.parametrize(
    ("forms", "legal", "mine", "other", "known"),
    [
        (["upperRoman", "decimalZero"], True, "1.01", "I.01", True),
        (["upperRoman", "decimalZero"], False, "1.01", "I.01", False),
        (["ordinalText"], False, "One thousand first", "One thousand and first", True),
        (["ordinalText"], False, "First", "Premier", False),
        (["decimalEnclosedCircle"], False, "21", "㉑", True),
        (["decimalEnclosedCircle"], False, "2", "①", False),
        (["chineseCountingThousand"], False, "一百〇一", "一百零一", True),
        (["chineseCounting"], False, "二", "三", False),
        (["decimal"], False, "2", "3", False),
    ],
)
def test_only_known_faults_are_told_apart(
    compared: ModuleType, forms: list[str], *, legal: bool, mine: str, other: str, known: bool
) -> None:
    assert bool(compared.fault(forms, legal=legal, mine=mine, other=other)) == known

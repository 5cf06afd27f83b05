"""The compiled tables are in step with their sources, and no source is missing from them."""

from __future__ import annotations

import subprocess
import sys

from agreegen.law import build
from agreegen.law.tables import COMPILED, FOLDER, table


def test_compiled_tables_are_in_step() -> None:
    assert COMPILED.read_text(encoding="utf-8") == build.compiled(), "run: python -m agreegen.law.build"


def test_every_source_is_compiled() -> None:
    sources = sorted(FOLDER.glob("*.yaml"))
    assert len(sources) >= 2
    for path in sources:
        assert table(path.stem), path.name


def test_importing_the_package_reads_no_table_and_no_yaml() -> None:
    code = (
        "import sys, agreegen.law, agreegen.law.notices, agreegen.law.terms, agreegen.law.tables as t;"
        "assert t._tables.cache_info().currsize == 0;"
        "print([m for m in ('yaml', 'jinja2', 'pydantic') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_words_of_yaml_stay_words() -> None:
    import yaml  # noqa: PLC0415

    assert yaml.load("[yes, no, on, off, NO, true, null, 2027-01-31]", Loader=build._Words) == [
        "yes", "no", "on", "off", "NO", True, None, "2027-01-31",
    ]  # fmt: skip

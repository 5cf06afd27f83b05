"""Whole processes, from the command line to the file on disk: ratios of one run, interleaved rounds.

    python benchmarks/process.py [--proposal proposals/x.yaml] [--rounds 5]

Help: `agreegen --help` against bare Python, in milliseconds more. One proposal to DOCX, compiled templates cached:
`agreegen generate -f docx` (reads YAML, checks rules, renders, numbers the pages of the contents, writes) against a
docxtpl script that opens the same composed template with ready-made data, renders it and saves. A document that was
generated before isn't drawn again to count its pages; one that is new is: both are shown. Python's compiled modules are
there for all contenders, as after `pip install`.
"""

from __future__ import annotations

import argparse
import pickle
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import render as rendering

OPENING = """
import pickle, sys, time
from docxtpl import DocxTemplate
from jinja2 import Environment
from agreegen.wording import FILTERS
environment = Environment(autoescape=True)
environment.filters.update(FILTERS)
environment.globals["ref"] = lambda name: "1.1"
with open(sys.argv[2], "rb") as file:
    data = pickle.load(file)
"""
"""How a docxtpl script of a person's own begins: its template is the first argument, its data the second."""
SCRIPT = (
    OPENING
    + """
document = DocxTemplate(sys.argv[1])
document.render(data, environment)
document.save(sys.argv[3])
"""
)


NEW = "generate -f docx, new"


def prepared(proposal: Path, folder: Path) -> tuple[Path, Path, Path]:
    """The composed template as docxtpl reads it, the data, and the script."""
    from agreegen import workspace  # noqa: PLC0415 - the contenders import for themselves
    from agreegen.generate import opened_proposal  # noqa: PLC0415

    here = workspace.find(proposal.parent)
    opened = opened_proposal(proposal, here)
    assert opened.agreement is not None
    assert opened.template is not None
    template, data, script = folder / "template.docx", folder / "data.pickle", folder / "script.py"
    template.write_bytes(rendering.flattened(here.templates / opened.template.name, here.templates))
    data.write_bytes(pickle.dumps(dict(opened.agreement.context)))
    script.write_text(SCRIPT, encoding="utf-8")
    return template, data, script


def seconds(command: list[str], cache: Path, *, new: bool) -> tuple[float, float]:
    """Wall and processor time of a whole process, which must succeed; a `new` document's pages are forgotten."""
    if new:
        shutil.rmtree(cache / "pages", ignore_errors=True)
    environment = rendering.installed(cache.parent) | {"AGREEGEN_CACHE": str(cache)}
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    """Runs the rounds and prints medians, least times and ratios."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--proposal", type=Path, default=rendering.HERE.parents[1] / "proposals/county-coverage.yaml")
    parser.add_argument("--rounds", type=int, default=5)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        template, data, script = prepared(args.proposal, folder)
        ours = [sys.executable, "-m", "agreegen.cli"]
        commands = {
            "python -c pass": [sys.executable, "-c", "pass"],
            "agreegen --help": [*ours, "--help"],
            "docxtpl script": [sys.executable, str(script), str(template), str(data), str(folder / "theirs.docx")],
            NEW: [*ours, "generate", str(args.proposal), "-f", "docx", "-o", str(folder / "o")],
            "generate -f docx, again": [*ours, "generate", str(args.proposal), "-f", "docx", "-o", str(folder / "o")],
        }
        times: dict[str, list[float]] = {n: [] for n in commands}
        used: dict[str, list[float]] = {n: [] for n in commands}
        for number in range(args.rounds + 1):
            for n, command in commands.items():
                taken, worked = seconds(command, folder / "cache", new=n == NEW)
                if number:  # the first round warms caches up
                    times[n].append(taken)
                    used[n].append(worked)
        print(f"{'process':28}{'median ms':>11}{'least ms':>10}{'least CPU ms':>14}")
        for n, found in times.items():
            print(f"{n:28}{statistics.median(found) * 1000:11.0f}{min(found) * 1000:10.0f}{min(used[n]) * 1000:14.0f}")
        bare, help_, theirs, new, again = (min(times[n]) for n in commands)
        print(f"\n--help takes {(help_ - bare) * 1000:.0f} ms more than bare Python (least times)")
        print(f"the docxtpl script takes {theirs / new:.2f} times as long as generate for a new document, ", end="")
        print(f"{theirs / again:.2f} times for one generated before (least times)")


if __name__ == "__main__":
    main()

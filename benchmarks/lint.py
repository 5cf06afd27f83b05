"""How many mistakes in Word templates are found, at the right paragraph, by ours and by docxtpl-lint alone.

    python benchmarks/lint.py                 mistakes of every kind, 7 of each, in the shipped templates
    options: --each 7, --seed 7, --no-proof (leave out the printing of what was spoilt), --files FOLDER...

Kinds and mistakes are those of `tests/lint/mistakes.py`. Found means: a finding at the paragraph or cell that was
changed (for what stands in other parts of the file: a finding that names no paragraph). The proof prints each spoilt
file with shipped examples: it must be refused, or print every other word of the sound file in its place.
With --files the Word files of folders are checked instead, and what was found is counted by code.
"""

from __future__ import annotations

import argparse
import collections
import pathlib
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from agreegen import lint  # noqa: E402
from agreegen.lint import generic  # noqa: E402
from lint.mistakes import KINDS, Mutant, mutants  # noqa: E402
from lint.proof import holds  # noqa: E402


def named(mutant: Mutant, places: list[tuple[str, int | None]]) -> bool:
    """True when one of the places is where the mistake was made."""
    return any((p in mutant.places) or (None in mutant.places and p[1] is None) for p in places)


def ours(mutant: Mutant, library: lint.Library) -> bool:
    """True when our rules find the mistake at its place."""
    found = lint.check_file(mutant.data, mutant.name, library)
    own = [f for f in found if f.code != generic.CODE]
    return named(mutant, [(f.location.part, f.location.paragraph) for f in own])


def theirs(mutant: Mutant) -> bool:
    """True when docxtpl-lint alone finds it at its place; in other parts, anything that it says of them."""
    issues = generic._issues(mutant.data)
    places = [(i.location.part, i.location.paragraph) for i in issues]
    return named(mutant, places) or (None in mutant.places and any(p[0] != "body" for p in places))


def score(each: int, seed: int, *, proof: bool) -> int:
    """Prints the table; 1 if less than 99 in a hundred were found, or words were lost."""
    library = lint.Library(ROOT / "templates")
    files = {name: library.path(name).read_bytes() for name in library.names}
    made = mutants(files, each, seed)
    rows: dict[str, list[int]] = {kind: [0, 0, 0] for kind, _, _ in KINDS}
    lost, came = [], collections.Counter[str]()
    start = time.perf_counter()
    for mutant in made:
        row = rows[mutant.kind]
        row[0] += 1
        if ours(mutant, library):
            row[1] += 1
        else:
            print(f"missed: {mutant.kind} in {mutant.name}: {mutant.what}", file=sys.stderr)
        row[2] += theirs(mutant)
    spent = time.perf_counter() - start
    with tempfile.TemporaryDirectory() as folder:
        for mutant in made if proof else ():
            fine, what = holds(mutant, files[mutant.name], pathlib.Path(folder))
            came[what if fine else "lost"] += 1
            if not fine:
                lost.append(mutant)
                print(f"{mutant.kind} in {mutant.name}: {mutant.what}: {what}", file=sys.stderr)
    print("| mistake | made | agreegen | docxtpl-lint alone |\n|---|---|---|---|")
    for kind, (count, a, b) in rows.items():
        print(f"| {kind} | {count} | {a} | {b or '—'} |")
    total, a, b = (sum(r[i] for r in rows.values()) for i in range(3))
    print(f"| **{len(rows)} kinds** | **{total}** | **{a}** ({a / total:.1%}) | **{b}** ({b / total:.1%}) |")
    print(f"\n{spent:.0f} s for the checks; printed: {dict(came)}")
    clean = [n for n in library.names if lint.check_file(files[n], n, library)]
    print(f"sound templates with findings: {len(clean)} of {len(files)} {clean[:5]}")
    return int(a < 0.99 * total or bool(lost) or bool(clean))


def count(folders: list[pathlib.Path]) -> int:
    """Prints for each folder what was found in its Word files."""
    library = lint.Library(ROOT / "templates")
    for folder in folders:
        codes: collections.Counter[str] = collections.Counter()
        files = sorted(folder.rglob("*.docx"))
        for path in files:
            codes.update(f.code for f in lint.check_file(path.read_bytes(), str(path), library))
        print(f"{folder.name}: {len(files)} files: " + ", ".join(f"{c} {n}" for c, n in codes.most_common()))
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--each", type=int, default=7)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--no-proof", action="store_true")
    parser.add_argument("--files", type=pathlib.Path, nargs="+")
    said = parser.parse_args()
    return count(said.files) if said.files else score(said.each, said.seed, proof=not said.no_proof)


if __name__ == "__main__":
    sys.exit(main())

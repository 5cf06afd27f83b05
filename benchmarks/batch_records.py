"""What the record of a batch costs: `python benchmarks/batch_records.py [--partners 10000] [--rounds 5]`.

Makes up the entries of that many agreements (two files, 40 fields, 70 clauses each), in processor time of this process:
writing the record of what was just made, reading it, deciding that nothing changed (the files are there), writing it
again, the summary, the journal, and the difference to a record in which a clause changed. Least of the rounds.
"""

from __future__ import annotations

import argparse
import dataclasses
import hashlib
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agreegen.batch.difference import differences, lines
from agreegen.batch.entry import Entry, FileRecord
from agreegen.batch.grouping import groups_of
from agreegen.batch.journal import Journal, recovered
from agreegen.batch.manifest import Manifest
from agreegen.batch.summary import as_csv, as_html
from agreegen.finding import Finding, Location, Severity

if TYPE_CHECKING:
    from collections.abc import Callable

SHARED = ("proposal", "template", "settings", "engine", "agreegen")


def sha(text: str) -> str:
    """The SHA-256 of a text."""
    return hashlib.sha256(text.encode()).hexdigest()


def entry(number: int, folder: Path) -> Entry:
    """The agreement of a made-up partner, whose files are there; one in ten has a finding of its own."""
    partner = f"partner-{number:05}"
    files = {}
    for ending in ("docx", "pdf"):
        path = f"{partner[:-2]}/{partner}.{ending}"
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_bytes(path.encode())
        files[path] = FileRecord.of(path.encode(), (folder / path).stat())
    said = {
        f"partner.contacts.{n}": f"role{n}-{number}@county.example.gov" if n % 3 else f"Title {n}" for n in range(40)
    }
    found = [Finding("P055", Severity.WARNING, Location("x.yaml", 4, 5, path="dates"), "soon", "wait")]
    if number % 10 == 0:
        found.append(
            Finding("P001", Severity.ERROR, Location("x.csv", number, 5), f"County {number} lacks it", "add it")
        )
    return Entry(
        f"coverage/{partner}", partner, "coverage", f"County {number}", "local-government", "made", files,
        {**{name: sha(name) for name in SHARED}, "partner": sha(partner)}, (),
        {f"exhibit-{n}": f"the data are of kind {n}" for n in range(12)},
        {f"clauses/clause-{n}": sha(f"clause {n}") for n in range(70)}, said, "embedded", 91, 0.0123, tuple(found),
        {f"block.field {n}": f"what the proposal says in field {n}" for n in range(80)},
    )  # fmt: skip


def main() -> None:
    """Prints a line for each step."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--partners", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    least: dict[str, float] = {}

    def timed(step: str, work: Callable[[], Any]) -> Any:
        start = time.process_time()
        result = work()
        least[step] = min(least.get(step, 1e9), time.process_time() - start)
        return result

    with tempfile.TemporaryDirectory() as held:
        folder = Path(held)
        made = {e.key: e for e in (entry(n, folder) for n in range(asked.partners))}
        for _ in range(asked.rounds):
            new = Manifest({key: dataclasses.replace(e, clauses=dict(e.clauses)) for key, e in made.items()})
            data = timed("write what was just made", new.bytes)
            old = timed("read", lambda data=data: Manifest.parsed(data))
            inputs = {key: dict(e.inputs) for key, e in made.items()}
            all_of = [*inputs.items()]
            kept = timed("decide that nothing changed",
                         lambda old=old, all_of=all_of: [old.confirmed(k, i, folder) for k, i in all_of])  # fmt: skip
            assert all(kept)
            old.entries.update({e.key: e for e in kept})
            timed("write it again", old.bytes)
            timed("summary.html", lambda old=old: as_html(old))
            timed("summary.csv", lambda old=old: as_csv(old))
            timed("group the findings", lambda old=old: groups_of(old.entries.values()))
            other = {k: dataclasses.replace(e, clauses={**e.clauses, "clauses/clause-3": "0"}) for k, e in made.items()}
            told = timed("difference", lambda old=old, other=other: lines(differences(old, Manifest(other))))
            assert told[0].startswith(f"{asked.partners:,} partners: clause clause-3 changed")
            journal = Journal.begin(folder, Manifest())
            timed("journal", lambda journal=journal: [journal.add(e) for e in made.values()])
            journal.close()
            timed("read the journal", lambda: recovered(folder))
            journal.path.unlink()
    print(f"{asked.partners:,} agreements, record of {len(data) / 1e6:.1f} MB\n")
    for step, seconds in least.items():
        print(f"{seconds:6.3f} s  {step}")


if __name__ == "__main__":
    main()

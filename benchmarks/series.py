"""What a partner of a series takes, in ms of CPU: the whole way, and the short one. `python benchmarks/series.py`."""

from __future__ import annotations

import argparse
import json
import pathlib
import resource
import shutil
import tempfile
import time

from agreegen import generate
from agreegen.law.tables import table
from agreegen.reading import Listed, partners_of, read_source
from agreegen.series import Series
from agreegen.workspace import find

PROPOSALS = pathlib.Path(__file__).parents[1] / "proposals"


def opened(folder: pathlib.Path) -> tuple[Series, dict[str, object]]:
    """The series of the county example with an open recipient, and the record of its county."""
    source = read_source((PROPOSALS / "county-coverage.yaml").read_bytes(), "county-coverage.yaml")
    path = folder / "county-coverage.yaml"
    path.write_text(json.dumps({**source.data, "recipient": "partner"}))
    for file in PROPOSALS.glob("*.csv"):
        shutil.copy(file, folder)
    record = read_source((PROPOSALS / "partners" / "alameda-county.yaml").read_bytes(), "alameda-county.yaml").data
    del record["sample"]
    return Series.open(path, find(PROPOSALS)), record


def partners(record: dict[str, object], number: int) -> list[Listed]:
    """Counties with contacts, bodies and statuses of their own, in turns."""
    counties = [row["legal_name"] for row in table("lists")["counties"]]
    found = []
    for n in range(number):
        name = counties[n % len(counties)]
        own = {k: v for k, v in record.items() if k not in ("id", "party", "legal name", "short name")}
        mailbox, phone = f"privacy{n}@example.gov", f"(510) 555-01{n % 100:02}"
        incident = {"name": "Privacy Officer", "hours": "24 hours, every day", "email": mailbox, "phone": phone}
        own["contacts"] = {**dict(own["contacts"]), "incident": incident}
        own["governing body"] = {**dict(own["governing body"]), "number": f"R-2027-{n:05}"}
        own["hipaa status"] = ("hybrid", "covered", "business associate")[n % 3]
        found.append(Listed(f"partner-{n}", {"legal name": name if n < 58 else f"{name} {n}", "kind": "county", **own}))
    return found


def main() -> None:
    """Prints ms a partner."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--partners", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=3)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        start = time.process_time()
        series, record = opened(pathlib.Path(folder))
        print(f"open a series   {(time.process_time() - start) * 1e3:8.2f} ms")
        many = partners(record, wanted.partners)
        series.of(many[0])
        few, start = many[:20], time.process_time()
        for one in few:
            generate.opened_proposal(series.path, series.workspace, partner=one.id,
                                     partners=partners_of([one], series.records))  # fmt: skip
        print(f"whole way       {(time.process_time() - start) * 1e3 / len(few):8.2f} ms a partner (with the template)")
        for name, function in (("check", series.check), ("of", series.of)):
            best = 9e9
            for _ in range(wanted.rounds):
                start = time.process_time()
                for one in many:
                    function(one)
                best = min(best, time.process_time() - start)
            print(f"series, {name:8}{best * 1e3 / len(many):8.3f} ms a partner")
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        for one in many:
            series.of(one)
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        print(f"memory grown by {grown:8} KB for {len(many)} more; whole ways: {series.whole}")


if __name__ == "__main__":
    main()

"""Batches: whole processes from the command line, next to docxtpl in a loop, in one run; a table at its end.

    python benchmarks/batch.py [--partners 10000] [--jobs 2] [--pdf 24]
    python benchmarks/batch.py --bookkeeping [--partners 10000]

The agreement is that of proposals/county-coverage.yaml (90 pages) with its recipient left open. In order: the 58
counties as Word files; the docxtpl loop, which opens the same composed template, renders ready-made data and saves, for
a few of them; a list of made-up special districts, whose names are as long and as short as names are, made for the
first time (three times, each with what was there after the counties), made into another folder, and run again there
with nothing changed; what a worker takes for a document early and late, and its memory after the hundredth and the last
one; then PDFs by the batch next to the engine alone on the same files, with one worker and with two; and, where
processes can be bound to cores, with one worker on one core, the child that draws too, and with two on two. Compiled
templates and modules are there for all contenders, as after a first use.

Give it a quiet machine and 10 GB of disk. Two things change the times of many Word documents by several seconds. For
five minutes after thousands of files were deleted, a file system (ext4) may take longer for each new one: nothing is
deleted before all of that is timed, and a second run should wait so long. And a virtual machine may get its memory when
it first writes to it, which takes several times as long as to write where memory was used before. So the free memory is
used once before, by reading a file of nothing, as that of a machine at work has been.

With `--bookkeeping` the agreements of the districts are small stand-ins, so that what a batch does besides making them
is measured in a minute: all of them new, by workers, with the processor time of the process that was started; all of
them unchanged; one row of the list changed; and the list alone.
"""

from __future__ import annotations

import argparse
import csv
import functools
import math
import os
import pickle
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import process
import render as rendering

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
CACHE = "cache"
EXAMPLE = ROOT / "proposals" / "county-coverage.yaml"
SERVICES = ("Health Care", "Hospital", "Water", "Transit", "Fire Protection", "Library", "Open Space", "Harbor",
            "Recreation and Park", "Community Services", "Mosquito Abatement", "Irrigation", "Sanitation",
            "Resource Conservation", "Airport", "Cemetery", "Flood Control and Water Conservation", "Port",
            "Housing", "Memorial")  # fmt: skip
STREETS = ("Main Street", "H Street", "Hall of Justice Road, Suite 300", "Martin Luther King Jr. Way",
           "County Center Drive")  # fmt: skip
LOOP = (
    process.OPENING
    + """
start = time.perf_counter()
for n, context in enumerate(data):
    document = DocxTemplate(sys.argv[1])
    document.render(context, environment)
    document.save(f"{sys.argv[3]}-{n}.docx")
print((time.perf_counter() - start) / len(data))
"""
)
WORKER = """
import gc, os, shutil, sys, time
from pathlib import Path
from agreegen import workspace
from agreegen.batch.work import Job, Make, Setup
from agreegen.reading.partner_list import read_partner_list
folder = Path(sys.argv[1])
staging = folder / "worker"
staging.mkdir()
here = workspace.find(folder, format="docx", output=str(staging))
listed = read_partner_list(sys.argv[2], folder)
jobs = [Job(p.id, folder / "coverage.yaml", p, p.id) for p in listed.partners]
make = Make(Setup(here, staging=staging))
gc.set_threshold(50_000)  # as in a worker
def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
spent, sizes = [], {}
for at in range(0, len(jobs), 25):
    start = time.process_time()
    made = make(jobs[at : at + 25])
    spent.append((time.process_time() - start) / len(made))
    assert all(one.files for one in made), made
    for one in made:
        os.unlink(one.files["docx"].path)
    sizes[at + len(made)] = resident()
early, half = spent[4 : len(spent) // 2], spent[len(spent) // 2 :]
def each(lot):
    some, start = jobs[-960:], time.process_time()
    for at in range(0, len(some), lot):
        for one in make(some[at : at + lot]):
            os.unlink(one.files["docx"].path)
    return 1000 * (time.process_time() - start) / len(some)
print(sizes[100], sizes[len(jobs)], 1000 * sum(early) / len(early), 1000 * sum(half) / len(half), each(64), each(1))
"""
"""A worker's process: it has no list and no record to keep but its own jobs."""

LIST = """
import sys, time
from pathlib import Path
from agreegen.reading.partner_list import read_partner_list
times = []
for _ in range(5):
    start = time.process_time()
    read_partner_list(sys.argv[1], Path())
    times.append(time.process_time() - start)
print(min(times))
"""


def counties() -> list[dict[str, str]]:
    """The shipped list of counties."""
    with (ROOT / "src/agreegen/law/lists/counties.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write_partners(path: Path, rows: list[dict[str, str]]) -> None:
    """A sheet of partners with all that the agreement asks of them."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def row(n: int, id_: str, legal: str, short: str, county: str, kind: str, body: str) -> dict[str, str]:
    """One partner, whose record differs from others' as those of real ones do; mailboxes and numbers are nobody's."""
    phone = f"({200 + n * 7 % 799}) 555-0{100 + n % 100}"
    host = f"{id_.replace('-', '')[:24]}.example.gov"
    return {
        "id": id_, "legal name": legal, "short name": short, "kind": kind, "county": county,
        "unit": "Health Care Services Agency", "hipaa status": "hybrid", "population": str(1_500 + n * 7919 % 990_000),
        "address": f"{1 + n * 37 % 9900} {STREETS[n % len(STREETS)]}, {county}, California",
        "governing body.name": f"{body} of the {legal}",
        "governing body.action": "resolution", "governing body.number": f"R-2027-{1 + n % 400:04}",
        "governing body.date": f"2027-0{1 + n % 3}-{1 + n % 28:02}", "governing body.may destroy records": "yes",
        "counsel.title": "General Counsel", "clerk": f"Clerk of the {body}",
        "signatory.title": f"President of the {body}", "executive role": "the Director",
        "security attestation.kind": "nist 800 53", "security attestation.date": "2026-11-02",
        "insurance.kind": "self insured",
        "records authority": f"Government Code section {26201 if kind == 'county' else 60201}",
        "contacts.data coordinator.name": "Data Coordinator",
        "contacts.data coordinator.division": "Office of the Director",
        "contacts.data coordinator.email": f"data-coordinator@{host}",
        "contacts.data coordinator.phone": phone,
        "contacts.executive sponsor.name": "Agency Director", "contacts.executive sponsor.division": "Health Agency",
        "contacts.executive sponsor.email": f"agency-director@{host}",
        "contacts.executive sponsor.phone": phone,
        "contacts.incident.name": "Privacy Officer", "contacts.incident.email": f"privacy-officer@{host}",
        "contacts.incident.phone": phone, "contacts.incident.hours": "24 hours, every day",
        "contacts.legal reviewer.email": f"counsel@{host}",
        "contacts.privacy reviewer.email": f"privacy-officer@{host}",
        "contacts.security reviewer.email": f"security@{host}",
    }  # fmt: skip


def districts(count: int) -> list[dict[str, str]]:
    """Made-up special districts, as many as asked for."""
    places = [county["county"] for county in counties()]
    found = []
    for n in range(count):
        place, service, number = places[n % 58], SERVICES[n // 58 % 20], n // (58 * 20) + 1
        legal = f"{place} {service} District No. {number}"
        found.append(row(n, f"district-{n + 1:05}", legal, f"{place} {service} {number}", place, "special district",
                         "Board of Directors"))  # fmt: skip
    return found


def prepare(folder: Path, count: int) -> None:
    """A proposal that leaves its recipient open, and both lists."""
    text = EXAMPLE.read_text(encoding="utf-8").replace("recipient: alameda-county ", "recipient: partner ")
    text = text.replace("-ALAMEDA-", "-")
    (folder / "coverage.yaml").write_text(text, encoding="utf-8")
    (folder / "county-coverage-elements.csv").write_bytes(
        EXAMPLE.with_name("county-coverage-elements.csv").read_bytes()
    )
    names = {c["county"]: f"{c['county'].lower().replace(' ', '-')}-county" for c in counties()}
    rows = [row(n, names[c["county"]], c["legal_name"], c["short_name"], c["county"], "county", "Board of Supervisors")
            for n, c in enumerate(counties())]  # fmt: skip
    write_partners(folder / "counties.csv", rows)
    write_partners(folder / "districts.csv", districts(count))


def batched(folder: Path, partners: str, *more: str, cores: frozenset[int] = frozenset(), cache: str = CACHE) -> float:
    """Seconds of a whole process, which must succeed; with all that it starts on some cores, if they are named."""
    command = [sys.executable, "-m", "agreegen.cli", "batch", "coverage.yaml", "--partners", partners, *more]
    bound = functools.partial(os.sched_setaffinity, 0, cores) if cores else None
    start = time.perf_counter()
    said = environment(folder) | {"AGREEGEN_CACHE": str(folder / cache)}
    done = subprocess.run(command, cwd=folder, env=said, capture_output=True, text=True, check=False, preexec_fn=bound)
    assert done.returncode == 0, done.stderr[-2000:]
    return time.perf_counter() - start


def environment(folder: Path) -> dict[str, str]:
    """The environment of contenders: the package of this checkout, a cache and compiled modules of their own."""
    said = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return said | {
        "AGREEGEN_CACHE": str(folder / CACHE), "PYTHONPATH": str(ROOT / "src"),
        "PYTHONPYCACHEPREFIX": str(folder / "modules"),
    }  # fmt: skip


def spent() -> float:
    """Seconds of processor that processes took that have ended: a busy machine changes them less than the clock's."""
    times = os.times()
    return times.children_user + times.children_system


def bookkeeping(folder: Path, count: int, jobs: str, table: Table) -> None:
    """What a batch takes besides making agreements, which are small stand-ins here."""
    rows = districts(count)
    write_partners(folder / "districts.csv", rows)
    more = ("-f", "docx", "-o", "books")
    command = [sys.executable, str(HERE / "stand_ins.py"), "districts.csv", *more[:-1]]
    told = [
        subprocess.run([*command, f"books-{n}", "--jobs", jobs], cwd=folder, check=True, text=True,
                       env=environment(folder), capture_output=True).stdout.splitlines()[-1]
        for n in range(3)
    ]  # fmt: skip
    table.add(f"{count:,} stand-ins, new, {jobs} workers: the process that was started, processor, least of 3",
              f"{min(map(float, told)):.2f} s")  # fmt: skip
    (folder / "books-2").rename(folder / "books")
    batched(folder, "districts.csv", *more)
    before = spent()
    least = min(batched(folder, "districts.csv", *more) for _ in range(5))
    each = (spent() - before) / 5
    table.add(f"{count:,} unchanged, whole process, least of 5", f"{least:.2f} s (processor {each:.2f} s)")
    rows[count // 2] |= {"governing body.number": "R-2027-0016"}
    write_partners(folder / "districts.csv", rows)
    before = spent()
    one = batched(folder, "districts.csv", *more)
    table.add("one of them changed", f"{one:.2f} s (processor {spent() - before:.2f} s)")
    listed = subprocess.run([sys.executable, "-c", LIST, "districts.csv"], cwd=folder, check=True,
                            env=environment(folder), capture_output=True, text=True).stdout  # fmt: skip
    table.add("reading the list, processor", f"{float(listed):.2f} s")


def looped(folder: Path, count: int) -> float:
    """Seconds that a document takes docxtpl in a loop."""
    from agreegen import workspace  # noqa: PLC0415 - the contenders import for themselves
    from agreegen.reading.partner_list import read_partner_list  # noqa: PLC0415
    from agreegen.series import Series  # noqa: PLC0415

    template, _, _ = process.prepared(EXAMPLE, folder)
    series = Series.open(folder / "coverage.yaml", workspace.find(folder))
    contexts = []
    for partner in read_partner_list("counties.csv", folder).partners[:count]:
        agreement = series.of(partner).agreement
        assert agreement is not None
        contexts.append(dict(agreement.context))
    data = folder / "contexts.pickle"
    data.write_bytes(pickle.dumps(contexts))
    command = [sys.executable, "-c", LOOP, str(template), str(data), str(folder / "loop")]
    return float(subprocess.run(command, check=True, capture_output=True, text=True, env=environment(folder)).stdout)


def alone(folder: Path, files: list[Path]) -> float:
    """Seconds that the same files take the engine with its proof and finish, in one process without a batch."""
    from agreegen.pdf import draw  # noqa: PLC0415 (as above)
    from agreegen.pdf.finish import Finish, finished  # noqa: PLC0415

    documents = [path.read_bytes() for path in files]
    draw(documents[0], "embedded")
    start = time.perf_counter()
    for document in documents:
        drawn = draw(document, "embedded")
        finished(document, drawn.pdf, drawn.engine, Finish())
    return time.perf_counter() - start


def use_memory(folder: Path) -> None:
    """Has the system keep a file of holes in all of the memory that is free, where it tells how much that is."""
    told = Path("/proc/meminfo")
    if not told.is_file():
        return
    free = {name: int(said.split()[0]) for name, said in (line.split(":") for line in told.read_text().splitlines())}
    holes, kept = folder / "holes", 2 << 20  # kilobytes for processes
    with holes.open("wb") as file:
        file.truncate(max(0, free["MemAvailable"] - kept) << 10)
    with holes.open("rb", buffering=0) as file:
        while file.read(16 << 20):
            pass


def words(folder: Path, count: int, jobs: str, table: Table) -> None:
    """Word documents: few of them, many, and the same by docxtpl."""
    batched(folder, "counties.csv", "-f", "docx", "-o", "warm")  # the compiled template
    least = min(batched(folder, "counties.csv", "-f", "docx", "-o", f"counties-{n}") for n in range(5))
    table.add("58 counties, DOCX, made once before, whole process, least of 5", f"{least:.2f} s")
    loop = looped(folder, 5)
    table.add("docxtpl in a loop, a document", f"{loop * 1000:.0f} ms; {58 * loop / least:.0f} times ours")
    caches = [f"{CACHE}-{n}" for n in range(3)]
    for cache in caches:
        shutil.copytree(folder / CACHE, folder / cache)
    many = ("districts.csv", "-f", "docx", "--jobs", jobs, "-o")
    use_memory(folder)
    new = [batched(folder, *many, f"new-{cache}", cache=cache) for cache in caches]
    before = [batched(folder, *many, output, cache=caches[0]) for output in ("again", "once more")]
    for what, times in (("nothing made before", new), ("the same proposal made before", before)):
        taken, each = min(times), ", ".join(f"{t:.1f}" for t in times)
        said = f"{taken:.1f} s (of {each}), {count / taken:.0f} a second; {count * loop / taken:.0f} times docxtpl"
        table.add(f"{count:,} partners, DOCX, {jobs} workers, {what}, least of {len(times)}", said)
    again = min(batched(folder, *many, "again", cache=caches[0]) for _ in range(3))
    table.add("the same again, nothing changed, least of 3", f"{again:.2f} s")


def worker(folder: Path, count: int, table: Table) -> None:
    """What one worker takes, early and late."""
    command = [sys.executable, "-c", WORKER, str(folder), "districts.csv"]
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment(folder)).stdout
    at, end, early, late, abreast, alone = map(float, done.split())
    table.add(f"a worker after 100 documents, and after {count:,}", f"{at:.1f} MB, {end:.1f} MB")
    table.add("a document in the first half, and in the second, processor",
              f"{early:.2f} ms, {late:.2f} ms ({late / early - 1:+.1%})")  # fmt: skip
    table.add(
        "a document of a lot of 64 that is made abreast, and one after the other", f"{abreast:.2f} ms, {alone:.2f} ms"
    )


def pdfs(folder: Path, count: int, table: Table) -> None:
    """PDFs with one worker, with two, and by the engine alone; in turn and twice, since a machine is fast and slow."""
    write_partners(folder / "few.csv", districts(count))
    one = two = engine = math.inf
    for n in range(2):
        one = min(one, batched(folder, "few.csv", "-f", "both", "-o", f"pdf-1-{n}", "--jobs", "1"))
        engine = min(engine, alone(folder, sorted((folder / "pdf-1-0").glob("*.docx"))))
        two = min(two, batched(folder, "few.csv", "-f", "both", "-o", f"pdf-2-{n}", "--jobs", "2"))
    table.add(f"{count} partners, DOCX and PDF, one worker, whole process, least of 2",
              f"{one:.1f} s, {one / count:.2f} s each")  # fmt: skip
    table.add("the same by two workers, least of 2", f"{two:.1f} s, {two / count:.2f} s each ({one / two:.2f}x)")
    table.add("the engine alone on the same files, least of 2",
              f"{engine:.1f} s; one worker has {engine / one:.0%} of its speed")  # fmt: skip
    cores = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_setaffinity") else []
    if len(cores) < 2:
        return
    single = batched(folder, "few.csv", "-f", "both", "-o", "pdf-3", "--jobs", "1", cores=frozenset(cores[:1]))
    double = batched(folder, "few.csv", "-f", "both", "-o", "pdf-4", "--jobs", "2", cores=frozenset(cores[:2]))
    table.add("one worker on one core, whole process", f"{single:.1f} s, {single / count:.2f} s each")
    table.add("two workers on two cores, two cores against one",
              f"{double:.1f} s, {double / count:.2f} s each ({single / double:.2f}x)")  # fmt: skip


class Table:
    """What was measured, told as it comes and as a table at the end."""

    def __init__(self) -> None:
        self.rows: list[tuple[str, str]] = []

    def add(self, what: str, value: str) -> None:
        """Tells a figure."""
        self.rows.append((what, value))
        print(f"{what}: {value}", flush=True)

    def show(self) -> None:
        """Prints all of them."""
        print("\n| what | value |\n|---|---|")
        for what, value in self.rows:
            print(f"| {what} | {value} |")


def main() -> None:
    """Runs everything once, in order, and prints it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--partners", type=int, default=10_000)
    parser.add_argument("--jobs", default="2")
    parser.add_argument("--pdf", type=int, default=24)
    parser.add_argument("--bookkeeping", action="store_true")
    args = parser.parse_args()
    table = Table()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        prepare(folder, args.partners)
        if args.bookkeeping:
            bookkeeping(folder, args.partners, args.jobs, table)
        else:
            words(folder, args.partners, args.jobs, table)
            worker(folder, args.partners, table)
            pdfs(folder, args.pdf, table)
    table.show()


if __name__ == "__main__":
    rendering.sys.path.insert(0, str(ROOT / "src"))
    main()

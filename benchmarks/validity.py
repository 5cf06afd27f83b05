"""Whether PDFs are what they claim, for agreements of every shape and for documents of others: veraPDF's verdict.

    python benchmarks/validity.py --variations 100
    python benchmarks/validity.py --foreign download        (or a folder with .docx)
    python benchmarks/validity.py --variations 6 --first 40 --engine embedded

Each document is drawn by both engines, proven complete, finished as PDF/UA-1 with PDF/A-2b (each third one with its
source attached, so PDF/A-3b) and checked by veraPDF in one Java process. Variations are made from the shipped examples
by `shapes.py`; the same number gives the same document. Foreign documents are the test data of docxtpl, docxcompose
and docling at fixed commits: 26 of them, chosen by the digests of their paths so that nobody has picked them; or all.
Printed: a line for each document, what failed and why, words lost without a finding (there must be none), and totals.
"""

from __future__ import annotations

import argparse
import collections
import hashlib
import pathlib
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pikepdf
import shapes

from agreegen import pdf
from agreegen.errors import AgreegenError
from agreegen.finding import has_errors
from agreegen.pdf import validation
from agreegen.pdf.attachments import Attachment
from agreegen.pdf.completeness import follow
from agreegen.pdf.contents import with_contents
from agreegen.pdf.finish import Finish, finished

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ENGINES = ("embedded", "libreoffice")
FOREIGN = {
    "elapouya/python-docx-template": ("f96b0b641359e7ecbc054d48da2aea682834dee2", 9),
    "4teamwork/docxcompose": ("28ecb77fba5213598f1ba21c2acafeae169f5982", 9),
    "docling-project/docling": ("e1cb2b234c48ff29746b0f2f843d07f8e23905a0", 8),
}
"""Repositories with Word files of others, the commit, and how many are taken."""


@dataclass(slots=True)
class Drawn:
    """A document drawn by an engine: the PDF on disk, or why there is none, and what was found."""

    name: str
    engine: str
    file: pathlib.Path | None = None
    refused: str = ""
    pages: int = 0
    codes: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    seconds: float = 0.0
    wanted: frozenset[str] = frozenset()
    failures: list[str] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        return self.file is not None and not self.failures and not self.lost


def drawn(name: str, docx: bytes, engine: str, folder: pathlib.Path, *, attached: bool) -> Drawn:
    """The document as PDF: drawn, proven complete, finished, and proven once more as it is after finishing."""
    start = time.perf_counter()
    result = Drawn(name, engine, wanted=frozenset({"ua1", "3b" if attached else "2b"}))
    try:
        made = with_contents(docx, engine)
        result.codes = tuple(f.code for f in made.pdf.findings)
        if not made.pdf.pdf:
            errors = [f for f in made.pdf.findings if has_errors([f])]
            result.refused = "; ".join(f"{f.code} {f.message}" for f in errors[:2]) or "no PDF and no finding"
            return result
        source = (
            (Attachment("proposal.yaml", b"proposal: x\n", "The proposal", "application/yaml"),) if attached else ()
        )
        data, findings = finished(made.docx, made.pdf.pdf, engine, Finish(attachments=source))
    except AgreegenError as error:
        result.refused = f"{type(error).__name__}: {error.message}"
        return result
    result.codes += tuple(f.code for f in findings)
    result.lost = tuple(f"{f.code} {f.message}" for f in follow(made.docx, data).findings)
    if findings and not validation.claimed(data):
        result.refused = "claims nothing: " + "; ".join(f"{f.code} {f.message}" for f in findings[-2:])
        return result
    result.file = folder / f"{len(list(folder.iterdir())):04d}-{engine}.pdf"
    result.file.write_bytes(data)
    with pikepdf.open(result.file) as opened:
        result.pages = len(opened.pages)
    result.seconds = time.perf_counter() - start
    return result


def judge(results: list[Drawn]) -> None:
    """Writes veraPDF's verdict into the results."""
    files = {r.file: r for r in results if r.file}
    report = validation.validate([f for f in files if f], limit=600)
    for checked, result in zip(report.files, files.values(), strict=True):
        claimed = {p for p, _ in checked.profiles}
        if not result.wanted <= claimed:
            result.failures.append(f"claims {', '.join(sorted(claimed)) or 'nothing'}")
        result.failures += [f"{f.code} {f.message}" for f in checked.others]
        for failed in checked.failures:
            where = validation.pages_in_words(failed.pages) or "whole document"
            result.failures.append(f"{failed.profile} {failed.rule} x{failed.count} on {where}: {failed.message}")


def told(results: Iterable[Drawn]) -> None:
    """Prints a line for each document and engine, and what failed below it."""
    for r in results:
        state = "pass" if r.passed else "refused" if r.refused else "FAIL"
        codes = collections.Counter(r.codes)
        said = ", ".join(f"{c} x{n}" if n > 1 else c for c, n in sorted(codes.items()))
        print(f"{state:8}{r.engine:12}{r.pages:5} pages{r.seconds:7.1f} s  {r.name}{f'  ({said})' if said else ''}")
        for line in (r.refused, *r.failures, *(f"LOST: {x}" for x in r.lost)):
            if line:
                print(f"        {line[:300]}")


def totals(title: str, results: list[Drawn]) -> bool:
    """Prints how many pass by engine; True if all that were drawn pass."""
    print(f"\n{title}")
    for engine in sorted({r.engine for r in results}):
        mine = [r for r in results if r.engine == engine]
        pages = sorted(r.pages for r in mine if r.file)
        span = f", {pages[0]} to {pages[-1]} pages" if pages else ""
        print(f"  {engine:12} {sum(r.passed for r in mine)} of {len(mine)} pass, {sum(bool(r.refused) for r in mine)} "
              f"refused with a finding, {sum(bool(r.lost) for r in mine)} lost words in silence{span}")  # fmt: skip
        rules = collections.Counter(f.split(" x")[0] for r in mine for f in r.failures)
        for rule, number in rules.most_common(12):
            print(f"    {number:4} x {rule}")
    return all(r.passed for r in results)


def foreign(source: str, folder: pathlib.Path, *, everything: bool) -> Iterator[tuple[str, bytes]]:
    """(name, document) of the chosen foreign documents."""
    if source != "download":
        root = pathlib.Path(source)
        for path in sorted(root.rglob("*.docx")):
            yield path.relative_to(root).as_posix(), path.read_bytes()
        return
    for repository, (commit, number) in FOREIGN.items():
        place = folder / repository.replace("/", "-")
        place.mkdir()
        git = ["git", "-C", str(place)]
        subprocess.run([*git, "init", "-q"], check=True)
        address = f"https://github.com/{repository}.git"
        subprocess.run([*git, "fetch", "-q", "--depth", "1", address, commit], check=True)
        subprocess.run([*git, "checkout", "-q", "FETCH_HEAD", "--", ":(glob)**/*.docx"], check=True)
        files = sorted(place.rglob("*.docx"), key=lambda p: digest(p.relative_to(place)))
        for path in sorted(files if everything else files[:number]):
            yield f"{repository}: {path.name}", path.read_bytes()


def digest(path: pathlib.Path) -> str:
    """The order in which foreign documents are taken."""
    return hashlib.sha256(path.as_posix().encode()).hexdigest()


def run(title: str, documents: Iterable[tuple[str, bytes]], engines: list[str], keep: pathlib.Path) -> bool:
    """Draws, judges and prints one set of documents."""
    results = []
    for number, (name, docx) in enumerate(documents):
        for engine in engines:
            results.append(drawn(name, docx, engine, keep, attached=number % 3 == 2))
            print(f"\r{number + 1}: {name[:60]:60} {engine:12}", end="", file=sys.stderr, flush=True)
    print("\rveraPDF ..." + " " * 75, file=sys.stderr)
    judge(results)
    told(results)
    return totals(title, results)


def main() -> int:
    """Runs what is asked for; 1 if a variation fails or a word is lost in silence."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--variations", type=int, default=0, help="how many variations of the examples")
    parser.add_argument("--first", type=int, default=0, help="the number of the first one, to run them in portions")
    parser.add_argument("--only", type=int, help="one variation, by its number from 0")
    parser.add_argument("--foreign", help="`download`, or a folder with Word files")
    parser.add_argument("--everything", action="store_true", help="all foreign documents, not 26")
    parser.add_argument("--engine", choices=ENGINES, action="append", help="one engine (default: both)")
    parser.add_argument("--keep", type=pathlib.Path, help="an empty folder for the PDFs")
    args = parser.parse_args()
    engines = args.engine or [e.name for e in pdf.ENGINES if e.name in ENGINES]
    good = True
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        keep = args.keep or folder / "pdf"
        keep.mkdir(parents=True, exist_ok=True)
        if args.variations or args.only is not None:
            numbers = [args.only] if args.only is not None else range(args.first, args.first + args.variations)
            good = run("Variations of the examples", shapes.documents(numbers, folder), engines, keep)
            shapes.coverage(numbers)
        if args.foreign:
            found = foreign(args.foreign, folder, everything=args.everything)
            run("Foreign documents", found, engines, keep)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())

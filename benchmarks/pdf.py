"""PDFs next to LibreOffice: ratios of one run, interleaved rounds.

    python benchmarks/pdf.py --uno PYTHON [--rounds 5] [--proposal proposals/x.yaml]

Of an agreement of about 26 pages: drawn by the embedded engine with its proof, then with both profiles (PDF/UA-1 and
PDF/A-2b), next to a LibreOffice that is already running, which does the same. `--uno` is the Python of an environment
that sees LibreOffice's own module and has unoserver; on Debian:

    apt install libreoffice-writer-nogui python3-uno
    /usr/bin/python3 -m venv --system-site-packages venv-uno && venv-uno/bin/pip install unoserver

Then whole processes: `agreegen generate -f pdf`, from a proposal to an accessible PDF with the right page numbers in
its contents, next to `soffice --convert-to pdf` of the finished Word file: of the shortest example, and of the same
proposal under an agreement that is already signed (`body: proposal_only`), which prints less.
"""

from __future__ import annotations

import argparse
import shutil
import socket
import statistics
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import render as rendering

from agreegen.pdf import EMBEDDED, completeness, drawn, streams
from agreegen.pdf.finish import Finish, finished

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[1]
CLIENT = """
import struct, sys
from unoserver.client import UnoClient
client = UnoClient(server="127.0.0.1", port=sys.argv[1])
while len(head := sys.stdin.buffer.read(9)) == 9:
    accessible, size = struct.unpack(">?Q", head)
    options = ["PDFUACompliance=true", "SelectPdfVersion=2"] if accessible else []
    docx = sys.stdin.buffer.read(size)
    pdf = client.convert(indata=docx, convert_to="pdf", update_index=False, filter_options=options)
    sys.stdout.buffer.write(struct.pack(">Q", len(pdf)) + pdf)
    sys.stdout.buffer.flush()
"""


def agreement() -> bytes:
    """A generated agreement of about 26 pages, the same in every run."""
    sys.path.insert(0, str(ROOT / "tests" / "pdf"))
    import pdf_samples  # noqa: PLC0415 (the tests' own)

    return bytes(pdf_samples.agreement(5, sections=8, clauses=6, rows=60))


class LibreOffice:
    """A running LibreOffice and a client that is connected to it."""

    def __init__(self, python: str, folder: Path) -> None:
        """Starts both; SystemExit with what is missing if they can't be used."""
        if subprocess.run([python, "-c", "import uno, unoserver"], check=False, capture_output=True).returncode:
            sys.exit(f"{python} lacks uno or unoserver; {(__doc__ or '').split('Debian:')[1].split('Then')[0].strip()}")
        ports = [_free_port(), _free_port()]
        server = Path(python).with_name("unoserver")
        names = ["--port", str(ports[0]), "--uno-port", str(ports[1]), "--user-installation", str(folder / "profile")]
        self._server = subprocess.Popen([str(server), *names], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until = time.monotonic() + 60
        while not _answers(ports[0]):
            if time.monotonic() > until or self._server.poll() is not None:
                sys.exit("unoserver didn't start")
            time.sleep(0.2)
        client = [python, "-c", CLIENT, str(ports[0])]
        self._client = subprocess.Popen(client, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def convert(self, docx: bytes, *, accessible: bool) -> bytes:
        """The PDF, with both profiles if it is to be accessible."""
        assert self._client.stdin is not None
        assert self._client.stdout is not None
        self._client.stdin.write(struct.pack(">?Q", accessible, len(docx)) + docx)
        self._client.stdin.flush()
        return self._client.stdout.read(struct.unpack(">Q", self._client.stdout.read(8))[0])

    def close(self) -> None:
        """Ends both."""
        for process in (self._client, self._server):
            process.terminate()
            process.wait()


def _free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


def _answers(port: int) -> bool:
    with socket.socket() as s:
        return s.connect_ex(("127.0.0.1", port)) == 0


def embedded(docx: bytes, *, accessible: bool) -> bytes:
    """The PDF of the embedded engine, proven, as if the document had never been seen."""
    completeness.forget()
    streams._font.cache_clear()
    pdf = EMBEDDED.convert(docx)
    assert completeness.follow(docx, pdf).findings == ()
    if not accessible:
        return pdf
    pdf, findings = finished(docx, pdf, EMBEDDED.name, Finish())
    assert not any(f.severity.value == "error" for f in findings), findings
    return pdf


def process(command: list[str], environment: dict[str, str]) -> None:
    """Runs a whole process, which must succeed."""
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)


def timed(contenders: dict[str, Callable[[], object]], rounds: int) -> dict[str, list[float]]:
    """Seconds of each contender in each round; one round more at the start isn't counted."""
    times: dict[str, list[float]] = {name: [] for name in contenders}
    for number in range(rounds + 1):
        for name, run in contenders.items():
            start = time.perf_counter()
            run()
            if number:
                times[name].append(time.perf_counter() - start)
    return times


def shown(times: dict[str, list[float]], against: dict[str, str]) -> None:
    """Prints medians, least times, and the ratio of least times to the contender that each is measured against."""
    for name, found in times.items():
        other = against.get(name, name)
        ratio = f"{min(found) / min(times[other]):8.2f} of {other}" if other != name else ""
        print(f"{name:44}{statistics.median(found) * 1000:10.0f}{min(found) * 1000:10.0f}  {ratio}")


def proposal_only(proposal: Path, folder: Path) -> Path:
    """The same proposal under an agreement that is already signed: its text isn't printed again."""
    small = folder / f"{proposal.stem}-only.yaml"
    small.write_text(f"{proposal.read_text(encoding='utf-8')}\nterms: {{body: proposal_only}}\n", encoding="utf-8")
    return small


def processes(proposal: Path, folder: Path, soffice: str, rounds: int) -> None:
    """Measures whole processes from a proposal to its PDF."""
    environment = rendering.installed(folder) | {"AGREEGEN_CACHE": str(folder / "cache")}
    ours = [sys.executable, "-c", "from agreegen.cli import main; main()", "generate", str(proposal)]
    process([*ours, "-f", "both", "-o", str(folder / "o")], environment)
    made = folder / "o" / f"{proposal.stem}.docx"
    pages = len(drawn.pages(made.with_suffix(".pdf").read_bytes()))
    theirs = [soffice, f"-env:UserInstallation=file://{folder}/own", "--headless", "--convert-to", "pdf", str(made)]

    def new() -> None:
        shutil.rmtree(folder / "cache" / "pages", ignore_errors=True)
        process([*ours, "-f", "pdf", "-o", str(folder / "o")], environment)

    whole: dict[str, Callable[[], object]] = {
        "soffice --convert-to pdf": lambda: process([*theirs, "--outdir", str(folder)], environment),
        "agreegen generate -f pdf": new,
    }
    print(f"\nwhole processes, {proposal.name}, {pages} pages")
    shown(timed(whole, rounds), {"agreegen generate -f pdf": "soffice --convert-to pdf"})


def main() -> None:
    """Runs the rounds and prints the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--uno", help="the Python of the environment with uno and unoserver", required=True)
    parser.add_argument("--proposal", type=Path, default=ROOT / "proposals/required-by-law.yaml")
    parser.add_argument("--rounds", type=int, default=5)
    args = parser.parse_args()
    if (soffice := shutil.which("soffice")) is None:
        sys.exit("soffice isn't installed: apt install libreoffice-writer-nogui")
    docx = agreement()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        office = LibreOffice(args.uno, folder)
        print(f"{len(drawn.pages(EMBEDDED.convert(docx)))} pages{'':36}{'median ms':>10}{'least ms':>10}")
        try:
            chain: dict[str, Callable[[], object]] = {
                "LibreOffice, running": lambda: office.convert(docx, accessible=False),
                "embedded, proven": lambda: embedded(docx, accessible=False),
                "LibreOffice, running, UA-1 and A-2b": lambda: office.convert(docx, accessible=True),
                "embedded, proven, UA-1 and A-2b": lambda: embedded(docx, accessible=True),
            }
            names = list(chain)
            shown(timed(chain, args.rounds), {names[1]: names[0], names[3]: names[2]})
        finally:
            office.close()
        for proposal in (args.proposal, proposal_only(args.proposal, folder)):
            processes(proposal, folder, soffice, args.rounds)


if __name__ == "__main__":
    main()

"""Workers elsewhere: a Dask cluster as an executor, once it is sure that its workers read the same files as we do."""

from __future__ import annotations

import contextlib
import pathlib
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import urlsplit

from agreegen.batch.inputs import tables_of
from agreegen.batch.work import Job
from agreegen.errors import UsageError
from agreegen.generate import partners_of
from agreegen.law.tables import fingerprint
from agreegen.package import digest
from agreegen.pdf.attached import documents
from agreegen.reading import read_proposal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from concurrent.futures import Executor

    from agreegen.batch.running import Order

SCHEME: Final = "dask"
WAIT: Final = 10.0  # seconds for the scheduler to answer
_KINDS: Final = frozenset({".docx", ".yaml", ".yml"})
"""What templates, their records, and those of parties are."""


class Read(NamedTuple):
    """What a worker reads: a file, a folder (with a slash at its end), or agreegen; with its digest."""

    name: str
    digest: str


@contextlib.contextmanager
def connected(url: str, order: Order) -> Iterator[tuple[Executor, int]]:
    """An executor on the cluster of `dask://HOST:PORT`, and how many workers it has.

    UsageError if nobody answers there, if a worker doesn't read what we do, or can't see the folder of the output.
    """
    parts = urlsplit(url)
    if parts.scheme != SCHEME or not parts.netloc:
        raise UsageError(f"'{url}' names no executor", "write --executor dask://HOST:PORT, as the scheduler tells it")
    try:
        from distributed import Client  # noqa: PLC0415 (an extra)
    except ImportError:
        raise UsageError("Dask isn't installed", "pip install 'agreegen[dask]', here and on the workers") from None
    try:
        client = Client(f"tcp://{parts.netloc}", timeout=WAIT, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        raise UsageError(f"no Dask scheduler answers at {parts.netloc}: {error}",
                         "start one with `dask scheduler`, and workers with `dask worker`") from None  # fmt: skip
    with client:
        width = sum(client.nthreads().values())
        if not width:
            raise UsageError(
                f"the Dask scheduler at {parts.netloc} has no workers", f"dask worker tcp://{parts.netloc}"
            )
        folder = order.workspace.output
        folder.mkdir(parents=True, exist_ok=True)
        for worker, fault in client.run(faults, needed(order), str(folder)).items():
            if fault:
                raise UsageError(
                    f"the Dask worker {worker} {fault}",
                    "give workers the same agreegen, and the same folders under the same paths",
                )
        yield client.get_executor(pure=False, retries=0), width


def needed(order: Order) -> tuple[Read, ...]:
    """The files and folders that agreements are made from: proposals and what these name, templates, records, papers.

    The partners and the settings go to the workers with each lot, and aren't read there.
    """
    here = order.workspace
    papers = [pathlib.Path(d.file) for d in documents(order.attach, order.enclose).all]
    files = [*order.proposals, *papers, *(file for path in order.proposals for file in _named(path, order))]
    beside = [path.parent / "partners" for path in order.proposals if path.parent.name == "proposals"]
    folders = dict.fromkeys((here.templates, *here.packs, here.partners, *beside))
    inside = [file for folder in folders for file in _inside(folder, here.output)]
    listed = [Read(f"{folder}/", _content(folder, here.output)) for folder in folders]
    return (*_own(), *(Read(str(file), _content(file)) for file in dict.fromkeys((*files, *inside))), *listed)


def faults(wanted: Sequence[Read], folder: str) -> str:
    """Runs on a worker: what it lacks; nothing if it can do the work."""
    known = dict(_own())
    for name, ours in wanted:
        found = known[name] if name in known else _content(pathlib.Path(name), pathlib.Path(folder))
        if ours and not found:
            return f"can't read {name}"
        if found != ours:
            return f"has other files in {name} than this machine" if name[-1] == "/" else (
                f"has another {name} than this machine")  # fmt: skip
    if not pathlib.Path(folder).is_dir():
        return f"doesn't see the folder {folder}"
    return ""


def _own() -> tuple[Read, ...]:
    """agreegen with its version and its tables of law, as this machine has it."""
    from agreegen import __version__  # noqa: PLC0415 (runs on workers, too)

    return (Read("agreegen", f"{__version__} {fingerprint()}"),)


def _named(path: pathlib.Path, order: Order) -> Iterator[pathlib.Path]:
    """The files that a proposal names, and the tables that overrides of partners name."""
    source = read_proposal(path, partners_of(path, order.workspace)).source
    yield from sorted({pathlib.Path(place.file) for place in source.places.values()})
    for partner in order.partners:
        if partner.overrides:
            yield from tables_of(Job("", path, partner, ""))


def _inside(folder: pathlib.Path, output: pathlib.Path) -> list[pathlib.Path]:
    """The files of a folder that agreements may be made from; what is hidden, open, archived or made isn't."""
    apart = {output, folder / "approved"}
    there = (path for path in folder.rglob("*") if path.suffix.lower() in _KINDS and apart.isdisjoint(path.parents))
    hidden = (".", "~$")
    return sorted(path for path in there if not any(p.startswith(hidden) for p in path.relative_to(folder).parts))


def _content(path: pathlib.Path, output: pathlib.Path = pathlib.Path()) -> str:
    """The digest of a file, or of the names in a folder; nothing where it can't be read."""
    try:
        if not path.is_dir():
            return digest(path.read_bytes())
        return digest("\n".join(file.relative_to(path).as_posix() for file in _inside(path, output)).encode())
    except OSError:
        return ""

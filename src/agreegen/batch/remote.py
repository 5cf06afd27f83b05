"""Workers elsewhere: a Dask cluster as an executor, once it is sure that its workers see the same files as we do."""

from __future__ import annotations

import contextlib
import hashlib
import pathlib
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from agreegen.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from concurrent.futures import Executor

SCHEME: Final = "dask"
WAIT: Final = 10.0  # seconds for the scheduler to answer


@contextlib.contextmanager
def connected(url: str, files: Sequence[pathlib.Path], folder: pathlib.Path) -> Iterator[tuple[Executor, int]]:
    """An executor on the cluster of `dask://HOST:PORT`, and how many workers it has.

    UsageError if nobody answers there, if a worker has other files than these, or can't write to the folder.
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
        folder.mkdir(parents=True, exist_ok=True)
        for worker, fault in client.run(faults, state(files), str(folder)).items():
            if fault:
                raise UsageError(
                    f"the Dask worker {worker} {fault}",
                    "give workers the same agreegen, and the same folders under the same paths",
                )
        yield client.get_executor(pure=False, retries=0), width


def state(files: Sequence[pathlib.Path]) -> tuple[tuple[str, str], ...]:
    """Files with their digests, and agreegen with its version, as every worker must have them."""
    from agreegen import __version__  # noqa: PLC0415 (runs on workers, too)

    digests = [(str(f), hashlib.sha256(f.read_bytes()).hexdigest()) for f in files]
    return (("agreegen", __version__), *digests)


def faults(wanted: tuple[tuple[str, str], ...], folder: str) -> str:
    """Runs on a worker: what it lacks; nothing if it can do the work."""
    from agreegen import __version__  # noqa: PLC0415 (as above)

    for name, digest in wanted:
        if name == "agreegen":
            found = __version__
        else:
            try:
                found = hashlib.sha256(pathlib.Path(name).read_bytes()).hexdigest()
            except OSError as error:
                return f"can't read {name}: {error.strerror}"
        if found != digest:
            return f"has another {name} than this machine"
    if not pathlib.Path(folder).is_dir():
        return f"doesn't see the folder {folder}"
    return ""

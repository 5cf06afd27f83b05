"""The shipped examples, made once for all tests of a run that look at them, whichever worker asks first."""

from __future__ import annotations

import os
import pathlib
import pickle
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agreegen import generate, workspace

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = pathlib.Path(__file__).resolve().parents[1]
EXAMPLES = sorted((ROOT / "proposals").glob("*.yaml"))
LONGEST = 400.0  # seconds that another worker may take


@dataclass(frozen=True, slots=True)
class Examples:
    """A folder that the workers of a run share."""

    folder: pathlib.Path

    def made(self, example: pathlib.Path, engine: str = "embedded") -> generate.Result:
        """What `generate` writes of an example, in both formats; whatever it raises."""
        kept = self.folder / f"{engine}-{example.stem}"
        output = kept.with_suffix(".files")
        return _once(kept, lambda: generate.generate(example, here(output, pdf_engine=engine)))


def here(output: pathlib.Path, **flags: str) -> workspace.Workspace:
    """The shipped proposals and templates, with an output folder and a cache of its own."""
    return workspace.find(ROOT / "proposals", {"AGREEGEN_CACHE": str(output / "cache")}, output=str(output), **flags)


def shared(base: pathlib.Path) -> Examples:
    """The examples of this run, whose temporary files are in a folder."""
    return Examples(of_the_run(base, "examples"))


def of_the_run(base: pathlib.Path, name: str) -> pathlib.Path:
    """A folder that all workers of a run share, by the folder of this worker's temporary files."""
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / name
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def _once(kept: pathlib.Path, make: Callable[[], generate.Result]) -> generate.Result:
    """The result that is kept, or is made; another worker that makes it is waited for."""
    done, claim = kept.with_suffix(".done"), kept.with_suffix(".claim")
    result: generate.Result | Exception
    try:
        claim.mkdir()
    except FileExistsError:
        end = time.monotonic() + LONGEST
        while not done.exists() and time.monotonic() < end:
            time.sleep(0.1)
        result = pickle.loads(done.read_bytes())
    else:
        try:
            result = make()
        except Exception as error:
            result = error
        ready = kept.with_suffix(".ready")
        ready.write_bytes(pickle.dumps(result))
        ready.replace(done)
    if isinstance(result, Exception):
        raise result
    assert isinstance(result, generate.Result)
    return result

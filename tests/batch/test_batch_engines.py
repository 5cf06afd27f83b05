"""PDFs of a batch when an engine crashes, hangs, or is a server: one document's fault is that document's alone."""

from __future__ import annotations

import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from test_batch_run import order, outcomes, place  # noqa: F401 (the fixture)

from agreegen import batch
from agreegen.batch import crew
from agreegen.batch.entry import FAILED, MADE

if TYPE_CHECKING:
    from collections.abc import Mapping
    from concurrent.futures import Future

    from agreegen.batch import Order

pytestmark = pytest.mark.slow
STAND_IN = str(Path(__file__).parents[1] / "pdf")

FAULTY = """
import importlib.util, os, pathlib, sys, time

def wrapped(convert):
    def faulty(docx, *more):
        if b"County of Yuba" in docx:
            os._exit(9)
        folder = pathlib.Path(os.environ["AGREEGEN_TEST_FAULTY"])
        if b"County of Alpine" in docx:
            (folder / "hangs").touch()
            time.sleep(600)
        once = folder / "once"
        if b"County of Contra Costa" in docx and not once.exists():
            once.touch()
            os._exit(9)
        return convert(docx, *more)
    return faulty

class Finder:
    def find_spec(self, name, path=None, target=None):
        if name != "dxpdf":
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        load = spec.loader.exec_module
        def exec_module(module):
            load(module)
            module.convert = wrapped(module.convert)
        spec.loader.exec_module = exec_module
        return spec

sys.meta_path.insert(0, Finder())
"""
"""Python runs it at the start of every process that has it on its path: the engine with faults."""


@pytest.fixture
def faulty(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """The engine; who hangs has had its time: in seconds it would have to do for the slowest machine."""
    folder = tmp_path_factory.mktemp("faulty")
    (folder / "sitecustomize.py").write_text(FAULTY, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(folder))
    monkeypatch.setattr(sys, "path", [str(folder), *sys.path])
    monkeypatch.setenv("AGREEGEN_TEST_FAULTY", str(folder))
    hangs, right = folder / "hangs", crew.wait

    def wait(running: Mapping[Future[Any], Any], timeout: float, return_when: str) -> object:
        end = time.monotonic() + timeout
        while not (known := right(running, 0.05, return_when)).done and time.monotonic() < end:
            if hangs.exists():
                hangs.unlink()
                (run,) = [run for run in running.values() if "alpine-county" in {job.partner.id for job in run.lot}]
                run.until = 0.0
                break
        return known

    monkeypatch.setattr(crew, "wait", wait)


def pdfs(place: Path, **more: object) -> Order:  # noqa: F811
    one = order(place)
    return replace(one, workspace=replace(one.workspace, **{"format": "pdf", "pdf_engine": "embedded", **more}), jobs=2)


@pytest.mark.usefixtures("faulty")
def test_an_engine_that_crashes_or_hangs_costs_that_document_only(place: Path) -> None:  # noqa: F811
    done = batch.run(pdfs(place))
    assert outcomes(done) == {
        "alameda-county": MADE, "alpine-county": FAILED, "contra-costa-county": MADE,
        "san-luis-obispo-county": MADE, "yuba-county": FAILED,
    }  # fmt: skip
    said = {entry.partner: [f.message for f in entry.findings] for entry in done.manifest.entries.values()}
    assert any("not done after 300 seconds" in message for message in said["alpine-county"])
    assert any("ended unexpectedly" in message for message in said["yuba-county"])
    written = {path.name for path in (place / "output").glob("*.pdf")}
    assert written == {f"coverage-{name}.pdf" for name, outcome in outcomes(done).items() if outcome == MADE}


def test_a_server_draws_for_a_batch(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    monkeypatch.syspath_prepend(STAND_IN)
    from gotenberg_stand_in import StandIn  # noqa: PLC0415 (of the tests of engines)

    with StandIn() as server:
        done = batch.run(pdfs(place, pdf_engine="gotenberg", gotenberg_url=server.url))
    assert set(outcomes(done).values()) == {MADE}
    assert {entry.engine for entry in done.manifest.entries.values()} == {"gotenberg"}
    assert len(server.asked) >= len(done.manifest.entries)

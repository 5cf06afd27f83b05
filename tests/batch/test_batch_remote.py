"""Workers elsewhere: a Dask cluster on this machine makes the same files, and what it lacks is told."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from test_batch_run import COUNTIES, files, order, outcomes, parts, place  # noqa: F401 (the fixture)

from agreegen import batch
from agreegen.batch.entry import MADE
from agreegen.batch.remote import connected, faults, state
from agreegen.errors import UsageError

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Iterator

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]  # distributed warns of its own ways


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    """The address of a cluster of two processes."""
    from distributed import LocalCluster  # noqa: PLC0415 (the other tests do without)

    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as made:
        yield made.scheduler_address.replace("tcp://", "dask://")


def test_a_cluster_makes_the_same_files(place: pathlib.Path, cluster: str) -> None:  # noqa: F811
    mine = order(place)
    with connected(cluster, mine.proposals, mine.workspace.output) as (executor, width):
        assert width == 2
        done = batch.run(replace(mine, executor=executor, width=width))
    assert set(outcomes(done).values()) == {MADE}
    remote = files(place / "output")
    assert len(remote) == len(COUNTIES)
    here = replace(mine, workspace=replace(mine.workspace, output=place / "here"))
    batch.run(here)
    assert remote.keys() == files(place / "here").keys()
    for name in remote:
        assert parts(place / "output" / name) == parts(place / "here" / name), name


def test_a_worker_with_other_files_is_told(place: pathlib.Path, cluster: str) -> None:  # noqa: F811
    proposal = place / "coverage.yaml"
    wanted = state([proposal])
    assert faults(wanted, str(place)) == ""
    proposal.write_text("proposal: another\n", encoding="utf-8")
    assert "has another" in faults(wanted, str(place))
    proposal.unlink()
    assert "can't read" in faults(wanted, str(place))
    assert "doesn't see the folder" in faults((), str(place / "nowhere"))


@pytest.mark.parametrize("url", ["dask://", "http://127.0.0.1:8786", "somewhere"])
def test_an_address_that_names_no_executor_is_told(place: pathlib.Path, url: str) -> None:  # noqa: F811
    with pytest.raises(UsageError, match="names no executor"), connected(url, (), place):
        pass


def test_a_scheduler_that_does_not_answer_is_told(place: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    monkeypatch.setattr("agreegen.batch.remote.WAIT", 0.5)
    with pytest.raises(UsageError, match="no Dask scheduler answers"), connected("dask://127.0.0.1:9", (), place):
        pass

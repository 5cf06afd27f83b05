"""Workers elsewhere: a Dask cluster on this machine makes the same files, and what it lacks is told."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from test_batch_run import COUNTIES, files, order, outcomes, parts, place  # noqa: F401 (the fixture)

from agreegen import batch
from agreegen.batch.entry import MADE
from agreegen.batch.remote import connected, faults, needed
from agreegen.errors import UsageError

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Iterator

pytestmark = pytest.mark.filterwarnings("ignore")  # distributed warns of its own ways


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    """The address of a cluster of two processes."""
    from distributed import LocalCluster  # noqa: PLC0415 (the other tests do without)

    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as made:
        yield made.scheduler_address.replace("tcp://", "dask://")


@pytest.mark.slow
def test_a_cluster_makes_the_same_files(place: pathlib.Path, cluster: str) -> None:  # noqa: F811
    mine = order(place)
    with connected(cluster, mine) as (executor, width):
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


@pytest.fixture
def wanted(place: pathlib.Path) -> batch.Order:  # noqa: F811
    """A batch whose agreements are made from a file of each kind."""
    (place / "partners").mkdir()
    (place / "partners" / "own.yaml").write_text("legal name: Own County\nkind: county\n", encoding="utf-8")
    (place / "plan.pdf").write_bytes(b"%PDF-")
    (place / "their.csv").write_text("name\n", encoding="utf-8")
    mine = order(place, attach=(f"{place / 'plan.pdf'}=Security plan",))
    first, *others = mine.partners
    own = replace(first, overrides={"data": {"elements": "their.csv"}})
    mine.workspace.output.mkdir()
    (mine.workspace.output / "made.yaml").write_text("a: b", encoding="utf-8")
    return replace(mine, partners=(own, *others))


READ = ("coverage.yaml", "county-coverage-elements.csv", "their.csv", "plan.pdf", "partners/own.yaml",
        "templates/base.docx", "templates/masters/local-government/master.docx",
        "templates/masters/local-government/template.yaml")  # fmt: skip


@pytest.mark.parametrize("name", READ)
def test_a_worker_with_another_file_is_told(place: pathlib.Path, wanted: batch.Order, name: str) -> None:  # noqa: F811
    known, output, file = needed(wanted), str(wanted.workspace.output), place / name
    assert faults(known, output) == ""
    data = file.read_bytes()
    file.write_bytes(data + b"\n")
    assert faults(known, output) == f"has another {file} than this machine"
    file.unlink()
    assert faults(known, output) == f"can't read {file}"


@pytest.mark.parametrize("name", ["partners/another.yaml", "templates/clauses/another.docx"])
def test_a_worker_with_a_file_more_is_told(place: pathlib.Path, wanted: batch.Order, name: str) -> None:  # noqa: F811
    known, output = needed(wanted), str(wanted.workspace.output)
    (place / name).parent.mkdir(exist_ok=True)
    (place / name).write_bytes(b"")
    assert faults(known, output) == f"has other files in {place / name.partition('/')[0]}/ than this machine"


@pytest.mark.parametrize("name", ["output/x.yaml", "templates/approved/x.docx", "templates/~$base.docx",
                                  "templates/base.txt", "partners/.git/x.yaml", "notes.docx"])  # fmt: skip
def test_what_no_agreement_is_made_from_may_differ(place: pathlib.Path, wanted: batch.Order, name: str) -> None:  # noqa: F811
    known, output = needed(wanted), str(wanted.workspace.output)
    (place / name).parent.mkdir(exist_ok=True)
    (place / name).write_bytes(b"x")
    assert faults(known, output) == ""


def test_a_worker_with_another_agreegen_or_no_output_is_told(
    wanted: batch.Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    known, output = needed(wanted), wanted.workspace.output
    assert faults(known, str(output / "nowhere")) == f"doesn't see the folder {output / 'nowhere'}"
    monkeypatch.setattr("agreegen.batch.remote.fingerprint", lambda: "other tables of law")
    assert faults(known, str(output)) == "has another agreegen than this machine"


def test_a_table_that_is_nowhere_is_no_fault_of_a_worker(place: pathlib.Path, wanted: batch.Order) -> None:  # noqa: F811
    (place / "their.csv").unlink()
    known, output = needed(wanted), str(wanted.workspace.output)
    assert (str(place / "their.csv"), "") in known
    assert faults(known, output) == ""
    (place / "their.csv").touch()
    assert "has another" in faults(known, output)


@pytest.mark.slow
@pytest.mark.parametrize("url", ["dask://", "http://127.0.0.1:8786", "somewhere"])
def test_an_address_that_names_no_executor_is_told(place: pathlib.Path, url: str) -> None:  # noqa: F811
    with pytest.raises(UsageError, match="names no executor"), connected(url, order(place)):
        pass


@pytest.mark.slow
def test_a_scheduler_that_does_not_answer_is_told(place: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    monkeypatch.setattr("agreegen.batch.remote.WAIT", 0.5)
    with pytest.raises(UsageError, match="no Dask scheduler answers"), connected("dask://127.0.0.1:9", order(place)):
        pass

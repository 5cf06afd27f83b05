"""What tests of several modules ask for."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from command_line import Run
from compiled_once import compiled_once
from examples_made import Examples, of_the_run, shared

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Callable, Iterator


settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")


if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # as a shell starts what it puts into the background
    signal.signal(signal.SIGINT, signal.default_int_handler)  # so that the programs of tests can be interrupted


LONGEST = ("test_validity.py", "test_batch_kill.py", "test_mistakes.py", "test_list_numbers.py", "test_generate.py")
"""Files whose tests take longest: begun first, so that none is left over for one processor at the end."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest first, the others in their order."""
    items.sort(key=lambda item: LONGEST.index(item.path.name) if item.path.name in LONGEST else len(LONGEST))


@pytest.fixture(scope="session", autouse=True)
def templates_compiled_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Compiling a shipped template takes seconds: once is enough for a run."""
    with compiled_once(of_the_run(tmp_path_factory.getbasetemp(), "compiled")):
        yield


@pytest.fixture(scope="session")
def examples(tmp_path_factory: pytest.TempPathFactory) -> Examples:
    """The shipped examples, made once for all that look at them."""
    return shared(tmp_path_factory.getbasetemp())


@pytest.fixture
def run(capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path,
        tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Run]:  # fmt: skip
    """Runs a command in an empty folder, as `agreegen` would; the cache is shared by the tests of a run."""
    from agreegen import cli, generate  # noqa: PLC0415 (the other tests do without)

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(
        generate, "quick_contents", lambda docx, *_, **__: docx
    )  # page numbers aren't the subject, and take a drawing
    monkeypatch.setenv("AGREEGEN_CACHE", str(tmp_path_factory.getbasetemp() / "cache"))
    for name in ("OUTPUT", "FORMAT", "PDF_ENGINE", "TEMPLATES", "PARTNERS"):
        monkeypatch.delenv(f"AGREEGEN_{name}", raising=False)

    def run_(*arguments: object) -> Run:
        code = 0
        try:
            cli.main([str(a) for a in arguments])
        except SystemExit as leaving:
            code = int(leaving.code or 0)
        said = capfdbinary.readouterr()
        return Run(code, said.out.decode(), said.err.decode())

    return run_

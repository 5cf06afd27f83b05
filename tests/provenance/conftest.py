"""An example's agreement with its marks, made once for all tests."""

from __future__ import annotations

import pathlib
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import pytest

from agreegen import generate, provenance, workspace
from agreegen.provenance.passages import Passage, rendered, whole

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = pathlib.Path(__file__).parents[2]


@dataclass
class Traced:
    """An example: opened, with its marked master and the passages of its document."""

    name: str

    @cached_property
    def path(self) -> pathlib.Path:
        return ROOT / "proposals" / f"{self.name}.yaml"

    @cached_property
    def workspace(self) -> workspace.Workspace:
        return workspace.find(ROOT / "proposals")

    @cached_property
    def opened(self) -> generate.Opened:
        return generate.opened_proposal(self.path, self.workspace)

    @cached_property
    def marked(self) -> provenance.Marked:
        assert self.opened.agreement is not None
        return provenance.master(self.opened.agreement.variant, self.workspace)

    @cached_property
    def passages(self) -> tuple[Passage, ...]:
        assert self.opened.agreement is not None
        return rendered(self.marked, self.opened.agreement.context)

    @cached_property
    def whole(self) -> tuple[Passage, ...]:
        return whole(self.marked)


EXAMPLES: dict[str, Traced] = {}


@pytest.fixture(scope="session")
def traced() -> Callable[[str], Traced]:
    return lambda name: EXAMPLES.setdefault(name, Traced(name))


@pytest.fixture(scope="session")
def county(traced: Callable[[str], Traced]) -> Traced:
    return traced("county-coverage")

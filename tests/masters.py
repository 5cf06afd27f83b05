"""The shipped masters, compiled once for a file of tests, and the shipped proposals as they are read."""

from __future__ import annotations

import functools
import pathlib
from typing import TYPE_CHECKING

from agreegen.law.clauses import clauses
from agreegen.law.exhibits import exhibits
from agreegen.reading import read_partners, read_proposal
from agreegen.template import Template, compile

if TYPE_CHECKING:
    from agreegen.proposal import Proposal

ROOT = pathlib.Path(__file__).resolve().parents[1]


@functools.cache
def master(variant: str) -> Template:
    """The master of a variant; shared clauses may name what other masters have."""
    ids = frozenset([*clauses(), *(f"exhibit:{exhibit.id}" for exhibit in exhibits())])
    return compile(ROOT / f"templates/masters/{variant}/master.docx", root=ROOT / "templates", elsewhere=ids)


def example(name: str) -> Proposal:
    """The proposal of an example."""
    found = read_proposal(ROOT / f"proposals/{name}.yaml", read_partners(ROOT / "proposals/partners")).proposal
    assert found is not None
    return found

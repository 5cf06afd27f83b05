"""The shipped masters, compiled once for a file of tests, and the shipped proposals as they are read."""

from __future__ import annotations

import functools
import pathlib
from typing import TYPE_CHECKING, Any

from agreegen.agreement import agreement_of
from agreegen.law.clauses import clauses
from agreegen.law.exhibits import exhibits
from agreegen.reading import read_partners, read_proposal
from agreegen.render import render
from agreegen.template import Template, compile
from agreegen.template.outline import outline

if TYPE_CHECKING:
    from collections.abc import Callable

    from agreegen.proposal import Proposal

ROOT = pathlib.Path(__file__).resolve().parents[1]
EXAMPLES = {
    "local-government": "county-coverage", "state-agency": "statewide-part2", "intra-agency": "calhhs-hipaa",
    "university": "university-research",
}  # fmt: skip
"""An example of each variant."""


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


def unchanged(_: Proposal) -> dict[str, Any]:
    """No other values than the example's."""
    return {}


@functools.cache
def printed(variant: str, change: Callable[[Proposal], dict[str, Any]] = unchanged) -> str:
    """The agreement of the variant's example with other values in some fields, on one line for each paragraph."""
    proposal = example(EXAMPLES[variant])
    changed = proposal.model_copy(update={"variant": variant, **change(proposal)})
    return outline(render(master(variant), agreement_of(changed).context))

"""Agreements with other partners: those of an example, in whose data one party's name is replaced."""

from __future__ import annotations

import dataclasses
import pathlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from agreegen import generate, workspace
from agreegen.plate.cast import members
from agreegen.source import Source, SourceFile

if TYPE_CHECKING:
    from collections.abc import Callable

    from agreegen.generate import Opened
    from agreegen.workspace import Workspace

PROPOSALS = pathlib.Path(__file__).parents[2] / "proposals"


@dataclass(frozen=True, slots=True)
class Series:
    """The agreements of one proposal: each with other words in the place of some."""

    opened: Opened
    source: Source
    workspace: Workspace

    def having(self, words: Mapping[str, str]) -> tuple[Opened, Callable[[], Source | None]]:
        """The proposal as read with other words, and its source."""
        agreement = self.opened.agreement
        assert agreement is not None
        context = _replaced(dict(agreement.context), words)
        opened = dataclasses.replace(self.opened, agreement=dataclasses.replace(agreement, context=context))
        partner = SourceFile("partner", "partners/other.yaml", repr(sorted(words.items())).encode())
        source = dataclasses.replace(self.source, others=(partner,))
        return opened, lambda: source

    def whole(self, words: Mapping[str, str]) -> dict[str, bytes]:
        """The parts of an agreement that was made the whole way."""
        opened, source = self.having(words)
        docx, _ = generate.document(opened, self.workspace)
        return members(generate.printing(docx, self.workspace, source())[0])


def _replaced(value: Any, words: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        for old, new in words.items():
            value = value.replace(old, new)
        return value
    if isinstance(value, Mapping):
        return {k: _replaced(v, words) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_replaced(v, words) for v in value)
    return value


def series(name: str, cache: pathlib.Path) -> Series:
    """The series of an example."""
    path = PROPOSALS / f"{name}.yaml"
    found = dataclasses.replace(workspace.find(PROPOSALS), cache=cache, format="docx")
    opened = generate.opened_proposal(path, found)
    source = generate.sourced(path, opened, found, None, as_draft=False)
    assert source is not None
    return Series(opened, source, found)

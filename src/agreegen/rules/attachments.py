"""Attachments: whether the documents behind an agreement are among those that its proposal names."""

from __future__ import annotations

import pathlib
import re
from typing import TYPE_CHECKING

from agreegen.finding import Finding, Location, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_SIGNS = re.compile(r"[\W_]+")


def unnamed(behind: Iterable[tuple[str, str]], named: Sequence[tuple[str, str]], proposal: str) -> tuple[Finding, ...]:
    """A warning for each document behind an agreement that none of the proposal's attachments is.

    Each document has a title and the file that it was named by, each attachment a label and perhaps a file.
    """
    labels = [f" {_plain(label)} " for label, _ in named]
    files = {pathlib.PurePath(file).name.casefold() for _, file in named if file}
    found = []
    for title, file in behind:
        own = pathlib.PurePath(file).name.casefold()
        if own in files or any(f" {_plain(title)} " in label for label in labels):
            continue
        message = (f"'{title}' stands behind the agreement, and isn't among the attachments that the proposal names: "
                   "it is no part of the agreement")  # fmt: skip
        hint = f'if it is to bind the parties, write `attachments: ["{title}"]` in the proposal'
        found.append(Finding("P070", Severity.WARNING, Location(proposal, path="attachments"), message, hint))
    return tuple(found)


def _plain(text: str) -> str:
    """The words of a text, however they are written."""
    return _SIGNS.sub(" ", text.casefold()).strip()

"""Templates as text: what a rule's docstring shows becomes a Word file that is checked."""

from __future__ import annotations

import pathlib
from typing import TYPE_CHECKING

import pytest

from agreegen import lint
from agreegen.template import base
from agreegen.template.draft import draft

if TYPE_CHECKING:
    from agreegen.finding import Finding

TEMPLATES = pathlib.Path(__file__).parents[2] / "templates"
PLACE = "clauses/training"


def word(text: str) -> tuple[str, bytes]:
    """The name and the Word file of an example: outline, XML of a body, a property, or a file's name before either."""
    name = PLACE
    if text.startswith("file: "):
        head, _, text = text.partition("\n")
        name = head.removeprefix("file: ")
    if text.startswith("keywords: "):
        parts = base.parts("<w:p><w:r><w:t>Words.</w:t></w:r></w:p>", title="An example")
        said = f"<cp:keywords>{text.removeprefix('keywords: ')}</cp:keywords></cp:coreProperties>".encode()
        parts["docProps/core.xml"] = parts["docProps/core.xml"].replace(b"</cp:coreProperties>", said)
        return name, base.pack(parts)
    if text.startswith("<w:"):
        return name, base.pack(base.parts(text, title="An example"))
    return name, draft(f"## [example] An example\n\n{text}" if text else "## [example] An example")


@pytest.fixture(scope="session")
def library() -> lint.Library:
    """The shipped templates."""
    return lint.Library(TEMPLATES)


def codes(found: list[Finding]) -> list[str]:
    return sorted({f.code for f in found})

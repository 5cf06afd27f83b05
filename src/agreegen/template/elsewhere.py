"""Elsewhere: tags in parts of a Word file that are never rendered, where they would be printed as they stand."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote

from agreegen.finding import Location
from agreegen.template.container import PKG, Container
from agreegen.template.place import rendered_parts

if TYPE_CHECKING:
    from agreegen.template.problem import Problems

TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
RENDERED_PROPERTIES = ("title", "subject", "creator", "description", "identifier", "language")
PARTS = {
    "endnotes": "an endnote", "comments": "a comment", "custom-properties": "a custom property",
    "extended-properties": "a document property",
}  # fmt: skip


def unrendered(container: Container, problems: Problems) -> None:
    """Adds a finding for each tag in a part that isn't rendered."""
    rendered = {n for n, _ in rendered_parts(container)}
    core = set(container.related("", "core-properties"))
    nouns = {n: noun for kind, noun in PARTS.items() for n in _related(container, kind)}
    for name in container.members:
        if name.endswith(".rels"):
            _links(container, name, problems)
        elif name in core:
            _properties(container, name, problems)
        elif name.endswith(".xml") and name not in rendered:
            text = "".join(map(str, container.tree(name).itertext()))
            if found := TAG.search(text):
                _add(container, nouns.get(name, f"the part {name}"), found[0], problems)


def _related(container: Container, kind: str) -> list[str]:
    return container.related(container.document, kind) + container.related("", kind)


def _links(container: Container, name: str, problems: Problems) -> None:
    for rel in container.tree(name).iter(PKG + "Relationship"):
        if found := TAG.search(unquote(rel.get("Target") or "")):
            _add(container, "the target of a link", found[0], problems)


def _properties(container: Container, name: str, problems: Problems) -> None:
    for e in container.tree(name):
        kind = str(e.tag).rsplit("}", 1)[-1]
        if kind not in RENDERED_PROPERTIES and (found := TAG.search(e.text or "")):
            _add(container, f"the document property {kind!r}", found[0], problems)


def _add(container: Container, where: str, tag: str, problems: Problems) -> None:
    place = Location(file=container.file, part=where, text=tag[:80])
    problems.error("T032", place, f"{tag[:80]} stands in {where}, where nothing is rendered", "move it into the text")

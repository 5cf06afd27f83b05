"""Alone: one Word file compiled by itself, its includes looked up and left where they are; all that compiling says."""

from __future__ import annotations

import functools
from dataclasses import field
from typing import TYPE_CHECKING, Any, ClassVar

from agreegen.finding import nearest
from agreegen.late import dataclass
from agreegen.law.clauses import clauses
from agreegen.law.exhibits import exhibits
from agreegen.template.build import Work, absent, translated
from agreegen.template.compose import SUFFIX, Composer, found_in
from agreegen.template.container import Container, opened
from agreegen.template.elsewhere import unrendered
from agreegen.template.printing import Sandbox, environment
from agreegen.template.problem import Problems

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from jinja2 import nodes
    from lxml import etree

    from agreegen.finding import Finding, Location


@dataclass(slots=True)
class Alone(Composer):
    """A composer that leaves includes out, and takes the file from memory."""

    data: bytes = field(default=b"", kw_only=True)

    def _bytes(self, path: Path) -> bytes:
        return self.data

    def _include(self, p: etree._Element, name: str, where: Location, stack: tuple[str, ...], kind: int) -> bool:
        if name in stack:
            self.problems.error("T012", where, f"{name} includes itself", "remove the include")
        elif not found_in((self.root, *self.also), name + SUFFIX).is_file():
            known = [f.relative_to(root).with_suffix("").as_posix() for root in (self.root, *self.also)
                     for f in sorted(root.rglob("*" + SUFFIX))]  # fmt: skip
            self.problems.error("T010", where, f"there is no {name}{SUFFIX}", self._remedy(name, known))
        return False

    def _remedy(self, name: str, known: list[str]) -> str:
        """What to do where an included file isn't there: its outline may still be, or another name was meant."""
        outline = next((o for root in (self.root, *self.also) if (o := root / f"{name}.txt").is_file()), None)
        if outline is not None:
            return f"its outline is still there: `agreegen templates draft {outline.as_posix()}` makes it anew"
        if near := nearest(name, known):
            return f"did you mean {near}?"
        return "delete the include; or write an outline, of which `agreegen templates draft` makes the file"


def compiled(data: bytes, path: Path, roots: tuple[Path, ...]) -> list[Finding]:
    """What is said when the file is compiled by itself; `roots` are the folders that includes are looked for in."""
    problems = Problems()
    first, *others = roots if path.is_relative_to(roots[0]) else (path.parent, *roots)
    composed = Alone(first, problems, tuple(others), data=data).run(path)
    if composed is not None:
        unrendered(composed.container, problems)
        translated(Work(composed, _environment(), problems, _absent()), None)
    return list(problems)


class Reading(Sandbox):
    """The environment of templates where they are only read: no code is made, and a tag is parsed once."""

    read: ClassVar[dict[str, nodes.Template]] = {}

    def parse(self, source: str, name: str | None = None, filename: str | None = None) -> nodes.Template:
        """The parsed source; tags by themselves are those of before."""
        if not source.startswith("{"):
            return super().parse(source, name, filename)
        if source not in self.read:
            self.read[source] = super().parse(source, name, filename)
        return self.read[source]

    def compile(self, *_: Any, **__: Any) -> Any:
        """Code that does nothing."""
        return NOTHING


NOTHING = compile("", "<nothing>", "exec")


def _environment() -> Reading:
    env, whole = Reading(keep_trailing_newline=True), environment()
    env.filters, env.tests, env.globals = whole.filters, whole.tests, whole.globals
    return env


@functools.cache
def _absent() -> Mapping[str, tuple[str, ...]]:
    return absent(ids())


def taken_apart(data: bytes, file: str) -> tuple[Container | None, list[Finding]]:
    """The members of the file, or the reasons why it can't be opened."""
    problems = Problems()
    container = opened(data, file, problems)
    return container, list(problems)


def ids() -> frozenset[str]:
    """What `ref()` may name in any of the masters."""
    return frozenset([*clauses(), *(f"exhibit:{exhibit.id}" for exhibit in exhibits())])

"""Rule of templates: a code, how bad it is, and the function that finds; what a rule finds is a spot in a Word file."""

from __future__ import annotations

import inspect
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from agreegen.finding import Finding, Location, Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from agreegen.lint.line import Line
    from agreegen.lint.page import Page


@dataclass(frozen=True, slots=True)
class Spot:
    """What a rule found: what is wrong, what to do, the line, where in its text it begins, and what stands there."""

    message: str
    hint: str = ""
    line: Line | None = None
    at: int = 0
    text: str = ""
    part: str = ""  # where no line is known

    def location(self, file: str) -> Location:
        """The place as its author sees it."""
        if self.line is None:
            return Location(file=file, part=self.part, text=self.text[:200])
        said = flat(self.line.text)
        at = max(self.at, 0) + len(said[max(self.at, 0) :]) - len(said[max(self.at, 0) :].lstrip())
        return replace(self.line.place, text=self.text[:200], said=said if said.strip() else "", column=at + 1)


def flat(text: str) -> str:
    """The text on one line, as many characters long."""
    return re.sub(r"[\s\ufffc]", " ", text)


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule whose function's docstring tells what, why, bad and good."""

    code: str
    severity: Severity
    find: Callable[[Page], Iterator[Spot]]

    def check(self, page: Page) -> list[Finding]:
        """The findings of this rule."""
        return [self.finding(page.file, spot) for spot in self.find(page)]

    def finding(self, file: str, spot: Spot) -> Finding:
        """A spot as a finding."""
        return Finding(self.code, self.severity, spot.location(file), spot.message, spot.hint)

    @property
    def title(self) -> str:
        """The first sentence of the docstring."""
        return self.text.split("\n", 1)[0]

    @property
    def text(self) -> str:
        """The docstring without indentation."""
        return inspect.cleandoc(self.find.__doc__ or "")

    def part(self, name: str) -> str:
        """The part of the docstring under `Why:`, `Bad:` or `Good:`."""
        found = re.search(rf"^{name}:[ \n](.*?)(?=^(?:Why|Bad|Good):|\Z)", self.text, re.S | re.M)
        return inspect.cleandoc("\n" + found[1]).strip("\n") if found else ""


def error(code: str, find: Callable[[Page], Iterator[Spot]]) -> Rule:
    """A rule whose findings stop the document."""
    return Rule(code, Severity.ERROR, find)


def warning(code: str, find: Callable[[Page], Iterator[Spot]]) -> Rule:
    """A rule whose findings a person should look at."""
    return Rule(code, Severity.WARNING, find)

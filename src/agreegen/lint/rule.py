"""Rule of templates: a code, how bad it is, and the function that finds; what a rule finds is a spot in a Word file."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from agreegen.finding import Finding, Location, Severity
from agreegen.late import dataclass
from agreegen.rules.case import Documented

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

    def finding(self, code: str, severity: Severity, file: str) -> Finding:
        """The spot as a finding."""
        return Finding(code, severity, self.location(file), self.message, self.hint)


def flat(text: str) -> str:
    """The text on one line, as many characters long."""
    return re.sub(r"[\s\ufffc]", " ", text)


@dataclass(frozen=True, slots=True)
class Rule(Documented):
    """A rule whose function's docstring tells what, why, bad and good."""

    code: str
    severity: Severity
    find: Callable[[Page], Iterator[Spot]]

    def check(self, page: Page) -> list[Finding]:
        """The findings of this rule."""
        return [spot.finding(self.code, self.severity, page.file) for spot in self.find(page)]


def error(code: str, find: Callable[[Page], Iterator[Spot]]) -> Rule:
    """A rule whose findings stop the document."""
    return Rule(code, Severity.ERROR, find)


def warning(code: str, find: Callable[[Page], Iterator[Spot]]) -> Rule:
    """A rule whose findings a person should look at."""
    return Rule(code, Severity.WARNING, find)

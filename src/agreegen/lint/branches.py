"""Rules about conditions: each branch can be taken, and each condition decides something."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agreegen.lint.known import anyhow, certain
from agreegen.lint.logic import no, possible
from agreegen.lint.rule import Spot, warning

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agreegen.lint.line import Entry, Use
    from agreegen.lint.logic import Knowledge
    from agreegen.lint.page import Page


def never(page: Page) -> Iterator[Spot]:
    """A condition can never be true where it stands.

    Why: the words below it are never printed, although somebody wrote them to be.
    Bad:
        {%p if facts.research %}

        {%p if not facts.research %}

        No research is done.

        {%p endif %}

        {%p endif %}
    Good:
        {%p if not facts.research %}

        No research is done.

        {%p endif %}
    """
    for use, truth in _tests(page):
        if truth == {False}:
            hint = "correct the condition, or delete it with the words below it"
            yield Spot(f"{use.tag.text} can never be true here", hint, use.line, use.tag.start, use.tag.text)


def always(page: Page) -> Iterator[Spot]:
    """A condition is always true where it stands.

    Why: it decides nothing; either it is left over, or another condition was meant.
    Bad:
        {%p if facts.research %}

        {%p if facts.research or facts.funds %}

        Research is done.

        {%p endif %}

        {%p endif %}
    Good:
        {%p if facts.research %}

        Research is done.

        {%p endif %}
    """
    for use, truth in _tests(page, free=True):
        if truth == {True}:
            hint = "delete the condition, or correct it"
            yield Spot(f"{use.tag.text} is always true here", hint, use.line, use.tag.start, use.tag.text)


def _tests(page: Page, *, free: bool = False) -> Iterator[tuple[Use, set[bool]]]:
    """Each condition with the truth values that it can have; those in branches that are never taken have none.

    `free`: whichever the variant and the exhibits are, since variants share texts, and a switch may be asked twice.
    """
    by_entry = [[u for u in page.uses(e) if _asks(u)] for e in page.entries]
    for number, use in enumerate(by_entry[0] if by_entry else []):
        truth: set[bool] = set()
        for entry, uses in zip(page.entries, by_entry, strict=True):
            truth |= _truth(page, entry, uses[number], anyhow() if free else certain(entry.variant))
            if len(truth) == 2:
                break
        yield use, truth


def _asks(use: Use) -> bool:
    return use.tag.word in ("if", "elif") and use.node is not None


def _truth(page: Page, entry: Entry, use: Use, known: Knowledge) -> set[bool]:
    domains = page.reader.closed()
    around = [*use.guards, *entry.guards]
    if not possible(around, domains, known):
        return set()
    ways = {True: use.test, False: no(use.test)}
    return {truth for truth, way in ways.items() if possible([way, *around], domains, known)}


RULES = (warning("T210", never), warning("T211", always))

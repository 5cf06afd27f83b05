"""Rules about the templates together: what no master prints, includes that go round, defined terms."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agreegen.finding import nearest
from agreegen.law import VARIANTS
from agreegen.law.definitions import definitions as table
from agreegen.law.exhibits import exhibits
from agreegen.lint.known import certain
from agreegen.lint.library import definitions
from agreegen.lint.logic import possible
from agreegen.lint.rule import Spot, error, warning

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agreegen.lint.library import Library
    from agreegen.lint.line import Entry, Line
    from agreegen.lint.page import Page


def unprinted(page: Page) -> Iterator[Spot]:
    """A clause that no master includes, or an exhibit that nothing switches on.

    Why: somebody keeps it up to date, and no agreement has it.
    Bad:
        file: clauses/forgotten
    Good:
        file: clauses/training
    """
    library = page.library
    if library is None or page.kind not in ("clauses", "exhibits"):
        return
    name = page.file.removesuffix(".docx")
    noun = page.kind.removesuffix("s")
    ways = library.entries(name)
    if not ways:
        hint = f'write {{%p include "{name}" %}} in a master, or move the file elsewhere'
        yield Spot(f"no master includes this {noun}", hint)
    elif not any(possible(e.guards, page.reader.closed(), certain(e.variant)) for e in ways):
        yield Spot(f"nothing switches this {noun} on", "correct the conditions around its include")
    known = {e.id for e in exhibits()}
    if page.kind == "exhibits" and name.split("/")[1] not in known:
        close = nearest(name.split("/")[1], known)
        hint = f"did you mean {close}?" if close else "add it to the table of exhibits"
        yield Spot("the table of exhibits has no exhibit of this name", hint)


def circular(page: Page) -> Iterator[Spot]:
    """Includes go round in a circle.

    Why: the agreement would have no end.
    Bad:
        file: clauses/training
        {%p include "clauses/training" %}
    Good:
        {%p include "clauses/notices" %}
    """
    library, own = page.library, page.file.removesuffix(".docx")
    if library is None:
        return
    for name, use in page.included(page.entries[0]):
        if way := library.way(name, own):
            circle = " → ".join((own, *way))
            yield Spot(
                f"includes go round in a circle: {circle}", "remove one of them", use.line, 0, use.line.text.strip()
            )


def undefined(page: Page) -> Iterator[Spot]:
    """A defined term is used in a variant that doesn't define it.

    Why: the reader looks for a meaning that the agreement doesn't give.
    Bad:
        file: clauses/training
        The Governance Liaison is told.
    Good:
        file: clauses/training
        The Data Recipient trains its users.
    """
    library = page.library
    if library is None:
        return
    told: set[str] = set()
    for entry in page.entries:
        if entry.variant not in VARIANTS:
            continue
        defined = _defined(library, page, entry.variant)
        for row in table():
            words = (row.term, *row.forms)
            if row.regime or row.term[:1].islower() or row.term in told or " " not in row.term:
                continue
            if not any(w.lower() in defined for w in words) and (found := _first(page, entry, row.term)):
                told.add(row.term)
                line, at = found
                hint = "define it in clauses/definitions, or use other words"
                yield Spot(f"{row.term!r} isn't defined in {entry.variant}", hint, line, at, row.term)


def _defined(library: Library, page: Page, variant: str) -> set[str]:
    """What the files of a variant define or put into quotes, in lower case."""
    found: set[str] = set()
    for name in library.of_variant(variant):
        if f"{name}.docx" == page.file:
            found |= _of_page(page, page.entries, variant)
        else:
            key = (name, variant)
            other = library.page(name)
            if other is not None and key not in library.defined:
                library.defined[key] = _of_page(other, library.entries(name), variant)
            found |= library.defined.get(key, set())
    return found


def _of_page(page: Page, entries: tuple[Entry, ...], variant: str) -> set[str]:
    found = set(page.quoted)
    ways = [e for e in entries if e.variant == variant]
    for term, line in definitions(page):
        if any(_may_be(page, e, line) for e in ways):
            found.add(term.lower())
    return found


def _may_be(page: Page, entry: Entry, line: Line, at: int = 0) -> bool:
    """True when an agreement can have a place of the file."""
    around = [*page.guards_at(entry, line, at), *entry.guards]
    return possible(around, page.reader.closed(), certain(entry.variant))


def _first(page: Page, entry: Entry, term: str) -> tuple[Line, int] | None:
    pattern = re.compile(rf"(?<![A-Za-z]){re.escape(term)}s?(?![A-Za-z])")
    for line in page.lines:
        for found in pattern.finditer(line.plain) if term in line.text else ():
            if _may_be(page, entry, line, found.start()):
                return line, found.start()
    return None


def unused(page: Page) -> Iterator[Spot]:
    """A term is defined, and no text of a variant uses it.

    Why: a definition without use is left over, or the text says it in other words that have no defined meaning.
    Bad:
        file: clauses/definitions
        <Definition> **Quarterly Flurry** means a count below eleven.
    Good:
        file: clauses/definitions
        <Definition> **Data Recipient** means the Party that receives Data.
    """
    library = page.library
    found = list(definitions(page))
    if library is None or not found:
        return
    name = page.file.removesuffix(".docx")
    for term, line in found:
        pattern = re.compile(rf"(?<![A-Za-z]){re.escape(_stem(term))}(?:s|es|y|ies|ing|ed|ation)?(?![A-Za-z])", re.I)
        used = any(pattern.search(x.text) for x in page.lines if x is not line)
        for other in library.names if not used else ():
            text = "" if other == name else library.text(other)
            if used := pattern.search(text) is not None:
                break
        if not used:
            at = max(line.text.find(term), 0)
            yield Spot(
                f"{term!r} is defined, and nothing uses it", "delete the definition, or use the term", line, at, term
            )


def _stem(term: str) -> str:
    return term.removesuffix("y") if term.endswith("y") and not term.endswith("ay") else term


def twice(page: Page) -> Iterator[Spot]:
    """A term is defined twice.

    Why: two definitions of one term are two meanings, and a dispute about which.
    Bad:
        file: clauses/training
        <Definition> **Data Recipient** means somebody else.
    Good:
        file: clauses/training
        The Data Recipient trains its users.
    """
    library = page.library
    name = page.file.removesuffix(".docx")
    seen: dict[str, Line] = {}
    for term, line in definitions(page):
        if term in seen and not _exclude(page, seen[term], line):
            at = max(line.text.find(term), 0)
            yield Spot(f"{term!r} is defined twice in this file", "keep one definition", line, at, term)
        seen.setdefault(term, line)
    mine = {e.variant for e in page.entries}
    for term, line in seen.items():
        for other in [n for n in library.terms.get(term, ()) if n != name] if library else []:
            if library and mine & {e.variant for e in library.entries(other)}:
                at = max(line.text.find(term), 0)
                yield Spot(f"{term!r} is also defined in {other}", "keep one definition", line, at, term)


def _exclude(page: Page, one: Line, other: Line) -> bool:
    """True when no agreement has both lines."""
    for entry in page.entries:
        both = [*page.guards_at(entry, one), *page.guards_at(entry, other), *entry.guards]
        if possible(both, page.reader.closed(), certain(entry.variant)):
            return False
    return True


RULES = (
    error("T012", circular),
    warning("T250", unprinted),
    warning("T251", undefined),
    warning("T252", unused),
    warning("T253", twice),
)

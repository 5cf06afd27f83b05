"""Rules: what a proposal must satisfy beyond its types; one function a rule, in one visible tuple."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agreegen.agreement import SIDES
from agreegen.errors import UsageError
from agreegen.finding import Severity, nearest
from agreegen.rules import (
    complete,
    contradictions,
    coverage,
    dates,
    dispute,
    institutions,
    parties,
    regimes,
    signing,
    use,
    words,
)
from agreegen.rules.case import Case, Found, Rule
from agreegen.rules.faults import FAULTS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from agreegen.finding import Finding
    from agreegen.reading import Reading

__all__ = ["RULES", "Case", "Found", "Rule", "asked", "check", "codes", "explain", "foreseen", "placed"]

RULES: tuple[Rule, ...] = (
    *complete.RULES,
    *dates.RULES,
    *parties.RULES,
    *regimes.RULES,
    *use.RULES,
    *words.RULES,
    *dispute.RULES,
    *coverage.RULES,
    *signing.RULES,
    *institutions.RULES,
    *contradictions.RULES,
)

OTHERS = {code: fault.title for code, fault in FAULTS.items()}
"""Codes of reading, with a sentence each; the rules' own sentences are their docstrings."""


def check(case: Case) -> list[Finding]:
    """Every finding of every rule, in file order."""
    return placed(case, [(rule, found) for rule in asked(case) for found in rule.find(case)])


def asked(case: Case) -> tuple[Rule, ...]:
    """The rules that a case is held to: all, but where no master fits the parties the rule that says so."""
    return RULES if case.variant else tuple(r for r in RULES if r.find is parties.fitting_master)


def placed(case: Case, found: Iterable[tuple[Rule, Found]]) -> list[Finding]:
    """What rules have found as findings with their places, in file order."""
    return _ordered([rule.finding(case, one) for rule, one in found])


def _ordered(found: list[Finding]) -> list[Finding]:
    return sorted(found, key=lambda f: (f.location.file, f.location.line or 0, f.location.column or 0, f.code))


ANY_PARTIES = frozenset({*dates.RULES, *words.RULES})
"""Rules that hold whoever the parties are."""


def foreseen(reading: Reading) -> list[Finding]:
    """What the rules find in the parts of a faulty proposal that can be read, so that one look shows all.

    Nothing is said of the faulty values themselves, nor of what follows from parties or tables that aren't known.
    """
    if reading.remainder is None:
        return []
    file = reading.source.file
    faulty = {path for f in reading.findings if f.severity is Severity.ERROR for path in _faulty(f, file)}
    case = Case.of(reading.remainder, reading.source)
    known = bool(case.variant) and not any(path.split(".")[0].split("[")[0] in SIDES for path in faulty)
    rules = RULES if known else ANY_PARTIES
    found = [finding for rule in RULES if rule in rules for finding in rule.check(case)]
    return _ordered([f for f in found if not any(_overlap(f.location.path, path) for path in faulty)])


def _faulty(finding: Finding, file: str) -> tuple[str, ...]:
    """The paths of a faulty value: the data elements for a CSV file, a party for a file of a party.

    A key that is nearly another one hides that one, too.
    """
    path = finding.location.path
    if finding.location.file != file:
        listed = finding.location.cell.startswith("row ")  # a row of a list of partners may override any field
        elements = finding.location.file.endswith(".csv") and not listed
        return ("data.elements",) if elements else (path, *SIDES) if path else SIDES
    meant = re.search(r"did you mean '([^']*)'", finding.hint) if finding.code == "D001" else None
    above = path.rpartition(".")[0]
    return (path, f"{above}.{meant[1]}" if above else meant[1]) if meant else (path,)


def _overlap(one: str, other: str) -> bool:
    """True where one path is the other, or leads to or from it."""
    shorter, longer = sorted((one, other), key=len)
    return bool(shorter) and (longer == shorter or longer.startswith((f"{shorter}.", f"{shorter}[")))


def codes() -> dict[str, str]:
    """Every code with its title: rules, reading, templates and results, PDF."""
    from agreegen.template.problem import CODES as TEMPLATE  # noqa: PLC0415 (the template package loads lxml)

    titles = {rule.code: rule.title for rule in RULES}
    return dict(sorted({**titles, **OTHERS, **{c: _sentence(t) for c, t in TEMPLATE.items()}}.items()))


def explain(code: str) -> str:
    """What a code means; a rule's why, bad and good too."""
    wanted = code.strip().upper()
    for rule in RULES:
        if rule.code == wanted:
            return f"{rule.code} ({rule.severity})\n\n{rule.text}"
    if wanted in FAULTS:
        return f"{wanted}\n\n{FAULTS[wanted].text}"
    known = codes()
    if wanted in known:
        return f"{wanted}\n\n{known[wanted]}"
    close = nearest(wanted, list(known))
    raise UsageError(f"there is no code '{code}'", f"did you mean {close}?" if close else f"codes: {', '.join(known)}")


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")

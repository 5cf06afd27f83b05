"""The rule of completeness: what the table of required fields asks for."""

from __future__ import annotations

from collections.abc import Iterator

from agreegen import law
from agreegen.finding import Severity
from agreegen.rules.case import Case, Found, Rule


def required(case: Case) -> Iterator[Found]:
    """A required field is missing.

    Why: What is required depends on the program, on a dispute, and on whether law requires the disclosure; the table
    with its sources is `law/requirements.yaml`. Source: official forms; domain 1.2 and rule 1.
    Bad:
        purpose: {reason: r, need: n, benefits: {recipient: a, agency: b, data subjects: c}, consistency: Same purpose}
    Good:
        purpose: {scope: A monthly list., reason: r, need: n, benefits: {recipient: a, agency: b, data subjects: c}, consistency: Same purpose}
    """  # noqa: E501 (YAML that is also run)
    for missing in law.missing(case.proposal, case.variant, case.program, case.says):
        yield missing.path, f"'{missing.name}' is missing: {missing.what}", missing.hint


RULES = (Rule("P001", Severity.ERROR, required),)

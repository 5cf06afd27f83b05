"""Findings at the lines of the proposal that they are about: of a rendering, of settings; those of drafts softened."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from agreegen.finding import Finding, Severity
from agreegen.reading import place_of, plain_key

if TYPE_CHECKING:
    from agreegen.agreement import Standing
    from agreegen.reading import Reading, Source

_FIELD = re.compile(r"\bproposal\.([a-z_]+(?:\.[a-z_]+)*)")
UNFINISHED = frozenset({"P001", "P003", "P006", "P025", "P031", "P055", "P057"})
"""Rules about what is still missing, or was refused: a draft may be made in spite of them."""


def located(findings: tuple[Finding, ...], reading: Reading) -> tuple[Finding, ...]:
    """The findings of a rendering, with a finding at the line of the proposal for each field that one is about."""
    found = []
    for finding in findings:
        found.append(finding)
        for name in _FIELD.findall(finding.location.text) if finding.severity is Severity.ERROR else ():
            path = tuple(plain_key(part) for part in name.split("."))
            place = place_of(reading.source, path)
            message = f"the agreement prints '{': '.join(path)}', and the proposal has no value that can be printed"
            hint = f"fill it in, or put the sentence of {finding.location.file} into a condition"
            found.append(Finding("P002", Severity.ERROR, place.location(name, place.value), message, hint))
    return tuple(found)


def unfit_settings(source: Source, known: Standing) -> list[Finding]:
    """Findings about `terms:` that the variant doesn't have, or values that it can't have."""
    found = []
    for problem in known.problems:
        place = place_of(source, ("terms", *problem.name.replace("_", " ").split(".")))
        found.append(Finding("D007", Severity.ERROR, place.location(at=place.value), problem.message, problem.hint))
    return found


def softened(finding: Finding) -> Finding:
    """The finding as a warning, if it is about what a draft may leave open."""
    open_yet = finding.code in UNFINISHED and finding.severity is Severity.ERROR
    return replace(finding, severity=Severity.WARNING) if open_yet else finding

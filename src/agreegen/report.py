"""Findings and results as text, JSON and SARIF, written to a given stream."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, TextIO
from urllib.parse import quote

from agreegen.finding import Finding, Location, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from agreegen.errors import AgreegenError

VERSION = 1
"""Version of the JSON; a key is only added, never renamed or removed, within a version."""

AROUND = 40
"""Characters of a paragraph that are shown on each side of a place."""

LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "note"}


def line_of(finding: Finding) -> str:
    """`proposals/acme.yaml:12:3: error[P004] message`, with the hint on a line of its own."""
    place = str(finding.location)
    text = f"{place}: " if place else ""
    text += f"{finding.severity}[{finding.code}] {finding.message}"
    if finding.location.said:
        text += pointed(finding.location)
    elif finding.location.text:
        text += f"\n  at: {finding.location.text}"
    return f"{text}\n  hint: {finding.hint}" if finding.hint else text


def pointed(place: Location) -> str:
    """Two lines: the words of the paragraph around the place, and carets under it."""
    at = (place.column or 1) - 1
    typed = place.text and place.said.startswith(place.text, at)
    word = re.match(r"\w+", place.said[at:])
    wide = len(place.text) if typed else len(word[0]) if word else 1
    start, end = max(0, at - AROUND), min(len(place.said), at + wide + AROUND)
    before, after = "…" if start else "", "…" if end < len(place.said) else ""
    return f"\n  | {before}{place.said[start:end]}{after}\n  | {' ' * (len(before) + at - start)}{'^' * wide}"


def text(findings: Sequence[Finding], stream: TextIO) -> None:
    """Writes each finding, then how many there are of each kind."""
    for finding in findings:
        stream.write(line_of(finding) + "\n")
    if findings:
        stream.write(closing(findings) + "\n")


def closing(findings: Sequence[Finding]) -> str:
    """How many findings there are of each kind, and where more is told of the first of the gravest."""
    gravest = min(findings, key=lambda f: tuple(Severity).index(f.severity))
    return f"{summary(findings)}; `agreegen explain {gravest.code}` tells more"


def failure(error: AgreegenError, stream: TextIO) -> None:
    """Writes the findings that an error carries, or its message and hint."""
    if error.findings:
        text(error.findings, stream)
    else:
        stream.write(f"error: {error.message}\n" + (f"  hint: {error.hint}\n" if error.hint else ""))


def summary(findings: Iterable[Finding]) -> str:
    """`2 errors, 1 warning`."""
    kinds = [f.severity for f in findings]
    parts = [
        f"{kinds.count(kind)} {kind}{'s' if kinds.count(kind) != 1 else ''}" for kind in Severity if kinds.count(kind)
    ]
    return ", ".join(parts) or "no findings"


def as_json(findings: Sequence[Finding], **more: Any) -> str:
    """The versioned JSON of a command: its findings and what else it gives."""
    return json.dumps({"version": VERSION, **more, "findings": [plain(f) for f in findings]}, indent=2,
                      ensure_ascii=False)  # fmt: skip


def plain(finding: Finding) -> dict[str, Any]:
    """A finding as JSON; what its place leaves open is left out."""
    place = finding.location
    where = {name: getattr(place, name) for name in Location.__slots__ if getattr(place, name) not in ("", None)}
    return {"code": finding.code, "severity": str(finding.severity), "message": finding.message,
            "hint": finding.hint, "location": where}  # fmt: skip


def as_sarif(findings: Sequence[Finding], program_version: str) -> str:
    """SARIF 2.1.0, which code hosts and editors show beside the lines."""
    codes = sorted({f.code for f in findings})
    run = {
        "tool": {"driver": {"name": "agreegen", "version": program_version,
                            "rules": [{"id": code} for code in codes]}},
        "columnKind": "unicodeCodePoints",
        "results": [_result(f, codes.index(f.code)) for f in findings],
    }  # fmt: skip
    return json.dumps({"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]},
                      indent=2, ensure_ascii=False)  # fmt: skip


def _uri(file: str) -> str:
    """The file as a URI reference: relative paths stay relative."""
    path = file.replace("\\", "/") or "."
    if path[1:3] == ":/":
        return "file:///" + path[:2] + quote(path[2:])
    return ("file://" if path.startswith("/") else "") + quote(path)


def _result(finding: Finding, index: int) -> dict[str, Any]:
    place = finding.location
    physical: dict[str, Any] = {"artifactLocation": {"uri": _uri(place.file)}}
    if place.line is not None:
        physical["region"] = {"startLine": place.line, "startColumn": place.column or 1}
    location: dict[str, Any] = {"physicalLocation": physical}
    logical = place.path or str(place).removeprefix(place.file).lstrip(":, ")
    if place.cell.startswith("row "):
        logical = ", ".join(x for x in (place.part, place.cell) if x)
    if (logical and place.line is None) or place.path:
        location["logicalLocations"] = [{"fullyQualifiedName": logical}]
    hint = f" {finding.hint}" if finding.hint else ""
    return {"ruleId": finding.code, "ruleIndex": index, "level": LEVELS[finding.severity],
            "message": {"text": finding.message + hint}, "locations": [location]}  # fmt: skip

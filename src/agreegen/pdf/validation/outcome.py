"""The result of a validation: per file and rule, as findings, as text and as JSON, with what a person must check."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final

from agreegen.finding import Finding, Location, Severity
from agreegen.late import dataclass
from agreegen.pdf.validation.places import listed
from agreegen.pdf.validation.rules import STANDARDS, person_checks

VERSION: Final = 1
"""Version of the JSON; a key is only added, never renamed or removed, within a version."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A rule that a file fails: what it means, what to do, how often and on which pages (none: the whole document)."""

    profile: str
    rule: str
    count: int
    pages: tuple[int, ...]
    means: str
    do: str
    message: str
    description: str
    place: str
    all_seen: bool = True

    def finding(self, file: str) -> Finding:
        """D601 for a rule of PDF/UA, D602 for one of PDF/A."""
        name, standard = STANDARDS[self.profile]
        clause = self.rule.rsplit("-", 1)[0]
        times = "" if self.count == 1 else f" ({self.count} times)"
        return Finding("D601" if self.profile.startswith("ua") else "D602", Severity.ERROR,
                       Location(file, part=listed(self.pages, more=not self.all_seen)),
                       f"{name} rule {self.rule}: {self.means}{times}",
                       f"{self.do} [{standard}, {clause}: {self.message}]")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Checked:
    """A file: the profiles it was checked for, with the number of their rules, what failed, and what else to say."""

    name: str
    profiles: tuple[tuple[str, int], ...] = ()
    failures: tuple[Failure, ...] = ()
    others: tuple[Finding, ...] = ()
    readable: bool = True

    @property
    def passed(self) -> bool:
        return self.readable and not self.failures and bool(self.profiles)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Everything found, what stops the check first."""
        return (*self.others, *(f.finding(self.name) for f in self.failures))


@dataclass(frozen=True, slots=True)
class Report:
    """The result for all files, in the order they were given."""

    files: tuple[Checked, ...]

    @property
    def findings(self) -> tuple[Finding, ...]:
        return tuple(f for file in self.files for f in file.findings)

    @property
    def exit_code(self) -> int:
        """0 when all pass, 1 when a rule failed, 2 when a file couldn't be checked."""
        if any(not f.readable for f in self.files):
            return 2
        return 0 if all(f.passed for f in self.files) else 1


def report_text(report: Report) -> str:
    """A line for each file, its findings below it, and at the end what a person must check."""
    lines = []
    for file in report.files:
        lines.append(f"{file.name}: {verdict(file)}")
        for finding in file.findings:
            place = f"{finding.location.part}: " if finding.location.part else ""
            lines.append(f"  {finding.severity}[{finding.code}] {place}{finding.message}")
            lines += [f"    hint: {finding.hint}"] if finding.hint else []
    if any(f.passed for f in report.files):
        lines += ["", "No program can check these; for a PDF that everybody can use, a person must:"]
        lines += [f"  - {p.check}" for p in person_checks()]
    return "\n".join(lines) + "\n"


def verdict(file: Checked) -> str:
    """`passes PDF/UA-1 (106 rules), fails 2 of 144 rules of PDF/A-2b`."""
    if not file.readable:
        return "could not be checked"
    failed = Counter(f.profile for f in file.failures)
    passes = [f"{STANDARDS[p][0]} ({n} rules)" for p, n in file.profiles if not failed[p]]
    fails = [f"{failed[p]} of {n} rules of {STANDARDS[p][0]}" for p, n in file.profiles if failed[p]]
    said = [f"fails {' and '.join(fails)}"] if fails else []
    said += [f"passes {' and '.join(passes)}"] if passes else []
    return "; ".join(said) or "claims nothing that can be checked here"


def as_json(report: Report) -> dict[str, Any]:
    """The result as plain data: files, failed rules with their pages, and what a person must check."""
    return {
        "version": VERSION,
        "passed": report.exit_code == 0,
        "files": [_file(f) for f in report.files],
        "not_checked_by_machine": [
            {"matterhorn_checkpoints": p.checkpoint, "check": p.check} for p in person_checks()
        ],
    }  # fmt: skip


def _file(file: Checked) -> dict[str, Any]:
    failed = Counter(f.profile for f in file.failures)
    return {
        "file": file.name,
        "passed": file.passed,
        "checked": file.readable,
        "profiles": [
            {"profile": p, "name": STANDARDS[p][0], "standard": STANDARDS[p][1], "rules": n, "passed": not failed[p]}
            for p, n in file.profiles
        ],
        "failed": [_failure(f) for f in file.failures],
        "findings": [
            {"code": f.code, "severity": str(f.severity), "message": f.message, "hint": f.hint} for f in file.others
        ],
    }


def _failure(failure: Failure) -> dict[str, Any]:
    names = ("profile", "rule", "count", "means", "do", "message", "description", "place", "all_seen")
    return {**{n: getattr(failure, n) for n in names}, "pages": list(failure.pages)}

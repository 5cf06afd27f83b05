"""Generic: the rules of docxtpl-lint, if it is installed; what our own rules have told is not told twice."""

from __future__ import annotations

import importlib.util
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from agreegen.finding import Finding, Location, Severity
from agreegen.lint.rule import flat
from agreegen.template.printing import environment

if TYPE_CHECKING:
    from agreegen.lint.page import Page

PACKAGE: Final = "docxtpl_lint"
WANTED: Final = "docxtpl-lint==2.0.1"
"""The extra `lint`, as pyproject.toml has it."""

NOT_RUN: Final = ("the generic rules of docxtpl-lint were not run: it isn't installed "
                  f'(`"{sys.executable}" -m pip install {WANTED}`)')  # fmt: skip
CODE: Final = "T295"
BLOCKS: Final = frozenset({"DTL101", "DTL102", "DTL106"})
"""Rules about blocks, which may name another end of the same block than ours."""

TAGS: Final = ("T03", "T04", "T05", "T20", "T22", "T01", "T23")
"""The beginnings of our codes about tags."""


def is_there() -> bool:
    """True when docxtpl-lint is installed."""
    return importlib.util.find_spec(PACKAGE) is not None


def found(data: bytes, page: Page, known: list[Finding]) -> list[Finding]:
    """What docxtpl-lint finds in the file, and our own rules don't; nothing if it isn't installed."""
    if not is_there():
        return []
    issues = _issues(data)
    blocks = any(f.code in ("T030", "T034", "T041", "T042") for f in known)
    told = {(f.location.part, f.location.paragraph) for f in known if f.code.startswith(TAGS)}
    made = []
    for issue in issues:
        place = _place(issue.location, page)
        if (place.part, place.paragraph) in told or (blocks and issue.rule in BLOCKS):
            continue
        severity = Severity.ERROR if issue.severity == "error" else Severity.WARNING
        message = f"{issue.rule}: {issue.message}"
        made.append(Finding(CODE, severity, place, message, f"`docxtpl-lint --explain {issue.rule}` tells more"))
    return made


def _issues(data: bytes) -> list[Any]:
    """The issues of docxtpl-lint, which knows our filters and tests."""
    import docxtpl_lint  # noqa: PLC0415 (an extra)

    env = environment()
    try:
        result = docxtpl_lint.lint(data, filters=set(env.filters), tests=set(env.tests), autoescape=True)
    except Exception:  # a young package: what it can't read, our rules still do
        return []
    return list(result.issues)


def _place(at: Any, page: Page) -> Location:
    """Its place as ours: `header1` is `header 1`."""
    part = at.part if not at.part[-1:].isdigit() else f"{at.part.rstrip('0123456789')} {at.part[-1]}"
    line = next((x for x in page.lines if (x.place.part, x.place.paragraph) == (part, at.paragraph)), None)
    if line is None:
        return Location(file=page.file, part=part, paragraph=at.paragraph)
    return replace(line.place, said=flat(line.text), column=max(at.column, 1))

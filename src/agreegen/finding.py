"""Finding: what we tell an author about a file."""

from __future__ import annotations

import difflib
import enum
import functools
from typing import TYPE_CHECKING

from agreegen.late import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable


class Severity(enum.StrEnum):
    """How bad: an error stops the document, a warning and a note don't."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Location:
    """Where: a file, and the place in it as its author sees it.

    YAML and CSV have `line` and `column` (from 1) and the `path` of keys. Word files have the `part` ("body",
    "header 1", "footnotes"), the nearest `heading`, the `paragraph` (from 1 within the part) or the `cell`
    ("table 2, row 3, column 1"), and the `text` around, usually the tag; where more is known, `said` is the whole
    text of the paragraph, and `column` where in it the place begins (from 1). Tables of partners have the `cell`
    ("row 3, column A (party)"), those in a workbook the sheet as `part`, those in CSV `line` and `column` besides.
    """

    file: str = ""
    line: int | None = None
    column: int | None = None
    path: str = ""
    part: str = ""
    heading: str = ""
    paragraph: int | None = None
    cell: str = ""
    text: str = ""
    said: str = ""

    def __str__(self) -> str:
        """`file:line:column`, `file: part, under "heading", paragraph n, table cell`, or `file, sheet, row, column`."""
        if self.cell.startswith("row "):
            return ", ".join(x for x in (self.file, self.part, self.cell) if x)
        if self.line is not None:
            return ":".join(str(x) for x in (self.file, self.line, self.column) if x not in (None, ""))
        word = [self.part]
        if self.heading:
            word.append(f'under "{self.heading}"')
        if self.cell:
            word.append(self.cell)
        elif self.paragraph is not None:
            word.append(f"paragraph {self.paragraph}")
        place = ", ".join(x for x in word if x)
        return f"{self.file}: {place}" if place else self.file


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem: stable `code`, `severity`, place, what is wrong (`message`) and what to do (`hint`)."""

    code: str
    severity: Severity
    location: Location
    message: str
    hint: str = ""


def has_errors(findings: list[Finding] | tuple[Finding, ...]) -> bool:
    """True when one of the findings stops the document."""
    return any(f.severity is Severity.ERROR for f in findings)


@functools.lru_cache(maxsize=4096)
def plain_key(key: str) -> str:
    """The key with spaces for underscores and hyphens, so that the ways of writing one key are one."""
    return key.replace("_", " ").replace("-", " ").lower()


def nearest(word: str, known: Iterable[str], least: float = 0.6) -> str:
    """The known word nearest to the given one, or nothing if none is near: alike to the least part, from 0 to 1."""
    folded = {plain_key(k): k for k in known}
    found = difflib.get_close_matches(plain_key(word), list(folded), n=1, cutoff=least)
    return folded[found[0]] if found else ""

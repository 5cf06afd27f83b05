"""Problems of templates: every code, and the list that collects them."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from agreegen.finding import Finding, Location, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable

CODES: dict[str, str] = {
    "T001": "not a Word document",
    "T002": "encrypted, or in the old .doc format",
    "T003": "unpacks to more than a template can need",
    "T004": "holds a document type definition",
    "T005": "holds macros or embedded programs",
    "T006": "loads something from outside when it is opened",
    "T007": "member names that are double or odd",
    "T008": "a part that is not well-formed XML",
    "T009": "a part is missing",
    "T010": "an included file is missing",
    "T011": "an include outside the folder of templates",
    "T012": "includes go round in a circle",
    "T013": "an include that is not alone in its paragraph, or not a plain name",
    "T014": "a style unlike the one of the master",
    "T015": "a style that the master lacks",
    "T016": "tracked changes are pending",
    "T017": "endnotes, which are not rendered",
    "T018": "a footnote in a loop",
    "T019": "a section break in an included file",
    "T020": "a reference to a name that is not there",
    "T021": "a reference to a name that is there twice",
    "T022": "a reference that is not a plain name",
    "T023": "numbering that cannot be counted",
    "T024": "comments were left out",
    "T030": "a tag that does not end in its paragraph",
    "T031": "text beside a paragraph, row or cell tag",
    "T032": "a tag where nothing is rendered",
    "T033": "something other than text inside a tag",
    "T034": "braces that look like a broken tag",
    "T035": "a reserved character",
    "T036": "a tag in the wrong place",
    "T040": "a tag that cannot be read",
    "T041": "an unknown tag",
    "T042": "a block that is not closed, or closed twice",
    "T043": "an unknown filter",
    "T044": "an unknown test",
    "T045": "a tag that is not supported",
    "T046": "a name that the data do not have",
    "T047": "a default that may hide a misspelled name",
    "T050": "a branch that would break the document",
    "T051": "a block that empties paragraphs without removing them",
    "T052": "text lost while compiling",
    "T060": "rendered by docxtpl",
    "T061": "a key that a template.yaml doesn't have",
    "T062": "a value that a template.yaml can't have",
    "T063": "two templates of one name",
    "T064": "a file that stands in two folders of templates",
    "T065": "a guess: a blank or a tag of an agreement became a field",
    "T066": "a line of an agreement that stays to be filled in by hand",
    "T070": "a template's file isn't what counsel approved",
    "T071": "a template that nobody approved",
    "T072": "a template that isn't in force yet on the agreement's day",
    "T073": "a book of approvals that can't be read",
    "T080": "a value is missing",
    "T081": "a value that cannot be printed",
    "T082": "a reference to a clause that is not in this agreement",
    "T083": "an expression that failed",
    "T084": "something that templates may not do",
    "T090": "the result is not well-formed",
    "T091": "a tag or mark is left in the result",
    "T092": "a relationship of the result leads nowhere",
    "T093": "a name or number of the result is there twice",
    "T094": "words of the template are not in the result",
    "T101": "the document has no title",
    "T102": "the document does not say which language it is in",
    "T103": "a heading is more than one level below the one before it, or the first is not of the first level",
    "T104": "a table has neither a header row nor a header column",
    "T105": "a picture has no alternative text",
    "T106": "an empty paragraph makes room between paragraphs",
    "T107": "a form field has no name",
    "T108": "text has too little contrast to its background",
    "T206": "a comparison with a value that the field can never have",
}


class Problems(list[Finding]):
    """The findings of one template, in the order in which they were met."""

    def error(self, code: str, where: Location, message: str, hint: str = "") -> None:
        """Adds what stops the document."""
        self._add(code, Severity.ERROR, where, message, hint)

    def warn(self, code: str, where: Location, message: str, hint: str = "") -> None:
        """Adds what a person should look at."""
        self._add(code, Severity.WARNING, where, message, hint)

    def note(self, code: str, where: Location, message: str, hint: str = "") -> None:
        """Adds what is worth knowing."""
        self._add(code, Severity.NOTE, where, message, hint)

    def _add(self, code: str, severity: Severity, where: Location, message: str, hint: str) -> None:
        assert code in CODES, code
        finding = Finding(code, severity, where, message, hint)
        if finding not in self:
            self.append(finding)


def nearest(name: str, known: Iterable[str]) -> str:
    """A question that names the nearest known names, or nothing."""
    found = difflib.get_close_matches(name, sorted(known), 3, 0.6)
    return f"did you mean {' or '.join(repr(f) for f in found)}?" if found else ""

"""Rules about the words: references, citations, and what must not stand in a template at all."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agreegen.law.stale import stale_citations
from agreegen.lint.rule import Spot, warning

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agreegen.lint.page import Page

TYPED = re.compile(
    r"\b(?:(?:[Ss]ub)?[Ss]ections?|Articles?|Clauses?)[ \u00a0]"
    r"(?:\d{1,2}(?:\.\d{1,2})*|[IVX]+(?:\.[a-zA-Z]+)*)\b(?![.-]?\d)"
    r"|\b(?:Exhibits?|Appendix|Annex)[ \u00a0][A-Z](?:\.\d{1,2})*\b"
)
LAW = re.compile(
    r"\b(?:Code|Act|CFR|C\.F\.R\.|U\.?S\.?C\.?|Constitution|Regulations?|Title|Manual|SAM|SIMM|SP|ISO|Circular|"
    r"Publication|Rule|Policy|Addendum)\b[^.;]{0,40}$"
)
AFTER = re.compile(
    r"^[^;]{0,220}? of (?:(?:the )?(?!Agreement\b|Proposal\b|Exhibit\b|Data\b)[A-Z][\w&-]*|title|chapter|division|"
    r"article|part|that|its)\b"
)
FIELD = re.compile(r"\b(?:REF|PAGEREF|NOTEREF)\s+(\S+)")
BROKEN = "Error! Reference source not found"
NUMBERS = re.compile(r"(?<![\w-])\d{3}-\d{2}-\d{4}(?![\w-])")
PHONE = re.compile(r"(?<![\w.§-])(?:\+?1[ .-])?(?:\(\d{3}\) ?|\d{3}[ .-])\d{3}[ .-]\d{4}(?![\w-])")
MAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]*\w")
NAME = re.compile(
    r"^(?:(?:Name|By|Signed|Signature|Print(?:ed)? name)\s*:?\s*)?"
    r"((?:(?:Dr|Mr|Ms|Mrs)\. )?[A-Z][a-z]+(?: [A-Z]\.)? [A-Z][a-z'\u2019-]+(?:, (?:Esq|Jr|Ph\.?D|MD|JD)\.?)?)$"
)
OFFICE = re.compile(
    r"\b(?:Data|Party|Provider|Recipient|Chief|Deputy|Assistant|Executive|Director|Counsel|Officer|Sponsor|Coordinator|"
    r"Manager|Clerk|Secretary|Board|County|City|State|California|University|Campus|Department|Agency|Office|Title|Date|"
    r"Name|Signature|Signed|Printed|Reviewer|Investigator|Attorney|General|President|Chancellor|Dean|Approved|Form)\b"
)


def typed_reference(page: Page) -> Iterator[Spot]:
    """The number of a clause or the letter of an exhibit is typed.

    Why: numbers and letters change with the exhibits and clauses that an agreement has; what is typed stays.
    Bad:
        The Parties proceed as Section 8.2 provides.
    Good:
        The Parties proceed as Section {{ ref("incident-notice") }} provides.
    """
    for line in page.lines:
        for found in TYPED.finditer(line.plain):
            before, after = line.plain[: found.start()], line.plain[found.end() :]
            if LAW.search(before) or AFTER.match(after):
                continue
            hint = 'write {{ ref("…") }} with the id of the clause or exhibit'
            yield Spot(f"{found[0]!r} is typed", hint, line, found.start(), found[0])


def broken_field(page: Page) -> Iterator[Spot]:
    """A cross-reference of Word leads nowhere.

    Why: Word prints an error in its place as soon as fields are updated.
    Bad:
        <w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> REF _Ref12345 \\r \\h </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>8.2</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>
    Good:
        See Section {{ ref("incident-notice") }}.
    """  # noqa: E501 (XML that is also run)
    marks = page.bookmarks
    for line in page.lines:
        for found in FIELD.finditer(line.codes):
            if found[1] not in marks and not found[1].startswith(("_Toc", "c_", "x_", "n_")):
                hint = 'delete it, and write {{ ref("…") }} with the id of a clause'
                yield Spot(f"the cross-reference to {found[1]!r} leads nowhere", hint, line, 0, found[0])
        if (at := line.text.find(BROKEN)) >= 0:
            yield Spot("Word found no target for a cross-reference", "delete it and refer again", line, at, BROKEN)


def stale(page: Page) -> Iterator[Spot]:
    """A citation is out of date, or a known misprint.

    Why: the section has been renumbered or the standard replaced; the agreement would point at nothing.
    Bad:
        The Party proceeds under Government Code section 6250 and following.
    Good:
        The Party proceeds under Government Code section 7920.000 and following.
    """
    for line in page.lines:
        for found in stale_citations(line.plain):
            message = f"{found.found!r} is out of date: {found.reason} ({found.source})"
            yield Spot(message, f"write {found.current}", line, found.start, found.found)


def personal(page: Page) -> Iterator[Spot]:
    """A social security number, a telephone number or an e-mail address stands in a template.

    Why: a template is for every agreement; what belongs to one person or office comes from the proposal.
    Bad:
        Report to (916) 555-0100.
    Good:
        Report to the Data Coordinator.
    """
    kinds = ((NUMBERS, "a social security number"), (PHONE, "a telephone number"), (MAIL, "an e-mail address"))
    for line in page.lines:
        for pattern, what in kinds:
            for found in pattern.finditer(line.plain):
                hint = "print a field of the proposal or of a party instead"
                yield Spot(f"{found[0]!r} looks like {what}", hint, line, found.start(), found[0])


def somebody(page: Page) -> Iterator[Spot]:
    """A person's name stands in a signature block.

    Why: a template is for every agreement, and people change; the name belongs to the proposal.
    Bad:
        <Signature> Name: Jordan Q. Example
    Good:
        <Signature> Name:
    """
    for line in page.lines:
        if not line.style.startswith("Signature") and "signature" not in line.place.heading.lower():
            continue
        found = NAME.match(" ".join(line.plain.replace("\t", " ").split()))
        if found and found[1] not in page.terms and not OFFICE.search(found[1]):
            at = max(line.text.find(found[1]), 0)
            yield Spot(
                f"{found[1]!r} looks like a person's name", "print a field of the party instead", line, at, found[1]
            )


RULES = (
    warning("T240", typed_reference),
    warning("T241", broken_field),
    warning("T242", stale),
    warning("T243", personal),
    warning("T244", somebody),
)

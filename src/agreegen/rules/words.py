"""Rules on words: stale citations, people's names, encryption standards, confidential parts."""

from __future__ import annotations

import datetime as dt
import functools
import re
from typing import TYPE_CHECKING, Any

from agreegen.agreement.directions import directions
from agreegen.answer import NO_VALUE, NONE_WORDS, OPEN_WORDS
from agreegen.finding import Severity
from agreegen.law.authorities import find_authority, nearest_authorities
from agreegen.law.requirements import requirements
from agreegen.law.stale import stale_citations, stale_words
from agreegen.reading.problems import shown
from agreegen.rules import complete
from agreegen.rules.case import Case, Found, Rule, Wanted

if TYPE_CHECKING:
    from collections.abc import Iterator

NAMES = re.compile(r"\b(?:Mr|Mrs|Ms|Dr|Prof)\.? [A-Z][a-z]+(?: [A-Z][a-z]+)?")
NAMED_PLACES = frozenset(
    {"contacts", "signatures", "opinions", "agency data officer", "signatory", "recipient", "provider"}
)
OWN_TERMS = {"hiv": ("hiv", "hiv"), "hiv_users": ("hiv", "hiv"), "vital": ("vital", "vital_records")}
"""Statutes whose terms no rider switches on: the classification and the section of `regimes:` that do."""
HISTORICAL = dt.date(2026, 9, 21)
"""The day after which FIPS 140-2 is historical (NIST CMVP)."""


OPEN_SIGNS = (
    "tbd", "tbc", "tba", "to be ", "todo", "xx", "??", "...", "__", "[", "\n-", "\n?", "\n=", "err:", "#", "{{", "}}",
    "{%", "%}", *(f"\n{word}\n" for word in sorted(NONE_WORDS)),
)  # fmt: skip
"""One of these is in whatever stands for no value; a line break is where a text begins or ends."""

BLANK = re.compile(r"(?<!\w)_{3,}(?!\w)")
"""A line to write on, anywhere in a text."""

MASKS = "valid_inputs"
"""The field whose values may be patterns, such as `XX` or `[A-Z]`."""


def _name(text: str) -> re.Match[str] | None:
    return NAMES.search(text)


MAY_BE_NONE = frozenset({"hipaa_status", "delegation_limits", "limits"})
"""Fields that know the answer `none`."""


def left_open(text: str) -> bool:
    """True where a text stands for none, or has what no agreement may print."""
    return _is_none(text) or _is_empty(text) or bool(BLANK.search(text))


def _is_none(text: str) -> bool:
    return len(text) < _LONG and text.strip().lower() in NONE_WORDS


_LONG = 20


def _is_empty(text: str) -> bool:
    """True where a text only stands in the place of one."""
    said = text.strip()
    return bool(OPEN_WORDS.fullmatch(said) or NO_VALUE.fullmatch(said))


@functools.cache
def _required(program: str, disputed: bool, by_law: bool) -> frozenset[tuple[str, ...]]:
    """The keys of the fields that are required of the exchange, without the numbers of entries."""
    rows = requirements(program, disputed, by_law)
    return frozenset(tuple(row.field.replace("[]", "").split(".")) for row in rows if row.need != "no")


NEVER_NONE = frozenset({"purpose", "transfer", "definition", "why_needed"})
"""Blocks and fields of the forms that nothing answers; elsewhere `none` is an answer, as for conflicts of interest."""


def _needs_words(case: Case, path: tuple[str | int, ...], text: str) -> bool:
    """True where `none` or `n/a` is no answer: a party's own fields, and what the official forms require."""
    keys = tuple(part for part in path if isinstance(part, str))
    proposal = case.proposal
    asked = _required(case.program, proposal.disputed, proposal.required_by_law is not None)
    answers = text.strip().lower() in ("none", "nothing", "not applicable") and not NEVER_NONE & {keys[0], keys[-1]}
    return keys[0] in ("provider", "recipient") or (keys in asked and not answers)


def _old_standard(text: str) -> bool:
    return "140-2" in text and "140-3" not in text


def stale_citation(case: Case) -> Iterator[Found]:
    """A citation has been renumbered or is misprinted.

    Why: The Public Records Act moved from Gov. Code 6250 to 7920.000 in 2023, and official texts still carry old
    numbers and misprints. Source: AB 473 (2021).
    Bad:
        authority: {provider: {text: Gov. Code 6254.5 applies., citations: [cpra], ipa ground: (e)}, recipient: Gov. Code 7921.505 applies.}
    Good:
        authority: {provider: {text: Gov. Code 7921.505 applies., citations: [cpra], ipa ground: (e)}, recipient: Gov. Code 7921.505 applies.}
    """  # noqa: E501 (YAML that is also run)
    for path, text in case.texts(Wanted(stale_citations, stale_words())):
        for stale in stale_citations(text):
            yield path, f"'{stale.found}' is stale: {stale.reason}", f"write {stale.current}"


def person_named(case: Case) -> Iterator[Found]:
    """A person is named outside the contacts and signatures.

    Why: People change; a proposal that names roles needs no amendment then. Source: CalHHS lessons learned.
    Bad:
        purpose: {scope: Dr. Sample looks at the list., reason: r, need: n, benefits: {recipient: a, agency: b, data subjects: c}, consistency: Same purpose}
    Good:
        purpose: {scope: The health officer looks at the list., reason: r, need: n, benefits: {recipient: a, agency: b, data subjects: c}, consistency: Same purpose}
    """  # noqa: E501 (YAML that is also run)
    for path, text in case.texts(Wanted(_name), parties=False):
        found = _name(text)
        if found and not NAMED_PLACES & {str(p).replace("_", " ") for p in path}:
            yield path, f"'{found[0]}' names a person", "name the role instead, such as 'the health officer'"


def rider_missing(case: Case) -> Iterator[Found]:
    """An element is governed by a statute whose own terms aren't switched on.

    Why: Some confidentiality statutes bring terms of their own (purposes, limits, penalties); they print only where
    `regimes: riders:` names the statute. Source: form, fields 17a and 17b.
    Bad:
        data: {categories: eligibility, elements: [{name: Case number, definition: Number of the case, classification: pii, statute: medi_cal, why needed: joins}]}
    Good:
        data: {categories: eligibility, elements: [{name: Case number, definition: Number of the case, classification: pii, statute: medi_cal, why needed: joins}]}
        regimes: {riders: [medi_cal]}
    """  # noqa: E501 (YAML that is also run)
    riders = {found.id for name in case.proposal.regimes.riders if (found := find_authority(name)) is not None}
    for index, element in enumerate(case.proposal.data.elements):
        for name in element.statute:
            found = find_authority(name)
            if found is None or "statute-riders" not in found.exhibits or found.id in riders:
                continue
            kind, section = OWN_TERMS.get(found.id, ("", ""))
            if section and case.facts.get(section):
                continue
            riders.add(found.id)
            message = f"'{element.name}' is governed by {found.citation}, whose own terms aren't switched on"
            rider = f"below `regimes:` write `riders: [{found.id}]`"
            yield ("data", "elements", index), message, f"add `{kind}` to its classification" if kind else rider


def placeholder(case: Case) -> Iterator[Found]:
    """A value says only that it is still to be filled in.

    Why: It would print in an agreement that is signed. In a draft leave the field empty: it is marked there.
    Source: official forms, which are whole when they are signed.
    Bad:
        transfer: {method: SFTP, frequency: monthly, storage: TBD, management: The data office manages it.}
    Good:
        transfer: {method: SFTP, frequency: monthly, storage: Database, management: The data office manages it.}
    """
    for path, text in case.texts(Wanted(left_open, OPEN_SIGNS, MAY_BE_NONE)):
        if path[-1] == MASKS and text.strip()[:1] in ("X", "x", "[", "-", "?", "="):
            continue
        if _is_none(text) and not _needs_words(case, path, text):
            continue
        said = text.strip()
        if NO_VALUE.fullmatch(said) and len(said.strip("-\u2013\u2014?")):
            message = f"{shown(text)} is what a spreadsheet or a template leaves where a value is missing"
        elif _is_none(text) or _is_empty(text):
            message = f"{shown(text)} only says that something is missing"
        else:
            message = f"{shown(text)} has a blank in it"
        yield path, message, "fill it in; in a draft leave the field empty"


def old_encryption(case: Case) -> Iterator[Found]:
    """Only FIPS 140-2 is named for encryption.

    Why: Certificates under FIPS 140-2 are historical since September 22, 2026; new systems need FIPS 140-3. Source:
    NIST CMVP.
    Bad:
        transfer: {method: SFTP, frequency: monthly, storage: Database, management: Data office, encryption: FIPS 140-2 modules}
    Good:
        transfer: {method: SFTP, frequency: monthly, storage: Database, management: Data office, encryption: "FIPS 140-3 modules; 140-2 in existing systems"}
    """  # noqa: E501 (YAML that is also run)
    start = case.proposal.dates.start
    if start is not None and start <= HISTORICAL:
        return
    for path, _ in case.texts(Wanted(_old_standard, ("140-2",))):
        yield path, "FIPS 140-2 is named without FIPS 140-3", "write 'FIPS 140-3; 140-2 in existing systems only'"


def confidential_path(case: Case) -> Iterator[Found]:
    """A part marked confidential isn't in the proposal.

    Why: Marked parts are left out of the public copy; a misspelt mark would publish them. A part that is asked for and
    still missing may be marked before it is there. Source: CalHHS FAQ 15.
    Bad:
        confidential: [securty]
    Good:
        confidential: [security]
    """
    for index, name in enumerate(case.proposal.confidential):
        node: Any = case.plain
        parts = tuple(name.replace(" ", "_").replace("-", "_").split("."))
        for part in parts:
            node = node.get(part) if isinstance(node, dict) else None
        asked = complete.missing(case) if node is None and case.variant else ()
        if node is None and not any(m.path[: len(parts)] == parts for m in asked):
            yield (
                ("confidential", index),
                f"the proposal has no part '{name}'",
                ("name it by its keys, joined by periods, such as `security` or `transfer.storage`"),
            )


def unknown_authority(case: Case) -> Iterator[Found]:
    """A citation looks like an id of the catalogue and isn't in it.

    Why: An id that isn't found would be printed as it stands. Source: catalogue of authorities.
    Bad:
        authority: {provider: {text: The law allows it., citations: [ipa_99x], ipa ground: (e)}, recipient: The law allows it.}
    Good:
        authority: {provider: {text: The law allows it., citations: [ipa_24], ipa ground: (e)}, recipient: The law allows it.}
    """  # noqa: E501 (YAML that is also run)
    proposal = case.proposal
    cited: list[tuple[tuple[str | int, ...], str]] = [
        ((*way.path, "authority", side, "citations", i), c)
        for way in directions(proposal)
        for side in ("provider", "recipient")
        for i, c in enumerate(getattr(way.authority, side).citations)
    ]
    cited += [(("data", "elements", i, "statute"), c) for i, e in enumerate(proposal.data.elements) for c in e.statute]
    cited += [(("regimes", "riders", i), c) for i, c in enumerate(proposal.regimes.riders)]
    for path, name in cited:
        if re.fullmatch(r"[a-z0-9]+(?:_[a-z0-9]+)*", name) and find_authority(name) is None:
            close = next((a.id for a in nearest_authorities(name)), "")
            yield (
                path,
                f"the catalogue has no authority '{name}'",
                (
                    (f"did you mean '{close}'? " if close else "")
                    + "`agreegen list authorities` shows all; or write the citation"
                ),
            )


RULES = (
    Rule("P050", Severity.WARNING, stale_citation),
    Rule("P051", Severity.WARNING, person_named),
    Rule("P052", Severity.WARNING, old_encryption),
    Rule("P053", Severity.ERROR, confidential_path),
    Rule("P054", Severity.ERROR, unknown_authority),
    Rule("P055", Severity.ERROR, placeholder),
    Rule("P056", Severity.WARNING, rider_missing),
)

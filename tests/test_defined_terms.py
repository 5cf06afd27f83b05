"""Each defined term of a generated agreement is used, and each term that is used is defined, once."""

from __future__ import annotations

import pathlib
import re

import pytest

from agreegen import generate, workspace
from agreegen.law.definitions import definitions
from agreegen.template.outline import outline

ROOT = pathlib.Path(__file__).resolve().parents[1]
EXAMPLES = sorted((ROOT / "proposals").glob("*.yaml"))
QUOTED = re.compile(r"[“\"]([^”\"]+)[”\"]|(?<=\*\*)([A-Z][^*]+)(?=\*\*)")
ENTRY = re.compile(r"^<Definition> (.*)$", re.M)


def printed(example: pathlib.Path) -> str:
    """The outline of the agreement, as it is rendered: headings, definitions, clauses, exhibits."""
    here = workspace.find(ROOT / "proposals")
    opened = generate.opened_proposal(example, here)
    return outline(generate.document(opened, here)[0])


def entries(text: str) -> dict[str, str]:
    """The definitions that print: each term that an entry sets in bold, with the whole entry."""
    found: dict[str, str] = {}
    for entry in ENTRY.findall(text):
        head = entry.split(" means ")[0].split(" have the")[0].split(" has the")[0]
        for term in re.findall(r"\*\*([^*]+)\*\*", head):
            assert term not in found, f"{term} is defined twice"
            found[term] = entry
    return found


def unused(text: str) -> list[str]:
    """The terms whose definition nothing else in the agreement needs."""
    found = []
    for term, entry in entries(text).items():
        rest = text.replace(entry, " ")
        case = re.IGNORECASE if term[:1].islower() else 0
        if not re.search(rf"(?<![A-Za-z]){re.escape(term)}(?:s|es)?(?![A-Za-z])", rest, case):
            found.append(term)
    return found


def undefined(text: str) -> list[str]:
    """The terms of the table that the agreement uses without defining them."""
    defined = {t.lower() for t in entries(text)} | {t.lower() for pair in QUOTED.findall(text) for t in pair}
    missing = []
    for row in definitions():
        names = (row.term, *row.forms)
        if row.regime or row.term[:1].islower() or any(n.lower() in defined for n in names):
            continue
        if any(is_used(n, text) for n in names):
            missing.append(row.term)
    return missing


def is_used(term: str, text: str) -> bool:
    """True when the term stands by itself: one word at the start of a sentence, or in a name, may be no term."""
    for found in re.finditer(rf"(?<![A-Za-z]){re.escape(term)}s?(?![A-Za-z])", text):
        around = re.search(r"(?:[A-Z][a-z]+|[.:;|>)\]]|^)\s*$", text[: found.start()]) or re.match(
            r" [A-Z]", text[found.end() :]
        )
        if " " in term or not around:
            return True
    return False


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda p: p.stem)
def test_each_defined_term_is_used_and_each_used_term_is_defined(example: pathlib.Path) -> None:
    text = printed(example)
    assert len(entries(text)) > 30
    assert unused(text) == []
    assert undefined(text) == []


def test_the_check_bites() -> None:
    text = "<Definition> **Small Cell** means a count.\n\nThe Data Recipient shall report."
    assert unused(text) == ["Small Cell"]
    assert "Data Recipient" in undefined(text)

"""Catalog: what can be looked up: listed parties, authorities to cite, examples to copy, codes of findings."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agreegen import rules, workspace
from agreegen.errors import UsageError
from agreegen.finding import Severity
from agreegen.forms.codes import CODES as FORMS
from agreegen.law.authorities import authorities, find_authority
from agreegen.law.parties import known_party, known_party_names
from agreegen.pdf.codes import CODES as PDF
from agreegen.reading import nearest
from agreegen.rules.faults import FAULTS, Fault
from agreegen.source.codes import CODES as SOURCE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from types import ModuleType


GENTLE = {"L002": Severity.WARNING, "L006": Severity.NOTE, "P070": Severity.WARNING}
"""Faults of files that aren't errors as a rule."""

CHECKS: Mapping[str, tuple[str, str, str, str]] = {
    "D601": ("error", "Who hears the page instead of seeing it misses that part, and the law asks for it.",
             "a picture without a description", "the picture has one in the Word template, and the PDF is made again"),
    "D602": ("error", "Agreements are kept for years, and must look then as they do now.",
             "a font that isn't in the file", "agreegen generate mine.yaml --pdf-profile ua+a"),
    "D603": ("error", "Of a file that can't be opened nobody knows whether it is accessible.",
             "agreegen validate mine.docx", "agreegen validate mine.pdf"),
    "D604": ("error", "A file whose check was given up isn't one that passed.",
             "Java ended in the middle of a check", "the PDF is made again, and checked again"),
    "D605": ("note", "A profile that wasn't checked isn't proven.",
             "agreegen validate plain.pdf", "agreegen validate plain.pdf --profile 2b"),
}  # fmt: skip
"""What `explain` shows of the codes of `validate`."""

FILES = {**PDF, **SOURCE, **FORMS}
"""The codes of findings about finished files."""


def names(kind: str, words: Sequence[str] = ()) -> list[str]:
    """The lines of a kind (parties, authorities, examples, codes) that have all of the words, or are called so."""
    if kind not in LISTS:
        close = nearest(kind, list(LISTS))
        hint = f"did you mean {close}?" if close else f"lists: {', '.join(LISTS)}"
        raise UsageError(f"there is no list '{kind}'", hint)
    lines, called = LISTS[kind](" ".join(words))
    return [line for key, line in lines.items() if key == called or all(_begins(w, line) for w in words)]


def codes() -> dict[str, str]:
    """Every code of a finding with its sentence."""
    return dict(sorted({**rules.codes(), **FILES, **_of_batches(), **_of_templates()}.items()))


def explain(code: str) -> str:
    """What a code means; a rule's why, bad and good too."""
    wanted = code.strip().upper()
    if wanted.startswith("T") and (found := str(_lint().explain(wanted))):
        return found
    if wanted in FAULTS:
        return f"{wanted} ({GENTLE.get(wanted, Severity.ERROR)})\n\n{FAULTS[wanted].text}"
    if shown := _shown().get(wanted):
        severity, why, bad, good = shown
        return f"{wanted} ({severity})\n\n{Fault(codes()[wanted], why, bad, good).text}"
    known = codes()
    if wanted in known:
        return rules.explain(wanted) if wanted in rules.codes() else f"{wanted}\n\n{known[wanted]}"
    close = nearest(wanted, known)
    raise UsageError(f"there is no code '{code}'", f"did you mean {close}?" if close else f"codes: {', '.join(known)}")


def _shown() -> Mapping[str, tuple[str, str, str, str]]:
    """The severity of codes about batches and checks of PDFs, why they matter, how it is with the fault and without."""
    from agreegen.batch.codes import SHOWN  # noqa: PLC0415 (as below)

    return {**SHOWN, **CHECKS}


def _of_batches() -> Mapping[str, str]:
    """The codes of findings about batches."""
    from agreegen.batch.codes import CODES  # noqa: PLC0415 (a batch loads all that an agreement takes)

    return CODES


def _of_templates() -> Mapping[str, str]:
    """The codes of findings about templates that only `templates check` makes."""
    return {**{rule.code: rule.title for rule in _lint().RULES}, **_lint().OTHERS}


def _lint() -> ModuleType:
    from agreegen import lint  # noqa: PLC0415 (loads all that templates need)

    return lint


def _begins(word: str, line: str) -> bool:
    """True when a word of the line begins so."""
    return re.search(rf"(?<!\w){re.escape(word)}", line, re.IGNORECASE) is not None


def _parties(name: str) -> tuple[Mapping[str, str], str]:
    """`County of Alameda  (Alameda County, county)` by legal name, and the legal name of the party called so."""
    lines = {}
    for record in filter(None, map(known_party, known_party_names())):
        legal = record["legal_name"]
        about = (record.get("short_name"), record["kind"].replace("_", " "))
        lines[legal] = f"{legal}  ({', '.join(a for a in about if a and a != legal)})"
    called = known_party(name)
    return lines, called["legal_name"] if called else ""


def _authorities(citation: str) -> tuple[Mapping[str, str], str]:
    """`ipa_24e  Civil Code section 1798.24(e): title` by id, and the id of what is cited so."""
    cited = find_authority(citation) if citation else None
    return {a.id: f"{a.id}  {a.citation}: {a.title}" for a in authorities().values()}, cited.id if cited else ""


def _examples(name: str) -> tuple[Mapping[str, str], str]:
    """`county-coverage  what it is about`, from the first sentence of each example's first comment."""
    lines = {}
    for path in sorted(workspace.shipped("proposals").glob("*.yaml")):
        head = path.read_text(encoding="utf-8").split("\n\n", 1)[0].splitlines()
        comment = " ".join(line[2:] for line in head if not line.startswith("# yaml-language-server"))
        sentence, period, _ = comment.partition(". ")
        lines[path.stem] = f"{path.stem}  {sentence}{'.' if period else ''}"
    return lines, name


def _codes(code: str) -> tuple[Mapping[str, str], str]:
    """`P010  a date comes before one that it must follow`, by code."""
    return {code: f"{code}  {sentence}" for code, sentence in codes().items()}, code


LISTS: dict[str, Callable[[str], tuple[Mapping[str, str], str]]] = {
    "parties": _parties,
    "authorities": _authorities,
    "examples": _examples,
    "codes": _codes,
}
"""The lists by name: each gives its lines by key, and the key that the asked-for words name."""

"""Screen: the matrix as lines of text, and as JSON."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any, Final

from agreegen.difference import marked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agreegen.matrix import Matrix, Row

WIDTH: Final = 100
ABSENT: Final = "—"
ABBREVIATED: Final = {"intra-agency": "intra", "state-agency": "state", "local-government": "local",
                      "university": "univ"}  # fmt: skip


def text(found: Matrix) -> Iterator[str]:
    """The lines of a summary: a letter for each variant's text of each clause."""
    heads = [ABBREVIATED.get(v, v)[:6] for v in found.variants]
    yield from _wrapped(found.summary, "")
    yield "Variants with one letter print the same words; — is absent. What only a variant can be is decided."
    part = ""
    for row in found.rows:
        if row.part != part:
            part = row.part
            yield ""
            yield f"{part[:62]:<62}  {'  '.join(f'{h:<6}' for h in heads)}".rstrip()
        letters = [row.cells[v].letter or ABSENT for v in found.variants]
        name = row.id.removeprefix("exhibit:")
        yield f"  {name:<26.26}  {row.title:<32.32}  {'  '.join(f'{x:<6}' for x in letters)}".rstrip()
    yield ""
    yield "`agreegen templates matrix CLAUSE` shows one word by word; --html, --xlsx and --docx write them all."


def clause(found: Matrix, row: Row) -> Iterator[str]:
    """The lines about one clause: who prints which text, and the differences word by word."""
    yield f"{row.title} ({row.id})"
    if row.source:
        yield from _wrapped(f"from {row.source}", "  ")
    for letter in row.letters:
        yield f"  {letter}: {', '.join(row.variants(letter))}"
    for variant in found.variants:
        cell = row.cells[variant]
        if not cell.letter:
            yield f"  {ABSENT}: {variant}{f' ({cell.reason})' if cell.reason else ''}"
    for letter in row.letters[1:]:
        yield ""
        yield f"  {letter} against A ([-only in A-], {{+only in {letter}+}})"
        for difference in row.differences(letter):
            yield from _wrapped(marked(difference.pieces), "    ")
    if not row.differs:
        yield ""
        for line in row.lines("A"):
            yield from _wrapped(line, "    ")


def _wrapped(words: str, indent: str) -> list[str]:
    return textwrap.wrap(words, WIDTH, initial_indent=indent, subsequent_indent=indent + "  ", break_on_hyphens=False)


def plain(found: Matrix) -> dict[str, Any]:
    """The matrix as JSON can hold it."""
    return {
        "variants": list(found.variants),
        "versions": dict(found.versions),
        "summary": found.summary,
        "clauses": [_plain(row) for row in found.rows],
    }


def _plain(row: Row) -> dict[str, Any]:
    cells = {v: {"text": c.letter or None, "number": c.number, "printed": c.when or None, "absent": c.reason or None}
             for v, c in row.cells.items()}  # fmt: skip
    differences = {
        letter: [[{"kind": p.kind, "text": p.text} for p in d.pieces] for d in row.differences(letter)]
        for letter in row.letters[1:]
    }
    return {"id": row.id, "title": row.title, "part": row.part, "source": row.source, "differs": row.differs,
            "variants": cells, "differences": differences}  # fmt: skip

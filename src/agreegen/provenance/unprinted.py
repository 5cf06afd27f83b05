"""Unprinted: words that a template has and an agreement doesn't print, and which condition keeps them out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from agreegen.provenance import search
from agreegen.provenance.passages import Passage, Piece, whole
from agreegen.provenance.phrases import told
from agreegen.provenance.why import Answer, Condition, conditions_of
from agreegen.template.printing import environment
from agreegen.template.tag import Tag, scan

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from agreegen.provenance.marking import Marked, Step
    from agreegen.provenance.passages import Within
    from agreegen.provenance.why import Record

MOST = 3
"""Places that are told."""


def unprinted(words: str, marked: Marked, record: Record) -> tuple[Answer, ...]:
    """The places of a template that have the words, each with the conditions that the agreement doesn't meet."""
    found = []
    for place in search.hits([_parted(p) for p in whole(marked)], words)[:MOST]:
        hit = place[0]
        within = hit.pieces[0].within if hit.pieces else hit.passage.within
        unmet = tuple(_unmet(within, marked, record)) or tuple(_open(within, marked, record))
        passage = hit.passage
        shown = "".join(p.text if p.step is None else f"«{told(marked.steps[p.step])}»" for p in passage.pieces)
        text = " ".join(shown.split())
        found.append(Answer(passage.where, text, text, passage.place.file, str(passage.place), unmet, (), (), ()))
    return tuple(found)


def _parted(passage: Passage) -> Passage:
    """The passage with a space between alternatives, which stand side by side in the whole text."""
    made: list[Piece] = []
    for piece in passage.pieces:
        before = dict(made[-1].within) if made else {}
        if any(before.get(group, branch) != branch for group, branch in piece.within):
            made.append(Piece(" "))
        made.append(piece)
    return replace(passage, pieces=tuple(made))


def _unmet(within: Within, marked: Marked, record: Record) -> Iterator[Condition]:
    """The conditions on the way that don't hold as they should; those that a loop decides are left out."""
    for number, branch in within:
        for at, step in enumerate(marked.groups[number].branches[: branch + 1]):
            if step is None or marked.groups[number].kind == "for":
                continue
            found = marked.steps[step]
            holds = truth(found, record.context)
            if holds is not None and holds != (at == branch):
                yield from conditions_of(found, holds, record)


def _open(within: Within, marked: Marked, record: Record) -> Iterator[Condition]:
    """The loops and the conditions about their entries, which no entry meets."""
    for number, branch in within:
        step = marked.groups[number].branches[branch]
        if step is not None and (
            marked.groups[number].kind == "for" or truth(marked.steps[step], record.context) is None
        ):
            yield from conditions_of(marked.steps[step], None, record)


def truth(step: Step, context: Mapping[str, Any]) -> bool | None:
    """Whether the condition of a step holds; None where it asks about an entry of a loop."""
    tag = next(iter(scan(step.place.text)), None)
    if not isinstance(tag, Tag) or any(name.partition(".")[0] not in context for name in step.names):
        return None
    _, _, expression = tag.body.partition(" ")
    try:
        return bool(environment().compile_expression(expression, undefined_to_none=False)(**context))
    except Exception:  # whatever an expression raises: a name of a loop, mostly
        return None

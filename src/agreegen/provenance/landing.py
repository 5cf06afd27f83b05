"""Landing: where in the text of a master each field is printed, and what it decides there."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Literal

from agreegen.late import dataclass
from agreegen.provenance.origins import behind
from agreegen.provenance.passages import Passage, Within, whole
from agreegen.provenance.phrases import told, told_otherwise

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from agreegen.provenance.marking import Marked, Step


@dataclass(frozen=True, slots=True)
class Landing:
    """One place where a field is printed or decides what is; the conditions around it, its file and tag."""

    how: Literal["printed", "decides"]
    where: str
    short: str
    conditions: tuple[str, ...]
    place: str
    tag: str
    asks: str = ""  # of what decides: the condition or loop in words


@functools.lru_cache(maxsize=8)
def landings(marked: Marked) -> Mapping[str, tuple[Landing, ...]]:
    """Every place where each field lands, in the order of the text; numbers count the whole text."""
    found: dict[str, list[Landing]] = {}
    own = marked.own
    decided: set[int] = set()
    for passage in whole(marked):
        for how, step, within in _steps(passage, marked, decided):
            for field in dict.fromkeys(f for name in step.names for f in behind(name, own)):
                landed = Landing(how, where(passage), short(passage), conditions(within, marked),
                                 str(step.place), step.place.text, "" if how == "printed" else _asks(step))  # fmt: skip
                found.setdefault(field, []).append(landed)
    return {field: tuple(dict.fromkeys(places)) for field, places in found.items()}


def _steps(
    passage: Passage, marked: Marked, decided: set[int]
) -> Iterator[tuple[Literal["printed", "decides"], Step, Within]]:
    """The steps of a passage: conditions and loops that begin with it, and values in it."""
    for within in (passage.within, *(p.within for p in passage.pieces)):
        for depth, (group, _) in enumerate(within):
            for step in marked.groups[group].branches:
                if step is not None and step not in decided:
                    decided.add(step)
                    yield "decides", marked.steps[step], within[:depth]
    for piece in passage.pieces:
        if piece.step is not None:
            yield "printed", marked.steps[piece.step], piece.within


def _asks(step: Step) -> str:
    return f"for {told(step)}" if step.kind == "for" else f"if {told(step)}"


def signatures(passage: Passage) -> str:
    """The name of a part of the text that has no headings."""
    return "signatures" if passage.style.startswith("Signature") else ""


def where(passage: Passage) -> str:
    """Where a passage stands, as a person would look it up."""
    named = signatures(passage)
    return f"{passage.where} ({named})" if named and passage.headings else passage.where


def short(passage: Passage) -> str:
    """`1.2(c)`, `A.3`, `cover`, `header`."""
    if passage.part != "body":
        return passage.part
    if not passage.headings:
        return "cover"
    if signatures(passage):
        return "signatures"
    number = passage.full if passage.full and not passage.is_title else passage.headings[-1][0]
    return (number or passage.headings[0][0] or passage.headings[-1][1]).rstrip(".").removeprefix("Exhibit ")


def conditions(within: Within, marked: Marked) -> tuple[str, ...]:
    """The conditions and loops around something in words, from outside in."""
    found = []
    for group, branch in within:
        branches = marked.groups[group].branches
        step = branches[branch]
        first = branches[0]
        if step is None and first is not None:
            found.append(f"if {_alternatives(branches, marked)}")
        elif step is not None:
            loop = marked.groups[group].kind == "for"
            found.append(f"{'for' if loop else 'if'} {told(marked.steps[step])}")
    return tuple(found)


def _alternatives(branches: tuple[int | None, ...], marked: Marked) -> str:
    return ", and ".join(told_otherwise(marked.steps[s]) for s in branches if s is not None)

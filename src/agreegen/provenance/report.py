"""Report: the answers of `why` as text for a terminal."""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from agreegen.provenance import Explained
    from agreegen.provenance.why import Answer, Stated

WIDTH = 100
MOST = 5
"""Places that are told in full."""

MOST_LAW = 8
FEW = 6
"""Things that a condition asks, and that are told one by one."""


def text(explained: Explained) -> str:
    """The answers, each with where, what, whence and why."""
    lines: list[str] = []
    many = len(explained.answers)
    for number, place in enumerate(explained.answers[:MOST], 1):
        lines += [f"{number} of {many}"] if many > 1 else []
        for one in place:
            lines += [*_answer(one), ""]
    if many > MOST:
        lines += [f"{many - MOST} more places have these words:"]
        lines += [f"  {place[0].where}  ({place[0].file})" for place in explained.answers[MOST:]]
        lines += ["Give more words to see one of them."]
    return "\n".join(lines).rstrip() + "\n"


def without(explained: Explained) -> str:
    """What there is to say where no passage has the words."""
    if not explained.elsewhere:
        near = explained.near
        lines = [f"not in the agreement; {'nearest is ' + near.where if near else 'nothing in it is like these words'}"]
        if near:
            lines += [*_wrapped(f"{near.label} {' '.join(near.text.split())}".strip(), "    ")]
            lines += _row("written in", [str(near.place)])
        return "\n".join(lines) + "\n"
    lines = ["this agreement doesn't print these words; its template has them (numbers are those of its whole text):"]
    for one in explained.elsewhere:
        lines += ["", one.where, *_wrapped(one.shown, "    "), *_row("written in", [one.place])]
        lines += _row(
            "not printed", list(_printed(one)) if one.conditions else ["no entry of the proposal calls for it"]
        )
    return "\n".join(lines) + "\n"


def _answer(one: Answer) -> Iterator[str]:
    yield one.where
    yield from _wrapped(one.shown, "    ")
    yield from _row("written in", [one.place])
    yield from _row("printed", list(_printed(one)))
    for value in one.values:
        said = [f"«{_cut(value.printed)}» is {value.name}", *(_field(f) for f in _most(value.fields))]
        yield from _row("value", [*said, *([value.source] if value.source else [])])
    yield from _row("number", list(one.numbers))
    more = len(one.law) - MOST_LAW
    shown = [*one.law[:MOST_LAW], f"and {more} more provisions, which --json names"] if more > 1 else list(one.law)
    yield from _row("law", shown)


def _printed(one: Answer) -> Iterator[str]:
    if not one.conditions:
        yield "always: no condition stands around it"
    for condition in one.conditions:
        loop = "for " if re.match(r"\{%\S*\s*for\b", condition.tag) else "only where "
        start = {None: loop, True: "because ", False: "because "}[condition.holds]
        yield f"{start}{condition.otherwise if condition.holds is False else condition.words}"
        yield from (f"  {words}" for words, _ in condition.parts[:FEW])
        for field in _most(condition.decided):
            yield f"  {_field(field)}"


def _most(fields: Sequence[Stated]) -> list[Stated]:
    """The fields that the proposal states, or one that it could; no more than four."""
    said = [f for f in fields if f.place or f.value]
    return (said or list(fields[:1]))[:4]


def _field(field: Stated) -> str:
    if not field.place:
        return f"{field.field}: {field.value or 'not stated in the proposal'}"
    return f"{field.field}: {field.value}  ({field.place})" if field.value else f"{field.field}  ({field.place})"


def _cut(text_: str) -> str:
    flat = " ".join(text_.split())
    return flat if len(flat) <= 60 else flat[:58] + " …"


def _row(title: str, lines: list[str]) -> Iterator[str]:
    for number, line in enumerate(lines):
        indent = " " * (18 + len(line) - len(line.lstrip()))
        wrapped = _wrapped(line.lstrip(), indent)
        first, *rest = wrapped
        yield f"    {title:<12}  {' ' * (len(line) - len(line.lstrip()))}{first.lstrip()}" if not number else first
        yield from rest


def _wrapped(text_: str, indent: str) -> list[str]:
    return textwrap.wrap(text_, WIDTH, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False)

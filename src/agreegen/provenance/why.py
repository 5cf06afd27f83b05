"""Why: what put words into an agreement: file and paragraph, values with their fields, conditions, and the law."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, Any

from agreegen.finding import plain_key
from agreegen.late import dataclass
from agreegen.law import VARIANTS
from agreegen.law.authorities import authorities
from agreegen.law.clauses import clauses
from agreegen.law.coverage import agreement_titles, coverage
from agreegen.law.exhibits import exhibits
from agreegen.law.notices import notices
from agreegen.law.terms import settings
from agreegen.law.times import time_sources
from agreegen.provenance.origins import behind
from agreegen.provenance.phrases import named, told, told_otherwise
from agreegen.template.base import bookmark_parts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from agreegen.provenance.marking import Marked, Step
    from agreegen.provenance.passages import Passage, Within
    from agreegen.provenance.search import Hit
    from agreegen.reading import Source

SHORT = 70
TABLES = {"blocks": "table of signature blocks", "authorities": "catalogue of legal authorities",
          "checklist": "checklist of the official form", "oversight": "officers of the program"}  # fmt: skip
"""Where what no proposal states of these comes from."""


@dataclass(frozen=True, slots=True)
class Stated:
    """A field behind something: its key, where the proposal states it, and what it states; empty where it doesn't."""

    field: str
    place: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition or loop around words: its words, whether it held, its tag and place, and the fields behind it."""

    words: str
    holds: bool | None  # None for a loop
    tag: str
    place: str
    decided: tuple[Stated, ...]
    otherwise: str = ""  # the words of its contrary
    parts: tuple[tuple[str, bool], ...] = ()  # what is so of what it asks, where that is several things


@dataclass(frozen=True, slots=True)
class Value:
    """A value among the words: what was printed, what it is called, its tag, its fields, and the source of law."""

    printed: str
    name: str
    tag: str
    fields: tuple[Stated, ...]
    source: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """One passage, and why it is there."""

    where: str
    text: str
    shown: str  # the text with values between « and »
    file: str
    place: str
    conditions: tuple[Condition, ...]
    values: tuple[Value, ...]
    numbers: tuple[str, ...]
    law: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Record:
    """What an agreement was made from: the context of its template, and its proposal with places."""

    context: Mapping[str, Any]
    source: Source
    own: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The fields behind the names that a template of one's own declares."""


def answer(hit: Hit, marked: Marked, record: Record) -> Answer:
    """Why a passage is there; conditions are those of the passage and of the pieces that were hit."""
    passage = hit.passage
    within = dict.fromkeys(x for piece in hit.pieces for x in piece.within) or dict.fromkeys(passage.within)
    shown = "".join(f"«{p.text}»" if p.step is not None else p.text for p in passage.pieces)
    values = [p for p in hit.pieces if p.step is not None]
    return Answer(
        where=passage.where,
        text=passage.text,
        shown=" ".join(f"{passage.label} {shown}".split()),
        file=passage.place.file,
        place=str(passage.place),
        conditions=tuple(_conditions(tuple(within), marked, record)),
        values=tuple(_value(p.text, marked.steps[p.step], marked, record) for p in values if p.step is not None),
        numbers=tuple(_numbers(hit)),
        law=tuple(law(passage, marked.variant)),
    )


# ---------------------------------------------------------------------------------------------------- conditions
def _conditions(within: Within, marked: Marked, record: Record) -> Iterator[Condition]:
    """The conditions and loops, from outside in; those of branches that weren't taken come before the one that was."""
    for number, branch in within:
        group = marked.groups[number]
        for at, step in enumerate(group.branches[: branch + 1]):
            if step is None:
                continue
            found = marked.steps[step]
            holds = None if group.kind == "for" else at == branch
            yield from conditions_of(found, holds, record)


def conditions_of(step: Step, holds: bool | None, record: Record) -> Iterator[Condition]:
    """A condition or loop with what it is made of, and the fields behind it."""
    parts = _parts(step, record.context)
    otherwise = told_otherwise(step)
    yield Condition(told(step), holds, step.place.text, str(step.place), _decided(step, record), otherwise, parts)


def _parts(step: Step, context: Mapping[str, Any]) -> tuple[tuple[str, bool], ...]:
    """What is so of the truth values that a condition asks for, where it asks for more than one."""
    found = []
    for name in step.names:
        value: Any = context
        for key in name.split("."):
            value = value.get(key) if isinstance(value, dict) else None
        if isinstance(value, bool):
            found.append((named(name, holds=value), value))
    return tuple(found) if len(found) > 1 else ()


def _decided(step: Step, record: Record) -> tuple[Stated, ...]:
    keys = dict.fromkeys(f for name in step.names for f in behind(name, record.own))
    return tuple(stated(key, record.source, record.context.get("terms", {})) for key in keys)


def stated(key: str, source: Source, terms: Mapping[str, Any]) -> Stated:
    """Where a proposal states a field, and what; a field of a list's entries shows the first one.

    A setting that it doesn't state has the value of `terms`.
    """
    wanted = tuple(key.split(": "))
    for path in source.places:
        if tuple(plain_key(k) for k in path if isinstance(k, str)) == wanted:
            place = source.places[path]
            line, column = place.value or place.key
            return Stated(key, f"{place.file or source.file}:{line}:{column}", _short(_at(source.data, path)))
    head, *rest = wanted
    value = _at(terms, [k.replace(" ", "_") for k in rest]) if head == "terms" and rest else ""
    return Stated(key, "", "" if value == "" else f"{_short(value)}, by counsel's settings")


def _at(data: Any, path: Sequence[Any]) -> Any:
    for part in path:
        try:
            data = data[part]
        except (KeyError, IndexError, TypeError):
            return ""
    return data


def _short(value: Any) -> str:
    if isinstance(value, dict):
        return "a block" if value else "nothing"
    if isinstance(value, list):
        many = f"{len(value)} entries" if len(value) != 1 else "1 entry"
        return ", ".join(map(str, value))[:SHORT] if all(isinstance(v, str) for v in value) else many
    plain_ = {True: "yes", False: "no", None: "none"}.get(value, value) if isinstance(value, bool | None) else value
    text = " ".join(str(plain_).split())
    return text if len(text) <= SHORT else text[: SHORT - 2] + " …"


# ---------------------------------------------------------------------------------------------------- numbers
def _numbers(hit: Hit) -> Iterator[str]:
    """Which numbers among the words are counted: that of the paragraph itself, and those of references."""
    if hit.passage.full and not hit.pieces:
        yield f"{hit.passage.full} is counted from where it stands in this agreement"
    for piece in dict.fromkeys((p.text, p.ref) for p in hit.pieces if p.ref):
        text, ref = piece
        parts = bookmark_parts(ref)
        if parts is None:
            continue
        anchor, paragraph, is_exhibit = parts
        titles = {e.id: e.title for e in exhibits()} if is_exhibit else {c.id: c.heading for c in clauses().values()}
        kind = "exhibit" if is_exhibit else "clause"
        within = f", paragraph “{paragraph}”," if paragraph else ""
        yield f"{text} is the number of the {kind} “{titles.get(anchor, anchor)}”{within} as counted in this agreement"


# ---------------------------------------------------------------------------------------------------- values
def _value(printed: str, step: Step, marked: Marked, record: Record) -> Value:
    sources = (s for name in step.names for s in source_of(name, marked.variant, record.context.get("terms")))
    return Value(printed, told(step), step.place.text, _decided(step, record), "; ".join(dict.fromkeys(sources)))


def source_of(name: str, variant: str, chosen: Mapping[str, Any] | None = None) -> Iterator[str]:
    """Where the tables of law take a value from that no proposal states."""
    head, _, rest = name.partition(".")
    if head == "terms" and rest in settings():
        yield f"setting of the master; {settings()[rest].source}"
    elif head == "notice" and chosen is not None:
        rule = rest.partition(".")[0]
        found = notices(variant, chosen).get(rule)
        if found is not None:
            yield f"table of notices, “{rule}”; {found.source}"
    elif head == "times":
        yield time_sources().get(rest, "")
    elif head in TABLES:
        yield TABLES[head]
    elif head == "document" and rest.startswith(("template", "generator")):
        yield "supplied by agreegen"


# ---------------------------------------------------------------------------------------------------- law
def law(passage: Passage, variant: str) -> Iterator[str]:
    """What the tables of law say of the clause or exhibit that a passage stands in, and of what it cites."""
    clause = clauses().get(passage.clause)
    if clause is not None:
        yield f"clause {clause.id}, from {'; '.join(clause.source)}"
        if clause.beyond:
            yield "no provision of the official agreements stands behind it; a signatory may strike it"
        for row in coverage():
            if clause.id in row.clauses:
                topic = f" ({row.topic})" if row.topic else ""
                yield f"{agreement_titles()[row.agreement]}: {row.provision}{topic}"
        yield from _text_of(clause.texts, variant)
    exhibit = next((e for e in exhibits() if e.id == passage.exhibit), None)
    if exhibit is not None:
        yield f"exhibit {exhibit.id} ({exhibit.title}), there when: {exhibit.switched}"
    for authority in authorities().values():
        if authority.citation in passage.text:
            yield f"cites {authority.citation}: {authority.title}"


def _text_of(texts: Mapping[str, str], variant: str) -> Iterator[str]:
    """Which variants print the same text."""
    own = texts[variant]
    others = [v for v in VARIANTS if v != variant and texts[v] == own and own != "own"]
    if own != "absent":
        yield f"the same text in {', '.join(others)}" if others else f"a text of {variant} alone"


# ---------------------------------------------------------------------------------------------------- plain
def plain(answers: Iterable[Answer]) -> list[dict[str, Any]]:
    """The answers as JSON can hold them."""
    from dataclasses import asdict  # noqa: PLC0415 (only for JSON)

    return [asdict(a) for a in answers]

"""Start: a pack made from an existing Word agreement: its blanks become fields, each a guess with its place."""

from __future__ import annotations

import json
import pathlib
import re
import tempfile
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from agreegen.errors import FindingsError, UsageError
from agreegen.finding import Finding, Location, Severity, has_errors
from agreegen.late import dataclass
from agreegen.package import file_name, replaced
from agreegen.packs import MASTER
from agreegen.packs.declared import BLOCK, DATE, NUMBER, ONE_OF, TEXT, YES_NO, Field
from agreegen.packs.filled import OURS
from agreegen.packs.guess import Guess, Guesses, guessed
from agreegen.template import compile as compile_template
from agreegen.template.base import pack as packed
from agreegen.template.container import opened
from agreegen.template.problem import Problems
from agreegen.workspace import PACK

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from agreegen.template import Template

EXAMPLE: Final = "-example.yaml"
"""The end of the name of the first proposal; its start is the template's."""

REVIEW: Final = "right it in template.yaml, and in the Word file if its name changes"


@dataclass(frozen=True, slots=True)
class Started:
    """A new pack: its folder, its files, its fields, and a note for each guess."""

    name: str
    folder: pathlib.Path
    files: tuple[pathlib.Path, ...]
    fields: tuple[Field, ...]
    findings: tuple[Finding, ...]
    guessed: tuple[tuple[str, str, str, str], ...] = ()
    """For each field its key, its type, what stood there, and where."""


def start(name: str, agreement: pathlib.Path, folder: pathlib.Path | None = None) -> Started:
    """A pack in a new folder: the agreement with tags for its blanks, its record, and a proposal to try it with.

    FindingsError if the Word file can't be a template.
    """
    name = file_name(name)
    here = folder or pathlib.Path(name)
    if here.exists() and (not here.is_dir() or any(here.iterdir())):
        raise UsageError(f"{here} exists and isn't an empty folder", "give another folder: --output FOLDER")
    docx, guesses, problems = _with_tags(agreement)
    template = _tried(docx)
    if has_errors((*problems, *template.findings)):
        raise FindingsError([_of(f, agreement) for f in (*problems, *template.findings)])
    tagged = [] if template.fallback else _tagged(template, docx)
    fields = [*(g.declared for g in guesses.found.values()), *(f for f, _ in tagged)]
    files = {
        MASTER: docx,
        PACK: _record(name, agreement, guesses, tagged).encode(),
        f"{name}{EXAMPLE}": _example(name, guesses, tagged).encode(),
    }
    try:
        here.mkdir(parents=True, exist_ok=True)
        for file, data in files.items():
            replaced(here / file, data)
    except OSError as error:
        raise UsageError(f"{here} can't be written: {error.strerror}", "choose another folder") from None
    notes = (*_notes(guesses, tagged, here / MASTER), *(f for f in template.findings if f.severity != Severity.NOTE))
    table = [(g.declared.key, g.declared.type, f"{_looked(g)}{_times(g)}", _place(g.where).removeprefix("in "))
             for g in guesses.found.values()]  # fmt: skip
    table += [(field.key, field.type, "a tag", _place(where).removeprefix("in ")) for field, where in tagged]
    return Started(name, here, tuple(here / file for file in files), tuple(fields), notes, tuple(table))


def _with_tags(agreement: pathlib.Path) -> tuple[bytes, Guesses, Problems]:
    problems = Problems()
    try:
        data = agreement.read_bytes()
    except OSError as error:
        raise UsageError(f"{agreement} can't be read: {error.strerror}", "name a Word file (.docx)") from None
    container = opened(data, agreement.name, problems)
    if container is None:
        raise FindingsError([_of(f, agreement) for f in problems])
    guesses = guessed(container)
    return packed(container.packed()), guesses, problems


def _tried(docx: bytes) -> Template:
    """The Word file as a template."""
    with tempfile.TemporaryDirectory(prefix="agreegen-") as folder:
        path = pathlib.Path(folder) / MASTER
        replaced(path, docx)
        return compile_template(path)


def _of(finding: Finding, agreement: pathlib.Path) -> Finding:
    return replace(finding, location=replace(finding.location, file=agreement.as_posix()))


# ------------------------------------------------------------------------------------------------ tags that are there
def _tagged(template: Template, docx: bytes) -> list[tuple[Field, Location]]:
    """The fields that tags of the agreement itself ask for, each with the place of the first."""
    tags = " ".join(_tags(docx))
    tree: dict[str, Any] = {}
    places: dict[str, Location] = {}
    for name, where in template.names:
        head, *rest = name.split(".")
        if head in OURS:
            continue
        places.setdefault(head, where)
        node = tree.setdefault(head, {})
        for part in rest:
            node = node.setdefault(part, {})
    return [(_field(head, inside, tags), places[head]) for head, inside in tree.items()]


def _field(name: str, inside: dict[str, Any], tags: str, above: str = "") -> Field:
    whole = f"{above}{name}"
    many = bool(re.search(rf"\bin\s+(?:\w+\.)*{re.escape(name)}\b", tags))
    printed = re.search(rf"\{{\{{\s*(?:r\s+)?[^}}]*\b{re.escape(name)}\b", tags)
    key = " ".join(re.findall(r"[A-Z]?[a-z0-9]+|[A-Z0-9]+", name)).lower() or "field"
    called = "" if key.replace(" ", "_") == name else name
    if inside:
        inner = tuple(_field(n, i, tags, f"{whole}.") for n, i in inside.items())
        return Field(key, BLOCK, many, fields=inner, called=called)
    dated = re.search(rf"\b{re.escape(name)}\s*\|\s*date\b", tags)
    kind = DATE if dated else TEXT if printed or many else YES_NO
    return Field(key, kind, many, called=called)


def _tags(docx: bytes) -> Iterator[str]:
    """The tags of a Word file's body, headers and footers, in one text each."""
    from agreegen.template.outline import outline  # noqa: PLC0415 (only for agreements with tags)

    yield from re.findall(r"\{[{%].*?[%}]\}", outline(docx).replace("\\", ""))


# ------------------------------------------------------------------------------------------------ files
def _record(name: str, agreement: pathlib.Path, guesses: Guesses, tagged: Sequence[tuple[Field, Location]]) -> str:
    """The template.yaml: each field with a comment that says where it comes from."""
    lines = [
        f"# Started from {agreement.name} by `agreegen templates new`. Each field below is a guess: review it.",
        f"template: {_quoted(name)}",
        'version: "1"',
        "status: started from an agreement, fields to be reviewed",
        "asks: own fields  # or `official form`: then all that the program's form asks for is required, too",
        "fields:" if guesses.found or tagged else "fields: {}",
    ]
    for guess in guesses.found.values():
        times = f", {guess.count} times, first" if guess.count > 1 else ""
        lines.append(f"  # {_looked(guess)}{times} {_place(guess.where)}")
        lines += _declared(guess.declared, 1)
    for field, where in tagged:
        lines.append(f"  # a tag of the agreement, {_place(where)}")
        lines += _declared(field, 1)
    return "\n".join(lines) + "\n"


def _declared(field: Field, depth: int) -> list[str]:
    start = "  " * depth
    lines = [f"{start}{_key(field.key)}:", f"{start}  type: {field.type}"]
    if field.called:
        lines.append(f"{start}  name: {field.called}")
    if field.choices:
        lines.append(f"{start}  choices: {json.dumps(list(field.choices), ensure_ascii=False)}")
    if field.meaning:
        lines.append(f"{start}  meaning: {_quoted(field.meaning)}")
    if field.fields:
        lines.append(f"{start}  fields:")
        lines += [line for inner in field.fields for line in _declared(inner, depth + 2)]
    return lines


def _example(name: str, guesses: Guesses, tagged: Sequence[tuple[Field, Location]]) -> str:
    """A small proposal with which the pack can be tried: each blank has the words that stood there."""
    lines = [
        f"# A first proposal for the template {name}: each blank shows what stood there. Replace all of it.",
        f"proposal: {_quoted(name.replace('-', ' ').capitalize())}",
        f"template: {_quoted(name)}",
        "provider: DHCS",
        "recipient: Alameda County",
    ]
    values = {g.declared.key: _sample(g.declared, g.looked) for g in guesses.found.values()}
    values |= {field.key: _sample(field, field.key) for field, _ in tagged}
    lines.append("extra:" if values else "extra: {}")
    lines += [f"  {_key(key)}: {json.dumps(value, ensure_ascii=False)}" for key, value in values.items()]
    return "\n".join(lines) + "\n"


def _sample(field: Field, looked: str) -> Any:
    one: Any = {DATE: "2027-01-01", YES_NO: "yes", NUMBER: 30}.get(field.kind, looked or "____")
    if field.kind == ONE_OF:
        one = looked if looked in field.choices else field.choices[0]
    if field.kind == BLOCK:
        one = {inner.key: _sample(inner, inner.key) for inner in field.fields}
    return [one] if field.many else one


def _notes(guesses: Guesses, tagged: Iterable[tuple[Field, Location]], word: pathlib.Path) -> Iterator[Finding]:
    for guess in guesses.found.values():
        message = f"{_looked(guess)}{_times(guess)} became the field '{guess.declared.key}', {guess.declared.answer}"
        yield _note("T065", guess.where, word, message, REVIEW)
    for field, where in tagged:
        message = f"a tag asks for '{field.key}', {field.answer}"
        yield _note("T065", where, word, message, "right its type in template.yaml")
    for where in dict.fromkeys(guesses.left):
        yield _note("T066", where, word, "a line stays as it is, to be signed or filled in by hand",
                    "write a tag into the Word file if it is a field")  # fmt: skip


def _looked(guess: Guess) -> str:
    return f"“{_flat(guess.looked)}”" if guess.looked else "an empty cell"


def _times(guess: Guess) -> str:
    return f" ({guess.count} times)" if guess.count > 1 else ""


def _note(code: str, where: Location, word: pathlib.Path, message: str, hint: str) -> Finding:
    return Finding(code, Severity.NOTE, replace(where, file=word.as_posix(), text=""), message, hint)


def _place(where: Location) -> str:
    return str(replace(where, file="in", text="")).replace("in: ", "in ", 1)


def _key(key: str) -> str:
    """The key as YAML reads it back: words such as yes are quoted."""
    return _quoted(key) if key in ("true", "false", "null", "yes", "no") else key


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _flat(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= 60 else words[:59] + "…"

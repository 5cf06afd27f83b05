"""Mutations: examples with one line made wrong; a finding at that line, or a proposal that still passes every rule."""

from __future__ import annotations

import functools
import pathlib
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from agreegen.finding import Finding, Severity
from agreegen.reading import Partners, read_partners, read_proposal
from agreegen.rules import Case, check

PROPOSALS = pathlib.Path(__file__).parents[1] / "proposals"
EXAMPLES = sorted(PROPOSALS.glob("*.yaml"))
KEY = re.compile(r"^(?P<indent> *)(?P<dash>- )?(?P<key>[a-z][a-z_ ]*[a-z]):(?P<value> .*)?$")
A_FILE = 60
"""Mutations of one kind and one file are drawn until there are this many of all kinds."""


@dataclass(frozen=True, slots=True)
class Mutation:
    """A changed text; `lines` are where a finding may point, from 1."""

    kind: str
    number: int
    text: str
    lines: frozenset[int]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of an example with a key: its number from 0, its parts, and the numbers of the block it stands in."""

    number: int
    text: str
    indent: str
    key: str
    value: str
    block: frozenset[int]


def blocks(lines: list[str]) -> Iterator[Line]:
    """The lines that hold a key on their own, outside texts of several lines; with the lines of their parents."""
    parents: list[tuple[int, int]] = []
    prose: int | None = None
    for number, text in enumerate(lines):
        depth = len(text) - len(text.lstrip())
        if not text.strip() or text.lstrip().startswith("#") or (prose is not None and depth > prose):
            continue
        prose = None
        found = KEY.match(text)
        if found is None:
            continue
        inner = depth + len(found["dash"] or "")
        parents = [(d, n) for d, n in parents if d < depth]
        value = (found["value"] or "").strip()
        yield Line(number, text, found["indent"] + (found["dash"] or ""), found["key"], value,
                   frozenset(n for _, n in parents))  # fmt: skip
        parents += [(depth, number), (inner, number)] if found["dash"] else [(inner, number)]
        if value in (">", "|"):
            prose = depth


def extent(lines: list[str], line: Line) -> int:
    """The number of the first line after the value of a key."""
    depth = len(line.text) - len(line.text.lstrip())
    for number in range(line.number + 1, len(lines)):
        text = lines[number]
        if text.strip() and len(text) - len(text.lstrip()) <= depth:
            return number
    return len(lines)


def _removed(lines: list[str], line: Line, _: random.Random) -> tuple[list[str], set[int]] | None:
    if line.text.lstrip().startswith("- "):
        return None
    top = next(n for n, text in enumerate(lines) if KEY.match(text))
    return lines[: line.number] + lines[extent(lines, line) :], {*line.block, top}


def _misspelt(lines: list[str], line: Line, chance: random.Random) -> tuple[list[str], set[int]]:
    at = chance.randrange(len(line.key))
    word = line.key[:at] + "q" + line.key[at + 1 :]
    return _with(lines, line, line.indent + word + line.text[len(line.indent) + len(line.key) :])


def _with(lines: list[str], line: Line, text: str) -> tuple[list[str], set[int]]:
    return [*lines[: line.number], text, *lines[line.number + 1 :]], {line.number, *line.block}


def _list_for_text(lines: list[str], line: Line, _: random.Random) -> tuple[list[str], set[int]] | None:
    if not line.value or line.value[0] in ">|[{":
        return None
    return _with(lines, line, f"{line.indent}{line.key}: [[1, 2], {{a: b}}]")


def _impossible_date(lines: list[str], line: Line, _: random.Random) -> tuple[list[str], set[int]] | None:
    found = re.search(r"\d{4}-\d{2}-\d{2}", line.text)
    return _with(lines, line, line.text.replace(found[0], f"{found[0][:4]}-02-30", 1)) if found else None


def _end_first(lines: list[str], line: Line, _: random.Random) -> tuple[list[str], set[int]] | None:
    text = re.sub(r"\bend: \d{4}", "end: 1999", line.text)
    return _with(lines, line, text) if text != line.text else None


def _doubled(lines: list[str], line: Line, _: random.Random) -> tuple[list[str], set[int]] | None:
    if line.text.lstrip().startswith("- ") or extent(lines, line) != line.number + 1:
        return None
    return [*lines[: line.number + 1], line.text, *lines[line.number + 1 :]], {line.number, line.number + 1}


def _indented(lines: list[str], line: Line, chance: random.Random) -> tuple[list[str], set[int]]:
    moved, allowed = _with(lines, line, " " * chance.choice((1, 3, 7)) + line.text)
    return moved, {*allowed, line.number - 1, line.number + 1, extent(lines, line)}


def _tab(lines: list[str], line: Line, _: random.Random) -> tuple[list[str], set[int]]:
    moved, allowed = _with(lines, line, "\t" + line.text)
    return moved, {*allowed, line.number - 1}


def _quote_opened(lines: list[str], line: Line, _: random.Random) -> tuple[list[str], set[int]] | None:
    if not line.value or line.value[0] in ">|[{\"'":
        return None
    moved, _allowed = _with(lines, line, f'{line.indent}{line.key}: "{line.value}')
    return moved, set(range(line.number, len(lines) + 1))  # the next quotation mark, or the end, is where it shows


def _colon(lines: list[str], line: Line, _: random.Random) -> tuple[list[str], set[int]] | None:
    if not line.value or line.value[0] in ">|[{\"'":
        return None
    return _with(lines, line, f"{line.indent}{line.key}: Note: {line.value}")


def _no_space(lines: list[str], line: Line, _: random.Random) -> tuple[list[str], set[int]] | None:
    if not line.value:
        return None
    moved, allowed = _with(lines, line, f"{line.indent}{line.key}:{line.value}")
    return moved, {*allowed, *range(line.number - 1, extent(lines, line) + 1)}  # it runs into the lines below


def _emptied(lines: list[str], line: Line, _: random.Random) -> tuple[list[str], set[int]] | None:
    if not line.value:
        return None
    after = extent(lines, line)
    moved = [*lines[: line.number], f"{line.indent}{line.key}:", *lines[after:]]
    if line.key == "required by law":  # without it the long form is asked for, all over the file
        return moved, set(range(len(lines)))
    return moved, {line.number, *line.block}


def _bracket(lines: list[str], line: Line, _: random.Random) -> tuple[list[str], set[int]] | None:
    if line.text.rstrip()[-1:] not in tuple("]}"):
        return None
    moved, _allowed = _with(lines, line, line.text.rstrip()[:-1])
    return moved, set(range(line.number, len(lines) + 1))


def _unknown_party(lines: list[str], line: Line, _: random.Random) -> tuple[list[str], set[int]] | None:
    if line.key not in ("recipient", "provider", "party") or not line.value or len(line.block) > 1:
        return None
    return _with(lines, line, f"{line.indent}{line.key}: Department of Nowhere")


def _wrong_word(lines: list[str], line: Line, _: random.Random) -> tuple[list[str], set[int]] | None:
    if line.key not in ("action", "hipaa status", "kind", "public", "method", "relationship", "classification", "type"):
        return None
    return _with(lines, line, f"{line.indent}{line.key}: perhaps")


def _block_for_text(lines: list[str], line: Line, _: random.Random) -> tuple[list[str], set[int]] | None:
    if not line.value or line.value[0] in ">|[{":
        return None
    return _with(lines, line, f"{line.indent}{line.key}: {{unheard of: 1}}")


def _alias(lines: list[str], line: Line, _: random.Random) -> tuple[list[str], set[int]] | None:
    return _with(lines, line, f"{line.indent}{line.key}: *other") if line.value else None


def _control(lines: list[str], line: Line, _: random.Random) -> tuple[list[str], set[int]] | None:
    return _with(lines, line, line.text + "\x07") if line.value else None


Change = Callable[[list[str], Line, random.Random], "tuple[list[str], set[int]] | None"]
CHANGES: tuple[Change, ...] = (
    _removed, _misspelt, _list_for_text, _impossible_date, _end_first, _doubled, _indented, _tab, _quote_opened,
    _colon, _no_space, _emptied, _bracket, _unknown_party, _wrong_word, _block_for_text, _alias, _control,
)  # fmt: skip


@functools.cache
def mutations(path: pathlib.Path) -> tuple[Mutation, ...]:
    """The mutations of an example: of each kind a few lines, always the same."""
    lines = path.read_text(encoding="utf-8").splitlines()
    chance = random.Random(path.name)
    found: list[Mutation] = []
    for change in CHANGES:
        made: list[Mutation] = []
        for line in blocks(lines):
            result = change(lines, line, chance)
            if result is not None:
                changed, at = result
                text = "\n".join(changed) + "\n"
                made.append(Mutation(change.__name__.strip("_"), line.number, text, frozenset(n + 1 for n in at)))
        found += chance.sample(made, min(len(made), A_FILE // 4))
    return tuple(found)


@functools.cache
def partners() -> Partners:
    return read_partners(PROPOSALS / "partners")


def findings_of(text: str, path: pathlib.Path) -> list[Finding]:
    """The findings about a changed proposal, read as if it stood beside the example."""
    path.write_text(text, encoding="utf-8", newline="\n")
    reading = read_proposal(path, partners(), "alameda-county")
    found = list(reading.findings)
    if reading.proposal is None:
        assert found, "no proposal, and nobody says why"
        return found
    return found + check(Case.of(reading.proposal, reading.source))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """A folder with the CSV files of the examples."""
    made = tmp_path_factory.mktemp("mutations")
    for table in PROPOSALS.glob("*.csv"):
        (made / table.name).write_bytes(table.read_bytes())
    return made


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda p: p.stem)
def test_mutations_are_found_where_they_are(path: pathlib.Path, folder: pathlib.Path) -> None:
    before = {(f.code, f.message) for f in findings_of(path.read_text(encoding="utf-8"), folder / path.name)}
    assert not [f for f in before if "P001" in f], "an example is complete"
    elsewhere: list[str] = []
    seen: Counter[bool] = Counter()
    for mutation in mutations(path):
        found = [f for f in findings_of(mutation.text, folder / path.name) if (f.code, f.message) not in before]
        seen[bool(found)] += 1
        errors = [f for f in found if f.severity is Severity.ERROR] or found
        if errors and not any(f.location.line in mutation.lines for f in errors):
            changed = mutation.text.splitlines()[mutation.number] if mutation.kind != "removed" else ""
            elsewhere.append(f"{mutation.kind} on line {mutation.number + 1} {changed!r}: "
                             f"{[f'{f.location.line} {f.code} {f.message}' for f in errors[:3]]}")  # fmt: skip
    assert elsewhere == []
    assert seen[True] + seen[False] == len(mutations(path))
    assert seen[True] >= 3 * seen[False], f"{seen[False]} of {len(mutations(path))} went unseen"


def test_there_are_enough_mutations_of_every_kind() -> None:
    kinds = Counter(m.kind for path in EXAMPLES for m in mutations(path))
    assert sum(kinds.values()) >= 200
    assert set(kinds) == {c.__name__.strip("_") for c in CHANGES}


def test_mutations_are_always_the_same() -> None:
    mutations.cache_clear()
    first = mutations(EXAMPLES[0])
    mutations.cache_clear()
    assert mutations(EXAMPLES[0]) == first
    assert all(m.text != EXAMPLES[0].read_text(encoding="utf-8") for m in first)

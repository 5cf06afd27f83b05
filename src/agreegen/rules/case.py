"""Case: what a rule looks at, and the way from a field to its line."""

from __future__ import annotations

import datetime as dt
import inspect
import re
from dataclasses import field
from typing import TYPE_CHECKING, Any

from agreegen.agreement import SIDES, standing_of
from agreegen.answer import NONE_WORDS, spaced
from agreegen.finding import Finding, Severity
from agreegen.late import dataclass
from agreegen.reading import Path, Source, dotted, place_of, plain_key
from agreegen.sharing import Watched, question, watching

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from agreegen.agreement import Standing
    from agreegen.finding import Location
    from agreegen.proposal import Proposal

    Place = tuple[str | int, ...]
    Texts = tuple[tuple[Place, str], ...]


@dataclass(frozen=True, slots=True)
class Case:
    """A proposal with the variant and program that its parties call for, and the source that gives places."""

    proposal: Proposal
    source: Source
    variant: str
    program: str
    terms: Mapping[str, Any] = field(default_factory=dict)
    facts: Mapping[str, bool] = field(default_factory=dict)
    plain: Mapping[str, Any] = field(default_factory=dict)
    _written: dict[Any, Texts] = field(default_factory=dict, repr=False, compare=False)
    _joined: dict[tuple[str, int], str] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def of(cls, proposal: Proposal, source: Source, known: Standing | None = None) -> Case:
        """The case of a proposal, with the settings and facts that conditions ask for."""
        known = known or standing_of(proposal)
        return cls(proposal, source, known.variant, known.program, known.terms, known.facts, proposal.model_dump())

    def at(self, *path: str | int) -> Location:
        """The place of a field, or of the block that it belongs to."""
        plain: Path = tuple(plain_key(p) if isinstance(p, str) else p for p in path)
        return place_of(self.source, plain).location(dotted(plain))

    def texts(self, wanted: Wanted, *, parties: bool = True) -> Iterator[tuple[Place, str]]:
        """Every text of the proposal that is wanted, with its path, in the order of the fields."""
        for name in type(self.proposal).model_fields:
            if name not in SIDES:
                yield from (found for found in self._of_exchange()[name] if wanted.is_at(*found))
            else:
                for index, party in enumerate(getattr(self.proposal, name) if parties else ()):
                    if type(party) is Watched:
                        self.keep_closed(is_silent(self, name, index, wanted))
                    else:
                        yield from (found for found in self.of_party(name, index) if wanted.is_at(*found))

    def _of_exchange(self) -> dict[Any, Texts]:
        """The texts of each field that isn't a side, with their paths."""
        if "proposal" not in self._written:
            plain = self.proposal.model_dump(mode="json", exclude=set(SIDES))
            self._written.update({name: tuple(texts(value, (name,))) for name, value in plain.items()})
        return self._written

    def of_party(self, side: str, index: int) -> Texts:
        """The texts of a party, with their paths."""
        found = self._written.get((side, index))
        if found is None:
            found = self._written[side, index] = tuple(texts(self.plain[side][index], (side, index)))
        return found

    def said_by(self, side: str, index: int) -> str:
        """All that a party says, in lower case, between line breaks."""
        found = self._joined.get((side, index))
        if found is None:
            said: list[str] = []
            _say(self.plain[side][index], said)
            found = self._joined[side, index] = _lines(said)
        return found

    def keep_closed(self, closed: bool) -> None:
        """Ends a watch, if what the party at hand answers makes it necessary to look at the party itself."""
        record = watching(self)
        if record is not None and not closed:
            raise record.end()

    def says(self, *path: str | int) -> bool:
        """True when the file has this field, whatever its value."""
        self.keep_closed(path[0] not in SIDES)
        return tuple(plain_key(p) if isinstance(p, str) else p for p in path) in self.source.places

    def says_no(self, *path: str | int) -> bool:
        """True when the file answers this field with yes or no, which the model may keep as nothing."""
        plain = tuple(plain_key(p) if isinstance(p, str) else p for p in path)
        node: Any = self.source.data
        for part in plain:
            if isinstance(part, int):
                node = node[part] if isinstance(node, list) and part < len(node) else None
            else:
                known = {plain_key(k): v for k, v in node.items()} if isinstance(node, dict) else {}
                node = known.get(part)
        return isinstance(node, bool) or (isinstance(node, str) and node.strip().lower() in ("no", "n", *NONE_WORDS))


@question
def is_silent(case: Case, side: str, index: int, wanted: Wanted) -> bool:
    """True where no text of a party is wanted."""
    if wanted.words:
        said = case.said_by(side, index)
        if said.isascii() and wanted.has_none(said):
            return True
    return not any(wanted.is_at(*found) for found in case.of_party(side, index))


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a rule looks for in a text: one of some words, in lower case, must be in it; then a function looks.

    In words, a line break is where a text begins or ends.

    Where no words are named, and in texts that aren't ASCII, the function always looks.
    """

    inspected: Callable[[str], Any]
    words: tuple[str, ...] = ()
    skipped: frozenset[str] = frozenset()
    """Keys whose texts aren't looked at."""

    def is_at(self, path: Place, text: str) -> bool:
        """True where the text of a path is wanted."""
        return path[-1] not in self.skipped and self.is_in(text)

    def has_none(self, low: str) -> bool:
        """True where none of the words is in a text in lower case."""
        for word in self.words:  # noqa: SIM110 (it is asked of every partner, and `any` takes longer)
            if word in low:
                return False
        return True

    def is_in(self, text: str) -> bool:
        """True where the function finds something."""
        if self.words and text.isascii():
            low = _lines([text])
            if self.has_none(low):
                return False
        return bool(self.inspected(text))


def _lines(said: list[str]) -> str:
    """Texts in lower case, each between line breaks."""
    return "\n".join(["", *[text.strip() for text in said], ""]).lower()


def _say(value: Any, said: list[str]) -> None:
    """Adds every text of a value, as `texts` has them."""
    if type(value) is not dict:
        said += [text for _, text in texts(value)]
        return
    for inner in value.values():
        kind = type(inner)
        if kind is str:
            said.append(inner)
        elif inner is not None and kind is not bool and kind is not int:
            _say(inner, said)


def texts(value: Any, path: Place = ()) -> Iterator[tuple[Place, str]]:
    """Every text of a value as JSON has it, with its path."""
    if isinstance(value, str):
        yield path, str(value)
    elif isinstance(value, dt.date):
        yield path, value.isoformat()
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from texts(inner, (*path, key))
    elif isinstance(value, list | tuple):
        for index, inner in enumerate(value):
            yield from texts(inner, (*path, index))


Found = tuple[tuple[str | int, ...], str, str]
"""What a rule yields: the path of the field, the message, the hint."""


class Documented:
    """A rule whose function's docstring tells what, why, bad and good."""

    __slots__ = ()
    find: Callable[..., Any]

    @property
    def title(self) -> str:
        """The first sentence of the docstring."""
        return self.text.split("\n", 1)[0]

    @property
    def text(self) -> str:
        """The docstring without indentation."""
        return inspect.cleandoc(self.find.__doc__ or "")

    def part(self, name: str) -> str:
        """The part of the docstring under `Why:`, `Bad:` or `Good:`."""
        found = re.search(rf"^{name}:[ \n](.*?)(?=^(?:Why|Bad|Good|Source):|\Z)", self.text, re.S | re.M)
        return inspect.cleandoc("\n" + found[1]).strip("\n") if found else ""


@dataclass(frozen=True, slots=True)
class Rule(Documented):
    """A rule with its code, its severity, and the function whose docstring tells what, why, bad and good."""

    code: str
    severity: Severity
    find: Callable[[Case], Iterator[Found]]

    def check(self, case: Case) -> list[Finding]:
        """The findings of this rule."""
        return [self.finding(case, found) for found in self.find(case)]

    def finding(self, case: Case, found: Found) -> Finding:
        """What the rule has found, at its place."""
        path, message, hint = found
        place = case.at(*path)
        return Finding(self.code, self.severity, place, message, _for_rows(path, hint) if place.cell else hint)


def _for_rows(path: tuple[str | int, ...], hint: str) -> str:
    """The hint for a partner of a list: it has columns and no lines of YAML."""
    _, example, source = hint.partition(", as an example")
    keys = [p for p in path if isinstance(p, str)]
    name = ".".join(spaced(k) for k in (keys[1:] if keys[0] in ("provider", "recipient") else keys))
    return f"fill in the column `{name}` of the list{source}" if example else hint

"""Grouping: the findings of many partners, each told once, with how many it concerns and who they are."""

from __future__ import annotations

import functools
import re
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from agreegen.batch.told import own_findings
from agreegen.finding import Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from agreegen.batch.entry import Entry
    from agreegen.finding import Finding

_ORDER: Final = tuple(Severity)
_QUOTED: Final = re.compile(r"(?<!\w)'[^']*'(?!\w)|\"[^\"]*\"")
_NUMBER: Final = re.compile(r"\d+")
_LEFT_OUT: Final = "\u2026"
_EMPTY: Final = re.compile(rf"'{_LEFT_OUT}'|\"{_LEFT_OUT}\"")
_NAME: Final = 3  # letters; what is shorter may be a word of the sentence
_INITIALS: Final = 5  # letters; an id of so few is perhaps the initials: dhcs, DHCS
_BETWEEN: Final = frozenset({"of", "the", "and"})
_APART: Final = 5  # of one partner: more that differ only in a word are told as one
_PLACES: Final = 3
_JOINS: Final = frozenset({" ", "-"})


@dataclass(frozen=True, slots=True)
class Case:
    """What concerns one partner: its name, and the place as text; `others` are further places of the same."""

    name: str
    place: str
    others: tuple[str, ...] = ()

    @property
    def at(self) -> str:
        """The place, or how many there are, with the first few."""
        if not self.others:
            return self.place
        places = (self.place, *self.others)
        more = len(places) - _PLACES
        return f"{len(places):,} places: {', '.join(places[:_PLACES])}" + (f" and {more:,} more" if more > 0 else "")


@dataclass(frozen=True, slots=True)
class Group:
    """Findings that say the same: words in which they differ are left out of `message` and `hint`.

    `cases` has one case for each partner, in the order in which they came; `occurrences` counts all.
    """

    code: str
    severity: Severity
    message: str
    hint: str
    cases: tuple[Case, ...]
    occurrences: int

    @property
    def place(self) -> str:
        """The place, or the places, if all cases have the same."""
        places = {case.at for case in self.cases}
        return places.pop() if len(places) == 1 else ""


def grouped(findings: Iterable[tuple[str, str, Finding]]) -> tuple[Group, ...]:
    """The groups, errors first, then those of most partners; each item is a partner's id, its name and a finding."""
    found: dict[tuple[object, ...], list[tuple[str, str, Finding]]] = {}
    known: dict[int, tuple[Finding, tuple[object, ...]]] = {}  # by id(): what many share is looked at once
    for partner, name, finding in findings:
        own = any(word in finding.message for word in _words((name, partner)))
        held = None if own else known.get(id(finding))
        signature = held[1] if held else _signature(finding, (name, partner))
        if not own:
            known[id(finding)] = (finding, signature)
        found.setdefault(signature, []).append((partner, name, finding))
    groups = [_group(lot) for items in found.values() for lot in _lots(items)]
    return tuple(sorted(groups, key=lambda g: (_ORDER.index(g.severity), -len(g.cases), g.code, g.message)))


def groups_of(entries: Iterable[Entry]) -> tuple[Group, ...]:
    """The groups of everything that was found about these agreements, but for what is told of all of them at once."""
    return grouped((entry.partner, entry.name, finding) for entry in entries for finding in own_findings(entry))


def lines(groups: Sequence[Group], *, few: int = 3) -> list[str]:
    """`41 partners: error[P001] notices.email is missing`, with the remedy, and the first few names and places."""
    told = []
    for group in groups:
        told.append(f"{counted(len(group.cases))}: {group.severity}[{group.code}] {group.message}")
        told.append(f"  {named(group, few)}")
        if group.hint:
            told.append(f"  hint: {group.hint}")
    return told


def named(group: Group, few: int) -> str:
    """The first few names of a group with their places; a place that all share is told once."""
    shown = group.cases if len(group.cases) <= few + 1 else group.cases[:few]
    shared = group.place
    names = [c.name if shared or not c.place else f"{c.name} ({c.at})" for c in shown]
    more = len(group.cases) - len(shown)
    text = parting([c.name for c in shown]).join(names) + (f" and {more:,} more" if more else "")
    return f"{text}; at {shared}" if shared else text


def listed(words: Sequence[str], few: int) -> str:
    """`A, B, C and 2 more`: the first few, and how many more there are."""
    more = len(words) - few
    return parting(words[:few]).join(words[:few]) + (f" and {more:,} more" if more > 0 else "")


def parting(words: Iterable[str]) -> str:
    """What stands between words: a comma, or a semicolon where one of them has a comma itself."""
    return "; " if any("," in word for word in words) else ", "


def counted(partners: int) -> str:
    """`41 partners`."""
    return f"{partners:,} partner{'s' if partners != 1 else ''}"


def as_json(groups: Sequence[Group]) -> list[dict[str, Any]]:
    """The groups as plain values: all of a case, nothing cut."""
    return [{**asdict(group), "severity": str(group.severity),
             "cases": [{k: v for k, v in asdict(c).items() if v != ()} for c in group.cases]}
            for group in groups]  # fmt: skip


def _lots(items: list[tuple[str, str, Finding]]) -> list[list[tuple[str, str, Finding]]]:
    """The findings together; a few of one partner alone that don't say quite the same, each for itself."""
    if len(items) == 1 or len({partner for partner, _, _ in items}) > 1:
        return [items]
    apart: dict[tuple[str, str], list[tuple[str, str, Finding]]] = {}
    for item in items:
        apart.setdefault((item[2].message, item[2].hint), []).append(item)
    return [*apart.values()] if len(apart) <= _APART else [items]


def _group(items: Sequence[tuple[str, str, Finding]]) -> Group:
    first = items[0][2]
    names: dict[str, str] = {}
    places: dict[str, dict[str, None]] = {}
    for partner, name, finding in items:
        names.setdefault(partner, name or partner)
        places.setdefault(partner, {})[str(finding.location)] = None
    cases = [_case(names[partner], [place for place in found if place]) for partner, found in places.items()]
    message = _common([(f.message, (name, partner)) for partner, name, f in items])
    hint = _common([(f.hint, (name, partner)) for partner, name, f in items])
    return Group(first.code, first.severity, message, hint, tuple(cases), len(items))


def _case(name: str, places: Sequence[str]) -> Case:
    return Case(name, places[0], tuple(places[1:])) if places else Case(name, "")


def _common(texts: Sequence[tuple[str, tuple[str, ...]]]) -> str:
    """The text, if all are the same; else what they have in common, with an ellipsis for what differs."""
    several = {text for text, _ in texts}
    if len(several) == 1:
        return several.pop()
    patterns = {_pattern(text, names) for text, names in texts}
    return _with_shared(patterns.pop(), several) if len(patterns) == 1 else texts[0][0]


def _with_shared(pattern: str, texts: Iterable[str]) -> str:
    """The pattern with those quoted words that all the texts have, such as the field that is wrong."""
    quoted = [{*words} for words in zip(*(_QUOTED.findall(text) for text in texts), strict=True)]
    if len(_EMPTY.findall(pattern)) != len(quoted):
        return pattern
    words = iter(quoted)
    return _EMPTY.sub(lambda m: found.pop() if len(found := next(words)) == 1 else m[0], pattern)


def _signature(finding: Finding, names: tuple[str, ...]) -> tuple[object, ...]:
    """What two findings have in common that say the same of two partners."""
    place = finding.location
    return (finding.severity, finding.code, _NUMBER.sub("", place.path), place.part, _pattern(finding.message, names))


def _pattern(text: str, names: tuple[str, ...]) -> str:
    """The text without what calls the partner, without what is quoted, and without numbers."""
    text = _QUOTED.sub(lambda m: f"{m[0][0]}{_LEFT_OUT}{m[0][0]}", text)
    return _NUMBER.sub(_LEFT_OUT, _anonymous(text, _words(names)))


@functools.lru_cache(maxsize=64)
def _words(names: tuple[str, ...]) -> frozenset[str]:
    """The words by which a partner is called, in whatever order: County of Trinity, Trinity County."""
    said = [word for name in names for word in re.split(r"[\W_]+", name)]
    words = [word for word in said if len(word) >= _NAME or word[:1].isupper()]
    capital = {word if word[:1].isupper() else word.capitalize() for word in words}
    return frozenset({*capital, *(word.upper() for word in words if word.islower() and len(word) <= _INITIALS)})


def _anonymous(text: str, own: frozenset[str]) -> str:
    """The text with an ellipsis for each stretch of the partner's own words."""
    tokens = re.split(r"(\W+)", text)  # a word, what separates, a word ...
    if own.isdisjoint(tokens):
        return text
    told: list[str] = []
    at = 0
    while at < len(tokens):
        end = at
        for place in range(at, len(tokens), 2):
            if tokens[place] in own:
                end = place + 1
            elif tokens[place] not in _BETWEEN or place == at:
                break
            if place + 1 < len(tokens) and tokens[place + 1] not in _JOINS:
                break
        told.append(_LEFT_OUT if end > at else tokens[at])
        end = max(end, at + 1)
        told += tokens[end : end + 1]
        at = end + 1
    return "".join(told)

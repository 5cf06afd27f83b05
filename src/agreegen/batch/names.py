"""Names of partners in words that all partners get: what was written for one of them, and is printed for the others."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from agreegen.batch.grouping import listed
from agreegen.finding import Finding, Location, Severity, plain_key

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Mapping, Sequence

    from agreegen.reading.listed import Listed

_FIELDS: Final = ("legal name", "short name")
_WORD: Final = re.compile(r"\w+")
_LETTERS: Final = re.compile(r"[^\W\d_]+")
_SHORTEST: Final = 5  # letters: what is shorter may be any word
_MOST: Final = 5  # texts of one proposal that are told one by one
_REFERENCE: Final = "reference"
_COUNTY: Final = " County"
_OF: Final = ("County of ", "City of ")
_PLACE: Final = re.compile(f"{_COUNTY}$|^(?:{'|'.join(_OF)})")
_HINT: Final = "write it so that it is true of each, or give the partners a column for it (an override)"


def foreign(partners: Sequence[Listed], proposals: Mapping[pathlib.Path, Mapping[str, str]]) -> tuple[Finding, ...]:
    """A warning for each text of a proposal that names a partner, where there are others besides.

    `proposals` has the texts of each proposal by their dotted names.
    """
    if len(partners) < 2:
        return ()
    names = {name for partner in partners for name in _names(partner)}
    found: list[Finding] = []
    for path, texts in proposals.items():
        words = {word for text in texts.values() for word in _WORD.findall(text)}
        possible = {name for name in names if (first := _WORD.match(name)) and first[0] in words}
        named = [(field, name) for field, text in texts.items() for name in _named(text, possible)]
        if all(field != _REFERENCE for field, _ in named) and any(not _has_own(partner) for partner in partners):
            named = [*((_REFERENCE, name) for name in _coded(texts.get(_REFERENCE, ""), names)), *named]
        shown = named if len(named) <= _MOST + 1 else named[:_MOST]
        found += [_finding(path, field, name, len(partners)) for field, name in shown]
        if rest := named[len(shown) :]:
            found.append(_more(path, rest, len(partners)))
    return tuple(found)


def _names(partner: Listed) -> list[str]:
    record = partner.record if "legal name" in partner.record else partner.whole()
    said = [record.get(field) for field in _FIELDS]
    return [name for name in said if isinstance(name, str) and len(name) >= _SHORTEST]


def _named(text: str, names: set[str]) -> list[str]:
    """The longest name of a text, if it names a partner."""
    found = [name for name in names if name in text and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text)]
    return sorted(found, key=len)[-1:]


def _has_own(partner: Listed) -> bool:
    """Whether a partner has a reference of its own."""
    return any(plain_key(key) == _REFERENCE for key in partner.overrides)


def _coded(reference: str, names: set[str]) -> list[str]:
    """The longest name of a place that a reference holds, as references write it: ALAMEDA for Alameda County."""
    if not reference:
        return []
    plain = " ".join(_LETTERS.findall(reference.casefold()))
    places = {name: _PLACE.sub("", name).casefold() for name in names if name.endswith(_COUNTY) or name.startswith(_OF)}
    found = [name for name, place in places.items() if re.search(rf"(?<!\w){re.escape(place)}(?!\w)", plain)]
    return sorted(found, key=lambda name: (len(name), name))[-1:]


def _finding(path: pathlib.Path, field: str, name: str, count: int) -> Finding:
    message = f"'{field}' names {name}, and is printed for all {count:,} partners"
    return Finding("B013", Severity.WARNING, Location(path.as_posix(), path=field), message, _HINT)


def _more(path: pathlib.Path, rest: Sequence[tuple[str, str]], count: int) -> Finding:
    """What is told of the further texts: how many, which, and whom they name."""
    fields = listed([f"'{field}'" for field, _ in rest], _MOST)
    names = listed([*dict.fromkeys(name for _, name in rest)], _MOST)
    message = f"and {len(rest):,} more texts ({fields}) name {names}, and are printed for all {count:,} partners"
    return Finding("B013", Severity.WARNING, Location(path.as_posix(), path=rest[0][0]), message, _HINT)

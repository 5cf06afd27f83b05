"""Legal authorities: the catalogue, found by id or by any common form of the citation."""

from __future__ import annotations

import difflib
import functools
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from agreegen.late import dataclass
from agreegen.law.tables import table

if TYPE_CHECKING:
    from collections.abc import Mapping

_CODES = (
    (r"(?:civ|civil)", "civil code"),
    (r"(?:gov|govt|government)", "government code"),
    (r"(?:h ?and ?s|hsc|health and safety)", "health and safety code"),
    (r"(?:w ?and ?i|wic|welf and inst|welfare and institutions)", "welfare and institutions code"),
    (r"(?:ed|educ|education)", "education code"),
    (r"(?:ccp|code of civil procedure)", "code of civil procedure"),
)
_NOISE = r"\b(?:california|sections?|secs?|subdivisions?|subds?|subsections?|et seq|and following|title)\b"


@dataclass(frozen=True, slots=True)
class Authority:
    """One statute, regulation, manual or standard; `verified` is the day on which its source was read, or None."""

    id: str
    citation: str
    title: str
    applies_when: str
    allows: str
    clauses: tuple[str, ...]
    exhibits: tuple[str, ...]
    fields: tuple[str, ...]
    notes: str
    source: str
    verified: str | None
    supersedes: tuple[str, ...]
    also: tuple[str, ...]


@functools.cache
def authorities() -> Mapping[str, Authority]:
    """Every authority by its id."""
    found = {}
    for row in table("authorities"):
        brings = row["brings"]
        found[row["id"]] = Authority(
            id=row["id"],
            citation=row["citation"],
            title=row["title"],
            applies_when=row["applies_when"],
            allows=row.get("allows", ""),
            clauses=tuple(brings.get("clauses", ())),
            exhibits=tuple(brings.get("exhibits", ())),
            fields=tuple(brings.get("fields", ())),
            notes=row.get("notes", ""),
            source=row["source"],
            verified=None if row["verified"] == "unverified" else row["verified"],
            supersedes=tuple(row.get("supersedes", ())),
            also=tuple(row.get("also", ())),
        )
    return found


@functools.lru_cache(maxsize=4096)
def citation_key(citation: str) -> str:
    """The citation in one form: `Civ. Code § 1798.24, subd. (e)` and `Civil Code section 1798.24(e)` have one key."""
    text = citation.casefold().replace("§", " ").replace("&", " and ").replace("\N{EN DASH}", "-")
    text = re.sub(r"(?<=[a-z])\.|[,;]", " ", text)
    text = re.sub(r"\s+", " ", re.sub(r"u s c\b", "usc", re.sub(r"c f r\b", "cfr", text)))
    text = re.sub(_NOISE, " ", text)
    text = re.sub(r"\bsam\b", "state administrative manual", re.sub(r"\(sam\)|\(simm\)", " ", text))
    text = re.sub(r"\bstatewide information management manual\b", "simm", text)
    text = re.sub(r"\bspecial publication\b", "sp", re.sub(r"\birc\b", "26 usc", text))
    for pattern, code in _CODES:
        text = re.sub(rf"\b{pattern} (?:code )?(?=\d|\()", f"{code} ", " ".join(text.split()))
    return re.sub(r"\.(?= |$)|\s+(?=\()", "", " ".join(text.split())).replace(" ", "")


@functools.cache
def _index() -> dict[str, tuple[str, str]]:
    """For the key of each citation the id of its entry and the citation in full words."""
    index: dict[str, tuple[str, str]] = {}
    for authority in authorities().values():
        index.setdefault(citation_key(authority.citation), (authority.id, authority.citation))
    for authority in authorities().values():
        for other in authority.also:
            index.setdefault(citation_key(other), (authority.id, other))
    return index


@functools.lru_cache(maxsize=4096)
def find_authority(text: str) -> Authority | None:
    """The authority with that id or citation, in any common form; None if the catalogue lacks it.

    `citation` is what was asked for, in full words: a subdivision keeps its own citation under the entry's title.
    """
    name = text.strip()
    by_id = authorities().get(name.casefold().replace("-", "_").replace(" ", "_"))
    if by_id is not None:
        return by_id
    id_, citation = _index().get(citation_key(name), ("", ""))
    return replace(authorities()[id_], citation=citation) if id_ else _subdivision(name)


def _subdivision(name: str) -> Authority | None:
    """The entry of the section whose subdivision is asked for, under that citation; what it allows isn't known.

    An entry stands for its own citation's subdivisions, and for those of a whole section that it covers: not for the
    neighbors of a subdivision that it merely covers, too.
    """
    key = citation_key(name)
    found = re.search(r"(?:\(\w+\))+\Z", key)
    if found is None:
        return None
    number = found[0].count("(")
    parts = [f"({part})" for part in re.findall(r"\(\s*(\w+)\s*\)", name)[-number:]]
    for kept in range(number - 1, -1, -1):
        rest = "".join(parts[kept:])
        id_, citation = _index().get(key[: len(key) - len(rest)], ("", ""))
        if id_:
            entry = authorities()[id_]
            whole = citation == entry.citation or not citation.endswith(")")
            covered = whole and re.search(r"[\d)]\Z", citation)
            return replace(entry, citation=citation + rest, allows="") if covered else None
    return None


def nearest_authorities(text: str, most: int = 3) -> tuple[Authority, ...]:
    """The authorities whose id or citation is nearest, best first."""
    names = {**{id_: id_ for id_ in authorities()}, **{key: id_ for key, (id_, _) in _index().items()}}
    close = [
        *difflib.get_close_matches(text.strip().casefold().replace(" ", "_"), list(authorities()), n=most, cutoff=0.6),
        *difflib.get_close_matches(citation_key(text), list(_index()), n=most, cutoff=0.7),
    ]
    return tuple(authorities()[id_] for id_ in dict.fromkeys(names[name] for name in close))[:most]

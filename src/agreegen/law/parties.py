"""Parties of the shipped lists: departments, counties and campuses, found by any of their names."""

from __future__ import annotations

import functools
import re
import unicodedata
from typing import TYPE_CHECKING, Any

from agreegen.answer import code_word, spaced
from agreegen.finding import nearest, plain_key
from agreegen.law.tables import table

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

_LISTS = ("calhhs", "idea", "counties", "uc", "csu")
_ODD = re.compile(r"[^a-z0-9 ]")
_LETTERS = {n: None for n in range(128) if not (chr(n).islower() or chr(n).isdigit())}
_COPIED = ("short_name", "county", "campus", "contracting_party", "parent_agency")


def _key(name: str) -> str:
    """The name without case, accents, punctuation, `the`, and with `and` for `&`."""
    plain = name.casefold().replace("&", " and ")
    if not plain.isascii():
        plain = "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))
    words = _ODD.sub("", plain.replace("-", " ").replace("/", " "))
    return " ".join(words.removeprefix("the ").split())


def _record(row: Mapping[str, str]) -> dict[str, Any]:
    """The fields of a party record that the list knows for certain."""
    record: dict[str, Any] = {
        "id": _key(row.get("short_name") or row["legal_name"]).replace(" ", "-"),
        "legal_name": row["legal_name"],
        "kind": row["kind"],
    }
    record |= {field: row[field] for field in _COPIED if row.get(field)}
    if row.get("chhs_agreement_signatory") == "yes":
        record["chhs_agreement_signatory"] = True
    if row.get("idea_signatory") == "yes":
        record["idea_signatory"] = {"signed": True}
    if row["kind"] == "county":
        record |= {
            "governing_body": {"name": f"Board of Supervisors of the {row['legal_name']}"},
            "clerk": "Clerk of the Board of Supervisors",
            "counsel": {"title": row["counsel"]},
        }
    return record


def _names(row: Mapping[str, str]) -> list[str]:
    legal = row["legal_name"]
    names = [legal, row.get("short_name", ""), row.get("listed_as", ""), *row.get("aliases", "").split("; ")]
    if row["kind"] in {"calhhs_entity", "state_agency"}:
        names += [f"California {legal}", f"California State {legal}", f"State {legal}", f"State of California {legal}"]
    return [name for name in names if name]


@functools.cache
def _index() -> dict[str, Mapping[str, str]]:
    index: dict[str, Mapping[str, str]] = {}
    for name in _LISTS:
        for row in table("lists")[name]:
            for alias in _names(row):
                index.setdefault(_key(alias), row)
    return index


@functools.cache
def _squeezed() -> frozenset[str]:
    """The names without spaces, with `the` before them, too."""
    keys = [key.replace(" ", "") for key in _index()]
    return frozenset([*keys, *(f"the{key}" for key in keys)])


def known_party(name: str) -> dict[str, Any] | None:
    """The record of a listed party, fit for `Party`, by any of its names in any case; None if the lists lack it."""
    if name.isascii() and "&" not in name and name.lower().translate(_LETTERS) not in _squeezed():
        return None  # as nearly all names of long lists
    row = _index().get(_key(name))
    return None if row is None else _record(row)


@functools.cache
def _doubts() -> dict[str, str]:
    rows = [row for name in _LISTS for row in table("lists")[name]]
    return {row["legal_name"]: note for row in rows if "confirm" in (note := row.get("note", ""))}


def doubt(legal_name: str) -> str:
    """What the lists ask to be confirmed about the party of that legal name; nothing where its name is sure."""
    return _doubts().get(legal_name, "")


_ASIDE = re.compile(r"\([^()]*\)")
_BETWEEN = re.compile(r";|\n|\band\b")


@functools.lru_cache(maxsize=256)
def meant(text: str) -> tuple[tuple[str, str], ...]:
    """The bodies that a text names by their names alone: for each its plain name, and who contracts for it in law.

    A body that the lists have goes by its legal name, whatever it is called; who contracts for it is told for a campus
    of the University of California or the California State University, and for the Regents and the Trustees themselves.
    """
    parts = (part.strip(" ,.") for part in (text, *_BETWEEN.split(_ASIDE.sub("", text))))
    return tuple(_meant(part) for part in dict.fromkeys(parts) if part)


def _meant(name: str) -> tuple[str, str]:
    known = known_party(name) or {}
    return plain_name(known.get("legal_name", name)), _systems().get(_key(name), known.get("contracting_party", ""))


@functools.lru_cache(maxsize=256)
def plain_name(name: str) -> str:
    """A legal name as names are compared: without case, accents and punctuation."""
    return _key(name)


@functools.cache
def _systems() -> dict[str, str]:
    """The Regents and the Trustees, by their names, and by those of their universities as a whole."""
    bodies = {row["contracting_party"] for name in ("uc", "csu") for row in table("lists")[name]}
    return {_key(name): body for body in bodies for name in (body, _key(body).partition(" of the ")[2])}


def contradiction(said: Mapping[str, Any], named: Mapping[str, Any] | None = None) -> tuple[str, str, str] | None:
    """The key by which a record contradicts the party that it names, or the lists; with a message and a hint.

    `named` is that party's record; without it the legal name itself is looked up in the lists.
    """
    own = {plain_key(k): v for k, v in said.items()}
    whole = {plain_key(k): v for k, v in (named or {}).items()}
    by_name = _listed_as(own.get("legal name")) if not whole else None
    for key in ("legal name", "kind") if whole else ():
        value, known = own.get(key), whole.get(key)
        if isinstance(value, str) and isinstance(known, str) and not _agree(key, value, known):
            name = str(whole.get("legal name") or "the party that is named")
            return key, f"{_shown(key, value)} contradicts the party that is named: it is {_shown(key, known)}", (
                f"delete it: {name} has its own; another party stands without `party`, by its `legal name` and `kind`; "
                "a department of a party is its `unit`")  # fmt: skip
    kind = own.get("kind")
    if by_name and isinstance(kind, str) and not _agree("kind", kind, by_name["kind"]):
        message = f"{_shown('kind', kind)} contradicts the lists: {by_name['legal_name']} has {by_name['kind']!r}"
        return "kind", message.replace("_", " "), "correct the kind, or the legal name if another party is meant"
    short = _listed_as(own.get("short name"))
    legal = own.get("legal name") or whole.get("legal name")
    if short and isinstance(legal, str) and not _agree("legal name", legal, short["legal_name"]):
        message = f"{_shown('short name', str(own['short name']))} is another party of the lists than {legal}"
        return "short name", message, "give the short name of the party whose legal name it has"
    return None


def _listed_as(name: Any) -> dict[str, Any] | None:
    """The listed party of that very legal or short name; initials alone may be another body's, too."""
    record = known_party(name) if isinstance(name, str) and name.strip() else None
    if record is None:
        return None
    names = [record["legal_name"], *(n for n in (record.get("short_name", ""),) if " " in n)]
    return record if _key(str(name)) in {_key(n) for n in names} else None


def _agree(key: str, one: str, other: str) -> bool:
    """True where two answers are the same, names by whatever name the lists have."""
    if key == "kind":
        return bool(code_word(one) == code_word(other))
    known = known_party(one)
    names: set[str] = {_key(one), _key(known["legal_name"]) if known else ""}
    return _key(other) in names


def _shown(key: str, value: str) -> str:
    return f"the {key} '{spaced(value) if key == 'kind' else value}'"


def county_named(name: str) -> str:
    """The usual name of the county that is called so without the word, as `Napa` or `Nappa`; "" if there is none."""
    counties = {row["county"]: row.get("short_name") or row["legal_name"] for row in table("lists")["counties"]}
    plain = {_key(county): known for county, known in counties.items()}
    close = nearest(_key(name), plain, 0.8)
    return plain[close] if close else ""


def known_names(kinds: Collection[str]) -> tuple[str, ...]:
    """The legal names of the listed parties of these kinds, each once, sorted."""
    found = {row["legal_name"] for name in _LISTS for row in table("lists")[name] if row["kind"] in kinds}
    return tuple(sorted(found, key=str.casefold))


@functools.cache
def known_party_names() -> tuple[str, ...]:
    """The names to offer, one for each listed party and a second where it has a short one, sorted."""
    rows = [row for name in _LISTS for row in table("lists")[name]]
    found = {row[field] for row in rows for field in ("legal_name", "short_name") if row.get(field)}
    return tuple(sorted(found, key=str.casefold))

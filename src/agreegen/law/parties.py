"""Parties of the shipped lists: departments, counties and campuses, found by any of their names."""

from __future__ import annotations

import functools
import re
import unicodedata
from typing import TYPE_CHECKING, Any

from agreegen.finding import nearest
from agreegen.law.tables import table

if TYPE_CHECKING:
    from collections.abc import Mapping

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


def county_named(name: str) -> str:
    """The usual name of the county that is called so without the word, as `Napa` or `Nappa`; "" if there is none."""
    counties = {row["county"]: row.get("short_name") or row["legal_name"] for row in table("lists")["counties"]}
    plain = {_key(county): known for county, known in counties.items()}
    close = nearest(_key(name), plain, 0.8)
    return plain[close] if close else ""


@functools.cache
def known_party_names() -> tuple[str, ...]:
    """The names to offer, one for each listed party and a second where it has a short one, sorted."""
    rows = [row for name in _LISTS for row in table("lists")[name]]
    found = {row[field] for row in rows for field in ("legal_name", "short_name") if row.get(field)}
    return tuple(sorted(found, key=str.casefold))

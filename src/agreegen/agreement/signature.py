"""Signature blocks: who signs, in which order and capacity, from the table `law/signatures.yaml`."""

from __future__ import annotations

import functools
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from agreegen.agreement.naming import is_meant
from agreegen.law.conditions import holds, value_of
from agreegen.law.tables import table
from agreegen.wording import date, label, upper_first

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PAGES = "signatures"
"""The place of the blocks that stand in the clause `signatures`; other places are exhibits."""

OFFICES = {"intra-agency": "Governance Liaison", "state-agency": "Chief Data Officer"}
SIDES = {"recipient": ("recipient", "both"), "provider": ("provider", "both"), "any": ("recipient", "provider", "both")}

Block = dict[str, Any]
Rows = tuple[tuple[int, "Mapping[str, Any]"], ...]


def blocks(context: Mapping[str, Any], place: str = PAGES) -> list[Block]:
    """The blocks of a place, in the order of signing: heading, party, statement, and lines with label and value.

    `together` is true for a block that another of the same party follows, on the same page.
    """
    found: list[tuple[tuple[int, int, int], str, Block]] = []
    bare = {**context, "party": None, "reviewer": None, "approval": None, "opinion": None}
    for position, names, rows in _instances(bare, place):
        words, party = None, names["party"]
        for number, row in rows:
            if "when" in row and not holds(row["when"], names):
                continue
            words = words or _words(names)
            by_party = row.get("by") == "party"
            first = (0, position, row["order"]) if by_party else (1, row["order"], position)
            whose = party["full"] if party else ""
            found.append(((first[0], first[1], first[2] * 100 + number), whose, _block(row, names, words)))
    ordered = sorted(found, key=itemgetter(0))
    following = [*(whose for _, whose, _ in ordered[1:]), ""]
    for (_, whose, block), after in zip(ordered, following, strict=False):
        block["together"] = whose != "" and whose == after
    return [block for _, _, block in ordered]


@functools.lru_cache(maxsize=64)
def _rows(printed: tuple[str, str, str], each: str, kind: str = "", side: str = "") -> Rows:
    """The rows of the table that a variant under a program prints in a place for each of something, with their numbers.

    Those for each party, or for each reviewer of one, are the rows for this kind and side of a party.
    """
    variant, program, place = printed
    return tuple(
        (number, row)
        for number, row in enumerate(table("signatures"))
        if variant in row["variants"]
        and program in row.get("programs", (program,))
        and row.get("place", PAGES) == place
        and row.get("each", "party") == each
        and (not kind or (side in SIDES[row.get("side", "any")] and kind in (row.get("kinds") or (kind,))))
    )


def _instances(bare: dict[str, Any], place: str) -> Iterator[tuple[int, dict[str, Any], Rows]]:
    """The names that printings of rows see, and the rows: the context with its party, reviewer, approval or opinion."""
    proposal, printed = bare["proposal"], (bare["variant"], bare["program"], place)
    for position, party in enumerate(bare["parties"]):
        names, own = {**bare, "party": party}, (party["kind"], party["side"])
        yield position, names, _rows(printed, "party", *own)
        for reviewer in party["reviewers"]:
            yield position, {**names, "reviewer": reviewer}, _rows(printed, "reviewer", *own)
    yield 0, bare, _rows(printed, "agreement")
    for position, approval in enumerate((proposal["research"] or {}).get("approvals") or ()):
        yield position, {**bare, "approval": approval}, _rows(printed, "approval")
    for position, opinion in enumerate(proposal["opinions"]):
        yield position, {**bare, "opinion": opinion}, _rows(printed, "opinion")


def _block(row: Mapping[str, Any], names: Mapping[str, Any], words: Mapping[str, str]) -> Block:
    signer = _signer(row, names)
    if signer.get("title") is None:  # "" where another person signs than the one whose title is known
        signer["title"] = _filled(row.get("title", ""), words) or None
    party = row.get("party", "party.full")
    return {
        "heading": _filled(row["heading"], words),
        "party": (value_of(party, names) or "") if party else "",
        "statement": _filled(row.get("statement", ""), words),
        "lines": [_line(line, signer, names) for line in row["lines"]],
    }


def _filled(text: str, words: Mapping[str, str]) -> str:
    """A text of the table with its words."""
    return text.format_map(words) if "{" in text else text


def _words(names: Mapping[str, Any]) -> dict[str, str]:
    party, approval, opinion = names["party"] or {}, names["approval"] or {}, names["opinion"] or {}
    research = names["proposal"]["research"] or {}
    return {
        "role": party.get("role", ""),
        "name": party.get("called", ""),
        "reviewer": names["reviewer"] or "",
        "program": OFFICES.get(names["variant"], ""),
        "body": label(approval["body"].lower()) if approval.get("body", "").lower() in ("cphs", "irb") else
        approval.get("body", ""),
        "investigator": research.get("principal_investigator") or "",
        "title": "",
        "kind": opinion.get("kind", ""),
    }  # fmt: skip


def _signer(row: Mapping[str, Any], names: Mapping[str, Any]) -> dict[str, Any]:
    """The contact or signatory of that role, with what an entry of `signatures:` says over it."""
    party, role = names["party"], row.get("role", "")
    if party is None or not role:
        return {}
    record = party.get("signatory") if role == "signatory" else party["contacts"].get(role)
    found = {k: v for k, v in (record or {}).items() if k in ("name", "title", "email", "phone")}
    person = found.get("name") if role == "signatory" or found.get("title") else None
    if role in party["contacts"]:  # a contact is a role; who signs is known from `signatures:` alone
        found = {**found, "title": found.get("title") or found.get("name"), "name": None}
    leads = {side: names[side]["full"] for side in ("provider", "recipient")}
    for said in names["proposal"]["signatures"]:
        if said["role"] == role and is_meant(said["party"], party, leads):
            own = {k: v for k, v in said.items() if v not in (None, "")}
            another = _differ(own.get("name"), person) or (
                role == "signatory" and _differ(own.get("title"), found.get("title"))
            )
            return {**own, "title": own.get("title", "")} if another else {**found, **own}
    return found


def _differ(one: Any, other: Any) -> bool:
    """True where both are known, and aren't the same words."""
    return bool(one and other) and str(one).casefold() != str(other).casefold()


def _line(line: Any, signer: Mapping[str, Any], names: Mapping[str, Any]) -> dict[str, str]:
    if isinstance(line, str):
        value = None if line == "By" else signer.get("signed_on" if line == "Date" else line.lower())
        return {"label": line, "value": _shown(value), "anchor": ""}
    return {"label": line["label"], "value": upper_first(_shown(value_of(line["value"], names))), "anchor": ""}


def _shown(value: Any) -> str:
    if value is None or value is False or value == "":
        return ""
    return date(value) if hasattr(value, "year") else str(value)

"""Signature blocks: who signs, in which order and capacity, from the table `law/signatures.yaml`."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from agreegen.agreement.naming import is_meant
from agreegen.law.conditions import holds, value_of
from agreegen.law.tables import table
from agreegen.wording import date, label, upper_first

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

PAGES = "signatures"
"""The place of the blocks that stand in the clause `signatures`; other places are exhibits."""

OFFICES = {"intra-agency": "Governance Liaison", "state-agency": "Chief Data Officer"}
SIDES = {"recipient": ("recipient", "both"), "provider": ("provider", "both"), "any": ("recipient", "provider", "both")}

Block = dict[str, Any]


def blocks(context: Mapping[str, Any], place: str = PAGES) -> list[Block]:
    """The blocks of a place, in the order of signing: heading, party, statement, and lines with label and value.

    `together` is true for a block that another of the same party follows, on the same page.
    """
    found: list[tuple[tuple[int, int, int], str, Block]] = []
    variant, program = context["variant"], context["program"]
    bare = {**context, "party": None, "reviewer": None, "approval": None, "opinion": None}
    parties = [{**bare, "party": party} for party in context["parties"]]
    for number, row in _rows(variant, program, place):
        for position, names in _instances(row, bare, parties):
            if "when" in row and not holds(row["when"], names):
                continue
            by_party = row.get("by") == "party"
            first = (0, position, row["order"]) if by_party else (1, row["order"], position)
            whose = names["party"]["full"] if names["party"] else ""
            found.append(((first[0], first[1], first[2] * 100 + number), whose, _block(row, names)))
    ordered = sorted(found, key=lambda row: row[0])
    following = [*(whose for _, whose, _ in ordered[1:]), ""]
    return [
        {**block, "together": whose != "" and whose == after}
        for (_, whose, block), after in zip(ordered, following, strict=False)
    ]


@functools.cache
def _rows(variant: str, program: str, place: str) -> tuple[tuple[int, Mapping[str, Any]], ...]:
    """The rows of the table that a variant under a program prints in a place, with their numbers."""
    return tuple(
        (number, row)
        for number, row in enumerate(table("signatures"))
        if variant in row["variants"]
        and program in row.get("programs", (program,))
        and row.get("place", PAGES) == place
    )


def _instances(
    row: Mapping[str, Any], bare: dict[str, Any], parties: Sequence[dict[str, Any]]
) -> Iterator[tuple[int, dict[str, Any]]]:
    """The names that each printing of a row sees: the context with its party, reviewer, approval or opinion."""
    proposal, each = bare["proposal"], row.get("each", "party")
    if each == "agreement":
        yield 0, bare
    elif each == "approval":
        for position, approval in enumerate((proposal["research"] or {}).get("approvals") or ()):
            yield position, {**bare, "approval": approval}
    elif each == "opinion":
        for position, opinion in enumerate(proposal["opinions"]):
            yield position, {**bare, "opinion": opinion}
    else:
        for position, names in enumerate(parties):
            party = names["party"]
            wanted = not row.get("kinds") or party["kind"] in row["kinds"]
            if party["side"] not in SIDES[row.get("side", "any")] or not wanted:
                continue
            if each == "reviewer":
                for reviewer in party["reviewers"]:
                    yield position, {**names, "reviewer": reviewer}
            else:
                yield position, names


def _block(row: Mapping[str, Any], names: Mapping[str, Any]) -> Block:
    words = _words(names)
    signer = _signer(row, names)
    if signer.get("title") is None:  # "" where another person signs than the one whose title is known
        signer["title"] = row.get("title", "").format_map(words) or None
    party = row.get("party", "party.full")
    return {
        "heading": row["heading"].format_map(words),
        "party": (value_of(party, names) or "") if party else "",
        "statement": row.get("statement", "").format_map(words),
        "lines": [_line(line, signer, names) for line in row["lines"]],
    }


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
        value = signer.get("signed_on") if line == "Date" else signer.get(line.lower()) if line != "By" else None
        return _labeled(line, _shown(value))
    return _labeled(line["label"], upper_first(_shown(value_of(line["value"], names))))


@functools.lru_cache(maxsize=64)
def _labeled(said: str, value: str) -> dict[str, str]:
    """A line with a label; the same one for all agreements where it says the same."""
    return {"label": said, "value": value, "anchor": ""}


def _shown(value: Any) -> str:
    if value is None or value is False or value == "":
        return ""
    return date(value) if hasattr(value, "year") else str(value)

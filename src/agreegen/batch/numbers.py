"""Numbers and addresses in what all partners get that are those of one: approvals, contracts, contacts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from agreegen.answer import code_word
from agreegen.batch.grouping import listed
from agreegen.batch.told import open_sides
from agreegen.finding import Finding, Location, Severity, plain_key
from agreegen.reading.record import with_keys

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Mapping, Sequence

    from agreegen.reading.listed import Listed

_LISTS: Final = {
    "research.approvals": ("number", "numbers of approvals", "an approval is given to one institution",
                           "`research.approvals.1.body` and `research.approvals.1.number`"),
    "use.contractors": ("contract", "numbers of contracts", "a contract is that of one body",
                        "`use.contractors.1.name` and `use.contractors.1.contract`"),
}  # fmt: skip
"""Lists of the recipient's own: the field that holds a number, what it is called, why it is one's, and its columns."""

_ONES: Final = re.compile(
    r"contacts\.[^.]+(?:\.(?:email|phone))?|agency data officer\.(?:email|phone)|address|signatory\.name"
    r"|governing body\.(?:number|agenda item|file number)"
)
"""Fields of a party that no two parties have alike."""

_REACHED: Final = re.compile(r"@|\d{3}")
_FEW: Final = 3


def belonging_to_one(
    partners: Sequence[Listed], proposals: Mapping[pathlib.Path, Mapping[str, str]]
) -> tuple[Finding, ...]:
    """A warning for each kind of numbers and addresses that a proposal gives to several partners, and that are one's.

    `proposals` has the texts of each proposal by their dotted names.
    """
    if len(partners) < 2:
        return ()
    overriding = [partner for partner in partners if partner.overrides]
    own = {field: sum(_overrides(partner, field) for partner in overriding) for field in _LISTS}
    found = []
    for path, texts in proposals.items():
        sides = open_sides(texts)
        receiving = any(side.startswith("recipient") for side in sides)
        if receiving or (sides and code_word(texts.get("direction", "")) == "two_way"):
            found += [_number(path, field, texts, len(partners), own[field]) for field in _LISTS]
        found.append(_address(path, sides, texts, len(partners)))
    return tuple(finding for finding in found if finding)


def _overrides(partner: Listed, field: str) -> bool:
    """Whether a partner has a list of its own."""
    keys = field.split(".")
    if not any(plain_key(key) == keys[0] for key in partner.overrides):
        return False  # as nearly all
    node = with_keys(dict(partner.overrides))
    for key in keys:
        if not isinstance(node, dict):
            return True
        if key not in node:
            return False
        node = node[key]
    return True


def _number(path: pathlib.Path, field: str, texts: Mapping[str, str], count: int, own: int) -> Finding | None:
    """What is told of the numbers in a list; nothing where at most one partner gets them."""
    key, what, why, columns = _LISTS[field]
    entry = re.compile(rf"({re.escape(field)}(?:\[\d+\])?)\.{key}")
    said = {name: text for name, text in texts.items() if (m := entry.fullmatch(name)) and not _owned(m[1], texts)}
    if not said or count - own < 2:
        return None
    who = f"all {count:,} partners" if not own else f"{count - own:,} of {count:,} partners"
    message = f"the {what} ({_shown(said)}) are printed for {who}, and {why}"
    hint = f"give each partner its own list, in columns such as {columns}, or leave the numbers out"
    return Finding("B016", Severity.WARNING, Location(path.as_posix(), path=next(iter(said))), message, hint)


def _owned(entry: str, texts: Mapping[str, str]) -> bool:
    """Whether an entry says whose it is."""
    return any(name == f"{entry}.party" or name.startswith(f"{entry}.party[") for name in texts)


def _address(path: pathlib.Path, sides: Sequence[str], texts: Mapping[str, str], count: int) -> Finding | None:
    """What is told of contacts that the proposal writes into the record of every partner."""
    said = {name: text for side in sides for name, text in texts.items()
            if name.startswith(f"{side}.") and is_of_one(name.removeprefix(f"{side}."), text)}  # fmt: skip
    if not said:
        return None
    message = (f"what only one body has ({_shown(said)}) is written into the records of all {count:,} partners, "
               "in the place of what their rows say")  # fmt: skip
    first = next(iter(said))
    column = next(first.removeprefix(f"{side}.") for side in sides if first.startswith(f"{side}."))
    hint = f"leave it out of the proposal, and fill in the column `{column}` of the list"
    return Finding("B016", Severity.WARNING, Location(path.as_posix(), path=first), message, hint)


def is_of_one(field: str, text: str) -> bool:
    """Whether what a field of a party says is that of one party: a number, an address, a contact that is reached."""
    return bool(_ONES.fullmatch(field)) and (not field.startswith("contacts.") or bool(_REACHED.search(text)))


def _shown(said: Mapping[str, str]) -> str:
    """The first few values."""
    return listed(list(dict.fromkeys(said.values())), _FEW)

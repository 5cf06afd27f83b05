"""Values: the answers of a form by path, from a proposal's data and back."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any

from agreegen.answer import date_of, spaced
from agreegen.forms.fields import ANSWER, Entry, Field, Listing, top
from agreegen.forms.kinds import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from agreegen.forms.fields import Path

NOTHING = object()
"""What stands for a value that isn't there."""


def flat(data: Mapping[str, Any], entries: tuple[Entry, ...] | None = None) -> dict[Path, str]:
    """The texts of a proposal's data (`Proposal.model_dump(mode="json")`) by path, as a form holds them."""
    found: dict[Path, str] = {}
    for entry in top() if entries is None else entries:
        _flatten(entry, data.get(str(entry.path[-1])), found)
    return found


def _flatten(entry: Entry, value: Any, found: dict[Path, str]) -> None:
    if value is None:
        return
    if isinstance(entry, Field):
        text = text_of(value)
        if text:
            found[entry.path] = text
        return
    if isinstance(value, bool):
        found[(*entry.path, ANSWER)] = text_of(value)
        return
    if isinstance(entry, Listing):
        for n, item in enumerate(value):
            for inner in entry.entry(n).entries:
                _flatten(inner, item.get(str(inner.path[-1])), found)
    else:
        for inner in entry.entries:
            _flatten(inner, value.get(str(inner.path[-1])), found)
    if entry.asks and value not in ((), []):
        found[(*entry.path, ANSWER)] = "yes"


def text_of(value: Any) -> str:
    """A value as a control holds it: `yes`, `2027-03-01`, entries of a list on lines of their own."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return "\n".join(" ".join(str(v).split("\n")) for v in value)
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def assembled(values: Mapping[Path, str]) -> dict[str, Any]:
    """The data of a proposal, keys as its author writes them, from the answers of a form; defaults are left out."""
    sizes: dict[Path, int] = {}
    below: set[Path] = set()
    for path in values:
        for n in range(1, len(path)):
            below.add(path[:n])
            if isinstance(path[n], int):
                sizes[path[:n]] = max(sizes.get(path[:n], 0), int(path[n]) + 1)
    found: dict[str, Any] = {}
    for entry in top():
        _put(found, entry, _assembled(entry, values, sizes, below))
    return found


def _put(found: dict[str, Any], entry: Entry, value: Any) -> None:
    if value is not NOTHING:
        found[spaced(str(entry.path[-1]))] = value


def _assembled(entry: Entry, values: Mapping[Path, str], sizes: Mapping[Path, int], below: set[Path]) -> Any:
    if isinstance(entry, Field):
        text = values.get(entry.path, "")
        return NOTHING if not text.strip() or text == entry.preset else meant(entry, text)
    if entry.path not in below:
        return NOTHING
    said = values.get((*entry.path, ANSWER), "").strip() if entry.asks else ""
    if isinstance(entry, Listing):
        whole = [_assembled(entry.entry(n), values, sizes, below) for n in range(sizes.get(entry.path, 0))]
        items = [item for item in whole if item is not NOTHING and _is_filled(item)]
        return items or (said if said else NOTHING)
    block: dict[str, Any] = {}
    for inner in entry.entries:
        _put(block, inner, _assembled(inner, values, sizes, below))
    if block and said.lower() != "no":
        return block
    if block:  # answered with no, and filled in all the same: nothing that was typed is lost
        return block if _is_filled(block) else said
    return said or NOTHING


def _is_filled(value: Any) -> bool:
    """True where a person wrote something; a box that was ticked in an empty row isn't an entry."""
    if isinstance(value, dict):
        return any(_is_filled(v) for v in value.values())
    if isinstance(value, list):
        return any(_is_filled(v) for v in value)
    return value not in ("yes", "no")


def meant(field: Field, text: str) -> Any:
    """The value of YAML that a text in a control means; the text itself if it means none."""
    text = text.strip()
    if field.kind is Kind.LINES:
        pattern = r"[\n;,]" if field.words else r"\n"
        return [e.strip() for e in re.split(pattern, text) if e.strip()]
    if field.kind is Kind.DATE:
        return as_date(text) or text
    if field.kind is Kind.CHOICE:
        return chosen(field, text) or text
    if field.kind is Kind.NUMBER:
        figures = text.replace(",", "").replace(" ", "")
        return int(figures) if figures.isdigit() else text
    return text


def as_date(text: str) -> str:
    """The date as `2027-03-01`; "" if the text isn't one."""
    try:
        return date_of(text).isoformat()  # type: ignore[no-any-return]
    except Exception:  # noqa: S110 (the model's own error type; other forms follow)
        pass
    for pattern in ("%m/%d/%Y", "%b %d, %Y", "%b. %d, %Y", "%d %B %Y", "%B %d %Y"):
        try:
            return dt.datetime.strptime(text, pattern).date().isoformat()
        except ValueError:
            continue
    return ""


def chosen(field: Field, text: str) -> str:
    """The code word as people write it; "" if the field doesn't have it."""
    said = text.strip().lower()
    for words, code in field.choices:
        if said in (words.lower(), code.lower()):
            return words.lower() if field.choices[0][1] == "yes" else words
    return ""

"""Outvoted: what partners' records say of themselves where the proposal says otherwise below the open party."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Final

from agreegen.answer import code_word
from agreegen.batch.entry import flat
from agreegen.batch.grouping import listed
from agreegen.batch.numbers import is_of_one
from agreegen.batch.told import said_of_partners
from agreegen.finding import Finding, Location, Severity

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from agreegen.reading.listed import Listed

_FEW: Final = 3
_BLOCK_ENDS: Final = re.compile(r"[.\[]")


def outvoted(partners: Sequence[Listed], proposals: Mapping[pathlib.Path, Mapping[str, str]]) -> tuple[Finding, ...]:
    """A warning for each field that a proposal says of every partner, where records of partners say otherwise.

    What stands below `recipient: {party: partner}` is printed for all, whatever the list says. `proposals` has the
    texts of each proposal by their dotted names.
    """
    found: list[Finding] = []
    for path, texts in proposals.items():
        said = {name: field for name, field in said_of_partners(texts).items() if not is_of_one(field, texts[name])}
        own = [*_records(partners, {*said.values()})] if said else []
        for name, field in said.items():
            others = Counter(value for record in own if (value := _value(record, field)) and value != texts[name]
                             and not _same(value, texts[name]))  # fmt: skip
            if others:
                message = _message(field, texts[name], others, len(partners))
                hint = (f"delete it below `{name.removesuffix(field).rstrip('.')}:`, so that each partner's own is "
                        "printed; or delete it in the list")  # fmt: skip
                found.append(Finding("B018", Severity.WARNING, Location(path.as_posix(), path=name), message, hint))
    return tuple(found)


def _records(partners: Sequence[Listed], fields: Iterable[str]) -> Iterator[Mapping[str, str]]:
    """What each partner's record says in the blocks of these fields, as texts by their dotted names."""
    blocks = {_BLOCK_ENDS.split(field, maxsplit=1)[0] for field in fields}
    return (flat({b: partner.record[b] for b in blocks if b in partner.record}) for partner in partners)


def _value(record: Mapping[str, str], field: str) -> str:
    """What a record says in a field, also of the first of a list that it doesn't write as a list."""
    return record.get(field) or record.get(field.replace("[1]", ""), "")


def _same(one: str, other: str) -> bool:
    """Whether two texts say the same, however they are written."""
    return bool(code_word(" ".join(one.split())) == code_word(" ".join(other.split())))


def _message(field: str, said: str, others: Counter[str], count: int) -> str:
    several = (number := others.total()) != 1
    own = listed([f"'{value}'" for value, _ in others.most_common()], _FEW)
    return (f"`{field}` is '{' '.join(said.split())}' for every partner, and the record{'s' if several else ''} of "
            f"{number:,} of {count:,} partners {'say' if several else 'says'} {own}")  # fmt: skip

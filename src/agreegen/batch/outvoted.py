"""Outvoted: what partners' records say of themselves where the proposal says otherwise below the open party."""

from __future__ import annotations

import contextlib
from collections import Counter
from typing import TYPE_CHECKING, Final

from pydantic_core import PydanticCustomError

from agreegen.answer import code_word, date_of, yes_no
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
_SHOWN: Final = 60  # characters of a value


def outvoted(partners: Sequence[Listed], proposals: Mapping[pathlib.Path, Mapping[str, str]]) -> tuple[Finding, ...]:
    """A warning for each field that a proposal says of every partner, where records of partners say otherwise.

    What stands below `recipient: {party: partner}` is printed for all, whatever the list says. `proposals` has the
    texts of each proposal by their dotted names.
    """
    found: list[Finding] = []
    for path, texts in proposals.items():
        fields = {name: field for name, field in said_of_partners(texts).items() if not is_of_one(field, texts[name])}
        said = _together({field: texts[name] for name, field in fields.items()})
        own = [*_records(partners, said)] if said else []
        for field, values in said.items():
            others = Counter("; ".join(theirs) for record in own
                             if (theirs := _under(record, field)) and not _same(theirs, values))  # fmt: skip
            if others:
                first = next(name for name, known in fields.items() if _key(known) == field)
                where = Location(path.as_posix(), path=first)
                message = _message(field, "; ".join(values), others, len(partners))
                hint = "delete it in the proposal, so that each partner's own is printed; or delete it in their records"
                found.append(Finding("B018", Severity.WARNING, where, message, hint))
    return tuple(found)


def _key(field: str) -> str:
    """The field itself; of what stands in a list the list, which is taken as a whole."""
    return field.partition("[")[0]


def _together(texts: Mapping[str, str]) -> dict[str, list[str]]:
    """The texts of each field or list."""
    found: dict[str, list[str]] = {}
    for field, text in texts.items():
        found.setdefault(_key(field), []).append(text)
    return found


def _records(partners: Sequence[Listed], fields: Iterable[str]) -> Iterator[Mapping[str, str]]:
    """What each partner's record says in the blocks of these fields, as texts by their dotted names."""
    blocks = {field.partition(".")[0] for field in fields}
    return (flat({b: partner.record[b] for b in blocks if b in partner.record}) for partner in partners)


def _under(record: Mapping[str, str], field: str) -> list[str]:
    """What a record says in a field, or in the list of that name."""
    return [text for name, text in record.items() if name == field or name.startswith((f"{field}[", f"{field}."))]


def _same(some: Sequence[str], others: Sequence[str]) -> bool:
    """Whether texts say the same, however they are written."""
    return len(some) == len(others) and all(
        one == other or _meant(one) == _meant(other) for one, other in zip(some, others, strict=True)
    )


def _meant(text: str) -> object:
    """What a text means where it is a date, yes or no, or a code word."""
    plain = " ".join(text.split())
    with contextlib.suppress(PydanticCustomError):
        return date_of(plain)
    answer = yes_no(plain)
    return answer if isinstance(answer, bool) else code_word(plain)


def _message(field: str, said: str, others: Counter[str], count: int) -> str:
    several = (number := others.total()) != 1
    own = listed([f"'{_cut(value)}'" for value, _ in others.most_common()], _FEW)
    whose = "the partner" if count == 1 else f"{number:,} of {count:,} partners"
    return (f"`{field}` is '{_cut(said)}' for every partner, and the record{'s' if several else ''} of {whose} "
            f"{'say' if several else 'says'} {own}")  # fmt: skip


def _cut(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= _SHOWN else plain[: _SHOWN - 1] + "\u2026"

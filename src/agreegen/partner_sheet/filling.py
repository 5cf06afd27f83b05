"""Filling: the partners of a list as rows of a sheet, which has a column for every value that the list has of them."""

from __future__ import annotations

import pathlib
from typing import TYPE_CHECKING, Any

from agreegen.errors import FindingsError, UsageError
from agreegen.finding import Severity, has_errors, plain_key
from agreegen.late import dataclass
from agreegen.partner import contact_in
from agreegen.partner_sheet.needs import Column
from agreegen.reading import Partners, read_partner_list, read_partners
from agreegen.reading.columns import meaning
from agreegen.reading.fields import Field, Form, key_order
from agreegen.reading.listed import Row
from agreegen.reading.matching import chosen
from agreegen.reading.partner_list import columns_beside, read_table
from agreegen.reading.record import OVERRIDES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from agreegen.finding import Finding
    from agreegen.reading import Listed
    from agreegen.reading.source import Path
    from agreegen.workspace import Workspace

BESIDE = "#"
"""The key of a row below which stand the cells of columns that name no field."""

ROLES = ("contacts", "agency data officer")
"""Where a word may stand for the block of a contact."""


@dataclass(frozen=True, slots=True)
class Taken:
    """The partners of a list that a sheet is to have, and what their list has besides."""

    partners: tuple[Listed, ...] = ()
    folder: Partners = Partners()
    beside: tuple[tuple[str, Mapping[int, Any]], ...] = ()
    """The columns that name no field: heading, and cells by row."""
    findings: tuple[Finding, ...] = ()

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of the partners; none where somebody's isn't known."""
        found = dict.fromkeys(partner.whole().get("kind") for partner in self.partners)
        return tuple(map(str, found)) if all(found) else ()


def taken(said: str, workspace: Workspace, where: Sequence[str] = ()) -> Taken:
    """The partners of a list of which every condition holds; FindingsError where a row of it can't be read."""
    folder = read_partners(workspace.partners)
    found = read_partner_list(said, workspace.root, folder)
    if found.unread or found.cut or has_errors(found.findings):
        raise FindingsError(found.findings)
    beside = columns_beside(pathlib.Path(found.file)) if found.file else []
    return Taken(chosen(found.partners, where), folder, tuple(beside), found.findings)


def filled(
    columns: Sequence[Column], rows: Taken, write: Callable[[Sequence[Column], list[dict[str, Any]]], bytes], file: str
) -> bytes:
    """The sheet as `write` makes it, with a row for each partner; UsageError where a value can't be read back from it.

    A partner's id is written where the sheet would give it another one.
    """
    for with_ids in (False, True):
        records = [_record(partner, rows, with_ids) for partner in rows.partners]
        whole = (*columns, *_further(columns, records), *_beside(rows))
        content = write(whole, records)
        again = read_table(content, file, rows.folder)
        if [p.id for p in again.partners] == [p.id for p in rows.partners]:
            break
    wrong = next((f.message for f in again.findings if f.severity is Severity.ERROR), "") if rows.partners else ""
    if wrong or len(again.partners) != len(rows.partners):
        raise _unfit("this list", wrong)
    for record, partner, read in zip(records, rows.partners, again.partners, strict=True):
        _compare(record, partner, read)
    return content


def _record(partner: Listed, rows: Taken, with_id: bool) -> dict[str, Any]:
    """What the list says of a partner, as the columns of a sheet have it."""
    record = {"id": partner.id, **partner.data} if with_id else partner.data
    for key in ROLES:
        said = record.get(key)
        if isinstance(said, str):
            record[key] = contact_in(said)
        elif isinstance(said, dict) and key == ROLES[0]:
            record[key] = {role: contact_in(one) if isinstance(one, str) else one for role, one in said.items()}
    row = partner.origin.row if isinstance(partner.origin, Row) else 0
    cells = {str(n): cells[row] for n, (_, cells) in enumerate(rows.beside) if row in cells}
    return {**record, **({BESIDE: cells} if cells else {})}


def _further(columns: Sequence[Column], records: Sequence[Mapping[str, Any]]) -> Iterator[Column]:
    """A column for each value that has none in the sheet, in the order of the fields."""
    known = {_plain(column.path) for column in columns}
    found: dict[Path, Path] = {}
    for record in records:
        for path, _ in _leaves({k: v for k, v in record.items() if k != BESIDE}):
            if _plain(path) not in known:
                found.setdefault(_plain(path), path)
    for path in sorted(found.values(), key=_order):
        bare = Column(Field((), Form.ANY), at=path)
        field = meaning(bare.name).field or Field(tuple(map(str, path)), Form.ANY)
        own = "the partner's own value in the place of the proposal's" if path[0] == OVERRIDES else ""
        yield Column(field, about=": ".join(filter(None, (own, field.about))), at=path, fits=False)


def _order(path: Path) -> tuple[bool, list[tuple[int, str]]]:
    """The place of a column among others: a party's fields as the model has them, then what it overrides."""
    order = key_order()
    ranks = [(part, "") if isinstance(part, int) else (order.get(part, len(order)), part) for part in path]
    return path[0] == OVERRIDES, ranks


def _beside(rows: Taken) -> Iterator[Column]:
    for number, (heading, _) in enumerate(rows.beside):
        field = Field((heading,), Form.ANY)
        yield Column(field, about="a column of the list that isn't read", at=(BESIDE, str(number)), title=heading)


def _leaves(node: Any, at: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Each value of a record that a cell has to hold, with its place."""
    if isinstance(node, dict):
        for key, inner in node.items():
            yield from _leaves(inner, (*at, key))
    elif isinstance(node, list) and node and all(isinstance(entry, dict) for entry in node):
        for number, entry in enumerate(node):
            yield from _leaves(entry, (*at, number))
    elif node is not None and not (at[:1] != (OVERRIDES,) and node in ("", [])):
        yield at, node


def _plain(path: Path) -> Path:
    return tuple(plain_key(part) if isinstance(part, str) else part for part in path)


def _compare(record: Mapping[str, Any], partner: Listed, read: Listed) -> None:
    """Nothing; UsageError where the sheet gives back another value than the list has."""
    back = {_plain(path): value for path, value in _leaves(read.data)}
    for path, value in _leaves({k: v for k, v in record.items() if k != BESIDE}):
        now = back.get(_plain(path))
        if now != value or type(now) is not type(value):
            name = Column(Field((), Form.ANY), at=path).name
            raise _unfit(f"`{name}` of {partner.id}", "" if now is None else f"it would read {now!r} and not {value!r}")


def _unfit(what: str, why: str) -> UsageError:
    return UsageError(f"a sheet can't hold {what}" + (f": {why}" if why else ""),
                      "write that value otherwise, or go on with the list as it is")  # fmt: skip

"""Listing: the fields of templates as text, as JSON, and as a workbook; and where one field lands."""

from __future__ import annotations

import re
import textwrap
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from agreegen.workbook import CELL, FONT, HEAD, heads, height, made, paged

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from agreegen.provenance.landing import Landing
    from agreegen.provenance.needs import Need

WIDTH: Final = 100
LONGEST: Final = 31
"""Letters of the name of a sheet."""

HEADS: Final = (
    ("field", 27), ("what belongs there", 34), ("type", 16), ("who supplies it", 20), ("required", 22),
    ("printed in", 32), ("decides what is said in", 32), ("conditions where it is printed", 70),
)  # fmt: skip
SHOWN: Final = 4
"""Places that a line of text names."""

MOST: Final = 6
FEW: Final = 3
"""Places, and conditions, that a cell names."""


def text(name: str, needs: Sequence[Need]) -> Iterator[str]:
    """The lines of a table: grouped by block, the field with its type, when it is required, and where it lands."""
    asked = sum(bool(n.required) for n in needs)
    yield f"{name}: {len(needs)} fields, {asked} of them required always or in some case"
    yield "Numbers are those of the whole text, as `agreegen templates flatten` shows it."
    group = ""
    for need in needs:
        if need.group != group:
            group = need.group
            yield ""
            yield group.upper()
        kind, _, choices = need.type.partition(": ")
        yield f"  {need.field:<46} {kind:<16} {'required' if need.required else ''}".rstrip()
        yield from _wrapped(need.meaning, "      ")
        yield from _wrapped(f"one of {choices}", "      ") if choices else ()
        yield from _wrapped(f"from {need.supplier}", "      ")
        yield from _wrapped(f"required {need.required}", "      ") if need.required else ()
        for line in _lands(need):
            yield from _wrapped(line, "      ")


def _lands(need: Need) -> Iterator[str]:
    for how, verb in (("printed", "printed in"), ("decides", "decides what is said in")):
        places = list(dict.fromkeys(_place(x) for x in need.landings if x.how == how))
        more = f"; and {len(places) - SHOWN} more" if len(places) > SHOWN else ""
        if places:
            yield f"{verb} {'; '.join(places[:SHOWN])}{more}"
    if not need.landings:
        yield "asked for the record; not printed"


def _place(landing: Landing) -> str:
    """`1.2(c) Background and purpose`, `Exhibit B.2 Definitions of the data elements`, `cover`."""
    number, comma, title = landing.where.partition(", ")
    last = title.rpartition(", ")[2] if number.startswith("Section") else title
    return f"{number.removeprefix('Section ')} {last}" if comma else landing.where


def _cut(words: str, width: int) -> str:
    return words if len(words) <= width else words[: width - 2] + " …"


def _wrapped(words: str, indent: str) -> list[str]:
    return textwrap.wrap(words, WIDTH, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False)


def plain(needs: Sequence[Need]) -> list[dict[str, Any]]:
    """The fields as JSON can hold them."""
    return [{**asdict(n), "printed": list(n.printed), "decides": list(n.decides)} for n in needs]


# ---------------------------------------------------------------------------------------------------- workbook
def workbook(templates: Mapping[str, Sequence[Need]]) -> bytes:
    """A workbook with a sheet for each template: header row, filter, groups; same fields, same bytes."""
    return made(f"Fields of {', '.join(templates)}", lambda book: _filled(book, templates))


def _filled(book: Any, templates: Mapping[str, Sequence[Need]]) -> None:
    head = book.add_format(HEAD)
    group = book.add_format({**FONT, "bold": True, "bg_color": "#E9EDF4"})
    must, cell = book.add_format({**CELL, "bold": True}), book.add_format(CELL)
    for number, (name, needs) in enumerate(templates.items(), 1):
        sheet = book.add_worksheet(_sheet_name(name, number, templates))
        heads(sheet, HEADS, head)
        row, above = 1, ""
        for need in needs:
            if need.group != above:
                above = need.group
                for column in range(len(HEADS)):
                    sheet.write_string(row, column, above if not column else "", group)
                row += 1
            cells = _cells(need)
            for column, words in enumerate(cells):
                sheet.write_string(row, column, words, must if not column and need.required else cell)
            sheet.set_row(row, height((words, width) for words, (_, width) in zip(cells, HEADS, strict=True)))
            row += 1
        paged(sheet, rows=row - 1, columns=len(HEADS), frozen=1, name=f"Fields of {name}; bold ones are required")
        sheet.print_area(0, 0, row - 1, len(HEADS) - 2)


def _sheet_name(name: str, number: int, names: Iterable[str]) -> str:
    """A name that Excel takes, no other sheet's."""
    plain_ = re.sub(r"[\[\]:*?/\\\\]", " ", name).strip("'")[:LONGEST]
    alike = [n for n in names if n[:LONGEST].casefold() == name[:LONGEST].casefold()]
    return plain_ if len(alike) == 1 else f"{plain_[: LONGEST - 4]} {number}"


def _cells(need: Need) -> tuple[str, ...]:
    printed = [x for x in need.landings if x.how == "printed"]
    where = dict.fromkeys(map(_place, printed))
    decided = dict.fromkeys(_place(x) for x in need.landings if x.how == "decides")
    conditions = dict.fromkeys(
        _cut(f"{x.short}: {'; '.join(x.conditions)}", 2 * WIDTH) for x in printed if x.conditions
    )
    lists = (_listed(where, MOST), _listed(decided, MOST), _listed(conditions, FEW))
    return (need.field, need.meaning, need.type, need.supplier, need.required, *lists)


def _listed(places: Iterable[str], most: int) -> str:
    """A line for each; the first ones, if there are many."""
    lines = list(places)
    more = len(lines) - most
    return "\n".join([*lines[:most], f"and {more} more"] if more > 1 else lines)


# ---------------------------------------------------------------------------------------------------- one field
def told(need: Need) -> Iterator[str]:
    """The lines about one field, without its places."""
    yield need.field
    yield from _wrapped(need.meaning, "    ")
    yield f"    {_cut(need.type, 80)}; supplied by {need.supplier}"


def places(name: str, required: str, landed: Sequence[Landing]) -> Iterator[str]:
    """The lines about where a field lands in one template."""
    yield f"{name}: {f'required {required}' if required else 'not required'}"
    for how, verb in (("printed", "printed in"), ("decides", "decides about words in")):
        own = [x for x in landed if x.how == how]
        by: dict[tuple[str, str], list[Landing]] = {}
        for x in own:
            by.setdefault((x.where, x.place.partition(":")[0]), []).append(x)
        for (where, file), there in by.items():
            yield f"  {verb} {where}  ({file})"
            if how == "printed":
                ways = dict.fromkeys("; ".join(x.conditions) for x in there)
                for way in ways if "" not in ways else ():
                    yield from _wrapped(way, "      ")
            else:
                yield from _wrapped("; ".join(dict.fromkeys(x.asks for x in there)), "      ")
    if not landed:
        yield "  not printed, and decides nothing"

"""Listing: the fields of templates as text, as JSON, and as a workbook; and where one field lands."""

from __future__ import annotations

import datetime as dt
import io
import textwrap
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from agreegen.provenance.landing import Landing
    from agreegen.provenance.needs import Need

WIDTH: Final = 100
MADE: Final = dt.datetime(2000, 1, 1)
"""When every workbook says that it was made: same input, same bytes."""

HEADS: Final = (
    ("field", 34), ("what belongs there", 44), ("type", 20), ("who supplies it", 30), ("required", 34),
    ("printed in", 40), ("decides about", 40), ("conditions where it is printed", 50),
)  # fmt: skip
SHOWN: Final = 8
"""Places that a line of text names."""

ASKED: Final = 26
"""Letters of when a field is required that stand beside it."""


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
        short = len(need.required) <= ASKED
        yield f"  {need.field:<44} {_cut(need.type, 24):<24} {need.required if short else 'required as below'}".rstrip()
        yield from _wrapped(f"{need.meaning} · {need.supplier}", "      ")
        yield from _wrapped(f"required: {need.required}", "      ") if not short else ()
        yield from _wrapped(_lands(need), "      ")


def _lands(need: Need) -> str:
    parts = [f"{how} {_some(places)}" for how, places in (("in", need.printed), ("decides", need.decides)) if places]
    return "; ".join(parts) or "asked for the record; not printed"


def _some(places: Sequence[str]) -> str:
    more = f" and {len(places) - SHOWN} more" if len(places) > SHOWN else ""
    return ", ".join(places[:SHOWN]) + more


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
    import xlsxwriter  # noqa: PLC0415 (only for workbooks)

    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": f"Fields of {', '.join(templates)}", "author": "agreegen", "created": MADE})
    font = {"font_name": "Arial", "font_size": 10, "text_wrap": True, "valign": "top"}
    head = book.add_format({**font, "bold": True, "bg_color": "#D9E2EC", "border": 1})
    group = book.add_format({**font, "bold": True, "bg_color": "#E9EDF4"})
    must = book.add_format({**font, "bold": True})
    cell = book.add_format(font)
    for name, needs in templates.items():
        sheet = book.add_worksheet(name[:31])
        for column, (title, width) in enumerate(HEADS):
            sheet.set_column(column, column, width)
            sheet.write_string(0, column, title, head)
        row, above = 1, ""
        for need in needs:
            if need.group != above:
                above = need.group
                for column in range(len(HEADS)):
                    sheet.write_string(row, column, above if not column else "", group)
                row += 1
            for column, words in enumerate(_cells(need)):
                sheet.write_string(row, column, words, must if not column and need.required else cell)
            row += 1
        sheet.freeze_panes(1, 1)
        sheet.autofilter(0, 0, row - 1, len(HEADS) - 1)
        sheet.set_landscape()
        sheet.set_paper(1)
        sheet.repeat_rows(0)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer(f"&L{name}&RPage &P of &N")
    book.close()
    return stream.getvalue()


def _cells(need: Need) -> tuple[str, ...]:
    printed = [x for x in need.landings if x.how == "printed"]
    where = dict.fromkeys(x.where for x in printed)
    decided = dict.fromkeys(x.where for x in need.landings if x.how == "decides")
    conditions = dict.fromkeys(f"{x.short}: {'; '.join(x.conditions)}" for x in printed if x.conditions)
    return (need.field, need.meaning, need.type, need.supplier, need.required, "\n".join(where), "\n".join(decided),
            "\n".join(conditions))  # fmt: skip


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

"""What the pages of a document depend on besides the lines of its paragraphs: where a page may begin anew, and how far
on a page break may depend on what comes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from agreegen.pdf import pagination
from agreegen.pdf.parts import OFF, W, value

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from lxml import etree

    from agreegen.pdf.parts import Parts
    from agreegen.pdf.styles import Styles

_FAR: Final = tuple(
    W + x for x in ("footnoteReference", "footnotePr", "drawing", "pict", "object", "txbxContent", "framePr", "tblpPr")
)
"""What may push or draw over something farther away: where it is, pages are known from fixed break to fixed break."""
_ODD: Final = frozenset(("continuous", "evenPage", "oddPage", "nextColumn"))


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table of the body: its paragraphs, and whether it always stands on one page."""

    start: int
    end: int
    whole: bool


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the body: its paragraphs, those up to the end of its header rows, whether its columns are fixed."""

    start: int
    headed: int
    end: int
    fixed: bool


@dataclass(frozen=True, slots=True)
class Course:
    """The paragraphs of a body by number, as far as page breaks look at them."""

    size: int
    entries: tuple[int, ...]  # the paragraphs that the contents list, in order
    fixed: frozenset[int]  # those that start a page in any case
    tied: frozenset[int]  # those that are looked at together with the next
    parted: frozenset[int]  # those before which something unseen may stand
    rows: tuple[Row, ...]
    tables: tuple[Table, ...]
    walked: bool  # whether its pages follow from each other
    free: bool  # whether they do between fixed page breaks, too

    @classmethod
    def none(cls) -> Course:
        """Nothing is known: pages are known as a whole."""
        return cls(0, (), frozenset(), frozenset(), frozenset(), (), (), walked=False, free=False)

    @classmethod
    def of(
        cls,
        parts: Parts,
        styles: Styles,
        index: Mapping[etree._Element, int],
        entries: Sequence[etree._Element | None],
    ) -> Course:
        """That of a document with paragraphs by number, whose contents list `entries`."""
        body, found = parts.body, list(index)
        must, _ = pagination.kept(found, styles)
        tables = tuple(_tables(body, index))
        rows = tuple(r for t in body.iterfind(W + "tbl") for r in _rows(t, index))
        inside = {i for t in tables for i in range(t.start + 1, t.end)}
        kept = {i for i, on in enumerate(must) if on}
        heads = {i for t in tables if t.headed > t.start for i in range(t.start, _row_end(rows, t.headed) - 1)}
        listed = tuple(index[p] for p in entries if p is not None and p in index)
        walked = len(listed) == len(entries) and _is_walked(parts)
        framed = (parts.tree("word/styles.xml"), body)
        far = any(root is not None and next(root.iter(*_FAR), None) is not None for root in framed)
        free = walked and not far and not _is_narrow(body)
        parted = frozenset(i + 1 for i in kept if i + 1 not in inside)
        fixed = frozenset(_fixed(body, index, styles))
        return cls(len(found), listed, fixed, frozenset(kept | heads), parted, rows, tables, walked, free)


def _is_walked(parts: Parts) -> bool:
    """Whether it is the same for a page how many are before it."""
    body, settings = parts.body, parts.tree("word/settings.xml")
    mirrored = settings is not None and any(
        settings.find(W + x) is not None for x in ("evenAndOddHeaders", "mirrorMargins", "bookFoldPrinting")
    )
    odd = any(value(s, W + "type") in _ODD for s in body.iter(W + "sectPr"))
    return not (mirrored or odd) and next(body.iter(W + "pgNumType", W + "endnoteReference"), None) is None


def _is_narrow(body: etree._Element) -> bool:
    """Whether there are columns, or rows of exact height."""
    columns = any(c.get(W + "num", "1") not in ("", "0", "1") for c in body.iter(W + "cols"))
    return columns or any(h.get(W + "hRule") == "exact" for h in body.iter(W + "trHeight"))


def _fixed(body: etree._Element, index: Mapping[etree._Element, int], styles: Styles) -> Iterator[int]:
    """The paragraphs that start a page whatever is before them."""
    ended = False
    for e in body:
        first = next(e.iter(W + "p"), None) if e.tag in (W + "p", W + "tbl") else None
        if first is not None and first in index and (ended or (first is e and _starts(e, styles))):
            yield index[first]
        ended = e.tag == W + "p" and e.find(f"{W}pPr/{W}sectPr") is not None


def _starts(p: etree._Element, styles: Styles) -> bool:
    return styles.paragraph_on(p, "pageBreakBefore")


def _tables(body: etree._Element, index: Mapping[etree._Element, int]) -> Iterator[Table]:
    for table in body.iterfind(W + "tbl"):
        places = [index[p] for p in table.iter(W + "p") if p in index]
        if not places:
            continue
        headed = places[0]
        for row in table.iterfind(W + "tr"):
            if row.find(f"{W}trPr/{W}tblHeader") is None:
                break
            headed = max((index[p] + 1 for p in row.iter(W + "p") if p in index), default=headed)
        layout = table.find(f"{W}tblPr/{W}tblLayout")
        fixed = layout is not None and layout.get(W + "type") == "fixed"
        yield Table(min(places), headed, max(places) + 1, fixed)


def _rows(table: etree._Element, index: Mapping[etree._Element, int]) -> Iterator[Row]:
    for row in table.iterfind(W + "tr"):
        places = [index[p] for p in row.iter(W + "p") if p in index]
        said = row.find(f"{W}trPr/{W}cantSplit")
        if places:
            whole = said is not None and said.get(W + "val", "1") not in OFF
            yield Row(min(places), max(places) + 1, whole)


def _row_end(rows: Sequence[Row], start: int) -> int:
    """Where the row ends that starts at a paragraph; the paragraph itself if none does."""
    return next((r.end for r in rows if r.start == start), start)

"""Page breaks of the embedded engine where Word and LibreOffice put them: what can be seen only when it is drawn.

A heading that stands alone at the foot of a page, a header row without a row, a note over the text: what begins there
is sent to the next page. `kept` sees to most headings before they are drawn.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

from lxml import etree

from agreegen.pdf import holders
from agreegen.pdf.kept import switch
from agreegen.pdf.parts import W

if TYPE_CHECKING:
    from agreegen.pdf.completeness import Followed
    from agreegen.pdf.styles import Styles


def kept(found: list[etree._Element], styles: Styles) -> tuple[list[bool], frozenset[int]]:
    """For each paragraph of the body whether it must stand on the page of the next; which ones start a page anyway."""
    ending = _ending(holders.story(found[0])) if found else frozenset()
    ends = [p in ending for p in found]
    keeps = [on and not end for on, end in zip(holders.switched(found, styles, "keepNext"), ends, strict=True)]
    starts = [on or end for on, end in zip(holders.switched(found, styles, "pageBreakBefore"), ends, strict=True)]
    must = [keep and not start for keep, start in zip(keeps, [*starts, False][1:], strict=True)]
    return must, frozenset(i for i, start in enumerate(starts) if start)


def _ending(root: etree._Element) -> frozenset[etree._Element]:
    """The paragraphs that have a page break or end their section."""
    breaks = (b for b in root.iter(W + "br") if b.get(W + "type") == "page")
    broken = (p for b in breaks for p in b.iterancestors(W + "p"))
    return frozenset((*broken, *holders.paragraphs(root, "sectPr")))


def stranded(followed: Followed, must: list[bool], breaks: frozenset[int]) -> tuple[int, ...]:
    """The paragraphs to send to the next page: the first between two fixed page breaks, since it moves the others.

    `breaks`: paragraphs that start a page in any case.
    """
    own = followed.paragraphs[: len(must)]  # endnotes come after those of the body
    pages = [bisect_right(followed.page_starts, p.start) for p in own]
    alone = [i for i in range(len(pages) - 1) if must[i] and pages[i + 1] > pages[i] and own[i].text]
    alone += [bisect_left([p.start for p in own], start) for start in followed.headless]
    found: list[int] = []
    for i in sorted(alone):
        first = _first_of(i, pages, must)
        fixed = not found or any(x in breaks for x in range(found[-1] + 1, first + 1))
        if fixed and first and pages[first - 1] == pages[i]:  # else it fills a page from its top: no use
            found.append(first)
    return tuple(found)


def _first_of(i: int, pages: list[int], must: list[bool]) -> int:
    """The first of the paragraphs on this page that are kept with the next up to this one."""
    while i and must[i - 1] and pages[i - 1] == pages[i]:
        i -= 1
    return i


def crowded(followed: Followed, must: list[bool]) -> int | None:
    """The paragraph to send to the next page because its note is printed over it, None if there is none."""
    if not followed.crowded:
        return None
    page = followed.crowded[0]
    pages = [bisect_right(followed.page_starts, p.start) for p in followed.paragraphs]
    marked = (i for i, p in enumerate(followed.paragraphs) if p.text and p.start in followed.marked)
    last = max((i for i in marked if pages[i] <= page), default=None)
    return None if last is None else _first_of(last, pages, must)


def send(p: etree._Element) -> bool:
    """Starts a page at a paragraph of the temporary copy; False if it is within a table, not at its start."""
    tables = list(p.iterancestors(W + "tbl"))
    if not tables:
        switch(p, "pageBreakBefore", on=True)
        return True
    if next(tables[-1].iter(W + "p")) is not p:
        return False
    breaker = etree.fromstring(
        f'<w:p xmlns:w="{W[1:-1]}"><w:pPr><w:pageBreakBefore/>'
        '<w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/></w:pPr></w:p>'
    )
    tables[-1].addprevious(breaker)
    return True

"""Page breaks of the embedded engine where Word and LibreOffice put them.

dxpdf reads "keep with next" as "keep with the whole next paragraph", which moves half a page of text. So headings
lose it in the temporary copy, and one that then stands alone at the foot of a page is sent to the next.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, Final

from lxml import etree

from agreegen.pdf.parts import W, properties

if TYPE_CHECKING:
    from agreegen.pdf.completeness import Followed
    from agreegen.pdf.styles import Styles


_THREE_LINES: Final = 220  # characters, at the narrowest indent of our styles


def kept(found: list[etree._Element], styles: Styles) -> tuple[list[bool], frozenset[int]]:
    """For each paragraph of the body whether it must stand on the page of the next; which ones start a page anyway."""
    keeps = [styles.paragraph_on(p, "keepNext") and not _ends_page(p) for p in found]
    starts = [styles.paragraph_on(p, "pageBreakBefore") or _ends_page(p) for p in found]
    must = [keep and not start for keep, start in zip(keeps, [*starts[1:], False], strict=True)]
    return must, frozenset(i for i, start in enumerate(starts) if start)


def _ends_page(p: etree._Element) -> bool:
    """Whether a paragraph has a page break or ends its section."""
    broken = any(b.get(W + "type") == "page" for b in p.iter(W + "br"))
    return broken or p.find(f"{W}pPr/{W}sectPr") is not None


def loosen(found: list[etree._Element], styles: Styles) -> None:
    """Takes "keep with next" off headings, unless what comes next is too short to be split over pages anyway."""
    for p, after in zip(found, [*found[1:], None], strict=True):
        if styles.paragraph_on(p, "keepNext") and styles.outline(p) is not None and not _is_short(after):
            _set(p, "keepNext", on=False)


def _is_short(p: etree._Element | None) -> bool:
    """Whether a paragraph outside of tables surely has three lines at most: widow control keeps these together."""
    if p is None or next(p.iterancestors(W + "tbl"), None) is not None:
        return False
    return sum(len(t.text or "") for t in p.iter(W + "t")) < _THREE_LINES and next(p.iter(W + "br"), None) is None


def stranded(followed: Followed, must: list[bool], breaks: frozenset[int]) -> tuple[int, ...]:
    """The paragraphs to send to the next page: the first between two fixed page breaks, since it moves the others.

    `breaks`: paragraphs that start a page in any case.
    """
    pages = [bisect_right(followed.page_starts, p.start) for p in followed.paragraphs]
    alone = [i for i in range(len(pages) - 1) if must[i] and pages[i + 1] > pages[i] and followed.paragraphs[i].text]
    alone += [bisect_left([p.start for p in followed.paragraphs], start) for start in followed.headless]
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
        _set(p, "pageBreakBefore", on=True)
        return True
    if next(tables[-1].iter(W + "p")) is not p:
        return False
    breaker = etree.fromstring(
        f'<w:p xmlns:w="{W[1:-1]}"><w:pPr><w:pageBreakBefore/>'
        '<w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/></w:pPr></w:p>'
    )
    tables[-1].addprevious(breaker)
    return True


def _set(p: etree._Element, switch: str, *, on: bool) -> None:
    ppr = properties(p)
    if ppr is None:
        ppr = etree.Element(W + "pPr")
        p.insert(0, ppr)
    for old in ppr.findall(W + switch):
        ppr.remove(old)
    at = 1 if len(ppr) and ppr[0].tag == W + "pStyle" else 0
    ppr.insert(at, etree.Element(W + switch, {} if on else {W + "val": "0"}))

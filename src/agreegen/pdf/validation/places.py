"""The pages that the checker's places are on: of drawing by number, of tags by what they enclose."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any, Final

import pikepdf

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_PAGE: Final = re.compile(r"/pages\[(\d+)\]")
_OBJECT: Final = re.compile(r"\((\d+) (\d+) obj [^()]*\)")
_DEEP: Final = 10_000
"""Tags looked at for the page of one: a tag that holds the whole document is on its first page."""


class Places:
    """A PDF, opened only when a place must be looked up."""

    def __init__(self, pdf: bytes) -> None:
        self._bytes = pdf
        self._pdf: pikepdf.Pdf | None = None
        self._pages: dict[tuple[int, int], int] = {}

    def pages(self, contexts: Iterable[str]) -> tuple[int, ...]:
        """The pages (from 1) of these places, each once; none for what belongs to the whole document."""
        found = {self._page(c) for c in contexts}
        return tuple(sorted(p for p in found if p))

    def _page(self, context: str) -> int:
        if drawn := _PAGE.search(context):
            return int(drawn[1]) + 1
        if "/StructTreeRoot" not in context:
            return 0
        tags = _OBJECT.findall(context)
        return self._page_of_tag((int(tags[-1][0]), int(tags[-1][1]))) if tags else 0

    def _page_of_tag(self, number: tuple[int, int]) -> int:
        try:
            if self._pdf is None:
                self._pdf = pikepdf.open(io.BytesIO(self._bytes), suppress_warnings=True)
                self._pages = {page.obj.objgen: i for i, page in enumerate(self._pdf.pages, start=1)}
            tag = self._pdf.get_object(number)
            return next((self._pages[p] for p in _enclosed(tag) if p in self._pages), 0)
        except (pikepdf.PdfError, AttributeError, ValueError, TypeError, KeyError):
            return 0  # a place that can't be found must not hide that the rule failed


def _enclosed(tag: Any) -> Iterator[tuple[int, int]]:
    """The pages that a tag and those within it name, its own first."""
    waiting = [tag]
    for _ in range(_DEEP):
        if not waiting:
            return
        here = waiting.pop()
        if isinstance(here, pikepdf.Array):
            waiting.extend(reversed(list(here)))
        elif isinstance(here, pikepdf.Dictionary):
            if "/Pg" in here:
                yield here.Pg.objgen
            if "/K" in here:
                waiting.append(here.K)


def listed(pages: tuple[int, ...], *, more: bool = False, most: int = 12) -> str:
    """`page 3`, `pages 1, 4 to 7 and 9`; the first `most` runs and "more" where there are many or not all are known."""
    if not pages:
        return ""
    runs: list[list[int]] = []
    for page in pages:
        if runs and page == runs[-1][1] + 1:
            runs[-1][1] = page
        else:
            runs.append([page, page])
    texts = [f"{a}" if a == b else f"{a}, {b}" if b == a + 1 else f"{a} to {b}" for a, b in runs]
    if more or len(texts) > most:
        texts = [*texts[:most], "more"]
    joined = texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])} and {texts[-1]}"
    return f"page {joined}" if len(pages) == 1 and not more else f"pages {joined}"

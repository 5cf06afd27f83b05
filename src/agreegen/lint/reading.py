"""Rules about reading by everybody: the checks of finished documents, made on the template."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agreegen.lint.rule import Spot
from agreegen.rules import accessible
from agreegen.template.container import W

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml import etree

    from agreegen.finding import Finding
    from agreegen.lint.line import Line
    from agreegen.lint.page import Page

ORDER = "T103"
WHOLE = ("T101", "T102")
"""What matters of the whole document, and not of a file that others include."""


def check(page: Page) -> Iterator[Finding]:
    """What would keep people from reading the agreement, found in the template."""
    document = accessible.Document(page.container)
    for one in accessible.CHECKS:
        if one.code in WHOLE and page.kind in ("clauses", "exhibits"):
            continue
        for count, (element, message, hint) in enumerate(one.find(document)):
            if one.code == ORDER and page.kind != "masters" and "after no other heading" in message:
                continue
            line = _line(page, element)
            spot = Spot(message, hint, line, 0, line.text[:60] if line else "")
            yield spot.finding(one.code, one.severity, page.file)
            if count > 40:
                break


def _line(page: Page, element: etree._Element | None) -> Line | None:
    if element is None:
        return None
    above = element if element.tag == W + "p" else next(element.iterancestors(W + "p"), None)
    p = above if above is not None else next(element.iter(W + "p"), None)
    return page.by_element.get(p) if p is not None else None

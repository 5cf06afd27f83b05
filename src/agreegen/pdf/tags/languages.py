"""Paragraphs in another language than the document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from agreegen.pdf.parts import W, properties

if TYPE_CHECKING:
    from lxml import etree

    from agreegen.pdf.parts import Parts

_AMERICAN: Final = "en-US"
_NO_LANGUAGE: Final = ("", "x-none")


def languages(parts: Parts) -> dict[etree._Element, str]:
    """Paragraph -> its language, where all of its text is in one that isn't the document's."""
    styles = parts.tree("word/styles.xml")
    named = styles.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr/{W}lang") if styles is not None else None
    usual = (named.get(W + "val") if named is not None else None) or _AMERICAN
    found: dict[etree._Element, str] = {}
    for e in parts.body.iter(W + "lang"):
        language = e.get(W + "val", "")
        p = next(e.iterancestors(W + "p"), None)
        if p is None or p in found or language in _NO_LANGUAGE or language.casefold() == usual.casefold():
            continue
        said = [r for r in p.iter(W + "r") if any((t.text or "").strip() for t in r.iterfind(W + "t"))]
        if said and all(_language(r) == language for r in said):
            found[p] = language
    return found


def _language(r: etree._Element) -> str:
    rpr = properties(r)
    named = rpr.find(W + "lang") if rpr is not None else None
    return named.get(W + "val", "") if named is not None else ""

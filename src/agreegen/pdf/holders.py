"""Which paragraphs and runs name a property themselves: asked of a whole story at once, since most name none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agreegen.pdf.parts import OFF, W

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from lxml import etree

    from agreegen.pdf.styles import Styles

_PPR, _RPR, _RUN, _VAL = W + "pPr", W + "rPr", W + "r", W + "val"
_BODY, _P = W + "body", W + "p"


def paragraphs(root: etree._Element, *names: str) -> dict[etree._Element, etree._Element]:
    """Paragraph -> its own property, of the paragraphs that name one of these."""
    found = {}
    for e in root.iter(*(W + x for x in names)):
        holder = e.getparent()
        if holder is not None and holder.tag == _PPR and (p := holder.getparent()) is not None:
            found[p] = e
    return found


def around(found: Iterable[etree._Element]) -> set[etree._Element]:
    """All paragraphs that these elements are in, however deep."""
    return {p for e in found for p in e.iterancestors(_P)}


def runs(root: etree._Element, *names: str) -> dict[etree._Element, etree._Element]:
    """Run -> its own property, of the runs that name one of these."""
    found = {}
    for e in root.iter(*(W + x for x in names)):
        holder = e.getparent()
        if holder is not None and holder.tag == _RPR and (r := holder.getparent()) is not None and r.tag == _RUN:
            found[r] = e
    return found


def switched(found: Sequence[etree._Element], styles: Styles, switch: str) -> list[bool]:
    """For each of these paragraphs of one story whether a switch such as keepNext is on."""
    if not found:
        return []
    own = paragraphs(story(found[0]), switch)
    names = styles.names(found)
    by_style = {name: styles.paragraph_style_on(name, switch) for name in set(names)}
    if not own:
        return [by_style[name] for name in names]
    return [own[p].get(_VAL) not in OFF if p in own else by_style[name] for p, name in zip(found, names, strict=True)]


def story(p: etree._Element) -> etree._Element:
    """The body that a paragraph is in, or whatever is around everything."""
    top = p
    for top in p.iterancestors():
        if top.tag == _BODY:
            break
    return top

"""Rich text: its paragraphs as lines, and what of its look no proposal can hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lxml import etree

from agreegen.forms.controls import W
from agreegen.forms.parts import parsed

if TYPE_CHECKING:
    from collections.abc import Iterator

_W: Final = f"{{{W}}}"
_PACKAGE: Final = "http://schemas.microsoft.com/office/2006/xmlPackage"
_OFF: Final = ("0", "false", "off", "none", "baseline")
LOOKS: Final = {
    "b": "bold", "i": "italic", "u": "underlined", "strike": "struck through", "dstrike": "struck through",
    "caps": "in capitals", "smallCaps": "in small capitals", "vanish": "hidden", "highlight": "highlighted",
    "vertAlign": "raised or lowered",
}  # fmt: skip
"""Looks that carry meaning; fonts, sizes and colors don't."""

THINGS: Final = {
    "drawing": "a picture", "pict": "a picture", "object": "an embedded object", "footnoteReference": "a footnote",
    "endnoteReference": "an endnote", "commentReference": "a comment", "oMath": "a formula",
}  # fmt: skip
GONE: Final = frozenset({f"{_W}del", f"{_W}moveFrom"})


def text_of(node: etree._Element) -> str:
    """The text as it reads if pending changes are accepted."""
    found = []
    for e in node.iter(f"{_W}t", f"{_W}br", f"{_W}cr", f"{_W}tab", f"{_W}noBreakHyphen"):
        if next((a for a in e.iterancestors() if a.tag in GONE), None) is not None:
            continue
        if e.tag == f"{_W}tab" and next(e.iterancestors(f"{_W}tabs"), None) is not None:
            continue
        found.append({f"{_W}t": e.text or "", f"{_W}tab": "\t", f"{_W}noBreakHyphen": "-"}.get(str(e.tag), "\n"))
    return "".join(found)


def lines_of(node: etree._Element) -> str:
    """The text of a control: its paragraphs and line breaks as lines."""
    paragraphs = list(node.iter(f"{_W}p"))
    return "\n".join(text_of(p) for p in paragraphs) if paragraphs else text_of(node)


def stored_lines(text: str) -> str:
    """What the data part holds as text: a rich text stands there as a whole document (Word 2013)."""
    if f'"{_PACKAGE}"' not in text[:2000]:
        return text
    try:
        root = parsed(text.strip().encode())
    except (etree.XMLSyntaxError, ValueError):
        return text
    body = root.find(f".//{{{_PACKAGE}}}part[@{{{_PACKAGE}}}name='/word/document.xml']//{_W}body")
    return text if body is None else lines_of(body)


def lost(pr: etree._Element, content: etree._Element, *, items: bool = False) -> tuple[str, ...]:
    """What a rich text has that a proposal can't hold, in words: looks with the words that have them, lists, tables.

    `items` where each paragraph is an entry anyway: a list is no loss then.
    """
    own = {str(e.tag) for e in pr.iterfind(f"{_W}rPr/*")}
    found: dict[str, list[str]] = {}
    for run in content.iter(f"{_W}r"):
        text = text_of(run).strip()
        for look in _looks(run, own) if text else ():
            found.setdefault(look, []).append(text)
    told = [f"{look}: “{short(' '.join(texts))}”" for look, texts in found.items()]
    listed = [text_of(p) for p in content.iter(f"{_W}p") if p.find(f"{_W}pPr/{_W}numPr") is not None]
    if listed and not items:
        told.append(f"a list that begins with “{short(listed[0])}”")
    told += ["a table"] if next(content.iter(f"{_W}tbl"), None) is not None else []
    names = dict.fromkeys(etree.QName(e).localname for e in content.iter() if isinstance(e.tag, str))
    told += dict.fromkeys(THINGS[n] for n in names if n in THINGS)
    told += [f"the address of the link “{short(text_of(e))}”" for e in content.iter(f"{_W}hyperlink")]
    return tuple(told)


def _looks(run: etree._Element, own: set[str]) -> Iterator[str]:
    for e in run.iterfind(f"{_W}rPr/*"):
        name = etree.QName(e).localname
        if name in LOOKS and str(e.tag) not in own and e.get(f"{_W}val") not in _OFF:
            yield LOOKS[name]


def short(text: str, most: int = 60) -> str:
    """The text on one line, cut to what a message can name."""
    text = " ".join(text.split())
    return text if len(text) <= most else f"{text[: most - 3]}…"

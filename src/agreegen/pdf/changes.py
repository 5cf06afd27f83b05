"""Tracked changes as accepted, comments gone, content controls opened: what Word shows as the final document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from agreegen.pdf.parts import W, properties
from agreegen.template.numbering import follower, is_joined

if TYPE_CHECKING:
    from lxml import etree

_WRAPPERS: Final = tuple(W + x for x in ("ins", "moveTo", "smartTag", "customXml", "dir", "bdo"))
_REMOVED: Final = tuple(
    f"{W}{x}"
    for x in (
        *("del", "moveFrom", "moveFromRangeStart", "moveFromRangeEnd", "moveToRangeStart", "moveToRangeEnd"),
        *(
            "commentRangeStart",
            "commentRangeEnd",
            "commentReference",
            "annotationRef",
            "proofErr",
            "permStart",
            "permEnd",
        ),
        *("smartTagPr", "customXmlPr", "rPrChange", "pPrChange", "tblPrChange", "trPrChange", "tcPrChange"),
        *("tblGridChange", "tblPrExChange", "sectPrChange", "numberingChange", "lastRenderedPageBreak"),
        *("cellIns", "cellMerge", "customXmlInsRangeStart", "customXmlInsRangeEnd"),
        *("customXmlDelRangeStart", "customXmlDelRangeEnd"),
    )
)


def accept(root: etree._Element) -> None:
    """Resolves a story in place."""
    join(root)
    for mark in list(root.iter(W + "del", W + "cellDel")):
        holder = mark.getparent()
        if holder is not None and holder.tag in (W + "trPr", W + "tcPr") and (box := holder.getparent()) is not None:
            _drop(box)
    for control in list(root.iter(W + "sdt")):
        content = control.find(W + "sdtContent")
        replace(control, list(content) if content is not None else [])
    for e in list(root.iter(*_REMOVED)):
        remove(e)
    for e in list(root.iter(*_WRAPPERS)):
        if (parent := e.getparent()) is not None and parent.tag not in (W + "rPr", W + "trPr"):
            replace(e, list(e))


def join(root: etree._Element) -> None:
    """Joins each paragraph whose end was deleted to the one after it, whose look and number the two then have."""
    deleted = [p for mark in root.iter(W + "del", W + "moveFrom") for p in mark.iterancestors(W + "p")]
    for p in [p for p in dict.fromkeys(deleted) if is_joined(p)]:
        after, ppr = follower(p), properties(p)
        assert after is not None
        at = 0 if properties(after) is None else 1
        after[at:at] = [e for e in p if e is not ppr]
        remove(p)


def replace(e: etree._Element, children: list[etree._Element]) -> None:
    """Puts `children` in the place of an element."""
    parent = e.getparent()
    assert parent is not None
    at = parent.index(e)
    parent[at : at + 1] = children


def remove(e: etree._Element) -> None:
    """Takes an element out."""
    parent = e.getparent()
    if parent is not None:
        parent.remove(e)


def _drop(box: etree._Element) -> None:
    """Takes a row or a cell out; of a row or table that held nothing else, that too."""
    parent = box.getparent()
    remove(box)
    kept = {W + "tr": W + "tc", W + "tbl": W + "tr"}
    if parent is not None and parent.tag in kept and next(parent.iter(kept[str(parent.tag)]), None) is None:
        remove(parent)

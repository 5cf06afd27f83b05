"""Numbers of a document that aren't any, looked for after an engine refused it: the embedded one doesn't say where."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from agreegen.finding import Finding, Severity
from agreegen.pdf.limits import place
from agreegen.pdf.parts import Parts, W

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml import etree

    Kind = tuple[str, re.Pattern[str]]

_WHOLE: Final[Kind] = ("a whole number", re.compile(r"-?\d{1,9}"))
_COUNT: Final[Kind] = ("a whole number", re.compile(r"\d{1,9}"))
_HEX: Final[Kind] = ("a number of four digits", re.compile(r"[0-9A-Fa-f]{1,4}"))
_UNITS: Final = r"\d{1,7}(\.\d+)?(pt|in|cm|mm|pc|pi)?"
_LENGTH: Final[Kind] = ("a length", re.compile(_UNITS))
_OFFSET: Final[Kind] = ("a length", re.compile("-?" + _UNITS))
_WIDTH: Final[Kind] = ("a width", re.compile(rf"{_UNITS}|\d{{1,5}}(\.\d+)?%"))
_SHIFT: Final[Kind] = ("a width", re.compile(rf"-?{_UNITS}|-?\d{{1,5}}(\.\d+)?%"))
_NAMES: Final[dict[str, tuple[tuple[str, Kind], ...]]] = {
    **dict.fromkeys(("gridSpan", "gridBefore", "gridAfter", "outlineLvl", "ilvl"), (("val", _COUNT),)),
    **dict.fromkeys(("numId", "abstractNumId", "startOverride"), (("val", _WHOLE),)),
    **dict.fromkeys(
        ("bookmarkStart", "bookmarkEnd", "footnoteReference", "endnoteReference", "footnote", "endnote",
         "commentRangeStart", "commentRangeEnd", "commentReference", "ins", "del"), (("id", _WHOLE),)),
    **dict.fromkeys(("tblW", "tcW", "tblCellSpacing"), (("w", _WIDTH),)),
    **dict.fromkeys(("top", "left", "bottom", "right", "start", "end", "insideH", "insideV", "between", "bar"),
                    (("sz", _COUNT), ("space", _COUNT), ("w", _WIDTH))),
    **dict.fromkeys(("sz", "szCs", "kern"), (("val", _LENGTH),)),
    "tblInd": (("w", _SHIFT),),
    "tblLook": (("val", _HEX),),
    "gridCol": (("w", _LENGTH),),
    "trHeight": (("val", _LENGTH),),
    "tab": (("pos", _OFFSET),),
    "position": (("val", _OFFSET),),
    "w": (("val", ("a percentage", re.compile(r"\d{1,3}%?"))),),
    "ind": tuple((x, _OFFSET) for x in ("left", "right", "start", "end", "firstLine", "hanging")),
    "spacing": (("before", _LENGTH), ("after", _LENGTH), ("line", _OFFSET), ("val", _OFFSET)),
    "pgSz": (("w", _LENGTH), ("h", _LENGTH)),
    "pgMar": (*((x, _LENGTH) for x in ("left", "right", "header", "footer", "gutter")), ("top", _OFFSET),
              ("bottom", _OFFSET)),
    "cols": (("num", _COUNT), ("space", _LENGTH)),
    "pgNumType": (("start", _COUNT),),
}  # fmt: skip
"""Elements and the numbers that Word writes into their attributes."""

NUMBERS: Final = {W + name: tuple((W + key, kind) for key, kind in keys) for name, keys in _NAMES.items()}
_BESIDE: Final = ("word/styles.xml", "word/numbering.xml")


def numbers(docx: bytes) -> tuple[Finding, ...]:
    """The numbers that aren't any, each with its place; nothing if the document has only sound ones."""
    parts = Parts(docx)
    beside = ((name, root) for name in _BESIDE if (root := parts.tree(name)) is not None)
    return tuple(f for name, root in (*parts.stories(), *beside) for f in _within(name, root))


def _within(name: str, root: etree._Element) -> Iterator[Finding]:
    for e in root.iter(*NUMBERS):
        for key, (kind, pattern) in NUMBERS[str(e.tag)]:
            said = e.get(key)
            if said is not None and not pattern.fullmatch(said.strip()):
                where = f"{str(e.tag).removeprefix(W)} of the document says “{said[:40]}”"
                message = f"the embedded PDF engine can't draw it: {where}, where {kind} belongs"
                hint = "open the document in Word and save it again, or use --pdf-engine libreoffice"
                yield Finding("D101", Severity.ERROR, place(name, root, e), message, hint)

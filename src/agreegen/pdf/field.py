"""Fields of a story: their instruction, and the runs that show their cached result."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING

from agreegen.late import dataclass
from agreegen.pdf.parts import W

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml import etree

_P, _T, _CHAR, _CODE, _SIMPLE, _BOX = (W + x for x in ("p", "t", "fldChar", "instrText", "fldSimple", "txbxContent"))
_FIELDS = (_CHAR, _SIMPLE)
_MARKS = (_P, _CHAR, _CODE, _T, _SIMPLE)


@dataclass(slots=True)
class Field:
    """One field; `paragraphs` are the first and those after it up to its end."""

    instruction: str = ""
    paragraphs: list[etree._Element] = field(default_factory=list)
    results: list[etree._Element] = field(default_factory=list)  # the w:t elements of its result
    shows: bool = False  # behind the separator

    @property
    def name(self) -> str:
        """TOC, PAGEREF, REF …"""
        words = self.instruction.split(None, 1)
        return words[0].upper() if words else ""

    @property
    def argument(self) -> str:
        """The first word behind the name."""
        words = self.instruction.split()
        return words[1].strip('"') if len(words) > 1 else ""

    @property
    def paragraph(self) -> etree._Element:
        """The paragraph it begins in."""
        return self.paragraphs[0]

    def show(self, text: str) -> None:
        """Puts `text` in the place of the result."""
        self.results[0].text = text
        for extra in self.results[1:]:
            extra.text = ""


def fields(root: etree._Element) -> list[Field]:
    """The complete fields of a story in the order of their beginnings."""
    found: list[Field] = []
    open_fields: list[Field] = []
    if next(root.iter(*_FIELDS), None) is None:
        return found
    boxed = next(root.iter(_BOX), None) is not None
    p = root
    for e in _in_paragraphs(root) if boxed else root.iter(*_MARKS):
        if e.tag == _P:
            p = e
            for f in open_fields:
                f.paragraphs.append(p)
        elif e.tag == _CHAR:
            _turn(e.get(W + "fldCharType", ""), p, found, open_fields)
        elif e.tag == _SIMPLE:
            found.append(Field(e.get(W + "instr", ""), [p], list(e.iter(_T)), shows=True))
        elif open_fields and e.tag == _CODE and not open_fields[-1].shows:
            open_fields[-1].instruction += e.text or ""
        elif open_fields and e.tag == _T and open_fields[-1].shows:
            open_fields[-1].results.append(e)
    return [f for f in found if f not in open_fields]


def _in_paragraphs(root: etree._Element) -> Iterator[etree._Element]:
    """Each paragraph with its marks; those of text boxes within it come after it."""
    for p in root.iter(_P):
        yield p
        yield from (e for e in p.iter(*_MARKS) if e.tag != _P and next(e.iterancestors(_P)) is p)


def _turn(kind: str, p: etree._Element, found: list[Field], open_fields: list[Field]) -> None:
    if kind == "begin":
        open_fields.append(Field(paragraphs=[p]))
        found.append(open_fields[-1])
    elif kind == "separate" and open_fields:
        open_fields[-1].shows = True
    elif kind == "end" and open_fields:
        open_fields.pop()

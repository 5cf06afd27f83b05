"""The words of a Word part: each paragraph's text with its look, fields as they show, in reading order."""

from __future__ import annotations

import re
from dataclasses import field
from typing import TYPE_CHECKING

from agreegen.late import dataclass
from agreegen.template.lists import MC, W, on
from agreegen.template.notation import Span, merged

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml import etree

    Element = etree._Element

_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_SIGNS = {f"{W}noBreakHyphen": "\u2011", f"{W}softHyphen": "\u00ad", f"{W}cr": "\n", f"{W}tab": "\t", f"{W}ptab": "\t"}
_SILENT = frozenset({f"{W}pPr", f"{W}rPr", f"{W}del", f"{W}moveFrom", f"{W}txbxContent", f"{W}sdtPr", f"{W}sdtEndPr"})
_PAGE_FIELD = re.compile(r"\s*(PAGE|NUMPAGES)\b")


@dataclass(slots=True)
class _Field:
    code: str = ""
    shown: bool = False  # past its separator

    @property
    def page(self) -> str:
        """The name of a page-number field, else nothing."""
        m = _PAGE_FIELD.match(self.code)
        return m[1] if m else ""


@dataclass(slots=True)
class Story:
    """Reads paragraphs one after the other; fields may run over several, footnotes are counted by their marks."""

    notes: dict[str, int] = field(default_factory=dict)
    _fields: list[_Field] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)

    def spans(self, p: Element) -> tuple[Span, ...]:
        """The text of the next paragraph; `codes` then holds the field codes that it begins."""
        self.codes = []
        return merged(list(self._inside(p, bold=False, italic=False)))

    def _inside(self, e: Element, *, bold: bool, italic: bool) -> Iterator[Span]:
        for child in e:
            tag = child.tag
            if not isinstance(tag, str) or tag in _SILENT or _is_fallback(child):
                continue
            if tag == f"{W}r":
                look = child.find(f"{W}rPr")
                yield from self._inside(child, bold=on(look, f"{W}b"), italic=on(look, f"{W}i"))
            elif tag == f"{W}fldSimple" and (m := _PAGE_FIELD.match(child.get(f"{W}instr") or "")):
                yield Span(m[1], bold, italic, "field")
            elif tag == f"{W}fldChar":
                yield from self._field(child.get(f"{W}fldCharType") or "", bold=bold, italic=italic)
            elif tag == f"{W}instrText":
                self._code(child.text or "")
            elif tag == f"{W}footnoteReference":
                number = self.notes.setdefault(child.get(f"{W}id") or "", len(self.notes) + 1)
                yield Span(str(number), kind="note")
            elif (text := _sign(child)) is not None:
                if not any(not f.shown or f.page for f in self._fields):
                    yield Span(text, bold, italic)
            else:
                yield from self._inside(child, bold=bold, italic=italic)

    def _code(self, text: str) -> None:
        if self._fields and not self._fields[-1].shown:
            self._fields[-1].code += text
            self.codes = [f.code for f in self._fields]

    def _field(self, kind: str, *, bold: bool, italic: bool) -> Iterator[Span]:
        if kind == "begin":
            self._fields.append(_Field())
        elif kind == "separate" and self._fields:
            self._fields[-1].shown = True
        elif kind == "end" and self._fields:
            page = self._fields.pop().page
            if page and not any(not f.shown for f in self._fields):
                yield Span(page, bold, italic, "field")


def _is_fallback(e: Element) -> bool:
    parent = e.getparent()
    return e.tag == f"{MC}Fallback" and parent is not None and parent.find(f"{MC}Choice") is not None


def _sign(e: Element) -> str | None:
    """The text that one element of a run stands for, or None if it is no text."""
    if e.tag == f"{W}t":
        text = e.text or ""
        text = text if e.get(XML_SPACE) == "preserve" else text.strip(" \t\r\n")
        return text.replace("\r", " ").replace("\n", " ").replace("\t", " ")
    if e.tag == f"{W}br":
        return "\n" if e.get(f"{W}type") in (None, "textWrapping") else ""
    if e.tag == f"{W}sym":
        code = e.get(f"{W}char") or ""
        return chr(int(code, 16)) if re.fullmatch("[0-9A-Fa-f]{1,5}", code) else ""
    if e.tag in (f"{_MATH}t", f"{_DRAWING}t"):
        return (e.text or "").replace("\n", " ")
    return _SIGNS.get(str(e.tag))


def blocks(root: Element) -> Iterator[Element]:
    """The paragraphs, tables and section ends under an element, wrappers such as content controls opened."""
    for e in root:
        if e.tag in (f"{W}p", f"{W}tbl", f"{W}sectPr"):
            yield e
        elif isinstance(e.tag, str) and e.tag not in _SILENT and not _is_fallback(e):
            yield from blocks(e)


def text_boxes(root: Element) -> Iterator[Element]:
    """The contents of the text boxes under an element, each once."""
    for e in root.iter(f"{W}txbxContent"):
        if not any(_is_fallback(a) for a in e.iterancestors()):
            yield e

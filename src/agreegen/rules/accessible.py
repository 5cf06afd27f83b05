"""Accessible: whether everybody can read a document with the help of their own choice, a screen reader among them."""

from __future__ import annotations

import inspect
from functools import cached_property
from typing import TYPE_CHECKING

from agreegen.finding import Finding, Location, Severity
from agreegen.late import dataclass
from agreegen.rules.color import LEAST, contrast_of, is_color
from agreegen.template.container import MC, Container, W
from agreegen.template.place import rendered_parts, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lxml import etree

    Found = tuple[etree._Element | None, str, str]  # where, what is wrong, what to do

DC = "{http://purl.org/dc/elements/1.1/}"
DECORATIVE = "{http://schemas.microsoft.com/office/drawing/2017/decorative}decorative"
V = "{urn:schemas-microsoft-com:vml}"
OFF = ("0", "false", "off", "none")
MOST = 5
"""Findings of one code: more help nobody."""


class Document:
    """A rendered document, with what styles say."""

    def __init__(self, container: Container) -> None:
        """Nothing looked up yet."""
        self.container = container
        self.body = container.tree(container.document)

    @cached_property
    def parts(self) -> tuple[tuple[str, etree._Element], ...]:
        """(label, root) of body, footnotes, headers and footers."""
        return tuple((label, self.container.tree(name)) for name, label in rendered_parts(self.container))

    @cached_property
    def empty(self) -> frozenset[etree._Element]:
        """The paragraphs of the body that show nothing."""
        full: set[etree._Element] = set()
        for e in self.body.iter(*_SHOWN):
            above = e.getparent()
            while above is not None and above not in full:
                if above.tag == _P:
                    full.add(above)
                above = above.getparent()
        return frozenset(p for p in self.body.iter(_P) if p not in full)

    @cached_property
    def paragraphs(self) -> tuple[tuple[etree._Element, str, str], ...]:
        """Each paragraph of the body that shows something, with its style and the outline level that it names."""
        found = []
        empty = self.empty
        for p in self.body.iter(_P):
            if p in empty:
                continue
            said: dict[str, str] = {}
            for e in p[0] if p[0].tag == _PROPERTIES else ():
                if e.tag in (_STYLE, _OUTLINE):
                    said.setdefault(str(e.tag), e.get(_VAL) or "")
            found.append((p, said.get(_STYLE) or self.default, said.get(_OUTLINE, "")))
        return tuple(found)

    @cached_property
    def styles(self) -> dict[str, etree._Element]:
        """Style id -> style."""
        name = self.container.part("styles")
        found = self.container.tree(name).iter(W + "style") if name else ()
        return {s.get(W + "styleId") or "": s for s in found}

    @cached_property
    def default(self) -> str:
        """The id of the style that paragraphs have that name none."""
        return next((i for i, s in self.styles.items() if s.get(W + "default") not in (None, *OFF)
                     and s.get(W + "type") == "paragraph"), "")  # fmt: skip

    @cached_property
    def levels(self) -> dict[str, int]:
        """Style id -> outline level from 1, of the styles that make headings."""
        named = ((i, self.said(i, f"{W}pPr/{W}outlineLvl")) for i in self.styles)
        return {i: int(said) + 1 for i, said in named if said.isdigit() and int(said) < 9}

    def said(self, style: str, path: str) -> str:
        """The w:val that a style or the nearest of those that it is based on gives."""
        seen: set[str] = set()
        while style in self.styles and style not in seen:
            seen.add(style)
            if found := val(self.styles[style], path):
                return found
            style = val(self.styles[style], W + "basedOn")
        return ""


@dataclass(frozen=True, slots=True)
class Check:
    """A check with its code and the function whose docstring tells what, why, bad and good."""

    code: str
    find: Callable[[Document], Iterator[Found]]
    severity: Severity = Severity.WARNING

    @property
    def text(self) -> str:
        """The docstring without indentation."""
        return inspect.cleandoc(self.find.__doc__ or "")


def check(container: Container) -> list[Finding]:
    """What keeps people from reading the document; of each kind the first few."""
    document = Document(container)
    found: list[Finding] = []
    for one in CHECKS:
        for count, (element, message, hint) in enumerate(one.find(document), 1):
            found.append(Finding(one.code, one.severity, _place(document, element), message, hint))
            if count == MOST:
                break
    return found


def _place(document: Document, element: etree._Element | None) -> Location:
    file = document.container.file
    if element is None:
        return Location(file=file)
    root = element.getroottree().getroot()
    label = next((label for label, tree in document.parts if tree is root), "")
    p = element if element.tag == W + "p" else next(element.iterancestors(W + "p"), None)
    p = next(element.iter(W + "p"), None) if p is None else p
    number = next((i for i, x in enumerate(root.iter(W + "p"), 1) if x is p), None)
    return Location(file=file, part=label, paragraph=number, text=shown(p)[:80] if p is not None else "")


# ---------------------------------------------------------------- checks
def title(document: Document) -> Iterator[Found]:
    """The document has no title.

    Why: A screen reader announces the title when the document opens; without one it spells the name of the file.
    Source: WCAG 2.1, 2.4.2; Government Code section 11546.7.
    Bad:
        core: <dc:title></dc:title>
    Good:
        core: <dc:title>Data Sharing Agreement</dc:title>
    """
    name = next(iter(document.container.related("", "core-properties")), "")
    said = document.container.tree(name).find(DC + "title") if name else None
    if said is None or not (said.text or "").strip():
        yield None, "the document has no title", "give the template one: in Word, File > Info > Title"


def language(document: Document) -> Iterator[Found]:
    """The document doesn't say which language it is in.

    Why: A screen reader pronounces words by the rules of the language. Source: WCAG 2.1, 3.1.1.
    Bad:
        defaults: <w:lang w:val=""/>
    Good:
        defaults: <w:lang w:val="en-US"/>
    """
    name = document.container.part("styles")
    path = f"{W}docDefaults/{W}rPrDefault/{W}rPr/{W}lang"
    if not (name and val(document.container.tree(name), path)):
        yield (
            None,
            "the document doesn't say its language",
            "in Word, Review > Language > Set Proofing Language",
        )


def heading_order(document: Document) -> Iterator[Found]:
    """A heading is more than one level below the one before it, or the first isn't of the first level.

    Why: People go through a document by its headings; a level that is missing looks like lost text.
    Source: WCAG 2.1, 1.3.1; PDF/UA-1, 7.4.2.
    Bad:
        <w:p><w:pPr><w:outlineLvl w:val="0"/></w:pPr><w:r><w:t>Terms</w:t></w:r></w:p>
        <w:p><w:pPr><w:outlineLvl w:val="2"/></w:pPr><w:r><w:t>Costs</w:t></w:r></w:p>
    Good:
        <w:p><w:pPr><w:outlineLvl w:val="0"/></w:pPr><w:r><w:t>Terms</w:t></w:r></w:p>
        <w:p><w:pPr><w:outlineLvl w:val="1"/></w:pPr><w:r><w:t>Costs</w:t></w:r></w:p>
    """
    before = 0
    for p, style, outline in document.paragraphs:
        level = _level(outline) if outline else document.levels.get(style, 0)
        if not level or not shown(p).strip():
            continue
        if level > before + 1:
            above = f"a heading of level {before}" if before else "no other heading"
            hint = f"make it a heading of level {before + 1}"
            yield p, f"“{shown(p)[:60]}” is a heading of level {level} after {above}", hint
        before = level


def header_rows(document: Document) -> Iterator[Found]:
    """A table has neither a header row nor a header column.

    Why: A screen reader says the heading of a cell before the cell; without headings a table is a row of words.
    Source: WCAG 2.1, 1.3.1; PDF/UA-1, 7.5.
    Bad:
        <w:tbl><w:tr><w:tc><w:p/></w:tc><w:tc><w:p/></w:tc></w:tr><w:tr><w:tc><w:p/></w:tc><w:tc><w:p/></w:tc></w:tr></w:tbl>
    Good:
        <w:tbl><w:tr><w:trPr><w:tblHeader/></w:trPr><w:tc><w:p/></w:tc><w:tc><w:p/></w:tc></w:tr><w:tr><w:tc><w:p/></w:tc><w:tc><w:p/></w:tc></w:tr></w:tbl>
    """
    for _, root in document.parts:
        for table in root.iter(W + "tbl"):
            rows = table.findall(W + "tr")
            if len(rows) < 2 or max(len(r.findall(W + "tc")) for r in rows) < 2:
                continue
            look = table.find(f"{W}tblPr/{W}tblLook")
            column = look is not None and look.get(W + "firstColumn", "0") not in OFF
            if not column and rows[0].find(f"{W}trPr/{W}tblHeader") is None:
                hint = "in Word, select the first row, Layout > Repeat Header Rows; or Table Design > First Column"
                yield table, "a table has neither a header row nor a header column", hint


def alternative_text(document: Document) -> Iterator[Found]:
    """A picture has no alternative text and isn't marked as decoration.

    Why: Who doesn't see the picture is told what it shows. Source: WCAG 2.1, 1.1.1; PDF/UA-1, 7.3.
    Bad:
        <w:p><w:r><w:drawing><wp:inline><wp:docPr id="901" name="Picture 1"/></wp:inline></w:drawing></w:r></w:p>
    Good:
        <w:p><w:r><w:drawing><wp:inline><wp:docPr id="901" name="Picture 1" descr="Seal of the State"/></wp:inline></w:drawing></w:r></w:p>
    """  # noqa: E501 (XML that is also run)
    hint = "in Word, right-click the picture, Edit Alt Text; or mark it as decorative there"
    for _, root in document.parts:
        for e in root.iter("{*}docPr"):
            decoration = next(e.iter(DECORATIVE), None)
            if not (e.get("descr") or e.get("title") or "").strip() and (
                decoration is None or decoration.get("val") in OFF
            ):
                yield e, f"the picture “{e.get('name', '')}” has no alternative text", hint
        for e in root.iter(V + "imagedata"):
            shape = e.getparent()
            behind = next(e.iterancestors(MC + "Fallback"), None) is not None
            if shape is not None and not behind and not shape.get("alt", "").strip():
                yield e, "a picture has no alternative text", hint


def empty_paragraphs(document: Document) -> Iterator[Found]:
    """An empty paragraph makes room between paragraphs.

    Why: A screen reader says “blank” for each; room belongs into the style, as spacing before or after.
    Source: WCAG 2.1, 1.3.1 (techniques for Word).
    Bad:
        <w:p><w:r><w:t>One</w:t></w:r></w:p><w:p/><w:p><w:r><w:t>Two</w:t></w:r></w:p>
    Good:
        <w:p><w:pPr><w:spacing w:after="240"/></w:pPr><w:r><w:t>One</w:t></w:r></w:p><w:p><w:r><w:t>Two</w:t></w:r></w:p>
    """  # noqa: E501 (XML that is also run)
    hint = "delete it, and set the spacing of the paragraph above or below (in Word, Layout > Spacing)"
    for p in document.body.iter(W + "p"):
        before = p.getprevious() if p in document.empty else None
        if before is not None and before.tag == W + "p" and p.find(f"{W}pPr/{W}sectPr") is None:
            yield p, "an empty paragraph makes room", hint  # not the one that a cell must have, or after a table


def field_names(document: Document) -> Iterator[Found]:
    """A form field has no name.

    Why: A screen reader says the name of a field before its value. Source: WCAG 2.1, 4.1.2.
    Bad:
        <w:sdt><w:sdtPr><w:dropDownList/></w:sdtPr><w:sdtContent><w:p/></w:sdtContent></w:sdt>
    Good:
        <w:sdt><w:sdtPr><w:alias w:val="Method of transfer"/><w:dropDownList/></w:sdtPr><w:sdtContent><w:p/></w:sdtContent></w:sdt>
    """  # noqa: E501 (XML that is also run)
    hint = "in Word, Developer > Properties > Title"
    for _, root in document.parts:
        for e in root.iter(W + "sdtPr"):
            kinds = {str(child.tag).rpartition("}")[2] for child in e}
            if kinds & _FILLED and not (val(e, W + "alias") or val(e, W + "tag")):
                yield e.getparent(), "a form field has no name", hint
        for e in root.iter(W + "ffData"):
            if not any(val(e, W + x) for x in ("name", "helpText", "statusText")):
                yield e, "a form field has no name", hint


def contrast(document: Document) -> Iterator[Found]:
    """Text has too little contrast to its background.

    Why: People of low sight, and everybody on a poor print, can't read it. Source: WCAG 2.1, 1.4.3.
    Bad:
        <w:p><w:r><w:rPr><w:color w:val="C0C0C0"/></w:rPr><w:t>Gray</w:t></w:r></w:p>
    Good:
        <w:p><w:r><w:rPr><w:color w:val="595959"/></w:rPr><w:t>Gray</w:t></w:r></w:p>
    """
    for _, root in document.parts:
        for e in root.iter(W + "color"):
            run = next(e.iterancestors(W + "r"), None)
            if run is not None and any(t.text and t.text.strip() for t in run.iterfind(W + "t")):
                yield from _faint(e, e.get(W + "val", ""), _background(run))
    for style in sorted({style for _, style, _ in document.paragraphs}):
        color, fill = document.said(style, f"{W}rPr/{W}color"), _fill(document.styles.get(style), f"{W}pPr/{W}shd")
        yield from _faint(None, color, fill or "FFFFFF", f" of the style {style}")


CHECKS: tuple[Check, ...] = (
    Check("T101", title),
    Check("T102", language),
    Check("T103", heading_order),
    Check("T104", header_rows),
    Check("T105", alternative_text),
    Check("T106", empty_paragraphs),
    Check("T107", field_names),
    Check("T108", contrast),
)
"""Every check of a rendered document for accessibility."""
_FILLED = frozenset(("checkbox", "comboBox", "dropDownList", "date", "text"))
_P, _PROPERTIES, _STYLE, _OUTLINE, _VAL = W + "p", W + "pPr", W + "pStyle", W + "outlineLvl", W + "val"
_SHOWN = tuple(
    W + x for x in ("t", "tab", "br", "drawing", "pict", "object", "sym", "fldChar", "fldSimple", "footnoteReference",
                    "endnoteReference", "sdt", "ptab", "noBreakHyphen", "bookmarkStart", "ruby", "cr")
)  # fmt: skip


# ---------------------------------------------------------------- reading
def val(parent: etree._Element, path: str) -> str:
    """The w:val of the element at a path, nothing if there is none."""
    e = parent.find(path)
    return (e.get(W + "val") or "") if e is not None else ""


def _level(outline: str) -> int:
    """The outline level of a paragraph that names one, 0 for text."""
    return int(outline) + 1 if outline.isdigit() and int(outline) < 9 else 0


def _background(run: etree._Element) -> str:
    """The color behind a run: its own, its paragraph's or its cell's."""
    p, cell = next(run.iterancestors(W + "p"), None), next(run.iterancestors(W + "tc"), None)
    own_fill, around = _fill(run, f"{W}rPr/{W}shd"), _fill(p, f"{W}pPr/{W}shd")
    return own_fill or around or _fill(cell, f"{W}tcPr/{W}shd") or "FFFFFF"


def _fill(e: etree._Element | None, path: str) -> str:
    shade = e.find(path) if e is not None else None
    color = shade.get(W + "fill", "") if shade is not None else ""
    return color if is_color(color) else ""


def _faint(e: etree._Element | None, color: str, fill: str, of: str = "") -> Iterator[Found]:
    if is_color(color) and (ratio := contrast_of(color, fill)) < LEAST:
        message = f"the text{of} in {color.upper()} on {fill.upper()} has a contrast of {ratio:.1f} to 1"
        yield e, message, f"choose colors with a contrast of at least {LEAST} to 1"

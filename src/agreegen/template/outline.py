"""A Word file → outline text: what it says, paragraph by paragraph, with the labels a reader sees.

For files that `draft` made, `draft(outline(docx)) == docx`. Any other Word file can be read too; no word is left out.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from agreegen.errors import UsageError
from agreegen.template import base, numbering
from agreegen.template.draft import alt_text
from agreegen.template.lists import W, on, parse
from agreegen.template.notation import (
    CONTENTS_TITLE,
    HEADINGS,
    MARKS,
    PLACEHOLDER,
    PLACES,
    Block,
    Break,
    Contents,
    Margin,
    Outline,
    Paragraph,
    Part,
    Row,
    Span,
    Table,
    merged,
)
from agreegen.template.notation.write import write
from agreegen.template.story import Story, blocks, text_boxes
from agreegen.template.styles import shown_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from lxml import etree

    Element = etree._Element

_R = f"{{{base.RELATIONS}}}"
_DRAWING_TEXT = "{http://schemas.openxmlformats.org/drawingml/2006/main}t"
_OTHER_PARTS = re.compile(r"word/(?!glossary/|document\.xml|footnotes\.xml)[^_].*\.xml")
_PRIVATE = re.compile("[\ue000-\uf8ff]")  # bullets of symbol fonts


def outline(docx: bytes) -> str:
    """The outline text of a Word file."""
    return write(outlined(docx))


def outlined(docx: bytes) -> Outline:
    """The outline of a Word file, as values."""
    return _Reader(base.unpack(docx)).outline()


def outline_of(path: Path) -> str:
    """The outline text of a Word file on disk; UsageError with its name if it can't be read as one."""
    try:
        return outline(path.read_bytes())
    except UsageError as error:
        raise UsageError(f"{path}: {error.message}", error.hint) from None


def outline_path(path: Path) -> Path:
    """Where the outline of a Word file stands: beside it, as .txt."""
    return path.with_suffix(".txt")


def stale_outlines(root: Path) -> list[Path]:
    """The Word files under a folder whose outline beside them is missing or says something else."""
    found = (p for p in sorted(root.rglob("*.docx")) if not p.name.startswith("~$") and p.name != "base.docx")
    return [p for p in found if not _is_current(p)]


def _is_current(path: Path) -> bool:
    text = outline_path(path)
    return text.is_file() and text.read_bytes().replace(b"\r\n", b"\n") == outline_of(path).encode()


class _Reader:
    """Reads one Word file."""

    def __init__(self, parts: Mapping[str, bytes]) -> None:
        self._parts = parts
        hint = "save it in Word as “Word Document (.docx)”"
        if "word/document.xml" not in parts:
            raise UsageError("not a Word file: it has no word/document.xml", hint)
        self._document = parse(parts["word/document.xml"])
        found = self._document.find(f"{W}body")
        if found is None:
            raise UsageError("a Word file of a kind that can't be read", hint)
        self._body: Element = found
        styles = self._root("word/styles.xml")
        self._names, self._default = _style_names(styles)
        counted = numbering.number(self._document, styles, self._root("word/numbering.xml"), branches=True)
        self._numbered = {n.paragraph: n for n in counted}
        self._notes: dict[str, int] = {}
        self._scope: tuple[str, bool] = ("", False)
        self._used = {"word/document.xml"}

    def _root(self, name: str) -> Element | None:
        return parse(self._parts[name]) if name in self._parts else None

    def outline(self) -> Outline:
        found = tuple(self._blocks())
        section = self._body.find(f"{W}sectPr")
        margins = tuple(self._margins(section)) if section is not None else ()
        notes = tuple(self._footnotes())
        return Outline(
            found, _is_landscape(section), on(section, f"{W}titlePg"), margins, notes, tuple(self._other_parts())
        )

    # ------------------------------------------------------------ body
    def _blocks(self) -> list[Block]:
        story = Story(self._notes)
        out: list[Block] = []
        after_table = False
        for e in blocks(self._body):
            if e.tag == f"{W}tbl":
                caption = _caption(out, _value(e, f"{W}tblPr/{W}tblCaption"))
                out[len(out) - bool(caption) :] = [self._table(e, story, caption)]
                after_table = True
            elif e.tag == f"{W}p":
                p = self._paragraph(e, story)
                section = e.find(f"{W}pPr/{W}sectPr")
                if (after_table and p == Paragraph("Table End")) or (section is not None and not p.spans):
                    pass
                elif contents := _contents(out, p, story):
                    out[-1] = contents
                else:
                    out.append(p)
                after_table = False
                if section is not None:
                    out.append(Break(_is_landscape(section)))
        return out

    def _paragraph(self, e: Element, story: Story) -> Paragraph:
        style = self._style(e)
        spans = story.spans(e)
        anchor, name = self._bookmarks(e, style)
        numbered = self._numbered.get(e)
        label = "" if numbered is None or style in MARKS or style == "Table Bullet" else numbered.label
        label = _PRIVATE.sub("•", label).strip()
        return Paragraph(style, spans, anchor, name, on(e, f"{W}pPr/{W}pageBreakBefore"), label)

    def _style(self, e: Element) -> str:
        style_id = _value(e, f"{W}pPr/{W}pStyle") or self._default
        return self._names.get(style_id, style_id) or "Normal"

    def _bookmarks(self, e: Element, style: str) -> tuple[str, str]:
        for b in e.iter(f"{W}bookmarkStart"):
            found = b.get(f"{W}name") or ""
            parts = base.bookmark_parts(found)
            if parts is None:
                continue
            anchor, name, exhibit = parts
            if style in HEADINGS and not name and exhibit == (style == "Exhibit Title"):
                self._scope = (anchor, exhibit)
                return anchor, ""
            if style not in HEADINGS and name and (anchor, exhibit) == self._scope:
                return "", name
        return "", ""

    def _table(self, e: Element, story: Story, caption: tuple[Span, ...]) -> Table:
        properties = e.find(f"{W}tblPr")
        title = _value(properties, f"{W}tblCaption")
        style = _value(properties, f"{W}tblStyle")
        look = properties.find(f"{W}tblLook") if properties is not None else None
        rows = [r for r in e.iter(f"{W}tr") if _owner(r, f"{W}tbl") is e and not _is_deleted(r)]
        found = tuple(self._row(r, story) for r in rows)
        heads = [on(r, f"{W}trPr/{W}tblHeader") for r in rows]
        ours = style.startswith("Agreement")
        return Table(
            rows=found,
            widths=_widths(e, max((len(r.cells) for r in found), default=1)),
            caption=caption,
            title="" if title == alt_text(caption) else title,
            header=heads.index(False) if False in heads else 0,
            headcol=ours and look is not None and look.get(f"{W}firstColumn") == "1",
            look="plain" if style == "AgreementPlain" else "grid",
        )

    def _row(self, row: Element, story: Story) -> Row:
        """The paragraphs of each cell, those of tables inside it included."""
        cells = (c for c in row.iter(f"{W}tc") if _owner(c, f"{W}tr") is row)
        return Row(tuple(tuple(self._paragraph(p, story) for p in _paragraphs(c)) for c in cells))

    # ------------------------------------------------------------ outside the body
    def _footnotes(self) -> Iterator[tuple[Paragraph, ...]]:
        root = self._root("word/footnotes.xml")
        if root is None:
            return
        kinds = (None, "normal")
        found = {n.get(f"{W}id") or "": n for n in root.iterfind(f"{W}footnote") if n.get(f"{W}type") in kinds}
        for i in [*(i for i in self._notes if i in found), *(i for i in found if i not in self._notes)]:
            yield self._footnote(found[i])

    def _footnote(self, note: Element) -> tuple[Paragraph, ...]:
        story = Story(self._notes)
        out: list[Paragraph] = []
        for e in _paragraphs(note):
            p = self._paragraph(e, story)
            if not out and p.spans and p.spans[0].text.startswith(" ") and e.find(f".//{W}footnoteRef") is not None:
                first = Span(p.spans[0].text[1:], p.spans[0].bold, p.spans[0].italic)
                p = Paragraph(p.style, merged([first, *p.spans[1:]]), p.anchor, p.name, p.page_break, p.label)
            out.append(p)
        return tuple(out)

    def _margins(self, section: Element) -> Iterator[Margin]:
        """The headers and footers of the last section, as far as they are plain lines."""
        targets = self._relations()
        for place in PLACES:
            kind = place.split()[-1]
            wanted = "first" if place.startswith("first") else "default"
            for ref in section.iterfind(f"{W}{kind}Reference"):
                part = targets.get(ref.get(f"{_R}id") or "", "")
                if (ref.get(f"{W}type") or "default") != wanted or (root := self._root(part)) is None:
                    continue
                lines = self._story(root)
                if any(p != Paragraph(kind.capitalize(), p.spans) for p in lines) or any(text_boxes(root)):
                    continue
                self._used.add(part)
                implied = wanted == "first" and on(section, f"{W}titlePg") and [p.spans for p in lines] == [()]
                yield from () if implied else (Margin(place, p.spans) for p in lines)

    def _story(self, root: Element) -> list[Paragraph]:
        story = Story(self._notes)
        return [self._paragraph(p, story) for p in _paragraphs(root)]

    def _relations(self) -> dict[str, str]:
        root = self._root("word/_rels/document.xml.rels")
        found = root if root is not None else ()
        return {r.get("Id") or "": posixpath.normpath(posixpath.join("word", r.get("Target") or "")) for r in found}

    def _other_parts(self) -> Iterator[Part]:
        """What has words and isn't shown yet: other headers and footers, comments, endnotes, charts, text boxes."""
        roots = [self._document]
        for name in sorted(self._parts):
            if not _OTHER_PARTS.fullmatch(name) or name in self._used:
                continue
            root = parse(self._parts[name])
            roots.append(root)
            found = self._story(root) or [
                Paragraph("Normal", (Span(t.text),)) for t in root.iter(_DRAWING_TEXT) if t.text
            ]
            if any(p.text.strip() for p in found):
                yield Part(name.removeprefix("word/").removesuffix(".xml"), tuple(found))
        notes = self._root("word/footnotes.xml")
        boxes = [box for root in (*roots, notes) if root is not None for box in text_boxes(root)]
        for i, box in enumerate(boxes, start=1):
            yield Part(f"text box {i}", tuple(self._story(box)))


def _paragraphs(root: Element) -> Iterator[Element]:
    for e in blocks(root):
        if e.tag == f"{W}p":
            yield e
        else:
            yield from _paragraphs(e)


def _value(parent: Element | None, path: str) -> str:
    e = parent.find(path) if parent is not None else None
    return (e.get(f"{W}val") or "") if e is not None else ""


def _is_landscape(section: Element | None) -> bool:
    size = section.find(f"{W}pgSz") if section is not None else None
    return size is not None and size.get(f"{W}orient") == "landscape"


def _owner(e: Element, tag: str) -> Element | None:
    return next(e.iterancestors(tag), None)


def _is_deleted(row: Element) -> bool:
    return row.find(f"{W}trPr/{W}del") is not None


def _style_names(styles: Element | None) -> tuple[dict[str, str], str]:
    """Shown names by id, and the id of the default paragraph style."""
    names: dict[str, str] = {}
    default = ""
    for s in styles.iterfind(f"{W}style") if styles is not None else ():
        style_id = s.get(f"{W}styleId") or ""
        names[style_id] = re.sub("[<>]", "", shown_name(_value(s, f"{W}name") or style_id))
        if s.get(f"{W}type") == "paragraph" and s.get(f"{W}default") == "1":
            default = style_id
    return names, default


def _contents(before: list[Block], p: Paragraph, story: Story) -> Contents | None:
    """The unfilled contents that a paragraph makes together with the heading before it."""
    heading = before[-1] if before else None
    if p != Paragraph("toc 1", (Span(PLACEHOLDER),)) or not any(c.strip().startswith("TOC") for c in story.codes):
        return None
    if not isinstance(heading, Paragraph):
        return None
    ours = Paragraph("Contents Heading", (Span(CONTENTS_TITLE),), page_break=heading.page_break)
    return Contents(heading.page_break) if heading == ours else None


def _caption(before: list[Block], title: str) -> tuple[Span, ...]:
    """The text of a caption just before a table, if it is the table's own."""
    last = before[-1] if before else None
    if not isinstance(last, Paragraph) or last != Paragraph("Caption", last.spans):
        return ()
    return () if not title and alt_text(last.spans) else last.spans


def _widths(table: Element, columns: int) -> tuple[int, ...]:
    found = [int(c.get(f"{W}w") or 0) for c in table.iterfind(f"{W}tblGrid/{W}gridCol")]
    total = sum(found)
    if not total or min(found) < 0:
        found, total = [1] * columns, columns
    return tuple(round(100 * w / total) for w in found)

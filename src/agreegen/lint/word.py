"""Rules about the Word file itself: what was left in it, and whether styles, lists and fonts are the template's own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agreegen.lint.rule import Spot, error, warning
from agreegen.pdf.fonts import is_twin
from agreegen.template.adopt import canonical
from agreegen.template.compose import PENDING
from agreegen.template.container import W
from agreegen.template.place import own

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml import etree

    from agreegen.lint.line import Line
    from agreegen.lint.page import Page
    from agreegen.template.container import Container

VAL = W + "val"
OFF = ("0", "false", "off", "none")
MANUAL = re.compile(r"\s*(?:\(?(?:[a-z]|[ivx]{1,5}|\d{1,2})\)|\d{1,2}\.(?:\d{1,2}\.?)*|[A-Z]\.)[ \t]+(?=[A-Z“\"{])")
LEFT = re.compile(
    r"\[(?!\d)[^\[\]{}]{0,60}(?:insert|enter|name|date|tbd|confirm|choose|select|to come|\?)[^\[\]{}]{0,60}\]"
    r"|\bTBD\b|\bTODO\b|\bXX+\b|\?\?+|\blorem ipsum\b|<<[^<>]*>>",
    re.IGNORECASE,
)
NUMBERED = ("Heading", "Clause", "Exhibit")


def tracked(page: Page) -> Iterator[Spot]:
    """Tracked changes are pending.

    Why: nobody has decided yet what the text says; a program would have to guess.
    Bad:
        <w:p><w:ins w:id="1" w:author="Reviewer"><w:r><w:t>The Parties agree.</w:t></w:r></w:ins></w:p>
    Good:
        <w:p><w:r><w:t>The Parties agree.</w:t></w:r></w:p>
    """
    for line in page.lines:
        found = list(line.element.iter(*PENDING)) + _around(line.element)
        if found:
            words = "".join(t.text or "" for e in found for t in e.iter(W + "t", W + "delText"))[:80]
            hint = "in Word, Review > Accept or Reject"
            yield Spot("a tracked change is pending here", hint, line, max(line.text.find(words), 0), words)


def _around(p: etree._Element) -> list[etree._Element]:
    """Changes that a whole paragraph or row stands in."""
    row = next(p.iterancestors(W + "tr"), None)
    marks = list(row.iterfind(f"{W}trPr/{W}ins")) + list(row.iterfind(f"{W}trPr/{W}del")) if row is not None else []
    return [*p.iterancestors(*PENDING), *marks]


def comments(page: Page) -> Iterator[Spot]:
    """A comment was left in the file.

    Why: comments are left out of agreements, so that a question in one of them may never be answered.
    Bad:
        <w:p><w:r><w:t>The Parties agree.</w:t></w:r><w:r><w:commentReference w:id="0"/></w:r></w:p>
    Good:
        <w:p><w:r><w:t>The Parties agree.</w:t></w:r></w:p>
    """
    for line in page.lines:
        if next(own(line.element, W + "commentReference"), None) is not None:
            yield Spot("a comment was left here", "settle it, and delete it in Word", line)


def hidden(page: Page) -> Iterator[Spot]:
    """Words are hidden.

    Why: hidden words are in each agreement, where one reader sees them and another doesn't.
    Bad:
        <w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>The Parties agree.</w:t></w:r></w:p>
    Good:
        <w:p><w:r><w:t>The Parties agree.</w:t></w:r></w:p>
    """
    for line in page.lines:
        for run in own(line.element, W + "r"):
            mark = run.find(f"{W}rPr/{W}vanish")
            words = "".join(t.text or "" for t in run.iterfind(W + "t"))
            if mark is not None and mark.get(VAL) not in OFF and words.strip():
                hint = "delete them, or in Word, Home > Font, clear Hidden"
                yield Spot(f"{words[:60]!r} is hidden", hint, line, max(line.text.find(words), 0), words)


def left_over(page: Page) -> Iterator[Spot]:
    """Something is left of drafting: a highlight, or a place to be filled in by hand.

    Why: it is printed in every agreement.
    Bad:
        The term is [insert number] years.
    Good:
        The term is three years.
    """
    for line in page.lines:
        for found in LEFT.finditer(line.plain):
            hint = "write the words, or a tag that prints them"
            yield Spot(f"{found[0]!r} is left of drafting", hint, line, found.start(), found[0])
        for run in own(line.element, W + "r"):
            mark = run.find(f"{W}rPr/{W}highlight")
            words = "".join(t.text or "" for t in run.iterfind(W + "t"))
            if mark is not None and mark.get(VAL) not in OFF and words.strip():
                hint = "in Word, Home > Text Highlight Color > No Color"
                yield Spot(f"{words[:60]!r} is highlighted", hint, line, max(line.text.find(words), 0), words)


def strange_style(page: Page) -> Iterator[Spot]:
    """A paragraph or table has a style that isn't the template's own.

    Why: it looks otherwise than the agreement around it, and numbers of headings and paragraphs go astray.
    Bad:
        <w:p><w:pPr><w:pStyle w:val="MyOwn"/></w:pPr><w:r><w:t>The Parties agree.</w:t></w:r></w:p>
    Good:
        <w:p><w:pPr><w:pStyle w:val="ClauseText"/></w:pPr><w:r><w:t>The Parties agree.</w:t></w:r></w:p>
    """
    ours = _styles(page.base or page.container)
    theirs = _styles(page.container)
    both = ours.keys() & theirs.keys() if not _alike(page, "styles") else ()
    changed = {s for s in both if canonical(theirs[s]) != canonical(ours[s])}
    names = page.style_names
    for line in page.lines:
        for e in (*line.element.iter(W + "pStyle", W + "rStyle"), *_table_style(line.element)):
            style = e.get(VAL) or ""
            name = names.get(style, style)
            hint = "apply a style of base.docx: in Word, Home > Styles"
            if style not in ours:
                yield Spot(f"the style {name!r} isn't one of the template's", hint, line)
            elif style in changed:
                yield Spot(f"the style {name!r} was changed in this file", hint, line)


def _alike(page: Page, kind: str) -> bool:
    """True when a part of the file is that of the base, byte for byte."""
    if page.base is None:
        return True
    parts = [c.members.get(c.part(kind)) for c in (page.container, page.base)]
    return parts[0] == parts[1]


def _styles(container: Container) -> dict[str, etree._Element]:
    name = container.part("styles")
    found = container.tree(name).iter(W + "style") if name else ()
    return {s.get(W + "styleId") or "": s for s in found}


def _table_style(p: etree._Element) -> Iterator[etree._Element]:
    """The style of the table whose first paragraph this is."""
    table = next(p.iterancestors(W + "tbl"), None)
    if table is not None and next(table.iter(W + "p"), None) is p:
        yield from table.iterfind(f"{W}tblPr/{W}tblStyle")


def strange_list(page: Page) -> Iterator[Spot]:
    """A list isn't the template's own, or a number is typed by hand.

    Why: such numbers don't go on from those around, and references can't follow them.
    Bad:
        <Clause Text> (a) The Parties agree.
    Good:
        (a) The Parties agree.
    """
    known = _lists(page.base) if page.base is not None and not _alike(page, "numbering") else None
    here = _lists(page.container) if known is not None else {}
    for line in page.lines:
        num = line.element.find(f"{W}pPr/{W}numPr/{W}numId")
        said = num.get(VAL) or "0" if num is not None else "0"
        if known is not None and said != "0" and here.get(said, b"") not in known.values():
            yield Spot(
                "the list isn't one of the template's", "apply the style of the list: in Word, Home > Styles", line
            )
        if (found := MANUAL.match(line.plain)) and not _in_table(line):
            message = f"the number {found[0].strip()!r} is typed by hand"
            hint = "delete it, and apply a style that counts, such as Clause 3"
            yield Spot(message, hint, line, found.start(), found[0].strip())


def _in_table(line: Line) -> bool:
    return bool(line.place.cell)


def _lists(container: Container) -> dict[str, bytes]:
    """numId -> what its list is."""
    name = container.part("numbering")
    if not name:
        return {}
    root = container.tree(name)
    kinds = {a.get(W + "abstractNumId"): canonical(a, W + "abstractNumId") for a in root.iterfind(W + "abstractNum")}
    found = {}
    for num in root.iterfind(W + "num"):
        kind = num.find(W + "abstractNumId")
        changed = b"".join(canonical(o) for o in num.iterfind(W + "lvlOverride"))
        found[num.get(W + "numId") or ""] = kinds.get(kind.get(VAL) if kind is not None else "", b"") + changed
    return found


def strange_font(page: Page) -> Iterator[Spot]:
    """Words are in a font for which no font of the same widths comes along.

    Why: on a machine without the font, lines and pages break elsewhere than in the copy that was signed.
    Bad:
        <w:p><w:r><w:rPr><w:rFonts w:ascii="Garamond" w:hAnsi="Garamond"/></w:rPr><w:t>The Parties agree.</w:t></w:r></w:p>
    Good:
        <w:p><w:r><w:rPr><w:rFonts w:ascii="Arial" w:hAnsi="Arial"/></w:rPr><w:t>The Parties agree.</w:t></w:r></w:p>
    """  # noqa: E501 (XML that is also run)
    seen: set[tuple[str, str]] = set()
    ours = _fonts_of_styles(page)
    for line in page.lines:
        fonts = {f for e in own(line.element, W + "rFonts") for f in _faces(e)} | ours.get(line.style, set())
        for font in sorted(f for f in fonts if f and not is_twin(f)):
            if (font, line.style) not in seen or font not in ours.get(line.style, set()):
                hint = "use Arial, Times New Roman, or the style's own font: in Word, Home > Font"
                yield Spot(f"the font {font!r} has no twin of the same widths", hint, line)
            seen.add((font, line.style))


def _faces(e: etree._Element) -> set[str]:
    return {e.get(W + a) or "" for a in ("ascii", "hAnsi")} - {""}


def _fonts_of_styles(page: Page) -> dict[str, set[str]]:
    """Style name -> the fonts that the style itself names."""
    found: dict[str, set[str]] = {}
    for style, e in _styles(page.container).items():
        fonts = {f for r in e.iter(W + "rFonts") for f in _faces(r)}
        if fonts:
            found[page.style_names.get(style, style)] = fonts
    return found


RULES = (
    error("T016", tracked),
    warning("T024", comments),
    warning("T230", hidden),
    warning("T231", left_over),
    warning("T232", strange_style),
    warning("T233", strange_list),
    warning("T234", strange_font),
)

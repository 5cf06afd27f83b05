"""Dialect: a Word part with docxtpl's tags becomes Jinja source, and nothing else of it changes.

What docxtpl does with regular expressions is done here on the tree, so that no text is lost on the way: tags split over
runs come together where they begin, `{%p`, `{%tr` and `{%tc` replace an element that holds nothing but the tag, `{{r`
splits its run. docxtpl's own cleaning is asked for the rest (`colspan`, `cellbg`, `vm`, `hm`, `{%-`).
"""

from __future__ import annotations

import re
from dataclasses import field, replace
from typing import TYPE_CHECKING

from lxml import etree

from agreegen.late import dataclass
from agreegen.template.container import XML_SPACE, W
from agreegen.template.paragraph import (
    BLANK,
    FIELD,
    M_TEXT,
    OBJECT,
    STREAMS,
    TEXT,
    drop,
    outside,
    own_text,
    piece,
    plain,
    put,
    split,
    spread,
)
from agreegen.template.place import Places, own, unmarked
from agreegen.template.reference import Targets, answered, fields, is_reference, placeholder
from agreegen.template.tag import Tag, TagError, scan, stray

if TYPE_CHECKING:
    from collections.abc import Iterable

    from agreegen.finding import Location
    from agreegen.template.problem import Problems

HOLDERS = {"p": W + "p", "tr": W + "tr", "tc": W + "tc"}
DIGITS = "".join(chr(0x2000 + i) for i in range(10))
MARK = re.compile(f"[{DIGITS}]+")
FEATURES = re.compile(r"\{%[-+]?\s*(?:colspan|cellbg|vm|hm)\b|\{[%{]-|-[%}]\}")
TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}")


@dataclass(slots=True)
class Source:
    """One part as Jinja source; line n of it belongs to the tag `tags[n - 1]` at `lines[n - 1]`."""

    part: str
    text: str = ""
    lines: list[Location] = field(default_factory=list)
    tags: list[Tag] = field(default_factory=list)
    literal: list[str] = field(default_factory=list)
    fallback: str = ""
    referenced: list[tuple[str, Location]] = field(default_factory=list)  # bookmarks whose numbers are shown, and where


class Translation:
    """The work on one part: `source()` gives its Jinja source and leaves the tree changed."""

    def __init__(
        self,
        part: str,
        root: etree._Element,
        places: Places,
        problems: Problems,
        targets: Targets,
    ) -> None:
        self.root, self.places, self.problems, self.targets = root, places, problems, targets
        self.marks = targets.marks
        self.source = Source(part)
        self.known: list[tuple[Tag, Location]] = []

    def run(self) -> Source:
        """The part as Jinja source."""
        before = len(self.problems)
        levels: list[tuple[etree._Element, Tag, str]] = []
        for p in self.root.iter(W + "p"):
            levels += self._paragraph(p)
        self._attributes()
        self._elsewhere()
        for p, tag, text in levels:
            self._level(p, tag, text)
        if any(f.severity == "error" for f in self.problems[before:]):
            self.source.tags = [t for t, _ in self.known]
            self.source.lines = [where for _, where in self.known]
        else:
            self._serialize()
        return self.source

    # -------------------------------------------------------------------------------------------- paragraphs
    def _paragraph(self, p: etree._Element) -> list[tuple[etree._Element, Tag, str]]:
        levels = []
        literal = []
        if any(True for _ in own(p, W + "fldChar")):
            self._refer(answered(p, self.marks), p)
        for kinds in STREAMS:
            stream = list(own(p, *kinds))
            pieces = [piece(e) for e in stream]
            text = "".join(pieces)
            if "{" not in text and "}" not in text:
                literal.append(text)
                continue
            tags = self._scan(text, p)
            literal.append(outside(text, tags))
            self._joined(text, tags, p)
            self._gather(stream, pieces, tags, p)
            if any(is_reference(t) for t in tags):
                self._references(stream, p)
            levels += [(p, t, text) for t in tags if t.level]
        found = plain("".join(literal))
        if found:
            self.source.literal.append(found)
        return levels

    def _scan(self, text: str, e: etree._Element) -> list[Tag]:
        where = self.places.of(e)
        tags: list[Tag] = []
        for found in scan(text):
            if isinstance(found, TagError):
                self.problems.error(found.code, replace(where, text=found.text), found.message, found.hint)
                return []
            tags.append(found)
        if odd := stray(text, tags):
            hint = "write tags as {{ name }} or {% if … %}; for braces that shall be printed write {_{ and }_}"
            self.problems.error("T034", replace(where, text=odd), f"{odd!r} looks like a broken tag", hint)
        return tags

    def _joined(self, text: str, tags: list[Tag], p: etree._Element) -> None:
        """`{%-` joins a paragraph to the one before, `-%}` to the one after; docxtpl drops the text in between."""
        for tag in tags:
            lost = (text[: tag.start] if tag.left == "-" else "") + (text[tag.end :] if tag.right == "-" else "")
            if lost.strip():
                where = replace(self.places.of(p), text=tag.text)
                message = f"the text beside {tag.text} would vanish: {lost.strip()[:80]!r}"
                self.problems.error(
                    "T031", where, message, "leave out the dash, or put the tag at the paragraph's edge"
                )

    def _refer(self, marks: Iterable[str], p: etree._Element) -> None:
        where = self.places.of(p)
        self.source.referenced += [(m, where) for m in marks]

    def _references(self, stream: list[etree._Element], p: etree._Element) -> None:
        for e in stream:
            if e.tag == TEXT and e.getparent() is not None:
                self._refer(fields(e), p)
            elif "\ue013" in (e.text or ""):
                hint = "put it into the text of a paragraph"
                self.problems.error("T036", self.places.of(p), "a reference stands in a field code", hint)

    def _mark(self, tag: Tag, where: Location) -> str:
        """The tag as Jinja source, with its number in blanks."""
        if is_reference(tag):
            return placeholder(tag, self.targets, replace(where, text=tag.text), self.problems)
        self.known.append((tag, replace(where, text=tag.text)))
        return tag.source("".join(DIGITS[int(d)] for d in str(len(self.known) - 1)) + " ")

    def _gather(self, stream: list[etree._Element], pieces: list[str], tags: list[Tag], p: etree._Element) -> None:
        """Puts each tag whole into the element where it begins."""
        where = self.places.of(p)
        starts = [sum(map(len, pieces[:i])) for i in range(len(pieces))]
        new: dict[int, list[str]] = {i: [] for i in range(len(pieces))}
        at, emptied = 0, set()
        for tag in tags:
            if OBJECT in tag.text:
                message = f"something other than text stands inside the tag {tag.text.replace(OBJECT, '…')!r}"
                self.problems.error("T033", replace(where, text=tag.text), message, "type the tag again, in one go")
            spread(new, starts, pieces, at, tag.start)
            first = next(i for i in reversed(range(len(starts))) if starts[i] <= tag.start and pieces[i])
            new[first].append(tag.text if tag.opens == "raw" else self._mark(tag, where))
            emptied |= {i for i in range(len(pieces)) if tag.start < starts[i] < tag.end}
            at = tag.end
        spread(new, starts, pieces, at, sum(map(len, pieces)))
        for i, e in enumerate(stream):
            if e.tag in (TEXT, FIELD, M_TEXT):
                text = "".join(new[i])
                if text != (e.text or ""):
                    e.text = text
                    e.set(XML_SPACE, "preserve")
                if not text and i in emptied:
                    drop(e)
            elif i in emptied and e.tag in BLANK:
                drop(e)

    # -------------------------------------------------------------------------------------------- levels
    def _level(self, p: etree._Element, tag: Tag, text: str) -> None:
        where = replace(self.places.of(p), text=tag.text)
        if tag.level == "r":
            self._run(p, tag, where)
            return
        if tag.opens == "{{":
            self.source.fallback = f"{tag.text} puts a sub-document or paragraphs made by Python into the text"
            return
        holder = p if tag.level == "p" else next(p.iterancestors(HOLDERS[tag.level]), None)
        noun = {"p": "paragraph", "tr": "row", "tc": "cell"}[tag.level]
        if holder is None:
            message = f"{tag.text} stands outside a table"
            self.problems.error("T036", where, message, "use {%p … %} for paragraphs")
            return
        if holder.getparent() is None:
            return
        if self._beside(holder, p, tag, text, noun, where):
            return
        source = next((m for m in re.findall(TAG, "".join(t.text or "" for t in own(p, TEXT)))), "")
        put(holder, source)

    def _beside(  # noqa: PLR0917 - all that its message tells
        self, holder: etree._Element, p: etree._Element, tag: Tag, text: str, noun: str, where: Location
    ) -> bool:
        """True, with a finding, when the holder has something besides the tag that docxtpl would delete."""
        rest = (text[: tag.start] + text[tag.end :]).strip()
        others = [own_text(q) for q in holder.iter(W + "p") if q is not p]
        rest = " ".join(x for x in (rest, *others) if x.strip()).replace(OBJECT, "(picture, note or field)")
        if rest:
            message = f"the {noun} of {tag.text} holds more than the tag, and would vanish with it: {rest[:80]!r}"
            self.problems.error("T031", where, message, f"put {tag.text} alone into a {noun} of its own")
        elif next(holder.iter(W + "sectPr"), None) is not None:
            hint = "put the section break into the next paragraph"
            self.problems.error("T031", where, f"a section break stands in the {noun} of {tag.text}", hint)
        elif any(b.get(W + "type") == "page" for b in holder.iter(W + "br")):
            message = f"a page break stands in the {noun} of {tag.text}, and would vanish with it"
            self.problems.error("T031", where, message, "put the page break into a paragraph of its own")
        else:
            return False
        return True

    def _run(self, p: etree._Element, tag: Tag, where: Location) -> None:
        """`{{r x }}`: the run is split, and the tag stands between the halves."""
        for t in own(p, TEXT):
            number = next((i for i, (k, _) in enumerate(self.known) if k is tag), None)
            for m in TAG.finditer(t.text or ""):
                if number is not None and _number(m[0]) == number:
                    split(t, m)
                    return
        self.problems.error("T036", where, f"{tag.text} does not stand in the text of a paragraph", "move it there")

    # -------------------------------------------------------------------------------------------- other places
    def _attributes(self) -> None:
        for e in self.root.iter():
            for name, value in e.attrib.items():
                if "{{" in value or "{%" in value:
                    e.set(name, self._inline(str(value), e))

    def _elsewhere(self) -> None:
        """Elements outside paragraphs, such as document properties."""
        skip = (TEXT, FIELD, M_TEXT)
        for e in self.root.iter():
            leaf = isinstance(e.tag, str) and e.tag not in skip and len(e) == 0
            if leaf and e.text and ("{{" in e.text or "{%" in e.text):
                e.text = self._inline(e.text, e)

    def _inline(self, text: str, e: etree._Element) -> str:
        tags, out, at = self._scan(text, e), [], 0
        where = self.places.of(e)
        for tag in tags:
            out += [text[at : tag.start], tag.text if tag.opens == "raw" else self._mark(tag, where)]
            at = tag.end
        return "".join(out) + text[at:]

    # -------------------------------------------------------------------------------------------- to source
    def _serialize(self) -> None:
        unmarked(self.root)
        text = etree.tostring(self.root, encoding="unicode").replace("\n", " ")
        text = TAG.sub(_unescaped, text)
        if FEATURES.search(text):
            text = patched(text)
        self.source.text = TAG.sub(self._line, text)

    def _line(self, m: re.Match[str]) -> str:
        """The tag with a line break at its end, so that Jinja's line numbers count tags."""
        number = _number(m[0])
        if number is None:
            return m[0]
        tag, where = self.known[number]
        self.source.tags.append(tag)
        self.source.lines.append(where)
        return MARK.sub("\n", m[0], count=1)


def translate(
    part: str,
    root: etree._Element,
    places: Places,
    problems: Problems,
    targets: Targets | None = None,
) -> Source:
    """The part as Jinja source; the tree is used up."""
    return Translation(part, root, places, problems, targets or Targets()).run()


def patched(text: str) -> str:
    """The source after docxtpl's own cleaning, which knows its table features."""
    from docxtpl import DocxTemplate  # noqa: PLC0415 - heavy, and seldom needed

    result: str = DocxTemplate.patch_xml(None, text)
    return result


def _number(text: str) -> int | None:
    found = MARK.search(text)
    return int("".join(str(DIGITS.index(c)) for c in found[0])) if found else None


def _unescaped(m: re.Match[str]) -> str:
    return m[0].replace("&quot;", '"').replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")

"""Excerpts: parts of a document that are drawn alone, where only they are to be looked at.

How pages go on from one that begins with a paragraph depends on nothing before it, but for what reaches into them: the
numbers of lists, the section, the bookmarks that links lead to. An excerpt keeps these.
"""

from __future__ import annotations

import copy
from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, Final, NamedTuple

from lxml import etree

from agreegen.pdf import pagination, settled
from agreegen.pdf.displayed import Displayed
from agreegen.pdf.parts import BODY, Parts, W
from agreegen.template import numbering
from agreegen.template.container import serialize

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from agreegen.plate.course import Course
    from agreegen.plate.galley import State
    from agreegen.template.lists import List

_STYLES: Final = "word/styles.xml"
_LISTS: Final = "word/numbering.xml"
_REFERENCES: Final = (W + "headerReference", W + "footerReference")
_TINY: Final = {W + "before": "0", W + "after": "0", W + "line": "20", W + "lineRule": "exact"}
_MOST: Final = 32
_NAMED: Final = (W + "fldSimple", W + "hyperlink")


class Part(NamedTuple):
    """Paragraphs of a body by number: the first, and the first one after them."""

    first: int
    upto: int


class Excerpt(NamedTuple):
    """The members of a document with a part of the body, and how many paragraphs stand before that only to count."""

    members: dict[str, bytes]
    counting: int


class Excerpts:
    """The parts that a document can be cut into: between its blocks, outside of fields that go over several."""

    def __init__(self, docx: bytes, course: Course) -> None:
        """Those of a document whose pages have this course; none where pages aren't known one by one."""
        self._parts = parts = Parts(docx)
        self._course = course
        self._bare = copy.copy(parts.document)
        self._bare[:] = []
        body = parts.body
        self._blocks = [e for e in body if e.tag != W + "sectPr"]
        self._sections = _sections(list(body))
        own = list(Displayed(parts).paragraphs(body))
        self._definitions = numbering.Definitions(parts.tree(_STYLES), parts.tree(_LISTS))
        self._numbered = numbering.counted(parts.document, self._definitions)
        self._marks = [(n, m) for n, block in enumerate(self._blocks) for m in block.iter(W + "bookmarkStart")]
        beside = b" ".join(data for name, data in parts.members.items() if name != BODY)
        names = {mark.get(W + "name", "") for _, mark in self._marks}
        self._named = frozenset(name for name in names if name.encode() in beside)  # outside of the body
        plain = course.free and own == [n.paragraph for n in self._numbered] and len(own) == course.size
        self._child = _starts(self._blocks, {p: i for i, p in enumerate(own)}) if plain else {}
        self._ends = sorted({*self._child, course.size})
        self._cut: dict[Part, Excerpt | None] = {}  # the last ones

    def __reduce__(self) -> tuple[object, ...]:
        """Nothing of it is kept: it is made anew where it is needed."""
        return _nothing, ()

    def part(self, path: Sequence[State], pages: Sequence[int], ahead: int) -> Part | None:
        """The part to draw to see how an agreement goes on that came this way; None if there is none.

        `pages` are the paragraphs with which pages of another one begin, so many of which the part goes on `ahead`; it
        ends with the block that starts a page in any case, if that is nearer.
        """
        begun = next((s[0] for s in reversed(path) if s[0] in self._child and not (s[1] or s[2])), 0)
        if not begun:
            return None
        last, size = path[-1][0], self._course.size
        at = bisect_right(pages, last) + ahead
        far = pages[at] if at < len(pages) else size
        fixed = min((f for f in self._course.fixed if f > last), default=size)
        return Part(begun, min(self._end(max(far, last + 1)), self._end(fixed + 1)))

    def _end(self, at: int) -> int:
        """The first place from one on at which a part may end."""
        return self._ends[min(bisect_left(self._ends, at), len(self._ends) - 1)]

    def cut(self, members: Mapping[str, bytes], part: Part) -> Excerpt | None:
        """A document of members with that part of the body only; None if labels of lists in it would be others."""
        if part not in self._cut:
            while len(self._cut) >= _MOST:
                del self._cut[next(iter(self._cut))]
            self._cut[part] = self._made(part)
        made = self._cut[part]
        return made._replace(members={**members, **made.members}) if made else None

    def _made(self, part: Part) -> Excerpt | None:
        """As `cut`, with the members that are others than those of the whole."""
        first, upto = self._child[part.first], self._child.get(part.upto, len(self._blocks))
        document = copy.copy(self._bare)
        body = etree.SubElement(document, W + "body")
        body.extend(copy.deepcopy(block) for block in self._blocks[first:upto])
        counted = self._counted(document, part)
        if counted is None:
            return None
        lists, counting = counted
        section = next(s for _, end, s in self._sections if end >= upto - 1)
        for ended in body[-1].findall(f"{W}pPr/{W}sectPr"):
            body[-1][0].remove(ended)
        body.append(copy.deepcopy(section))
        inside = next(body.iter(W + "sectPr"))
        title = inside.find(W + "titlePg")
        if title is not None and first > next(b for b, end, _ in self._sections if end >= first):
            inside.remove(title)  # a first page of its own is the section's
        led = _led(body)
        outside = [(m, m.get(W + "name", "")) for n, m in self._marks if not first <= n < upto]
        marks = [m for m, name in outside if name in led or name in self._named]
        _mark(next(body.iter(W + "p")), marks)
        made = {BODY: serialize(document), **({_LISTS: lists} if lists else {})}
        return Excerpt(made, counting)

    def _counted(self, document: etree._Element, part: Part) -> tuple[bytes, int] | None:
        """The part with the lists for a document of a part of the blocks, and how many paragraphs count before these.

        Labels are those of the whole: lists begin with the number that comes next, or paragraphs without text count up
        to it. None if neither makes them so.
        """
        lists, known = self._parts.tree(_LISTS), self._definitions.lists
        if lists is None:
            return b"", 0
        said = self._numbered[part.first : part.upto]
        reached = _reached(self._numbered[: part.first], known)
        used = {known[n.num_id].counter: n for n in reversed(said) if n.level is not None}
        for make in (_beginning, _counting):
            tree = copy.deepcopy(lists)
            added = [p for key, first in used.items() for p in make(tree, known, first, reached.get(key, ()))]
            body = document[0]
            if added and (body[0].tag != W + "p" or not pagination.send(body[0])):
                return None  # a table there would begin lower than in the whole
            body[:0] = added
            counted = numbering.counted(document, self._definitions.having(tree))
            shown = [(n.label, n.full) for n in counted]
            if shown[len(added) :] == [(n.label, n.full) for n in said]:
                return serialize(tree), len(added)
        return None


def _reached(numbered: Sequence[numbering.Numbered], known: Mapping[str, List]) -> dict[str, tuple[int | None, ...]]:
    """How far each list is counted, level by level."""
    counter = numbering.Counter(dict(known))
    for n in numbered:
        if n.level is not None:
            counter.step(n.num_id, n.level)
    return counter.mark()[0]


def _beginning(
    lists: etree._Element, known: Mapping[str, List], first: numbering.Numbered, reached: Sequence[int | None]
) -> list[etree._Element]:
    """Has the list of a paragraph, its first one here, begin with the number that comes next; adds nothing."""
    for level, count in enumerate(reached[: (first.level or 0) + 1]):
        if count is not None:
            _begin(lists, known[first.num_id].counter, level, count + (level == first.level))
    return []


def _counting(
    lists: etree._Element, known: Mapping[str, List], first: numbering.Numbered, reached: Sequence[int | None]
) -> list[etree._Element]:
    """Paragraphs without text that count the list of a paragraph, its first one here, as far as it is in the whole."""
    found: list[etree._Element] = []
    for level, count in enumerate(reached):
        if count is None:
            break
        begun = known[first.num_id].levels[level].start
        if not level:
            _begin(lists, known[first.num_id].counter, level, count)
            begun = count
        found += [_empty(first.num_id, level) for _ in range(begun, count + 1)]
    return found


def _empty(num: str, level: int) -> etree._Element:
    """A numbered paragraph without text that takes hardly any room."""
    p = etree.Element(W + "p")
    ppr = etree.SubElement(p, W + "pPr")
    number = etree.SubElement(ppr, W + "numPr")
    etree.SubElement(number, W + "ilvl", {W + "val": str(level)})
    etree.SubElement(number, W + "numId", {W + "val": num})
    etree.SubElement(ppr, W + "spacing", _TINY)
    return p


def _nothing() -> None:
    """No excerpts."""


def _starts(blocks: Sequence[etree._Element], number: Mapping[etree._Element, int]) -> dict[int, int]:
    """The first paragraphs of the blocks that begin outside of fields, by number, and the blocks' own numbers."""
    found: dict[int, int] = {}
    depth = 0
    for n, block in enumerate(blocks):
        first = next(block.iter(W + "p"), None)
        if first is not None and first in number and not depth:
            found[number[first]] = n
        for mark in block.iter(W + "fldChar"):
            depth += {"begin": 1, "end": -1}.get(mark.get(W + "fldCharType", ""), 0)
    return found


def _sections(blocks: Sequence[etree._Element]) -> list[tuple[int, int, etree._Element]]:
    """The sections of a body: the numbers of the first and the last block; what one has from others is made its own."""
    found: list[tuple[int, int, etree._Element]] = []
    before: dict[tuple[str, str | None], etree._Element] = {}
    begun = 0
    for n, block in enumerate(blocks):
        section = block if block.tag == W + "sectPr" else block.find(f"{W}pPr/{W}sectPr")
        if section is None:
            continue
        said = {(e.tag, e.get(W + "type")): e for e in section.iterchildren(*_REFERENCES)}
        for at, e in enumerate([e for key, e in before.items() if key not in said]):
            section.insert(at, copy.deepcopy(e))
        before |= said
        found.append((begun, n, section))
        begun = n + 1
    return found


def _begin(lists: etree._Element, key: str, level: int, number: int) -> None:
    """Has a level of a list begin with a number."""
    for e in lists.iterfind(f"{W}abstractNum[@{W}abstractNumId='{key}']/{W}lvl[@{W}ilvl='{level}']"):
        start = e.find(W + "start")
        if start is None:
            start = etree.Element(W + "start")
            e.insert(0, start)
        start.set(W + "val", str(number))


def _led(body: etree._Element) -> str:
    """What fields are told, and where links lead: all that names bookmarks."""
    told = [f.instruction for f in settled.fields(body)]
    return " ".join((*told, *(e.get(W + key, "") for e in body.iter(*_NAMED) for key in ("instr", "anchor"))))


def _mark(p: etree._Element, marks: Sequence[etree._Element]) -> None:
    """Puts bookmarks into a paragraph, so that links to them are links."""
    at = 1 if len(p) and p[0].tag == W + "pPr" else 0
    for mark in marks:
        end = etree.Element(W + "bookmarkEnd", {W + "id": mark.get(W + "id", "")})
        start = copy.copy(mark)
        start.tail = None
        p[at:at] = [start, end]

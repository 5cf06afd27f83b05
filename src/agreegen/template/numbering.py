"""The list numbers that a reader sees ("8.2", "(a)"), computed from the XML alone, as Word does.

`labels(docx)` gives them for every paragraph of the body; `Counter` gives them step by step while rendering.
"""

from __future__ import annotations

import re
from dataclasses import field
from typing import TYPE_CHECKING

from lxml import etree

from agreegen.errors import UsageError
from agreegen.late import dataclass
from agreegen.template.directive import DIRECTIVE, ROW_DIRECTIVE
from agreegen.template.lists import ABSENT, DEPTH, MC, PLACE, Definitions, Level, List, W, first, lists, on, parse
from agreegen.template.numeral import NUMERALS, numeral

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    Element = etree._Element
    Mark = tuple[dict[str, tuple[int | None, ...]], frozenset[str]]

__all__ = ["Counter", "Definitions", "List", "Numbered", "counted", "labels", "lists", "number", "paragraphs"]

_BRANCH = re.compile(r"\{%p\s*(if|for|elif|else|endif|endfor)\b")


@dataclass(frozen=True, slots=True)
class Numbered:
    """One paragraph with its label, the text a reference prints, its list, and why programs may differ (`doubt`)."""

    paragraph: Element
    label: str = ""
    full: str = ""
    num_id: str = ""
    level: int | None = None
    bullet: bool = False
    doubt: str = ""


# ---------------------------------------------------------------- counting
class Counter:
    """Counts lists in document order: `step` moves on, the rest tells about the paragraph stepped to."""

    def __init__(self, numbering: bytes | dict[str, List]) -> None:
        self._lists = lists(parse(numbering)) if isinstance(numbering, bytes) else numbering
        self._counts: dict[str, list[int | None]] = {}  # None: a level not used yet, or to restart
        self._begun: set[str] = set()  # lists whose override has acted: it acts once, at the first level that has one
        self._levels: tuple[Level, ...] = ()
        self._now: list[int | None] = []
        self._level = 0
        self._unsure = ""

    def step(self, num_id: str | int, level: int = 0) -> None:
        """Count one paragraph at this level of this list."""
        key = str(num_id)
        found = self._lists.get(key)
        if found is None or not 0 <= level < DEPTH:
            raise UsageError(f"no level {level} of a list {key} in this file", "take lists from templates/base.docx")
        now = self._counts.setdefault(found.counter, [None] * DEPTH)
        start = found.overrides.get(level, found.levels[level].start)
        before = now[level]
        first = level in found.overrides and key not in self._begun
        now[level] = start if first or before is None else before + 1
        if first:
            self._begun.add(key)
        self._unsure = ""
        for up in range(level):
            if now[up] is None:
                now[up] = found.levels[up].start  # it has begun, if unseen; an override waits for a paragraph
                if up in found.levels[level].places:
                    self._unsure = "a level above has no number yet"
        for down in range(level + 1, DEPTH):
            restart = found.levels[down].restart
            if restart is None or level < restart:
                now[down] = None
        self._levels, self._now, self._level = found.levels, now, level

    def mark(self) -> Mark:
        """Where the counting stands, to come back to."""
        return {k: tuple(v) for k, v in self._counts.items()}, frozenset(self._begun)

    def back(self, mark: Mark) -> None:
        """Go on counting from a mark."""
        self._counts = {k: list(v) for k, v in mark[0].items()}
        self._begun = set(mark[1])

    def label(self) -> str:
        """What stands in front of the paragraph: "8.2", "(a)"."""
        return self._label(self._level)

    def full(self) -> str:
        """What a reference prints (REF with the switch w): "8.2(a)", "Exhibit A", without a closing period."""
        return self._full(self._level)

    def doubt(self) -> str:
        """Why programs may show another label here, or nothing."""
        own = self._levels[self._level]
        if own == ABSENT:
            return "the list has no such level"
        form = own.form
        if form not in NUMERALS and form != "padded":
            return f"number format {form}"
        return self._unsure

    def _label(self, level: int) -> str:
        own = self._levels[level]
        if own.form == "bullet":
            return own.text

        def one(m: re.Match[str]) -> str:
            i = int(m[1]) - 1
            n = self._now[i]
            if i > level or n is None:
                return ""
            shown = self._levels[i]
            return numeral(n, shown.form, legal=own.legal, width=shown.width)

        return PLACE.sub(one, own.text)

    def _full(self, level: int) -> str:
        text = self._label(level).rstrip(".")
        top = min(self._levels[level].places, default=level)
        if top <= 0 or self._now[top - 1] is None or self._levels[top - 1].form in ("bullet", "none"):
            return text
        return self._full(top - 1) + text


# ---------------------------------------------------------------- walking
_PARAGRAPH, _ROW, _TEXT = f"{W}p", f"{W}tr", f"{W}t"
_PROPERTIES, _LOOK, _DEL, _MOVED, _VANISH = f"{W}pPr", f"{W}rPr", f"{W}del", f"{W}moveFrom", f"{W}vanish"
_BLOCKS = frozenset(W + x for x in ("body", "tc", "hdr", "ftr", "footnote", "endnote"))  # none stands in a paragraph
_SKIPPED = (f"{W}txbxContent", f"{MC}Fallback", f"{W}del", f"{W}moveFrom")


def paragraphs(root: Element) -> Iterator[Element]:
    """The paragraphs in the order in which they are numbered, text boxes and deleted text left out."""
    yield from _walked(root) if _is_directed(root) else _all(root)


def _all(root: Element) -> Iterable[Element]:
    """As `paragraphs`, where there are no directives."""
    if next(root.iter(*_SKIPPED), None) is None:
        found = list(root.iter(_PARAGRAPH))
        if all((above := p.getparent()) is None or above.tag in _BLOCKS for p in found):
            return found
    return _walked(root)


def _walked(root: Element) -> Iterator[Element]:
    stack = [root]
    while stack:
        e = stack.pop()
        tag = e.tag
        if tag == _PARAGRAPH:
            yield e
        elif tag in _SKIPPED or (tag == _ROW and ROW_DIRECTIVE.fullmatch(_directive(e))):
            continue
        else:
            stack.extend(reversed(e))


def _is_directed(root: Element) -> bool:
    """Whether any text may be a directive."""
    said = etree.tostring(root, method="text", encoding="unicode", with_tail=False)
    return "{" in said and any("{" in (t.text or "") for t in root.iter(_TEXT))


def _text(e: Element) -> str:
    return "".join(t.text or "" for t in e.iter(_TEXT)).strip()


def _directive(e: Element) -> str:
    """The text, if it begins as a directive does."""
    first = next((text for t in e.iter(_TEXT) if (text := (t.text or "").lstrip())), "")
    return _text(e) if first.startswith("{") else ""


_BETWEEN = frozenset(W + x for x in ("bookmarkStart", "bookmarkEnd", "del", "proofErr", "commentRangeEnd", "moveFrom"))


def is_joined(p: Element) -> bool:
    """Whether the paragraph's end was deleted, so that what is left of it belongs to the paragraph after it."""
    mark = _mark(p)
    if mark is None or (first(mark, _DEL) is None and first(mark, _MOVED) is None):
        return False
    after = follower(p)
    return after is not None and after.tag == f"{W}p" and p.find(f"{W}pPr/{W}sectPr") is None


def follower(p: Element) -> Element | None:
    """The block after a paragraph, marks between them left out."""
    after = p.getnext()
    while after is not None and (after.tag in _BETWEEN or str(after.tag).endswith(("RangeStart", "RangeEnd"))):
        after = after.getnext()
    return after


def _mark(p: Element) -> Element | None:
    """The look of the paragraph's end."""
    properties = first(p, _PROPERTIES)
    return first(properties, _LOOK) if properties is not None else None


def _is_hidden(p: Element) -> bool:
    mark = _mark(p)
    if mark is None or first(mark, _VANISH) is None or not on(mark, _VANISH) or on(mark, f"{W}specVanish"):
        return False
    return all(on(r, f"{W}rPr/{W}vanish") for r in p.iter(f"{W}r"))


@dataclass(slots=True)
class _Branches:
    """Counts as a reader does: each branch begins where the condition began, the first one counts for what follows."""

    counter: Counter
    open: list[tuple[Mark, Mark | None]] = field(default_factory=list)  # at the condition, at the first branch's end

    def meet(self, directive: str) -> None:
        m = _BRANCH.match(directive)
        word = m[1] if m else ""
        if word in ("if", "for"):
            self.open.append((self.counter.mark(), None))
        elif word in ("elif", "else") and self.open:
            start, first = self.open[-1]
            self.open[-1] = (start, first or self.counter.mark())
            self.counter.back(start)
        elif word and self.open:
            _, first = self.open.pop()
            if first:
                self.counter.back(first)


def number(
    document: Element, styles: Element | None, numbering: Element | None, *, branches: bool = False
) -> list[Numbered]:
    """Every paragraph of the body with its label, in order.

    Directives aren't counted. A template counts as Word shows it, all branches one after the other; with `branches`, as
    the agreement will if the first branch of each condition holds, the other branches beside it.
    """
    return counted(document, Definitions(styles, numbering), branches=branches)


def counted(document: Element, definitions: Definitions, *, branches: bool = False) -> list[Numbered]:
    """As `number`, for who has read the styles and lists."""
    counter = Counter(definitions.lists)
    beside = _Branches(counter)
    body = document.find(f"{W}body")
    if body is None:
        return []
    directed = _is_directed(body)
    joins = next(body.iter(_DEL, _MOVED), None) is not None
    hides = next(body.iter(_VANISH), None) is not None
    out: list[Numbered] = []
    for p in _walked(body) if directed else _all(body):
        if directed and DIRECTIVE.fullmatch(text := _directive(p)):
            if branches:
                beside.meet(text)
            place = None
        else:
            place = definitions.place(p)
            if place is not None and ((hides and _is_hidden(p)) or (joins and is_joined(p))):
                place = None
        if place is None:
            out.append(Numbered(p))
            continue
        counter.step(*place)
        bullet = definitions.lists[place[0]].levels[place[1]].form == "bullet"
        out.append(Numbered(p, counter.label(), counter.full(), *place, bullet, counter.doubt()))
    return out


def labels(docx: bytes, *, branches: bool = False) -> list[Numbered]:
    """Every paragraph of a Word file's body with its label."""
    from agreegen.template.base import unpack  # noqa: PLC0415 (it brings the looks of templates)

    found = unpack(docx)
    styles, numbering = (parse(found[n]) if n in found else None for n in ("word/styles.xml", "word/numbering.xml"))
    return number(parse(found["word/document.xml"]), styles, numbering, branches=branches)

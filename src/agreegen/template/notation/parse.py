"""Notation text → `Outline`. Every complaint names its line."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from agreegen.errors import UsageError
from agreegen.template.base import bookmark
from agreegen.template.directive import DIRECTIVE
from agreegen.template.notation import (
    ANCHOR,
    BODY_STYLE,
    EXHIBIT_HEADINGS,
    HEADINGS,
    LABEL,
    MARKS,
    NOTE_STYLE,
    PLACES,
    Block,
    Contents,
    Margin,
    Outline,
    Paragraph,
    Span,
    Table,
)
from agreegen.template.notation.inline import spans, trimmed
from agreegen.template.notation.lines import named, styled
from agreegen.template.notation.tables import table

if TYPE_CHECKING:
    from collections.abc import Sequence

_NOTE = re.compile(r"\[\^([0-9]+)\](?: |$)")
_STYLES = {mark: style for style, mark in MARKS.items()}


def parse(text: str) -> Outline:
    """The outline that a notation text describes."""
    reader = _Reader()
    lines = text.replace("\r\n", "\n").removeprefix("\ufeff").split("\n")
    at = 0
    while at < len(lines):
        end = at + 1
        while lines[at].startswith("|") and end < len(lines) and lines[end].startswith("|"):
            end += 1
        try:
            reader.take(lines[at:end])
        except UsageError as e:
            shown = lines[at] if len(lines[at]) <= 80 else lines[at][:79] + "…"
            raise UsageError(f"line {at + 1}: {e.message}: {shown}", e.hint) from e
        at = end
    return reader.outline()


class _Reader:
    """What has been read so far."""

    def __init__(self) -> None:
        self.landscape = self.titlepage = self.exhibit = self.page = False
        self.margins: list[Margin] = []
        self.blocks: list[Block] = []
        self.notes: list[tuple[Paragraph, ...]] | None = None
        self.begun = False
        self.scope: tuple[str, bool] = ("", False)
        self.bookmarks: set[str] = set()

    def outline(self) -> Outline:
        """The whole file, checked for what only the whole can tell."""
        if self.page:
            raise UsageError("%% page is the last line", "put a paragraph after it")
        margins = tuple(sorted(self.margins, key=lambda m: PLACES.index(m.place)))
        notes = tuple(self.notes or ())
        found = Outline(tuple(self.blocks), self.landscape, self.titlepage, margins, notes)
        _check(found)
        return found

    def take(self, lines: Sequence[str]) -> None:
        """Read one line, or all lines of a table."""
        line = lines[0]
        if not line.strip(" "):
            return
        if line.startswith("%%"):
            self._setting(trimmed(line[2:]))
        elif self.notes is not None:
            self._note(line)
        elif line.startswith("|"):
            self._add(table(lines))
        else:
            self._add(self._paragraph(trimmed(line) if not line.startswith(" ") else line))

    def _setting(self, text: str) -> None:
        key, colon, value = text.partition(":")
        if text == "page":
            self.page = True
        elif text == "contents":
            self._add(Contents())
        elif text == "part: footnotes":
            self.notes = []
        elif self.begun or self.notes is not None:
            raise UsageError(f"“%% {text}” can't stand here", "settings stand above the first paragraph")
        elif text == "landscape":
            self.landscape = True
        elif text == "titlepage":
            self.titlepage = True
        elif colon and key in PLACES:
            self.margins.append(Margin(key, spans(trimmed(value))))
        else:
            known = ("landscape", "titlepage", "contents", "page", *PLACES)
            raise UsageError(f"unknown setting “%% {text}”", f"known: {', '.join(known)}")

    def _add(self, block: Block) -> None:
        self.begun = True
        if self.page:
            if not isinstance(block, Paragraph | Contents) or block == Paragraph("Directive", _spans(block)):
                raise UsageError("%% page needs a paragraph that is printed after it", "move it above one")
            block = replace(block, page_break=True)
            self.page = False
        for p in _paragraphs(block):
            self._bookmark(p)
        self.blocks.append(block)

    def _bookmark(self, p: Paragraph) -> None:
        """Refuse an id or name that is there already, or that Word couldn't keep."""
        if p.anchor:
            self.scope = (p.anchor, p.style == "Exhibit Title")
        elif not p.name:
            return
        found = bookmark(self.scope[0], p.name, exhibit=self.scope[1])
        if found in self.bookmarks:
            what = (
                f"two paragraphs under one heading are named {{#{p.name}#}}"
                if p.name
                else f"two headings are [{p.anchor}]"
            )
            raise UsageError(what, "give each its own")
        self.bookmarks.add(found)

    def _note(self, line: str) -> None:
        assert self.notes is not None
        m = _NOTE.match(line)
        if m is None or not len(self.notes) <= int(m[1]) <= len(self.notes) + 1 or m[1] == "0":
            raise UsageError("not the next footnote", "write [^1] text, one line a paragraph, in order")
        style, rest = styled(trimmed(line[m.end() :]), NOTE_STYLE)
        paragraph = named(rest, style)
        if int(m[1]) > len(self.notes):
            self.notes.append((paragraph,))
        else:
            self.notes[-1] += (paragraph,)

    def _paragraph(self, line: str) -> Paragraph:
        if line.startswith(" "):
            text = trimmed(line)
            m = LABEL.match(text)
            if m is None or not line.startswith("    (") or len(line) - len(line.lstrip(" ")) != 4:
                raise UsageError(
                    "an indented line that isn't “    (i) text”", "remove the spaces, or write \\ for a space"
                )
            return named(_after(text, m), "Exhibit 4" if self.exhibit else "Clause 4")
        mark, _, rest = line.partition(" ")
        if style := _STYLES.get(mark):
            return self._heading(rest, style) if style in HEADINGS else named(rest, style)
        if re.fullmatch("[#@]+", mark):
            raise UsageError(f"no heading {mark}", "headings are #, ##, @ and @@; a literal sign is \\# or \\@")
        if m := LABEL.match(line):
            return named(_after(line, m), "Exhibit 3" if self.exhibit else "Clause 3")
        if DIRECTIVE.fullmatch(line):
            return named(line, "Directive")
        style, rest = styled(line, BODY_STYLE)
        return self._heading(rest, style) if style in HEADINGS else named(rest, style)

    def _heading(self, rest: str, style: str) -> Paragraph:
        self.exhibit = style in EXHIBIT_HEADINGS
        m = ANCHOR.match(rest)
        anchor, rest = (m[1], rest[m.end() :]) if m else ("", rest)
        return Paragraph(style, spans(rest), anchor=anchor)


def _after(text: str, m: re.Match[str]) -> str:
    return text[m.end() :].removeprefix(" ")


def _check(found: Outline) -> None:
    marks = [s.text for b in found.blocks for s in _spans(b) if s.kind == "note"]
    if marks != [str(i + 1) for i in range(len(found.notes))]:
        raise UsageError(
            f"the text has footnote marks {', '.join(marks) or 'none'}, and {len(found.notes)} footnotes stand below",
            "marks count from [^1] upward in the text; each has its line under %% part: footnotes",
        )


def _paragraphs(block: Block) -> tuple[Paragraph, ...]:
    if isinstance(block, Paragraph):
        return (block,)
    return tuple(p for r in block.rows for c in r.cells for p in c) if isinstance(block, Table) else ()


def _spans(block: Block) -> tuple[Span, ...]:
    caption = block.caption if isinstance(block, Table) else ()
    return (*caption, *(s for p in _paragraphs(block) for s in p.spans))

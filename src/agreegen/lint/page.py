"""Page: one Word file as it is checked: its lines with their tags, and under which conditions each tag stands."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from agreegen.lint.line import Block, Entry, Line, Use
from agreegen.lint.vocabulary import NO_WORDS
from agreegen.lint.walk import Walk
from agreegen.template.compose import ALONE
from agreegen.template.container import Container, W
from agreegen.template.paragraph import FIELD, STREAMS, piece
from agreegen.template.place import Places, own, rendered_parts
from agreegen.template.tag import Tag, TagError, scan, stray

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lxml import etree

    from agreegen.lint.condition import Reader, Scope
    from agreegen.lint.library import Library
    from agreegen.lint.logic import Formula

QUOTED = re.compile(r"[“\"]([^”\"{}]+)[”\"]")


class Page:
    """A Word file that is checked."""

    def __init__(self, file: str, container: Container, reader: Reader, entries: tuple[Entry, ...] = ()) -> None:
        """Nothing is read yet; `entries` are the ways in which masters print the file, one if it isn't known.

        A library tells the rest: `base` has the styles and lists that the file should have, `terms` are the defined
        terms, `words` all that templates say.
        """
        self.file, self.container, self.reader = file, container, reader
        self.entries = entries or (Entry(),)
        self.base: Container | None = None
        self.terms: frozenset[str] = frozenset()
        self.words = NO_WORDS
        self.library: Library | None = None
        self.places = Places()
        self._uses: dict[str, tuple[list[Use], list[Block]]] = {}
        self._guards: dict[str, dict[Line, list[tuple[int, tuple[Formula, ...]]]]] = {}

    @property
    def name(self) -> str:
        """The file without its ending, as the library knows it."""
        return self.file.removesuffix(".docx")

    @property
    def kind(self) -> str:
        """`masters`, `clauses`, `exhibits`, or nothing for a file elsewhere."""
        head = self.file.split("/")[0]
        return head if head in ("masters", "clauses", "exhibits") else ""

    @cached_property
    def style_names(self) -> Mapping[str, str]:
        """Style id -> the name that Word shows."""
        name = self.container.part("styles")
        found = self.container.tree(name).iter(W + "style") if name else ()
        return {s.get(W + "styleId") or "": n.get(W + "val") or "" for s in found
                if (n := s.find(W + "name")) is not None}  # fmt: skip

    @cached_property
    def bookmarks(self) -> frozenset[str]:
        """The names of all bookmarks."""
        return frozenset(e.get(W + "name") or "" for _, root in self.parts for e in root.iter(W + "bookmarkStart"))

    @cached_property
    def quoted(self) -> frozenset[str]:
        """What the file puts into quotes or, outside of definitions, in bold: in lower case."""
        found = {q.lower() for line in self.lines for q in QUOTED.findall(line.text)}
        for line in self.lines:
            if line.style != "Definition":
                for mark in line.element.iter(W + "b"):
                    run = next(mark.iterancestors(W + "r"), None)
                    if run is not None:
                        found.add("".join(t.text or "" for t in run.iterfind(W + "t")).strip().lower())
        return frozenset(found)

    @cached_property
    def by_element(self) -> Mapping[etree._Element, Line]:
        """The line of each paragraph."""
        return {line.element: line for line in self.lines}

    @cached_property
    def parts(self) -> tuple[tuple[str, etree._Element], ...]:
        """The rendered parts, with the names that authors know."""
        return tuple((label, self.container.tree(name)) for name, label in rendered_parts(self.container))

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """Every paragraph of the rendered parts."""
        self.places.mark(self.container)
        return tuple(self._line(p) for _, root in self.parts for p in root.iter(W + "p"))

    def _line(self, p: etree._Element) -> Line:
        text = "".join(map(piece, own(p, *STREAMS[0])))
        style = p.find(f"{W}pPr/{W}pStyle")
        said = self.style_names.get(style.get(W + "val") or "", "") if style is not None else ""
        codes = "".join(e.text or "" for e in own(p, FIELD))
        line = Line(p, self.places.of(p), text, said, codes=codes)
        if "{" not in text and "}" not in text:
            return line
        found = scan(text)
        tags = tuple(t for t in found if isinstance(t, Tag))
        broken = tuple(t for t in found if isinstance(t, TagError))
        return replace(line, tags=tags, broken=broken, odd="" if broken else stray(text, list(tags)))

    # ---------------------------------------------------------------------------------------- conditions
    def uses(self, entry: Entry) -> list[Use]:
        """Every tag with the conditions that lead to it, for one way into the agreement."""
        return self._walked(entry.scope)[0]

    @property
    def blocks(self) -> list[Block]:
        """Blocks that end badly."""
        return self._walked(self.entries[0].scope)[1]

    def guards_at(self, entry: Entry, line: Line, at: int = 0) -> tuple[Formula, ...]:
        """The conditions that lead to a place in a line."""
        self.uses(entry)
        known = self._guards[_key(entry.scope)].get(line, [])
        return next((guards for start, guards in reversed(known) if start <= at), ())

    def _walked(self, scope: Scope) -> tuple[list[Use], list[Block]]:
        key = _key(scope)
        if key not in self._uses:
            uses: list[Use] = []
            blocks: list[Block] = []
            for _, lines in self._by_part():
                walk = Walk(self.reader, dict(scope), uses, blocks)
                for line in lines:
                    self._guards.setdefault(key, {})[line] = list(walk.line(line))
                walk.close()
            self._uses[key] = uses, blocks
        return self._uses[key]

    def _by_part(self) -> Iterator[tuple[str, list[Line]]]:
        parts: dict[str, list[Line]] = {}
        for line in self.lines:
            parts.setdefault(line.place.part, []).append(line)
        yield from parts.items()

    def included(self, entry: Entry) -> Iterator[tuple[str, Use]]:
        """The files that this one includes, with the tag that does."""
        for use in self.uses(entry):
            if use.tag.word == "include" and (m := ALONE.fullmatch(use.line.text)):
                yield m[1].strip().replace("\\", "/").removesuffix(".docx"), use


def _key(scope: Scope) -> str:
    return repr(sorted((k, v.path) for k, v in scope.items()))

"""Library: the Word files of a workspace as pages, and the ways in which masters print each."""

from __future__ import annotations

import re
from dataclasses import field
from functools import cached_property
from typing import TYPE_CHECKING

from agreegen.late import dataclass
from agreegen.law.definitions import definitions as table
from agreegen.lint.known import reader
from agreegen.lint.line import Entry
from agreegen.lint.page import Page
from agreegen.lint.vocabulary import Vocabulary
from agreegen.template.container import W, opened
from agreegen.template.place import own
from agreegen.template.problem import Problems
from agreegen.workspace import PACK

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from agreegen.lint.line import Line
    from agreegen.lint.own import Own
    from agreegen.template.container import Container

MASTER = "master"
KINDS = ("masters", "clauses", "exhibits")
MOST = 12
"""Ways into agreements that are looked at for one file, and depth of includes."""
QUOTED = re.compile(r"[“\"]([A-Z][^”\"{}]{2,60})[”\"] (?:shall )?(?:means?|refers? to|ha(?:s|ve) the meaning)\b")
HEAD = re.compile(r"\b(?:means?|includes?|ha(?:s|ve) the (?:same )?meanings?)\b|, with or without")


@dataclass(eq=False)
class Library:
    """The Word files below a folder of templates."""

    root: Path
    _pages: dict[str, Page | None] = field(default_factory=dict)
    _texts: dict[str, str] = field(default_factory=dict)
    _data: dict[str, bytes] = field(default_factory=dict)
    own: tuple[Own, ...] = ()
    defined: dict[tuple[str, str], set[str]] = field(default_factory=dict)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Every template by its path without ending, masters first."""
        others = [p.parent for p in self.root.rglob(PACK)
                  if p.relative_to(self.root).parts[0] not in ("masters", PACK)]  # fmt: skip
        found = [p.relative_to(self.root).with_suffix("").as_posix() for p in sorted(self.root.rglob("*.docx"))
                 if not p.name.startswith("~$") and not any(p.is_relative_to(o) for o in others)]  # fmt: skip
        inner = [n for n in found if "/" in n]
        return tuple(sorted(inner, key=lambda n: (not n.endswith("/" + MASTER), n)))

    @property
    def masters(self) -> tuple[str, ...]:
        """The masters, by path."""
        return tuple(n for n in self.names if n.startswith("masters/"))

    @cached_property
    def base(self) -> Container | None:
        """The file that all templates were made from."""
        try:
            return opened((self.root / "base.docx").read_bytes(), "base.docx", Problems())
        except OSError:
            return None

    def owns(self, name: str) -> bool:
        """True for the name of a template of this folder, be it there or not."""
        return name in self.names or (name.split("/", 1)[0] in KINDS and not name.endswith(".docx"))

    def path(self, name: str) -> Path:
        """Where a template stands."""
        return self.root / f"{name}.docx"

    def page(self, name: str) -> Page | None:
        """A template as it stands on disk; nothing if it can't be opened."""
        if name not in self._pages:
            try:
                self._data[name] = self.path(name).read_bytes()
                container = opened(self._data[name], f"{name}.docx", Problems())
            except OSError:
                container = None
            self._pages[name] = Page(f"{name}.docx", container, reader()) if container is not None else None
        return self._pages[name]

    def page_of(self, file: str) -> Page | None:
        """A file as it stands on disk, by what findings call it; nothing if it is none of those known here."""
        own = self.own_of(file)
        name = file.removesuffix(".docx")
        return own.page(file) if own is not None else self.page(name) if name in self.names else None

    def read(self, container: Container, name: str) -> Page:
        """A file to be checked, with the ways in which masters, or its own template, print the one on disk."""
        own = self.own_of(name)
        ours = self.owns(name)
        by = own.reader if own is not None else reader()
        entries = self.entries(name) if ours else own.ways.get(name, ()) if own is not None else ()
        page = Page(container.file, container, by, entries)
        if ours:
            return self._as_ours(page)
        page.words = self.words
        shared = self._terms if own is not None and own.includes_shared() else frozenset()
        page.terms = shared | defined(page) | (own.terms if own is not None else frozenset())
        return page

    def on_disk(self, data: bytes, name: str) -> Page | None:
        """The page of a template that stands on disk as it is to be checked; nothing if it doesn't."""
        page = self.page(name) if name in self.names and self.own_of(name) is None else None
        if page is None or self._data.get(name) != data:
            return None
        page.entries = self.entries(name) or (Entry(),)
        return self._as_ours(page)

    def _as_ours(self, page: Page) -> Page:
        page.base, page.words, page.terms, page.library = self.base, self.words, self._terms, self
        return page

    def own_of(self, name: str) -> Own | None:
        """The template of one's own that a file belongs to, by the name shown for it."""
        return next((own for own in self.own if name in own.names), None)

    def text(self, name: str) -> str:
        """All words of a template."""
        if name not in self._texts:
            page = self.page(name)
            self._texts[name] = "\n".join(line.text for line in page.lines) if page is not None else ""
        return self._texts[name]

    # -------------------------------------------------------------------------------------------- ways
    def entries(self, name: str) -> tuple[Entry, ...]:
        """The ways in which masters print a template; none if no master does."""
        return tuple(self._ways.get(name, ()))

    def way(self, name: str, goal: str, passed: tuple[str, ...] = ()) -> tuple[str, ...]:
        """The includes that lead from one file to another; none if none do."""
        if name == goal:
            return (*passed, name)
        page = self.page(name) if name not in passed else None
        for other, _ in page.included(page.entries[0]) if page is not None else ():
            if found := self.way(other, goal, (*passed, name)):
                return found
        return ()

    @cached_property
    def _ways(self) -> dict[str, list[Entry]]:
        entries: dict[str, list[Entry]] = {}

        def enter(name: str, entry: Entry, stack: tuple[str, ...]) -> None:
            page = self.page(name)
            if page is None or len(stack) > MOST:
                return
            known = entries.setdefault(name, [])
            if len(known) < MOST:
                known.append(entry)
            for other, use in page.included(entry):
                if other not in stack:
                    inner = Entry(entry.variant, (*entry.guards, *use.guards), {**entry.scope, **use.scope})
                    enter(other, inner, (*stack, other))

        for master in self.masters:
            enter(master, Entry(master.split("/")[1]), (master,))
        return entries

    def of_variant(self, variant: str) -> tuple[str, ...]:
        """The files that a variant is made of."""
        return tuple(n for n, ways in self._ways.items() if any(e.variant == variant for e in ways))

    @cached_property
    def variants(self) -> tuple[str, ...]:
        """The variants that have a master."""
        return tuple(m.split("/")[1] for m in self.masters)

    # -------------------------------------------------------------------------------------------- terms
    @cached_property
    def words(self) -> Vocabulary:
        """The words of all templates."""
        return Vocabulary(lambda: {name: self.text(name) for name in self.names})

    @cached_property
    def _terms(self) -> frozenset[str]:
        return frozenset([*self.terms, *(term for row in table() for term in (row.term, *row.forms))])

    @cached_property
    def terms(self) -> Mapping[str, tuple[str, ...]]:
        """Each defined term with the files that define it."""
        found: dict[str, tuple[str, ...]] = {}
        for name in self.names:
            page = self.page(name)
            for term, _ in definitions(page) if page is not None else ():
                found[term] = (*found.get(term, ()), name)
        return found


def definitions(page: Page) -> Iterator[tuple[str, Line]]:
    """The terms that the definitions of a file define, each with its line: what stands in bold before `means`."""
    for line in page.lines:
        if line.style == "Definition":
            for term in bold(line):
                yield term, line


def defined(page: Page) -> frozenset[str]:
    """The terms that a file of another make defines, in quotes or in bold, whatever its styles are."""
    heads = [bold(line)[:1] for line in page.lines if HEAD.search(line.text)]
    return frozenset([*(t for t, _ in definitions(page)), *(m for x in page.lines for m in QUOTED.findall(x.plain)),
                      *(t for found in heads for t in found if t[:1].isupper())])  # fmt: skip


def bold(line: Line) -> list[str]:
    """What stands in bold at the head of a definition; all that is bold where it has no head."""
    found: list[str] = []
    open_ = False
    for run in own(line.element, W + "r"):
        text = "".join(t.text or "" for t in run.iterfind(W + "t"))
        mark = run.find(f"{W}rPr/{W}b")
        if mark is not None and mark.get(W + "val") not in ("0", "false") and text:
            found = [*found[:-1], found[-1] + text] if open_ else [*found, text]
            open_ = True
        elif text:
            open_ = False
            if HEAD.search(text) and found and "**" not in text:
                break
    return [t.strip() for t in found if t.strip() and "{" not in t]

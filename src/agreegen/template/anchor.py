"""Anchor: bookmarks of a composed file, unique where they have to be, and the calls that count list numbers."""

from __future__ import annotations

import re
from dataclasses import field
from typing import TYPE_CHECKING

from agreegen.late import dataclass
from agreegen.template.base import bookmark_parts
from agreegen.template.container import Container, W
from agreegen.template.directive import DIRECTIVE
from agreegen.template.numbering import Definitions, paragraphs
from agreegen.template.paragraph import put
from agreegen.template.place import Places, own, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml import etree

    from agreegen.template.problem import Problems

DROPPED = re.compile(r"_GoBack|_Toc\d+|_Hlk\d+")
FIELD = re.compile(r"(\s*(?:REF|PAGEREF|NOTEREF)\s+)(\S+)(.*)", re.DOTALL)
STATEMENT = re.compile(r"\{%-?\s*(?:p|tr|tc)?\s*(if|elif|else|endif|for|endfor)\b")
MAX_NAME = 40

Branch = tuple[tuple[int, int], ...]


@dataclass(slots=True)
class Anchors:
    """All bookmarks of the file that is composed."""

    names: set[str] = field(default_factory=set)
    last: int = 0

    def adopt(self, body: etree._Element, file: str) -> None:
        """Gives the bookmarks of a file ids of their own, and names of their own; its fields and links follow.

        Names that our notation makes stay: two of them may exclude each other, which is seen when all is composed.
        """
        ids: dict[str | None, str | None] = {}
        renamed: dict[str, str] = {}
        for e in list(body.iter(W + "bookmarkStart")):
            old = e.get(W + "name") or ""
            if DROPPED.fullmatch(old):
                ids[e.get(W + "id")] = None
                put(e, "")
                continue
            self.last += 1
            ids[e.get(W + "id")] = str(self.last)
            e.set(W + "id", str(self.last))
            if bookmark_parts(old) is None:
                renamed[old] = self._free(old)
                e.set(W + "name", renamed[old])
        for e in list(body.iter(W + "bookmarkEnd")):
            new = ids.get(e.get(W + "id"))
            if new is None:
                put(e, "")
            else:
                e.set(W + "id", new)
        for e in body.iter(W + "hyperlink"):
            if (anchor := e.get(W + "anchor")) in renamed:
                e.set(W + "anchor", renamed[anchor or ""])
        for e in body.iter(W + "instrText"):
            if (m := FIELD.match(e.text or "")) and m[2] in renamed:
                e.text = m[1] + renamed[m[2]] + m[3]

    def _free(self, old: str) -> str:
        new, n = old, 1
        while new.lower() in self.names:
            n += 1
            new = f"{old[: MAX_NAME - len(str(n)) - 1]}_{n}"
        self.names.add(new.lower())
        return new

    def settled(self, body: etree._Element, places: Places, problems: Problems) -> dict[str, tuple[str, ...]]:
        """What `ref()` may name, with the bookmarks it means; a name that is there twice at once gets two bookmarks."""
        branches = dict(_branches(body))
        seen: dict[str, list[tuple[etree._Element, Branch]]] = {}
        found: dict[str, tuple[str, ...]] = {}
        for e in body.iter(W + "bookmarkStart"):
            name = e.get(W + "name") or ""
            branch = branches.get(next(e.iterancestors(W + "p"), e), ())
            others = seen.setdefault(name.lower(), [])
            meant = name
            if any(not _exclude(branch, b) for _, b in others):
                meant = self._free(name)
                e.set(W + "name", meant)
                first = places.of(others[0][0])
                message = f"the name {_id(name)!r} is also given at {first}"
                hint = "give each clause a name of its own, or include it once"
                problems.note("T021", places.of(e), message, hint)
            self.names.add(meant.lower())
            others.append((e, branch))
            key = _id(name)
            if meant not in found.get(key, ()):
                found[key] = (*found.get(key, ()), meant)
        return found

    def count(self, master: Container) -> None:
        """Puts a mark in front of each numbered paragraph: its list, its level, its bookmark."""
        styles, numbering = (master.part(k) for k in ("styles", "numbering"))
        if not numbering:
            return
        definitions = Definitions(master.tree(styles) if styles else None, master.tree(numbering))
        body = master.tree(master.document).find(W + "body")
        assert body is not None
        for p in paragraphs(body):
            if DIRECTIVE.fullmatch(shown(p).strip()):
                continue
            place = definitions.place(p)
            if place is None:
                continue
            marks = [b.get(W + "name") or "" for b in own(p, W + "bookmarkStart")] or [""]
            p.text = f"\ue010n{place[0]},{place[1]},{'|'.join(marks)}\ue011" + (p.text or "")


def _id(name: str) -> str:
    """What `ref()` calls a bookmark: `incident-notice`, `incident-notice#cure`, or the bookmark itself."""
    parts = bookmark_parts(name)
    if parts is None:
        return name
    anchor, paragraph, exhibit = parts
    return f"{'exhibit:' if exhibit else ''}{anchor}" + (f"#{paragraph}" if paragraph else "")


def _branches(body: etree._Element) -> Iterator[tuple[etree._Element, Branch]]:
    """For each paragraph the branches of conditions that it stands in."""
    open_: list[tuple[int, int]] = []
    count = 0
    for p in body.iter(W + "p"):
        for word in STATEMENT.findall(shown(p)):
            if word in ("if", "for"):
                count += 1
                open_.append((count, 0 if word == "if" else -1))
            elif word in ("elif", "else") and open_:
                open_[-1] = (open_[-1][0], open_[-1][1] + 1)
            elif open_:
                open_.pop()
        yield p, tuple(open_)


def _exclude(a: Branch, b: Branch) -> bool:
    """True when no document can take both branches."""
    return any(x[0] == y[0] and x[1] != y[1] for x in a for y in b)

"""Walk: the way through the tags of a part, with the conditions and local names at each; goes on after faults."""

from __future__ import annotations

import re
from dataclasses import field
from typing import TYPE_CHECKING

from jinja2 import TemplateSyntaxError, nodes

from agreegen.late import dataclass
from agreegen.lint.line import Block, Line, Use
from agreegen.lint.logic import both, no
from agreegen.lint.vocabulary import distance
from agreegen.template.tag import Tag

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agreegen.lint.condition import Reader, Scope
    from agreegen.lint.logic import Formula

OPENING = {"if": "endif", "for": "endfor", "with": "endwith"}
CLOSING = {v: k for k, v in OPENING.items()}
WORDS = (*OPENING, *CLOSING, "elif", "else", "set", "include")
BROKEN = re.compile(r"\{\s*%[-+]?\s*(?:p|tr|tc|r)?\s*(\w+)")


@dataclass(slots=True)
class _Open:
    """An open block: its word, where it began, the local names outside, tests met, and the guard of the branch."""

    word: str
    line: Line
    tag: Tag
    outer: Scope
    tests: list[Formula] = field(default_factory=list)
    guard: Formula = True


class Walk:
    """The way through the tags of a part; goes on after blocks that end badly."""

    def __init__(self, reader: Reader, scope: Scope, uses: list[Use], blocks: list[Block]) -> None:
        self.reader, self.scope, self.uses, self.blocks = reader, scope, uses, blocks
        self.open: list[_Open] = []

    @property
    def guards(self) -> tuple[Formula, ...]:
        return tuple(o.guard for o in self.open if o.guard is not True)

    def line(self, line: Line) -> Iterator[tuple[int, tuple[Formula, ...]]]:
        """Goes through a line; gives the conditions at its start, and after each of its tags."""
        yield 0, self.guards
        broken = [BROKEN.match(b.text) for b in line.broken] + [BROKEN.search(line.odd)]
        for tag in line.tags:
            self._tag(line, tag)
            yield tag.end, self.guards
        for found in broken:
            if found and (word := meant(found[1])):
                self._statement(line, Tag(0, 0, found[0], "{%", "", word), word, None)

    def _tag(self, line: Line, tag: Tag) -> None:
        if tag.opens in ("raw", "{#"):
            return
        if tag.opens == "{{":
            self.uses.append(Use(line, tag, self._parsed(tag.source()), self.guards, dict(self.scope)))
            return
        word = tag.word if tag.word in WORDS else meant(tag.word)
        rest = tag.body.strip()[len(tag.word) :]
        source = {"if": f"{{% if {rest} %}}{{% endif %}}", "elif": f"{{% if {rest} %}}{{% endif %}}",
                  "for": f"{{% for {rest} %}}{{% endfor %}}", "set": f"{{% set {rest} %}}"}.get(word)  # fmt: skip
        self._statement(line, tag, word, self._parsed(source, whole=True) if source else None)

    def _parsed(self, source: str, *, whole: bool = False) -> nodes.Node | None:
        if source not in self.reader.parsed:
            self.reader.parsed[source] = self._read(source, whole=whole)
        return self.reader.parsed[source]

    def _read(self, source: str, *, whole: bool) -> nodes.Node | None:
        try:
            body = self.reader.env.parse(source).body
        except TemplateSyntaxError:
            return None
        if whole:
            return body[0] if body else None
        inside = next((n for n in body if isinstance(n, nodes.Output)), None)
        found = [n for n in inside.nodes if not isinstance(n, nodes.TemplateData)] if inside else []
        return found[0] if found else None

    def _statement(self, line: Line, tag: Tag, word: str, node: nodes.Node | None) -> None:
        if word in OPENING:
            self._opened(line, tag, word, node)
        elif word in ("elif", "else"):
            self._branch(line, tag, word, node)
        elif word in CLOSING:
            self._closed(line, tag, word)
        else:
            self.uses.append(Use(line, tag, node, self.guards, dict(self.scope)))
            if isinstance(node, nodes.Assign) and isinstance(node.target, nodes.Name):
                self.scope[node.target.name] = self.reader.bound(node.node, self.scope)

    def _opened(self, line: Line, tag: Tag, word: str, node: nodes.Node | None) -> None:
        block = _Open(word, line, tag, dict(self.scope))
        test: Formula = True
        if isinstance(node, nodes.If):
            test = self.reader.formula(node.test, self.scope)
            block.tests, block.guard = [test], test
        self.uses.append(Use(line, tag, node, self.guards, dict(self.scope), test))
        self.open.append(block)
        if isinstance(node, nodes.For):
            self.scope = self.reader.looped(node, self.scope)
            if node.test is not None:
                block.guard = self.reader.formula(node.test, self.scope)

    def _branch(self, line: Line, tag: Tag, word: str, node: nodes.Node | None) -> None:
        if not self.open or self.open[-1].word not in (("if",) if word == "elif" else ("if", "for")):
            what = (
                f"{tag.text} meets the open {self.open[-1].tag.text}" if self.open else f"{tag.text} belongs to no if"
            )
            self.blocks.append(Block(line, tag, what, "remove it, or put {%p if … %} before it"))
            return
        block = self.open[-1]
        others = both(*map(no, block.tests)) if block.tests else True
        block.guard = True
        test: Formula = True
        if isinstance(node, nodes.If):
            test = self.reader.formula(node.test, self.scope)
            block.guard = others
            self.uses.append(Use(line, tag, node, self.guards, dict(self.scope), test))
            block.tests.append(test)
            block.guard = both(others, test)
        else:
            block.guard = others if block.word == "if" else True
            self.uses.append(Use(line, tag, None, self.guards, dict(self.scope)))
            self.scope = dict(block.outer) if block.word == "for" else self.scope

    def _closed(self, line: Line, tag: Tag, word: str) -> None:
        wanted = CLOSING[word]
        place = next((n for n in reversed(range(len(self.open))) if self.open[n].word == wanted), None)
        self.uses.append(Use(line, tag, None, self.guards, dict(self.scope)))
        if place is None:
            hint = f"remove it, or put {{%p {wanted} … %}} before it"
            self.blocks.append(Block(line, tag, f"{tag.text} closes nothing", hint))
            return
        for block in self.open[place + 1 :]:
            self._unclosed(block, f"before {tag.text}")
        self.scope = {**self.open[place].outer, **({} if wanted == "for" else self.scope)}
        del self.open[place:]

    def close(self) -> None:
        """Tells of the blocks that nothing closed."""
        for block in self.open:
            self._unclosed(block, "where it ends")
        self.open = []

    def _unclosed(self, block: _Open, where: str) -> None:
        hint = f"put {{%p {OPENING[block.word]} %}} {where}"
        self.blocks.append(Block(block.line, block.tag, f"{block.tag.text} is never closed", hint))


def meant(word: str) -> str:
    """The statement that a misspelt word means, or nothing."""
    if word in WORDS:
        return word
    for prefix in ("tr", "tc", "p"):
        if word.removeprefix(prefix) in WORDS:
            return word.removeprefix(prefix)
    near = min(WORDS, key=lambda w: distance(word, w))
    return near if distance(word, near) <= (1 if len(word) < LONG else 2) else ""


LONG = 5
"""From so many letters on, two of them may be wrong."""

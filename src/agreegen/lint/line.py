"""Line: a paragraph of a template with its tags, and what is known of a tag in its place."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING

from agreegen.late import dataclass

if TYPE_CHECKING:
    from jinja2 import nodes
    from lxml import etree

    from agreegen.finding import Location
    from agreegen.lint.condition import Scope
    from agreegen.lint.logic import Formula
    from agreegen.template.tag import Tag, TagError


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """A paragraph: where it is, its text, the tags and broken tags in it, its style, and its field codes."""

    element: etree._Element
    place: Location
    text: str
    style: str = ""
    tags: tuple[Tag, ...] = ()
    broken: tuple[TagError, ...] = ()
    odd: str = ""
    codes: str = ""

    @property
    def plain(self) -> str:
        """The text with blanks in place of tags, so that places stay."""
        out, at = [], 0
        for tag in self.tags:
            out += [self.text[at : tag.start], " " * (tag.end - tag.start)]
            at = tag.end
        return "".join(out) + self.text[at:]


@dataclass(frozen=True, slots=True, eq=False)
class Use:
    """A tag in its place: the line, its expression, the conditions that lead there, and what local names stand for."""

    line: Line
    tag: Tag
    node: nodes.Node | None
    guards: tuple[Formula, ...] = ()
    scope: Scope = field(default_factory=dict)
    test: Formula = True  # of an if or elif


@dataclass(frozen=True, slots=True)
class Block:
    """A block that ends badly: the tag that shows it, what is wrong, and the remedy."""

    line: Line
    tag: Tag
    message: str
    hint: str


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """One way in which a file comes into an agreement: the variant, the conditions on the way, and local names."""

    variant: str = ""
    guards: tuple[Formula, ...] = ()
    scope: Scope = field(default_factory=dict)

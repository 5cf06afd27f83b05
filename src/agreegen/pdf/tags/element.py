"""The elements of a structure tree, before they have numbers in a file."""

from __future__ import annotations

from dataclasses import field
from typing import Final, NamedTuple

from agreegen.late import dataclass

CELLS: Final = ("TH", "TD")


@dataclass(slots=True, eq=False)
class Element:
    """One structure element: its standard type, what is within, and its attributes as they are written.

    `kids` are elements, marked content (page, number) and links (numbers of annotation objects), in reading order.
    """

    kind: str
    kids: list[Element | Content | Annotated] = field(default_factory=list)
    attributes: bytes = b""
    alternative: str = ""
    language: str = ""
    name: str = ""
    number: int = 0
    drawn: int = 0  # how many kids were put in as they were drawn, in front of the elements that were there before
    target: bytes = b""
    within: Element | None = None  # where it is put as soon as something of it is drawn

    def add(self, kind: str) -> Element:
        """A new element at the end of this one."""
        new = Element(kind)
        self.kids.append(new)
        return new

    def put(self, kid: Element | Content | Annotated) -> None:
        """Takes what is drawn next: a list item's own text comes before the lists and notes within it."""
        self.kids.insert(self.drawn, kid)
        self.drawn += 1

    @property
    def is_empty(self) -> bool:
        """Whether nothing is drawn for it, so that it isn't written; cells keep the places of those after them."""
        return self.kind not in CELLS and all(isinstance(k, Element) and k.is_empty for k in self.kids)


class Content(NamedTuple):
    """Marked content: the index of its page and its number there."""

    page: int
    number: int


class Annotated(NamedTuple):
    """A link on a page: the number of its object, and its key in the table of parents."""

    page: int
    number: int
    key: int

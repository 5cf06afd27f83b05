"""The text notation of a Word file ("outline"): what it can say, as values.

`notation.parse` reads the text, `notation.write` prints it; `draft` and `outline` turn these values into Word and back.
"""

from __future__ import annotations

import re
from typing import Literal

from agreegen.late import dataclass

BODY_STYLE, NOTE_STYLE = "Clause Text", "Footnote Text"
MARKS = {"Heading 1": "#", "Heading 2": "##", "Exhibit Title": "@", "Exhibit Heading": "@@", "List Bullet": "-"}
HEADINGS = ("Heading 1", "Heading 2", "Exhibit Title", "Exhibit Heading")
EXHIBIT_HEADINGS = ("Exhibit Title", "Exhibit Heading")
LETTERED = {"Clause 3": "", "Clause 4": "    ", "Exhibit 3": "", "Exhibit 4": "    "}  # style: indent of its line
PLACEHOLDER = "[contents]"  # what the contents field shows until the contents are filled
CONTENTS_TITLE = "Contents"
LABEL = re.compile(r"\([a-z]+\)(?= |$)")
ANCHOR = re.compile(r"\[([a-z][a-z0-9]*(?:-[a-z0-9]+)*)\](?: |$)")
NAME = re.compile(r"\{#([a-z][a-z0-9]*(?:-[a-z0-9]+)*)#\}(?: |$)")
TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Span:
    """Text of one look, tags included; or a page-number field; or the mark of footnote n."""

    text: str
    bold: bool = False
    italic: bool = False
    kind: Literal["text", "field", "note"] = "text"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph: style by shown name, heading id or paragraph name, and the label a reader sees in front."""

    style: str
    spans: tuple[Span, ...] = ()
    anchor: str = ""
    name: str = ""
    page_break: bool = False
    label: str = ""

    @property
    def text(self) -> str:
        """The words, without look."""
        return "".join(s.text for s in self.spans if s.kind == "text")


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the paragraphs of each cell; the last cell spans the columns that are left."""

    cells: tuple[tuple[Paragraph, ...], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """One table; `widths` in percent, `header` counts repeating header rows, `title` is a name that isn't printed."""

    rows: tuple[Row, ...]
    widths: tuple[int, ...]
    caption: tuple[Span, ...] = ()
    title: str = ""
    header: int = 0
    headcol: bool = False
    look: str = "grid"


@dataclass(frozen=True, slots=True)
class Contents:
    """The table of contents, not yet filled."""

    page_break: bool = False


@dataclass(frozen=True, slots=True)
class Break:
    """The end of a section inside the document, as an outline shows it."""

    landscape: bool


Block = Paragraph | Table | Contents | Break


@dataclass(frozen=True, slots=True)
class Margin:
    """A header or footer line: `place` is "header", "footer", "first header" or "first footer"."""

    place: str
    spans: tuple[Span, ...] = ()


PLACES = ("header", "footer", "first header", "first footer")


@dataclass(frozen=True, slots=True)
class Part:
    """Paragraphs outside the body that the notation can show but not draft: text boxes, foreign headers, comments."""

    name: str
    paragraphs: tuple[Paragraph, ...]


@dataclass(frozen=True, slots=True)
class Outline:
    """A whole file; `notes` are the paragraphs of each footnote, in the order of their marks."""

    blocks: tuple[Block, ...]
    landscape: bool = False
    titlepage: bool = False
    margins: tuple[Margin, ...] = ()
    notes: tuple[tuple[Paragraph, ...], ...] = ()
    parts: tuple[Part, ...] = ()


def merged(spans: list[Span]) -> tuple[Span, ...]:
    """Spans in normal form: no empty ones, neighbors of one look joined, each tag in the look of its first letter."""
    out: list[Span] = []
    run: list[Span] = []
    for s in [*spans, Span("", kind="field")]:
        if s.kind == "text":
            run.append(s)
            continue
        out.extend(_joined(run))
        run = []
        if s.text:
            out.append(s)
    return tuple(out)


def _joined(run: list[Span]) -> list[Span]:
    text = "".join(s.text for s in run)
    looks = [(s.bold, s.italic) for s in run for _ in s.text]
    chars = list(text)
    for m in TAG.finditer(text):
        for i in range(m.start(), m.end()):
            looks[i] = looks[m.start()]
            chars[i] = " " if chars[i] in "\t\n" else chars[i]
    out: list[Span] = []
    start = 0
    for i in range(1, len(chars) + 1):
        if i == len(chars) or looks[i] != looks[start]:
            out.append(Span("".join(chars[start:i]), *looks[start]))
            start = i
    return out

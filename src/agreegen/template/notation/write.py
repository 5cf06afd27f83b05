"""`Outline` → notation text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agreegen.template.notation import (
    EXHIBIT_HEADINGS,
    HEADINGS,
    NOTE_STYLE,
    PLACES,
    Block,
    Break,
    Contents,
    Outline,
    Paragraph,
    Table,
)
from agreegen.template.notation.inline import written
from agreegen.template.notation.lines import line
from agreegen.template.notation.tables import table_lines

if TYPE_CHECKING:
    from collections.abc import Iterator


def write(outline: Outline) -> str:
    """The notation of a file, in normal form: a blank line between paragraphs, one line end at the end."""
    return "\n\n".join("\n".join(group) for group in _groups(outline) if group) + "\n"


def _groups(outline: Outline) -> Iterator[list[str]]:
    yield _settings(outline)
    yield from _blocks(outline.blocks)
    if outline.notes:
        yield ["%% part: footnotes"]
        for n, note in enumerate(outline.notes, start=1):
            yield from ([f"[^{n}] {line(p, NOTE_STYLE)}"] for p in note)
    for part in outline.parts:
        yield [f"%% part: {part.name}"]
        yield from _blocks(part.paragraphs)


def _settings(outline: Outline) -> list[str]:
    out = [f"%% {name}" for name, on in (("landscape", outline.landscape), ("titlepage", outline.titlepage)) if on]
    for m in sorted(outline.margins, key=lambda m: PLACES.index(m.place)):
        out.append(f"%% {m.place}:" + (f" {written(m.spans)}" if m.spans else ""))
    return out


def _blocks(blocks: tuple[Block, ...] | tuple[Paragraph, ...]) -> Iterator[list[str]]:
    exhibit = False
    for b in blocks:
        if isinstance(b, Paragraph | Contents) and b.page_break:
            yield ["%% page"]
        if isinstance(b, Contents):
            yield ["%% contents"]
        elif isinstance(b, Break):
            yield ["%% section: landscape" if b.landscape else "%% section"]
        elif isinstance(b, Table):
            yield table_lines(b)
        else:
            exhibit = b.style in EXHIBIT_HEADINGS if b.style in HEADINGS else exhibit
            yield [line(b, exhibit=exhibit)]

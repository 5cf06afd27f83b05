"""What a reader of a file sees, in blocks: paragraphs with numbers, notes, headers, footers, text boxes, pages."""

from __future__ import annotations

import copy
import re
from typing import TYPE_CHECKING, Final

from agreegen.finding import Location
from agreegen.pdf.displayed import Displayed
from agreegen.pdf.field import fields
from agreegen.pdf.parts import MC, R, W
from agreegen.pdf.wanted import without_pages
from agreegen.source.marks import Block

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lxml import etree

    from agreegen.pdf.expected import Expected
    from agreegen.pdf.parts import Parts

_NUMBER: Final = re.compile(r"[\s\ufdd0]*(?:[0-9]+|[ivxlcdm]+|[IVXLCDM]+)\s*\Z")
_TEXTPATH: Final = "{urn:schemas-microsoft-com:vml}textpath"
_STORIES: Final = ("header", "footer")
_OWN_NOTES: Final = ("separator", "continuationSeparator", "continuationNotice")


def of_document(docx: bytes) -> dict[str, list[Block]]:
    """The blocks of a Word document by part; page numbers of contents, which Word counts again, are left out."""
    read = without_pages(docx)
    body = [
        Block(text, Location(part="body", heading="" if p.heading == p.text else p.heading, paragraph=p.number,
                             cell=p.cell))
        for p, text in zip(read.paragraphs, _body(read), strict=True)
    ]  # fmt: skip
    return {"body": body, **_others(read)}


def texts_of_document(docx: bytes) -> dict[str, list[str]]:
    """The texts of the blocks of a Word document by part, without their places."""
    read = without_pages(docx)
    return {"body": _body(read), **{kind: [b.text for b in blocks] for kind, blocks in _others(read).items()}}


def _others(read: Expected) -> dict[str, list[Block]]:
    """The blocks of notes, headers, footers and text boxes."""
    parts, shown = _read_by(read)
    notes = [Block(text, Location(part=f"footnote {n}")) for n, (_, _, text) in enumerate(read.note_texts, 1)]
    found = {"footnotes": notes, "endnotes": list(_endnotes(parts, shown))}
    for kind in _STORIES:
        found[f"{kind}s"] = list(_story(parts, shown, kind))
    return {**found, "boxes": list(_boxes(parts, shown))}


def _read_by(read: Expected) -> tuple[Parts, Displayed]:
    assert read.parts is not None
    assert read.shown is not None
    return read.parts, read.shown


def of_pages(pdf: bytes, texts: Sequence[str] | None = None) -> dict[str, list[Block]]:
    """The blocks of a PDF: one a page; `texts` are those of the pages if they have been read."""
    found = texts_of_pages(pdf, texts)["pages"]
    return {"pages": [Block(text, Location(part=f"page {n}")) for n, text in enumerate(found, 1)]}


def texts_of_pages(pdf: bytes, texts: Sequence[str] | None = None) -> dict[str, Sequence[str]]:
    """The texts of the blocks of a PDF, without their places."""
    if texts is None:
        from agreegen.pdf import drawn  # noqa: PLC0415 (only for PDFs that weren't read yet)

        texts = drawn.pages(pdf)
    return {"pages": texts}


def _body(read: Expected) -> list[str]:
    """The texts of the body's paragraphs without the page numbers that a program counts again."""
    parts, shown = _read_by(read)
    texts = [p.text for p in read.paragraphs]
    found = [f for f in fields(parts.body) if f.name in ("TOC", "PAGEREF")]
    if not found:
        return texts
    places = {p: i for i, p in enumerate(shown.paragraphs(parts.body))}
    listed = {p for f in found if f.name == "TOC" for p in f.paragraphs}
    for p in listed & places.keys():
        texts[places[p]] = _NUMBER.sub("", texts[places[p]])
    for p in {f.paragraph for f in found if f.name == "PAGEREF"} - listed:
        if p in places:
            text = texts[places[p]]
            label = text[: len(text) - len(Displayed(parts).text(p, 0))]
            texts[places[p]] = label + Displayed(parts).text(_blanked(p), 0)
    return texts


def _blanked(p: etree._Element) -> etree._Element:
    """A copy of the paragraph whose page references show nothing."""
    twin = copy.deepcopy(p)
    for f in fields(twin):
        if f.name == "PAGEREF" and f.results:
            f.show("")
    return twin


def _endnotes(parts: Parts, shown: Displayed) -> Iterator[Block]:
    root = parts.tree("word/endnotes.xml")
    notes = [n for n in root.iterfind(W + "endnote") if n.get(W + "type") not in _OWN_NOTES] if root is not None else []
    for number, note in enumerate(notes, 1):
        text = " ".join(shown.text(p, None) for p in shown.paragraphs(note))
        yield Block(text, Location(part=f"endnote {number}"))


def _used(parts: Parts, kind: str) -> list[etree._Element]:
    """The headers or footers that sections name, each once."""
    targets = parts.targets()
    names = dict.fromkeys(targets.get(e.get(R + "id", ""), "") for e in parts.document.iter(f"{W}{kind}Reference"))
    return [root for n in names if n and (root := parts.tree(n)) is not None]


def _story(parts: Parts, shown: Displayed, kind: str) -> Iterator[Block]:
    """Each different text of the headers or footers once: programs write the same one for each section or for all."""
    texts = dict.fromkeys(" ".join(shown.text(p, None) for p in shown.paragraphs(r)) for r in _used(parts, kind))
    for text in texts:
        if text.strip():
            yield Block(text, Location(part=kind))


def _boxes(parts: Parts, shown: Displayed) -> Iterator[Block]:
    """Text boxes and WordArt, such as a watermark; those of headers and footers once."""
    if next(parts.body.iter(W + "txbxContent", _TEXTPATH), None) is not None:
        for p in shown.paragraphs(parts.body):
            yield from (Block(text, Location(part="text box")) for text in _loose(shown, p))
    above = (p for kind in _STORIES for root in _used(parts, kind) for p in shown.paragraphs(root))
    for text in dict.fromkeys(t for p in above for t in _loose(shown, p)):
        yield Block(text, Location(part="text box in a header or footer"))


def _loose(shown: Displayed, p: etree._Element) -> Iterator[str]:
    yield from (text for text in shown.boxes(p) if text.strip())
    for art in p.iter(_TEXTPATH):
        if next(art.iterancestors(MC + "Fallback"), None) is None and art.get("string", "").strip():
            yield art.get("string", "")

"""Copies: Word files with a comment at each finding, and mended ones; the originals stay as they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree

from agreegen.lint.alone import taken_apart
from agreegen.lint.mending import mended, mends, packed, unpacked
from agreegen.package import Output
from agreegen.template.container import CT, PKG, Container, W
from agreegen.template.place import rendered_parts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from agreegen.finding import Finding
    from agreegen.lint.library import Library
    from agreegen.lint.page import Page

AUTHOR, INITIALS = "agreegen", "ag"
COMMENTS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments"
COMMENTS_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml"
NEW = f'<w:comments xmlns:w="{W[1:-1]}"/>'.encode()
NO_RELS = f'<Relationships xmlns="{PKG[1:-1]}"/>'.encode()


def written(
    wanted: Sequence[tuple[str, Path]], findings: Sequence[Finding], output: Path, library: Library, *,
    annotate: bool, fix: bool,
) -> Iterator[str]:  # fmt: skip
    """Writes the copies that are asked for, and says what was changed and written."""
    for name, path in wanted:
        data = path.read_bytes()
        ours = library.owns(name)
        file = f"{name}.docx" if ours else name
        container, _ = taken_apart(data, file)
        if container is None:
            continue
        stem = name.removesuffix(".docx").strip("/").replace("/", "-") if ours else path.stem
        page = library.read(container, name)
        found = [f for f in findings if f.location.file == file]
        if fix:
            yield from _mended(data, page, stem, output)
        if annotate and found:
            (copy,) = Output.open(output).write({f"{stem}-annotated.docx": annotated(data, page, found)})
            yield f"{copy} is written, with {len(found)} {'comment' if len(found) == 1 else 'comments'}"


def _mended(data: bytes, page: Page, stem: str, output: Path) -> Iterator[str]:
    changes = mends(page)
    for change in changes:
        yield f"{change.line.place}: {change.shown}"
    if changes:
        (copy,) = Output.open(output).write({f"{stem}-mended.docx": mended(data, page, changes)})
        yield f"{copy} is written, with {len(changes)} {'change' if len(changes) == 1 else 'changes'}"


# ------------------------------------------------------------------------------------------------ comments
def annotated(data: bytes, page: Page, findings: Sequence[Finding]) -> bytes:
    """The Word file with a comment at each finding; those of headers, notes and the whole file at the first words."""
    container = page.container
    members = unpacked(data)
    document = container.document
    root = _parsed(members[document])
    comments, changed = _part(container, members)
    lines = [x for x in page.lines if x.place.part == rendered_parts(container)[0][1]]
    paragraphs = list(root.iter(W + "p"))
    by_number = {x.place.paragraph: p for x, p in zip(lines, paragraphs, strict=True)}
    first = next((p for x, p in zip(lines, paragraphs, strict=True) if x.text.strip()), None)
    last = max((int(c.get(W + "id") or 0) for c in comments), default=-1)
    for number, finding in enumerate(findings, last + 1):
        place = finding.location
        inside = place.part == "body" and place.paragraph in by_number
        p = by_number[place.paragraph] if inside else first
        if p is None:
            continue
        where = "" if inside else f"{place}: "
        _mark(p, number)
        comments.append(_comment(number, f"{finding.severity} {finding.code}: {where}{finding.message}", finding.hint))
    name = container.part("comments") or _beside(document, "comments.xml")
    return packed(data, {**changed, document: _bytes(root), name: _bytes(comments)})


def _part(container: Container, members: dict[str, bytes]) -> tuple[etree._Element, dict[str, bytes]]:
    """The comments of the file, and the other parts that change where it has none."""
    name = container.part("comments")
    if name:
        return _parsed(members[name]), {}
    rels_name = container.rels_name(container.document)
    rels = _parsed(members.get(rels_name, NO_RELS))
    taken = {r.get("Id") for r in rels}
    free = next(f"rId{n}" for n in range(1, len(taken) + 2) if f"rId{n}" not in taken)
    etree.SubElement(rels, PKG + "Relationship", Id=free, Type=COMMENTS, Target="comments.xml")
    types = _parsed(members["[Content_Types].xml"])
    part = "/" + _beside(container.document, "comments.xml")
    etree.SubElement(types, CT + "Override", PartName=part, ContentType=COMMENTS_TYPE)
    return _parsed(NEW), {rels_name: _bytes(rels), "[Content_Types].xml": _bytes(types)}


def _beside(part: str, name: str) -> str:
    return f"{part.rpartition('/')[0]}/{name}".lstrip("/")


def _mark(p: etree._Element, number: int) -> None:
    """Puts the ends of a comment's range around the words of a paragraph."""
    said = {W + "id": str(number)}
    place = 1 if len(p) and p[0].tag == W + "pPr" else 0
    p.insert(place, etree.Element(W + "commentRangeStart", said))
    p.append(etree.Element(W + "commentRangeEnd", said))
    run = etree.SubElement(p, W + "r")
    etree.SubElement(run, W + "commentReference", said)


def _comment(number: int, message: str, hint: str) -> etree._Element:
    made = etree.Element(W + "comment", {W + "id": str(number), W + "author": AUTHOR, W + "initials": INITIALS})
    for words in (message, hint):
        if words:
            text = etree.SubElement(etree.SubElement(etree.SubElement(made, W + "p"), W + "r"), W + "t")
            text.text = "".join(c if c.isprintable() else " " for c in words)
    return made


def _parsed(data: bytes) -> etree._Element:
    return etree.fromstring(data, etree.XMLParser(resolve_entities=False))


def _bytes(root: etree._Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)

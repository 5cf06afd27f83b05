"""Copies: Word files with a comment at each finding, and mended ones; the originals stay as they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree

from agreegen.late import dataclass
from agreegen.lint import check_file, suppression
from agreegen.lint.alone import taken_apart
from agreegen.lint.mending import mended, mends, packed, unpacked
from agreegen.lint.standing import AUTHOR
from agreegen.package import Output
from agreegen.template.container import CT, PKG, Container, W
from agreegen.template.place import rendered_parts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from agreegen.finding import Finding
    from agreegen.lint.library import Library
    from agreegen.lint.page import Page

INITIALS = "ag"
COMMENTS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments"
COMMENTS_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml"
NEW = f'<w:comments xmlns:w="{W[1:-1]}"/>'.encode()
NO_RELS = f'<Relationships xmlns="{PKG[1:-1]}"/>'.encode()


@dataclass(frozen=True, slots=True)
class Mended:
    """What was mended: the changes and copies in words, and what is left to be found."""

    said: list[str]
    left: list[Finding]


def write_mended(
    wanted: Sequence[tuple[str, Path]], findings: Sequence[Finding], output: Path, library: Library
) -> Mended:
    """Writes a mended copy of each file in which something can be mended."""
    said: list[str] = []
    left = list(findings)
    kept, _ = suppression.read(library.root, library.own)
    for name, path, data, page in _pages(wanted, library):
        changes = mends(page)
        if not changes:
            continue
        again = mended(data, page, changes)
        (copy,) = Output.open(output).write({f"{_stem(name, path, library)}-mended.docx": again})
        said += [f"{change.line.place}: {change.shown}" for change in changes]
        number = f"{len(changes)} {'change' if len(changes) == 1 else 'changes'}"
        said.append(f"{copy} is written, with {number}: read it in Word, then put it in place of {path}")
        alone = check_file(data, name, library)  # what else there is, only the whole template tells
        found = suppression.applied(check_file(again, name, library), kept, ())
        left = [f for f in left if f.location.file != page.file or f not in alone] + found
    return Mended(said, left)


def write_annotated(
    wanted: Sequence[tuple[str, Path]], findings: Sequence[Finding], output: Path, library: Library
) -> Iterator[str]:
    """Writes a copy of each file with findings that has them as comments, and says so."""
    for name, path, data, page in _pages(wanted, library):
        if found := [f for f in findings if f.location.file == page.file]:
            (copy,) = Output.open(output).write(
                {f"{_stem(name, path, library)}-annotated.docx": annotated(data, page, found)}
            )
            yield f"{copy} is written, with {len(found)} {'comment' if len(found) == 1 else 'comments'}"


def _pages(wanted: Sequence[tuple[str, Path]], library: Library) -> Iterator[tuple[str, Path, bytes, Page]]:
    """The files that can be opened."""
    for name, path in wanted:
        data = path.read_bytes()
        container, _ = taken_apart(data, f"{name}.docx" if library.owns(name) else name)
        if container is not None:
            yield name, path, data, library.read(container, name)


def _stem(name: str, path: Path, library: Library) -> str:
    """What copies of a file are called, up to what they are for."""
    if library.owns(name):
        return name.removesuffix(".docx").strip("/").replace("/", "-")
    return f"{path.resolve().parent.name}-{path.stem}" if library.own_of(name) else path.stem


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

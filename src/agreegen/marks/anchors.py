"""Anchors of signature services in a Word document: where its signature lines are, in letters that paper doesn't show.

DocuSign places a field wherever the sender's anchor string stands (AutoPlace): `/sn1/` signature of the first signer,
`/dt1/` date, `/nm1/` name, `/tt1/` title. Acrobat Sign reads text tags, which make fields by themselves: the short tag
`{{$sn1}}` stands on the line, its definition `{{#sn1=Sig1_es_:signer1:signature:…}}` before it; it reads letters of two
points and more. Signers are counted in the order of the signature blocks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lxml import etree

from agreegen.errors import UsageError
from agreegen.marks.lines import ANCHOR, W, blocks
from agreegen.template.base import pack, unpack

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agreegen.marks.lines import Block, Entry

STYLES: Final = ("docusign", "adobe-sign")
_BODY, _STYLES = "word/document.xml", "word/styles.xml"
_SIZE: Final = "4"  # half-points: two points, the least that Acrobat Sign reads
_LABELS: Final = {"name": "nm", "title": "tt", "date": "dt"}
_FIELDS: Final = {
    "sn": "Sig{n}_es_:signer{n}:signature:dimension(width=60mm,height=6mm)",
    "nm": "Nam{n}_es_:signer{n}:fullname:dimension(width=60mm,height=5mm)",
    "tt": "Ttl{n}_es_:signer{n}:title:dimension(width=60mm,height=5mm)",
    "dt": "Dte{n}_es_:signer{n}:date:dimension(width=60mm,height=5mm)",
}
_SPACE: Final = {"{http://www.w3.org/XML/1998/namespace}space": "preserve"}
_ROOM: Final = 12
"""Characters that a label may have so that the definition ends before the signature line begins."""


def anchored(docx: bytes, style: str) -> bytes:
    """The document with an anchor at the start of each line to sign, name and date; UsageError if there is none."""
    if style not in STYLES:
        raise UsageError(f"there is no signature service '{style}'", f'write esign = "{STYLES[0]}" or "{STYLES[1]}"')
    parts = unpack(docx)
    if _BODY not in parts:
        raise UsageError("not a Word file: word/document.xml is missing", "save it as .docx in Word")
    root = etree.fromstring(parts[_BODY])
    found = blocks(root)
    if not found:
        raise UsageError("the document has no signature lines to put anchors at",
                         "remove `esign` from agreegen.toml, or add signature blocks to the master")  # fmt: skip
    for number, block in enumerate(found, 1):
        for entry, kind in _marked(block):
            _mark(entry, kind, number, style)
    parts[_BODY] = _bytes(root)
    if _STYLES in parts:
        parts[_STYLES] = _with_look(parts[_STYLES])
    return pack(parts)


def anchors(number: int, kind: str, style: str) -> tuple[str, str]:
    """(what stands before the line, what stands on it) for a signer's signature, name, title or date."""
    if style == "docusign":
        return "", f"/{kind}{number}/"
    definition = _FIELDS[kind].format(n=number)
    return f"{{{{#{kind}{number}={definition}}}}}", f"{{{{${kind}{number}}}}}"


def _marked(block: Block) -> Iterator[tuple[Entry, str]]:
    """The blank lines of a block that get an anchor, with its kind."""
    for entry in block.entries:
        if entry is block.signature:
            yield entry, "sn"
        elif entry.blank and entry.label.casefold() in _LABELS:
            yield entry, _LABELS[entry.label.casefold()]


def _mark(entry: Entry, kind: str, number: int, style: str) -> None:
    before, on = anchors(number, kind, style)
    tab = next(entry.paragraph.iter(W + "tab"), None)
    run = next(tab.iterancestors(W + "r"), None) if tab is not None else None
    if tab is None or run is None:  # a row of underscores
        last = next(reversed(list(entry.paragraph.iter(W + "r"))))
        last.addprevious(_run(before + on))
        return
    after = _split(run, tab)
    after.addprevious(_run(on))
    if before and len(entry.label) <= _ROOM:
        run.addnext(_run(before))
        return
    if before:
        after.addprevious(_run(before))


def _split(run: etree._Element, tab: etree._Element) -> etree._Element:
    """Cuts a run around its first tab into three: what is before it, the tab, what is after it; returns the last."""
    look = run.find(W + "rPr")
    at = run.index(tab)
    rest = list(run)[at + 1 :]
    middle, after = etree.Element(run.tag), etree.Element(run.tag)
    for piece in (middle, after):
        for name, value in run.attrib.items():
            piece.set(name, value)
        if look is not None:
            piece.append(etree.fromstring(etree.tostring(look)))
    middle.append(tab)
    after.extend(rest)
    run.addnext(after)
    run.addnext(middle)
    return after


def _run(text: str) -> etree._Element:
    run = etree.Element(W + "r")
    look = etree.SubElement(run, W + "rPr")
    etree.SubElement(look, W + "rStyle", {W + "val": ANCHOR})
    etree.SubElement(look, W + "noProof")
    etree.SubElement(look, W + "color", {W + "val": "FFFFFF"})
    for size in ("sz", "szCs"):
        etree.SubElement(look, W + size, {W + "val": _SIZE})
    etree.SubElement(run, W + "t", _SPACE).text = text
    return run


def _with_look(styles: bytes) -> bytes:
    """The styles with the character style of anchors."""
    root = etree.fromstring(styles)
    if any(s.get(W + "styleId") == ANCHOR for s in root.iter(W + "style")):
        return styles
    kinds = {W + "type": "character", W + "customStyle": "1", W + "styleId": ANCHOR}
    style = etree.SubElement(root, W + "style", kinds)
    etree.SubElement(style, W + "name", {W + "val": "Esign Anchor"})
    etree.SubElement(style, W + "semiHidden")
    look = etree.SubElement(style, W + "rPr")
    etree.SubElement(look, W + "noProof")
    etree.SubElement(look, W + "color", {W + "val": "FFFFFF"})
    etree.SubElement(look, W + "sz", {W + "val": _SIZE})
    return _bytes(root)


def _bytes(root: etree._Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)

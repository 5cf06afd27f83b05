"""Controls in the agreement's text: each sign becomes a control, or its label where no control can stand."""

from __future__ import annotations

import copy
import re
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape

from lxml import etree

from agreegen.forms.controls import MC, SPACES, W14, W15, W
from agreegen.forms.fields import field_at, title_of
from agreegen.forms.kinds import RICH
from agreegen.forms.stand_in import SIGN, label

if TYPE_CHECKING:
    from agreegen.forms.pages import Pages
    from agreegen.forms.stand_in import Signs

_W: Final = f"{{{W}}}"
_STORY: Final = re.compile(r"word/(?:document|[\w-]*(?:header|footer)\d*|footnotes|endnotes)\.xml")
_BESIDE: Final = (f"{_W}sdt", f"{_W}bookmarkStart", f"{_W}bookmarkEnd")
_SPACE: Final = "{http://www.w3.org/XML/1998/namespace}space"
_PARSER: Final = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
_HEAD: Final = re.compile(rb"<w:(document|hdr|ftr|footnotes|endnotes) ")


def placed(members: dict[str, bytes], signs: Signs, pages: Pages) -> dict[str, bytes]:
    """The members with a control for each sign of their text; what is left of signs elsewhere reads as labels."""
    found = dict(members)
    for name, data in members.items():
        if not name.endswith(".xml"):
            continue
        text = data.decode()
        if _STORY.fullmatch(name) and SIGN.search(text):
            text = _controlled(_opened(data), signs, pages).decode()
        found[name] = SIGN.sub(lambda m: escape(label(signs.path(m) or ())), text).encode()
    return found


def _opened(data: bytes) -> bytes:
    """The part with the namespaces of controls on its root."""
    spaces = f'xmlns:w14="{W14}" xmlns:w15="{W15}" xmlns:mc="{MC}" mc:Ignorable="w14 w15"'
    return _HEAD.sub(lambda m: m[0] + spaces.encode() + b" ", data, count=1)


def _controlled(data: bytes, signs: Signs, pages: Pages) -> bytes:
    root = etree.fromstring(data, _PARSER)
    for run in list(root.iter(f"{_W}r")):
        if any(SIGN.search(t.text or "") for t in run.iterfind(f"{_W}t")):
            _split(run, signs, pages)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _split(run: etree._Element, signs: Signs, pages: Pages) -> None:
    """Puts a control in the place of each sign of a run; all else keeps its place and look."""
    look, parent = run.find(f"{_W}rPr"), run.getparent()
    assert parent is not None
    for child in [c for c in run if c is not look]:
        for piece in _pieces(child, signs, pages, look):
            if piece.tag in _BESIDE:
                run.addprevious(piece)
                continue
            new = etree.Element(run.tag)
            for name, value in run.attrib.items():
                new.set(name, value)
            if look is not None:
                new.append(copy.deepcopy(look))
            new.append(piece)
            run.addprevious(new)
    parent.remove(run)


def _pieces(child: etree._Element, signs: Signs, pages: Pages, look: etree._Element | None) -> list[etree._Element]:
    if child.tag != f"{_W}t" or not SIGN.search(child.text or ""):
        return [child]
    text, pieces, at = child.text or "", [], 0
    for m in SIGN.finditer(text):
        path = signs.path(m)
        wanted = field_at(path) if path else None
        if wanted is None:
            continue
        if m.start() > at:
            pieces.append(_text(text[at : m.start()]))
        if wanted.kind in RICH and not _is_alone(child, m[0]):
            pieces.append(_text(f"[{title_of(wanted.path)}, as filled in above]"))
        else:
            pieces += fragments(pages.control(wanted, _inner(look)))
        at = m.end()
    return [*pieces, _text(text[at:])] if at < len(text) else pieces


def _is_alone(child: etree._Element, sign: str) -> bool:
    """True where a sign is all that its paragraph says: a rich text may have paragraphs, which no sentence can."""
    paragraph = next(child.iterancestors(f"{_W}p"))
    return "".join(t.text or "" for t in paragraph.iter(f"{_W}t")).strip() == sign


def _inner(look: etree._Element | None) -> str:
    """The properties of a run as XML without the namespaces that the wrapper has."""
    if look is None:
        return ""
    return "".join(re.sub(r' xmlns:\w+="[^"]*"', "", etree.tostring(e, encoding="unicode")) for e in look)


def _text(text: str) -> etree._Element:
    new = etree.Element(f"{_W}t", {_SPACE: "preserve"})
    new.text = text
    return new


def fragments(xml: str) -> list[etree._Element]:
    """The elements of a piece of WordprocessingML."""
    return list(etree.fromstring(f'<w:body {SPACES} xmlns:r="{_R}">{xml}</w:body>'.encode(), _PARSER))


_R: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def with_front(document: bytes, front: str) -> bytes:
    """The document with pages before its own, as a section that has the headers and footers of its first one."""
    root = etree.fromstring(_opened(document) if W15.encode() not in document[:1500] else document, _PARSER)
    body = root.find(f"{_W}body")
    assert body is not None
    first = next(root.iter(f"{_W}sectPr"))
    section = copy.deepcopy(first)
    for child in list(section):
        if child.tag in (f"{_W}titlePg", f"{_W}type") or (
            child.tag.endswith("Reference") and child.get(f"{_W}type") != "default"
        ):
            section.remove(child)
    breaking = etree.Element(f"{_W}p")
    properties = etree.SubElement(breaking, f"{_W}pPr")
    etree.SubElement(properties, f"{_W}pStyle").set(f"{_W}val", "SectionBreak")
    properties.append(section)
    for at, element in enumerate([*fragments(front), breaking]):
        body.insert(at, element)
    etree.cleanup_namespaces(root, keep_ns_prefixes=["w", "r", "w14", "w15", "mc"])
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def unlinked(document: bytes) -> bytes:
    """The document whose cross-references are plain text: it is locked, and LibreOffice empties some in a form."""
    root = etree.fromstring(document, _PARSER)
    for paragraph in root.iter(f"{_W}p"):
        runs = list(paragraph.iter(f"{_W}r"))
        for at, run in enumerate(runs):
            said = "".join(e.text or "" for e in run.iterfind(f"{_W}instrText"))
            if not said.strip().startswith("REF "):
                continue
            ends = [n for n in range(at, len(runs)) if _char(runs[n]) == "end"]
            if not (ends and at and _char(runs[at - 1]) == "begin"):
                continue
            marks = [n for n in range(at, ends[0]) if _char(runs[n]) == "separate"]
            for n in (at - 1, at, *marks, ends[0]):
                runs[n].getparent().remove(runs[n])
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _char(run: etree._Element) -> str:
    found = run.find(f"{_W}fldChar")
    return "" if found is None else str(found.get(f"{_W}fldCharType"))


def protected(settings: bytes) -> bytes:
    """The settings with the protection that lets only controls be filled in."""
    said = '<w:documentProtection w:edit="forms" w:enforcement="1"/>'
    text = settings.decode()
    mark = "<w:defaultTabStop" if "<w:defaultTabStop" in text else "<w:compat"
    return text.replace(mark, said + mark, 1).encode()

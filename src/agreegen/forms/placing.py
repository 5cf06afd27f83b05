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
from agreegen.forms.parts import STORY, parsed, serialized
from agreegen.forms.stand_in import SIGN, label

if TYPE_CHECKING:
    from agreegen.forms.pages import Pages
    from agreegen.forms.stand_in import Signs

_W: Final = f"{{{W}}}"
_BESIDE: Final = (f"{_W}sdt", f"{_W}bookmarkStart", f"{_W}bookmarkEnd")
_SPACE: Final = "{http://www.w3.org/XML/1998/namespace}space"
_HEAD: Final = re.compile(rb"<w:(?:document|hdr|ftr|footnotes|endnotes)\s")
_IGNORABLE: Final = re.compile(r'\smc:Ignorable="([^"]*)"')
_SPACES: Final = {"w14": W14, "w15": W15, "mc": MC}
BEFORE_PROTECTION: Final = frozenset(
    [
        "writeProtection",
        "view",
        "zoom",
        "removePersonalInformation",
        "removeDateAndTime",
        "doNotDisplayPageBoundaries",
        "displayBackgroundShape",
        "printPostScriptOverText",
        "printFractionalCharacterWidth",
        "printFormsData",
        "embedTrueTypeFonts",
        "embedSystemFonts",
        "saveSubsetFonts",
        "saveFormsData",
        "mirrorMargins",
        "alignBordersAndEdges",
        "bordersDoNotSurroundHeader",
        "bordersDoNotSurroundFooter",
        "gutterAtTop",
        "hideSpellingErrors",
        "hideGrammaticalErrors",
        "activeWritingStyle",
        "proofState",
        "formsDesign",
        "attachedTemplate",
        "linkStyles",
        "stylePaneFormatFilter",
        "stylePaneSortMethod",
        "documentType",
        "mailMerge",
        "revisionView",
        "trackRevisions",
        "doNotTrackMoves",
        "doNotTrackFormatting",
    ]
)
"""The settings that come before the protection (ECMA-376 Part 1, CT_Settings)."""


def placed(members: dict[str, bytes], signs: Signs, pages: Pages) -> dict[str, bytes]:
    """The members with a control for each sign of their text; what is left of signs elsewhere reads as labels."""
    found = dict(members)
    for name, data in members.items():
        if not name.endswith(".xml"):
            continue
        text = data.decode()
        if STORY.fullmatch(name) and SIGN.search(text):
            text = _controlled(_opened(data), signs, pages).decode()
        found[name] = SIGN.sub(lambda m: escape(label(signs.path(m) or ())), text).encode()
    return found


def _opened(data: bytes) -> bytes:
    """The part with the namespaces of controls on its root."""
    head = _HEAD.search(data)
    assert head is not None
    end = data.index(b">", head.start())
    tag = data[head.start() : end].decode()
    tag += "".join(f' xmlns:{name}="{space}"' for name, space in _SPACES.items() if f"xmlns:{name}=" not in tag)
    said = _IGNORABLE.search(tag)
    names = list(dict.fromkeys([*(said[1].split() if said else ()), "w14", "w15"]))
    tag = (_IGNORABLE.sub("", tag) if said else tag) + f' mc:Ignorable="{" ".join(names)}"'
    return data[: head.start()] + tag.encode() + data[end:]


def _controlled(data: bytes, signs: Signs, pages: Pages) -> bytes:
    root = parsed(data)
    for run in list(root.iter(f"{_W}r")):
        if any(SIGN.search(t.text or "") for t in run.iterfind(f"{_W}t")):
            _split(run, signs, pages)
    return serialized(root)


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
    return list(parsed(f'<w:body {SPACES} xmlns:r="{_R}">{xml}</w:body>'.encode()))


_R: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def with_front(document: bytes, front: str) -> bytes:
    """The document with pages before its own, as a section that has the headers and footers of its first one."""
    root = parsed(_opened(document))
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
    ignored = (root.get(f"{{{MC}}}Ignorable") or "").split()
    etree.cleanup_namespaces(root, keep_ns_prefixes=["w", "r", "w14", "w15", "mc", *ignored])
    return serialized(root)


def unlinked(document: bytes) -> bytes:
    """The document whose cross-references are plain text: it is locked, and LibreOffice empties some in a form."""
    root = parsed(document)
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
                if (holder := runs[n].getparent()) is not None:
                    holder.remove(runs[n])
    return serialized(root)


def _char(run: etree._Element) -> str:
    found = run.find(f"{_W}fldChar")
    return "" if found is None else str(found.get(f"{_W}fldCharType"))


def protected(settings: bytes) -> bytes:
    """The settings with the protection that lets only controls be filled in."""
    root = parsed(settings)
    for old in root.findall(f"{_W}documentProtection"):
        root.remove(old)
    at = sum(1 for e in root if isinstance(e.tag, str) and etree.QName(e).localname in BEFORE_PROTECTION)
    said = etree.Element(f"{_W}documentProtection", {f"{_W}edit": "forms", f"{_W}enforcement": "1"})
    root.insert(at, said)
    return serialized(root)

"""Drafts: a document with open fields, each marked in its place and the whole marked on every page."""

from __future__ import annotations

import copy
import re
from collections.abc import MutableMapping
from typing import Any, Final

from lxml import etree

from agreegen.agreement import Agreement
from agreegen.rules import Case, complete
from agreegen.template.base import pack, unpack

OPEN, CLOSE = "\u27e6", "\u27e7"
"""The brackets around what is still to be filled in."""

W: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_MARK = re.compile(f"({OPEN}[^{CLOSE}]*{CLOSE})")
BANNER = "DRAFT \u2013 NOT FOR SIGNATURE"


def blank(what: str) -> str:
    """The text that stands where a value is missing."""
    return f"{OPEN}{what}{CLOSE}"


def completed(agreement: Agreement, case: Case) -> dict[str, Any]:
    """The context of an agreement with a marked blank wherever a required value is missing."""
    context = copy.deepcopy(dict(agreement.context))
    for missing in complete.missing(case):
        _set(context["proposal"], missing.path, blank(missing.name))
        for side in ("provider", "recipient"):
            if missing.path[0] == side:
                index = next((p for p in missing.path if isinstance(p, int)), 0)
                keys = tuple(p for p in missing.path[1:] if not isinstance(p, int))
                party = context[f"{side}s"][index]
                for same in (party, *(p for p in context["parties"] if p["legal_name"] == party["legal_name"])):
                    _set(same, keys, blank(missing.name))
                context[side] = context[f"{side}s"][0]
    return context


def _set(node: Any, path: tuple[Any, ...], value: str) -> None:
    for key in path[:-1]:
        if isinstance(node, list | tuple):
            node = node[key] if isinstance(key, int) and key < len(node) else None
        elif isinstance(node, MutableMapping):
            name = str(key).replace(" ", "_")
            if node.get(name) is None:
                node[name] = {}
            node = node[name]
        if node is None:
            return
    if isinstance(node, MutableMapping):
        name = str(path[-1]).replace(" ", "_")
        if node.get(name) in (None, "", (), []):
            node[name] = value


def marked(docx: bytes) -> bytes:
    """The document with every blank highlighted and the banner at the head of every page."""
    parts = unpack(docx)
    for name, data in parts.items():
        if re.fullmatch(r"word/(document|header\d*|footer\d*|footnotes)\.xml", name):
            root = etree.fromstring(data)
            _highlight(root)
            if name.startswith("word/header"):
                root.insert(0, _banner())
            parts[name] = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return pack(parts)


def _highlight(root: etree._Element) -> None:
    for text in list(root.iter(f"{{{W}}}t")):
        run = text.getparent()
        if run is None or not text.text or OPEN not in text.text:
            continue
        pieces = [p for p in _MARK.split(text.text) if p]
        for piece in pieces:
            clone = copy.deepcopy(run)
            for child in list(clone):
                if child.tag != f"{{{W}}}rPr":
                    clone.remove(child)
            if piece.startswith(OPEN):
                _looks(clone)
            word = etree.SubElement(clone, f"{{{W}}}t")
            word.text = piece
            word.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
            run.addprevious(clone)
        run.remove(text)
        if all(child.tag == f"{{{W}}}rPr" for child in run):
            parent = run.getparent()
            if parent is not None:
                parent.remove(run)


def _looks(run: etree._Element) -> None:
    looks = run.find(f"{{{W}}}rPr")
    if looks is None:
        looks = etree.Element(f"{{{W}}}rPr")
        run.insert(0, looks)
    for old in looks.findall(f"{{{W}}}highlight"):
        looks.remove(old)
    highlight = etree.SubElement(looks, f"{{{W}}}highlight")
    highlight.set(f"{{{W}}}val", "yellow")


def _banner() -> etree._Element:
    return etree.fromstring(
        f'<w:p xmlns:w="{W}"><w:pPr><w:spacing w:after="0"/><w:jc w:val="center"/></w:pPr>'
        f'<w:r><w:rPr><w:b/><w:color w:val="C00000"/></w:rPr><w:t>{BANNER}</w:t></w:r></w:p>'
    )

"""Drafts: a document with open fields, each marked in its place and the whole marked on every page."""

from __future__ import annotations

import copy
import re
import typing
from typing import Any, Final

from lxml import etree
from pydantic import BaseModel

from agreegen.agreement.signature import blocks
from agreegen.partner import Party
from agreegen.proposal import Proposal
from agreegen.rules import Case, complete
from agreegen.template.base import pack, unpack
from agreegen.wording import CLOSE, OPEN

if typing.TYPE_CHECKING:
    from agreegen.agreement import Agreement

W: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_MARK = re.compile(f"({OPEN}[^{CLOSE}]*{CLOSE})")
SIDES = ("provider", "recipient")
NAMES = ("name", "body", "institution", "title", "label")
"""Fields by which an entry of a list is called: a blank entry has its blank there."""

BANNER = "DRAFT \u2013 NOT FOR SIGNATURE"


def blank(what: str) -> str:
    """The text that stands where a value is missing."""
    return f"{OPEN}{what}{CLOSE}"


def completed(agreement: Agreement, case: Case) -> dict[str, Any]:
    """The context of an agreement with a marked blank wherever a required value is missing."""
    context = copy.deepcopy(dict(agreement.context))
    context["document"]["status"] = agreement.proposal.status.replace("_", " ")
    for missing in complete.missing(case):
        side, *rest = missing.path
        if side in SIDES and len(rest) > 1 and isinstance(rest[0], int):
            for party in _same(context, str(side), rest[0]):
                _fill(party, Party, tuple(rest[1:]), missing.name)
        else:
            _fill(context["proposal"], Proposal, missing.path, missing.name)
    context["blocks"] = blocks(context)
    return context


def _same(context: dict[str, Any], side: str, index: int) -> list[dict[str, Any]]:
    """Every record of one party in the context: as one of its side, as the lead, as one of all."""
    name = context[f"{side}s"][index]["legal_name"]
    records = [*context["providers"], *context["recipients"], *context["parties"], context["provider"],
               context["recipient"]]  # fmt: skip
    return [record for record in records if record["legal_name"] == name]


def _fill(node: Any, model: type[BaseModel] | None, path: tuple[str | int, ...], what: str) -> None:
    """Puts a blank at the path; blocks and lists on the way are made whole, so that a template finds their fields."""
    key, *rest = path
    if isinstance(key, int):
        if isinstance(node, list | tuple) and key < len(node):
            _fill(node[key], model, tuple(rest), what)
        return
    inner = _section(model, key)
    if rest:
        if node.get(key) is None and inner is not None:
            node[key] = _empty(inner)
        if node.get(key) is not None:
            _fill(node[key], inner, tuple(rest), what)
    elif node.get(key) in (None, "", (), []):
        node[key] = _blank_value(model, key, inner, what)


def _blank_value(model: type[BaseModel] | None, key: str, inner: type[BaseModel] | None, what: str) -> Any:
    many = model is not None and key in model.model_fields and "tuple[" in str(model.model_fields[key].annotation)
    if inner is None:
        return [blank(what)] if many else blank(what)
    entry = {**_empty(inner), **{name: blank(what) for name in NAMES if name in inner.model_fields}}
    return [entry] if many else entry


def _empty(model: type[BaseModel]) -> dict[str, Any]:
    """A block of the model with nothing filled in."""
    result: dict[str, Any] = {}
    for name, info in model.model_fields.items():
        value = info.get_default(call_default_factory=True) if not info.is_required() else None
        result[name] = value.model_dump() if isinstance(value, BaseModel) else value
    return result


def _section(model: type[BaseModel] | None, key: str) -> type[BaseModel] | None:
    """The model of a block, or of the entries of a list, where the field is one."""
    if model is None or key not in model.model_fields:
        return None
    waiting = [model.model_fields[key].annotation]
    while waiting:
        option = waiting.pop()
        if isinstance(option, type) and issubclass(option, BaseModel):
            return option
        waiting += [a for a in typing.get_args(option) if not isinstance(a, str)]
    return None


def marked(docx: bytes) -> bytes:
    """The document with every blank highlighted and the banner at the head of every page."""
    parts = unpack(docx)
    for name, data in parts.items():
        if not (name.startswith("word/") and name.endswith(".xml")):
            continue
        root = etree.fromstring(data)
        head = root.tag == f"{{{W}}}hdr"
        if head or OPEN.encode() in data:
            _highlight(root)
            if head:
                root.insert(0, _banner())
            parts[name] = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return pack(parts)


def _highlight(root: etree._Element) -> None:
    for run in list(root.iter(f"{{{W}}}r")):
        if any(OPEN in (t.text or "") for t in run.iterfind(f"{{{W}}}t")):
            _split(run)


def _split(run: etree._Element) -> None:
    """Gives each blank of a run a highlighted run of its own; all else stays as it is, in its place."""
    look, parent = run.find(f"{{{W}}}rPr"), run.getparent()
    assert parent is not None
    for child in [c for c in run if c is not look]:
        for piece in _pieces(child):
            new = etree.SubElement(parent, run.tag)
            for name, value in run.attrib.items():
                new.set(name, value)
            if look is not None:
                new.append(copy.deepcopy(look))
            new.append(piece)
            if (piece.text or "").startswith(OPEN):
                _looks(new)
            run.addprevious(new)
    parent.remove(run)


def _pieces(child: etree._Element) -> list[etree._Element]:
    """The text of a run cut before and after each blank; anything else as it is."""
    if child.tag != f"{{{W}}}t" or OPEN not in (child.text or ""):
        return [child]
    pieces = []
    for text in filter(None, _MARK.split(child.text or "")):
        piece = etree.Element(child.tag, {"{http://www.w3.org/XML/1998/namespace}space": "preserve"})
        piece.text = text
        pieces.append(piece)
    return pieces


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
    """The line at the head of each page: in the size and gray of a header, as the watermark behind the text is loud."""
    return etree.fromstring(
        f'<w:p xmlns:w="{W}"><w:pPr><w:spacing w:before="0" w:after="40" w:line="240" w:lineRule="auto"/>'
        '<w:jc w:val="center"/></w:pPr><w:r><w:rPr><w:b/><w:bCs/><w:color w:val="404040"/><w:sz w:val="18"/>'
        f'<w:szCs w:val="18"/></w:rPr><w:t>{BANNER}</w:t></w:r></w:p>'
    )

"""Fills in a form as Word does: what controls show, their properties and the data part change together."""

from __future__ import annotations

import copy
import re
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from lxml import etree

from agreegen.forms.controls import W14, W15, W, lines, shown, stored, xpath
from agreegen.forms.fields import field_at, path_of
from agreegen.forms.identity import path_of_control
from agreegen.forms.kinds import RICH, Kind
from agreegen.forms.placing import fragments
from agreegen.forms.store import data_xml, values_of
from agreegen.template.base import pack, unpack

if TYPE_CHECKING:
    from collections.abc import Mapping

    from agreegen.forms.fields import Path

_W = f"{{{W}}}"
DATA_PART = "customXml/item1.xml"


def as_word(docx: bytes, values: Mapping[Path, str], *, places: int = 99, data: bool = True) -> bytes:
    """The form with these values; `places`: in how many controls of a field, `data`: in the data part, too."""
    members = unpack(docx)
    stories = [n for n in members if n.startswith("word/") and b"w:sdt>" in members[n]]
    seen: dict[Path, int] = {}
    unseen = set(values)
    for name in sorted(stories):
        root = etree.fromstring(members[name])
        _grow(root, values)
        for sdt in list(root.iter(f"{_W}sdt")):
            path = path_of_control(sdt)
            if path in values and field_at(path) is not None:
                unseen.discard(path)
                seen[path] = seen.get(path, 0) + 1
                if seen[path] <= places:
                    write(sdt, path, values[path])
        members[name] = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    assert not unseen, f"the form has no control for {sorted(unseen, key=str)[:5]}"
    if data:
        before = {p: v for p, v in values_of(etree.fromstring(members[DATA_PART])).items() if p not in values}
        members[DATA_PART] = data_xml({**before, **{p: _stored(p, v) for p, v in values.items()}})
    return pack(members)


def _stored(path: Path, value: str) -> str:
    """A value as Word writes it to the data part."""
    field = field_at(path)
    assert field is not None
    return as_document(value) if field.kind in RICH else stored(field, value)


def as_document(text: str) -> str:
    """A rich text as Word keeps it in the data part: a whole document with a paragraph for each line."""
    body = "".join(f"<w:p>{_run(line)}</w:p>" for line in text.split("\n"))
    package = "http://schemas.microsoft.com/office/2006/xmlPackage"
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    return (
        '<?xml version="1.0" standalone="yes"?>\n<?mso-application progid="Word.Document"?>\n'
        f'<pkg:package xmlns:pkg="{package}"><pkg:part pkg:name="/_rels/.rels" '
        'pkg:contentType="application/vnd.openxmlformats-package.relationships+xml"><pkg:xmlData/></pkg:part>'
        f'<pkg:part pkg:name="/word/document.xml" pkg:contentType="{kind}"><pkg:xmlData>'
        f'<w:document xmlns:w="{W}"><w:body>{body}<w:sectPr/></w:body></w:document></pkg:xmlData></pkg:part>'
        "</pkg:package>"
    )


def _run(line: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{escape(line)}</w:t></w:r>' if line else ""


def write(sdt: etree._Element, path: Path, value: str) -> None:
    """Puts a value into one control, and takes the mark of the hint away."""
    field = field_at(path)
    assert field is not None
    pr, content = sdt.find(f"{_W}sdtPr"), sdt.find(f"{_W}sdtContent")
    assert pr is not None
    assert content is not None
    for mark in pr.findall(f"{_W}showingPlcHdr"):
        pr.remove(mark)
    if field.kind is Kind.DATE:
        pr.find(f"{_W}date").set(f"{_W}fullDate", f"{value}T00:00:00Z")  # type: ignore[union-attr]
    if field.kind is Kind.CHECK:
        pr.find(f".//{{{W14}}}checked").set(f"{{{W14}}}val", "1" if value == "yes" else "0")  # type: ignore[union-attr]
    if field.kind in RICH and "\n" in value:
        _in_paragraphs(sdt, content, value)
        return
    for old in list(content):
        content.remove(old)
    content.extend(fragments(f"<w:r>{lines(shown(field, value))}</w:r>"))


def _in_paragraphs(sdt: etree._Element, content: etree._Element, value: str) -> None:
    """Puts a control around paragraphs, as Word does when somebody types Enter: it takes the place of its own."""
    own = next(sdt.iterancestors(f"{_W}p"), None)
    look = own.find(f"{_W}pPr") if own is not None else None
    for old in list(content):
        content.remove(old)
    for line in value.split("\n"):
        (new,) = fragments(f"<w:p>{_run(line)}</w:p>")
        if look is not None:
            new.insert(0, copy.deepcopy(look))
        content.append(new)
    if own is not None:
        for around in [e for e in own if e.tag in (f"{_W}bookmarkStart", f"{_W}bookmarkEnd", f"{_W}sdt")]:
            own.addprevious(around)
        own.getparent().remove(own)  # type: ignore[union-attr]


def _grow(root: etree._Element, values: Mapping[Path, str]) -> None:
    """Adds entries to lists as the plus sign does: a copy of the last one, with ids and bindings of its own."""
    for sdt in list(root.iter(f"{_W}sdt")):
        pr = sdt.find(f"{_W}sdtPr")
        if pr is None or pr.find(f"{{{W15}}}repeatingSection") is None:
            continue
        listing = path_of(pr.find(f"{_W}tag").get(f"{_W}val") or "")  # type: ignore[union-attr]
        wanted = max((int(p[len(listing)]) + 1 for p in values
                      if p[: len(listing)] == listing and len(p) > len(listing)
                      and isinstance(p[len(listing)], int)), default=0)  # fmt: skip
        content = sdt.find(f"{_W}sdtContent")
        assert content is not None
        while len(content) < wanted:
            _copy(content, listing, len(content))


def _copy(content: etree._Element, listing: Path, number: int) -> None:
    new = copy.deepcopy(content[-1])
    start = xpath((*listing, number - 1))
    for inner in new.iter(f"{_W}id"):
        inner.set(f"{_W}val", str(int(inner.get(f"{_W}val") or 0) + 100_000 * number))
    for bound in new.iter(f"{_W}dataBinding", f"{{{W15}}}dataBinding"):
        old = bound.get(f"{_W}xpath") or ""
        bound.set(f"{_W}xpath", old.replace(start, xpath((*listing, number)), 1))
    content.append(new)


def data_of(docx: bytes) -> dict[Path, str]:
    return values_of(etree.fromstring(unpack(docx)[DATA_PART]))


def controls_of(docx: bytes, name: str = "word/document.xml") -> list[etree._Element]:
    """The controls of fields in a part."""
    root = etree.fromstring(unpack(docx)[name])
    return [s for s in root.iter(f"{_W}sdt") if field_at(path_of_control(s)) is not None]


def changed(docx: bytes, name: str, pattern: str, new: str, *, count: int = 1) -> bytes:
    """The document with the XML of a part changed; the pattern must be there."""
    members = unpack(docx)
    text, n = re.subn(pattern, new, members[name].decode(), count=count, flags=re.DOTALL)
    assert n, f"{pattern} isn't in {name}"
    return pack({**members, name: text.encode()})

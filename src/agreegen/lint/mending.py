"""Mending: what is wrong in a tag and can be put right without a doubt; nothing outside of tags is touched.

A mend is kept only if the tag then reads as it was read before (quotes, spaces, look), or if a single known name is one
letter away.
"""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING

from jinja2 import TemplateSyntaxError, nodes
from lxml import etree

from agreegen.late import dataclass
from agreegen.lint.naming import written
from agreegen.lint.tags import CURLED, HIDDEN, looks
from agreegen.lint.vocabulary import distance
from agreegen.lint.walk import WORDS
from agreegen.template.container import XML_SPACE, W
from agreegen.template.paragraph import STREAMS, TEXT, piece
from agreegen.template.place import own, rendered_parts
from agreegen.template.tag import DOUBLE, Tag, scan

if TYPE_CHECKING:
    from collections.abc import Iterable

    from agreegen.lint.line import Line, Use
    from agreegen.lint.page import Page

PLAIN = {q: '"' if q in DOUBLE else "'" for q in CURLED}
LEVEL = re.compile(r"^\{%(p|tr|tc)(\w+)")
SHORT = 4
"""Names of fewer letters are one letter away from too many others."""


@dataclass(frozen=True, slots=True)
class Mend:
    """A tag as it stands and as it should: the line, where in it the tag begins and ends, and why."""

    line: Line
    start: int
    end: int
    text: str
    why: str

    @property
    def shown(self) -> str:
        """`{{ propsal }} → {{ proposal }} (why)`."""
        return f"{self.line.text[self.start : self.end]} → {self.text} ({self.why})"


def mends(page: Page) -> list[Mend]:
    """What can be mended, one change for each tag."""
    found: dict[tuple[int, int], Mend] = {}
    uses = {(id(u.line), u.tag.start): u for entry in page.entries[:1] for u in page.uses(entry)}
    for line in page.lines:
        seen = list(looks(line)) if line.tags else []
        for tag in line.tags:
            if tag.opens in ("raw", "{#"):
                continue
            text = tag.text
            whys: list[str] = []
            for change in (_spaced, _straight, _visible):
                new = change(page, tag, text)
                if new and new != text:
                    text, whys = new, [*whys, str(change.__doc__).rstrip(".").lower()]
            new = _named(page, uses.get((id(line), tag.start)), text)
            if new != text:
                text, whys = new, [*whys, "the only name one letter away"]
            mixed = len({look for a, b, look in seen if a < tag.end and b > tag.start}) > 1
            if mixed:
                whys.append("one look")
            if whys:
                found[id(line), tag.start] = Mend(line, tag.start, tag.end, text, ", ".join(whys))
    return list(found.values())


# ------------------------------------------------------------------------------------------------ single changes
def _spaced(_: Page, tag: Tag, text: str) -> str:
    """A space after the level."""
    m = LEVEL.match(text)
    if m and tag.word not in WORDS and m[2] in WORDS:
        return f"{{%{m[1]} {text[2 + len(m[1]) :]}"
    return text


def _straight(page: Page, _: Tag, text: str) -> str:
    """Straight quotes."""
    new = "".join(PLAIN.get(c, c) for c in text)
    return new if same(page, text, new) else text


def _visible(page: Page, _: Tag, text: str) -> str:
    """Ordinary spaces."""
    new = HIDDEN.sub(lambda m: " " if m[0] == "\u00a0" else "", text)
    return new if new != text and (same(page, text, new) or not readable(page, text)) and readable(page, new) else text


def _named(page: Page, use: Use | None, text: str) -> str:
    """The tag with misspelt names put right, where a single known one is a letter away."""
    if use is None or use.node is None:
        return text
    for node in [use.node, *use.node.find_all((nodes.Name, nodes.Getattr))]:
        wrong, known = "", []
        if isinstance(node, nodes.Getattr):
            base = page.reader.dotted(node.node, use.scope)
            if base is not None and base.shape is not None and base.shape.fields and node.attr not in base.shape.fields:
                wrong, known = node.attr, list(base.shape.fields)
        elif isinstance(node, nodes.Name) and node.name not in {*use.scope, *page.reader.schema.fields}:
            wrong, known = node.name, [*page.reader.schema.fields, *use.scope]
        close = [k for k in known if len(k) >= SHORT and distance(wrong, k) == 1] if wrong else []
        if len(close) == 1:
            whole = written(node)
            right = whole[: len(whole) - len(wrong)] + close[0]
            text = re.sub(rf"(?<![\w.]){re.escape(whole)}(?!\w)", right, text)
    return text


def same(page: Page, one: str, other: str) -> bool:
    """True when two tags read alike."""
    a, b = _read(page, one), _read(page, other)
    return a is not None and a == b


def readable(page: Page, text: str) -> bool:
    """True when a tag can be read."""
    return _read(page, text) is not None


def _read(page: Page, text: str) -> str | None:
    found = scan(text)
    if len(found) != 1 or not isinstance(found[0], Tag):
        return None
    tag = found[0]
    word = tag.word
    source = tag.source()
    source = {"if": source + "{% endif %}", "for": source + "{% endfor %}",
              "elif": "{% if x %}" + source + "{% endif %}"}.get(word, source)  # fmt: skip
    if word in ("endif", "endfor", "endwith", "else"):
        return f"{tag.level}{tag.body}"
    try:
        return f"{tag.level}{page.reader.env.parse(source)!r}"
    except TemplateSyntaxError:
        return None


# ------------------------------------------------------------------------------------------------ into the file
def mended(data: bytes, page: Page, wanted: Iterable[Mend]) -> bytes:
    """The Word file with the mends made; all other members stay as they are, byte for byte."""
    by_line: dict[Line, list[Mend]] = {}
    for mend in wanted:
        by_line.setdefault(mend.line, []).append(mend)
    changed: dict[str, bytes] = {}
    members = unpacked(data)
    for name, label in rendered_parts(page.container):
        lines = [x for x in page.lines if x.place.part == label]
        if not any(x in by_line for x in lines):
            continue
        root = etree.fromstring(members[name], etree.XMLParser(resolve_entities=False))
        for line, p in zip(lines, root.iter(W + "p"), strict=True):
            for mend in sorted(by_line.get(line, ()), key=lambda m: -m.start):
                _put(p, mend)
        changed[name] = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return packed(data, changed)


def _put(p: etree._Element, mend: Mend) -> None:
    """Puts the new text into the first run of the old one, and takes the old one out."""
    at, first = 0, True
    for e in list(own(p, *STREAMS[0])):
        length = len(piece(e))
        lo, hi = max(mend.start - at, 0), min(mend.end - at, length)
        if lo < hi and e.tag == TEXT:
            text = e.text or ""
            e.text = text[:lo] + (mend.text if first else "") + text[hi:]
            e.set(XML_SPACE, "preserve")
            first = False
        at += length


def unpacked(data: bytes) -> dict[str, bytes]:
    """The members of a Word file."""
    with zipfile.ZipFile(io.BytesIO(data)) as z:
        return {i.filename: z.read(i) for i in z.infolist() if not i.filename.endswith("/")}


def packed(data: bytes, changed: dict[str, bytes]) -> bytes:
    """The Word file with members changed or added, in the order of the old ones; dates are those of 1980."""
    members = {**unpacked(data), **changed}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        for name, content in members.items():
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            z.writestr(info, content)
    return out.getvalue()

"""Rules about where tags stand: in parts that nothing renders, and where Word hides what was rendered."""

from __future__ import annotations

import re
from copy import deepcopy
from typing import TYPE_CHECKING
from urllib.parse import unquote

from agreegen.lint.rule import Spot, error, warning
from agreegen.lint.tags import tags
from agreegen.template.container import PKG, W
from agreegen.template.elsewhere import PARTS, RENDERED_PROPERTIES
from agreegen.template.paragraph import TEXT
from agreegen.template.place import rendered_parts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml import etree

    from agreegen.lint.page import Page

AUTHOR = "agreegen"
"""Who wrote the comments of annotated copies."""
LOOSE = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)


def unrendered(page: Page) -> Iterator[Spot]:
    """A tag stands where nothing is rendered.

    Why: comments, endnotes, charts, custom properties, targets of links and the like are copied as they are, with the
    tag in them for everybody to read.
    Bad:
        keywords: {{ proposal.proposal }}
    Good:
        keywords: data sharing
    """
    container = page.container
    rendered = {n for n, _ in rendered_parts(container)}
    core = set(container.related("", "core-properties"))
    kinds = {kind: container.related(container.document, kind) + container.related("", kind) for kind in PARTS}
    nouns = {n: noun for kind, noun in PARTS.items() for n in kinds[kind]}
    for name in container.members:
        if name.endswith(".rels"):
            for rel in container.tree(name).iter(PKG + "Relationship"):
                yield from _loose(unquote(rel.get("Target") or ""), "the target of a link")
        elif name in core:
            for e in container.tree(name):
                if (kind := str(e.tag).rsplit("}", 1)[-1]) not in RENDERED_PROPERTIES:
                    yield from _loose(e.text or "", f"the document property {kind!r}")
        elif name.endswith(".xml") and name not in rendered:
            root = container.tree(name)
            if root.tag == W + "comments":
                root = _of_others(root)
            texts = [_text(p) for p in root.iter(W + "p")] or ["".join(map(str, root.itertext()))]
            for text in texts:
                yield from _loose(text, nouns.get(name, f"the part {name}"))


def _of_others(comments: etree._Element) -> etree._Element:
    """The comments without those that an annotated copy has of ours, which quote tags."""
    kept = deepcopy(comments)
    for comment in kept.findall(f"{W}comment[@{W}author='{AUTHOR}']"):
        kept.remove(comment)
    return kept


def _text(p: etree._Element) -> str:
    return "".join(e.text or "" for e in p.iter(TEXT))


def _loose(text: str, where: str) -> Iterator[Spot]:
    for found in LOOSE.finditer(text):
        message = f"{found[0][:80]} stands in {where}, where nothing is rendered"
        yield Spot(message, "move it into the text", part=where, text=found[0][:80])


def in_field_code(page: Page) -> Iterator[Spot]:
    """A tag stands in the code of a field.

    Why: Word shows the old result of the field until somebody updates it, so that the agreement and what is seen of it
    differ.
    Bad:
        <w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>QUOTE "{{ proposal.proposal }}"</w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>
    Good:
        <w:p><w:r><w:t>{{ proposal.proposal }}</w:t></w:r></w:p>
    """  # noqa: E501 (XML that is also run)
    for line in page.lines:
        for found in LOOSE.finditer(line.codes):
            hint = "put the tag into the text, and delete the field"
            yield Spot(f"{found[0]} stands in the code of a field", hint, line, 0, found[0])


def in_text_box(page: Page) -> Iterator[Spot]:
    """A tag stands in a text box.

    Why: a text box is stored twice, and read last or not at all by screen readers and other programs.
    Bad:
        <w:p><w:r><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml" alt="A box"><v:textbox><w:txbxContent><w:p><w:r><w:t>{{ proposal.proposal }}</w:t></w:r></w:p></w:txbxContent></v:textbox></v:shape></w:pict></w:r></w:p>
    Good:
        <w:p><w:r><w:t>{{ proposal.proposal }}</w:t></w:r></w:p>
    """  # noqa: E501 (XML that is also run)
    for line, tag in tags(page):
        if next(line.element.iterancestors(W + "txbxContent"), None) is not None:
            hint = "put the words into a paragraph or a table"
            yield Spot(f"{tag.text} stands in a text box", hint, line, tag.start, tag.text)


RULES = (
    error("T032", unrendered),
    warning("T228", in_field_code),
    warning("T229", in_text_box),
)

"""Full text: the whole text of a variant in one Word file, its conditions shown as marked alternatives."""

from __future__ import annotations

import pathlib
from typing import TYPE_CHECKING, Final

from lxml import etree

from agreegen import packs, provenance
from agreegen.fulltext.showing import ALTERNATIVE, CONDITION, FIELD, SOURCE, Showing
from agreegen.new_file import written
from agreegen.pdf.contents import quick_contents
from agreegen.render import packed
from agreegen.template.base import core_xml, pack, unpack
from agreegen.template.container import W
from agreegen.template.filling import filled
from agreegen.template.styles import GRAY, NAVY, RULE, SHADE

if TYPE_CHECKING:
    from agreegen.workspace import Workspace

__all__ = ["create", "flat"]

AMBER: Final = "FFF3D1"
DOCUMENT: Final = "word/document.xml"
LEAD: Final = (
    "This is the whole text of “{name}”, version {version}, with every alternative. It is for reading and comments; an"
    " agreement prints the parts that its proposal calls for.",
    "A shaded line says when the text up to its “End of” is printed. Inside a paragraph, [If …: words | otherwise:"
    " other words] says the same. Clauses that variants share also have words of the others: (not in this variant).",
    "[dates: start] stands for what the proposal says under that key. Small gray lines name the Word file that the text"
    " comes from. Numbers are counted as if all of it were printed.",
)


def create(name: str, workspace: Workspace, *, output: pathlib.Path | None = None, force: bool = False) -> pathlib.Path:
    """The file written: the whole text of a variant, or of another template of the workspace."""
    return written(
        output or pathlib.Path(f"{name}-whole-text.docx"), flat(name, workspace), ending=".docx", force=force
    )


def flat(name: str, workspace: Workspace, *, contents: bool = True) -> bytes:
    """The whole text of a template as a Word file; with `contents`, its pages are counted for the table of contents."""
    marked = provenance.master(name, workspace)
    parts = filled(marked.whole, {})
    version = packs.named(name, workspace).version
    for part, data in parts.items():
        if not part.startswith("word/"):
            continue
        root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, huge_tree=True))
        Showing(marked).part(root, files=part == DOCUMENT)
        if part == DOCUMENT:
            _lead(root, name, version)
        parts[part] = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    members = unpack(packed(marked.whole, parts))
    members["word/styles.xml"] = members["word/styles.xml"].replace(b"</w:styles>", _styles().encode() + b"</w:styles>")
    if "docProps/core.xml" in members:
        members["docProps/core.xml"] = core_xml(f"Whole text of {name}, version {version}").encode()
    made = pack(members)
    return quick_contents(made, workspace.cache) if contents else made


def _lead(root: etree._Element, name: str, version: str) -> None:
    """Says at the top how to read the text."""
    body = root.find(W + "body")
    assert body is not None
    for number, line in enumerate(LEAD):
        p = etree.Element(W + "p")
        style = etree.SubElement(etree.SubElement(p, W + "pPr"), W + "pStyle")
        style.set(W + "val", CONDITION)
        etree.SubElement(etree.SubElement(p, W + "r"), W + "t").text = line.format(name=name, version=version)
        body.insert(number, p)


def _styles() -> str:
    """The styles of what isn't text of the agreement."""
    bar = f'<w:pBdr><w:left w:val="single" w:sz="24" w:space="6" w:color="{NAVY}"/></w:pBdr>'
    shade = f'<w:shd w:val="clear" w:color="auto" w:fill="{SHADE}"/>'
    small = f'<w:color w:val="{NAVY}"/><w:sz w:val="17"/><w:szCs w:val="17"/>'
    return (
        f'<w:style w:type="paragraph" w:customStyle="1" w:styleId="{CONDITION}"><w:name w:val="Condition"/>'
        f'<w:basedOn w:val="Normal"/><w:pPr>{bar}{shade}<w:spacing w:before="0" w:after="80"/></w:pPr>'
        f"<w:rPr>{small}</w:rPr></w:style>"
        f'<w:style w:type="paragraph" w:customStyle="1" w:styleId="{SOURCE}"><w:name w:val="Source Note"/>'
        f'<w:basedOn w:val="Normal"/><w:pPr><w:keepNext/><w:spacing w:before="0" w:after="20"/><w:jc w:val="right"/>'
        f'</w:pPr><w:rPr><w:color w:val="{GRAY}"/><w:sz w:val="15"/><w:szCs w:val="15"/></w:rPr></w:style>'
        f'<w:style w:type="character" w:customStyle="1" w:styleId="{FIELD}"><w:name w:val="Field Label"/>'
        f'<w:rPr><w:color w:val="{NAVY}"/><w:shd w:val="clear" w:color="auto" w:fill="{AMBER}"/></w:rPr></w:style>'
        f'<w:style w:type="character" w:customStyle="1" w:styleId="{ALTERNATIVE}"><w:name w:val="Condition Label"/>'
        f'<w:rPr><w:i/><w:iCs/>{small}<w:bdr w:val="single" w:sz="2" w:space="0" w:color="{RULE}"/>{shade}</w:rPr>'
        "</w:style>"
    )

"""Numbers are Word's, whatever the engine counts."""

from __future__ import annotations

import re

import pdf_samples as samples
from test_pdf_engines import text_of

from agreegen import pdf
from agreegen.pdf.labels import write_labels
from agreegen.pdf.parts import Parts, W
from agreegen.pdf.styles import Styles
from agreegen.template import base, numbering

LEVEL = '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/><w:lvlJc w:val="left"/></w:lvl>'  # noqa: E501


def restarted() -> bytes:
    """Items 1, 2 of one list and 1, 2 of another that is the same list restarted."""

    def item(num_id: int, text: str) -> str:
        place = f'<w:numPr><w:ilvl w:val="0"/><w:numId w:val="{num_id}"/></w:numPr>'
        return samples.paragraph("BodyText", text, properties=place)

    members = base.parts("".join([item(801, "One"), item(801, "Two"), item(802, "Again one"), item(802, "Again two")]))
    lists = members["word/numbering.xml"].decode()
    first = re.search("<w:num ", lists)
    assert first is not None
    override = f'<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/>{LEVEL}</w:lvlOverride>'
    made = (
        f'<w:abstractNum w:abstractNumId="800"><w:multiLevelType w:val="multilevel"/>{LEVEL}</w:abstractNum>',
        '<w:num w:numId="801"><w:abstractNumId w:val="800"/></w:num>',
        f'<w:num w:numId="802"><w:abstractNumId w:val="800"/>{override}</w:num>',
    )
    lists = (
        lists[: first.start()]
        + made[0]
        + lists[first.start() :].replace("</w:numbering>", made[1] + made[2] + "</w:numbering>")
    )
    members["word/numbering.xml"] = lists.encode()
    return base.pack(members)


def test_a_list_that_starts_again_is_numbered_as_in_word():
    docx = restarted()
    result = pdf.convert(docx, "embedded")
    assert result.findings == ()
    assert text_of(result.pdf) == "1. One 2. Two 1. Again one 2. Again two"


def test_labels_that_are_written_out_are_those_that_were_counted():
    docx = samples.agreement(3, sections=3, rows=4)
    before = [n.label for n in numbering.labels(docx)]
    parts = Parts(docx)
    assert write_labels(parts, Styles(parts))
    written = [n.label for n in numbering.labels(parts.pack())]
    assert len(set(before)) > 10
    assert written == before
    root = parts.tree("word/numbering.xml")
    assert root is not None
    assert [e.tag for e in root] == sorted((e.tag for e in root), key=lambda t: t != W + "abstractNum")


def test_a_document_without_lists_has_none_to_write():
    parts = Parts(samples.small(samples.paragraph("BodyText", "plain")))
    assert not write_labels(parts, Styles(parts))

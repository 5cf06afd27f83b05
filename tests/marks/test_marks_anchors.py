"""Anchors of signature services: at each line of each signer, unseen on paper, and no word or line moves."""

from __future__ import annotations

import re

import pytest
from blocks_sample import AGREEMENT, PROVIDER, TEXT, docx, paragraph
from lxml import etree

from agreegen.errors import UsageError
from agreegen.marks import STYLES, anchored, blocks
from agreegen.marks.lines import ANCHOR, W, text_of
from agreegen.rules import result
from agreegen.template.base import unpack


def body(data: bytes) -> etree._Element:
    """The document part."""
    return etree.fromstring(unpack(data)["word/document.xml"])


def anchors(data: bytes) -> list[str]:
    """The texts of the anchors, in order."""
    return ["".join(t.text or "" for t in r.iter(W + "t")) for r in body(data).iter(W + "r")
            if (s := r.find(f"{W}rPr/{W}rStyle")) is not None and s.get(W + "val") == ANCHOR]  # fmt: skip


def test_docusign_finds_each_line_of_each_signer() -> None:
    assert anchors(anchored(AGREEMENT, "docusign")) == [
        "/sn1/", "/nm1/", "/tt1/", "/dt1/", "/sn2/", "/nm2/", "/dt2/"
    ]  # fmt: skip


def test_adobe_sign_finds_a_definition_for_each_tag() -> None:
    found = "".join(anchors(anchored(AGREEMENT, "adobe-sign")))
    tags = re.findall(r"\{\{\$(\w+)\}\}", found)
    definitions = dict(
        re.findall(r"\{\{#(\w+)=(\w+_es_:signer\d+:\w+:dimension\(width=\d+mm,height=\d+mm\))\}\}", found)
    )
    assert tags == ["sn1", "nm1", "tt1", "dt1", "sn2", "nm2", "dt2"]
    assert set(definitions) == set(tags)
    assert definitions["sn2"].startswith("Sig2_es_:signer2:signature:")
    assert len({d.split(":")[0] for d in definitions.values()}) == len(tags)


@pytest.mark.parametrize("style", STYLES)
def test_paper_doesnt_show_them_and_words_stay(style: str) -> None:
    made = anchored(AGREEMENT, style)
    for run in body(made).iter(W + "r"):
        if run.find(f"{W}rPr/{W}rStyle") is not None:
            color, size = run.find(f"{W}rPr/{W}color"), run.find(f"{W}rPr/{W}sz")
            assert color is not None and color.get(W + "val") == "FFFFFF"
            assert size is not None and size.get(W + "val") == "4"
    before, after = ([text_of(p) for p in body(x).iter(W + "p")] for x in (AGREEMENT, made))
    assert before == after
    assert [b.name for b in blocks(body(made))] == [b.name for b in blocks(body(AGREEMENT))]
    assert f'w:styleId="{ANCHOR}"'.encode() in unpack(made)["word/styles.xml"]
    assert not [f for f in result.check(made) if f.severity.value == "error"]


@pytest.mark.parametrize("style", STYLES)
def test_the_anchor_stands_at_the_start_of_the_line(style: str) -> None:
    line = next(p for p in body(anchored(docx(PROVIDER), style)).iter(W + "p") if text_of(p).startswith("By:"))
    pieces = [("\t" if e.tag == W + "tab" else e.text or "") for e in line.iter(W + "t", W + "tab")]
    whole = "".join(pieces)
    assert re.fullmatch(r"By:[^\t]*\t(/sn1/|\{\{\$sn1\}\})\t", whole)


def test_a_row_of_underscores_has_its_anchor_before_it() -> None:
    made = anchored(docx(paragraph("County of Sample", "Normal") + paragraph("By: ____________", "Normal")), "docusign")
    assert anchors(made) == ["/sn1/"]


def test_what_cant_have_anchors_is_refused() -> None:
    with pytest.raises(UsageError, match="no signature lines"):
        anchored(docx(TEXT), "docusign")
    with pytest.raises(UsageError, match="fax") as error:
        anchored(AGREEMENT, "fax")
    assert "docusign" in error.value.hint

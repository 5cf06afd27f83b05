"""Signature blocks: who signs where, under which name; records and forms for later are no signatures."""

from __future__ import annotations

import re

import pytest
from blocks_sample import AGREEMENT, FORM, PROVIDER, RECIPIENT, RECORD, TEXT, block, docx, paragraph
from lxml import etree

from agreegen.marks import Block, blocks
from agreegen.template.base import unpack


def of(data: bytes) -> tuple[Block, ...]:
    """The blocks of a Word file."""
    return blocks(etree.fromstring(unpack(data)["word/document.xml"]))


def test_blocks_are_named_by_side_and_office() -> None:
    assert [b.name for b in of(AGREEMENT)] == ["data_recipient.county_of_sample", "data_provider.director"]


def test_a_block_says_who_signs() -> None:
    recipient, provider = of(AGREEMENT)
    assert provider.description == (
        "Signature of the Director, Department of Examples, a department of the State of California (Data Provider)"
    )
    assert recipient.description.startswith("Signature: County of Sample, a political subdivision")
    assert [(e.label, e.value, e.blank) for e in provider.entries] == [
        ("By", "", True), ("Name", "", True), ("Title", "Director", False), ("Date", "", True)
    ]  # fmt: skip
    assert provider.signature is provider.entries[0]


@pytest.mark.parametrize(
    "text", [TEXT, RECORD, FORM, block("Signed already", "By:\tRole Holder", "Date:\tMay 1, 2027")]
)
def test_nobody_signs_there(text: str) -> None:
    assert of(docx(text)) == ()


def test_names_are_ascii_short_and_unique() -> None:
    long = block("Señor Ñandú: " + "office " * 20, "Party, Inc.", "By:\t\t")
    found = [b.name for b in of(docx(PROVIDER, PROVIDER, PROVIDER, long, block("By:\t\t"), block("草案", "By:\t\t")))]
    assert len(set(found)) == 6
    assert found[:3] == ["data_provider.director", "data_provider.director_2", "data_provider.director_3"]
    assert found[4:] == ["signature.signatory", "signature.signatory_2"]
    assert all(re.fullmatch(r"[a-z0-9_]{1,40}\.[a-z0-9_]{1,42}", name) for name in found)


def test_sentences_are_neither_heading_nor_party() -> None:
    said = block("The Recipient accepts Part 2 for these records.", "For Sample, Inc.", "By:\t\t")
    assert [(b.heading, b.party) for b in of(docx(said))] == [("Sample, Inc.", "")]


def test_a_document_without_our_styles_is_read_by_its_words() -> None:
    body = paragraph("County of Sample", "Normal") + paragraph("By: ______________", "Normal")
    body += paragraph("Date: ____________", "Normal") + paragraph("By: all means", "Normal")
    (found,) = of(docx(body))
    assert found.description == "Signature: County of Sample"
    assert found.name == "county_of_sample.signatory"


def test_blocks_end_where_their_last_line_does() -> None:
    between = RECIPIENT.replace("SignatureLast", "SignatureBetween")
    assert [len(b.entries) for b in of(docx(between, PROVIDER))] == [4, 4]

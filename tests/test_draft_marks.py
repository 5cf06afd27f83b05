"""Drafts: blanks are highlighted where they stand, and no word changes its place."""

from __future__ import annotations

import pytest
from lxml import etree

from agreegen import draft
from agreegen.template.base import pack, unpack

W = f"{{{draft.W}}}"
BLANK = draft.blank("purpose: scope")


def marked(run: str) -> etree._Element:
    """The body of a document with one paragraph of this run, marked."""
    body = f'<w:document xmlns:w="{draft.W}"><w:body><w:p>{run}</w:p></w:body></w:document>'
    return etree.fromstring(unpack(draft.marked(pack({"word/document.xml": body.encode()})))["word/document.xml"])


def said(root: etree._Element) -> str:
    """The text with tabs and line breaks as characters."""
    signs = {W + "tab": "\t", W + "br": "\n"}
    return "".join(signs.get(str(e.tag)) or e.text or "" for e in root.iter(W + "t", W + "tab", W + "br"))


@pytest.mark.parametrize(
    ("run", "text"),
    [
        (f"<w:r><w:t>Scope: {BLANK}.</w:t></w:r>", f"Scope: {BLANK}."),
        (f"<w:r><w:t>Scope:</w:t><w:tab/><w:t>{BLANK}</w:t></w:r>", f"Scope:\t{BLANK}"),
        (f"<w:r><w:t>One</w:t><w:br/><w:t>two {BLANK} three</w:t><w:br/><w:t>four</w:t></w:r>",
         f"One\ntwo {BLANK} three\nfour"),
        (f"<w:r><w:t>{BLANK}{BLANK}</w:t></w:r><w:r><w:t> end</w:t></w:r>", f"{BLANK}{BLANK} end"),
    ],
)  # fmt: skip
def test_every_word_stays_in_its_place(run: str, text: str) -> None:
    assert said(marked(run)) == text


def test_the_blank_alone_is_highlighted_and_keeps_its_look() -> None:
    root = marked(f"<w:r><w:rPr><w:b/></w:rPr><w:t>Scope:</w:t><w:tab/><w:t>{BLANK}</w:t></w:r>")
    lit = [r for r in root.iter(W + "r") if r.find(f"{W}rPr/{W}highlight") is not None]
    assert [said(r) for r in lit] == [BLANK]
    assert all(r.find(f"{W}rPr/{W}b") is not None for r in root.iter(W + "r"))


def test_a_header_has_the_banner() -> None:
    header = f'<w:hdr xmlns:w="{draft.W}"><w:p><w:r><w:t>Title</w:t></w:r></w:p></w:hdr>'
    made = unpack(draft.marked(pack({"word/header1.xml": header.encode()})))["word/header1.xml"]
    assert said(etree.fromstring(made)) == f"{draft.BANNER}Title"

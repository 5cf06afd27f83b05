"""The whole text of a variant: not a word of any alternative is lost, invented or moved."""

from __future__ import annotations

import pathlib
import re
from typing import TYPE_CHECKING

import pytest

from agreegen import fulltext, workspace
from agreegen.fulltext.showing import ALTERNATIVE, ALWAYS, CONDITION, FIELD, NEVER, SOURCE
from agreegen.template.base import pack, unpack
from agreegen.template.container import W
from agreegen.template.lists import parse

if TYPE_CHECKING:
    from lxml import etree

ROOT = pathlib.Path(__file__).parents[2]
TEMPLATES = ROOT / "templates"
INCLUDE = re.compile(r'\{%p include "([^"]+)" %\}')
TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
OURS = {CONDITION, SOURCE}
OUR_LETTERS = {FIELD, ALTERNATIVE}


def style(e: etree._Element, path: str) -> str:
    found = e.find(path)
    return found.get(W + "val") or "" if found is not None else ""


def source_words(file: pathlib.Path) -> str:
    """What a Word file and the files that it includes say, paragraph by paragraph, without tags and blanks."""
    said = []
    for p in parse(unpack(file.read_bytes())["word/document.xml"]).iter(W + "p"):
        text = "".join(t.text or "" for t in p.iter(W + "t"))
        if (name := INCLUDE.fullmatch(text.strip())) is not None:
            said.append(source_words(TEMPLATES / f"{name[1]}.docx"))
        else:
            said.append(TAG.sub("", text))
    return re.sub(r"\s+", "", "".join(said))


def flat_words(docx: bytes, part: str = "word/document.xml") -> str:
    """What the whole text says without the lines, labels and numbers that were put in, and without blanks."""
    said: list[str] = []
    for p in parse(unpack(docx)[part]).iter(W + "p"):
        if style(p, f"{W}pPr/{W}pStyle") in OURS:
            continue
        field = ""
        for e in p.iter(W + "t", W + "fldChar", W + "instrText"):
            if e.tag == W + "fldChar":
                field = {"begin": "begin", "separate": field, "end": ""}[e.get(W + "fldCharType") or ""]
            elif e.tag == W + "instrText":
                field = "REF" if (e.text or "").strip().startswith("REF") else "other"
            elif field != "REF" and style(e.getparent(), f"{W}rPr/{W}rStyle") not in OUR_LETTERS:  # type: ignore[arg-type]
                said.append(e.text or "")
    return re.sub(r"\s+", "", "".join(said))


def holds(variant: str) -> None:
    here = workspace.find(ROOT / "proposals")
    docx = fulltext.flat(variant, here, contents=False)
    wanted = source_words(TEMPLATES / "masters" / variant / "master.docx")
    assert len(wanted) > 100_000
    assert flat_words(docx) == wanted
    parts = [data.decode() for name, data in unpack(docx).items() if name.endswith(".xml")]
    assert len(parts) > 8
    assert not [part for part in parts if re.search(r"\{\{|\{%|[\ue000-\ue0ff]", part)]


@pytest.fixture(scope="module")
def docx() -> bytes:
    return fulltext.flat("local-government", workspace.find(ROOT / "proposals"), contents=False)


def test_no_word_is_lost_and_none_invented() -> None:
    holds("local-government")


@pytest.mark.slow
@pytest.mark.parametrize("variant", ["intra-agency", "state-agency", "university"])
def test_no_word_is_lost_in_any_variant(variant: str) -> None:
    holds(variant)


def test_the_comparison_bites(docx: bytes) -> None:
    wanted = source_words(TEMPLATES / "masters" / "local-government" / "master.docx")
    assert flat_words(docx) == wanted
    members = unpack(docx)
    body = members["word/document.xml"]
    members["word/document.xml"] = body.replace(b"shall report each Incident", b"shall report Incident")
    assert flat_words(pack(members)) != wanted


def test_conditions_are_closed_and_nested(docx: bytes) -> None:
    """Each line that opens a condition has its end, in the same cell or text, in order."""
    root = parse(unpack(docx)["word/document.xml"])
    lines = [p for p in root.iter(W + "p") if style(p, f"{W}pPr/{W}pStyle") == CONDITION][3:]
    texts = ["".join(t.text or "" for t in p.iter(W + "t")) for p in lines]
    assert len(texts) > 300
    open_: list[str] = []
    for text in texts:
        if text.startswith("End of: "):
            assert open_.pop() == text.removeprefix("End of: ")
        elif not text.startswith(("Otherwise", "If there is none")):
            plain = text.removesuffix(":").removesuffix(ALWAYS).removesuffix(NEVER)
            open_.append(plain[:1].lower() + plain[1:])
    assert open_ == []
    assert "If the variant is intra-agency (not in this variant):" in texts
    assert "If the variant is local-government or university (always in this variant):" in texts


def test_every_file_is_named_once_where_it_begins(docx: bytes) -> None:
    root = parse(unpack(docx)["word/document.xml"])
    notes = ["".join(t.text or "" for t in p.iter(W + "t")) for p in root.iter(W + "p")
             if style(p, f"{W}pPr/{W}pStyle") == SOURCE]  # fmt: skip
    included = {n for n in notes if n.startswith(("clauses/", "exhibits/"))}
    assert len(included) > 80
    assert all((TEMPLATES / n).is_file() for n in notes)
    assert notes[0] == "masters/local-government/master.docx"


def test_words_of_tags_are_shown_as_labels(docx: bytes) -> None:
    root = parse(unpack(docx)["word/document.xml"])
    labels = {"".join(t.text or "" for t in r.iter(W + "t")) for r in root.iter(W + "r")
              if style(r, f"{W}rPr/{W}rStyle") == FIELD}  # fmt: skip
    assert "[dates: start]" in labels
    assert "[Party: unit, or else “The Party as a whole”]" in labels
    assert not [x for x in labels if "{" in x or "None" in x]


def test_same_templates_same_bytes(docx: bytes) -> None:
    assert fulltext.flat("local-government", workspace.find(ROOT / "proposals"), contents=False) == docx


@pytest.mark.slow
def test_lines_to_sign_on_leave_room_for_the_names_of_fields() -> None:
    body = parse(unpack(fulltext.flat("state-agency", workspace.find(ROOT), contents=False))["word/document.xml"])
    signed = [p for p in body.iter(W + "p") if "Signature" in style(p, f"{W}pPr/{W}pStyle")]
    assert len(signed) > 2
    assert not any(r.find(W + "tab") is not None for p in signed for r in p.iter(W + "r"))

"""The common base: complete, valid, the same bytes every time."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from pathlib import Path

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from agreegen.errors import UsageError
from agreegen.pdf.parts import Parts
from agreegen.template import base
from agreegen.template.lists import W
from agreegen.template.styles import STYLE_IDS, STYLES, shown_name

BASE = Path(__file__).parents[2] / "templates" / "base.docx"
CONTRACT = """Title, Subtitle, Cover Label, Cover Text, Heading 1, Heading 2, Clause Text, Clause 3, Clause 4,
    Definition, List Bullet, Body Text, Note, Directive, Exhibit Title, Exhibit Heading, Exhibit 3, Exhibit 4,
    Table Heading, Table Text, Table Bullet, Caption, Signature, Signature Between, Signature Last,
    Contents Heading, toc 1, toc 2, Header, Footer, Footnote Text"""


def roots() -> dict[str, etree._Element]:
    return {n: etree.fromstring(x) for n, x in base.unpack(base.build()).items()}


def test_the_file_in_templates_is_the_one_that_the_code_builds() -> None:
    assert base.unpack(BASE.read_bytes()) == base.unpack(base.build()), (
        'rebuild it: python -c "from pathlib import Path; from agreegen.template import base; '
        "Path('templates/base.docx').write_bytes(base.build())\""
    )


def test_same_parts_give_the_same_bytes_whatever_their_order() -> None:
    parts = base.parts()
    assert base.pack(parts) == base.pack(dict(reversed(list(parts.items()))))
    with zipfile.ZipFile(io.BytesIO(base.build())) as z:
        assert z.namelist() == sorted(z.namelist())
        assert {i.date_time for i in z.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_no_traces_of_an_editing_session_and_no_prompt_to_update_fields() -> None:
    whole = b"".join(base.unpack(base.build()).values())
    assert b"w:styles" in whole
    for trace in (b"paraId", b"rsid", b"updateFields", b"proofErr", b"dcterms"):
        assert trace not in whole


def test_every_style_of_the_contract_is_there_by_its_name() -> None:
    wanted = {" ".join(n.split()) for n in CONTRACT.split(",")}
    assert wanted <= set(STYLE_IDS)
    found = {shown_name(s.name) for s in docx.Document(io.BytesIO(base.build())).styles}
    assert wanted <= found


def test_style_ids_are_unique_and_every_mention_of_a_style_exists() -> None:
    styles = roots()["word/styles.xml"]
    ids = [s.get(f"{W}styleId") for s in styles.iterfind(f"{W}style")]
    assert len(ids) == len(set(ids)) > 30
    mentions = [e.get(f"{W}val") for tag in ("basedOn", "next") for e in styles.iter(f"{W}{tag}")]
    mentions += [e.get(f"{W}val") for e in roots()["word/numbering.xml"].iter(f"{W}pStyle")]
    assert mentions
    assert set(mentions) <= set(ids)


def test_space_stands_after_paragraphs_only() -> None:
    spacings = list(roots()["word/styles.xml"].iter(f"{W}spacing"))
    assert len(spacings) >= len(STYLES)
    assert {s.get(f"{W}before") for s in spacings} == {"0"}


@pytest.mark.parametrize("name", ["Heading1", "Heading2", "ExhibitTitle", "ExhibitHeading", "Caption", "Signature"])
def test_headings_keep_with_the_next_paragraph(name: str) -> None:
    style = roots()["word/styles.xml"].find(f"{W}style[@{W}styleId='{name}']/{W}pPr/{W}keepNext")
    assert style is not None


def test_the_last_line_of_a_signature_block_lets_go() -> None:
    keep = roots()["word/styles.xml"].find(f"{W}style[@{W}styleId='SignatureLast']/{W}pPr/{W}keepNext")
    assert keep is not None
    assert keep.get(f"{W}val") == "0"


def test_each_numbered_style_and_its_list_level_name_each_other() -> None:
    found = roots()
    links = {
        (a.get(f"{W}abstractNumId"), lvl.get(f"{W}ilvl"), lvl.find(f"{W}pStyle").get(f"{W}val"))
        for a in found["word/numbering.xml"].iterfind(f"{W}abstractNum")
        for lvl in a.iterfind(f"{W}lvl")
        if lvl.find(f"{W}pStyle") is not None
    }
    styles = {
        (n.find(f"{W}numId").get(f"{W}val"), n.find(f"{W}ilvl").get(f"{W}val"), s.get(f"{W}styleId"))
        for s in found["word/styles.xml"].iterfind(f"{W}style")
        if (n := s.find(f"{W}pPr/{W}numPr")) is not None
    }
    assert len(links) == 10
    assert links == styles


def test_every_part_has_a_content_type_and_every_relation_a_target() -> None:
    found = roots()
    types = found["[Content_Types].xml"]
    overrides = {e.get("PartName", "").lstrip("/") for e in types if e.tag.endswith("Override")}
    assert overrides == {n for n in found if not n.endswith(".rels") and n != "[Content_Types].xml"}
    targets = {posixpath.join("word", r.get("Target", "")) for r in found["word/_rels/document.xml.rels"]}
    assert targets
    assert targets <= set(found)


def test_children_of_paragraph_properties_stand_in_schema_order() -> None:
    order = """keepNext keepLines pageBreakBefore widowControl numPr pBdr shd tabs spacing ind contextualSpacing
        jc outlineLvl"""
    rank = {f"{W}{name}": i for i, name in enumerate(order.split())}
    checked = 0
    for properties in roots()["word/styles.xml"].iterfind(f"{W}style/{W}pPr"):
        places = [rank[e.tag] for e in properties]
        assert places == sorted(places)
        checked += 1
    assert checked > 30


IDS = st.from_regex(re.compile(r"[a-z][a-z0-9]{0,6}(-[a-z0-9]{1,5}){0,2}"), fullmatch=True)


@given(IDS, IDS | st.just(""), st.booleans())
def test_a_bookmark_tells_its_id_and_name(anchor: str, name: str, exhibit: bool) -> None:
    made = base.bookmark(anchor, name, exhibit=exhibit) if len(anchor) + len(name) <= 36 else None
    if made:
        assert base.bookmark_parts(made) == (anchor, name, exhibit)


@pytest.mark.parametrize("bad", ["Big", "two--hyphens", "under_score", "-x", "x-", "9x", "a b", "x" * 39])
def test_an_id_that_word_could_not_keep_is_refused(bad: str) -> None:
    with pytest.raises(UsageError):
        base.bookmark(bad)


@pytest.mark.parametrize("foreign", ["_Toc1234", "_GoBack", "c_", "x", "n", "n_a", "C_a", "c_a__", "c__a"])
def test_bookmarks_of_others_are_not_ours(foreign: str) -> None:
    assert base.bookmark_parts(foreign) is None


def test_a_file_that_is_no_word_file_is_refused() -> None:
    with pytest.raises(UsageError, match="not a Word file"):
        base.unpack(b"%PDF-1.7")


def test_a_damaged_member_is_refused() -> None:
    whole = base.build()
    at = whole.index(b"word/document.xml") + len("word/document.xml")
    damaged = whole[:at] + b"\xff" * 20 + whole[at + 20 :]
    with pytest.raises(UsageError, match="not a Word file"):
        base.unpack(damaged)
    with pytest.raises(UsageError, match=r"isn.t a sound Word file"):
        Parts(damaged)
